"""The names by which everything of one catalog can be referred to, now and formerly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..model.address_lock import Locked
from ..model.catalog import Catalog
from ..model.item_kinds import ITEM_KINDS
from ..text.strings import slug

Names = dict[str, dict[str, Locked]]
# What ends a name where it is written: in Markdown, in reStructuredText, in an inventory.
_PLAIN = re.compile(r"[^\s<>()\[\]#`]+")


class Index:
    """Looks up the names of one kind of thing, from the strictest way to the loosest."""

    def __init__(self, catalog: Catalog, kind: str) -> None:
        self.catalog, ledger = catalog, catalog.ledger
        self.there = [one for one in ledger.now.entries if one.kind == kind and one.gone is None]
        before = {one.permanent: one for one in ledger.before.entries} if ledger.before else {}
        ids: Names = {}
        names: Names = {}
        loose: Names = {}
        former: Names = {}
        for one in ledger.now.entries:
            if one.kind != kind:
                continue
            was = before.get(one.permanent, one)
            old = {*_addressed(one), was.id, was.name}
            if one.gone is None:
                thing = catalog.by_id[kind, one.id]
                own = {one.name, *_qualified(thing)}
                _add(ids, {one.permanent, one.id}, one)
                _add(names, own, one)
                rest = {getattr(thing, "title", one.name), one.id.rpartition("/")[2], slug(one.name)}
                _add(loose, {key.casefold() for key in {one.permanent, one.id} | own | rest}, one)
            else:
                old |= {one.permanent, one.id, one.name}
            _add(former, {key.casefold() for key in old}, one)
        self.tiers, self.former = (ids, names, loose), former

    def find(self, name: str) -> list[Locked]:
        """What is called ``name`` now: by its permanent id or id, by its name, in other capitals."""
        for tier, wanted in zip(self.tiers, (name, name, name.casefold()), strict=True):
            if wanted in tier:
                return list(tier[wanted].values())
        return []

    def gone(self, name: str) -> list[Locked]:
        """What was called ``name`` once."""
        return list(self.former.get(name.casefold(), {}).values())

    def alone(self, one: Locked) -> list[str]:
        """The names that mean ``one`` alone and can be written anywhere: first what it is called."""
        qualified = _qualified(self.catalog.by_id[one.kind, one.id])
        names = dict.fromkeys((one.name, one.id, one.permanent, *qualified))
        return [
            name
            for name in names
            if _PLAIN.fullmatch(name) and name.isprintable() and self.find(name) == [one]
        ]

    def shortest(self, one: Locked) -> str:
        """The name to write for ``one``."""
        return next(iter(self.alone(one)), one.permanent)


def _add(names: Names, keys: Iterable[str], one: Locked) -> None:
    for key in keys:
        names.setdefault(key, {})[one.permanent] = one


def _qualified(thing: object) -> Iterator[str]:
    """``plugin:name`` of what a plugin brings."""
    plugin = getattr(getattr(thing, "source", None), "plugin", None)
    if plugin is not None:
        yield f"{plugin.name}:{thing.name}"  # type: ignore[attr-defined]


def _addressed(one: Locked) -> Iterator[str]:
    """The ids that ``one`` had, by its addresses; also below another ``path`` than today's."""
    for address in one.addresses:
        found = re.search(rf"(?:^|/){ITEM_KINDS[one.kind].folder}/(.+?)(?:/|\.html)$", address)
        if found:
            yield found[1]
