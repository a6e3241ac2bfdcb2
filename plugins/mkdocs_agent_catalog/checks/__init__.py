"""Checks: one function a check. Its name is the option, the docs anchor and the text in brackets."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..model import Catalog, Diagnostic
from . import definitions, references

Check = Callable[[Catalog], Iterable[Diagnostic]]

_EVERY: tuple[Check, ...] = (
    definitions.config_unreadable,
    definitions.duplicate_key,
    definitions.duplicate_name,
    definitions.frontmatter_repaired,
    definitions.frontmatter_unreadable,
    definitions.ignored_key,
    definitions.missing_description,
    definitions.missing_name,
    references.retired_tool,
    references.unknown_agent,
    references.unknown_server,
    references.unknown_skill,
    references.unknown_tool,
    definitions.unreadable_source,
)
CHECKS: dict[str, Check] = {check.__name__: check for check in _EVERY}


def run(catalog: Catalog) -> tuple[Diagnostic, ...]:
    """Everything that the checks find, sorted by place, each finding once."""
    found = {diagnostic for check in CHECKS.values() for diagnostic in check(catalog)}
    return tuple(sorted(found, key=lambda d: (d.span, d.check, d.message)))
