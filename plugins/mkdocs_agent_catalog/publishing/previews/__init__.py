"""Link previews: tags in the head of a page, linked data, oEmbed, cards and badges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from ...model.output import Output
from ...pages.assets import build_standalone_stylesheet
from ...pages.page import CatalogContext, Page
from .embed_cards import OEMBED, STYLE, build_oembed, list_embed_files
from .meta_tags import build_head_tags, copy_head_tags
from .page_facts import describe_page

Heads = dict[str, Callable[[], str]]


def add_previews(
    pages: tuple[Page, ...], rendered: list[Output], shared: CatalogContext
) -> tuple[list[Output], Heads]:
    """``rendered`` (of ``pages``) with their heads, then the files beside them; and what those who lead on to
    a page say of it."""
    where, language = shared.where, shared.say.language
    outputs: list[Output] = []
    heads: Heads = {}
    files: list[Output] = []
    subjects = [describe_page(page, shared) for page in pages]
    for subject, output in zip(subjects, rendered, strict=True):
        outputs.append(replace(output, head_made=partial(build_head_tags, subject, where, language)))
        heads[output.uri] = partial(copy_head_tags, subject, where, language)
        if where.site_url and subject.framed:
            uri = where.uri(f"{subject.folder}/{OEMBED}")
            files.append(Output(uri, subject.title, partial(build_oembed, subject, where), False))
    if shared.embeds:
        files += [
            *list_embed_files(subjects, shared),
            Output(where.uri(STYLE), STYLE, build_standalone_stylesheet("card"), False),
        ]
    return outputs + files, heads
