"""Keeps configured values of MCP servers, above all ``env`` and ``headers``, out of what is published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..model.definitions import Source
from .frontmatter import find_delimiters, parse_document

MASK = "•••"
_SECRET_KEYS = frozenset({"env", "headers", "http_headers", "httpheaders"})
_SERVER_KEYS = frozenset({"mcpservers", "mcp_servers"})
# Keys whose values are words for people or models: what looks like a key in them is none.
_WORDS = frozenset({"name", "description", "tools", "allowed_tools", "disallowedtools"})
_KEY = re.compile(r"[\"']?([\w.-]+)[\"']?\s*:(?:\s|$)")
_HOLDS_SECRETS = re.compile(r"[\"'?\s{,]?\b(?:env|headers|http_?headers)\b[\"']?\s*(?::|$)", re.I | re.M)
# Without one of these words there is nothing to look for.
_HINT = re.compile(r"env|headers|mcp[-_]?servers", re.I)
_NAMES_ONLY = re.compile(r"(?:[\s,\[\]\"']|-\s|[\w.@/][\w.@/-]*+)*+", re.S)


def _get_plain_text(key: str) -> str:
    return key.lower().replace("-", "_")


def mask_value(result: Any, secret: bool = False) -> Any:
    """``found`` with every scalar below an ``env`` or ``headers`` key replaced by a mask."""
    if isinstance(result, dict):
        return {
            key: mask_value(item, secret or _get_plain_text(str(key)) in _SECRET_KEYS)
            for key, item in result.items()
        }
    if isinstance(result, list):
        return [mask_value(item, secret) for item in result]
    return MASK if secret and result not in (None, "") else result


def mask_frontmatter(text: str) -> str:
    """The raw text of a file with configured values masked in its frontmatter, line for line.

    It works on lines and not on YAML, so that a file that does not parse gives nothing away either; a
    top-level key under which such a value may stand is masked whole.
    """
    lines = _split_lines(text)
    blocks, words = _mask_blocks(lines)
    for first, last in blocks:
        for index in range(first, last):
            masked = _mask_line(lines[index], index == first)
            # What looks like a key may be part of a value.
            lines[index] = MASK if any(word in masked for word in words) else masked
    return "\n".join(lines)


def find_masked_keys(text: str) -> frozenset[str]:
    """The top-level keys whose values :func:`frontmatter` masks."""
    lines = _split_lines(text)
    keys = (_KEY.match(lines[first].strip()) for first, _ in _mask_blocks(lines)[0])
    return frozenset(match[1] for match in keys if match)


def _split_lines(text: str) -> list[str]:
    # What is no text to the reader of the frontmatter is none here.
    return text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff").split("\n")


def _mask_blocks(lines: list[str]) -> tuple[list[tuple[int, int]], set[str]]:
    """The blocks to mask, and the words of the configured values."""
    numbers = find_delimiters(lines)
    if numbers is None or not _HINT.search(_join_text(lines, numbers[0], numbers[1])):
        return [], set()
    blocks = _find_blocks(lines, numbers[0], numbers[1], numbers[3])
    masked = [block for block in blocks if _is_secret(lines, *block)]
    if any(re.search(r"\*[\w-]", line) for first, last in masked for line in lines[first:last]):
        # An alias: what it stands for is written at its anchor, under another key.
        masked += [
            b for b in blocks if b not in masked and re.search(r"(?:^|\s)&[\w-]", _join_text(lines, *b))
        ]
    doubted = masked or _HOLDS_SECRETS.search(_join_text(lines, numbers[0], numbers[1]))
    words = _collect_words(lines) if doubted else set()
    return (blocks if _is_shown(lines, blocks, masked, words) else masked), words


def _collect_words(lines: list[str]) -> set[str]:
    """The words of the configured values, as the frontmatter is read."""
    values = parse_document(Source("", "", "agent", "", "\n".join(lines))).values
    return {word for text in _list_configured(values) for word in text.split() if len(word) > 3}


def _is_shown(
    lines: list[str], blocks: list[tuple[int, int]], masked: list[tuple[int, int]], words: set[str]
) -> bool:
    """Whether a configured value stands also in what is not masked: the lines are not what they seem."""
    before = _join_text(lines, blocks[0][0], blocks[-1][1])
    after = "\n".join(_join_text(lines, *block) for block in blocks if block not in masked)
    return any(0 < before.count(word) <= after.count(word) for word in words)


def _list_configured(result: Any, secret: bool = False) -> Iterator[str]:
    """The scalars below an ``env`` or ``headers`` key."""
    if isinstance(result, dict):
        for key, item in result.items():
            yield from _list_configured(item, secret or _get_plain_text(str(key)) in _SECRET_KEYS)
    elif isinstance(result, list):
        for item in result:
            yield from _list_configured(item, secret)
    elif secret:
        yield str(result)


def _join_text(lines: list[str], first: int, last: int) -> str:
    return "\n".join(lines[first:last])


def _find_blocks(lines: list[str], first: int, last: int, indent: int) -> list[tuple[int, int]]:
    """The lines of each top-level key; one whose brackets stay open goes on to the end."""
    starts = [first]
    depth = 0
    for index in range(first, last):
        line = lines[index][indent:] if lines[index][:indent].isspace() else lines[index]
        if _KEY.match(line) and depth <= 0 and index > first:
            starts.append(index)
        quoted = _get_plain_text(line.partition(":")[0]) in _WORDS
        depth += 0 if quoted else sum(line.count(c) for c in "[{") - sum(line.count(c) for c in "]}")
    return list(zip(starts, [*starts[1:], last], strict=True))


def _is_secret(lines: list[str], first: int, last: int) -> bool:
    match = _KEY.match(lines[first].strip())
    key = _get_plain_text(match[1]) if match else ""
    if key in _SERVER_KEYS:
        after = _join_text(lines, first, last).partition(":")[2]
        return not _NAMES_ONLY.fullmatch(after)
    if key in _WORDS:
        return False
    return key in _SECRET_KEYS or bool(_HOLDS_SECRETS.search(_join_text(lines, first, last)))


def _mask_line(line: str, is_first: bool) -> str:
    if not line.strip():
        return line
    if is_first and (match := _KEY.match(line.strip())):
        return f"{line[: len(line) - len(line.lstrip())]}{match[1]}: {MASK}"
    return line[: len(line) - len(line.lstrip())] + MASK
