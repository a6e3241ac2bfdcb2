"""Configurations of MCP servers: each runtime's own files, what is told of them, and for whom they count."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from mkdocs_agent_catalog.build import Options, build, check_catalog, load_catalog
from mkdocs_agent_catalog.linking.tool_usage import ToolUsage
from mkdocs_agent_catalog.model.definitions import Agent, ServerConfig, Source, Span
from mkdocs_agent_catalog.permissions.capabilities import decide_server, find_capabilities
from mkdocs_agent_catalog.permissions.decisions import PermissionResolver
from mkdocs_agent_catalog.reading.paths import SourceRule
from mkdocs_agent_catalog.rights.edits import Edit
from mkdocs_agent_catalog.rights.what_if import find_consequences
from mkdocs_agent_catalog.runtimes import RUNTIMES
from mkdocs_agent_catalog.runtimes.mcp_config import read_servers
from sites import agent, write

PRIVATE = "gh" + "p_9aXk2LmQ7RtYv4WzB8NcD1EfG5HjK3PoSuTi"

# The runtimes that read a file, the file, its text, and what is read: transport, program, unpinned, off.
FILES = (
    (
        "claude-code copilot",
        ".mcp.json",
        '{"mcpServers": {"docs": {"command": "npx", "args": ["-y", "docs-mcp"], "env": {"T": "%s"}}}}',
        ("stdio", "npx", True, False),
    ),
    (
        "kiro",
        ".kiro/settings/mcp.json",
        '{\n  // A comment.\n  "mcpServers": {"docs": {"command": "/home/ada/bin/uvx", "args": ["a@1.2"],'
        ' "env": {"T": "%s"}, "disabled": true},}\n}',
        ("stdio", "uvx", False, True),
    ),
    (
        "codex",
        ".codex/config.toml",
        'model = "x"\n\n[mcp_servers.docs]\nurl = "https://example.org/mcp"\nhttp_headers = { A = "%s" }\n',
        ("http", None, False, False),
    ),
    (
        "cursor",
        ".cursor/mcp.json",
        '{"mcpServers": {"docs": {"command": "npx", "args": ["docs@2"], "env": {"A": "%s"}}}}',
        ("stdio", "npx", False, False),
    ),
    (
        "gemini",
        ".gemini/settings.json",
        '{\n "theme": "x", // A comment.\n "mcpServers": {\n  "docs": {"httpUrl": "https://example.org/mcp",'
        ' "headers": {"A": "%s"}}\n }\n}',
        ("http", None, False, False),
    ),
    (
        "qwen",
        ".qwen/settings.json",
        '{"mcpServers": {"docs": {"url": "https://example.org/mcp", "headers": {"A": "%s"}}}}',
        ("http", None, False, False),
    ),
    (
        "factory",
        ".factory/mcp.json",
        '{"mcpServers": {"docs": {"type": "http", "url": "https://example.org/mcp", "headers": {"A": "%s"},'
        ' "disabled": true}}}',
        ("http", None, False, True),
    ),
    (
        "copilot",
        ".vscode/mcp.json",
        '{"inputs": [], // A comment.\n "servers": {\n  "docs": {"type": "stdio", "command": "npx",'
        ' "args": ["-y", "a"], "env": {"A": "%s"}}}}',
        ("stdio", "npx", True, False),
    ),
    (
        "opencode",
        "opencode.json",
        '{"mcp": {"docs": {"type": "local", "command": ["bunx", "-y", "docs@1"], "enabled": false,'
        ' "environment": {"A": "%s"}}}}',
        ("stdio", "bunx", False, True),
    ),
    (
        "roo",
        ".roo/mcp.json",
        '{"mcpServers": {"docs": {"type": "streamable-http", "url": "https://example.org/mcp",'
        ' "headers": {"A": "%s"}}}}',
        ("http", None, False, False),
    ),
)


def read_configs(root: Path, options: Options | None = None) -> dict[str, tuple[ServerConfig, ...]]:
    return {server.name: server.configs for server in load_catalog(root, options or Options()).servers}


@pytest.mark.parametrize(("runtime", "path", "text", "expected"), FILES, ids=[row[1] for row in FILES])
def test_each_runtime_has_files_of_its_own(
    tmp_path: Path, runtime: str, path: str, text: str, expected: tuple[str, str | None, bool, bool]
) -> None:
    text = text % PRIVATE
    write(tmp_path, {path: text, ".claude/agents/a.md": agent("a")})
    (config,) = read_configs(tmp_path)["docs"]
    assert (config.transport, config.command, config.is_unpinned, config.is_off) == expected
    assert config.runtimes == tuple(runtime.split())
    line = next(number for number, words in enumerate(text.splitlines(), 1) if "docs" in words)
    assert (config.span.path, config.span.line) == (path, line)
    outputs = {output.uri: str(output.content) for output in build(tmp_path, Options()).outputs}
    page = outputs["servers/docs.md"]
    titles = ", ".join(RUNTIMES[name].title for name in runtime.split())
    assert f"<strong>Configured for</strong> {titles}</p>" in page
    assert ("switched off" in page) is config.is_off
    (entry,) = json.loads(outputs["catalog.json"])["servers"]
    assert entry["configurations"][0]["runtimes"] == runtime.split()
    everything = "".join(outputs.values())
    for private in (PRIVATE, "example.org/mcp", "/home/ada"):
        assert private not in everything


@pytest.mark.parametrize(("runtime", "path", "text", "_expected"), FILES, ids=[row[1] for row in FILES])
def test_a_file_that_the_options_name_is_read_as_its_place_says(
    tmp_path: Path, runtime: str, path: str, text: str, _expected: object
) -> None:
    write(tmp_path, {path: text % PRIVATE})
    (config,) = read_configs(tmp_path, Options(rules=(SourceRule(path),)))["docs"]
    # Of a file that an option names, the runtime that has it first is assumed.
    assert config.runtimes == (runtime.split()[0],)


def test_several_runtimes_may_have_the_same_server(tmp_path: Path) -> None:
    write(tmp_path, {path: text % PRIVATE for _runtime, path, text, _expected in FILES})
    assert [config.span.path for config in read_configs(tmp_path)["docs"]] == sorted(row[1] for row in FILES)
    outputs = {output.uri: str(output.content) for output in build(tmp_path, Options()).outputs}
    line = outputs["servers/docs.md"].partition("Configured for</strong> ")[2].partition("</p>")[0]
    assert sorted(line.split(", ")) == sorted(
        RUNTIMES[name].title for row in FILES for name in row[0].split() if row[0] != "copilot"
    )


@pytest.mark.parametrize("text", ["{", '{"mcpServers": []}', '{"mcpServers": {"docs": "npx"}}'])
def test_what_cannot_be_read_is_a_finding(tmp_path: Path, text: str) -> None:
    write(tmp_path, {".kiro/settings/mcp.json": text, ".claude/agents/a.md": agent("a")})
    findings = [
        item for item in check_catalog(tmp_path, Options()).diagnostics if "mcp.json" in item.span.path
    ]
    assert [item.check for item in findings] == ["config_unreadable"]


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ('{"mcpServers": []}', ".mcp.json:1:2", "write an object in which each server stands under its name"),
        (
            '{"mcpServers": {"docs": "npx"}}',
            ".mcp.json:1:25",
            "write an object with its `command` or its `url`",
        ),
    ],
)
def test_a_wrong_value_is_shown_where_it_stands(tmp_path: Path, text: str, place: str, hint: str) -> None:
    write(tmp_path, {".mcp.json": text, ".claude/agents/a.md": agent("a")})
    (finding,) = check_catalog(tmp_path, Options()).diagnostics
    assert (str(finding.span), str(finding.hint)) == (place, hint)


@pytest.mark.parametrize("key", ["servers", "mcpServer", "mcp_servers"])
def test_a_key_that_is_not_read_is_no_server(tmp_path: Path, key: str) -> None:
    text = json.dumps({key: {"docs": {"command": "docs"}, "issues": {"url": "https://issues.example/mcp"}}})
    write(tmp_path, {".mcp.json": text, ".claude/agents/a.md": agent("a")})
    result = check_catalog(tmp_path, Options())
    assert [server.id for server in result.catalog.servers] == []
    (finding,) = [item for item in result.diagnostics if item.span.path == ".mcp.json"]
    assert (finding.check, str(finding.hint)) == ("config_unreadable", "write `mcpServers`")
    assert f"`{key}` is not read" in str(finding.message)


def test_servers_without_a_key_above_them_are_read(tmp_path: Path) -> None:
    bare = {"docs": {"command": "docs", "env": {"A": "b"}}, "issues": {"url": "https://issues.example/mcp"}}
    write(tmp_path, {".mcp.json": json.dumps(bare), ".claude/agents/a.md": agent("a")})
    assert sorted(read_configs(tmp_path)) == ["docs", "issues"]


def test_a_settings_file_need_not_configure_servers() -> None:
    for runtime in RUNTIMES.values():
        for path in runtime.server_files:
            text = "" if path.endswith(".toml") else "{}"
            source = Source(path, path, "mcp", ".", text, dialect=runtime.name)
            assert runtime.read_server_file(source) == ([], ()), path


def test_a_server_counts_for_the_runtimes_that_it_is_configured_for(tmp_path: Path) -> None:
    kiro = {"name": "b", "description": "Reads.", "tools": ["@docs", "@notes"]}
    files = {
        ".claude/agents/a.md": agent("a", "tools: mcp__docs__find, mcp__notes__find\n"),
        ".kiro/agents/b.json": json.dumps(kiro),
        ".mcp.json": '{"docs": {"command": "docs"}}',
    }
    write(tmp_path, files)

    def list_unknown() -> list[tuple[str, str, str]]:
        findings = check_catalog(tmp_path, Options()).diagnostics
        return [
            (item.span.path, item.message, item.hint) for item in findings if item.check == "unknown_server"
        ]

    message = "no configuration was found for the MCP server `{}`"
    notes = (".claude/agents/a.md", message.format("notes"), "add it to `.mcp.json`")
    assert list_unknown() == [notes], "a runtime without any configured server is not judged"
    write(tmp_path, {".kiro/settings/mcp.json": '{"mcpServers": {"notes": {"url": "https://example.org"}}}'})
    only = "it is configured for {} only: add it to `{}`"
    assert list_unknown() == [
        (notes[0], notes[1], only.format("Kiro", ".mcp.json")),
        (
            ".kiro/agents/b.json",
            message.format("docs"),
            only.format("Claude Code, GitHub Copilot", ".kiro/settings/mcp.json"),
        ),
    ]


SESSION = {
    ".mcp.json": '{"mcpServers": {"jira": {"command": "uvx"}, "off": {"command": "x", "disabled": true}}}',
    ".claude/agents/names.md": agent("names", "tools: mcp__github__create_issue\n"),
    ".claude/agents/all.md": agent("all"),
    ".claude/agents/says.md": agent("says", body="```\n# mcp__playwright__navigate\n```"),
    ".claude/agents/own.md": agent("own", "mcpServers:\n  - mine:\n      command: mine\n"),
    "sub/.claude/agents/nested.md": agent("nested"),
    ".opencode/agents/open.md": "---\ndescription: O.\nmode: subagent\n---\nDo.\n",
    ".codex/agents/coder.toml": 'name = "coder"\ndescription = "C."\ndeveloper_instructions = "Do."\n',
    ".cursor/agents/cur.md": agent("cur"),
    ".cursor/mcp.json": '{"mcpServers": {"maps": {"command": "maps"}}}',
    ".claude-plugin/marketplace.json": json.dumps(
        {"name": "m", "plugins": [{"name": name, "source": f"./{name}"} for name in ("p", "q")]}
    ),
    "p/.claude-plugin/plugin.json": '{"name": "p"}',
    "p/.mcp.json": '{"mcpServers": {"of-p": {"command": "p"}}}',
    "p/agents/in-p.md": agent("in-p"),
    "q/.claude-plugin/plugin.json": '{"name": "q"}',
    "q/agents/in-q.md": agent("in-q"),
}
CALLED = {
    "names": ["github"],
    "all": ["jira"],
    "says": ["jira", "playwright"],
    "own": ["jira", "mine"],
    "nested": [],
    "open": [],
    "coder": [],
    "cur": ["maps"],
    "in-p": ["of-p"],
    "in-q": [],
}


def test_who_inherits_calls_the_servers_that_files_give_its_session(tmp_path: Path) -> None:
    write(tmp_path, SESSION)
    result = check_catalog(tmp_path, Options())
    catalog, grants = result.catalog, result.grants
    uses = {
        agent.name: [
            use
            for capability in find_capabilities(agent, catalog, grants)
            if capability.id == "mcp"
            for use in capability.uses
        ]
        for agent in catalog.agents
    }
    assert {name: sorted(use.server for use in own if use.server) for name, own in uses.items()} == CALLED
    # What the session has beside them, nobody knows: that it may call it is true, and no server is named.
    for name in ("nested", "open", "coder", "in-q"):
        assert [use.title for use in uses[name]] == ["whichever its session has"]
    names = {agent.id: agent.name for agent in catalog.agents}
    for server in catalog.servers:
        callers = {name for name, servers in CALLED.items() if server.id in servers}
        assert {names[use.agent] for use in server.uses} == callers, server.id
        decided = {agent.name: decide_server(agent, server, grants) for agent in catalog.agents}
        assert {name for name, decision in decided.items() if decision.is_usable} == callers, server.id
    tools = {tool.name: tool for tool in catalog.tools}
    assert [names[use.agent] for use in tools["mcp__github__create_issue"].uses] == ["names"]
    lost = find_consequences(catalog, [Edit("server", "jira")], grants.profile).lost
    assert {names[id]: facts["server"] for id, facts in lost.items()} == {
        name: {"jira"} for name in ("all", "says", "own")
    }
    assert not [id for id, facts in lost.items() if "capability" in facts]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("opencode.json", '{"agent": {"a": {}}, "mcp": {"docs": {"type": "local", "command": ["x"]}}}'),
        (".codex/config.toml", '[agents.a]\ndescription = "Reads."\n[mcp_servers.docs]\ncommand = "x"\n'),
    ],
)
def test_agents_have_the_servers_of_the_file_that_both_stand_in(tmp_path: Path, path: str, text: str) -> None:
    write(tmp_path, {path: text})
    result = check_catalog(tmp_path, Options())
    (agent,) = result.catalog.agents
    (server,) = result.catalog.servers
    assert decide_server(agent, server, result.grants).outcome == "inherited"


def test_the_page_of_a_server_says_who_would_inherit_it(tmp_path: Path) -> None:
    write(tmp_path, SESSION)
    pages = {output.uri: str(output.content) for output in build(tmp_path, Options()).outputs}
    jira, github = pages["servers/jira.md"], pages["servers/github.md"]
    assert re.findall(r'">(\w+)</a>', jira.partition('id="inherited"')[2]) == ["all", "own", "says"]
    assert "Agents that would inherit it" not in jira
    would = github.partition("Agents that would inherit it")[2]
    assert {"all", "open", "coder", "cur"} <= set(re.findall(r'">(\w+)</a>', would))
    loss = "9 agents inherit it if their sessions have it, which no file says."
    assert loss in github
    assert "would lose" not in github
    assert "3 agents would lose its tools, which they inherit." in jira


def test_who_is_denied_every_server_does_not_name_one(tmp_path: Path) -> None:
    servers = json.dumps({"mcpServers": {"docs": {"command": "docs"}}})
    files = {
        ".cursor/mcp.json": servers,
        ".cursor/agents/looker.md": agent("looker", "readonly: true\n"),
        ".mcp.json": servers,
        ".claude/agents/banned.md": agent("banned", "disallowedTools: mcp__docs\n"),
    }
    write(tmp_path, files)
    outputs = {output.uri: str(output.body) for output in build(tmp_path, Options()).outputs}
    page = outputs["servers/docs.md"]
    table = page[page.index('id="agents"') :]
    assert "banned" in table, "its file names the server"
    assert "looker" not in table


def test_a_file_that_several_runtimes_read_is_one_configuration() -> None:
    span = Span(".mcp.json", 2, 3)
    configs = [("docs", ServerConfig(span, "stdio", "npx", runtimes=(name,))) for name in ("kiro", "codex")]
    (server,) = ToolUsage((), configs, ()).build_servers()
    assert [config.runtimes for config in server.configs] == [server.runtimes]
    assert sorted(server.runtimes) == ["codex", "kiro"]


def test_a_switch_alone_configures_no_server(tmp_path: Path) -> None:
    write(tmp_path, {".gemini/settings.json": '{"mcpServers": {"docs": {"disabled": true}}}'})
    assert read_configs(tmp_path) == {}


def test_a_file_of_agents_and_servers_may_be_a_source(tmp_path: Path) -> None:
    text = '[agents.a]\ndescription = "Reads."\n\n[mcp_servers.docs]\ncommand = "docs"\n'
    write(tmp_path, {"web/.codex/config.toml": text})
    catalog = load_catalog(tmp_path, Options(rules=(SourceRule("web/.codex/config.toml"),)))
    assert [item.name for item in catalog.agents] == ["a"]
    assert [item.name for item in catalog.servers] == ["docs"]


def test_a_link_configures_servers_for_another_runtime(tmp_path: Path) -> None:
    write(tmp_path, {".mcp.json": '{"mcpServers": {"docs": {"command": "docs"}}}'})
    (tmp_path / ".cursor").mkdir()
    (tmp_path / ".cursor/mcp.json").symlink_to("../.mcp.json")
    paths = [(config.span.path, config.runtimes) for config in read_configs(tmp_path)["docs"]]
    assert paths == [(".cursor/mcp.json", ("cursor",)), (".mcp.json", ("claude-code", "copilot"))]


def test_a_text_that_forbids_a_server_does_not_give_it(tmp_path: Path) -> None:
    texts = {
        "user": "Use mcp__github__create_issue.",
        "other": "Never use the mcp__github__create_issue tool.",
    }
    write(tmp_path, {f".claude/agents/{n}.md": agent(n, "", text) for n, text in texts.items()})
    catalog = load_catalog(tmp_path, Options())
    servers = {item.name: item.session_servers for item in catalog.agents}
    assert servers == {"user": frozenset({"github"}), "other": frozenset()}


@pytest.mark.parametrize("entry", [{}, {"args": ["x"]}, {"type": "http"}])
def test_a_server_with_neither_a_program_nor_an_address_is_left_out(entry: dict[str, Any]) -> None:
    text = json.dumps({"mcpServers": {"docs": {"command": "d"}, "half": entry}}, indent=1)
    servers, problems = read_servers(Source(".mcp.json", ".mcp.json", "mcp", ".", text))
    assert [name for name, _config in servers] == ["docs"]
    assert [(item.check, item.span.line) for item in problems] == [("config_unreadable", 6)]
    (problem,) = problems
    # A list of files that are not read shows no lines.
    assert str(problem.message).startswith("the MCP server `half` has neither a program nor an address")


def test_a_name_of_a_server_may_have_a_dash_between_its_words() -> None:
    name, servers = "One - Two (three) & more", {"mcpServers": {}}
    servers["mcpServers"] = {name: {"command": "d"}, "npx -y x": {"command": "d"}}
    text = json.dumps(servers)
    configs, problems = read_servers(Source(".mcp.json", ".mcp.json", "mcp", ".", text))
    assert ([configured for configured, _config in configs], len(problems)) == ([name], 1)
    source = Source(".kiro/agents/a.json", "a.json", "agent", ".kiro/agents", "", dialect="kiro")
    own = {"name": "a", "description": "Use it.", "tools": [f"@{name}"], **servers}
    (definition,) = RUNTIMES["kiro"].read_agents(replace(source, text=json.dumps(own)))
    assert isinstance(definition, Agent)
    assert [configured for configured, _config in definition.inline_servers] == [name]
    (grant,) = definition.access.grants or ()
    assert PermissionResolver().decide_entry(definition, grant).outcome == "ask"
