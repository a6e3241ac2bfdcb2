"""Finds the agents that inherit all tools, so that the matrix says so once and not in each cell."""

from __future__ import annotations

from collections import Counter

from ...model.definitions import Agent
from ...runtimes import get_runtime_of
from ..finder.facets import inherits_everything
from ..page import CatalogContext, once

LIMITED = frozenset({"denied", "ask", "partial", "enforced", "unenforced", "guarded"})
"""Outcomes of a tool that are less than all of it: a row with one of them shows its cells."""


@once
def list_plain_inheritors(shared: CatalogContext) -> frozenset[str]:
    """The agents (ids) that inherit all tools, just those that most agents of their runtime inherit."""
    inheritors = [agent for agent in shared.catalog.agents if inherits_everything(shared, agent)]
    outcomes = {agent.id: _decide_tools(shared, agent) for agent in inheritors}
    counts: dict[str, Counter[tuple[str, ...]]] = {}
    for agent in inheritors:
        counts.setdefault(agent.dialect, Counter())[outcomes[agent.id]] += 1
    usual = {runtime: counter.most_common(1)[0][0] for runtime, counter in counts.items()}
    return frozenset(
        agent.id
        for agent in inheritors
        if outcomes[agent.id] == usual[agent.dialect]
        and LIMITED.isdisjoint(" ".join(outcomes[agent.id]).split())
    )


def _decide_tools(shared: CatalogContext, agent: Agent) -> tuple[str, ...]:
    names = get_runtime_of(agent).current_tools
    return tuple(" ".join(shared.grants.decide(agent, name).words) for name in names)
