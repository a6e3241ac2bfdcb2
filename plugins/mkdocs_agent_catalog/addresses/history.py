"""Finds where everything is now that was ever published: from git, and from the lock file if there is one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from ..history import log
from ..model.address_lock import (
    AddressHistory,
    AddressLock,
    LockEntry,
    LockError,
    dump_lock,
    read_lock,
    unite_names,
)
from ..model.catalog import Catalog
from ..reading import disk, masking
from ..reading.file_reader import read_bytes
from ..text.strings import make_unique
from .tracking import Step, list_published_items, track_items
from .urls import SiteLocation

MOST_BYTES = 20_000_000
MOST_VERSIONS = 2
"""So many committed versions of the lock file count beside the file itself."""


def load_address_history(
    repo: Path,
    file: str,
    catalog: Catalog,
    where: SiteLocation,
    past: AddressLock | None = None,
    day: str = "",
) -> AddressHistory:
    """The ledger of ``catalog``. ``past`` is what git knows, ``None`` where it knows nothing; ``file`` is the
    lock. ``day`` is when what nobody knows of went. Never raises: a lock that is broken is told in it."""
    before, broken = _read_lock(repo / file)
    known = unite_locks(past or AddressLock(), before or AddressLock())
    if before or broken:
        # What a merge or a hand took out is taken back from the last versions that were committed.
        for text in log.list_versions(repo, file, MOST_VERSIONS):
            known = unite_locks(known, _parse_lock(text)[0])
    now = track_items(known, list_published_items(catalog, where), Step(day=day))
    return AddressHistory(now, before, file, broken, past is not None)


def update_lock(repo: Path, ledger: AddressHistory) -> bool:
    """Writes the lock file if it does not say what ``ledger`` knows. Returns whether it did.

    Raises ``OSError``.
    """
    file, text = repo / ledger.file, dump_lock(ledger.now)
    if file.is_file() and read_bytes(file, MOST_BYTES) == text.encode():
        return False
    disk.write(file, text)
    return True


def unite_locks(first: AddressLock, second: AddressLock) -> AddressLock:
    """Both: entries of one item become one, with the place of ``first``, and with the permanent id and what a
    person said in ``second``.

    They are of one item if both say that it is at the same place with the same name and text; or else if they
    have the same permanent id, or an address of both leads to them. A permanent id alone proves little after
    a history was rewritten: what is there first gets its id by where it is then.
    """
    owners = {address: entry.permanent for entry in first.entries for address in entry.addresses}
    former = {address: entry.permanent for entry in first.entries for address in entry.passed_on}
    entries = {entry.permanent: entry for entry in first.entries}
    present = _pair_present(first, second)
    pairs = {mine: yours for yours, mine in present.items()}
    renamed: dict[str, str] = {}
    added: list[LockEntry] = []
    for entry in second.entries:
        own = present.get(entry.permanent, entry.permanent)
        names = [own] if pairs.get(own, entry.permanent) == entry.permanent else []
        names += [owners[a] for a in entry.addresses if a in owners]
        names += [former[a] for a in (*entry.addresses, *entry.passed_on) if a in former]
        same = next((entries[name] for name in names if _may_be_same(entries.get(name), entry)), None)
        if same is None:
            added.append(entry)
            continue
        renamed[same.permanent] = entry.permanent
        entries[same.permanent] = replace(
            _pass_addresses_on(entry, owners, same),
            replaced_by=entry.replaced_by,
            heirs=same.heirs or entry.heirs,
            former_names=unite_names(same, entry),
        )
    counts = dict.fromkeys((*entries, *renamed.values(), *(entry.permanent for entry in added)), 1)
    recorded = {*renamed.values(), *(entry.permanent for entry in added)}
    names_now = {
        name: renamed[name]
        if name in renamed
        else make_unique(f"{entry.kind}-{name}", counts)
        if name in recorded
        else name
        for name, entry in entries.items()
    }
    has_heirs = {entry.permanent for entry in first.entries if entry.heirs}
    result = [
        replace(
            entry,
            permanent=names_now[name],
            heirs=tuple(names_now.get(heir, heir) for heir in entry.heirs)
            if name in has_heirs
            else entry.heirs,
        )
        for name, entry in entries.items()
    ]
    result += [_pass_addresses_on(entry, owners) for entry in added]
    return AddressLock(tuple(sorted(result, key=lambda entry: (entry.kind, entry.permanent))))


def _may_be_same(now: LockEntry | None, entry: LockEntry) -> bool:
    """Whether ``entry`` may be what is ``now``: what was gone comes back with its name or its text."""
    if now is None or now.kind != entry.kind:
        return False
    is_back = now.gone is None and entry.gone is not None
    texts = {now.content, *now.former_contents} - {""}
    return not is_back or entry.name in (now.name, *now.former_names) or entry.content in texts


def _pass_addresses_on(
    entry: LockEntry, owners: Mapping[str, str], same: LockEntry | None = None
) -> LockEntry:
    """``same``, or else ``entry`` itself, with the addresses of ``entry`` too; those that another one has by
    ``owners`` were passed on."""
    result = same or entry
    name = same.permanent if same else None
    elsewhere = {address for address in entry.addresses if owners.get(address, name) != name}
    return replace(
        result,
        addresses=tuple(sorted({*result.addresses, *entry.addresses} - elsewhere)),
        passed_on=tuple(sorted({*result.passed_on, *entry.passed_on, *elsewhere})),
    )


def _pair_present(first: AddressLock, second: AddressLock) -> dict[str, str]:
    """For permanent ids of ``second`` those of ``first`` that are the same thing at the same place."""

    def find_present(lock: AddressLock) -> dict[Hashable, str]:
        keys = [
            ((entry.kind, entry.path, entry.name, entry.content), entry.permanent)
            for entry in lock.entries
            if entry.gone is None and entry.path and entry.content
        ]
        counts = Counter(key for key, _ in keys)
        return {key: permanent for key, permanent in keys if counts[key] == 1}

    there = find_present(first)
    return {name: there[key] for key, name in find_present(second).items() if key in there}


def add_addresses_of_others(own: AddressLock, others: AddressLock, below: str, folder: str) -> AddressLock:
    """``own`` with what the history of another repository knows, whose files are in ``below`` there and in
    ``folder`` today. An address that was ours stays ours."""
    ours = {address for entry in own.entries if not _is_in(entry.path, folder) for address in entry.addresses}
    taken = {entry.permanent for entry in own.entries if entry.path and not _is_in(entry.path, folder)}
    names = {
        entry.permanent: f"{below}:{entry.permanent}"
        for entry in others.entries
        if entry.path and entry.permanent in taken
    }
    entries = []
    for entry in others.entries:
        # What has no file of its own, such as a tool, is the same in all repositories.
        if entry.path:
            entry = replace(
                entry,
                path=f"{folder}{entry.path.removeprefix(below)}",
                permanent=names.get(entry.permanent, entry.permanent),
                addresses=tuple(address for address in entry.addresses if address not in ours),
                passed_on=tuple(address for address in entry.passed_on if address not in ours),
                heirs=tuple(names.get(heir, heir) for heir in entry.heirs),
            )
        entries.append(entry)
    return unite_locks(own, AddressLock(tuple(entries)))


def add_former_addresses(lock: AddressLock, others: Iterable[AddressLock]) -> AddressLock:
    """``lock`` with the addresses of ``others``, which are of the same history under other settings."""
    taken = {address for entry in lock.entries for address in entry.addresses}
    former: dict[tuple[object, ...], set[str]] = {}
    for entry in (entry for other in others for entry in other.entries):
        former.setdefault((entry.kind, entry.path, entry.name, entry.gone), set()).update(entry.addresses)
    return AddressLock(
        tuple(
            replace(
                entry,
                addresses=tuple(
                    sorted(
                        {*entry.addresses}
                        | (former.get((entry.kind, entry.path, entry.name, entry.gone), set()) - taken)
                    )
                ),
            )
            for entry in lock.entries
        )
    )


def _is_in(path: str | None, folder: str) -> bool:
    return path is not None and path.startswith(f"{folder}/")


def _read_lock(path: Path) -> tuple[AddressLock | None, LockError | None]:
    try:
        return _parse_lock(read_bytes(path, MOST_BYTES).decode())
    except FileNotFoundError:
        return None, None
    except (OSError, UnicodeDecodeError) as error:
        return None, LockError(f"it cannot be read: {getattr(error, 'strerror', None) or error}")


@lru_cache(maxsize=8)
def _parse_lock(text: str) -> tuple[AddressLock, LockError | None]:
    # What it remembers may be older than the knowledge of what is secret.
    return read_lock(masking.mask_text(masking.decode_json_escapes(text)))
