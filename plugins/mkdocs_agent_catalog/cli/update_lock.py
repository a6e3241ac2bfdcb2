"""Updates the lock file of addresses. Runs only on request, never as a part of a build."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ..build import Options, load_catalog
from ..model.address_lock import AddressLock, LockEntry, dump_lock
from .errors import UsageError


@dataclass(frozen=True, slots=True)
class LockUpdate:
    """The text of the lock file as it should be, and what changes by it, a line each."""

    text: str
    changes: tuple[str, ...]


def plan_lock_update(repo: Path, settings: Options, successors: Iterable[str], today: str) -> LockUpdate:
    """What the lock file should say. ``successors`` are ``OLD=NEW``, by permanent id, id or name.

    ``today`` is the day for what is gone without git knowing of it. Raises ``RecordError``.
    """
    ledger = load_catalog(repo, settings, today=today).ledger
    if ledger.broken is not None and not (ledger.before and ledger.before.entries):
        raise UsageError(
            f"{ledger.file}:{ledger.broken.line}: {ledger.broken}; mend it or take it back from git first"
        )
    now = _apply_successors(ledger.now, successors)
    return LockUpdate(dump_lock(now), tuple(_describe_changes(ledger.before or AddressLock(), now)))


def _apply_successors(lock: AddressLock, successors: Iterable[str]) -> AddressLock:
    for pair in successors:
        old, sign, new = pair.partition("=")
        if not sign:
            raise UsageError(f"`{pair}` is no OLD=NEW")
        gone = _find_entry(lock, old, "gone")
        successor = _find_entry(lock, new, "there", gone.kind)
        changed = replace(gone, replaced_by=successor.permanent)
        lock = AddressLock(tuple(changed if entry is gone else entry for entry in lock.entries))
    return lock


def _find_entry(lock: AddressLock, name: str, state: str, kind: str | None = None) -> LockEntry:
    """The one entry of that name which is gone (or is there)."""
    entries = [entry for entry in lock.entries if (entry.gone is not None) == (state == "gone")]
    for key in ("permanent", "id", "name"):
        result = [entry for entry in entries if getattr(entry, key) == name]
        alike = [entry for entry in result if entry.kind == kind]
        result = alike or result
        if len(result) == 1:
            return result[0]
        if result:
            raise UsageError(
                f"`{name}` means {len(result)}: {', '.join(entry.permanent for entry in result)}"
            )
    if state == "gone" and any(name in (entry.permanent, entry.id, entry.name) for entry in lock.entries):
        raise UsageError(f"`{name}` is not gone: nothing replaces it")
    raise UsageError(f"nothing called `{name}` {'is gone' if state == 'gone' else 'is there'}")


def _describe_changes(before: AddressLock, now: AddressLock) -> Iterator[str]:
    known = {item.permanent: item for item in before.entries}
    for entry in now.entries:
        was = known.get(entry.permanent)
        if was is None:
            yield f"new: {entry.kind} `{entry.name}`{_describe_addresses(entry)}"
        elif was.gone is None and entry.gone is not None:
            yield f"gone: {entry.kind} `{entry.name}`"
        elif was.gone is not None and entry.gone is None:
            yield f"back: {entry.kind} `{entry.name}`{_describe_addresses(entry)}"
        elif added := sorted(set(entry.addresses) - set(was.addresses)):
            name = f"`{was.name}`" if was.name == entry.name else f"`{was.name}`, now `{entry.name}`,"
            yield f"moved: {entry.kind} {name} to {', '.join(added)}"
        elif taken := sorted(set(was.addresses) - set(entry.addresses)):
            yield f"taken: {', '.join(taken)} from {entry.kind} `{entry.name}`"
        if was is not None and entry.replaced_by != was.replaced_by and entry.replaced_by:
            yield f"replaced: {entry.kind} `{entry.name}` by `{entry.replaced_by}`"


def _describe_addresses(entry: LockEntry) -> str:
    """The addresses of an entry; a tool of a server has none of its own."""
    return f" at {', '.join(entry.addresses)}" if entry.addresses else ""
