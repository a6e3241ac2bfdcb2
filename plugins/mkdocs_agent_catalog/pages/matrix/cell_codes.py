"""The matrix for its script: what each cell is and why, a letter a cell, with the key to the letters."""

from __future__ import annotations

import json
import string
from collections.abc import Iterator
from typing import Any

from ...addresses.urls import Href
from ...model.definitions import Agent
from ...runtimes import list_rules
from ...runtimes.rules import Decision
from ..decision_view import OUTCOMES, PAGE, STATES
from ..page import CatalogContext
from .cells import MatrixView, decide_cell, get_strongest_state
from .columns import Column

LETTERS = string.ascii_lowercase + string.ascii_uppercase + string.digits
Code = tuple[str, str, str, str]
"""What is declared, the words of the outcome, the rule that decided, and its caveats; several with blanks."""


class CellEncoder:
    """Gives each kind of cell a letter: what is declared, the outcome, the rule that decided, its caveats."""

    def __init__(self, shared: CatalogContext, view: MatrixView) -> None:
        self.shared, self.view = shared, view
        self.codes: dict[Code, str] = {}

    def encode_row(self, agent: Agent, columns: list[Column]) -> dict[str, str]:
        """``cells`` (a letter a column) and ``entries`` (JSON: the entries behind a cell, by its column)."""
        cells = "".join(self._assign_letter(self._encode_cell(agent, column)) for column in columns)
        return {
            "cells": cells,
            "entries": json.dumps(dict(_list_entries(agent, columns)), ensure_ascii=False),
        }

    def _assign_letter(self, code: Code) -> str:
        number = len(self.codes)
        return self.codes.setdefault(code, LETTERS[number] if number < len(LETTERS) else chr(0x100 + number))

    def _encode_cell(self, agent: Agent, column: Column) -> Code:
        pairs = column.uses.get(agent.id)
        if column.rare:
            return ("rare", "rare", "", "") if pairs else ("none", "not_declared", "", "")
        decision: Decision = decide_cell(self.shared, agent, column)
        if self.shared.is_reached_through_others(agent, column.thing, decision):
            return (pairs[0][1].state if pairs else "none", "through", decision.rule, "")
        state = get_strongest_state(pairs) if pairs else "none"
        return (state, " ".join(decision.words), decision.rule, " ".join(decision.caveats))

    def build_legend(self, columns: list[Column], titles: dict[str, str], href: Href) -> str:
        """What the script needs to draw and to explain the rows that were coded so far, as JSON."""
        say = self.shared.say
        used = sorted({id for *_, rule, caveats in self.codes for id in (rule, *caveats.split()) if id})
        key = {
            "view": self.view.name,
            "columns": [
                [
                    *(column.name, column.group, href(column.uri) if column.uri else ""),
                    *([True] if column.is_whole_group else []),
                ]
                for column in columns
            ],
            "groups": titles,
            "codes": {letter: list(code) for code, letter in self.codes.items()},
            "declared": {id: [sign, say(words)] for id, (sign, words) in STATES.items()},
            "effective": {id: [sign, say(words)] for id, (sign, words) in OUTCOMES.items()},
            "rules": {id: [say(list_rules()[id].says), list_rules()[id].source] for id in used},
            "grants": href(PAGE),
        }
        return json.dumps(key, ensure_ascii=False, separators=(",", ":"))


def _list_entries(agent: Agent, columns: list[Column]) -> Iterator[tuple[str, list[list[Any]]]]:
    for number, column in enumerate(columns):
        result = column.uses.get(agent.id) or ()
        objects = [[entry.rule, entry.span.line] for _, use in result for entry in use.grants]
        if objects:
            yield str(number), objects
