"""A real `mkdocs serve`: every kind of change shows after a rebuild, without a loop."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from conftest import ENVIRONMENT, agent, settings, write
from mkdocs_agent_catalog.lock import Lock, Locked, dumps

PATIENCE = 40.0


class Preview:
    """A running preview of a small repository."""

    def __init__(self, root: Path) -> None:
        self.root = root
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        write(root, {"docs/index.md": "# Home\n", "agents/a.md": agent("a")})
        (root / "mkdocs.yml").write_text(yaml.safe_dump(settings()), encoding="utf-8")
        command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{self.port}"]
        self.log = (root / "log").open("w+")
        self.process = subprocess.Popen(command, cwd=root, stderr=self.log, stdout=self.log, env=ENVIRONMENT)

    def page(self, path: str) -> str:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/team/{path}", timeout=10) as answer:
                return str(answer.read().decode())
        except OSError as error:
            return f"no page: {error}"

    def wait(self, path: str, holds: Callable[[str], bool]) -> str:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            assert self.process.poll() is None, "the preview died"
            if holds(text := self.page(path)):
                return text
            time.sleep(0.3)
        raise AssertionError(f"{path} did not change in time: {(self.root / 'log').read_text()[-2000:]}")

    def builds(self) -> int:
        return len(re.findall(r"Documentation built in", (self.root / "log").read_text()))


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[Preview]:
    running = Preview(tmp_path)
    yield running
    running.process.terminate()
    running.process.wait(timeout=20)
    running.log.close()


def test_every_kind_of_change_shows(preview: Preview) -> None:
    file = preview.root / "agents/a.md"
    preview.wait("agents/a/", lambda page: "Does a." in page)
    docs = sorted((preview.root / "docs").rglob("*"))

    file.write_text(agent("a", body="Edited words."), encoding="utf-8")
    preview.wait("agents/a/", lambda page: "Edited words." in page)

    (preview.root / "agents/b.md").write_text(agent("b"), encoding="utf-8")
    preview.wait("agents/b/", lambda page: "Does b." in page)

    (preview.root / "docs/index.md").write_text("# Home\n\n[](agent:b)\n", encoding="utf-8")
    preview.wait("", lambda page: 'href="agents/b/" title="Does b.">b</a>' in page)

    (preview.root / "agents/b.md").unlink()
    preview.wait("agents/b/", lambda page: "no page" in page)
    preview.wait("", lambda page: "agents/b/" not in page)

    file.write_text('---\nname: [a\ndescription: "x\n---\n', encoding="utf-8")
    preview.wait("agents/a/", lambda page: "This file cannot be read" in page)

    file.write_text(agent("a", body="Whole again."), encoding="utf-8")
    preview.wait("agents/a/", lambda page: "Whole again." in page)

    write(preview.root, {".claude/agents/late.md": agent("late")})
    preview.wait("agents/late/", lambda page: "Does late." in page)
    write(preview.root, {".claude/agents/late.md": agent("late", body="Edited late.")})
    preview.wait("agents/late/", lambda page: "Edited late." in page)

    lock = dumps(Lock((Locked("agent", "a", "a", "a", addresses=("earlier/",)),)))
    (preview.root / "new.json").write_text(lock, encoding="utf-8")
    (preview.root / "new.json").replace(preview.root / "catalog.links.json")
    preview.wait("earlier/", lambda page: "This page is now here" in page)

    builds = preview.builds()
    time.sleep(2.5)
    assert preview.builds() == builds, "it builds without a change"
    assert sorted((preview.root / "docs").rglob("*")) == docs
