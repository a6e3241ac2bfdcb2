"""A list of agents that somebody keeps by hand, compared with what there is: names and links."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote, urlsplit

from ...addresses import urls
from ...model.catalog import Catalog
from ...model.definitions import Agent, Diagnostic, Skill, Span
from ...runtimes import runtimes_of
from ...text.i18n import say
from ...text.strings import slug
from ...text.suggestions import suggest
from .page_outline import Mark, marks

__all__ = ["drift"]

Thing = Agent | Skill
_NAME = re.compile(r"[a-z0-9.]+(?:[-_][a-z0-9.]+)+")
# A list is one of agents (or skills) when so many of its entries are, and one of a folder when more are.
LEAST_KNOWN = 2
LEAST_IN_FOLDER = 3


@dataclass(frozen=True, slots=True)
class Drift:
    """What was found, sorted by place, and how many entries there were to compare."""

    findings: tuple[Diagnostic, ...]
    entries: int


def drift(catalog: Catalog, path: str, text: str, docs: str = "docs") -> Drift:
    """What the Markdown ``text`` lists otherwise than ``catalog`` has it.

    ``path`` is the page's, relative to the repository; so is ``docs``, the folder in which pages of the site
    link to those of the catalog. Never raises, whatever the page holds.
    """
    comparison = Comparison(catalog, path, text, docs)
    findings = {*comparison.unknown(), *comparison.missing(), *comparison.mismatched()}
    ordered = sorted(findings, key=lambda finding: (finding.span, finding.check, finding.message))
    return Drift(tuple(ordered), len(comparison.entries))


class Comparison:
    """A page, the marks on it, and the agents and skills of a catalog by name and by path."""

    def __init__(self, catalog: Catalog, path: str, text: str, docs: str) -> None:
        self.catalog, self.path, self.text, self.docs = catalog, path, text, docs
        self.marks = marks(text)
        self.things: tuple[Thing, ...] = (
            *catalog.agents,
            *(skill for skill in catalog.skills if skill.source),
        )
        self.by_name: dict[str, list[Thing]] = defaultdict(list)
        self.by_path: dict[str, Thing] = {}
        for thing in self.things:
            page = urls.subject("agent" if isinstance(thing, Agent) else "skill", thing.id, thing.name)[0]
            self.by_path.setdefault(self._page(page), thing)
            self.by_path[_path(thing)] = thing
            if isinstance(thing, Skill):
                self.by_path[posixpath.dirname(_path(thing))] = thing
            for name in _names(thing):
                self.by_name[name].append(thing)
        self.entries = self._entries()

    def _entries(self) -> list[tuple[Mark, list[Thing]]]:
        """The entries that mean something of the catalog; of a row only its first cell that does."""
        entries, rows = [], set()
        for mark in self.marks:
            things = self._meant(mark) if mark.block and mark.row not in rows else []
            if things:
                entries.append((mark, things))
                rows |= {mark.row} - {0}
        return entries

    def unknown(self) -> Iterator[Diagnostic]:
        """Links to definitions that are not there, and names that nothing has."""
        for mark in self.marks:
            path = self._lost(mark.target)
            if path:
                message = say(
                    "`{name}` is listed, and its file `{path}` is not there",
                    name=mark.text or path,
                    path=path,
                )
                name = posixpath.basename(path.removesuffix("/SKILL.md"))
                yield self._finding("index_unknown", mark, message, self._hint(name))
        for mark in self._in_lists_of_names():
            name = _bare(mark.text)
            if mark.target.startswith("#") or not mark.target:
                message = say("`{name}` is listed, and there is no agent or skill of that name", name=name)
                yield self._finding("index_unknown", mark, message, self._hint(name))

    def _in_lists_of_names(self) -> Iterator[Mark]:
        """Names of nothing in lists and columns where most entries name an agent or a skill.

        Only names that are written as those are, and can be no ordinary word. A name whose link leads to a
        file is right: a plugin may leave its agent out.
        """
        linked = {slug(_bare(mark.text)) for mark in self.marks if self._exists(self._paths(mark.target))}
        blocks: dict[str, list[Mark]] = defaultdict(list)
        for mark in self.marks:
            if mark.block and slug(_bare(mark.text)) not in self._other_names:
                blocks[mark.block].append(mark)
        for block in blocks.values():
            right = {mark for mark in block if self._meant(mark)}
            alike = [mark for mark in block if mark.style in {known.style for known in right}]
            if len(right) >= LEAST_KNOWN and len(right) * 2 >= len(alike):
                for mark in alike:
                    name = _bare(mark.text)
                    if mark not in right and _NAME.fullmatch(name) and slug(name) not in linked:
                        yield mark

    @cached_property
    def _other_names(self) -> set[str]:
        """Names that are no agent's and no skill's, and right all the same."""
        names: set[str] = set()
        for runtime in runtimes_of(self.catalog.agents):
            names |= {*runtime.builtin_agents, *runtime.names_by_lowercase}
        names |= {plugin.name for plugin in self.catalog.plugins}
        names |= {server.name for server in self.catalog.servers}
        names |= {part for thing in self.things for part in _folder(thing).split("/")}
        return {slug(name) for name in names} - set(self.by_name)

    def missing(self) -> Iterator[Diagnostic]:
        """What the page should list and names nowhere."""
        named = {
            thing.name for mark in self.marks for thing in (*self._meant(mark), *self._called(mark.text))
        }
        for kind in (Agent, Skill):
            things: list[Thing] = [thing for thing in self.things if isinstance(thing, kind)]
            for thing in self._covered(things):
                if thing.name in named or self._is_in_text(thing.name):
                    continue
                if kind is Agent:
                    message = say("the agent `{name}` is not listed", name=thing.name)
                else:
                    message = say("the skill `{name}` is not listed", name=thing.name)
                hint = say("its file is `{path}`", path=_path(thing))
                yield self._finding("index_missing", self._place(thing), message, hint)

    def _covered(self, things: list[Thing]) -> list[Thing]:
        """What of ``things`` the page is a list of, as it lists more than half of it: what is below its own
        folder (or all), or else single folders that have a list of their own."""
        blocks: dict[str, set[str]] = defaultdict(set)
        for mark, meant in self.entries:
            blocks[mark.block] |= {thing.name for thing in meant if thing in things}
        own = posixpath.dirname(self.path)
        below = [thing for thing in things if own and _path(thing).startswith(f"{own}/")] or things
        if _is_most({name for names in blocks.values() for name in names}, below, LEAST_KNOWN):
            return below
        folders: dict[str, list[Thing]] = defaultdict(list)
        for thing in things:
            folders[_folder(thing)].append(thing)
        return [
            thing
            for group in folders.values()
            if any(
                _is_most(names, group, LEAST_IN_FOLDER)
                and len(names & {thing.name for thing in group}) * 2 > len(names)
                for names in blocks.values()
            )
            for thing in group
        ]

    def _is_in_text(self, name: str) -> bool:
        """Whether a name that is no ordinary word stands anywhere, as in the drawing of a tree of files."""
        return bool(
            re.search(r"[-_]", name) and re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", self.text)
        )

    def _place(self, missing: Thing) -> Mark:
        """The entry behind which it belongs: the last one from its folder, else the last one of its kind."""
        same = [
            (mark, _folder(thing))
            for mark, things in self.entries
            for thing in things
            if type(thing) is type(missing)
        ]
        own = [mark for mark, folder in same if folder == _folder(missing)]
        entries = own or [mark for mark, _ in same]
        blocks = [mark.block for mark in entries]
        # Most of a folder stands in one list; what is named again elsewhere says less.
        block = max(blocks, key=blocks.count)
        return [mark for mark in entries if mark.block == block][-1]

    def mismatched(self) -> Iterator[Diagnostic]:
        """Links whose words are the name of one agent or skill, and which lead to another one."""
        for mark in self.marks:
            called, target = self._called(mark.text), self._at(mark.target)
            if len(called) == 1 and target is not None and target is not called[0]:
                message = say("`{name}` leads to `{path}`", name=_bare(mark.text), path=_path(target))
                hint = say("its file is `{path}`", path=_path(called[0]))
                yield self._finding("index_mismatch", mark, message, hint)

    def _finding(self, check: str, mark: Mark, message: str, hint: str) -> Diagnostic:
        return Diagnostic(check, Span(self.path, mark.line, mark.column), message, hint)

    def _hint(self, name: str) -> str:
        """What to write in the place of a name that nothing has any more."""
        name = _bare(name)
        entries = self.catalog.ledger.now.entries
        gone = next((entry for entry in entries if entry.gone is not None and entry.name == name), None)
        near = suggest(name, [thing.name for thing in self.things])
        if self._called(name):
            return say("its file is `{path}` now", path=_path(self._called(name)[0]))
        if gone is not None:
            other = next((entry.name for entry in entries if entry.permanent == gone.replaced_by), "")
            if other:
                return say("it is gone; `{other}` took its place", other=other)
            return say("it is gone since {day}", day=gone.gone) if gone.gone else say("it is gone")
        if near:
            return say("did you mean `{meant}`?", meant=near)
        return say("take it out, or write what it is called now")

    def _meant(self, mark: Mark) -> list[Thing]:
        """What a mark means: by where its link leads, else by its words."""
        target = self._at(mark.target)
        return [target] if target else self._called(mark.text)

    def _called(self, text: str) -> list[Thing]:
        return self.by_name.get(slug(_bare(text)), []) if _bare(text) else []

    def _at(self, target: str) -> Thing | None:
        return next((self.by_path[path] for path in self._paths(target) if path in self.by_path), None)

    def _lost(self, target: str) -> str:
        """The path that a link leads to, if it is a definition's and no file is there; else empty."""
        paths = self._paths(target)
        if not paths:
            return ""
        path = paths[0]
        folders = {_folder(thing) for thing in self.catalog.agents}
        is_agent = path.endswith(".md") and (posixpath.dirname(path) in folders or "/agents/" in f"/{path}")
        if not is_agent and not path.endswith("/SKILL.md"):
            return ""
        known = {*self.by_path, self._page("agents/index.md")}
        return "" if known & {*paths} or self._exists(paths) else path

    def _exists(self, paths: list[str]) -> bool:
        """Whether one of ``paths`` is a file; so it is where nobody can say."""
        repo = self.catalog.repo
        try:
            return repo is None or any((repo / path).exists() for path in paths)
        except (OSError, ValueError):
            return True

    def _page(self, uri: str) -> str:
        """The path at which a page of the site links to one of the catalog."""
        return posixpath.normpath(posixpath.join(self.docs, uri))

    def _paths(self, target: str) -> list[str]:
        """The paths in the repository that a link may mean: from the page, or from the top."""
        try:
            parts = urlsplit(target)
        except ValueError:
            return []
        path = unquote(parts.path)
        if parts.scheme or parts.netloc or not path:
            return []
        here = posixpath.join(posixpath.dirname(self.path), path.lstrip("/"))
        tried = [path.lstrip("/"), here] if path.startswith("/") else [here, path]
        normal = [posixpath.normpath(one) for one in tried]
        return [one for one in normal if not one.startswith("../")]


def _names(thing: Thing) -> set[str]:
    """The slugs of the names that a page may use: its own, its title's, its file's, with its plugin."""
    path = _path(thing)
    names = {thing.name}
    if isinstance(thing, Skill):
        names.add(posixpath.basename(posixpath.dirname(path)))
    else:
        names |= {thing.title, posixpath.basename(path).rpartition(".")[0]}
    if thing.source and thing.source.plugin:
        names.add(f"{thing.source.plugin.name}:{thing.name}")
    return {slug(name) for name in names} - {"unnamed"}


def _path(thing: Thing) -> str:
    return thing.source.path if thing.source else ""


def _folder(thing: Thing) -> str:
    """The folder that holds it and its like: of a skill the one around its own folder."""
    folder = posixpath.dirname(_path(thing))
    return folder if isinstance(thing, Agent) else posixpath.dirname(folder)


def _bare(text: str) -> str:
    """A name without the signs that call it, and without the end of its file."""
    return text.strip().lstrip("@/").removesuffix(".md").strip()


def _is_most(names: set[str], things: list[Thing], least: int) -> bool:
    wanted = {thing.name for thing in things}
    return len(wanted & names) >= least and len(wanted & names) * 2 > len(wanted)
