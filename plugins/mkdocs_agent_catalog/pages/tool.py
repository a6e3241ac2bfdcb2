"""The page of a tool: what it does, and who has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlencode

from ..addresses.urls import Href
from ..model.catalog import Tool
from ..model.definitions import Agent
from ..model.item_kinds import ITEM_KINDS
from ..model.output import Heading
from ..permissions.capabilities import CLASSES, Capability, decide_tool
from ..runtimes import RUNTIMES
from ..text.i18n import say
from ..text.strings import capitalize_sentence
from . import tool_users
from .finder.facets import list_all_uses, list_facets
from .finder.search_entries import build_item_entry
from .page import INDEX, CatalogContext, Page, once, paginate_page
from .pagination import ListPage, PaginatedList, paginate
from .tool_users import ToolUser


def list_tool_pages(shared: CatalogContext) -> Iterator[Page]:
    """A page for each tool that is no MCP tool: known, retired or unknown."""
    label = shared.say(ITEM_KINDS["tool"].label)
    for tool in shared.catalog.tools:
        if tool.server is None:
            summary = shared.say(tool.fact.summary) if tool.fact else ""
            page = Page(
                uri=f"tools/{tool.id}.md",
                template="tool.html.jinja",
                title=tool.name,
                description=summary or shared.say(say("The tool {name}: who has it.", name=tool.name)),
                subject=("tool", tool.id),
                search=(build_item_entry(label, tool.name, summary, "tool"),),
            )
            result = _cut_tool(shared, tool, page)
            yield from paginate_page(page, result, partial(_build_context, shared, tool, result))


def _cut_tool(shared: CatalogContext, tool: Tool, page: Page) -> PaginatedList[ToolUser] | None:
    """Who has the tool, if they are too many for one page."""
    most = shared.limits.entries
    if len(shared.catalog.agents) <= most:
        return None
    sections = list(tool_users.group_by_outcome(shared, tool_users.find_tool_users(shared, tool)))
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
        else tool_users.find_tool_users(shared, tool)
    )
    # The page of a list that has parts shows no entries.
    listed = part.entries if part else () if result else have
    outcomes = tool_users.build_outcomes(shared, tool.name, listed, href)
    return {
        "tool": tool,
        "runtimes": RUNTIMES[tool.runtime].title,
        "crumbs": [(shared.say("Tools"), href("tools/index.md"))],
        "capabilities": _list_capabilities(tool),
        "through": _count_through(shared, tool),
        "successor": {
            "name": successor,
            "href": href(f"tools/{shared.leads.find_tool_id(tool.runtime, successor)}.md"),
        }
        if successor
        else None,
        "agents": sum(agent.dialect == tool.runtime for agent in shared.catalog.agents),
        "runtime": RUNTIMES[tool.runtime].title if len(shared.runtimes) > 1 else "",
        "usable": sum(decision.is_usable for _agent, decision, _entries in have),
        "explicit": sum(
            decision.is_usable and not shared.grants.is_inherited(agent, decision)
            for agent, decision, _entries in have
        ),
        "alone": sum(
            decision.is_usable and _has_no_other_tool(shared, agent) for agent, decision, _entries in have
        ),
        "beside": [] if part else _list_tools_beside(shared, tool, href),
        "outcomes": outcomes,
        "counts": tool_users.count_outcomes(have),
        "headings": tuple(
            Heading(2, f"outcome-{outcome['outcome']}", capitalize_sentence(shared.say(outcome["words"])))
            for outcome in outcomes
        ),
    }


def _has_no_other_tool(shared: CatalogContext, agent: Agent) -> bool:
    facets = list_facets(shared, agent)
    is_one = len(facets["tool"]) == 1 and not facets["server"]
    return is_one and len(list_all_uses(shared, agent)) == 1


def _list_capabilities(tool: Tool) -> list[Capability]:
    reach = tool.fact.reach if tool.fact else None
    return [Capability(id, title) for id, title in CLASSES if id == reach]


def _count_through(shared: CatalogContext, tool: Tool) -> int:
    """How many agents get what the tool does only from agents that they may start."""
    return sum(
        shared.is_reached_through_others(agent, tool, decide_tool(agent, tool, shared.grants))
        for agent in shared.catalog.agents
    )


@once
def _count_sets(shared: CatalogContext) -> Counter[tuple[str, ...]]:
    """How many agents can use the same tools, by these."""
    return Counter(tuple(list_facets(shared, agent)["tool"]) for agent in shared.catalog.agents)


def _list_tools_beside(shared: CatalogContext, tool: Tool, href: Href) -> list[dict[str, Any]]:
    """The tools that do more than read, and how many agents have each together with ``tool``."""
    # A filter in an address holds for the page of the index, which shows no agents where there are too many.
    if shared.index.parts:
        return []
    counted: Counter[str] = Counter()
    for names, number in _count_sets(shared).items():
        if tool.name in names:
            counted.update(dict.fromkeys(names, number))
    known = RUNTIMES[tool.runtime].tools if tool.runtime in RUNTIMES else {}
    weights = [id for id, _title in CLASSES]
    facts = [known[name] for name in counted if name in known and name != tool.name and known[name].reach]
    return [
        {
            "name": fact.name,
            "capability": fact.reach,
            "title": dict(CLASSES)[fact.reach or ""],
            "count": counted[fact.name],
            "href": f"{href(INDEX)}?{urlencode([('tool', tool.name), ('tool', fact.name), ('all', 'tool')])}",
        }
        for fact in sorted(facts, key=lambda fact: (weights.index(fact.reach or ""), fact.name))
    ]
