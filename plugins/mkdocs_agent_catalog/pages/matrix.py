"""The matrix: agents as rows in their groups, tools as columns in theirs, every cell with sign and words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from .. import urls
from ..facts import GROUPS
from ..model import Agent, Catalog, ToolAccess, ToolGrant, ToolUse
from ..urls import Href
from .lists import group_titles
from .page import STATES, Page, Shared

MOST_CELLS = 10_000
MOST_COLUMNS = 40
MOST_RARE = 6


@dataclass(frozen=True, slots=True)
class Column:
    """A tool, a whole MCP server, or (``uri`` is ``None``) the tools that are rare."""

    name: str
    group: str
    uri: str | None
    uses: dict[str, list[tuple[str, ToolUse]]]
    rare: tuple[tuple[str, str], ...] = ()
    """For the column of the rare: name and page of each tool in it."""


def matrix_page(shared: Shared) -> Page:
    """The one page of the matrix, complete without JavaScript."""
    return Page(
        uri="matrix.md",
        template="matrix.html.jinja",
        title="Tool matrix",
        context=lambda href: _context(shared, href),
        description="Which agent may use which tool, as its file declares it.",
        wide=True,
        search=(("", "Tool matrix", "Which agent may use which tool"),),
    )


def columns(catalog: Catalog) -> list[Column]:
    """The columns: tools in use by group, MCP tools folded by server, the long tail folded into one."""
    tools = [tool for tool in catalog.tools if tool.server is None and _named(tool.uses)]
    limit = max(6, min(MOST_COLUMNS, MOST_CELLS // max(1, len(catalog.agents))))
    servers = [server for server in catalog.servers if _named(server.uses)]
    weight = Counter({tool.name: len(_named(tool.uses)) for tool in tools})
    weight.update({f"mcp:{server.id}": len(_named(server.uses)) for server in servers})
    # Known tools stay before unknown names of the same count: they are what readers look for.
    known = {tool.name for tool in tools if tool.fact}
    ranked = sorted(weight, key=lambda name: (-weight[name], name not in known, name))
    kept = set(ranked[:limit] if len(ranked) <= limit else ranked[: limit - 1])
    out: list[Column] = []
    rare: list[Column] = []
    order = [id for id, _ in GROUPS]
    for tool in sorted(tools, key=lambda t: (order.index(t.group), -weight[t.name], t.name)):
        uses = {use.agent: [(tool.name, use)] for use in tool.uses}
        column = Column(tool.name, tool.group, f"tools/{tool.id}.md", uses)
        (out if tool.name in kept else rare).append(column)
    for server in servers:
        uses = {use.agent: [(server.name, use)] for use in server.uses}
        column = Column(server.name, "mcp", urls.server(server.id), uses)
        (out if f"mcp:{server.id}" in kept else rare).append(column)
    out.sort(key=lambda column: order.index(column.group))
    return [*out, _folded(rare)] if rare else out


def _folded(rare: list[Column]) -> Column:
    """The columns of rare tools as one, which names them in its cells."""
    merged: dict[str, list[tuple[str, ToolUse]]] = {}
    for column in rare:
        name = f"{column.name} (MCP)" if column.group == "mcp" else column.name
        for agent, found in column.uses.items():
            kept = [(name, use) for _, use in found if use.state != "inherited"]
            if kept:
                merged.setdefault(agent, []).extend(kept)
    names = tuple(sorted((column.name, column.uri or "") for column in rare))
    return Column(f"{len(rare)} rare tools", "rare", None, merged, names)


def _named(uses: tuple[ToolUse, ...]) -> list[ToolUse]:
    return [use for use in uses if use.state != "inherited"]


def cell(found: list[tuple[str, ToolUse]] | None, rare: bool = False) -> dict[str, Any]:
    """A cell's state, sign, words for a screen reader, and what is shown with it."""
    if not found:
        return {"state": "none", "sign": "", "words": "not declared", "shown": ""}
    if rare:
        named = [_rare_words(name, use) for name, use in found]
        words = f"{len(found)} rare tool{'s' if len(found) > 1 else ''}: {', '.join(named)}"
        more = f" and {len(named) - MOST_RARE} more" if len(named) > MOST_RARE else ""
        shown = ", ".join(named[:MOST_RARE]) + more
        return {"state": "rare", "sign": str(len(found)), "words": words, "shown": shown}
    name, use = found[0]
    sign, words = STATES[use.state]
    rules = ", ".join(dict.fromkeys(grant.rule for grant in use.grants))
    said = use.state in ("specifier", "pattern") or (rules and rules != name)
    shown = ", ".join(dict.fromkeys(_within(grant) for grant in use.grants)) if said else ""
    return {
        "state": use.state,
        "sign": sign,
        "words": f"{words}: {rules}" if said else words,
        "shown": shown,
    }


def _within(grant: ToolGrant) -> str:
    """What an entry says beyond the tool or server of its column."""
    if grant.server:
        return grant.tool.removeprefix("mcp__").partition("__")[2] or "*"
    return grant.specifier or grant.rule


def _rare_words(name: str, use: ToolUse) -> str:
    """A rare tool as its cell names it: as written, and how it stands unless it is granted."""
    rules = ", ".join(dict.fromkeys(grant.rule for grant in use.grants)) or name
    return rules if use.state in ("granted", "specifier", "pattern") else f"{rules} ({STATES[use.state][1]})"


def _context(shared: Shared, href: Href) -> dict[str, Any]:
    found = columns(shared.catalog)
    groups: list[dict[str, Any]] = []
    for column in found:
        if not groups or groups[-1]["id"] != column.group:
            title = dict(GROUPS).get(column.group, "Rare")
            groups.append({"id": column.group, "title": title, "width": 0})
        groups[-1]["width"] += 1
    bodies = [
        {"title": name or "General", "rows": [_row(shared, agent, found, href) for agent in agents]}
        for name, agents in group_titles(shared.catalog.agents)
    ]
    return {
        "columns": [
            {
                "name": c.name,
                "href": href(c.uri) if c.uri else None,
                "total": _total(c),
            }
            for c in found
        ],
        "rare": [{"name": name, "href": href(uri)} for c in found for name, uri in c.rare],
        "column_groups": groups,
        "bodies": bodies,
        "states": STATES,
        "agents": len(shared.catalog.agents),
        "csv": href("matrix.csv"),
        "headings": (),
    }


def _total(column: Column) -> int:
    """How many agents are granted the column by name."""
    states = ("granted", "specifier", "pattern")
    return sum(1 for uses in column.uses.values() if any(use.state in states for _, use in uses))


def _in_one_cell(access: ToolAccess) -> str:
    """What a row says that lists no tool: such a row is never empty."""
    if access.denied or access.ignored:
        return ""
    if access.inherits:
        why = "the file asks for all" if access.grants else "no tools declared"
        return f"↓ every tool of the session ({why})"
    return "" if access.grants else "∅ no tools (the list is empty)"


def _row(shared: Shared, agent: Agent, found: list[Column], href: Href) -> dict[str, Any]:
    link = href(urls.agent(agent.id))
    base = {"name": agent.title, "href": link, "tools": href(urls.agent(agent.id), "tools")}
    access = agent.access
    if words := _in_one_cell(access):
        return {**base, "all": words, "total": "all" if access.inherits else "0"}
    cells = [cell(column.uses.get(agent.id), bool(column.rare)) for column in found]
    named = {grant.tool for grant in access.grants or () if grant.tool != "*"}
    return {**base, "all": "", "cells": cells, "total": "all" if access.inherits else str(len(named))}
