"""The decorator and the type of a check. The docstring of a check is its documentation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from ..model.catalog import Catalog
from ..model.definitions import Diagnostic
from ..permissions.decisions import PermissionResolver

Level = Literal["error", "warn", "info", "ignore"]
Finder = Callable[[Catalog, PermissionResolver], Iterable[Diagnostic]]


@dataclass(frozen=True, slots=True)
class Check:
    """``name`` is the option, the anchor in the documentation and the text in brackets. ``find`` is ``None``
    for what was noted where files were read, and for what is found outside of definitions: in hand-written
    pages, or in a list that is compared."""

    name: str
    level: Level
    documentation: str
    find: Finder | None = None


def check(level: Level = "info") -> Callable[[Finder], Finder]:
    """Makes a function a check of its name. ``level``: how loud its findings are by default."""

    def mark(find: Finder) -> Finder:
        documentation = " ".join((find.__doc__ or "").split()).replace("``", "`")
        find.check = Check(find.__name__, level, documentation, find)  # type: ignore[attr-defined]
        return find

    return mark
