"""The proof in a terminal: what an agent may use, by which rule, and from which source."""

from __future__ import annotations

from ..linking.tool_usage import tool_name
from ..model.catalog import Catalog
from ..model.definitions import Agent, ToolGrant
from ..permissions.capabilities import reach
from ..permissions.decisions import Grants
from ..reading.tool_entries import parse_entry
from ..runtimes import all_rules, runtime_of
from ..runtimes.rules import Decision
from ..text.strings import printable


def explain(catalog: Catalog, grants: Grants, agent: str, tool: str | None) -> str | None:
    """The words for ``agent`` (name, id or file) and ``tool``, or all its tools; ``None`` if it is none."""
    found = [a for a in catalog.agents if agent in (a.name, a.id, a.source.path)]
    if not found:
        return None
    parts = [_tool(one, tool, grants) if tool else _whole(one, catalog, grants) for one in found]
    return printable("\n\n".join(parts))


def _whole(agent: Agent, catalog: Catalog, grants: Grants) -> str:
    lines = [f"{agent.name} ({agent.span}), profile {grants.profile}"]
    lines += [
        f"  {one.title}" + (f": {', '.join(use.name for use in one.uses)}" if one.uses else "")
        for one in reach(agent, catalog, grants)
    ]
    basis = all_rules()[grants.basis(agent)]
    lines += ["", f"What no entry names: {basis.says} [{basis.id}]"]
    for name in grants.turned_on(agent):
        lines += ["", f"{name} (no entry names it)", *_why(grants.of(agent, name))]
    for entry in agent.access.every:
        lines += ["", f"{entry.rule} ({entry.span})", *_why(grants.of_entry(agent, entry))]
    return "\n".join(lines)


def _tool(agent: Agent, tool: str, grants: Grants) -> str:
    asked = parse_entry(tool, "allow", "", agent.span)
    entries = [
        e for e in agent.access.every if asked.tool in (e.tool, tool_name(agent, e)) or _covers(e, asked)
    ]
    lines = [f"{agent.name} and {asked.tool}, profile {grants.profile}"]
    lines += [f"  {entry.span}: {entry.key}: {entry.rule}" for entry in entries] or ["  no entry names it"]
    lines += _why(grants.of_entry(agent, asked))
    fact = runtime_of(agent).tools.get(asked.tool)
    return "\n".join([*lines, *([f"  {asked.tool}: {fact.summary}"] if fact else [])])


def _covers(entry: ToolGrant, asked: ToolGrant) -> bool:
    """Whether the entry is for the whole server of what is asked for."""
    return entry.pattern and entry.server is not None and entry.server == asked.server


def _why(decision: Decision) -> list[str]:
    rule = all_rules()[decision.rule]
    lines = [f"  {decision.outcome}: {rule.says} [{rule.id}]", f"  source: {rule.source} ({rule.confidence})"]
    return lines + [f"  but: {all_rules()[id].says} [{id}]" for id in decision.caveats]
