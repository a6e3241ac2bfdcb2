"""Asks git: nothing that a repository configures is run, nothing is fetched, none is waited for too long."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

# Longer than this no build should wait for dates.
MOST_SECONDS = 30
# What a repository's own configuration would have git run, and where git would fetch from: none of it.
_HARMLESS = (
    *("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "log.showSignature=false"),
    *("-c", "core.pager=cat", "-c", "core.sshCommand=false", "-c", "gpg.program=false"),
)
_ALONE = {
    "TZ": "UTC",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
}


def run(repo: Path, *arguments: str, given: bytes = b"") -> bytes:
    """What git says to ``arguments`` in ``repo``, with ``given`` as its input.

    Raises ``OSError`` or ``SubprocessError``, also for a git that does not come to an end.
    """
    popen = subprocess.Popen(
        ["git", "--no-pager", *_HARMLESS, *arguments],
        cwd=repo,
        env={**os.environ, **_ALONE},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        data, _ = popen.communicate(given, timeout=MOST_SECONDS)
    except BaseException:
        _stop(popen)
        raise
    if popen.returncode:
        raise subprocess.CalledProcessError(popen.returncode, "git")
    return data


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ends ``process`` and what it started, which could hold its output open."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            with suppress(OSError):
                pipe.close()
    process.wait()
