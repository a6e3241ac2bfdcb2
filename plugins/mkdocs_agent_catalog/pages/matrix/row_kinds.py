"""What rows of the matrix have in common: most agents have the tools of others, and so the same cells."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from ...model.catalog import ToolUse
from ...model.definitions import Agent, ToolGrant
from ..page import CatalogContext
from .cells import Cell, MatrixView
from .columns import Column

_Key = tuple[Hashable, ...]


class RowKinds:
    """The kinds of rows that a view has in these columns, as numbers; what a kind shows is made once."""

    def __init__(self, shared: CatalogContext, view: MatrixView, columns: list[Column]) -> None:
        self.shared, self.view, self.columns = shared, view, columns
        self._numbers: dict[_Key, int] = {}
        self._kinds: dict[str, int] = {}
        self._cells: dict[int, list[Cell]] = {}
        self._counts: dict[int, list[bool]] = {}

    def find_kind(self, agent: Agent) -> int:
        """The same number for agents that have all in common that their cells depend on."""
        if agent.id not in self._kinds:
            key = self._make_key(agent)
            self._kinds[agent.id] = self._numbers.setdefault(key, len(self._numbers))
        return self._kinds[agent.id]

    def _make_key(self, agent: Agent) -> _Key:
        access, id = agent.access, agent.id
        return (
            self.shared.grants.get_policy_number(agent),
            access.base,
            access.grants is None,
            *(_list_parts(entries) for entries in (access.grants or (), access.denied, access.ignored)),
            tuple(indirect.id for indirect in self.shared.through[id]),
            self._list_reachable(agent),
            tuple(_list_uses(column.uses[id]) if id in column.uses else () for column in self.columns),
            tuple(_list_uses(column.retired.get(id, ())) for column in self.columns if column.retired),
        )

    def _list_reachable(self, agent: Agent) -> _Key:
        named, is_anybody = self.shared.delegation.list_reachable(agent)
        return (is_anybody, *(other.id for other in named))

    def build_cells(self, agent: Agent) -> list[Cell]:
        """The cells of the row of ``agent``."""
        kind = self.find_kind(agent)
        if kind not in self._cells:
            self._cells[kind] = [self.view.build_cell(agent, column) for column in self.columns]
        return self._cells[kind]

    def list_counts(self, agent: Agent) -> list[bool]:
        """For each column, whether ``agent`` counts in it."""
        kind = self.find_kind(agent)
        if kind not in self._counts:
            self._counts[kind] = [self.view.counts(agent, column) for column in self.columns]
        return self._counts[kind]


def _list_uses(uses: Iterable[tuple[str, ToolUse]]) -> _Key:
    return tuple((name, use.state, _list_parts(use.grants)) for name, use in uses)


def _list_parts(entries: Iterable[ToolGrant]) -> _Key:
    """Everything of ``entries`` but where they stand."""
    return tuple(
        (entry.rule, entry.tool, entry.effect, entry.key, entry.specifier, entry.server, entry.pattern)
        for entry in entries
    )
