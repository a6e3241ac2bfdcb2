"""What an agent may do by groups of tools, and where two agents differ: the words that all runtimes share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..model.catalog import Catalog
from ..model.definitions import Agent
from ..runtimes import get_runtime_of
from ..runtimes.builtin_tools import GROUPS
from ..runtimes.rules import Decision, Word
from .capabilities import decide_server
from .decisions import PermissionResolver

NOTHING = Decision("not_declared", "")
# In these groups only the tools count that do what it is about: a tool that stops a task runs no command.
_REACH_BY_GROUP = {
    "execution": "commands",
    "write": "files",
    "web": "network",
    "delegation": "delegates",
}
# From what an agent may do without more ado to what it may not do.
_STRENGTH: tuple[Word, ...] = (
    *("allowed", "inherited", "unenforced", "guarded", "conditional", "enforced", "partial", "ask"),
    *("unknown", "denied", "never", "through", "not_declared"),
)
COMPARED = ("execution", "write", "web", "delegation", "mcp", "read", "search")
"""The groups in which agents are compared, heaviest first."""


@dataclass(frozen=True, slots=True)
class AccessDifference:
    """A group of tools that one of two agents can use, and the other cannot, or only asks or has in part."""

    group: str
    title: str
    own: Decision
    other: Decision


def decide_group(agent: Agent, group: str, catalog: Catalog, grants: PermissionResolver) -> Decision:
    """The decision that reaches furthest among the tools of ``group`` that the runtime of ``agent`` has."""
    if group == "mcp":
        return _find_strongest(decide_server(agent, server, grants) for server in catalog.servers)
    runtime, reach = get_runtime_of(agent), _REACH_BY_GROUP.get(group)
    names = [name for name in runtime.current_tools if runtime.tools[name].group == group]
    weighty = [name for name in names if runtime.tools[name].reach == reach] if reach else []
    return _find_strongest(grants.decide(agent, name) for name in weighty or names)


def compare_access(
    agent: Agent, other: Agent, catalog: Catalog, grants: PermissionResolver
) -> tuple[AccessDifference, ...]:
    """The groups of tools in which two agents differ, heaviest first. What nobody knows is no difference."""
    titles = dict(GROUPS)
    differences = []
    for group in COMPARED:
        own, theirs = (decide_group(item, group, catalog, grants) for item in (agent, other))
        is_known = "unknown" not in (own.outcome, theirs.outcome)
        if is_known and _weigh_use(own) != _weigh_use(theirs):
            differences.append(AccessDifference(group, titles[group], own, theirs))
    return tuple(differences)


def _weigh_use(decision: Decision) -> str:
    if not decision.is_usable:
        return "no"
    return decision.outcome if decision.outcome in ("ask", "partial") else "yes"


def _find_strongest(decisions: Iterable[Decision]) -> Decision:
    return min(decisions, key=lambda decision: _STRENGTH.index(decision.word), default=NOTHING)
