"""Names and values in logs and tables: none becomes a line, a command of a runner or a formula."""

from __future__ import annotations

import csv
import io
import logging
import os
from pathlib import Path

import pytest
from mkdocs_agent_catalog.build import Options, build, check_catalog
from mkdocs_agent_catalog.checks.registry import DEFAULT_LEVELS
from mkdocs_agent_catalog.cli.explain import explain_access
from mkdocs_agent_catalog.cli.report_formats import format_github, format_text
from mkdocs_agent_catalog.history import git
from mkdocs_agent_catalog.mkdocs_adapter.log_findings import log_findings
from mkdocs_agent_catalog.model.address_lock import is_safe_path
from mkdocs_agent_catalog.model.definitions import Diagnostic
from sites import write

HOSTILE = r"""---
name: "evil\n::error file=x::one\n##[stop-commands]y"
description: "Does it.\n::add-mask::two"
tools: ["Read\n::error::three", "##[add-mask]four", "::warning::five"]
skills: ["a\n::notice::six"]
model: "x\n::debug::seven"
---

Ask Skill(nowhere) and subagent_type: "::error::eight".
"""


def assert_is_harmless(text: str) -> None:
    assert "##[" not in text
    for line in text.splitlines():
        assert not line.lstrip().startswith("::"), line


def test_nothing_in_a_file_becomes_a_command_of_a_runner(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path, {"agents/::error::a.md": HOSTILE, "agents/b.md": HOSTILE})
    site = build(tmp_path, Options())
    result = check_catalog(tmp_path, Options())
    assert len(result.diagnostics) > 3
    assert_is_harmless(format_text(list(result.diagnostics), DEFAULT_LEVELS))
    for item in result.catalog.agents:
        assert_is_harmless(explain_access(result.catalog, result.grants, item.id, None) or "")
    with caplog.at_level(logging.INFO):
        log_findings(site, Options(), None)
    assert caplog.messages
    for message in caplog.messages:
        assert_is_harmless(message)
        assert len(message.splitlines()) <= 2, "the finding and its hint"
    commands = format_github(list(result.diagnostics), DEFAULT_LEVELS).splitlines()
    assert len(commands) == len(result.diagnostics)
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in commands)
    assert "##[" not in "\n".join(commands)


@pytest.mark.parametrize("sign", list("=+-@＝＋－＠"))
def test_no_cell_is_a_formula(tmp_path: Path, sign: str) -> None:
    text = f'---\nname: "{sign}1+2"\ndescription: x\ntools: ["{sign}cmd()"]\n---\nx\n'
    write(tmp_path, {"agents/a.md": text})
    outputs = {output.uri: str(output.content) for output in build(tmp_path, Options()).outputs}
    for name in ("matrix.csv", "matrix-effective.csv"):
        lines = outputs[name].splitlines()
        assert all(line.startswith('"') and line.endswith('"') for line in lines)
        cells = [cell for row in csv.reader(io.StringIO(outputs[name])) for cell in row]
        assert f"'{sign}1+2" in cells
        assert not [cell for cell in cells if cell.startswith(sign)]


@pytest.mark.parametrize("address", ["C:/x", "c:x", "../x", "/x", "a\\b", "a/../b"])
def test_a_lock_file_names_no_place_outside_of_the_site(address: str) -> None:
    assert not is_safe_path(address)


def test_git_is_never_a_program_in_the_folder_of_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / ("git.exe" if os.name == "nt" else "git")
    own.write_text("#!/bin/sh\n")
    own.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.pathsep.join([".", "", os.environ["PATH"]]))
    assert Path(git.find_git()).parent != tmp_path
    assert os.path.isabs(git.find_git())


@pytest.mark.skipif(os.name == "nt", reason="links need a right on Windows")
def test_git_is_asked_for_a_folder_behind_a_link(tmp_path: Path) -> None:
    repo = tmp_path / "repo"
    (repo / "kit").mkdir(parents=True)
    git.run(repo, "init", "-q")
    (tmp_path / "link").symlink_to(repo / "kit")
    assert git.ask(tmp_path / "link", "rev-parse", "--show-prefix") == "kit/"
    assert git.ask(tmp_path, "rev-parse", "--show-prefix") == ""


def test_a_git_that_refuses_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"agents/a.md": "---\nname: a\ndescription: x\n---\nx\n"})
    git.run(tmp_path, "init", "-q")
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    site = build(tmp_path, Options())
    refusals = [item for item in site.diagnostics if "git refuses" in str(item.message)]
    assert len(refusals) == 1
    assert "safe.directory" in str(refusals[0].hint)


def test_the_log_of_a_first_build_is_short_and_of_the_next_one_tells_what_changed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    files = {
        f"agents/a{n:02}.md": f"---\nname: a{n}\ndescription: Use it for part {n}.\n"
        f"tools: Read, Grpe{n}\n---\nx\n"
        for n in range(40)
    }
    files |= {f"agents/b{n:02}.md": "# Notes\n" for n in range(30)}
    write(tmp_path, files)

    def log(earlier: frozenset[Diagnostic] | None) -> tuple[list[str], frozenset[Diagnostic]]:
        caplog.clear()
        with caplog.at_level(logging.INFO):
            findings = log_findings(build(tmp_path, Options()), Options(), earlier)
        return [line for message in caplog.messages for line in message.splitlines()], findings

    lines, findings = log(None)
    assert len(lines) <= 30
    assert any("unknown_tool" in line for line in lines)
    assert any(record.levelno == logging.WARNING for record in caplog.records), "a strict build stops"
    assert "all are at `problems/`" in " ".join(lines)
    assert log(findings)[0] == []
    write(
        tmp_path,
        {
            "agents/a00.md": files["agents/a00.md"].replace("Grpe0", "Grep"),
            "agents/a01.md": "---\nname: a1\n---\n",
        },
    )
    lines, _ = log(findings)
    assert lines[0] == f"1 new, 2 solved, {len(findings) - 2} as before"
    assert lines[1].startswith("agents/a01.md:")
    assert len(lines) <= 5
    assert "more" not in " ".join(lines)
    write(
        tmp_path,
        {
            f"agents/c{n}.md": f"---\nname: c{n}\ndescription: Use c{n}.\ntools: Read, Zork\n---\nx\n"
            for n in range(9)
        },
    )
    lines, _ = log(findings)
    assert lines[-1] == "8 more: 8 unknown_tool; all are at `problems/` on the site"


def test_files_beside_definitions_are_counted_as_what_they_are(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    text = "---\nname: a\ndescription: Use it.\n---\nx\n"
    write(tmp_path, {".claude/agents/a.md": text, ".hidden/agents/x/agent.json": "{}"})
    with caplog.at_level(logging.INFO):
        log_findings(build(tmp_path, Options()), Options(), None)
    counted = [line for line in caplog.messages if "not read" in line]
    assert counted == ["1 file beside agents, skills or commands is not read, such as in .hidden/agents/x"]
