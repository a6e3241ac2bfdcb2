"""What other sites embed: cards for frames, and badges, in the folder of each page, and the oEmbed file that
describes a card (oembed.com, version 1.0). Copies are at all former addresses, because embeds follow no
redirect."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ...addresses import urls
from ...addresses.urls import BADGES, CARD, SiteLocation
from ...model.output import Output
from ...pages.assets import load_signs
from ...pages.finder.facets import NOT_CALLABLE
from ...pages.page import CatalogContext
from ...pages.removed import assign_tombstone_uris
from ...pages.render import load_environment
from ...text.strings import strip_to_one_line
from .badges import draw_badge, fit_list
from .page_facts import PageFacts

STYLE = "assets/card.css"
OEMBED = "oembed.json"
# The size of a card in a frame, in pixels.
CARD_WIDTH, CARD_HEIGHT = 480, 240
KIND, GONE, QUIET = "#303f9f", "#7a1c1c", "#4a5364"
WEIGHTS = {
    "commands": "#9a1812",
    "files": "#8a4200",
    "network": "#1565c0",
    "mcp": "#4f3db3",
    "delegates": "#7e2f8d",
    "reads": "#1b5e20",
}


@dataclass(frozen=True, slots=True)
class EmbedTarget:
    """``about`` what, in which folders (from the site's root); ``kind`` also of what is gone."""

    about: PageFacts
    kind: str
    folders: tuple[str, ...]
    gone: bool = False


def list_embed_files(subjects: list[PageFacts], shared: CatalogContext) -> Iterator[Output]:
    """The cards and badges of ``subjects``, and of what is gone."""
    targets, where = list(_find_targets(subjects, shared)), shared.where
    pages = {urls.make_page_path(where.uri(about.uri), where.directory_urls) for about in subjects}
    taken = {item.folders[0] for item in targets if not item.gone}
    for target in targets:
        others = tuple(folder for folder in target.folders[not target.gone :] if folder not in taken)
        taken.update(others)
        here = replace(target, folders=others if target.gone else (target.folders[0], *others))
        yield from (file for file in _list_files(here, shared) if file.uri not in pages)


def _find_targets(subjects: list[PageFacts], shared: CatalogContext) -> Iterator[EmbedTarget]:
    where, ledger = shared.where, shared.catalog.ledger
    graves = {uri: permanent for permanent, uri in assign_tombstone_uris(shared).items()}
    gone = {entry.permanent: entry for entry in ledger.now.entries if entry.gone is not None}
    for about in subjects:
        grave = gone.get(graves.get(about.uri, ""))
        if not about.framed and grave is None:
            continue
        entry = grave or ledger.find_entry(about.kind, about.id)
        before = entry.folders if entry else ()
        folders = dict.fromkeys(before if grave else [where.uri(about.folder), *before])
        yield EmbedTarget(about, grave.kind if grave else about.kind, tuple(folders), grave is not None)


def _list_files(target: EmbedTarget, shared: CatalogContext) -> Iterator[Output]:
    names = BADGES if target.kind == "agent" else {}
    for folder in target.folders:
        file = f"{folder}/{CARD}"
        yield Output(file, target.about.title, partial(_render_card, target, file, shared), False)
        for name, picture in names.items():
            yield Output(
                f"{folder}/{picture}", target.about.title, partial(_render_badge, name, target, shared), False
            )


def _render_card(target: EmbedTarget, file: str, shared: CatalogContext) -> str:
    about, where = target.about, shared.where
    href = urls.make_linker_at(file, where.directory_urls)
    page = href(where.uri(about.uri))
    return (
        load_environment(shared.templates, shared.say.language)
        .get_template("card.html.jinja")
        .render(
            about=about,
            kind=target.kind,
            lang=shared.say.language,
            page=page,
            shown=where.make_absolute(about.uri) or page,
            style=href(where.uri(STYLE)),
            site=where.site_name,
            reach=shared.reach[about.id] if about.kind == "agent" else (),
        )
    )


def _render_badge(which: str, target: EmbedTarget, shared: CatalogContext) -> str:
    """A picture by its name in ``BADGES``. What is gone says so in all of them: they stand for what is no
    more."""
    about, say = target.about, shared.say
    name = about.title or about.id
    if target.gone:
        return draw_badge(name, say("gone"), GONE)
    if which == "name":
        return draw_badge(say("agent"), name, KIND)
    if which == "tools":
        tools = about.find_fact("tools")
        return draw_badge(say("tools"), tools.words if tools else say("none"), QUIET)
    reach = shared.reach[about.id]
    words = fit_list(tuple(say(each.title) for each in reach) or (say(NOT_CALLABLE),))
    heaviest = reach[0].id if reach else "nothing"
    return draw_badge(
        say("capabilities"), words, WEIGHTS.get(heaviest, QUIET), sign=load_signs().get(heaviest, "")
    )


def make_iframe(address: str, title: str, width: int, height: int) -> str:
    """A frame for pages of others, which holds ``address``; sizes in pixels."""
    return (
        f'<iframe src="{html.escape(address)}" width="{width}" height="{height}"'
        f' title="{html.escape(strip_to_one_line(title))}" loading="lazy" frameborder="0"></iframe>'
    )


def build_oembed(about: PageFacts, where: SiteLocation) -> str:
    """The response for the page ``about``, as JSON.

    The site's own address is known. A file cannot heed ``maxwidth``: the card is as small as it is readable.
    """
    address = where.make_absolute(f"{about.folder}/{CARD}")
    table: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "title": about.title,
        "provider_name": where.site_name,
        "provider_url": where.site_url,
        "html": make_iframe(address, about.title, CARD_WIDTH, CARD_HEIGHT),
        "width": CARD_WIDTH,
        "height": CARD_HEIGHT,
    }
    return (
        json.dumps({key: value for key, value in table.items() if value}, ensure_ascii=False, indent=1) + "\n"
    )
