"""Factory: files that lie in no telling place, and an effort for a model that no file names."""

from __future__ import annotations

import pytest
from mkdocs_agent_catalog.model.definitions import Agent, Source
from mkdocs_agent_catalog.runtimes import RUNTIMES, find_dialect


@pytest.mark.parametrize(
    ("keys", "runtime"),
    [
        ("tools: read-only", "factory"),
        ("reasoningEffort: high\ntools: [Read, Execute]", "factory"),
        ("reasoningEffort: high\ntools: [Read, Bash]", "claude-code"),
        ("tools: [Read, Execute]", "claude-code"),
        ("reasoningEffort: high\ntools: [{Execute: true}]", "claude-code"),
    ],
)
def test_keys_tell_a_droid(keys: str, runtime: str) -> None:
    text = f"---\nname: auditor\ndescription: Reads.\n{keys}\n---\nRead it.\n"
    assert find_dialect(Source("agents/auditor.md", "auditor.md", "agent", "agents", text)).dialect == runtime


@pytest.mark.parametrize(("model", "count"), [("", 1), ("model: inherit\n", 1), ("model: gpt-5.6\n", 0)])
def test_an_effort_without_a_model_is_told(model: str, count: int) -> None:
    text = f"---\nname: auditor\n{model}reasoningEffort: high\n---\nRead it.\n"
    (agent,) = RUNTIMES["factory"].read_agents(Source("a.md", "a.md", "agent", "", text, dialect="factory"))
    assert isinstance(agent, Agent)
    assert [note.check for note in agent.notes] == ["ignored_key"] * count
