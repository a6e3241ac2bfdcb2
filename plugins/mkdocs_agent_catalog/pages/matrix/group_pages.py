"""A matrix that is too large for one table: a table of its groups, and pages with all cells of each group."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ...addresses.urls import DECLARED_MATRIX, EFFECTIVE_MATRIX
from ...model.catalog import Catalog
from ...model.definitions import Agent
from ...text.strings import slug, unique
from ..page import Shared
from ..pagination import Cut, Part, paginate
from .columns import MOST_COLUMNS, MOST_WIDE, Column, columns, count_columns, split_uses

DECLARED, EFFECTIVE = DECLARED_MATRIX, EFFECTIVE_MATRIX
# The head of a row, with all that a filter finds its agent by, takes the room of so many cells.
HEAD_CELLS = 5


@dataclass(frozen=True, slots=True)
class Table:
    """The table on one page of the matrix."""

    uri: str
    title: str
    agents: tuple[Agent, ...]
    catalog: Catalog
    """The tools and servers with the uses by these agents."""
    most_columns: int = MOST_COLUMNS
    whole: bool = True
    """It has all agents."""
    folded: bool = False
    """It shows the totals of each group, no cells of agents."""
    short: bool = False
    """It names no agents."""

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of the agents."""
        return tuple(dict.fromkeys(agent.group for agent in self.agents))

    def columns(self) -> list[Column]:
        """Its columns; none if there are too many groups for a table."""
        return columns(self.catalog, self.most_columns) if self.most_columns > 1 else []


def frame_files(shared: Shared) -> dict[tuple[str, str], str]:
    """The file for frames of each group (``take/groups.py``), by matrix and group, below the catalog."""
    taken: dict[str, int] = {}
    stems = {group: unique(slug(group) if group else "general", taken) for group in shared.by_group}
    views = [uri.removesuffix(".md") for uri in (DECLARED, EFFECTIVE)]
    return {(view, group): f"{view}/group/{stems[group]}/embed.html" for view in views for group in stems}


def is_folded(shared: Shared) -> bool:
    """Whether the groups have pages of their own, as one table cannot hold all agents."""
    return len(shared.catalog.agents) > _most_rows(shared, len(columns(shared.catalog)))


def whole_table(shared: Shared, uri: str, title: str, folded: bool) -> Table:
    """The table on the page of the matrix."""
    table = Table(uri, title, shared.catalog.agents, shared.catalog)
    if not folded:
        return table
    groups, limits = len(shared.by_group), shared.limits
    # A row for each group, two of heads and one of totals; a column of names and one of totals.
    width = 0 if groups > limits.groups else min(MOST_WIDE, limits.cells // (groups + 3) - 2)
    short = width < 2 or len(table.agents) > limits.cards
    return replace(table, most_columns=width, folded=True, short=short)


def group_pages(shared: Shared, uri: str, title: str) -> Cut[Agent]:
    """The pages of the groups below the page of the matrix at ``uri``."""
    groups = {agent.id: agent.group for agent in shared.catalog.agents}
    width = count_columns(shared.catalog, groups)
    apart = len(shared.by_group) <= shared.limits.groups
    sections = [
        replace(section, most=_most_rows(shared, min(width[name], MOST_WIDE)) if apart else 0)
        for name, section in zip(shared.by_group, shared.index.sections, strict=True)
    ]
    # Where groups share a page, each may have only one agent, and a row of totals beside it.
    most = max(1, _most_rows(shared, MOST_COLUMNS) // 2)
    return paginate(
        uri, title, sections, most, lambda agent: agent.title, "group", shared.say, apart=apart, always=True
    )


def group_tables(shared: Shared, pages: Cut[Agent]) -> Iterator[tuple[Table, Part[Agent]]]:
    """The table of each page of ``pages``."""
    keys = {agent.id: part.number for part in pages.parts for agent in part.entries}
    catalogs = split_uses(shared.catalog, keys)
    for part in pages.parts:
        table = Table(part.uri, part.title, tuple(part.entries), catalogs[part.number], whole=False)
        yield (replace(table, most_columns=MOST_WIDE) if len(part.sections) == 1 else table), part


def _most_rows(shared: Shared, width: int) -> int:
    """How many agents a table with so many columns holds."""
    return max(1, min(shared.limits.cards, shared.limits.cells // (width + HEAD_CELLS)))
