"""Matches each entry of the lock file with an item of today's catalog (moved, renamed), or marks it as
removed.

Evidence is tried from the strongest to the weakest, and only where it points from one entry to one thing:
the same file with the same text; two files whose texts changed places; the same text elsewhere, where the
file itself is gone or holds something else; the file, at the place that git says it was renamed to or where
it was; the same text elsewhere; and at last the same name.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TypeVar

from ..model.address_lock import KINDS, AddressLock, Kind, LockEntry
from ..model.catalog import Catalog
from ..model.definitions import Agent, Skill
from ..text.strings import make_unique
from . import urls
from .urls import SiteLocation

# What counts as the same text under another name: so much of it is there. So much is a part worth naming.
MOST_OF_IT, A_PART = 0.5, 0.25
SHORTEST_LINE = 20
MOST_CONTENTS = 30
"""So many earlier texts of one entry are remembered."""
MOST_COMPARED = 20_000
"""So many pairs of texts are compared at one commit."""


@dataclass(frozen=True, slots=True)
class PublishedItem:
    """What is published now: a page of its own at ``address`` (empty for a section of another page)."""

    kind: Kind
    id: str
    name: str
    summary: str
    address: str
    path: str | None = None
    content: str = ""
    """The hash of its text; empty for what has none."""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What is known of the time between a lock and what is published after it.

    ``renamed`` holds the files that git says were renamed. ``day`` (``2026-05-01``) is when what is not there
    any more went; empty where nobody knows. ``texts`` are those before it, by permanent id.
    ``is_commit``: that it is one commit, after which a file at the same place is the same file. ``present``
    are texts (hashes) and names of what is there and is none of the items: what has the same is no sign that
    something gone came back.
    """

    renamed: Mapping[str, str] = field(default_factory=dict)
    day: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    is_commit: bool = False
    present: frozenset[str] = frozenset()


def list_published_items(catalog: Catalog, where: SiteLocation) -> list[PublishedItem]:
    """Everything that is published, in the order in which permanent ids are given."""

    def at(uri: str) -> str:
        return urls.make_page_path(where.uri(uri), where.directory_urls)

    items = [
        PublishedItem(
            "agent", a.id, a.name, a.summary, at(urls.make_agent_uri(a.id)), a.source.path, *_read_text(a)
        )
        for a in catalog.agents
    ]
    for skill in catalog.skills:
        path = skill.source.path if skill.source else None
        address = at(urls.make_skill_uri(skill.id))
        items.append(
            PublishedItem("skill", skill.id, skill.name, skill.summary, address, path, *_read_text(skill))
        )
    for server in catalog.servers:
        text = "\n".join(sorted({config.digest for config in server.configs}))
        address = at(urls.make_server_uri(server.id))
        items.append(PublishedItem("server", server.id, server.name, "", address, text=text))
    for tool in catalog.tools:
        summary = str(tool.fact.summary) if tool.fact else ""
        address = "" if tool.server else at(urls.locate_tool(tool.name, tool.id)[0])
        items.append(PublishedItem("tool", tool.id, tool.name, summary, address))
    return items


def _read_text(thing: Agent | Skill) -> tuple[str, str]:
    """The hash of its text, and its body."""
    body = thing.document.body if thing.document else ""
    return _hash_parts(thing.description or "", body), body


@lru_cache(maxsize=1 << 14)
def _hash_parts(description: str, body: str) -> str:
    return hash_text(f"{description}\n{body}")


def track_items(
    lock: AddressLock, items: list[PublishedItem], step: Step = Step(), taken: Iterable[str] = ()
) -> AddressLock:
    """The lock as it is now, after ``step``. ``taken`` are permanent ids in use that are not in it."""
    pairs = _pair_entries(lock.entries, items, step)
    claimed = {subject.address for subject in items if subject.address}
    entries = []
    for entry in lock.entries:
        subject = pairs.get(entry.permanent)
        if subject is None and entry.gone is None:
            entry = replace(entry, gone=step.day)
        entries.append(_update_entry(entry, subject, claimed))
    owners = {(subject.kind, subject.id): permanent for permanent, subject in pairs.items()}
    counts = dict.fromkeys((*taken, *(entry.permanent for entry in lock.entries)), 1)
    for subject in items:
        if (subject.kind, subject.id) not in owners:
            id = subject.id if subject.id not in counts else f"{subject.kind}-{subject.id}"
            entry = LockEntry(subject.kind, make_unique(id, counts), subject.id, subject.name)
            owners[(subject.kind, subject.id)] = entry.permanent
            entries.append(_update_entry(entry, subject, claimed))
    heirs = {
        permanent: tuple(owners[(item.kind, item.id)] for item in items_with_text)
        for permanent, items_with_text in _find_heirs(lock.entries, items, pairs, step.texts)
    }
    entries = [
        replace(entry, heirs=heirs[entry.permanent]) if entry.permanent in heirs else entry
        for entry in entries
    ]
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
    names, contents = entry.former_names, entry.former_contents
    if subject.name != entry.name:
        names = (*(name for name in names if name not in (subject.name, entry.name)), entry.name)
    if subject.content and entry.content and subject.content != entry.content:
        contents = (
            *(text for text in contents if text not in (subject.content, entry.content)),
            entry.content,
        )
    return replace(
        entry,
        former_names=names,
        former_contents=contents[-MOST_CONTENTS:],
        id=subject.id,
        name=subject.name,
        summary=subject.summary,
        path=subject.path,
        content=subject.content or entry.content,
        gone=None,
        heirs=() if entry.gone is not None else entry.heirs,
        replaced_by=None,
    )


def hash_text(text: str) -> str:
    """The hash of a text, without line ends and blanks at line ends; empty for an empty text."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()[:20] if lines else ""


def _pair_entries(
    entries: Iterable[LockEntry], items: list[PublishedItem], step: Step
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
            rest.match(lambda e: (e.path, e.content, e.name), lambda s: (s.path, s.content, s.name))
            if not gone:
                _match_files(rest, step)
            rest.match(lambda e: (e.id, e.name), lambda s: (s.id, s.name))

            def may_be_elsewhere(entry: LockEntry, sign: str, gone: bool = gone) -> str | None:
                # What a person said to be replaced comes back only where it stood.
                return None if entry.replaced_by or (gone and sign in step.present) else sign

            rest.match(lambda e: may_be_elsewhere(e, e.content), lambda s: s.content)
            rest.match(lambda e: may_be_elsewhere(e, e.name), lambda s: s.name)
            if not gone:
                # What is gone does not come back because another file has its place.
                rest.match(lambda e: e.id, lambda s: s.id)
                _match_rewritten(rest, step.texts)
    return pairs


def _match_rewritten(rest: _Unmatched, texts: Mapping[str, str]) -> None:
    """Pairs an entry with the one new item that has most of its text."""
    hits = {
        entry.permanent: [item.id for item in rest.subjects if _measure_share(text, item.text) >= MOST_OF_IT]
        for entry in rest.entries
        if (text := texts.get(entry.permanent))
    }
    rest.match(
        lambda e: hits[e.permanent][0] if len(hits.get(e.permanent, ())) == 1 else None, lambda s: s.id
    )


def _find_heirs(
    entries: Iterable[LockEntry],
    items: list[PublishedItem],
    pairs: dict[str, PublishedItem],
    texts: Mapping[str, str],
) -> Iterator[tuple[str, list[PublishedItem]]]:
    """For entries whose text was taken apart, or went into others, the other items that have it since: those
    that are new or have changed."""
    before = {entry.permanent: entry for entry in entries if entry.permanent in texts}
    if not before:
        return
    unchanged = {
        id(item)
        for permanent, item in pairs.items()
        if permanent in before and before[permanent].content == item.content
    }
    changed = [item for item in items if item.text and id(item) not in unchanged]
    moved = [entry for entry in before.values() if id(pairs.get(entry.permanent)) not in unchanged]
    if len(changed) * len(moved) > MOST_COMPARED:
        return
    for entry in moved:
        own, text = pairs.get(entry.permanent), texts[entry.permanent]
        others = [item for item in changed if item is not own and item.kind == entry.kind]
        hits = [item for item in others if _measure_share(text, item.text, own.text if own else "") >= A_PART]
        if hits:
            yield entry.permanent, hits


@lru_cache(maxsize=1 << 12)
def _list_lines(text: str) -> frozenset[str]:
    """The lines that say something of their own."""
    return frozenset(line.strip() for line in text.splitlines() if len(line.strip()) >= SHORTEST_LINE)


def _measure_share(old: str, new: str, own: str = "") -> float:
    """How much of a text (0 to 1, by characters) is in another one now and not in its ``own`` new form."""
    lines = _list_lines(old)
    size = sum(map(len, lines))
    shared = (lines & _list_lines(new)) - _list_lines(own)
    return sum(map(len, shared)) / size if size else 0.0


def _match_files(rest: _Unmatched, step: Step) -> None:
    """Follows files: first the texts that changed places or took the place of another, then what git says,
    then files that stayed."""
    texts_now = {item.path: item.content for item in rest.subjects if item.path}
    texts_before = {entry.content for entry in rest.entries}

    def find_handed_on_text(entry: LockEntry) -> str | None:
        now = texts_now.get(entry.path or "")
        return entry.content if now is not None and now != entry.content and now in texts_before else None

    rest.match(find_handed_on_text, lambda s: s.content)
    _match_moved_texts(rest, step.texts)
    rest.match(lambda e: step.renamed.get(e.path or ""), lambda s: s.path)
    if step.is_commit:
        # A file of several agents is told by their names.
        rest.match(lambda e: (e.path, e.name) if e.path else None, lambda s: (s.path, s.name))
        rest.match(lambda e: e.path, lambda s: s.path)


def _match_moved_texts(rest: _Unmatched, texts: Mapping[str, str]) -> None:
    """Follows a text that is somewhere else as it was, also where it lies over the file of another: with its
    name if its own file is gone or holds something else, without it if what it lies over has gone."""
    items = {(item.path, item.name): item for item in rest.subjects}
    paths = {item.path for item in rest.subjects}
    by_content = _group_by_unique_key(rest.subjects, lambda s: s.content)
    texts_before = {entry.path: texts.get(entry.permanent, "") for entry in rest.entries}

    def find_left_text(entry: LockEntry) -> tuple[str, str] | None:
        own = items.get((entry.path, entry.name))
        has_left = own is None or _is_unrelated(texts.get(entry.permanent, ""), own.text)
        return (entry.content, entry.name) if entry.content and entry.path and has_left else None

    def find_overwriting_text(entry: LockEntry) -> str | None:
        item = by_content.get(entry.content)
        is_over_another = item and _is_unrelated(texts_before.get(item.path, ""), item.text)
        return entry.content if is_over_another and entry.path not in paths else None

    rest.match(find_left_text, lambda s: (s.content, s.name))
    rest.match(find_overwriting_text, lambda s: s.content)


def _is_unrelated(before: str, now: str) -> bool:
    """Whether it is known that two texts have nothing to do with each other."""
    return bool(before) and _measure_share(before, now) < A_PART


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
