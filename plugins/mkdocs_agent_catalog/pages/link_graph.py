"""Small pictures, drawn at build time: what stands around one page.

The layout is ours and plain: columns of boxes with lines between them. At 300 agents every picture of all of
them is a hairball, so a picture shows one hop and never more than a screenful.
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
# Units of the drawing, which is scaled to its place.
WIDTH, BOX, GAP, HEAD = 210, 28, 8, 20
BETWEEN = 60
LONGEST = 27
# How a link is drawn, by the strength of its evidence.
LINES = {
    "firm": _("Solid line: declared in the frontmatter or configured"),
    "told": _("Dashed line: in a table, or called in the text"),
    "named": _("Dotted line: only named in the text"),
}
_STRENGTH = {GRADE_WORDS[grade]: "firm" for grade in ("preloaded", "declared", "configured")}
_STRENGTH |= {GRADE_WORDS[grade]: "told" for grade in ("table", "called")}
_ORDER = [GRADE_WORDS[grade] for grade in GRADES]
KINDS = tuple((kind, ITEM_KINDS[kind].list_label) for kind in ("agent", "skill", "server"))


@dataclass(frozen=True, slots=True)
class Node:
    """A box, or (without ``href`` and ``box``) the heading of those below it."""

    x: int
    y: int
    label: str
    words: str
    href: str = ""
    kind: str = ""
    box: bool = True


@dataclass(frozen=True, slots=True)
class Edge:
    """A curve from one box to another; ``strength`` is a key of ``LINES``, ``weight`` from 1 to 4."""

    x1: int
    y1: int
    x2: int
    y2: int
    strength: str
    weight: int = 1

    @property
    def path(self) -> str:
        middle = (self.x1 + self.x2) // 2
        return f"M{self.x1} {self.y1}C{middle} {self.y1} {middle} {self.y2} {self.x2} {self.y2}"


@dataclass(frozen=True, slots=True)
class Graph:
    """What the template draws. ``legend`` says in words what its lines mean."""

    width: int
    height: int
    nodes: tuple[Node, ...]
    lines: tuple[Edge, ...]
    legend: tuple[str, ...] = ()


@dataclass(slots=True)
class Column:
    """Boxes from top to bottom at one ``x``."""

    x: int
    nodes: list[Node]
    bottom: int = 0

    def heading(self, text: str) -> None:
        self.nodes.append(Node(self.x, self.bottom, text, "", box=False))
        self.bottom += HEAD

    def add(self, name: str, words: str, href: str, kind: str) -> Node:
        node = Node(self.x, self.bottom, shorten(name), words, href, kind)
        self.nodes.append(node)
        self.bottom += BOX + GAP
        return node


def shorten(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def build_neighbourhood(
    name: str,
    before: Sequence[dict[str, Any]],
    after: Sequence[dict[str, Any]],
    lists: dict[str, str],
    say: Callable[[str], str],
) -> Graph | None:
    """The picture of a page: who names it, itself, what it uses; ``None`` where there is nothing around it.

    ``before`` and ``after`` are ends of links. ``lists`` are the addresses of the lists on the same page that
    hold what the picture leaves out: ``before``, and for what comes after the kind of it.
    """
    if not before and not after:
        return None
    step = WIDTH + BETWEEN
    left, right = Column(0, []), Column(2 * step if before else step, [])
    first = _list_side(left, before, lambda kind: lists["before"], say)
    second = _list_side(right, after, lambda kind: lists[kind], say)
    height = max(left.bottom, right.bottom, BOX + GAP) - GAP
    middle = Node(step if before else 0, (height - BOX) // 2, shorten(name), name, kind="here")
    centre = middle.y + BOX // 2
    lines = [Edge(node.x + WIDTH, node.y + BOX // 2, middle.x, centre, how) for node, how in first]
    lines += [Edge(middle.x + WIDTH, centre, node.x, node.y + BOX // 2, how) for node, how in second]
    width = (right.x if after else middle.x) + WIDTH
    used = {line.strength for line in lines}
    legend = tuple(say(words) for strength, words in LINES.items() if strength in used)
    return Graph(width, height, (*left.nodes, middle, *right.nodes), tuple(lines), legend)


def _list_side(
    column: Column, ends: Iterable[dict[str, Any]], rest: Callable[[str], str], say: Callable[[str], str]
) -> list[tuple[Node, str]]:
    """Puts the strongest of ``ends`` into ``column``, by kind, and a box that leads to those left out."""
    ranked = sorted(ends, key=lambda end: (_ORDER.index(end["grade"]), end["name"].casefold()))
    tables, left = ranked[:MOST], ranked[MOST:]
    pairs = []
    for kind, title in KINDS:
        mine = [end for end in tables if end["kind"] == kind]
        more = [end for end in left if end["kind"] == kind]
        if not mine and not more:
            continue
        column.heading(say(title))
        for end in mine:
            node = column.add(end["name"], f"{end['name']}: {say(end['grade'])}", end["href"], kind)
            pairs.append((node, _STRENGTH.get(end["grade"], "named")))
        if more:
            text = say(filled("and {n} more", n=len(more)))
            column.add(text, text, rest(kind), "more")
    return pairs
