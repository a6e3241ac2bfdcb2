"""What fills the cells of the matrix: what the files declare, or what the rules make of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from ...linking.tool_usage import tool_name
from ...model.catalog import McpServer, ToolUse
from ...model.definitions import Agent, ToolGrant
from ...model.mcp_tool_names import shorten
from ...permissions.capabilities import of_server
from ...runtimes.rules import Decision
from ...text.i18n import Words, say
from ...text.i18n import marked as _
from ..decision_view import OUTCOMES, STATES
from ..page import Shared
from .columns import Column

MOST_RARE = 6
Cell = dict[str, Any]


class View(Protocol):
    """What fills the matrix. ``lead`` and ``total_words`` are texts of ours, in English."""

    name: str
    legend: Mapping[str, tuple[str, str]]
    lead: str
    total_words: str

    def row(self, agent: Agent) -> tuple[str, str]:
        """The words of a row in one cell (empty: it has cells of its own) and its total."""

    def cell(self, agent: Agent, column: Column) -> Cell:
        """One cell: state, sign, words for a screen reader, and what is shown below the sign."""

    def has(self, agent: Agent, column: Column) -> bool:
        """Whether the agent counts in the column's total."""


class Declared:
    """What the files say."""

    name = "declared"
    legend: Mapping[str, tuple[str, str]] = {n: shown for n, shown in STATES.items() if n != "pattern"}
    lead = _(
        "What the files of the agents say about tools. What holds when an agent runs is the effective matrix."
    )
    total_words = _("Granted by name")

    def __init__(self, shared: Shared) -> None:
        self.say = shared.say

    def row(self, agent: Agent) -> tuple[str, str]:
        access, say = agent.access, self.say
        if agent.document.error:
            return "? " + say("not known: the file cannot be read"), "?"
        if access.null:
            return "? " + say("not known: `tools` has no value"), "?"
        denied = {grant.tool for grant in access.denied}
        named = {grant.tool for grant in access.grants or () if grant.tool != "*"} - denied
        total = say("all") if access.inherits else str(len(named))
        if access.denied or access.ignored:
            return "", total
        if access.inherits and access.grants:
            return "↓ " + say("every tool of the session (the file asks for all)"), total
        if access.inherits:
            return "↓ " + say("every tool of the session (no tools declared)"), total
        return "" if access.grants else "∅ " + say("no tools (the list is empty)"), total

    def cell(self, agent: Agent, column: Column) -> Cell:
        found = column.uses.get(agent.id)
        if not found:
            return _EMPTY
        if column.rare:
            return _rare([_declared_words(name, use, self.say) for name, use in found], self.say)
        name, use = found[0]
        sign, words = STATES[use.state]
        said = use.state in ("specifier", "pattern") or any(grant.rule != name for grant in use.grants)
        return _cell(use.state, sign, self.say(words), use.grants if said else ())

    def has(self, agent: Agent, column: Column) -> bool:
        return any(use.state in _GIVEN for _, use in column.uses.get(agent.id) or ())


class Effective:
    """What the rules make of it."""

    name = "effective"
    legend: Mapping[str, tuple[str, str]] = {n: s for n, s in OUTCOMES.items() if n != "not_declared"}
    lead = _("Which agents can really use which tool when they run, by the rules of the runtime.")
    total_words = _("Can use it")

    def __init__(self, shared: Shared) -> None:
        self.shared, self.say = shared, shared.say

    def row(self, agent: Agent) -> tuple[str, str]:
        grants = self.shared.grants
        if not grants.listed(agent):
            return "", "?" if grants.is_base_unknown(agent) else self.say("all")
        named = {tool_name(agent, one): one for one in agent.access.grants or ()}
        reaching = sum(1 for one in named.values() if grants.of_entry(agent, one).is_usable)
        return "", str(reaching + len(grants.turned_on(agent)))

    def cell(self, agent: Agent, column: Column) -> Cell:
        found = column.uses.get(agent.id) or ()
        if column.rare:
            named = [self._rare_words(agent, name, use) for name, use in found]
            return _rare(named, self.say) if found else _EMPTY
        decision = decide(self.shared, agent, column)
        if decision.outcome == "not_declared" or (decision.outcome == "never" and not found):
            return _EMPTY
        sign, words = OUTCOMES[decision.outcome]
        entries = found[0][1].grants if found and decision.outcome in ("unenforced", "enforced") else ()
        return _cell(decision.outcome, sign, self.say(words), entries)

    def _rare_words(self, agent: Agent, name: str, use: ToolUse) -> str:
        outcome = self.shared.grants.of_entry(agent, use.grants[0]).outcome
        rules = ", ".join(dict.fromkeys(one.rule for one in use.grants))
        return rules if outcome == "allowed" else f"{rules} ({self.say(OUTCOMES[outcome][1])})"

    def has(self, agent: Agent, column: Column) -> bool:
        if column.rare:
            return agent.id in column.uses
        return decide(self.shared, agent, column).is_usable


def decide(shared: Shared, agent: Agent, column: Column) -> Decision:
    """What the rules make of the agent at the tool or server of ``column`` (not the one of the rare)."""
    if isinstance(column.thing, McpServer):
        return of_server(agent, column.thing, shared.grants)
    return shared.grants.of(agent, column.name)


_GIVEN = ("granted", "specifier", "pattern")
_EMPTY: Cell = {"state": "none", "sign": "", "words": "not declared", "shown": ""}


def _cell(state: str, sign: str, words: str, entries: Iterable[ToolGrant]) -> Cell:
    rules = ", ".join(dict.fromkeys(grant.rule for grant in entries))
    shown = ", ".join(dict.fromkeys(_within(grant) for grant in entries))
    return {"state": state, "sign": sign, "words": f"{words}: {rules}" if rules else words, "shown": shown}


def _rare(named: list[str], language: Words) -> Cell:
    more = f" {language(say('and {n} more', n=len(named) - MOST_RARE))}" if len(named) > MOST_RARE else ""
    count = language(
        say("1 rare tool: {names}", names=", ".join(named))
        if len(named) == 1
        else say("{n} rare tools: {names}", n=len(named), names=", ".join(named))
    )
    shown = ", ".join(named[:MOST_RARE]) + more
    return {"state": "rare", "sign": str(len(named)), "words": count, "shown": shown}


def _within(grant: ToolGrant) -> str:
    """What an entry says beyond the tool or server of its column."""
    if grant.server:
        return "*" if grant.pattern and shorten(grant.tool) == grant.tool else shorten(grant.tool)
    return grant.specifier or grant.rule


def _declared_words(name: str, use: ToolUse, language: Words) -> str:
    """A rare tool as its cell names it: as written, and how it stands unless it is granted."""
    rules = ", ".join(dict.fromkeys(grant.rule for grant in use.grants)) or name
    return rules if use.state in _GIVEN else f"{rules} ({language(STATES[use.state][1])})"
