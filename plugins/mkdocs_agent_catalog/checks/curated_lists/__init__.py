"""Compares a list of agents and skills that somebody keeps by hand with the catalog: names and links."""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from ...addresses import urls
from ...model.catalog import Catalog
from ...model.definitions import Agent, Diagnostic, Skill, Span
from ...runtimes import list_runtimes
from ...text.i18n import say
from ...text.strings import make_slug
from ...text.suggestions import suggest
from .page_outline import COLUMN, ListedName, find_names

__all__ = ["compare_list"]

Item = Agent | Skill
# A name that can be no ordinary word.
_COMPOUND = re.compile(r"[a-z0-9.]+(?:[-_][a-z0-9.]+)+")
# The heading of a column of agents or skills, in many languages: Agents, Subagent, Agente, Skill.
_NAMES_KIND = re.compile(rf"{COLUMN} .*(?:agent|skill)", re.IGNORECASE)
# So many entries at least make a list one of agents (or skills), and one of all that a folder holds.
LEAST_KNOWN = 2
LEAST_IN_FOLDER = 3


@dataclass(frozen=True, slots=True)
class Drift:
    """The findings, sorted by place, and how many entries there were to compare."""

    findings: tuple[Diagnostic, ...]
    entries: int


def compare_list(catalog: Catalog, path: str, text: str, docs: str = "docs") -> Drift:
    """Finds where the Markdown page ``text`` does not list what ``catalog`` holds.

    ``path`` is the page's path in the repository. ``docs`` is the folder of the site's own pages, which may
    link to pages of the catalog. Never raises, whatever the page holds.
    """
    comparison = _Comparison(catalog, path, text, docs)
    findings = {*comparison.find_unknown(), *comparison.find_missing(), *comparison.find_mismatched()}
    ordered = sorted(findings, key=lambda finding: (finding.span, finding.check, finding.message))
    return Drift(tuple(ordered), len(comparison.entries))


class _Comparison:
    """The names on a page, and the agents and skills of a catalog by name and by path."""

    def __init__(self, catalog: Catalog, path: str, text: str, docs: str) -> None:
        self.catalog, self.path, self.text, self.docs = catalog, path, text, docs
        self.names = list(find_names(text))
        self.items: list[Item] = [*catalog.agents, *(skill for skill in catalog.skills if skill.source)]
        self.by_name: dict[str, list[Item]] = defaultdict(list)
        self.by_path: dict[str, Item] = {}
        for item in self.items:
            page = urls.locate_item("agent" if isinstance(item, Agent) else "skill", item.id, item.name)[0]
            self.by_path.setdefault(self._make_path_of_page(page), item)
            self.by_path[_get_path(item)] = item
            if isinstance(item, Skill):
                self.by_path[posixpath.dirname(_get_path(item))] = item
            for slug_of_name in _list_names(item):
                self.by_name[slug_of_name].append(item)
        # One entry a line: of a table's row the first cell that means something.
        self.entries: dict[int, tuple[ListedName, list[Item]]] = {}
        for name in self.names:
            if name.group and (items := self._find_items_meant_by(name)):
                self.entries.setdefault(name.line, (name, items))

    def find_unknown(self) -> Iterator[Diagnostic]:
        """Finds links to definitions that are not there, and entries that name nothing."""
        for name in self.names:
            if path := self._find_missing_definition(name.target):
                text = name.text or path
                message = say(
                    "`{name}` is listed, but its file `{path}` does not exist", name=text, path=path
                )
                hint = self._suggest_hint(posixpath.basename(path.removesuffix("/SKILL.md")))
                yield self._make_diagnostic("index_unknown", name, message, hint)
        for name in self._find_unknown_entries():
            bare = _strip_sigils(name.text)
            message = say("`{name}` is listed, but there is no agent or skill of that name", name=bare)
            yield self._make_diagnostic("index_unknown", name, message, self._suggest_hint(bare))

    def _find_unknown_entries(self) -> Iterator[ListedName]:
        """The entries that name nothing, in lists and columns where most entries name an agent or a skill.

        A name counts when it is written as the right ones are, and can be no ordinary word. It is right when
        its link leads to a file, here or elsewhere on the page: a plugin may leave its agent out.
        """
        folders = {part for item in self.items for part in _get_folder(item).split("/")}
        others = folders | {plugin.name for plugin in self.catalog.plugins}
        others |= {server.name for server in self.catalog.servers}
        for runtime in list_runtimes(self.catalog.agents):
            others |= {*runtime.builtin_agents, *runtime.names_by_lowercase}
        accepted = {make_slug(name) for name in others} - set(self.by_name)
        accepted |= {
            make_slug(_strip_sigils(name.text))
            for name in self.names
            if self._is_file(self._list_paths(name.target))
        }
        groups: dict[str, list[ListedName]] = defaultdict(list)
        for name in self.names:
            if name.group and (
                self._find_items_meant_by(name) or make_slug(_strip_sigils(name.text)) not in accepted
            ):
                groups[name.group].append(name)
        for title, group in groups.items():
            right = {name for name in group if self._find_items_meant_by(name)}
            same_style = [name for name in group if name.style in {known.style for known in right}]
            # A column that says it is one of agents or skills needs no more proof than one right name.
            is_titled = bool(right) and bool(_NAMES_KIND.match(title))
            if is_titled or (len(right) >= LEAST_KNOWN and len(right) * 2 >= len(same_style)):
                for name in same_style:
                    leads_away = name.target and not name.target.startswith("#")
                    if name not in right and not leads_away and _COMPOUND.fullmatch(_strip_sigils(name.text)):
                        yield name

    def find_missing(self) -> Iterator[Diagnostic]:
        """Finds what the page should list and names nowhere."""
        named = {
            item.name
            for name in self.names
            for item in (*self._find_items_meant_by(name), *self._find_items_called(name.text))
        }
        for item in self._find_items_to_list():
            if item.name in named or self._is_in_text(item.name):
                continue
            if isinstance(item, Agent):
                message = say("the agent `{name}` is not listed", name=item.name)
            else:
                message = say("the skill `{name}` is not listed", name=item.name)
            hint = say("its file is `{path}`", path=_get_path(item))
            yield self._make_diagnostic("index_missing", self._find_neighbour(item), message, hint)

    def _find_items_to_list(self) -> Iterator[Item]:
        """What the page means to list, as it lists more than half of it already.

        These are all agents (or skills) below the page's own folder, or else all of single folders.
        """
        listed = {item.name for _name, items in self.entries.values() for item in items}
        page_folder = posixpath.dirname(self.path)
        for kind in (Agent, Skill):
            items: list[Item] = [item for item in self.items if isinstance(item, kind)]
            below = [item for item in items if page_folder and _get_path(item).startswith(f"{page_folder}/")]
            if _are_most_listed(listed, below or items, LEAST_KNOWN):
                yield from below or items
                continue
            folders: dict[str, list[Item]] = defaultdict(list)
            for item in items:
                folders[_get_folder(item)].append(item)
            for folder_items in folders.values():
                if _are_most_listed(listed, folder_items, LEAST_IN_FOLDER):
                    yield from folder_items

    def _is_in_text(self, name: str) -> bool:
        """Whether a name that is no ordinary word stands anywhere, as in the drawing of a tree of files."""
        pattern = rf"(?<![\w-]){re.escape(name)}(?![\w-])"
        return bool(re.search(r"[-_]", name) and re.search(pattern, self.text))

    def _find_neighbour(self, missing: Item) -> ListedName:
        """The entry behind which it belongs: the last one from its folder, else the last one of its kind.

        Most of a folder stands in one list. What is named again elsewhere counts less.
        """
        entries = [(name, item) for name, items in self.entries.values() for item in items]
        near = [name for name, item in entries if _get_folder(item) == _get_folder(missing)]
        names = near or [name for name, item in entries if type(item) is type(missing)]
        group = Counter(name.group for name in names).most_common(1)[0][0]
        return [name for name in names if name.group == group][-1]

    def find_mismatched(self) -> Iterator[Diagnostic]:
        """Finds links whose words are the name of one agent or skill, and which lead to another one."""
        for name in self.names:
            called, target = self._find_items_called(name.text), self._find_item_at(name.target)
            if len(called) == 1 and target is not None and target is not called[0]:
                message = say(
                    "`{name}` leads to `{path}`", name=_strip_sigils(name.text), path=_get_path(target)
                )
                hint = say("its file is `{path}`", path=_get_path(called[0]))
                yield self._make_diagnostic("index_mismatch", name, message, hint)

    def _make_diagnostic(self, check: str, name: ListedName, message: str, hint: str) -> Diagnostic:
        return Diagnostic(check, Span(self.path, name.line, name.column), message, hint)

    def _suggest_hint(self, name: str) -> str:
        """Says what to write in the place of a name that nothing has any more."""
        if items := self._find_items_called(name):
            return say("its file is `{path}` now", path=_get_path(items[0]))
        entries = self.catalog.ledger.now.entries
        gone = next(
            (entry for entry in entries if entry.gone is not None and entry.name == _strip_sigils(name)), None
        )
        if gone is not None:
            successor = next((entry.name for entry in entries if entry.permanent == gone.replaced_by), "")
            if successor:
                return say("it is gone; `{other}` took its place", other=successor)
            return say("it is gone since {day}", day=gone.gone) if gone.gone else say("it is gone")
        if meant := suggest(_strip_sigils(name), [item.name for item in self.items]):
            return say("did you mean `{meant}`?", meant=meant)
        return say("remove it, or write its current name")

    def _find_items_meant_by(self, name: ListedName) -> list[Item]:
        """The item that the link leads to, else those that the words name."""
        target = self._find_item_at(name.target)
        return [target] if target else self._find_items_called(name.text)

    def _find_items_called(self, text: str) -> list[Item]:
        return self.by_name.get(make_slug(_strip_sigils(text)), []) if _strip_sigils(text) else []

    def _find_item_at(self, target: str) -> Item | None:
        return next((self.by_path[path] for path in self._list_paths(target) if path in self.by_path), None)

    def _find_missing_definition(self, target: str) -> str:
        """The path that a link leads to, if it is a definition's and no file is there; else empty."""
        paths = self._list_paths(target)
        path = paths[0] if paths else ""
        agent_folders = {_get_folder(agent) for agent in self.catalog.agents}
        in_agents = posixpath.dirname(path) in agent_folders or "/agents/" in f"/{path}"
        if not path.endswith("/SKILL.md") and not (path.endswith(".md") and in_agents):
            return ""
        known = {*self.by_path, self._make_path_of_page("agents/index.md")}
        return "" if known & {*paths} or self._is_file(paths) else path

    def _is_file(self, paths: list[str]) -> bool:
        """Whether one of ``paths`` is there. Where nobody can say, it is."""
        repo = self.catalog.repo
        try:
            return repo is None or any((repo / path).exists() for path in paths)
        except (OSError, ValueError):
            return True

    def _make_path_of_page(self, uri: str) -> str:
        """The path at which a page of the site links to one of the catalog."""
        return posixpath.normpath(posixpath.join(self.docs, uri))

    def _list_paths(self, target: str) -> list[str]:
        """The paths in the repository that a link may mean: from the page, or from the top."""
        try:
            parts = urlsplit(target)
        except ValueError:
            return []
        path = unquote(parts.path)
        if parts.scheme or parts.netloc or not path:
            return []
        from_top, from_page = path.lstrip("/"), posixpath.join(posixpath.dirname(self.path), path.lstrip("/"))
        paths = [from_top, from_page] if path.startswith("/") else [from_page, from_top]
        return [normal for path in paths if not (normal := posixpath.normpath(path)).startswith("../")]


def _list_names(item: Item) -> set[str]:
    """The slugs of the names that a page may use: its own, its title's, its file's, with its plugin."""
    path = _get_path(item)
    names = {item.name}
    if isinstance(item, Skill):
        names.add(posixpath.basename(posixpath.dirname(path)))
    else:
        names |= {item.title, posixpath.basename(path).rpartition(".")[0]}
    if item.source and item.source.plugin:
        names.add(f"{item.source.plugin.name}:{item.name}")
    return {make_slug(name) for name in names} - {"unnamed"}


def _get_path(item: Item) -> str:
    return item.source.path if item.source else ""


def _get_folder(item: Item) -> str:
    """The folder that holds it and others like it: of a skill the one around its own folder."""
    folder = posixpath.dirname(_get_path(item))
    return folder if isinstance(item, Agent) else posixpath.dirname(folder)


def _strip_sigils(text: str) -> str:
    """A name without the signs that call it, and without the end of its file."""
    return text.strip().lstrip("@/").removesuffix(".md").strip()


def _are_most_listed(listed: set[str], items: list[Item], least: int) -> bool:
    names = {item.name for item in items}
    return len(listed & names) >= least and len(listed & names) * 2 > len(names)
