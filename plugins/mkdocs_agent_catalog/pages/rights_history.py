"""Rights over time: how many agents have each capability, what each commit changed, week by week and tag by
tag, and since when an agent has what it has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from itertools import groupby
from typing import Any

from ..addresses import urls
from ..addresses.urls import Href
from ..model.catalog import McpServer
from ..model.definitions import Agent
from ..model.item_kinds import ITEM_KINDS
from ..model.output import Heading
from ..permissions.capabilities import CLASSES, UNKNOWN
from ..rights.comparison import RightChange, SubjectChange
from ..rights.subjects import SubjectKind
from ..rights.timeline import Origin, Release, RightOrigin, RightsCommit, Timeline
from ..rights.wording import count_subjects, group_subjects, summarize_changes
from ..text.i18n import mark_for_translation as _
from ..text.i18n import say, say_plural
from ..text.strings import capitalize_sentence, make_slug, make_unique
from .changes import KINDS
from .page import CatalogContext, Page, make_list_page

HISTORY, TAGS = "history.md", "history/tags.md"
TITLE = _("Rights over time")
DATA = "history.json"
# What a page says of one commit or tag; `history.json` has all.
MOST_NAMES, MOST_GROUPS, MOST_PATHS, MOST_NEWEST, MOST_COMMITS = 12, 20, 2, 8, 500
# So many steps a curve has at most, and so many rows the table beneath it.
MOST_STEPS, MOST_ROWS = 160, 60
_SETTINGS = _("Settings file")
Row = dict[str, Any]


def list_history_pages(shared: CatalogContext) -> Iterator[Page]:
    """The overview, a page for each month in which rights changed, and one for all tags."""
    timeline = shared.timeline
    if timeline is None or not timeline.commits:
        return
    # The days of commits need not be in the order of the commits.
    months: dict[str, list[RightsCommit]] = {}
    for commit in timeline.commits:
        months.setdefault(commit.day[:7], []).append(commit)
    title = shared.say(TITLE)
    yield _make_page(shared, HISTORY, title, partial(_build_overview, shared, timeline, months))
    for month, commits in months.items():
        words = shared.say(say("{title}: {part}", title=title, part=month))
        yield _make_page(
            shared, _locate_month(month), words, partial(_build_month, shared, timeline, commits)
        )
    if timeline.releases:
        words = shared.say("Rights from tag to tag")
        yield _make_page(shared, TAGS, words, partial(_build_tags, shared, timeline))


def _make_page(shared: CatalogContext, uri: str, title: str, build: Any) -> Page:
    about = _("Who got or lost which right, when, and by which file.")
    return make_list_page(shared, uri, "history.html.jinja", title, about, build)


def _locate_month(month: str) -> str:
    return f"history/{month}.md"


def link_to_commit(origin: Origin | RightsCommit, href: Href) -> str:
    """The address of the entry of a commit, which stays."""
    return href(_locate_month(origin.day[:7]), f"c-{origin.commit[:8]}")


def describe_agent_origins(shared: CatalogContext, agent: Agent, href: Href) -> dict[str, Row]:
    """Of each capability of an agent since when it has it; under ``all`` where that is the same of all. Empty
    where the history is not told."""
    if shared.timeline is None or ("agent", agent.id) not in shared.timeline.origins:
        return {}
    table = shared.timeline.origins["agent", agent.id]
    names = [item.id for item in shared.reach[agent.id] if item.uses or item.id == UNKNOWN[0]]
    names += [item.id for item in shared.through[agent.id]]
    origins = [table.get(("capability", name)) for name in names]
    rows = [_describe_origin(shared, origin, agent.source.path, href) for origin in origins]
    if len(names) > 1 and len({_get_commits(origin) for origin in origins}) == 1:
        return {"all": rows[0]}
    return dict(zip(names, rows, strict=True))


def describe_server_origins(shared: CatalogContext, server: McpServer, href: Href) -> list[Row | None]:
    """Of each configuration of a server since when it is so; ``None`` where the history is not told."""
    if shared.timeline is None or ("server", server.id) not in shared.timeline.origins:
        return [None for _config in server.configs]
    table = shared.timeline.origins["server", server.id]
    paths = [config.span.path for config in server.configs]
    return [_describe_origin(shared, table.get(("setup", path)), path, href) for path in paths]


def _describe_origin(shared: CatalogContext, origin: RightOrigin | None, own_path: str, href: Href) -> Row:
    """Since when somebody has a right, as a line of a page."""
    if origin is None:
        return {"words": shared.say("in no commit yet"), "commit": "", "as_now": None}
    line = _describe_begin(shared, origin.gained, _("since {day}"), own_path, href)
    if origin.changed == origin.gained:
        return {**line, "as_now": None}
    as_now = _describe_begin(shared, origin.changed, _("as it is now since {day}"), own_path, href)
    return {**line, "as_now": as_now}


def _describe_begin(shared: CatalogContext, origin: Origin, template: str, own_path: str, href: Href) -> Row:
    if origin.is_oldest:
        template = _("at least since {day}: older commits are not in this clone")
    return {
        "words": shared.say(say(template, day=origin.day)),
        "commit": origin.commit[:8],
        "author": origin.author,
        "href": link_to_commit(origin, href),
        # The file that the page is about needs no name.
        "paths": ["" if path == own_path else path for path in origin.paths[:MOST_PATHS]],
        "more": max(0, len(origin.paths) - MOST_PATHS),
    }


def _get_commits(origin: RightOrigin | None) -> tuple[Origin, Origin] | None:
    return (origin.gained, origin.changed) if origin else None


def _build_overview(
    shared: CatalogContext, timeline: Timeline, months: dict[str, list[RightsCommit]], href: Href
) -> Row:
    newest = list(reversed(timeline.commits[-MOST_NEWEST:]))
    years = [
        {
            "name": year,
            "months": [
                {"name": month, "href": href(_locate_month(month)), "count": len(months[month])}
                for month in reversed(list(names))
            ],
        }
        for year, names in groupby(sorted(months), lambda month: month[:4])
    ]
    return {
        "curves": build_curves(shared, timeline),
        "is_whole": timeline.is_whole,
        "years": list(reversed(years)),
        "tags": href(TAGS) if timeline.releases else "",
        "data": urls.link_to_file(DATA, HISTORY, shared.where.directory_urls),
        "sections": [
            _make_section(
                "newest",
                shared.say("Newest changes"),
                [_build_entry(shared, timeline, commit, href) for commit in newest],
            )
        ],
        "headings": (
            Heading(2, "curves", shared.say("Agents with each capability")),
            Heading(2, "newest", shared.say("Newest changes")),
            Heading(2, "months", shared.say("By month")),
        ),
    }


def _build_month(
    shared: CatalogContext, timeline: Timeline, commits: Sequence[RightsCommit], href: Href
) -> Row:
    sections = []
    newest_first = sorted(commits, key=lambda commit: commit.day)[::-1]
    for (year, week), group in groupby(newest_first[:MOST_COMMITS], lambda commit: _get_week(commit.day)):
        entries = [_build_entry(shared, timeline, commit, href) for commit in group]
        title = shared.say(say("Week {week} of {year}", week=week, year=year))
        sections.append(_make_section(f"w-{year}-{week:02}", title, entries))
    return _build_part(sections, href, max(0, len(commits) - MOST_COMMITS))


def _make_section(id: str, title: str, entries: list[Row], groups: Sequence[Row] = ()) -> Row:
    return {
        "id": id,
        "title": title,
        "entries": entries,
        "groups": groups,
        "day": "",
        "note": "",
        "more": 0,
    }


def _build_part(sections: list[Row], href: Href, older: int = 0) -> Row:
    """The context of a page below the overview."""
    headings = tuple(Heading(2, section["id"], section["title"]) for section in sections)
    return {"curves": None, "sections": sections, "older": older, "up": href(HISTORY), "headings": headings}


def _get_week(day: str) -> tuple[int, int]:
    year, week, _weekday = date.fromisoformat(day).isocalendar()
    return year, week


def _build_tags(shared: CatalogContext, timeline: Timeline, href: Href) -> Row:
    sections: list[Row] = []
    taken: dict[str, int] = {"untagged": 1}
    for release in timeline.releases:
        id = make_unique(f"tag-{make_slug(release.name)}", taken) if release.name else "untagged"
        title = release.name or shared.say("Not in a tag yet")
        count = say_plural("1 commit changed rights", "{n} commits changed rights", release.commits)
        section = _make_section(id, title, [], _build_groups(shared, timeline, release, href))
        section["day"] = release.day if release.name else ""
        section["note"] = shared.say(count) if release.commits else shared.say("no rights changed")
        section["more"] = _count_more(release)
        sections.append(section)
    return _build_part(sections[::-1], href)


def _build_entry(shared: CatalogContext, timeline: Timeline, commit: RightsCommit, href: Href) -> Row:
    paths = (*commit.definitions, *commit.shared)
    return {
        "id": f"c-{commit.commit[:8]}",
        "href": link_to_commit(commit, href),
        "day": commit.day,
        "commit": commit.commit[:8],
        "author": commit.author,
        "paths": paths[:MOST_PATHS],
        "more_paths": max(0, len(paths) - MOST_PATHS),
        "groups": _build_groups(shared, timeline, commit, href),
        "more": _count_more(commit),
    }


def _count_more(part: RightsCommit | Release) -> int:
    return max(0, len(group_subjects(part.changes)) - MOST_GROUPS)


def _build_groups(
    shared: CatalogContext, timeline: Timeline, part: RightsCommit | Release, href: Href
) -> list[Row]:
    """Those whose rights changed alike: who, and what in a few words."""
    lines = dict(zip(map(id, part.changes), part.lines, strict=True))
    groups = []
    for changes, _lines in group_subjects(part.changes)[:MOST_GROUPS]:
        first = changes[0]
        kind = first.subject.kind
        summary = summarize_changes(_choose_rights(first), False)
        groups.append(
            {
                "state": first.state,
                "state_title": shared.say(KINDS[first.state]),
                "item": "" if kind == "agent" else shared.say(name_kind(kind)),
                "count": shared.say(count_subjects(kind, len(changes))) if len(changes) > 1 else "",
                "names": [
                    (change.subject.name, _find_page(timeline, lines[id(change)], href))
                    for change in changes[:MOST_NAMES]
                ],
                "more": max(0, len(changes) - MOST_NAMES),
                "says": capitalize_sentence(shared.say(summary)),
            }
        )
    return groups


def name_kind(kind: SubjectKind) -> str:
    """What one of them is called: agent, skill, MCP server or settings file."""
    return _SETTINGS if kind == "settings" else ITEM_KINDS[kind].label


def _choose_rights(change: SubjectChange) -> tuple[RightChange, ...]:
    """What is worth saying: of what is new or gone the capabilities, if there are any."""
    capabilities = tuple(item for item in change.changes if item.right.kind == "capability")
    return capabilities if change.state != "changed" and capabilities else change.changes


def _find_page(timeline: Timeline, line: int, href: Href) -> str:
    """The page of something as it is called today; empty if it is gone or has none."""
    kind, name = timeline.ids.get(line, ("settings", ""))
    present = (kind, name) in timeline.origins and kind != "settings"
    return href(*urls.locate_item(kind, name)) if present else ""


def build_curves(shared: CatalogContext, timeline: Timeline) -> Row:
    """How many agents had each capability at each time: a curve for each, and a table of the same."""
    days = [date.fromisoformat(commit.day).toordinal() for commit in timeline.commits]
    first, last = min(days), max(days)
    # The last day is as wide as the others.
    span = last - first + 1
    # Of a day only its last commit is drawn: the scale knows no others.
    most = max(1, *{commit.day: commit.agents for commit in timeline.commits}.values())

    def draw(counts: Sequence[int]) -> str:
        """A filled curve in steps, in a box of 160 by 40."""
        steps: dict[int, int] = {}
        for day, count in zip(days, counts, strict=True):
            steps[round((day - first) * MOST_STEPS / span)] = count
        path, height = "M0 40", 40.0
        for x, count in sorted(steps.items()):
            height = 40 - round(38 * count / most, 1)
            path += f"H{x}V{height:g}"
        return f"{path}H{MOST_STEPS}V40Z"

    agents = [commit.agents for commit in timeline.commits]
    everybody = draw(agents)
    return {
        "first": min(commit.day for commit in timeline.commits),
        "last": max(commit.day for commit in timeline.commits),
        "everybody": everybody,
        "agents": agents[-1],
        "rows": [
            {
                "id": id,
                "title": shared.say(title),
                "path": draw([commit.counts.get(id, 0) for commit in timeline.commits]),
                "count": timeline.commits[-1].counts.get(id, 0),
            }
            for id, title in CLASSES
        ],
        "table": _build_table(timeline),
    }


def _build_table(timeline: Timeline) -> list[Row]:
    """The numbers at the end of each month, or of each year where these are too many; the newest first."""
    for length in (7, 4):
        ends = {commit.day[:length]: commit for commit in timeline.commits}
        if len(ends) <= MOST_ROWS:
            break
    return [
        {
            "when": when,
            "agents": commit.agents,
            "counts": [commit.counts.get(id, 0) for id, _title in CLASSES],
        }
        for when, commit in sorted(ends.items(), reverse=True)
    ]
