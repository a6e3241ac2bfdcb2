"""The page of an MCP server: its configuration, its tools, and who has them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..addresses import urls
from ..addresses.urls import Href
from ..model.catalog import Link, McpServer, Tool, ToolUse
from ..model.definitions import Agent
from ..model.output import Heading
from ..permissions.capabilities import of_server
from ..runtimes.rules import Decision
from ..text.i18n import say
from . import tool_users
from .finder.search_entries import entry
from .link_graph import around
from .page import Page, Shared, with_parts
from .pagination import Cut, Part, Section, paginate
from .tool_users import Holder

_NONE = Decision("not_declared", "not-listed")


def server_pages(shared: Shared) -> Iterator[Page]:
    """A page for each MCP server; its tools are sections of it."""
    tools: dict[str, dict[str, Tool]] = {}
    for tool in shared.catalog.tools:
        if tool.server:
            tools.setdefault(tool.server, {})[tool.name] = tool
    for server in shared.catalog.servers:
        about = say("The MCP server {name}: its configuration, its tools and who has them.", name=server.name)
        page = Page(
            uri=urls.server(server.id),
            template="server.html.jinja",
            title=server.name,
            context=lambda href: {},
            description=shared.say(about),
            subject=("server", server.id),
            search=(entry(server.name, "MCP server", *server.tools),),
        )
        lists = _Lists(shared, server, tools.get(server.id, {}))
        found = lists.cut(page)
        yield from with_parts(page, found, partial(_server, lists, found))


@dataclass(frozen=True, slots=True)
class _Lists:
    """What the page of a server lists; ``tools`` are its tools by name."""

    shared: Shared
    server: McpServer
    tools: dict[str, Tool]

    @property
    def links(self) -> tuple[Link, ...]:
        """Where it is named."""
        return self.shared.catalog.links_to("server", self.server.id)

    def sections(self) -> list[Section[Any]]:
        """Who names each of its tools, who has the server, and where it is named."""
        shared = self.shared
        found: list[Section[Any]] = []
        for name in sorted({*self.server.tools, *self.tools}):
            tool = self.tools.get(name)
            anchor = urls.tool_anchor(tool.id if tool else name)
            found.append(Section(anchor, name, self._naming(name, _direct(tool) if tool else ())))
        have = tool_users.holding(
            shared, self.server.uses, lambda one: of_server(one, self.server, shared.grants)
        )
        found += [Section("agents", shared.say("Agents"), have)] if have else []
        found += [Section("named", shared.say("Where it is named"), self.links)] if self.links else []
        return found

    def _naming(self, name: str, uses: tuple[ToolUse, ...]) -> list[Holder]:
        """The agents with an entry for this one tool, by outcome."""
        shared, named = self.shared, {use.agent for use in uses}

        def decide(agent: Agent) -> Decision:
            return shared.grants.of(agent, name, self.server.id) if agent.id in named else _NONE

        return tool_users.holding(shared, uses, decide) if named else []

    def cut(self, page: Page) -> Cut[Any] | None:
        """The lists, if they are too long for one page."""
        shared, most = self.shared, self.shared.limits.entries
        uses = sum(len(_direct(tool)) for tool in self.tools.values())
        # If all agents would fit on the page, nobody needs to decide about them yet.
        if len(shared.catalog.agents) + uses + len(self.links) <= most:
            return None
        found = paginate(page.uri, self.server.name, self.sections(), most, self._name, "agents", shared.say)
        return found if found.parts else None

    def _name(self, one: Holder | Link) -> str:
        if isinstance(one, Link):
            return str(self.shared.catalog.by_id[one.origin_kind, one.origin].name)
        return one[0].title


def _direct(tool: Tool) -> tuple[ToolUse, ...]:
    """The uses of a tool for itself: whoever has the whole server stands below, once."""
    return tuple(use for use in tool.uses if use.state not in ("inherited", "pattern"))


def _server(lists: _Lists, found: Cut[Any] | None, href: Href, part: Part[Any] | None) -> dict[str, Any]:
    shared, server = lists.shared, lists.server
    sections = found.sections if found else lists.sections()
    shown = {one.anchor: one for one in (found.shown(part) if found else sections)}
    named, agents = (shown.pop(anchor, None) for anchor in ("named", "agents"))
    tools: list[dict[str, Any]] = [
        {"name": one.title, "anchor": one.anchor, "uses": tool_users.shown(one.entries, href)}
        for one in shown.values()
    ]
    have = next((one.entries for one in sections if one.anchor == "agents"), ())
    links = shared.ends(
        lists.links if part is None else tuple(named.entries) if named else (), "origin", href
    )
    led = found and part is None
    headings = [Heading(2, "tools", shared.say("Tools"))] if tools else []
    headings += [Heading(3, tool["anchor"], tool["name"]) for tool in tools]
    headings += [Heading(2, "agents", shared.say("Agents"))] if agents else []
    headings += [Heading(2, "named", shared.say("Where it is named"))] if named else []
    return {
        "crumbs": [(shared.say("MCP servers"), href("servers/index.md"))],
        "server": server,
        "tools": tools,
        "uses": tool_users.shown(agents.entries, href) if agents else [],
        "counts": tool_users.counts(have),
        "links": [] if led else links,
        "headings": () if led else tuple(headings),
        "picture": around(server.name, links, (), {"before": "#named"}, shared.say) if part is None else None,
    }
