"""The page "Tools": one table of the tools and MCP servers that agents list, the most listed first.

What no agent lists is folded below it. What all who inherit have says nothing about a tool: such numbers are
muted, and one that differs is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..addresses import urls
from ..addresses.urls import Href
from ..model.catalog import McpServer, Tool
from ..model.item_kinds import ITEM_KINDS
from ..model.output import Heading
from ..permissions.capabilities import CLASSES
from ..runtimes import RUNTIMES
from ..runtimes.builtin_tools import GROUPS
from ..text.i18n import mark_for_translation as _
from .finder.facets import inherits_everything
from .page import CatalogContext, Page, make_list_page, paginate_page
from .pagination import ListPage, PaginatedList, Section, paginate
from .tool_users import count_users, find_tool_users


@dataclass(frozen=True, slots=True)
class ToolRow:
    """A tool or a server, and how many agents list and inherit it."""

    subject: Tool | McpServer
    is_listed: bool
    """Whether a list asks for it; its runtime may give it to nobody."""
    listed: int
    inherited: int
    group: str

    @property
    def name(self) -> str:
        """What it is called."""
        return self.subject.name


def list_tool_list_pages(shared: CatalogContext) -> Iterator[Page]:
    """The list, which is there also without a tool, and its parts."""
    uri, title, most = ITEM_KINDS["tool"].index_uri, shared.say(_("Tools")), shared.limits.entries
    result = paginate(uri, title, _group_tools(shared), most, lambda row: row.name, "part", shared.say)
    page = make_list_page(shared, uri, "tools.html.jinja", title)
    yield from paginate_page(page, result, partial(_build_context, shared, result))


def _group_tools(shared: CatalogContext) -> list[Section[ToolRow]]:
    """What agents list by how many do, then names that their runtime does not know, then what none lists."""
    rows = sorted(
        (*_count_tools(shared), *_count_servers(shared)),
        key=lambda row: (-row.listed, -row.inherited, row.name.casefold()),
    )
    parts: dict[str, list[ToolRow]] = {"used": [], "unknown": [], "unused": []}
    for row in rows:
        parts["unknown" if row.group == "unknown" else "used" if row.is_listed else "unused"].append(row)
    titles = {
        "used": shared.say("Listed by agents"),
        "unknown": shared.say("Unknown names"),
        "unused": shared.say("Not listed by any agent"),
    }
    return [Section(id, titles[id], tools) for id, tools in parts.items() if tools]


def _count_tools(shared: CatalogContext) -> Iterator[ToolRow]:
    """The tools but those of servers, which are on the pages of these."""
    for tool in shared.catalog.tools:
        if tool.server or tool.group == "mcp":
            continue
        users = find_tool_users(shared, tool)
        listed, inherited = count_users(decision for _agent, decision, _entries in users)
        if tool.group == "unknown":
            listed = sum(1 for use in tool.uses if use.grants)
        is_listed = any(use.is_listed for use in tool.uses)
        yield ToolRow(tool, is_listed, listed, inherited, tool.group)


def _count_servers(shared: CatalogContext) -> Iterator[ToolRow]:
    inherited: Counter[str | None] = Counter()
    for agent in shared.catalog.agents:
        uses = (use for capability in shared.reach[agent.id] for use in capability.uses)
        inherited.update(use.server for use in uses if use.decision.outcome == "inherited")
    for server in shared.catalog.servers:
        listed = sum(1 for use in server.uses if use.state in ("granted", "specifier", "pattern"))
        yield ToolRow(server, any(use.is_listed for use in server.uses), listed, inherited[server.id], "mcp")


def _build_context(
    shared: CatalogContext, result: PaginatedList[ToolRow], href: Href, part: ListPage[ToolRow] | None
) -> dict[str, Any]:
    sections = result.list_shown(part)
    rows = [row for section in sections for row in section.entries]
    most = max((row.listed for row in rows), default=0)
    usual = max((row.inherited for row in rows), default=0)
    seen: set[str] = set()
    return {
        "sections": [
            {
                "id": section.anchor,
                "title": section.title,
                "rows": [_build_row(shared, row, most, usual, seen, href) for row in section.entries],
            }
            for section in sections
        ],
        "agents": len(shared.catalog.agents),
        "inheriting": sum(inherits_everything(shared, agent) for agent in shared.catalog.agents),
        "headings": tuple(Heading(2, section.anchor, section.title) for section in sections),
    }


def _build_row(
    shared: CatalogContext, row: ToolRow, most: int, usual: int, seen: set[str], href: Href
) -> dict[str, Any]:
    subject = row.subject
    # The first row of each group has the anchor that the group had when it was a table of its own.
    anchor = "" if row.group in seen else f"group-{row.group}"
    seen.add(row.group)
    if isinstance(subject, McpServer):
        fact, runtime, uri, reach = None, "", urls.make_server_uri(subject.id), "mcp"
    else:
        fact, uri = subject.fact, f"tools/{subject.id}.md"
        runtime = RUNTIMES[subject.runtime].title if subject.runtime and len(shared.runtimes) > 1 else ""
        reach = (fact.reach if fact else None) or ""
    return {
        "anchor": anchor,
        "group": dict(GROUPS)[row.group],
        "name": row.name,
        "href": href(uri),
        "runtime": runtime,
        "capability": reach,
        "capability_title": dict(CLASSES).get(reach, ""),
        "summary": fact.summary if fact else "",
        "tools": len(subject.tools) if isinstance(subject, McpServer) else None,
        "asks": bool(fact and fact.permission == "yes"),
        "listed": row.listed,
        "share": round(100 * row.listed / most) if most else 0,
        "inherited": row.inherited,
        "is_usual": row.inherited == usual,
    }
