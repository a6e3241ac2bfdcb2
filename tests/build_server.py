"""Builds sites without starting Python for each: a process that has loaded MkDocs forks for every build."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import traceback
from functools import cache
from pathlib import Path

ENVIRONMENT = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": "1700000000"}
# What every build of a test loads.
MODULES = (
    *("mkdocs.__main__", "mkdocs.commands.build", "mkdocs.contrib.search", "mkdocs_agent_catalog.plugin"),
    *("material.plugins.search.plugin", "markdown.extensions.tables", "markdown.extensions.toc"),
)


@cache
def start() -> subprocess.Popen[str]:
    """The process that builds for this one, and ends with it."""
    command = [sys.executable, __file__]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT
    )


def run_mkdocs(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What ``mkdocs`` with ``arguments`` answers in ``folder``."""
    server = start()
    assert server.stdin
    assert server.stdout
    with tempfile.NamedTemporaryFile() as log:
        server.stdin.write(json.dumps([str(folder), log.name, arguments]) + "\n")
        server.stdin.flush()
        code = int(server.stdout.readline())
        said = log.read().decode()
    return subprocess.CompletedProcess(["mkdocs", *arguments], code, "", said)


def serve() -> None:
    for module in MODULES:
        __import__(module)
    for line in sys.stdin:
        folder, log, arguments = json.loads(line)
        child = os.fork()
        if child == 0:
            build(folder, log, arguments)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def build(folder: str, log: str, arguments: list[str]) -> None:
    """Ends the process that was forked for this build."""
    code = 1
    try:
        os.chdir(folder)
        file = os.open(log, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(file, stream)
        sys.modules["mkdocs.__main__"].cli(arguments, prog_name="mkdocs")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    serve()
