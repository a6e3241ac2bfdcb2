"""The menu of links on a page: its address, and the link in the syntax of each wiki."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ...addresses import urls
from ...addresses.urls import BADGES, CARD, Href, SiteLocation
from ...pages.registry import CatalogContext, Page, assign_tombstone_uris, find_former_owners
from ...text.i18n import mark_for_translation as _
from ...text.i18n import say
from ..previews import CARD_HEIGHT, CARD_WIDTH, has_card
from ..previews.oembed import make_iframe
from .link_formats import format_images, format_link
from .matrix_embeds import list_snippets

SCRIPT = "assets/link.js"
# Stands for the address of a site that does not say its own; a script puts in the one that it runs at.
UNKNOWN = "https://SITE/"
TABLES = ("matrix.html.jinja", "profiles.html.jinja")


def add_link_menus(pages: tuple[Page, ...], shared: CatalogContext) -> tuple[Page, ...]:
    """``pages``, each with ``take`` in its context: what its menu shows, or ``None`` for a page without; and
    with ``former_owners``: what used to be at its address."""
    uris = assign_tombstone_uris(shared)
    return tuple(_add_menu(page, shared, uris) for page in pages)


def _add_menu(page: Page, shared: CatalogContext, tombstone_uris: dict[str, str]) -> Page:
    def context(href: Href) -> dict[str, Any]:
        return {
            **page.context(href),
            "take": _build_menu(page, shared, href),
            "former_owners": find_former_owners(shared, page, tombstone_uris, href),
        }

    return replace(page, context=context)


def _build_menu(page: Page, shared: CatalogContext, href: Href) -> dict[str, Any] | None:
    if page.subject is None and page.template not in TABLES:
        return None
    where = shared.where
    whole = where if where.site_url else replace(where, site_url=UNKNOWN)
    return {
        "rows": tuple(_list_rows(page, shared, whole)),
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
    """Label and value of each row."""
    address = where.make_absolute(page.uri)
    yield _("Address"), address
    yield from format_link(page.title, address)
    if shared.embeds and page.subject and has_card(page, shared):
        beside = urls.get_page_folder(page.uri)
        card = where.make_absolute(f"{beside}/{CARD}")
        yield _("Card in a frame (HTML)"), make_iframe(card, page.title, CARD_WIDTH, CARD_HEIGHT)
        if page.subject[0] == "agent":
            yield from _list_badges(page, shared, where, address)


def _list_badges(
    page: Page, shared: CatalogContext, where: SiteLocation, address: str
) -> Iterator[tuple[str, str]]:
    """All badges in a row: whoever wants fewer takes the others away."""
    folder = urls.get_page_folder(page.uri)
    images = [
        (shared.say(say(_ALTS[name], name=page.title)), where.make_absolute(f"{folder}/{file}"))
        for name, file in BADGES.items()
    ]
    markdown, html = format_images(images, address)
    yield _("Badges (Markdown)"), markdown
    yield _("Badges (HTML)"), html


_ALTS = {
    "name": _("Agent {name}"),
    "tools": _("Tools of {name}"),
    "reach": _("Reach of {name}"),
}
