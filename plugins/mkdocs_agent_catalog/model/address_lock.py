"""The lock file of addresses: everything that was ever published, and where it is now.

It is committed beside ``mkdocs.yml``. An entry is a line, so that two branches that add one each can be
merged.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

Kind = Literal["agent", "server", "skill", "tool"]
KINDS: tuple[Kind, ...] = get_args(Kind)
NAME = "catalog.links.json"
VERSION = 1
_TEXTS = ("permanent", "id", "name")
LONGEST_PART, MOST_PARTS = 200, 50


@dataclass(frozen=True, slots=True)
class LockEntry:
    """An agent, tool, skill or server that was published at some time.

    ``permanent`` identifies the entry and never changes; ``id``, ``name``, ``summary`` and ``path`` are the
    last known ones. ``addresses`` lead to it: those of now and of the past, below the site's root, not
    percent-encoded. ``content`` is the hash of its text. ``gone`` is the day of its removal, ``None`` while
    it is there; ``replaced_by`` the permanent id of the successor that a person named. ``passed_on`` are
    addresses that led to it and have a page of something else now.
    """

    kind: Kind
    permanent: str
    id: str
    name: str
    summary: str = ""
    path: str | None = None
    addresses: tuple[str, ...] = ()
    content: str = ""
    gone: str | None = None
    replaced_by: str | None = None
    passed_on: tuple[str, ...] = ()

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders of the addresses, where the files beside a page are; sorted."""
        return tuple(
            sorted({address.removesuffix("/").removesuffix(".html") for address in self.addresses} - {""})
        )


@dataclass(frozen=True, slots=True)
class AddressLock:
    """The entries, sorted by kind and permanent id; ``lines`` tells where each stands in the file."""

    entries: tuple[LockEntry, ...] = ()

    def find_line(self, permanent: str) -> int:
        """The line of an entry in the file that ``dumps`` writes; 1 for one that is not there."""
        return next((n for n, entry in enumerate(self.entries, 2) if entry.permanent == permanent), 1)


@dataclass(frozen=True, slots=True)
class AddressHistory:
    """What was published, and what is: ``before`` as the file says (``None``: there is none), ``now`` as it
    is.

    ``file`` is the file's path in the repository; ``broken`` says what is wrong with it; ``lost`` are
    addresses that an earlier version of it held and this one does not.
    """

    now: AddressLock = AddressLock()
    before: AddressLock | None = None
    file: str = NAME
    broken: LockError | None = None
    lost: tuple[str, ...] = ()
    by_subject: dict[tuple[str, str], LockEntry] = field(default_factory=dict)
    former_owners: dict[str, list[LockEntry]] = field(default_factory=dict)
    """What used to be at an address that has a page of something else now."""

    def __post_init__(self) -> None:
        for entry in self.now.entries:
            for address in entry.passed_on:
                self.former_owners.setdefault(address, []).append(entry)
        self.by_subject.update(
            {(entry.kind, entry.id): entry for entry in self.now.entries if entry.gone is None}
        )

    def find_entry(self, kind: str, id: str) -> LockEntry | None:
        """The entry of what is published now as ``id``."""
        return self.by_subject.get((kind, id))


class LockError(ValueError):
    """The file is no lock; ``line`` is where, from 1."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


def dump_lock(lock: AddressLock) -> str:
    """The text of the file: sorted, one entry a line, what is not said left out."""
    lines = [
        json.dumps(_entry_as_data(entry), ensure_ascii=False)
        for entry in sorted(lock.entries, key=_get_sort_key)
    ]
    # Only these line ends: names may hold others, such as U+2028.
    body = "\n" + ",\n".join(lines) if lines else ""
    return f'{{"version": {VERSION}, "published": [{body}\n]}}\n'


def _get_sort_key(entry: LockEntry) -> tuple[str, str]:
    return entry.kind, entry.permanent


def _entry_as_data(entry: LockEntry) -> dict[str, Any]:
    # A day that is not known is said too: the entry is gone all the same. So is a name of nothing.
    messages = {key for key, value in asdict(entry).items() if value is not None and key in ("gone", *_TEXTS)}
    return {key: value for key, value in asdict(entry).items() if value or key in messages}


def load_lock(text: str) -> AddressLock:
    """The lock that ``text`` holds. Raises ``LockError`` for what no lock is; unknown keys are read over."""
    try:
        table = json.loads(text)
    except json.JSONDecodeError as error:
        conflict = re.search(r"^<{7} ", text, re.M)
        at = text[: conflict.start()].count("\n") + 1 if conflict else error.lineno
        raise LockError("a merge was left unfinished" if conflict else f"no JSON: {error.msg}", at) from error
    except RecursionError as error:
        raise LockError("no lock file: it is nested without end") from error
    try:
        json.dumps(table, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise LockError("it holds half a character, which no file can hold") from error
    if not isinstance(table, dict) or not isinstance(table.get("published"), list):
        raise LockError("it has no list `published`")
    if table.get("version") != VERSION:
        raise LockError(f"its version is `{table.get('version')}`, and this plugin reads {VERSION}")
    entries = [_read_entry(number, row) for number, row in enumerate(table["published"], 1)]
    counts = Counter(entry.permanent for entry in entries)
    twice = next((name for name, count in counts.items() if count > 1), None)
    if twice is not None:
        raise LockError(f"`{twice}` stands in it twice")
    return AddressLock(tuple(sorted(entries, key=_get_sort_key)))


def _read_entry(number: int, row: Any) -> LockEntry:
    """The entry that ``row`` holds, the list's ``number``-th. Raises ``LockError``."""
    if (
        not isinstance(row, dict)
        or row.get("kind") not in KINDS
        or not all(isinstance(row.get(key), str) for key in _TEXTS)
    ):
        raise LockError(f"entry {number} has no `kind`, `permanent`, `id` or `name`")
    if not is_safe_path(row["permanent"]) or not row["permanent"]:
        raise LockError(f"entry {number}: `{row['permanent']}` is no part of an address")
    values = {
        key: row[key] for key in (*_TEXTS, "summary", "content", "gone") if isinstance(row.get(key), str)
    }
    # An empty path or successor says nothing and is not written either; an empty day says: gone.
    values |= {key: row[key] for key in ("path", "replaced_by") if row.get(key) and isinstance(row[key], str)}
    for key in ("addresses", "passed_on"):
        listed = row.get(key) or []
        if not isinstance(listed, list) or not all(
            isinstance(item, str) and is_safe_path(item) for item in listed
        ):
            raise LockError(f"entry {number}: `{key}` is a list of addresses below the site's root")
        values[key] = tuple(sorted(set(listed)))
    return LockEntry(row["kind"], **values)


def is_safe_path(address: str) -> bool:
    """Whether ``address`` stays below the site's root and a disk can hold it: pages are written there."""
    parts = address.split("/")
    try:
        longest = max(len(part.encode()) for part in parts)
    except UnicodeEncodeError:
        return False
    # File systems end at 255 bytes a name, of which `.html` needs some.
    return not (
        address.startswith("/")
        or "\\" in address
        or address[1:2] == ":"
        or "\0" in address
        or any(part in (".", "..") for part in parts)
        or longest > LONGEST_PART
        or len(parts) > MOST_PARTS
    )
