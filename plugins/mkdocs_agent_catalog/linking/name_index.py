"""All names of the items of one catalog, present and former."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..model.address_lock import LockEntry
from ..model.catalog import Catalog
from ..model.item_kinds import ITEM_KINDS
from ..text.strings import make_slug

Names = dict[str, dict[str, LockEntry]]
# What ends a name where it is written: in Markdown, in reStructuredText, in an inventory.
_PLAIN = re.compile(r"[^\s<>()\[\]#`]+")


class NameIndex:
    """Looks up the names of one kind of thing, from the strictest way to the loosest."""

    def __init__(self, catalog: Catalog, kind: str) -> None:
        self.catalog, ledger = catalog, catalog.ledger
        self.there = [entry for entry in ledger.now.entries if entry.kind == kind and entry.gone is None]
        before = {entry.permanent: entry for entry in ledger.before.entries} if ledger.before else {}
        ids: Names = {}
        names: Names = {}
        loose: Names = {}
        former: Names = {}
        for entry in ledger.now.entries:
            if entry.kind != kind:
                continue
            was = before.get(entry.permanent, entry)
            old = {*list_address_names(entry), was.id, was.name}
            if entry.gone is None:
                thing = catalog.by_id[kind, entry.id]
                own = {entry.name, *_list_qualified_names(thing)}
                _add(ids, {entry.permanent, entry.id}, entry)
                _add(names, own, entry)
                rest = {
                    getattr(thing, "title", entry.name),
                    entry.id.rpartition("/")[2],
                    make_slug(entry.name),
                }
                _add(loose, {key.casefold() for key in {entry.permanent, entry.id} | own | rest}, entry)
            else:
                old |= {entry.permanent, entry.id, entry.name}
            _add(former, {key.casefold() for key in old}, entry)
        self.tiers, self.former = (ids, names, loose), former

    def find(self, name: str) -> list[LockEntry]:
        """What is called ``name`` now: by its permanent id or id, by its name, in other capitals."""
        for tier, wanted in zip(self.tiers, (name, name, name.casefold()), strict=True):
            if wanted in tier:
                return list(tier[wanted].values())
        return []

    def find_removed(self, name: str) -> list[LockEntry]:
        """What was called ``name`` once."""
        return list(self.former.get(name.casefold(), {}).values())

    def find_unambiguous_names(self, entry: LockEntry) -> list[str]:
        """The names that mean ``entry`` alone and can be written anywhere: first what it is called."""
        qualified = _list_qualified_names(self.catalog.by_id[entry.kind, entry.id])
        names = dict.fromkeys((entry.name, entry.id, entry.permanent, *qualified))
        return [
            name
            for name in names
            if _PLAIN.fullmatch(name) and name.isprintable() and self.find(name) == [entry]
        ]

    def find_shortest_name(self, entry: LockEntry) -> str:
        """The name to write for ``entry``."""
        return next(iter(self.find_unambiguous_names(entry)), entry.permanent)


def _add(names: Names, keys: Iterable[str], entry: LockEntry) -> None:
    for key in keys:
        names.setdefault(key, {})[entry.permanent] = entry


def _list_qualified_names(thing: object) -> Iterator[str]:
    """``plugin:name`` of what a plugin brings."""
    plugin = getattr(getattr(thing, "source", None), "plugin", None)
    if plugin is not None:
        yield f"{plugin.name}:{thing.name}"  # type: ignore[attr-defined]


def list_address_names(entry: LockEntry) -> Iterator[str]:
    """The ids that ``entry`` had, by its addresses; also below another ``path`` than today's."""
    for address in entry.addresses:
        match = re.search(rf"(?:^|/){ITEM_KINDS[entry.kind].folder}/(.+?)(?:/|\.html)$", address)
        if match:
            yield match[1]
