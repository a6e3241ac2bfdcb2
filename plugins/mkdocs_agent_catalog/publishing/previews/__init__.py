"""A link that shows what it leads to: what a page says of itself, as markup and as oEmbed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from ...model.output import Output
from ...pages.assets import page_style
from ...pages.registry import Page, Shared
from .embed_cards import STYLE, frames
from .meta_tags import copied, head, inserted
from .oembed import CARD_HEIGHT, CARD_WIDTH, OEMBED, oembed
from .page_facts import about, has_card

__all__ = [
    "CARD_HEIGHT",
    "CARD_WIDTH",
    "Heads",
    "has_card",
    "inserted",
    "previewed",
]


Heads = dict[str, Callable[[], str]]


def previewed(pages: tuple[Page, ...], rendered: list[Output], shared: Shared) -> tuple[list[Output], Heads]:
    """``rendered`` (of ``pages``) with their heads, then the files beside them; and what those who lead on to
    a page say of it."""
    where = shared.where
    outputs: list[Output] = []
    heads: Heads = {}
    files: list[Output] = []
    subjects = [about(page, shared) for page in pages]
    for subject, output in zip(subjects, rendered, strict=True):
        outputs.append(replace(output, head_made=partial(head, subject, where, shared.say.tag)))
        heads[output.uri] = partial(copied, subject, where, shared.say.tag)
        if where.site_url and subject.framed:
            uri = where.uri(f"{subject.folder}/{OEMBED}")
            files.append(Output(uri, subject.title, partial(oembed, subject, where), False))
    if shared.embeds:
        files += [*frames(subjects, shared), Output(where.uri(STYLE), STYLE, page_style("card"), False)]
    return outputs + files, heads
