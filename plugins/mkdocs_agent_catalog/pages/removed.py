"""The page of a removed item: what it was, when it was removed, and what to use instead."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from ..addresses import urls
from ..addresses.urls import Href
from ..model.address_lock import LockEntry
from ..model.item_kinds import ITEM_KINDS
from ..text.i18n import say
from ..text.suggestions import suggest
from .finder.similar_agents import compare_agents
from .page import CatalogContext, Page, once


@once
def assign_tombstone_uris(shared: CatalogContext) -> dict[str, str]:
    """The uri of each tombstone by permanent id: where its page was, or ``gone/`` if that is taken."""
    ledger = shared.catalog.ledger
    texts = {
        urls.locate_item(item.kind, item.id, item.name)[0] for item in ledger.now.entries if item.gone is None
    }
    table: dict[str, str] = {}
    for entry in ledger.now.entries:
        if entry.gone is not None:
            uri, anchor = urls.locate_item(entry.kind, entry.id, entry.name)
            address = urls.make_page_path(shared.where.uri(uri), shared.where.directory_urls)
            if anchor or uri in texts or address not in entry.addresses:
                uri = f"gone/{entry.permanent}.md"
            texts.add(uri)
            table[entry.permanent] = uri
    return table


def locate_published(shared: CatalogContext, entry: LockEntry) -> tuple[str, str]:
    """Page and anchor of what an entry of the lock file leads to today: its page or its tombstone."""
    if entry.gone is not None:
        return assign_tombstone_uris(shared)[entry.permanent], ""
    return urls.locate_item(entry.kind, entry.id, entry.name)


def find_former_owners(shared: CatalogContext, page: Page, href: Href) -> list[dict[str, Any]]:
    """What used to be at the address of ``page``, or at one that leads to it, and where it is now: its name,
    the link there, and whether it was at the address itself (``is_here``)."""
    ledger = shared.catalog.ledger
    # Few addresses had several owners, and most pages have none of them.
    if not ledger.former_owners:
        return []
    own = urls.make_page_path(shared.where.uri(page.uri), shared.where.directory_urls)
    entry = ledger.find_entry(*page.subject) if page.subject else None
    graves = assign_tombstone_uris(shared)
    if entry is None and page.uri in graves.values():
        entry = next(e for e in ledger.now.entries if graves.get(e.permanent) == page.uri)
    leading = (address for address in (entry.addresses if entry else ()) if address != own)
    owners = {
        owner.permanent: (owner, address == own)
        for address in (*leading, own)
        for owner in ledger.former_owners.get(address, ())
        if locate_published(shared, owner)[0] != page.uri
    }
    return [
        {"name": owner.name, "href": href(*locate_published(shared, owner)), "is_here": is_here}
        for owner, is_here in owners.values()
    ]


def find_heirs(shared: CatalogContext, page: Page, href: Href) -> list[dict[str, str]]:
    """What else has a part of the earlier text of the agent or skill of ``page``: its name and the link."""
    entry = shared.catalog.ledger.find_entry(*page.subject) if page.subject else None
    return _describe_heirs(shared, entry, href) if entry else []


def _describe_heirs(shared: CatalogContext, entry: LockEntry, href: Href) -> list[dict[str, str]]:
    # Few have any, and to look through all entries for each page takes long.
    if not entry.heirs:
        return []
    by_name = {other.permanent: other for other in shared.catalog.ledger.now.entries}
    heirs = [by_name[name] for name in entry.heirs if name in by_name and name != entry.permanent]
    return [_describe_entry(shared, heir, href) for heir in heirs]


def list_removed_pages(shared: CatalogContext) -> Iterator[Page]:
    """A page for each thing that is gone; it is in no index and in no search."""
    uris = assign_tombstone_uris(shared)
    for entry in shared.catalog.ledger.now.entries:
        if entry.permanent in uris:
            yield Page(
                uri=uris[entry.permanent],
                template="gone.html.jinja",
                title=entry.name,
                context=partial(_build_context, shared, entry),
                description=shared.say(ITEM_KINDS[entry.kind].gone_text),
            )


def _build_context(shared: CatalogContext, entry: LockEntry, href: Href) -> dict[str, Any]:
    named = _find_named_successor(shared, entry)
    heirs = [] if named else _describe_heirs(shared, entry, href)
    nearest = None if named or heirs else find_most_similar(shared, entry)
    return {
        "entry": entry,
        "what": shared.say(_describe_removal(entry)),
        "why": shared.say(ITEM_KINDS[entry.kind].gone_why),
        "successor": _describe_entry(shared, named, href) if named else None,
        "heirs": heirs,
        "nearest": _describe_entry(shared, nearest, href) if nearest else None,
        "index": href(ITEM_KINDS[entry.kind].index_uri),
        "index_title": shared.say(ITEM_KINDS[entry.kind].all_label),
        "headings": (),
    }


def _describe_removal(entry: LockEntry) -> str:
    kind = ITEM_KINDS[entry.kind]
    return say(kind.gone_on_text, day=entry.gone) if entry.gone else kind.gone_text


def _describe_entry(shared: CatalogContext, entry: LockEntry, href: Href) -> dict[str, str]:
    """What the template gets of it; one that is gone too has a page that leads further."""
    return {"name": entry.name, "summary": entry.summary, "href": href(*locate_published(shared, entry))}


def _find_named_successor(shared: CatalogContext, entry: LockEntry) -> LockEntry | None:
    """What a person named as the successor."""
    result = next((e for e in shared.catalog.ledger.now.entries if e.permanent == entry.replaced_by), None)
    return None if result is None or result.permanent == entry.permanent else result


def find_successor(shared: CatalogContext, entry: LockEntry) -> LockEntry | None:
    """What took the place of ``one`` and is there, however many came and went between them."""
    seen: set[str] = set()
    result: LockEntry | None = entry
    while result is not None and result.gone is not None and result.permanent not in seen:
        seen.add(result.permanent)
        result = _find_named_successor(shared, result)
    return result if result is not None and result.gone is None else None


def find_most_similar(shared: CatalogContext, item: LockEntry) -> LockEntry | None:
    """What is most like it, by what the lock file remembers of it: a guess, to be shown as one."""
    ledger = shared.catalog.ledger
    if item.kind == "agent":
        best = compare_agents(shared).find_nearest_to_text(f"{item.name} {item.summary}")
        return ledger.find_entry("agent", best.id) if best else None
    entries = [e for e in ledger.now.entries if e.kind == item.kind and e.gone is None]
    name = suggest(item.name, (entry.name for entry in entries))
    return next((entry for entry in entries if entry.name == name), None)
