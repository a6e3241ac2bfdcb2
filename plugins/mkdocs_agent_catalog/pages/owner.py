"""Pages for whoever answers for what agents may do: who can do what, and how that is computed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .. import urls
from ..model import Agent
from ..output import Heading, SearchEntry
from ..reach import CLASSES, NOTHING, READS_ONLY, UNKNOWN, Reach
from ..rules import profiles, rules
from ..urls import Href
from ..words import marked as _
from .page import Page, Shared
from .proof import OUTCOMES, PAGE


def owner_pages(shared: Shared) -> Iterator[Page]:
    """ "Who can do what" and "How grants are computed"."""
    who, how = shared.say("Who can do what"), shared.say("How grants are computed")
    yield Page(
        uri="reach.md",
        template="reach.html.jinja",
        title=who,
        context=lambda href: _who(shared, href),
        description=shared.say("For each kind of reach, the agents that have it, and how they got it."),
        search=(
            SearchEntry("", who, "Which agents run commands, change files, reach the network, delegate"),
        ),
    )
    yield Page(
        uri=PAGE,
        template="grants.html.jinja",
        title=how,
        context=lambda href: _how(shared, href),
        description=shared.say(
            "The rules by which a declared list becomes what an agent may use, with their sources."
        ),
        search=(SearchEntry("", how, " ".join(rule.id for rule in rules().values())),),
    )


def _who(shared: Shared, href: Href) -> dict[str, Any]:
    found = []
    for id, title in (*CLASSES, UNKNOWN, READS_ONLY, NOTHING):
        have = [
            (agent, one) for agent in shared.catalog.agents for one in shared.reach[agent.id] if one.id == id
        ]
        if have:
            found.append({"id": id, "title": title, "count": len(have), "groups": _by_way(have, href)})
    return {
        "classes": found,
        "agents": len(shared.catalog.agents),
        "headings": tuple(Heading(2, f"reach-{one['id']}", shared.say(str(one["title"]))) for one in found),
    }


def _by_way(have: list[tuple[Agent, Reach]], href: Href) -> list[dict[str, Any]]:
    """The agents of a class, those that were given it by name before those that inherit it."""
    given: list[tuple[Agent, Reach]] = []
    rest: list[tuple[Agent, Reach]] = []
    for agent, one in have:
        named = any(use.decision.outcome != "inherited" for use in one.uses)
        (given if named else rest).append((agent, one))
    parts = ((_("by name"), given), (_("because it inherits every tool"), rest))
    if not any(one.uses for _, one in have):
        parts = (("", have), ("", []))
    return [
        {"way": way, "agents": [_agent(agent, one, way == "by name", href) for agent, one in part]}
        for way, part in parts
        if part
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


def _how(shared: Shared, href: Href) -> dict[str, Any]:
    return {
        "rules": list(rules().values()),
        "outcomes": OUTCOMES,
        "profiles": profiles(),
        "profile": shared.grants.profile,
        "headings": (
            Heading(2, "profile", shared.say("Profile")),
            Heading(2, "outcomes", shared.say("Outcomes")),
            Heading(2, "rules", shared.say("Rules")),
        ),
    }
