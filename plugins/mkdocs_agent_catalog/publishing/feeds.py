"""What changed, to be subscribed to: ``feed.json`` (JSON Feed 1.1) and ``feed.xml`` (Atom, RFC 4287).

Both say the same. Ids come from the commit and the file, so that nothing is told twice when the site moves.
Without an address of the site's own, links are those from the feed itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree

from markupsafe import Markup, escape

from ..addresses.urls import FEED_ATOM, FEED_JSON
from ..history.agent_changes import Change
from ..model.address_lock import Locked
from ..pages.registry import Shared, published_at, tombstones
from ..pages.render import ticks
from ..text.i18n import marked as _
from ..text.i18n import say
from ..text.strings import flat, sentence_case

# Of a commit with many agents so many are named.
MOST_NAMED = 100
_TITLES = {
    "new": _("New agent: {name}"),
    "gone": _("Agent gone: {name}"),
    "changed": _("Agent changed: {name}"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed. ``address`` is empty where there is no page; ``about`` is for programs."""

    id: str
    title: str
    address: str
    when: str
    html: str
    kinds: tuple[str, ...]
    about: list[dict[str, Any]]


def feeds(shared: Shared) -> Iterator[tuple[str, str]]:
    """Name and content of each feed; none where nothing is known of the past."""
    if shared.changes:
        removed = {one.path: one for one in shared.catalog.ledger.now.entries if one.gone is not None}
        graves = tombstones(shared)
        entries = [_entry(shared, changes, removed, graves) for changes in shared.changes]
        name = flat(shared.where.site_name) or shared.say("Agent catalog")
        title = shared.say(say("{name}: changes of agents", name=name))
        yield FEED_JSON, _json(shared, title, name, entries)
        yield FEED_ATOM, _atom(shared, title, name, entries)


def _entry(
    shared: Shared, changes: tuple[Change, ...], removed: dict[str | None, Locked], graves: dict[str, str]
) -> Entry:
    first, many = changes[0], len(changes) > 1
    ledger = shared.catalog.ledger
    subjects = [ledger.of("agent", one.id) if one.id else removed.get(one.path) for one in changes]
    page = shared.where.of_page(*published_at(subjects[0], graves)) if subjects[0] else ""
    return Entry(
        id=uuid5(NAMESPACE_URL, f"git:{first.commit}/{'' if many else first.path}").urn,
        title=shared.say(say("{n} agents changed at once", n=len(changes)))
        if many
        else _title(shared, first),
        address=shared.where.of_page("agents/index.md") if many else page,
        when=first.when,
        html=_many(shared, changes) if many else _one(shared, first),
        kinds=tuple(sorted({kind for one in changes for kind in one.kinds})),
        about=[_about(one, subject) for one, subject in zip(changes, subjects, strict=True)],
    )


def _title(shared: Shared, change: Change) -> str:
    template = _TITLES.get(change.kinds[0])
    if template:
        return shared.say(say(template, name=change.name))
    first, more = change.says[0], len(change.says) - 1
    form = _("{name}: {what} (and more: {n})") if more else "{name}: {what}"
    # A title is no markup: what is code in a sentence is plain in it.
    return shared.say(say(form, name=change.name, what=first, n=more)).replace("`", "")


def _one(shared: Shared, change: Change) -> str:
    """What happened to one agent, as HTML."""
    parts = [Markup("<p>{}</p>").format(change.summary)] if change.summary else []
    if change.says:
        lines = (Markup("<li>{}</li>").format(ticks(sentence_case(shared.say(one)))) for one in change.says)
        parts.append(Markup("<ul>{}</ul>").format(Markup("").join(lines)))
    return str(Markup("").join(parts) or Markup("<p>{}</p>").format(_title(shared, change)))


def _many(shared: Shared, changes: tuple[Change, ...]) -> str:
    """What happened to the agents of one commit, a line for each."""
    lines = [Markup("<li>{}</li>").format(ticks(_title(shared, one))) for one in changes[:MOST_NAMED]]
    more = len(changes) - MOST_NAMED
    if more > 0:
        lines.append(Markup("<li>{}</li>").format(escape(shared.say(say("and {n} more", n=more)))))
    return str(Markup("<ul>{}</ul>").format(Markup("").join(lines)))


def _about(change: Change, subject: Locked | None) -> dict[str, Any]:
    return {
        "agent": change.id,
        "permanent": subject.permanent if subject else None,
        "name": change.name,
        "path": change.path,
        "commit": change.commit,
        "kinds": list(change.kinds),
        "gained": list(change.gained),
        "lost": list(change.lost),
    }


def _json(shared: Shared, title: str, name: str, entries: list[Entry]) -> str:
    """Source of the form: jsonfeed.org, version 1.1. What begins with ``_`` is an extension of ours."""
    where = shared.where
    addresses = {"home_page_url": where.of_page("agents/index.md"), "feed_url": where.of_file(FEED_JSON)}
    table = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        # Nothing says what an address in it would be relative to.
        **(addresses if where.site_url else {}),
        "authors": [{"name": name}],
        "language": shared.say.tag,
        "items": [
            {
                "id": one.id,
                **({"url": one.address} if where.site_url and one.address else {}),
                "title": one.title,
                "content_html": one.html,
                "date_published": one.when,
                "tags": list(one.kinds),
                "_agent_catalog": {"changes": one.about},
            }
            for one in entries
        ],
    }
    return json.dumps(table, indent=1, ensure_ascii=False) + "\n"


def _atom(shared: Shared, title: str, name: str, entries: list[Entry]) -> str:
    """Source of the form: RFC 4287."""
    where = shared.where
    feed = ElementTree.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": shared.say.tag})
    place = where.of_file(FEED_ATOM)
    _add(feed, "id", uuid5(NAMESPACE_URL, place if where.site_url else f"{name}/{where.uri(place)}").urn)
    _add(feed, "title", title)
    _add(feed, "updated", max(one.when for one in entries))
    _add(_add(feed, "author"), "name", name)
    if where.site_url:
        _add(feed, "link", rel="self", type="application/atom+xml", href=place)
    _add(feed, "link", rel="alternate", type="text/html", href=where.of_page("agents/index.md"))
    for one in entries:
        entry = _add(feed, "entry")
        _add(entry, "id", one.id)
        _add(entry, "title", one.title)
        _add(entry, "updated", one.when)
        _add(entry, "published", one.when)
        if one.address:
            _add(entry, "link", rel="alternate", type="text/html", href=one.address)
        for kind in one.kinds:
            _add(entry, "category", term=kind)
        _add(entry, "content", one.html, type="html")
    ElementTree.indent(feed, " ")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(feed, encoding="unicode")}\n'


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    found = ElementTree.SubElement(parent, name, attributes)
    found.text = text or None
    return found
