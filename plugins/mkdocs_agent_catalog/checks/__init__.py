"""Checks: one function a check. Its name is the option, the docs anchor and the text in brackets."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..grants import Grants
from ..linked import Catalog
from ..model import Diagnostic
from . import addresses, definitions, privilege, references, texts, values

Check = Callable[[Catalog, Grants], Iterable[Diagnostic]]

_EVERY: tuple[Check, ...] = (
    *(addresses.address_gone, addresses.address_lost, addresses.address_taken),
    *(addresses.address_unrecorded, addresses.lock_unreadable, addresses.unknown_successor),
    *(definitions.config_unreadable, definitions.duplicate_key, definitions.duplicate_name),
    *(definitions.frontmatter_repaired, definitions.frontmatter_unreadable, definitions.ignored_key),
    *(definitions.missing_description, definitions.missing_name, definitions.unreadable_source),
    *(privilege.bypassed_permissions, privilege.heavy_reviewer, privilege.missing_grant),
    *(privilege.unenforced_specifier, privilege.way_out),
    *(references.broken_link, references.retired_tool, references.table_mismatch),
    *(references.unknown_agent, references.unknown_collaborator, references.unknown_server),
    *(references.unknown_skill, references.unknown_tool, references.unloadable_skill),
    *(texts.description_budget, texts.hidden_unicode, texts.overlapping_descriptions),
    *(texts.secret_like, texts.vague_description),
    *(values.allowed_and_denied, values.foreign_tool, values.invalid_value),
    *(values.misspelled_key, values.unavailable_tool),
)
# What is found where MkDocs reads the pages of the site, and not in a definition.
ON_PAGES = {
    "ambiguous_reference": "A reference in a page of the site may mean several things.",
    "empty_query": "A query in a page of the site finds no agent.",
    "invalid_query": "A query in a page of the site cannot be read, or asks for what is not there.",
    "outdated_reference": "A reference in a page of the site names what is called otherwise now, or is gone.",
    "unknown_reference": "A reference in a page of the site leads to nothing.",
}
# What is found where a list that is kept by hand is compared with the catalog.
AGAINST = {
    "index_mismatch": "A link in a list kept by hand leads to another agent or skill than its name says.",
    "index_missing": "A list kept by hand leaves out an agent or a skill of the folder that it is a list of.",
    "index_unknown": "A list kept by hand names an agent or a skill that does not exist.",
}
CHECKS: dict[str, Check] = {check.__name__: check for check in sorted(_EVERY, key=lambda c: c.__name__)}


def says(name: str) -> str:
    """What the check ``name`` looks for, in English."""
    if name in AGAINST:
        return AGAINST[name]
    return " ".join((CHECKS[name].__doc__ or "").split()).replace("``", "`")


def run(catalog: Catalog, grants: Grants | None = None) -> tuple[Diagnostic, ...]:
    """Everything that the checks find, sorted by place, each finding once."""
    decided = grants or Grants()
    found = {diagnostic for check in CHECKS.values() for diagnostic in check(catalog, decided)}
    return tuple(sorted(found, key=lambda d: (d.span, d.check, d.message)))
