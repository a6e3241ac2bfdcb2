"""The catalog's front: all agents in their groups, and a page for each group where there are too many."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from ..addresses.urls import Href
from ..model.catalog import Tool
from ..model.definitions import Agent
from ..model.output import Heading
from ..text.i18n import mark_for_translation as _
from .item_lists import build_agent_card
from .page import INDEX, CatalogContext, Page, make_list_page, paginate_page
from .pagination import ListPage


def list_index_pages(shared: CatalogContext) -> Iterator[Page]:
    """The index of the agents."""
    page = make_list_page(shared, INDEX, "agents.html.jinja", shared.say("Agents"))
    return paginate_page(page, shared.index, partial(_build_context, shared))


def is_cut(shared: CatalogContext) -> bool:
    """Whether the agents are on other pages than that of the index."""
    return bool(shared.index.parts)


def place(shared: CatalogContext, group: str) -> tuple[str, str]:
    """Page and anchor of a group."""
    return shared.index.place(shared.group_anchors[group])


def _build_context(shared: CatalogContext, href: Href, part: ListPage[Agent] | None) -> dict[str, Any]:
    catalog, result = shared.catalog, shared.index
    names = {anchor: name for name, anchor in shared.group_anchors.items()}
    notes = {plugin.name: plugin.description for plugin in catalog.plugins}
    tables: list[dict[str, Any]] = [
        {
            "title": section.title,
            "anchor": section.anchor,
            "note": notes.get(names[section.anchor]),
            "cards": [build_agent_card(shared, agent, href) for agent in section.entries],
        }
        for section in result.get_sections(part)
    ]
    led = result.parts and part is None
    return {
        "groups": tables,
        "counts": _count_kinds(shared, href),
        "matrix": href("matrix.md"),
        "finder": href("assets/finder.js"),
        "headings": () if led else tuple(Heading(2, table["anchor"], table["title"]) for table in tables),
    }


def _count_kinds(shared: CatalogContext, href: Href) -> list[tuple[int, str, str]]:
    """How many there are of each kind: number, word and address."""
    catalog = shared.catalog
    counted = [
        (len(catalog.agents), (_("agent"), _("agents")), ""),
        (
            sum(1 for tool in catalog.tools if _has_name(tool)),
            (_("tool"), _("tools")),
            href("tools/index.md"),
        ),
        (sum(1 for s in catalog.skills if s.source), (_("skill"), _("skills")), href("skills/index.md")),
        (len(catalog.servers), (_("MCP server"), _("MCP servers")), href("servers/index.md")),
        (len(shared.diagnostics), (_("problem"), _("problems")), href("problems.md")),
    ]
    return [(number, shared.say(what[number != 1]), link) for number, what, link in counted]


def _has_name(tool: Tool) -> bool:
    """Whether an agent names the tool; what all inherit says nothing about this catalog."""
    return not tool.server and any(use.state != "inherited" for use in tool.uses)
