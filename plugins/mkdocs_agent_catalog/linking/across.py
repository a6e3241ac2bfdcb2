"""Who uses what across repositories, and who still uses an old name.

All that is known of another repository is what its catalog says. A name means what is there of this name: in
the own repository of who uses it, and where that has none, in any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..model.address_lock import LockEntry
from ..model.catalog import GRADES, Catalog
from ..model.definitions import Agent, Skill
from ..model.other_catalogs import CatalogSource, OtherCatalog, OtherItem, RemovedItem
from ..reading.fingerprints import fingerprint_definition
from ..text.strings import make_server_id
from .absent_agents import find_absent_agents

OWN = CatalogSource("", "")
"""The repository of the catalog itself, among others."""
Key = tuple[str, str]
"""Kind and name; of a server its id, as different spellings are one server."""


@dataclass(frozen=True, slots=True)
class Place:
    """Something in one of the repositories. ``day`` is when it was removed, ``None`` where it is there."""

    catalog: OtherCatalog
    item: OtherItem
    day: str | None = None

    @property
    def repository(self) -> tuple[str, str]:
        """Which repository it is in."""
        return self.catalog.id, self.item.repository

    @property
    def order(self) -> tuple[str, str, str, str]:
        """By which places are sorted: by repository, the own one first, and by name."""
        title = self.catalog.source.title or self.item.repository
        return title.casefold(), self.item.kind, self.item.name.casefold(), self.item.id


@dataclass(frozen=True, slots=True)
class Use:
    """An agent or a skill that uses something, and how firmly: a grade of evidence."""

    user: Place
    grade: str


@dataclass(frozen=True, slots=True)
class OldName:
    """A name that is used, of which nothing is there any more. ``now`` is what was called so; one that was
    removed has the day, and the item that took its place if somebody named one."""

    kind: str
    name: str
    now: tuple[Place, ...]
    uses: tuple[Use, ...]
    is_elsewhere: bool = False
    """Whether another repository has something of this name."""


def make_key(kind: str, name: str) -> Key:
    """By what things in different repositories are the same."""
    return kind, make_server_id(name) if kind == "server" else name


class AcrossIndex:
    """The catalogs, the own one first, and what they use of each other."""

    def __init__(self, catalog: Catalog) -> None:
        self.own = describe_own(catalog)
        self.catalogs = (self.own, *catalog.other_catalogs)
        self.places: dict[Key, list[Place]] = {}
        """What is there."""
        self.former: dict[Key, list[Place]] = {}
        """What was called so."""
        self.uses: dict[Key, list[Use]] = {}
        """Who uses what by a name that its own repository has not."""
        self.uses_at_home: dict[tuple[str, str, str], list[Use]] = {}
        """Who uses what is in its own repository, by the id of the catalog, kind and id."""
        self.by_fingerprint: dict[tuple[str, str], list[Place]] = {}
        self.by_id: dict[tuple[str, str, str], Place] = {}
        """What a catalog has or names, by the id of the catalog, kind and id."""
        self._found_uses: dict[tuple[str, str, tuple[str, ...], str], tuple[Use, ...]] = {}
        for other in self.catalogs:
            self._add_items(other)
        for other in self.catalogs:
            self._add_uses(other)

    def _add_items(self, other: OtherCatalog) -> None:
        for item in other.items:
            place = Place(other, item)
            self.by_id[other.id, item.kind, item.id] = place
            if not item.is_here:
                continue
            for name in dict.fromkeys((item.name, *item.other_names)):
                self.places.setdefault(make_key(item.kind, name), []).append(place)
            for name in item.former_names:
                self.former.setdefault(make_key(item.kind, name), []).append(place)
            if item.fingerprint and item.kind != "server":
                self.by_fingerprint.setdefault((item.kind, item.fingerprint), []).append(place)
        for removed in other.removed_items:
            heir = self.by_id.get((other.id, removed.kind, removed.successor))
            gone = OtherItem(removed.kind, "", removed.names[0], is_here=False)
            place = Place(other, heir.item if heir else gone, removed.day)
            for name in removed.names:
                self.former.setdefault(make_key(removed.kind, name), []).append(place)

    def _add_uses(self, other: OtherCatalog) -> None:
        for item in other.items:
            user = self.by_id[other.id, item.kind, item.id]
            for kind, id, grade in item.links:
                use, target = Use(user, grade), self.by_id.get((other.id, kind, id))
                if target and target.item.is_here:
                    self.uses_at_home.setdefault((other.id, kind, id), []).append(use)
                elif target:
                    self.uses.setdefault(make_key(kind, target.item.name), []).append(use)
            for name in item.absent:
                self.uses.setdefault(("agent", name), []).append(Use(user, "declared"))

    def find_uses(self, place: Place) -> list[Use]:
        """Who in other repositories uses the item at ``place``: by its name where these have nothing called
        so, or where they have the same file. Servers of one name are one."""
        item = place.item
        key = (item.kind, item.name, item.other_names, item.fingerprint)
        if key not in self._found_uses:
            self._found_uses[key] = tuple(_keep_firmest(self._iter_uses(place)))
        return [use for use in self._found_uses[key] if use.user.catalog is not place.catalog]

    def _iter_uses(self, place: Place) -> Iterator[Use]:
        item = place.item
        for name in dict.fromkeys((item.name, *item.other_names)):
            yield from self.uses.get(make_key(item.kind, name), ())
        same = self.by_fingerprint.get((item.kind, item.fingerprint), []) if item.fingerprint else []
        servers = self.places.get(make_key(item.kind, item.name), [])
        for copy in servers if item.kind == "server" else same:
            yield from self.uses_at_home.get((copy.catalog.id, item.kind, copy.item.id), ())

    def find_places(self, place: Place) -> list[Place]:
        """Where else something of the name of ``place`` is."""
        places = self.places.get(make_key(place.item.kind, place.item.name), ())
        return [other for other in places if other.catalog is not place.catalog]

    def find_old_names(self) -> Iterator[OldName]:
        """The names that are used where nothing is called so, and that something in a repository had which
        has it no more."""
        for (kind, name), uses in sorted(self.uses.items()):
            there = {place.catalog.id for place in self.places.get((kind, name), ())}
            was = [p for p in self.former.get((kind, name), ()) if p.catalog.id not in there]
            if was:
                # One that is there tells more than the news that it is gone.
                now = [place for place in was if place.item.is_here] or was
                yield OldName(kind, name, tuple(now), tuple(_keep_firmest(uses)), bool(there))


def _keep_firmest(uses: Iterable[Use]) -> Iterator[Use]:
    """Each user once, with its firmest evidence, in the order of catalogs and names."""
    firmest: dict[tuple[str, str, str], Use] = {}
    for use in uses:
        key = (use.user.catalog.id, use.user.item.kind, use.user.item.id)
        if key not in firmest or _rank(use) < _rank(firmest[key]):
            firmest[key] = use
    yield from sorted(firmest.values(), key=lambda use: use.user.order)


def _rank(use: Use) -> int:
    return list[str](GRADES).index(use.grade)


def describe_own(catalog: Catalog) -> OtherCatalog:
    """The own catalog as others see it."""
    absent: dict[str, list[str]] = {}
    for agent, name, _span in find_absent_agents(catalog):
        absent.setdefault(agent.id, []).append(name)
    items = [
        _describe_item(catalog, "agent", agent, tuple(absent.get(agent.id, ()))) for agent in catalog.agents
    ]
    items += [_describe_item(catalog, "skill", skill) for skill in catalog.skills]
    for server in catalog.servers:
        entry = catalog.ledger.find_entry("server", server.id)
        names = entry.former_names if entry else ()
        items.append(OtherItem("server", server.id, server.name, bool(server.configs), former_names=names))
    return OtherCatalog(OWN, items=tuple(items), removed_items=tuple(_list_removed(catalog)))


def _describe_item(
    catalog: Catalog, kind: str, item: Agent | Skill, absent: tuple[str, ...] = ()
) -> OtherItem:
    entry = catalog.ledger.find_entry(kind, item.id) or LockEntry("agent", "", item.id, item.name)
    plugin = item.source.plugin if item.source and kind == "agent" else None
    links = catalog.get_links_from(kind, item.id)
    return OtherItem(
        kind=kind,
        id=item.id,
        name=item.name,
        is_here=item.source is not None,
        is_command=isinstance(item, Skill) and item.is_command,
        links=tuple((link.kind, link.target, link.strongest) for link in links),
        absent=absent,
        other_names=(f"{plugin.name}:{item.name}",) if plugin else (),
        former_names=entry.former_names,
        fingerprint=fingerprint_definition(item) or "",
        text=entry.content,
        former_texts=entry.former_contents,
        repository=_name_repository(catalog, item),
    )


def _name_repository(catalog: Catalog, item: Agent | Skill) -> str:
    repository = catalog.find_repository(item.source.path) if item.source else None
    return repository.name if repository else ""


def _list_removed(catalog: Catalog) -> Iterator[RemovedItem]:
    ids = {entry.permanent: entry.id for entry in catalog.ledger.now.entries if entry.gone is None}
    for entry in catalog.ledger.now.entries:
        if entry.gone is not None:
            successor = ids.get(entry.replaced_by or "", "")
            yield RemovedItem(entry.kind, (entry.name, *entry.former_names), entry.gone, successor)
