"""Texts that are in several repositories, and which of these is behind.

A text is behind another one if it is what that one was at an earlier time. Where nobody knows that, nothing
is said. Of each repository one place stands for all: the work does not grow with the copies within one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..model.other_catalogs import OtherCatalog
from .across import Place

Text = tuple[str, str]
"""Kind, and the hash of the text, or of the file where no other is known."""
Places = dict[tuple[str, str], Place]
"""The first place in each repository."""


@dataclass(slots=True)
class Copies:
    """Where a text is, and where newer and older ones of it are."""

    same: Places = field(default_factory=dict)
    newer: Places = field(default_factory=dict)
    older: Places = field(default_factory=dict)


class CopyIndex:
    """The texts of agents and skills in all repositories."""

    def __init__(self, catalogs: Iterable[OtherCatalog]) -> None:
        places = [
            Place(other, item)
            for other in catalogs
            for item in other.items
            if item.is_here and item.kind != "server" and (item.text or item.fingerprint)
        ]
        self._texts = {place.item.fingerprint: place.item.text for place in places if place.item.text}
        self.copies: dict[Text, Copies] = {}
        places.sort(key=lambda place: place.order)
        for place in places:
            same = self.copies.setdefault(self._get_text(place), Copies()).same
            same.setdefault(place.repository, place)
        steps = {
            ((place.item.kind, former), self._get_text(place))
            for place in places
            for former in place.item.former_texts
            if (place.item.kind, former) in self.copies
        }
        for old, new in sorted(steps):
            # Of two that were both at some time what the other is nobody knows which is newer.
            if old != new and (new, old) not in steps:
                self._add_step(self.copies[old], self.copies[new])

    def _get_text(self, place: Place) -> Text:
        item = place.item
        return item.kind, item.text or self._texts.get(item.fingerprint, item.fingerprint)

    def _add_step(self, old: Copies, new: Copies) -> None:
        for repository, place in new.same.items():
            old.newer.setdefault(repository, place)
        for repository, place in old.same.items():
            if repository not in new.same:
                new.older.setdefault(repository, place)

    def find(self, place: Place) -> Copies | None:
        """Where the text of ``place`` is."""
        return self.copies.get(self._get_text(place))

    def list_spread(self) -> Iterator[Copies]:
        """The newest texts that more than one repository has, or had, by their names."""
        spread = [copies for copies in self.copies.values() if len({**copies.same, **copies.older}) > 1]
        yield from (copies for copies in spread if not copies.newer)
