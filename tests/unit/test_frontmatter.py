"""Frontmatter as it is in the wild: what is read, what is repaired, and where each value stands."""

from __future__ import annotations

import json
import re

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
        "---  \nname: a\n---  \nBody\n",
        "---\nname: a\n-----\nBody\n",
    ],
)
def test_fences_that_a_runtime_finds(text: str) -> None:
    parsed = document(text)
    assert parsed.values["name"] == "a"
    assert parsed.body.strip() == "Body"
    assert parsed.error is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n\n---\nname: a\n---\nBody\n", "line 3 begins the frontmatter: nothing may stand before it"),
        ("----\nname: a\n---\nBody\n", "the first line must be `---` and nothing else"),
        ("\t---\nname: a\n---\nBody\n", "the first line must be `---` and nothing else"),
        ("  ---\n  name: a\n  ---\n  Body\n", "the first line must be `---` and nothing else"),
        ("---\nname: a\n...\nBody\n", "`...` in line 3 does not close the frontmatter"),
        ("name: a\ndescription: b\n---\nBody\n", "the frontmatter has no opening `---`"),
        ("---\nname: a\ndescription: b\n\nBody\n", "the frontmatter has no closing `---`"),
        ("---\nname: a\n", "the frontmatter has no closing `---`"),
        (
            "<!-- Licence -->\n---\nname: a\ndescription: b\n---\nBody\n",
            "line 2 begins the frontmatter: nothing may stand before it",
        ),
        (
            "SPDX-License-Identifier: MIT\n---\nname: a\ndescription: b\n---\nBody\n",
            "line 2 begins the frontmatter: nothing may stand before it",
        ),
        (
            "Some words.\n\nMore.\n---\nname: a\ndescription: b\n---\nBody\n",
            "line 4 begins the frontmatter: nothing may stand before it",
        ),
    ],
)
def test_fences_that_no_runtime_finds_are_told_and_read_all_the_same(text: str, message: str) -> None:
    parsed = document(text)
    assert parsed.values["name"] == "a"
    assert parsed.error is not None
    assert parsed.error.message.startswith(message)
    assert parsed.error.hint


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n \n",
        "# Notes\n\nWords.\n",
        "# How to write one\n\n```markdown\n---\nname: a\ndescription: b\n---\n```\n",
        "Words.\n\n---\n\nname: a is no key here.\n\n---\nMore.\n",
    ],
)
def test_text_without_frontmatter_is_all_body(text: str) -> None:
    parsed = document(text)
    assert (parsed.values, parsed.body_line, parsed.body, parsed.has_frontmatter) == ({}, 1, text, False)


@pytest.mark.parametrize(
    ("block", "key", "value"),
    [
        ("description: Use when: a thing happens", "description", "Use when: a thing happens"),
        ("description: 'a' and more: b", "description", "'a' and more: b"),
        ("description: @someone: reads", "description", "@someone: reads"),
        ("description: `code`: first", "description", "`code`: first"),
        ("description: say \\n: x", "description", "say \\n: x"),
        ("tools: *", "tools", "*"),
        ("argument-hint: [a] [b]", "argument-hint", "[a] [b]"),
        ("description: b: c\ntools: [Read, Grep, Bash]", "tools", "[Read, Grep, Bash]"),
        ("tools: [Read", "tools", "[Read"),
    ],
)
def test_values_on_one_line_are_repaired(block: str, key: str, value: str) -> None:
    parsed = document(f"---\nname: a\n{block}\nmodel: opus\n---\nBody\n")
    assert parsed.error is None
    assert parsed.repaired is not None
    assert parsed.repaired.span.line >= 3
    assert (parsed.values["name"], parsed.values[key], parsed.values["model"]) == ("a", value, "opus")
    assert parsed.get_span("model").line == 4 + block.count("\n")


@pytest.mark.parametrize(
    ("block", "key", "value", "hint"),
    [
        (
            'description: Use it. Examples:\n\n<example>\nuser: "do: it"\n</example>\n\ntools: Read',
            "tools",
            "Read",
            "write `description: |` and its text below it, indented by two spaces (now lines 3 to 7)",
        ),
        ("description: a: b\n  c: d", "description", "a: b\nc: d", "write `description: |`"),
        (
            "tools:\n\t- Read\n\t- Grep",
            "tools",
            ["Read", "Grep"],
            "indent with spaces and not with tabs, from line 4 on",
        ),
        ("description: |\nNot indented.", "description", "Not indented.", "indent the text of `description`"),
        ("description: b\n  c: d\n- e", "name", "a", "write `description: |`"),
        (
            "description b\ntools: Read",
            "name",
            "a\ndescription b",
            "write a colon after `description` in line 3",
        ),
        ("description: b\nof tools", "description", "b\nof tools", "write `description: |`"),
        ('description: b\ntools: "Read", "Bash"', "name", "a", "put the value of `tools` in brackets"),
        (
            "permission:\n  bash:\n    git log*: allow\n    *: deny\n  edit: ask",
            "name",
            "a",
            'write `"*": deny`, with quotes, in line 6',
        ),
        ("tools:\n  - Read\n  - *", "name", "a", 'write `"*"`, with quotes, in line 5'),
        (
            "handoffs:\n  - prompt: @b do it",
            "name",
            "a",
            'write `prompt: "@b do it"`, with quotes, in line 4',
        ),
        (f"tools:\n  - *{'b' * 90}", "name", "a", "write `tools: |`"),
        (
            "\n# Title\n\nWords that: go: on\n\n- and on",
            "name",
            "a",
            "write a line `---` above line 4",
        ),
    ],
)
def test_values_on_several_lines_are_not_repaired_and_shown_as_meant(
    block: str, key: str, value: object, hint: str
) -> None:
    parsed = document(f"---\nname: a\n{block}\n---\nBody\n")
    assert parsed.error is not None
    assert parsed.repaired is None
    assert parsed.values[key] == value
    assert parsed.error.hint.startswith(hint)


@pytest.mark.parametrize(
    ("block", "hint"),
    [
        ("description: b: c", "put the value of `description` in quotes"),
        ("description: b\ntools: *", "put the value of `tools` in quotes"),
        ("description: 'b: c", "add the quote that ends the value of `description`"),
        ("argument-hint: [file] [mode]", "put the value of `argument-hint` in quotes"),
        ("description: b\ntools: [Read, Bash", "add the bracket that ends the value of `tools`"),
        ("description: b\ntools: {read: true", "add the bracket that ends the value of `tools`"),
        (
            "description: b: c\ntools: [Read, Bash]",
            "put the value of `description` in quotes; until then `tools` is text, and the brackets belong "
            "to its first and its last entry",
        ),
    ],
)
def test_a_hint_says_which_values_to_quote(block: str, hint: str) -> None:
    repaired = document(f"---\nname: a\n{block}\n---\n").repaired
    assert repaired is not None
    assert repaired.hint == hint


@pytest.mark.parametrize(
    ("block", "hint"),
    [
        ("description: Use it.\n  tools: Read", "write `tools` in line 4 without the blanks before it"),
        (
            "description: Use it.\n  When asked.\n\n  model: opus\ntools: Read",
            "write `model` in line 6 without the blanks before it",
        ),
        # A key that the file has, one that nobody knows, and an example are words of the text.
        ("description: b\n  name: c", "write `description: |`"),
        ("description: b\n  owner: c", "write `description: |`"),
        ("description: b\n<example>\n  tools: Read\n</example>", "write `description: |`"),
    ],
)
def test_an_indented_key_is_not_made_a_part_of_the_text_above_it(block: str, hint: str) -> None:
    text = f"---\nname: a\n{block}\n---\nBody\n"
    keys = frozenset({"tools", "model"})
    error = parse_document(Source("agents/a.md", "a.md", "agent", "agents", text), keys).error
    assert error is not None
    assert error.hint.startswith(hint)
    if "blanks" in hint:
        mended = Source("agents/a.md", "a.md", "agent", "agents", follow(text, error.hint))
        assert {"description", "tools"} <= parse_document(mended, keys).values.keys()
        assert parse_document(mended, keys).error is None


def test_what_is_not_closed_is_shown_where_it_begins() -> None:
    repaired = document("---\nname: a\ntools: [Read, Grep\nskills: notes\n---\n").repaired
    assert repaired is not None
    assert repaired.span.line == 3
    assert repaired.hint == "add the bracket that ends the value of `tools`"


def test_what_is_lost_behind_a_number_sign_is_told_of_descriptions_only() -> None:
    parsed = document("---\nname: a # as the file\ndescription: Use for C# or F # languages\n---\n")
    (note,) = parsed.notes
    assert (note.check, str(note.span)) == ("lost_text", "agents/a.md:3:29")
    assert parsed.values["description"] == "Use for C# or F"


@pytest.mark.parametrize(
    ("block", "value"),
    [
        ("tools: [Read,\n  Grep]", ["Read", "Grep"]),
        ('tools: "Read,\n\n  Grep"', "Read,\nGrep"),
        ("tools: >\n  Read,\n  Grep", "Read, Grep\n"),
    ],
)
def test_values_that_go_on_are_not_quoted(block: str, value: object) -> None:
    parsed = document(f"---\nname: a\ndescription: b: c\n{block}\nmodel: opus\n---\n")
    assert parsed.repaired is not None
    assert parsed.values["tools"] == value


def test_nothing_is_repaired_where_lines_end_with_cr_lf() -> None:
    parsed = document("---\r\nname: a\r\ndescription: b: c\r\n---\r\nBody\r\n")
    assert parsed.error is not None
    assert parsed.error.hint == "put the value of `description` in quotes"
    assert parsed.values == {"name": "a", "description": "b: c"}


@pytest.mark.parametrize("text", ["b\u2028c", "b\x85c", "b\n\t", "b\t"])
def test_blanks_of_every_kind_are_no_mistake(text: str) -> None:
    parsed = document(f"---\nname: a\ndescription: {text}\nmodel: opus\n---\nBody\n")
    assert parsed.error is None
    assert parsed.repaired is None
    assert parsed.values["model"] == "opus"


def test_lists_survive_the_repair_of_another_value() -> None:
    parsed = document("---\nname: a\ndescription: b: c\ntools:\n  - Read\n  - Bash(git:*)\n---\n")
    assert parsed.repaired is not None
    assert parsed.values["tools"] == ["Read", "Bash(git:*)"]
    assert parsed.get_span("tools.1").line == 6
    assert parsed.get_span("tools.1").column == 5


def test_absent_null_and_empty_are_three_things() -> None:
    parsed = document("---\nname: a\ntools:\nskills: []\n---\n")
    assert parsed.values["tools"] is None
    assert parsed.values["skills"] == []
    assert "model" not in parsed.values


def test_every_value_has_its_line_and_column() -> None:
    parsed = document("---\nname: a\ntools: [Read, Write]\nhooks:\n  Stop:\n    - x\n---\n# Body\n")
    assert str(parsed.get_span("name")) == "agents/a.md:2:1"
    assert str(parsed.get_span("tools.1")) == "agents/a.md:3:15"
    assert str(parsed.get_span("hooks.Stop.0")) == "agents/a.md:6:7"
    assert parsed.body_line == 8


def test_what_nothing_can_read_keeps_name_description_and_body() -> None:
    parsed = document("---\nname: a\ndescription: b\nhooks: [\n  x: {\n---\n# Body\n")
    assert parsed.error is not None
    assert parsed.error.check == "frontmatter_unreadable"
    assert parsed.error.span.line >= 4
    assert parsed.values == {"name": "a", "description": "b", "hooks": "[\nx: {"}
    assert parsed.body == "# Body\n"


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
    parsed = document(f"---\nname: a\n{bomb}\n---\nBody\n")
    assert parsed.error or parsed.repaired
    assert parsed.values["name"] == "a"
    assert len(repr(parsed.values)) < 20_000
    assert parsed.body == "Body\n"


def test_dates_and_numbers_stay_what_was_written() -> None:
    parsed = document(
        "---\nname: 2024-01-01\nversion: 1.10\nmaxTurns: 7\nbackground: true\ntools: yes\n---\n"
    )
    assert parsed.values["name"] == "2024-01-01"
    assert parsed.values["maxTurns"] == 7
    assert parsed.values["background"] is True
    assert parsed.values["tools"] == "yes"


def follow(text: str, hint: str) -> str:
    """``text`` with what a hint asks for done to it."""
    lines = text.split("\n")
    if match := re.match(r"write `(\w+): \|`.*lines (\d+) to (\d+)", hint):
        key, first, last = match[1], int(match[2]) - 1, int(match[3])
        block = [lines[first].partition(":")[2].strip(), *lines[first + 1 : last]]
        lines[first:last] = [f"{key}: |", *(f"  {line.strip()}" for line in block)]
    elif match := re.match(r"indent the text of .*lines (\d+) to (\d+)", hint):
        first, last = int(match[1]) - 1, int(match[2])
        lines[first:last] = [f"  {line}" for line in lines[first:last]]
    elif match := re.match(r"write a line `---` above line (\d+)", hint):
        lines.insert(int(match[1]) - 1, "---")
    elif match := re.match("put the value of (.+?) in quotes", hint):
        for number, line in enumerate(lines):
            key, _, value = line.partition(":")
            if f"`{key}`" in match[1]:
                lines[number] = f"{key}: {json.dumps(value.strip())}"
    elif match := re.match("add the quote that ends the value of `(.+?)`", hint):
        lines = [f'{line}"' if line.startswith(f"{match[1]}:") else line for line in lines]
    elif match := re.match("add the bracket that ends the value of `(.+?)`", hint):
        lines = [f"{line}]" if line.startswith(f"{match[1]}:") else line for line in lines]
    elif match := re.match("put the value of `(.+?)` in brackets", hint):
        lines = [re.sub(r": (.*)", r": [\1]", line) if line.startswith(match[1]) else line for line in lines]
    elif match := re.match(r"write a colon after `(.+?)` in line (\d+)", hint):
        number = int(match[2]) - 1
        lines[number] = lines[number].replace(match[1], f"{match[1]}:", 1)
    elif match := re.match(r"write `.+` in line (\d+) without the blanks before it", hint):
        lines[int(match[1]) - 1] = lines[int(match[1]) - 1].strip()
    elif match := re.match(r"write `(.+)`, with quotes, in line (\d+)", hint):
        number = int(match[2]) - 1
        lines[number] = re.match(r"\s*(?:- )?", lines[number])[0] + match[1]
    elif match := re.match(r"indent with spaces and not with tabs, from line (\d+) on", hint):
        lines = [line.replace("\t", "  ") for line in lines]
    elif hint == "write a line `---` above it":
        lines.insert(0, "---")
    elif hint.startswith("begin the file with `---`"):
        start, end = [number for number, line in enumerate(lines) if line.strip() == "---"][:2]
        lines = [*lines[start : end + 1], *lines[:start], *lines[end + 1 :]]
    elif hint == "write `---`, and indent nothing":
        indent = len(lines[0]) - len(lines[0].lstrip())
        lines = ["---", *(line[indent:] for line in lines[1:])]
    elif hint == "write `---`":
        lines[lines.index("...")] = "---"
    return "\n".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        "---\nname: a\ndescription: b: c\n---\nBody\n",
        "---\nname: a\ndescription: b: c\ntools: [Read, Bash]\n---\nBody\n",
        "---\nname: a\ndescription: b\ntools:\n  - Read\n  - *\n---\nBody\n",
        "---\nname: a\ndescription: b\npermission:\n  *: ask\n  bash:\n    *: deny\n---\nBody\n",
        '---\nname: a\ndescription: "b: c\n---\nBody\n',
        '---\nname: a\ndescription: "b\ntools: Read\n---\nBody\n',
        "---\nname: a\ndescription: b\ntools: *\nmodel: x: y\n---\nBody\n",
        "---\nname: a\ndescription: b\ntools: [Read, Bash\n---\nBody\n",
        '---\nname: a\ndescription: b\ntools: "Read", "Bash"\n---\nBody\n',
        "---\nname: a\ndescription b\ntools: Read\n---\nBody\n",
        "---\nname: a\ndescription: b. Examples:\n\n<example>\nContext: c: d\nuser: 'e: f'\n</example>\n\n"
        "tools: Read\n---\nBody\n",
        "---\nname: a\ndescription: b: c\n  d: e\n  f\ntools: Read\n---\nBody\n",
        "---\nname: a\ndescription: |\nb\nc: d: e\ntools: Read\n---\nBody\n",
        "---\nname: a\ndescription: b\ntools:\n\t- Read\n\t- Grep\n---\nBody\n",
        "---\nname: a\ndescription: b\n\nBody\n",
        "---\nname: a\ndescription: b\n\n# Body\n\nDo it.\n\n---\n\nMore.\n",
        "name: a\ndescription: b\n---\nBody\n",
        "<!-- Licence -->\n---\nname: a\ndescription: b\n---\nBody\n",
        "\n---\nname: a\ndescription: b\n---\nBody\n",
        "  ---\n  name: a\n  description: b\n  ---\n  Body\n",
        "\n  ---\n  name: a\n  description: b\n  ---\n  Body\n",
        "----\nname: a\ndescription: b\n---\nBody\n",
        "---\nname: a\ndescription: b\n...\nBody\n",
    ],
)
def test_who_follows_the_hint_has_a_file_that_is_read(text: str) -> None:
    for _ in range(3):
        parsed = document(text)
        finding = parsed.error or parsed.repaired
        if not finding:
            break
        text = follow(text, finding.hint)
    assert finding is None, (finding, text)
    assert parsed.values["name"] == "a"
    assert "b" in parsed.values["description"]
    assert "Body" in parsed.body
    assert parsed.values.get("tools", "Read") in (
        "Read",
        "*",
        ["Read", "Bash"],
        ["Read", "Grep"],
        ["Read", "*"],
    )
