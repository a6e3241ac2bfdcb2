"""Matches each entry of the lock file with an item of today's catalog (moved, renamed), or marks it as
removed.

Evidence is tried from the strongest to the weakest, and only where it points from one entry to one thing:
the same place and name, the same text, the same name elsewhere, and at last the file, at the place that git
knows it was renamed to or at the same one.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeVar

from ..history.log import Renames
from ..model.address_lock import KINDS, AddressLock, Kind, LockEntry
from ..model.catalog import Catalog
from ..model.definitions import Agent, Skill
from ..text.strings import make_unique
from . import urls
from .urls import SiteLocation


@dataclass(frozen=True, slots=True)
class PublishedItem:
    """What is published now: a page of its own at ``address`` (empty for a section of another page)."""

    kind: Kind
    id: str
    name: str
    summary: str
    address: str
    path: str | None = None
    text: str = ""


def list_published_items(catalog: Catalog, where: SiteLocation) -> list[PublishedItem]:
    """Everything that is published, in the order in which permanent ids are given."""

    def at(uri: str) -> str:
        return urls.make_page_path(where.uri(uri), where.directory_urls)

    items = [
        PublishedItem(
            "agent", a.id, a.name, a.summary, at(urls.make_agent_uri(a.id)), a.source.path, _join_text(a)
        )
        for a in catalog.agents
    ]
    for skill in catalog.skills:
        path = skill.source.path if skill.source else None
        address = at(urls.make_skill_uri(skill.id))
        items.append(
            PublishedItem("skill", skill.id, skill.name, skill.summary, address, path, _join_text(skill))
        )
    items += [
        PublishedItem("server", server.id, server.name, "", at(urls.make_server_uri(server.id)))
        for server in catalog.servers
    ]
    for tool in catalog.tools:
        summary = str(tool.fact.summary) if tool.fact else ""
        address = "" if tool.server else at(urls.locate_tool(tool.name, tool.id)[0])
        items.append(PublishedItem("tool", tool.id, tool.name, summary, address))
    return items


def _join_text(thing: Agent | Skill) -> str:
    return f"{thing.description or ''}\n{thing.document.body if thing.document else ''}"


def track_items(
    lock: AddressLock, items: list[PublishedItem], moves: Callable[[], Renames], today: str = ""
) -> AddressLock:
    """The lock as it is now. ``moves`` is called only when something is not where it was.

    ``today`` is the day for what is gone and git does not know of.
    """
    moves = cache(moves)
    pairs = _pair_entries(lock.entries, items, moves)
    claimed = {subject.address for subject in items if subject.address}
    entries = []
    for entry in lock.entries:
        subject = pairs.get(entry.permanent)
        if subject is None and entry.gone is None:
            entry = replace(entry, gone=moves().removed.get(entry.path or "", today))
        entries.append(_update_entry(entry, subject, claimed))
    known = {(subject.kind, subject.id) for subject in pairs.values()}
    taken = {entry.permanent: 1 for entry in lock.entries}
    for subject in items:
        if (subject.kind, subject.id) not in known:
            id = subject.id if subject.id not in taken else f"{subject.kind}-{subject.id}"
            entry = LockEntry(subject.kind, make_unique(id, taken), subject.id, subject.name)
            entries.append(_update_entry(entry, subject, claimed))
    return AddressLock(tuple(sorted(entries, key=lambda entry: (entry.kind, entry.permanent))))


def _update_entry(entry: LockEntry, subject: PublishedItem | None, claimed: set[str]) -> LockEntry:
    """``entry`` as ``subject`` is now, if it is there. An address in ``claimed`` has a page: if that is
    another's, the address is passed on."""
    own = {subject.address} - {""} if subject else set()
    lost = (claimed - own) & {*entry.addresses}
    entry = replace(
        entry,
        addresses=tuple(sorted({*entry.addresses} - lost | own)),
        passed_on=tuple(sorted({*entry.passed_on} - own | lost)),
    )
    if subject is None:
        return entry
    return replace(
        entry,
        id=subject.id,
        name=subject.name,
        summary=subject.summary,
        path=subject.path,
        gone=None,
        replaced_by=None,
    )


def hash_text(text: str) -> str:
    """The hash of a text, without line ends and blanks at line ends; empty for an empty text."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()[:20] if lines else ""


def add_fingerprints(lock: AddressLock, items: list[PublishedItem]) -> AddressLock:
    """``lock`` with the hashes of the texts as they are: what the command writes down."""
    hashes = {(subject.kind, subject.id): hash_text(subject.text) for subject in items}

    def hashed(entry: LockEntry) -> LockEntry:
        content = "" if entry.gone is not None else hashes.get((entry.kind, entry.id), "")
        return replace(entry, content=content or entry.content)

    return AddressLock(tuple(map(hashed, lock.entries)))


def _pair_entries(
    entries: Iterable[LockEntry], items: list[PublishedItem], moves: Callable[[], Renames]
) -> dict[str, PublishedItem]:
    """What each entry is now, by permanent id: first for what was there last, then for what was gone."""
    pairs: dict[str, PublishedItem] = {}
    for gone in (False, True):
        for kind in KINDS:
            matched = {id(subject) for subject in pairs.values()}
            rest = _Unmatched(
                [entry for entry in entries if entry.kind == kind and (entry.gone is not None) == gone],
                [item for item in items if item.kind == kind and id(item) not in matched],
                pairs,
            )
            rest.match(lambda e: (e.id, e.name), lambda s: (s.id, s.name))
            # What a person said to be replaced comes back only where it stood.
            rest.match(lambda e: None if e.replaced_by else e.content, lambda s: hash_text(s.text))
            rest.match(lambda e: None if e.replaced_by else e.name, lambda s: s.name)
            if not gone:
                # What is gone does not come back because another file has its place.
                rest.match(lambda e: e.path and moves().renamed.get(e.path), lambda s: s.path)
                rest.match(lambda e: e.id, lambda s: s.id)
    return pairs


class _Unmatched:
    """Entries and things of one kind that are not yet paired."""

    def __init__(
        self, entries: list[LockEntry], subjects: list[PublishedItem], pairs: dict[str, PublishedItem]
    ) -> None:
        self.entries, self.subjects, self.pairs = entries, subjects, pairs

    def match(
        self, of_entry: Callable[[LockEntry], Hashable], of_subject: Callable[[PublishedItem], Hashable]
    ) -> None:
        """Pairs those for which a key is the same, and is nobody else's."""
        if not self.entries or not self.subjects:
            return
        entries, subjects = (
            _group_by_unique_key(self.entries, of_entry),
            _group_by_unique_key(self.subjects, of_subject),
        )
        same = entries.keys() & subjects.keys()
        self.pairs.update({entries[key].permanent: subjects[key] for key in same})
        matched = {id(entries[key]) for key in same} | {id(subjects[key]) for key in same}
        self.entries = [entry for entry in self.entries if id(entry) not in matched]
        self.subjects = [subject for subject in self.subjects if id(subject) not in matched]


T = TypeVar("T")


def _group_by_unique_key(things: list[T], key: Callable[[T], Hashable]) -> dict[Hashable, T]:
    """The things by a key that only one of them has; what has none is left out."""
    keys = [key(thing) for thing in things]
    counts = Counter(keys)
    return {value: thing for value, thing in zip(keys, things, strict=True) if value and counts[value] == 1}
