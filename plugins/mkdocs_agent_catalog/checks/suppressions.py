"""Findings that a site or a file suppresses, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pathspec

from ..model.catalog import Catalog
from ..model.definitions import Diagnostic
from .values import ALWAYS

KEY = "agent-catalog"


@dataclass(frozen=True, slots=True)
class Suppression:
    """What the options leave out: findings of ``check`` in files that ``path`` (as in .gitignore) names."""

    check: str
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding that was left out, and why."""

    diagnostic: Diagnostic
    reason: str


def apply_suppressions(
    diagnostics: Iterable[Diagnostic], catalog: Catalog, rules: tuple[Suppression, ...]
) -> tuple[tuple[Diagnostic, ...], tuple[Suppressed, ...]]:
    """``found`` as what stays and what is left out, by the options or by the file itself."""
    matchers = [(rule, pathspec.GitIgnoreSpec.from_lines([rule.path])) for rule in rules]
    own = _read_own_suppressions(catalog)
    remaining, left = [], []
    for diagnostic in diagnostics:
        reason = (
            diagnostic.accepted
            or own.get(diagnostic.span.path, {}).get(diagnostic.check)
            or next(
                (
                    r.reason
                    for r, files in matchers
                    if r.check == diagnostic.check and files.match_file(diagnostic.span.path)
                ),
                "",
            )
        )
        if reason:
            left.append(Suppressed(diagnostic, reason))
        else:
            remaining.append(diagnostic)
    return tuple(remaining), tuple(left)


def _read_own_suppressions(catalog: Catalog) -> dict[str, dict[str, str]]:
    """What each file leaves out itself: path, check, reason. Without a reason nothing is left out."""
    documents = [agent.document for agent in catalog.agents]
    documents += [skill.document for skill in catalog.skills if skill.document]
    tables_by_key = {}
    for document in documents:
        text: Any = document.values.get(KEY)
        ignored = text.get("ignore") if isinstance(text, Mapping) else None
        if isinstance(ignored, Mapping):
            reasons = {str(check): str(why).strip() for check, why in ignored.items() if isinstance(why, str)}
            tables_by_key[document.source.path] = {
                c: why for c, why in reasons.items() if why and c not in ALWAYS
            }
    return tables_by_key
