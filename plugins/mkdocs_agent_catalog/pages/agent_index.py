"""The catalog's front: all agents in their groups, and a page for each group where there are too many."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from ..addresses.urls import Href
from ..model.definitions import Agent
from ..model.output import Heading
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
        "little": [note for note in shared.diagnostics if note.check == "nothing_found"],
        "counts": _link_counts(shared, href),
        "matrix": href("matrix.md"),
        "finder": href("assets/finder.js"),
        "headings": () if led else tuple(Heading(2, table["anchor"], table["title"]) for table in tables),
    }


def count_kinds(shared: CatalogContext) -> list[tuple[int, str]]:
    """How many agents, tools, skills and servers there are, and the word for that many."""
    catalog, ngettext = shared.catalog, shared.say.ngettext
    agents, servers = len(catalog.agents), len(catalog.servers)
    tools = shared.named_tools
    skills = sum(1 for skill in catalog.skills if skill.source)
    return [
        (agents, ngettext("agent", "agents", agents)),
        (tools, ngettext("tool", "tools", tools)),
        (skills, ngettext("skill", "skills", skills)),
        (servers, ngettext("MCP server", "MCP servers", servers)),
    ]


def _link_counts(shared: CatalogContext, href: Href) -> list[tuple[int, str, str]]:
    """How many there are of each kind: number, word and address."""
    problems = len(shared.diagnostics)
    counted = [*count_kinds(shared), (problems, shared.say.ngettext("problem", "problems", problems))]
    lists = ("tools/index.md", "skills/index.md", "servers/index.md", "problems.md")
    return [(*count, link) for count, link in zip(counted, ("", *map(href, lists)), strict=True)]
