"""Prints what an agent can use: by which rule, and from which source."""

from __future__ import annotations

from collections.abc import Iterable

from ..linking.tool_usage import get_tool_name
from ..model.catalog import Catalog
from ..model.definitions import Agent, ToolGrant
from ..permissions.capabilities import Capability, find_capabilities
from ..permissions.decisions import PermissionResolver
from ..permissions.delegation import DelegationFinder, Step
from ..reading.tool_entries import parse_entry
from ..runtimes import get_runtime_of, list_rules
from ..runtimes.rules import Decision
from ..runtimes.tool_lists import get_server_id
from ..text.strings import make_line_printable
from ..text.suggestions import ask_what_is_meant, suggest
from .errors import UsageError


def explain_access(catalog: Catalog, grants: PermissionResolver, agent: str, tool: str | None) -> str:
    """The words for ``agent`` (name, id or file) and ``tool``, or all its tools. Capitals matter only where
    they tell two apart. Raises ``UsageError``."""
    agents = find_agents(catalog, agent)
    if tool is None:
        capabilities = {item.id: find_capabilities(item, catalog, grants) for item in catalog.agents}
        delegation = DelegationFinder(catalog, grants, capabilities)
        parts = [_explain_agent(item, capabilities[item.id], delegation) for item in agents]
    else:
        names = {item.id: _find_tool(item, tool, grants) for item in agents}
        if not any(names.values()):
            raise UsageError(_describe_unknown_tool(agents[0], tool))
        parts = [
            _explain_tool(item, name, grants)
            if (name := names[item.id])
            else [f"{item.name} ({item.span}): {_describe_unknown_tool(item, tool)}"]
            for item in agents
        ]
    return "\n\n".join("\n".join(map(make_line_printable, lines)) for lines in parts)


def find_agents(catalog: Catalog, name: str) -> list[Agent]:
    """The agents of that name, id or file, at least one. Raises ``UsageError``."""
    names = {agent.id: (agent.name, agent.id, agent.source.path) for agent in catalog.agents}
    agents = [agent for agent in catalog.agents if name in names[agent.id]]
    agents = agents or [
        agent for agent in catalog.agents if name.casefold() in map(str.casefold, names[agent.id])
    ]
    if not agents:
        for skipped in catalog.skipped:
            if skipped.path == name:
                raise UsageError(f"`{name}` was skipped: {skipped.reason}")
        every = (known for own in names.values() for known in own)
        raise UsageError(f"no agent `{name}`{ask_what_is_meant(name, every)}")
    return agents


def _find_tool(agent: Agent, tool: str, grants: PermissionResolver) -> str:
    """``tool`` as the runtime of ``agent`` spells it; empty if it has none that is called so."""
    runtime, entry = get_runtime_of(agent), parse_entry(tool, "allow", "", agent.span)
    named = {name for item in agent.access.every for name in (item.tool, get_tool_name(agent, item))}
    if entry.server or entry.tool in named or "*" in entry.tool or runtime.knows_tool(entry.tool):
        return tool
    if right := runtime.names_by_lowercase.get(entry.tool.lower()):
        return right + tool.removeprefix(entry.tool)
    if runtime.may_name_tool(entry.tool) or entry.tool in runtime.undocumented_tools:
        return tool
    # Where other programs bring tools, only what resembles one of its own is a mistake.
    is_open = runtime.has_open_tools or not (agent.not_loaded or grants.judges_names(agent))
    return tool if is_open and not _suggest_tool(agent, tool) else ""


def _suggest_tool(agent: Agent, tool: str) -> str:
    runtime = get_runtime_of(agent)
    foreign = runtime.foreign_tools.get(tool) or runtime.foreign_tools.get(tool.lower())
    return foreign.tool if foreign else suggest(tool, runtime.current_tools) or ""


def _describe_unknown_tool(agent: Agent, tool: str) -> str:
    meant = _suggest_tool(agent, tool)
    question = f"; did you mean `{meant}`?" if meant else ""
    return f"{get_runtime_of(agent).title} has no tool `{tool}`{question}"


def _explain_agent(
    agent: Agent, capabilities: Iterable[Capability], delegation: DelegationFinder
) -> list[str]:
    grants = delegation.grants
    lines = [f"{agent.name} ({agent.span}), profile {grants.get_profile(agent)}"]
    if agent.not_loaded:
        lines.append(f"  Not loaded: {agent.not_loaded}")
    elif grants.cannot_start(agent):
        lines.append("  Cannot be started")
    lines += [
        f"  {capability.title}"
        + (f": {', '.join(use.title for use in capability.uses)}" if capability.uses else "")
        for capability in capabilities
    ]
    if indirect := delegation.find_indirect(agent):
        lines += ["", "Only through agents that it may start:"]
        lines += [f"  {item.title}: {' -> '.join(map(_describe_step, item.steps))}" for item in indirect]
    basis = list_rules()[grants.get_base_rule(agent)]
    lines += ["", f"What no entry names: {basis.says} [{basis.id}]"]
    for name in grants.find_implied_tools(agent):
        lines += ["", f"{name} (no entry names it)", *_explain_decision(grants.decide(agent, name))]
    for entry in agent.access.every:
        lines += ["", f"{entry.rule} ({entry.span})", *_explain_decision(grants.decide_entry(agent, entry))]
    return lines


def _describe_step(step: Step) -> str:
    place = f", {step.span}" if step.span else ""
    name = f"{step.name}, one of {step.namesakes + 1} with this name" if step.namesakes else step.name
    return f"{name} ({step.tool}{place}) [{step.rule}]" if step.tool else f"{name} [{step.rule}]"


def _explain_tool(agent: Agent, tool: str, grants: PermissionResolver) -> list[str]:
    grant = parse_entry(tool, "allow", "", agent.span)
    entries = [
        e for e in agent.access.every if grant.tool in (e.tool, get_tool_name(agent, e)) or _covers(e, grant)
    ]
    lines = [f"{agent.name} ({agent.span}) and {grant.tool}, profile {grants.get_profile(agent)}"]
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
