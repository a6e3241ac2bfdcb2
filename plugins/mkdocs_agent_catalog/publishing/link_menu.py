"""The menu "Share": the permalink. A script makes the links in the syntax of each wiki from it."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ..addresses import urls
from ..addresses.urls import BADGES, CARD, Href, SiteLocation
from ..pages.page import CatalogContext, Page
from ..pages.removed import find_former_owners, find_heirs
from ..text.i18n import mark_for_translation as _
from ..text.i18n import say
from ..text.strings import strip_to_one_line
from .matrix_embeds import list_snippets
from .previews.embed_cards import CARD_HEIGHT, CARD_WIDTH, make_iframe
from .previews.page_facts import has_card

SCRIPT = "assets/link.js"
# Stands for the address of a site that does not say its own; a script puts in the one that it runs at.
UNKNOWN = "https://SITE/"
TABLES = ("matrix.html.jinja",)


def add_link_menus(pages: tuple[Page, ...], shared: CatalogContext) -> tuple[Page, ...]:
    """``pages``, each with ``take`` in its context: what its menu shows, or ``None`` for a page without; and
    with ``former_owners``: what used to be at its address, and ``parted``: what else has a part of its
    earlier text."""
    return tuple(_add_menu(page, shared) for page in pages)


def _add_menu(page: Page, shared: CatalogContext) -> Page:
    def context(href: Href) -> dict[str, Any]:
        return {
            **page.context(href),
            "take": _build_menu(page, shared, href),
            "former_owners": find_former_owners(shared, page, href),
            "parted": find_heirs(shared, page, href),
        }

    return replace(page, context=context)


def _build_menu(page: Page, shared: CatalogContext, href: Href) -> dict[str, Any] | None:
    if page.subject is None and page.template not in TABLES:
        return None
    where = shared.where
    whole = where if where.site_url else replace(where, site_url=UNKNOWN)
    return {
        "title": strip_to_one_line(page.title),
        "rows": tuple(_list_rows(page, shared, whole)),
        "badges": _list_badges(page, shared, whole) if has_card(page, shared) else "",
        "groups": tuple(list_snippets(page.uri, page.framed, shared, whole)) if shared.embeds else (),
        "script": href(SCRIPT),
        # Where the site begins, as seen from the page: needed only where the site does not say.
        "root": ""
        if where.site_url
        else posixpath.normpath(href("x") + "/.." + "/.." * _count_depth(where)) + "/",
    }


def _count_depth(where: SiteLocation) -> int:
    return len(where.path.split("/")) if where.path else 0


def _list_rows(page: Page, shared: CatalogContext, where: SiteLocation) -> Iterator[tuple[str, str]]:
    """Label and value of each row that the page holds."""
    yield _("Permalink"), where.make_absolute(page.uri)
    if has_card(page, shared):
        card = where.make_absolute(f"{urls.get_page_folder(page.uri)}/{CARD}")
        yield _("Card in a frame (HTML)"), make_iframe(card, page.title, CARD_WIDTH, CARD_HEIGHT)


def _list_badges(page: Page, shared: CatalogContext, where: SiteLocation) -> str:
    """Words and address of each badge of an agent, as JSON: whoever wants fewer takes the others away."""
    if page.subject is None or page.subject[0] != "agent":
        return ""
    folder = urls.get_page_folder(page.uri)
    images = [
        (
            strip_to_one_line(shared.say(say(_ALTS[name], name=page.title))),
            where.make_absolute(f"{folder}/{file}"),
        )
        for name, file in BADGES.items()
    ]
    return json.dumps(images, ensure_ascii=False)


_ALTS = {
    "name": _("Agent {name}"),
    "tools": _("Tools of {name}"),
    "reach": _("Capabilities of {name}"),
}
