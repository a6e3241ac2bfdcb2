"""What a page means by a name or a link: an agent or a skill of the catalog, or a file that is not there."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from .. import urls
from ..evidence import BUILT_IN_AGENTS
from ..facts import canonical
from ..linked import Catalog
from ..model import Agent, Skill
from ..suggestions import suggest
from ..text import slug
from .outline import Mark

Thing = Agent | Skill
# The address of a file in a repository at one of the usual hosts.
_HOSTED = re.compile(r"/[^/]+/[^/]+/(?:-/)?(?:blob|tree|raw|src)/(?:branch/)?[^/]+/(.+)")
_NAME = re.compile(r"[a-z0-9.]+(?:[-_][a-z0-9.]+)+")


def kind(thing: Thing) -> str:
    return "agent" if isinstance(thing, Agent) else "skill"


def path_of(thing: Thing) -> str:
    return thing.source.path if thing.source else ""


def folder_of(thing: Thing) -> str:
    """The folder that holds it and its like: of a skill the one around its own folder."""
    folder = posixpath.dirname(path_of(thing))
    return folder if isinstance(thing, Agent) else posixpath.dirname(folder)


@dataclass(slots=True)
class Known:
    """The agents and skills of a catalog, by the names and paths that a page at ``path`` uses for them."""

    catalog: Catalog
    path: str
    docs: str = "docs"
    things: tuple[Thing, ...] = ()
    by_name: dict[str, list[Thing]] = field(default_factory=dict)
    by_path: dict[str, Thing] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)
    """Names that are no agent's and no skill's, and right all the same."""

    def __post_init__(self) -> None:
        self.things = (*self.catalog.agents, *(one for one in self.catalog.skills if one.source))
        for one in self.things:
            path = path_of(one)
            self.by_path[path] = one
            self.by_path.setdefault(self._page(urls.subject(kind(one), one.id, one.name)[0]), one)
            names = {slug(one.name), slug(posixpath.basename(path).rpartition(".")[0])}
            if isinstance(one, Skill):
                self.by_path[posixpath.dirname(path)] = one
                names = {slug(one.name), slug(posixpath.basename(posixpath.dirname(path)))}
            else:
                names.add(slug(one.title))
            if one.source and one.source.plugin:
                names.add(slug(f"{one.source.plugin.name}:{one.name}"))
            for name in names - {"unnamed"}:
                self.by_name.setdefault(name, []).append(one)
        self.others = {slug(name) for name in (*BUILT_IN_AGENTS, *canonical())}
        self.others |= {slug(one.name) for one in self.catalog.plugins}
        self.others |= {slug(one.name) for one in self.catalog.servers}
        self.others |= {slug(part) for one in self.things for part in folder_of(one).split("/")}

    def meant(self, mark: Mark) -> tuple[Thing, ...]:
        """What a mark means: by where its link leads, else by its words."""
        if mark.target and (found := self._at(mark.target)):
            return (found,)
        return self.called(mark.text)

    def called(self, text: str) -> tuple[Thing, ...]:
        """Everything that has this name, this title or a file of this name."""
        return tuple(self.by_name.get(slug(bare(text)), ())) if bare(text) else ()

    def missing(self, target: str) -> str:
        """The path that a link leads to, if it is a definition's and no file is there; else empty."""
        paths = self._paths(target)
        if not paths or self.catalog.repo is None or urlsplit(target).scheme:
            return ""
        folders = {folder_of(one) for one in self.things if isinstance(one, Agent)}
        if any(path in self.by_path or path == self._page("agents/index.md") for path in paths):
            return ""
        path = paths[0]
        ours = posixpath.dirname(path) in folders or "/agents/" in f"/{path}"
        if not (path.endswith("/SKILL.md") or (path.endswith(".md") and ours)):
            return ""
        return "" if any(_exists(self.catalog.repo, one) for one in paths) else path

    def is_there(self, target: str) -> bool:
        """Whether a link leads to a file of the repository."""
        if self.catalog.repo is None or urlsplit(target).scheme:
            return False
        return any(_exists(self.catalog.repo, path) for path in self._paths(target))

    def is_stale(self, name: str) -> bool:
        """Whether ``name`` can only be an agent's or a skill's, and none has it."""
        stands_out = bool(_NAME.fullmatch(bare(name)))
        return stands_out and slug(bare(name)) not in self.by_name and not self.is_other(name)

    def is_other(self, name: str) -> bool:
        """Whether ``name`` is that of a tool, a server, a plugin, a folder or an agent that is built in."""
        return slug(bare(name)) in self.others and slug(bare(name)) not in self.by_name

    def nearest(self, name: str) -> str:
        """The name most like ``name``; empty if none is."""
        names = [one.name for one in self.things]
        return suggest(bare(name), names) or ""

    def _page(self, uri: str) -> str:
        """The path at which a page of the site links to one of the catalog."""
        return posixpath.normpath(posixpath.join(self.docs, uri))

    def _at(self, target: str) -> Thing | None:
        return next((self.by_path[path] for path in self._paths(target) if path in self.by_path), None)

    def _paths(self, target: str) -> list[str]:
        """The paths in the repository that a link may mean: from the page, or from the top."""
        try:
            parts = urlsplit(target)
        except ValueError:
            return []
        path = unquote(parts.path)
        if parts.scheme or parts.netloc:
            hosted = _HOSTED.fullmatch(path)
            return [hosted[1].rstrip("/")] if hosted else []
        if not path:
            return []
        tried = (posixpath.join(posixpath.dirname(self.path), path.lstrip("/")), path.lstrip("/"))
        found = [posixpath.normpath(one) for one in (reversed(tried) if path.startswith("/") else tried)]
        return [one for one in found if not one.startswith("../")]


def bare(text: str) -> str:
    """A name without the signs that call it, and without the end of its file."""
    return text.strip().lstrip("@/").removesuffix(".md").strip()


def _exists(repo: Path, path: str) -> bool:
    try:
        return (repo / path).exists()
    except (OSError, ValueError):
        return True
