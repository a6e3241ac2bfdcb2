"""Instruction files of a project: which agents are given them, and that their text stays where it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from mkdocs_agent_catalog.build import Options, build, load_catalog
from mkdocs_agent_catalog.model.definitions import Agent, InstructionFile, Source
from mkdocs_agent_catalog.runtimes.runtime import Runtime
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
        {"path": ".claude/rules/api.md", "globs": ["src/api/**", "tests/*.{ts,js}"], "on_demand": False},
        {"path": "AGENTS.md", "globs": [], "on_demand": False},
    ]


class Sample(Runtime):
    """A runtime with places and keys of its own."""

    name, title, source = "sample", "Sample", "none"
    agent_folders = (".sample/agents", "agents")
    agent_files = (".modes", ".sample/.modes")
    instruction_files = ("SAMPLE.md", ".sample/SAMPLE.md", "OLD.md")
    instruction_stand_ins: Mapping[str, tuple[str, ...]] = {"OLD.md": ("SAMPLE.md",)}
    rule_folders = (".sample/rules", ".sample/rules-*")
    rule_suffixes = (".mdc",)
    rule_files_keys = ("globs", "applyTo")
    rules_need_files = True


def read_rule(text: str, path: str = ".sample/rules/a.mdc") -> InstructionFile:
    return Sample().read_instructions(Source(path, path, "instructions", ".", text, dialect="sample"))


@pytest.mark.parametrize(
    ("head", "globs", "is_on_demand"),
    [
        ("globs: src/**, tests/**", ("src/**", "tests/**"), False),
        ("applyTo: '**/*.py'", ("**/*.py",), False),
        ("globs:\n  - src/**", ("src/**",), False),
        ("globs: **/*.ts,*.tsx", ("**/*.ts", "*.tsx"), False),
        ("globs: src/**\nalwaysApply: true", (), False),
        ("alwaysApply: true", (), False),
        ("description: Of interest at times.\nalwaysApply: false", (), True),
        ("globs:", (), True),
    ],
)
def test_keys_of_a_rule_say_for_which_files_it_is(
    head: str, globs: tuple[str, ...], is_on_demand: bool
) -> None:
    rule = read_rule(f"---\n{head}\n---\n\nTell nobody.\n")
    assert (rule.globs, rule.is_on_demand) == (globs, is_on_demand)


def test_a_file_that_is_no_rule_is_for_all() -> None:
    file = read_rule("---\napplyTo: src/**\n---\n", "SAMPLE.md")
    assert (file.globs, file.is_on_demand) == ((), False)


def test_a_runtime_gives_what_its_places_say() -> None:
    runtime = Sample()
    paths = (
        "SAMPLE.md",
        "OLD.md",
        "web/OLD.md",
        "web/.sample/SAMPLE.md",
        "web/.sample/rules/a.mdc",
        "web/.sample/rules-strict/a.mdc",
        ".sample/rules/a.mdc",
        "other/SAMPLE.md",
    )

    def list_given(path: str) -> list[str]:
        source = Source(path, path, "agent", ".", agent("a"), dialect="sample")
        (item,) = Runtime.read_agents(runtime, source)
        assert isinstance(item, Agent)
        return [file for file in paths if runtime.instructs(read_rule("", file), item, paths)]

    assert list_given("web/.sample/agents/deep/a.md") == [
        "SAMPLE.md",
        "web/OLD.md",
        "web/.sample/SAMPLE.md",
        "web/.sample/rules/a.mdc",
        "web/.sample/rules-strict/a.mdc",
    ]
    for file in (".modes", ".sample/.modes"):
        assert list_given(file) == ["SAMPLE.md", ".sample/rules/a.mdc"]
    assert list_given("agents/a.md") == []


def test_each_runtime_reads_the_same_file_for_its_own_agents(tmp_path: Path) -> None:
    role = 'name = "b"\ndescription = "Reads."\ndeveloper_instructions = "Read."\n'
    files = {
        ".claude/agents/a.md": agent("a"),
        ".codex/agents/b.toml": role,
        "AGENTS.md": "x",
        "CLAUDE.md": "x",
    }
    assert read_instructions(tmp_path, files) == {
        ".claude/agents/a.md": ["CLAUDE.md"],
        ".codex/agents/b.toml": ["AGENTS.md"],
    }


CURSOR = "---\ndescription: Reads.\n---\n\nRead.\n"
GEMINI = "---\nname: a\ndescription: Reads.\n---\n\nRead.\n"
MODES = "customModes:\n- {slug: strict, name: S, roleDefinition: Reads., groups: [read]}\n"


@pytest.mark.parametrize(
    ("path", "text", "given", "others"),
    [
        (
            ".cursor/agents/a.md",
            CURSOR,
            (".cursor/rules/deep/a.mdc", ".cursorrules", "AGENTS.md"),
            (".cursor/rules/b.md", "GEMINI.md"),
        ),
        (
            ".github/agents/a.agent.md",
            CURSOR,
            (
                *(".github/copilot-instructions.md", ".github/instructions/deep/a.instructions.md"),
                *("AGENTS.md", "CLAUDE.md", "GEMINI.md"),
            ),
            (".github/instructions/notes.md",),
        ),
        (".opencode/agents/a.md", CURSOR, ("AGENTS.md",), ("CLAUDE.md",)),
        (
            "opencode.json",
            '{"agent": {"a": {"description": "Reads.", "prompt": "Read."}}}',
            ("AGENTS.md",),
            (),
        ),
        (".gemini/agents/a.md", GEMINI, ("GEMINI.md",), ("AGENTS.md",)),
        (".qwen/agents/a.md", GEMINI, ("AGENTS.md", "QWEN.md"), ("GEMINI.md",)),
        (".factory/droids/a.md", GEMINI, ("AGENTS.md", "CLAUDE.md"), ("GEMINI.md",)),
        (
            ".roomodes",
            MODES,
            (".roo/rules-strict/a.txt", ".roo/rules/a.md", "AGENTS.md"),
            (".roo/rules-other/a.md",),
        ),
        (
            ".codex/agents/a.toml",
            'name = "a"\ndescription = "Reads."\ndeveloper_instructions = "Read."\n',
            ("AGENTS.override.md",),
            ("AGENTS.md", "CLAUDE.md"),
        ),
    ],
)
def test_what_the_agents_of_each_runtime_are_given(
    tmp_path: Path, path: str, text: str, given: tuple[str, ...], others: tuple[str, ...]
) -> None:
    files = {path: text, **dict.fromkeys((*given, *others), "Tell nobody.\n")}
    assert read_instructions(tmp_path, files) == {path: list(given)}
    site = build(tmp_path, Options())
    outputs = {output.uri: str(output.body if output.is_page else output.content) for output in site.outputs}
    assert not [uri for uri, text in outputs.items() if "Tell nobody" in text]


def test_a_rule_that_is_asked_for_is_marked(tmp_path: Path) -> None:
    rule = "---\ndescription: Of interest at times.\n---\n\nTell nobody.\n"
    write(tmp_path, {".cursor/agents/a.md": CURSOR, ".cursor/rules/a.mdc": rule})
    outputs = {output.uri: output for output in build(tmp_path, Options()).outputs}
    section = str(outputs["agents/cursor/a.md"].body).partition('id="prompt"')[2]
    assert "<code>.cursor/rules/a.mdc</code> (on demand)." in section
    assert "is not documented" in section


def test_one_file_may_have_a_name_for_each_runtime_by_links(tmp_path: Path) -> None:
    role = 'name = "b"\ndescription = "Reads."\ndeveloper_instructions = "Read."\n'
    files = {".claude/agents/a.md": agent("a"), ".codex/agents/b.toml": role, "AGENTS.md": "x"}
    write(tmp_path, files)
    (tmp_path / "CLAUDE.md").symlink_to("AGENTS.md")
    catalog = load_catalog(tmp_path, Options())
    assert {item.id: [file.source.path for file in item.instructions] for item in catalog.agents} == {
        "a": ["CLAUDE.md"],
        "codex/b": ["AGENTS.md"],
    }
    assert not catalog.skipped
