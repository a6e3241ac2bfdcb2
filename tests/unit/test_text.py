"""Slugs, summaries and dialogues out of text for models."""

from __future__ import annotations

import pytest
from mkdocs_agent_catalog.model.definitions import Span
from mkdocs_agent_catalog.reading.tool_entries import parse_entry, split_entries
from mkdocs_agent_catalog.text.strings import make_slug, split_description, summarize


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Backend Architect", "backend-architect"),
        ("C#", "c-sharp"),
        ("C++ Expert", "c-plus-plus-expert"),
        ("コードレビュー", "コードレビュー"),
        ("a.b", "a-b"),
        (" 🎭 planner", "planner"),
        ("🎭", "unnamed"),
        ("mcp__context7__query-docs", "mcp__context7__query-docs"),
        ('"><script>', "script"),
        ("../../etc/passwd", "etc-passwd"),
    ],
)
def test_slug(text: str, expected: str) -> None:
    assert make_slug(text) == expected


def test_summary_is_one_plain_sentence() -> None:
    assert summarize("Reviews **code**. Use it often.") == "Reviews code."
    assert summarize(r"Plans work.\n\n<example>user: hi</example>") == "Plans work."
    assert summarize("コードを見る。とても速い。") == "コードを見る。"
    assert summarize(None) == ""
    assert summarize("Use before `plans/*.md` and src/**/*.ts change. More.") == (
        "Use before plans/*.md and src/**/*.ts change."
    )
    assert summarize("Computes 2 * 3 * 4. More.") == "Computes 2 * 3 * 4."
    assert summarize("Python-only. Use when writing Python. More.") == "Python-only. Use when writing Python."
    assert summarize("Cuts releases. Use when due.") == "Cuts releases."
    long = summarize("word " * 100)
    assert len(long) <= 181
    assert long.endswith("word…")


def test_examples_become_dialogues() -> None:
    lead, examples = split_description(
        'Use it. Examples: <example>Context: A bug.\nuser: "Help"\nassistant: "Yes"\n'
        "<commentary>Why</commentary></example>"
    )
    assert lead == "Use it."
    assert examples[0].context == "A bug."
    assert examples[0].turns == (("user", "Help"), ("assistant", "Yes"))
    assert examples[0].commentary == "Why"


def test_an_unclosed_example_keeps_every_word() -> None:
    lead, examples = split_description("Lead <example>user: one\nassistant: two")
    assert lead == "Lead"
    assert examples[0].turns == (("user", "one"), ("assistant", "two"))


def test_entries_part_outside_parentheses() -> None:
    assert split_entries("Read, Agent(a, b:c), Bash(git log *, x)") == [
        "Read",
        "Agent(a, b:c)",
        "Bash(git log *, x)",
    ]
    assert split_entries("Bash(git:*) Read", ", ") == ["Bash(git:*)", "Read"]
    assert split_entries("Bash(git") == ["Bash(git"]


@pytest.mark.parametrize(
    ("rule", "tool", "specifier", "server", "pattern"),
    [
        ("Read", "Read", None, None, False),
        ("Bash(git:*)", "Bash", "git:*", None, False),
        ("mcp__context7__query-docs", "mcp__context7__query-docs", None, "context7", False),
        ("mcp__chrome_dev-tools__a__b", "mcp__chrome_dev-tools__a__b", None, "chrome_dev-tools", False),
        ("mcp__s__*", "mcp__s", None, "s", True),
        ("mcp__s", "mcp__s", None, "s", True),
        ("mcp__*", "mcp__*", None, None, True),
        ("*", "*", None, None, True),
        ("Broken(", "Broken(", None, None, False),
    ],
)
def test_entry(rule: str, tool: str, specifier: str | None, server: str | None, pattern: bool) -> None:
    grant = parse_entry(rule, "allow", "tools", Span("a.md"))
    assert (grant.tool, grant.specifier, grant.server, grant.pattern) == (tool, specifier, server, pattern)
    assert grant.rule == rule
