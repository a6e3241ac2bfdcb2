"""The names on a Markdown page: links, code, strong words, and what begins an entry of a list or a table."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ...linking.markdown_tables import is_delimiter

_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_ITEM = re.compile(r"(\s*)(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?")
_HEADING = re.compile(r"(#{1,6})\s+")
_CELL = re.compile(r"(?:[^|\\]|\\.)+")
# A link, code or strong words; what nests within one of them belongs to its name.
_MARK = re.compile(
    r"!?\[(?P<link>[^\[\]\n]{1,200})\]\(\s*<?(?P<target>[^\s()<>]{0,500})>?(?:\s[^()\n]{0,200})?\)"
    r"|`+(?P<code>[^`\n]{1,200})`+"
    r"|\*\*(?P<strong>[^*\n]{1,200})\*\*"
)
# A name without a mark: all of a cell or a heading, or what stands before a colon or a dash.
_PLAIN = re.compile(r"([^:–—(|`\[]{1,80}?)\s*(?:$|[:–—(]|\s-\s)")


@dataclass(frozen=True, slots=True)
class Mark:
    """A name on a page. ``style`` says how it is written, ``target`` where its link leads. ``block`` is the
    list, the level of headings or the column of a table that it begins an entry of; empty for others."""

    style: str
    text: str
    target: str
    line: int
    column: int
    block: str = ""
    row: int = 0
    """The line of the table's row, so that a row counts once."""


def marks(text: str) -> list[Mark]:
    """The marks of the Markdown ``text`` outside of code blocks, in order."""
    found: list[Mark] = []
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    fence, block, table = "", "", 0
    for number, line in enumerate(lines, 1):
        fenced = _FENCE.match(line)
        if fence:
            fence = "" if fenced and fenced[1].startswith(fence) else fence
        elif fenced:
            fence = fenced[1]
        elif "|" in line and (table or (number < len(lines) and is_delimiter(lines[number]))):
            header, table = not table, table or number
            if not header and number != table + 1:
                for column, cell in enumerate(_CELL.finditer(line)):
                    found += _marks(line, number, cell.start(), cell.end(), f"table {table} {column}", number)
        else:
            table = 0
            item, heading = _ITEM.match(line), _HEADING.match(line)
            if item:
                block = block or f"list {number}"
                found += _marks(line, number, item.end(), len(line), f"{block} {len(item[1])}")
            elif heading:
                block = ""
                found += _marks(line, number, heading.end(), len(line), heading[1])
            else:
                block = block if not line.strip() or line[0] in " \t" else ""
                found += _marks(line, number, 0, len(line), "")
    return found


def _marks(line: str, number: int, start: int, end: int, block: str, row: int = 0) -> list[Mark]:
    """The marks between two columns of a line; the first one begins the entry if nothing is before it."""
    found: list[Mark] = []
    for match in _MARK.finditer(line, start, end):
        style = "a" if match["link"] else match.lastgroup or ""
        words = (match["link"] or match["code"] or match["strong"] or "").strip(" *_`")
        # Strong words that are a link are a link.
        inner = _MARK.fullmatch(match["strong"] or "")
        if inner and inner["link"]:
            style, words = "a", inner["link"].strip(" *_`")
        target = match["target"] or (inner["target"] if inner else "") or ""
        found.append(Mark(style, words, target, number, match.start() + 1))
        if len(found) == 1 and not any(char.isalnum() for char in line[start : match.start()]):
            found[0] = replace(found[0], block=block, row=row)
    while start < end and line[start] in " *_":
        start += 1
    plain = _PLAIN.match(line, start, end)
    if block and not (found and found[0].block) and plain and plain[1].strip():
        found.insert(0, Mark("plain", plain[1].strip(" *_#"), "", number, start + 1, block, row))
    return found
