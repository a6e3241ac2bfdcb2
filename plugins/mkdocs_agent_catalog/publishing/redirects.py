"""Redirect pages: at each address in the lock file that has no page now, and at former addresses of catalog
pages.

Each is a small page of its own: instant with and without scripts, with the address as a link for those whom
nothing leads on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from jinja2 import Template
from markupsafe import Markup

from ..addresses import urls
from ..addresses.urls import EFFECTIVE_MATRIX, SiteLocation
from ..model.output import Output
from ..pages.matrix.page import list_moved_parts
from ..pages.page import CatalogContext
from ..pages.removed import locate_published
from ..pages.render import load_environment
from ..text.i18n import mark_for_translation as _

SCRIPT, STYLE = "assets/stub.js", "assets/stub.css"
MOVED_PAGES: dict[str, tuple[str, str]] = {
    "overview.md": ("reach.md", _("Capabilities")),
    "matrix/effective.md": (EFFECTIVE_MATRIX, _("Tool matrix")),
    "matrix/profiles.md": (EFFECTIVE_MATRIX, _("Tool matrix")),
}
"""Pages of the catalog that went: for the uri of each the page that took its place and what that is called.
They lead on from both forms of their address."""


def list_redirect_pages(
    shared: CatalogContext, where: SiteLocation, heads: Mapping[str, Callable[[], str]]
) -> Iterator[Output]:
    """A page for each address that leads to another page, shown by others as that one is (``heads``)."""
    for address, target, title in list_moved_pages(shared):
        yield from make_redirect(shared, address, title, target, "", heads)
    for other in shared.catalog.other_catalogs:
        names = {agent.uri: agent.name for agent in other.agents}
        names |= {removed.uri: removed.name for removed in other.removed}
        for uri, target in other.redirects:
            address = urls.make_page_path(where.uri(uri), where.directory_urls)
            yield from make_redirect(shared, address, names[target], target, "", heads)
    for entry in shared.catalog.ledger.now.entries:
        uri, anchor = locate_published(shared, entry)
        page = urls.make_page_path(where.uri(uri), where.directory_urls)
        for address in entry.addresses:
            if address != page:
                yield from make_redirect(
                    shared, address, entry.name, uri, anchor, heads, entry.gone is not None
                )


def list_moved_pages(shared: CatalogContext) -> Iterator[tuple[str, str, str]]:
    """The former addresses of catalog pages that went, each with the uri and title of what took its place."""
    where = shared.where
    moved_parts = {uri: (target, title) for uri, target, title in list_moved_parts(shared)}
    paths = dict.fromkeys((where.path, *(place.path for place in shared.former_places)))
    for uri, (target, title) in (MOVED_PAGES | moved_parts).items():
        for path in paths:
            for directory_urls in (True, False):
                address = urls.make_page_path(replace(where, path=path).uri(uri), directory_urls)
                yield address, target, shared.say(title)


def make_redirect(
    shared: CatalogContext,
    address: str,
    title: str,
    uri: str,
    anchor: str,
    heads: Mapping[str, Callable[[], str]],
    gone: bool = False,
) -> Iterator[Output]:
    """The page at ``address`` that leads to the page ``uri`` and its ``anchor``, if a page can be there."""
    where, file = shared.where, get_output_path(address)
    if file is None:
        return
    href = urls.make_linker_at(address, where.directory_urls)
    context = {
        "title": title,
        "lang": shared.say.language,
        "href": href(where.uri(uri), anchor),
        "shown": where.make_absolute(uri, anchor),
        "script": href(where.uri(SCRIPT)),
        "style": href(where.uri(STYLE)),
        "gone": gone,
    }
    template = load_environment(shared.templates, shared.say.language).get_template("stub.html.jinja")
    head = heads.get(where.uri(uri), str)
    yield Output(file, title, partial(_render_redirect, template, context, head), False)


def _render_redirect(template: Template, context: dict[str, Any], head: Callable[[], str]) -> str:
    return template.render(head=Markup(head()), **context)


def get_output_path(address: str) -> str | None:
    """The file that a web server gives for ``address``; ``None`` for what is no page."""
    if address.endswith("/"):
        return f"{address}index.html"
    return address if address.endswith(".html") else None
