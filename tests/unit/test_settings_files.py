"""Settings files of a project: which are read, for which agents, and how little of them is told."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from mkdocs_agent_catalog.build import BuiltCatalog, Options, build, check_catalog
from mkdocs_agent_catalog.cli.explain import explain_access
from mkdocs_agent_catalog.model.definitions import Agent, ProjectSettings, Source
from mkdocs_agent_catalog.pages.registry import list_all_pages
from mkdocs_agent_catalog.publishing.previews.page_facts import describe_page
from mkdocs_agent_catalog.runtimes.claude_code.settings import matches_tool
from mkdocs_agent_catalog.runtimes.runtime import Runtime
from mkdocs_agent_catalog.text.strings import make_server_id
from sites import agent, write

SETTINGS = ".claude/settings.json"
SECRET = "gh" + "p_9aXk2LmQ7RtYv4WzB8NcD1EfG5HjK3PoSuTi"


def make_settings(**more: Any) -> str:
    return json.dumps(more, indent=2)


def build_site(root: Path, files: dict[str, str]) -> BuiltCatalog:
    write(root, files)
    return build(root, Options())


def read_outputs(site: BuiltCatalog) -> dict[str, str]:
    return {output.uri: str(output.body if output.is_page else output.content) for output in site.outputs}


def run_git(root: Path, *arguments: str) -> None:
    author = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(["git", *author, *arguments], cwd=root, check=True, capture_output=True)


def test_who_has_a_tool_conditionally_or_guarded_is_counted(tmp_path: Path) -> None:
    hook = {"matcher": "Bash|mcp__docs__.*", "hooks": [{"type": "command", "command": "./guard.sh"}]}
    files = {
        ".claude/agents/a.md": agent("a", "tools: Read, Glob, Bash, mcp__docs__find\n"),
        ".claude/agents/b.md": agent("b"),
        SETTINGS: make_settings(hooks={"PreToolUse": [hook]}),
    }
    site = build_site(tmp_path, files)
    tools = read_outputs(site)["tools/index.md"]
    for name in ("Read", "Glob", "Bash"):
        row = tools.partition(f"<code>{name}</code>")[2].partition("</tr>")[0]
        assert '<td class="ac-listed"><span>1</span>' in row, name
        assert row.endswith('<td class="ac-usual">1</td>'), name
    pages = {page.uri: page for page in list_all_pages(site.shared)}
    for uri in ("tools/read.md", "tools/glob.md", "tools/bash.md", "servers/docs.md"):
        (fact,) = (fact for fact in describe_page(pages[uri], site.shared).facts if fact.kind == "agents")
        assert fact.values[0] == "1 by name", uri


def test_a_guarded_tool_whose_specifier_is_not_enforced_is_called_both(tmp_path: Path) -> None:
    hook = {"matcher": "Bash", "hooks": [{"type": "command", "command": "./guard.sh"}]}
    files = {
        ".claude/agents/part.md": agent("part", "tools: Read, Bash(git:*)\n"),
        ".claude/agents/whole.md": agent("whole", "tools: Read, Bash\n"),
        SETTINGS: make_settings(hooks={"PreToolUse": [hook]}),
    }
    site = build_site(tmp_path, files)
    outputs = read_outputs(site)
    rows = {row["agent"]: row for row in csv.DictReader(outputs["matrix-effective.csv"].splitlines())}
    assert {name: row["Bash"] for name, row in rows.items()} == {
        "part": "unenforced guarded",
        "whole": "guarded",
    }
    unenforced = "allowed: specifier not enforced"
    both = f"{unenforced}; guarded: allowed, but a hook may refuse it"
    assert f'aria-label="{both}: Bash(git:*)" title="Bash(git:*)">◇◈</td>' in outputs["matrix.md"]
    assert "not enforced; guarded</h4>" in outputs["agents/part.md"]
    reason = outputs["tools/bash.md"].rpartition("<code>Bash(git:*)</code>")[0].rpartition("<section")[2]
    assert unenforced.capitalize() in reason
    text = explain_access(site.catalog, site.shared.grants, "part", "Bash")
    assert text is not None
    assert "  unenforced, guarded: A specifier" in text


@pytest.mark.parametrize("key", ["agent", "model"])
def test_the_agent_of_all_sessions_is_decided_as_the_main_one(tmp_path: Path, key: str) -> None:
    files = {
        ".claude/agents/chief.md": agent("chief", "tools: Read, AskUserQuestion, Agent(helper)\n"),
        ".claude/agents/helper.md": agent("helper", "tools: Read, Agent(chief)\n"),
        "app/.claude/agents/chief.md": agent("chief", "tools: Read, Agent(helper)\n"),
        SETTINGS: make_settings(**{key: "chief"}),
    }
    site = build_site(tmp_path, files)
    outputs = read_outputs(site)
    is_main = key == "agent"
    noted = [(item.check, item.span.path) for item in site.diagnostics]
    assert (("unenforced_specifier", ".claude/agents/chief.md") not in noted) == is_main
    assert (("unavailable_tool", ".claude/agents/chief.md") not in noted) == is_main
    assert ("unenforced_specifier", ".claude/agents/helper.md") in noted
    assert ("unenforced_specifier", "app/.claude/agents/chief.md") in noted
    assert ("Sessions run as this agent" in outputs["agents/chief.md"]) == is_main
    assert "Sessions run as this agent" not in outputs["agents/helper.md"]
    assert json.loads(outputs["catalog.json"])["settings"] == [] or is_main


def test_the_page_says_what_the_project_denies_asks_and_guards(tmp_path: Path) -> None:
    text = make_settings(
        permissions={
            "deny": ["WebFetch", "Bash(rm *)", "Agent(a)"],
            "ask": ["Bash(git push *)"],
            "allow": ["Bash(npm test)", "Bash(npm run *)", "Write"],
            "defaultMode": "acceptEdits",
        },
        hooks={
            "PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "./guard.sh -x"}]}]
        },
        env={"TOKEN": SECRET},
    )
    files = {".claude/agents/a.md": agent("a", "tools: Read, Bash, WebFetch\n"), SETTINGS: text}
    site = build_site(tmp_path, files)
    outputs = read_outputs(site)
    page = outputs["agents/a.md"]
    section = page.partition('id="project"')[2].partition("<h2")[0]
    lines = text.splitlines()
    for rule in ("WebFetch", "Bash(rm *)", "Agent(a)", "Bash(git push *)"):
        line = next(number for number, words in enumerate(lines, 1) if f'"{rule}"' in words)
        assert f"<code>{rule}</code>" in section
        assert f"{SETTINGS}:{line}:" in section
    assert "by 2 rules" in section, "rules that allow are counted for each tool"
    assert "<code>Write</code>" not in section, "a rule about a tool that the agent does not have"
    assert "<code>acceptEdits</code>" in section
    assert "<code>guard.sh</code>" in section
    assert "project-denied" in page, "the tool is shown under the rule that denies it"
    (entry,) = json.loads(outputs["catalog.json"])["agents"]
    outcomes = {tool["tool"]: (tool["outcome"], tool["caveats"]) for tool in entry["tools"]}
    assert outcomes == {
        "Read": ("allowed", []),
        "Bash": ("guarded", ["project-denies-part", "project-asks", "guarded"]),
        "WebFetch": ("denied", []),
    }
    assert entry["settings_files"] == [SETTINGS]
    everything = "".join(outputs.values())
    assert SECRET not in everything
    assert "-x" not in section, "of a command line only the name of the script is told"


def test_a_rule_is_shown_where_it_counts_for_a_tool_under_another_name(tmp_path: Path) -> None:
    deny = ["Edit(docs/**)", "Write(src/**)", "Web*", "mcp__docs(x)"]
    files = {
        ".claude/agents/a.md": agent("a", "tools: Write, WebFetch, mcp__docs__find\n"),
        SETTINGS: make_settings(permissions={"deny": deny}),
    }
    page = read_outputs(build_site(tmp_path, files))["agents/a.md"]
    section = page.partition('id="project"')[2].partition("<h2")[0]
    shown = [rule for rule in deny if f"<code>{rule}</code>" in section]
    assert shown == ["Edit(docs/**)", "Web*"], (
        "no path is looked at under `Write`, nor parentheses of MCP tools"
    )


@pytest.mark.parametrize(
    ("settings", "hints"),
    [
        ({"permissions": {"defaultMode": "acceptEdit"}}, ["did you mean `acceptEdits`?"]),
        ({"permissions": {"defaultMode": "plan"}}, []),
        ({"permissions": {"defaultMode": "quite-new"}}, []),
        ({"hooks": {"PreTooluse": [], "PreToolUse": [], "QuiteNew": []}}, ["did you mean `PreToolUse`?"]),
        (
            {"hooks": {"session-start": []}, "permissions": {"defaultMode": 1}},
            ["did you mean `SessionStart`?"],
        ),
    ],
)
def test_misspelt_modes_and_events_are_told(
    tmp_path: Path, settings: dict[str, Any], hints: list[str]
) -> None:
    write(tmp_path, {".claude/agents/a.md": agent("a"), SETTINGS: make_settings(**settings)})
    findings = [item for item in check_catalog(tmp_path, Options()).diagnostics if item.span.path == SETTINGS]
    assert [str(item.hint) for item in findings if item.check == "invalid_value"] == hints


@pytest.mark.parametrize("others", [{}, {SETTINGS: make_settings(permissions={"defaultMode": "plan"})}])
def test_only_what_is_not_in_the_file_is_said_to_stand_beside_it(
    tmp_path: Path, others: dict[str, str]
) -> None:
    own = "hooks:\n  PreToolUse:\n    - matcher: Bash\n      hooks: [{type: command, command: own.sh}]\n"
    page = read_outputs(build_site(tmp_path, {".claude/agents/a.md": agent("a", own), **others}))[
        "agents/a.md"
    ]
    assert "own.sh" in page
    assert ("holds beside the agent" in page) == bool(others)


@pytest.mark.parametrize(
    ("shared", "personal", "is_guarded"),
    [(None, None, True), (False, None, True), (True, None, False), (True, False, True), (False, True, False)],
)
def test_hooks_that_the_settings_stop_guard_nothing(
    shared: bool | None, personal: bool | None, is_guarded: bool, tmp_path: Path
) -> None:
    guard = [{"matcher": "Bash", "hooks": [{"type": "command", "command": "./guard.sh"}]}]
    own = "hooks:\n  PreToolUse:\n    - matcher: Bash\n      hooks: [{type: command, command: own.sh}]\n"
    stops = {} if shared is None else {"disableAllHooks": shared}
    files = {
        ".claude/agents/a.md": agent("a", own),
        SETTINGS: make_settings(hooks={"PreToolUse": guard}, **stops),
    }
    if personal is not None:
        files[".claude/settings.local.json"] = make_settings(disableAllHooks=personal)
    write(tmp_path, files)
    run_git(tmp_path, "init", "-q")
    run_git(tmp_path, "add", ".")
    checked = check_catalog(tmp_path, Options())
    (guarded,) = checked.catalog.agents
    assert {hook.program for hook in guarded.every_hook} == ({"guard.sh", "own.sh"} if is_guarded else set())
    assert ("guarded" in checked.grants.decide(guarded, "Bash").caveats) is is_guarded


def test_explain_names_the_place_of_the_rule_that_denies(tmp_path: Path) -> None:
    files = {".claude/agents/a.md": agent("a"), SETTINGS: make_settings(permissions={"deny": ["WebFetch"]})}
    write(tmp_path, files)
    result = check_catalog(tmp_path, Options())
    text = explain_access(result.catalog, result.grants, "a", "WebFetch")
    assert text is not None
    assert f"{SETTINGS}:4:7: permissions.deny: WebFetch" in text
    assert "denied: " in text
    assert "(unsettled)" in text


def test_settings_hold_for_the_agents_beside_them_only(tmp_path: Path) -> None:
    hooks = {"hooks": {"PreToolUse": [{"hooks": [{"command": "${CLAUDE_PLUGIN_ROOT}/bin/check.py --all"}]}]}}
    files = {
        SETTINGS: make_settings(permissions={"deny": ["WebFetch"]}),
        ".claude/agents/own.md": agent("own"),
        "agents/shared.md": agent("shared"),
        "plugins/kit/.claude-plugin/plugin.json": '{"name": "kit"}',
        "plugins/kit/agents/p.md": agent("p"),
        "plugins/kit/hooks/hooks.json": make_settings(**hooks),
    }
    write(tmp_path, files)
    result = check_catalog(tmp_path, Options())
    agents = {item.name: item for item in result.catalog.agents}
    denied = {name: result.grants.decide(item, "WebFetch").outcome for name, item in agents.items()}
    assert denied == {"own": "denied", "shared": "inherited", "p": "inherited"}
    assert [hook.program for hook in agents["p"].every_hook] == ["check.py"]
    assert "guarded" in result.grants.decide(agents["p"], "Read").caveats
    assert not agents["shared"].every_hook


def test_an_agents_own_hooks_guard_it_but_not_those_of_a_plugins_agent(tmp_path: Path) -> None:
    keys = """hooks:
  PreToolUse:
    - matcher: "Edit|Bash"
      hooks:
        - type: command
          command: "python3 scripts/look.py --secret x"
"""
    files = {
        ".claude/agents/own.md": agent("own", keys),
        "plugins/kit/.claude-plugin/plugin.json": '{"name": "kit"}',
        "plugins/kit/agents/p.md": agent("p", keys),
    }
    write(tmp_path, files)
    result = check_catalog(tmp_path, Options())
    caveats = {item.name: result.grants.decide(item, "Bash").caveats for item in result.catalog.agents}
    assert caveats == {"own": ("guarded",), "p": ()}
    (hook,) = next(item for item in result.catalog.agents if item.name == "own").hooks
    assert (hook.event, hook.matcher, hook.program) == ("PreToolUse", "Edit|Bash", "look.py")
    assert hook.span.line > 4


def test_personal_settings_count_only_where_git_has_them(tmp_path: Path) -> None:
    local = ".claude/settings.local.json"
    files = {".claude/agents/a.md": agent("a"), local: make_settings(permissions={"deny": ["Bash"]})}
    write(tmp_path, files)
    run_git(tmp_path, "init", "-q")

    def decide() -> str:
        result = check_catalog(tmp_path, Options())
        return result.grants.decide(result.catalog.agents[0], "Bash").outcome

    assert decide() == "inherited"
    run_git(tmp_path, "add", "-f", local)
    assert decide() == "denied"


def test_what_is_no_settings_file_is_said_and_stops_nothing(tmp_path: Path) -> None:
    for text in (
        "{",
        "[]",
        '{"permissions": [], "hooks": 3}',
        '{"permissions": {"deny": [1, "", null, {}]}}',
    ):
        write(tmp_path, {".claude/agents/a.md": agent("a"), SETTINGS: text})
        result = check_catalog(tmp_path, Options())
        problems = [item.check for item in result.diagnostics if item.span.path == SETTINGS]
        assert problems == (["config_unreadable"] if text in ("{", "[]") else [])
        assert not result.catalog.settings


def test_rules_that_are_no_list_are_not_read_in_silence(tmp_path: Path) -> None:
    text = make_settings(permissions={"deny": "Bash", "ask": None, "allow": ["Read"]})
    write(tmp_path, {".claude/agents/a.md": agent("a"), SETTINGS: text})
    (finding,) = check_catalog(tmp_path, Options()).diagnostics
    assert (finding.check, finding.span.line) == ("config_unreadable", 3)
    assert str(finding.message) == "`permissions.deny` is no list of rules"


def test_matchers_name_tools_and_are_never_run_as_patterns() -> None:
    assert matches_tool("", "Read")
    assert matches_tool("Write|Edit", "Edit")
    assert matches_tool("^(Write|Edit)$", "Edit")
    assert matches_tool("mcp__docs__.*", "mcp__docs__find")
    assert matches_tool("Notebook.*", "NotebookEdit")
    assert not matches_tool("Write|Edit", "NotebookEdit")
    assert not matches_tool("ab.*ba", "aba"), "the two ends may not share a letter"
    assert matches_tool("(a+)+$", "a" * 60) is None


@pytest.mark.parametrize(
    ("hooks", "expected"),
    [
        (
            {"BeforeTool": [{"matcher": "write_.*", "hooks": [{"type": "command", "command": "x/a.sh -v"}]}]},
            [("BeforeTool", "write_.*", "a.sh", 6)],
        ),
        (
            {"afterFileEdit": [{"command": "./format.sh --token abc"}, {"command": "b", "matcher": "*"}]},
            [("afterFileEdit", "", "format.sh", 6), ("afterFileEdit", "", "b", 10)],
        ),
        (
            {"preToolUse": [{"type": "command", "bash": "./guard.sh", "powershell": "./guard.ps1"}]},
            [("preToolUse", "", "guard.sh", 7)],
        ),
        (
            {"preToolUse": [{"type": "command", "bash": ""}, {"bash": "", "powershell": "a.ps1"}]},
            [("preToolUse", "", "a.ps1", 10)],
        ),
        ({"stop": [{"type": "prompt", "prompt": "Is all done?"}]}, [("stop", "", "prompt", 4)]),
        ({"enabled": True, "disabled": ["a"], "a b": [{"command": "c"}]}, []),
        ([{"command": "c"}], []),
    ],
)
def test_the_forms_of_hooks(hooks: Any, expected: list[tuple[str, str, str, int]]) -> None:
    text = json.dumps({"version": 1, "hooks": hooks}, indent=1)
    source = Source("x.json", "x.json", "settings", ".", text)
    settings, problems = Runtime.read_settings(Sample(), source)
    parsed = settings.hooks if settings else ()
    assert [(hook.event, hook.matcher, hook.program, hook.span.line) for hook in parsed] == expected
    assert problems == ()


class Sample(Runtime):
    """A runtime with hooks in files of a folder."""

    name, title, source = "sample", "Sample", "none"
    agent_folders = (".sample/agents",)
    settings_files = (".sample/hooks/*.json", ".sample/settings.json")


@pytest.mark.parametrize(
    ("path", "is_given"),
    [
        (".sample/hooks/a.json", True),
        (".sample/settings.json", True),
        (".sample/hooks/deep/a.json", False),
        ("web/.sample/settings.json", False),
    ],
)
def test_settings_hold_for_the_agents_of_their_project(path: str, is_given: bool) -> None:
    place = ".sample/agents/a.md"
    runtime = Sample()
    (item,) = runtime.read_agents(Source(place, "a.md", "agent", ".sample/agents", agent("a")))
    assert isinstance(item, Agent)
    settings = ProjectSettings(Source(path, path, "settings", ".", ""))
    assert runtime.governs(settings, item) is is_given


@pytest.mark.parametrize(
    ("place", "path", "hooks"),
    [
        (
            ".github/agents/a.agent.md",
            ".github/hooks/a.json",
            {"preToolUse": [{"type": "command", "bash": "./note.sh", "powershell": "./note.ps1"}]},
        ),
        (".cursor/agents/a.md", ".cursor/hooks.json", {"stop": [{"command": "./note.sh -t x"}]}),
        (
            ".gemini/agents/a.md",
            ".gemini/settings.json",
            {"BeforeTool": [{"matcher": "x", "hooks": [{"type": "command", "command": "note.sh"}]}]},
        ),
        (
            ".qwen/agents/a.md",
            ".qwen/settings.json",
            {"Stop": [{"hooks": [{"type": "command", "command": "note.sh"}]}]},
        ),
        (
            ".factory/droids/a.md",
            ".factory/settings.json",
            {"Stop": [{"hooks": [{"type": "command", "command": "note.sh"}]}]},
        ),
        (
            ".codex/agents/a.toml",
            ".codex/hooks.json",
            {"Stop": [{"hooks": [{"type": "command", "command": "note.sh"}]}]},
        ),
    ],
)
def test_the_hooks_of_each_runtime_stand_on_the_pages_of_its_agents(
    tmp_path: Path, place: str, path: str, hooks: dict[str, Any]
) -> None:
    text = "---\nname: a\ndescription: Reads.\n---\n\nRead.\n"
    if place.endswith(".toml"):
        text = 'name = "a"\ndescription = "Reads."\ndeveloper_instructions = "Read."\n'
    files = {place: text, path: json.dumps({"hooks": hooks}), ".claude/agents/b.md": agent("b")}
    catalog = build_site(tmp_path, files).catalog
    programs = {item.source.path: [hook.program for hook in item.every_hook] for item in catalog.agents}
    assert programs == {place: ["note.sh"], ".claude/agents/b.md": []}


@pytest.mark.parametrize(("profile", "is_settled"), [("claude-code", False), ("claude-code-main", True)])
def test_settings_that_deny_a_whole_list_are_named_and_no_more_is_said_than_is_known(
    tmp_path: Path, profile: str, is_settled: bool
) -> None:
    text = make_settings(permissions={"deny": ["Bash"]})
    write(tmp_path, {".claude/agents/a.md": agent("a", "tools: Bash\n"), SETTINGS: text})
    site = build(tmp_path, Options(profile=profile))
    (finding,) = [item for item in site.diagnostics if item.check == "cannot_start"]
    line = next(number for number, words in enumerate(text.splitlines(), 1) if '"Bash"' in words)
    assert f"`Bash` ({SETTINGS}:{line}:" in str(finding.message)
    assert str(finding.hint) == "list a tool that is not denied; without `tools` it has every other tool"
    assert finding.is_information is not is_settled
    assert ("perhaps" in str(finding.message)) is not is_settled
    page = read_outputs(site)["agents/a.md"]
    warning = page.partition('class="ac-warning')[2].partition("</div>")[0]
    assert (f"{SETTINGS}:{line}:" in warning) is is_settled


@pytest.mark.parametrize(
    ("keys", "denied", "says", "hint"),
    [
        (
            "tools: Bash, Bash\ndisallowedTools: Bash\n",
            [],
            "no tool of its list is available to this agent, so it cannot",
            "list a tool that is not denied; ",
        ),
        (
            "tools: Bash, Nope\n",
            ["Bash"],
            "no tool of its list is available to this agent, so perhaps it cannot",
            "list tools of Claude Code",
        ),
        (
            "tools: Bash\n",
            ["*"],
            "all tools of its list are denied, so perhaps",
            f"`*` ({SETTINGS}:",
        ),
    ],
)
def test_what_denies_a_list_is_told_from_what_nobody_knows(
    tmp_path: Path, keys: str, denied: list[str], says: str, hint: str
) -> None:
    text = make_settings(permissions={"deny": denied})
    write(tmp_path, {".claude/agents/a.md": agent("a", keys), SETTINGS: text})
    (finding,) = [d for d in build(tmp_path, Options()).diagnostics if d.check == "cannot_start"]
    assert str(finding.message).startswith(says)
    assert str(finding.hint).startswith(hint)


SERVERS = {"docs": {"command": "d"}, "our.index": {"command": "i"}, "logs": {"command": "l"}}


@pytest.mark.parametrize(
    ("folder", "servers", "settings", "off"),
    [
        (".claude", ".mcp.json", {"disabledMcpjsonServers": ["docs", "our_index"]}, {"docs", "our.index"}),
        (".gemini", "", {"mcp": {"excluded": ["docs"]}}, {"docs"}),
        (".gemini", "", {"mcp": {"allowed": ["docs"]}}, {"our.index", "logs"}),
        (".gemini", "", {"mcp": {"allowed": []}}, set()),
        (".qwen", "", {"mcp": {"excluded": ["our*"], "allowed": ["docs", "our*"]}}, {"our.index", "logs"}),
    ],
)
def test_the_settings_of_a_project_switch_servers_off(
    tmp_path: Path, folder: str, servers: str, settings: dict[str, Any], off: set[str]
) -> None:
    table = {"mcpServers": SERVERS}
    tools = {".claude": "mcp__docs__find", ".gemini": "mcp_docs_find", ".qwen": "mcp__docs__find"}[folder]
    files = {
        f"{folder}/agents/a.md": agent("a-named", f"tools: [{tools}]\n", "Do what is asked."),
        f"{folder}/agents/b.md": agent("b-inheriting", body="Do what is asked."),
        f"{folder}/settings.json": make_settings(**settings, **({} if servers else table)),
    } | ({servers: json.dumps(table), f"app/{servers}": json.dumps(table)} if servers else {})
    site = build_site(tmp_path, files)
    configs = [(server.name, config) for server in site.catalog.servers for config in server.configs]
    assert {name for name, config in configs if config.is_off} == off
    assert not any(config.is_off for _name, config in configs if config.span.path.startswith("app/"))
    naming, inheriting = site.catalog.agents
    for name in SERVERS:
        id = make_server_id(name)
        tool = f"mcp__{id}__find"
        assert site.shared.grants.decide(inheriting, tool, id).is_usable == (name not in off), name
    assert site.shared.grants.decide(naming, "mcp__docs__find", "docs").is_usable == ("docs" not in off)


def test_gemini_cli_leaves_out_the_agents_that_its_settings_switch_off(tmp_path: Path) -> None:
    overrides = {"a": {"enabled": False}, "b": {"enabled": True}, "c": {"runConfig": {"maxTurns": 2}}}
    files = {f".gemini/agents/{name}.md": agent(name) for name in "abc"}
    write(tmp_path, files | {"app/.gemini/agents/a.md": agent("a")})
    write(tmp_path, {".gemini/settings.json": make_settings(agents={"overrides": overrides})})
    catalog = check_catalog(tmp_path, Options()).catalog
    assert {item.source.path for item in catalog.agents} == {*files, "app/.gemini/agents/a.md"} - {
        ".gemini/agents/a.md"
    }
    (left_out,) = (item for item in catalog.skipped if item.path == ".gemini/agents/a.md")
    assert str(left_out.reason) == "switched off in `.gemini/settings.json`"
    off = make_settings(experimental={"enableAgents": False})
    write(tmp_path, {".gemini/settings.json": off})
    assert [item.source.path for item in check_catalog(tmp_path, Options()).catalog.agents] == [
        "app/.gemini/agents/a.md"
    ]
    # What is switched off was found, also where nothing else is.
    write(tmp_path / "app", {".gemini/settings.json": off})
    all_off = check_catalog(tmp_path / "app", Options())
    assert (all_off.catalog.agents, all_off.diagnostics) == ((), ())


def test_what_qwen_code_and_gemini_cli_exclude_is_told_on_the_page(tmp_path: Path) -> None:
    rules = {"permissions": {"deny": ["Bash"], "ask": ["Write"]}}
    files = {
        ".qwen/agents/q.md": agent("helper", body="Do what is asked."),
        ".qwen/settings.json": make_settings(**rules),
        ".gemini/agents/g.md": agent("g"),
        ".gemini/settings.json": make_settings(tools={"exclude": ["run_shell_command"]}),
    }
    site = build_site(tmp_path, files)
    outputs = read_outputs(site)
    for uri in ("agents/gemini-cli/g.md", "agents/qwen-code/q.md"):
        assert "<strong>Denied:</strong>" in outputs[uri].partition('id="project"')[2], uri
    for name, rule in (("g", "tools.exclude: run_shell_command"), ("helper", "permissions.deny: Bash")):
        text = explain_access(site.catalog, site.shared.grants, name, "run_shell_command")
        assert text is not None
        assert rule in text
        assert "  denied: " in text


def test_a_list_of_the_only_tools_is_shown_as_what_it_denies(tmp_path: Path) -> None:
    tools = {"core": ["read_file", "glob"], "allowed": ["mcp_docs_find", "write_file"]}
    files = {".gemini/agents/g.md": agent("g"), ".gemini/settings.json": make_settings(tools=tools)}
    site = build_site(tmp_path, files)
    shown = read_outputs(site)["agents/gemini-cli/g.md"].partition('id="project"')[2]
    page = read_outputs(site)["agents/gemini-cli/g.md"]
    assert "this agent inherits all tools but those that the settings of the project deny." in page
    assert "<strong>Denied:</strong> <code>* but read_file, glob, mcp_docs_find</code>" in shown
    text = explain_access(site.catalog, site.shared.grants, "g", "write_file")
    assert text is not None
    assert ": tools.core: * but read_file, glob, mcp_docs_find\n" in text


@pytest.mark.parametrize(
    ("name", "is_found"),
    [("chief", False), ("Chief", True), ("gone", True), ("Explore", False), ("kit:chief", False)],
)
def test_an_agent_for_all_sessions_that_is_not_there_is_told(
    tmp_path: Path, name: str, is_found: bool
) -> None:
    write(tmp_path, {".claude/agents/a.md": agent("chief"), SETTINGS: make_settings(agent=name)})
    places = [(item.check, str(item.span)) for item in check_catalog(tmp_path, Options()).diagnostics]
    assert (("unknown_agent", f"{SETTINGS}:2:12") in places) == is_found


def test_gemini_cli_excludes_no_part_of_a_tool(tmp_path: Path) -> None:
    text = make_settings(tools={"exclude": ["web_fetch", "run_shell_command(rm)"]})
    write(tmp_path, {".gemini/agents/g.md": agent("g"), ".gemini/settings.json": text})
    findings = check_catalog(tmp_path, Options()).diagnostics
    (item,) = (item for item in findings if item.check == "void_rule")
    rule = "`run_shell_command(rm)` under `tools.exclude`"
    assert item.message == f"{rule} does nothing: only whole tools can be excluded"


def test_a_server_that_claude_code_leaves_out_is_there_for_copilot(tmp_path: Path) -> None:
    files = {
        ".mcp.json": json.dumps({"mcpServers": {"docs": {"command": "d"}}}),
        SETTINGS: make_settings(disabledMcpjsonServers=["docs"]),
        ".claude/agents/a.md": agent("a"),
        ".github/agents/b.agent.md": agent("b"),
    }
    site = build_site(tmp_path, files)
    decide = site.shared.grants.decide
    usable = {
        definition.dialect: decide(definition, "mcp__docs__find", "docs").is_usable
        for definition in site.catalog.agents
    }
    assert usable == {"claude-code": False, "copilot": True}
    assert "switched off</span> (Claude Code)" in read_outputs(site)["servers/docs.md"]
