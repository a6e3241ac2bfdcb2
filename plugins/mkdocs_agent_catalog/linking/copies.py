"""Texts that are in several repositories, and which of these is behind.

A text is behind another one if it is what that one was at an earlier time. Where nobody knows that, nothing
is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..model.other_catalogs import OtherCatalog
from .across import Place


@dataclass(frozen=True, slots=True)
class Copies:
    """``same`` have the same text in one or several repositories, ``behind`` an earlier one of it."""

    same: tuple[Place, ...]
    behind: tuple[Place, ...] = ()


def find_copies(catalogs: Iterable[OtherCatalog]) -> Iterator[Copies]:
    """The texts of agents and skills that more than one repository has, by the names of these."""
    holders = _find_holders(catalogs)
    behind: dict[tuple[str, str], list[Place]] = {}
    for (kind, text), places in holders.items():
        behind[kind, text] = [
            place
            for former in dict.fromkeys(former for place in places for former in place.item.former_texts)
            if former != text
            for place in holders.get((kind, former), ())
            if text not in place.item.former_texts
        ]
    outdated = {_identify(place) for places in behind.values() for place in places}
    for key, places in sorted(holders.items(), key=lambda pair: pair[1][0].order):
        repositories = {place.repository for place in places}
        elsewhere = tuple(place for place in behind[key] if place.repository not in repositories)
        are_all_behind = all(_identify(place) in outdated for place in places)
        if not are_all_behind and (elsewhere or len(repositories) > 1):
            yield Copies(tuple(places), elsewhere)


def _identify(place: Place) -> tuple[str, str, str]:
    return place.catalog.source.id, place.item.kind, place.item.id


def _find_holders(catalogs: Iterable[OtherCatalog]) -> dict[tuple[str, str], list[Place]]:
    """Who has a text, by kind and hash: that of the text, or that of the file where no other is known."""
    places = [
        Place(other, item)
        for other in catalogs
        for item in other.items
        if item.is_here and item.kind != "server" and (item.text or item.fingerprint)
    ]
    texts = {place.item.fingerprint: place.item.text for place in places if place.item.text}
    holders: dict[tuple[str, str], list[Place]] = {}
    for place in sorted(places, key=lambda place: place.order):
        item = place.item
        text = item.text or texts.get(item.fingerprint, item.fingerprint)
        holders.setdefault((item.kind, text), []).append(place)
    return holders
