"""Prints what an agent can use: by which rule, and from which source."""

from __future__ import annotations

from ..linking.tool_usage import get_tool_name
from ..model.catalog import Catalog
from ..model.definitions import Agent, ToolGrant
from ..permissions.capabilities import find_capabilities
from ..permissions.decisions import PermissionResolver
from ..reading.tool_entries import parse_entry
from ..runtimes import get_runtime_of, list_rules
from ..runtimes.rules import Decision
from ..runtimes.tool_lists import get_server_id
from ..text.strings import make_line_printable


def explain_access(catalog: Catalog, grants: PermissionResolver, agent: str, tool: str | None) -> str | None:
    """The words for ``agent`` (name, id or file) and ``tool``, or all its tools; ``None`` if it is none."""
    agents = [a for a in catalog.agents if agent in (a.name, a.id, a.source.path)]
    if not agents:
        return None
    parts = [
        _explain_tool(agent, tool, grants) if tool else _explain_agent(agent, catalog, grants)
        for agent in agents
    ]
    return "\n\n".join("\n".join(map(make_line_printable, lines)) for lines in parts)


def _explain_agent(agent: Agent, catalog: Catalog, grants: PermissionResolver) -> list[str]:
    lines = [f"{agent.name} ({agent.span}), profile {grants.get_profile(agent)}"]
    if agent.not_loaded:
        lines.append(f"  Not loaded: {agent.not_loaded}")
    elif grants.cannot_start(agent):
        lines.append("  Cannot be started")
    lines += [
        f"  {capability.title}"
        + (f": {', '.join(use.name for use in capability.uses)}" if capability.uses else "")
        for capability in find_capabilities(agent, catalog, grants)
    ]
    basis = list_rules()[grants.get_base_rule(agent)]
    lines += ["", f"What no entry names: {basis.says} [{basis.id}]"]
    for name in grants.find_implied_tools(agent):
        lines += ["", f"{name} (no entry names it)", *_explain_decision(grants.decide(agent, name))]
    for entry in agent.access.every:
        lines += ["", f"{entry.rule} ({entry.span})", *_explain_decision(grants.decide_entry(agent, entry))]
    return lines


def _explain_tool(agent: Agent, tool: str, grants: PermissionResolver) -> list[str]:
    grant = parse_entry(tool, "allow", "", agent.span)
    entries = [
        e for e in agent.access.every if grant.tool in (e.tool, get_tool_name(agent, e)) or _covers(e, grant)
    ]
    lines = [f"{agent.name} and {grant.tool}, profile {grants.get_profile(agent)}"]
    lines += [f"  {entry.span}: {entry.key}: {entry.rule}" for entry in entries] or ["  no entry names it"]
    project_rules = grants.find_project_rules(agent, grant.tool, get_server_id(grant))
    lines += [f"  {rule.span}: {rule.key}: {rule.rule}" for rule in project_rules]
    lines += _explain_decision(grants.decide_entry(agent, grant))
    fact = get_runtime_of(agent).tools.get(grant.tool)
    return [*lines, *([f"  {grant.tool}: {fact.summary}"] if fact else [])]


def _covers(entry: ToolGrant, grant: ToolGrant) -> bool:
    """Whether the entry is for the whole server of what is asked for."""
    return entry.pattern and entry.server is not None and entry.server == grant.server


def _explain_decision(decision: Decision) -> list[str]:
    rule = list_rules()[decision.rule]
    words = ", ".join(decision.words)
    lines = [f"  {words}: {rule.says} [{rule.id}]", f"  source: {rule.source} ({rule.confidence})"]
    return lines + [f"  but: {list_rules()[id].says} [{id}]" for id in decision.caveats]
