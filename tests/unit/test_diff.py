"""`agent-catalog diff` and `--at`: what is said of two states of a repository, in every form."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
from pathlib import Path

import pytest
import yaml
from histories import run as run_in
from mkdocs_agent_catalog.cli.diff_formats import COMMENT_MARK, MOST_COMMENT
from mkdocs_agent_catalog.cli.main import main
from places import ROOT
from sites import agent, write

BEFORE = {
    ".claude/agents/alpha.md": agent("alpha", "tools: Read, Grep\nmodel: sonnet\n"),
    ".claude/agents/beta.md": agent("beta", "tools: Read\n", "A prompt that nobody else has."),
    ".claude/agents/boss.md": agent("boss", "tools: Agent(alpha)\n"),
    ".mcp.json": json.dumps({"mcpServers": {"docs": {"command": "npx", "args": ["docs@1.0.0"]}}}),
}
AFTER = {
    ".claude/agents/alpha.md": agent("alpha", "tools: Read, Bash\nmodel: opus\n"),
    ".claude/agents/team/beta.md": agent("beta", "tools: Read\n", "A prompt that nobody else has."),
    ".claude/settings.json": json.dumps({"permissions": {"deny": ["WebFetch"]}}),
    ".mcp.json": json.dumps({"mcpServers": {"docs": {"command": "npx", "args": ["docs@latest"]}}}),
}


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    write(tmp_path, BEFORE)
    run_in(tmp_path, "git", "init", "-q", "-b", "main")
    commit(tmp_path, "2026-05-01T12:00:00Z")
    (tmp_path / ".claude/agents/beta.md").unlink()
    write(tmp_path, AFTER)
    return tmp_path


def commit(repo: Path, day: str) -> None:
    run_in(repo, "git", "add", "-A")
    run_in(repo, "git", "commit", "-qm", "change", GIT_COMMITTER_DATE=day, GIT_AUTHOR_DATE=day)


def call(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main([str(argument) for argument in arguments])
    output = capsys.readouterr()
    return code, output.out, output.err


def test_every_change_is_told_with_its_proof(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, "diff", "main", "-C", repo)
    assert (code, err) == (0, "")
    blocks = re.split(r"^(?=\S)", out, flags=re.M)[1:]
    alpha, server, settings, end = blocks
    assert alpha.startswith("alpha (.claude/agents/alpha.md)\n")
    assert "  + capability Runs commands: explicit  [.claude/agents/alpha.md:4:1, listed]\n" in alpha
    assert "  + tool Bash: allowed  [.claude/agents/alpha.md:4:1, listed]\n" in alpha
    assert "  - tool Grep: was allowed  [.claude/agents/alpha.md:4:1, listed]\n" in alpha
    assert "  ~ model: sonnet → opus  [.claude/agents/alpha.md:5:1]\n" in alpha
    assert "stdio, npx → stdio, npx, newest version" in server
    assert settings.startswith(".claude/settings.json (new)\n  + permission rule deny WebFetch: denied")
    assert end.endswith("the files as they are: 1 agent, 1 MCP server, 1 settings file\n")
    # A moved file has the rights that it had, and whoever may start alpha could run commands before.
    assert "beta" not in out
    assert "boss" not in out


def test_nothing_is_told_of_what_did_not_change(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit(repo, "2026-05-03T12:00:00Z")
    file = repo / ".claude/agents/alpha.md"
    file.write_text(file.read_text(encoding="utf-8").replace("Read, Bash", "Bash,  Read") + "\nMore.\n")
    code, out, _ = call(capsys, "diff", "main", "-C", repo, "--exit-code")
    assert code == 0
    assert out.startswith("no rights differ between ")
    assert out.count("\n") == 1


def test_two_states_and_days(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit(repo, "2026-05-03T12:00:00Z")
    code, out, _ = call(capsys, "diff", "2026-05-02", "HEAD", "-C", repo, "--exit-code", "--format", "json")
    assert code == 1
    table = json.loads(out)
    assert len(table["base"]) == len(table["head"]) == 40
    alpha = table["changes"][0]
    bash = next(right for right in alpha["rights"] if right["name"] == "Bash")
    assert bash["before"] is None
    assert (bash["after"]["how"], bash["after"]["line"], bash["after"]["rule"]) == ("allowed", 4, "listed")
    code, _, err = call(capsys, "diff", "2026-04-30", "-C", repo)
    assert (code, err) == (2, "agent-catalog diff: no commit of this branch is from 2026-04-30 or before\n")


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "a\x1b[2Jb", "2026-02-31", "2026-13-01"])
def test_an_unknown_revision_is_told(repo: Path, capsys: pytest.CaptureFixture[str], revision: str) -> None:
    code, _, err = call(capsys, "diff", "-C", repo, "--", revision)
    assert code == 2
    assert err.startswith("agent-catalog diff: git knows no commit `")
    assert "\x1b" not in err


def test_what_is_lost_stands_in_the_files_of_today_and_a_lost_guard_is_no_mere_notice(
    repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(repo, "2026-05-03T12:00:00Z")
    (repo / ".claude/settings.json").unlink()
    (repo / ".claude/agents/alpha.md").rename(repo / ".claude/agents/renamed.md")
    file = repo / ".claude/agents/renamed.md"
    file.write_text(file.read_text(encoding="utf-8").replace("Read, Bash", "Read"), encoding="utf-8")
    commit(repo, "2026-05-04T12:00:00Z")
    _, out, _ = call(capsys, "diff", "HEAD^", "HEAD", "-C", repo, "--format", "github")
    (bash,) = [line for line in out.splitlines() if "loses tool Bash" in line]
    assert bash.startswith("::notice file=.claude/agents/renamed.md,line=1,")
    (rule,) = [line for line in out.splitlines() if "deny WebFetch" in line]
    assert rule.startswith("::warning title=")
    _, out, _ = call(capsys, "diff", "HEAD^", "HEAD", "-C", repo, "--format", "gitlab")
    rows = {row["description"]: row for row in json.loads(out)}
    (bash,) = [row for text, row in rows.items() if "loses tool Bash" in text]
    assert bash["location"] == {"path": ".claude/agents/renamed.md", "lines": {"begin": 1}}
    assert {row["severity"] for text, row in rows.items() if "deny WebFetch" in text} == {"major"}


def test_a_shallow_clone_says_that_it_lacks_older_commits(
    tmp_path: Path, repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_in(tmp_path, "git", "clone", "-q", "--depth", "1", repo.as_uri(), "clone")
    for revision in ("2026-04-30", "HEAD~9"):
        code, _, err = call(capsys, "diff", revision, "-C", tmp_path / "clone")
        assert code == 2
        assert "this clone is shallow" in err
        code, _, err = call(capsys, "diff", revision, "-C", repo)
        assert "shallow" not in err


def test_without_git_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, BEFORE)
    code, _, err = call(capsys, "diff", "main", "-C", tmp_path)
    assert (code, err) == (2, "agent-catalog diff: the folder is in no git repository\n")


def test_a_comment_holds_what_fits_and_no_markup_of_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, {"agents/a.md": agent("a")})
    run_in(tmp_path, "git", "init", "-q")
    commit(tmp_path, "2026-05-01T12:00:00Z")
    evil = "`x` @everyone <img src=x> [a](b)"
    write(tmp_path, {f"agents/n{n}.md": agent(f"'{evil} {n}'", f"model: m{n}\n") for n in range(300)})
    _, out, _ = call(capsys, "diff", "HEAD", "-C", tmp_path, "--format", "markdown")
    assert out.startswith(f"{COMMENT_MARK}\n")
    assert len(out) <= MOST_COMMENT + 200
    assert re.search(r"^\d+ more: `agent-catalog diff [0-9a-f]{12}` lists them\.$", out, re.M)
    outside_code = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", out)
    assert "@everyone" not in outside_code
    assert "<img" not in outside_code


def test_annotations_name_file_and_line(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, "diff", "main", "-C", repo, "--format", "github")
    line = next(line for line in out.splitlines() if "Bash" in line)
    start = (
        "::warning file=.claude/agents/alpha.md,line=4,title=rights::alpha (.claude/agents/alpha.md) gains"
    )
    assert line.startswith(f"{start} tool Bash: allowed")
    _, out, _ = call(capsys, "diff", "main", "-C", repo, "--format", "gitlab")
    rows = json.loads(out)
    assert {"description", "check_name", "fingerprint", "severity", "location"} == rows[0].keys()
    assert len({row["fingerprint"] for row in rows}) == len(rows)
    assert rows[0]["location"] == {"path": ".claude/agents/alpha.md", "lines": {"begin": 4}}


def test_old_options_that_are_wrong_today_are_told(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repo, {"mkdocs.yml": "plugins:\n  - agent-catalog:\n      gone: 1\n"})
    commit(repo, "2026-05-03T12:00:00Z")
    write(repo, {"mkdocs.yml": "plugins:\n  - agent-catalog\n"})
    code, out, err = call(capsys, "diff", "HEAD", "-C", repo)
    assert code == 0
    assert out.startswith("no rights differ")
    assert "HEAD: mkdocs.yml: `gone`" in err
    assert "read with the options of today" in err


def test_the_catalog_as_it_was(repo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit(repo, "2026-05-03T12:00:00Z")
    _, out, _ = call(capsys, "explain", "alpha", "--at", "2026-05-01", "-C", repo)
    assert "Grep (" in out
    assert "Bash (" not in out
    _, out, _ = call(capsys, "explain", "alpha", "-C", repo)
    assert "Bash (" in out
    code, _, err = call(capsys, "check", "--at", "nowhere", "-C", repo)
    assert (code, err) == (2, "agent-catalog: git knows no commit `nowhere`\n")


def test_a_past_site_is_that_of_its_checkout(repo: Path, tmp_path: Path) -> None:
    commit(repo, "2026-05-03T12:00:00Z")
    tree = tmp_path / "trees" / repo.name
    run_in(repo, "git", "worktree", "add", "-q", "--detach", str(tree), "HEAD~1")
    main(["build", "-C", str(repo), "--at", "HEAD~1", "-d", str(tmp_path / "past")])
    main(["build", "-C", str(tree), "-d", str(tmp_path / "tree")])
    assert read_files(tmp_path / "past") == read_files(tmp_path / "tree")


def read_files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.skipif(os.name == "nt", reason="the script of a workflow for Linux")
@pytest.mark.parametrize(
    ("known", "text", "calls"),
    [
        ("", "Rights differ", ["issues/7/comments -F"]),
        ("", "No rights differ", []),
        ("12", "No rights differ", ["--method PATCH repos/a/b/issues/comments/12"]),
    ],
)
def test_the_workflow_writes_one_comment(tmp_path: Path, known: str, text: str, calls: list[str]) -> None:
    page = (ROOT / "docs/rights.md").read_text(encoding="utf-8")
    workflow = yaml.safe_load(re.findall(r"^```yaml\n(.*?)^```$", page, re.M | re.S)[0])
    script = workflow["jobs"]["rights"]["steps"][-1]["run"]
    gh = f'#!/bin/sh\ncase "$*" in *--paginate*) echo "{known}" ;; *) echo "$*" >> calls ;; esac\n'
    write(tmp_path, {"gh": gh, "rights.md": f"{COMMENT_MARK}\n{text} between a and b.\n", "calls": ""})
    (tmp_path / "gh").chmod((tmp_path / "gh").stat().st_mode | stat.S_IEXEC)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "GITHUB_REPOSITORY": "a/b", "PULL": "7"}
    subprocess.run(["sh", "-e", "-c", script], cwd=tmp_path, env=environment, check=True)
    lines = (tmp_path / "calls").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(calls)
    assert all(call in line for call, line in zip(calls, lines, strict=True))
