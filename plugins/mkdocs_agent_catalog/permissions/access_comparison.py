"""Compares what two agents can do, by groups of tools that exist in every runtime."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..model.catalog import Catalog
from ..model.definitions import Agent
from ..runtimes import get_runtime_of
from ..runtimes.builtin_tools import REACH_BY_GROUP
from ..runtimes.rules import Decision, Word
from .capabilities import NOT_DECLARED, decide_any_server, decide_server
from .decisions import PermissionResolver

# From what an agent may do without more ado to what it may not do.
_STRENGTH: tuple[Word, ...] = (
    *("allowed", "inherited", "unenforced", "guarded", "conditional", "enforced", "partial", "ask"),
    *("unknown", "denied", "never", "through", "not_declared"),
)
COMPARED = ("execution", "write", "web", "delegation", "mcp")
"""The groups in which agents are compared, heaviest first: who reads what is seldom what differs."""


def decide_group(agent: Agent, group: str, catalog: Catalog, grants: PermissionResolver) -> Decision:
    """The decision that reaches furthest among the tools of ``group`` that the runtime of ``agent`` has; in
    part, where an entry denies another of them."""
    if group == "mcp":
        decisions = [decide_server(agent, server, grants) for server in catalog.servers]
        return _find_strongest([*decisions, decide_any_server(agent, catalog, grants)])
    runtime = get_runtime_of(agent)
    names = [name for name in runtime.current_tools if runtime.tools[name].group == group]
    if not names and group in ("read", "search"):
        # Where no tool is for that, it is done by commands.
        return decide_group(agent, "execution", catalog, grants)
    decisions = [grants.decide(agent, name) for name in list_weighty_tools(agent, group) or names]
    strongest = _find_strongest(decisions)
    is_whole = strongest.outcome in ("allowed", "inherited", "unenforced")
    is_in_part = is_whole and any(decision.outcome == "denied" for decision in decisions)
    return replace(strongest, outcome="partial") if is_in_part else strongest


def list_weighty_tools(agent: Agent, group: str) -> list[str]:
    """The built-in tools of ``group`` in the runtime of ``agent`` that do what the group is about: a tool
    that stops a task runs no command. None if the group gives no capability."""
    runtime, reach = get_runtime_of(agent), REACH_BY_GROUP.get(group)
    tools = ((name, runtime.tools[name]) for name in runtime.current_tools)
    return [name for name, tool in tools if reach and tool.group == group and tool.reach == reach]


def differ(decision: Decision, other: Decision) -> bool:
    """Whether two decisions let different things happen. What nobody knows is no difference."""
    if "unknown" in (decision.outcome, other.outcome):
        return False
    return _weigh_use(decision) != _weigh_use(other)


def _weigh_use(decision: Decision) -> str:
    if not decision.is_usable:
        return "no"
    return decision.outcome if decision.outcome in ("ask", "partial") else "yes"


def _find_strongest(decisions: Iterable[Decision]) -> Decision:
    return min(decisions, key=lambda decision: _STRENGTH.index(decision.word), default=NOT_DECLARED)
