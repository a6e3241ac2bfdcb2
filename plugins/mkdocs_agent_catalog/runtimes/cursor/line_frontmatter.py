"""Reads frontmatter as Cursor does: line by line, and not as YAML.

A line ``key: value`` says the value that stands on it, quotes and comments and all; a key counts in any
case, and the last one of a name. Source: the loader of local subagents in ``@cursor/sdk`` 1.0.18.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_OPENING = re.compile(r"^---[^\S\n]*\n", re.M)
_CLOSING = "\n---"
_BLANKS = re.compile(r"\s*")
_BLOCK_SCALAR = re.compile(r"[|>][-+\d]*(\s+#.*)?")


@dataclass(frozen=True, slots=True)
class LineFrontmatter:
    """The values by lower-case key with the numbers of their lines, and the text below."""

    values: Mapping[str, str]
    numbers: Mapping[str, int]
    first: int
    """The line that opens the frontmatter."""
    body: str
    body_line: int

    def is_true(self, key: str) -> bool:
        """Whether the value under ``key`` is the word for yes."""
        return self.values.get(key, "").lower() == "true"


def read_lines(text: str) -> LineFrontmatter | None:
    """The frontmatter between the first two lines ``---`` of ``text``; ``None`` if there are none."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    opening = _OPENING.search(text)
    end = text.find(_CLOSING, opening.end()) if opening else -1
    if opening is None or end < 0:
        return None
    start = opening.end()
    blanks = _BLANKS.match(text, end + len(_CLOSING))
    body_start = blanks.end() if blanks else end
    values, numbers = {}, {}
    first = text.count("\n", 0, opening.start()) + 1
    for number, line in enumerate(text[start:end].split("\n"), text.count("\n", 0, start) + 1):
        key, mark, value = line.strip().partition(":")
        if mark and key.strip() and not key.startswith("#"):
            values[key.strip().lower()] = value.strip()
            numbers[key.strip().lower()] = number
    body_line = text.count("\n", 0, body_start) + 1
    return LineFrontmatter(values, numbers, first, text[body_start:].strip(), body_line)


def is_cut_off(written: str, meant: str) -> bool:
    """Whether ``written``, the text on the line of a key, is less than the value ``meant`` in YAML."""
    if _BLOCK_SCALAR.fullmatch(written):
        return bool(meant.strip())
    begun, whole = (" ".join(text.split()) for text in (written.strip("\"'"), meant))
    return len(begun) < len(whole) and whole.startswith(begun)
