"""Agents of other catalogs: a list for each repository, a short page for each agent, and what the index shows
of them.

All that is known of them is what their team's catalog says. What a page does not have is on the team's page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from ..addresses.urls import Href
from ..linking.across import Place, make_key
from ..model.item_kinds import ITEM_KINDS
from ..model.mcp_tool_names import McpToolName
from ..model.other_catalogs import OtherAgent, OtherCatalog, RemovedAgent
from ..model.output import Heading, SearchEntry
from ..permissions.capabilities import CLASSES, NOTHING, READS_ONLY, UNKNOWN
from ..runtimes import RUNTIMES
from ..text.i18n import say, say_plural
from ..text.strings import make_server_id
from .across import build_users, describe_copies, find_across, link_to_place, list_uses
from .agent_groups import CardGroup, open_groups
from .decision_view import OUTCOMES
from .finder.facets import (
    INHERITS_EVERYTHING,
    LISTS_TOOLS,
    NO_COMMANDS,
    NOT_CALLABLE,
    UNGROUPED,
    UNSET,
    split_words,
    weigh_capabilities,
    write_facets,
)
from .finder.list_finder import build_agent_finder
from .page import INDEX, CatalogContext, Page, make_group_anchors, make_list_page, once, paginate_page
from .pagination import ListPage, PaginatedList, Section, paginate
from .used_things import locate_thing

KIND = ITEM_KINDS["agent"]
TITLES = dict((*CLASSES, UNKNOWN, READS_ONLY, NOTHING))
MOST_ON_CARD = 3


def list_other_pages(shared: CatalogContext) -> Iterator[Page]:
    """The list of each catalog, and the page of each of its agents and of those that were removed."""
    # The index of the site's search is loaded whole, with each page: many agents are found by the box only.
    is_large = not fits_index(shared)
    for other in shared.catalog.other_catalogs:
        yield from _list_catalog_pages(shared, other)
        for agent in other.agents:
            yield Page(
                uri=agent.uri,
                template="other_agent.html.jinja",
                title=agent.name,
                context=partial(_build_agent_context, shared, other, agent),
                description=agent.summary,
                search=() if is_large else (_make_search_entry(other, agent),),
            )
        for removed in other.removed:
            yield Page(
                uri=removed.uri,
                template="other_gone.html.jinja",
                title=removed.name,
                context=partial(_build_removed_context, shared, other, removed),
                description=shared.say(KIND.gone_text),
            )


def _make_search_entry(other: OtherCatalog, agent: OtherAgent) -> SearchEntry:
    words = (other.source.title, agent.group, *(tool.rule for tool in agent.tools or ()))
    return SearchEntry("", agent.name, agent.summary, " ".join(words))


def _list_catalog_pages(shared: CatalogContext, other: OtherCatalog) -> Iterator[Page]:
    title = other.source.title
    about = say("The agents of the repository {name}.", name=title)
    page = make_list_page(shared, other.uri, "agents.html.jinja", title, about)
    groups: dict[str, list[OtherAgent]] = {}
    for agent in sorted(other.agents, key=lambda agent: (agent.group, agent.name.casefold())):
        groups.setdefault(agent.group, []).append(agent)
    anchors = make_group_anchors(groups)
    sections = [
        Section(anchors[group], group or shared.say(UNGROUPED), agents) for group, agents in groups.items()
    ]
    taken = {agent.uri.split("/")[2] for agent in other.agents}
    word = "part"
    while word in taken:
        word += "_"
    result = paginate(
        other.uri, title, sections, shared.limits.cards, lambda agent: agent.name, word, shared.say
    )
    yield from paginate_page(page, result, partial(_build_list_context, shared, other, result))


def _build_list_context(
    shared: CatalogContext,
    other: OtherCatalog,
    result: PaginatedList[OtherAgent],
    href: Href,
    part: ListPage[OtherAgent] | None,
) -> dict[str, Any]:
    led = bool(result.parts) and part is None
    sections = () if led else result.get_sections(part)
    agents = [agent for section in sections for agent in section.entries]
    facets = [list_other_facets(shared, other, agent) for agent in agents]
    alone = len(result.sections) == 1 and part is None
    groups = open_groups(
        CardGroup(
            section.anchor,
            section.title,
            [build_other_card(shared, other, agent, href) for agent in section.entries],
        )
        for section in sections
    )
    folds = any(not group.open for group in groups)
    return {
        "groups": groups,
        "alone": alone,
        "little": [],
        "counts": _list_counts(shared, other),
        "repositories": None,
        "default": None,
        "finder": build_agent_finder(shared, (), href, folds=folds, led=led, others=facets),
        "plugins": False,
        "headings": ()
        if alone or led
        else tuple(Heading(2, section.anchor, section.title) for section in sections),
    }


def _list_counts(shared: CatalogContext, other: OtherCatalog) -> list[tuple[str, str]]:
    """How many agents there are, of when, and where the team has them."""
    counts = [(shared.say(say_plural("1 agent", "{n} agents", len(other.agents))), "")]
    counts.append((describe_snapshot(shared, other), ""))
    if other.site_url:
        counts.append((shared.say("The team's catalog"), other.site_url))
    if other.repository_url:
        counts.append((shared.say("Repository"), other.repository_url))
    return counts


def describe_snapshot(shared: CatalogContext, other: OtherCatalog) -> str:
    """Of which day and commit the snapshot is."""
    commit = other.commit[:10]
    if other.day and commit:
        return shared.say(say("snapshot of {day}, commit {commit}", day=other.day, commit=commit))
    if other.day:
        return shared.say(say("snapshot of {day}", day=other.day))
    if commit:
        return shared.say(say("snapshot of commit {commit}", commit=commit))
    return shared.say("snapshot of an unknown day")


def list_inherited_tools(shared: CatalogContext, agent: OtherAgent) -> list[str]:
    """The built-in tools of its runtime that somebody lists, if it inherits all."""
    if not agent.inherits_all:
        return []
    return sorted(_find_listed_tools(shared).get(agent.runtime, ()))


@once
def _find_listed_tools(shared: CatalogContext) -> dict[str, set[str]]:
    """The built-in tools of each runtime that agents of any catalog list."""
    listed: dict[str, set[str]] = {runtime: set() for runtime in RUNTIMES}
    for runtime, name in shared.builtin:
        listed[runtime].add(name)
    for other in shared.catalog.other_catalogs:
        for lister in other.agents:
            if lister.runtime in RUNTIMES:
                names = {tool.name for tool in lister.tools or ()}
                listed[lister.runtime] |= names.intersection(RUNTIMES[lister.runtime].current_tools)
    return listed


@once
def list_other_facets(shared: CatalogContext, other: OtherCatalog, agent: OtherAgent) -> dict[str, list[str]]:
    """The values by which the finder filters, as those of the own agents."""
    names = [*agent.listed_tools, *list_inherited_tools(shared, agent)]
    servers = {make_server_id(name.server) for name in map(McpToolName.parse, names) if name}
    may = [TITLES[id] for id in agent.through]
    if not {"mcp", UNKNOWN[0]}.isdisjoint(agent.capabilities):
        may += [title for _id, title in CLASSES[:3]]
    access = [INHERITS_EVERYTHING] if agent.inherits_all else []
    if agent.tools is not None and not agent.inherits and not agent.not_loaded:
        access.append(LISTS_TOOLS)
    if not agent.not_loaded and "commands" not in agent.capabilities and CLASSES[0][1] not in may:
        access.append(NO_COMMANDS)
    return {
        "access": access,
        "group": [agent.group or UNGROUPED],
        "repository": [other.source.title],
        "runtime": [_name_runtime(agent)] if agent.runtime and shared.names_runtimes else [],
        "tool": sorted({name for name in names if not McpToolName.parse(name)}),
        "server": sorted(servers),
        "model": [agent.model or UNSET],
        "reach": [TITLES[id] for id in agent.capabilities] or [NOT_CALLABLE],
        "may": ["*"] if agent.not_loaded else list(dict.fromkeys(may)),
    }


def _name_runtime(agent: OtherAgent) -> str:
    runtime = RUNTIMES.get(agent.runtime)
    return runtime.title if runtime else agent.runtime


def _list_pills(ids: Iterable[str]) -> list[dict[str, str]]:
    return [{"id": id, "title": TITLES[id]} for id in ids]


def build_other_card(
    shared: CatalogContext, other: OtherCatalog, agent: OtherAgent, href: Href, names_repository: bool = False
) -> dict[str, Any]:
    """What a card shows. ``names_repository``: a badge says of which repository it is."""
    facets = list_other_facets(shared, other, agent)
    tools = [*agent.listed_tools]
    more = [f"+{len(tools) - MOST_ON_CARD}"] if len(tools) > MOST_ON_CARD else []
    words = (agent.name, agent.group, agent.summary, other.source.title, *tools, *facets["reach"])
    return {
        "facets": write_facets(facets),
        "words": split_words(words),
        "weight": weigh_capabilities(facets["reach"]),
        "count": len(tools),
        "changed": agent.changed,
        "capabilities": _list_pills(agent.capabilities) or [{"id": "nothing", "title": NOT_CALLABLE}],
        "group": other.source.title if names_repository else agent.group,
        "runtime": "",
        "same": "",
        "prompt": "",
        "anchor": "",
        "prefix": "",
        "title": agent.name,
        "href": href(agent.uri),
        "summary": agent.summary,
        "tools": [shared.say("inherits all tools")] if agent.inherits_all else tools[:MOST_ON_CARD] + more,
        "listed": agent.tools is not None,
        "model": "" if agent.model == "inherit" else agent.model,
        "broken": shared.say("not loaded") if agent.not_loaded else "",
        "ignored": False,
        "problems": 0,
    }


def _build_agent_context(
    shared: CatalogContext, other: OtherCatalog, agent: OtherAgent, href: Href
) -> dict[str, Any]:
    place = find_across(shared).index.by_id[other.id, "agent", agent.id]
    users = [use.user for use in list_uses(shared, place)]
    return {
        "copies": {"notes": describe_copies(shared, place, href)},
        "uses": {"notes": list(_list_used(shared, place, href))},
        "users": {"count": len(users), "agents": build_users(shared, users, href)},
        "crumbs": [(shared.say("Agents"), href(INDEX)), (other.source.title, href(other.uri))],
        "agent": agent,
        "catalog": other,
        "list": href(other.uri),
        "runtime": _name_runtime(agent) if shared.names_runtimes else "",
        "pills": _list_pills(agent.capabilities),
        "through": _list_pills(id for id in agent.through if id not in agent.capabilities),
        "inherits_all": agent.inherits_all,
        "tools": _group_tools(shared, agent, href),
        "snapshot": describe_snapshot(shared, other),
        "headings": (
            Heading(2, "tools", shared.say("Tools")),
            *([Heading(2, "used-by", shared.say("Used by"))] if users else []),
        ),
    }


def _list_used(shared: CatalogContext, place: Place, href: Href) -> Iterator[dict[str, Any]]:
    """The skills and servers that an agent uses, and the agents that it may start."""
    index = find_across(shared).index
    titles = {"skill": say("Skills:"), "server": say("MCP servers:"), "agent": say("Agents:")}
    for kind, title in titles.items():
        links: list[dict[str, str]] = []
        for target in (id for of_kind, id, _grade in place.item.links if of_kind == kind):
            used = index.by_id.get((place.catalog.id, kind, target))
            location = locate_thing(shared, *make_key(kind, used.item.name)) if used else None
            if used and kind == "agent":
                links.append({"name": used.item.name, "href": link_to_place(shared, used, href)})
            elif used and location:
                links.append({"name": used.item.name, "href": href(*location)})
        for name in place.item.absent if kind == "agent" else ():
            there = index.places.get((kind, name), ())
            links += [{"name": name, "href": link_to_place(shared, there[0], href)}] if there else []
        if links:
            yield {"words": shared.say(title), "links": links}


def _group_tools(shared: CatalogContext, agent: OtherAgent, href: Href) -> list[dict[str, Any]]:
    """The entries of its list by what comes of them, each with the address of who else has it."""
    rules: dict[str, list[tuple[str, str]]] = {}
    for tool in agent.tools or ():
        place = locate_thing(shared, "tool", f"{agent.runtime} {tool.name}")
        rules.setdefault(tool.outcome, []).append((tool.rule, href(*place) if place else ""))
    return [
        {"sign": sign, "words": words, "rules": rules[outcome]}
        for outcome, (sign, words) in OUTCOMES.items()
        if outcome in rules
    ]


def _build_removed_context(
    shared: CatalogContext, other: OtherCatalog, removed: RemovedAgent, href: Href
) -> dict[str, Any]:
    successor = next((agent for agent in other.agents if agent.id == removed.successor), None)
    return {
        "removed": removed,
        "what": shared.say(say(KIND.gone_on_text, day=removed.day) if removed.day else KIND.gone_text),
        "catalog": other,
        "list": href(other.uri),
        "successor": {"name": successor.name, "summary": successor.summary, "href": href(successor.uri)}
        if successor
        else None,
        "headings": (),
    }


def fits_index(shared: CatalogContext) -> bool:
    """Whether the index has room for the cards of all catalogs."""
    agents = sum(len(other.agents) for other in shared.catalog.other_catalogs)
    return not shared.index.parts and len(shared.catalog.agents) + agents <= shared.limits.cards


def list_index_facets(shared: CatalogContext) -> list[dict[str, list[str]]]:
    """The values of the facets of all agents of other catalogs that are on the index."""
    if not fits_index(shared):
        return []
    others = shared.catalog.other_catalogs
    return [list_other_facets(shared, other, agent) for other in others for agent in other.agents]


def build_index_groups(shared: CatalogContext, href: Href, is_open: bool) -> Iterator[CardGroup]:
    """A group for each catalog, if the index has room."""
    for other in shared.catalog.other_catalogs if fits_index(shared) else ():
        agents = sorted(other.agents, key=lambda agent: agent.name.casefold())
        cards = [build_other_card(shared, other, agent, href, True) for agent in agents]
        note = describe_snapshot(shared, other)
        yield CardGroup(f"repository-{other.id}", other.source.title, cards, note, mixed=True, open=is_open)
