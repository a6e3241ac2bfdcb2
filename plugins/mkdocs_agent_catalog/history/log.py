"""What git knows of files: when each was changed, renamed or removed."""

from __future__ import annotations

import posixpath
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ..reading.file_reader import MOST_BYTES
from . import git
from .raw_changes import RawChange, find_files_moved_over_others, read_raw_change

_DAYS = ("--format=%x01%cd", "--date=format-local:%Y-%m-%d")
# What is told as news is near: so many commits are looked at.
MOST_COMMITS = 500
MOST_NAMES = 5
"""So many former names of a folder are looked for."""
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_LOG = ("log", *_DAYS, "--name-only", "-z", "--relative", "--no-renames")
_STEPS = (
    *("log", "-m", "--first-parent", "--raw", "-M", "-z", "--no-abbrev", "--no-color", "--no-relative"),
    *("--no-show-signature", "--format=%x01%H %cd", "--date=format-local:%Y-%m-%dT%H:%M:%SZ"),
)

DEFINITION_SUFFIXES = (".md", ".toml", ".json", ".jsonc", ".roomodes")
"""How the names of files end that may define something."""
_PATTERNS = tuple(f"*{suffix}" for suffix in DEFINITION_SUFFIXES)


def is_tracked(repo: Path, path: str) -> bool:
    """Whether the file at ``path`` below ``repo`` is in git. Never raises."""
    return bool(git.ask(repo, "ls-files", "-z", "--", f":(literal){path}"))


def find_last_changes(repo: Path) -> dict[str, str]:
    """The day (UTC, ``2026-05-01``) of the last commit of each definition, by its path below ``repo``.

    In a shallow clone the oldest commit holds every file, so its days are wrong: ask it only of a whole
    history. Never raises: a site without dates is better than none.
    """
    try:
        head = _run_in_repo(repo, "rev-parse", "HEAD").strip()
        return dict(_read_days(repo, head))
    except (OSError, subprocess.SubprocessError):
        return {}


@lru_cache(maxsize=64)
def _read_days(repo: Path, head: str) -> dict[str, str]:
    """The days as of the commit ``head``: a preview that builds again does not read the history again."""
    table: dict[str, str] = {}
    day = ""
    for part in _run_in_repo(repo, *_LOG, head, "--", *_PATTERNS).split("\0"):
        text = part.strip("\n")
        if text.startswith("\x01"):
            day, _, text = text[1:].partition("\n")
        if text:
            table.setdefault(text, day)
    return table


def list_versions(repo: Path, file: str, most: int = 2) -> list[str]:
    """The last committed texts of ``file``, newest first, at most so many. Never raises."""
    try:
        commits = _run_in_repo(repo, "log", f"--max-count={most}", "--format=%H", "--", file).split()
        # Not `show`, which may be told to convert what it shows by a program of the repository's choice.
        return [_run_in_repo(repo, "cat-file", "blob", f"{commit}:./{file}") for commit in commits]
    except (OSError, subprocess.SubprocessError):
        return []


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file in one commit: what it is after it, and what it was before. ``None``: it is not there.

    ``when`` is the commit's time (``2026-05-01T12:00:00Z``): that of the committer, as it says when a change
    came to the branch, and not when it was begun.
    """

    commit: str
    when: str
    old: tuple[str, str] | None
    new: tuple[str, str] | None
    """Path below the repository, and the name that git has for the text."""


def find_file_changes(repo: Path, folders: tuple[str, ...]) -> tuple[FileChange, ...]:
    """What the last commits of this branch did to definitions below ``folders``, newest first.

    A branch that was merged is one step, as what is published sees it. In a shallow clone the oldest commit
    adds every file: ask it only of a whole history. Never raises.
    """
    try:
        texts = _run_in_repo(repo, "rev-parse", "HEAD", "--show-prefix").split("\n")
        return _parse_steps(repo, texts[0], texts[1].rstrip("/") or ".", folders)
    except (OSError, subprocess.SubprocessError, IndexError):
        return ()


def find_former_folders(repo: Path, folders: Iterable[str]) -> dict[str, str]:
    """What ``folders`` of plugins were called before, each with the folder of today: where git says that a
    file of it was renamed, and its place in the plugin is the same. Never raises."""
    today = {folder: folder for folder in folders if folder != "."}
    former: dict[str, str] = {}
    for _ in range(MOST_NAMES if today else 0):
        known = today | former
        changes = find_file_changes(repo, tuple(sorted(known)))
        added = [(change.commit, change.new[0]) for change in changes if change.new and change.old is None]
        sources = _find_renamed(repo, tuple(dict.fromkeys(commit for commit, _ in added)))
        folders_before: dict[str, str] = {}
        for commit, path in added:
            old = sources.get((commit, path), "")
            root = max((f for f in known if path.startswith(f"{f}/")), key=len, default="")
            below = path.removeprefix(f"{root}/")
            if root and old.endswith(f"/{posixpath.basename(root)}/{below}"):
                folders_before[old.removesuffix(f"/{below}")] = known[root]
        new = {folder: folders_before[folder] for folder in folders_before.keys() - known.keys()}
        former |= new
        if not new:
            break
    return former


@lru_cache(maxsize=64)
def _find_renamed(repo: Path, commits: tuple[str, ...]) -> dict[tuple[str, str], str]:
    """From where git says that files came in ``commits``: the old path, by commit and new path."""
    named = ("--no-walk=unsorted", *commits, "--", *_PATTERNS)
    try:
        prefix = _run_in_repo(repo, "rev-parse", "--show-prefix").strip().rstrip("/") or "."
        text = _run_in_repo(repo, *_STEPS, *named) if commits else ""
    except (OSError, subprocess.SubprocessError):
        return {}
    changes = _read(iter(text.split("\0")), prefix)
    return {(c.commit, c.new[0]): c.old[0] for c in changes if c.old and c.new and c.old[0] != c.new[0]}


@lru_cache(maxsize=64)
def _parse_steps(repo: Path, head: str, prefix: str, folders: tuple[str, ...]) -> tuple[FileChange, ...]:
    most = f"--max-count={MOST_COMMITS}"
    message = _run_in_repo(repo, "--literal-pathspecs", *_STEPS, most, head, "--", *folders)
    return tuple(_read(iter(message.split("\0")), prefix))


def _read(parts: Iterator[str], prefix: str) -> Iterator[FileChange]:
    """The steps in what ``git log --raw -z`` says."""
    commits: list[tuple[str, list[RawChange]]] = []
    for part in parts:
        text = part.strip("\n")
        if text.startswith("\x01"):
            commits.append((text[1:], []))
        elif text.startswith(":"):
            commits[-1][1].append(read_raw_change(text, parts))
    for title, changes in commits:
        commit, when = title.split()
        for change in find_files_moved_over_others(changes) if _TIME.fullmatch(when) else ():
            old = _parse_side(change.old, change.old_mode, change.old_blob, prefix)
            new = _parse_side(change.new, change.new_mode, change.new_blob, prefix)
            if old or new:
                yield FileChange(commit, when, old, new)


def _parse_side(path: str, mode: str, name: str, prefix: str) -> tuple[str, str] | None:
    """One side of a step; links, and what is no definition by its ending, are not there."""
    if not mode.startswith("100") or not path.lower().endswith(DEFINITION_SUFFIXES):
        return None
    below = posixpath.relpath(path, prefix)
    return below.encode("utf-8", "surrogateescape").decode("utf-8", "replace"), name


@lru_cache(maxsize=2)
def read_blobs(repo: Path, names: tuple[str, ...]) -> dict[str, str]:
    """The text of each of ``names`` (as of a step), without those that are too large. Never raises."""
    data = "\n".join(names).encode()
    try:
        sizes = (line.split() for line in git.run(repo, "cat-file", "--batch-check", given=data).splitlines())
        datas = [size[0] for size in sizes if len(size) == 3 and int(size[2]) <= MOST_BYTES]
        text = git.run(repo, "cat-file", "--batch", given=b"\n".join(datas))
    except (OSError, subprocess.SubprocessError):
        return {}
    table, at = {}, 0
    for name in datas:
        line = text.index(b"\n", at)
        end = line + 1 + int(text[at:line].split()[2])
        table[name.decode()] = text[line + 1 : end].decode("utf-8-sig", "replace")
        at = end + 1
    return table


def _run_in_repo(repo: Path, *arguments: str) -> str:
    return git.run(repo, *arguments).decode("utf-8", "surrogateescape")
