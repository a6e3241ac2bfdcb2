"""Checks of what a definition refers to: tools, skills, servers, other agents."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from ..evidence import BUILT_IN_AGENTS, mentions
from ..facts import canonical, facts
from ..model import Agent, Catalog, Diagnostic, Span, ToolGrant


def _grants(catalog: Catalog) -> Iterator[ToolGrant]:
    for agent in catalog.agents:
        yield from agent.access.every


def _closest(name: str, known: list[str]) -> str:
    """A hint that names the closest known name, or nothing."""
    found = difflib.get_close_matches(name, known, n=1, cutoff=0.75)
    return f"did you mean `{found[0]}`?" if found else ""


def unknown_tool(catalog: Catalog) -> Iterator[Diagnostic]:
    """A tool that is no built-in tool of Claude Code and no MCP tool."""
    known = sorted(name for name, fact in facts().items() if not fact.retired)
    for grant in _grants(catalog):
        if grant.server or grant.tool in ("*", "mcp__*") or grant.tool in facts():
            continue
        right_case = canonical().get(grant.tool.lower())
        if right_case:
            hint = f"tool names are case-sensitive: write `{right_case}`"
        else:
            hint = _closest(grant.tool, known) or "an unknown name in a list is dropped without a word"
        yield Diagnostic("unknown_tool", grant.span, f"`{grant.tool}` is no tool of Claude Code", hint)


def retired_tool(catalog: Catalog) -> Iterator[Diagnostic]:
    """A tool that was renamed or is gone."""
    for grant in _grants(catalog):
        fact = facts().get(grant.tool)
        if fact and fact.retired:
            hint = f"use `{fact.successor}`" if fact.successor else "remove it from the list"
            yield Diagnostic("retired_tool", grant.span, f"`{grant.tool}`: {fact.retired}", hint)


def unknown_skill(catalog: Catalog) -> Iterator[Diagnostic]:
    """A skill that is preloaded, tabulated or called, and is nowhere in the repository."""
    known = sorted(skill.name for skill in catalog.skills if skill.source)
    missing = {skill.id: skill for skill in catalog.skills if skill.source is None}
    for link in catalog.links:
        if link.kind == "skill" and link.target in missing:
            name = missing[link.target].name
            hint = (
                _closest(name, known)
                or f"add `skills/{name}/SKILL.md`, or say where its folder is (`sources`)"
            )
            for why in link.evidence:
                yield Diagnostic("unknown_skill", why.span, f"the skill `{name}` was not found", hint)


def unknown_server(catalog: Catalog) -> Iterator[Diagnostic]:
    """An MCP server that an agent lists and no configuration of the repository names.

    A repository that configures no server at all is not judged: its servers are set up elsewhere.
    """
    if not any(server.configs for server in catalog.servers):
        return
    known = sorted(server.name for server in catalog.servers if server.configs)
    for server in catalog.servers:
        if server.configs or server.id.startswith(("plugin_", "claude_ai_")):
            continue
        for link in catalog.links_to("server", server.id):
            for why in link.evidence:
                if why.grade in ("declared", "configured"):
                    message = f"no configuration was found for the MCP server `{server.name}`"
                    hint = _closest(server.name, known) or "add it to `.mcp.json`"
                    yield Diagnostic("unknown_server", why.span, message, hint)


def unknown_agent(catalog: Catalog) -> Iterator[Diagnostic]:
    """An agent that is delegated to (``Agent(x)``, ``subagent_type``, ``@agent-x``) and is nowhere."""
    known = {agent.name for agent in catalog.agents}
    known |= {f"{a.source.plugin.name}:{a.name}" for a in catalog.agents if a.source.plugin}
    names = sorted(known)
    for agent in catalog.agents:
        for name, place in _delegates(agent):
            bare = name.rpartition(":")[2]
            if (
                name in known
                or bare in known
                or name.lower() in BUILT_IN_AGENTS
                or re.search(r"[*{$<]", name)
            ):
                continue
            hint = _closest(name, names) or "is it spelled like its `name:`?"
            yield Diagnostic("unknown_agent", place, f"there is no agent called `{name}`", hint)


def _delegates(agent: Agent) -> Iterator[tuple[str, Span]]:
    for grant in agent.access.every:
        if grant.tool in ("Agent", "Task") and grant.specifier:
            for name in grant.specifier.split(","):
                if name.strip():
                    yield name.strip(), grant.span
    for mention in mentions(agent.document, {}):
        if mention.certain and "agent" in mention.kinds:
            yield mention.name, mention.evidence.span
