"""Keeps configured values of MCP servers, above all ``env`` and ``headers``, out of what is published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..model.definitions import Source
from .frontmatter import fences, read

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


def _plain(key: str) -> str:
    return key.lower().replace("-", "_")


def value(found: Any, secret: bool = False) -> Any:
    """``found`` with every scalar below an ``env`` or ``headers`` key replaced by a mask."""
    if isinstance(found, dict):
        return {key: value(item, secret or _plain(str(key)) in _SECRET_KEYS) for key, item in found.items()}
    if isinstance(found, list):
        return [value(item, secret) for item in found]
    return MASK if secret and found not in (None, "") else found


def frontmatter(text: str) -> str:
    """The raw text of a file with configured values masked in its frontmatter, line for line.

    It works on lines and not on YAML, so that a file that does not parse gives nothing away either; a
    top-level key under which such a value may stand is masked whole.
    """
    lines = _lines(text)
    blocks, words = _masked_blocks(lines)
    for first, last in blocks:
        for index in range(first, last):
            masked = _masked(lines[index], index == first)
            # What looks like a key may be part of a value.
            lines[index] = MASK if any(word in masked for word in words) else masked
    return "\n".join(lines)


def masked_keys(text: str) -> frozenset[str]:
    """The top-level keys whose values :func:`frontmatter` masks."""
    lines = _lines(text)
    keys = (_KEY.match(lines[first].strip()) for first, _ in _masked_blocks(lines)[0])
    return frozenset(match[1] for match in keys if match)


def _lines(text: str) -> list[str]:
    # What is no text to the reader of the frontmatter is none here.
    return text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff").split("\n")


def _masked_blocks(lines: list[str]) -> tuple[list[tuple[int, int]], set[str]]:
    """The blocks to mask, and the words of the configured values."""
    found = fences(lines)
    if found is None or not _HINT.search(_text(lines, found[0], found[1])):
        return [], set()
    blocks = _blocks(lines, found[0], found[1], found[3])
    masked = [block for block in blocks if _is_secret(lines, *block)]
    if any(re.search(r"\*[\w-]", line) for first, last in masked for line in lines[first:last]):
        # An alias: what it stands for is written at its anchor, under another key.
        masked += [b for b in blocks if b not in masked and re.search(r"(?:^|\s)&[\w-]", _text(lines, *b))]
    doubted = masked or _HOLDS_SECRETS.search(_text(lines, found[0], found[1]))
    words = _words(lines) if doubted else set()
    return (blocks if _shows(lines, blocks, masked, words) else masked), words


def _words(lines: list[str]) -> set[str]:
    """The words of the configured values, as the frontmatter is read."""
    values = read(Source("", "", "agent", "", "\n".join(lines))).values
    return {word for one in _configured(values) for word in one.split() if len(word) > 3}


def _shows(
    lines: list[str], blocks: list[tuple[int, int]], masked: list[tuple[int, int]], words: set[str]
) -> bool:
    """Whether a configured value stands also in what is not masked: the lines are not what they seem."""
    before = _text(lines, blocks[0][0], blocks[-1][1])
    after = "\n".join(_text(lines, *block) for block in blocks if block not in masked)
    return any(0 < before.count(word) <= after.count(word) for word in words)


def _configured(found: Any, secret: bool = False) -> Iterator[str]:
    """The scalars below an ``env`` or ``headers`` key."""
    if isinstance(found, dict):
        for key, one in found.items():
            yield from _configured(one, secret or _plain(str(key)) in _SECRET_KEYS)
    elif isinstance(found, list):
        for one in found:
            yield from _configured(one, secret)
    elif secret:
        yield str(found)


def _text(lines: list[str], first: int, last: int) -> str:
    return "\n".join(lines[first:last])


def _blocks(lines: list[str], first: int, last: int, indent: int) -> list[tuple[int, int]]:
    """The lines of each top-level key; one whose brackets stay open goes on to the end."""
    starts = [first]
    depth = 0
    for index in range(first, last):
        line = lines[index][indent:] if lines[index][:indent].isspace() else lines[index]
        if _KEY.match(line) and depth <= 0 and index > first:
            starts.append(index)
        quoted = _plain(line.partition(":")[0]) in _WORDS
        depth += 0 if quoted else sum(line.count(c) for c in "[{") - sum(line.count(c) for c in "]}")
    return list(zip(starts, [*starts[1:], last], strict=True))


def _is_secret(lines: list[str], first: int, last: int) -> bool:
    match = _KEY.match(lines[first].strip())
    key = _plain(match[1]) if match else ""
    if key in _SERVER_KEYS:
        after = _text(lines, first, last).partition(":")[2]
        return not _NAMES_ONLY.fullmatch(after)
    if key in _WORDS:
        return False
    return key in _SECRET_KEYS or bool(_HOLDS_SECRETS.search(_text(lines, first, last)))


def _masked(line: str, is_first: bool) -> str:
    if not line.strip():
        return line
    if is_first and (match := _KEY.match(line.strip())):
        return f"{line[: len(line) - len(line.lstrip())]}{match[1]}: {MASK}"
    return line[: len(line) - len(line.lstrip())] + MASK
