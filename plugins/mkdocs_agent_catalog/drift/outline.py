"""Where a page may list things: the items of its lists, its headings and the rows of its tables.

The parser is the one of prompts, which tells the place of each element; raw HTML in the page counts too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser

import comrak

from ..markdown import too_much

_BETWEEN = {"", ",", "/", "&", "+", "·"}
# A name without a mark: all of a cell or a heading, or what stands before a colon or a dash.
_PLAIN = re.compile(r"([^:–—(]{1,80}?)\s*(?:$|[:–—(]|\s-\s)")
_MARKS = ("a", "code", "strong")
_CELLS = ("td", "th")


@dataclass(frozen=True, slots=True)
class Mark:
    """Words that stand out: a link, code, or strong. ``target`` is where a link leads, else empty."""

    style: str
    text: str
    target: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Place:
    """An item, a heading or a cell: the marks that it begins with, all of them, and its text.

    ``block`` is the list, the level of headings or the column of a table that it belongs to.
    """

    block: str
    line: int
    column: int
    lead: tuple[Mark, ...]
    marks: tuple[Mark, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, with what stands above each column."""

    heads: tuple[str, ...]
    cells: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """A page: its places in order (cells among them), its rows, and all its marks."""

    places: tuple[Place, ...]
    rows: tuple[Row, ...]
    marks: tuple[Mark, ...]


def outline(text: str) -> Outline:
    """The outline of the Markdown ``text``; of what nests without end it is empty."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    if too_much(text):
        return Outline((), (), ())
    extension, rendering = _options()
    reader = _Reader(text.split("\n"))
    reader.feed(comrak.render_markdown(text, extension_options=extension, render_options=rendering))
    reader.close()
    return Outline(tuple(reader.places), tuple(reader.rows), tuple(reader.marks))


@cache
def _options() -> tuple[comrak.ExtensionOptions, comrak.RenderOptions]:
    extension, rendering = comrak.ExtensionOptions(), comrak.RenderOptions()
    for name in ("table", "strikethrough", "tasklist", "autolink"):
        setattr(extension, name, True)
    extension.front_matter_delimiter = "---"
    # Nothing of it is shown to anybody.
    rendering.unsafe_ = rendering.sourcepos = True
    return extension, rendering


@dataclass(slots=True)
class _Open:
    """A place that is being read. ``after`` is what stands behind the last mark of its beginning."""

    tag: str
    block: str
    line: int
    column: int
    lead: list[Mark] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    after: str = ""
    begins: bool = True


@dataclass(slots=True)
class _OpenMark:
    style: str
    target: str
    line: int
    column: int
    depth: int = 1
    text: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """The HTML of a page, with ``data-sourcepos``, as places; what is not balanced is taken as it comes."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self.lines = lines
        self.places: list[Place] = []
        self.rows: list[Row] = []
        self.marks: list[Mark] = []
        self._open: list[_Open] = []
        self._lists: list[str] = []
        self._mark: _OpenMark | None = None
        self._at = (1, 1)
        self._table = ""
        self._heads: tuple[str, ...] = ()
        self._cells: list[tuple[str, Place]] = []
        self._code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self._at = self._place(found.get("data-sourcepos") or "")
        line, column = self._at
        if tag == "pre":
            self._code = True
        elif tag in ("ul", "ol"):
            self._lists.append(f"list {line}:{column}")
        elif tag == "table":
            self._table, self._heads = f"table {line}:{column}", ()
        elif tag == "tr":
            self._cells = []
        elif tag == "li":
            self._open.append(_Open(tag, self._lists[-1] if self._lists else "list", line, column))
        elif tag in _CELLS:
            self._open.append(_Open(tag, f"{self._table} {len(self._cells)}", line, column))
        elif len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self._open.append(_Open(tag, tag, line, column))
        elif tag in _MARKS and not self._code:
            self._start_mark(tag, found.get("href") or "")

    def _start_mark(self, tag: str, target: str) -> None:
        if self._mark is None:
            self._mark = _OpenMark(tag, target, *self._at)
            return
        # A strong link is a link, whichever is the outer one.
        self._mark.depth += 1
        if target and not self._mark.target:
            self._mark.style, self._mark.target = "a", target
            self._mark.line, self._mark.column = self._at

    def handle_data(self, data: str) -> None:
        if self._mark is not None:
            self._mark.text.append(data)
        elif self._open and not self._code:
            one = self._open[-1]
            if one.begins and one.lead:
                one.after += data
            elif any(char.isalnum() for char in data):
                one.begins = False
        if self._open:
            self._open[-1].text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "pre":
            self._code = False
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        elif tag in _MARKS and self._mark is not None:
            self._mark.depth -= 1
            if not self._mark.depth:
                self._end_mark(self._mark)
        elif tag == "tr":
            self._end_row()
        elif any(one.tag == tag for one in self._open):
            while self._open:
                if self._end_place(self._open.pop()) == tag:
                    break

    def _end_mark(self, mark: _OpenMark) -> None:
        self._mark = None
        made = Mark(mark.style, " ".join("".join(mark.text).split()), mark.target, mark.line, mark.column)
        self.marks.append(made)
        if self._open:
            one = self._open[-1]
            one.marks.append(made)
            if one.begins and one.lead and one.after.strip() not in _BETWEEN:
                one.begins = False
            if one.begins:
                one.lead.append(made)
                one.after = ""

    def _end_place(self, one: _Open) -> str:
        text = " ".join("".join(one.text).split())
        if not one.lead and not one.begins and (plain := _PLAIN.match(text)):
            line = self.lines[one.line - 1] if one.line <= len(self.lines) else ""
            column = max(line.find(plain[1], one.column - 1), one.column - 1) + 1
            one.lead.append(Mark("plain", plain[1], "", one.line, column))
        made = Place(one.block, one.line, one.column, tuple(one.lead), tuple(one.marks), text)
        self.places.append(made)
        if one.tag in _CELLS:
            self._cells.append((one.tag, made))
        return one.tag

    def _end_row(self) -> None:
        cells = tuple(place for _, place in self._cells)
        if self._cells and all(tag == "th" for tag, _ in self._cells):
            self._heads = tuple(place.text for place in cells)
        elif cells:
            self.rows.append(Row(self._heads, cells))
        self._cells = []

    def _place(self, position: str) -> tuple[int, int]:
        """Line and column of ``12:3-12:9``, whose columns are bytes; of none, where the reader was."""
        start = position.partition("-")[0].split(":")
        if len(start) != 2 or not all(part.isdecimal() for part in start):
            return self._at
        line, column = max(int(start[0]), 1), max(int(start[1]), 1)
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        return line, len(text.encode("utf-8", "replace")[: column - 1].decode("utf-8", "ignore")) + 1
