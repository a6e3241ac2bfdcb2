"""What an agent can reach, in classes by weight: commands, files, network, MCP servers, other agents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .facts import facts
from .grants import Decision, Grants
from .model import Agent, Catalog

# By weight: what a class allows contains much of what those below it allow.
CLASSES: tuple[tuple[str, str], ...] = (
    ("commands", "Runs commands"),
    ("files", "Changes files"),
    ("network", "Reaches the network"),
    ("mcp", "Calls MCP servers"),
    ("delegates", "Hands work to other agents"),
)
READS_ONLY = ("reads", "Reads only")
UNKNOWN = ("unknown", "Not known from the file")


@dataclass(frozen=True, slots=True)
class Use:
    """One tool (or MCP server) that an agent can reach, with the decision that says so."""

    name: str
    decision: Decision
    server: bool = False


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
    for name, kind in _reaching():
        decision = grants.of(agent, name)
        unknown = unknown or decision.outcome == "unknown"
        if decision.reaches:
            uses[kind].append(Use(name, decision))
    for use in _servers(agent, catalog, grants):
        unknown = unknown or use.decision.outcome == "unknown"
        if use.decision.reaches:
            uses["mcp"].append(use)
    found = [Reach(id, title, tuple(uses[id])) for id, title in CLASSES if uses[id]]
    if unknown:
        found.append(Reach(*UNKNOWN))
    return tuple(found) or (Reach(*READS_ONLY),)


def _reaching() -> list[tuple[str, str]]:
    return [(name, fact.reach) for name, fact in facts().items() if fact.reach and not fact.retired]


def _servers(agent: Agent, catalog: Catalog, grants: Grants) -> Iterable[Use]:
    """Each server of which the agent has at least one tool, with the decision that reaches furthest."""
    for server in catalog.servers:
        probe = f"mcp__{server.id}__"
        names = [*server.tools, probe] if server.tools else [probe]
        decisions = [grants.of(agent, name, server.id) for name in names]
        best = next((one for one in decisions if one.reaches), None)
        best = best or next((one for one in decisions if one.outcome == "unknown"), None)
        if best:
            yield Use(server.name, best, True)
