"""The page of a tool: what it does, and who has it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from ..addresses.urls import Href
from ..model.catalog import Tool
from ..model.output import Heading
from ..runtimes.builtin_tools import GROUPS
from ..text.i18n import say
from ..text.strings import sentence_case
from . import tool_users
from .finder.search_entries import entry
from .page import Page, Shared, runtime_titles, with_parts
from .pagination import Cut, Part, paginate
from .tool_users import Holder


def tool_pages(shared: Shared) -> Iterator[Page]:
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
                search=(entry(tool.name, summary, "tool"),),
            )
            found = _cut_tool(shared, tool, page)
            yield from with_parts(page, found, partial(_tool, shared, tool, found))


def _holding(shared: Shared, tool: Tool) -> list[Holder]:
    return tool_users.holding(shared, tool.uses, lambda agent: shared.grants.of(agent, tool.name))


def _cut_tool(shared: Shared, tool: Tool, page: Page) -> Cut[Holder] | None:
    """Who has the tool, if they are too many for one page."""
    most = shared.limits.entries
    if len(shared.catalog.agents) <= most:
        return None
    sections = list(tool_users.by_outcome(shared, _holding(shared, tool)))
    found = paginate(
        page.uri, tool.name, sections, most, lambda holder: holder[0].title, "agents", shared.say
    )
    return found if found.parts else None


def _tool(
    shared: Shared, tool: Tool, found: Cut[Holder] | None, href: Href, part: Part[Holder] | None
) -> dict[str, Any]:
    successor = tool.fact.successor if tool.fact else None
    have = [one for section in found.sections for one in section.entries] if found else _holding(shared, tool)
    # The page of a list that has parts shows no entries.
    listed = part.entries if part else () if found else have
    uses = tool_users.shown(listed, href)
    return {
        "tool": tool,
        "runtimes": runtime_titles(shared),
        "crumbs": [
            (shared.say("Tools"), href("tools/index.md")),
            (shared.say(dict(GROUPS)[tool.group]), href("tools/index.md", f"group-{tool.group}")),
        ],
        "group": dict(GROUPS)[tool.group],
        "successor": {"name": successor, "href": href(f"tools/{shared.leads.tool_ids[successor]}.md")}
        if successor
        else None,
        "uses": uses,
        "counts": tool_users.counts(have),
        "headings": tuple(
            Heading(2, f"outcome-{use['outcome']}", sentence_case(shared.say(use["words"]))) for use in uses
        ),
    }
