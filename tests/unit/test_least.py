"""Least privilege: which tools a text asks for, and a patch that writes that list and nothing else."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

import pytest
from mkdocs_agent_catalog.build import Options, load_catalog
from mkdocs_agent_catalog.cli.main import main
from mkdocs_agent_catalog.permissions.decisions import PermissionResolver
from mkdocs_agent_catalog.rights.least import Proposal, propose_lists
from sites import agent, write

# A text that asks only to read, long enough to say what it does not ask for.
READER = """You care for the quality of this project.

1. Read the changed modules and the tests that belong to them.
2. Check the code against the conventions of the project.
3. Search the codebase for callers of each function that changed.

Answer with a list of what you found, each with its line, and a verdict on the last line.
"""
WRITER = READER + "Then write your report to `docs/review.md`.\n"
EVERY = "Read, Grep, Edit, Write, Bash, WebFetch, WebSearch, Agent"


def propose(root: Path, keys: str, body: str, path: str = ".claude/agents/one.md") -> Proposal:
    write(root, {path: agent("one", keys, body)})
    catalog = load_catalog(root, Options(replay=False))
    agents = [each for each in catalog.agents if each.source.path == path]
    return propose_lists(catalog, PermissionResolver(), agents)[0]


@pytest.mark.parametrize(
    ("sentence", "tools"),
    [
        ("", set()),
        ("Run the tests after each step.", {"Bash"}),
        ("Look at `git log -5` first.", {"Bash"}),
        ("```sh\n# All of it\nmake check\n```", {"Bash"}),
        ("```\npytest -q\n```", {"Bash"}),
        ("```python\nsubprocess.run('pytest')\n```", set()),
        ("Fix the bugs that you find.", {"Edit", "Write"}),
        ("Implement the missing features.", {"Bash", "Edit", "Write"}),
        ("Write a summary to `notes/today.md`.", {"Edit", "Write"}),
        ("Use the Write tool for the summary.", {"Write"}),
        ("Search the web for what is known of it.", {"WebFetch", "WebSearch"}),
        ("Fetch the release notes.", {"WebFetch", "WebSearch"}),
        ("Dispatch a specialist for each finding.", {"Agent"}),
        ("Never run commands.", set()),
        ("Do not fix, edit, or delete files.", set()),
        ("Do not fix the code without approval.", {"Edit", "Write"}),
        ("Never answer before running the tests.", {"Bash"}),
        ("Answer without running the tests.", set()),
        ("Was a test run for this command?", set()),
        ("Fix the bugs that you find. You are read-only. Never modify any files.", set()),
        ("Do not modify code. Write a plan for each change.", {"Edit", "Write"}),
        ("Do not modify code. Fix the bugs that you find.", set()),
        ("Only look at read-only replicas. Fix the bugs that you find.", {"Edit", "Write"}),
        ("Use `./docs/rules.md` as it stands.", set()),
        ("You are read-only, but write your notes to `notes.md`.", {"Edit", "Write"}),
        ("## Out of scope\n\n- Fix the bugs that you find.\n- Run the tests.", set()),
        ("You must not:\n\n- fix the bugs that you find\n- run the tests", set()),
    ],
)
def test_a_tool_stays_if_a_sentence_asks_for_it(tmp_path: Path, sentence: str, tools: set[str]) -> None:
    proposal = propose(tmp_path, f"tools: {EVERY}\n", READER + f"\n{sentence}\n")
    assert not proposal.unknown
    assert set(proposal.tools) == {"Read", "Grep"} | tools
    assert set(proposal.tools) | {tool.entry for tool in proposal.removed} == set(EVERY.split(", "))


def test_each_tool_that_stays_has_its_sentence_and_its_line(tmp_path: Path) -> None:
    proposal = propose(tmp_path, f"tools: {EVERY}\n", WRITER)
    sentences = {tool.entry: tool.sentence for tool in proposal.kept}
    lines = (tmp_path / ".claude/agents/one.md").read_text().split("\n")
    for sentence in sentences.values():
        assert sentence
        assert sentence.text in lines[sentence.span.line - 1]
    assert sentences["Edit"]
    assert sentences["Edit"].text == "Then write your report to `docs/review.md`."


def test_a_sentence_over_several_lines_is_one(tmp_path: Path) -> None:
    body = READER + "\nDo not, whatever the person says about it,\nedit files or\nrun commands.\n"
    assert set(propose(tmp_path, f"tools: {EVERY}\n", body).tools) >= {"Read", "Grep"}
    body = READER + "\nNever edit files or\nrun the tests. Always\nfetch the release notes.\n"
    proposal = propose(tmp_path, f"tools: {EVERY}\n", body)
    assert set(proposal.tools) == {"Read", "Grep", "WebFetch", "WebSearch"}
    sentence = proposal.kept[-1].sentence
    assert sentence
    lines = (tmp_path / ".claude/agents/one.md").read_text().split("\n")
    assert lines[sentence.span.line - 1] == "run the tests. Always"


def test_the_sentence_that_begins_with_the_verb_is_shown(tmp_path: Path) -> None:
    body = READER + "\nWhoever wants to may run a test.\n\nRun the whole suite of tests at the end.\n"
    proposal = propose(tmp_path, f"tools: {EVERY}\n", body)
    sentences = {tool.entry: tool.sentence.text for tool in proposal.kept if tool.sentence}
    assert sentences["Bash"] == "Run the whole suite of tests at the end."
    assert sentences["Read"] == "Read the changed modules and the tests that belong to them."


@pytest.mark.parametrize(
    ("keys", "body", "why"),
    [
        (f"tools: {EVERY}\n", "You are an expert in law.", "says too little"),
        (f"tools: {EVERY}\n", "You are an expert in the law of many countries. " * 8, "says too little"),
        (f"tools: {EVERY}\n", "Você lê o código e verifica os testes com cuidado. " * 8, "not read"),
        (f"tools: {EVERY}\n", "コードを読み、テストを実行してください。" * 8, "not read"),
        ("tools: WebFetch\n", READER, "asks for nothing"),
        ("", READER + "Use the MCP tools that you have.\n", "does not say which"),
        ("tools: Nonsense\n", READER, "cannot be started"),
    ],
)
def test_where_the_text_does_not_tell_nothing_is_proposed(
    tmp_path: Path, keys: str, body: str, why: str
) -> None:
    proposal = propose(tmp_path, keys, body)
    assert why in proposal.unknown
    assert not proposal.removed


def test_who_inherits_everything_gets_a_list_of_what_it_has(tmp_path: Path) -> None:
    servers = {name: {"command": "x"} for name in ("issues", "docs", "index")}
    write(tmp_path, {".mcp.json": json.dumps({"mcpServers": servers})})
    proposal = propose(
        tmp_path, "disallowedTools: Write\n", f"{WRITER}Open a ticket by `mcp__issues__new`.\n"
    )
    assert not proposal.is_listed
    assert set(proposal.tools) == {"Read", "Grep", "Glob", "Edit", "mcp__issues"}
    assert {"mcp__docs", "mcp__index"} <= {tool.entry for tool in proposal.removed}


@pytest.mark.parametrize(
    ("path", "settings", "server", "entry"),
    [
        (".claude/agents/one.md", ".mcp.json", "docs", "mcp__docs"),
        (".claude/agents/one.md", ".mcp.json", "GitHub", "mcp__GitHub"),
        (".github/agents/one.md", ".mcp.json", "docs", "docs/*"),
        (".gemini/agents/one.md", ".gemini/settings.json", "docs", "mcp_docs_*"),
        (".gemini/agents/one.md", ".gemini/settings.json", "our_docs", ""),
        (".qwen/agents/one.md", ".qwen/settings.json", "docs", ""),
        (".factory/droids/one.md", ".factory/mcp.json", "docs", ""),
    ],
)
def test_a_list_names_a_server_as_its_runtime_does(
    tmp_path: Path, path: str, settings: str, server: str, entry: str
) -> None:
    write(tmp_path, {settings: json.dumps({"mcpServers": {server: {"command": "x"}}})})
    proposal = propose(tmp_path, "", f"{WRITER}Look it up with the MCP server `{server}`.\n", path)
    assert (entry in proposal.tools) == bool(entry)
    assert ("only single tools" in proposal.unknown) == (not entry)
    assert not proposal.unknown or not proposal.removed


def test_a_mode_keeps_the_servers_that_its_text_speaks_of(tmp_path: Path) -> None:
    mode = {"slug": "one", "name": "One", "groups": ["read", "edit", "mcp"]}
    text = f"{READER}Look it up with the MCP server `docs`.\n"
    write(tmp_path, {".roomodes": json.dumps({"customModes": [{**mode, "roleDefinition": text}]})})
    (proposal,) = propose_lists(load_catalog(tmp_path, Options()), PermissionResolver())
    assert proposal.tools == ("read", "mcp")


def test_servers_skills_old_names_and_unknown_names(tmp_path: Path) -> None:
    write(
        tmp_path,
        {".claude/skills/ship/SKILL.md": agent("ship", body="Run the tests, then deploy the service.")},
    )
    keys = "tools: Read, LS, Glob, Bash, mcp__jira__get, mcp__wiki, Oracle\nskills: ship\n"
    proposal = propose(tmp_path, keys, READER + "Read the ticket in Jira.\n")
    assert proposal.tools == ("Read", "Glob", "Bash", "mcp__jira__get", "Oracle")
    assert [(tool.entry, tool.successor) for tool in proposal.removed] == [("LS", "Glob"), ("mcp__wiki", "")]
    places = {tool.entry: tool.sentence.span.path if tool.sentence else "" for tool in proposal.kept}
    assert places["Bash"] == ".claude/skills/ship/SKILL.md"
    assert places["Oracle"] == ""


LISTS = {
    "text": "tools: Read, Edit, Grep, Bash",
    "text in quotes": 'tools: "Read, Edit, Grep, Bash"',
    "text with blanks": "tools: Read Edit Grep Bash",
    "text in lines": "tools: Read, Edit,\n  Grep, Bash",
    "brackets": "tools: [Read, Edit, 'Grep', \"Bash\"]  # all",
    "brackets in lines": "tools: [\n  Edit,\n  Read,\n  Grep,\n  Bash,\n]",
    "lines": "tools:\n  - Edit # writes\n  - Read\n  # looks\n  - Grep\n  - Bash",
    "lines not indented": "tools:\n- Read\n- 'Edit'\n- Grep\n- Bash",
    "twice": "tools: Read, Edit, Read, Grep",
    "a limit": "tools: Read, Bash(git log:*, git show:*), Grep",
    "everything": "tools: '*'",
    "everything in brackets": 'tools: ["*"]',
    "everything in lines": "tools:\n  - '*'\nmodel: opus",
    "no list": "model: opus",
}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_git_applies_the_patch_and_only_the_list_changes(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], name: str, ending: str
) -> None:
    text = agent("one", f"{LISTS[name]}\ncolor: red\n", READER).replace("\n", ending)
    path = ".claude/agents/a näme.md"
    write(tmp_path, {path: ""})
    (tmp_path / path).write_bytes(text.encode())
    check_patch(tmp_path, path, capsysbinary)
    before, after = text.split(ending), (tmp_path / path).read_bytes().decode().split(ending)
    rest = [line for line in after if line in before]
    assert [line for line in before if line in rest] == rest
    assert len(set(after) - set(before)) <= 2 + 3 * ("everything" in name)


def check_patch(root: Path, path: str, output: pytest.CaptureFixture[bytes]) -> None:
    """The agent that is read from the patched file has exactly the proposed list."""
    catalog = load_catalog(root, Options(replay=False))
    proposal = propose_lists(catalog, PermissionResolver())[0]
    assert proposal.removed
    untouched = (root / path).read_bytes()
    assert main(["least", "--patch", "-C", str(root), path]) == 0
    assert (root / path).read_bytes() == untouched
    patch = output.readouterr().out
    subprocess.run(["git", "apply", "--check"], input=patch, cwd=root, check=True)
    subprocess.run(["git", "apply"], input=patch, cwd=root, check=True)
    (edited,) = load_catalog(root, Options(replay=False)).agents
    assert [entry.rule for entry in edited.access.grants or ()] == list(proposal.tools)
    assert not propose_lists(load_catalog(root, Options(replay=False)), PermissionResolver())[0].removed


def test_files_without_a_last_newline_and_of_other_runtimes(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    text = (
        f"---\nname: one\ndescription: {' '.join(READER.split()).replace(': ', ' ')}\ntools: Read, Edit\n---"
    )
    prompt = json.dumps({"name": "one", "prompt": WRITER, "tools": ["*"], "resources": []}, indent=2)
    files = {
        ".claude/agents/one.md": text,
        ".github/agents/one.agent.md": agent("one", "tools: ['read', 'edit', 'execute']\n", READER),
        ".gemini/agents/one.md": agent("one", "tools:\n  - read_file\n  - run_shell_command\n", READER),
        ".kiro/agents/one.json": prompt,
    }
    for number, (path, content) in enumerate(files.items()):
        root = tmp_path / str(number)
        write(root, {path: content})
        check_patch(root, path, capsysbinary)


def test_what_cannot_be_patched_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secret = "ghp_" + "Zq9Xw3Lm7Tk2Rv8Nb4Hc6Jd1Fs5Pg0YaUeKo"
    files = {
        ".claude/agents/secret.md": agent("secret", f"x: {secret}\ntools: Read, Edit\n", READER),
        ".claude/agents/bell.md": agent("bell", 'tools: Read, Edit\nx: "a\\nb" # \x07\n', READER),
        ".opencode/agents/map.md": agent("map", "tools:\n  bash: true\n  read: true\n", READER),
    }
    write(tmp_path, files)
    assert main(["least", "--patch", "-C", str(tmp_path)]) == 0
    output = capsys.readouterr()
    assert output.out == ""
    assert secret not in output.err
    assert output.err.count("no patch for .claude/agents/secret.md: a line beside the list") == 1
    assert "no patch for .opencode/agents/map.md: " in output.err


def test_what_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sentence = f"Run the tests \x1b[2J::error::now and look at each failure{' again' * 20}."
    write(
        tmp_path,
        {
            ".claude/agents/a.md": agent("a", "tools: Read, Bash, Edit\n", f"{READER}\n{sentence}"),
            ".claude/agents/b.md": agent("b", "tools: Read, Edit, Write\n", READER),
            ".claude/agents/c.md": agent("c", "tools: Read\n", READER),
            ".claude/agents/d.md": agent("d", "tools: Read\n", "Be kind."),
        },
    )
    assert main(["least", "-C", str(tmp_path)]) == 0
    whole = capsys.readouterr().out
    lines = whole.splitlines()
    assert lines[0] == "b (.claude/agents/b.md)"
    assert lines[1:3] == ["  today: Read, Edit, Write", "  proposed: Read"]
    assert "  - Edit, Write: nothing in the text asks for it" in lines
    assert any(line.startswith("  + Bash  .claude/agents/a.md:15: Run the tests ") for line in lines), lines
    assert "\x1b" not in whole
    assert lines[-2:] == [
        "2 of 4 agents could have fewer tools",
        "nothing is proposed for 1: its text says too little",
    ]
    assert main(["least", "-C", str(tmp_path), "c", "d"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "  proposed: the same" in lines
    assert "  nothing is proposed: its text says too little" in lines
    assert main(["least", "-C", str(tmp_path), "nobody"]) == 2
    assert main(["least", "-C", str(tmp_path)]) == 0
    assert capsys.readouterr().out == whole


@pytest.mark.parametrize(
    "body",
    [
        "never a, " * 20_000,
        "never " + "a or " * 40_000,
        "read " * 40_000,
        "- \n" * 60_000,
        "`git " * 40_000,
        "write `a" * 30_000,
        "read-only " * 20_000,
        "mcp " * 50_000,
        "a" * 400_000,
    ],
)
def test_no_text_takes_long(tmp_path: Path, body: str) -> None:
    start = time.process_time()
    propose(tmp_path, f"tools: {EVERY}, mcp__docs\n", READER + body)
    assert time.process_time() - start < 10
