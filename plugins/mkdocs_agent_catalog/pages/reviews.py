"""The page "Reviews": which agents are to be looked at again, which never were, and which are current."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from ..addresses import urls
from ..addresses.urls import Href
from ..model.definitions import Agent
from ..model.output import Heading
from ..model.reviews import Review
from ..rights.reviews import AgentReview
from ..rights.wording import summarize_changes
from ..text.i18n import mark_for_translation as _
from ..text.i18n import say
from ..text.strings import capitalize_sentence
from .page import CatalogContext, Page, make_list_page, paginate_page
from .pagination import ListPage, PaginatedList, Section, paginate
from .right_changes import build_change_lines

REVIEWS = "reviews.md"
_SECTIONS = {
    "again": _("To be looked at again"),
    "never": _("Never reviewed"),
    "gone": _("Reviewed, and gone"),
    "current": _("Current"),
}
Entry = AgentReview | Review


def list_review_pages(shared: CatalogContext) -> Iterator[Page]:
    """The page and its parts, if somebody records reviews."""
    if shared.reviews:
        page = make_list_page(shared, REVIEWS, "reviews.html.jinja", shared.say(_("Reviews")))
        result = _list_entries(shared)
        yield from paginate_page(page, result, partial(_build_context, shared, result))


def describe_review(shared: CatalogContext, agent: Agent, href: Href) -> dict[str, str] | None:
    """The line about the review of ``agent`` on its page; ``None`` where nobody records reviews."""
    if not shared.reviews:
        return None
    review = shared.reviews.agents[agent.id]
    last, section, since = review.last, _find_section(review), ""
    if last and section == "current":
        since = shared.say("Nothing has changed since.")
    elif last:
        since = shared.say(say("Since then: {what}.", what=_say(review)))
    text = _say_who(shared, last) if last else shared.say("Never reviewed.")
    return {"state": section, "text": text, "since": since, "href": href(REVIEWS, section)}


def _say_who(shared: CatalogContext, last: Review) -> str:
    return shared.say(say("Reviewed by {role} on {day}.", role=last.by, day=last.day))


def _say(review: AgentReview) -> str:
    if review.state == "other_form":
        return say("the record has another form and cannot be compared")
    return summarize_changes(review.changes, review.has_other_prompt)


def _find_section(entry: Entry) -> str:
    if isinstance(entry, Review):
        return "gone"
    return entry.state if entry.state in _SECTIONS else "again"


def _get_name(entry: Entry) -> str:
    return entry.agent if isinstance(entry, Review) else entry.agent.title


def _list_entries(shared: CatalogContext) -> PaginatedList[Entry]:
    assert shared.reviews
    entries: dict[str, list[Entry]] = {id: [] for id in _SECTIONS}
    every: tuple[Entry, ...] = (*shared.reviews.agents.values(), *shared.reviews.left)
    for entry in sorted(every, key=lambda entry: _get_name(entry).casefold()):
        entries[_find_section(entry)].append(entry)
    sections = [Section(id, shared.say(_SECTIONS[id]), rows, id) for id, rows in entries.items() if rows]
    title = shared.say(_("Reviews"))
    return paginate(REVIEWS, title, sections, shared.limits.entries, _get_name, "state", shared.say)


def _build_context(
    shared: CatalogContext, result: PaginatedList[Entry], href: Href, part: ListPage[Entry] | None
) -> dict[str, Any]:
    sections = result.list_shown(part)
    return {
        "counts": [
            {"id": section.anchor, "title": section.title, "count": len(section.entries)}
            for section in result.sections
        ],
        "sections": [
            {
                "id": section.anchor,
                "title": section.title,
                "rows": [_build_row(shared, entry, href) for entry in section.entries],
            }
            for section in sections
        ],
        "headings": tuple(Heading(2, section.anchor, section.title) for section in sections),
    }


def _build_row(shared: CatalogContext, entry: Entry, href: Href) -> dict[str, Any]:
    last = entry if isinstance(entry, Review) else entry.last
    row = {
        "who": _say_who(shared, last) if last else "",
        "note": last.note if last else "",
        "problem": "",
        "lines": [],
        "has_other_prompt": False,
    }
    if isinstance(entry, Review):
        return row | {"name": entry.agent, "href": "", "path": entry.path}
    agent = entry.agent
    return row | {
        "name": agent.title,
        "href": href(urls.make_agent_uri(agent.id)),
        "group": shared.name_group(agent.group),
        "entries": (),
        "path": agent.source.path,
        "problem": capitalize_sentence(shared.say(_say(entry))) if entry.state == "other_form" else "",
        "lines": build_change_lines(entry.changes, agent.source.path, shared.say, href),
        "has_other_prompt": entry.has_other_prompt,
    }
