"""Where agents of other catalogs have their pages: ``agents/<id of the catalog>/<path>/``.

What the own catalog has at an address, or had, wins it; the other one gets a number behind its name, and is
never left out. Former addresses and removed agents come from the data of the team.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..model.catalog import Catalog
from ..model.definitions import Diagnostic, Span
from ..model.other_catalogs import OtherAgent, OtherCatalog, RemovedAgent
from ..reading.other_catalogs import make_safe_path
from ..text.i18n import say, say_names
from .urls import SiteLocation

FOLDER = "agents"


def place_other_catalogs(
    catalogs: Iterable[OtherCatalog], catalog: Catalog, where: SiteLocation
) -> tuple[tuple[OtherCatalog, ...], tuple[Diagnostic, ...]]:
    """``catalogs`` with the uris of their pages, and which of these are not where the team has them."""
    places = _Places(_list_own_places(catalog, where))
    notes: list[Diagnostic] = []
    with_pages = [_place_agents(other, places, notes) for other in catalogs]
    # Pages come first: no former address of anybody takes the place of one.
    return tuple(_place_former(other, places) for other in with_pages), tuple(notes)


def _list_own_places(catalog: Catalog, where: SiteLocation) -> Iterator[str]:
    for agent in catalog.agents:
        # Its definition is in the folder of its page, in a file that could be taken for the source of a page.
        yield from (f"{FOLDER}/{agent.id}", f"{FOLDER}/{agent.id}/agent")
    start = f"{where.path}/" if where.path else ""
    for entry in catalog.ledger.now.entries:
        for address in entry.addresses:
            if address.startswith(start):
                yield address.removeprefix(start).removesuffix("index.html").removesuffix(".html").rstrip("/")


class _Places:
    """The places below the folder of the catalog that are taken; systems that fold case are heeded."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.taken = {_make_key(place) for place in taken}

    def take(self, place: str) -> str:
        """``place``, or the first free one of those with a number behind it."""
        number, free = 1, place
        while _make_key(free) in self.taken or _is_folder_page(free):
            number += 1
            free = f"{place}-{number}"
        self.taken.add(_make_key(free))
        return free

    def take_if_free(self, place: str) -> bool:
        """Takes ``place``; ``False`` if it is taken."""
        key = _make_key(place)
        is_free = key not in self.taken and not _is_folder_page(place)
        self.taken.add(key)
        return is_free


def _make_key(place: str) -> str:
    return place.casefold()


def _is_folder_page(place: str) -> bool:
    """Whether MkDocs makes of a page of this name the page of its folder."""
    return place.rpartition("/")[2].casefold() in ("index", "readme")


def _place_agents(other: OtherCatalog, places: _Places, notes: list[Diagnostic]) -> OtherCatalog:
    base, agents, moved = f"{FOLDER}/{other.id}", [], []
    # The page of the list is in the folder of the agents.
    home = places.take(base)
    for agent in other.agents:
        wanted = f"{base}/{agent.id}"
        place = places.take(f"{base}/{make_safe_path(agent.id)}")
        if place != wanted:
            moved.append(agent.id)
        agents.append(replace(agent, uri=f"{place}.md"))
    if moved:
        message = say(
            "agents of the catalog `{id}` have another address than in their own catalog, as that one is "
            "taken or cannot be one: {names}",
            id=other.id,
            names=say_names(moved),
        )
        notes.append(Diagnostic("other_catalog", Span(other.source.path), message, is_information=True))
    return replace(other, agents=tuple(agents), uri=f"{home}/index.md")


def _place_former(other: OtherCatalog, places: _Places) -> OtherCatalog:
    base = f"{FOLDER}/{other.id}"
    redirects: list[tuple[str, str]] = []
    removed: list[RemovedAgent] = []
    for agent in other.agents:
        redirects += [(uri, agent.uri) for uri in _take_former(agent, base, places)]
    for item in other.removed:
        uris = _take_former(item, base, places)
        if uris:
            removed.append(replace(item, uri=uris[0]))
            redirects += [(uri, uris[0]) for uri in uris[1:]]
    return replace(other, removed=tuple(removed), redirects=tuple(redirects))


def _take_former(item: OtherAgent | RemovedAgent, base: str, places: _Places) -> list[str]:
    """The uris of the former addresses of ``item`` that nothing else has."""
    wanted = dict.fromkeys(f"{base}/{path}" for path in item.former)
    return [f"{place}.md" for place in wanted if places.take_if_free(place)]
