"""``agent-catalog init``: writes the files of a new site, and says what is left to do to publish it."""

from __future__ import annotations

import shutil
import textwrap
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..addresses.urls import NEEDS_ADDRESS
from ..history.remote import Remote, find_remote, find_top
from ..model.catalog import Catalog
from .mkdocs_yml import describe_plugin_lines, names_plugin
from .starter import (
    PACKAGE,
    PAGES_FOLDERS,
    UNKNOWN,
    WORKFLOWS,
    StarterFile,
    choose_docs_folder,
    find_mkdocs_yml,
    find_publishing_workflow,
    find_requirement,
    is_starter,
    make_workflow,
    plan_site,
    write_argument,
    write_file,
)

_WHO_READS = {
    "": "",
    "github": " The Pages of a private repository are public, unless your plan has private Pages.",
    "gitlab": " In the settings of the project: General > Visibility > Pages.",
}
_WIDTH = 100


@dataclass(frozen=True, slots=True)
class SitePlan:
    """What ``init`` writes, and why it leaves out the rest."""

    repo: Path
    remote: Remote
    docs: str
    requirement: str
    files: tuple[StarterFile, ...]
    """Those of the site and, if there may be one, the workflow that publishes it."""
    reasons: tuple[str, ...]
    has_own_site: bool
    """Whether ``mkdocs.yml`` is one that somebody else wrote."""
    workflow: str
    """The path of the workflow that is written; empty if there is none."""
    publishing: str
    """The path of a workflow that publishes a site already."""


def plan_start(repo: Path) -> SitePlan:
    """Looks at ``repo`` and decides what is to be written. Raises ``OSError``."""
    remote, mkdocs_yml = find_remote(repo), find_mkdocs_yml(repo)
    has_own_site = mkdocs_yml is not None and not is_starter(mkdocs_yml)
    requirement, publishing = find_requirement(), find_publishing_workflow(repo)
    docs, reasons, files = choose_docs_folder(repo), [], []
    if has_own_site and mkdocs_yml:
        reasons.append(f"{mkdocs_yml.name} is kept: it is a site of your own.")
    else:
        docs = _find_chosen_folder(repo, mkdocs_yml) or docs
        files = plan_site(repo, remote, docs)
        if docs != PAGES_FOLDERS[0]:
            reasons.append(f"docs/ has pages that nobody asked to publish: those of the site are in {docs}/.")
    why_none = _explain_no_workflow(repo, remote, has_own_site, publishing)
    workflow = "" if why_none else WORKFLOWS[remote.host]
    if why_none:
        reasons.append(f"No workflow is written: {why_none}")
    else:
        files.append(make_workflow(remote, requirement))
    return SitePlan(
        repo, remote, docs, requirement, tuple(files), tuple(reasons), has_own_site, workflow, publishing
    )


def _find_chosen_folder(repo: Path, mkdocs_yml: Path | None) -> str:
    """The folder of pages that an earlier ``init`` chose."""
    if mkdocs_yml is None:
        return ""
    chosen = f"docs_dir: {PAGES_FOLDERS[1]}\n" in mkdocs_yml.read_text(encoding="utf-8", errors="replace")
    return PAGES_FOLDERS[chosen]


def _explain_no_workflow(repo: Path, remote: Remote, has_own_site: bool, publishing: str) -> str:
    """Why no workflow is written; empty if one is."""
    file = WORKFLOWS.get(remote.host, "")
    if not remote.url:
        return "there is no remote `origin`. Run this again when there is one on GitHub or GitLab."
    if not file:
        return f"{remote.url} is neither GitHub nor GitLab."
    if remote.folder:
        return f"it belongs at the top of the repository. There, run: agent-catalog init -C {find_top(repo)}"
    if has_own_site:
        return "the one that publishes your site can build the catalog too."
    if publishing:
        return f"{publishing} publishes a site already, and a repository has only one."
    if remote.host == "gitlab" and (repo / file).exists() and "agent-catalog" not in _read(repo / file):
        return f"{file} is there already."
    return ""


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")


def start_site(plan: SitePlan, is_trial: bool) -> Iterator[str]:
    """Writes what is missing; gives the lines to print. Raises ``OSError``."""
    if is_trial:
        yield "Nothing is written in a trial. Without --dry-run:"
    for file in plan.files:
        yield f"{write_file(plan.repo, file, is_trial)} {file.path}"
    yield from plan.reasons
    yield "\nNext:"
    for number, (text, lines) in enumerate(_list_steps(plan), start=1):
        yield textwrap.fill(f"{number}. {text}", _WIDTH, subsequent_indent="   ", break_on_hyphens=False)
        if lines:
            yield f"\n{textwrap.indent(lines.rstrip(), ' ' * 5)}\n"


def _list_steps(plan: SitePlan) -> Iterator[tuple[str, str]]:
    """What is left to do until the site is published: what, and the lines to copy."""
    host, mkdocs_yml = plan.remote.host, find_mkdocs_yml(plan.repo)
    if plan.has_own_site and mkdocs_yml and not names_plugin(plan.repo):
        yield describe_plugin_lines(mkdocs_yml)
    yield "See the site:", "agent-catalog serve"
    yield (
        "Decide who may read it: a catalog shows the system prompts of all agents to everybody who opens it."
        + _WHO_READS.get(host, ""),
        "",
    )
    if plan.workflow:
        yield from _list_steps_of_workflow(plan)
    elif plan.has_own_site or plan.publishing:
        yield f"Add to {plan.publishing or 'what builds your site'}:", _make_job_lines(plan)
        yield from _ask_for_address(plan)
        yield "Commit and push.", ""
    elif host == "gitlab" and not plan.remote.folder:
        yield "Add to .gitlab-ci.yml:", make_workflow(plan.remote, plan.requirement).text
        yield from _ask_for_address(plan)
        yield _describe_push(plan)
    else:
        if not plan.remote.pages_url:
            yield (
                f"Write the address that the site will have as `site_url` into mkdocs.yml: {NEEDS_ADDRESS}.",
                "",
            )
        # As a tool of uv or pipx this program is the only command.
        command = "mkdocs build" if shutil.which("mkdocs") else "agent-catalog build"
        yield "Build the site, and put the folder site/ on a web server:", command


def _list_steps_of_workflow(plan: SitePlan) -> Iterator[tuple[str, str]]:
    yield from _ask_for_address(plan)
    if plan.remote.host == "github":
        text = "Switch GitHub Pages on, in the settings of the repository: Pages > Build and deployment > "
        yield f"{text}Source: GitHub Actions.", ""
    yield _describe_push(plan)
    if plan.remote.pages_url:
        where = " (or what Deploy > Pages shows)" if plan.remote.host == "gitlab" else ""
        text = f"Open it: {plan.remote.pages_url}{where}. If it has another address, write that one"
        yield f"{text} as `site_url` into mkdocs.yml.", ""


def _ask_for_address(plan: SitePlan) -> Iterator[tuple[str, str]]:
    """A step if a workflow cannot install this program."""
    if plan.requirement == UNKNOWN:
        where = plan.workflow or "these lines"
        yield (
            "This program came from a folder of this machine, so the workflow cannot install it yet. In "
            f"{where}, put the address of its git repository and a commit after `pip install`; after its "
            f"first release, {PACKAGE}==VERSION.",
            "",
        )


def _describe_push(plan: SitePlan) -> tuple[str, str]:
    names = " ".join(sorted({file.path.partition("/")[0] for file in plan.files}))
    return "Publish it:", f'git add {names}\ngit commit -m "A catalog of the agents"\ngit push'


def _make_job_lines(plan: SitePlan) -> str:
    """The lines that a workflow which builds a site needs for the catalog."""
    install = f"pip install {write_argument(plan.requirement)}"
    check = "agent-catalog check site --site site   # after the build: fails if the site has no catalog"
    if plan.remote.host == "gitlab":
        depth = 'GIT_DEPTH: "0"   # the whole history of git'
        return f"variables:\n  {depth}\nscript:\n  - {install}\n  - {check}\n"
    build = "" if plan.has_own_site else "- run: mkdocs build\n"
    return (
        "- uses: actions/checkout@v4\n  with:\n    fetch-depth: 0   # the whole history of git\n"
        f"- run: {install}\n{build}- run: {check}\n"
    )


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
