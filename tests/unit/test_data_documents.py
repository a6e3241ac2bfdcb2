"""Definitions that are JSON, TOML or YAML as a whole: values, places, and what is never shown."""

from __future__ import annotations

import json

import pytest
from mkdocs_agent_catalog.model.definitions import Document, Source
from mkdocs_agent_catalog.reading.data_documents import (
    parse_json_document,
    parse_toml_document,
    parse_yaml_document,
)
from mkdocs_agent_catalog.reading.json_places import read_json_object
from mkdocs_agent_catalog.reading.mask_server_config import mask_frontmatter
from mkdocs_agent_catalog.runtimes import RUNTIMES
from mkdocs_agent_catalog.runtimes.runtime import read_fields

SECRET = "hunter2-of-the-test"


def make_source(text: str) -> Source:
    return Source("x/a.data", "a.data", "agent", "x", text)


def get_place(document: Document, key: str) -> tuple[int, int]:
    return document.spans[key].line, document.spans[key].column


def test_toml_has_values_places_and_a_body() -> None:
    text = (
        'name = "a"\n\n[nested."two words"]\n  key = [1,\n 2]\n'
        "[later]\nbody = '''\nfirst = 1\n[no.table]\n'''\nlast = 2024-01-02\n"
    )
    document = parse_toml_document(make_source('body = """\nDo.\nname = 3\n"""\n' + text), "body")
    assert document.values["nested"] == {"two words": {"key": [1, 2]}}
    assert document.values["later"]["last"] == "2024-01-02"
    assert document.body == "Do.\nname = 3\n"
    assert [get_place(document, key) for key in ("name", "nested.two words.key", "later.last")] == [
        (5, 1),
        (8, 3),
        (15, 1),
    ]
    assert "first" not in document.spans
    assert "no.table" not in document.spans


@pytest.mark.parametrize(
    ("parse", "text", "line", "column"),
    [
        (parse_toml_document, 'a = 1\nb = "x\n', 2, 7),
        (parse_json_document, '{\n  "a": 1,\n  b: 2}', 3, 3),
        (parse_yaml_document, "a: 1\nb: [2\n", 3, 1),
        (parse_json_document, "[1]", 1, 1),
    ],
)
def test_what_cannot_be_read_says_where(parse, text: str, line: int, column: int) -> None:
    document = parse(make_source(text))
    assert document.error is not None
    assert document.values == {}
    assert (document.error.span.line, document.error.span.column) == (line, column)


def test_comments_and_last_commas_in_json_move_nothing() -> None:
    text = '{ // first\n  "a": "no // comment, }", /* two\nlines */ "b": [1, 2,],\n}'
    document = parse_json_document(make_source(text), has_comments=True)
    assert document.values == {"a": "no // comment, }", "b": [1, 2]}
    assert get_place(document, "b") == (3, 10)
    assert parse_json_document(make_source(text)).error


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parse_toml_document, f'name = "a"\n[mcp_servers.x]\nenv = {{ KEY = "{SECRET}" }}\n'),
        (parse_toml_document, f'name = "a"\n[mcp_servers.x.env]\nKEY = """\n{SECRET}\n"""\n'),
        (parse_toml_document, f'name = "a"\nmcp_servers.x.http_headers.Authorization = "{SECRET}"\n'),
        (parse_toml_document, f'name = "a"\n[[servers]]\n"env" = {{ "K" = "{SECRET}" }}\n'),
        (parse_json_document, json.dumps({"name": "a", "mcpServers": {"x": {"env": {"K": SECRET}}}})),
        (
            parse_json_document,
            json.dumps(
                {"name": "a", "mcp": {"x": {"command": ["x"], "environment": {"K": SECRET}}}}, indent=1
            ),
        ),
        (parse_yaml_document, f"name: a\nmcpServers:\n  x:\n    env:\n      K: {SECRET}\n"),
        (parse_json_document, f'{{"name": "a", "mcpServers": {{"x": {{"env": {{"K": "{SECRET}"}}}}}}'),
        (parse_toml_document, f'name = "a\n[mcp_servers.x.env]\nK = "{SECRET}"'),
    ],
)
def test_values_of_servers_are_never_shown(parse, text: str) -> None:
    document = parse(make_source(text))
    assert SECRET not in mask_frontmatter(document)
    shown = {key: value for key, value in document.values.items() if key not in document.masked_keys}
    assert SECRET not in str(shown)
    assert document.body == ""


def test_a_prompt_is_no_configuration() -> None:
    prompt = "Send the request with `headers:` and `env: {A: b}`, see https://example.org.\n" * 3_000
    document = parse_json_document(make_source(json.dumps({"name": "a", "prompt": prompt})), "prompt")
    assert (document.error, document.masked_keys, document.masked_lines) == (None, frozenset(), {})
    assert document.body == prompt


def test_what_nests_too_deep_is_refused() -> None:
    deep = '{"a": ' + "[" * 5_000 + "]" * 5_000 + "}"
    assert parse_json_document(make_source(deep)).error
    assert parse_toml_document(make_source("a = " + "[" * 5_000 + "]" * 5_000)).error


def test_a_letter_that_json_writes_as_two_escapes_is_one_letter() -> None:
    text = '{"name": "\\ud83d\\udcdd Docs", "\\u00e9": [1.50, true, null]}'
    document = parse_json_document(make_source(text), "prompt")
    assert document.values == {"name": "📝 Docs", "é": [1.5, True, None]}


@pytest.mark.parametrize("key", ["\\ud800", "\\ud83d\\ude00", "\u2028", "\\ude00\\ud83d"])
@pytest.mark.parametrize("parse", [parse_json_document, parse_yaml_document])
def test_a_key_of_odd_letters_hides_what_it_configures(parse, key: str) -> None:
    """JSON is read by two readers, which must not spell a key in two ways."""
    server = json.dumps({"command": "x", "args": [SECRET], "more": {"y": 1}})
    document = parse(make_source(f'{{"name": "a", "x{key}": {server}}}'))
    (name,) = document.values.keys() - {"name"}
    name.encode()
    assert name in document.masked_keys
    assert SECRET not in repr(read_fields(document, document.values))
    assert SECRET not in mask_frontmatter(document)


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parse_json_document, '{"a": 1e999, "b": [%s]}' % ("9" * 5000)),
        (parse_toml_document, "a = inf\nb = [-nan, 1e999, 0x%s]\n" % ("f" * 300)),
        (parse_yaml_document, "a: .inf\nb: [.nan, 1e999, 0x%s]\n" % ("f" * 5000)),
    ],
)
def test_any_number_can_be_published(parse, text: str) -> None:
    document = parse(make_source(text))
    assert document.values
    json.dumps(document.values, allow_nan=False)


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n\r", "\r\r\n"])
@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parse_json_document, '{\n "mcpServers": {\n  "x": {\n   "env": {"A": "hunter2"}\n  }\n },'),
        (parse_toml_document, '[mcp_servers.x]\nargs = [\n "hunter2"\n]\nbroken =\n'),
        (parse_yaml_document, "mcp:\n  env:\n    A: hunter2\nbroken: [\n"),
    ],
)
def test_what_is_broken_is_masked_whichever_signs_end_its_lines(parse, text: str, end: str) -> None:
    document = parse(make_source(text.replace("\n", end)))
    assert document.error is not None
    assert "hunter2" not in mask_frontmatter(document)


def test_places_are_those_of_lines_that_end_in_any_sign() -> None:
    text = '{\n "name": "k",\n "prompt": "p",\n "toolsSettings": {"x": "/home/somebody/y"}\n}'
    source = Source(".kiro/agents/k.json", "k.json", "agent", ".kiro/agents", text.replace("\n", "\r"))
    document = RUNTIMES["kiro"].read_document(source)
    assert document.spans["toolsSettings"].line == 4
    assert "somebody" not in mask_frontmatter(document)
    _values, spans, _findings = read_json_object(text.replace("\n", "\r"), "x")
    assert spans["prompt"].line == 3
