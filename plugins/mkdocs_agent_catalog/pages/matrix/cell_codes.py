"""The matrix as compact data for its script: one letter a cell, and a legend of the letters."""

from __future__ import annotations

import json
import string
from collections.abc import Iterator
from typing import Any

from ...addresses.urls import Href
from ...linking.name_index import list_address_names
from ...model.definitions import Agent
from ...permissions.capabilities import decide_server
from ...runtimes import get_runtime_of, list_rules
from ..decision_view import OUTCOMES, PAGE, STATES
from ..page import CatalogContext, once
from ..removed import locate_published
from .cells import Cell, decide_cell, get_strongest_state, is_reached_through_others
from .columns import GROUP_CAPABILITIES, Column
from .row_kinds import RowKinds

LETTERS = string.ascii_lowercase + string.ascii_uppercase + string.digits
MOST_REMOVED = 500
Code = tuple[str, str, str, str, str, str, str, bool, bool]
"""What is declared, the words of the outcome, the rule that decided, and its caveats, several with blanks;
state, sign and words of the cell; whether it tells its entries, and whether its agent counts as one that has
the tool."""


@once
def _find_moved_agents(shared: CatalogContext) -> dict[str, str]:
    """The id of each agent by the ids that it had before: copied addresses of the matrix hold them."""
    entries = [entry for entry in shared.catalog.ledger.now.entries if entry.kind == "agent"]
    there = {entry.id: entry for entry in entries if entry.gone is None}
    former = ((id, now) for now, entry in there.items() for id in list_address_names(entry))
    return {id: now for id, now in former if id not in there}


@once
def _find_removed_agents(shared: CatalogContext) -> dict[str, tuple[str, str]]:
    """Name and page of the agents that were removed last, by the ids that they had and no agent has today."""
    entries = shared.catalog.ledger.now.entries
    removed = [entry for entry in entries if entry.kind == "agent" and entry.gone is not None]
    removed.sort(key=lambda entry: str(entry.gone))
    return {
        id: (entry.name, locate_published(shared, entry)[0])
        for entry in removed[-MOST_REMOVED:]
        for id in list_address_names(entry)
        if ("agent", id) not in shared.catalog.by_id
    }


class CellEncoder:
    """Gives each kind of cell a letter."""

    def __init__(self, shared: CatalogContext, rows: RowKinds) -> None:
        self.shared, self.rows = shared, rows
        self.codes: dict[Code, str] = {}
        self.unnamed: dict[tuple[str, ...], int] = {}
        self._rows: dict[int, dict[str, str]] = {}

    def encode_row(self, agent: Agent) -> dict[str, str]:
        """``cells`` (a letter a column), ``entries`` (JSON: the entries behind a cell, by its column), and
        ``rest`` (the number of the list of tools without a column that the agent inherits)."""
        kind = self.rows.find_kind(agent)
        if kind not in self._rows:
            self._rows[kind] = self._encode_kind(agent)
        entries = dict(_list_entries(agent, self.rows.columns))
        return {
            **self._rows[kind],
            "entries": json.dumps(entries, ensure_ascii=False) if entries else "",
        }

    def _encode_kind(self, agent: Agent) -> dict[str, str]:
        columns = self.rows.columns
        row = zip(columns, self.rows.build_cells(agent), self.rows.list_counts(agent), strict=True)
        letters = [self._assign_letter(self._encode_cell(agent, *parts)) for parts in row]
        unnamed = self._list_unnamed(agent, columns)
        return {
            "rest": str(self.unnamed.setdefault(unnamed, len(self.unnamed))) if unnamed else "",
            "cells": "".join(letters),
        }

    def _list_unnamed(self, agent: Agent, columns: list[Column]) -> tuple[str, ...]:
        """The tools and MCP servers that the agent inherits and that have no column: few files or none name
        them."""
        grants = self.shared.grants
        if grants.has_allowlist(agent) or not grants.can_start(agent):
            return ()
        named = {column.thing.name for column in columns if column.thing}
        tools = [name for name in get_runtime_of(agent).current_tools if name not in named]
        servers = [server for server in self.shared.catalog.servers if server.name not in named]
        return (
            *(name for name in tools if grants.decide(agent, name).is_usable),
            *(f"{server.name} (MCP)" for server in servers if decide_server(agent, server, grants).is_usable),
        )

    def encode_published(self, cells: list[Cell]) -> dict[str, str]:
        """The same for an agent of another catalog, of which no rule of ours decides."""
        letters, entries = [], {}
        for number, cell in enumerate(cells):
            state, rules = cell["state"], cell.get("rules", ())
            words = ("+", "") if state == "rare" else (cell["sign"], cell["words"])
            outcome = "" if state in ("none", "rare") else state
            code = (
                "published",
                outcome,
                "",
                "",
                state,
                *words,
                bool(cell["entries"]),
                cell.get("has", False),
            )
            letters.append(self._assign_letter(code))
            if rules:
                entries[str(number)] = [[rule, 0] for rule in rules]
        text = json.dumps(entries, ensure_ascii=False) if entries else ""
        return {"rest": "", "cells": "".join(letters), "entries": text}

    def _list_former_names(self) -> dict[str, str]:
        """The current name by each old name that a runtime still takes for the tool that starts agents."""
        return {
            old: runtime.agent_tools[0]
            for runtime in self.shared.runtimes
            for old in runtime.agent_tools[1:]
            if runtime.tools[old].successor == runtime.agent_tools[0]
        }

    def _assign_letter(self, code: Code) -> str:
        number = len(self.codes)
        return self.codes.setdefault(code, LETTERS[number] if number < len(LETTERS) else chr(0x100 + number))

    def _encode_cell(self, agent: Agent, column: Column, cell: Cell, has: bool) -> Code:
        words = ("", "+") if cell["state"] == "rare" else (cell["words"], cell["sign"])
        drawn = (cell["state"], words[1], words[0], bool(cell["entries"]), has)
        pairs = column.uses.get(agent.id)
        if column.rare:
            return ("rare" if pairs else "none", "", "", "", *drawn)
        decision = decide_cell(self.shared, agent, column)
        state = get_strongest_state(pairs) if pairs else "none"
        if is_reached_through_others(self.shared, agent, column, decision):
            return (state, "through", decision.rule, "", *drawn)
        return (state, " ".join(decision.words), decision.rule, " ".join(decision.caveats), *drawn)

    def build_legend(self, titles: dict[str, str], href: Href) -> str:
        """What the script needs to draw and to explain the rows that were coded so far, as JSON."""
        say = self.shared.say
        used = sorted({id for code in self.codes for id in (code[2], *code[3].split()) if id})
        key = {
            "columns": [
                [column.name, column.group, href(column.uri) if column.uri else "", column.can]
                + ([column.is_whole_group, say(column.words)] if column.words else [])
                for column in self.rows.columns
            ],
            "groups": {id: [title, GROUP_CAPABILITIES.get(id, "")] for id, title in titles.items()},
            "codes": {letter: list(code) for code, letter in self.codes.items()},
            "declared": {id: say(words) for id, (_, words) in STATES.items()},
            "effective": {id: say(words) for id, (_, words) in OUTCOMES.items()},
            "rules": {id: [say(list_rules()[id].says), say(list_rules()[id].source)] for id in used},
            "grants": href(PAGE),
            "unnamed": list(self.unnamed),
            "former": self._list_former_names(),
            "moved": _find_moved_agents(self.shared),
            "gone": {id: [name, href(uri)] for id, (name, uri) in _find_removed_agents(self.shared).items()},
        }
        return json.dumps(key, ensure_ascii=False, separators=(",", ":"))


def _list_entries(agent: Agent, columns: list[Column]) -> Iterator[tuple[str, list[list[Any]]]]:
    for number, column in enumerate(columns):
        result = column.uses.get(agent.id) or ()
        objects = [[entry.rule, entry.span.line] for _, use in result for entry in use.grants]
        if objects:
            yield str(number), objects
