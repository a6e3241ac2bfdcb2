"""Builds sites without starting Python for each: a process that has loaded MkDocs forks for every build."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from types import CodeType
from unittest import mock

import jinja2
from jinja2.bccache import Bucket
from mkdocs.theme import Theme

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
        printed = log.read().decode()
    return subprocess.CompletedProcess(["mkdocs", *arguments], code, "", printed)


AGENT = "---\nname: a\ndescription: Does it.\ntools: Read, mcp__s__t\n---\n\n# A\n\n```sh\nls\n```\n"


class CompiledTheme(jinja2.BytecodeCache):
    """The templates of Material, compiled once for all builds."""

    def __init__(self) -> None:
        self.codes: dict[str, tuple[str, CodeType | None]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        checksum, code = self.codes.get(bucket.key, ("", None))
        bucket.code = code if checksum == bucket.checksum else None

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.codes[bucket.key] = bucket.checksum, bucket.code


@contextmanager
def compiled_once() -> Iterator[None]:
    """All builds of this process share the compiled templates of their themes."""
    compiled, get_env = CompiledTheme(), Theme.get_env

    def get_env_with_compiled_templates(self: Theme) -> jinja2.Environment:
        env = get_env(self)
        env.bytecode_cache = compiled
        return env

    with (
        mock.patch.object(Theme, "get_env", get_env_with_compiled_templates),
        mock.patch.object(jinja2.FileSystemLoader, "list_templates", list_visible_files),
    ):
        yield


def list_visible_files(loader: jinja2.FileSystemLoader) -> list[str]:
    """What a theme has, without hidden folders: MkDocs leaves out the many thousand icons that are in one."""
    files = set()
    for top in loader.searchpath:
        for folder, folders, names in os.walk(top, followlinks=loader.followlinks):
            folders[:] = [name for name in folders if not name.startswith(".")]
            files.update(Path(folder, name).relative_to(top).as_posix() for name in names)
    return sorted(files)


def warm_up() -> None:
    """Reads and compiles what each build would read and compile anew."""
    from mkdocs_agent_catalog import build as catalog

    env = Theme(name="material").get_env()
    for name in env.list_templates(filter_func=lambda name: name.endswith(".html")):
        # Those of plugins that no site of a test has know filters of theirs.
        with suppress(jinja2.TemplateAssertionError):
            env.get_template(name)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "a.agent.md").write_text(AGENT)
        Path(folder, "agents").mkdir()
        Path(folder, "agents", "a.md").write_text(AGENT)
        for output in catalog.build(Path(folder), catalog.Options()).outputs:
            assert output.content is not None
            assert output.head is not None


def serve() -> None:
    for module in MODULES:
        __import__(module)
    with compiled_once():
        serve_builds()


def serve_builds() -> None:
    warm_up()
    # A build ends before its garbage matters.
    gc.disable()
    gc.freeze()
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
