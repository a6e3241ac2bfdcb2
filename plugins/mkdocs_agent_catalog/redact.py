"""Keeps the values of ``env`` and ``headers`` in definitions out of everything that is published."""

from __future__ import annotations

import re
from typing import Any

MASK = "•••"
_SECRET_KEYS = frozenset({"env", "headers", "http_headers", "httpheaders"})
_OPENS = re.compile(r"^(\s*(?:-\s+)*)[\"']?(?:env|headers|http_headers|httpHeaders)[\"']?\s*:(.*)$", re.I)
_PAIR = re.compile(r"^(\s*(?:-\s+)*[\"']?[\w.-]+[\"']?\s*:)(.*)$")
_FLOW = re.compile(r"([\"']?\b(?:env|headers|http_headers|httpHeaders)\b[\"']?\s*:\s*)\{[^}]*\}?", re.I)


def value(found: Any, secret: bool = False) -> Any:
    """``found`` with every scalar below an ``env`` or ``headers`` key replaced by a mask."""
    if isinstance(found, dict):
        return {
            key: value(item, secret or str(key).lower().replace("-", "_") in _SECRET_KEYS)
            for key, item in found.items()
        }
    if isinstance(found, list):
        return [value(item, secret) for item in found]
    return MASK if secret and found not in (None, "") else found


def frontmatter(text: str) -> str:
    """The raw text of a file with those values masked in its frontmatter, line for line.

    It works on lines and not on YAML, so that a file that does not parse gives nothing away either.
    """
    lines = text.split("\n")
    end = next(
        (i for i, line in enumerate(lines) if i and re.match(r"\s*(-{3,}|\.{3})\s*$", line)), len(lines)
    )
    inside: int | None = None
    for index, line in enumerate(lines[:end]):
        indent = len(line) - len(line.lstrip(" "))
        if inside is not None and line.strip() and indent <= inside:
            inside = None
        if inside is not None:
            lines[index] = _masked(line)
            continue
        opened = _OPENS.match(line)
        if opened:
            inside = len(opened[1])
            rest = opened[2].strip()
            lines[index] = line[: opened.start(2)] + (f" {MASK}" if rest and not rest.startswith("#") else "")
        else:
            lines[index] = _FLOW.sub(rf"\1{MASK}", line)
    return "\n".join(lines)


def _masked(line: str) -> str:
    """A line below the key: its own key stays, whatever follows does not."""
    if not line.strip():
        return line
    pair = _PAIR.match(line)
    if pair:
        return pair[1] + (f" {MASK}" if pair[2].strip() else "")
    return line[: len(line) - len(line.lstrip())] + MASK
