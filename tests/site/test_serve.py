"""A real `mkdocs serve`: every kind of change shows after a rebuild, without a loop."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
import yaml
from mkdocs.livereload import LiveReloadServer
from mkdocs_agent_catalog.mkdocs_adapter.watch import Sources
from mkdocs_agent_catalog.model.address_lock import AddressLock, LockEntry, dump_lock
from sites import ENVIRONMENT, agent, settings, write
from watchdog.events import (
    DirModifiedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
)

PATIENCE = 40.0


class Preview:
    """A running preview of a small repository."""

    def __init__(self, root: Path, temporary: Path) -> None:
        self.root = root
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        write(root, {"docs/index.md": "# Home\n", "agents/a.md": agent("a")})
        (root / "mkdocs.yml").write_text(yaml.safe_dump(settings()), encoding="utf-8")
        command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{self.port}"]
        self.log = (root / "log").open("w+")
        # MkDocs leaves its folder there when it is told to end.
        environment = {**ENVIRONMENT, "TMPDIR": str(temporary)}
        self.process = subprocess.Popen(command, cwd=root, stderr=self.log, stdout=self.log, env=environment)

    def page(self, path: str) -> str:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/team/{path}", timeout=10) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            return f"no page: {error.read().decode()}"
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
        return len(re.findall(r"Reloading browsers", (self.root / "log").read_text()))


@pytest.fixture
def preview(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    running = Preview(tmp_path, tmp_path_factory.mktemp("temporary"))
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
    missing = preview.wait("agents/b/", lambda page: "no page" in page)
    assert "livereload(" in missing, "a page that is missing is loaded again once it is there"
    preview.wait("", lambda page: "agents/b/" not in page)

    file.write_text("---\nname: a\n- b\n---\n", encoding="utf-8")
    preview.wait("agents/a/", lambda page: "This file is not loaded" in page)

    file.write_text(agent("a", body="Whole again."), encoding="utf-8")
    preview.wait("agents/a/", lambda page: "Whole again." in page)

    write(preview.root, {".claude/agents/late.md": agent("late")})
    preview.wait("agents/late/", lambda page: "Does late." in page)
    write(preview.root, {".claude/agents/late.md": agent("late", body="Edited late.")})
    preview.wait("agents/late/", lambda page: "Edited late." in page)

    lock = dump_lock(AddressLock((LockEntry("agent", "a", "a", "a", addresses=("earlier/",)),)))
    (preview.root / "new.json").write_text(lock, encoding="utf-8")
    (preview.root / "new.json").replace(preview.root / "catalog.links.json")
    preview.wait("earlier/", lambda page: "This page is now here" in page)

    # A folder that is away for a while, as of another branch.
    (preview.root / "agents").rename(preview.root / "parked")
    preview.wait("agents/a/", lambda page: "no page" in page)
    (preview.root / "parked").rename(preview.root / "agents")
    preview.wait("agents/a/", lambda page: "Whole again." in page)

    # Another branch, and an editor that saves: a burst of hundreds of changes, and not as many builds.
    builds = preview.builds()
    for n in range(300):
        write(preview.root, {f"parked/m{n}.md": agent(f"m{n}", body="Of the branch.")})
    saved = agent("a", body="Saved by an editor.")
    write(preview.root, {"parked/a.md~": "", "parked/a.md.new": saved})
    (preview.root / "agents").rename(preview.root / "before")
    (preview.root / "parked").rename(preview.root / "agents")
    (preview.root / "agents/a.md.new").replace(file)
    preview.wait("agents/a/", lambda page: "Saved by an editor." in page)
    assert "Of the branch." in preview.page("agents/m299/")

    write(preview.root, {"agents/.a.md.swp": "", "agents/4913": "", "agents/#a.md#": saved})
    time.sleep(2.5)
    assert preview.builds() - builds <= 2, "it builds without a change"
    assert sorted((preview.root / "docs").rglob("*")) == docs


class Server:
    """Of the server of MkDocs what is asked for a build."""

    def __init__(self) -> None:
        self._rebuild_cond = threading.Condition()
        self._want_rebuild = False


EVENTS = (
    (FileModifiedEvent("agents/a.md"), True),
    (FileDeletedEvent("agents/a.md"), True),
    (FileMovedEvent("agents/.a.md.tmp", "agents/a.md"), True),
    (FileMovedEvent("agents/a.md", "agents/a.md~"), True),
    (FileCreatedEvent("agents/skills/plans/notes.txt"), True),
    (DirModifiedEvent("agents"), False),
    *(
        (FileCreatedEvent(f"agents/{name}"), False)
        for name in (
            ".a.md.swp",
            ".a.md.swx",
            "4913",
            "a.md~",
            "#a.md#",
            ".#a.md",
            "a.md___jb_tmp___",
            "a.tmp",
        )
    ),
    (FileMovedEvent("agents/4913", "agents/a.md.bak"), False),
)


@pytest.mark.parametrize(("event", "builds"), EVENTS, ids=str)
def test_what_an_editor_writes_beside_a_file_has_nothing_built(event: FileSystemEvent, builds: bool) -> None:
    server = Server()
    Sources(cast(LiveReloadServer, server)).on_any_event(event)
    assert server._want_rebuild == builds
