"""Decides for an agent and a tool: the outcome, and the rule for it.

Each decision is the runtime's; here it is asked once for all agents whose lists are the same, in all
catalogs of a process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from ..model.definitions import Agent, ToolGrant
from ..runtimes import DEFAULT_PROFILE, get_runtime_of
from ..runtimes.rules import USABLE, Decision
from ..runtimes.runtime import SESSION_SERVER, Runtime
from ..runtimes.tool_lists import ANY_SERVER, ToolLists, get_server_id, matches_server_entry
from ..text.i18n import TranslatableText, say

Denials = Mapping[str, tuple[ToolGrant, ...]]
"""Entries that deny something to every agent of a runtime, by its name."""
SWITCHED_OFF = "switched-off"
"""In place of the id of a rule, where one of these entries decides."""


Decisions = dict[tuple[str, str | None], Decision]
"""By tool and the id of its MCP server."""


@dataclass(frozen=True, slots=True, eq=False)
class _Policy:
    """The lists of an agent with what decides about them, and the decisions made so far by resolvers that
    deny nothing beside the files."""

    runtime: Runtime
    lists: ToolLists
    profile: str
    base_rule: str
    """The id, without the prefix of the runtime, of the rule for tools that no entry names."""
    decisions: Decisions = field(default_factory=dict)


@lru_cache(maxsize=1024)
def _share_policy(runtime: Runtime, lists: ToolLists, profile: str) -> _Policy:
    """The policy of these lists, the same in each catalog: what-if questions and the rebuilds of a preview
    ask about the same lists again and again."""
    return _Policy(runtime, lists, profile, runtime.find_base_rule(lists, profile))


@lru_cache(maxsize=64)
def _list_usually_denied(runtime: Runtime, profile: str) -> frozenset[str]:
    """The built-in tools that the runtime denies to an agent whose file says nothing."""
    names, lists = runtime.current_tools, ToolLists(None)
    return frozenset(name for name in names if runtime.decide(lists, name, None, profile)[0] == "denied")


@dataclass(slots=True)
class PermissionResolver:
    """Decisions under one profile; agents of a runtime that does not have it run under its usual one.

    ``denied`` is what everybody is denied beside what files say, whatever is listed.
    """

    profile: str = DEFAULT_PROFILE
    denied: Denials = field(default_factory=dict)
    _decisions_with_denials: dict[_Policy, Decisions] = field(default_factory=dict)
    _numbers: dict[tuple[str, ToolLists], int] = field(default_factory=dict)
    _policies: dict[str, _Policy] = field(default_factory=dict)
    _nothing_left: dict[_Policy, bool] = field(default_factory=dict)
    _denied_tools: dict[_Policy, list[str]] = field(default_factory=dict)
    _implied_tools: dict[_Policy, list[str]] = field(default_factory=dict)

    def decide(self, agent: Agent, tool: str, server: str | None = None) -> Decision:
        """The decision for ``tool``, a built-in tool's name or ``mcp__server__tool`` with its server's id."""
        policy = self._policies.get(agent.id) or self._get_policy(agent)
        decisions = self._decisions_with_denials.setdefault(policy, {}) if self.denied else policy.decisions
        decision = decisions.get((tool, server))
        if decision is None:
            decision = decisions[tool, server] = self._decide(policy, tool, server)
        return decision

    def decide_session_servers(self, agent: Agent) -> Decision:
        """The decision for whichever MCP servers the session of ``agent`` has."""
        return self.decide(agent, "mcp__*", ANY_SERVER)

    def is_left_to_session(self, agent: Agent, decision: Decision) -> bool:
        """Whether the agent may call an MCP server if its session has it, which no file says."""
        return decision.rule == get_runtime_of(agent).make_rule_id(SESSION_SERVER)

    def decide_entry(self, agent: Agent, entry: ToolGrant) -> Decision:
        """The decision for what an entry of a list names: a tool, a whole server or a pattern. ``*`` names
        what no other entry does."""
        if entry.tool == "*":
            policy = self._get_policy(agent)
            base = policy.runtime.rules[policy.runtime.make_rule_id(policy.base_rule)]
            if base.outcome != "caveat":
                return Decision(base.outcome, base.id)
        return self.decide(agent, entry.tool, get_server_id(entry))

    def get_policy_number(self, agent: Agent) -> int:
        """A number that agents have in common about whose tools all is decided alike."""
        policy = self._get_policy(agent)
        return self._numbers.setdefault((policy.runtime.name, policy.lists), len(self._numbers))

    def get_base_rule(self, agent: Agent) -> str:
        """The id of the rule that decides about a built-in tool which no entry of the agent names."""
        policy = self._get_policy(agent)
        return policy.runtime.make_rule_id(policy.base_rule)

    def is_base_unknown(self, agent: Agent) -> bool:
        """Whether nobody can say what the agent has beyond its entries."""
        policy = self._get_policy(agent)
        return policy.base_rule in policy.runtime.unknown_base_rules

    def has_allowlist(self, agent: Agent) -> bool:
        """Whether a list decides about this agent's tools, and not what the session has."""
        policy = self._get_policy(agent)
        lists, is_closed = policy.lists, policy.runtime.tools_left_out == "nothing"
        is_decided = lists.has_allowlist or (is_closed and lists.allowed is None)
        return is_decided and (bool(lists.allowed) or not self.is_base_unknown(agent))

    def is_inherited(self, agent: Agent, decision: Decision) -> bool:
        """Whether ``agent`` has a tool, about which ``decision`` is, without its file naming it. Where no
        list decides, a limit that is not enforced leaves what the session has."""
        is_limit_void = decision.outcome == "unenforced" and not self.has_allowlist(agent)
        return decision.outcome == "inherited" or is_limit_void

    def list_denied_tools(self, agent: Agent) -> list[str]:
        """The built-in tools that the file of ``agent``, its project or an edit takes away, by whichever key:
        not those that the runtime denies to everybody."""
        policy = self._get_policy(agent)
        if policy not in self._denied_tools:
            usual = _list_usually_denied(policy.runtime, policy.profile)
            names = [name for name in policy.runtime.current_tools if name not in usual]
            denied = [name for name in names if self.decide(agent, name).outcome == "denied"]
            self._denied_tools[policy] = denied
        return self._denied_tools[policy]

    def list_own_denials(self, agent: Agent) -> list[str]:
        """Those of them that the file itself takes away."""
        runtime = self._get_policy(agent).runtime
        return [
            name
            for name in self.list_denied_tools(agent)
            if not self.find_project_rules(agent, name) and not self.is_switched_off(runtime, name)
        ]

    def can_start(self, agent: Agent) -> bool:
        """Whether the runtime loads the file and does not refuse to start the agent."""
        return self._get_policy(agent).lists.loads and not self.cannot_start(agent)

    def find_implied_tools(self, agent: Agent) -> list[str]:
        """The built-in tools that an agent with a list has although no entry names them: another key, or the
        runtime itself, gives them."""
        if not self.has_allowlist(agent) or agent.not_loaded:
            return []
        policy = self._get_policy(agent)
        if policy not in self._implied_tools:
            names = policy.runtime.current_tools
            usable = [name for name in names if self.decide(agent, name).is_usable]
            find = policy.runtime.find_allowing_entries
            self._implied_tools[policy] = [name for name in usable if not find(policy.lists, name, None)]
        return self._implied_tools[policy]

    def describe_base(self, agent: Agent) -> TranslatableText:
        """What a reader must not miss of the tools that no entry names; empty when the list says all."""
        policy, implied = self._get_policy(agent), self.find_implied_tools(agent)
        return policy.runtime.describe_base(agent, policy.base_rule, implied, self._describe_denied(agent))

    def _describe_denied(self, agent: Agent) -> TranslatableText | str:
        """Who denies some of the tools that the agent inherits otherwise; empty for nobody."""
        denied = self.list_denied_tools(agent)
        rules = (rule for name in denied for rule in self.find_project_rules(agent, name))
        is_by_project = any(rule.effect == "deny" for rule in rules)
        if agent.access.denied and is_by_project:
            return say(" but those that it or the settings of the project deny")
        if is_by_project:
            return say(" but those that the settings of the project deny")
        return say(" but those it denies") if agent.access.denied else ""

    def get_profile(self, agent: Agent) -> str:
        """The profile of the agent's runtime under which it is decided."""
        return self._get_policy(agent).profile

    def judges_names(self, agent: Agent) -> bool:
        """Whether another name than those of the runtime's tools is a mistake in the agent's lists.

        Where the tools are no list, that is the finding, and their names are not judged beside it.
        """
        policy = self._get_policy(agent)
        is_map = isinstance(agent.document.values.get(policy.runtime.tools_key), dict)
        return (
            not agent.not_loaded and not is_map and policy.runtime.judges_names(policy.lists, policy.profile)
        )

    def is_withheld(self, agent: Agent, tool: str) -> bool:
        """Whether the runtime gives ``tool`` to no agent, whatever is listed."""
        runtime = self._get_policy(agent).runtime
        return self.decide(agent, tool).rule in map(runtime.make_rule_id, runtime.withheld_rules)

    def cannot_start(self, agent: Agent) -> bool:
        """Whether the runtime refuses to start the agent: nothing in its list is a tool that it can have."""
        policy = self._get_policy(agent)
        return policy.lists.loads and self._is_nothing_left(policy)

    def may_not_start(self, agent: Agent) -> bool:
        """Whether nothing in its list may be left, but by a rule that is not settled."""
        policy = self._get_policy(agent)
        if not policy.lists.loads or self.cannot_start(agent):
            return False
        return policy.runtime.is_nothing_left(policy.lists, policy.profile, in_doubt=True)

    def find_denials(self, agent: Agent, entry: ToolGrant) -> tuple[ToolGrant, ...]:
        """What denies all that ``entry`` names, in the agent's file and in the settings of the project."""
        policy, server = self._get_policy(agent), get_server_id(entry)
        if self.decide_entry(agent, entry).outcome != "denied":
            return ()
        own = (rule for rule in agent.access.denied if policy.runtime.matches(rule, entry.tool, server))
        rules = self.find_project_rules(agent, entry.tool, server)
        return (*own, *(rule for rule in rules if rule.effect == "deny" and rule.specifier is None))

    def is_switched_off(self, runtime: Runtime, tool: str, server: str | None = None) -> bool:
        """Whether every agent of ``runtime`` is denied the tool, whatever files say."""
        entries = self.denied.get(runtime.name, ())
        # No notation of a runtime's own says what is denied here.
        if server is not None:
            return any(matches_server_entry(entry, tool, server) for entry in entries)
        return any(runtime.matches(entry, tool, server) for entry in entries)

    def has_unlimited_agent(self, agent: Agent, tool: str) -> bool:
        """Whether the runtime of ``agent`` brings an agent with every tool that can use the built-in ``tool``
        in the project of ``agent``."""
        policy = self._get_policy(agent)
        runtime = policy.runtime
        lists = ToolLists(None, project_rules=policy.lists.project_rules)
        is_forbidden = any(
            rule.effect == "deny"
            and runtime.get_current_name(rule.tool) in runtime.agent_tools
            and runtime.unlimited_agent in [name.strip() for name in (rule.specifier or "").split(",")]
            for rule in agent.project_rules
        )
        return (
            bool(runtime.unlimited_agent)
            and not is_forbidden
            and runtime.decide(lists, tool, None, policy.profile)[0] in USABLE
            and not self.is_switched_off(runtime, tool)
        )

    def find_project_rules(self, agent: Agent, tool: str, server: str | None = None) -> tuple[ToolGrant, ...]:
        """The rules of the project's settings that are about ``tool``."""
        policy = self._get_policy(agent)
        return tuple(
            rule for rule in agent.project_rules if policy.runtime.matches_project_rule(rule, tool, server)
        )

    def _get_policy(self, agent: Agent) -> _Policy:
        policy = self._policies.get(agent.id)
        if policy is None:
            runtime = get_runtime_of(agent)
            profile = runtime.choose_profile(agent, self.profile)
            lists = runtime.read_tool_lists(agent)
            policy = self._policies[agent.id] = _share_policy(runtime, lists, profile)
        return policy

    def _is_nothing_left(self, policy: _Policy) -> bool:
        left = self._nothing_left.get(policy)
        if left is None:
            lists, more = policy.lists, self.denied.get(policy.runtime.name, ())
            # As if the file itself said so: what is switched off is certain.
            lists = replace(lists, denied=(*lists.denied, *more)) if more else lists
            left = policy.runtime.is_nothing_left(lists, policy.profile)
            self._nothing_left[policy] = left
        return left

    def _decide(self, policy: _Policy, tool: str, server: str | None) -> Decision:
        runtime, lists = policy.runtime, policy.lists
        outcome, rule = runtime.decide(lists, tool, server, policy.profile)
        if outcome in USABLE and self.is_switched_off(runtime, tool, server):
            return Decision("denied", SWITCHED_OFF)
        if outcome in USABLE and server is not None and not lists.is_in_session(server):
            return Decision("unknown", runtime.make_rule_id(SESSION_SERVER))
        decision = Decision(outcome, runtime.make_rule_id(rule))
        caveats: tuple[str, ...] = ()
        if decision.is_usable:
            caveats = runtime.find_caveats(lists, tool, server, policy.profile)
        elif lists.loads and runtime.find_allowing_entries(lists, tool, server):
            caveats = ("nothing-left",) if self._is_nothing_left(policy) else ()
        ids = tuple(map(runtime.make_rule_id, caveats))
        words = dict.fromkeys(word for id in ids if (word := runtime.rules[id].word))
        return Decision(outcome, decision.rule, ids, tuple(words))
