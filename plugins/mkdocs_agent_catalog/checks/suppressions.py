"""Findings that a site or a file leaves out, each with the reason for it."""

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


def split(
    found: Iterable[Diagnostic], catalog: Catalog, rules: tuple[Suppression, ...]
) -> tuple[tuple[Diagnostic, ...], tuple[Suppressed, ...]]:
    """``found`` as what stays and what is left out, by the options or by the file itself."""
    matchers = [(rule, pathspec.GitIgnoreSpec.from_lines([rule.path])) for rule in rules]
    own = _own(catalog)
    kept, left = [], []
    for one in found:
        reason = own.get(one.span.path, {}).get(one.check) or next(
            (r.reason for r, files in matchers if r.check == one.check and files.match_file(one.span.path)),
            "",
        )
        if reason:
            left.append(Suppressed(one, reason))
        else:
            kept.append(one)
    return tuple(kept), tuple(left)


def _own(catalog: Catalog) -> dict[str, dict[str, str]]:
    """What each file leaves out itself: path, check, reason. Without a reason nothing is left out."""
    documents = [agent.document for agent in catalog.agents]
    documents += [skill.document for skill in catalog.skills if skill.document]
    found = {}
    for document in documents:
        said: Any = document.values.get(KEY)
        ignored = said.get("ignore") if isinstance(said, Mapping) else None
        if isinstance(ignored, Mapping):
            reasons = {str(check): str(why).strip() for check, why in ignored.items() if isinstance(why, str)}
            found[document.source.path] = {c: why for c, why in reasons.items() if why and c not in ALWAYS}
    return found
