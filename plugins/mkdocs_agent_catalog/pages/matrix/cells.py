"""Fills the cells of the matrix: effective, declared, or the difference of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from ...linking.tool_usage import get_tool_name
from ...model.catalog import DeclaredState, McpServer, ToolUse
from ...model.definitions import Agent, ToolGrant
from ...model.other_catalogs import OtherTool
from ...permissions.access_comparison import decide_group, list_weighty_tools
from ...permissions.capabilities import NOT_DECLARED, decide_server, decide_tool
from ...runtimes import get_runtime_of
from ...runtimes.rules import Decision
from ...text.i18n import Translations, say, say_plural
from ...text.i18n import mark_for_translation as _
from ..agent_access import count_inherited
from ..decision_view import OUTCOMES, STATES, describe_words
from ..finder.facets import inherits_everything
from ..page import CatalogContext, once
from .columns import Column

Cell = dict[str, Any]
"""``state``, ``sign`` and ``words`` of a cell; ``entries``: what the file says beyond its column's name."""
EMPTY: Cell = {"state": "none", "sign": "", "words": "", "entries": ""}
LIMITED = frozenset({"denied", "ask", "partial", "enforced", "unenforced", "guarded"})
"""Outcomes of a tool that are less than all of it: a row with one of them shows its cells."""
# Signs and words of how what holds differs from what the file says.
DIFFERENCES = {
    "added": ("+", _("can be used, although the file does not list it")),
    "lost": ("−", _("listed, but it cannot be used")),
    "unenforced": ("◇", _("specifier not enforced: more can be used than is listed")),
    "conditional": ("◔", _("listed, but not always there, or not without asking")),
}


class MatrixView(Protocol):
    """What fills the matrix. ``total_words`` is a text of ours, in English."""

    name: str
    legend: Mapping[str, tuple[str, str]]
    total_words: str

    def describe_row(self, agent: Agent) -> tuple[str, str]:
        """The words of a row in one cell (empty: it has cells of its own) and its total."""

    def build_cell(self, agent: Agent, column: Column) -> Cell:
        """One cell."""

    def counts(self, agent: Agent, column: Column) -> bool:
        """Whether the agent counts in the column's total."""


class DeclaredView:
    """What the files say."""

    name = "declared"
    legend: Mapping[str, tuple[str, str]] = {n: texts for n, texts in STATES.items() if n != "pattern"}
    total_words = _("Explicit")

    def __init__(self, shared: CatalogContext) -> None:
        self.say = shared.say

    def describe_row(self, agent: Agent) -> tuple[str, str]:
        access, say = agent.access, self.say
        if agent.not_loaded:
            return describe_not_loaded(agent.not_loaded, say), "0"
        if access.base == "unknown":
            return "? " + say("tools not known"), "?"
        denied = {grant.tool for grant in access.denied}
        named = {grant.tool for grant in access.grants or () if grant.tool != "*"} - denied
        total = say("all") if access.inherits else str(len(named))
        if access.denied or access.ignored:
            return "", total
        if access.inherits and access.grants:
            return "↓ " + say("inherits all tools (the file asks for all)"), total
        if access.inherits:
            return "↓ " + say("inherits all tools (no tools declared)"), total
        if access.grants is None:
            return "∅ " + say("no tools (no tools declared)"), total
        return "" if access.grants else "∅ " + say("no tools (the list is empty)"), total

    def build_cell(self, agent: Agent, column: Column) -> Cell:
        pairs = column.uses.get(agent.id)
        if not pairs:
            return EMPTY
        if column.rare:
            return make_rare_cell([_describe_declared(name, use, self.say) for name, use in pairs], self.say)
        state = get_strongest_state(pairs)
        sign, words = STATES[state]
        entries = [grant for _name, use in pairs for grant in use.grants]
        tells = (
            column.is_whole_group
            or state in ("specifier", "pattern")
            or any(grant.rule != pairs[0][0] for grant in entries)
        )
        return make_cell(state, sign, self.say(words), entries if tells else ())

    def counts(self, agent: Agent, column: Column) -> bool:
        return any(use.state in GIVEN for _, use in column.uses.get(agent.id) or ())


class EffectiveView:
    """What the rules make of it."""

    name = "effective"
    legend: Mapping[str, tuple[str, str]] = {n: s for n, s in OUTCOMES.items() if n != "not_declared"}
    total_words = _("Can use it")

    def __init__(self, shared: CatalogContext) -> None:
        self.shared, self.say = shared, shared.say

    def describe_row(self, agent: Agent) -> tuple[str, str]:
        grants = self.shared.grants
        if message := describe_unusable(self.shared, agent):
            return message, "0"
        if agent.id in list_plain_inheritors(self.shared):
            if agent.access.ignored:
                return "! " + self.say("inherits all tools: its tool list is ignored"), self.say("all")
            return "↓ " + self.say("inherits all tools"), self.say("all")
        if not grants.has_allowlist(agent):
            return "", "?" if grants.is_base_unknown(agent) else count_inherited(self.shared, agent)
        if agent.access.grants is None and not grants.find_implied_tools(agent):
            return "∅ " + self.say("no tools (no tools declared)"), "0"
        named = {get_tool_name(agent, grant): grant for grant in agent.access.grants or ()}
        if not named and not grants.find_implied_tools(agent):
            return "∅ " + self.say("no tools (the list is empty)"), "0"
        reaching = sum(1 for grant in named.values() if grants.decide_entry(agent, grant).is_usable)
        return "", str(reaching + len(grants.find_implied_tools(agent)))

    def build_cell(self, agent: Agent, column: Column) -> Cell:
        result = column.uses.get(agent.id) or ()
        if column.rare:
            named = [self._describe_rare(agent, name, use) for name, use in result]
            return make_rare_cell(named, self.say) if result else EMPTY
        decision = decide_cell(self.shared, agent, column)
        if is_reached_through_others(self.shared, agent, column, decision):
            sign, words = OUTCOMES["through"]
            return make_cell("through", sign, self.say(words), ())
        if decision.outcome == "not_declared" or (decision.outcome == "never" and not result):
            return EMPTY
        sign, words = describe_words(decision.words)
        entries = result[0][1].grants if result and decision.outcome in ("unenforced", "enforced") else ()
        return make_cell(" ".join(decision.words), sign, self.say(words), entries)

    def _describe_rare(self, agent: Agent, name: str, use: ToolUse) -> str:
        decided = self.shared.grants.decide_entry(agent, use.grants[0]).words
        rules = ", ".join(dict.fromkeys(grant.rule for grant in use.grants))
        return rules if decided == ("allowed",) else f"{rules} ({self.say(describe_words(decided)[1])})"

    def counts(self, agent: Agent, column: Column) -> bool:
        if column.rare:
            return agent.id in column.uses
        return decide_cell(self.shared, agent, column).is_usable


class DifferenceView:
    """Where what holds is not what the file says."""

    name = "difference"
    legend: Mapping[str, tuple[str, str]] = DIFFERENCES
    total_words = _("Differs")

    def __init__(self, shared: CatalogContext) -> None:
        self.shared, self.say = shared, shared.say

    def describe_row(self, agent: Agent) -> tuple[str, str]:
        if message := describe_unusable(self.shared, agent):
            return message, ""
        if agent.access.ignored and inherits_everything(self.shared, agent):
            return "+ " + self.say("inherits all tools: its tool list is ignored"), self.say("all")
        return "", ""

    def build_cell(self, agent: Agent, column: Column) -> Cell:
        kind = self._compare(agent, column)
        if not kind:
            return EMPTY
        sign, words = DIFFERENCES[kind]
        pairs = (column.uses if self._compare_current(agent, column) else column.retired).get(agent.id) or ()
        entries = [grant for _name, use in pairs for grant in use.grants]
        return make_cell(kind, sign, self.say(words), entries)

    def _compare(self, agent: Agent, column: Column) -> str:
        """How the two differ; empty if they do not, or nobody knows."""
        return self._compare_current(agent, column) or self._compare_retired(agent, column)

    def _compare_retired(self, agent: Agent, column: Column) -> str:
        """The same for the tools of a group that are no more."""
        uses = [use for _name, use in column.retired.get(agent.id, ()) if use.state in GIVEN]
        decisions = [self.shared.grants.decide_entry(agent, grant) for use in uses for grant in use.grants]
        kinds = [_find_difference(True, agent, decision) for decision in decisions]
        return next((kind for kind in DIFFERENCES if kind in kinds), "")

    def _compare_current(self, agent: Agent, column: Column) -> str:
        pairs = column.uses.get(agent.id) or ()
        is_given = any(use.state in (*GIVEN, "partial") for _name, use in pairs)
        if column.rare:
            entries = [grant for _name, use in pairs if use.state in GIVEN for grant in use.grants]
            decisions = [self.shared.grants.decide_entry(agent, grant) for grant in entries]
        else:
            decisions = [decide_cell(self.shared, agent, column)]
        kinds = [_find_difference(is_given, agent, decision) for decision in decisions]
        return next((kind for kind in DIFFERENCES if kind in kinds), "")

    def counts(self, agent: Agent, column: Column) -> bool:
        return bool(self._compare(agent, column))


VIEWS: dict[str, Callable[[CatalogContext], MatrixView]] = {
    view.name: view for view in (EffectiveView, DeclaredView, DifferenceView)
}


def _find_difference(is_given: bool, agent: Agent, decision: Decision) -> str:
    if decision.outcome == "unknown":
        return ""
    if not is_given:
        # Whoever inherits has what nobody listed.
        return "added" if decision.is_usable and not agent.access.inherits else ""
    if not decision.is_usable:
        return "lost"
    if decision.outcome == "unenforced":
        return "unenforced"
    return "conditional" if {"conditional", "guarded", "ask", "partial"} & {*decision.words} else ""


def label_cell(cell: Cell) -> str:
    """What a cell says to who does not see its sign."""
    return f"{cell['words']}: {cell['entries']}" if cell["entries"] else str(cell["words"])


def describe_unusable(shared: CatalogContext, agent: Agent) -> str:
    """Why nobody can start the agent; empty if somebody can."""
    if agent.not_loaded:
        return describe_not_loaded(agent.not_loaded, shared.say)
    return "✗ " + shared.say("cannot be started") if shared.grants.cannot_start(agent) else ""


def describe_not_loaded(reason: str, language: Translations) -> str:
    """The words of the row of an agent that is not loaded; a row shows plain text."""
    return "✗ " + language(say("not loaded: {reason}", reason=reason)).replace("`", "")


def decide_cell(shared: CatalogContext, agent: Agent, column: Column) -> Decision:
    """What the rules make of the agent at the tool or server of ``column`` (not the one of the rare)."""
    if isinstance(column.thing, McpServer):
        return decide_server(agent, column.thing, shared.grants)
    if column.is_whole_group:
        decision = decide_group(agent, column.group, shared.catalog, shared.grants)
        pairs = column.uses.get(agent.id) or ()
        if decision is NOT_DECLARED and pairs:
            # Names that are not tools of the runtime: what becomes of the entries.
            entries = [grant for _name, use in pairs for grant in use.grants]
            decisions = [shared.grants.decide_entry(agent, grant) for grant in entries]
            return min(decisions, key=lambda decision: not decision.is_usable, default=NOT_DECLARED)
        return decision
    return NOT_DECLARED if column.thing is None else decide_tool(agent, column.thing, shared.grants)


def is_reached_through_others(
    shared: CatalogContext, agent: Agent, column: Column, decision: Decision
) -> bool:
    """Whether ``agent`` cannot use what ``column`` stands for, but may start an agent that can."""
    if not column.is_whole_group:
        return shared.is_reached_through_others(agent, column.thing, decision)
    if column.group == "mcp":
        servers = shared.catalog.servers
        return any(shared.is_reached_through_others(agent, server, decision) for server in servers)
    is_missing = decision.outcome in ("not_declared", "denied")
    if not is_missing or not shared.has_only_through_others(agent, column.can):
        return False
    return any(shared.delegation.reaches(agent, name) for name in list_weighty_tools(agent, column.group))


def get_strongest_state(pairs: Iterable[tuple[str, ToolUse]]) -> DeclaredState:
    """What a file says of a group of tools: what it says of the one that it gives the most."""
    return min((use.state for _name, use in pairs), key=_DECLARED_STRENGTH.index)


_DECLARED_STRENGTH: tuple[DeclaredState, ...] = (
    *("granted", "pattern", "specifier", "partial", "inherited", "ignored", "denied"),
)
GIVEN = ("granted", "specifier", "pattern")


def make_cell(state: str, sign: str, words: str, entries: Iterable[ToolGrant | OtherTool]) -> Cell:
    """A cell; ``entries`` are told beside it."""
    rules = ", ".join(dict.fromkeys(grant.rule for grant in entries))
    return {"state": state, "sign": sign, "words": words, "entries": rules}


def make_rare_cell(named: list[str], language: Translations) -> Cell:
    """The cell of the rare tools: how many, and which."""
    count = say_plural("1 rare tool", "{n} rare tools", len(named))
    return {
        "state": "rare",
        "sign": f"+{len(named)}",
        "words": language(count),
        "entries": ", ".join(named),
    }


def _describe_declared(name: str, use: ToolUse, language: Translations) -> str:
    """A rare tool as its cell names it: as written, and how it stands unless it is granted."""
    rules = ", ".join(dict.fromkeys(grant.rule for grant in use.grants)) or name
    return rules if use.state in GIVEN else f"{rules} ({language(STATES[use.state][1])})"


@once
def list_plain_inheritors(shared: CatalogContext) -> frozenset[str]:
    """The agents (ids) that inherit all tools, just those that most agents of their runtime inherit."""
    inheritors = [agent for agent in shared.catalog.agents if inherits_everything(shared, agent)]
    outcomes = {agent.id: _decide_tools(shared, agent) for agent in inheritors}
    counts: dict[str, Counter[tuple[str, ...]]] = {}
    for agent in inheritors:
        counts.setdefault(agent.dialect, Counter())[outcomes[agent.id]] += 1
    usual = {runtime: counter.most_common(1)[0][0] for runtime, counter in counts.items()}
    return frozenset(
        agent.id
        for agent in inheritors
        if outcomes[agent.id] == usual[agent.dialect]
        and LIMITED.isdisjoint(" ".join(outcomes[agent.id]).split())
    )


def _decide_tools(shared: CatalogContext, agent: Agent) -> tuple[str, ...]:
    names = get_runtime_of(agent).current_tools
    return tuple(" ".join(shared.grants.decide(agent, name).words) for name in names)
