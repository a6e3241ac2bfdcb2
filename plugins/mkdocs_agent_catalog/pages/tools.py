"""The pages of tools and of MCP servers: what each does, and who has it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .. import urls
from ..facts import GROUPS
from ..linked import McpServer, Tool, ToolUse
from ..model import Agent
from ..output import Heading
from ..reach import of_server
from ..rules import Decision
from ..text import sentence_case
from ..urls import Href
from ..words import say
from .page import Page, Shared
from .picture import around
from .search import entry


def tool_pages(shared: Shared) -> Iterator[Page]:
    """A page for each tool that is no MCP tool: known, retired or unknown."""
    for tool in shared.catalog.tools:
        if tool.server is None:
            summary = shared.say(tool.fact.summary) if tool.fact else ""
            yield Page(
                uri=f"tools/{tool.id}.md",
                template="tool.html.jinja",
                title=tool.name,
                context=lambda href, tool=tool: _tool(shared, tool, href),  # type: ignore[misc]
                description=summary or shared.say(say("The tool {name}: who has it.", name=tool.name)),
                subject=("tool", tool.id),
                search=(entry(tool.name, summary, "tool"),),
            )


def _tool(shared: Shared, tool: Tool, href: Href) -> dict[str, Any]:
    successor = tool.fact.successor if tool.fact else None
    uses = shared.holders(tool.uses, lambda agent: shared.grants.of(agent, tool.name), href)
    return {
        "tool": tool,
        "crumbs": [
            (shared.say("Tools"), href("tools/index.md")),
            (shared.say(dict(GROUPS)[tool.group]), href("tools/index.md", f"group-{tool.group}")),
        ],
        "group": dict(GROUPS)[tool.group],
        "successor": {"name": successor, "href": href(f"tools/{shared.tool_ids[successor]}.md")}
        if successor
        else None,
        "uses": uses,
        "headings": tuple(
            Heading(2, f"outcome-{use['outcome']}", sentence_case(shared.say(use["words"]))) for use in uses
        ),
    }


def server_pages(shared: Shared) -> Iterator[Page]:
    """A page for each MCP server; its tools are sections of it."""
    for server in shared.catalog.servers:
        about = say("The MCP server {name}: its configuration, its tools and who has them.", name=server.name)
        yield Page(
            uri=urls.server(server.id),
            template="server.html.jinja",
            title=server.name,
            context=lambda href, server=server: _server(shared, server, href),  # type: ignore[misc]
            description=shared.say(about),
            subject=("server", server.id),
            search=(entry(server.name, "MCP server", *server.tools),),
        )


def _server(shared: Shared, server: McpServer, href: Href) -> dict[str, Any]:
    by_name = {tool.name: tool for tool in shared.catalog.tools if tool.server == server.id}
    tools: list[dict[str, Any]] = []
    for name in sorted({*server.tools, *by_name}):
        tool = by_name.get(name)
        # Whoever has the whole server stands below, once.
        direct = tuple(use for use in tool.uses if use.state not in ("inherited", "pattern")) if tool else ()
        anchor = urls.tool_anchor(tool.id if tool else name)
        tools.append({"name": name, "anchor": anchor, "uses": _named(shared, server, name, direct, href)})
    links = shared.ends(shared.catalog.links_to("server", server.id), "origin", href)
    uses = shared.holders(server.uses, lambda agent: of_server(agent, server, shared.grants), href)
    picture = around(server.name, links, (), {"before": "#named"}, shared.say)
    found = [Heading(2, "tools", shared.say("Tools"))] if tools else []
    found += [Heading(3, tool["anchor"], tool["name"]) for tool in tools]
    found += [Heading(2, "agents", shared.say("Agents"))] if uses else []
    found += [Heading(2, "named", shared.say("Where it is named"))] if links else []
    return {
        "crumbs": [(shared.say("MCP servers"), href("servers/index.md"))],
        "server": server,
        "tools": tools,
        "uses": uses,
        "links": links,
        "headings": tuple(found),
        "picture": picture,
    }


def _named(
    shared: Shared, server: McpServer, name: str, uses: tuple[ToolUse, ...], href: Href
) -> list[dict[str, Any]]:
    """The agents with an entry for this one tool, by outcome."""
    named = {use.agent for use in uses}
    none = Decision("not_declared", "not-listed")

    def decide(agent: Agent) -> Decision:
        return shared.grants.of(agent, name, server.id) if agent.id in named else none

    return shared.holders(uses, decide, href) if named else []
