"""Where everything is now that was ever published: moves and renames are learned, what is gone is told apart.

Evidence is tried from the strongest to the weakest, and only where it points from one entry to one thing:
the same place and name, the same text, the same name elsewhere, a rename that git knows, the same place, and
at last a text that is much the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from . import prints, urls
from .history import Moves
from .linked import Catalog
from .lock import KINDS, Kind, Lock, Locked
from .text import unique
from .urls import Where

# Texts that share less are two texts: by chance agents of one author share a tenth of their runs of words.
LEAST_ALIKE = 0.4


@dataclass(frozen=True, slots=True)
class Subject:
    """What is published now: a page of its own at ``address`` (empty for a section of another page)."""

    kind: Kind
    id: str
    name: str
    summary: str
    address: str
    path: str | None = None
    text: str = ""


def subjects(catalog: Catalog, where: Where) -> list[Subject]:
    """Everything that has a permanent address, in the order in which ids are given."""

    def at(uri: str) -> str:
        return urls.url(where.uri(uri), where.directory_urls)

    found = [
        Subject(
            "agent",
            a.id,
            a.name,
            a.summary,
            at(urls.agent(a.id)),
            a.source.path,
            _text(a.description, a.document.body),
        )
        for a in catalog.agents
    ]
    for skill in catalog.skills:
        text = _text(skill.description, skill.document.body if skill.document else "")
        path = skill.source.path if skill.source else None
        found.append(
            Subject("skill", skill.id, skill.name, skill.summary, at(urls.skill(skill.id)), path, text)
        )
    found += [Subject("server", one.id, one.name, "", at(urls.server(one.id))) for one in catalog.servers]
    for tool in catalog.tools:
        summary = str(tool.fact.summary) if tool.fact else ""
        found.append(
            Subject(
                "tool",
                tool.id,
                tool.name,
                summary,
                "" if tool.server else at(urls.tool(tool.name, tool.id)[0]),
            )
        )
    return found


def _text(description: str | None, body: str) -> str:
    return f"{description or ''}\n{body}"


def go(permanent: str, where: Where) -> str:
    """The permanent address below the site's root, the same for both forms of addresses."""
    return where.uri(f"go/{permanent}/")


def follow(
    lock: Lock, found: list[Subject], where: Where, moves: Callable[[], Moves], today: str = ""
) -> Lock:
    """The lock as it is now. ``moves`` is asked only when something is not where it was.

    ``today`` is the day for what is gone and git does not know of.
    """
    pairs, asked = _pairs(lock.entries, found, moves)
    claimed = {one.address for one in found if one.address}
    taken = {one.permanent: 1 for one in lock.entries}
    entries = []
    for one in lock.entries:
        match = pairs.get(one.permanent)
        if match is not None:
            entries.append(_there(one, match, where, claimed))
        elif one.gone is None:
            day = asked().removed.get(one.path or "", today)
            kept = tuple(address for address in one.addresses if address not in claimed)
            entries.append(replace(one, gone=day, addresses=kept))
        else:
            entries.append(replace(one, addresses=tuple(a for a in one.addresses if a not in claimed)))
    known = {(one.kind, one.id) for one in pairs.values()}
    for new in found:
        if (new.kind, new.id) not in known:
            id = new.id if new.id not in taken else f"{new.kind}-{new.id}"
            entries.append(_there(Locked(new.kind, unique(id, taken), new.id, new.name), new, where, claimed))
    return Lock(tuple(sorted(entries, key=lambda one: (one.kind, one.permanent))))


def _there(entry: Locked, one: Subject, where: Where, claimed: set[str]) -> Locked:
    """``entry`` as it is now; what another page has taken leads there no more."""
    own = {one.address, go(entry.permanent, where)} - {""}
    kept = {address for address in entry.addresses if address not in claimed}
    addresses = tuple(sorted(kept | own))
    return replace(
        entry,
        id=one.id,
        name=one.name,
        summary=one.summary,
        path=one.path,
        addresses=addresses,
        gone=None,
        replaced_by=None,
    )


def printed(lock: Lock, found: list[Subject]) -> Lock:
    """``lock`` with the fingerprints of the texts as they are: what the command writes down."""
    texts = {(one.kind, one.id): one.text for one in found}
    return Lock(
        tuple(
            replace(one, content=prints.content(text), likeness=prints.likeness(text))
            if one.gone is None and (text := texts.get((one.kind, one.id), "")).strip()
            else one
            for one in lock.entries
        )
    )


def _pairs(
    entries: Iterable[Locked], found: list[Subject], moves: Callable[[], Moves]
) -> tuple[dict[str, Subject], Callable[[], Moves]]:
    pairs: dict[str, Subject] = {}
    answers: list[Moves] = []

    def asked() -> Moves:
        if not answers:
            answers.append(moves())
        return answers[0]

    for kind in KINDS:
        subjects = [one for one in found if one.kind == kind]
        for gone in (False, True):
            locked = [one for one in entries if one.kind == kind and (one.gone is not None) == gone]
            taken = {id(one) for one in pairs.values()}
            open_ = _Open(locked, [one for one in subjects if id(one) not in taken], pairs)
            open_.join(lambda e: (e.id, e.name), lambda s: (s.id, s.name))
            # What a person said to be replaced comes back only where it stood.
            if kind in ("agent", "skill"):
                open_.join(lambda e: None if e.replaced_by else e.content, lambda s: prints.content(s.text))
            open_.join(lambda e: None if e.replaced_by else e.name, lambda s: s.name)
            if not gone and any(e.path for e in open_.entries) and open_.subjects:
                open_.join(lambda e: asked().renamed.get(e.path or ""), lambda s: s.path)
            if not gone:
                # What is gone does not come back because another file has its place.
                open_.join(lambda e: e.id, lambda s: s.id)
                open_.join_alike()
    return pairs, asked


class _Open:
    """Entries and things of one kind that are not yet paired."""

    def __init__(self, entries: list[Locked], subjects: list[Subject], pairs: dict[str, Subject]) -> None:
        self.entries, self.subjects, self.pairs = entries, subjects, pairs

    def join(self, of_entry: Callable[[Locked], Hashable], of_subject: Callable[[Subject], Hashable]) -> None:
        """Pairs those for which a key is the same, and is nobody else's."""
        if not self.entries or not self.subjects:
            return
        entries, subjects = _alone(self.entries, of_entry), _alone(self.subjects, of_subject)
        self._pair((entries[key], subjects[key]) for key in entries if key in subjects)

    def join_alike(self) -> None:
        """Pairs the texts that are most alike, best first."""
        if not self.entries or not self.subjects:
            return
        samples = [(one, prints.likeness(one.text)) for one in self.subjects]
        scored = sorted(
            (
                (-score, entry.permanent, one.id, entry, one)
                for entry in self.entries
                if entry.likeness
                for one, sample in samples
                if sample and (score := prints.alike(entry.likeness, sample)) >= LEAST_ALIKE
            ),
            key=lambda row: row[:3],
        )
        self._pair((entry, one) for *_, entry, one in scored)

    def _pair(self, found: Iterable[tuple[Locked, Subject]]) -> None:
        entries, subjects = {id(one) for one in self.entries}, {id(one) for one in self.subjects}
        for entry, subject in found:
            if id(entry) in entries and id(subject) in subjects:
                self.pairs[entry.permanent] = subject
                entries.discard(id(entry))
                subjects.discard(id(subject))
        self.entries = [one for one in self.entries if id(one) in entries]
        self.subjects = [one for one in self.subjects if id(one) in subjects]


T = TypeVar("T")


def _alone(things: list[T], key: Callable[[T], Hashable]) -> dict[Hashable, T]:
    """The things by a key that only one of them has; what has none is left out."""
    keys = [(key(one), one) for one in things]
    counts = Counter(found for found, _ in keys)
    return {found: one for found, one in keys if found and counts[found] == 1}
