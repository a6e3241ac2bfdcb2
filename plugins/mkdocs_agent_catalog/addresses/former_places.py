"""Finds where the whole catalog was published before: under another ``path``, or with addresses of the other
form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..model.address_lock import AddressLock, LockEntry
from . import urls
from .urls import SiteLocation

# Their ids are names without a folder, so that an address says for certain what is before it.
_FLAT = frozenset({"tool", "server"})


def find_former_places(
    lock: AddressLock, where: SiteLocation, others: Iterable[str] = ()
) -> tuple[SiteLocation, ...]:
    """The places of the past, as far as the addresses in ``lock`` tell, without the one of today (``where``).
    ``others`` are the folders of other catalogs on the site: what was there before is not ours to say."""
    kinds: dict[tuple[str, bool], set[str]] = {}
    for entry in lock.entries:
        for place in _list_places(entry):
            kinds.setdefault(place, set()).add(entry.kind)
    certain = {place for place in kinds if kinds[place] & _FLAT} or {*kinds}
    return tuple(
        replace(where, path=path, directory_urls=directory_urls)
        for path, directory_urls in sorted(certain - {(where.path, where.directory_urls)})
        if path == where.path or path not in {*others}
    )


def _list_places(entry: LockEntry) -> Iterator[tuple[str, bool]]:
    """Path and form of each address of ``entry`` that has its id."""
    uri, anchor = urls.locate_item(entry.kind, entry.id, entry.name)
    for directory_urls in () if anchor else (True, False):
        end = urls.make_page_path(uri, directory_urls)
        for address in (*entry.addresses, *entry.passed_on):
            if f"/{address}".endswith(f"/{end}"):
                yield address.removesuffix(end).rstrip("/"), directory_urls


def list_former_addresses(place: SiteLocation, where: SiteLocation, uri: str) -> tuple[str, ...]:
    """Where the page or file ``uri`` (of the catalog) was at ``place``. A page is there in the form of today
    too, because copies of data at this place name it so."""
    if not uri.endswith(".md"):
        return (place.uri(uri),) if place.path != where.path else ()
    forms = {place.directory_urls} | ({where.directory_urls} if place.path != where.path else set())
    return tuple(urls.make_page_path(place.uri(uri), form) for form in sorted(forms))
