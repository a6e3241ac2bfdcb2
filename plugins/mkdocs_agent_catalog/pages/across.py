"""What the pages say across repositories: who in others uses something, and where else the same text is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from ..addresses import urls
from ..addresses.urls import Href
from ..linking.across import AcrossIndex, OldName, Place, Use, make_key
from ..linking.copies import CopyIndex
from ..model.catalog import Tool
from ..model.other_catalogs import OtherCatalog
from ..model.output import Heading
from ..text.i18n import say, say_plural
from .finder.facets import OWN_REPOSITORY
from .page import INDEX, CatalogContext, Page, once

TEMPLATES = frozenset({"agent.html.jinja", "skill.html.jinja", "server.html.jinja", "tool.html.jinja"})
"""Those of pages about something that other repositories may use as well."""
MOST_NAMED = 100
"""With more users than this only their number in each repository is told, and their list is led to."""


@dataclass(slots=True)
class Across:
    """What is looked up across repositories, worked out once."""

    index: AcrossIndex
    copies: CopyIndex
    tool_users: dict[tuple[str, str], list[Place]] = field(default_factory=dict)
    """The agents of other catalogs that list a tool, by the names of its runtime and its own."""
    uris: dict[tuple[str, str], str] = field(default_factory=dict)
    """The pages of agents of other catalogs, by the ids of catalog and agent."""
    old_names: dict[tuple[str, str], OldName] = field(default_factory=dict)
    """The names that are still used, by kind and key."""


@once
def find_across(shared: CatalogContext) -> Across:
    """What is known across the repositories of the catalog."""
    index = AcrossIndex(shared.catalog)
    across = Across(index, CopyIndex(index.catalogs))
    # In one catalog the checks say of each name that nothing is called so.
    if shared.catalog.other_catalogs:
        across.old_names = {make_key(old.kind, old.name): old for old in index.find_old_names()}
    for other in shared.catalog.other_catalogs:
        for agent in other.agents:
            across.uris[other.id, agent.id] = agent.uri
            for name in agent.listed_tools:
                place = index.by_id[other.id, "agent", agent.id]
                across.tool_users.setdefault((agent.runtime, name), []).append(place)
    return across


def _identify(place: Place) -> tuple[str, str, str]:
    return place.catalog.id, place.item.kind, place.item.id


def name_repository(shared: CatalogContext, place: Place) -> str:
    """What people call the repository of ``place``."""
    return place.catalog.source.title or place.item.repository or shared.say(OWN_REPOSITORY)


def link_to_place(shared: CatalogContext, place: Place, href: Href) -> str:
    """The page of what is at ``place``: here, or else in the catalog of its team."""
    source_id, kind, id = _identify(place)
    if not source_id:
        return href(*urls.locate_item(kind, id, place.item.name))
    uri = find_across(shared).uris.get((source_id, id)) if kind == "agent" else ""
    return href(uri) if uri else place.item.page_url or href(place.catalog.uri)


def build_users(
    shared: CatalogContext, users: Sequence[Place], href: Href, facet: str = "", value: str = ""
) -> list[dict[str, Any]]:
    """Each of ``users``, or where they are too many each repository: ``facet`` with ``value`` shows them in
    the list of its agents."""
    if len(users) <= MOST_NAMED:
        return [
            {
                "name": place.item.name,
                "href": link_to_place(shared, place, href),
                "group": name_repository(shared, place),
                "entries": (),
            }
            for place in users
        ]
    return count_users(shared, users, href, facet, value)


def count_users(
    shared: CatalogContext, users: Iterable[Place], href: Href, facet: str, value: str
) -> list[dict[str, Any]]:
    """How many of ``users`` each repository has, with the list of them."""
    counts: dict[str, list[Place]] = {}
    for place in users:
        counts.setdefault(name_repository(shared, place), []).append(place)
    return [
        {
            "name": name,
            "href": _link_to_list(shared, places[0].catalog, href, facet, value),
            "group": shared.say(say_plural("1 agent", "{n} agents", len(places))),
            "entries": (),
        }
        for name, places in counts.items()
    ]


def _link_to_list(shared: CatalogContext, other: OtherCatalog, href: Href, facet: str, value: str) -> str:
    # A filter in an address holds for a list of one page.
    is_whole = len(other.agents) <= shared.limits.cards if other.id else not shared.index.parts
    query = f"?{urlencode({facet: value})}" if facet and is_whole else ""
    return f"{href(other.uri or INDEX)}{query}"


def describe_copies(shared: CatalogContext, place: Place | None, href: Href) -> list[dict[str, Any]]:
    """Where else the text of ``place`` is, in words and links; no more than is known."""
    copies = find_across(shared).copies.find(place) if place else None
    if place is None or copies is None:
        return []
    parts = (
        (say("A newer text is in:"), copies.newer),
        (say("The same text is in:"), copies.same),
        (say("An older text is in:"), copies.older),
    )
    own = place.repository
    return [
        {"words": shared.say(words), "links": links}
        for words, places in parts
        if (links := _link_places(shared, (other for key, other in places.items() if key != own), href))
    ]


def describe_old_name(shared: CatalogContext, old: OldName, href: Href) -> list[dict[str, Any]]:
    """What came of a name in the repositories that had it."""
    notes = []
    for place in old.now:
        title = name_repository(shared, place)
        if place.day is None:
            words = say("{title} calls it now:", title=title)
        elif place.day:
            words = say("{title} removed it on {day}.", title=title, day=place.day)
        else:
            words = say("{title} removed it.", title=title)
        link = {"name": place.item.name, "href": link_to_place(shared, place, href)}
        notes.append({"words": shared.say(words), "links": [link] if place.item.is_here else []})
    return notes


def describe_places(shared: CatalogContext, places: Iterable[Place], href: Href) -> list[dict[str, Any]]:
    """Which repositories have something; nothing where none has it."""
    links = _link_places(shared, places, href)
    return [{"words": shared.say(say("It is in:")), "links": links}] if links else []


def _link_places(shared: CatalogContext, places: Iterable[Place], href: Href) -> list[dict[str, str]]:
    """A link for each repository: a copy that is there twice is one for a reader."""
    firsts: dict[str, Place] = {}
    for place in sorted(places, key=lambda place: place.order):
        firsts.setdefault(name_repository(shared, place), place)
    return [{"name": name, "href": link_to_place(shared, place, href)} for name, place in firsts.items()]


def add_uses_elsewhere(pages: Iterable[Page], shared: CatalogContext) -> Iterator[Page]:
    """``pages``; those of agents, skills, servers and tools have ``elsewhere``: what there is of it in other
    repositories, ``None`` without any."""
    for page in pages:
        yield _add_elsewhere(page, shared) if page.template in TEMPLATES else page


def _add_elsewhere(page: Page, shared: CatalogContext) -> Page:
    def context(href: Href) -> dict[str, Any]:
        values = page.context(href)
        elsewhere = build_elsewhere(shared, page.subject, href) if page.subject else None
        headings = values["headings"]
        if elsewhere and elsewhere["count"]:
            headings = (*headings, Heading(2, "elsewhere", shared.say(say("In other repositories"))))
        return {**values, "elsewhere": elsewhere, "headings": headings}

    return replace(page, context=context)


def build_elsewhere(shared: CatalogContext, subject: tuple[str, str], href: Href) -> dict[str, Any] | None:
    """What other repositories have to do with an own item: users and copies, and where it is if it is only
    named here."""
    if not shared.has_repositories:
        return None
    kind, id = subject
    across, thing = find_across(shared), shared.catalog.by_id[subject]
    place = across.index.by_id.get(("", kind, id))
    if isinstance(thing, Tool):
        users, facet, value = across.tool_users.get((thing.runtime, thing.name), []), "tool", thing.name
    elif place is None:
        return None
    else:
        users = [use.user for use in across.index.find_uses(place)]
        facet, value = ("server", id) if kind == "server" else (kind, thing.name)
    notes = describe_copies(shared, place, href)
    if place and not place.item.is_here:
        notes += describe_places(shared, across.index.find_places(place), href)
        old = across.old_names.get(make_key(kind, place.item.name))
        notes += describe_old_name(shared, old, href) if old else []
    if not users and not notes:
        return None
    return {"count": len(users), "notes": notes, "agents": build_users(shared, users, href, facet, value)}


def list_uses(shared: CatalogContext, place: Place) -> list[Use]:
    """Who uses what another repository has: there and elsewhere."""
    index = find_across(shared).index
    return [*index.uses_at_home.get(_identify(place), ()), *index.find_uses(place)]
