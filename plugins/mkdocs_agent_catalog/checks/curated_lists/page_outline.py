"""Finds the names on a Markdown page: links, code, bold words, and beginnings of list entries or table
rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...linking.markdown_tables import is_delimiter
from ...text.code_blocks import FENCE, find_fence_end

COLUMN = "column"
"""How the group of a name in a table begins; the heading of its column follows."""
_LIST_ITEM = re.compile(r"(\s*)(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?")
_HEADING = re.compile(r"(#{1,6})\s+")
_CELL = re.compile(r"(?:[^|\\]|\\.)+")
_MARKED_NAME = re.compile(
    r"!?\[(?P<link>[^\[\]\n]{1,200})\]\(\s*<?(?P<target>[^\s()<>]{0,500})>?(?:\s[^()\n]{0,200})?\)"
    r"|`+(?P<code>[^`\n]{1,200})`+"
    r"|\*\*(?P<strong>[^*\[\n]{1,200})\*\*"
)
# A name without a mark: all of a cell or a heading, or what stands before a colon or a dash.
_PLAIN_NAME = re.compile(r"[ *_]*([^:–—(|`\[]{1,80}?)\s*(?:$|[:–—(]|\s-\s)")


@dataclass(frozen=True, slots=True)
class ListedName:
    """A name on a page.

    ``style`` says how it is written, ``target`` where its link leads. ``group`` is the list, the column of a
    table or the level of headings in which it begins an entry. It is empty for all other names. Columns that
    have the same heading are one group, as a long list is often parted into a table for each category.
    """

    style: str
    text: str
    target: str
    line: int
    column: int
    group: str


def find_names(text: str) -> Iterator[ListedName]:
    """The names on the page ``text`` in their order. Code blocks are left out."""
    for line, number, start, end, group in _split_into_parts(re.split(r"\r\n?|\n", text)):
        matches = list(_MARKED_NAME.finditer(line, start, end))
        begins = bool(matches) and not any(char.isalnum() for char in line[start : matches[0].start()])
        plain = _PLAIN_NAME.match(line[start:end])
        if group and not begins and plain and plain[1].strip():
            yield ListedName("plain", plain[1].strip(" *_#"), "", number, start + plain.start(1) + 1, group)
        for match in matches:
            style = "link" if match["link"] else match.lastgroup or ""
            words = (match["link"] or match["code"] or match["strong"]).strip(" *_`")
            entry_group = group if begins and match is matches[0] else ""
            yield ListedName(style, words, match["target"] or "", number, match.start() + 1, entry_group)


def _split_into_parts(lines: list[str]) -> Iterator[tuple[str, int, int, int, str]]:
    """Each line, its number, and where a part of it begins and ends that may begin with a name.

    The last value is the group of the entry that the part is; empty for a line of prose.
    """
    list_line = table_line = number = 0
    titles: list[str] = []
    while number < len(lines):
        line = lines[number]
        fence = FENCE.match(line)
        number = (find_fence_end(lines, number, fence) if fence else number) + 1
        if fence:
            continue
        if "|" in line and (table_line or (number < len(lines) and is_delimiter(lines[number]))):
            table_line = table_line or number
            cells = list(_CELL.finditer(line))
            if number == table_line:
                titles = [cell[0].strip(" *_`") for cell in cells]
            elif number > table_line + 1:
                for column, cell in enumerate(cells):
                    title = titles[column] if column < len(titles) else ""
                    group = f"{COLUMN} {title or f'{table_line} {column}'}"
                    yield line, number, cell.start(), cell.end(), group
            continue
        table_line = 0
        if item := _LIST_ITEM.match(line):
            list_line = list_line or number
            yield line, number, item.end(), len(line), f"list {list_line} {len(item[1])}"
        elif heading := _HEADING.match(line):
            list_line = 0
            yield line, number, heading.end(), len(line), heading[1]
        else:
            list_line = list_line if line[:1] in ("", " ", "\t") else 0
            yield line, number, 0, len(line), ""
