"""The catalog's front: all agents in their groups, and a page for each group where there are too many."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from ..linked import Tool
from ..model import Agent
from ..output import Heading
from ..urls import Href
from ..words import marked as _
from .lists import card
from .page import Page, Shared, list_page, with_parts
from .parts import Cut, Measure, Part, cut, size

PAGE = "agents/index.md"
# Bytes of a card without what it says.
CARD = 650


def index_pages(shared: Shared) -> Iterator[Page]:
    """The index of the agents."""
    page = list_page(shared, PAGE, "agents.html.jinja", shared.say("Agents"))
    return with_parts(page, groups(shared), lambda href, part: _context(shared, part, href))


def groups(shared: Shared) -> Cut[Agent]:
    """The agents by group, cut where they are too many for one page."""
    if PAGE not in shared.cuts:
        how: Measure[Agent] = Measure(
            lambda agent: _weight(shared, agent), lambda agent: agent.title, apart=True
        )
        folder = _folder(shared)
        shared.cuts[PAGE] = cut(PAGE, shared.say("Agents"), shared.sections(), how, folder, shared.say)
    return shared.cuts[PAGE]


def is_cut(shared: Shared) -> bool:
    """Whether the agents are on other pages than that of the index."""
    return bool(groups(shared).parts)


def place(shared: Shared, group: str) -> tuple[str, str]:
    """Page and anchor of a group."""
    return groups(shared).place(shared.group_anchors[group])


def _folder(shared: Shared) -> str:
    """A folder below the index that no agent is in."""
    taken = {agent.id.partition("/")[0] for agent in shared.catalog.agents}
    word = "group"
    while word in taken:
        word += "_"
    return word


def _weight(shared: Shared, agent: Agent) -> int:
    """About how many bytes the card of an agent takes."""
    shown = card(shared, agent, lambda uri, anchor="": quote(uri))
    address = 2 * len(shown["href"])
    said = (shown[name] or "" for name in ("words", "title", "summary", "can", "group", "model"))
    return CARD + address + size(*said, *shown["tools"], *shown["facets"].values())


def _context(shared: Shared, part: Part[Agent] | None, href: Href) -> dict[str, Any]:
    catalog, found = shared.catalog, groups(shared)
    names = {anchor: name for name, anchor in shared.group_anchors.items()}
    notes = {plugin.name: plugin.description for plugin in catalog.plugins}
    shown: list[dict[str, Any]] = [
        {
            "title": section.title,
            "anchor": section.anchor,
            "note": notes.get(names[section.anchor]),
            "cards": [card(shared, agent, href) for agent in section.entries],
        }
        for section in found.shown(part)
    ]
    led = found.parts and part is None
    return {
        "groups": shown,
        "counts": _counts(shared, href),
        "matrix": href("matrix.md"),
        "finder": href("assets/finder.js"),
        "headings": () if led else tuple(Heading(2, one["anchor"], one["title"]) for one in shown),
    }


def _counts(shared: Shared, href: Href) -> list[tuple[int, str, str]]:
    """How many there are of each kind: number, word and address."""
    catalog = shared.catalog
    counted = [
        (len(catalog.agents), (_("agent"), _("agents")), ""),
        (sum(1 for tool in catalog.tools if _named(tool)), (_("tool"), _("tools")), href("tools/index.md")),
        (sum(1 for s in catalog.skills if s.source), (_("skill"), _("skills")), href("skills/index.md")),
        (len(catalog.servers), (_("MCP server"), _("MCP servers")), href("servers/index.md")),
        (len(shared.diagnostics), (_("problem"), _("problems")), href("problems.md")),
    ]
    return [(number, shared.say(what[number != 1]), link) for number, what, link in counted]


def _named(tool: Tool) -> bool:
    """Whether an agent names the tool; what all inherit says nothing about this catalog."""
    return not tool.server and any(use.state != "inherited" for use in tool.uses)
