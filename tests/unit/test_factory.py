"""Factory: files that lie in no telling place, what its loader makes of a file, an effort without a model."""

from __future__ import annotations

from pathlib import Path

import pytest
from mkdocs_agent_catalog.build import Options, check_catalog
from mkdocs_agent_catalog.model.definitions import Agent, Source
from mkdocs_agent_catalog.runtimes import RUNTIMES, find_dialect
from sites import write


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


def read(text: str) -> Agent:
    source = Source(".factory/droids/auditor.md", "auditor.md", "agent", "", text, dialect="factory")
    (agent,) = RUNTIMES["factory"].read_agents(source)
    assert isinstance(agent, Agent)
    return agent


def test_a_key_without_a_name_denies_nothing() -> None:
    assert read('---\nname: auditor\n"": [Execute]\n---\nRead it.\n').access.denied == ()


# What the loader of @factory/cli 0.215.0 makes of these files.
@pytest.mark.parametrize(
    ("text", "name", "description", "tools"),
    [
        ("---\nname: Re Viewer\ntools: [Read]\n---\n", "Re Viewer", None, ["Read"]),
        (
            "---\ndescription: Use it: now: or later\ntools: Read, Grep\n---\nDo.\n",
            "auditor",
            "Use it: now: or later",
            ["Read", "Grep"],
        ),
        ("---\nname: a\ntools: [Read]\nmodel:\n---\nDo.\n", "auditor", None, None),
        ("---\nname: a\ndescription: [b]\n---\nDo.\n", "auditor", None, None),
        ("---\nname: a\ntools: {Read: true}\n---\nDo.\n", "auditor", None, None),
        ("Do it.\n", "auditor", None, None),
    ],
)
def test_every_file_is_a_droid(
    text: str, name: str, description: str | None, tools: list[str] | None
) -> None:
    agent = read(text)
    assert not agent.not_loaded
    grants = agent.access.grants
    assert (agent.name, None if grants is None else [grant.rule for grant in grants]) == (name, tools)
    assert description is None or agent.description == description


def test_what_makes_frontmatter_count_for_nothing_is_said(tmp_path: Path) -> None:
    files = {
        "a.md": "---\nname: a\ntools: [Read]\nmodel:\n---\nDo it.\n",
        "b.md": "---\nname: b\ndescription: Reads.\ntools: [Read, Bash]\n---\nDo it.\n",
        "c.md": "Do it.\n",
        "d.md": "---\nname: d\ndescription: Plants beans.\ntools: {Read: true}\n---\nDo it.\n",
    }
    for path, text in files.items():
        file = tmp_path / ".factory/droids" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    findings = check_catalog(tmp_path, Options()).diagnostics
    places = [(d.check, d.span.path[-4:], d.span.line) for d in findings]
    assert ("frontmatter_dropped", "a.md", 4) in places
    assert ("unknown_tool", "b.md", 4) in places
    assert ("frontmatter_missing", "c.md", 1) in places
    assert not [check for check, _path, _line in places if check in ("not_loaded", "frontmatter_unreadable")]
    # Without its list the droid would have all tools.
    hints = [(d.check, str(d.hint)) for d in findings if d.span.path.endswith("d.md")]
    assert hints == [("frontmatter_dropped", "write the names as a YAML list")]


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("auditor", "Read it.\n", []),
        ("code-auditor_2", "Read it.\n", []),
        ("Code Auditor", "Read it.\n", ["refuses a name"]),
        ("auditor", "\n", ["refuses a file without text"]),
    ],
)
def test_what_the_documentation_refuses_is_told_of_a_droid_that_loads(
    name: str, body: str, words: list[str]
) -> None:
    agent = read(f"---\nname: {name}\ndescription: Reads. Use for questions.\n---\n{body}")
    assert agent.not_loaded == ""
    assert [note.check for note in agent.notes] == ["invalid_value"] * len(words)
    assert all(word in str(note.message) for word, note in zip(words, agent.notes, strict=True))


def test_commands_are_called_as_their_files_and_may_be_programs(tmp_path: Path) -> None:
    files = {
        "Code Review.md": "---\ndescription: Reviews.\n---\nRun `/smoke-test` first.\n",
        "git/Tidy.md": "Tidy up.\n",
        "smoke-test": "#!/usr/bin/env bash\n\n/tidy\n",
        "count.py": "#!/usr/bin/env python\nprint(1)\n",
        "notes.txt": "No command.\n",
    }
    write(tmp_path / ".factory/commands", files)
    write(tmp_path / ".cursor/commands", {"smoke-test": "#!/bin/sh\n"})
    catalog = check_catalog(tmp_path, Options()).catalog
    calls = ["/code-review", "/count", "/smoke-test", "/tidy"]
    assert sorted(skill.invocation for skill in catalog.skills) == calls
    links = [(link.origin, link.target) for link in catalog.links]
    assert links == [("factory/code-review", "factory/smoke-test")]
    assert {s.description for s in catalog.skills if s.name in ("count", "smoke-test")} == {None}
