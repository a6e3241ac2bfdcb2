"""Frontmatter as it is in the wild: what is read, what is repaired, and where each value stands."""

from __future__ import annotations

import pytest
from mkdocs_agent_catalog.model.definitions import Document, Source
from mkdocs_agent_catalog.reading.frontmatter import parse_document


def document(text: str) -> Document:
    return parse_document(Source("agents/a.md", "a.md", "agent", "agents", text))


@pytest.mark.parametrize(
    "text",
    [
        "---\nname: a\n---\nBody\n",
        "---\r\nname: a\r\n---\r\nBody\r\n",
        "\ufeff---\nname: a\n---\nBody\n",
        "\n\n---\nname: a\n---\nBody\n",
        "----\nname: a\n-----\nBody\n",
        "---  \nname: a\n---  \nBody\n",
        "---\nname: a\n...\nBody\n",
        "  ---\n  name: a\n  ---\n  Body\n",
        "name: a\ndescription: b\n---\nBody\n",
        "---\nname: a\ndescription: b\n\nBody\n",
    ],
)
def test_fences_of_every_kind(text: str) -> None:
    one = document(text)
    assert one.values["name"] == "a"
    assert one.body.strip() == "Body"
    assert one.error is None


def test_text_without_frontmatter_is_all_body() -> None:
    one = document("# Notes\n\nWords.\n")
    assert (one.values, one.body_line) == ({}, 1)


@pytest.mark.parametrize(
    ("block", "key", "value"),
    [
        ("description: Use when: a thing happens", "description", "Use when: a thing happens"),
        ("description: 'a' and more: b", "description", "'a' and more: b"),
        ("description: @someone: reads", "description", "@someone: reads"),
        ("description: `code`: first", "description", "`code`: first"),
        ("description: say: hi\nuser: hello there: you", "description", "say: hi\nuser: hello there: you"),
        ("description: say \\n: x", "description", "say \\n: x"),
        ("tools: *", "tools", "*"),
        ("argument-hint: [a] [b]", "argument-hint", None),
    ],
)
def test_values_that_are_no_yaml(block: str, key: str, value: str | None) -> None:
    one = document(f"---\nname: a\n{block}\nmodel: opus\n---\nBody\n")
    if value is None:
        assert one.error is not None
        assert one.values == {"name": "a"}
        return
    assert one.error is None
    assert one.repaired is not None
    assert one.repaired.span.line == 3 + block.count("\n") or one.repaired.span.line == 3
    assert (one.values["name"], one.values[key], one.values["model"]) == ("a", value, "opus")
    assert one.get_span("model").line == 4 + block.count("\n")


def test_lists_survive_the_repair_of_another_value() -> None:
    one = document("---\nname: a\ndescription: b: c\ntools:\n  - Read\n  - Bash(git:*)\n---\n")
    assert one.repaired is not None
    assert one.values["tools"] == ["Read", "Bash(git:*)"]
    assert one.get_span("tools.1").line == 6
    assert one.get_span("tools.1").column == 5


def test_absent_null_and_empty_are_three_things() -> None:
    one = document("---\nname: a\ntools:\nskills: []\n---\n")
    assert one.values["tools"] is None
    assert one.values["skills"] == []
    assert "model" not in one.values


def test_every_value_has_its_line_and_column() -> None:
    one = document("---\nname: a\ntools: [Read, Write]\nhooks:\n  Stop:\n    - x\n---\n# Body\n")
    assert str(one.get_span("name")) == "agents/a.md:2:1"
    assert str(one.get_span("tools.1")) == "agents/a.md:3:15"
    assert str(one.get_span("hooks.Stop.0")) == "agents/a.md:6:7"
    assert one.body_line == 8


def test_what_still_fails_keeps_name_description_and_body() -> None:
    one = document('---\nname: a\ndescription: b\ntools: [Read\nmodel: "x\n---\n# Body\n')
    assert one.error is not None
    assert one.error.check == "frontmatter_unreadable"
    assert one.error.span.line >= 4
    assert one.values == {"name": "a", "description": "b"}
    assert one.body == "# Body\n"


@pytest.mark.parametrize(
    "bomb",
    [
        "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"
        + "".join(f"{chr(100 + i)}: &{chr(100 + i)} [*{chr(99 + i)}, *{chr(99 + i)}]\n" for i in range(20)),
        "a: " + "[" * 5000,
        "a: " + "- " * 5000,
    ],
)
def test_what_would_grow_without_end_is_refused(bomb: str) -> None:
    one = document(f"---\nname: a\n{bomb}\n---\nBody\n")
    assert one.error or one.repaired
    assert one.values["name"] == "a"
    assert len(repr(one.values)) < 20_000
    assert one.body == "Body\n"


def test_dates_and_numbers_stay_what_was_written() -> None:
    one = document("---\nname: 2024-01-01\nversion: 1.10\nmaxTurns: 7\nbackground: yes\n---\n")
    assert one.values["name"] == "2024-01-01"
    assert one.values["maxTurns"] == 7
    assert one.values["background"] is True
