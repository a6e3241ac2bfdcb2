"""The menu of links on a page: its address, and the link in the syntax of each wiki."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ...addresses import urls
from ...addresses.urls import BADGES, CARD, Href, Where
from ...pages.registry import Page, Shared, former_owners, tombstones
from ...text.i18n import marked as _
from ...text.i18n import say
from ..previews import CARD_HEIGHT, CARD_WIDTH, has_card
from ..previews.oembed import frame
from .link_formats import forms, pictures
from .matrix_embeds import snippets

SCRIPT = "assets/link.js"
# Stands for the address of a site that does not say its own; a script puts in the one that it runs at.
UNKNOWN = "https://SITE/"
TABLES = ("matrix.html.jinja", "profiles.html.jinja")


def with_menus(pages: tuple[Page, ...], shared: Shared) -> tuple[Page, ...]:
    """``pages``, each with ``take`` in its context: what its menu shows, or ``None`` for a page without; and
    with ``former_owners``: what used to be at its address."""
    uris = tombstones(shared)
    return tuple(_with_menu(page, shared, uris) for page in pages)


def _with_menu(page: Page, shared: Shared, tombstone_uris: dict[str, str]) -> Page:
    def context(href: Href) -> dict[str, Any]:
        return {
            **page.context(href),
            "take": _menu(page, shared, href),
            "former_owners": former_owners(shared, page, tombstone_uris, href),
        }

    return replace(page, context=context)


def _menu(page: Page, shared: Shared, href: Href) -> dict[str, Any] | None:
    if page.subject is None and page.template not in TABLES:
        return None
    where = shared.where
    whole = where if where.site_url else replace(where, site_url=UNKNOWN)
    return {
        "rows": tuple(_rows(page, shared, whole)),
        "groups": tuple(snippets(page.uri, page.framed, shared, whole)) if shared.embeds else (),
        "script": href(SCRIPT),
        # Where the site begins, as seen from the page: needed only where the site does not say.
        "root": "" if where.site_url else posixpath.normpath(href("x") + "/.." + "/.." * _depth(where)) + "/",
    }


def _depth(where: Where) -> int:
    return len(where.path.split("/")) if where.path else 0


def _rows(page: Page, shared: Shared, where: Where) -> Iterator[tuple[str, str]]:
    """Label and value of each row."""
    address = where.absolute(page.uri)
    yield _("Address"), address
    yield from forms(page.title, address)
    if shared.embeds and page.subject and has_card(page, shared):
        beside = urls.folder(page.uri)
        card = where.absolute(f"{beside}/{CARD}")
        yield _("Card in a frame (HTML)"), frame(card, page.title, CARD_WIDTH, CARD_HEIGHT)
        if page.subject[0] == "agent":
            yield from _badges(page, shared, where, address)


def _badges(page: Page, shared: Shared, where: Where, address: str) -> Iterator[tuple[str, str]]:
    """All badges in a row: whoever wants fewer takes the others away."""
    folder = urls.folder(page.uri)
    images = [
        (shared.say(say(_ALTS[name], name=page.title)), where.absolute(f"{folder}/{file}"))
        for name, file in BADGES.items()
    ]
    markdown, html = pictures(images, address)
    yield _("Badges (Markdown)"), markdown
    yield _("Badges (HTML)"), html


_ALTS = {
    "name": _("Agent {name}"),
    "tools": _("Tools of {name}"),
    "reach": _("Reach of {name}"),
}
