"""What the catalog found wrong, by check, what was left out of it, and the files that were skipped."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from ..addresses import urls
from ..addresses.urls import Href
from ..checks.registry import describe_check
from ..checks.suppressions import Suppressed
from ..model.definitions import Diagnostic, Skipped
from ..model.output import Heading
from .page import CatalogContext, Page, make_list_page, paginate_page
from .pagination import ListPage, PaginatedList, Section, paginate

PAGE = "problems.md"
ORDER = ("error", "warn", "info")
Entry = Diagnostic | Suppressed | Skipped


def list_problem_pages(shared: CatalogContext) -> Iterator[Page]:
    """The page of all problems."""
    page = make_list_page(shared, PAGE, "problems.html.jinja", shared.say("Problems"))
    result = _cut(shared)
    return paginate_page(page, result, partial(_build_context, shared, result))


def _cut(shared: CatalogContext) -> PaginatedList[Entry]:
    by_check: dict[str, list[Entry]] = {}
    for diagnostic in shared.diagnostics:
        by_check.setdefault(diagnostic.check, []).append(diagnostic)
    names = sorted(by_check, key=lambda name: (ORDER.index(shared.levels.get(name, "warn")), name))
    sections = [Section(f"check-{name}", name, by_check[name]) for name in names]
    sections += [
        Section("suppressed", shared.say("Left out"), shared.suppressed),
        Section("skipped", shared.say("Skipped files"), shared.catalog.skipped),
    ]
    return paginate(
        PAGE, shared.say("Problems"), sections, shared.limits.entries, _get_path, "check", shared.say
    )


def _map_pages(shared: CatalogContext) -> dict[str, str]:
    """The page of each definition, by the path of its file, unless the file defines several."""
    documents = {agent.id: agent.document for agent in shared.catalog.agents}
    pages = {
        path: urls.make_agent_uri(id)
        for id, document in documents.items()
        for path in (document.source.path, document.body_path)
        if document.lines is None and path
    }
    skills = (skill for skill in shared.catalog.skills if skill.source)
    return pages | {skill.source.path: urls.make_skill_uri(skill.id) for skill in skills if skill.source}


def _get_path(item: Entry) -> str:
    """The file that an entry is about."""
    if isinstance(item, Skipped):
        return item.path
    return (item.diagnostic if isinstance(item, Suppressed) else item).span.path


def _build_context(
    shared: CatalogContext, result: PaginatedList[Entry], href: Href, part: ListPage[Entry] | None
) -> dict[str, Any]:
    sections = {section.anchor: section for section in result.get_sections(part)}
    checks = [
        {
            "name": name,
            "says": shared.say(describe_check(name)),
            "level": shared.levels.get(name, "warn"),
            "found": section.entries,
        }
        for name, section in (
            (section.title, section) for section in sections.values() if section.anchor.startswith("check-")
        )
    ]
    led = result.parts and part is None
    return {
        "checks": checks,
        "pages": {path: href(uri) for path, uri in _map_pages(shared).items()},
        "suppressed": sections["suppressed"].entries if "suppressed" in sections else None,
        "skipped": sections["skipped"].entries if "skipped" in sections else None,
        "headings": ()
        if led
        else tuple(Heading(2, section.anchor, section.title) for section in sections.values()),
    }
