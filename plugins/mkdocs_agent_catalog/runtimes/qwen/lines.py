"""Reads frontmatter that is not YAML as Qwen Code does: line by line.

Source: @qwen-code/qwen-code 0.24.4, its reader of frontmatter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ...model.definitions import Document, Span

_ITEM, _INDENT = "  - ", "  "
_NUMBER = re.compile(r"[-+]?\d+")


@dataclass(slots=True)
class _Lines:
    values: dict[str, object] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)


def read_by_line(document: Document, keys: frozenset[str]) -> Document:
    """``document`` with what the lines of its frontmatter say under ``keys``, and nothing else there.

    A value stands on the line of its key. Below a key without one there may be a list, each entry indented
    by two spaces; one that is not indented is not found. Keys that are not in ``keys`` stay as they are.
    """
    first = 1 if document.source.text.startswith(("---", "\ufeff---")) else 0
    lines = document.source.lines
    read = _read_lines(lines[first : document.body_line - 2], first + 1, document.source.path)
    others = {key: value for key, value in document.values.items() if key not in keys}
    values = {**others, **{key: value for key, value in read.values.items() if key in keys}}
    kept = {key: span for key, span in document.spans.items() if key.partition(".")[0] not in keys}
    return replace(document, values=values, spans={**kept, **read.spans})


def _read_lines(block: list[str], first: int, path: str) -> _Lines:
    read = _Lines()
    rows = [(number, line) for number, line in enumerate(block, first) if not _is_blank(line)]
    items: list[object] | None = None
    key, in_map = "", False
    for index, (number, line) in enumerate(rows):
        if line.startswith(_ITEM):
            items = [] if items is None else items
            read.spans[f"{key}.{len(items)}"] = Span(path, number)
            items.append(_read_value(line[len(_ITEM) :].strip()))
            read.values[key] = items
            continue
        if items is not None:
            items, key = None, ""
        in_map = in_map and line.startswith(_INDENT)
        if in_map or ":" not in line:
            continue
        name, _mark, text = (part.strip() for part in line.partition(":"))
        read.spans[name] = Span(path, number)
        if text:
            read.values[name] = _read_value(text)
            continue
        key = name
        below = rows[index + 1][1] if index + 1 < len(rows) else ""
        if below.startswith(_INDENT) and not below.startswith(_ITEM):
            in_map, read.values[name] = True, {}
    return read


def _is_blank(line: str) -> bool:
    return not line.strip() or line.strip().startswith("#")


def _read_value(text: str) -> object:
    words: Mapping[str, object] = {"true": True, "false": False, "null": None}
    if text in words:
        return words[text]
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return int(text) if _NUMBER.fullmatch(text) and len(text) < 16 else text
