"""Reads from git how agents changed: new, removed, or different.

Old versions are read as the files of today are, so that what is said of them is what their pages said.
"""

from __future__ import annotations

import heapq
import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import groupby, islice
from pathlib import Path

import pathspec

from ..model.catalog import Catalog
from ..model.changes import AgentChange, Change
from ..model.definitions import Agent, Source
from ..reading import masking
from ..reading.paths import explain_no_agent
from ..runtimes import RUNTIMES, find_dialect, get_runtime, get_runtime_of
from ..text.strings import make_single_line
from . import log
from .agent_diff import Difference, describe_access, diff_agents
from .log import FileChange

# So many entries; a commit that touched more agents than AT_ONCE is one of them.
MOST, AT_ONCE = 50, 20
# So many files are read; a commit with more of them than MOST_READ is told without reading any.
MOST_STEPS, MOST_READ = 400, 200
Steps = list[tuple[FileChange, str | None]]
"""Those of a commit, each with the id that its agent has today."""


def find_recent_changes(
    repo: Path,
    catalog: Catalog,
    profile: str,
    exclude: tuple[str, ...] = (),
    standard: bool = True,
    folders: Iterable[str] = (".",),
) -> list[list[Change]]:
    """The entries of each of ``folders``, newest first, each of one change, or of all of a commit with many.

    ``standard``: that the usual places are read, where agents may have been that are in none any more.
    ``folders`` are those of the repositories whose history is told. Nothing is told where there is none.
    Never raises.
    """
    return [
        _find_changes_in(_Places(repo, catalog, exclude, standard, folder), profile) for folder in folders
    ]


def group_commits(changes: Iterable[AgentChange]) -> list[Change]:
    """The entries of ``changes``: those of one commit about many of a kind are one."""
    entries: list[Change] = []
    for _, group in groupby(changes, key=lambda change: (change.commit, change.subject)):
        of_commit = tuple(group)
        entries += [of_commit] if len(of_commit) > AT_ONCE else [(change,) for change in of_commit]
    return entries


def merge_changes(entries: Iterable[list[Change]]) -> tuple[Change, ...]:
    """The entries of several lists, newest first."""
    newest_first = heapq.merge(*entries, key=lambda changes: changes[0].when, reverse=True)
    return tuple(islice(newest_first, MOST))


def _find_changes_in(places: _Places, profile: str) -> list[tuple[AgentChange, ...]]:
    """The entries of one repository, newest first."""
    repo, changes = places.root, places.find_file_changes()
    commits = list(limit_reads(places.group_steps(changes)))
    read = [step for steps in commits if len(steps) <= MOST_READ for step, _ in steps]
    names = sorted({side[1] for step in read for side in (step.old, step.new) if side})
    texts = log.read_blobs(repo, tuple(names)) if names else {}
    reader = _Reader(places, texts, profile)
    entries: list[tuple[AgentChange, ...]] = []
    for steps in commits:
        messages = [
            change
            for step, id in steps
            if (change := reader.describe_step(step, id, len(steps) <= MOST_READ))
        ]
        messages.sort(key=lambda item: item.path)
        entries += group_commits(messages)
        if len(entries) >= MOST:
            break
    return entries[:MOST]


def limit_reads(commits: Iterator[Steps]) -> Iterator[Steps]:
    """The commits that are told, by how many files have to be read for them."""
    left = MOST_STEPS
    for steps in commits:
        left -= len(steps) if len(steps) <= MOST_READ else 0
        if left < 0:
            return
        yield steps


class _Places:
    """Where agents of one repository are and were: which file is one of them, and whose it became.
    ``folder`` is that of the repository. Paths are those of the catalog."""

    def __init__(
        self, repo: Path, catalog: Catalog, exclude: tuple[str, ...], standard: bool, folder: str = "."
    ) -> None:
        self.repo, self.folder, self.root = repo, folder, repo / folder
        agents = [
            agent for agent in catalog.agents if catalog.find_repository(agent.source.path).folder == folder
        ]
        self.ids = {agent.source.path: agent.id for agent in agents}
        self.skipped = {skipped.path for skipped in catalog.skipped}
        self.titles = {agent.id: agent.title for agent in catalog.agents}
        self.roots = {
            agent.source.root: agent.source
            for agent in agents
            # A file of several agents stands for itself, and not for the folder that it lies in.
            if not agent.source.path.endswith(get_runtime_of(agent).agent_files)
        }
        for runtime in RUNTIMES.values() if standard else ():
            for root in (self._place(root) for root in runtime.agent_folders):
                self.roots.setdefault(root, Source(root, root, "agent", root, "", dialect=runtime.name))
        for entry in catalog.ledger.now.entries:
            if entry.kind == "agent" and entry.gone is not None and entry.path:
                self._add_former_root(catalog, entry.path)
        self._add_former_plugins()
        self.left_out = pathspec.GitIgnoreSpec.from_lines(exclude)
        self.sources: dict[str, Source | None] = {}

    def _add_former_root(self, catalog: Catalog, path: str) -> None:
        """Adds the folder of an agent that went: it may have gone too. What lay at the top is in none."""
        root = posixpath.dirname(path)
        is_read = any(known == "." or path.startswith(f"{known}/") for known in self.roots)
        if root and not is_read and catalog.find_repository(path).folder == self.folder:
            source = find_dialect(Source(path, path, "agent", root, ""))
            self.roots[root] = replace(source, path=root, below=root)

    def _add_former_plugins(self) -> None:
        """Adds the folders that plugins were in before."""
        plugins = {posixpath.relpath(r, self.folder): r for r, s in self.roots.items() if s.plugin}
        for former, today in log.find_former_folders(self.root, plugins).items():
            root = self._place(former)
            self.roots.setdefault(root, replace(self.roots[plugins[today]], path=root, root=root, below=root))

    def _place(self, path: str) -> str:
        """The path in the catalog of what is at ``path`` in the repository."""
        return path if self.folder == "." else posixpath.normpath(f"{self.folder}/{path}")

    def find_file_changes(self) -> tuple[FileChange, ...]:
        """What the last commits of the repository did to files in the places of agents."""
        folders = (posixpath.relpath(root, self.folder) for root in self.roots)
        changes = log.find_file_changes(self.root, tuple(sorted(folders)))

        def place(side: tuple[str, str] | None) -> tuple[str, str] | None:
            return side and (self._place(side[0]), side[1])

        return tuple(replace(change, old=place(change.old), new=place(change.new)) for change in changes)

    def find_source(self, side: tuple[str, str] | None) -> Source | None:
        """What is read at one side of a step, without its text; ``None`` where no agent can be."""
        if side is None:
            return None
        path = side[0]
        if path not in self.sources:
            self.sources[path] = self._read_source(path)
        return self.sources[path]

    def _read_source(self, path: str) -> Source | None:
        within = (root for root in self.roots if root == "." or path.startswith(f"{root}/"))
        root = max(within, key=len, default=None)
        if root is None or self.left_out.match_file(path) or masking.mask_text(path) != path:
            return None
        # What is there and was never looked at is no source of this site.
        is_known = path in self.ids or path in self.skipped
        if not is_known and (self.repo / path).exists():
            return None
        below = posixpath.relpath(path, root)
        source = replace(self.roots[root], path=path, below=below, text="", companions=())
        if not path.lower().endswith(get_runtime(source.dialect).suffixes):
            return None
        return None if path not in self.ids and explain_no_agent(below) else source

    def group_steps(self, changes: tuple[FileChange, ...]) -> Iterator[Steps]:
        """The steps of each commit that are about agents, each with the id that its agent has today.

        From the newest to the oldest: a file has the name that the last rename gave it, and what was at a
        place before a file was added there is something else.
        """
        at = dict(self.ids)
        for _, group in groupby(changes, key=lambda step: step.commit):
            steps = [step for step in group if self.find_source(step.old) or self.find_source(step.new)]
            pairs: Steps = [(step, at.get(step.new[0]) if step.new else None) for step in steps]
            for step in steps:
                if step.new and (step.old is None or step.old[0] != step.new[0]):
                    at.pop(step.new[0], None)
            at |= {step.old[0]: id for step, id in pairs if step.old and id}
            if pairs:
                yield pairs


class _Reader:
    """Makes changes of steps."""

    def __init__(self, places: _Places, texts: dict[str, str], profile: str) -> None:
        self.places, self.texts, self.profile = places, texts, profile

    def describe_step(self, step: FileChange, id: str | None, read: bool) -> AgentChange | None:
        """What ``step`` made of an agent; ``None`` if nothing that it says."""
        old, new = self.places.find_source(step.old), self.places.find_source(step.new)
        path = (step.new or step.old or ("", ""))[0]
        if not read:
            # What is no agent today is not taken for one without a look at it.
            if id is None and path in self.places.skipped:
                return None
            kind = "new" if old is None else "gone" if new is None else "changed"
            name = self.places.titles.get(id or "", posixpath.basename(path).removesuffix(".md"))
            return AgentChange(step.commit, step.when, path, id, make_single_line(name), (kind,))
        if not all(side[1] in self.texts for side in (step.old, step.new) if side):
            return None
        before, after = self._read_agent(old, step.old), self._read_agent(new, step.new)
        agent = after or before
        if agent is None:
            return None
        differences = _diff_versions(before, after)
        kinds = ("new",) if not before else ("gone",) if not after else tuple(d.kind for d in differences)
        if not kinds:
            return None
        return AgentChange(
            commit=step.commit,
            when=step.when,
            path=path,
            id=id if after else None,
            name=make_single_line(agent.title) or path,
            kinds=tuple(dict.fromkeys(kinds)),
            says=tuple(d.says for d in differences),
            gained=_collect_names(differences, "gained"),
            lost=_collect_names(differences, "lost"),
            summary=make_single_line(agent.summary),
        )

    def _read_agent(self, source: Source | None, side: tuple[str, str] | None) -> Agent | None:
        if source is None or side is None:
            return None
        return _read_version(replace(source, text=self.texts[side[1]]), self.profile)


def _diff_versions(before: Agent | None, after: Agent | None) -> tuple[Difference, ...]:
    if after is None:
        return ()
    if before is None:
        return () if after.document.error else (describe_access(after.access),)
    return diff_agents(before, after)


def _collect_names(differences: tuple[Difference, ...], kind: str) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            name for difference in differences if difference.kind == kind for name in difference.names
        )
    )


@lru_cache(maxsize=1024)
def _read_version(source: Source, profile: str) -> Agent | None:
    """The agent that a version of a file was; ``None`` if it was none. Here texts of the past come in."""
    runtime = get_runtime(source.dialect)
    version = replace(source, text=masking.mask_text(source.text))
    agents = [item for item in runtime.read_agents(version) if isinstance(item, Agent)]
    # Of a file that defines several agents it is not known which of them a change is about.
    return runtime.apply_profile(agents[0], profile) if len(agents) == 1 else None
