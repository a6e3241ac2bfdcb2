"""How OpenCode repairs frontmatter that is not YAML, and whether it can then read it."""

from __future__ import annotations

import re
from dataclasses import replace

from ...model.definitions import Document, Source
from ...reading import frontmatter

# As OpenCode quotes values before it reads a frontmatter again that it could not read.
_QUOTABLE = re.compile(r"([a-zA-Z_][a-zA-Z0-9_]*)\s*:\s*(.*)$")
_FRONTMATTER = re.compile(r"---\r?\n(.*?)\r?\n---", re.S)


def mend(text: str) -> str:
    """``text`` with the values as blocks of text that stand on one line and hold a colon."""
    text = text.lstrip("\ufeff")
    match = _FRONTMATTER.match(text)
    if not match:
        return text
    lines: list[str] = []
    for line in re.split(r"\r?\n", match[1]):
        key = _QUOTABLE.match(line)
        value = key[2].strip() if key else ""
        if not key or value in ("", ">", "|") or value.startswith(('"', "'")) or ":" not in value:
            lines.append(line)
        else:
            lines += [f"{key[1]}: |-", f"  {value}"]
    return text[: match.start(1)] + "\n".join(lines) + text[match.end(1) :]


def is_mended(document: Document, source: Source) -> bool:
    """Whether OpenCode can read the file after it has mended it."""
    mended = mend(source.text)
    if mended == source.text or not document.repaired:
        return False
    again = frontmatter.parse_document(replace(source, text=mended))
    is_twice = any(note.check == "duplicate_key" for note in again.notes)
    return not (again.error or again.repaired or is_twice)
