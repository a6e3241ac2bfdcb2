"""What git knows of files: when each was last changed, renamed or removed; nothing without a history."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

# Longer than this no build should wait for dates.
MOST_SECONDS = 30
_DAYS = ("--format=%x01%cd", "--date=format-local:%Y-%m-%d")
_LOG = (
    "log",
    *_DAYS,
    "--name-only",
    "-z",
    "--relative",
    "--no-renames",
)


def changed(repo: Path) -> dict[str, str]:
    """The day (UTC, ``2026-05-01``) of the last commit of each Markdown file, by its path below ``repo``.

    A shallow clone gives what it has. Never raises: a site without dates is better than none.
    """
    try:
        head = _git(repo, "rev-parse", "HEAD").strip()
        return dict(_days(repo, head))
    except (OSError, subprocess.SubprocessError):
        return {}


@lru_cache(maxsize=4)
def _days(repo: Path, head: str) -> dict[str, str]:
    """The days as of the commit ``head``: a preview that builds again does not read the history again."""
    found: dict[str, str] = {}
    day = ""
    for part in _git(repo, *_LOG, head, "--", "*.md").split("\0"):
        text = part.strip("\n")
        if text.startswith("\x01"):
            day, _, text = text[1:].partition("\n")
        if text:
            found.setdefault(text, day)
    return found


@dataclass(frozen=True, slots=True)
class Moves:
    """The last name of each file that was renamed, and the day (``2026-05-01``) of each that was removed."""

    renamed: dict[str, str] = field(default_factory=dict)
    removed: dict[str, str] = field(default_factory=dict)


def moves(repo: Path) -> Moves:
    """Renames and removals of Markdown files in the whole history. Never raises."""
    try:
        return _moves(repo, _git(repo, "rev-parse", "HEAD").strip())
    except (OSError, subprocess.SubprocessError):
        return Moves()


@lru_cache(maxsize=4)
def _moves(repo: Path, head: str) -> Moves:
    found = Moves()
    steps: list[tuple[str, str, str]] = []
    log = ("log", "-M", "--diff-filter=RD", "--name-status", "-z", "--relative", "--reverse", "--topo-order")
    parts = iter(_git(repo, *log, *_DAYS, head, "--", "*.md").split("\0"))
    day = ""
    for part in parts:
        text = part.strip("\n")
        if text.startswith("\x01"):
            day, _, text = text[1:].partition("\n")
        if text.startswith("R"):
            steps.append(("R", next(parts, ""), next(parts, "")))
        elif text == "D":
            found.removed[next(parts, "")] = day
    for _, old, new in steps:
        # Two renames in a row lead to the last name.
        for earlier, later in list(found.renamed.items()):
            if later == old:
                found.renamed[earlier] = new
        found.renamed[old] = new
    return found


def versions(repo: Path, file: str, most: int = 2) -> list[str]:
    """The last committed texts of ``file``, newest first, at most so many. Never raises."""
    try:
        commits = _git(repo, "log", f"--max-count={most}", "--format=%H", "--", file).split()
        return [_git(repo, "show", f"{commit}:./{file}") for commit in commits]
    except (OSError, subprocess.SubprocessError):
        return []


def _git(repo: Path, *arguments: str) -> str:
    environment = {**os.environ, "TZ": "UTC", "GIT_OPTIONAL_LOCKS": "0"}
    done = subprocess.run(
        ["git", *arguments], cwd=repo, capture_output=True, timeout=MOST_SECONDS, check=True, env=environment
    )
    return done.stdout.decode("utf-8", "surrogateescape")
