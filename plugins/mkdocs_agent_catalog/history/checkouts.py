"""A checkout of an earlier commit, in a folder of its own, for as long as it is needed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ..text.strings import is_day
from . import git
from .raw_changes import find_files_moved_over_others, read_raw_change

# A filter is a program of somebody else's, which may also fetch.
_WITHOUT_FILTERS = (
    "-c",
    "filter.lfs.smudge=",
    "-c",
    "filter.lfs.process=",
    "-c",
    "filter.lfs.required=false",
)


class NoSuchRevisionError(Exception):
    """Git knows no such commit, or there is no git."""


def find_commit(repo: Path, revision: str) -> str:
    """The full name of the commit that ``revision`` means: a commit, a branch, a tag, or a day such as
    ``2026-05-01``, which means the last commit of this branch up to its end (UTC).

    Raises ``NoSuchRevisionError``.
    """
    if is_day(revision):
        last = ("rev-list", "--max-count=1", "--first-parent", f"--until={revision}T23:59:59Z", "HEAD")
        name = _ask(repo, revision, *last)
        if not name:
            message = f"no commit of this branch is from {revision} or before"
            raise NoSuchRevisionError(f"{message}{_blame_shallow_clone(repo)}")
        return name
    return _ask(repo, revision, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")


def find_renames(repo: Path, before: str, after: str | None) -> dict[str, str]:
    """The files below ``repo`` that git says were renamed, old path to new. ``after``: ``None`` for the files
    as they are now. Empty where git does not tell. Never raises."""
    names = (before, after) if after else (before,)
    try:
        data = git.run(repo, "diff", "--raw", "-z", "--no-abbrev", "-B", "-M", "-l2000", "--relative", *names)
    except (OSError, subprocess.SubprocessError):
        return {}
    parts = iter(data.decode("utf-8", "surrogateescape").split("\0"))
    changes = [read_raw_change(part, parts) for part in parts if part.startswith(":")]
    return {c.old: c.new for c in find_files_moved_over_others(changes) if c.status == "R"}


@contextmanager
def check_out(repo: Path, commit: str) -> Iterator[Path]:
    """The folder that ``repo`` is, with its files and its history as of ``commit``. It shares what git holds
    of the repository, fetches nothing, runs nothing, and is removed in the end. Submodules are empty in it.

    Raises ``NoSuchRevisionError`` for a commit that git cannot write out.
    """
    with TemporaryDirectory(prefix="agent-catalog-") as folder:
        try:
            top, prefix, objects, shallow = _locate(repo)
            root = Path(folder).resolve() / (Path(top).name or "repository")
            root.mkdir()
            git.run(root, "init", "--quiet", "--template=")
            (root / ".git/objects/info").mkdir(exist_ok=True)
            (root / ".git/objects/info/alternates").write_text(f"{objects}\n", encoding="utf-8")
            if Path(shallow).is_file():
                shutil.copyfile(shallow, root / ".git/shallow")
            if remote := git.ask(repo, "config", "remote.origin.url"):
                git.run(root, "config", "remote.origin.url", remote)
            git.run(root, *_WITHOUT_FILTERS, "checkout", "--quiet", "--detach", commit, most_seconds=300)
        except (OSError, subprocess.SubprocessError) as error:
            raise NoSuchRevisionError(_explain(commit, error, repo)) from error
        (root / prefix).mkdir(parents=True, exist_ok=True)
        yield root / prefix


def _locate(repo: Path) -> tuple[str, ...]:
    """The top folder of the repository, where ``repo`` is below it, git's objects, and the file that says
    where a shallow history ends."""
    paths = ("--git-path", "objects", "--git-path", "shallow")
    data = git.run(repo, "rev-parse", "--path-format=absolute", "--show-toplevel", "--show-prefix", *paths)
    return tuple(data.decode("utf-8", "surrogateescape").split("\n")[:4])


def _ask(repo: Path, revision: str, *arguments: str) -> str:
    try:
        return git.run(repo, *arguments).decode().strip()
    except (OSError, subprocess.SubprocessError) as error:
        raise NoSuchRevisionError(_explain(revision, error, repo)) from error


def _blame_shallow_clone(repo: Path) -> str:
    """That older commits may be missing here, where they are."""
    is_shallow = git.find_history_state(repo) == "shallow"
    return (
        ": this clone is shallow and has only the last ones, run `git fetch --unshallow`"
        if is_shallow
        else ""
    )


def _explain(revision: str, error: Exception, repo: Path) -> str:
    if isinstance(error, FileNotFoundError):
        return "git is not installed"
    stderr = getattr(error, "stderr", b"") or b""
    if b"not a git repository" in stderr:
        return "the folder is in no git repository"
    if b"dubious ownership" in stderr:
        return "the repository belongs to another user, so git does not read it"
    return f"git knows no commit `{revision}`{_blame_shallow_clone(repo)}"
