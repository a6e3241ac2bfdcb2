"""A repository without a site: served as it is, and built after `agent-catalog init`."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
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


def test_a_folder_is_served_and_nothing_is_left_behind(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    temporary = tmp_path_factory.mktemp("temporary")
    write(tmp_path, FILES)
    before = list_files(tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-m", "mkdocs_agent_catalog", "serve", "-C", str(tmp_path)],
        env={
            **ENVIRONMENT,
            "PYTHONDONTWRITEBYTECODE": "1",
            "PATH": os.environ["PATH"],
            "TMPDIR": str(temporary),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout
        start = next(line for line in process.stdout if line.startswith("Open "))
        address = start.split()[1]
        # It answers at once: no page has to be waited for.
        page = read(f"{address}agents/a/")
        assert "Does a." in page
        assert "Not for the site" not in page
        assert "fonts.googleapis" not in page
        write(tmp_path, {".claude/agents/a.md": agent("a", "tools: Reed\n", body="Edited words.")})
        wait_for(f"{address}agents/a/", "Edited words.", process)
        assert any("1 new, " in line for line in process.stdout)
    finally:
        process.terminate()
        process.communicate(timeout=20)
    assert list_files(tmp_path) == before
    assert list_files(temporary) == []
    assert process.returncode == 128 + signal.SIGTERM


def test_a_port_that_is_asked_for_and_taken_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["serve", "-C", str(tmp_path), "--port", str(port)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"port {port} is not free" in captured.err


def test_what_init_writes_builds(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    subprocess.run(["git", "init", "-q", "-b", "main", str(tmp_path)], check=True)
    remote = ["remote", "add", "origin", "https://github.com/team/tools"]
    subprocess.run(["git", "-C", str(tmp_path), *remote], check=True)
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
    assert "Deprecat" not in built.stderr
    assert "site_url" not in built.stderr
    assert "Does a." in (tmp_path / "site/agents/a/index.html").read_text(encoding="utf-8")
    assert not (tmp_path / "site/notes").exists()
    page = (tmp_path / "site/agents/a/index.html").read_text(encoding="utf-8")
    assert 'href="https://github.com/team/tools/edit/main/' in page
    assert 'data-md-component="source"' not in page
    # A page that is shown at any depth of GitHub Pages.
    assert 'href="/tools/assets/agent-catalog/' in (tmp_path / "site/404.html").read_text(encoding="utf-8")
