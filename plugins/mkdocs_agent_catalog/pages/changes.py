"""The page "What changed": the last changes of agents in git, newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby
from typing import Any

from ..addresses import urls
from ..addresses.urls import FEED_ATOM, FEED_JSON, Href
from ..history.agent_changes import AgentChange
from ..model.output import Heading, SearchEntry
from ..text.i18n import mark_for_translation as _
from ..text.i18n import say
from ..text.strings import capitalize_sentence
from .page import CatalogContext, Page
from .removed import assign_tombstone_uris, locate_published

CHANGES, TITLE = "changes.md", _("What changed")
KINDS = {"new": _("New"), "gone": _("Removed"), "changed": _("Changed")}
Row = dict[str, Any]
_TITLES = {
    "new": _("New agent: {name}"),
    "gone": _("Agent gone: {name}"),
    "changed": _("Agent changed: {name}"),
}


def list_change_pages(shared: CatalogContext) -> Iterator[Page]:
    """ "What changed", where something is known of the past."""
    if shared.changes:
        title = shared.say(TITLE)
        yield Page(
            uri=CHANGES,
            template="changes.html.jinja",
            title=title,
            context=partial(_build_context, shared),
            description=shared.say("Agents that are new, gone or other than they were."),
            search=(SearchEntry("", title, title),),
        )


def make_change_title(shared: CatalogContext, change: AgentChange) -> str:
    """One change as a line of text."""
    template = _TITLES.get(change.kinds[0])
    if template:
        return shared.say(say(template, name=change.name))
    first, more = change.says[0], len(change.says) - 1
    form = _("{name}: {what} (and more: {n})") if more else "{name}: {what}"
    # A title is no markup: what is code in a sentence is plain in it.
    return shared.say(say(form, name=change.name, what=first, n=more)).replace("`", "")


def list_changes(shared: CatalogContext, href: Href) -> Iterator[Row]:
    """The changes as pages show them, newest first: those of one commit with many agents are one."""
    locate = _make_locator(shared, href)
    for changes in shared.changes:
        rows = [_describe_change(shared, change, locate(change)) for change in changes]
        yield {**rows[0], "rows": rows if len(rows) > 1 else []}


def _make_locator(shared: CatalogContext, href: Href) -> Callable[[AgentChange], str]:
    """A function that gives the address of the page that is about an agent, gone or not; empty for none."""
    removed = {entry.path: entry for entry in shared.catalog.ledger.now.entries if entry.gone is not None}
    graves = assign_tombstone_uris(shared) if removed else {}

    def locate(change: AgentChange) -> str:
        if change.id:
            return href(urls.make_agent_uri(change.id))
        entry = removed.get(change.path)
        return href(*locate_published(entry, graves)) if entry else ""

    return locate


def _describe_change(shared: CatalogContext, change: AgentChange, address: str) -> Row:
    kind = change.kinds[0] if change.kinds[0] in KINDS else "changed"
    return {
        "kind": kind,
        "kind_title": shared.say(KINDS[kind]),
        "name": change.name,
        "href": address,
        "day": change.when[:10],
        "says": [capitalize_sentence(shared.say(text)) for text in change.says],
        "summary": change.summary if kind == "new" else "",
        "commit": change.commit[:8],
    }


def _build_context(shared: CatalogContext, href: Href) -> dict[str, Any]:
    days = [
        {"day": day, "id": f"day-{day}", "changes": list(rows)}
        for day, rows in groupby(list_changes(shared, href), lambda row: row["day"])
    ]
    files = urls.link_to_file
    return {
        "days": days,
        "feeds": [
            ("Atom", files(FEED_ATOM, CHANGES, shared.where.directory_urls)),
            ("JSON Feed", files(FEED_JSON, CHANGES, shared.where.directory_urls)),
        ],
        "headings": tuple(Heading(2, day["id"], day["day"]) for day in days),
    }
