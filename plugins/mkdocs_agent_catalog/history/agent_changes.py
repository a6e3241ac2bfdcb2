"""What changed in the catalog, from git: agents that are new, gone, or other than they were.

Old versions are read as the files of today are, so that what is said of them is what their pages said.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from pathlib import Path

import pathspec

from ..model.catalog import Catalog
from ..model.definitions import Agent, Source
from ..reading import masking
from ..reading.paths import no_agent
from ..runtimes import RUNTIMES, runtime_named
from ..text.i18n import Said
from ..text.strings import flat
from . import log
from .agent_diff import Difference, differences, has
from .log import Step

# So many entries; a commit that touched more agents than AT_ONCE is one of them.
MOST, AT_ONCE = 50, 20
# So many files are read; a commit with more of them than MOST_READ is told without reading any.
MOST_STEPS, MOST_READ = 400, 200
Steps = list[tuple[Step, str | None]]
"""Those of a commit, each with the id that its agent has today."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one commit made of one agent. ``id`` is that of its page today; ``None``: it has none.

    ``kinds`` are words for programs: ``new``, ``gone``, else those of its differences.
    """

    commit: str
    when: str
    path: str
    id: str | None
    name: str
    kinds: tuple[str, ...]
    says: tuple[Said, ...] = ()
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    summary: str = ""


def changes(
    repo: Path, catalog: Catalog, profile: str, exclude: tuple[str, ...] = (), standard: bool = True
) -> tuple[tuple[Change, ...], ...]:
    """The entries, newest first, each of one change, or of all those of a commit with many.

    ``standard``: that the usual places are read, where agents may have been that are in none any more.
    Nothing is told where there is no history. Never raises.
    """
    places = _Places(repo, catalog, exclude, standard)
    found = log.steps(repo, tuple(sorted(places.roots)))
    commits = list(_within(places.steps(found)))
    read = [step for steps in commits if len(steps) <= MOST_READ for step, _ in steps]
    names = sorted({side[1] for step in read for side in (step.old, step.new) if side})
    texts = log.texts(repo, tuple(names)) if names else {}
    reader = _Reader(places, texts, profile)
    entries: list[tuple[Change, ...]] = []
    for steps in commits:
        told = [one for step, id in steps if (one := reader.change(step, id, len(steps) <= MOST_READ))]
        told.sort(key=lambda one: one.path)
        entries += [tuple(told)] if len(told) > AT_ONCE else [(one,) for one in told]
        if len(entries) >= MOST:
            break
    return tuple(entries[:MOST])


def _within(commits: Iterator[Steps]) -> Iterator[Steps]:
    """The commits that are told, by how many files have to be read for them."""
    left = MOST_STEPS
    for steps in commits:
        left -= len(steps) if len(steps) <= MOST_READ else 0
        if left < 0:
            return
        yield steps


class _Places:
    """Where agents are and were: which file is one of them, and whose it became."""

    def __init__(self, repo: Path, catalog: Catalog, exclude: tuple[str, ...], standard: bool) -> None:
        self.repo = repo
        self.ids = {one.source.path: one.id for one in catalog.agents}
        self.seen = {*self.ids, *(one.path for one in catalog.skipped)}
        self.titles = {one.id: one.title for one in catalog.agents}
        self.roots = {one.source.root: one.source for one in catalog.agents}
        for runtime in RUNTIMES.values() if standard else ():
            for root in runtime.agent_folders:
                self.roots.setdefault(root, Source(root, root, "agent", root, "", dialect=runtime.name))
        self.left_out = pathspec.GitIgnoreSpec.from_lines(exclude)
        self.sources: dict[str, Source | None] = {}

    def source(self, side: tuple[str, str] | None) -> Source | None:
        """What is read at one side of a step, without its text; ``None`` where no agent can be."""
        if side is None:
            return None
        path = side[0]
        if path not in self.sources:
            self.sources[path] = self._source(path)
        return self.sources[path]

    def _source(self, path: str) -> Source | None:
        within = (root for root in self.roots if root == "." or path.startswith(f"{root}/"))
        root = max(within, key=len, default=None)
        if root is None or self.left_out.match_file(path) or masking.masked(path) != path:
            return None
        # What is there and was never looked at is no source of this site.
        if path not in self.seen and (self.repo / path).exists():
            return None
        below = posixpath.relpath(path, root)
        one = replace(self.roots[root], path=path, below=below, text="")
        return None if no_agent(below) else one

    def steps(self, found: tuple[Step, ...]) -> Iterator[Steps]:
        """The steps of each commit that are about agents, each with the id that its agent has today.

        From the newest to the oldest: a file has the name that the last rename gave it, and what was at a
        place before a file was added there is something else.
        """
        at = dict(self.ids)
        for _, group in groupby(found, key=lambda step: step.commit):
            steps = [step for step in group if self.source(step.old) or self.source(step.new)]
            told: Steps = [(step, at.get(step.new[0]) if step.new else None) for step in steps]
            for step in steps:
                if step.new and (step.old is None or step.old[0] != step.new[0]):
                    at.pop(step.new[0], None)
            at |= {step.old[0]: id for step, id in told if step.old and id}
            if told:
                yield told


class _Reader:
    """Makes changes of steps."""

    def __init__(self, places: _Places, texts: dict[str, str], profile: str) -> None:
        self.places, self.texts, self.profile = places, texts, profile

    def change(self, step: Step, id: str | None, read: bool) -> Change | None:
        """What ``step`` made of an agent; ``None`` if nothing that it says."""
        old, new = self.places.source(step.old), self.places.source(step.new)
        path = (step.new or step.old or ("", ""))[0]
        if not read:
            kind = "new" if old is None else "gone" if new is None else "changed"
            name = self.places.titles.get(id or "", posixpath.basename(path).removesuffix(".md"))
            return Change(step.commit, step.when, path, id, flat(name), (kind,))
        if not all(side[1] in self.texts for side in (step.old, step.new) if side):
            return None
        before, after = self._agent(old, step.old), self._agent(new, step.new)
        one = after or before
        if one is None:
            return None
        found = _differences(before, after)
        kinds = ("new",) if not before else ("gone",) if not after else tuple(d.kind for d in found)
        if not kinds:
            return None
        return Change(
            commit=step.commit,
            when=step.when,
            path=path,
            id=id if after else None,
            name=flat(one.title) or path,
            kinds=tuple(dict.fromkeys(kinds)),
            says=tuple(d.says for d in found),
            gained=_names(found, "gained"),
            lost=_names(found, "lost"),
            summary=flat(one.summary),
        )

    def _agent(self, source: Source | None, side: tuple[str, str] | None) -> Agent | None:
        if source is None or side is None:
            return None
        return _read(replace(source, text=self.texts[side[1]]), self.profile)


def _differences(before: Agent | None, after: Agent | None) -> tuple[Difference, ...]:
    if after is None:
        return ()
    if before is None:
        return () if after.document.error else (has(after.access),)
    return differences(before, after)


def _names(found: tuple[Difference, ...], kind: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for one in found if one.kind == kind for name in one.names))


@lru_cache(maxsize=1024)
def _read(source: Source, profile: str) -> Agent | None:
    """The agent that a version of a file was; ``None`` if it was none. Here texts of the past come in."""
    runtime = runtime_named(source.dialect)
    version = runtime.read_document(replace(source, text=masking.masked(source.text)))
    agent = runtime.read_agent(version)
    return runtime.apply_profile(agent, profile) if isinstance(agent, Agent) else None
