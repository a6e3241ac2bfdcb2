"""The agents that have a tool or a server, grouped by outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from ..addresses import urls
from ..addresses.urls import Href
from ..model.catalog import Tool, ToolUse
from ..model.definitions import Agent, ToolGrant
from ..permissions.capabilities import decide_tool
from ..runtimes import get_runtime_of, list_rules
from ..runtimes.rules import Decision, Word
from ..text.strings import capitalize_sentence
from .decision_view import OUTCOMES, PAGE, describe_words
from .page import CatalogContext
from .pagination import Section

ToolUser = tuple[Agent, Decision, tuple[ToolGrant, ...]]
"""An agent that has a tool, the decision about it, and the entries that name the tool."""
Decide = Callable[[Agent], Decision]
# Risk first: what a list gives, least limited, then what is inherited; whoever has it not stands last.
ORDER: tuple[Word, ...] = (
    "unenforced",
    "allowed",
    "enforced",
    "partial",
    "conditional",
    "guarded",
    "ask",
    "inherited",
    "unknown",
)


def describe_group(shared: CatalogContext, agent: Agent) -> str:
    """The group to name beside the agent: none where its runtime is the group, which is said otherwise,
    unless another agent has its name."""
    is_named = agent.title in shared.shared_titles or agent.group not in ("", get_runtime_of(agent).title)
    return shared.name_group(agent.group) if is_named else ""


def describe_agent(shared: CatalogContext, agent: Agent, href: Href, anchor: str = "") -> dict[str, Any]:
    """An agent in a list of them, as the macro ``agents`` shows it."""
    return {
        "name": agent.title,
        "group": describe_group(shared, agent),
        "href": href(urls.make_agent_uri(agent.id), anchor),
        "entries": (),
    }


def find_users(shared: CatalogContext, uses: Iterable[ToolUse], decide: Decide) -> list[ToolUser]:
    """Who has what ``uses`` are the entries of, by outcome."""
    entries = {use.agent: use.grants for use in uses}
    rows_by_key: dict[Word, list[ToolUser]] = {outcome: [] for outcome in (*ORDER, *OUTCOMES)}
    for agent in shared.catalog.agents:
        decision, named = decide(agent), entries.get(agent.id, ())
        # What is never available is worth a word only where somebody lists it.
        if decision.outcome != "not_declared" and (named or decision.outcome != "never"):
            rows_by_key[decision.word].append((agent, decision, named))
    return [row for have in rows_by_key.values() for row in have]


def find_tool_users(shared: CatalogContext, tool: Tool) -> list[ToolUser]:
    """Who has ``tool``, by outcome; of an older name of a tool, who lists that name."""
    users = find_users(shared, tool.uses, lambda agent: decide_tool(agent, tool, shared.grants))
    return [row for row in users if row[2]] if tool.is_former_name else users


def group_by_outcome(shared: CatalogContext, have: Sequence[ToolUser]) -> Iterator[Section[ToolUser]]:
    """A section for each outcome."""
    for outcome, some in groupby(have, _get_outcome):
        title = capitalize_sentence(shared.say(OUTCOMES[outcome][1]))
        yield Section(f"outcome-{outcome}", title, tuple(some))


def count_users(decisions: Iterable[Decision]) -> tuple[int, int]:
    """How many may use it otherwise than by inheriting it, and how many inherit it. Who has it under a
    condition, or guarded by a hook, has it all the same."""
    outcomes = [decision.outcome for decision in decisions if decision.is_usable]
    inherited = outcomes.count("inherited")
    return len(outcomes) - inherited, inherited


def count_outcomes(have: Iterable[ToolUser]) -> list[tuple[str, int]]:
    """How many have it, by the words of the outcome."""
    return [(OUTCOMES[outcome][1], number) for outcome, number in Counter(map(_get_outcome, have)).items()]


def build_outcomes(
    shared: CatalogContext, name: str, have: Sequence[ToolUser], href: Href
) -> list[dict[str, Any]]:
    """``have`` by outcome, and there by the rule that decided: each rule is said once, of all its agents.

    ``name`` is that of the tool: an entry that is nothing else is not repeated.
    """
    outcomes = []
    for outcome, some in groupby(have, _get_outcome):
        rules: dict[tuple[str, ...], list[ToolUser]] = {}
        for holder in some:
            rules.setdefault((holder[1].rule, *holder[1].words), []).append(holder)
        sign, words = OUTCOMES[outcome]
        reasons = sorted(rules.items(), key=lambda reason: -len(reason[1]))
        outcomes.append(
            {
                "outcome": outcome,
                "sign": sign,
                "words": words,
                "count": sum(map(len, rules.values())),
                "reasons": [_build_reason(shared, name, holders, href) for _rule, holders in reasons],
            }
        )
    return outcomes


def _list_entries(name: str, named: tuple[ToolGrant, ...]) -> tuple[str, ...]:
    return tuple(entry.rule for entry in named if entry.rule != name)


def _build_reason(
    shared: CatalogContext, name: str, holders: Sequence[ToolUser], href: Href
) -> dict[str, Any]:
    decision = holders[0][1]
    rule = list_rules()[decision.rule]
    others = tuple(word for word in decision.words if word != decision.word)
    return {
        "rule": rule,
        "href": href(PAGE, f"rule-{rule.id}"),
        "also": describe_words(others)[1] if others else "",
        "agents": [
            {**describe_agent(shared, agent, href, "tools"), "entries": _list_entries(name, named)}
            for agent, _decision, named in holders
        ],
    }


def _get_outcome(holder: ToolUser) -> Word:
    return holder[1].word
