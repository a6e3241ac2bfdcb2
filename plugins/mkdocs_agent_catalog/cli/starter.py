"""The files of a new site: its ``mkdocs.yml``, its home page, and the workflow that publishes it. A workflow
installs this program from where it was itself installed."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from ..history.remote import Remote

PACKAGE = "mkdocs-agent-catalog"
# Stands for the address that nobody but the user knows. No program can take it for one.
UNKNOWN = f"{PACKAGE} @ git+https://ADDRESS-OF-ITS-REPOSITORY@COMMIT"
PAGES_FOLDERS = ("docs", "catalog-docs")
"""Folders for the pages that people write: the first one that holds no Markdown yet is taken."""
STARTER_FILES = Path(__file__).parent / "starter_files"
WORKFLOWS = {"github": ".github/workflows/agent-catalog.yml", "gitlab": ".gitlab-ci.yml"}

PLUGIN_LINES = "plugins:\n  - search\n  - agent-catalog\n"
# Its first line tells that a ``mkdocs.yml`` is ours: it needs nothing but this plugin.
_FIRST_LINE = (
    "# The site of this repository's agents, as `agent-catalog init` wrote it. Change what you like.\n"
)
_UNKNOWN_ADDRESS = """\
# The address of the site, which the remote of the repository does not tell. The page for wrong links (404),
# the feeds and sitemap.xml need it.
# site_url: https://example.org/agents/
"""
_THEME = """\
theme:
  name: material
  # The reader's own fonts: nothing is loaded from another host.
  font: false
  features:
    - content.action.edit
    - content.code.copy
    - navigation.instant
    - navigation.top
    - search.suggest
  palette:
    - media: "(prefers-color-scheme: light)"
      scheme: default
      toggle:
        icon: material/weather-night
        name: Switch to dark mode
    - media: "(prefers-color-scheme: dark)"
      scheme: slate
      toggle:
        icon: material/weather-sunny
        name: Switch to light mode
"""
# What a workflow that publishes a site on GitHub Pages holds.
_PUBLISHES = re.compile(r"deploy-pages|upload-pages-artifact|gh-deploy|gh-pages|mike deploy")


@dataclass(frozen=True, slots=True)
class StarterFile:
    """A file to write, by its path below the repository. ``is_addition``: its lines are added at the end."""

    path: str
    text: str
    is_addition: bool = False


def make_mkdocs_yml(repo: Path, remote: Remote, docs: str) -> str:
    """The text of a ``mkdocs.yml`` for ``repo`` whose own pages are in the folder ``docs``."""
    lines = f"{_FIRST_LINE}site_name: {_quote(make_site_name(repo))}\n"
    if remote.pages_url:
        lines += f"# Where the site is published.\nsite_url: {remote.pages_url}\n"
    else:
        lines += _UNKNOWN_ADDRESS
    if remote.edit_url:
        # With `repo_url` Material would ask the host for the stars of the repository, at each visit.
        address = _quote(f"{remote.edit_url}{docs}/")
        lines += f"# For the button that opens the file of an agent.\nedit_uri: {address}\n"
    if docs != "docs":
        lines += f"docs_dir: {docs}\n"
    return f"{lines}{_THEME}{PLUGIN_LINES}"


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def make_site_name(repo: Path) -> str:
    """What the site is called: by the folder of the repository."""
    name = repo.resolve().name
    return name if name.lower().endswith("agents") else f"Agents of {name}".removesuffix(" of ")


def choose_docs_folder(repo: Path) -> str:
    """The folder for the site's own pages: one whose Markdown would not all of a sudden be published."""
    for name in PAGES_FOLDERS:
        if not any((repo / name).rglob("*.md")):
            return name
    return PAGES_FOLDERS[-1]


def plan_site(repo: Path, remote: Remote, docs: str) -> list[StarterFile]:
    """The files that a new site in ``repo`` needs, but for the workflow. Those that are there are kept;
    lines may be added to ``.gitignore``."""
    home = f"---\ntitle: Home\nhide: [toc]\n---\n\n# {make_site_name(repo)}\n\n```agents\nview: home\n```\n"
    files = [
        StarterFile("mkdocs.yml", make_mkdocs_yml(repo, remote, docs)),
        StarterFile(f"{docs}/index.md", home),
    ]
    return files + _plan_ignored(repo)


def make_workflow(remote: Remote, requirement: str) -> StarterFile:
    """The workflow of the host of ``remote``, which must be one of ``WORKFLOWS``."""
    text = (STARTER_FILES / f"{remote.host}-pages.yml").read_text(encoding="utf-8")
    text = text.replace("@BRANCH@", _quote(remote.branch or "main")).replace(
        "@PACKAGE@", write_argument(requirement)
    )
    return StarterFile(WORKFLOWS[remote.host], text)


def find_publishing_workflow(repo: Path) -> str:
    """The path of a workflow of GitHub, other than ours, that publishes a site; empty if there is none."""
    for file in sorted((repo / ".github/workflows").glob("*.y*ml")):
        path = file.relative_to(repo).as_posix()
        try:
            text = file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        if path != WORKFLOWS["github"] and _PUBLISHES.search(text):
            return path
    return ""


def write_file(repo: Path, file: StarterFile, is_trial: bool) -> str:
    """Writes ``file``, unless it is there or ``is_trial``. Returns what was done, in a word.

    Raises ``OSError``.
    """
    target = repo / file.path
    if not file.is_addition and os.path.lexists(target):
        return "kept    "
    if not is_trial:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("a" if file.is_addition else "x", encoding="utf-8", newline="\n") as stream:
            stream.write(file.text)
    return "added to" if file.is_addition else "written "


def find_mkdocs_yml(repo: Path) -> Path | None:
    """The ``mkdocs.yml`` of ``repo``, if it has a site of MkDocs already."""
    return next((repo / name for name in ("mkdocs.yml", "mkdocs.yaml") if (repo / name).is_file()), None)


def is_starter(mkdocs_yml: Path) -> bool:
    """Whether ``init`` wrote the file."""
    return mkdocs_yml.read_text(encoding="utf-8", errors="replace").startswith(_FIRST_LINE)


def _plan_ignored(repo: Path) -> list[StarterFile]:
    try:
        ignored = (repo / ".gitignore").read_text(encoding="utf-8", errors="replace")
    except OSError:
        ignored = ""
    if any(line.strip().strip("/") == "site" for line in ignored.splitlines()):
        return []
    start = "" if not ignored or ignored.endswith("\n") else "\n"
    return [StarterFile(".gitignore", f"{start}/site/\n", is_addition=True)]


def find_requirement() -> str:
    """The requirement for pip: of this version, or of this commit where it came from a repository. It is
    ``UNKNOWN`` where it came from a folder, which no other machine has.

    Source: "Recording the Direct URL Origin of installed distributions", packaging.python.org.
    """
    try:
        package = distribution(PACKAGE)
        origin = json.loads(package.read_text("direct_url.json") or "null")
    except (PackageNotFoundError, OSError, ValueError):
        return UNKNOWN
    return f"{PACKAGE}=={package.version}" if origin is None else _describe_origin(origin)


def _describe_origin(origin: Any) -> str:
    table = origin if isinstance(origin, dict) else {}
    address = _remove_password(str(table.get("url", "")))
    version_control = table.get("vcs_info")
    if address.startswith("file:") or "://" not in address or "dir_info" in table:
        return UNKNOWN
    if not isinstance(version_control, dict):
        return f"{PACKAGE} @ {address}"
    commit = version_control.get("commit_id", "HEAD")
    folder = f"#subdirectory={table['subdirectory']}" if table.get("subdirectory") else ""
    return f"{PACKAGE} @ {version_control.get('vcs', 'git')}+{address}@{commit}{folder}"


def _remove_password(address: str) -> str:
    """``address`` without what gives access: only SSH needs the name of a user."""
    parts = urlsplit(address)
    if parts.scheme == "ssh":
        return address
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def write_argument(requirement: str) -> str:
    """``requirement`` as an argument of a shell."""
    return f'"{requirement}"' if " " in requirement else requirement
