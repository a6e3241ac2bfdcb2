"""How old the snapshots of other catalogs are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ..model.definitions import Diagnostic, Span
from ..model.other_catalogs import OtherCatalog
from ..text.i18n import say
from ..text.strings import is_day
from . import git

OLD_AFTER = timedelta(days=30)


def date_snapshots(repo: Path, catalogs: Iterable[OtherCatalog]) -> tuple[OtherCatalog, ...]:
    """``catalogs``; one that ``pull`` says nothing of has the day of its last commit."""
    return tuple(
        catalog if catalog.day else replace(catalog, day=_find_commit_day(repo, catalog.source.path))
        for catalog in catalogs
    )


def _find_commit_day(repo: Path, path: str) -> str:
    is_whole = git.find_history_state(repo) == "whole"
    return git.ask(repo, "log", "-1", "--format=%cs", "--", path) if is_whole else ""


def explain_old_snapshots(catalogs: Iterable[OtherCatalog]) -> Iterator[Diagnostic]:
    """Says of which catalogs the snapshot is old."""
    newest = (datetime.now(UTC).date() - OLD_AFTER).isoformat()
    for catalog in catalogs:
        if catalog.day and is_day(catalog.day) and catalog.day < newest:
            source = catalog.source
            message = say(
                "the snapshot of the catalog `{id}` is of {day}: what changed since is not shown",
                id=source.id,
                day=catalog.day,
            )
            hint = say("run `agent-catalog pull`") if source.url else say("put a newer one in its place")
            yield Diagnostic("other_catalog", Span(source.path), message, hint, is_information=True)
