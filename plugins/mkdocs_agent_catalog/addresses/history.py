"""From the repository and its lock file to the ledger: what was published, what is, and what got lost."""

from __future__ import annotations

from functools import lru_cache, partial
from pathlib import Path

from ..history import log
from ..model.address_lock import Ledger, Lock, LockError, loads
from ..model.catalog import Catalog
from ..reading import disk, masking
from .tracking import follow, subjects
from .urls import Where

MOST_BYTES = 20_000_000


def ledger(repo: Path, file: str, catalog: Catalog, where: Where) -> Ledger:
    """The ledger of ``catalog``; ``file`` is the lock. Never raises: a lock that is broken is told in it."""
    before, broken = _read(repo / file)
    now = follow(before or Lock(), subjects(catalog, where), partial(log.moves, repo))
    lost = _lost(repo, file, before or Lock()) if before or broken else ()
    return Ledger(now, before, file, broken, lost)


def _read(path: Path) -> tuple[Lock | None, LockError | None]:
    try:
        # What it remembers may be older than the knowledge of what is secret.
        return loads(masking.masked(disk.read(path, MOST_BYTES).decode())), None
    except FileNotFoundError:
        return None, None
    except (OSError, UnicodeDecodeError) as error:
        return None, LockError(f"it cannot be read: {getattr(error, 'strerror', None) or error}")
    except LockError as error:
        return None, error


def _lost(repo: Path, file: str, before: Lock) -> tuple[str, ...]:
    """Addresses that the last two committed versions of the lock held and it does not hold now."""
    held = {address for text in log.versions(repo, file) for address in _addresses(text)}
    return tuple(sorted(held - {address for one in before.entries for address in one.addresses}))


@lru_cache(maxsize=8)
def _addresses(text: str) -> frozenset[str]:
    try:
        return frozenset(address for one in loads(text).entries for address in one.addresses)
    except LockError:
        return frozenset()
