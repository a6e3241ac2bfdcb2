"""Lays out the diagram of what surrounds one page, when the site is built.

The layout is ours and plain: columns of boxes with lines between them. At 300 agents every picture of all of
them is a hairball, so a picture shows one hop and never more than a screenful. The boxes around a page are
lists of links, and only the lines between them are drawn: so they follow the theme and the width of the page,
and are links as any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..model.catalog import GRADES
from ..model.item_kinds import ITEM_KINDS
from ..text.i18n import mark_for_translation as _
from ..text.i18n import say as filled
from .page import GRADE_WORDS

MOST = 8
# How a link is drawn, by the strength of its evidence.
LINES = {
    "firm": _("Solid line: declared in the frontmatter or configured"),
    "told": _("Dashed line: in a table, or called in the text"),
    "named": _("Dotted line: only mentioned"),
}
_STRENGTH = {GRADE_WORDS[grade]: "firm" for grade in ("preloaded", "declared", "configured")}
_STRENGTH |= {GRADE_WORDS[grade]: "told" for grade in ("table", "called")}
_ORDER = [GRADE_WORDS[grade] for grade in GRADES]
KINDS = tuple((kind, ITEM_KINDS[kind].list_label) for kind in ("agent", "skill", "server"))
# What names the page is not mistaken for what it names.
_NAMING = (("agent", _("Agents that name it")), ("skill", _("Skills that name it")))

# Of the lists beside a page, in tenths of a `rem`: a box with the room below it, the box, and a heading.
ROW, ROW_BOX, ROW_HEAD = 18, 14, 12
# Fewer links are read faster than a picture of them.
FEWEST = 3


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list: a link, or (without ``href``) the heading of those below it."""

    label: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """The list on one side. ``lines`` are the paths from its boxes to the middle, by their strength."""

    rows: tuple[Row, ...]
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What the template draws: who uses ``name``, and what it uses. ``height`` is in tenths of a ``rem``;
    ``legend`` says in words what the lines mean."""

    name: str
    before: Side | None
    after: Side | None
    height: int
    legend: tuple[str, ...]


def build_neighbourhood(
    name: str,
    before: Sequence[dict[str, Any]],
    after: Sequence[dict[str, Any]],
    lists: dict[str, str],
    say: Callable[[str], str],
) -> Neighbourhood | None:
    """The picture of a page: who uses it, itself, what it uses; ``None`` where there is little around it.

    ``before`` and ``after`` are ends of links. ``lists`` are the addresses of the lists on the same page that
    hold what the picture leaves out: ``before``, and for what comes after the kind of it.
    """
    if len(before) + len(after) < FEWEST:
        return None
    left = _list_side(before, _NAMING, lambda kind: lists["before"], say)
    right = _list_side(after, KINDS, lambda kind: lists[kind], say)
    height = max(_measure(left), _measure(right))
    used = {strength for _row, strength in (*left, *right)}
    return Neighbourhood(
        name,
        _draw_side(left, height, to_left=False) if left else None,
        _draw_side(right, height, to_left=True) if right else None,
        height,
        tuple(say(words) for strength, words in LINES.items() if strength in used),
    )


def _measure(rows: Sequence[tuple[Row, str]]) -> int:
    return sum(ROW if row.href else ROW_HEAD for row, _strength in rows)


def _list_side(
    ends: Iterable[dict[str, Any]],
    titles: Iterable[tuple[str, str]],
    rest: Callable[[str], str],
    say: Callable[[str], str],
) -> list[tuple[Row, str]]:
    """The strongest of ``ends``, by kind, each with the strength of its line, and a row that leads to those
    left out."""
    ranked = sorted(ends, key=lambda end: (_ORDER.index(end["grade"]), end["name"].casefold()))
    rows: list[tuple[Row, str]] = []
    for kind, title in titles:
        mine = [end for end in ranked[:MOST] if end["kind"] == kind]
        more = sum(end["kind"] == kind for end in ranked[MOST:])
        if not mine and not more:
            continue
        rows.append((Row(say(title)), ""))
        rows += [(Row(end["name"], end["href"]), _STRENGTH.get(end["grade"], "named")) for end in mine]
        if more:
            rows.append((Row(say(filled("and {n} more", n=more)), rest(kind)), ""))
    return rows


def _draw_side(rows: Sequence[tuple[Row, str]], height: int, to_left: bool) -> Side:
    """A line from the middle to each box, by strength; the list stands in the middle of ``height``."""
    middle, bottom = height // 2, (height - _measure(rows)) // 2
    near, far = ("0", "30") if to_left else ("30", "0")
    paths: dict[str, str] = {}
    for row, strength in rows:
        if strength:
            at = bottom + ROW_BOX // 2
            paths[strength] = paths.get(strength, "") + f"M{near} {middle}C15 {middle} 15 {at} {far} {at}"
        bottom += ROW if row.href else ROW_HEAD
    return Side(tuple(row for row, _strength in rows), tuple(paths.items()))
