"""Plugins with manifests for other runtimes: whose their agents are, and that one plugin stays one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from mkdocs_agent_catalog.build import Options, check_catalog, load_catalog
from mkdocs_agent_catalog.permissions.decisions import PermissionResolver
from sites import agent, write

AGENT = "---\nname: a\ndescription: Reads.\n---\n\nRead.\n"
SKILL = "---\nname: notes\ndescription: Writes notes.\n---\n\nWrite.\n"


def manifest(**more: object) -> str:
    return json.dumps({"name": "kit", "version": "1.2", "description": "A kit.", **more})


@pytest.mark.parametrize(
    ("runtime", "path"),
    [
        ("claude-code", ".claude-plugin/plugin.json"),
        ("copilot", ".github/plugin/plugin.json"),
        ("cursor", ".cursor-plugin/plugin.json"),
        ("gemini", "gemini-extension.json"),
        ("qwen", "qwen-extension.json"),
    ],
)
def test_the_manifest_says_whose_the_parts_of_a_plugin_are(tmp_path: Path, runtime: str, path: str) -> None:
    servers = {"docs": {"command": "docs"}}
    files = {
        f"plugins/kit/{path}": manifest(mcpServers=servers),
        "plugins/kit/agents/a.md": AGENT,
        "plugins/kit/skills/notes/SKILL.md": SKILL,
    }
    write(tmp_path, files)
    catalog = load_catalog(tmp_path, Options())
    (plugin,) = catalog.plugins
    assert (plugin.name, plugin.version, plugin.runtimes) == ("kit", "1.2", (runtime,))
    assert [(item.id, item.dialect, item.source.plugin) for item in catalog.agents] == [
        ("kit/a", runtime, plugin)
    ]
    assert [(item.id, item.runtimes) for item in catalog.skills] == [("kit/notes", (runtime,))]
    assert [(item.name, item.runtimes) for item in catalog.servers] == [("docs", (runtime,))]


def test_servers_in_a_manifest_stand_where_it_says_so(tmp_path: Path) -> None:
    market = (
        '{"name": "m", "plugins": [{"name": "b", "source": "./b",\n'
        ' "mcpServers": {"two": {"command": "x"}}}]}'
    )
    files = {
        "plugins/a/.claude-plugin/plugin.json": '{"name": "a",\n\n "mcpServers": [{"one": {"command": "x"},\n'
        '  "not": 1}]}',
        ".claude-plugin/marketplace.json": market,
        "b/agents/a.md": AGENT,
    }
    write(tmp_path, files)
    result = check_catalog(tmp_path, Options())
    places = {item.name: str(item.configs[0].span) for item in result.catalog.servers}
    assert places == {
        "one": "plugins/a/.claude-plugin/plugin.json:3:18",
        "two": ".claude-plugin/marketplace.json:2:17",
    }
    (finding,) = [item for item in result.diagnostics if item.check == "config_unreadable"]
    assert str(finding.span) == "plugins/a/.claude-plugin/plugin.json:4:3"


def test_a_plugin_for_several_runtimes_is_one(tmp_path: Path) -> None:
    files = {
        ".claude-plugin/plugin.json": manifest(skills="./skills/"),
        ".cursor-plugin/plugin.json": manifest(skills="./skills/"),
        ".codex-plugin/plugin.json": manifest(skills="./skills/"),
        "gemini-extension.json": manifest(),
        "agents/a.md": agent("a"),
        "skills/notes/SKILL.md": SKILL,
        ".mcp.json": '{"mcpServers": {"docs": {"command": "docs"}}}',
    }
    write(tmp_path, files)
    result = check_catalog(tmp_path, Options())
    (plugin,) = result.catalog.plugins
    assert sorted(plugin.runtimes) == ["claude-code", "codex", "cursor", "gemini"]
    assert [(item.id, item.dialect) for item in result.catalog.agents] == [("kit/a", "claude-code")]
    (skill,) = result.catalog.skills
    assert skill.runtimes == plugin.runtimes
    (server,) = result.catalog.servers
    # The file is at the top, so that it is the project's, too.
    assert {*server.runtimes} == {*plugin.runtimes, "copilot"}
    assert not [item for item in result.diagnostics if "plugin" in item.message]


def test_plugins_of_codex_bring_no_agents(tmp_path: Path) -> None:
    files = {
        "plugins/kit/.codex-plugin/plugin.json": manifest(),
        "plugins/kit/agents/a.md": AGENT,
        "plugins/kit/skills/notes/SKILL.md": SKILL,
        ".claude/agents/b.md": agent("b"),
    }
    write(tmp_path, files)
    catalog = load_catalog(tmp_path, Options())
    assert [item.id for item in catalog.agents] == ["b"]
    assert [item.id for item in catalog.skills] == ["kit/notes"]


@pytest.mark.parametrize(
    ("runtime", "path", "source"),
    [
        ("cursor", ".cursor-plugin/marketplace.json", "./tools/kit"),
        ("copilot", ".github/plugin/marketplace.json", "tools/kit"),
        ("codex", ".agents/plugins/marketplace.json", {"source": "local", "path": "./tools/kit"}),
    ],
)
def test_a_marketplace_names_plugins(tmp_path: Path, runtime: str, path: str, source: object) -> None:
    elsewhere = {"name": "far", "source": {"source": "url", "url": "https://example.org/far"}}
    entries = [{"name": "kit", "source": source, "version": "1.2"}, elsewhere]
    files = {path: json.dumps({"name": "m", "plugins": entries}), "tools/kit/skills/notes/SKILL.md": SKILL}
    write(tmp_path, files)
    catalog = load_catalog(tmp_path, Options())
    assert [(item.name, item.root, item.runtimes) for item in catalog.plugins] == [
        ("kit", "tools/kit", (runtime,))
    ]
    assert [item.id for item in catalog.skills] == ["kit/notes"]


def test_a_byte_order_mark_is_no_part_of_any_file(tmp_path: Path) -> None:
    files = {
        ".claude-plugin/marketplace.json": json.dumps(
            {"name": "m", "plugins": [{"name": "kit", "source": "./kit"}]}
        ),
        "kit/.claude-plugin/plugin.json": json.dumps({"name": "kit", "version": "1.2"}),
        "kit/.mcp.json": json.dumps({"mcpServers": {"docs": {"command": "npx"}}}),
        ".claude/agents/a.md": "---\nname: a\ndescription: b\ntools: Read\n---\nDo.\n",
        "kit/skills/notes/SKILL.md": SKILL,
        ".claude/settings.json": json.dumps({"permissions": {"deny": ["Read"]}}),
    }
    write(tmp_path / "plain", files)
    write(tmp_path / "marked", {path: "\ufeff" + text for path, text in files.items()})
    plain, marked = (load_catalog(tmp_path / name, Options()) for name in ("plain", "marked"))
    assert not plain.notes
    for catalog in (plain, marked):
        assert [agent.id for agent in catalog.agents] == ["a"]
        assert [skill.id for skill in catalog.skills] == ["kit/notes"]
        assert [server.id for server in catalog.servers] == ["docs"]
        assert PermissionResolver().decide(catalog.agents[0], "Read").outcome == "denied"
    assert marked.notes == plain.notes
    assert marked.plugins == plain.plugins


def test_only_claude_code_refuses_plain_paths(tmp_path: Path) -> None:
    for name, path in (("a", ".claude-plugin/plugin.json"), ("b", ".cursor-plugin/plugin.json")):
        write(
            tmp_path,
            {f"plugins/{name}/{path}": manifest(agents="agents"), f"plugins/{name}/agents/x.md": AGENT},
        )
    findings = check_catalog(tmp_path, Options()).diagnostics
    assert {item.span.path for item in findings if "does not begin with" in item.message} == {
        "plugins/a/.claude-plugin/plugin.json"
    }


def test_a_second_plugin_of_a_name_has_addresses_below_its_runtime(tmp_path: Path) -> None:
    files = {
        "plugins/a/.claude-plugin/plugin.json": manifest(),
        "plugins/b/gemini-extension.json": manifest(),
        "plugins/a/skills/notes/SKILL.md": SKILL,
        "plugins/b/skills/notes/SKILL.md": SKILL,
    }
    write(tmp_path, files)
    catalog = load_catalog(tmp_path, Options())
    assert [item.id for item in catalog.skills] == ["gemini-cli/kit/notes", "kit/notes"]
