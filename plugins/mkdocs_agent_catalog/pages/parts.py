"""A list that is too long for one page, in parts: each is a page of its own, cut at a natural border.

What a list holds stands in sections (groups, checks, outcomes). While all of it fits on its page, nothing is
cut. Above that, the page of the list only leads to its parts. Small sections share a part, unless each is to
have its own, and a section that does not fit into one is cut into runs of its entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from markupsafe import escape

from ..text import slug, unique
from ..urls import Href, folder
from ..words import Words, say

# Bytes of what a page lists: with all around it and the theme's frame a page stays below 1.5 MB.
ROOM = 1_400_000
# What is cut is cut smaller, as a browser is quicker with it.
SMALLER = 2
# So many sections get a page each; where there are more, small ones share one.
MOST_APART = 300
# So many sections are named on the page of the list; where there are more, only the parts are.
MOST_NAMED = 3000
# What a cell of a table counts for at least: there are never 10,000 of them on a page.
CELL = 140
# Bytes of a heading and what stands around a list.
AROUND = 400
E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class Section(Generic[E]):
    """The entries below one heading; ``anchor`` is its id. A list of only one has no title for it. ``stem``
    names its pages if not the title does."""

    anchor: str
    title: str
    entries: Sequence[E]
    stem: str = ""


@dataclass(frozen=True, slots=True)
class Part(Generic[E]):
    """What one page of a cut list holds. ``label`` says it without the title of the list, ``span`` are the
    first and the last entry of a section that has several parts."""

    uri: str
    title: str
    label: str
    span: str
    sections: tuple[Section[E], ...]
    number: int
    """Which of the parts of the list it is, from 1."""

    @property
    def count(self) -> int:
        """How many entries it has."""
        return sum(len(section.entries) for section in self.sections)


@dataclass(frozen=True, slots=True)
class Cut(Generic[E]):
    """A list and its parts; without any, all of it is on its own page."""

    uri: str
    title: str
    sections: tuple[Section[E], ...]
    parts: tuple[Part[E], ...] = ()
    by_anchor: dict[str, list[Part[E]]] = field(default_factory=dict)
    """The parts of each section."""

    def shown(self, part: Part[E] | None) -> tuple[Section[E], ...]:
        """The sections of ``part``; of the page of the list (``None``) without entries where it is cut."""
        if part is not None:
            return part.sections
        return tuple(replace(one, entries=()) for one in self.sections) if self.parts else self.sections

    def entries(self, *parts: Part[E] | None) -> list[E]:
        """All entries, or those of ``parts`` (of the page of the list: ``None``)."""
        found = self.shown(*parts) if parts else self.sections
        return [entry for section in found for entry in section.entries]

    def place(self, anchor: str) -> tuple[str, str]:
        """Page and anchor of a section. The page of the list leads on to one that has several parts."""
        found = self.by_anchor.get(anchor, [])
        return (found[0].uri if len(found) == 1 else self.uri), anchor

    def around(self, part: Part[E] | None, href: Href) -> dict[str, Any] | None:
        """What a template shows of the parts, on ``part`` or on the page of the list; ``None`` if uncut."""
        if not self.parts:
            return None
        if part is None:
            return {"part": None, "rows": list(self._rows(href))}
        beside = [("before", one) for one in self.parts[part.number - 2 : part.number - 1]]
        beside += [("after", one) for one in self.parts[part.number : part.number + 1]]
        return {
            "part": part,
            "number": part.number,
            "of": len(self.parts),
            "count": part.count,
            "all": sum(len(section.entries) for section in self.sections),
            "list": (self.title, href(self.uri)),
            "beside": [(which, one.label, href(one.uri)) for which, one in beside],
        }

    def _rows(self, href: Href) -> Iterator[dict[str, Any]]:
        """A row for each section, or for each part where there are too many sections to name."""
        if len(self.sections) > MOST_NAMED:
            for part in self.parts:
                yield {
                    "anchor": "",
                    "title": part.label,
                    "count": part.count,
                    "href": href(part.uri),
                    "runs": [],
                }
            return
        for section in self.sections:
            found = self.by_anchor[section.anchor]
            row = {"anchor": section.anchor, "title": section.title, "count": len(section.entries)}
            if len(found) == 1:
                at = section.anchor if len(found[0].sections) > 1 else ""
                yield {**row, "href": href(found[0].uri, at), "runs": []}
            else:
                runs = [{"span": p.span, "count": p.count, "href": href(p.uri)} for p in found]
                yield {**row, "href": "", "runs": runs}


@dataclass(frozen=True, slots=True)
class Measure(Generic[E]):
    """How a list is cut. ``weigh`` gives the bytes that an entry takes on a page, ``name`` what it is called;
    ``fixed`` are the bytes beside the list on its page, ``apart`` gives each section pages of its own,
    and ``always`` has it cut whatever its size."""

    weigh: Callable[[E], int]
    name: Callable[[E], str]
    fixed: int = 0
    apart: bool = False
    smaller: int = SMALLER
    always: bool = False
    around: int = AROUND
    """Bytes of a section beside its entries."""


def cut(
    uri: str, title: str, sections: Sequence[Section[E]], how: Measure[E], word: str, language: Words
) -> Cut[E]:
    """The list of the page at ``uri``, cut if it is too long; its parts are in the folder ``word`` there."""
    weighed = [(section, [how.weigh(entry) for entry in section.entries]) for section in sections]
    whole = Cut(uri, title, tuple(sections))
    if not how.always and how.fixed + sum(how.around + sum(weights) for _, weights in weighed) <= ROOM:
        return whole
    parts: list[Part[E]] = []
    by_anchor: dict[str, list[Part[E]]] = {section.anchor: [] for section in sections}
    taken: dict[str, int] = {}
    apart = how.apart and len(sections) <= MOST_APART
    for held, run, of in _packed(weighed, ROOM // how.smaller, how.around, apart):
        named = held[0].title
        stem = unique(held[0].stem or (slug(named) if named else str(run)), taken)
        label = _label(held, run, of, language)
        span = f"{how.name(held[0].entries[0])} – {how.name(held[0].entries[-1])}" if of > 1 else ""
        full = f"{title}: {label}" if named else f"{title}, {label}"
        page = f"{folder(uri)}/{word}/{stem}.md"
        parts.append(Part(page, full, label, span, tuple(held), len(parts) + 1))
        for section in held:
            by_anchor[section.anchor].append(parts[-1])
    return replace(whole, parts=tuple(parts), by_anchor=by_anchor) if how.always or len(parts) > 1 else whole


def _label(held: list[Section[E]], run: int, of: int, language: Words) -> str:
    first, last = held[0].title, held[-1].title
    if of == 1:
        return first if len(held) == 1 else f"{first} – {last}"
    numbered = language(say("part {n} of {all}", n=run, all=of))
    return f"{first}, {numbered}" if first else numbered


def _packed(
    weighed: list[tuple[Section[E], list[int]]], room: int, around: int, apart: bool
) -> Iterator[tuple[list[Section[E]], int, int]]:
    """The sections of each part; for one of several runs of a section, which it is and of how many."""
    held: list[Section[E]] = []
    weight = 0
    for section, weights in weighed:
        runs = list(_runs(section, weights, room, around))
        own = around + sum(weights)
        if held and (apart or len(runs) > 1 or weight + own > room):
            yield held, 1, 1
            held, weight = [], 0
        if len(runs) == 1:
            held.append(section)
            weight += own
        else:
            yield from (([run], number, len(runs)) for number, run in enumerate(runs, 1))
    if held:
        yield held, 1, 1


def _runs(section: Section[E], weights: list[int], room: int, around: int) -> Iterator[Section[E]]:
    """The section whole, or in pieces that fit; an entry that fits nowhere has a page to itself."""
    start, weight = 0, around
    for number, own in enumerate(weights):
        if number > start and weight + own > room:
            yield replace(section, entries=section.entries[start:number])
            start, weight = number, around
        weight += own
    yield replace(section, entries=section.entries[start:]) if start else section


def size(*texts: str) -> int:
    """How many bytes ``texts`` take in HTML."""
    return len(escape("".join(texts)).encode())
