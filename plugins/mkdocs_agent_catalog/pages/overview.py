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
from .link_graph import Picture, bipartite
from .page import Page, Shared, with_parts
from .pagination import Part, Section, paginate

PAGE = "overview.md"
# What one picture holds before it becomes a hairball.
MOST_GROUPS, MOST_THINGS = 12, 15
Thing = tuple[str, str]
Group = tuple[str, list[Agent]]


def overview_pages(shared: Shared) -> Iterator[Page]:
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
    found = paginate(
        PAGE,
        title,
        [Section("groups", "", groups)],
        shared.limits.groups,
        lambda group: group[0] or shared.say("General"),
        "part",
        shared.say,
    )

    def context(href: Href, part: Part[Group] | None) -> dict[str, Any]:
        return {
            "lead": lead,
            "picture": _picture(shared, used, href) if part is None else None,
            "groups": [
                _group(shared, name, agents, used[name], href)
                for section in found.shown(part)
                for name, agents in section.entries
            ],
            "headings": (),
        }

    yield from with_parts(page, found, context)


def _uses(shared: Shared, agents: list[Agent]) -> dict[Thing, list[Agent]]:
    """The agents at each skill and server that one of them names."""
    found: dict[Thing, list[Agent]] = {}
    for agent in agents:
        for link in shared.catalog.links_from("agent", agent.id):
            if link.kind in ("skill", "server"):
                found.setdefault((link.kind, link.target), []).append(agent)
    return found


def _picture(shared: Shared, used: dict[str, dict[Thing, list[Agent]]], href: Href) -> Picture | None:
    """Groups beside what at least two of them share; ``None`` where nothing is shared."""
    groups_of = Counter(thing for things in used.values() for thing in things)
    ranked = sorted((-count, thing) for thing, count in groups_of.items() if count > 1)
    things = [thing for _, thing in ranked[:MOST_THINGS]]
    weight = {name: sum(thing in things for thing in found) for name, found in used.items()}
    groups = sorted((name for name in used if weight[name]), key=lambda name: (-weight[name], name))
    kept = sorted(groups[:MOST_GROUPS])
    names = {thing: _name(shared, thing) for thing in things}
    return (
        bipartite(
            [(title(shared, name), href(*group_place(shared, name))) for name in kept],
            [(names[thing], _address(thing, href), thing[0]) for thing in things],
            {
                (title(shared, group), names[thing]): len(used[group][thing])
                for group in kept
                for thing in things
                if thing in used[group]
            },
        )
        if things
        else None
    )


def title(shared: Shared, group: str) -> str:
    return group or shared.say("General")


def _name(shared: Shared, thing: Thing) -> str:
    name: str = shared.catalog.by_id[thing].name
    return name


def _address(thing: Thing, href: Href) -> str:
    kind, id = thing
    return href(urls.skill(id) if kind == "skill" else urls.server(id))


def _group(
    shared: Shared, name: str, agents: list[Agent], used: dict[Thing, list[Agent]], href: Href
) -> dict[str, Any]:
    """A group: how many of its agents have each reach, and what they use, most used first."""
    counted = Counter(reach.id for agent in agents for reach in shared.reach[agent.id])
    ranked = sorted(used.items(), key=lambda one: (-len(one[1]), one[0]))
    return {
        "title": title(shared, name),
        "href": href(*group_place(shared, name)),
        "agents": len(agents),
        "reach": [(shared.say(words), counted[id]) for id, words in CLASSES if counted[id]],
        "uses": [
            {
                "name": _name(shared, thing),
                "href": _address(thing, href),
                "agents": [{"name": a.title, "href": href(urls.agent(a.id))} for a in found],
            }
            for thing, found in ranked
        ],
    }
