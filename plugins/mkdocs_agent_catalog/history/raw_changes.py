"""Reads what git lists of changed files, and finds files that were moved over another one.

Git pairs a removed file with a new one. It looks at a file that was there before and is now another one
only if both texts are long, and so it misses a short file that took the place of another.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

_EMPTY_TEXTS = frozenset(
    hashlib.new(name, b"blob 0\0", usedforsecurity=False).hexdigest() for name in ("sha1", "sha256")
)
"""Git's names of the empty text, in repositories of either kind."""


@dataclass(frozen=True, slots=True)
class RawChange:
    """A changed file: its path, mode and text (git's name for it) before and after. ``status`` is git's
    letter, ``score`` how like the two texts are, in percent."""

    old: str
    new: str
    old_mode: str
    new_mode: str
    old_blob: str
    new_blob: str
    status: str
    score: int = 0


def read_raw_change(text: str, parts: Iterator[str]) -> RawChange:
    """The change of which git's ``--raw -z`` says ``text``, and takes the paths from ``parts``."""
    old_mode, new_mode, old_blob, new_blob, status = text[1:].split()
    old = next(parts, "")
    new = next(parts, "") if status[0] in "RC" else old
    return RawChange(old, new, old_mode, new_mode, old_blob, new_blob, status[0], int(status[1:] or 0))


def find_files_moved_over_others(changes: list[RawChange]) -> list[RawChange]:
    """The ``changes`` of one commit, in which a file with exactly the text that another one had, and that is
    not there any more, is a rename (``R``). What it lies over is removed then, or moved itself."""
    blobs_before = {change.old_blob for change in changes if change.status in "DM"}
    sources = {
        change.old_blob: change
        for change in changes
        if change.status == "D" or (change.status == "M" and change.new_blob in blobs_before)
    }
    had, have = (
        Counter(change.old_blob for change in changes if change.status != "A"),
        Counter(change.new_blob for change in changes if change.status != "D"),
    )
    moved: dict[str, RawChange] = {}
    """The file that lies at a path now, as it was before."""
    for change in changes:
        blob = change.new_blob
        if change.status == "M" and blob in sources and had[blob] == have[blob] == 1 and not _is_empty(blob):
            moved[change.new] = sources[blob]
    came_from = {source.old for source in moved.values()}
    result: list[RawChange] = []
    for change in changes:
        source = moved.get(change.new) if change.status == "M" else None
        if source:
            result.append(
                replace(
                    change,
                    old=source.old,
                    old_mode=source.old_mode,
                    old_blob=source.old_blob,
                    status="R",
                    score=100,
                )
            )
            if change.old not in came_from:
                gone = replace(change, new_mode="000000", new_blob="0" * len(change.new_blob), status="D")
                result.append(replace(gone, score=0))
        elif change.status != "D" or change.old not in came_from:
            result.append(change)
    return result


def _is_empty(blob: str) -> bool:
    """Whether ``blob`` is git's name of no text, or of the empty one, which tells nothing of where it was."""
    return not blob.strip("0") or blob in _EMPTY_TEXTS
