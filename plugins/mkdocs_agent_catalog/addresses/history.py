"""Compares the lock file with the repository: what was published, what exists, and what got lost."""

from __future__ import annotations

from functools import lru_cache, partial
from pathlib import Path

from ..history import log
from ..model.address_lock import AddressHistory, AddressLock, LockError, load_lock
from ..model.catalog import Catalog
from ..reading import masking
from ..reading.file_reader import read_bytes
from .tracking import list_published_items, track_items
from .urls import SiteLocation

MOST_BYTES = 20_000_000


def load_address_history(repo: Path, file: str, catalog: Catalog, where: SiteLocation) -> AddressHistory:
    """The ledger of ``catalog``; ``file`` is the lock. Never raises: a lock that is broken is told in it."""
    before, broken = _read(repo / file)
    now = track_items(
        before or AddressLock(), list_published_items(catalog, where), partial(log.find_renames, repo)
    )
    lost = _find_dropped_addresses(repo, file, before or AddressLock()) if before or broken else ()
    return AddressHistory(now, before, file, broken, lost)


def _read(path: Path) -> tuple[AddressLock | None, LockError | None]:
    try:
        # What it remembers may be older than the knowledge of what is secret.
        text = masking.decode_json_escapes(read_bytes(path, MOST_BYTES).decode())
        return load_lock(masking.mask_text(text)), None
    except FileNotFoundError:
        return None, None
    except (OSError, UnicodeDecodeError) as error:
        return None, LockError(f"it cannot be read: {getattr(error, 'strerror', None) or error}")
    except LockError as error:
        return None, error


def _find_dropped_addresses(repo: Path, file: str, before: AddressLock) -> tuple[str, ...]:
    """Addresses that the last two committed versions of the lock held and it does not hold now."""
    held = {address for text in log.list_versions(repo, file) for address in _read_addresses(text)}
    return tuple(sorted(held - {address for entry in before.entries for address in entry.addresses}))


@lru_cache(maxsize=8)
def _read_addresses(text: str) -> frozenset[str]:
    try:
        return frozenset(address for entry in load_lock(text).entries for address in entry.addresses)
    except LockError:
        return frozenset()
