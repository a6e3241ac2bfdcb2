"""Calls git safely: runs nothing that a repository configures, fetches nothing, and waits at most 30
seconds."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Literal

HistoryState = Literal["none", "refused", "shallow", "whole"]
"""``none``: there is no git, or no repository. ``refused``: the folder belongs to another user.
``shallow``: a clone without older commits, as continuous integration makes it."""

# Longer than this no build should wait for dates.
MOST_SECONDS = 30
# What a repository's own configuration would have git run, and where git would fetch from: none of it.
_HARMLESS = (
    *("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "log.showSignature=false"),
    *("-c", "core.pager=cat", "-c", "core.sshCommand=false", "-c", "gpg.program=false"),
)
# What git tells the hooks of one repository, in which the site of another one may be built.
_OF_ONE_REPOSITORY = frozenset(
    (
        *("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_NAMESPACE"),
        *("GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"),
    )
)
_ALONE = {
    "TZ": "UTC",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
}


def run(repo: Path, *arguments: str, given: bytes = b"", most_seconds: float | None = None) -> bytes:
    """What git says to ``arguments`` in ``repo``, with ``given`` as its input, within ``most_seconds``
    (``MOST_SECONDS`` without).

    Raises ``OSError`` or ``SubprocessError``, also for a git that does not come to an end.
    """
    if arguments[0] != "init" and not _may_have_repository(repo):
        raise subprocess.CalledProcessError(128, "git", stderr=b"not a git repository")
    popen = subprocess.Popen(
        [find_git(), "--no-pager", *_HARMLESS, *arguments],
        cwd=repo,
        env={**_make_environment(repo), **_ALONE},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        data, complaint = popen.communicate(given, timeout=most_seconds or MOST_SECONDS)
    except BaseException:
        _stop(popen)
        raise
    if popen.returncode:
        raise subprocess.CalledProcessError(popen.returncode, "git", stderr=complaint)
    return data


def ask(repo: Path, *arguments: str) -> str:
    """What git says, without line breaks around it; empty where it says nothing. Never raises."""
    try:
        return run(repo, *arguments).decode("utf-8", "replace").strip("\n")
    except (OSError, subprocess.SubprocessError):
        return ""


def find_head(repo: Path) -> str:
    """The commit that is checked out; empty where there is none. Never raises."""
    return ask(repo, "rev-parse", "--verify", "HEAD")


def _may_have_repository(folder: Path) -> bool:
    """Whether git could find a repository for ``folder``. Where nothing hints at one, a build need not start
    git for each of its questions."""
    above = folder.resolve()
    return "GIT_DIR" in os.environ or any(os.path.exists(place / ".git") for place in (above, *above.parents))


def _make_environment(repo: Path) -> dict[str, str]:
    """The environment, without what a hook of another repository says of that one."""
    left_out = _OF_ONE_REPOSITORY if os.path.exists(repo / ".git") else ()
    return {name: value for name, value in os.environ.items() if name not in left_out}


def find_git() -> str:
    """The program git, by its whole path: one that lies in the folder of the build is none of ours.

    Raises ``FileNotFoundError`` where there is no git.
    """
    folders = [folder for folder in os.environ.get("PATH", "").split(os.pathsep) if os.path.isabs(folder)]
    for folder in folders:
        for name in ("git.exe", "git.cmd") if os.name == "nt" else ("git",):
            path = os.path.join(folder, name)
            if os.path.isfile(path) and os.access(path, os.X_OK):
                return path
    raise FileNotFoundError("git")


def find_history_state(repo: Path) -> HistoryState:
    """How much of the history of ``repo`` git can read. Never raises."""
    try:
        is_shallow = run(repo, "rev-parse", "--is-shallow-repository").strip() == b"true"
    except subprocess.CalledProcessError as error:
        return "refused" if b"dubious ownership" in (error.stderr or b"") else "none"
    except (OSError, subprocess.SubprocessError):
        return "none"
    return "shallow" if is_shallow else "whole"


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ends ``process`` and what it started, which could hold its output open."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe:
            with suppress(OSError):
                pipe.close()
    process.wait()
