"""Checks: one function a check. Its name is the option, the docs anchor and the text in brackets."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..model import Catalog, Diagnostic
from . import definitions, references

Check = Callable[[Catalog], Iterable[Diagnostic]]

CHECKS: dict[str, Check] = {
    "config-unreadable": definitions.config_unreadable,
    "duplicate-key": definitions.duplicate_key,
    "duplicate-name": definitions.duplicate_name,
    "frontmatter-repaired": definitions.frontmatter_repaired,
    "frontmatter-unreadable": definitions.frontmatter_unreadable,
    "ignored-key": definitions.ignored_key,
    "missing-description": definitions.missing_description,
    "missing-name": definitions.missing_name,
    "retired-tool": references.retired_tool,
    "unknown-agent": references.unknown_agent,
    "unknown-server": references.unknown_server,
    "unknown-skill": references.unknown_skill,
    "unknown-tool": references.unknown_tool,
    "unreadable-source": definitions.unreadable_source,
}


def run(catalog: Catalog) -> tuple[Diagnostic, ...]:
    """Everything that the checks find, sorted by place, each finding once."""
    found = {diagnostic for check in CHECKS.values() for diagnostic in check(catalog)}
    return tuple(sorted(found, key=lambda d: (d.span, d.check, d.message)))
