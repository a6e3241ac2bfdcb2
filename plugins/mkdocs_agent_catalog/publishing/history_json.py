"""The history of rights as data: since when everything has its rights, and what each commit changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..pages.page import CatalogContext
from ..permissions.capabilities import CLASSES
from ..rights.comparison import RightChange, SubjectChange
from ..rights.subjects import Right
from ..rights.timeline import Origin, RightsCommit, Timeline
from ..rights.wording import group_subjects

NAME, SCHEMA = "history.json", "history.schema.json"
MOST_COMMITS = 500
"""So many commits are listed, the newest."""


def build_history_data(shared: CatalogContext, timeline: Timeline) -> dict[str, Any]:
    """The whole file as plain data. ``history.schema.json`` describes it."""
    commits = timeline.commits
    return {
        "$schema": SCHEMA,
        "version": 1,
        "head": timeline.head,
        "whole": timeline.is_whole,
        "since": list(_list_origins(shared, timeline)),
        "commits": [_describe_commit(commit) for commit in reversed(commits[-MOST_COMMITS:])],
        "older": max(0, len(commits) - MOST_COMMITS),
    }


def _list_origins(shared: CatalogContext, timeline: Timeline) -> Iterator[dict[str, Any]]:
    """Since when everybody has what, rights of one origin together."""
    find_entry = shared.catalog.ledger.find_entry
    for (kind, id), origins in sorted(timeline.origins.items(), key=lambda item: item[0]):
        groups: dict[tuple[Origin, Origin], list[Right]] = {}
        for origin in origins.values():
            groups.setdefault((origin.gained, origin.changed), []).append(origin.right)
        entry = find_entry(kind, id) if kind != "settings" else None
        yield {
            "kind": kind,
            "id": id,
            "permanent": entry.permanent if entry else None,
            "origins": [
                {
                    "gained": _describe_origin(gained),
                    "changed": _describe_origin(changed) if changed != gained else None,
                    "rights": [_describe_right(right) for right in rights],
                }
                for (gained, changed), rights in groups.items()
            ],
        }


def _describe_origin(origin: Origin) -> dict[str, Any]:
    return {
        "commit": origin.commit,
        "day": origin.day,
        "author": origin.author or None,
        "paths": list(origin.paths),
        "or_older": origin.is_oldest,
    }


def _describe_right(right: Right) -> dict[str, Any]:
    return {"kind": right.kind, "name": right.name, **_describe_way(right)}


def _describe_way(right: Right) -> dict[str, Any]:
    return {"how": right.how, "limits": list(right.limits)}


def _describe_commit(commit: RightsCommit) -> dict[str, Any]:
    return {
        "commit": commit.commit,
        "day": commit.day,
        "author": commit.author or None,
        "paths": sorted((*commit.shared, *commit.definitions)),
        "agents": commit.agents,
        "capabilities": {id: commit.counts.get(id, 0) for id, _ in CLASSES},
        "changes": [_describe_group(subjects) for subjects, _ in group_subjects(commit.changes)],
    }


def _describe_group(changes: Iterable[SubjectChange]) -> dict[str, Any]:
    """Those whose rights changed alike."""
    first, *_ = subjects = list(changes)
    return {
        "kind": first.subject.kind,
        "change": first.state,
        "items": [
            {"id": change.subject.id, "name": change.subject.name, "path": change.subject.path or None}
            for change in subjects
        ],
        "rights": [_describe_change(item) for item in first.changes],
    }


def _describe_change(change: RightChange) -> dict[str, Any]:
    return {
        "kind": change.right.kind,
        "name": change.right.name,
        "before": change.before and _describe_way(change.before),
        "after": change.after and _describe_way(change.after),
    }
