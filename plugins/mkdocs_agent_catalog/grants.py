"""What an agent may really use: for an agent and a tool the outcome, and the rule that says so.

The rules are ``data/grant_rules.yaml``; here stands only in which order they are asked. Never more is
claimed than the file and a rule support: the rest is ``unknown``, or a caveat beside what was decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from .declared import Lists, lists_of, matches, server_of
from .facts import facts
from .model import Agent, ToolGrant
from .rules import REACHING, Decision, Outcome, aliases, meant, members

DEFAULT_PROFILE = "claude-code"


_Found = tuple[Outcome, str] | None
_Step = Callable[[Lists, str, str | None, str], _Found]


def _unreadable(lists: Lists, tool: str, server: str | None, profile: str) -> _Found:
    return None if lists.readable else ("unknown", "not-loaded")


def _denied(lists: Lists, tool: str, server: str | None, profile: str) -> _Found:
    if any(entry.tool == "*" for entry in lists.denied):
        return "unknown", "denied-all"
    partly: _Found = None
    for entry in lists.denied:
        if not matches(entry, tool, server):
            continue
        if server is None and lists.memory and tool in members("memory"):
            return "unknown", "memory-denied"
        if server is None:
            return "denied", "denied-whole" if entry.specifier is not None else "denied"
        if entry.tool == "mcp__*":
            return "denied", "denied-mcp"
        if "*" not in entry.tool:
            return "denied", "denied-server" if entry.pattern else "denied"
        partly = ("unknown", "denied-pattern")
    return partly


def _withheld(lists: Lists, tool: str, server: str | None, profile: str) -> _Found:
    """What no subagent gets, and what an old name no longer means."""
    if server is not None:
        return None
    fact = facts().get(tool)
    listed = bool(lists.entries(tool, None))
    if tool in members("plan_mode") and lists.plan and profile != "claude-code-main":
        has_it = listed or (lists.allowed is None and not lists.null)
        return ("never", "plugin-ignores") if lists.plugin else ("allowed", "plan-mode") if has_it else None
    if tool in members("never") and profile != "claude-code-main":
        return "never", "never-subagent"
    # What another runtime still knows is not ours to say.
    if fact and fact.retired and tool not in aliases() and profile != "allowed-tools":
        return "never", "retired"
    return None


def _remembering(lists: Lists, tool: str, server: str | None, profile: str) -> _Found:
    turned_on = server is None and lists.memory and tool in members("memory")
    decides = _listing(lists) or lists.null
    return ("allowed", "memory") if turned_on and decides and not lists.entries(tool, None) else None


def _listing(lists: Lists) -> bool:
    """Whether a list decides: it is there and does not ask for everything."""
    return lists.allowed is not None and not any(entry.tool == "*" for entry in lists.allowed)


def _listed(lists: Lists, tool: str, server: str | None, profile: str) -> _Found:
    if not _listing(lists):
        return None
    found = lists.entries(tool, server)
    if not found:
        return None
    if server is not None:
        return _listed_mcp(found)
    if tool not in facts():
        return "unknown", "unrecognized"
    if all(entry.specifier is not None for entry in found):
        if meant(tool) == "Agent":
            main = profile == "claude-code-main"
            return ("enforced", "agent-list-main") if main else ("unenforced", "agent-list")
        return "unenforced", "unenforced"
    if all(entry.tool in aliases() for entry in found):
        return "allowed", "renamed"
    return "allowed", "honoured-key" if lists.honoured else "listed"


def _listed_mcp(found: Iterable[ToolGrant]) -> _Found:
    entries = tuple(found)
    if any(not entry.pattern for entry in entries):
        return "allowed", "mcp-tool"
    if any(entry.server and "*" not in entry.tool for entry in entries):
        return "allowed", "mcp-server"
    return "unknown", "mcp-pattern"


def _unlisted(lists: Lists, tool: str, server: str | None, profile: str) -> _Found:
    if lists.null:
        return "unknown", "null-list"
    if _listing(lists):
        return "not_declared", "not-listed" if lists.allowed else "empty-list"
    if server is None and (tool not in facts() or facts()[tool].retired):
        return "not_declared", "no-such-tool"
    if lists.allowed is not None:
        return "inherited", "all-tools"
    if lists.ignored:
        return "inherited", "ignored-key"
    return "inherited", "mcp-inherited" if server is not None else "tools-omitted"


# In this order; the first that says something decides.
_STEPS: tuple[_Step, ...] = (_unreadable, _denied, _withheld, _remembering, _listed, _unlisted)


def _caveats(lists: Lists, tool: str, profile: str) -> tuple[str, ...]:
    """What else must hold for a built-in tool to be there; no file says whether it does."""
    found = []
    bash = any(entry.tool == "Bash" for entry in lists.allowed or ())
    if tool in members("absent_by_default") and (bash or not lists.entries(tool, None)):
        found.append("absent-by-default")
    if tool in members("model_dependent"):
        found.append("model-dependent")
    if profile != "claude-code-main":
        if meant(tool) == "Agent":
            found.append("depth-limit")
        if meant(tool) not in members("background"):
            found.append("foreground-only")
    return tuple(found)


@dataclass(slots=True)
class Grants:
    """Decisions under one profile, each made once for all agents whose lists are the same."""

    profile: str = DEFAULT_PROFILE
    _known: dict[tuple[int, str], Decision] = field(default_factory=dict)
    _signatures: dict[Any, int] = field(default_factory=dict)
    _agents: dict[str, tuple[int, Lists]] = field(default_factory=dict)
    _lost: dict[int, bool] = field(default_factory=dict)

    def of(self, agent: Agent, tool: str, server: str | None = None) -> Decision:
        """The decision for ``tool``, a built-in tool's name or ``mcp__server__tool`` with its server's id."""
        number, lists = self._lists(agent)
        known = self._known.get((number, tool))
        if known is None:
            known = self._known[number, tool] = self._decide(number, lists, tool, server)
        return known

    def of_entry(self, agent: Agent, entry: ToolGrant) -> Decision:
        """The decision for what an entry of a list names: a tool, a whole server or a pattern."""
        return self.of(agent, entry.tool, server_of(entry))

    def basis(self, agent: Agent) -> str:
        """The rule that decides about a built-in tool which no entry of the agent names."""
        lists = self._lists(agent)[1]
        if lists.readable and any(entry.tool == "*" for entry in lists.denied):
            return "denied-all"
        found = _unreadable(lists, "", None, self.profile) or _unlisted(lists, "Read", None, self.profile)
        assert found is not None
        return found[1]

    def listed(self, agent: Agent) -> bool:
        """Whether a list decides about this agent's tools, and not what the session has."""
        return _listing(self._lists(agent)[1])

    def turned_on(self, agent: Agent) -> list[str]:
        """Built-in tools that no entry of the agent's list names and that another key gives it."""
        if not self.listed(agent):
            return []
        named = {meant(entry.tool) for entry in agent.access.every}
        others = sorted((members("memory") | members("plan_mode")) - named)
        return [name for name in others if self.of(agent, name).reaches]

    def _lists(self, agent: Agent) -> tuple[int, Lists]:
        found = self._agents.get(agent.id)
        if found is None:
            lists = lists_of(agent)
            key = (
                None if lists.allowed is None else _shape(lists.allowed),
                _shape(lists.denied),
                *(getattr(lists, name) for name in ("honoured", "null", "ignored", "memory", "plan")),
                lists.plugin,
                lists.readable,
            )
            number = self._signatures.setdefault(key, len(self._signatures))
            found = self._agents[agent.id] = (number, lists)
        return found

    def _decide(self, number: int, lists: Lists, tool: str, server: str | None) -> Decision:
        for step in _STEPS:
            if found := step(lists, tool, server, self.profile):
                outcome, rule = found
                reaches = outcome in REACHING and server is None
                if reaches:
                    return Decision(outcome, rule, _caveats(lists, tool, self.profile))
                lost = bool(lists.entries(tool, server)) and self._nothing_left(number, lists)
                return Decision(outcome, rule, ("nothing-left",) if lost else ())
        raise AssertionError("the last step always decides")

    def _nothing_left(self, number: int, lists: Lists) -> bool:
        """Whether a list of which nothing resolves keeps the agent from being started at all."""
        if number not in self._lost:
            self._lost[number] = self._resolves_to_nothing(lists)
        return self._lost[number]

    def _resolves_to_nothing(self, lists: Lists) -> bool:
        if not _listing(lists) or lists.memory:
            return False
        gone = {"denied", "never"}
        for entry in lists.allowed or ():
            asked = (lists, entry.tool, server_of(entry), self.profile)
            found = next(f for step in _STEPS if (f := step(*asked)))
            if found[0] not in gone and found[1] != "unrecognized":
                return False
        return True


def _shape(entries: tuple[ToolGrant, ...]) -> tuple[tuple[str, bool], ...]:
    return tuple((entry.tool, entry.specifier is not None) for entry in entries)
