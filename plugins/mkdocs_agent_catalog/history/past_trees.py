"""The files of a repository as they were at each commit, one commit after the other, in a folder of its own.

A branch that was merged is one step, as what is published sees it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from . import git
from .log import DEFINITION_SUFFIXES, read_blobs
from .raw_changes import RawChange, find_files_moved_over_others, read_raw_change

_SPLIT = 400
"""So many commits are written out at once: their texts are held in memory."""
_TORN = 75
"""From so many percent a text is another one, or the same as another."""
MOST_SECONDS = 300
"""So long git may take to list all commits."""
_DAYS = "--date=format-local:%Y-%m-%d"


@dataclass(frozen=True, slots=True)
class PathChange:
    """What a commit did to one file. ``old`` and ``new`` are paths below the repository, ``None`` where there
    is no file; they differ for what git takes for a rename. ``blob`` is git's name of the text after it.
    ``is_copy``: ``old`` gave its text and is still there, or went to another place."""

    old: str | None
    new: str | None
    blob: str = ""
    is_copy: bool = False


@dataclass(frozen=True, slots=True)
class PastCommit:
    """A commit of the branch that is checked out, its day (UTC, ``2026-05-01``), and who wrote it, as git and
    ``.mailmap`` say."""

    name: str
    day: str
    changes: tuple[PathChange, ...]
    author: str = ""


def list_commits(repo: Path, config: str) -> tuple[PastCommit, ...] | None:
    """The commits of this branch that changed a file that may define something, or the file ``config``;
    oldest first. ``None`` where git does not tell, for one because it takes too long. Never raises."""
    log = ("log", "-m", "--first-parent", "--reverse", "--raw", "-z", "--no-abbrev", "--no-color", "--root")
    # -B tears a file that was rewritten from what it was: two files that changed places are two renames.
    pairs = ("-B", "-M", "-C", "-l2000")
    names = (*(f"*{suffix}" for suffix in DEFINITION_SUFFIXES), f":(literal){config}")
    try:
        data = git.run(
            repo,
            *log,
            *pairs,
            "--format=%x01%H %cd %aN",
            _DAYS,
            "--relative",
            "HEAD",
            "--",
            *names,
            most_seconds=MOST_SECONDS,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return tuple(_parse_log(iter(data.decode("utf-8", "surrogateescape").split("\0"))))


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag on this branch, the day of its commit, and that commit of ``list_commits`` that it holds last."""

    name: str
    day: str
    commit: str


def list_tags(repo: Path, commits: tuple[PastCommit, ...]) -> tuple[Tag, ...]:
    """The tags on commits of this branch, oldest first. Never raises."""
    try:
        refs = git.run(
            repo, "for-each-ref", "--format=%(objectname) %(*objectname) %(refname:lstrip=2)", "refs/tags"
        )
        names: dict[str, list[str]] = {}
        for line in refs.decode("utf-8", "replace").splitlines():
            object_name, peeled, name = line.split(" ", 2)
            names.setdefault(peeled or object_name, []).append(name)
        command = ("log", "--first-parent", "--reverse", "--format=%H %cd", _DAYS, "HEAD")
        log = git.run(repo, *command) if names else b""
    except (OSError, subprocess.SubprocessError, ValueError):
        return ()
    known, last, tags = {commit.name for commit in commits}, "", list[Tag]()
    for line in log.decode("utf-8", "replace").splitlines():
        commit, _, day = line.partition(" ")
        last = commit if commit in known else last
        tags += [Tag(name, day, last) for name in names.get(commit, ()) if last]
    return tuple(tags)


def place_below(commits: tuple[PastCommit, ...], folder: str) -> tuple[PastCommit, ...]:
    """``commits`` as if all their files were in ``folder``, as those of another repository are."""

    def place(change: PathChange) -> PathChange:
        old, new = (path and f"{folder}/{path}" for path in (change.old, change.new))
        return replace(change, old=old, new=new)

    return tuple(replace(commit, changes=tuple(map(place, commit.changes))) for commit in commits)


def _parse_log(parts: Iterator[str]) -> Iterator[PastCommit]:
    name, day, author = "", "", ""
    listed: list[RawChange] = []
    for part in parts:
        text = part.strip("\n")
        if text.startswith("\x01"):
            if changes := _make_changes(listed):
                yield PastCommit(name, day, changes, author)
            (name, day, author), listed = text[1:].split(" ", 2), []
        elif text.startswith(":"):
            listed.append(read_raw_change(text, parts))
    if changes := _make_changes(listed):
        yield PastCommit(name, day, changes, author)


def _make_changes(listed: list[RawChange]) -> tuple[PathChange, ...]:
    changes: list[tuple[PathChange, int]] = []
    for change in find_files_moved_over_others(listed):
        old = change.old if change.old_mode.startswith("100") else None
        new = change.new if change.new_mode.startswith("100") else None
        if old or new:
            changes.append((PathChange(old, new, change.new_blob, change.status == "C"), change.score))
    return _find_left_texts(_choose_heirs(changes), changes)


def _choose_heirs(changes: list[tuple[PathChange, int]]) -> tuple[PathChange, ...]:
    """``changes``, each with how like the two texts are, in percent. Of several files that are like one that
    is gone, git takes the last for the rename and the others for copies; here the rename is the one that is
    most like it."""
    heirs = {change.old: (likeness, change.new) for change, likeness in changes if _is_rename(change)}
    for change, likeness in changes:
        if change.is_copy and change.old in heirs and likeness > heirs[change.old][0]:
            heirs[change.old] = (likeness, change.new)
    return tuple(
        replace(change, is_copy=change.new != heirs[change.old][1])
        if change.old in heirs and (change.is_copy or _is_rename(change))
        else change
        for change, _likeness in changes
    )


def _find_left_texts(
    chosen: tuple[PathChange, ...], changes: list[tuple[PathChange, int]]
) -> tuple[PathChange, ...]:
    """``chosen``, in which a file that was rewritten went to the one place that has its text, if next to
    nothing of that stayed. Of such a file git says how little stayed, and calls the other a copy."""
    torn = {c.old for c, score in changes if c.old and c.old == c.new and score >= _TORN}
    copies = {c for c, score in changes if c.is_copy and c.old in torn and score >= _TORN}
    times = Counter(copy.old for copy in copies)
    left = {old for old, count in times.items() if count == 1}
    return tuple(
        replace(change, is_copy=False)
        if change in copies and change.old in left
        else replace(change, old=None)
        if change.old in left and change.old == change.new
        else change
        for change in chosen
    )


def _is_rename(change: PathChange) -> bool:
    return bool(change.old and change.new and change.old != change.new and not change.is_copy)


def read_texts(repo: Path, commits: tuple[PastCommit, ...]) -> Iterator[tuple[PastCommit, dict[str, str]]]:
    """Each of ``commits`` with the texts of its files, by git's names for them."""
    for start in range(0, len(commits), _SPLIT):
        part = commits[start : start + _SPLIT]
        blobs = {change.blob for commit in part for change in commit.changes if change.new}
        texts = read_blobs(repo, tuple(sorted(blobs)))
        for commit in part:
            yield commit, texts


class PastTree:
    """A folder with the files of one commit that may define something. Links are never made in it, and
    nothing is written outside of it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def apply(self, commit: PastCommit, texts: dict[str, str]) -> None:
        """Makes the folder what it is after ``commit``; ``texts`` are by git's names for them."""
        for change in commit.changes:
            if change.old and change.old != change.new and not change.is_copy:
                self.remove(change.old)
        for change in commit.changes:
            if change.new:
                self.write(change.new, texts.get(change.blob))

    def read(self, path: str) -> str | None:
        """The text of a file; ``None`` for what is not there."""
        place = self._find_place(path)
        if place is None or not place.is_file():
            return None
        return place.read_text(encoding="utf-8", errors="surrogateescape")

    def remove(self, path: str) -> None:
        if place := self._find_place(path):
            place.unlink(missing_ok=True)
            # An empty folder is none of git's, and may be the name of a file next.
            for folder in place.parents:
                if folder == self.root or not folder.is_dir() or any(folder.iterdir()):
                    break
                folder.rmdir()

    def write(self, path: str, text: str | None) -> None:
        if (place := self._find_place(path)) is None:
            return
        for folder in (*place.parents, place):
            if folder != self.root and folder.is_relative_to(self.root) and folder.is_file():
                folder.unlink()
        if text is None:
            place.unlink(missing_ok=True)
            return
        if place.is_dir():
            shutil.rmtree(place)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", errors="surrogateescape", newline="")

    def _find_place(self, path: str) -> Path | None:
        """Where the file is in the folder; ``None`` for a path that would leave it."""
        parts = path.split("/")
        if any(part in ("", ".", "..") or part.lower() == ".git" or "\0" in part for part in parts):
            return None
        if os.sep != "/" and any(set(part) & set('\\:*?"<>|') for part in parts):
            return None
        return self.root.joinpath(*parts)
