"""Finds definitions outside of the usual places: nested projects, and folders of any name.

What a folder holds is told by the frontmatter of its files, never by its name alone.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pathspec

from ..model.definitions import Diagnostic, Span, write_options
from ..text.i18n import mark_for_translation as _
from ..text.i18n import say
from .checkouts import find_checkout_root
from .disk import make_printable
from .file_reader import read_bytes, read_first_bytes
from .paths import explain_no_agent

# Folders that a machine fills, and the site's own.
_NEVER = frozenset(
    (
        *("node_modules", "__pycache__", "site-packages", "bower_components", "vendor", "target", "dist"),
        *("build", "site", "venv", "env", "coverage", "worktrees"),
    )
)
# Folders of what tests read: their projects are nobody's.
_FIXTURES = frozenset({"fixtures", "__fixtures__", "testdata", "test-data", "test_data"})
_BUILT = frozenset({"sitemap.xml", "catalog.schema.json"})
DEEPEST = 6
"""So many folders deep a repository is looked through."""
MOST_FOLDERS = 20_000
LITTLE = 4
"""With so few definitions it is said where there may be more."""
MOST_NAMED = 8
# In folders of these names a file needs no name of its own: other tools take the file's.
_AGENT_FOLDERS = frozenset({"agent", "agents", "subagents"})
_NAMES = _AGENT_FOLDERS | {"skills", "commands"}
_OPENS = re.compile(r"\s*---[ \t]*\r?\n")
# The value may begin below: formatters put a long one there.
_KEY = re.compile(r"""^(["']?)(name|description)\1[ \t]*:(?:[ \t]*|(?:[ \t]*\r?\n)+[ \t]+)\S""", re.M)
_ENDS = re.compile(r"^(?:-{3,}|\.\.\.)[ \t]*\r?$", re.M)


@dataclass(frozen=True, slots=True)
class DefinitionFolder:
    """A folder of files that look like definitions, and how many."""

    path: Path
    kind: Literal["agents", "skills"]
    files: int


def explain_little_found(
    repo: Path,
    exclude: tuple[str, ...],
    read: int,
    paths: Iterable[str],
    signs: Mapping[str, str],
    without_frontmatter: int = 0,
) -> Diagnostic | None:
    """What to say where next to nothing was found: which folders look like definitions and are not read.

    ``read`` is the number of definitions, ``paths`` the files that were looked at, ``exclude`` the option;
    ``signs`` are as in ``find_definition_folders``. ``without_frontmatter`` is the number of files in folders
    of agents that are none for want of a frontmatter.
    """
    if read > LITTLE:
        return None
    left_out = pathspec.GitIgnoreSpec.from_lines(exclude)
    folders = find_definition_folders(
        repo, lambda path: left_out.match_file(f"{path.relative_to(repo).as_posix()}/"), signs
    )
    known = {f"{os.path.dirname(path)}/" for path in paths}
    counts = {
        name: folder.files
        for folder in folders
        if (name := make_printable(folder.path.relative_to(repo).as_posix()))
        and not any(path.startswith(f"{name}/") for path in known)
    }
    count = sum(counts.values())
    if (read and count < read) or (read and not count):
        return None
    message = say(
        "no agents and no skills were found: not in `agents`, `.claude/agents` and the other usual places, "
        "and no Markdown files with a name and a description elsewhere"
    )
    hint, sources = say("are they elsewhere? Name their folders in mkdocs.yml, for example:"), ['"prompts"']
    if count:
        names = [json.dumps(name, ensure_ascii=False) for name in _shorten(list(counts))]
        text = _("definitions read: {read}; other files that look like definitions: {count}")
        message = say(text, read=read, count=count)
        hint, sources = say("to read them, write in mkdocs.yml:"), ['"."', *names[:MOST_NAMED]]
        if len(names) > MOST_NAMED:
            hint = say(
                "to read them, write in mkdocs.yml (there are {n} more folders):", n=len(names) - MOST_NAMED
            )
    elif without_frontmatter:
        text = _("no agents and no skills were found; files without frontmatter in folders of agents: {n}")
        message = say(text, n=without_frontmatter)
        hint = say("begin them with `---`, a name and a description; or name other folders in mkdocs.yml:")
    elif place := _find_place_above(repo, signs):
        hint = say("there are definitions above this folder. To read them, write in mkdocs.yml:")
        sources = [json.dumps(place)]
    settings = write_options("sources:", *(f"  - {name}" for name in sources))
    return Diagnostic("nothing_found", Span("."), message, hint, settings)


def _find_place_above(repo: Path, signs: Mapping[str, str]) -> str:
    """The top of the checkout as seen from ``repo``, if it is another folder and holds definitions."""
    repo = repo.resolve()
    top = find_checkout_root(repo)
    if top == repo or not any(find_definition_folders(top, lambda _folder: False, signs)):
        return ""
    return os.path.relpath(top, repo).replace(os.sep, "/")


def _shorten(names: list[str]) -> list[str]:
    """``names`` of folders, with the folder above in place of several that lie in it."""
    parents = Counter(os.path.dirname(name) for name in names)
    return list(
        dict.fromkeys(
            parent if (parent := os.path.dirname(name)) and parents[parent] > 1 else name for name in names
        )
    )


def find_nested_projects(
    repo: Path, marks: frozenset[str], is_left_out: Callable[[Path], bool]
) -> dict[Path, list[str]]:
    """The folders below ``repo`` that hold a folder or a file called like one of ``marks``, such as
    ``.claude``, each with those that it holds. All is sorted. What tests read is no project."""
    projects: dict[Path, list[str]] = {}
    for folder, names, files in _walk(repo, is_left_out):
        if folder != repo and (held := sorted(marks.intersection((*names, *files)))):
            projects[folder] = held
        names[:] = [name for name in names if name not in _FIXTURES]
    return projects


def find_definition_folders(
    repo: Path, is_left_out: Callable[[Path], bool], signs: Mapping[str, str], endings: tuple[str, ...] = ()
) -> list[DefinitionFolder]:
    """The folders below ``repo`` whose files are mostly definitions of agents, and those that hold skills.

    Documentation is not looked through: its pages have a description, too. Nor is what tests read.
    ``signs``: what agent files that are no Markdown hold, by their endings; ``endings`` are those of Markdown
    files that are agents of one runtime, and need no name either.
    """
    agents: list[DefinitionFolder] = []
    skills: dict[Path, int] = {}
    for folder, names, files in _walk(repo, is_left_out, hidden=True):
        names[:] = [name for name in names if name not in ("docs", "doc", "commands", *_FIXTURES)]
        if any(name.lower() == "skill.md" for name in files):
            skills[folder.parent] = skills.get(folder.parent, 0) + 1
            continue
        below = folder.relative_to(repo).as_posix()
        markdown = [
            name for name in files if name.lower().endswith(".md") and not explain_no_agent(f"{below}/{name}")
        ]
        in_agents = is_agent_folder(folder, repo)
        signed = sum(holds_sign(folder / name, signs) for name in files)
        count = signed
        for name in markdown:
            needs_name = not in_agents and not name.lower().endswith(endings)
            count += is_definition(folder / name, needs_name)
        if count and 2 * count >= len(markdown) + signed:
            agents.append(DefinitionFolder(folder, "agents", count))
    return [*agents, *(DefinitionFolder(path, "skills", count) for path, count in sorted(skills.items()))]


def find_likely_files(
    repo: Path, is_left_out: Callable[[Path], bool], suffixes: tuple[str, ...], signs: Mapping[str, str]
) -> Iterator[Path]:
    """The files that look like definitions: Markdown, what holds a sign, and JSON of a hidden folder, below
    folders that are called as those of agents, skills or commands are; everywhere what ends with one of
    ``suffixes``. ``signs`` are as in ``find_definition_folders``."""
    for folder, _names, files in _walk(repo, is_left_out, hidden=True, deepest=2 * DEEPEST):
        parts = folder.parts[len(repo.parts) :]
        is_named = not _NAMES.isdisjoint(parts)
        endings = (".md", *((".json",) if any(part.startswith(".") for part in parts) else ()))
        for name in files:
            if name.lower().endswith((*suffixes, *(endings if is_named else ()))) or (
                is_named and holds_sign(folder / name, signs)
            ):
                yield folder / name


def is_agent_folder(folder: Path, repo: Path) -> bool:
    """Whether ``folder`` below ``repo``, or one above it, is called as folders of agents are."""
    return not _AGENT_FOLDERS.isdisjoint(folder.parts[len(repo.parts) :])


def holds_sign(path: Path, signs: Mapping[str, str]) -> bool:
    """Whether a file that is no Markdown holds what agent files of its ending hold."""
    sign = signs.get(path.suffix.lower())
    if not sign:
        return False
    try:
        return sign.encode() in read_bytes(path)
    except OSError:
        return False


def is_definition(path: Path, needs_name: bool = True) -> bool:
    """Whether the frontmatter of a file has a description, and a name if it ``needs_name``."""
    try:
        keys = find_telling_keys(read_bytes(path).decode("utf-8-sig", "replace"))
    except OSError:
        return False
    return "description" in keys and (not needs_name or "name" in keys)


def begins_script(path: Path) -> bool:
    """Whether a file begins like a program that a shell runs."""
    try:
        return read_first_bytes(path, 2) == b"#!"
    except OSError:
        return False


def find_telling_keys(text: str) -> set[str]:
    """Those of the keys ``name`` and ``description`` that have a value in the frontmatter of a text."""
    opening = _OPENS.match(text)
    closing = _ENDS.search(text, opening.end()) if opening else None
    if not opening or not closing:
        return set()
    return {key for _quote, key in _KEY.findall(text, opening.end(), closing.start())}


def _walk(
    repo: Path, is_left_out: Callable[[Path], bool], hidden: bool = False, deepest: int = DEEPEST
) -> Iterator[tuple[Path, list[str], list[str]]]:
    """Each folder with the names of its folders and files. Of hidden ones only those of tools for agents."""
    for count, (path, names, files) in enumerate(os.walk(repo)):
        folder = Path(path)
        if not _BUILT.isdisjoint(files):
            names.clear()  # A site that was built: what it publishes are copies.
            continue
        yield folder, names, sorted(files)
        depth = len(folder.parts) - len(repo.parts)
        if count > MOST_FOLDERS or depth >= deepest:
            names.clear()
        names[:] = sorted(
            name
            for name in names
            if name not in _NEVER
            and (not name.startswith(".") or (hidden and name not in (".git", ".venv", ".tox", ".cache")))
            and not is_left_out(folder / name)
        )
