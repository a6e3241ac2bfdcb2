"""Whose a file is: by its folder, its ending, its keys, the other files beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from mkdocs_agent_catalog.model.definitions import Source
from mkdocs_agent_catalog.runtimes import DEFAULT, RUNTIMES, find_dialect
from reading import catalog_from

PLAIN = "---\nname: a\ndescription: b\n---\n\nDo.\n"


def write_keys(keys: str) -> str:
    return f"---\nname: a\ndescription: b\n{keys}\n---\n\nDo.\n"


@pytest.mark.parametrize(
    ("path", "text", "runtime"),
    [
        (".claude/agents/a.md", PLAIN, "claude-code"),
        (".codex/agents/a.toml", 'name = "a"', "codex"),
        ("kit/a.toml", 'name = "a"\ndeveloper_instructions = "Do."', "codex"),
        ("agents/a.agent.md", PLAIN, "copilot"),
        (".github/agents/a.md", PLAIN, "copilot"),
        (".github/chatmodes/a.chatmode.md", PLAIN, "copilot"),
        (".opencode/agent/a.md", PLAIN, "opencode"),
        (".opencode/modes/a.md", PLAIN, "opencode"),
        (".cursor/agents/a.md", PLAIN, "cursor"),
        (".gemini/agents/a.md", PLAIN, "gemini"),
        (".kiro/agents/a.json", "{}", "kiro"),
        (".kiro/agents/a.md", PLAIN, "kiro"),
        (".factory/droids/a.md", PLAIN, "factory"),
        (".qwen/agents/a.md", PLAIN, "qwen"),
        ("agents/a.md", PLAIN, "claude-code"),
        ("agents/a.md", write_keys("mode: subagent"), "opencode"),
        ("agents/a.md", write_keys("permission:\n  bash: deny"), "opencode"),
        ("agents/a.md", write_keys("tools:\n  bash: false\n  read: true"), "opencode"),
        ("agents/a.md", write_keys("handoffs:\n  - {label: a, agent: b, prompt: c}"), "copilot"),
        ("agents/a.md", write_keys("target: vscode"), "copilot"),
        ("agents/a.md", write_keys("user-invocable: false"), "copilot"),
        ("agents/a.md", write_keys("tools: [read, search/codebase]"), "copilot"),
        ("agents/a.md", write_keys("readonly: true"), "cursor"),
        ("agents/a.md", write_keys("is_background: true"), "cursor"),
        ("agents/a.md", write_keys("timeout_mins: 5"), "gemini"),
        ("agents/a.md", write_keys("tools: [read_file, run_shell_command]"), "gemini"),
        ("agents/a.md", write_keys("tools: read-only"), "factory"),
        ("agents/a.md", write_keys('"permission": {bash: deny}'), "opencode"),
        ("agents/a.md", write_keys("permissions:\n  - {action: shell, effect: deny}"), "opencode"),
        ("agents/a.md", write_keys("permissions: [{capability: shell, effect: deny}]"), "kiro"),
        ("agents/a.md", write_keys("permissions:\n  rules:\n    - capability: shell"), "kiro"),
        ("agents/a.md", write_keys("'tools': ['github/*', read]"), "copilot"),
        ("agents/a.md", write_keys("tools:\n  - read\n  - github/*"), "copilot"),
        ("agents/a.md", write_keys('"is_background": true'), "cursor"),
        ("agents/a.md", write_keys("kind: local"), "gemini"),
        ("agents/a.md", write_keys("kind: agent"), "claude-code"),
        ("agents/a.md", write_keys("tools:\n  - read_file\n  - mcp_docs_*"), "gemini"),
        ("agents/a.md", write_keys("tools: [read_file, Read]"), "claude-code"),
        ("agents/a.md", write_keys("approvalMode: plan"), "qwen"),
        ("agents/a.md", write_keys("tools: Read, Bash\ndisallowedTools: Write"), "claude-code"),
        ("agents/a.md", write_keys("permissionMode: plan"), "claude-code"),
        ("backend/.opencode/agents/review/.claude/agents/a.md", PLAIN, "claude-code"),
        (".claude/agents/a.md", write_keys("mode: subagent"), "claude-code"),
        (".gemini/agents/a.md", write_keys("tools: Read, Bash"), "gemini"),
    ],
)
def test_whose_a_file_is(path: str, text: str, runtime: str) -> None:
    folder, _slash, name = path.rpartition("/")
    assert find_dialect(Source(path, name, "agent", folder, text)).dialect == runtime


@pytest.mark.parametrize("name", [name for name, runtime in RUNTIMES.items() if runtime.agent_folders])
def test_a_runtime_marks_its_own_folder(name: str) -> None:
    folder = f"nested/{RUNTIMES[name].agent_folders[0]}"
    assert find_dialect(Source(f"{folder}/a.x", "a.x", "agent", folder, "")).dialect == name


def test_an_option_decides(tmp_path: Path) -> None:
    source = Source(".gemini/agents/a.md", "a.md", "agent", ".gemini/agents", PLAIN, dialect="cursor")
    assert find_dialect(source).dialect == "cursor"


def test_a_file_without_a_name_goes_with_those_beside_it(tmp_path: Path) -> None:
    own = "---\ndescription: b\nmode: subagent\n---\n\nDo.\n"
    nameless = "---\ndescription: c\nversion: 1\n---\n\nDo.\n"
    files = {"agents/a.md": own, "agents/b.md": own, "agents/c.md": nameless, "agents/d.md": PLAIN}
    dialects = {agent.source.path: agent.dialect for agent in catalog_from(tmp_path, files).agents}
    assert dialects == {
        "agents/a.md": "opencode",
        "agents/b.md": "opencode",
        "agents/c.md": DEFAULT.name,
        "agents/d.md": DEFAULT.name,
    }
    (tmp_path / "agents/e.md").write_text(own, encoding="utf-8")
    catalog = catalog_from(tmp_path, {})
    assert next(agent for agent in catalog.agents if agent.source.path == "agents/c.md").dialect == "opencode"
