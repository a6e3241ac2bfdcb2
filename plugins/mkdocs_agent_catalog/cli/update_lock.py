"""Brings the lock file of addresses up to date: only when somebody asks for it, never by a build."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ..addresses.tracking import follow, subjects, with_fingerprints
from ..build import Options, read
from ..history import log
from ..model.address_lock import Lock, Locked, dumps


class RecordError(ValueError):
    """The lock file cannot be brought up to date; the message says why and what can be done."""


@dataclass(frozen=True, slots=True)
class Record:
    """The text of the lock file as it should be, and what changes by it, a line each."""

    text: str
    changes: tuple[str, ...]


def record(repo: Path, settings: Options, successors: Iterable[str], today: str) -> Record:
    """What the lock file should say. ``successors`` are ``OLD=NEW``, by permanent id, id or name.

    ``today`` is the day for what is gone without git knowing of it. Raises ``RecordError``.
    """
    catalog = read(repo, settings)
    ledger = catalog.ledger
    if ledger.broken is not None:
        raise RecordError(
            f"{ledger.file}:{ledger.broken.line}: {ledger.broken}; mend it or take it back from git first"
        )
    before, found = ledger.before or Lock(), subjects(catalog, settings.where)
    now = with_fingerprints(follow(before, found, partial(log.moves, repo), today), found)
    now = _replaced(now, successors)
    return Record(dumps(now), tuple(_changes(before, now)))


def _replaced(lock: Lock, successors: Iterable[str]) -> Lock:
    for pair in successors:
        old, sign, new = pair.partition("=")
        if not sign:
            raise RecordError(f"`{pair}` is no OLD=NEW")
        gone = _named(lock, old, "gone")
        successor = _named(lock, new, "there", gone.kind)
        changed = replace(gone, replaced_by=successor.permanent)
        lock = Lock(tuple(changed if one is gone else one for one in lock.entries))
    return lock


def _named(lock: Lock, name: str, state: str, kind: str | None = None) -> Locked:
    """The one entry of that name which is gone (or is there)."""
    entries = [one for one in lock.entries if (one.gone is not None) == (state == "gone")]
    for key in ("permanent", "id", "name"):
        found = [one for one in entries if getattr(one, key) == name]
        alike = [one for one in found if one.kind == kind]
        found = alike or found
        if len(found) == 1:
            return found[0]
        if found:
            raise RecordError(f"`{name}` means {len(found)}: {', '.join(one.permanent for one in found)}")
    if state == "gone" and any(name in (one.permanent, one.id, one.name) for one in lock.entries):
        raise RecordError(f"`{name}` is not gone: nothing replaces it")
    raise RecordError(f"nothing called `{name}` {'is gone' if state == 'gone' else 'is there'}")


def _changes(before: Lock, now: Lock) -> Iterator[str]:
    known = {one.permanent: one for one in before.entries}
    for one in now.entries:
        was = known.get(one.permanent)
        if was is None:
            yield f"new: {one.kind} `{one.name}`{_at(one)}"
        elif was.gone is None and one.gone is not None:
            yield f"gone: {one.kind} `{one.name}`"
        elif was.gone is not None and one.gone is None:
            yield f"back: {one.kind} `{one.name}`{_at(one)}"
        elif added := sorted(set(one.addresses) - set(was.addresses)):
            name = f"`{was.name}`" if was.name == one.name else f"`{was.name}`, now `{one.name}`,"
            yield f"moved: {one.kind} {name} to {', '.join(added)}"
        elif taken := sorted(set(was.addresses) - set(one.addresses)):
            yield f"taken: {', '.join(taken)} from {one.kind} `{one.name}`"
        if was is not None and one.replaced_by != was.replaced_by and one.replaced_by:
            yield f"replaced: {one.kind} `{one.name}` by `{one.replaced_by}`"


def _at(one: Locked) -> str:
    """The addresses of an entry; a tool of a server has none of its own."""
    return f" at {', '.join(one.addresses)}" if one.addresses else ""
