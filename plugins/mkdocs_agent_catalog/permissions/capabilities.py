"""What an agent can reach, in classes by weight: commands, files, network, MCP servers, other agents."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.catalog import Catalog, McpServer
from ..model.definitions import Agent
from ..model.mcp_tool_names import McpToolName
from ..runtimes import runtime_of
from ..runtimes.rules import Decision
from ..text.strings import server_id
from .decisions import Grants

# By weight: what a class allows contains much of what those below it allow.
CLASSES: tuple[tuple[str, str], ...] = (
    ("commands", "Runs commands"),
    ("files", "Changes files"),
    ("network", "Reaches the network"),
    ("mcp", "Calls MCP servers"),
    ("delegates", "Hands work to other agents"),
)
READS_ONLY = ("reads", "Reads only")
NOTHING = ("nothing", "Has no tools")
UNKNOWN = ("unknown", "Not known from the file")


@dataclass(frozen=True, slots=True)
class Use:
    """One tool (or MCP server) that an agent can reach, with the decision that says so."""

    name: str
    decision: Decision
    server: str | None = None
    """The server's id, when it is one."""


@dataclass(frozen=True, slots=True)
class Reach:
    """One class that an agent has, and by which tools."""

    id: str
    title: str
    uses: tuple[Use, ...] = ()


def reach(agent: Agent, catalog: Catalog, grants: Grants) -> tuple[Reach, ...]:
    """The classes of ``agent``, heaviest first; one that says so when it only reads or nothing is known."""
    uses: dict[str, list[Use]] = {id: [] for id, _ in CLASSES}
    unknown = False
    builtin_tools = runtime_of(agent).tools
    for name, tool in builtin_tools.items():
        if not tool.reach or tool.retired:
            continue
        decision = grants.of(agent, name)
        unknown = unknown or decision.outcome == "unknown"
        if decision.is_usable:
            uses[tool.reach].append(Use(name, decision))
    for server in catalog.servers:
        decision = of_server(agent, server, grants)
        unknown = unknown or decision.outcome == "unknown"
        if decision.is_usable:
            uses["mcp"].append(Use(server.name, decision, server.id))
    found = [Reach(id, title, tuple(uses[id])) for id, title in CLASSES if uses[id]]
    if unknown or _open(agent, grants):
        found.append(Reach(*UNKNOWN))
    if found:
        return tuple(found)
    light = any(grants.of(agent, name).is_usable for name, tool in builtin_tools.items() if not tool.retired)
    return (Reach(*READS_ONLY),) if light else (Reach(*NOTHING),)


def _open(agent: Agent, grants: Grants) -> bool:
    """Whether an entry may give tools that nobody can name, such as ``mcp__*``."""
    patterns = (entry for entry in agent.access.grants or () if "*" in entry.tool and entry.tool != "*")
    return any(grants.of_entry(agent, entry).outcome == "unknown" for entry in patterns)


def of_server(agent: Agent, server: McpServer, grants: Grants) -> Decision:
    """The decision that reaches furthest among the server's tools, named ones and the rest."""
    # Tools of the server that no entry names are all decided alike: one stands for them.
    named = [one.tool for one in agent.access.every if one.server and server_id(one.server) == server.id]
    names = (*dict.fromkeys(named), f"{McpToolName(server.id)}__")
    decisions = [grants.of(agent, name, server.id) for name in names]
    return min(
        decisions, key=lambda one: (not one.is_usable, one.outcome != "unknown", one.outcome != "denied")
    )
