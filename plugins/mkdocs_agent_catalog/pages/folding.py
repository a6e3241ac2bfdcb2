"""A matrix that is too large for one table: a table of its groups, and pages with all cells of each group."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from ..model import Agent
from ..text import slug, unique
from . import parts
from .columns import MOST_CELLS, MOST_COLUMNS, Column, Used, columns
from .finding import facets, words
from .page import Shared
from .parts import CELL, MOST_APART, Cut, Measure, Part, cut, size

DECLARED, EFFECTIVE = "matrix.md", "matrix/effective.md"
# How many columns a table may have whose rows are drawn when they are asked for.
MOST_WIDE = 150
# Bytes of a row, of a cell with a sign and of an entry behind one, without what they say; of a group's totals
# and its frame.
ROW, SIGN, ENTRY, GROUP = 440, 85, 45, 900


@dataclass(frozen=True, slots=True)
class Table:
    """One page of the matrix: ``whole`` is that of all agents, ``folded`` a table of groups, ``short`` one
    that names no agents."""

    uri: str
    title: str
    agents: tuple[Agent, ...]
    whole: bool = True
    folded: bool = False
    short: bool = False

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of the agents."""
        return tuple(dict.fromkeys(one.group for one in self.agents))


def frame_files(shared: Shared) -> dict[tuple[str, str], str]:
    """The file for frames of each group (``take/groups.py``), by matrix and group, below the catalog."""
    taken: dict[str, int] = {}
    stems = {group: unique(slug(group) if group else "general", taken) for group in shared.by_group}
    views = [uri.removesuffix(".md") for uri in (DECLARED, EFFECTIVE)]
    return {(view, group): f"{view}/group/{stems[group]}/embed.html" for view in views for group in stems}


def is_folded(shared: Shared) -> bool:
    """Whether the groups have pages of their own, as one table cannot hold all agents."""
    agents, width = shared.catalog.agents, len(columns(shared.catalog))
    if len(agents) * width > MOST_CELLS:
        return True
    return sum(_weight(shared, one, width) for one in agents) + GROUP * len(shared.by_group) > parts.ROOM


def is_short(shared: Shared) -> bool:
    """Whether a table that is folded cannot hold a row for each agent."""
    rows = sum(_row(shared, one) for one in shared.catalog.agents)
    return rows + (MOST_WIDE + GROUP) * len(shared.by_group) > parts.ROOM


def folds(shared: Shared, uri: str, title: str) -> Cut[Agent]:
    """The pages of the groups, as many for each as its rows need."""
    key = f"{uri} {title}"
    if key not in shared.cuts:
        apart = len(shared.by_group) <= MOST_APART
        widths = dict.fromkeys(shared.by_group, MOST_COLUMNS)
        if apart:
            widths = {name: len(columns_of(shared, (name,))) for name in shared.by_group}
        # A group has a row of totals, and the table another.
        totals = (max(widths.values(), default=0) + 2) * CELL * (2 if apart else 1)
        how: Measure[Agent] = Measure(
            lambda one: _weight(shared, one, widths[one.group]),
            lambda one: one.title,
            apart=True,
            smaller=1,
            always=True,
            around=totals,
        )
        shared.cuts[key] = cut(uri, title, shared.sections(), how, "group", shared.say)
    return shared.cuts[key]


def table_of(part: Part[Agent]) -> Table:
    """The table on the page ``part`` of ``folds``."""
    return Table(part.uri, part.title, tuple(one for held in part.sections for one in held.entries), False)


def columns_of(shared: Shared, groups: Sequence[str], agents: Collection[str] | None = None) -> list[Column]:
    """The columns for agents of these groups: as many as a table holds that is drawn when it is asked for, or
    of several groups as many as any table has."""
    if len(groups) == 1:
        return columns(shared.part(groups[0]), MOST_WIDE, agents)
    held = [shared.part(group) for group in groups]
    tools, servers = (
        (one for part in held for one in part.tools),
        (one for part in held for one in part.servers),
    )
    merged = replace(shared.catalog, tools=_together(tools), servers=_together(servers))
    return columns(merged, MOST_COLUMNS, agents)


def _together(things: Iterable[Used]) -> tuple[Used, ...]:
    """Tools or servers of several groups, each once with all of its uses."""
    found: dict[str, list[Used]] = {}
    for one in things:
        found.setdefault(one.id, []).append(one)
    merged = (found[id] for id in sorted(found))
    return tuple(replace(same[0], uses=tuple(use for one in same for use in one.uses)) for same in merged)


def width_of_groups(shared: Shared) -> int:
    """How many columns a table has room for that has a row for each group; none if they are too many."""
    groups = len(shared.by_group)
    cells = min(MOST_CELLS, parts.ROOM // CELL)
    return 0 if groups > MOST_APART else min(MOST_WIDE, cells // (groups + 3) - 2)


def _row(shared: Shared, agent: Agent) -> int:
    """About how many bytes the row of an agent takes without its cells; asked for by every table."""
    if agent.id not in shared.rows:
        shared.rows[agent.id] = _row_of(shared, agent)
    return shared.rows[agent.id]


def _row_of(shared: Shared, agent: Agent) -> int:
    found = facets(shared, agent)
    entries = sum(ENTRY + size(one.rule) for one in agent.access.every)
    said = ("|".join(one) for one in found.values())
    names = (agent.title, agent.source.path, agent.id, quote(agent.id))
    return ROW + entries + size(*names, words(shared, agent), *said)


def _weight(shared: Shared, agent: Agent, width: int) -> int:
    """The same with as many cells; it counts for as much as its share of the cells that a page may have."""
    listed = agent.access.every
    signs = width if shared.grants.basis(agent) != "not-listed" else min(width, len(listed))
    cells = SIGN * signs + 9 * (width - signs) + sum(2 * size(one.rule) for one in listed)
    return max((width + 2) * CELL, _row(shared, agent) + cells)
