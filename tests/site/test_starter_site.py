"""A repository without a site: served as it is, and built after `agent-catalog init`."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from mkdocs_agent_catalog.cli.main import main
from sites import ENVIRONMENT, agent, write

PATIENCE = 40.0
FILES = {".claude/agents/a.md": agent("a", "tools: Read\n"), "docs/notes.md": "# Not for the site\n"}


def list_files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


def read(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return str(answer.read().decode())
    except OSError as error:
        return f"no page: {error}"


def wait_for(address: str, words: str, process: subprocess.Popen[str]) -> str:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert process.poll() is None, process.communicate()
        if words in (text := read(address)):
            return text
        time.sleep(0.2)
    raise AssertionError(f"{words} did not come: {read(address)[-500:]}")


def test_a_folder_is_served_and_stays_as_it_is(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    before = list_files(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-m", "mkdocs_agent_catalog", "serve", "-C", str(tmp_path), "--port", str(port)],
            env={**ENVIRONMENT, "PYTHONDONTWRITEBYTECODE": "1", "PATH": os.environ["PATH"]},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout
            # The port is taken: the next free one is said.
            address = process.stdout.readline().split("served at ")[1].split()[0]
            assert address != f"http://127.0.0.1:{port}/"
            assert "Not for the site" not in wait_for(f"{address}agents/a/", "Does a.", process)
            write(tmp_path, {".claude/agents/a.md": agent("a", body="Edited words.")})
            wait_for(f"{address}agents/a/", "Edited words.", process)
        finally:
            process.terminate()
            process.communicate(timeout=20)
    assert list_files(tmp_path) == before


def test_what_init_writes_builds(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    assert main(["init", "-C", str(tmp_path)]) == 0
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"],
        cwd=tmp_path,
        env=ENVIRONMENT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    assert "Does a." in (tmp_path / "site/agents/a/index.html").read_text(encoding="utf-8")
    assert not (tmp_path / "site/notes").exists()
