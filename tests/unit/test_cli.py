"""The command: findings in every form, exit codes, and proofs."""

from __future__ import annotations

import contextlib
import errno
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from histories import run as run_program
from mkdocs_agent_catalog.checks.registry import CHECKS, ON_PAGES
from mkdocs_agent_catalog.cli.main import main
from sarif_pydantic import Sarif
from sites import agent, write

FILES = {
    "agents/a.md": agent("a", "Tools: Read\ntools: Read, Grpe\n"),
    "agents/sub/b, c.md": agent("b", "max_turns: 5\n", "Sie prüft 100 % davon."),
    "mkdocs.yml": "plugins:\n  - search\n  - agent-catalog:\n      validation: {unknown_tool: error}\n"
    "markdown_extensions:\n  - x: !!python/name:a.b\nextra: !ENV X\n",
}


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    write(tmp_path, FILES)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_text_is_as_compilers_print_it(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "check", "-C", repo)
    assert code == 1
    assert "agents/a.md:5:1: error: `Grpe` is not a tool of Claude Code [unknown_tool]\n  hint: " in out
    assert "agents/sub/b, c.md:4:1: warn: Claude Code does not know the key `max_turns`" in out
    assert out.splitlines()[-1].startswith("1 error, 1 warn")


@pytest.mark.parametrize(("level", "code"), [("error", 1), ("warn", 1), ("info", 1), ("never", 0)])
def test_fail_on(repo: Path, capsys: pytest.CaptureFixture[str], level: str, code: int) -> None:
    assert run(capsys, "check", "-C", repo, "--fail-on", level)[0] == code


def test_a_sound_repository_exits_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, {"agents/a.md": agent("a", "tools: Read\n").replace("Does a", "Use it for a")})
    assert run(capsys, "check", "-C", tmp_path)[:2] == (0, "0 error, 0 warn, 0 info\n")


def test_only_the_paths_that_are_named(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "check", "-C", repo, repo / "agents/sub", "--fail-on", "never")
    assert "b, c.md" in out
    assert "agents/a.md" not in out


def test_github_annotations_name_file_and_line(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "check", "-C", repo, "--format", "github")
    first = "::error file=agents/a.md,line=5,col=1,title=unknown_tool::`Grpe` is not a tool of Claude Code%0A"
    assert first in out
    assert "::warning file=agents/sub/b%2C c.md,line=4,col=1,title=misspelled_key::" in out
    assert all(line.startswith("::") for line in out.splitlines())


def test_sarif_is_whole(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "check", "-C", repo, "--format", "sarif")
    run_ = Sarif.model_validate_json(out).runs[0]
    rules = json.loads(out)["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [name for name, check in CHECKS.items() if check not in ON_PAGES]
    results = json.loads(out)["runs"][0]["results"]
    assert len(results) == len(run_.results or [])
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in results)
    places = [result["locations"][0]["physicalLocation"] for result in results]
    assert {p["artifactLocation"]["uri"] for p in places} == {"agents/a.md", "agents/sub/b%2C%20c.md"}
    assert all(p["region"]["startLine"] >= 1 and p["region"]["startColumn"] >= 1 for p in places)
    assert {result["level"] for result in results} <= {"none", "note", "warning", "error"}


INDEX = "# Team\n\n- [`a`](agents/a.md)\n- [`gone`](agents/old.md)\n- `b`\n"


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_lists_kept_by_hand_are_compared(repo: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    write(repo, {"docs/a, b.md": INDEX.replace("(", "(../"), "README.md": INDEX})
    arguments = ("check", "-C", repo, "--format", form, "--against", repo / "README.md")
    code, out, _ = run(capsys, *arguments, "--against", repo / "docs/a, b.md", repo / "agents/a.md")
    assert code == 1
    expected = {
        "text": ("README.md:4:3: warn: `gone` is listed", "docs/a, b.md:4:3: warn: `gone` is listed"),
        "json": ('"path": "README.md"', '"path": "docs/a, b.md"', '"index_unknown"'),
        "sarif": ('"ruleId": "index_unknown"', '"uri": "docs/a%2C%20b.md"'),
        "github": ("::warning file=docs/a%2C b.md,line=4,col=3,title=index_unknown::`gone` is listed",),
    }
    assert [line for line in expected[form] if line not in out] == []


def test_what_is_compared_can_be_left_out_and_levelled(
    repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(repo, {"README.md": INDEX, "NOTES.md": "Nothing.\n"})
    options = "validation: {index_unknown: error}"
    (repo / "mkdocs.yml").write_text(f"plugins:\n  - agent-catalog: {{{options}}}\n", encoding="utf-8")
    _, out, _ = run(capsys, "check", "-C", repo, "--against", repo / "README.md")
    assert "README.md:4:3: error: " in out
    options = "suppress: [{check: index_unknown, path: README.md, reason: It is history.}]"
    (repo / "mkdocs.yml").write_text(f"plugins:\n  - agent-catalog: {{{options}}}\n", encoding="utf-8")
    _, out, error = run(
        capsys, "check", "-C", repo, "--against", repo / "README.md", "--against", repo / "NOTES.md"
    )
    assert "index_unknown" not in out
    assert "NOTES.md` lists no agent or skill of the catalog\n" in error
    assert run(capsys, "check", "-C", repo, "--against", "none.md")[0] == 2


@pytest.mark.parametrize(
    "page",
    ["", "- [a](http://[)\n" * 3, "| a |\n|---|\n" * 99, "> " * 5000, "<li><li></ul><td>\0</li>", "[" * 9999],
)
def test_no_list_is_too_strange(repo: Path, capsys: pytest.CaptureFixture[str], page: str) -> None:
    (repo / "README.md").write_text(page, encoding="utf-8")
    assert run(capsys, "check", "-C", repo, "--against", repo / "README.md", "--fail-on", "never")[0] == 0


def test_json_into_a_file(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = repo / "found.json"
    _, out, _ = run(capsys, "check", "-C", repo, "--format", "json", "--output", target)
    assert out == ""
    assert {"check", "level", "path", "line", "column", "message", "hint"} == set(
        json.loads(target.read_text())[0]
    )


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("plugins: [{agent-catalog: {profile: x}}]\n", "no profile `x`"),
        ("plugins: [{agent-catalog: {suppress: [{check: heavy_reviewer}]}}]\n", "an entry of `suppress` has"),
        ("plugins: {agent-catalog: {validation: {nope: warn}}}\n", "knows no check `nope`"),
        ("plugins: [\n", "mkdocs.yml cannot be read"),
        ("plugins: [{agent-catalog: 5}]\n", "holds options, not `5`"),
        (
            "plugins: [{agent-catalog: {profil: x}}]\n",
            "`profil`: the plugin has no such option; did you mean `profile`?",
        ),
        (
            "plugins: [{agent-catalog: {unknown_tool: error}}]\n",
            "belongs below `validation`. Write:\n\nplugins:\n  - search\n  - agent-catalog:\n"
            "      validation:\n        unknown_tool: error\n",
        ),
        ("plugins: [{agent-catalog: {exclude: 5}}]\n", "`exclude`: Expected a list"),
        ("plugins: [{agent-catalog: {validation: [x]}}]\n", "`validation`: Expected type"),
        ("INHERIT: gone.yml\n", "'gone.yml' does not exist"),
        ("INHERIT: mkdocs.yml\n", "mkdocs.yml cannot be read"),
        ("INHERIT: 5\n", "mkdocs.yml cannot be read"),
        ("5\n", "mkdocs.yml cannot be read"),
        ("site_name: 2026-13-45\n", "mkdocs.yml cannot be read"),
        ("? [a]\n: b\n", "mkdocs.yml cannot be read"),
    ],
)
def test_wrong_settings_exit_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: str, message: str
) -> None:
    write(tmp_path, {"mkdocs.yml": more})
    code, _, err = run(capsys, "check", "-C", tmp_path)
    assert code == 2
    assert message in err


@pytest.mark.parametrize(
    ("theirs", "message"),
    [
        ("plugins: [search]\nnav: []\nplugins: [agent-catalog]\n", "`plugins` is there 2 times (lines 1, 3)"),
        ("unknown_tool: error\n", "      validation:\n        unknown_tool: error\n"),
        ("validation: {unknown_tool: error}\n", "      validation:\n        unknown_tool: error\n"),
        ("sources: [kit]\n", "  - agent-catalog:\n      sources: ...\n"),
    ],
)
def test_mistakes_that_mkdocs_accepts_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], theirs: str, message: str
) -> None:
    write(tmp_path, {"mkdocs.yml": theirs, "agents/a.md": agent("a", "tools: Read\n")})
    code, _, err = run(capsys, "check", "-C", tmp_path, "--fail-on", "error")
    assert code == 0
    assert err.startswith("agent-catalog: mkdocs.yml: ")
    assert message in err


def test_a_wrong_call_is_told_the_right_one(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys)
    assert code == 2
    assert "agent-catalog serve" in out
    code, _, err = run(capsys, "build", repo)
    assert code == 2
    assert f"another folder is named with -C {repo}" in err
    # The folder may be named before the command too.
    assert run(capsys, "-C", repo, "check", "-q", "--fail-on", "never")[:2] == (0, "")


def test_quiet_leaves_out_what_does_not_fail(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "check", "-C", repo, "--quiet", "--fail-on", "error")
    assert code == 1
    assert "[unknown_tool]" in out
    assert "max_turns" not in out
    assert run(capsys, "check", "-C", repo, "-q", "--fail-on", "error", repo / "agents/sub")[:2] == (0, "")


@pytest.mark.parametrize(
    "command",
    [
        *(("init", "--dry-run"), ("check",), ("explain", "a"), ("least",), ("links",), ("policy",)),
        *(
            ("review",),
            ("what-if", "--without", "Bash"),
            ("diff", "HEAD"),
            ("evidence", "--since", "2020-01-01"),
            ("build", "out"),
        ),
    ],
)
def test_a_reader_that_closes_early_is_no_error(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: tuple[str, ...],
) -> None:
    write(tmp_path, {"agents/a.md": agent("a", "tools: Read, Grpe\n")})
    for arguments in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "x")):
        run_program(tmp_path, "git", *arguments)

    def refuse(*_: object, **__: object) -> int:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    monkeypatch.setattr(sys, "stdout", SimpleNamespace(write=refuse, flush=refuse, encoding="utf-8"))
    monkeypatch.chdir(tmp_path)
    # `run` ends quietly then.
    with contextlib.suppress(BrokenPipeError):
        main([*command])
    assert "Broken pipe" not in capsys.readouterr().err


def test_explain_gives_the_proof(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repo, {"agents/c.md": agent("c", "allowed-tools: Read, Bash\n")})
    code, out, _ = run(capsys, "explain", "-C", repo, "c", "Bash")
    assert code == 0
    assert "agents/c.md:4:1: allowed-tools: Bash" in out
    assert "inherited:" in out
    assert "[ignored-key]" in out
    assert "source: Claude Code documentation" in out
    _, out, _ = run(capsys, "explain", "-C", repo, "c", "--profile", "allowed-tools")
    assert "Runs commands: Bash" in out
    assert "Changes files" not in out
    code, _, err = run(capsys, "explain", "-C", repo, "nobody")
    assert (code, err) == (2, "agent-catalog: no agent `nobody`\n")
    # A name is no line of its own.
    code, _, err = run(capsys, "explain", "-C", repo, "no\nbody")
    assert (code, err) == (2, "agent-catalog: no agent `no body`\n")
    write(repo, {"agents/README.md": "Who does what.\n"})
    code, _, err = run(capsys, "explain", "-C", repo, str(repo / "agents/README.md"))
    message = "`agents/README.md` was skipped: not an agent: its file name says that it is documentation"
    assert (code, err) == (2, f"agent-catalog: {message}\n")


def test_findings_are_left_out_with_a_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = "agent-catalog:\n  ignore:\n    misspelled_key: Read by another tool.\n    unknown_tool: \n"
    write(
        tmp_path,
        {
            "agents/a.md": agent("a", f"max_turns: 5\ntools: Read, Grpe\n{own}"),
            "agents/b.md": agent("b", "max_turns: 5\n"),
            "agents/x/c.md": agent("c", "max_turns: 5\n"),
            "mkdocs.yml": "plugins:\n- agent-catalog:\n    suppress:\n"
            "    - {check: misspelled_key, path: agents/x/, reason: Old ones.}\n",
        },
    )
    _, out, _ = run(capsys, "check", "-C", tmp_path)
    assert "agents/a.md:5:1: warn: `Grpe`" in out
    assert [line.split(":")[0] for line in out.splitlines() if "[misspelled_key]" in line] == ["agents/b.md"]


def test_a_path_that_is_not_there_exits_with_2(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "check", "-C", repo, "agents/typo.md")
    assert (code, err) == (2, "agent-catalog: no file or folder `agents/typo.md`\n")
    code, out, _ = run(capsys, "check", "-C", repo, "agents/sub", "--fail-on", "never")
    assert "b, c.md" in out
    assert run(capsys, "check", "-C", repo, "--output", repo / "no/dir")[0] == 2


def test_settings_are_inherited_and_taken_from_the_environment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(
        tmp_path,
        {
            "agents/a.md": agent("a", "tools: Read, Grpe\n"),
            "base.yml": "plugins:\n- agent-catalog: {validation: {unknown_tool: !ENV [LOUD, warn]}}\n",
            "mkdocs.yaml": "INHERIT: base.yml\n",
        },
    )
    assert "warn: `Grpe`" in run(capsys, "check", "-C", tmp_path)[1]
    monkeypatch.setenv("LOUD", "error")
    assert "error: `Grpe`" in run(capsys, "check", "-C", tmp_path)[1]


@pytest.mark.parametrize(
    ("tool", "expected"),
    [
        ("bash", "d (agents/d.md:2:1) and Bash, profile"),
        ("BASH(git:*)", "d (agents/d.md:2:1) and Bash, profile"),
        ("Bsh", "agent-catalog: Claude Code has no tool `Bsh`; did you mean `Bash`?\n"),
        ("read_file", "agent-catalog: Claude Code has no tool `read_file`; did you mean `Read`?\n"),
        ("zork", "agent-catalog: Claude Code has no tool `zork`\n"),
    ],
)
def test_explain_answers_only_for_tools_that_there_are(
    repo: Path, capsys: pytest.CaptureFixture[str], tool: str, expected: str
) -> None:
    write(repo, {"agents/d.md": agent("d", "tools: Bash\n")})
    code, out, err = run(capsys, "explain", "-C", repo, "d", tool)
    assert (code, out, err)[:1] == ((2,) if expected.startswith("agent-catalog") else (0,))
    assert err == expected if code else out.startswith(expected)


@pytest.mark.parametrize("command", [("explain",), ("least",), ("review",)])
def test_a_mistyped_agent_is_asked_about(
    repo: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    write(repo, {"agents/d.md": agent("documenter", "tools: Bash\n")})
    code, _, err = run(capsys, *command, "-C", repo, "documentr")
    assert (code, err.partition(": ")[2]) == (2, "no agent `documentr`; did you mean `documenter`?\n")


def test_explain_says_what_an_agent_can_do_through_others(
    repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(repo, {"agents/d.md": agent("starter", "tools: Agent\n")})
    write(repo, {"agents/e.md": agent("e", "tools: Bash\n")})
    _, out, _ = run(capsys, "explain", "-C", repo, "starter")
    through = out.partition("Only through agents that it may start:\n")[2].partition("\n\n")[0]
    steps = "starter (Agent, agents/d.md:4:1) [listed] -> e (Bash, agents/e.md:4:1) [listed]"
    assert f"  Runs commands: {steps}" in through.splitlines()
    assert "Only through" not in run(capsys, "explain", "-C", repo, "e")[1]


def test_explain_takes_tools_as_they_are_written(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repo, {"agents/d.md": agent("d", "tools: mcp__docs, Bash(git:*)\nmemory: user\n")})
    assert "[mcp-server]" in run(capsys, "explain", "-C", repo, "d", "mcp__docs")[1]
    assert "mcp__docs\n" in run(capsys, "explain", "-C", repo, "d", "mcp__docs__find")[1]
    assert "[unenforced]" in run(capsys, "explain", "-C", repo, "./agents/d.md", "Bash(git:*)")[1]
    assert "[memory]" in run(capsys, "explain", "-C", repo, str(repo / "agents/d.md"))[1]
