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
from ..permissions.capabilities import decide_server
from ..runtimes import name_runtimes
from ..runtimes.rules import Decision
from ..text.i18n import say
from . import tool_users
from .finder.search_entries import build_item_entry
from .link_graph import build_neighbourhood
from .page import CatalogContext, Page, paginate_page
from .pagination import ListPage, PaginatedList, Section, paginate
from .tool_users import ToolUser

_NONE = Decision("not_declared", "not-listed")


def list_server_pages(shared: CatalogContext) -> Iterator[Page]:
    """A page for each MCP server; its tools are sections of it."""
    tools: dict[str, dict[str, Tool]] = {}
    for tool in shared.catalog.tools:
        if tool.server:
            tools.setdefault(tool.server, {})[tool.name] = tool
    for server in shared.catalog.servers:
        about = say("The MCP server {name}: its configuration, its tools and who has them.", name=server.name)
        page = Page(
            uri=urls.make_server_uri(server.id),
            template="server.html.jinja",
            title=server.name,
            context=lambda href: {},
            description=shared.say(about),
            subject=("server", server.id),
            search=(build_item_entry(server.name, "MCP server", *server.tools),),
        )
        lists = _Lists(shared, server, tools.get(server.id, {}))
        result = lists.cut(page)
        yield from paginate_page(page, result, partial(_build_context, lists, result))


@dataclass(frozen=True, slots=True)
class _Lists:
    """What the page of a server lists; ``tools`` are its tools by name."""

    shared: CatalogContext
    server: McpServer
    tools: dict[str, Tool]

    @property
    def links(self) -> tuple[Link, ...]:
        """Where it is named."""
        return self.shared.catalog.get_links_to("server", self.server.id)

    def build_sections(self) -> list[Section[Any]]:
        """Who names each of its tools, who has the server, and where it is named."""
        shared = self.shared
        sections: list[Section[Any]] = []
        for name in sorted({*self.server.tools, *self.tools}):
            tool = self.tools.get(name)
            anchor = urls.make_tool_anchor(tool.id if tool else name)
            sections.append(
                Section(anchor, name, self._find_naming(name, _list_direct_uses(tool) if tool else ()))
            )
        have = tool_users.find_users(
            shared, self.server.uses, lambda agent: decide_server(agent, self.server, shared.grants)
        )
        sections += [Section("agents", shared.say("Agents"), have)] if have else []
        sections += [Section("named", shared.say("Where it is named"), self.links)] if self.links else []
        return sections

    def _find_naming(self, name: str, uses: tuple[ToolUse, ...]) -> list[ToolUser]:
        """The agents with an entry for this one tool, by outcome."""
        shared, named = self.shared, {use.agent for use in uses}

        def decide(agent: Agent) -> Decision:
            return shared.grants.decide(agent, name, self.server.id) if agent.id in named else _NONE

        return tool_users.find_users(shared, uses, decide) if named else []

    def cut(self, page: Page) -> PaginatedList[Any] | None:
        """The lists, if they are too long for one page."""
        shared, most = self.shared, self.shared.limits.entries
        uses = sum(len(_list_direct_uses(tool)) for tool in self.tools.values())
        # If all agents would fit on the page, nobody needs to decide about them yet.
        if len(shared.catalog.agents) + uses + len(self.links) <= most:
            return None
        result = paginate(
            page.uri, self.server.name, self.build_sections(), most, self._get_name, "agents", shared.say
        )
        return result if result.parts else None

    def _get_name(self, item: ToolUser | Link) -> str:
        if isinstance(item, Link):
            return str(self.shared.catalog.by_id[item.origin_kind, item.origin].name)
        return item[0].title


def _list_direct_uses(tool: Tool) -> tuple[ToolUse, ...]:
    """The uses of a tool for itself: whoever has the whole server stands below, once."""
    return tuple(use for use in tool.uses if use.state not in ("inherited", "pattern"))


def _build_context(
    lists: _Lists, result: PaginatedList[Any] | None, href: Href, part: ListPage[Any] | None
) -> dict[str, Any]:
    shared, server = lists.shared, lists.server
    sections = result.sections if result else lists.build_sections()
    sections_by_key = {
        section.anchor: section for section in (result.get_sections(part) if result else sections)
    }
    named, agents = (sections_by_key.pop(anchor, None) for anchor in ("named", "agents"))
    tools: list[dict[str, Any]] = [
        {
            "name": section.title,
            "anchor": section.anchor,
            "uses": tool_users.build_user_rows(section.entries, href),
        }
        for section in sections_by_key.values()
    ]
    have = next((section.entries for section in sections if section.anchor == "agents"), ())
    links = shared.build_link_rows(
        lists.links if part is None else tuple(named.entries) if named else (), "origin", href
    )
    led = result and part is None
    headings = [Heading(2, "tools", shared.say("Tools"))] if tools else []
    headings += [Heading(3, tool["anchor"], tool["name"]) for tool in tools]
    headings += [Heading(2, "agents", shared.say("Agents"))] if agents else []
    headings += [Heading(2, "named", shared.say("Where it is named"))] if named else []
    return {
        "crumbs": [(shared.say("MCP servers"), href("servers/index.md"))],
        "server": server,
        "runtimes": name_runtimes(server.runtimes),
        "tools": tools,
        "uses": tool_users.build_user_rows(agents.entries, href) if agents else [],
        "counts": tool_users.count_outcomes(have),
        "links": [] if led else links,
        "headings": () if led else tuple(headings),
        "picture": build_neighbourhood(server.name, links, (), {"before": "#named"}, shared.say)
        if part is None
        else None,
    }
