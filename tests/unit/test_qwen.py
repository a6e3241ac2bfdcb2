"""Qwen Code: frontmatter that is not YAML, of which it reads single lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from mkdocs_agent_catalog.build import Options, check_catalog
from mkdocs_agent_catalog.model.definitions import Agent, Source
from mkdocs_agent_catalog.runtimes import RUNTIMES
from sites import write

BROKEN = "name: helper\ndescription: Use it: now: or later\n"


def read(frontmatter: str) -> Agent:
    text = f"---\n{frontmatter}---\nDo what is asked for.\n"
    source = Source(".qwen/agents/first.md", "a.md", "agent", "", text, dialect="qwen")
    (agent,) = RUNTIMES["qwen"].read_agents(source)
    assert isinstance(agent, Agent)
    return agent


# What @qwen-code/qwen-code 0.24.4 made of each of these lists.
@pytest.mark.parametrize(
    ("lines", "entries"),
    [
        ("tools:\n  - glob\n  # a remark\n  - edit\n", ["glob", "edit"]),
        ('tools:\n  - "glob"\nmodel: fast\n', ["glob"]),
        ("tools:\n- glob\n", None),
        ("tools:\n    - glob\n", None),
        ("tools: [glob, edit]\n", ["[glob", "edit]"]),
        ('tools: "glob, edit"\n', ["glob", "edit"]),
        ("tools: true\n", None),
        ("hooks:\n  tools: glob\n", None),
    ],
)
def test_lists_are_read_line_by_line(lines: str, entries: list[str] | None) -> None:
    grants = read(BROKEN + lines).access.grants
    assert (None if grants is None else [grant.rule for grant in grants]) == entries


def test_a_text_begins_and_ends_on_the_line_of_its_key() -> None:
    agent = read("name: helper\ndescription: \"Fast\" and quiet\n  and more: words: here\nmodel: 'x'\n")
    assert (agent.name, agent.description, agent.model) == ("helper", '"Fast" and quiet', "'x'")
    assert agent.document.repaired
    assert not agent.not_loaded


def test_a_list_that_is_not_found_is_said() -> None:
    for indent in ("", "    "):
        notes = read(f"{BROKEN}tools:\n{indent}- glob\n").notes
        assert [(note.span.line, str(note.hint)) for note in notes] == [
            (4, "indent its entries by two spaces")
        ]
    assert not read(BROKEN + "tools:\n").notes
    assert not read("name: helper\ndescription: b\ntools:\n- glob\n").notes


def test_an_agent_that_is_not_loaded_does_not_run_without_asking(tmp_path: Path) -> None:
    text = "---\nname: {0}\ndescription: Use it.\napprovalMode: yolo\n---\n{1}\n"
    agents = {"first": "Do what is asked for.", "second": "Do."}
    write(tmp_path, {f".qwen/agents/{name}.md": text.format(name, body) for name, body in agents.items()})
    findings = check_catalog(tmp_path, Options()).diagnostics
    assert [(d.check, d.span.path) for d in findings] == [
        ("bypassed_permissions", ".qwen/agents/first.md"),
        ("not_loaded", ".qwen/agents/second.md"),
    ]
