"""Resolves an address of the site to a page, a redirect, the page of a removed item, or nothing.

A link in a wiki is judged by it, without a server and without a request.
"""

from __future__ import annotations

import posixpath
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal
from urllib.parse import SplitResult, quote, unquote, urlsplit

from ...addresses import urls
from ...model.address_lock import LockEntry
from ...model.output import Output
from ...pages.page import CatalogContext
from ...pages.removed import find_successor, locate_published
from ...publishing.former_places import list_moved_outputs
from ...publishing.redirects import list_moved_pages

State = Literal["right", "moved", "gone", "unknown"]
STATES: tuple[State, ...] = ("right", "moved", "gone", "unknown")
_USUAL_PORTS = (80, 443)


@dataclass(frozen=True, slots=True)
class Resolution:
    """What an address leads to.

    ``state`` is ``right`` (there it is), ``moved`` (a page leads on to ``address``), ``gone`` (a page says
    so) or ``unknown`` (there is nothing, and never was). ``kind`` is agent, server, skill, tool, ``file``, or
    ``page`` for what is about none of them. ``address`` is where it is now: below the site's root,
    percent-encoded, with the query (``?…``) and the place on the page. ``lost_place`` is the place (``#…``)
    that the page does not have. ``successor`` is what was named to take the place of what is gone.
    ``since`` is the day of the removal, if it is known. ``formerly`` is what had the address before, each as
    it is now: whoever wrote the link may have meant it.
    """

    state: State
    kind: str = ""
    name: str = ""
    address: str = ""
    lost_place: str = ""
    successor: str = ""
    successor_name: str = ""
    since: str = ""
    formerly: tuple[Resolution, ...] = ()


class AddressResolver:
    """Every address that a build publishes (``outputs``), and those that the lock file remembers.

    ``written`` are the addresses of pages that people wrote. The site's own address must be known.
    """

    def __init__(
        self, shared: CatalogContext, outputs: Iterable[Output], written: Collection[str] = frozenset()
    ) -> None:
        self.shared, self.where, self.ledger = shared, shared.where, shared.catalog.ledger
        self.written = {form for address in written for form in _list_forms(address)}
        removed = {
            self.where.uri(locate_published(shared, entry)[0]): entry
            for entry in self.ledger.now.entries
            if entry.gone is not None
        }
        outputs = tuple(outputs)
        self.pages = {output.uri: output for output in outputs if output.is_page}
        self.anchors_of = cache(lambda uri: self.pages[uri].anchors)
        self.files = {output.uri: output for output in outputs if not output.is_page}
        self.targets: dict[str, Output | LockEntry] = {}
        for entry in self.ledger.now.entries:
            self.targets |= {form: entry for address in entry.addresses for form in _list_forms(address)}
        for uri, page in self.pages.items():
            address = urls.make_page_path(uri, self.where.directory_urls)
            self.targets |= {form: removed.get(uri, page) for form in _list_forms(address)}
        self.former_owners = {
            form: owners
            for address, owners in self.ledger.former_owners.items()
            for form in _list_forms(address)
        }
        self.moved: dict[str, Output] = {
            form: self.pages[self.where.uri(uri)]
            for address, uri, _ in list_moved_pages(shared)
            for form in _list_forms(address)
        }
        """The pages and files that are somewhere else now, by their former addresses."""
        for address, output in list_moved_outputs(shared, outputs):
            # A copy of a file holds what the file itself does.
            if address not in self.files or self.files[address].made is output.made:
                self.moved |= dict.fromkeys(_list_forms(address), output)
        self.folders = {_get_first_part(address) for address in self.targets}
        # The tools that are sections of a page. What is there goes before what was.
        self.sections: dict[tuple[str, str], LockEntry] = {}
        for entry in sorted(self.ledger.now.entries, key=lambda entry: entry.gone is None):
            uri, anchor = urls.locate_item(entry.kind, entry.id, entry.name)
            if anchor:
                self.sections[self.where.uri(uri), anchor] = entry

    def resolve(self, address: str) -> Resolution | None:
        """What the whole ``address`` leads to.

        ``None`` for what is no address of the catalog: another site's, or of a page that people wrote.
        Never raises, whatever ``address`` is.
        """
        try:
            # A lone surrogate is no letter, and no address can hold it.
            parts = urlsplit(address.encode("utf-8", "replace").decode().strip())
            site = urlsplit(self.where.site_url)
            if parts.scheme not in ("", "http", "https") or _get_host(parts) != _get_host(site):
                return None
        except ValueError:
            return None
        path, root = _normalize(unquote(parts.path)), unquote(site.path)
        if not f"{path}/".startswith(root):
            return None
        path = path[len(root) :]
        target = self.targets.get(path) or self.files.get(path)
        moved = None if path in self.targets else self.moved.get(path)
        if (
            not moved
            and not isinstance(target, Output)
            and (path in self.written or not (target or self._is_inside(path)))
        ):
            return None
        place = unquote(parts.fragment.partition(":~:")[0])
        answer = self._describe_moved(moved, place) if moved else self._resolve(target, place)
        others = (self._resolve(owner, "") for owner in self.former_owners.get(path, ()))
        # What leads to the same page is no other thing.
        answer = replace(answer, formerly=tuple(other for other in others if other.address != answer.address))
        if not parts.query or not answer.address:
            return answer
        start, sign, anchor = answer.address.partition("#")
        return replace(answer, address=f"{start}?{parts.query}{sign}{anchor}")

    def _is_inside(self, path: str) -> bool:
        """Whether something of the catalog was meant, also where letters have the wrong case."""
        if self.where.path:
            return f"{path}/".casefold().startswith(f"{self.where.path}/".casefold())
        return _get_first_part(path) in self.folders

    def _resolve(self, target: Output | LockEntry | None, place: str) -> Resolution:
        if target is None:
            return Resolution("unknown")
        if isinstance(target, LockEntry):
            if target.gone is not None:
                return self._describe_removed(target)
            uri, anchor = urls.locate_item(target.kind, target.id, target.name)
            return self._describe_page("moved", self.pages[self.where.uri(uri)], place or anchor, target)
        if not target.is_page:
            return Resolution("right", "file", posixpath.basename(target.uri), quote(target.uri))
        subject = self.ledger.find_entry(*target.subject) if target.subject else None
        entry = self.sections.get((target.uri, place)) or subject
        if entry and entry.gone is not None:
            return self._describe_removed(entry)
        return self._describe_page("right", target, place, entry)

    def _describe_moved(self, output: Output, place: str) -> Resolution:
        if output.is_page:
            return self._describe_page("moved", output, place, None)
        return Resolution("moved", "file", posixpath.basename(output.uri), quote(output.uri))

    def _describe_page(self, state: State, page: Output, place: str, entry: LockEntry | None) -> Resolution:
        address = urls.make_page_path(page.uri, self.where.directory_urls)
        # Nobody knows the places of a page that somebody wrote instead of ours.
        is_known = not place or address in self.written or place in self.anchors_of(page.uri)
        address = quote(address, safe="/.~")
        return Resolution(
            state,
            kind=entry.kind if entry else page.subject[0] if page.subject else "page",
            name=entry.name if entry else page.title,
            address=f"{address}#{quote(place)}" if place else address,
            lost_place="" if is_known else place,
        )

    def _describe_removed(self, entry: LockEntry) -> Resolution:
        named = find_successor(self.shared, entry)
        text = self.where.make_address(*urls.locate_item(named.kind, named.id, named.name)) if named else ""
        return Resolution(
            "gone",
            kind=entry.kind,
            name=entry.name,
            address=self.where.make_address(*locate_published(self.shared, entry)),
            successor=text,
            successor_name=named.name if named else "",
            since=entry.gone or "",
        )


def _list_forms(address: str) -> Iterator[str]:
    """Every address at which a web server gives the page of ``address``."""
    yield address
    if address.endswith(("/", "/index.html")):
        folder = address.removesuffix("index.html")
        yield from {folder, folder.rstrip("/"), f"{folder}index.html"} - {address}


def _get_first_part(path: str) -> str:
    return path.split("/")[0].removesuffix(".html").casefold()


def _normalize(path: str) -> str:
    """``path`` as a browser asks for it: without ``.``, ``..`` and the letters of one sign apart."""
    path = unicodedata.normalize("NFC", path)
    if "/." not in path and "//" not in path:
        return path
    is_folder = path.endswith(("/", "/.", "/.."))
    return f"/{posixpath.normpath(path).strip('/')}" + ("/" if is_folder else "")


def _get_host(parts: SplitResult) -> tuple[str, int | None]:
    """Host and port. The usual ports of both schemes are one place. Raises ``ValueError`` for no port."""
    port = parts.port
    return parts.hostname or "", None if port in _USUAL_PORTS else port
