"""Names to things: the nearest agent or skill of a name, and ids that never collide."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TypeVar

from ..model.definitions import Agent, Plugin, Skill, Source
from ..text.strings import short

Named = TypeVar("Named", Agent, Skill)
RESERVED = frozenset({"index"})
LONGEST = 180


def unique_ids(things: list[Named]) -> list[Named]:
    """``things`` in order of their paths, each with an id of its own on any disk (case does not count).

    Of several that want one id, the file that is spelled like it keeps it, so that a newcomer moves nobody.
    """
    taken: set[str] = set()
    out: list[Named] = []
    for thing in sorted(things, key=_claim):
        path = thing.source.path if thing.source else thing.id
        id = thing.id
        if id.rsplit("/", 1)[-1] in RESERVED:
            id += "-agent"
        if len(id.encode()) > LONGEST:
            id = "/".join(short(part, 60) for part in id.split("/"))
        if id.casefold() in taken:
            id = f"{id}-{hashlib.sha1(path.encode(), usedforsecurity=False).hexdigest()[:6]}"
        taken.add(id.casefold())
        out.append(replace(thing, id=id))
    return sorted(out, key=_path)


def _path(thing: Named) -> str:
    return thing.source.path if thing.source else thing.id


def _claim(thing: Named) -> tuple[bool, str]:
    spelled = PurePosixPath(_path(thing)).with_suffix("").parts
    return thing.id.rpartition("/")[2] not in spelled, _path(thing)


@dataclass(frozen=True, slots=True)
class Called:
    """Something that has a name, and where its file stands."""

    kind: str
    id: str
    name: str
    path: str
    root: str
    plugin: Plugin | None


def called(agents: Iterable[Agent], skills: Iterable[Skill]) -> tuple[Called, ...]:
    """What agents and skills are called: the same as long as only their texts change."""
    things = (("agent", agents), ("skill", skills))
    return tuple(
        Called(kind, one.id, one.name, one.source.path, one.source.root, one.source.plugin)
        for kind, found in things
        for one in found
        if one.source
    )


class Names:
    """Looks names up; where several things share one, the nearest to the asking file is meant."""

    def __init__(self, things: tuple[Called, ...]) -> None:
        self._things: dict[tuple[str, str], list[Called]] = {}
        for one in things:
            self._things.setdefault((one.kind, one.name), []).append(one)
            if one.plugin:
                self._things.setdefault((one.kind, f"{one.plugin.name}:{one.name}"), []).append(one)
        self.phrases: dict[str, tuple[str, ...]] = {}
        for name in sorted({one.name for one in things if one.kind == "agent" and " " in one.name.strip()}):
            first = next(iter(name.replace("-", " ").split()), "")
            if first.isalnum():
                self.phrases[first] = (*self.phrases.get(first, ()), name)

    def has(self, name: str, kinds: Iterable[str]) -> bool:
        """Whether anything of one of ``kinds`` is called ``name``."""
        return any((kind, name) in self._things for kind in kinds)

    def find(self, kind: str, name: str, asking: Source) -> Called | None:
        """The thing of ``kind`` called ``name`` nearest to the file ``asking``; ``None`` if none is."""
        found = self._things.get((kind, name))
        return max(found, key=lambda one: _nearness(one, asking)) if found else None


def _nearness(one: Called, asking: Source) -> tuple[bool, bool, int]:
    ours, theirs = one.path.split("/"), asking.path.split("/")
    shared = 0
    for a, b in zip(ours, theirs, strict=False):
        if a != b:
            break
        shared += 1
    same_plugin = one.plugin is not None and one.plugin == asking.plugin
    return (same_plugin, one.root == asking.root, shared)
