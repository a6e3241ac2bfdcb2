"""The page of an MCP server: its configuration, its tools, and who has them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..addresses import urls
from ..addresses.urls import Href
from ..model.catalog import Link, McpServer, Tool
from ..model.definitions import Agent
from ..model.item_kinds import ITEM_KINDS
from ..model.mcp_tool_names import McpToolName, shorten
from ..model.output import Heading
from ..permissions.capabilities import decide_server
from ..runtimes import name_runtimes
from ..runtimes.rules import Decision
from ..text.i18n import mark_for_translation as _
from ..text.i18n import say
from . import tool_users
from .decision_view import describe_words
from .finder.search_entries import build_item_entry
from .page import CatalogContext, Page, paginate_page
from .pagination import ListPage, PaginatedList, Section, paginate
from .tool_users import ToolUser


def list_server_pages(shared: CatalogContext) -> Iterator[Page]:
    """A page for each MCP server; its tools are columns of its table."""
    label = shared.say(ITEM_KINDS["server"].label)
    for server in shared.catalog.servers:
        about = say("The MCP server {name}: its configuration, its tools and who has them.", name=server.name)
        page = Page(
            uri=urls.make_server_uri(server.id),
            template="server.html.jinja",
            title=server.name,
            context=lambda href: {},
            description=shared.say(about),
            subject=("server", server.id),
            search=(build_item_entry(label, server.name, "", "MCP server", *server.tools),),
        )
        tools = [tool for tool in shared.catalog.tools if tool.server == server.id]
        lists = _Lists(shared, server, {tool.name: tool for tool in tools})
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

    def find_other_links(self, holders: list[ToolUser]) -> list[Link]:
        """Where it is named otherwise than by the entries of ``holders``, which are in the table."""
        agents = {("agent", agent.id) for agent, _decision, _entries in holders}
        return [
            link
            for link in self.links
            if (link.origin_kind, link.origin) not in agents
            or any(why.grade not in ("declared", "configured") for why in link.evidence)
        ]

    def list_names(self) -> list[str]:
        """The tools that somebody names."""
        return sorted({*self.server.tools, *self.tools})

    def find_holders(self) -> tuple[list[ToolUser], list[ToolUser]]:
        """The agents with an entry for the server or a tool of it, and those that inherit it."""
        uses = [use for tool in self.tools.values() for use in tool.uses if use.state != "inherited"]
        own = [use for use in self.server.uses if use.state != "inherited"]
        have = tool_users.find_users(self.shared, [*uses, *own], self._decide)
        naming = {use.agent for use in (*uses, *own)}
        inheriting = [row for row in have if row[1].outcome == "inherited" and row[0].id not in naming]
        return [row for row in have if row not in inheriting], inheriting

    def _decide(self, agent: Agent) -> Decision:
        return decide_server(agent, self.server, self.shared.grants)

    def build_sections(self) -> list[Section[Any]]:
        """Who names it or its tools, who inherits it, and where it is named."""
        language = self.shared.say
        own, inheriting = self.find_holders()
        sections: tuple[Section[Any], ...] = (
            Section("agents", language(_("Agents that name it")), own),
            Section("inherited", language(_("Agents that inherit it")), inheriting),
            Section("named", language(_("Where it is named")), self.find_other_links(own)),
        )
        return [section for section in sections if section.entries]

    def list_columns(self) -> list[str]:
        """The tools that an agent has an entry for."""
        return [name for name in self.list_names() if name in self.tools and self.tools[name].uses]

    def cut(self, page: Page) -> PaginatedList[Any] | None:
        """The lists, if they are too long for one page."""
        shared, limits = self.shared, self.shared.limits
        most = min(limits.entries, max(1, limits.cells // (len(self.list_columns()) + 1)))
        # If all agents would fit on the page, nobody needs to decide about them yet.
        if len(shared.catalog.agents) + len(self.links) <= most:
            return None
        result = paginate(
            page.uri, self.server.name, self.build_sections(), most, self._get_name, "agents", shared.say
        )
        return result if result.parts else None

    def _get_name(self, item: ToolUser | Link) -> str:
        if isinstance(item, Link):
            return str(self.shared.catalog.by_id[item.origin_kind, item.origin].name)
        return item[0].title

    def build_row(self, holder: ToolUser, names: list[str], href: Href) -> dict[str, Any]:
        """An agent: what holds for each tool that somebody names, and for the rest of the server."""
        agent, grants = holder[0], self.shared.grants
        every = (*names, f"{McpToolName(self.server.id)}__")
        decisions = [grants.decide(agent, name, self.server.id) for name in every]
        return {
            "name": agent.title,
            "group": agent.group,
            "href": href(urls.make_agent_uri(agent.id), "tools"),
            "cells": [_build_cell(decision) for decision in decisions],
        }


def _build_cell(decision: Decision) -> dict[str, Any]:
    sign, words = describe_words(decision.words)
    return {"outcome": decision.word, "usable": decision.is_usable, "sign": sign, "words": words}


def _build_context(
    lists: _Lists, result: PaginatedList[Any] | None, href: Href, part: ListPage[Any] | None
) -> dict[str, Any]:
    shared, server = lists.shared, lists.server
    sections = result.sections if result else lists.build_sections()
    whole = {section.anchor: section.entries for section in sections}
    led = result is not None and part is None
    shown = [] if led else result.get_sections(part) if result else sections
    by_anchor = {section.anchor: section.entries for section in shown}
    own, inheriting = whole.get("agents", ()), whole.get("inherited", ())
    names = lists.list_names()
    held = lists.list_columns()
    rows = [lists.build_row(holder, held, href) for holder in by_anchor.get("agents", ())]
    return {
        "crumbs": [(shared.say("MCP servers"), href("servers/index.md"))],
        "server": server,
        "runtimes": name_runtimes(server.runtimes),
        "tools": [(_find_anchor(lists, name), shorten(name), name) for name in held],
        # On a page that leads to parts the tools have their anchors here.
        "in_text": [(_find_anchor(lists, name), name) for name in names if led or name not in held]
        if part is None
        else [],
        "led": led,
        "rows": rows,
        "usable": sum(1 for holder in own if holder[1].is_usable),
        "inheriting": len(inheriting),
        "heirs": [
            (agent.title, href(urls.make_agent_uri(agent.id)), agent.group)
            for agent, _decision, _grants in by_anchor.get("inherited", ())
        ],
        "counts": tool_users.count_outcomes((*own, *inheriting)),
        "links": shared.build_link_rows(tuple(by_anchor.get("named", ())), "origin", href),
        "headings": tuple(Heading(2, section.anchor, section.title) for section in shown),
    }


def _find_anchor(lists: _Lists, name: str) -> str:
    tool = lists.tools.get(name)
    return urls.make_tool_anchor(tool.id if tool else name)
