"""Each dialect fixture reads to its golden; UPDATE_GOLDENS=1 writes them anew, to be read before a commit."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from mkdocs_agent_catalog.model.definitions import Agent, Plugin, Skipped, Source
from mkdocs_agent_catalog.reading import frontmatter
from mkdocs_agent_catalog.runtimes import DEFAULT, get_runtime
from mkdocs_agent_catalog.runtimes.mcp_config import read_servers
from places import TESTS
from reading import agent, read_agent

GOLDENS = sorted(path for path in (TESTS / "goldens").glob("*/*") if not path.name.endswith(".golden.json"))


def plain(definition: Agent) -> dict[str, Any]:
    """The agent as data, without the text it came from."""
    data = asdict(definition, dict_factory=lambda pairs: {k: v for k, v in pairs if k != "yaml_lines"})
    document = data.pop("document")
    data.pop("source")
    for key in ("session_servers", "off_servers"):  # Known only in a catalog.
        data.pop(key)
    data["error"], data["repaired"] = document["error"], document["repaired"]
    return json.loads(json.dumps(data, ensure_ascii=False, default=str))


@pytest.mark.parametrize("path", GOLDENS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_golden(path: Path) -> None:
    text = path.read_bytes().decode()
    runtime = get_runtime(path.parent.name.replace("_", "-"))
    folder = "agents" if runtime is DEFAULT else [*runtime.agent_folders, "."][0]
    source = Source(f"{folder}/{path.name}", path.name, "agent", folder, text, dialect=runtime.name)
    read = [item for item in runtime.read_agents(source) if isinstance(item, Agent)]
    assert read
    plain_agents = plain(read[0]) if len(read) == 1 else [plain(item) for item in read]
    golden = path.with_name(f"{path.name}.golden.json")
    if os.environ.get("UPDATE_GOLDENS"):
        golden.write_text(json.dumps(plain_agents, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert plain_agents == json.loads(golden.read_text(encoding="utf-8"))


def test_inline_server_configuration_is_not_kept_as_a_server_value() -> None:
    definition = agent("---\nname: a\ndescription: b\nmcpServers:\n  s:\n    env: {TOKEN: hunter2}\n---\n")
    assert [name for name, _ in definition.servers or ()] == ["s"]
    assert "mcpServers" not in {field.key for field in (*definition.settings, *definition.unknown)}


@pytest.mark.parametrize(
    ("text", "plugin", "reason"),
    [
        ("---\ntitle: Notes\n---\n# Notes\n", None, "its frontmatter has neither a name nor a description"),
        ("---\n---\n# Notes\n", None, "its frontmatter has neither a name nor a description"),
        ("# Notes\n", None, "it has no frontmatter on its first line, so Claude Code does not load it"),
        ("", None, "it is empty, so Claude Code does not load it"),
        ("# Notes\n", Plugin("kit", "kit"), "so Claude Code registers it with every tool"),
    ],
)
def test_what_is_no_agent_is_skipped_with_its_reason(text: str, plugin: Plugin | None, reason: str) -> None:
    source = Source("agents/notes.md", "notes.md", "agent", "agents", text, plugin=plugin)
    skipped = read_agent(frontmatter.parse_document(source))
    assert isinstance(skipped, Skipped)
    assert reason in skipped.reason
    assert skipped.cause == ("" if "frontmatter has" in reason else "no frontmatter")


MANY_LINES = 'description: Use it. Examples:\n\n<example>\nuser: "a: b"\n</example>\n\n'


# What Claude Code 2.1.332 made of files with these lines.
@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("description: |\n  Reads.\n  Writes.", ""),
        ("description: |\n  Reads.\n  Writes.\nmodel: a: b", "its frontmatter cannot be read"),
        ("description: Reads\n  more.\nmodel: a: b", ""),
        ("description: Reads *all*\n  of it.\nmodel: a: b", "its frontmatter cannot be read"),
        ("description: a: b\nmetadata:\n  text: |\n    more", ""),
        ("description: Steps: \ntools: Read", ""),
        ("description: b\nhooks: []", "its `hooks` is not what the key may hold"),
        ("description: b\nhooks:", ""),
        ("description: b\nhooks: {Stop: [none], Other: none}", ""),
        ("description: b\nhooks: {PreToolUse: }", ""),
        (
            "description: b\nhooks: {PreToolUse: [{matcher: Bash, hooks: [{type: command, command: c}]}]}",
            "",
        ),
        (
            "description: b\nhooks: {PreToolUse: [{type: command, command: c}]}",
            "its `hooks.PreToolUse` is not what the key may hold",
        ),
        (
            "description: b\nhooks: {PreToolUse: [{hooks: [{command: c}]}]}",
            "its `hooks.PreToolUse` is not what the key may hold",
        ),
        (
            "description: b\nhooks: {PermissionRequest: [{hooks: [{type: [x]}]}]}",
            "its `hooks.PermissionRequest` is not what the key may hold",
        ),
    ],
)
def test_what_claude_code_loads(lines: str, reason: str) -> None:
    text = f"---\nname: a\n{lines}\n---\nDo it.\n"
    (definition,) = DEFAULT.read_agents(
        Source(".claude/agents/a.md", "a.md", "agent", ".claude/agents", text)
    )
    assert isinstance(definition, Agent)
    assert definition.not_loaded == reason


def test_a_file_that_is_not_loaded_says_why_and_shows_what_is_meant() -> None:
    definition = agent(f"---\nname: a\n{MANY_LINES}tools: Read, Bash\n---\n")
    assert definition.not_loaded == "its frontmatter cannot be read"
    assert [grant.tool for grant in definition.access.grants or ()] == ["Read", "Bash"]
    assert agent("---\nname: a\ndescription: b\n---\n").not_loaded == ""
    assert agent("---\nname: [a, b]\ndescription: b\n---\n").not_loaded == "it has no name"
    assert agent("---\nname: a\n---\n").not_loaded == "it has no description"
    assert agent("---\nName: a\nDescription: b\n---\n").not_loaded == "it has no name"


def test_of_a_plugins_agent_that_cannot_be_read_only_the_file_counts() -> None:
    keys = "tools: Read\nskills: [s]\nmemory: user\nmodel: opus\n"
    definition = agent(f"---\nname: a\n{MANY_LINES}{keys}---\n", plugin=Plugin("kit", "kit"), below="x.md")
    assert (definition.not_loaded, definition.name, definition.invocation) == ("", "x", "@agent-kit:x")
    assert (
        definition.access.grants,
        definition.skills,
        definition.servers,
        definition.model,
        definition.settings,
    ) == (
        None,
        None,
        None,
        None,
        (),
    )
    assert [grant.tool for grant in definition.access.ignored] == ["Read"]
    assert {field.key for field in definition.unknown} >= {"tools", "skills", "memory"}


def test_keys_that_a_plugins_agent_may_not_set_are_no_settings_and_no_servers() -> None:
    keys = "mcpServers:\n  - docs: {command: npx}\npermissionMode: plan\nhooks: {Stop: []}\nmaxTurns: 3\n"
    definition = agent(f"---\nname: a\ndescription: b\n{keys}---\n", plugin=Plugin("kit", "kit"))
    assert (definition.servers, definition.inline_servers, definition.hooks) == (None, (), ())
    assert [field.key for field in definition.settings] == ["maxTurns"]
    assert {field.key for field in definition.unknown} == {"mcpServers", "permissionMode", "hooks"}


@pytest.mark.parametrize(
    ("value", "tools"),
    [
        ("Read Grep Bash", ["Read", "Grep", "Bash"]),
        ("Read, Bash(git log *) Agent(a, b)", ["Read", "Bash", "Agent"]),
        (">\n  Read\n  Grep", ["Read", "Grep"]),
        ("|\n  Read\n  Grep", ["Read\nGrep"]),
        ("[Read, Grep Bash]", ["Read", "Grep", "Bash"]),
        ("All tools", ["All", "tools"]),
        ("all", ["all"]),
        ("yes", ["yes"]),
        ("true", []),
    ],
)
def test_what_parts_the_entries_of_a_list(value: str, tools: list[str]) -> None:
    definition = agent(f"---\nname: a\ndescription: b\ntools: {value}\n---\n")
    assert [grant.tool for grant in definition.access.grants or ()] == tools


@pytest.mark.parametrize(
    ("keys", "grants", "denied", "ignored"),
    [
        ("tools: {Read: true, Bash: false}", (), (), ["Read"]),
        ("tools: [Read, 7, {name: Grep}]", ("Read",), (), ["7", "Grep"]),
        ("tools: Read\ndisallowedTools: [Bash, {name: Edit}]", ("Read",), ("Bash",), ["Edit"]),
        ('tools: Read\ndisallowedTools: [Bash, "*"]', ("Read",), (), ["Bash", "*"]),
    ],
)
def test_what_is_no_text_gives_and_denies_nothing(
    keys: str, grants: tuple[str, ...], denied: tuple[str, ...], ignored: list[str]
) -> None:
    definition = agent(f"---\nname: a\ndescription: b\n{keys}\n---\n")
    access = definition.access
    assert (tuple(grant.tool for grant in access.grants or ()), access.base) == (grants, "nothing")
    assert tuple(grant.tool for grant in access.denied) == denied
    assert [grant.tool for grant in access.ignored] == ignored
    assert [note.check for note in definition.notes] == ["ignored_key"] * ("*" in ignored)


@pytest.mark.parametrize(("value", "checks"), [("", ["invalid_value"]), ("[]", []), ("Read", [])])
def test_a_list_without_a_value_is_told(value: str, checks: list[str]) -> None:
    definition = agent(f"---\nname: a\ndescription: b\ntools: {value}\n---\n")
    assert [note.check for note in definition.notes] == checks


def test_an_agent_of_a_plugin_is_called_with_its_plugin() -> None:
    definition = agent("---\nname: a\ndescription: b\nhooks: {}\n---\n", plugin=Plugin("kit", "plugins/kit"))
    assert definition.invocation == "@agent-kit:group:a"
    below = agent("---\nname: a\ndescription: b\n---\n", plugin=Plugin("kit", "kit"), below="review/x.md")
    assert below.invocation == "@agent-kit:review:a"
    assert [note.check for note in definition.notes] == ["ignored_key"]


def test_a_configuration_shows_no_values() -> None:
    secret = "sk-very-secret"
    text = json.dumps(
        {"mcpServers": {"s": {"command": f"/opt/{secret}/../node", "args": [secret], "env": {"K": secret}}}},
        indent=1,
    )
    servers, notes = read_servers(Source(".mcp.json", ".mcp.json", "mcp", ".", text))
    assert notes == ()
    assert secret not in repr(servers)
    assert servers[0][1].command == "node"
    assert servers[0][1].span.line == 3


def test_a_broken_configuration_is_said_with_its_place_and_not_quoted() -> None:
    _, notes = read_servers(Source(".mcp.json", ".mcp.json", "mcp", ".", '{"a": hunter2}'))
    assert str(notes[0]).startswith(".mcp.json:1:7: ")
    assert "hunter2" not in str(notes[0])
