"""The agents of other catalogs in the files of the matrix: the outcome of each entry, as published."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.catalog import Tool
from ...model.other_catalogs import OtherAgent
from ..finder.other_agents import Placed, list_others
from ..other_catalogs import list_inherited_tools
from ..page import CatalogContext
from .group_pages import is_folded
from .other_rows import get_row_id


def list_table_others(shared: CatalogContext) -> list[Placed]:
    """Those that are in the one table, as that has room for them."""
    return [] if not shared.catalog.other_catalogs or is_folded(shared) else list_others(shared)


def list_more_tools(others: Iterable[Placed], own: list[Tool]) -> list[str]:
    """The names of tools that are not those of a column."""
    names = {
        tool.name
        for _other, agent in others
        for tool in agent.entries
        if not any(_is_same(column, agent, tool.name) for column in own)
    }
    return sorted(names)


def _is_same(column: Tool, agent: OtherAgent, name: str) -> bool:
    return column.name == name and column.runtime in ("", agent.runtime)


def build_csv_row(shared: CatalogContext, placed: Placed, own: list[Tool], more: list[str]) -> list[str]:
    """The row of an agent: what comes of the tools of ``own``, and of those that are called ``more``."""
    other, agent = placed
    outcomes = dict.fromkeys(list_inherited_tools(shared, agent), "inherited")
    for tool in agent.entries:
        limit = tool.rule.removeprefix(tool.name)
        outcomes[tool.name] = f"{tool.outcome} {limit}".strip()
    if agent.not_loaded:
        outcomes = {}
    cells = [outcomes.get(tool.name, "") if _is_same(tool, agent, tool.name) else "" for tool in own]
    name = other.source.title
    return [
        name,
        agent.group,
        agent.name,
        get_row_id(agent),
        *cells,
        *(outcomes.get(name, "") for name in more),
    ]
