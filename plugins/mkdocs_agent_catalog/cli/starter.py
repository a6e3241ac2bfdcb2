"""Makes the files of a new site: ``mkdocs.yml``, the home page, and the workflow that publishes it."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from ..history import git
from ..model.catalog import Catalog
from ..text.data_files import DATA

PAGES_FOLDERS = ("docs", "catalog-docs")
"""Folders for the pages that people write: the first one that holds no Markdown yet is taken."""

PLUGIN_LINES = "plugins:\n  - search\n  - agent-catalog\n"
_LOOK = """\
theme:
  name: material
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


@dataclass(frozen=True, slots=True)
class Remote:
    """Where the repository is hosted. ``host`` is ``github``, ``gitlab`` or empty, ``url`` its web address,
    or empty where there is none."""

    host: str = ""
    url: str = ""
    branch: str = "main"


@dataclass(frozen=True, slots=True)
class StarterFile:
    """A file to write, by its path below the repository. ``is_addition``: its lines are added at the end."""

    path: str
    text: str
    is_addition: bool = False


def find_remote(repo: Path) -> Remote:
    """The remote ``origin`` of ``repo`` and the branch that is checked out. Never raises."""
    address = _ask_git(repo, "config", "--get", "remote.origin.url")
    branch = _ask_git(repo, "symbolic-ref", "--short", "HEAD") or "main"
    # git@host:team/name.git, ssh://git@host/team/name.git, https://token@host/team/name.git
    match = re.fullmatch(
        r"(?:\w+://)?(?:[^@/]*@)?(\w[\w-]*(?:\.[\w-]+)+)(?::\d+)?[:/]([\w./-]+?)(?:\.git)?/?", address
    )
    if not match:
        return Remote(branch=branch)
    host = next((name for name in ("github", "gitlab") if name in match[1].lower()), "")
    return Remote(host, f"https://{match[1]}/{match[2].strip('/')}", branch)


def _ask_git(repo: Path, *arguments: str) -> str:
    try:
        return git.run(repo, *arguments).decode("utf-8", "replace").strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def make_mkdocs_yml(repo: Path, remote: Remote, docs: str) -> str:
    """The text of a ``mkdocs.yml`` for ``repo`` whose own pages are in the folder ``docs``."""
    lines = f"site_name: {json.dumps(make_site_name(repo), ensure_ascii=False)}\n"
    if remote.url:
        # Pages get a link to the editor of their file.
        edit = f"-/edit/{remote.branch}" if remote.host == "gitlab" else f"edit/{remote.branch}"
        lines += f"repo_url: {remote.url}\nedit_uri: {json.dumps(f'{edit}/{docs}/', ensure_ascii=False)}\n"
    if docs != "docs":
        lines += f"docs_dir: {docs}\n"
    return f"{lines}{_LOOK}{PLUGIN_LINES}"


def make_site_name(repo: Path) -> str:
    """What the site is called: by the folder of the repository."""
    return f"{repo.resolve().name} agents".strip()


def choose_docs_folder(repo: Path) -> str:
    """The folder for the site's own pages: one whose Markdown would not all of a sudden be published."""
    for name in PAGES_FOLDERS:
        if not any((repo / name).rglob("*.md")):
            return name
    return PAGES_FOLDERS[-1]


def plan_files(repo: Path, remote: Remote) -> list[StarterFile]:
    """The files that a new site in ``repo`` needs and that are not there. Nothing that is there is changed,
    but for lines that are added to ``.gitignore``."""
    docs = choose_docs_folder(repo)
    files = []
    if not has_mkdocs_yml(repo):
        files.append(StarterFile("mkdocs.yml", make_mkdocs_yml(repo, remote, docs)))
        files.append(
            StarterFile(f"{docs}/index.md", f"# {make_site_name(repo)}\n\n```agents\nview: home\n```\n")
        )
    files += _plan_ignored(repo)
    workflow = {"github": ".github/workflows/agent-catalog.yml", "gitlab": ".gitlab-ci.yml"}.get(remote.host)
    if workflow:
        text = (DATA / "starter" / f"{remote.host}-pages.yml").read_text(encoding="utf-8")
        files.append(StarterFile(workflow, text.replace("@BRANCH@", json.dumps(remote.branch))))
    return files


def write_file(repo: Path, file: StarterFile, is_trial: bool) -> str:
    """Writes ``file``, unless it is there or ``is_trial``. Returns what was done, in a word.

    Raises ``OSError``.
    """
    target = repo / file.path
    if not file.is_addition and os.path.lexists(target):
        return "kept   "
    if not is_trial:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("a" if file.is_addition else "x", encoding="utf-8", newline="\n") as stream:
            stream.write(file.text)
    return "added to" if file.is_addition else "written"


def has_mkdocs_yml(repo: Path) -> bool:
    """Whether ``repo`` has a site of MkDocs already."""
    return any((repo / name).is_file() for name in ("mkdocs.yml", "mkdocs.yaml"))


def _plan_ignored(repo: Path) -> list[StarterFile]:
    try:
        ignored = (repo / ".gitignore").read_text(encoding="utf-8", errors="replace")
    except OSError:
        ignored = ""
    if any(line.strip().strip("/") == "site" for line in ignored.splitlines()):
        return []
    start = "" if not ignored or ignored.endswith("\n") else "\n"
    return [StarterFile(".gitignore", f"{start}/site/\n", is_addition=True)]


def summarize_catalog(catalog: Catalog) -> list[str]:
    """What a repository holds, a line each: how many definitions of each kind, and in how many folders."""
    agents = Counter(agent.source.path.rpartition("/")[0] for agent in catalog.agents)
    commands = [skill for skill in catalog.skills if skill.source and skill.is_command]
    skills = [skill for skill in catalog.skills if skill.source and not skill.is_command]
    lines = [_count(len(catalog.agents), "agent") + f" in {_count(len(agents), 'folder')}"]
    lines += [_count(len(skills), "skill")] if skills else []
    lines += [_count(len(commands), "command")] if commands else []
    lines += [_count(len(catalog.servers), "MCP server")] if catalog.servers else []
    return lines


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
