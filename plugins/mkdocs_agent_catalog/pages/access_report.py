"""Pages for whoever answers for what agents may do: who can do what, and how that is computed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from ..addresses import urls
from ..addresses.urls import Href
from ..model.definitions import Agent
from ..model.output import Heading, SearchEntry
from ..permissions.capabilities import CLASSES, NOTHING, READS_ONLY, UNKNOWN, Capability
from ..runtimes import list_runtimes
from ..runtimes.builtin_tools import GROUPS
from ..runtimes.rules import Rule
from ..text.i18n import mark_for_translation as _
from .decision_view import OUTCOMES, PAGE, describe_words
from .page import CatalogContext, Page, paginate_page
from .pagination import ListPage, PaginatedList, Section, paginate

WHO = "reach.md"
BY_NAME = _("by name")
TRIFECTA = ("trifecta", _("Lethal trifecta: private data, foreign content and a way out"))


def list_access_report_pages(shared: CatalogContext) -> Iterator[Page]:
    """ "Who can do what"."""
    who = shared.say("Who can do what")
    result = _paginate_report(shared, who)
    page = Page(
        uri=WHO,
        template="reach.html.jinja",
        title=who,
        context=lambda href: {},
        description=shared.say("For each kind of reach, the agents that have it, and how they got it."),
        search=(
            SearchEntry("", who, "Which agents run commands, change files, reach the network, delegate"),
        ),
    )
    yield from paginate_page(page, result, partial(_build_report_context, shared, result))


def list_rule_pages(shared: CatalogContext) -> Iterator[Page]:
    """ "How grants are computed": the rules of the runtimes of this catalog."""
    how = shared.say("How grants are computed")
    yield Page(
        uri=PAGE,
        template="grants.html.jinja",
        title=how,
        context=lambda href: _build_rules_context(shared, href),
        description=shared.say(
            "The rules by which a declared list becomes what an agent may use, with their sources."
        ),
        search=(SearchEntry("", how, " ".join(rule.id for rule in _list_rules(shared))),),
    )


Entry = tuple[tuple[int, str], Agent, Capability]
"""An agent in a class: the way by which it came there, with its number, and what it reaches."""


def _paginate_report(shared: CatalogContext, title: str) -> PaginatedList[Entry]:
    """The classes that somebody has, with their agents."""
    sections = []
    for id, words in (*CLASSES, UNKNOWN, READS_ONLY, NOTHING):
        have = [
            (agent, capability)
            for agent in shared.catalog.agents
            for capability in shared.reach[agent.id]
            if capability.id == id
        ]
        through = [
            (agent, Capability(id, words))
            for agent in shared.catalog.agents
            if any(indirect.id == id for indirect in shared.through[agent.id])
        ]
        if have or through:
            sections.append(Section(f"reach-{id}", shared.say(words), _group_by_way(have, through)))
    leaky = [
        (agent, Capability(*TRIFECTA))
        for agent in shared.catalog.agents
        if shared.delegation.find_trifecta(agent)
    ]
    if leaky:
        sections.append(Section("reach-trifecta", shared.say(TRIFECTA[1]), _group_by_way(leaky, [])))
    most = shared.limits.entries
    return paginate(WHO, title, sections, most, lambda entry: entry[1].title, "class", shared.say)


def _group_by_way(
    have: list[tuple[Agent, Capability]], through: list[tuple[Agent, Capability]]
) -> list[Entry]:
    """The agents of a class: those that were given it by name, that inherit it, that have it ``through``
    others only."""
    given: list[tuple[Agent, Capability]] = []
    rest: list[tuple[Agent, Capability]] = []
    for agent, capability in have:
        named = any(use.decision.outcome != "inherited" for use in capability.uses)
        (given if named else rest).append((agent, capability))
    parts = ((BY_NAME, given), (_("because it inherits every tool"), rest))
    if not any(item.uses for _, item in have):
        parts = (("", have), ("", []))
    every = (*parts, (_("through agents that it may start"), through))
    ways = enumerate(((way, part) for way, part in every if part), 1)
    return [((number, way), agent, item) for number, (way, part) in ways for agent, item in part]


def _build_report_context(
    shared: CatalogContext, result: PaginatedList[Entry], href: Href, part: ListPage[Entry] | None
) -> dict[str, Any]:
    classes = [
        {
            "id": section.anchor.removeprefix("reach-"),
            "title": section.title,
            "count": len(section.entries),
            "groups": _build_groups(section.entries, href),
        }
        for section in result.get_sections(part)
    ]
    headings = (
        Heading(2, f"reach-{objects_by_key['id']}", str(objects_by_key["title"]))
        for objects_by_key in classes
    )
    return {
        "classes": classes,
        "agents": len(shared.catalog.agents),
        "headings": () if result.parts and part is None else tuple(headings),
    }


def _build_groups(entries: Sequence[Entry], href: Href) -> list[dict[str, Any]]:
    """The agents of a class by the way in which they came there."""
    return [
        {
            "number": number,
            "way": way,
            "agents": [
                _build_agent_row(agent, capability, way == BY_NAME, href) for _, agent, capability in rows
            ],
        }
        for (number, way), rows in groupby(entries, lambda entry: entry[0])
    ]


def _build_agent_row(agent: Agent, capability: Capability, with_tools: bool, href: Href) -> dict[str, Any]:
    tools = []
    for use in capability.uses:
        sign, words = describe_words(use.decision.words)
        tools.append({"name": use.name, "words": words, "sign": sign})
    return {
        "name": agent.title,
        "group": agent.group,
        "href": href(urls.make_agent_uri(agent.id), "tools"),
        "tools": tools if with_tools else [],
    }


def _list_rules(shared: CatalogContext) -> list[Rule]:
    """The rules of the runtimes that run agents of this catalog."""
    return [rule for runtime in list_runtimes(shared.catalog.agents) for rule in runtime.rules.values()]


def _list_vocabulary(shared: CatalogContext) -> list[dict[str, Any]]:
    """The tools of each runtime by their groups; empty unless several runtimes have agents."""
    if len(shared.runtimes) < 2:
        return []
    return [
        {
            "title": title,
            "runtimes": [
                (runtime.title, names)
                for runtime in shared.runtimes
                if (names := [n for n in runtime.current_tools if runtime.tools[n].group == id])
            ],
        }
        for id, title in GROUPS
        if any(tool.group == id for runtime in shared.runtimes for tool in runtime.tools.values())
    ]


def _build_rules_context(shared: CatalogContext, href: Href) -> dict[str, Any]:
    vocabulary = _list_vocabulary(shared)
    return {
        "rules": _list_rules(shared),
        "outcomes": OUTCOMES,
        "profiles": {
            name: text
            for runtime in list_runtimes(shared.catalog.agents)
            for name, text in runtime.profiles.items()
        },
        "profile": shared.grants.profile,
        "vocabulary": vocabulary,
        "headings": (
            Heading(2, "profile", shared.say("Profile")),
            Heading(2, "outcomes", shared.say("Outcomes")),
            *((Heading(2, "groups", shared.say("Groups of tools")),) if vocabulary else ()),
            Heading(2, "rules", shared.say("Rules")),
        ),
    }
