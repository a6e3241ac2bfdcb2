"""Names to things: the nearest agent or skill of a name, and ids that never collide."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TypeVar

from .model import Agent, Skill, Source
from .text import short

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


class Names:
    """Looks names up; where several things share one, the nearest to the asking file is meant."""

    def __init__(self, agents: tuple[Agent, ...], skills: tuple[Skill, ...]) -> None:
        self._things: dict[tuple[str, str], list[Agent | Skill]] = {}
        for agent in agents:
            plugin = agent.source.plugin
            self._add("agent", agent.name, agent, plugin.name if plugin else None)
        for skill in skills:
            plugin = skill.source.plugin if skill.source else None
            self._add("skill", skill.name, skill, plugin.name if plugin else None)
        self.phrases: dict[str, tuple[str, ...]] = {}
        for name in sorted({a.name for a in agents if " " in a.name.strip()}):
            first = next(iter(name.replace("-", " ").split()), "")
            if first.isalnum():
                self.phrases[first] = (*self.phrases.get(first, ()), name)

    def _add(self, kind: str, name: str, thing: Agent | Skill, plugin: str | None) -> None:
        self._things.setdefault((kind, name), []).append(thing)
        if plugin:
            self._things.setdefault((kind, f"{plugin}:{name}"), []).append(thing)

    def find(self, kind: str, name: str, asking: Source) -> Agent | Skill | None:
        """The thing of ``kind`` called ``name`` nearest to the file ``asking``; ``None`` if none is."""
        found = self._things.get((kind, name))
        return max(found, key=lambda t: _nearness(t.source, asking)) if found else None


def _nearness(source: Source | None, asking: Source) -> tuple[bool, bool, int]:
    if source is None:
        return (False, False, 0)
    ours, theirs = source.path.split("/"), asking.path.split("/")
    shared = 0
    for a, b in zip(ours, theirs, strict=False):
        if a != b:
            break
        shared += 1
    same_plugin = source.plugin is not None and source.plugin == asking.plugin
    return (same_plugin, source.root == asking.root, shared)
