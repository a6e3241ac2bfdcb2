"""The groups of the index: by folder. Groups of one agent are merged, and large flat folders are split by
name prefix.

Groups of a single agent are one group at the end. A large group whose files lie flat is divided by the
beginnings of their names (``marketing-seo``, ``marketing-ads``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

from ..model.definitions import Agent

# Fewer single groups are no nuisance.
LEAST_SINGLE = 2
# A group that is larger is looked at for beginnings of names; so many agents must share one.
MOST_FLAT, LEAST_SHARED = 12, 3
SINGLE = "single"

# A page with more agents has its groups folded, but for the first with so many agents.
MOST_OPEN, FIRST_OPEN = 60, 24


@dataclass(frozen=True, slots=True)
class AgentGroup:
    """Agents below one heading."""

    anchor: str
    title: str
    agents: Sequence[Agent]
    group: str | None = None
    """The group of all its agents; ``None`` if it was put together from several."""
    anchors: tuple[str, ...] = ()
    """Other anchors that lead to it: those of groups that have no heading."""


@dataclass(frozen=True, slots=True)
class CardGroup:
    """The cards below one heading."""

    anchor: str
    title: str
    cards: Sequence[Mapping[str, Any]]
    note: str | None = None
    anchors: tuple[str, ...] = ()
    """As in ``AgentGroup``."""
    mixed: bool = False
    """Whether each card says of which group its agent is."""
    open: bool = True


def open_groups(groups: Iterable[CardGroup]) -> list[CardGroup]:
    """``groups``, of which only the first are open on a page with many cards."""
    every = list(groups)
    ends = list(accumulate(len(group.cards) for group in every))
    if not ends or ends[-1] <= MOST_OPEN:
        return every
    return [
        replace(group, open=end - len(group.cards) < FIRST_OPEN)
        for group, end in zip(every, ends, strict=True)
    ]


def arrange_groups(
    by_group: Mapping[str, Sequence[Agent]],
    anchors: Mapping[str, str],
    name_group: Callable[[str], str],
    single: str,
) -> list[AgentGroup]:
    """The groups in their order. ``name_group`` says what each is called, ``single`` the one of those
    that are alone."""
    alone = [name for name, agents in by_group.items() if len(agents) == 1]
    if len(alone) < LEAST_SINGLE:
        alone = []
    groups = [
        part
        for name, agents in by_group.items()
        if name not in alone
        for part in _divide(AgentGroup(anchors[name], name_group(name), agents, name))
    ]
    if alone:
        agents = [agent for name in alone for agent in by_group[name]]
        groups.append(AgentGroup(SINGLE, single, agents))
    return groups


def _divide(group: AgentGroup) -> list[AgentGroup]:
    """A flat group by the beginnings of its names, if most of its agents share one."""
    if len(group.agents) <= MOST_FLAT:
        return [group]
    counts = Counter(_get_prefix(agent) for agent in group.agents)
    shared = sorted(prefix for prefix, count in counts.items() if prefix and count >= LEAST_SHARED)
    rest = [agent for agent in group.agents if _get_prefix(agent) not in shared]
    if len(shared) < 2 or len(rest) > len(group.agents) / 2:
        return [group]
    named = group.title if group.group else ""
    parts = [
        AgentGroup(
            f"{group.anchor}--{prefix}",
            f"{named}: {prefix}-…" if named else f"{prefix}-…",
            [agent for agent in group.agents if _get_prefix(agent) == prefix],
            group.group,
        )
        for prefix in shared
    ]
    if rest:
        return [*parts, AgentGroup(group.anchor, group.title, rest, group.group)]
    first = parts[0]
    return [
        AgentGroup(first.anchor, first.title, first.agents, first.group, (group.anchor,)),
        *parts[1:],
    ]


def _get_prefix(agent: Agent) -> str:
    """What the name of the file begins with, before its first hyphen."""
    stem = agent.id.rpartition("/")[2]
    prefix, sign, _ = stem.partition("-")
    return prefix if sign else ""
