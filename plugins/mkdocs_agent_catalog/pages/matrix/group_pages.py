"""A matrix that is too large for one table: a table of its groups, and pages with the cells of each group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ...addresses.urls import DIFFERENCE_MATRIX
from ...model.catalog import Catalog
from ...model.definitions import Agent
from ...text.strings import make_slug, make_unique
from ..finder.other_agents import Placed, list_others
from ..page import CatalogContext
from ..pagination import ListPage, PaginatedList, Section, paginate
from .columns import (
    MOST_COLUMNS,
    MOST_WIDE,
    Column,
    add_group_columns,
    build_columns,
    count_columns,
    split_uses,
)
from .other_rows import add_others, get_row_id

# Where the frames of each view are: pages of others show them, so they stay where they were before what holds
# became the first view.
EMBED_FOLDERS = {"effective": "matrix/effective", "declared": "matrix"}
# The head of a row, with all that a filter finds its agent by, takes the room of so many cells.
HEAD_CELLS = 5


@dataclass(frozen=True, slots=True)
class MatrixTable:
    """The table on one page of the matrix."""

    uri: str
    title: str
    agents: tuple[Agent, ...]
    catalog: Catalog
    """The tools and servers with the uses by these agents."""
    most_columns: int = MOST_COLUMNS
    folded: bool = False
    """It shows the totals of each group, no cells of agents."""
    short: bool = False
    """It names no agents."""
    left: int = 0
    """How many more agents there are than it has room for."""
    others: tuple[Placed, ...] = ()
    """The agents of other catalogs."""
    pages: PaginatedList[Any] | None = None
    """The pages that it is one of, or leads to."""
    part: ListPage[Any] | None = None
    """Which of them it is on; ``None`` if it has all agents."""
    cells_at: Mapping[str, str] = field(default_factory=dict)
    """The pages with the cells of the agents (the ids of their rows) that it has no cells of."""

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of the agents."""
        return tuple(dict.fromkeys(agent.group for agent in self.agents))

    def build_columns(self) -> list[Column]:
        """Its columns; none if there are too many groups for a table."""
        if self.most_columns <= 1:
            return []
        return add_group_columns(self.catalog, build_columns(self.catalog, self.most_columns))


def list_embed_paths(shared: CatalogContext) -> dict[tuple[str, str], str]:
    """The file for frames of each group (``take/groups.py``), by matrix and group, below the catalog."""
    taken: dict[str, int] = {}
    stems = {group: make_unique(make_slug(group) if group else "general", taken) for group in shared.by_group}
    return {
        (view, group): f"{folder}/group/{stem}/embed.html"
        for view, folder in EMBED_FOLDERS.items()
        for group, stem in stems.items()
    }


def is_folded(shared: CatalogContext, has_others: bool = True) -> bool:
    """Whether the groups have pages of their own, as one table cannot hold all agents. ``has_others``: those
    of other catalogs, too."""
    catalog = add_others(shared) if has_others else shared.catalog
    rows = len(catalog.agents) + (len(list_others(shared)) if has_others else 0)
    return rows > _count_most_rows(shared, len(build_columns(catalog)))


def build_tables(shared: CatalogContext, uri: str, title: str, has_others: bool) -> Iterator[MatrixTable]:
    """The table on the page of the matrix at ``uri``, and on each page below it. ``has_others``: with the
    agents of other catalogs."""
    table = MatrixTable(uri, title, shared.catalog.agents, shared.catalog)
    if has_others:
        table = replace(table, catalog=add_others(shared), others=tuple(list_others(shared)))
    if not is_folded(shared, has_others):
        yield table
        return
    pages = group_pages(shared, uri, title)
    others = _page_others(shared, uri, title) if has_others else None
    cells_at = {agent.id: part.uri for part in pages.parts for agent in part.entries}
    if others:
        cells_at |= {get_row_id(agent): part.uri for part in others.parts for _other, agent in part.entries}
    groups, limits = len(shared.by_group), shared.limits
    if has_others:
        groups += len(shared.catalog.other_catalogs)
    # A row for each group, two of heads and one of totals; a column of names and one of totals.
    width = 0 if groups > limits.groups else min(MOST_WIDE, limits.cells // (groups + 3) - 2)
    short = width < 2 or len(table.agents) + len(table.others) > limits.cards
    yield replace(table, most_columns=width, folded=True, short=short, pages=pages, cells_at=cells_at)
    yield from _build_group_tables(shared, pages)
    yield from _build_other_tables(shared, others) if others else ()


def build_difference_table(shared: CatalogContext, title: str, agents: list[Agent]) -> MatrixTable:
    """The table of the ``agents`` of which something else holds than their files say, as many as fit."""
    keys = {agent.id: False for agent in shared.catalog.agents} | {agent.id: True for agent in agents}
    catalog = split_uses(shared.catalog, keys).get(True, shared.catalog)
    most = _count_most_rows(shared, len(build_columns(catalog)))
    left = max(0, len(agents) - most)
    return MatrixTable(DIFFERENCE_MATRIX, title, tuple(agents[:most]), catalog, left=left)


def group_pages(shared: CatalogContext, uri: str, title: str) -> PaginatedList[Agent]:
    """The pages of the groups below the page of the matrix at ``uri``."""
    groups = {agent.id: agent.group for agent in shared.catalog.agents}
    width = count_columns(shared.catalog, groups)
    apart = len(shared.by_group) <= shared.limits.groups
    sections = [
        replace(section, most=_count_most_rows(shared, min(width[name], MOST_WIDE)) if apart else 0)
        for name, section in zip(shared.by_group, shared.index.sections, strict=True)
    ]
    # Where groups share a page, each may have only one agent, and a row of totals beside it.
    most = max(1, _count_most_rows(shared, MOST_COLUMNS) // 2)
    return paginate(
        uri, title, sections, most, lambda agent: agent.title, "group", shared.say, apart=apart, always=True
    )


def _build_group_tables(shared: CatalogContext, pages: PaginatedList[Agent]) -> Iterator[MatrixTable]:
    keys = {agent.id: part.number for part in pages.parts for agent in part.entries}
    catalogs = split_uses(shared.catalog, keys)
    for part in pages.parts:
        most = MOST_WIDE if len(part.sections) == 1 else MOST_COLUMNS
        agents, catalog = tuple(part.entries), catalogs[part.number]
        yield MatrixTable(part.uri, part.title, agents, catalog, most, pages=pages, part=part)


def _page_others(shared: CatalogContext, uri: str, title: str) -> PaginatedList[Placed]:
    """The pages of the other catalogs below the page of the matrix at ``uri``."""
    agents: dict[str, list[Placed]] = {}
    for other, agent in list_others(shared):
        agents.setdefault(other.id, []).append((other, agent))
    sections = [
        Section(f"repository-{id}", placed[0][0].source.title, placed, id) for id, placed in agents.items()
    ]
    most = _count_most_rows(shared, MOST_COLUMNS)
    return paginate(
        uri,
        title,
        sections,
        most,
        lambda placed: placed[1].name,
        "repository",
        shared.say,
        apart=True,
        always=True,
    )


def _build_other_tables(shared: CatalogContext, pages: PaginatedList[Placed]) -> Iterator[MatrixTable]:
    keys = {agent.id: 0 for agent in shared.catalog.agents}
    keys |= {get_row_id(agent): part.number for part in pages.parts for _other, agent in part.entries}
    catalogs = split_uses(add_others(shared), keys)
    for part in pages.parts:
        others, catalog = tuple(part.entries), catalogs[part.number]
        yield MatrixTable(part.uri, part.title, (), catalog, others=others, pages=pages, part=part)


def _count_most_rows(shared: CatalogContext, width: int) -> int:
    """How many agents a table with so many columns holds."""
    return max(1, min(shared.limits.cards, shared.limits.cells // (width + HEAD_CELLS)))
