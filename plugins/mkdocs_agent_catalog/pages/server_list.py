"""The list of MCP servers: where each is configured, which of its tools are named, and how many agents
have it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from ..addresses import urls
from ..addresses.urls import Href
from ..model.catalog import McpServer
from ..model.item_kinds import ITEM_KINDS
from ..model.mcp_tool_names import shorten
from ..permissions.capabilities import decide_server
from ..runtimes import name_runtimes
from ..text.i18n import mark_for_translation as _
from ..text.i18n import say, say_plural
from .finder.facets import write_facets
from .finder.list_finder import ListFinder
from .page import CatalogContext, Page, make_list_page, paginate_page
from .pagination import ListPage, PaginatedList, Section, paginate

# Fewer servers are seen at once. Of each so many tools are named.
MOST_SEEN, MOST_TOOLS = 8, 8


def list_server_list_pages(shared: CatalogContext) -> Iterator[Page]:
    """The list, which is there also without a server, and its parts."""
    uri, title = ITEM_KINDS["server"].index_uri, shared.say(_("MCP servers"))
    sections = [Section("servers", "", shared.catalog.servers)]
    most = shared.limits.entries
    result = paginate(uri, title, sections, most, lambda server: server.name, "part", shared.say)
    page = make_list_page(shared, uri, "servers.html.jinja", title)
    yield from paginate_page(page, result, partial(_build_context, shared, result))


def _build_context(
    shared: CatalogContext, result: PaginatedList[McpServer], href: Href, part: ListPage[McpServer] | None
) -> dict[str, Any]:
    """What the page shows: the servers that most agents name come first."""
    servers = (server for section in result.list_shown(part) for server in section.entries)
    rows = [_build_row(shared, server, href) for server in servers]
    rows.sort(key=lambda row: (-row["users"], -row["heirs"], row["server"].name))
    finder = _build_finder(shared, len(rows)) if len(rows) > MOST_SEEN else None
    return {"rows": rows, "finder": finder, "headings": ()}


def count_server_users(shared: CatalogContext, server: McpServer) -> tuple[int, int]:
    """How many agents name the server or a tool of it so that they have it, and how many inherit it, or would
    where nothing configures it."""
    users = sum(1 for use in server.uses if use.state in ("granted", "specifier", "pattern"))
    heirs = sum(1 for use in server.uses if use.state == "inherited")
    if not server.configs:
        named, grants = {use.agent for use in server.uses}, shared.grants
        others = (agent for agent in shared.catalog.agents if agent.id not in named)
        heirs += sum(grants.is_left_to_session(a, decide_server(a, server, grants)) for a in others)
    return users, heirs


def _build_row(shared: CatalogContext, server: McpServer, href: Href) -> dict[str, Any]:
    users, heirs = count_server_users(shared, server)
    names = [shorten(name) for name in sorted(server.tools)]
    more = len(names) - MOST_TOOLS
    facets: Mapping[str, Sequence[str]] = {
        "runtime": name_runtimes(server.runtimes),
        "configured": ["configured" if server.configs else "missing"],
    }
    return {
        "server": server,
        "href": href(urls.make_server_uri(server.id)),
        "users": users,
        "heirs": heirs,
        "is_off": bool(server.configs) and all(config.is_off for config in server.configs),
        "tools": names[:MOST_TOOLS] + ([shared.say(say("and {n} more", n=more))] if more > 0 else []),
        # Where there is one runtime only, it goes without saying.
        "runtimes": name_runtimes(server.runtimes) if len(server.runtimes) > 1 else [],
        "facets": write_facets(facets),
        "words": " ".join([server.name.casefold(), *(name.casefold() for name in names)]),
    }


def _build_finder(shared: CatalogContext, number: int) -> ListFinder:
    language = shared.say
    label = language(_("Find a server or a tool of one"))
    titles = (("configured", _("Configured")), ("runtime", _("Runtime")))
    return ListFinder(
        label=label,
        placeholder=label,
        what=language(say_plural("1 server", "{n} servers", number)),
        facets=[(id, language(title)) for id, title in titles],
        shown={"configured": language(_("Configured")), "missing": language(_("not configured here"))},
        orders=[("", language(_("most agents")), ""), ("name", language(_("name")), "")],
    )
