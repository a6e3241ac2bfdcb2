"""The capabilities of an agent: commands, files, network, MCP servers, other agents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from ..model.catalog import Catalog, McpServer, Tool
from ..model.definitions import Agent
from ..model.mcp_tool_names import McpToolName
from ..runtimes import get_runtime_of
from ..runtimes.rules import Decision, Word
from ..text.i18n import mark_for_translation as _
from ..text.strings import make_server_id
from .decisions import PermissionResolver

# By weight: what a class allows contains much of what those below it allow.
CLASSES: tuple[tuple[str, str], ...] = (
    ("commands", "Runs commands"),
    ("files", "Changes files"),
    ("network", "Reaches the network"),
    ("mcp", "Calls MCP servers"),
    ("delegates", "Delegates to agents"),
)
READS_ONLY = ("reads", "Reads only")
NOTHING = ("nothing", "Has no tools")
UNKNOWN = ("unknown", "Not known from the file")
Way = Literal["explicit", "conditional", "through", "inherited"]
WAYS: tuple[Way, ...] = get_args(Way)
"""How an agent comes to a capability, in the order in which it is told: by its list, under a condition, only
through agents that it may start, or with all that it inherits."""
SESSION_SERVERS = "mcp__*"
"""In place of the name of a server: whichever MCP servers the session has. No file names them."""
SESSION_SERVERS_WORDS = _("whichever its session has")
CONDITIONAL: frozenset[Word] = frozenset({"ask", "partial", "conditional", "guarded"})


@dataclass(frozen=True, slots=True)
class CapabilityTool:
    """One tool (or MCP server) that an agent can reach, with the decision that says so."""

    name: str
    decision: Decision
    server: str | None = None
    """The server's id, when it is one."""
    is_inherited: bool = False
    """Whether the agent has it without its file naming it."""

    @property
    def title(self) -> str:
        """What a reader is told in place of the name."""
        return SESSION_SERVERS_WORDS if self.name == SESSION_SERVERS else self.name


@dataclass(frozen=True, slots=True)
class Capability:
    """One class that an agent has, and by which tools."""

    id: str
    title: str
    uses: tuple[CapabilityTool, ...] = ()


def find_way(uses: Iterable[CapabilityTool]) -> Way:
    """How an agent comes to what ``uses`` give it: the firmest way of them."""
    firm = [use for use in uses if use.decision.word not in CONDITIONAL]
    if not firm:
        return "conditional"
    return "inherited" if all(use.is_inherited for use in firm) else "explicit"


def find_capabilities(agent: Agent, catalog: Catalog, grants: PermissionResolver) -> tuple[Capability, ...]:
    """The classes of ``agent``, heaviest first; one that says so when it only reads or nothing is known.
    None if nobody can call it."""
    if not grants.can_start(agent):
        return ()
    uses: dict[str, list[CapabilityTool]] = {id: [] for id, _ in CLASSES}
    unknown = False
    builtin_tools = get_runtime_of(agent).tools
    for name, tool in builtin_tools.items():
        if not tool.reach or tool.retired:
            continue
        decision = grants.decide(agent, name)
        unknown = unknown or decision.outcome == "unknown"
        if decision.is_usable:
            is_inherited = grants.is_inherited(agent, decision)
            uses[tool.reach].append(CapabilityTool(name, decision, None, is_inherited))
    # First those that are configured: the others may be set up nowhere.
    for server in sorted(catalog.servers, key=lambda server: not server.configs):
        decision = decide_server(agent, server, grants)
        is_unsaid = decision.outcome == "unknown" and not grants.is_left_to_session(agent, decision)
        unknown = unknown or is_unsaid
        if decision.is_usable:
            is_inherited = grants.is_inherited(agent, decision)
            uses["mcp"].append(CapabilityTool(server.name, decision, server.id, is_inherited))
    if not uses["mcp"] and (any_server := decide_any_server(agent, catalog, grants)).is_usable:
        is_inherited = grants.is_inherited(agent, any_server)
        uses["mcp"].append(CapabilityTool(SESSION_SERVERS, any_server, None, is_inherited))
    capabilities = [Capability(id, title, tuple(uses[id])) for id, title in CLASSES if uses[id]]
    if unknown or _open(agent, grants):
        capabilities.append(Capability(*UNKNOWN))
    if capabilities:
        return tuple(capabilities)
    light = any(
        grants.decide(agent, name).is_usable for name, tool in builtin_tools.items() if not tool.retired
    )
    return (Capability(*READS_ONLY),) if light else (Capability(*NOTHING),)


def _open(agent: Agent, grants: PermissionResolver) -> bool:
    """Whether an entry may give tools that nobody can name, such as ``mcp__*``, or that have another name."""
    judges_names = grants.judges_names(agent)
    entries = (entry for entry in agent.access.grants or () if entry.tool != "*")
    doubtful = (entry for entry in entries if "*" in entry.tool or not judges_names)
    return any(grants.decide_entry(agent, entry).outcome == "unknown" for entry in doubtful)


def decide_any_server(agent: Agent, catalog: Catalog, grants: PermissionResolver) -> Decision:
    """The decision for whichever MCP servers the session of ``agent`` has. It is asked only where some file
    speaks of a server: else it would be said of everybody who inherits that they call some."""
    return grants.decide_session_servers(agent) if catalog.servers else NOT_DECLARED


NOT_DECLARED = Decision("not_declared", "")
"""The decision about what is not there to be decided about: no rule made it."""


def decide_tool(agent: Agent, tool: Tool, grants: PermissionResolver) -> Decision:
    """The decision for ``tool``, which an agent of another runtime does not have, whatever its name is."""
    if tool.runtime not in ("", agent.dialect):
        return NOT_DECLARED
    return grants.decide(agent, tool.name, tool.server)


def decide_server(agent: Agent, server: McpServer, grants: PermissionResolver) -> Decision:
    """The decision that reaches furthest among the server's tools, named ones and the rest."""
    # Tools of the server that no entry names are all decided alike: one stands for them.
    named = [
        grant.tool
        for grant in agent.access.every
        if grant.server and make_server_id(grant.server) == server.id
    ]
    names = (*dict.fromkeys(named), f"{McpToolName(server.id)}__")
    decisions = [grants.decide(agent, name, server.id) for name in names]
    return min(
        decisions,
        key=lambda decision: (
            not decision.is_usable,
            decision.outcome != "unknown",
            decision.outcome != "denied",
        ),
    )
