"""What is left of something that is gone: what it was, since when, and what there is instead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..addresses import urls
from ..addresses.urls import Href
from ..model.address_lock import Locked
from ..model.item_kinds import ITEM_KINDS
from ..text.suggestions import suggest
from .finder.similar_agents import Similar
from .page import Page, Shared


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


def published_at(entry: Locked, tombstone_uris: dict[str, str]) -> tuple[str, str]:
    """Page and anchor of what an entry of the lock file leads to today: its page or its tombstone."""
    if entry.gone is not None:
        return tombstone_uris[entry.permanent], ""
    return urls.subject(entry.kind, entry.id, entry.name)


def former_owners(
    shared: Shared, page: Page, tombstone_uris: dict[str, str], href: Href
) -> list[dict[str, str]]:
    """What used to be at the address of ``page`` and where it is now, with its name and the link there."""
    address = urls.url(shared.where.uri(page.uri), shared.where.directory_urls)
    return [
        {"name": entry.name, "href": href(*published_at(entry, tombstone_uris))}
        for entry in shared.catalog.ledger.former_owners.get(address, ())
        if published_at(entry, tombstone_uris)[0] != page.uri
    ]


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
                description=shared.say(ITEM_KINDS[one.kind].gone_text),
            )


def _context(
    shared: Shared, one: Locked, uris: dict[str, str], near: list[Similar], href: Href
) -> dict[str, Any]:
    named = _successor(shared, one)
    return {
        "entry": one,
        "what": shared.say(ITEM_KINDS[one.kind].gone_text),
        "successor": _shown(named, uris, href),
        "nearest": None if named else _shown(nearest(shared, one, near), uris, href),
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


def _shown(one: Locked | None, uris: dict[str, str], href: Href) -> dict[str, str] | None:
    """What the template gets of it; one that is gone too has a page that leads further."""
    if one is None:
        return None
    return {"name": one.name, "summary": one.summary, "href": href(*published_at(one, uris))}


def _successor(shared: Shared, one: Locked) -> Locked | None:
    """What a person named as the successor."""
    found = next((e for e in shared.catalog.ledger.now.entries if e.permanent == one.replaced_by), None)
    return None if found is None or found.permanent == one.permanent else found


def successor(shared: Shared, one: Locked) -> Locked | None:
    """What took the place of ``one`` and is there, however many came and went between them."""
    seen: set[str] = set()
    found: Locked | None = one
    while found is not None and found.gone is not None and found.permanent not in seen:
        seen.add(found.permanent)
        found = _successor(shared, found)
    return found if found is not None and found.gone is None else None


def nearest(shared: Shared, one: Locked, near: list[Similar]) -> Locked | None:
    """What is most like it, by what the lock file remembers of it: a guess, to be shown as one.

    ``near`` keeps what is dear to make, for the next one.
    """
    ledger = shared.catalog.ledger
    if one.kind == "agent":
        if not near:
            near.append(Similar(shared))
        best = near[0].to_words(f"{one.name} {one.summary}")
        return ledger.of("agent", best.id) if best else None
    there = [e for e in ledger.now.entries if e.kind == one.kind and e.gone is None]
    name = suggest(one.name, (entry.name for entry in there))
    return next((entry for entry in there if entry.name == name), None)
