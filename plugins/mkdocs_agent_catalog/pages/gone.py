"""What is left of something that is gone: what it was, since when, and what there is instead."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from .. import urls
from ..lock import Locked
from ..urls import Href
from ..words import marked as _
from .page import Page, Shared
from .similar import Similar


def tombstones(shared: Shared) -> dict[str, str]:
    """The uri of each tombstone by permanent id: where its page was, or ``gone/`` if that is taken."""
    ledger = shared.catalog.ledger
    there = {urls.subject(one.kind, one.id, one.name)[0] for one in ledger.now.entries if one.gone is None}
    found: dict[str, str] = {}
    for one in ledger.now.entries:
        if one.gone is not None:
            uri, anchor = urls.subject(one.kind, one.id, one.name)
            address = urls.url(shared.where.uri(uri), shared.where.directory_urls)
            if anchor or uri in there or address not in one.addresses:
                uri = f"gone/{one.permanent}.md"
            there.add(uri)
            found[one.permanent] = uri
    return found


def gone_pages(shared: Shared) -> Iterator[Page]:
    """A page for each thing that is gone; it is in no index and in no search."""
    uris = tombstones(shared)
    near: list[Similar] = []
    for one in shared.catalog.ledger.now.entries:
        if one.permanent in uris:
            yield Page(
                uri=uris[one.permanent],
                template="gone.html.jinja",
                title=one.name,
                context=lambda href, one=one: _context(shared, one, uris, near, href),  # type: ignore[misc]
                description=shared.say(_WHAT[one.kind]),
            )


_WHAT = {
    "agent": _("This agent is gone."),
    "server": _("This MCP server is gone."),
    "skill": _("This skill is gone."),
    "tool": _("This tool is gone."),
}


def _context(
    shared: Shared, one: Locked, uris: dict[str, str], near: list[Similar], href: Href
) -> dict[str, Any]:
    named = _successor(shared, one, uris, href)
    return {
        "entry": one,
        "what": shared.say(_WHAT[one.kind]),
        "successor": named,
        "nearest": None if named else _nearest(shared, one, near, href),
        "index": href(
            {
                "agent": "agents/index.md",
                "server": "servers/index.md",
                "skill": "skills/index.md",
                "tool": "tools/index.md",
            }[one.kind]
        ),
        "headings": (),
    }


def _successor(shared: Shared, one: Locked, uris: dict[str, str], href: Href) -> dict[str, str] | None:
    """What a person named as the successor; one that is gone too has a page that leads further."""
    found = next((e for e in shared.catalog.ledger.now.entries if e.permanent == one.replaced_by), None)
    if found is None or found.permanent == one.permanent:
        return None
    page = (
        (uris[found.permanent], "")
        if found.gone is not None
        else urls.subject(found.kind, found.id, found.name)
    )
    return {"name": found.name, "summary": found.summary, "href": href(*page)}


def _nearest(shared: Shared, one: Locked, near: list[Similar], href: Href) -> dict[str, str] | None:
    """What is most like it, by what the lock file remembers of it: a guess, and shown as one."""
    if one.kind == "agent":
        if not near:
            near.append(Similar(shared))
        best = near[0].to_words(f"{one.name} {one.summary}")
        return (
            {"name": best.title, "summary": best.summary, "href": href(urls.agent(best.id))} if best else None
        )
    there = [e for e in shared.catalog.ledger.now.entries if e.kind == one.kind and e.gone is None]
    names = difflib.get_close_matches(one.name, [e.name for e in there], n=1, cutoff=0.7)
    found = next((e for e in there if names and e.name == names[0]), None)
    return (
        {
            "name": found.name,
            "summary": found.summary,
            "href": href(*urls.subject(found.kind, found.id, found.name)),
        }
        if found
        else None
    )
