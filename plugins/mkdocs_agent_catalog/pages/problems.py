"""The page "Problems": findings by cause, suppressed findings, and skipped files."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from ..addresses import urls
from ..addresses.urls import Href
from ..checks.registry import describe_check
from ..checks.suppressions import Suppressed
from ..model.definitions import Diagnostic, Document, Skipped
from ..model.item_kinds import ITEM_KINDS
from ..model.output import Heading
from ..text.i18n import TranslatableText, say, say_plural
from ..text.i18n import mark_for_translation as _
from .finder.list_finder import Chip, ListFinder
from .page import CatalogContext, Page, make_list_page, paginate_page
from .pagination import ListPage, PaginatedList, Section, paginate

PAGE = "problems.md"
ORDER = ("error", "warn", "info")
# Files of which nothing is read, or not what the author wrote; then agents that nobody can call. The worst
# first: nothing else that a file says counts before this.
UNREAD = (
    *("frontmatter_unreadable", "config_unreadable", "unreadable_source", "frontmatter_dropped"),
    "frontmatter_missing",
)
UNSTARTED = ("blocks_start", "cannot_start", "not_loaded", "missing_name")
GROUPS = {
    "unread": (
        _("Files that are not read"),
        _(
            "The runtime or the catalog cannot read these files or a part of them, skips them or takes them "
            "for something else."
        ),
    ),
    "start": (_("Agents that cannot be called"), _("The runtime does not load or does not start them.")),
    "fix": (_("To be mended"), _("What these files say does not hold, or they leave something out.")),
    "notes": (_("Notes"), _("Questions to the author: it may be meant so.")),
}
NOTES_OF_OTHERS = _(
    "Questions to the author: it may be meant so. What is found in other repositories is a note, too."
)
SHORT_TITLES = {"unread": _("Not read"), "start": _("Cannot be called")}
# With so few findings all of them are seen at once; with fewer still there is nothing to filter.
FEW, FEWEST = 20, 8
# So many files with findings are listed one below the other; more of them are folded.
MOST_FILES = 15
# Of a cause that has more values, these are seen before one asks for the others.
MOST_VALUES = 8
OTHER_FILES = _("Other files")
Entry = Diagnostic | Suppressed | Skipped
_Subject = tuple[Document, str, str, str]
"""What a file defines: the document, its kind, and title and address of its page."""
_Pages = dict[str, list[_Subject]]


def list_problem_pages(shared: CatalogContext) -> Iterator[Page]:
    """The page of all problems."""
    page = make_list_page(shared, PAGE, "problems.html.jinja", shared.say("Problems"))
    result = _cut(shared)
    return paginate_page(page, result, partial(_build_context, shared, result))


def count_unread(shared: CatalogContext) -> int:
    """How many files are not read: those of the table at the head of the page."""
    findings = [finding for finding in shared.diagnostics if _find_group(shared, finding) == "unread"]
    return len({_get_path(entry) for entry in (*findings, *_list_skipped(shared))})


def count_problems(shared: CatalogContext) -> tuple[int, int, int]:
    """How many findings are to be fixed, how many are notes, and how many files no finding is about were
    skipped. Together they are the list of the page."""
    levels = Counter(diagnostic.get_level(shared.levels) for diagnostic in shared.diagnostics)
    return levels["error"] + levels["warn"], levels["info"], len(_list_skipped(shared))


def list_causes(shared: CatalogContext) -> Iterator[dict[str, Any]]:
    """Each cause with what it is and how many findings it has, the worst first."""
    for section in _cut(shared).sections:
        if section.anchor.startswith("check-"):
            yield {
                "name": section.title,
                "level": _get_level(shared, section),
                "what": shared.say(describe_check(section.title)).partition(". ")[0].removesuffix("."),
                "count": len(section.entries),
            }


def _cut(shared: CatalogContext) -> PaginatedList[Entry]:
    # What is information about another repository is apart from what is to be mended in this one.
    by_cause: dict[tuple[str, bool], list[Diagnostic]] = {}
    for diagnostic in shared.diagnostics:
        is_note = diagnostic.get_level(shared.levels) == "info"
        by_cause.setdefault((diagnostic.check, is_note), []).append(diagnostic)
    groups = list(GROUPS)

    worst_checks = (*UNREAD, *UNSTARTED)

    def rank(cause: tuple[str, bool]) -> tuple[int, int, int, int, str]:
        name, first = cause[0], by_cause[cause][0]
        level = ORDER.index(first.get_level(shared.levels))
        worst = worst_checks.index(name) if name in worst_checks else len(worst_checks)
        return groups.index(_find_group(shared, first)), worst, level, -len(by_cause[cause]), name

    sections: list[Section[Entry]] = [
        Section(f"check-{name}{'-notes' if is_note and (name, False) in by_cause else ''}", name, findings)
        for name, is_note in sorted(by_cause, key=rank)
        for findings in [by_cause[name, is_note]]
    ]
    sections += [
        Section("suppressed", shared.say("Suppressed"), shared.suppressed),
        Section("skipped", shared.say("Skipped files"), _list_skipped(shared)),
    ]
    return paginate(
        PAGE, shared.say("Problems"), sections, shared.limits.entries, _get_path, "check", shared.say
    )


def _list_skipped(shared: CatalogContext) -> list[Entry]:
    """The files that were skipped, but those that a finding is about."""
    told = {diagnostic.span.path for diagnostic in shared.diagnostics if diagnostic.check in UNREAD}
    return [skipped for skipped in shared.catalog.skipped if skipped.path not in told]


def _get_level(shared: CatalogContext, section: Section[Entry]) -> str:
    """The level of all findings of a cause."""
    first = section.entries[0]
    return first.get_level(shared.levels) if isinstance(first, Diagnostic) else "info"


def _find_group(shared: CatalogContext, finding: Entry) -> str:
    if not isinstance(finding, Diagnostic) or finding.get_level(shared.levels) == "info":
        return "notes"
    check = finding.check
    return "unread" if check in UNREAD else "start" if check in UNSTARTED else "fix"


Place = dict[str, Any]
"""Where a finding is: ``title`` and ``href`` of the page that is about it, if there is one, ``path``,
``where`` with the line, and ``words`` and ``facets`` that it is found by."""


def _map_pages(shared: CatalogContext, href: Href) -> _Pages:
    """What each file defines."""
    things: list[_Subject] = [
        (agent.document, "agent", agent.title, href(urls.make_agent_uri(agent.id), "problems"))
        for agent in shared.catalog.agents
    ]
    things += [
        (skill.document, "skill", skill.name, href(urls.make_skill_uri(skill.id), "problems"))
        for skill in shared.catalog.skills
        if skill.document
    ]
    pages: _Pages = {}
    for thing in things:
        for path in dict.fromkeys(thing[0].list_paths()):
            pages.setdefault(path, []).append(thing)
    return pages


def _locate(shared: CatalogContext, finding: Diagnostic, pages: _Pages) -> Place:
    subjects = pages.get(finding.span.path, ())
    subject = next((subject for subject in subjects if subject[0].holds(finding.span)), None)
    _document, kind, title, href = subject or (None, "", "", "")
    path, where = finding.span.path, str(finding.span)
    facets = {
        "status": _find_group(shared, finding),
        "check": finding.check,
        "about": ITEM_KINDS[kind].label if kind else OTHER_FILES,
        "folder": posixpath.dirname(path) or "/",
    }
    texts = f"{title} {where} {shared.say(finding.message)} {finding.check}"
    words = " ".join(dict.fromkeys(texts.casefold().split()))
    return {"title": title, "href": href, "path": path, "where": where, "words": words, "facets": facets}


def _shorten_reason(message: str) -> str:
    """Why a file is not read, without what comes of it, which is the same for many files."""
    if isinstance(message, TranslatableText) and message.template.startswith("{problem}, "):
        problem: str = message.values["problem"]
        return problem
    return message


def _locate_skipped(skipped: Skipped) -> Place:
    facets = {
        "status": "unread",
        "about": OTHER_FILES,
        "folder": posixpath.dirname(skipped.path) or "/",
    }
    return {
        "title": "",
        "href": "",
        "path": skipped.path,
        "where": skipped.path,
        "words": skipped.path.casefold(),
        "facets": facets,
    }


def _build_finder(shared: CatalogContext, checks: list[Section[Entry]], skipped: int) -> ListFinder | None:
    """The filter of the findings; none where they are so few that nobody needs it."""
    counts: Counter[str] = Counter(unread=skipped)
    for section in checks:
        counts[_find_group(shared, section.entries[0])] += len(section.entries)
    if counts.total() < FEWEST:
        return None
    language = shared.say
    label = language(_("Find by name, file or cause"))
    titles = (("status", _("Weight")), ("check", _("Check")), ("about", _("About")), ("folder", _("Folder")))
    spoken = {id: language(SHORT_TITLES.get(id, title)) for id, (title, _note) in GROUPS.items()}
    spoken |= {value: language(value) for value in (ITEM_KINDS["agent"].label, ITEM_KINDS["skill"].label)}
    return ListFinder(
        label=label,
        placeholder=label,
        what=language(say_plural("1 finding", "{n} findings", counts.total())),
        facets=[(id, language(title)) for id, title in titles],
        shown=spoken | {OTHER_FILES: language(OTHER_FILES)},
        chips=[Chip("status", id, spoken[id], counts[id]) for id in GROUPS if counts[id]]
        if sum(map(bool, counts.values())) > 1
        else (),
    )


def _get_path(item: Entry) -> str:
    """The file that an entry is about."""
    if isinstance(item, Skipped):
        return item.path
    return (item.diagnostic if isinstance(item, Suppressed) else item).span.path


def _build_context(
    shared: CatalogContext, result: PaginatedList[Entry], href: Href, part: ListPage[Entry] | None
) -> dict[str, Any]:
    sections = {section.anchor: section for section in result.get_sections(part)}
    pages = _map_pages(shared, href)
    led = bool(result.parts) and part is None
    checks = [section for anchor, section in sections.items() if anchor.startswith("check-")]
    skipped = (
        [entry for entry in sections["skipped"].entries if isinstance(entry, Skipped)]
        if "skipped" in sections
        else []
    )
    # With parts, what was skipped has a page of its own.
    beside = [] if result.parts else skipped
    groups = [] if led else list(_build_groups(shared, checks, pages, beside))
    to_fix, notes, _skipped = count_problems(shared)
    unread, suppressed = count_unread(shared), len(shared.suppressed)
    headings = [
        heading
        for group in groups
        for heading in (
            Heading(2, group["id"], group["title"]),
            *(
                Heading(3, f"check-{cause['name']}", cause["what"].replace("`", ""))
                for cause in group["causes"]
            ),
        )
    ]
    folders = {} if result.parts else _group_by_folder(shared, pages)
    headings += [Heading(2, "folders", shared.say("By file"))] if folders else []
    others = [
        sections[anchor]
        for anchor in ("suppressed", *(["skipped"] if result.parts else []))
        if anchor in sections
    ]
    others = [section for section in others if section.entries]
    headings += [Heading(2, section.anchor, section.title) for section in others]
    return {
        "to_fix": to_fix,
        "notes": notes,
        "groups": groups,
        "finder": None if led else _build_finder(shared, checks, len(beside)),
        "folders": folders,
        "suppressed": sections["suppressed"].entries if "suppressed" in sections else None,
        "skipped": _group_skipped(skipped) if "skipped" in sections else None,
        "numbers": {
            id: shared.say(text)
            for id, number, text in (
                ("unread", unread, say_plural("1 file is not read", "{n} files are not read", unread)),
                ("suppressed", suppressed, say("{number} suppressed", number=suppressed)),
            )
            if number
        },
        "headings": () if led else tuple(headings),
    }


def _build_groups(
    shared: CatalogContext, checks: list[Section[Entry]], pages: _Pages, skipped: list[Skipped]
) -> Iterator[dict[str, Any]]:
    """The causes, by how much they matter."""
    few = len(shared.diagnostics) <= FEW
    # Files that the catalog only skips wait until what is to be fixed has been told.
    has_unread = any(_find_group(shared, section.entries[0]) == "unread" for section in checks)
    ids = list(GROUPS) if has_unread else ["start", "fix", "unread", "notes"]
    for id in ids:
        title, note = GROUPS[id]
        sections = [section for section in checks if _find_group(shared, section.entries[0]) == id]
        is_unread = id == "unread"
        causes = [_build_cause(shared, section, pages, few) for section in sections]
        # The title speaks of files, of which one may have several findings.
        paths = {_get_path(entry) for section in sections for entry in section.entries}
        paths |= {_get_path(entry) for entry in skipped}
        if id == "notes" and shared.catalog.repositories:
            note = NOTES_OF_OTHERS
        if causes or (is_unread and skipped):
            more = _count_other_unstarted(shared) if id == "start" else 0
            others = say_plural(
                "1 more cannot be called, as its file is not read.",
                "{n} more cannot be called, as their files are not read.",
                more,
            )
            yield {
                "id": id,
                "title": shared.say(title),
                "note": f"{shared.say(note)} {shared.say(others)}" if more else shared.say(note),
                "count": len(paths) if is_unread else sum(cause["count"] for cause in causes),
                "causes": causes,
                "reasons": list(_list_reasons(causes, skipped)) if is_unread else [],
            }


def _count_other_unstarted(shared: CatalogContext) -> int:
    """How many agents cannot be called for another reason than a finding of that group."""
    return sum(
        not any(problem.check in UNSTARTED for problem in shared.list_problems(agent.document))
        for agent in shared.catalog.agents
        if not shared.reach[agent.id]
    )


def _build_cause(
    shared: CatalogContext, section: Section[Entry], pages: _Pages, is_open: bool
) -> dict[str, Any]:
    """A cause: what it is, why it matters, what to do, and where it is, by value."""
    findings = [entry for entry in section.entries if isinstance(entry, Diagnostic)]
    by_value: dict[tuple[str, str, tuple[str, ...]], list[Diagnostic]] = {}
    for finding in findings:
        by_value.setdefault((finding.message, finding.hint, finding.yaml_lines), []).append(finding)
    hints = {(hint, lines) for _message, hint, lines in by_value}
    fix, fix_lines = next(iter(hints)) if len(hints) == 1 else ("", ())
    values = [
        {
            "message": message,
            "hint": hint if len(hints) > 1 else "",
            "yaml_lines": lines if len(hints) > 1 else (),
            "places": [_locate(shared, finding, pages) for finding in findings],
        }
        for (message, hint, lines), findings in sorted(by_value.items(), key=lambda item: -len(item[1]))
    ]
    what, _dot, why = shared.say(describe_check(section.title)).partition(". ")
    return {
        "name": section.title,
        "level": _get_level(shared, section),
        "what": what.removesuffix("."),
        "why": why,
        "count": len(findings),
        "fix": fix,
        "yaml_lines": fix_lines,
        "values": values[:MOST_VALUES],
        "more": values[MOST_VALUES:],
        "open": is_open,
    }


def _list_reasons(causes: list[dict[str, Any]], skipped: list[Skipped]) -> Iterator[dict[str, Any]]:
    """Why files are not read, each reason once with its files, the worst first. What a check says of a reason
    is about the files without a finding as well."""
    left = dict(_group_skipped(skipped))
    for cause in causes:
        by_reason: dict[str, list[dict[str, Any]]] = {}
        for value in (*cause["values"], *cause["more"]):
            by_reason.setdefault(_shorten_reason(value["message"]), []).append(value)
        for number, (reason, values) in enumerate(by_reason.items()):
            places = [place for value in values for place in value["places"]]
            others = left.pop(reason, [])
            yield {
                "anchor": "" if number else f"check-{cause['name']}",
                "reason": reason,
                "cause": cause,
                "values": values,
                "files": [*places, *others],
                "has_skipped": bool(others),
            }
    for reason, places in left.items():
        yield {"anchor": "", "reason": reason, "cause": None, "files": places, "has_skipped": True}


def _group_by_folder(shared: CatalogContext, pages: _Pages) -> dict[str, Any]:
    """The files with findings, by folder: how many are to be fixed, and how many are notes."""
    by_folder: dict[str, dict[str, Counter[bool]]] = {}
    for diagnostic in shared.diagnostics:
        path = diagnostic.span.path
        counts = by_folder.setdefault(posixpath.dirname(path), {}).setdefault(path, Counter())
        counts[diagnostic.get_level(shared.levels) == "info"] += 1
    rows: list[dict[str, Any]] = [
        {
            "folder": folder,
            "to_fix": sum(counts[False] for counts in files.values()),
            "notes": sum(counts[True] for counts in files.values()),
            "files": [
                {
                    "name": posixpath.basename(path),
                    "href": pages[path][0][3] if len(pages.get(path, ())) == 1 else "",
                    "to_fix": counts[False],
                    "notes": counts[True],
                }
                for path, counts in files.items()
            ],
        }
        for folder, files in sorted(by_folder.items())
    ]
    rows.sort(key=lambda row: (-row["to_fix"], -row["notes"]))
    files = sum(len(row["files"]) for row in rows)
    return {"rows": rows, "files": files, "folds": files > MOST_FILES} if files else {}


def _group_skipped(skipped: Iterable[Skipped]) -> list[tuple[str, list[Place]]]:
    """The files that were skipped, by the reason."""
    by_reason: dict[str, list[Place]] = {}
    for item in skipped:
        by_reason.setdefault(_shorten_reason(item.reason), []).append(_locate_skipped(item))
    return sorted(by_reason.items(), key=lambda row: -len(row[1]))
