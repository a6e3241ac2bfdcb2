"""Finds the agent or skill that a name means, and makes unique ids."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import PurePosixPath
from typing import Any, TypeVar

from ..model.definitions import Agent, Plugin, Skill, Source
from ..runtimes import get_runtime_of
from ..text.strings import truncate_bytes

Named = TypeVar("Named", Agent, Skill)
RESERVED = frozenset({"index"})
LONGEST = 180


def assign_unique_ids(things: list[Named]) -> list[Named]:
    """``things`` in order of their paths, each with an id of its own on any disk (case does not count).

    Of several that want one id, the file that is spelled like it keeps it, so that a newcomer moves nobody;
    then one in a place of a runtime's own before one in a place that tells nothing. What is in a hidden
    folder such as ``.agents`` is then found below the name of it.
    A file that differs from the holder of the id by its ending only has the ending in its id.
    """
    taken: dict[str, PurePosixPath] = {}
    out: list[Named] = []
    for thing in sorted(things, key=_rank_claim):
        path = thing.source.path if thing.source else thing.id
        id = thing.id
        if id.rsplit("/", 1)[-1] in RESERVED:
            id += "-agent"
        if len(id.encode()) > LONGEST:
            id = "/".join(truncate_bytes(part, 60) for part in id.split("/"))
        holder, own = taken.get(id.casefold()), PurePosixPath(path)
        if holder and holder.with_suffix("") == own.with_suffix("") and holder.suffix != own.suffix:
            id = f"{id}-{own.suffix.removeprefix('.')}"
        hidden = path.partition("/")[0]
        if id.casefold() in taken and hidden.startswith("."):
            id = f"{hidden[1:]}/{id}"
        if id.casefold() in taken:
            id = f"{id}-{hashlib.sha1(path.encode(), usedforsecurity=False).hexdigest()[:6]}"
        taken[id.casefold()] = own
        out.append(replace(thing, id=id))
    return sorted(out, key=_get_path)


def _get_path(thing: Named) -> str:
    return thing.source.path if thing.source else thing.id


def _rank_claim(thing: Named) -> tuple[bool, bool, str]:
    spelled = PurePosixPath(_get_path(thing)).with_suffix("").parts
    is_unplaced = thing.source is None or (thing.source.dialect is None and thing.source.plugin is None)
    return thing.id.rpartition("/")[2] not in spelled, is_unplaced, _get_path(thing)


@dataclass(frozen=True, slots=True)
class NamedItem:
    """Something that has a name, and where its file stands."""

    kind: str
    id: str
    name: str
    path: str
    root: str
    plugin: Plugin | None
    runtimes: tuple[str, ...] = ()
    """The names of the runtimes that it is for, as far as that is known."""
    other_names: tuple[str, ...] = ()
    """How else it is written: with its plugin, by the path of its folder."""
    is_command: bool = False


def list_named_items(agents: Iterable[Agent], skills: Iterable[Skill]) -> tuple[NamedItem, ...]:
    """What agents and skills are called: the same as long as only their texts change."""
    things = (("agent", agents), ("skill", skills))
    return tuple(
        NamedItem(
            *(kind, item.id, item.name, item.source.path, item.source.root, item.source.plugin),
            (item.dialect,) if isinstance(item, Agent) else item.runtimes,
            tuple(dict.fromkeys(filter(None, _list_other_names(item)))),
            isinstance(item, Skill) and item.is_command,
        )
        for kind, result in things
        for item in result
        if item.source
    )


def _list_other_names(item: Agent | Skill) -> Iterator[str]:
    """How ``item`` is written other than by its name: an agent as it is called, a skill by its folder, which
    of a command says only where it is."""
    source = item.source
    if source and source.plugin:
        yield f"{source.plugin.name}:{item.name}"
    if isinstance(item, Agent):
        yield item.invocation.removeprefix("@").removeprefix("agent-")
        runtime = get_runtime_of(item)
        if runtime.knows_agents_by_file:
            yield runtime.get_stem(item.source.path)
    elif source and not item.is_command:
        if source.plugin:
            yield item.invocation.removeprefix("/")
        folders = PurePosixPath(source.below).parent.parts
        yield from ("/".join(folders), *folders[-1:])


class NameLookup:
    """Looks names up; where several things share one, the nearest to the asking file is meant."""

    def __init__(self, things: tuple[NamedItem, ...]) -> None:
        self._things: dict[tuple[str, str], list[NamedItem]] = {}
        for thing in things:
            self._things.setdefault((thing.kind, thing.name), []).append(thing)
        # A name of its own goes before another way to write something else.
        others: dict[tuple[str, str], list[NamedItem]] = {}
        for thing in things:
            for name in thing.other_names:
                others.setdefault((thing.kind, name), []).append(thing)
        self._things = {**others, **self._things}
        self._folded: dict[tuple[str, str], list[NamedItem]] = {}
        for (kind, name), items in self._things.items():
            self._folded.setdefault((kind, name.casefold()), []).extend(items)
        self._nearest: dict[tuple[Any, ...], tuple[NamedItem, ...]] = {}
        self.phrases: dict[str, dict[str, list[str]]] = {}
        for name in sorted(
            {item.name for item in things if item.kind == "agent" and " " in item.name.strip()}
        ):
            first = next(iter(name.replace("-", " ").split()), "")
            if first.isalnum():
                second = "".join(re.findall(r"\w+", name)[1:2])
                self.phrases.setdefault(first, {}).setdefault(second, []).append(name)

    def has(self, name: str, kinds: Iterable[str]) -> bool:
        """Whether anything of one of ``kinds`` is called ``name``."""
        return any((kind, name) in self._things for kind in kinds)

    def is_command(self, name: str) -> bool:
        """Whether commands are called ``name``, and no skill is."""
        items = self._things.get(("skill", name), ())
        return bool(items) and all(item.is_command for item in items)

    def find(self, kind: str, name: str, asking: Source, folds: bool = False) -> tuple[NamedItem, ...]:
        """The thing of ``kind`` called ``name`` nearest to the file ``asking``; several, in the order of
        their ids, if they are as near as each other. With ``folds`` case does not count, if no name is
        spelled so."""
        items = self._things.get((kind, name), [])
        if folds and not items:
            items = self._folded.get((kind, name.casefold()), [])
        if len(items) < 2:
            return tuple(items)
        # A text says the same name many times.
        key = (kind, name, folds, asking.path, asking.root, asking.dialect, asking.plugin)
        if key not in self._nearest:
            nearest = _find_nearest(items, asking)
            self._nearest[key] = tuple(sorted(nearest, key=lambda item: item.id))
        return self._nearest[key]

    def find_meant(self, kind: str, name: str, asking: Source | None) -> NamedItem | None:
        """The thing of ``kind`` called ``name`` that a text of the file ``asking`` means; ``None`` also where
        several are as near as each other: then nobody can say which."""
        items = self.find(kind, name, asking) if asking else self._things.get((kind, name), ())
        return items[0] if len(items) == 1 else None


def _find_nearest(items: Sequence[NamedItem], asking: Source) -> Sequence[NamedItem]:
    """What is of the same plugin is the nearest; then what is not for other runtimes only; then what no
    plugin elsewhere brings, and what is of a project that the file is in too; then what stands in the same
    folder, or in one beside it; then what is known to be for the same runtime; then what shares the most
    folders. Of what a plugin lacks, nobody knows from where it comes.

    Where many share a name, each rule is asked of those only that the rules before it leave.
    """
    root, dialect, plugin = asking.root, asking.dialect, asking.plugin
    above = posixpath.dirname(root)
    if plugin is not None:
        items = [item for item in items if item.plugin == plugin] or items
    if dialect:
        items = [item for item in items if not item.runtimes or dialect in item.runtimes] or items
    if plugin is None:
        items = [i for i in items if i.plugin is None or _holds(i.plugin.root, asking.path)] or items
        items = [item for item in items if _holds(_find_project(item.root), asking.path)] or items
    items = [item for item in items if item.root == root] or items
    if items[0].root != root:
        items = [item for item in items if posixpath.dirname(item.root) == above] or items
    items = [item for item in items if dialect in item.runtimes] or items
    if len(items) < 2:
        return items
    shared = [_count_shared_folders(item.path, asking.path) for item in items]
    most = max(shared)
    return [item for item, count in zip(items, shared, strict=True) if count == most]


def _count_shared_folders(path: str, other: str) -> int:
    """How many parts two paths begin with that are the same."""
    pairs = zip(path.split("/"), other.split("/"), strict=False)
    return sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _find_project(root: str) -> str:
    """The folder of the project whose definitions are in ``root``: the one around a runtime's own folder."""
    folders = root.split("/")
    marks = [number for number, folder in enumerate(folders) if len(folder) > 1 and folder.startswith(".")]
    return "/".join(folders[: marks[0] if marks else -1])


def _holds(root: str, path: str) -> bool:
    return root in ("", ".") or path.startswith(f"{root}/")
