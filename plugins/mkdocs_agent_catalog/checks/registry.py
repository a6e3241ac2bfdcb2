"""Collects all checks. The name of a function is the name of the option, the anchor and the text in
brackets."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from ..model.catalog import Catalog
from ..model.definitions import Diagnostic
from ..permissions.decisions import PermissionResolver
from ..text.i18n import mark_for_translation as _
from .check import Check, Level
from .definitions import iter_notes

# Found where files are read: they are among the notes of the catalog and of its definitions.
NOTED = (
    Check(
        *("config_unreadable", "warn"),
        "A configuration file cannot be read or is refused. The MCP servers, settings or plugin in it "
        "are missing.",
    ),
    Check("duplicate_key", "warn", "A key appears twice in one file. The catalog uses the last one."),
    Check(
        *("ignored_key", "warn"),
        "The runtime does not read a key. The key has no effect: a list of tools under it limits nothing.",
    ),
    Check(
        *("incomplete_history", "warn"),
        "git does not have the whole history. The catalog leaves out last changes and feeds.",
    ),
    Check(
        *("lost_text", "warn"),
        "A part of a description is not read. It stands behind a blank and `#`, which begins a comment "
        "in YAML, or on lines that the runtime skips. The model chooses by the rest.",
    ),
    Check(
        *("nothing_found", "warn"),
        "Few or no definitions were found, but other files look like some. Most agents may be missing "
        "from the catalog.",
    ),
    Check(
        *("other_catalog", "warn"),
        "The snapshot of another catalog cannot be used, is old, or holds values that are left out.",
    ),
    Check(
        *("secret_like", "warn"),
        "A text looks like a token or a key. It is masked on the site, but everybody who can read the "
        "repository can see it.",
    ),
    Check(
        *("unreadable_source", "warn"),
        "A file or folder cannot be read. What it holds is missing from the catalog. Perhaps access is "
        "denied, or it is not UTF-8.",
    ),
    Check(
        *("unusual_places", "warn"),
        "Agents were found only outside the usual folders. They were recognised by their frontmatter; "
        "some of them may not be agents.",
    ),
)
# Found where the site is built, and not in a definition.
ON_PAGES = (
    Check("ambiguous_reference", "warn", "A reference in a page of the site may mean several things."),
    Check("empty_query", "info", "A query in a page of the site finds no agent."),
    Check(
        "invalid_query",
        "warn",
        "A query in a page of the site cannot be read, or asks for what is not there.",
    ),
    Check(
        *("outdated_reference", "info"),
        "A reference in a page of the site names what is called otherwise now, or is gone.",
    ),
    Check("other_plugin", "warn", "Another plugin of the site takes something from the catalog."),
    Check("unknown_reference", "warn", "A reference in a page of the site leads to nothing."),
)
# Found where a list that is kept by hand is compared with the catalog.
AGAINST = (
    Check(
        *("index_mismatch", "warn"),
        _("A link in a list kept by hand leads to another agent or skill than its name says."),
    ),
    Check(
        *("index_missing", "warn"),
        _("A list kept by hand leaves out an agent or a skill of the folder that it is a list of."),
    ),
    Check(
        *("index_unknown", "warn"),
        _("A list kept by hand names an agent or a skill that does not exist."),
    ),
)
# Found where a site that was built is compared with the catalog.
ON_SITE = (Check("incomplete_site", "error", _("A site that was built lacks pages of the catalog.")),)


def _find_checks() -> Iterator[Check]:
    """The checks in the modules of this folder: a function that is marked is a check."""
    folder = __name__.rpartition(".")[0]
    for module in iter_modules([str(Path(__file__).parent)]):
        if module.name not in ("registry", "check", "curated_lists"):
            for value in vars(import_module(f"{folder}.{module.name}")).values():
                if isinstance(result := getattr(value, "check", None), Check):
                    yield result


CHECKS = {
    check.name: check
    for check in sorted((*_find_checks(), *NOTED, *ON_PAGES, *AGAINST, *ON_SITE), key=lambda c: c.name)
}
"""Every check by its name."""
LEVELS: tuple[Level, ...] = ("error", "warn", "info", "ignore")
DEFAULT_LEVELS: dict[str, str] = {name: check.level for name, check in CHECKS.items()}


def describe_check(name: str) -> str:
    """What the check ``name`` looks for, in English."""
    return CHECKS[name].documentation


def run_checks(catalog: Catalog, grants: PermissionResolver | None = None) -> tuple[Diagnostic, ...]:
    """Everything that the checks find, sorted by place, each finding once."""
    decided = grants or PermissionResolver()
    diagnostics = {
        diagnostic for check in CHECKS.values() if check.find for diagnostic in check.find(catalog, decided)
    }
    noted = {check.name for check in NOTED}
    diagnostics |= {note for note in iter_notes(catalog) if note.check in noted}
    return tuple(sorted(diagnostics, key=lambda d: (d.span, d.check, d.message)))
