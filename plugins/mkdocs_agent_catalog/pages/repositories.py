"""The page "Repositories": the catalogs of other repositories, old names that are still used, texts that are
in several of them, and who uses which server, skill, agent and tool."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from ..addresses.urls import Href
from ..linking.across import OldName
from ..linking.copies import Copies
from ..model.item_kinds import ITEM_KINDS
from ..model.output import Heading
from ..runtimes import RUNTIMES
from ..text.i18n import say
from .across import (
    build_users,
    count_users,
    describe_copies,
    describe_old_name,
    describe_places,
    find_across,
    link_to_place,
    name_repository,
)
from .capability_tables import build_repository_table
from .page import CatalogContext, Page, make_list_page, paginate_page
from .pagination import ListPage, PaginatedList
from .used_things import URI, Entry, UsedThing, get_first, list_entries, locate_thing

MOST_NAMED = 12
"""Of more users only their number in each repository is told."""


def list_repository_pages(shared: CatalogContext) -> Iterator[Page]:
    """The page, and the parts of its lists; none where there are no other repositories."""
    if shared.has_repositories:
        page = make_list_page(shared, URI, "repositories.html.jinja", shared.say("Repositories"))
        result = list_entries(shared)
        yield from paginate_page(page, result, partial(_build_context, shared, result))


def _build_context(
    shared: CatalogContext, result: PaginatedList[Entry], href: Href, part: ListPage[Entry] | None
) -> dict[str, Any]:
    shown = result.list_shown(part)
    table = None if part else build_repository_table(shared, href, with_checkouts=True)
    old = (
        []
        if part
        else [_build_old_name(shared, name, href) for name in find_across(shared).old_names.values()]
    )
    return {
        "repositories": table,
        "old_names": old,
        "sections": [
            {
                "id": section.anchor,
                "title": section.title,
                "rows": [
                    _build_copies(shared, entry, href)
                    if isinstance(entry, Copies)
                    else _build_thing(shared, entry, href)
                    for entry in section.entries
                ],
            }
            for section in shown
        ],
        "headings": (
            *([Heading(2, table["anchor"], table["title"])] if table else []),
            *([Heading(2, "old-names", shared.say(say("Old names that are still used")))] if old else []),
            *(Heading(2, section.anchor, section.title) for section in shown),
        ),
    }


def _build_copies(shared: CatalogContext, copies: Copies, href: Href) -> dict[str, Any]:
    place = get_first(copies)
    return {
        "name": place.item.name,
        "href": link_to_place(shared, place, href),
        "noun": name_repository(shared, place),
        "notes": describe_copies(shared, place, href),
    }


def _build_thing(shared: CatalogContext, thing: UsedThing, href: Href) -> dict[str, Any]:
    place, index = locate_thing(shared, thing.kind, thing.key), find_across(shared).index
    facet = {"server": thing.key, "skill": thing.name, "tool": thing.name}.get(thing.kind, "")
    many = len(thing.users) > MOST_NAMED
    return {
        "anchor": thing.anchor,
        "name": thing.name,
        "href": href(*place) if place and place[1] != thing.anchor else "",
        "noun": _name_runtime(thing),
        "count": len(thing.users),
        "notes": describe_places(shared, index.places.get((thing.kind, thing.key), ()), href),
        "agents": count_users(shared, thing.users, href, thing.kind if facet else "", facet)
        if many
        else build_users(shared, thing.users, href),
    }


def _build_old_name(shared: CatalogContext, old: OldName, href: Href) -> dict[str, Any]:
    return {
        "name": old.name,
        "noun": ITEM_KINDS[old.kind].noun,
        "notes": describe_old_name(shared, old, href),
        # Each of them is to be changed.
        "agents": [row for use in old.uses for row in build_users(shared, [use.user], href)],
        "count": len(old.uses),
    }


def _name_runtime(thing: UsedThing) -> str:
    runtime = thing.key.partition(" ")[0] if thing.kind == "tool" else ""
    return RUNTIMES[runtime].title if runtime in RUNTIMES else runtime
