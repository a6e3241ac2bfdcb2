"""What is said to do about a file that is almost JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from mkdocs_agent_catalog.build import Options, check_catalog
from mkdocs_agent_catalog.reading.json_places import read_json_object
from sites import write


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ('{"a": 1,\n}', "x:1:8", "remove the comma behind the last entry"),
        ('{"a": [1, 2,]}', "x:1:12", "remove the comma behind the last entry"),
        ('{"a": 1\n "b": 2}', "x:2:2", "add a comma before this place"),
        ('{"a": ["b" "c"]}', "x:1:12", "add a comma before this place"),
        ("{'a': 1}", "x:1:2", "put the key in double quotes"),
        ("{a: 1}", "x:1:2", "put the key in double quotes"),
        ("{\"a\": 'b'}", "x:1:7", "put the text in double quotes"),
        ('{"a": 1} // b', "x:1:10", "remove the comment"),
        ('// b\n{"a": 1}', "x:1:1", "remove the comment"),
        ('{"a": 1', "x:1:8", "add `}` at the end"),
        ('{"a": ["b]",\n  "c"\n\n', "x:2:6", "add `]}` at the end"),
        ('{"a": 1]', "x:1:8", ""),
        ('{"a": }', "x:1:7", ""),
        ('{"a": "b}\n', "x:1:10", "add the quote that ends the text in this line"),
        ('{"a": "b,\n"c": 1}', "x:1:10", "add the quote that ends the text in this line"),
        ('{"a": "b', "x:1:7", "add the quote that ends the text in this line"),
        (" \n", "x:1:1", "it is empty: write an object into it, or remove it"),
        ("[" * 100_000, "x:1:1", ""),
        ('{"a": "\t"}', "x:1:8", ""),
        ('{"NaN": 1,\n "a": [NaN]}', "x:2:8", ""),
        ('{"a": -Infinity}', "x:1:7", ""),
    ],
)
def test_what_keeps_a_text_from_being_json_has_a_hint(text: str, place: str, hint: str) -> None:
    _values, _spans, (finding,) = read_json_object(text, "x")
    assert (str(finding.span), str(finding.hint)) == (place, hint)


def test_numbers_that_no_number_can_hold_are_texts() -> None:
    values, _spans, findings = read_json_object('{"a": 1e999, "b": 1%s, "c": 7}' % ("0" * 5000), "x")
    assert (values["a"], len(values["b"]), values["c"], findings) == ("1e999", 5001, 7, ())


def test_such_a_number_has_the_place_of_its_list(tmp_path: Path) -> None:
    _values, spans, _findings = read_json_object('{\n"a": [1e999, "b"], "c": [[1e999]]}', "x")
    assert [str(spans[key]) for key in ("a.0", "a.1", "c.0.0")] == ["x:2:1", "x:2:14", "x:1:1"]
    write(
        tmp_path, {".qwen/settings.json": '{"permissions": {"deny": [1e999]}, "tools": {"exclude": [1e999]}}'}
    )
    assert [str(rule.span) for rule in check_catalog(tmp_path, Options()).catalog.settings[0].rules] == [
        ".qwen/settings.json:1:18",
        ".qwen/settings.json:1:46",
    ]


def test_an_agent_in_json_has_it_too(tmp_path: Path) -> None:
    text = json.dumps({"name": "a", "prompt": "Go.", "tools": ["read"]}).replace("],", "]")
    write(tmp_path, {".kiro/agents/a.json": text.replace("}", ",}")})
    findings = check_catalog(tmp_path, Options()).diagnostics
    assert "remove the comma behind the last entry" in [str(item.hint) for item in findings]
