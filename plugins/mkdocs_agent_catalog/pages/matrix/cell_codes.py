"""The matrix for its script: what each cell is and why, a letter a cell, with the key to the letters."""

from __future__ import annotations

import json
import string
from collections.abc import Iterator
from typing import Any

from ...addresses.urls import Href
from ...model.definitions import Agent
from ...runtimes import all_rules
from ...runtimes.rules import Decision
from ..decision_view import OUTCOMES, PAGE, STATES
from ..page import Shared
from .cells import View, decide
from .columns import Column

LETTERS = string.ascii_lowercase + string.ascii_uppercase + string.digits
Code = tuple[str, str, str]


class Coder:
    """Gives each kind of cell a letter: what is declared, the outcome, and the rule that decided."""

    def __init__(self, shared: Shared, view: View) -> None:
        self.shared, self.view = shared, view
        self.codes: dict[Code, str] = {}

    def row(self, agent: Agent, columns: list[Column]) -> dict[str, str]:
        """``cells`` (a letter a column) and ``entries`` (JSON: the entries behind a cell, by its column)."""
        cells = "".join(self._letter(self._code(agent, column)) for column in columns)
        return {"cells": cells, "entries": json.dumps(dict(_entries(agent, columns)), ensure_ascii=False)}

    def _letter(self, code: Code) -> str:
        number = len(self.codes)
        return self.codes.setdefault(code, LETTERS[number] if number < len(LETTERS) else chr(0x100 + number))

    def _code(self, agent: Agent, column: Column) -> Code:
        found = column.uses.get(agent.id)
        if column.rare:
            return ("rare", "rare", "") if found else ("none", "not_declared", "")
        decision: Decision = decide(self.shared, agent, column)
        return (found[0][1].state if found else "none", decision.outcome, decision.rule)

    def key(self, columns: list[Column], titles: dict[str, str], href: Href) -> str:
        """What the script needs to draw and to explain the rows that were coded so far, as JSON."""
        say = self.shared.say
        used = sorted({rule for _, _, rule in self.codes if rule})
        key = {
            "view": self.view.name,
            "columns": [[one.name, one.group, href(one.uri) if one.uri else ""] for one in columns],
            "groups": titles,
            "codes": {letter: list(code) for code, letter in self.codes.items()},
            "declared": {id: [sign, say(words)] for id, (sign, words) in STATES.items()},
            "effective": {id: [sign, say(words)] for id, (sign, words) in OUTCOMES.items()},
            "rules": {id: [say(all_rules()[id].says), all_rules()[id].source] for id in used},
            "grants": href(PAGE),
        }
        return json.dumps(key, ensure_ascii=False, separators=(",", ":"))


def _entries(agent: Agent, columns: list[Column]) -> Iterator[tuple[str, list[list[Any]]]]:
    for number, column in enumerate(columns):
        found = column.uses.get(agent.id) or ()
        shown = [[entry.rule, entry.span.line] for _, use in found for entry in use.grants]
        if shown:
            yield str(number), shown
