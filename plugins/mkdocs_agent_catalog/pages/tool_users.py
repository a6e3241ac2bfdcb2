"""Who has a tool or a server, by what the rules make of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from ..addresses import urls
from ..addresses.urls import Href
from ..model.catalog import ToolUse
from ..model.definitions import Agent, ToolGrant
from ..runtimes import all_rules
from ..runtimes.rules import Decision, Outcome
from ..text.strings import sentence_case
from .decision_view import OUTCOMES, PAGE
from .page import Shared
from .pagination import Section

Holder = tuple[Agent, Decision, tuple[ToolGrant, ...]]
"""An agent that has a tool, the decision about it, and the entries that name the tool."""
Decide = Callable[[Agent], Decision]


def holding(shared: Shared, uses: Iterable[ToolUse], decide: Decide) -> list[Holder]:
    """Who has what ``uses`` are the entries of, by outcome."""
    entries = {use.agent: use.grants for use in uses}
    found: dict[Outcome, list[Holder]] = {outcome: [] for outcome in OUTCOMES}
    for agent in shared.catalog.agents:
        decision, named = decide(agent), entries.get(agent.id, ())
        # What is never available is worth a word only where somebody lists it.
        if decision.outcome != "not_declared" and (named or decision.outcome != "never"):
            found[decision.outcome].append((agent, decision, named))
    return [one for have in found.values() for one in have]


def by_outcome(shared: Shared, have: Sequence[Holder]) -> Iterator[Section[Holder]]:
    """A section for each outcome."""
    for outcome, some in groupby(have, _outcome):
        title = sentence_case(shared.say(OUTCOMES[outcome][1]))
        yield Section(f"outcome-{outcome}", title, tuple(some))


def shown(have: Sequence[Holder], href: Href) -> list[dict[str, Any]]:
    """``have`` as the templates show it: ``[{outcome, sign, words, agents}]``."""
    found = []
    for outcome, some in groupby(have, _outcome):
        sign, words = OUTCOMES[outcome]
        agents = [_shown(*holder, href) for holder in some]
        found.append({"outcome": outcome, "sign": sign, "words": words, "agents": agents})
    return found


def counts(have: Iterable[Holder]) -> list[tuple[str, int]]:
    """How many have it, by the words of the outcome."""
    return [(OUTCOMES[outcome][1], number) for outcome, number in Counter(map(_outcome, have)).items()]


def _outcome(holder: Holder) -> Outcome:
    return holder[1].outcome


def _shown(agent: Agent, decision: Decision, named: tuple[ToolGrant, ...], href: Href) -> dict[str, Any]:
    rule = all_rules()[decision.rule]
    return {
        "name": agent.title,
        "group": agent.group,
        "href": href(urls.agent(agent.id)),
        "rules": [grant.rule for grant in named],
        "where": [str(grant.span) for grant in named],
        "why": rule.id,
        "why_href": href(PAGE, f"rule-{rule.id}"),
    }
