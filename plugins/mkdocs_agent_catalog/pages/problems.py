"""What the catalog found wrong, by check, what was left out of it, and the files that were skipped."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from ..addresses import urls
from ..addresses.urls import Href
from ..checks.registry import says
from ..checks.suppressions import Suppressed
from ..model.definitions import Diagnostic, Skipped
from ..model.output import Heading
from .page import Page, Shared, list_page, with_parts
from .pagination import Cut, Part, Section, paginate

PAGE = "problems.md"
ORDER = ("error", "warn", "info")
Entry = Diagnostic | Suppressed | Skipped


def problem_pages(shared: Shared) -> Iterator[Page]:
    """The page of all problems."""
    page = list_page(shared, PAGE, "problems.html.jinja", shared.say("Problems"))
    found = _cut(shared)
    return with_parts(page, found, partial(_context, shared, found))


def _cut(shared: Shared) -> Cut[Entry]:
    by_check: dict[str, list[Entry]] = {}
    for diagnostic in shared.diagnostics:
        by_check.setdefault(diagnostic.check, []).append(diagnostic)
    names = sorted(by_check, key=lambda name: (ORDER.index(shared.levels.get(name, "warn")), name))
    sections = [Section(f"check-{name}", name, by_check[name]) for name in names]
    sections += [
        Section("suppressed", shared.say("Left out"), shared.suppressed),
        Section("skipped", shared.say("Skipped files"), shared.catalog.skipped),
    ]
    return paginate(PAGE, shared.say("Problems"), sections, shared.limits.entries, _path, "check", shared.say)


def _pages(shared: Shared) -> dict[str, str]:
    """The page of each definition, by the path of its file."""
    pages = {agent.source.path: urls.agent(agent.id) for agent in shared.catalog.agents}
    skills = (skill for skill in shared.catalog.skills if skill.source)
    return pages | {skill.source.path: urls.skill(skill.id) for skill in skills if skill.source}


def _path(one: Entry) -> str:
    """The file that an entry is about."""
    if isinstance(one, Skipped):
        return one.path
    return (one.diagnostic if isinstance(one, Suppressed) else one).span.path


def _context(shared: Shared, found: Cut[Entry], href: Href, part: Part[Entry] | None) -> dict[str, Any]:
    sections = {section.anchor: section for section in found.shown(part)}
    checks = [
        {
            "name": name,
            "says": shared.say(says(name)),
            "level": shared.levels.get(name, "warn"),
            "found": section.entries,
        }
        for name, section in (
            (one.title, one) for one in sections.values() if one.anchor.startswith("check-")
        )
    ]
    led = found.parts and part is None
    return {
        "checks": checks,
        "pages": {path: href(uri) for path, uri in _pages(shared).items()},
        "suppressed": sections["suppressed"].entries if "suppressed" in sections else None,
        "skipped": sections["skipped"].entries if "skipped" in sections else None,
        "headings": () if led else tuple(Heading(2, one.anchor, one.title) for one in sections.values()),
    }
