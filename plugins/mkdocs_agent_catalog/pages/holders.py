"""Who has a tool or a server, by what the rules make of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import quote

from .. import urls
from ..linked import ToolUse
from ..model import Agent, ToolGrant
from ..rules import Decision, Outcome, rules
from ..text import sentence_case
from ..urls import Href
from . import parts
from .page import Shared
from .parts import AROUND, Section, size
from .proof import OUTCOMES, PAGE

Holder = tuple[Agent, Decision, tuple[ToolGrant, ...]]
"""An agent that has a tool, the decision about it, and the entries that name the tool."""
Decide = Callable[[Agent], Decision]
# Bytes of a holder, and of an entry, without what they say.
LINE, RULE = 175, 15


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


def fit(shared: Shared, uses: Iterable[ToolUse], others: Iterable[ToolUse] = (), fixed: int = 0) -> bool:
    """Whether all agents would fit on one page, with their entries of ``uses`` and once more for each of
    ``others``: then nobody needs to decide about them yet."""
    agents = shared.catalog.by_id
    shared.lines = shared.lines or sum(weight((one, _NOTHING, ())) for one in shared.catalog.agents)
    more = sum(_rules(use.grants) for use in uses if use.grants)
    more += sum(weight((agents["agent", use.agent], _NOTHING, use.grants)) for use in others)
    return fixed + shared.lines + more + AROUND * len(OUTCOMES) <= parts.ROOM


def weight(holder: Holder) -> int:
    """About how many bytes a holder takes."""
    agent, decision, named = holder
    rule = 2 * len(decision.rule)
    where = size(str(named[0].span)) if named else 0
    return LINE + rule + where + size(agent.title, agent.group, quote(agent.id)) + _rules(named)


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


def _rules(entries: Iterable[ToolGrant]) -> int:
    return sum(RULE + size(entry.rule) for entry in entries)


def _shown(agent: Agent, decision: Decision, named: tuple[ToolGrant, ...], href: Href) -> dict[str, Any]:
    rule = rules()[decision.rule]
    return {
        "name": agent.title,
        "group": agent.group,
        "href": href(urls.agent(agent.id)),
        "rules": [grant.rule for grant in named],
        "where": [str(grant.span) for grant in named],
        "why": rule.id,
        "why_href": href(PAGE, f"rule-{rule.id}"),
    }


# For who was not decided about, with a rule as long as the longest.
_NOTHING = Decision("not_declared", "-" * 30)
