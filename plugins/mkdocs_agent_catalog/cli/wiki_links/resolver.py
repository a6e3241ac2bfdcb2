"""What an address leads to: every one that the catalog has or ever had, as web servers give it.

A link in a wiki is judged by it, without a server and without a request.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, quote, unquote, urlsplit

from ...addresses import urls
from ...model.address_lock import Locked
from ...pages.registry import Page, Shared, frame_files, successor, tombstones
from ...pages.render import render

State = Literal["right", "moved", "gone", "unknown"]
STATES: tuple[State, ...] = ("right", "moved", "gone", "unknown")
_USUAL = (80, 443)
# A slug has no dot: an address with an end is a file, or a page in another form.
_FILE = re.compile(r"[^/]*\.(\w{1,5})")
_FORMS = ("html", "md")


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address leads to.

    ``state``: ``right`` (there it is), ``moved`` (a page leads on to ``address``), ``gone`` (a page says so)
    or ``unknown`` (there is nothing, and never was). ``kind`` is agent, server, skill, tool, or ``page`` for
    what is about none of them. ``address`` is where it is now: below the site's root,
    percent-encoded, with what was asked for (``?…``) and the place on the page. ``lost_place``
    is the place (``#…``) that the page does not have. ``successor`` is what was named to take the
    place of what is gone. ``since`` is the day of the removal, if it is known.
    """

    state: State
    kind: str = ""
    name: str = ""
    address: str = ""
    lost_place: str = ""
    successor: str = ""
    successor_name: str = ""
    since: str = ""


class Directory:
    """Every address of a catalog of ``planned`` pages (``build.planned``).

    ``written`` are the addresses of the pages that people wrote (not ours); ``templates`` are the site's own,
    which places on pages depend on.
    """

    def __init__(
        self,
        shared: Shared,
        planned: Iterable[Page],
        written: Collection[str] = frozenset(),
        templates: Path | None = None,
    ) -> None:
        self.shared, self.where, self.templates = shared, shared.where, templates
        self.written = {form for address in written for form in _served(address)}
        self.pages: dict[str, Page] = {}
        for page in planned:
            for form in _served(self._address(page.uri)):
                self.pages[form] = page
        self.graves = tombstones(shared)
        self.buried = {uri: id for id, uri in self.graves.items()}
        self.by_permanent = {one.permanent: one for one in shared.catalog.ledger.now.entries}
        self.entries = {
            form: one
            for one in self.by_permanent.values()
            for address in one.addresses
            for form in _served(address)
        }
        self.sections = self._sections()
        self.frames = {self.where.uri(file) for file in frame_files(shared).values()}
        self.folders = {_stem(form).split("/")[0].casefold() for form in (*self.pages, *self.entries)}
        self._places: dict[str, frozenset[str]] = {}

    def _sections(self) -> dict[tuple[str, str], Locked]:
        """The tools that are sections of a page, by page and anchor; what is there goes before what was."""
        tools = [one for one in self.by_permanent.values() if one.kind == "tool"]
        found = {
            urls.subject(one.kind, one.id, one.name): one
            for one in sorted(tools, key=lambda one: one.gone is None)
        }
        return {(uri, anchor): one for (uri, anchor), one in found.items() if anchor}

    def answer(self, address: str) -> Answer | None:
        """What ``address`` leads to: a whole one, or one below the site's root.

        ``None`` for what is no address into the catalog: another site's, or of a page that people wrote.
        Never raises, whatever ``address`` is.
        """
        parts = self._parts(address)
        if parts is None:
            return None
        path = _normal(unquote(parts.path))
        if not self._ours(path):
            return None
        place = unquote(parts.fragment.partition(":~:")[0])
        found = self._page(path, place) or self._entry(path, place) or self._beside(path)
        return _asked(found or Answer("unknown"), parts.query)

    def _parts(self, address: str) -> SplitResult | None:
        """``address`` with its path below the site's root; ``None`` for another site's."""
        try:
            # A lone surrogate is no letter, and no address can hold it.
            address = address.encode("utf-8", "replace").decode().strip()
            parts, site = urlsplit(address), urlsplit(self.where.site_url)
            same = _host(parts) == _host(site)
        except ValueError:
            return None
        if parts.scheme not in ("", "http", "https") or bool(parts.scheme) > bool(parts.netloc):
            return None
        if parts.netloc and not (same and site.netloc):
            return None
        if not parts.netloc and not parts.path.startswith("/"):
            return parts
        root = unquote(site.path).rstrip("/") + "/"
        path = unquote(parts.path) or "/"
        if not f"{path}/".startswith(root):
            return None
        return parts._replace(path=quote(path[len(root) :]))

    def _ours(self, path: str) -> bool:
        # Where letters have the wrong case, one of ours was meant.
        folder, meant = self.where.path.casefold(), path.casefold()
        if folder:
            inside = meant == folder or meant.startswith(f"{folder}/")
        else:
            inside = _stem(meant).split("/")[0] in self.folders
        # What was published elsewhere on the site, before the catalog moved, is ours too.
        beside = path.rpartition("/")[0]
        ours = inside or any(one in self.entries for one in (path, beside, f"{beside}.html"))
        return path in self.pages or (ours and path not in self.written)

    def _page(self, path: str, place: str) -> Answer | None:
        page = self.pages.get(path)
        if page is None:
            return None
        if page.uri in self.buried:
            return self._gone(self.by_permanent[self.buried[page.uri]])
        section = self.sections.get((page.uri, place))
        if section is not None and section.gone is not None:
            return self._gone(section)
        return self._there("right", page, place, section)

    def _entry(self, path: str, place: str) -> Answer | None:
        """What the lock file knows: a permanent address, or one that something had before."""
        one = self.entries.get(path)
        if one is None:
            return None
        if one.gone is not None:
            return self._gone(one)
        uri, section = urls.subject(one.kind, one.id, one.name)
        page = self.pages.get(self._address(uri))
        if page is None:
            return None
        return self._there("moved", page, place or section, one)

    def _there(self, state: State, page: Page, place: str, one: Locked | None) -> Answer:
        about = page.subject
        written = self._address(page.uri) in self.written
        entry = one or (self.shared.catalog.ledger.of(*about) if about else None)
        return Answer(
            state,
            kind=entry.kind if entry else about[0] if about else "page",
            name=entry.name if entry else page.title,
            address=self.where.address(page.uri, place),
            lost_place="" if written or not place or place in self._anchors(page) else place,
        )

    def _gone(self, one: Locked) -> Answer:
        named = successor(self.shared, one)
        there = self.where.address(*urls.subject(named.kind, named.id, named.name)) if named else ""
        return Answer(
            "gone",
            kind=one.kind,
            name=one.name,
            address=self.where.address(self.graves[one.permanent]),
            successor=there,
            successor_name=named.name if named else "",
            since=one.gone or "",
        )

    def _beside(self, path: str) -> Answer | None:
        """A file beside a page, such as its card: it is there as long as the page is."""
        folder, _, name = path.rpartition("/")
        end = _FILE.fullmatch(name)
        if end is None:
            return None
        forms = (f"{folder}/", f"{folder}.html")
        found = next((a for form in forms if (a := self._page(form, "") or self._entry(form, ""))), None)
        framed = path in self.frames
        if end[1] in _FORMS and not framed and (found is None or found.kind == "page"):
            return None  # Only the pages of something have files beside them that could be pages.
        if found is None:
            inside = any(uri.startswith(f"{folder}/") for uri in self.pages) or "/assets/" in f"/{folder}/"
            return Answer("right", "file", name, quote(path)) if framed or inside else None
        if found.state == "gone":
            return found
        now = _stem(unquote(found.address.partition("#")[0]))
        there = quote(f"{now}/{name}")
        if now == folder or name in urls.copied(found.kind, self.shared.embeds):
            return replace(found, address=there)
        return None

    def _address(self, uri: str) -> str:
        return urls.url(self.where.uri(uri), self.where.directory_urls)

    def _anchors(self, page: Page) -> frozenset[str]:
        if page.uri not in self._places:
            said, form = self.shared.say, self.where.directory_urls
            self._places[page.uri] = render(page, form, self.templates, self.where.path, said).anchors
        return self._places[page.uri]


def _served(address: str) -> Iterator[str]:
    """Every address at which a web server gives the page of ``address``."""
    yield address
    if address.endswith(("/", "/index.html")):
        folder = address.removesuffix("index.html")
        yield from {folder, folder.rstrip("/"), f"{folder}index.html"} - {address}


def _stem(path: str) -> str:
    """What the forms of a page's address have in common."""
    return re.sub(r"(^|/)index\.html$|\.html$|\.md$", "", path).rstrip("/")


def _normal(path: str) -> str:
    """``path`` as a browser asks for it: without ``.``, ``..`` and the letters of one sign apart."""
    path = unicodedata.normalize("NFC", path)
    if "/." in f"/{path}" or "//" in path:
        folder = path.endswith(("/", "/.", "/.."))
        path = posixpath.normpath(f"/{path}").lstrip("/") + ("/" if folder else "")
    return path


def _host(parts: SplitResult) -> tuple[str, int | None]:
    """Host and port; the usual ports of both schemes are one place. Raises ``ValueError`` for no port."""
    port = parts.port
    return parts.hostname or "", None if port in _USUAL else port


def _asked(answer: Answer, query: str) -> Answer:
    """``answer`` with what was asked for at the address that it leads to."""
    if not query or not answer.address:
        return answer
    path, sign, place = answer.address.partition("#")
    return replace(answer, address=f"{path}?{query}{sign}{place}")
