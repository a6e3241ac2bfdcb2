"""The overview: the groups, what each can reach, and the skills and MCP servers that they share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from ..addresses import urls
from ..addresses.urls import Href
from ..model.definitions import Agent
from ..model.output import SearchEntry
from ..permissions.capabilities import CLASSES
from .agent_index import place as group_place
from .link_graph import Graph, build_bipartite
from .page import CatalogContext, Page, paginate_page
from .pagination import ListPage, Section, paginate

PAGE = "overview.md"
# What one picture holds before it becomes a hairball.
MOST_GROUPS, MOST_THINGS = 12, 15
Thing = tuple[str, str]
Group = tuple[str, list[Agent]]


def list_overview_pages(shared: CatalogContext) -> Iterator[Page]:
    title = shared.say("Overview")
    lead = shared.say("The groups of agents, what they can reach, and the skills and MCP servers they share.")
    groups = list(shared.by_group.items())
    used = {name: _uses(shared, agents) for name, agents in groups}
    page = Page(
        uri=PAGE,
        template="overview.html.jinja",
        title=title,
        context=lambda href: {},
        description=lead,
        search=(SearchEntry("", title, lead),),
    )
    result = paginate(
        PAGE,
        title,
        [Section("groups", "", groups)],
        shared.limits.groups,
        lambda group: shared.name_group(group[0]),
        "part",
        shared.say,
    )

    def context(href: Href, part: ListPage[Group] | None) -> dict[str, Any]:
        return {
            "lead": lead,
            "picture": _draw_graph(shared, used, href) if part is None else None,
            "groups": [
                _group(shared, name, agents, used[name], href)
                for section in result.get_sections(part)
                for name, agents in section.entries
            ],
            "headings": (),
        }

    yield from paginate_page(page, result, context)


def _uses(shared: CatalogContext, agents: list[Agent]) -> dict[Thing, list[Agent]]:
    """The agents at each skill and server that one of them names."""
    agents_by_key: dict[Thing, list[Agent]] = {}
    for agent in agents:
        for link in shared.catalog.get_links_from("agent", agent.id):
            if link.kind in ("skill", "server"):
                agents_by_key.setdefault((link.kind, link.target), []).append(agent)
    return agents_by_key


def _draw_graph(
    shared: CatalogContext, used: dict[str, dict[Thing, list[Agent]]], href: Href
) -> Graph | None:
    """Groups beside what at least two of them share; ``None`` where nothing is shared."""
    groups_of = Counter(thing for things in used.values() for thing in things)
    ranked = sorted((-count, thing) for thing, count in groups_of.items() if count > 1)
    things = [thing for _, thing in ranked[:MOST_THINGS]]
    weight = {name: sum(thing in things for thing in agents_by_key) for name, agents_by_key in used.items()}
    groups = sorted((name for name in used if weight[name]), key=lambda name: (-weight[name], name))
    texts = sorted(groups[:MOST_GROUPS])
    names = {thing: _get_name(shared, thing) for thing in things}
    return (
        build_bipartite(
            [(shared.name_group(name), href(*group_place(shared, name))) for name in texts],
            [(names[thing], _make_address(thing, href), thing[0]) for thing in things],
            {
                (shared.name_group(group), names[thing]): len(used[group][thing])
                for group in texts
                for thing in things
                if thing in used[group]
            },
        )
        if things
        else None
    )


def _get_name(shared: CatalogContext, thing: Thing) -> str:
    name: str = shared.catalog.by_id[thing].name
    return name


def _make_address(thing: Thing, href: Href) -> str:
    kind, id = thing
    return href(urls.make_skill_uri(id) if kind == "skill" else urls.make_server_uri(id))


def _group(
    shared: CatalogContext, name: str, agents: list[Agent], used: dict[Thing, list[Agent]], href: Href
) -> dict[str, Any]:
    """A group: how many of its agents have each reach, and what they use, most used first."""
    counted = Counter(reach.id for agent in agents for reach in shared.reach[agent.id])
    ranked = sorted(used.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return {
        "title": shared.name_group(name),
        "href": href(*group_place(shared, name)),
        "agents": len(agents),
        "reach": [(shared.say(words), counted[id]) for id, words in CLASSES if counted[id]],
        "uses": [
            {
                "name": _get_name(shared, thing),
                "href": _make_address(thing, href),
                "agents": [{"name": a.title, "href": href(urls.make_agent_uri(a.id))} for a in agents],
            }
            for thing, agents in ranked
        ],
    }
