"""What an edit costs in a preview: from saving an agent's file to its page in the browser.

    python benchmarks/preview.py [--sizes 100 1000] [--edits 5] [--bodies FOLDER]

Starts ``mkdocs serve`` on a catalog of each size, appends a line to an agent's file, waits like a browser for
the word to load again, and loads the page. Prints a Markdown table with the medians of ``--edits`` edits, in
seconds: the whole; the watcher, which looks every half second and then waits for the end of a burst; what
MkDocs itself takes to build; what this plugin takes in that build; and the page, which is made when it is
asked for. ``--bodies`` is as for ``scale.py``.
"""

from __future__ import annotations

import argparse
import re
import runpy
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import scale

SERVE = "serve"
PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Edit:
    """Of one edit, in seconds."""

    whole: float
    watcher: float
    mkdocs: float
    ours: float
    page: float


class Preview:
    """A running ``mkdocs serve`` of the repository at ``root``."""

    def __init__(self, root: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        address = f"127.0.0.1:{self.port}"
        command = [sys.executable, __file__, SERVE, "--dev-addr", address]
        self.process = subprocess.Popen(
            command, cwd=root, env=scale.environment(), stderr=subprocess.PIPE, text=True
        )
        self.lines: list[tuple[float, str]] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.lines.append((time.perf_counter(), line))

    def wait(self, pattern: str, after: int = 0) -> tuple[float, re.Match[str]]:
        """When the first line after the first ``after`` said ``pattern``, and how."""
        end = time.perf_counter() + PATIENCE
        while time.perf_counter() < end:
            for when, line in self.lines[after:]:
                if match := re.search(pattern, line):
                    return when, match
            if self.process.poll() is not None:
                break
            time.sleep(0.002)
        raise SystemExit("".join(line for _, line in self.lines)[-4000:])

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{path}", timeout=PATIENCE) as answer:
            return str(answer.read().decode())

    def edit(self, file: Path, page: str, word: str) -> Edit:
        """Appends ``word`` to ``file`` and waits until it stands on ``page``."""
        epoch = re.findall(r"livereload\((\d+), \d+\);", self.get(page))[-1]
        time.sleep(1)
        before = len(self.lines)
        with file.open("a", encoding="utf-8") as text:
            text.write(f"\n{word}\n")
        start = time.perf_counter()
        self.get(f"livereload/{epoch}/1")
        reloads = time.perf_counter()
        if word not in self.get(page):
            raise SystemExit(f"{word} is not on {page}")
        shown = time.perf_counter()
        begun, _ = self.wait("Building documentation", before)
        _, took = self.wait(r"the catalog took (\S+) of (\S+) seconds", before)
        ours, build = float(took[1]), float(took[2])
        return Edit(shown - start, begun - start, build - ours, ours, shown - reloads)


@contextmanager
def preview(root: Path) -> Iterator[Preview]:
    running = Preview(root)
    try:
        running.wait("Serving on")
        yield running
    finally:
        running.process.terminate()
        running.process.wait()


class Clock:
    """Adds up the seconds that calls take; those within another one count once."""

    def __init__(self) -> None:
        self.total, self.depth = 0.0, 0

    def timed(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:
            start, self.depth = time.perf_counter(), self.depth + 1
            try:
                return call(*args, **kwargs)
            finally:
                self.depth -= 1
                if not self.depth:
                    self.total += time.perf_counter() - start

        return timed


def serve() -> None:
    """``mkdocs serve`` that also says how long each build was in the hands of this plugin."""
    from mkdocs.commands import build
    from mkdocs.plugins import PluginCollection
    from mkdocs_agent_catalog.plugin import AgentCatalogPlugin

    clock = Clock()
    register = PluginCollection._register_event

    def registered(self: Any, name: str, method: Any, plugin_name: str | None = None) -> None:
        ours = isinstance(getattr(method, "__self__", None), AgentCatalogPlugin)
        if not ours or name in ("startup", "serve"):
            return register(self, name, method, plugin_name)
        timed: Any = clock.timed(method)
        # MkDocs goes by the order that an event asks for; the plugin by who it is that handles it.
        timed.mkdocs_priority = getattr(method, "mkdocs_priority", 0)
        timed.__self__ = method.__self__
        return register(self, name, timed, plugin_name)

    ordinary = build.build

    def told(*args: Any, **kwargs: Any) -> None:
        clock.total, start = 0.0, time.perf_counter()
        ordinary(*args, **kwargs)
        # MkDocs leaves out a line that it has said before: with so many digits none comes twice.
        build.log.info(f"the catalog took {clock.total:.6f} of {time.perf_counter() - start:.6f} seconds")

    PluginCollection._register_event = registered  # type: ignore[method-assign]
    build.build = told
    sys.argv[0] = "mkdocs"
    runpy.run_module("mkdocs", run_name="__main__")


def measure(size: int, edits: int, texts: list[tuple[str, str]]) -> list[Edit]:
    """The cost of each of ``edits`` in a catalog of ``size`` agents."""
    with tempfile.TemporaryDirectory() as folder:
        scale.write(Path(folder), "catalog", size, texts)
        files = sorted(Path(folder, "agents").rglob("*.md"))
        costs = []
        with preview(Path(folder)) as running:
            for n in range(edits):
                file = files[n * len(files) // edits]
                page = f"{file.relative_to(folder).with_suffix('').as_posix()}/"
                costs.append(running.edit(file, page, f"edited-{n}"))
                print(size, " ".join(f"{seconds:.2f}" for seconds in astuple(costs[-1])), file=sys.stderr)
    return costs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--edits", type=int, default=5)
    parser.add_argument("--bodies", type=Path)
    chosen = parser.parse_args()
    texts = scale.bodies(chosen.bodies)
    print("| agents | edit to screen | watcher | MkDocs | plugin, build | plugin, page |")
    print("| --: | --: | --: | --: | --: | --: |")
    for size in chosen.sizes:
        costs = [astuple(cost) for cost in measure(size, chosen.edits, texts)]
        middle = [median(column) for column in zip(*costs, strict=True)]
        print(f"| {size:,} | " + " | ".join(f"{seconds:.2f}" for seconds in middle) + " |")


if __name__ == "__main__":
    serve() if sys.argv[1:2] == [SERVE] else main()
