"""What of a history is told as news: which commits, how many of their files are read, what is one entry."""

from __future__ import annotations

import heapq
import posixpath
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import groupby, islice
from pathlib import Path

import pathspec

from ..model.catalog import Catalog
from ..model.changes import AgentChange, Change
from ..reading import masking
from . import log
from .log import FileChange

# So many entries; a commit that touched more agents than AT_ONCE is one of them.
MOST, AT_ONCE = 50, 20
# So many files are read; a commit with more of them than MOST_READ is told without reading any.
MOST_STEPS, MOST_READ = 400, 200
Side = tuple[str, str] | None
Steps = list[tuple[FileChange, str | None]]
"""Those of a commit, each with the id that its agent has today."""
DescribeStep = Callable[[FileChange, str | None, dict[str, str] | None], Iterable[AgentChange]]
"""What a step made of something. The last argument are the texts by git's names for them; ``None`` for a
commit whose files are not read."""


class PastPlaces:
    """The repository in ``folder`` with its history. Paths are those of the catalog."""

    def __init__(self, repo: Path, catalog: Catalog, exclude: tuple[str, ...], folder: str) -> None:
        self.repo, self.catalog, self.folder, self.root = repo, catalog, folder, repo / folder
        self.left_out = pathspec.GitIgnoreSpec.from_lines(exclude)

    def is_here(self, path: str) -> bool:
        """Whether the file at ``path`` is in this repository, and not in another one of the catalog."""
        return self.catalog.find_repository(path).folder == self.folder

    def place(self, path: str) -> str:
        """The path in the catalog of what is at ``path`` in the repository."""
        return path if self.folder == "." else posixpath.normpath(f"{self.folder}/{path}")

    def is_left_out(self, path: str) -> bool:
        """Whether nothing may be told of the file at ``path``."""
        return self.left_out.match_file(path) or masking.mask_text(path) != path

    def find_file_changes(self, places: Iterable[str]) -> tuple[FileChange, ...]:
        """What the last commits did to files in ``places``."""
        paths = sorted(posixpath.relpath(path, self.folder) for path in places)

        def place(side: Side) -> Side:
            return side and (self.place(side[0]), side[1])

        changes = log.find_file_changes(self.root, tuple(paths))
        return tuple(replace(change, old=place(change.old), new=place(change.new)) for change in changes)

    def tell_commits(self, commits: Iterable[Steps], describe: DescribeStep) -> list[Change]:
        """The entries of ``commits``, which are newest first."""
        told = list(_limit_reads(commits))
        read = [step for steps in told if len(steps) <= MOST_READ for step, _ in steps]
        names = sorted({side[1] for step in read for side in (step.old, step.new) if side})
        texts = log.read_blobs(self.root, tuple(names)) if names else {}
        entries: list[Change] = []
        for steps in told:
            known = texts if len(steps) <= MOST_READ else None
            changes = [change for step, id in steps for change in describe(step, id, known)]
            entries += group_commits(sorted(changes, key=lambda change: (change.subject, change.path)))
            if len(entries) >= MOST:
                break
        return entries[:MOST]


def _limit_reads(commits: Iterable[Steps]) -> Iterator[Steps]:
    """The commits that are told, by how many files have to be read for them."""
    left = MOST_STEPS
    for steps in commits:
        left -= len(steps) if len(steps) <= MOST_READ else 0
        if left < 0:
            return
        yield steps


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
