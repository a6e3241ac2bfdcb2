"""A card as a picture: what a wiki or a chat shows of a link. Drawn without a network, always the same.

Needs Pillow (the extra ``cards``): only ``cards.py`` imports this module, when pictures are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from .canvas import Canvas, Colour
from .fonts import Fonts, Spelled
from .lines import Pen, broken

WIDTH, HEIGHT = 1200, 630
BAR = 20
EDGES = (72.0, WIDTH - 72.0)
INK: Colour = (24, 28, 38)
SOFT: Colour = (84, 92, 108)
PAPER: Colour = (255, 255, 255)
KINDS: dict[str, Colour] = {
    "agent": (48, 63, 159),
    "tool": (0, 105, 92),
    "skill": (106, 27, 154),
    "server": (21, 101, 192),
    "page": (55, 71, 79),
}
# What weighs most is seen first.
REACH: dict[str, tuple[Colour, Colour]] = {
    "commands": ((154, 24, 18), (253, 231, 229)),
    "files": ((138, 66, 0), (254, 239, 219)),
    "network": (KINDS["server"], (227, 240, 253)),
    "mcp": (KINDS["skill"], (244, 231, 248)),
    "delegates": (KINDS["agent"], (232, 234, 246)),
    "reads": ((27, 94, 32), (230, 244, 231)),
}
OTHER: tuple[Colour, Colour] = (SOFT, (240, 242, 247))
TITLES = (84, 70, 58, 48)
# Enough for the previews of a large catalog; a picture is some 15 KB.
MOST_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Card:
    """What is drawn, as it can be drawn."""

    kind: str
    label: Spelled
    title: Spelled
    summary: Spelled
    reach: tuple[tuple[str, Spelled], ...]
    facts: tuple[tuple[Spelled, Spelled], ...]
    site: Spelled


@lru_cache(maxsize=MOST_KEPT)
def drawn(card: Card, fonts: Fonts) -> bytes:
    """``card`` as a PNG. Kept, so that a preview that rebuilds draws only what changed."""
    accent = KINDS[card.kind]
    papers = dict.fromkeys(REACH.get(id, OTHER) for id, _ in card.reach)
    tags = dict.fromkeys((paper, PAPER) for _, paper in papers)
    canvas = Canvas(WIDTH, HEIGHT, ((INK, PAPER), (SOFT, PAPER), (accent, PAPER), *papers, *tags))
    canvas.fill((0, 0, BAR, HEIGHT), accent, PAPER)
    _above(canvas, card, fonts, accent)
    _summary(canvas, card, fonts, _title(canvas, card, fonts))
    _facts(canvas, card, fonts)
    _reach(canvas, card, fonts)
    return canvas.png()


def _line(canvas: Canvas, pen: Pen, y: float, said: Spelled, text: str, edges: tuple[float, float]) -> None:
    """One line of ``said`` between ``edges``, at the edge where its script begins."""
    start, end = edges
    x = end - pen.width(text, said.shaped) if said.right_to_left else start
    canvas.write(pen, (x, y), text, said.shaped, said.right_to_left)


def _above(canvas: Canvas, card: Card, fonts: Fonts, accent: Colour) -> None:
    """What it is, and whose; whose stands first where the page is of no kind."""
    label, site = Pen(fonts, 30, accent, PAPER, bold=True), Pen(fonts, 30, SOFT, PAPER)
    half = (EDGES[1] - EDGES[0]) / 2 - 16
    for said, pen, right in ((card.label, label, False), (card.site, site, bool(card.label.text))):
        lines, _ = broken(said, pen, half, 1)
        for text in lines:
            x = EDGES[1] - pen.width(text, said.shaped) if right else EDGES[0]
            canvas.write(pen, (x, 92), text, said.shaped, said.right_to_left)


def _title(canvas: Canvas, card: Card, fonts: Fonts) -> float:
    """The name, as large as it fits; returns where the next text may begin."""
    for size in TITLES:
        pen = Pen(fonts, size, INK, PAPER, bold=True)
        # One line if it fits at all, two rather than small.
        lines, whole = broken(card.title, pen, EDGES[1] - EDGES[0], 2 if size < TITLES[0] else 1)
        if whole:
            break
    y = 120.0
    for text in lines:
        y += size * 1.12
        _line(canvas, pen, y, card.title, text, EDGES)
    return y + size * 0.2


def _summary(canvas: Canvas, card: Card, fonts: Fonts, y: float) -> None:
    pen = Pen(fonts, 36, SOFT, PAPER)
    most = max(1, min(3, int((_top_of_facts(card) - 44 - y) // 48)))
    lines, _ = broken(card.summary, pen, EDGES[1] - EDGES[0], most)
    for number, text in enumerate(lines, 1):
        _line(canvas, pen, y + 6 + number * 48, card.summary, text, EDGES)


def _top_of_facts(card: Card) -> int:
    return HEIGHT - 50 - 50 * len(card.facts) - (76 if card.reach else 0)


def _facts(canvas: Canvas, card: Card, fonts: Fonts) -> None:
    """Lines of what it has, each beside its word, at the foot of the card."""
    label, value = Pen(fonts, 30, SOFT, PAPER), Pen(fonts, 30, INK, PAPER)
    wide = max((label.width(name.text, name.shaped) for name, _ in card.facts), default=0.0) + 28
    y = HEIGHT - 50 - 50.0 * (len(card.facts) - 1)
    for name, said in card.facts:
        _line(canvas, label, y, name, name.text, EDGES)
        lines, _ = broken(said, value, EDGES[1] - EDGES[0] - wide, 1)
        for text in lines:
            _line(canvas, value, y, said, text, (EDGES[0] + wide, EDGES[1]))
        y += 50


def _reach(canvas: Canvas, card: Card, fonts: Fonts) -> None:
    """What it can do, each as a tag in its colour, as many as stand in a row; the last says how many more."""
    x, y, high = EDGES[0], _top_of_facts(card), 52
    for number, (id, said) in enumerate(card.reach):
        ink, paper = REACH.get(id, OTHER)
        pen, left = Pen(fonts, 28, ink, paper, bold=True), len(card.reach) - number
        room = EDGES[1] - (0 if left == 1 else pen.width(f"+{left - 1}") + 54)
        wide = int(pen.width(said.text, said.shaped)) + 40
        if x + wide > room:
            pen = Pen(fonts, 28, SOFT, PAPER, bold=True)
            canvas.write(pen, (x + 6, y + 36), f"+{left}", False, False)
            return
        canvas.tag((int(x), y, int(x) + wide, y + high), paper, PAPER)
        canvas.write(pen, (x + 20, y + 36), said.text, said.shaped, said.right_to_left)
        x += wide + 14
