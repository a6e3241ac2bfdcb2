"""What of a definition decides about its tools: its lists, and whether the runtime reads it at all."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .model import Agent, ToolAccess, ToolGrant
from .rules import meant
from .text import server_id

_HONOURED = "allowed-tools"


@dataclass(frozen=True, slots=True)
class Lists:
    """What of a definition decides: two agents with the same lists get the same decisions."""

    allowed: tuple[ToolGrant, ...] | None
    denied: tuple[ToolGrant, ...]
    honoured: bool
    null: bool
    ignored: bool
    memory: bool
    plan: bool
    plugin: bool
    readable: bool

    def entries(self, tool: str, server: str | None) -> tuple[ToolGrant, ...]:
        """The entries that allow ``tool``."""
        return tuple(one for one in self.allowed or () if matches(one, tool, server))


def server_of(entry: ToolGrant) -> str | None:
    """The id of an MCP entry's server; ``*`` for all of them, ``None`` for a built-in tool."""
    return server_id(entry.server) if entry.server else "*" if entry.tool == "mcp__*" else None


def matches(entry: ToolGrant, tool: str, server: str | None) -> bool:
    """Whether the entry is about ``tool``, which belongs to the MCP server of that id if there is one."""
    if server is not None:
        ours = entry.server is not None and server_id(entry.server) == server
        return entry.tool == "mcp__*" or (ours and _within(entry.tool, tool, entry.pattern))
    return entry.server is None and meant(entry.tool) == meant(tool)


def _within(pattern: str, tool: str, whole: bool) -> bool:
    """Whether an MCP entry is about ``tool``: the same, its whole server, or a pattern for a part."""
    if not whole:
        return pattern == tool
    head, star, tail = pattern.partition("*")
    if not star:
        return True
    return tool.startswith(head) and tool.endswith(tail.rpartition("*")[2])


def honour(agent: Agent, profile: str) -> Agent:
    """``agent`` as the runtime of ``profile`` reads it: a key that it reads is one that declares."""
    values, access = agent.document.values, agent.access
    if profile != "allowed-tools" or "tools" in values or values.get(_HONOURED) is None:
        return agent
    read = tuple(one for one in access.ignored if one.key == _HONOURED)
    rest = tuple(one for one in access.ignored if one.key != _HONOURED)
    return replace(
        agent,
        access=ToolAccess(read, access.denied, rest),
        unknown=tuple(one for one in agent.unknown if one.key != _HONOURED),
        notes=tuple(one for one in agent.notes if one.span != agent.document.span(_HONOURED)),
    )


def _loads(agent: Agent) -> bool:
    """Whether Claude Code loads the file. Source: its documentation, "Subagents", October 2026."""
    if agent.document.error or agent.source.plugin:
        return agent.document.error is None
    name = agent.document.values.get("name")
    named = isinstance(name, str) and 0 < len(name.strip()) <= 256 and name[:1] != "-" and ":" not in name
    return named and bool(agent.description) and agent.source.text.lstrip("\ufeff").startswith("---")


def lists_of(agent: Agent) -> Lists:
    """What of ``agent`` its decisions rest on."""
    values, access = agent.document.values, agent.access
    return Lists(
        allowed=access.grants,
        denied=access.denied,
        honoured=any(one.key == _HONOURED for one in access.grants or ()),
        null=access.null,
        ignored=bool(access.ignored),
        memory=values.get("memory") in ("user", "project", "local"),
        plan=values.get("permissionMode") == "plan",
        plugin=agent.source.plugin is not None,
        readable=_loads(agent),
    )
