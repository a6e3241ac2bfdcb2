"""The page "What changed": the last changes of agents, skills and servers in git, newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby
from typing import Any

from ..addresses import urls
from ..addresses.urls import FEED_ATOM, FEED_JSON, Href
from ..model.address_lock import AddressHistory, LockEntry
from ..model.changes import AgentChange
from ..model.definitions import Agent
from ..model.item_kinds import ITEM_KINDS
from ..model.output import Heading
from ..text.i18n import TranslatableText, say, say_plural
from ..text.i18n import mark_for_translation as _
from ..text.strings import capitalize_sentence
from .page import CatalogContext, Page, make_list_page
from .removed import assign_tombstone_uris, locate_published

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
    locate = _make_locator(shared, href)
    for changes in shared.changes:
        rows = [_describe_change(shared, change, locate(change)) for change in changes]
        kinds = {row["kind"] for row in rows}
        kind = rows[0]["kind"] if len(kinds) == 1 else "changed"
        yield {
            **rows[0],
            "kind": kind,
            "kind_title": shared.say(KINDS[kind]),
            "rows": rows if len(rows) > 1 else [],
            "at_once": shared.say(count_subjects(changes[0].subject, len(rows))),
        }


def count_subjects(kind: str, n: int) -> TranslatableText:
    """So many agents, skills, MCP servers or settings files, in words."""
    counts = {
        "agent": say_plural("1 agent", "{n} agents", n),
        "skill": say_plural("1 skill", "{n} skills", n),
        "server": say_plural("1 MCP server", "{n} MCP servers", n),
        "settings": say_plural("1 settings file", "{n} settings files", n),
    }
    return counts[kind]


def _make_locator(shared: CatalogContext, href: Href) -> Callable[[AgentChange], str]:
    """A function that gives the address of the page that is about an agent, gone or not; empty for none."""
    find_entry, graves = make_entry_finder(shared.catalog.ledger), assign_tombstone_uris(shared)

    def locate(change: AgentChange) -> str:
        if change.catalog:
            uri = locate_other_change(shared, change)
            return href(uri) if uri else change.page_url
        if change.id:
            return href(*urls.locate_item(change.subject, change.id))
        entry = find_entry(change)
        return href(*locate_published(entry, graves)) if entry else ""

    return locate


def locate_other_change(shared: CatalogContext, change: AgentChange) -> str:
    """The page here of what changed in another catalog; empty if there is none."""
    (other,) = (other for other in shared.catalog.other_catalogs if other.id == change.catalog)
    if change.subject != "agent":
        return ""
    uris = (agent.uri for agent in other.agents if agent.id == change.id)
    if change.id is None:
        uris = (agent.uri for agent in other.removed if agent.page_url == change.page_url != "")
    return next(uris, "")


def make_entry_finder(ledger: AddressHistory) -> Callable[[AgentChange], LockEntry | None]:
    """A function that gives the entry of what changed, whether it is there or gone."""
    removed = {
        (entry.kind, entry.path or entry.name): entry
        for entry in ledger.now.entries
        if entry.gone is not None
    }

    def find_entry(change: AgentChange) -> LockEntry | None:
        if change.catalog:
            return None
        if change.id:
            return ledger.find_entry(change.subject, change.id)
        # A server has no file of its own.
        return removed.get((change.subject, change.name if change.subject == "server" else change.path))

    return find_entry


def _describe_change(shared: CatalogContext, change: AgentChange, address: str) -> Row:
    kind = change.kinds[0] if change.kinds[0] in KINDS else "changed"
    return {
        "kind": kind,
        "kind_title": shared.say(KINDS[kind]),
        "name": change.name,
        "item": _tell_apart(shared, change),
        "href": address,
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
