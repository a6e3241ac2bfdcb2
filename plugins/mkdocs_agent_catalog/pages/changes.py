"""The page "What changed": the last changes of agents, skills and servers in git, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import groupby
from typing import Any

from ..addresses import urls
from ..addresses.urls import FEED_ATOM, FEED_JSON, Href
from ..model.address_lock import LockEntry
from ..model.changes import AgentChange
from ..model.definitions import Agent
from ..model.item_kinds import ITEM_KINDS
from ..model.output import Heading
from ..rights.wording import count_subjects
from ..text.i18n import mark_for_translation as _
from ..text.i18n import say
from ..text.strings import capitalize_sentence
from .page import CatalogContext, Page, make_list_page, once
from .removed import locate_published

CHANGES, TITLE = "changes.md", _("What changed")
KINDS = {"new": _("New"), "gone": _("Removed"), "changed": _("Changed")}
MANY = {
    "agent": _("{n} agents changed at once"),
    "skill": _("{n} skills changed at once"),
    "server": _("{n} MCP servers changed at once"),
}
Row = dict[str, Any]
_TITLES = {
    ("agent", "new"): _("New agent: {name}"),
    ("agent", "gone"): _("Agent gone: {name}"),
    ("agent", "changed"): _("Agent changed: {name}"),
    ("skill", "new"): _("New skill: {name}"),
    ("skill", "gone"): _("Skill gone: {name}"),
    ("server", "new"): _("New MCP server: {name}"),
    ("server", "gone"): _("MCP server gone: {name}"),
}


def list_change_pages(shared: CatalogContext) -> Iterator[Page]:
    """ "What changed", where something is known of the past."""
    if shared.changes:
        about = _("Agents, skills and MCP servers that are new, gone or changed.")
        build = partial(_build_context, shared)
        yield make_list_page(shared, CHANGES, "changes.html.jinja", shared.say(TITLE), about, build)


def make_change_title(shared: CatalogContext, change: AgentChange) -> str:
    """One change as a line of text."""
    template = _TITLES.get((change.subject, change.kinds[0]))
    if template:
        return shared.say(say(template, name=change.name))
    first, more = change.says[0], len(change.says) - 1
    form = _("{name}: {what} (and more: {n})") if more else "{name}: {what}"
    # A title is no markup: what is code in a sentence is plain in it.
    return shared.say(say(form, name=change.name, what=first, n=more)).replace("`", "")


def list_changes(shared: CatalogContext, href: Href) -> Iterator[Row]:
    """The changes as pages show them, newest first: those of one commit with many agents are one."""
    for changes in shared.changes:
        rows = [_describe_change(shared, change, href) for change in changes]
        kinds = {row["kind"] for row in rows}
        kind = rows[0]["kind"] if len(kinds) == 1 else "changed"
        yield {
            **rows[0],
            "kind": kind,
            "kind_title": shared.say(KINDS[kind]),
            "rows": rows if len(rows) > 1 else [],
            "at_once": shared.say(count_subjects(changes[0].subject, len(rows))),
        }


def locate_change(shared: CatalogContext, change: AgentChange) -> tuple[str, str] | None:
    """Page and anchor of what changed, gone or not; ``None`` if this site has none."""
    if change.catalog:
        uri = _locate_other_change(shared, change)
        return (uri, "") if uri else None
    entry = find_entry(shared, change)
    return locate_published(shared, entry) if entry else None


def _locate_other_change(shared: CatalogContext, change: AgentChange) -> str:
    """The page here of what changed in another catalog; empty if there is none."""
    (other,) = (other for other in shared.catalog.other_catalogs if other.id == change.catalog)
    if change.subject != "agent":
        return ""
    uris = (agent.uri for agent in other.agents if agent.id == change.id)
    if change.id is None:
        uris = (agent.uri for agent in other.removed if agent.page_url == change.page_url != "")
    return next(uris, "")


def find_entry(shared: CatalogContext, change: AgentChange) -> LockEntry | None:
    """The entry of what changed, whether it is there or gone; ``None`` for what another catalog tells."""
    if change.catalog:
        return None
    if change.id:
        return shared.catalog.ledger.find_entry(change.subject, change.id)
    # A server has no file of its own.
    name = change.name if change.subject == "server" else change.path
    return _index_removed(shared).get((change.subject, name))


@once
def _index_removed(shared: CatalogContext) -> dict[tuple[str, str], LockEntry]:
    entries = shared.catalog.ledger.now.entries
    return {(entry.kind, entry.path or entry.name): entry for entry in entries if entry.gone is not None}


def _describe_change(shared: CatalogContext, change: AgentChange, href: Href) -> Row:
    place = locate_change(shared, change)
    kind = change.kinds[0] if change.kinds[0] in KINDS else "changed"
    return {
        "kind": kind,
        "kind_title": shared.say(KINDS[kind]),
        "name": change.name,
        "item": _tell_apart(shared, change),
        "href": href(*place) if place else change.page_url,
        "repository": _name_repository(shared, change),
        "day": change.when[:10],
        "says": [capitalize_sentence(shared.say(text)) for text in change.says],
        "summary": change.summary if kind == "new" else "",
        "commit": change.commit[:8],
    }


def _tell_apart(shared: CatalogContext, change: AgentChange) -> str:
    """What stands behind the name: the kind of a thing, and the group of an agent whose name others have."""
    if change.subject != "agent":
        return shared.say(ITEM_KINDS[change.subject].label)
    agent = None if change.catalog else shared.catalog.by_id.get(("agent", change.id or ""))
    if not isinstance(agent, Agent) or agent.title not in shared.shared_titles:
        return ""
    return f"({shared.name_group(agent.group)})"


def _name_repository(shared: CatalogContext, change: AgentChange) -> str:
    """The repository that tells ``change``; empty for the own one."""
    if change.catalog:
        titles = {other.id: other.source.title for other in shared.catalog.other_catalogs}
        return titles[change.catalog]
    return shared.catalog.find_repository(change.path).name


def _build_context(shared: CatalogContext, href: Href) -> dict[str, Any]:
    days = [
        {"day": day, "id": f"day-{day}", "changes": list(rows)}
        for day, rows in groupby(list_changes(shared, href), lambda row: row["day"])
    ]
    files = urls.link_to_file
    return {
        "history": href("history.md") if shared.tells_history else "",
        "days": days,
        "feeds": [
            ("Atom", files(FEED_ATOM, CHANGES, shared.where.directory_urls)),
            ("JSON Feed", files(FEED_JSON, CHANGES, shared.where.directory_urls)),
        ],
        "headings": tuple(Heading(2, day["id"], day["day"]) for day in days),
    }
