"""Feeds of changes: ``feed.json`` (JSON Feed 1.1) and ``feed.xml`` (Atom, RFC 4287).

Both say the same. Ids come from the commit and the file, so that nothing is told twice when the site moves.
Without an address of the site's own, links are those from the feed itself.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree

from markupsafe import Markup, escape

from ..addresses.urls import FEED_ATOM, FEED_JSON
from ..model.changes import AgentChange, Change
from ..model.item_kinds import ITEM_KINDS
from ..pages.changes import MANY, find_entry, locate_change, make_change_title
from ..pages.page import CatalogContext
from ..pages.render import format_backticks
from ..text.i18n import say
from ..text.strings import capitalize_sentence, make_single_line

# Of a commit with many agents so many are named.
MOST_NAMED = 100


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry of a feed. ``address`` is empty where there is no page; ``about`` is for programs."""

    id: str
    title: str
    address: str
    when: str
    html: str
    kinds: tuple[str, ...]
    about: list[dict[str, Any]]


def build_feeds(shared: CatalogContext) -> Iterator[tuple[str, str]]:
    """Name and content of each feed; none where nothing is known of the past."""
    if shared.changes:
        entries = [_build_entry(shared, changes) for changes in shared.changes]
        name = make_single_line(shared.where.site_name) or shared.say("Agent catalog")
        title = shared.say(say("{name}: changes of agents", name=name))
        yield FEED_JSON, _write_json_feed(shared, title, name, entries)
        yield FEED_ATOM, _write_atom_feed(shared, title, name, entries)


def _build_entry(shared: CatalogContext, changes: Change) -> FeedEntry:
    first, many = changes[0], len(changes) > 1
    place = locate_change(shared, first)
    page = shared.where.make_page_url(*place) if place else first.page_url
    return FeedEntry(
        id=uuid5(NAMESPACE_URL, f"git:{first.commit}/{_identify(shared, first, many)}").urn,
        title=shared.say(say(MANY[first.subject], n=len(changes)))
        if many
        else make_change_title(shared, first),
        address=shared.where.make_page_url(ITEM_KINDS[first.subject].index_uri) if many else page,
        when=first.when,
        html=_describe_many(shared, changes) if many else _describe_one(shared, first),
        kinds=tuple(sorted({kind for change in changes for kind in change.kinds})),
        about=[_describe_change(shared, change) for change in changes],
    )


def _identify(shared: CatalogContext, first: AgentChange, many: bool) -> str:
    """What an entry is about, within its commit: the same in the feed of each site that tells it."""
    path = first.path
    if not first.catalog:
        path = posixpath.relpath(path, shared.catalog.find_repository(path).folder)
    # What was removed and what was moved over it have one path.
    path += "#gone" if first.kinds == ("gone",) else ""
    if first.subject == "agent":
        return "" if many else path
    return f"{first.subject}:" + ("" if many else f"{path}:{first.name}")


def _describe_one(shared: CatalogContext, change: AgentChange) -> str:
    """What happened to one agent, as HTML."""
    parts = [Markup("<p>{}</p>").format(change.summary)] if change.summary else []
    if change.says:
        lines = (
            Markup("<li>{}</li>").format(format_backticks(capitalize_sentence(shared.say(say))))
            for say in change.says
        )
        parts.append(Markup("<ul>{}</ul>").format(Markup("").join(lines)))
    return str(Markup("").join(parts) or Markup("<p>{}</p>").format(make_change_title(shared, change)))


def _describe_many(shared: CatalogContext, changes: Change) -> str:
    """What happened to the agents of one commit, a line for each."""
    lines = [
        Markup("<li>{}</li>").format(format_backticks(make_change_title(shared, change)))
        for change in changes[:MOST_NAMED]
    ]
    more = len(changes) - MOST_NAMED
    if more > 0:
        lines.append(Markup("<li>{}</li>").format(escape(shared.say(say("and {n} more", n=more)))))
    return str(Markup("<ul>{}</ul>").format(Markup("").join(lines)))


def _describe_change(shared: CatalogContext, change: AgentChange) -> dict[str, Any]:
    subject = find_entry(shared, change)
    return {
        "kind": change.subject,
        "id": change.id,
        "agent": change.id if change.subject == "agent" else None,
        "permanent": subject.permanent if subject else None,
        "name": change.name,
        "path": change.path,
        "repository": change.catalog or shared.catalog.find_repository(change.path).name or None,
        "commit": change.commit,
        "kinds": list(change.kinds),
        "gained": list(change.gained),
        "lost": list(change.lost),
    }


def _write_json_feed(shared: CatalogContext, title: str, name: str, entries: list[FeedEntry]) -> str:
    """Source of the form: jsonfeed.org, version 1.1. What begins with ``_`` is an extension of ours."""
    where = shared.where
    addresses = {
        "home_page_url": where.make_page_url("agents/index.md"),
        "feed_url": where.make_file_url(FEED_JSON),
    }
    table = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        # Nothing says what an address in it would be relative to.
        **(addresses if where.site_url else {}),
        "authors": [{"name": name}],
        "language": shared.say.language,
        "items": [
            {
                "id": entry.id,
                **({"url": entry.address} if where.site_url and entry.address else {}),
                "title": entry.title,
                "content_html": entry.html,
                "date_published": entry.when,
                "tags": list(entry.kinds),
                "_agent_catalog": {"changes": entry.about},
            }
            for entry in entries
        ],
    }
    return json.dumps(table, indent=1, ensure_ascii=False) + "\n"


def _write_atom_feed(shared: CatalogContext, title: str, name: str, entries: list[FeedEntry]) -> str:
    """Source of the form: RFC 4287."""
    where = shared.where
    language = shared.say.language
    feed = ElementTree.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": language})
    place = where.make_file_url(FEED_ATOM)
    _add(feed, "id", uuid5(NAMESPACE_URL, place if where.site_url else f"{name}/{where.uri(place)}").urn)
    _add(feed, "title", title)
    _add(feed, "updated", max(entry.when for entry in entries))
    _add(_add(feed, "author"), "name", name)
    if where.site_url:
        _add(feed, "link", rel="self", type="application/atom+xml", href=place)
    _add(feed, "link", rel="alternate", type="text/html", href=where.make_page_url("agents/index.md"))
    for item in entries:
        entry = _add(feed, "entry")
        _add(entry, "id", item.id)
        _add(entry, "title", item.title)
        _add(entry, "updated", item.when)
        _add(entry, "published", item.when)
        if item.address:
            _add(entry, "link", rel="alternate", type="text/html", href=item.address)
        for kind in item.kinds:
            _add(entry, "category", term=kind)
        _add(entry, "content", item.html, type="html")
    ElementTree.indent(feed, " ")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(feed, encoding="unicode")}\n'


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, name, attributes)
    element.text = text or None
    return element
