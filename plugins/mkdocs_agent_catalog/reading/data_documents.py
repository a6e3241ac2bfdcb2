"""Reads definitions that are JSON, TOML or YAML files, with the line of each value.

They become the same ``Document`` as a Markdown file with frontmatter: keys, and the text of one key as body.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal

from ..model.definitions import Diagnostic, Document, Source, Span
from ..text.i18n import say
from ..text.strings import replace_surrogates
from . import limits, masking
from .file_reader import MOST_BYTES
from .frontmatter import parse_yaml
from .json_places import hint_at_json_error, load_json, locate_json_error, read_number
from .mask_server_config import find_configured_paths, find_configured_values, holds_secrets

# A text that does not end is one as well: no sign in it is tried as the beginning of another.
_JSON_TEXT = re.compile(r'"(?:[^"\\]|\\.)*+"?')
_COMMENT = re.compile(r'("(?:[^"\\\n]|\\.)*+"?|/\*(?:(?!\*/).)*+\Z)|//[^\n]*|/\*.*?\*/', re.S)
_LAST_COMMA = re.compile(r'("(?:[^"\\\n]|\\.)*+"?)|,(?=\s*[}\]])')
_TOML_PART = r"(?:[\w-]+|\"[^\"\n]*\"|'[^'\n]*')"
_TOML_PATH = rf"{_TOML_PART}(?:\s*\.\s*{_TOML_PART})*"
_TOML_TABLE = re.compile(rf"\s*\[\[?\s*({_TOML_PATH})\s*\]\]?\s*(?:#.*)?$")
# The line of a server that is shown: the name of its program, and how it is reached.
_TOML_SHOWN = re.compile(r"\s*(?:command|type|transport)\s*=\s*[\"'][\w.+-]{1,40}[\"']\s*")
# `[mcp_servers.docs.env]` names a server and what is in it.
_MOST_TABLES = 3
_TOML_KEY = re.compile(rf"(\s*)({_TOML_PATH})\s*=")


def parse_json_document(
    source: Source,
    body_key: str = "",
    has_comments: bool = False,
    prompt_keys: frozenset[str] = frozenset(),
) -> Document:
    """A JSON file as a document; its body is the text under ``body_key``. With ``has_comments`` it may hold
    comments, and commas behind the last entry. Never raises: ``error`` says what cannot be read."""
    text = source.plain_text
    plain = blank_json_comments(text) if has_comments else text
    try:
        limits.refuse_text(_JSON_TEXT.sub('""', plain), MOST_BYTES)
        values = replace_surrogates(load_json(plain))
    except limits.RefusedError as error:
        return _make_unreadable(source, error.args[0], Span(source.path))
    except (ValueError, RecursionError) as error:
        span = locate_json_error(plain, source.path, error)
        hint = hint_at_json_error(plain, error)
        return _make_unreadable(source, say("this file is not valid JSON"), span, hint)
    # JSON is YAML, but for tabs between values and for letters that are written as two escapes.
    return _parse_yaml_text(source, plain.replace("\t", " "), body_key, prompt_keys, values)


def parse_yaml_document(source: Source, prompt_keys: frozenset[str] = frozenset()) -> Document:
    """A file that is YAML as a whole and has no body; texts for a model are those under ``prompt_keys``, on
    whatever level. Never raises."""
    return _parse_yaml_text(source, source.plain_text, "", prompt_keys)


def parse_toml_document(source: Source, body_key: str = "") -> Document:
    """A TOML file as a document; its body is the text under ``body_key``. Never raises."""
    text = source.plain_text
    try:
        values: dict[str, Any] = load_json(
            json.dumps(tomllib.loads(text, parse_float=read_number), default=str)
        )
    except (ValueError, RecursionError) as error:
        match = re.search(r"at line (\d+), column (\d+)", str(error))
        span = Span(source.path, *map(int, match.groups())) if match else Span(source.path)
        ends_within = isinstance(error, tomllib.TOMLDecodeError) and "character '\\n'" in str(error)
        hint = say("add the quote that ends the text in this line") if ends_within else ""
        return _make_unreadable(source, say("this file is not valid TOML"), span, hint)
    lines = text.split("\n")
    configured = find_configured_paths(values)
    masked_keys = frozenset(path[0] for path in configured)
    masked_lines = dict(_mask_toml_lines(lines, configured))
    return _make_document(
        source, values, _locate_toml_keys(source.path, lines), body_key, masked_keys, masked_lines
    )


def parse_embedded_list(source: Source) -> tuple[Document, ...]:
    """A document for each entry of a Markdown file whose frontmatter is a list of keys and values; empty for
    every other file."""
    lines = source.lines
    end = next((n for n, line in enumerate(lines) if n and line.rstrip() == "---"), 0)
    first = next((line for line in lines[1:end] if line.strip() and not line.lstrip().startswith("#")), "")
    if lines[0].rstrip() != "---" or not re.match(r" *(-\s|-$|\[)", first):
        return ()
    # A key in place of the line that opens the frontmatter: no other line moves.
    data = parse_yaml(source.path, ["items:", *lines[1:end]])
    items = (data.values or {}).get("items")
    items = items if isinstance(items, list) else []
    if not items or not all(isinstance(values, dict) for values in items):
        return ()
    places: dict[str, dict[str, Span]] = {f"items.{number}": {} for number in range(len(items))}
    for key, span in data.spans.items():
        parts = key.split(".", 2)
        if len(parts) == 3 and (entry := ".".join(parts[:2])) in places:
            places[entry][parts[2]] = span
    starts = [data.spans[entry].line for entry in places]
    ends = [*starts[1:], end + 1]
    documents = []
    for values, spans, start, behind in zip(items, places.values(), starts, ends, strict=True):
        masked_keys = frozenset(key for key, value in values.items() if holds_secrets(key, value))
        document = _make_document(source, values, spans, "", masked_keys, data.masked_lines)
        documents.append(replace(document, lines=(start, max(start, behind - 1))))
    return tuple(documents)


def blank_json_comments(text: str) -> str:
    """``text`` with blanks in place of comments and of commas behind the last entry: no place moves."""

    def blank(match: re.Match[str]) -> str:
        return match[1] or re.sub(r"[^\n]", " ", match[0])

    return _LAST_COMMA.sub(blank, _COMMENT.sub(blank, text))


def _parse_yaml_text(
    source: Source,
    text: str,
    body_key: str,
    prompt_keys: frozenset[str],
    values: dict[str, Any] | None = None,
) -> Document:
    """``text`` as YAML; ``values`` are what it holds, where that is known better."""
    data = parse_yaml(source.path, text.split("\n"), prompt_keys | {body_key})
    if data.values is None:
        problem, line, column = data.problem
        return _make_unreadable(source, problem, Span(source.path, line + 1, column + 1))
    values = data.values if values is None else values
    # Of a key that the other reader spells otherwise, nobody knows whether it is masked.
    masked_keys = data.masked_keys | (values.keys() - data.values.keys())
    document = _make_document(source, values, data.spans, body_key, masked_keys, data.masked_lines)
    return replace(document, notes=data.notes)


def _make_document(
    source: Source,
    values: dict[str, Any],
    spans: dict[str, Span],
    body_key: str,
    masked_keys: frozenset[str],
    masked_lines: dict[int, str],
) -> Document:
    shown = masking.mask_nested(values)
    if shown != values:
        # Written with escapes, it is found only now: where in the text is not known.
        source = replace(source, text="\n".join(masking.MASK for _ in source.lines))
        masked_lines = {}
    body = shown.get(body_key)
    line = spans.get(body_key, Span(source.path)).line
    text = body if isinstance(body, str) else ""
    return Document(source, shown, spans, text, line, masked_keys=masked_keys, masked_lines=masked_lines)


def _make_unreadable(source: Source, message: str, span: Span, hint: str = "") -> Document:
    """A document of which nothing is known; nobody knows what its lines would configure."""
    lines = source.lines
    _keys, masked_lines = find_configured_values(None, "", [], lines)
    error = Diagnostic("frontmatter_unreadable", span, message, hint)
    return Document(source, {}, {}, "", 1, error=error, masked_lines=masked_lines)


def _mask_toml_lines(lines: list[str], configured: set[tuple[str, ...]]) -> Iterator[tuple[int, str]]:
    """What is shown in place of the lines of ``configured`` keys."""
    around = {path[:length] for path in configured for length in range(1, len(path))}
    for number, (path, role) in enumerate(_follow_toml_keys(lines)):
        line = lines[number]
        key = _TOML_KEY.match(line) if role == "key" else None
        is_within = any(path[:length] in configured for length in range(1, len(path) + 1))
        if not line.strip() or not (is_within or path in around):
            continue
        if role == "table":
            # Below a server, names may be anything; a comment may be a value of yesterday.
            header = line.partition("#")[0].rstrip() if len(path) <= _MOST_TABLES else masking.MASK
            if header != line:
                yield number, header
        elif key is None or not _TOML_SHOWN.fullmatch(line) or path not in configured:
            yield number, f"{key[1]}{key[2]} = {masking.MASK}" if key else masking.MASK


def _follow_toml_keys(
    lines: list[str],
) -> Iterator[tuple[tuple[str, ...], Literal["table", "key", ""]]]:
    """For each line the key that it is about, with its table, and whether it begins a table or a key."""
    table: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    end = ""
    for line in lines:
        header, key = _TOML_TABLE.match(line), _TOML_KEY.match(line)
        if end:
            end = "" if end in line else end
            yield path, ""
        elif header:
            path = table = tuple(_split_toml_path(header[1]))
            yield path, "table"
        elif key:
            path = (*table, *_split_toml_path(key[2]))
            rest = line[key.end() :].strip()
            mark = next((mark for mark in ('"""', "'''") if rest.startswith(mark)), "")
            end = mark if mark and mark not in rest[3:] else ""
            yield path, "key"
        else:
            yield path, ""


def _locate_toml_keys(path: str, lines: list[str]) -> dict[str, Span]:
    """The place of each key at the beginning of a line, by its dotted path; lines of long texts hold none."""
    spans: dict[str, Span] = {}
    for number, (parts, role) in enumerate(_follow_toml_keys(lines), 1):
        key = _TOML_KEY.match(lines[number - 1])
        if role == "key" and key:
            spans.setdefault(".".join(parts), Span(path, number, len(key[1]) + 1))
        elif role == "table":
            for length in range(1, len(parts) + 1):
                spans.setdefault(".".join(parts[:length]), Span(path, number, 1))
    return spans


def _split_toml_path(path: str) -> list[str]:
    return [part.strip("\"'") for part in re.findall(_TOML_PART, path)]
