"""Resolves the paths in options, and refuses those outside of the repository."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ..model.repositories import Repository
from ..text.i18n import say

_DOCUMENTS = re.compile(
    r"(readme([._-][a-z]{2}([_-][a-z]{2})?)?|changelog|claude|agents|gemini|contributing|license)\.md", re.I
)
# All of a file that git writes for a symbolic link where links are switched off (`core.symlinks`).
_LINK_TEXT = re.compile(r"((?:[\w@.+-]+/)*[\w@.+-]+\.(?:md|toml|json|ya?ml))\s*", re.I)


class RuntimePlaces:
    """Where the files of one runtime are, relative to the root of a repository, and how their names end."""

    name: str
    """The word for it in options and data, such as ``claude-code``."""
    title: str
    """What people call it."""
    agent_folders: tuple[str, ...] = ()
    skill_folders: tuple[str, ...] = ()
    command_folders: tuple[str, ...] = ()
    command_suffixes: tuple[str, ...] = (".md",)
    """How the names of files of commands end. What is left is what a command is called."""
    runs_scripts = False
    """Whether a file among commands that begins with `#!` is one, however its name ends."""
    server_files: tuple[str, ...] = ()
    plugin_folders: tuple[str, ...] = ()
    """Folders that hold plugins or their manifests."""
    plugin_manifests: tuple[str, ...] = ()
    """The manifest of a plugin, relative to its folder."""
    marketplaces: tuple[str, ...] = ()
    """Files that list plugins."""
    has_plugin_agents = True
    """Whether its plugins may bring agents."""
    refuses_plain_paths = False
    """Whether it refuses a manifest with a path that does not begin with ``./``."""
    instruction_files: tuple[str, ...] = ()
    """The files in a project's folder, and in those around it, that are given to every session."""
    rule_folders: tuple[str, ...] = ()
    """The folders of a project, or patterns of them, whose files are given to its sessions."""
    rule_suffixes: tuple[str, ...] = (".md",)
    """How the names of files in these folders end."""
    settings_files: tuple[str, ...] = ()
    """Files, or patterns of them, with permission rules and hooks for every session in the repository."""
    suffixes: tuple[str, ...] = (".md",)
    """How the names of its agent files end. The stem of the name is what is left."""
    marks: tuple[str, ...] = ()
    """Names of folders that say, anywhere in a path, that the files in them are its own."""
    own_suffixes: tuple[str, ...] = ()
    """Those of ``suffixes`` that no other runtime has: they say the same wherever the file is."""
    file_sign = ""
    """For agent files that are no Markdown: a text that each of them holds, and hardly another file."""
    agent_files: tuple[str, ...] = ()
    """Files of a project that hold several agents each."""
    reads_subfolders = True
    """Whether it reads the files in folders below its folders of agents."""
    reads_documentation = False
    """Whether every Markdown file in its folders of agents is one: a ``README.md``, too."""
    skips_underscores = False
    """Whether a file whose name begins with ``_`` is none of its agents."""
    needs_name = False
    """Whether a file without a name is not loaded."""

    def owns(self, place: str) -> bool:
        """Whether a place is in a folder that says that all in it is for this runtime."""
        return place.partition("/")[0] in self.marks

    def holds_agents(self, folder: str) -> bool:
        """Whether ``folder`` is one of its own folders of agents, which no convention of others is about."""
        own = (place for place in self.agent_folders if place.startswith("."))
        return any(f"/{folder}".endswith(f"/{place}") for place in own)

    @property
    def project_marks(self) -> tuple[str, ...]:
        """The names in a folder that show that it is a project, though it lies within another one."""
        shared = (place.split("/") for place in self.skill_folders if place.startswith("."))
        return (*self.marks, *self.agent_files, *(parts[0] for parts in shared if len(parts) == 2))

    @property
    def top_names(self) -> tuple[str, ...]:
        """The first part of each place, which shows that a folder is a repository."""
        places = (*self.agent_folders, *self.skill_folders, *self.plugin_folders, *self.server_files)
        names = (place.partition("/")[0] for place in (*places, *self.agent_files))
        return tuple(dict.fromkeys((*names, *self.marks)))


def list_signs(places: Iterable[RuntimePlaces]) -> dict[str, str]:
    """What agent files that are no Markdown hold, by their endings."""
    return {suffix: item.file_sign for item in places if item.file_sign for suffix in item.suffixes}


@dataclass(frozen=True, slots=True)
class SourceRule:
    """A place that the options name: a file, a folder or a glob, with a label and a dialect for it.
    ``repository`` is what they say of the repository that it is in, if that is another one."""

    path: str
    label: str | None = None
    dialect: str | None = None
    repository: Repository | None = None


def get_glob_base(repo: Path, path: str) -> Path | None:
    """The folder of a glob that is no pattern yet; ``None`` when ``path`` is no glob."""
    parts = Path(path).parts
    fixed = next((n for n, part in enumerate(parts) if set(part) & set("*?[")), None)
    return None if fixed is None else repo.joinpath(*parts[:fixed])


def find_skills_folder(path: Path, root: Path) -> Path | None:
    """The folder called ``skills`` below ``root`` that ``path`` is in; ``None`` if it is in none."""
    return next((path for path in path.parents if path.name == "skills" and path.is_relative_to(root)), None)


def find_link_target(text: str) -> str:
    """Where a file leads to that is a symbolic link as text: the path that is all of it; else empty."""
    match = _LINK_TEXT.fullmatch(text)
    return match[1] if match else ""


def resolve_beside(origin: str, path: str) -> str:
    """The path of the file that the one at ``origin`` names by ``path``, from where it is; empty if that
    leads further up than ``origin`` is. Sources above the folder of ``mkdocs.yml`` begin with `../`."""
    resolved = posixpath.normpath(posixpath.join(posixpath.dirname(origin), path))
    return "" if _count_steps_up(resolved) > _count_steps_up(origin) else resolved


def _count_steps_up(path: str) -> int:
    return path.split("/").count("..")


def is_documentation(name: str) -> bool:
    """Whether the name of a Markdown file says that it is documentation."""
    return _DOCUMENTS.fullmatch(name) is not None


def is_command_documentation(name: str) -> bool:
    """Whether a Markdown file among commands is documentation by its name. In small letters each name but
    that of a readme is one that a person types, such as ``/changelog``."""
    return is_documentation(name) and (name.lower().startswith("readme") or not name.islower())


def explain_no_agent(below: str, is_definition: bool = False) -> str:
    """Why a Markdown file is no agent by its place ``below`` an agents root; empty if it may be one. What a
    runtime reads as the definition of an agent is one, even where its name is one of documentation."""
    path = PurePosixPath(below)
    if any(part.startswith("_") for part in path.parts):
        return say("not an agent: a name that begins with `_` means shared text")
    if path.name.lower() == "skill.md":
        return say("not an agent: a skill outside a folder of skills")
    if "skills" in path.parts[:-1]:
        return say("not an agent: it belongs to a skill")
    if is_documentation(path.name) and not is_definition:
        return say("not an agent: its file name says that it is documentation")
    return ""
