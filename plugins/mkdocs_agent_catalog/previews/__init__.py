"""A link that shows what it leads to: what a page says of itself, as markup, as a picture and as oEmbed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from ..bundles import page_style
from ..model import Diagnostic
from ..output import Output
from ..pages import Page, Shared
from ..urls import Where
from .about import About, about, has_card
from .cards import INSTALL, PICTURE, Cards, Drawer, can_draw, font_problem
from .frames import STYLE, frames
from .heads import HEIGHT, WIDTH, copied, head, inserted
from .oembed import CARD_HEIGHT, CARD_WIDTH, OEMBED, oembed

__all__ = [
    "CARD_HEIGHT",
    "CARD_WIDTH",
    "INSTALL",
    "Cards",
    "Heads",
    "can_draw",
    "font_problem",
    "has_card",
    "inserted",
    "previewed",
]


Heads = dict[str, Callable[[], str]]


def previewed(
    pages: tuple[Page, ...], rendered: list[Output], shared: Shared, cards: Cards | None
) -> tuple[list[Output], Heads, list[Diagnostic]]:
    """``rendered`` (of ``pages``) with their heads, then the files beside them; what those who lead on to a
    page say of it; and what is wrong.

    With ``cards`` each page has a picture, unless the font cannot write its name.
    """
    where = shared.where
    drawer = Drawer(cards, where.site_name, shared.say) if cards else None
    outputs: list[Output] = []
    heads: Heads = {}
    files: list[Output] = []
    subjects = [about(page, shared) for page in pages]
    for subject, output in zip(subjects, rendered, strict=True):
        beside = list(_beside(subject, where, drawer))
        picture = f"{subject.folder}/{PICTURE}" if any(one.uri.endswith(PICTURE) for one in beside) else ""
        said = (subject, where, shared.say.tag, picture)
        outputs.append(replace(output, head_made=partial(head, *said)))
        heads[output.uri] = partial(copied, *said)
        files += beside
    files += [*frames(subjects, shared), Output(where.uri(STYLE), STYLE, page_style("card"), False)]
    return outputs + files, heads, list(drawer.problems()) if drawer else []


def _beside(subject: About, where: Where, drawer: Drawer | None) -> Iterator[Output]:
    """The files beside a page: its picture, and what a site that embeds links asks for."""
    uri = f"{subject.folder}/{PICTURE}"
    picture = drawer.draw(subject) if drawer else None
    if picture:
        yield Output(where.uri(uri), subject.title, picture, False)
    if where.site_url and subject.framed:
        said = partial(oembed, subject, where, (uri, WIDTH, HEIGHT) if picture else None)
        yield Output(where.uri(f"{subject.folder}/{OEMBED}"), subject.title, said, False)
