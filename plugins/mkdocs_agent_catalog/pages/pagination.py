"""Pagination: splits a list with too many entries into sub-pages.

The entries of a list stand in sections (groups, checks, outcomes). A list with few entries is one page. Above
that, the page of the list leads to its parts. A part ends where a section ends. Small sections share a part,
and a section with too many entries has several parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from ..addresses.urls import Href, get_page_folder
from ..text.i18n import Translations, say
from ..text.strings import make_slug, make_unique

E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class PageLimits:
    """How much one page holds. With these numbers a page of an ordinary catalog stays below 1.5 MB."""

    entries: int = 3_000
    """Lines of a list: problems, agents of a tool, skills."""
    cards: int = 1_000
    """Agents that are shown with all that a filter finds them by: cards of the index, rows of the matrix."""
    groups: int = 250
    """Groups in the table of capabilities. Where a list has more groups, small groups share a part."""
    cells: int = 10_000
    """Cells of a matrix."""


@dataclass(frozen=True, slots=True)
class Section(Generic[E]):
    """The entries below one heading. A list of only one section has no title for it."""

    anchor: str
    """The id of the heading."""
    title: str
    entries: Sequence[E]
    stem: str = ""
    """The name of its pages, if it is not made from the title."""
    most: int = 0
    """How many of its entries one page holds, if it is not the number of the whole list."""


@dataclass(frozen=True, slots=True)
class ListPage(Generic[E]):
    """One of the pages of a list that has several."""

    uri: str
    title: str
    label: str
    """The title without that of the list."""
    span: str
    """The first and the last entry, if its section has several parts."""
    sections: tuple[Section[E], ...]
    number: int
    """Which of the parts of the list it is, from 1."""

    @property
    def entries(self) -> list[E]:
        """The entries of all its sections."""
        return [entry for section in self.sections for entry in section.entries]


@dataclass(frozen=True, slots=True)
class PaginatedList(Generic[E]):
    """A list and its parts. Without parts, all entries are on the page of the list."""

    uri: str
    title: str
    sections: tuple[Section[E], ...]
    parts: tuple[ListPage[E], ...] = ()
    by_anchor: dict[str, list[ListPage[E]]] = field(default_factory=dict)
    """The parts of each section."""
    names_sections: bool = True
    """Whether the page of the list names each section. If there are too many, it names only the parts."""

    def get_sections(self, part: ListPage[E] | None) -> tuple[Section[E], ...]:
        """The sections on ``part``, or on the page of the list (``None``), which may only name them."""
        if part is not None:
            return part.sections
        return (
            tuple(replace(section, entries=()) for section in self.sections) if self.parts else self.sections
        )

    def list_shown(self, part: ListPage[E] | None) -> tuple[Section[E], ...]:
        """The sections whose entries stand on ``part``, or on the page of the list (``None``): none where
        that page leads to its parts."""
        return () if self.parts and part is None else self.get_sections(part)

    def place(self, anchor: str) -> tuple[str, str]:
        """Page and anchor of a section. If it has several parts, the page of the list leads to them."""
        parts = self.by_anchor.get(anchor, [])
        return (parts[0].uri if len(parts) == 1 or (parts and not self.names_sections) else self.uri), anchor

    def build_pager(self, part: ListPage[E] | None, href: Href) -> dict[str, Any] | None:
        """What a template shows of the parts, on ``part`` or on the page of the list. ``None``: no parts."""
        if not self.parts:
            return None
        if part is None:
            return {"part": None, "rows": list(self._list_rows(href))}
        beside = [("before", page) for page in self.parts[part.number - 2 : part.number - 1]]
        beside += [("after", page) for page in self.parts[part.number : part.number + 1]]
        return {
            "part": part,
            "number": part.number,
            "of": len(self.parts),
            "count": len(part.entries),
            "all": sum(len(section.entries) for section in self.sections),
            "list": (self.title, href(self.uri)),
            "beside": [(which, page.label, href(page.uri)) for which, page in beside],
        }

    def _list_rows(self, href: Href) -> Iterator[dict[str, Any]]:
        """A row for each section, or for each part."""
        if not self.names_sections:
            for part in self.parts:
                row = {"anchor": "", "title": part.label, "count": len(part.entries)}
                yield {**row, "href": href(part.uri), "runs": []}
            return
        for section in self.sections:
            parts = self.by_anchor[section.anchor]
            row = {"anchor": section.anchor, "title": section.title, "count": len(section.entries)}
            if len(parts) == 1:
                anchor = section.anchor if len(parts[0].sections) > 1 else ""
                yield {**row, "href": href(parts[0].uri, anchor), "runs": []}
            else:
                runs = [{"span": p.span, "count": len(p.entries), "href": href(p.uri)} for p in parts]
                yield {**row, "href": "", "runs": runs}


def paginate(
    uri: str,
    title: str,
    sections: Sequence[Section[E]],
    most: int,
    name: Callable[[E], str],
    word: str,
    language: Translations,
    *,
    apart: bool = False,
    always: bool = False,
) -> PaginatedList[E]:
    """The list of the page at ``uri``, with parts if it has more than ``most`` entries.

    The parts are in the folder ``word`` below the page. ``name`` says what an entry is called. ``apart``: no
    two sections share a part. ``always``: the list has parts whatever its size.
    """
    whole = PaginatedList(uri, title, tuple(sections))
    if not always and sum(len(section.entries) for section in sections) <= most:
        return whole
    parts: list[ListPage[E]] = []
    by_anchor: dict[str, list[ListPage[E]]] = {section.anchor: [] for section in sections}
    taken: dict[str, int] = {}
    for held, run, runs in _fill_pages(sections, most, apart):
        first = held[0]
        stem = make_unique(first.stem or (make_slug(first.title) if first.title else str(run)), taken)
        label = _make_label(held, run, runs, language)
        span = f"{name(first.entries[0])} – {name(first.entries[-1])}" if runs > 1 else ""
        full = f"{title}: {label}" if first.title else f"{title}, {label}"
        page = f"{get_page_folder(uri)}/{word}/{stem}.md"
        parts.append(ListPage(page, full, label, span, tuple(held), len(parts) + 1))
        for section in held:
            by_anchor[section.anchor].append(parts[-1])
    return replace(
        whole, parts=tuple(parts), by_anchor=by_anchor, names_sections=len(sections) <= max(most, len(parts))
    )


def _make_label(held: list[Section[E]], run: int, runs: int, language: Translations) -> str:
    first, last = held[0].title, held[-1].title
    if runs == 1:
        return first if len(held) == 1 else f"{first} – {last}"
    numbered = language(say("part {n} of {all}", n=run, all=runs))
    return f"{first}, {numbered}" if first else numbered


def _fill_pages(
    sections: Sequence[Section[E]], most: int, apart: bool
) -> Iterator[tuple[list[Section[E]], int, int]]:
    """The sections of each part. If a section has several parts: which of them it is, and how many."""
    held: list[Section[E]] = []
    room = most
    for section in sections:
        count = len(section.entries)
        runs = max(1, -(-count // (section.most or most)))
        if held and (apart or runs > 1 or count > room):
            yield held, 1, 1
            held, room = [], most
        if runs == 1:
            held.append(section)
            room -= count
            continue
        length = -(-count // runs)
        for run in range(runs):
            entries = section.entries[run * length : (run + 1) * length]
            yield [replace(section, entries=entries)], run + 1, runs
    if held:
        yield held, 1, 1
