"""Instruction files of a project: which agents are given them, and that their text stays where it is."""

from __future__ import annotations

import json
from pathlib import Path

from mkdocs_agent_catalog.build import Options, build, load_catalog
from sites import agent, write

RULE = "---\npaths:\n  - src/api/**\n  - 'tests/*.{ts,js}'\n---\n\nTell nobody.\n"


def read_instructions(root: Path, files: dict[str, str]) -> dict[str, list[str]]:
    write(root, files)
    agents = load_catalog(root, Options()).agents
    return {agent.source.path: [file.source.path for file in agent.instructions] for agent in agents}


def test_an_agent_is_given_the_files_of_its_project_and_of_the_folders_around(tmp_path: Path) -> None:
    files = {
        ".claude/agents/a.md": agent("a"),
        ".claude/agents/lean.md": agent("lean", "omitClaudeMd: true\n"),
        ".claude/rules/api.md": RULE,
        ".claude/rules/deep/git.md": "Commit often.\n",
        "CLAUDE.md": "x",
        "AGENTS.md": "x",
        "packages/AGENTS.md": "x",
        "packages/web/.claude/agents/b.md": agent("b"),
        "packages/web/.claude/CLAUDE.md": "x",
        "packages/web/.claude/rules/own.md": "x",
        "packages/other/CLAUDE.md": "x",
        "plugins/kit/.claude-plugin/plugin.json": '{"name": "kit"}',
        "plugins/kit/agents/c.md": agent("c"),
    }
    assert read_instructions(tmp_path, files) == {
        ".claude/agents/a.md": [".claude/rules/api.md", ".claude/rules/deep/git.md", "CLAUDE.md"],
        ".claude/agents/lean.md": [],
        "packages/web/.claude/agents/b.md": [
            "CLAUDE.md",
            "packages/AGENTS.md",
            "packages/web/.claude/CLAUDE.md",
            "packages/web/.claude/rules/own.md",
        ],
        "plugins/kit/agents/c.md": [],
    }


def test_agents_that_no_session_of_the_project_loads_are_given_nothing(tmp_path: Path) -> None:
    assert read_instructions(tmp_path, {"agents/a.md": agent("a"), "CLAUDE.md": "x"}) == {"agents/a.md": []}


def test_instructions_are_named_and_not_published(tmp_path: Path) -> None:
    write(
        tmp_path,
        {".claude/agents/a.md": agent("a"), ".claude/rules/api.md": RULE, "AGENTS.md": "Tell nobody."},
    )
    site = build(tmp_path, Options())
    outputs = {output.uri: str(output.body if output.is_page else output.content) for output in site.outputs}
    section = outputs["agents/a.md"].partition('id="prompt"')[2]
    for name in ("AGENTS.md", ".claude/rules/api.md", "src/api/**", "tests/*.{ts,js}"):
        assert f"<code>{name}</code>" in section
    assert not [uri for uri, text in outputs.items() if "Tell nobody" in text]
    (entry,) = json.loads(outputs["catalog.json"])["agents"]
    assert entry["instructions"] == [
        {"path": ".claude/rules/api.md", "globs": ["src/api/**", "tests/*.{ts,js}"]},
        {"path": "AGENTS.md", "globs": []},
    ]
