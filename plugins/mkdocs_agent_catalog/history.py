"""When each file was last changed, as git knows it; nothing where git or a history is missing."""

from __future__ import annotations

import os
import subprocess
from functools import lru_cache
from pathlib import Path

# Longer than this no build should wait for dates.
MOST_SECONDS = 30
_LOG = (
    "log",
    "--format=%x01%cd",
    "--date=format-local:%Y-%m-%d",
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


def _git(repo: Path, *arguments: str) -> str:
    environment = {**os.environ, "TZ": "UTC", "GIT_OPTIONAL_LOCKS": "0"}
    done = subprocess.run(
        ["git", *arguments], cwd=repo, capture_output=True, timeout=MOST_SECONDS, check=True, env=environment
    )
    return done.stdout.decode("utf-8", "surrogateescape")
