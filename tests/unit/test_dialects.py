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
from mkdocs_agent_catalog.runtimes import get_runtime
from mkdocs_agent_catalog.runtimes.mcp_config import read_servers
from places import TESTS
from reading import agent, read_agent

GOLDENS = sorted((TESTS / "goldens").glob("*/*.md"))


def plain(one: Agent) -> dict[str, Any]:
    """The agent as data, without the text it came from."""
    found = asdict(one)
    document = found.pop("document")
    found.pop("source")
    found["error"], found["repaired"] = document["error"], document["repaired"]
    return json.loads(json.dumps(found, ensure_ascii=False, default=str))


@pytest.mark.parametrize("path", GOLDENS, ids=lambda path: path.stem)
def test_golden(path: Path) -> None:
    text = path.read_bytes().decode()
    source = Source(
        f"agents/{path.name}", path.name, "agent", "agents", text, dialect=path.parent.name.replace("_", "-")
    )
    one = read_agent(get_runtime(source.dialect).read_document(source))
    assert isinstance(one, Agent)
    golden = path.with_suffix(".json")
    if os.environ.get("UPDATE_GOLDENS"):
        golden.write_text(json.dumps(plain(one), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert plain(one) == json.loads(golden.read_text(encoding="utf-8"))


def test_inline_server_configuration_is_not_kept_as_a_server_value() -> None:
    one = agent("---\nname: a\ndescription: b\nmcpServers:\n  s:\n    env: {TOKEN: hunter2}\n---\n")
    assert [name for name, _ in one.servers or ()] == ["s"]
    assert "mcpServers" not in {field.key for field in (*one.settings, *one.unknown)}


def test_neither_name_nor_description_is_skipped_with_a_reason() -> None:
    found = read_agent(
        frontmatter.parse_document(Source("agents/notes.md", "notes.md", "agent", "agents", "# Notes\n"))
    )
    assert isinstance(found, Skipped)
    assert "neither a name nor a description" in found.reason


def test_an_agent_of_a_plugin_is_called_with_its_plugin() -> None:
    one = agent("---\nname: a\ndescription: b\nhooks: {}\n---\n", plugin=Plugin("kit", "plugins/kit"))
    assert one.invocation == "@agent-kit:group:a"
    below = agent("---\nname: a\ndescription: b\n---\n", plugin=Plugin("kit", "kit"), below="review/x.md")
    assert below.invocation == "@agent-kit:review:a"
    assert [note.check for note in one.notes] == ["ignored_key"]


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
