"""Reach: the classes an agent has, heaviest first."""

from __future__ import annotations

from pathlib import Path

import pytest
from mkdocs_agent_catalog.checks.registry import run_checks
from mkdocs_agent_catalog.permissions.capabilities import find_capabilities, find_way
from mkdocs_agent_catalog.permissions.decisions import PermissionResolver
from reading import catalog_from
from sites import agent

SERVER = {".mcp.json": '{"mcpServers": {"docs": {"command": "npx"}}}'}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("tools: Read, Grep\n", ["reads"]),
        ("tools: []\n", ["nothing"]),
        ("tools: AskUserQuestion\n", []),
        ("tools: vite, jest\n", []),
        ("tools: vite\nmcpServers: [docs]\n", ["mcp"]),
        ("tools: Read\nmcpServers: [docs]\n", ["mcp"]),
        ("background: true\ndisallowedTools: mcp__*\n", ["commands", "files", "network", "delegates"]),
        ("tools:\n\t- Bash\n", []),
        ("tools: {Bash: true}\n", ["nothing"]),
        ("tools: Read, mcp__*\n", ["unknown"]),
        ("tools: Read, mcp__docs__get_*\n", ["unknown"]),
        ('disallowedTools: "*"\n', ["commands", "files", "network", "mcp", "delegates"]),
        ("tools: Read, Bash(git:*)\n", ["commands"]),
        ("tools: WebFetch, Edit, Bash, Agent\n", ["commands", "files", "network", "delegates"]),
        ("tools: Read, mcp__docs__find\n", ["mcp"]),
        ("tools: Read, mcp__docs\n", ["mcp"]),
        ("tools: Read\nmemory: user\n", ["files"]),
        ("tools:\n", ["nothing"]),
        ("tools: Workflow, Read\n", ["reads"]),
        ("", ["commands", "files", "network", "mcp", "delegates"]),
        ("allowed-tools: Read\n", ["commands", "files", "network", "mcp", "delegates"]),
        ("disallowedTools: Bash, PowerShell, Monitor, mcp__*\n", ["files", "network", "delegates"]),
    ],
)
def test_classes(tmp_path: Path, more: str, expected: list[str]) -> None:
    catalog = catalog_from(tmp_path, SERVER | {".claude/agents/a.md": agent("a", more)})
    assert [
        capability.id for capability in find_capabilities(catalog.agents[0], catalog, PermissionResolver())
    ] == expected


def test_each_class_names_its_tools_with_the_rule(tmp_path: Path) -> None:
    catalog = catalog_from(
        tmp_path, SERVER | {"agents/a.md": agent("a", "tools: Bash(git:*), mcp__docs__*\n")}
    )
    uses = {
        capability.id: [(use.name, use.decision.rule) for use in capability.uses]
        for capability in find_capabilities(catalog.agents[0], catalog, PermissionResolver())
    }
    assert uses == {"commands": [("Bash", "unenforced")], "mcp": [("docs", "mcp-server")]}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("agents/a.agent.md", ["commands"]),
        ("agents/a.chatmode.md", ["commands"]),
        (".claude/agents/a.agent.md", []),
        ("agents/a.md", []),
    ],
)
def test_names_of_tools_in_a_file_of_another_product_are_not_judged(
    tmp_path: Path, path: str, expected: list[str]
) -> None:
    catalog = catalog_from(
        tmp_path, {path: agent("SE: a", "tools: [codebase, runTests]\n").replace("SE: a", '"SE: a"', 1)}
    )
    grants = PermissionResolver()
    assert [capability.id for capability in find_capabilities(catalog.agents[0], catalog, grants)] == expected
    checks = {finding.check for finding in run_checks(catalog, grants)}
    assert bool(checks & {"cannot_start", "not_loaded", "unknown_tool"}) is not bool(expected)


def test_a_limit_that_nothing_enforces_makes_no_capability_explicit(tmp_path: Path) -> None:
    files = {
        ".cursor/agents/reader.md": "---\nname: reader\ndescription: R.\ntools: Read, Grep\n---\nLook.\n",
        ".claude/agents/runner.md": agent("runner", "tools: Bash(git:*)\n"),
    }
    catalog = catalog_from(tmp_path, files)
    grants = PermissionResolver()
    ways = {
        agent.name: {
            capability.id: find_way(capability.uses)
            for capability in find_capabilities(agent, catalog, grants)
            if capability.uses
        }
        for agent in catalog.agents
    }
    assert ways["runner"] == {"commands": "explicit"}
    assert set(ways["reader"].values()) == {"inherited"}
