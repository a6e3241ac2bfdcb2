"""What fills the cells of the matrix: what the files declare, or what the rules make of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from ...linking.tool_usage import get_tool_name
from ...model.catalog import DeclaredState, McpServer, ToolUse
from ...model.definitions import Agent, ToolGrant
from ...model.mcp_tool_names import shorten
from ...permissions.access_comparison import decide_group
from ...permissions.capabilities import NOT_DECLARED, decide_server, decide_tool
from ...runtimes.rules import Decision
from ...text.i18n import Translations, say, say_plural
from ...text.i18n import mark_for_translation as _
from ..decision_view import OUTCOMES, STATES, describe_words
from ..page import CatalogContext
from .columns import Column

MOST_RARE = 6
Cell = dict[str, Any]


class MatrixView(Protocol):
    """What fills the matrix. ``lead`` and ``total_words`` are texts of ours, in English."""

    name: str
    legend: Mapping[str, tuple[str, str]]
    lead: str
    total_words: str

    def describe_row(self, agent: Agent) -> tuple[str, str]:
        """The words of a row in one cell (empty: it has cells of its own) and its total."""

    def build_cell(self, agent: Agent, column: Column) -> Cell:
        """One cell: state, sign, words for a screen reader, and what is shown below the sign."""

    def counts(self, agent: Agent, column: Column) -> bool:
        """Whether the agent counts in the column's total."""


class DeclaredView:
    """What the files say."""

    name = "declared"
    legend: Mapping[str, tuple[str, str]] = {n: texts for n, texts in STATES.items() if n != "pattern"}
    lead = _(
        "What the files of the agents say about tools. What holds when an agent runs is the effective matrix."
    )
    total_words = _("Granted by name")

    def __init__(self, shared: CatalogContext) -> None:
        self.say = shared.say

    def describe_row(self, agent: Agent) -> tuple[str, str]:
        access, say = agent.access, self.say
        if agent.not_loaded:
            return _describe_not_loaded(agent, say)
        if access.base == "unknown":
            return "? " + say("not known: `tools` holds no list"), "?"
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

    def build_cell(self, agent: Agent, column: Column) -> Cell:
        pairs = column.uses.get(agent.id)
        if not pairs:
            return _EMPTY
        if column.is_whole_group:
            sign, words = STATES[get_strongest_state(pairs)]
            rules = ", ".join(dict.fromkeys(grant.rule for _name, use in pairs for grant in use.grants))
            cell = _make_cell(get_strongest_state(pairs), sign, self.say(words), ())
            return {**cell, "words": f"{cell['words']}: {rules}", "shown": rules} if rules else cell
        if column.rare:
            return _make_rare_cell([_describe_declared(name, use, self.say) for name, use in pairs], self.say)
        name, use = pairs[0]
        sign, words = STATES[use.state]
        is_match = use.state in ("specifier", "pattern") or any(grant.rule != name for grant in use.grants)
        return _make_cell(use.state, sign, self.say(words), use.grants if is_match else ())

    def counts(self, agent: Agent, column: Column) -> bool:
        return any(use.state in _GIVEN for _, use in column.uses.get(agent.id) or ())


class EffectiveView:
    """What the rules make of it."""

    name = "effective"
    legend: Mapping[str, tuple[str, str]] = {n: s for n, s in OUTCOMES.items() if n != "not_declared"}
    lead = _("Which agents can really use which tool when they run, by the rules of the runtime.")
    total_words = _("Can use it")

    def __init__(self, shared: CatalogContext) -> None:
        self.shared, self.say = shared, shared.say

    def describe_row(self, agent: Agent) -> tuple[str, str]:
        grants = self.shared.grants
        if agent.not_loaded:
            return _describe_not_loaded(agent, self.say)
        if grants.cannot_start(agent):
            return "✗ " + self.say("cannot be started"), "0"
        if not grants.has_allowlist(agent):
            return "", "?" if grants.is_base_unknown(agent) else self.say("all")
        named = {get_tool_name(agent, grant): grant for grant in agent.access.grants or ()}
        reaching = sum(1 for grant in named.values() if grants.decide_entry(agent, grant).is_usable)
        return "", str(reaching + len(grants.find_implied_tools(agent)))

    def build_cell(self, agent: Agent, column: Column) -> Cell:
        result = column.uses.get(agent.id) or ()
        if column.rare:
            named = [self._describe_rare(agent, name, use) for name, use in result]
            return _make_rare_cell(named, self.say) if result else _EMPTY
        decision = decide_cell(self.shared, agent, column)
        if self.shared.is_reached_through_others(agent, column.thing, decision):
            sign, words = OUTCOMES["through"]
            return _make_cell("through", sign, self.say(words), ())
        if decision.outcome == "not_declared" or (decision.outcome == "never" and not result):
            return _EMPTY
        sign, words = describe_words(decision.words)
        entries = result[0][1].grants if result and decision.outcome in ("unenforced", "enforced") else ()
        return _make_cell(decision.word, sign, self.say(words), entries)

    def _describe_rare(self, agent: Agent, name: str, use: ToolUse) -> str:
        decided = self.shared.grants.decide_entry(agent, use.grants[0]).words
        rules = ", ".join(dict.fromkeys(grant.rule for grant in use.grants))
        return rules if decided == ("allowed",) else f"{rules} ({self.say(describe_words(decided)[1])})"

    def counts(self, agent: Agent, column: Column) -> bool:
        if column.rare:
            return agent.id in column.uses
        return decide_cell(self.shared, agent, column).is_usable


def _describe_not_loaded(agent: Agent, language: Translations) -> tuple[str, str]:
    return "✗ " + language(say("not loaded: {reason}", reason=agent.not_loaded)), "0"


def decide_cell(shared: CatalogContext, agent: Agent, column: Column) -> Decision:
    """What the rules make of the agent at the tool or server of ``column`` (not the one of the rare)."""
    if isinstance(column.thing, McpServer):
        return decide_server(agent, column.thing, shared.grants)
    if column.is_whole_group:
        return decide_group(agent, column.group, shared.catalog, shared.grants)
    return NOT_DECLARED if column.thing is None else decide_tool(agent, column.thing, shared.grants)


def get_strongest_state(pairs: Iterable[tuple[str, ToolUse]]) -> DeclaredState:
    """What a file says of a group of tools: what it says of the one that it gives the most."""
    return min((use.state for _name, use in pairs), key=_DECLARED_STRENGTH.index)


_DECLARED_STRENGTH: tuple[DeclaredState, ...] = (
    *("granted", "pattern", "specifier", "partial", "inherited", "ignored", "denied"),
)
_GIVEN = ("granted", "specifier", "pattern")
_EMPTY: Cell = {"state": "none", "sign": "", "words": "not declared", "shown": ""}


def _make_cell(state: str, sign: str, words: str, entries: Iterable[ToolGrant]) -> Cell:
    rules = ", ".join(dict.fromkeys(grant.rule for grant in entries))
    text = ", ".join(dict.fromkeys(_describe_entry(grant) for grant in entries))
    return {"state": state, "sign": sign, "words": f"{words}: {rules}" if rules else words, "shown": text}


def _make_rare_cell(named: list[str], language: Translations) -> Cell:
    more = f" {language(say('and {n} more', n=len(named) - MOST_RARE))}" if len(named) > MOST_RARE else ""
    count = say_plural("1 rare tool: {names}", "{n} rare tools: {names}", len(named), names=", ".join(named))
    text = ", ".join(named[:MOST_RARE]) + more
    return {"state": "rare", "sign": str(len(named)), "words": language(count), "shown": text}


def _describe_entry(grant: ToolGrant) -> str:
    """What an entry says beyond the tool or server of its column."""
    if grant.server:
        return "*" if grant.pattern and shorten(grant.tool) == grant.tool else shorten(grant.tool)
    return grant.specifier or grant.rule


def _describe_declared(name: str, use: ToolUse, language: Translations) -> str:
    """A rare tool as its cell names it: as written, and how it stands unless it is granted."""
    rules = ", ".join(dict.fromkeys(grant.rule for grant in use.grants)) or name
    return rules if use.state in _GIVEN else f"{rules} ({language(STATES[use.state][1])})"
