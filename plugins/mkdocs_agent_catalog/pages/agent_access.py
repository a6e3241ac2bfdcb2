"""The permissions of an agent for its page: capabilities, tools, entries, and the reason for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from typing import Any

from ..addresses import urls
from ..addresses.urls import Href
from ..linking.tool_usage import get_tool_name
from ..model.definitions import Agent, Span, ToolGrant
from ..permissions.capabilities import SESSION_SERVERS, CapabilityTool
from ..runtimes import get_runtime_of
from ..runtimes.builtin_tools import GROUPS
from ..runtimes.rules import Decision, Word
from ..text.i18n import Translations, say_plural
from ..text.i18n import mark_for_translation as _
from ..text.i18n import say as fill
from ..text.strings import make_slug, make_unique
from .decision_view import PAGE, build_decision_context, shorten_outcome
from .page import CatalogContext

# Shorter than the titles of capabilities: the pills of one agent fit into a line.
_SHORT = {"network": _("Network"), "delegates": _("Delegates")}
# A pill names the servers only if they are few.
MOST_SERVERS = 3
# The parts of the lethal trifecta, in the order of `permissions.delegation`.
TRIFECTA_WORDS = (_("private data"), _("foreign content"), _("a way out"))


def build_pills(shared: CatalogContext, agent: Agent) -> list[dict[str, str]]:
    """What the agent can do, for the head of its page: MCP servers by their names if they are few."""
    pills = []
    for capability in shared.reach[agent.id]:
        names = [use.name for use in capability.uses if use.server]
        title = shared.say(_SHORT.get(capability.id, capability.title))
        if names and len(names) <= MOST_SERVERS:
            title = f"MCP: {', '.join(names)}"
        pills.append({"id": capability.id, "title": title})
    return pills


def build_through_pills(shared: CatalogContext, agent: Agent) -> list[dict[str, str]]:
    """The capabilities that the agent has only through others, for the head of its page."""
    return [
        {"id": indirect.id, "title": shared.say(_SHORT.get(indirect.id, indirect.title))}
        for indirect in shared.through[agent.id]
    ]


def build_capability_rows(
    shared: CatalogContext, agent: Agent, href: Href, rows: Set[str]
) -> list[dict[str, Any]]:
    """The capabilities of the agent, each with the tools that give it. How they are granted is said only
    where it is not as the page says of all tools. A tool leads to the reason if it is in one of ``rows`` (ids
    of the page), else to its own page."""
    return [
        {
            "id": capability.id,
            "title": capability.title,
            "uses": [_describe_use(shared, agent, use, href, rows) for use in capability.uses],
        }
        for capability in shared.reach[agent.id]
    ]


def _describe_use(
    shared: CatalogContext, agent: Agent, use: CapabilityTool, href: Href, rows: Set[str]
) -> dict[str, Any]:
    word = use.decision.word
    row = f"tool-{make_slug(use.name)}"
    uri = locate_use(shared, agent, use)
    is_usual = word == ("inherited" if agent.access.inherits else "allowed")
    return {
        "name": shared.say(use.title),
        "href": f"#{row}" if row in rows else href(uri),
        "words": "" if is_usual else shorten_outcome(word, shared.say),
    }


def locate_use(shared: CatalogContext, agent: Agent, use: CapabilityTool) -> str:
    """The page of a tool or a server that gives a capability."""
    if use.server:
        return urls.make_server_uri(use.server)
    if use.name == SESSION_SERVERS:
        return "servers/index.md"
    return urls.locate_tool(use.name, shared.leads.find_tool_id(agent.dialect, use.name) or "")[0]


def build_through_rows(shared: CatalogContext, agent: Agent, href: Href) -> list[dict[str, Any]]:
    """The capabilities that the agent has only through others: title, and the steps of one chain."""
    return [
        {
            "id": indirect.id,
            "title": indirect.title,
            "steps": [
                {
                    "name": step.name,
                    "namesakes": shared.describe_namesakes(step.namesakes),
                    "href": href(urls.make_agent_uri(step.agent)) if step.agent else "",
                    "tool": step.tool,
                    "rule": href(PAGE, f"rule-{step.rule}"),
                    "where": describe_places([step.span], step.span.path, shared.say) if step.span else "",
                }
                for step in indirect.steps
            ],
        }
        for indirect in shared.through[agent.id]
    ]


def describe_trifecta(shared: CatalogContext, agent: Agent) -> list[tuple[str, str]]:
    """The parts of the lethal trifecta with the tool for each; empty unless the agent has all three."""
    parts = shared.delegation.find_trifecta(agent)
    return [(shared.say(words), tool) for words, (_purpose, tool) in zip(TRIFECTA_WORDS, parts, strict=False)]


def count_tools(shared: CatalogContext, agent: Agent) -> str:
    """How many tools the agent can use: ``all``, ``limited`` where something takes some of all, a number (of
    all that its list names, if these are more), or ``?``."""
    grants = shared.grants
    if not grants.can_start(agent):
        return "0"
    if not grants.has_allowlist(agent):
        if grants.is_base_unknown(agent):
            return "?"
        return count_inherited(shared, agent)
    named = {get_tool_name(agent, grant): grant for grant in agent.access.grants or ()}
    usable = sum(1 for grant in named.values() if grants.decide_entry(agent, grant).is_usable)
    implied = len(grants.find_implied_tools(agent))
    if usable < len(named):
        return shared.say(fill(_("{n} of {all}"), n=usable + implied, all=len(named) + implied))
    return str(usable + implied)


def count_inherited(shared: CatalogContext, agent: Agent) -> str:
    """What an agent that inherits tools has of them: ``all``, or ``limited`` where some are denied."""
    return shared.say("limited") if shared.grants.list_denied_tools(agent) else shared.say("all")


def build_tool_rows(shared: CatalogContext, agent: Agent, href: Href) -> list[dict[str, Any]]:
    """The entries as written, by what comes of them, and within it in the order of the groups of tools.

    Each outcome has its ``words``, ``rows``, whether its entries are ``ignored``, and ``reasons``: each the
    ``proof`` (as of ``decision_view``), the ``names`` it is about, their ``places`` in the file, and whether
    its rule ``is_told`` above.
    """
    ids: dict[str, int] = {}
    entries: list[tuple[str, ToolGrant | None, dict[str, Any]]] = []
    for grant in agent.access.every:
        if grant.tool == "*":
            continue
        fact = get_runtime_of(agent).tools.get(get_tool_name(agent, grant))
        group = "mcp" if grant.server or grant.tool == "mcp__*" else fact.group if fact else "unknown"
        target = urls.locate_grant(agent, grant, shared.leads.find_tool_id)
        id = make_unique(f"tool-{make_slug(grant.tool)}", ids, "_")
        row = {"id": id, "rule": grant.rule, "href": href(*target) if target else None}
        entries.append((group, grant, row))
    for name in shared.grants.find_implied_tools(agent):
        target = urls.locate_tool(name, shared.leads.find_tool_id(agent.dialect, name) or "")
        row = {"id": f"tool-{make_slug(name)}", "rule": name, "href": href(*target)}
        entries.append((get_runtime_of(agent).tools[name].group, None, row))
    return _group_by_outcome(shared, agent, entries, href)


# The group of a tool, what the file says of it, and its row.
_Entry = tuple[str, ToolGrant | None, dict[str, Any]]


def _group_by_outcome(
    shared: CatalogContext, agent: Agent, entries: list[_Entry], href: Href
) -> list[dict[str, Any]]:
    """``entries`` under what comes of them, and within it under the decisions that say so."""
    order = [id for id, _title in GROUPS]
    outcomes: dict[tuple[tuple[Word, ...], bool], dict[Decision, list[_Entry]]] = {}
    for entry in sorted(entries, key=lambda entry: order.index(entry[0])):
        _group, grant, row = entry
        decision = (
            shared.grants.decide_entry(agent, grant) if grant else shared.grants.decide(agent, row["rule"])
        )
        reasons = outcomes.setdefault((tuple(decision.words), grant in agent.access.ignored), {})
        reasons.setdefault(decision, []).append(entry)
    told: set[str] = set()
    sections = []
    for (words, is_ignored), reasons in outcomes.items():
        rows = [row for below in reasons.values() for _group, _grant, row in below]
        proofs = []
        for decision, below in reasons.items():
            proofs.append(_build_reason(shared, agent, decision, below, href))
            proofs[-1]["is_told"] = decision.rule in told
            told.add(decision.rule)
        short = "; ".join(shorten_outcome(word, shared.say) for word in words)
        sections.append({"words": short, "ignored": is_ignored, "rows": rows, "reasons": proofs})
    return sections


def _build_reason(
    shared: CatalogContext, agent: Agent, decision: Decision, below: list[_Entry], href: Href
) -> dict[str, Any]:
    """Why it is so for the entries ``below``: the proof, and where they stand."""
    spans = [grant.span for _group, grant, _row in below if grant]
    return {
        "proof": build_decision_context(decision, href),
        "names": [row["rule"] for _group, _grant, row in below],
        "places": describe_places(spans, agent.source.path, shared.say),
    }


def describe_places(spans: Iterable[Span], path: str, say: Translations, most: int = 0) -> str:
    """Places in short: those in the file ``path``, which the page is about, as its lines. With ``most`` no
    more of them, and how many more there are."""
    lines: set[int] = set()
    others: dict[str, None] = {}
    for span in spans:
        if span.path == path:
            lines.add(span.line)
        else:
            others[str(span)] = None
    shown = sorted(lines)[:most] if most else sorted(lines)
    places = (
        [say(say_plural("line {lines}", "lines {lines}", len(shown), lines=_join_lines(shown)))]
        if shown
        else []
    )
    places += list(others)[: most or None]
    more = len(lines) + len(others) - len(shown) - len(list(others)[: most or None])
    return ", ".join(places) + (f" {say(fill('and {n} more', n=more))}" if more else "")


def _join_lines(lines: Sequence[int]) -> str:
    """``3, 7–9`` of the sorted numbers of lines."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
