"""The lock file of addresses: everything that was ever published, and where it is now.

It is committed beside ``mkdocs.yml`` and is needed only where git does not remember: in a shallow clone,
after the history was rewritten, and for successors that a person named. Each line is a JSON object: the first
one has the version, each other an entry. Lines of two branches are simply put together (``merge=union``):
several entries of one permanent id are one.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, get_args

Kind = Literal["agent", "server", "skill", "tool"]
KINDS: tuple[Kind, ...] = get_args(Kind)
NAME = "catalog.links.json"
VERSION = 2
_TEXTS = ("permanent", "id", "name")
_MARK = re.compile(r"<{7}( |$)|={7}$|>{7}( |$)|\|{7}( |$)")
LONGEST_PART, MOST_PARTS = 200, 50


@dataclass(frozen=True, slots=True)
class LockEntry:
    """An agent, tool, skill or server that was published at some time.

    ``permanent`` identifies the entry and never changes; ``id``, ``name``, ``summary`` and ``path`` are the
    last known ones. ``addresses`` lead to it: those of now and of the past, below the site's root, not
    percent-encoded. ``content`` is the hash of its text. ``gone`` is the day of its removal, ``None`` while
    it is there; ``replaced_by`` the permanent id of the successor that a person named. ``passed_on`` are
    addresses that led to it and have a page of something else now. ``heirs`` are the permanent ids of those
    that have a part of its text, or all of it, since it was taken apart or went into them. ``former_names``
    are what it was called before; ``former_contents`` the hashes of its earlier texts, which only git knows.
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
    heirs: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()
    former_contents: tuple[str, ...] = ()

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

    ``file`` is the file's path in the repository; ``broken`` says what is wrong with it. ``is_in_git``: that
    the whole history was read, so that nothing depends on the file.
    """

    now: AddressLock = AddressLock()
    before: AddressLock | None = None
    file: str = NAME
    broken: LockError | None = None
    is_in_git: bool = False
    by_subject: dict[tuple[str, str], LockEntry] = field(default_factory=dict, init=False)
    former_owners: dict[str, list[LockEntry]] = field(default_factory=dict, init=False)
    """What used to be at an address that has a page of something else now, or leads to it."""

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
    entries = sorted(lock.entries, key=_get_sort_key)
    lines = [
        json.dumps(data, ensure_ascii=False) for data in ({"version": VERSION}, *map(_entry_as_data, entries))
    ]
    # Only these line ends: names may hold others, such as U+2028.
    return "\n".join(lines) + "\n"


def _get_sort_key(entry: LockEntry) -> tuple[str, str]:
    return entry.kind, entry.permanent


def _entry_as_data(entry: LockEntry) -> dict[str, Any]:
    # A day that is not known is said too: the entry is gone all the same. So is a name of nothing.
    messages = {key for key, value in asdict(entry).items() if value is not None and key in ("gone", *_TEXTS)}
    data = {key: value for key, value in asdict(entry).items() if value or key in messages}
    data.pop("former_contents", None)
    return data


def load_lock(text: str) -> AddressLock:
    """The lock that ``text`` holds. Raises ``LockError`` if any of it is wrong. Unknown keys are read
    over."""
    lock, error = read_lock(text)
    if error:
        raise error
    return lock


def read_lock(text: str) -> tuple[AddressLock, LockError | None]:
    """What ``text`` holds, and the first thing that is wrong with it. A line that is wrong takes no other
    with it: marks of an unfinished merge are read over, and both of its sides count. Never raises."""
    rows, errors = _list_rows(text)
    entries: dict[str, LockEntry] = {}
    for line, row in rows:
        try:
            entry = _read_entry(row)
        except LockError as error:
            error.line = line
            errors.append(error)
            continue
        first = entries.get(entry.permanent)
        entries[entry.permanent] = _unite(first, entry) if first and first.kind == entry.kind else entry
    first_error = min(errors, key=lambda problem: problem.line, default=None)
    return AddressLock(tuple(sorted(entries.values(), key=_get_sort_key))), first_error


def _list_rows(text: str) -> tuple[list[tuple[int, Any]], list[LockError]]:
    """The entries in ``text`` as they stand there, each with its line, and what is wrong with the rest."""
    rows: list[tuple[int, Any]] = []
    errors: list[LockError] = []
    version: object = None
    for number, line in enumerate(text.split("\n"), 1):
        # The first version was one document of JSON, and had an entry on each line as well.
        line = line.strip().removesuffix(",")
        if not line or line == "]}":
            continue
        if _MARK.match(line):
            errors.append(LockError("a merge was left unfinished", number))
            continue
        try:
            row = json.loads(f"{line}]}}" if line.endswith('"published": [') else line)
            json.dumps(row, ensure_ascii=False).encode()
        except json.JSONDecodeError as error:
            errors.append(LockError(f"no JSON: {error.msg}", number))
        except RecursionError:
            errors.append(LockError("no lock file: it is nested without end", number))
        except UnicodeEncodeError:
            errors.append(LockError("it holds half a character, which no file can hold", number))
        except ValueError:
            errors.append(LockError("it holds a number that is too large", number))
        else:
            if isinstance(row, dict) and "version" in row:
                version = row["version"]
                listed = row.get("published", [])
                rows += [(number, entry) for entry in listed] if isinstance(listed, list) else []
            else:
                rows.append((number, row))
    if version not in (1, VERSION):
        what = "it does not say its version" if version is None else f"its version is `{version}`"
        return [], [*errors[:1], LockError(f"{what}; this plugin reads {VERSION}")]
    return rows, errors


def _unite(first: LockEntry, second: LockEntry) -> LockEntry:
    """One entry of two with the same permanent id, as two branches wrote them: what is there wins over
    what is gone."""
    known, other = (second, first) if first.gone is not None else (first, second)
    return replace(
        known,
        addresses=tuple(sorted({*first.addresses, *second.addresses})),
        passed_on=tuple(sorted({*first.passed_on, *second.passed_on} - {*known.addresses})),
        replaced_by=known.replaced_by or other.replaced_by,
        heirs=known.heirs or other.heirs,
        former_names=unite_names(known, other),
    )


def unite_names(entry: LockEntry, other: LockEntry) -> tuple[str, ...]:
    """What ``entry`` was called before, as far as both know."""
    names = dict.fromkeys((*entry.former_names, *other.former_names, other.name))
    return tuple(name for name in names if name != entry.name)


def _read_entry(row: Any) -> LockEntry:
    """The entry that ``row`` holds. Raises ``LockError``."""
    if (
        not isinstance(row, dict)
        or row.get("kind") not in KINDS
        or not all(isinstance(row.get(key), str) for key in _TEXTS)
    ):
        raise LockError("an entry has no `kind`, `permanent`, `id` or `name`")
    if not is_safe_path(row["permanent"]) or not row["permanent"]:
        raise LockError(f"`{row['permanent']}` is no part of an address")
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
            raise LockError(f"`{key}` is a list of addresses below the site's root")
        values[key] = tuple(sorted(set(listed)))
    for key in ("heirs", "former_names"):
        names = row.get(key) or []
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise LockError(f"`{key}` is a list of names")
        values[key] = tuple(names)
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
