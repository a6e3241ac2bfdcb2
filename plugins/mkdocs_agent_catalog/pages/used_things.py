"""What the agents of all repositories use, and where a page tells who does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..addresses import urls
from ..linking.across import Place, make_key
from ..linking.copies import Copies
from ..text.i18n import mark_for_translation as _
from ..text.i18n import say
from ..text.strings import make_slug, make_unique
from .across import find_across
from .page import CatalogContext, once
from .pagination import PaginatedList, Section, paginate

URI = "repositories.md"
ROWS_OF_A_PAGE = 3
"""A row of this list takes the room of so many lines of others."""
TITLES = {
    "server": _("MCP servers in use"),
    "skill": _("Skills in use"),
    "agent": _("Agents that other repositories start"),
    "tool": _("Tools in use"),
}


@dataclass(frozen=True, slots=True)
class UsedThing:
    """Something that is used by the same name in any repository. ``key`` is that name, of a server its id,
    and of a tool with its runtime before it."""

    kind: str
    key: str
    name: str
    anchor: str
    users: tuple[Place, ...]


Entry = UsedThing | Copies


def get_first(copies: Copies) -> Place:
    """The place that stands for all."""
    return next(iter(copies.same.values()))


@once
def list_entries(shared: CatalogContext) -> PaginatedList[Entry]:
    """The copies, and what is used, as the page of the repositories lists them."""
    things, copies = list(_list_used_things(shared)), tuple(find_across(shared).copies.list_spread())
    by_kind: dict[str, list[Entry]] = {
        kind: [thing for thing in things if thing.kind == kind] for kind in TITLES
    }
    sections: tuple[Section[Entry], ...] = (
        Section("copies", shared.say(say("Same text in several repositories")), copies),
        *(Section(f"used-{kind}", shared.say(TITLES[kind]), by_kind[kind]) for kind in TITLES),
    )
    return paginate(
        URI,
        shared.say(say("Repositories")),
        [section for section in sections if section.entries],
        max(1, shared.limits.entries // ROWS_OF_A_PAGE),
        lambda entry: get_first(entry).item.name if isinstance(entry, Copies) else entry.name,
        "part",
        shared.say,
    )


def _list_used_things(shared: CatalogContext) -> Iterator[UsedThing]:
    """What agents and skills of other catalogs use, the most used first; of agents what one repository uses
    of another."""
    across = find_across(shared)
    users: dict[tuple[str, str], dict[tuple[str, str, str], Place]] = {}
    names: dict[tuple[str, str], str] = {}

    def add(kind: str, key: str, name: str, user: Place) -> None:
        names.setdefault((kind, key), name)
        users.setdefault((kind, key), {})[user.catalog.id, user.item.kind, user.item.id] = user

    for (kind, key), uses in across.index.uses.items():
        for use in uses:
            add(kind, key, key, use.user)
    for (source_id, kind, id), uses in across.index.uses_at_home.items():
        name = across.index.by_id[source_id, kind, id].item.name
        for use in uses if kind != "agent" else ():
            add(kind, make_key(kind, name)[1], name, use.user)
    for (runtime, name), places in across.tool_users.items():
        for place in places if not name.startswith("mcp__") else ():
            add("tool", f"{runtime} {name}", name, place)
    taken: dict[str, int] = {}
    for (kind, key), by_id in sorted(users.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        if any(source_id for source_id, *_rest in by_id):
            anchor = make_unique(f"{kind}-{make_slug(key)}", taken)
            in_order = tuple(sorted(by_id.values(), key=lambda place: place.order))
            yield UsedThing(kind, key, names[kind, key], anchor, in_order)


def locate_thing(shared: CatalogContext, kind: str, key: str) -> tuple[str, str] | None:
    """Page and anchor of where it is told who uses something; ``None`` for what nobody uses."""
    return _locate_things(shared).get((kind, key))


@once
def _locate_things(shared: CatalogContext) -> dict[tuple[str, str], tuple[str, str]]:
    """Where it is told who uses something, by kind and key: on its own page, or else in the list."""
    catalog, entries, places = shared.catalog, list_entries(shared), dict[tuple[str, str], tuple[str, str]]()
    for page in entries.parts or (None,):
        for section in entries.get_sections(page):
            for entry in section.entries:
                if isinstance(entry, UsedThing):
                    places[entry.kind, entry.key] = (page.uri if page else URI, entry.anchor)
    items = (("server", catalog.servers), ("skill", catalog.skills), ("agent", catalog.agents))
    for kind, things in items:
        for thing in things:
            places[make_key(kind, thing.name)] = urls.locate_item(kind, thing.id, thing.name)
    for tool in catalog.tools:
        if not tool.server:
            places["tool", f"{tool.runtime} {tool.name}"] = urls.locate_item("tool", tool.id, tool.name)
    return places
