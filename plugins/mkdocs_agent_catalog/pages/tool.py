"""The page of a tool: what it does, and who has it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from ..addresses.urls import Href
from ..model.catalog import Tool
from ..model.output import Heading
from ..permissions.capabilities import decide_tool
from ..runtimes import RUNTIMES
from ..runtimes.builtin_tools import GROUPS
from ..text.i18n import say
from ..text.strings import capitalize_sentence
from . import tool_users
from .finder.search_entries import build_item_entry
from .page import CatalogContext, Page, paginate_page
from .pagination import ListPage, PaginatedList, paginate
from .tool_users import ToolUser


def list_tool_pages(shared: CatalogContext) -> Iterator[Page]:
    """A page for each tool that is no MCP tool: known, retired or unknown."""
    for tool in shared.catalog.tools:
        if tool.server is None:
            summary = shared.say(tool.fact.summary) if tool.fact else ""
            page = Page(
                uri=f"tools/{tool.id}.md",
                template="tool.html.jinja",
                title=tool.name,
                context=lambda href: {},
                description=summary or shared.say(say("The tool {name}: who has it.", name=tool.name)),
                subject=("tool", tool.id),
                search=(build_item_entry(tool.name, summary, "tool"),),
            )
            result = _cut_tool(shared, tool, page)
            yield from paginate_page(page, result, partial(_build_context, shared, tool, result))


def _find_users(shared: CatalogContext, tool: Tool) -> list[ToolUser]:
    return tool_users.find_users(shared, tool.uses, lambda agent: decide_tool(agent, tool, shared.grants))


def _cut_tool(shared: CatalogContext, tool: Tool, page: Page) -> PaginatedList[ToolUser] | None:
    """Who has the tool, if they are too many for one page."""
    most = shared.limits.entries
    if len(shared.catalog.agents) <= most:
        return None
    sections = list(tool_users.group_by_outcome(shared, _find_users(shared, tool)))
    result = paginate(
        page.uri, tool.name, sections, most, lambda holder: holder[0].title, "agents", shared.say
    )
    return result if result.parts else None


def _build_context(
    shared: CatalogContext,
    tool: Tool,
    result: PaginatedList[ToolUser] | None,
    href: Href,
    part: ListPage[ToolUser] | None,
) -> dict[str, Any]:
    successor = tool.fact.successor if tool.fact else None
    have = (
        [row for section in result.sections for row in section.entries]
        if result
        else _find_users(shared, tool)
    )
    # The page of a list that has parts shows no entries.
    listed = part.entries if part else () if result else have
    uses = tool_users.build_user_rows(listed, href)
    return {
        "tool": tool,
        "runtimes": RUNTIMES[tool.runtime].title,
        "crumbs": [
            (shared.say("Tools"), href("tools/index.md")),
            (shared.say(dict(GROUPS)[tool.group]), href("tools/index.md", f"group-{tool.group}")),
        ],
        "group": dict(GROUPS)[tool.group],
        "successor": {
            "name": successor,
            "href": href(f"tools/{shared.leads.find_tool_id(tool.runtime, successor)}.md"),
        }
        if successor
        else None,
        "uses": uses,
        "counts": tool_users.count_outcomes(have),
        "headings": tuple(
            Heading(2, f"outcome-{use['outcome']}", capitalize_sentence(shared.say(use["words"])))
            for use in uses
        ),
    }
