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
from ..permissions.capabilities import CLASSES, NOTHING, READS_ONLY, UNKNOWN, Reach
from ..runtimes import runtimes_of
from ..runtimes.rules import Rule
from ..text.i18n import marked as _
from .decision_view import OUTCOMES, PAGE
from .page import Page, Shared, with_parts
from .pagination import Cut, Part, Section, paginate

WHO = "reach.md"
BY_NAME = _("by name")


def owner_pages(shared: Shared) -> Iterator[Page]:
    """ "Who can do what" and "How grants are computed"."""
    who, how = shared.say("Who can do what"), shared.say("How grants are computed")
    found = _cut(shared, who)
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
    yield from with_parts(page, found, partial(_who, shared, found))
    yield Page(
        uri=PAGE,
        template="grants.html.jinja",
        title=how,
        context=lambda href: _how(shared, href),
        description=shared.say(
            "The rules by which a declared list becomes what an agent may use, with their sources."
        ),
        search=(SearchEntry("", how, " ".join(rule.id for rule in _rules(shared))),),
    )


Entry = tuple[tuple[int, str], Agent, Reach]
"""An agent in a class: the way by which it came there, with its number, and what it reaches."""


def _cut(shared: Shared, title: str) -> Cut[Entry]:
    """The classes that somebody has, with their agents."""
    sections = []
    for id, words in (*CLASSES, UNKNOWN, READS_ONLY, NOTHING):
        have = [
            (agent, one) for agent in shared.catalog.agents for one in shared.reach[agent.id] if one.id == id
        ]
        if have:
            sections.append(Section(f"reach-{id}", shared.say(words), _by_way(have)))
    most = shared.limits.entries
    return paginate(WHO, title, sections, most, lambda entry: entry[1].title, "class", shared.say)


def _by_way(have: list[tuple[Agent, Reach]]) -> list[Entry]:
    """The agents of a class, those that were given it by name before those that inherit it."""
    given: list[tuple[Agent, Reach]] = []
    rest: list[tuple[Agent, Reach]] = []
    for agent, one in have:
        named = any(use.decision.outcome != "inherited" for use in one.uses)
        (given if named else rest).append((agent, one))
    parts = ((BY_NAME, given), (_("because it inherits every tool"), rest))
    if not any(one.uses for _, one in have):
        parts = (("", have), ("", []))
    ways = enumerate(((way, part) for way, part in parts if part), 1)
    return [((number, way), agent, one) for number, (way, part) in ways for agent, one in part]


def _who(shared: Shared, found: Cut[Entry], href: Href, part: Part[Entry] | None) -> dict[str, Any]:
    classes = [
        {
            "id": section.anchor.removeprefix("reach-"),
            "title": section.title,
            "count": len(section.entries),
            "groups": _groups(section.entries, href),
        }
        for section in found.shown(part)
    ]
    headings = (Heading(2, f"reach-{one['id']}", str(one["title"])) for one in classes)
    return {
        "classes": classes,
        "agents": len(shared.catalog.agents),
        "headings": () if found.parts and part is None else tuple(headings),
    }


def _groups(entries: Sequence[Entry], href: Href) -> list[dict[str, Any]]:
    """The agents of a class by the way in which they came there."""
    return [
        {
            "number": number,
            "way": way,
            "agents": [_agent(agent, one, way == BY_NAME, href) for _, agent, one in found],
        }
        for (number, way), found in groupby(entries, lambda entry: entry[0])
    ]


def _agent(agent: Agent, one: Reach, with_tools: bool, href: Href) -> dict[str, Any]:
    tools = [
        {
            "name": use.name,
            "words": OUTCOMES[use.decision.outcome][1],
            "sign": OUTCOMES[use.decision.outcome][0],
        }
        for use in one.uses
    ]
    return {
        "name": agent.title,
        "group": agent.group,
        "href": href(urls.agent(agent.id), "tools"),
        "tools": tools if with_tools else [],
    }


def _rules(shared: Shared) -> list[Rule]:
    """The rules of the runtimes that run agents of this catalog."""
    return [rule for runtime in runtimes_of(shared.catalog.agents) for rule in runtime.rules.values()]


def _how(shared: Shared, href: Href) -> dict[str, Any]:
    return {
        "rules": _rules(shared),
        "outcomes": OUTCOMES,
        "profiles": {
            name: text
            for runtime in runtimes_of(shared.catalog.agents)
            for name, text in runtime.profiles.items()
        },
        "profile": shared.grants.profile,
        "headings": (
            Heading(2, "profile", shared.say("Profile")),
            Heading(2, "outcomes", shared.say("Outcomes")),
            Heading(2, "rules", shared.say("Rules")),
        ),
    }
