"""What is different between the rights of two states of a catalog: who gained what, and who lost it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..addresses.tracking import Step, list_published_items, track_items
from ..addresses.urls import SiteLocation
from ..model.address_lock import AddressLock
from ..model.catalog import Catalog
from ..permissions.capabilities import UNKNOWN
from ..permissions.decisions import PermissionResolver
from .subjects import RIGHT_KINDS, SUBJECT_KINDS, Right, Subject, list_subjects


@dataclass(frozen=True, slots=True)
class RightChange:
    """One right that is different. ``before`` is ``None`` for a gained one, ``after`` for a lost one."""

    before: Right | None
    after: Right | None

    @property
    def sign(self) -> Literal["gained", "lost", "changed"]:
        """What happened."""
        return "gained" if not self.before else "lost" if not self.after else "changed"

    @property
    def right(self) -> Right:
        """The right as it is now, or as it was last."""
        right = self.after or self.before
        assert right is not None
        return right


@dataclass(frozen=True, slots=True)
class SubjectChange:
    """All that changed in the rights of one agent, skill, server or settings file. ``before`` is ``None`` for
    a new one, ``after`` for one that went."""

    before: Subject | None
    after: Subject | None
    changes: tuple[RightChange, ...] = field(default=())

    @property
    def state(self) -> Literal["new", "gone", "changed"]:
        """What became of it."""
        return "new" if not self.before else "gone" if not self.after else "changed"

    @property
    def subject(self) -> Subject:
        """It as it is now, or as it was last."""
        subject = self.after or self.before
        assert subject is not None
        return subject


def compare_catalogs(
    before: Catalog, after: Catalog, renamed: Mapping[str, str], profile: str
) -> tuple[SubjectChange, ...]:
    """Who has other rights in ``after`` than in ``before``: agents first, each by its id.

    ``renamed`` are files that git says were renamed, old path to new. What only moved or got another name has
    the rights that it had, and is not told. New ones and those that went are told with all their rights.
    """
    subjects_before = {_make_key(s): s for s in list_subjects(before, PermissionResolver(profile))}
    subjects_after = {_make_key(s): s for s in list_subjects(after, PermissionResolver(profile))}
    now = _pair_subjects(before, after, renamed)
    pairs: list[tuple[Subject | None, Subject | None]] = []
    for key, subject in subjects_before.items():
        key_now = now.get(key, key)
        pairs.append((subject, subjects_after.pop(key_now, None) if key_now else None))
    pairs += [(None, subject) for subject in subjects_after.values()]
    changes = (SubjectChange(old, new, compare_rights(old, new)) for old, new in pairs)
    told = [change for change in changes if change.changes]
    return tuple(sorted(told, key=lambda c: (SUBJECT_KINDS.index(c.subject.kind), c.subject.id)))


def compare_rights(before: Subject | None, after: Subject | None) -> tuple[RightChange, ...]:
    """The rights that differ, in the order of ``RIGHT_KINDS``. What is not known of another agent is told of
    that one, and not of all that may start it."""
    old, new = (
        {
            key: right
            for key, right in (side.rights.items() if side else ())
            if (key[1], right.how) != (UNKNOWN[0], "through")
        }
        for side in (before, after)
    )
    keys = sorted({*old, *new}, key=lambda key: (RIGHT_KINDS.index(key[0]), key[1]))
    return tuple(RightChange(old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key))


def _make_key(subject: Subject) -> tuple[str, str]:
    return subject.kind, subject.id


def _pair_subjects(
    before: Catalog, after: Catalog, renamed: Mapping[str, str]
) -> dict[tuple[str, str], tuple[str, str] | None]:
    """What each subject of ``before`` is in ``after``, by kind and id, as its address is followed; ``None``
    for what went."""
    where = SiteLocation()
    items = list_published_items(before, where)
    lock = track_items(AddressLock(), items, Step())
    items_before = {entry.permanent: (entry.kind, entry.id) for entry in lock.entries}
    texts_by_item = {(item.kind, item.id): item.text for item in items if item.path}
    texts = {name: text for name, key in items_before.items() if (text := texts_by_item.get(key))}
    step = Step(dict(renamed), "gone", texts, is_commit=True)
    tracked = track_items(lock, list_published_items(after, where), step)
    pairs: dict[tuple[str, str], tuple[str, str] | None] = {
        items_before[entry.permanent]: (entry.kind, entry.id) if entry.gone is None else None
        for entry in tracked.entries
        if entry.permanent in items_before
    }
    return pairs | {("settings", old): ("settings", new) for old, new in renamed.items()}
