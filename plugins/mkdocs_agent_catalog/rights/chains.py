"""Chains: what a command, a skill or an agent leads to, step by step, each step with its proof.

A step is there only if it can be taken: an agent that may start no other leads to none, whatever its text
says. What a text merely mentions is no step.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..linking.tool_usage import get_tool_name
from ..model.catalog import Catalog, Evidence, Link, Tool
from ..model.definitions import Agent, Span
from ..permissions.capabilities import decide_server
from ..permissions.decisions import PermissionResolver
from ..permissions.delegation import DelegationFinder, locate_starting_entry
from ..runtimes import get_runtime_of
from ..text.strings import make_server_id

NodeKind = Literal["agent", "skill", "tool", "server", "inherited", "any agent"]
Node = tuple[NodeKind, str]
"""What a step leads to: its kind and id. ``inherited`` stands for all tools that an agent inherits, and ``any
agent`` for every agent that its runtime can start: both have the runtime's name as id."""
MOST_NODES = 1000
"""No chain is followed further: what comes then is seen from where it goes on."""
_FIRM = frozenset({"preloaded", "declared", "configured"})


@dataclass(frozen=True, slots=True)
class ChainStep:
    """A step to ``target``. ``evidence`` are the places in files that ask for it. ``rule`` is the id of the
    permission rule that allows it, empty where none is needed, and ``span`` the place of the grant."""

    target: Node
    evidence: tuple[Evidence, ...] = ()
    rule: str = ""
    span: Span | None = None

    @property
    def is_declared(self) -> bool:
        """Whether the frontmatter or a configuration says so, and not only a text."""
        return not self.evidence or any(item.grade in _FIRM for item in self.evidence)


@dataclass(frozen=True, slots=True)
class Chain:
    """Everything that ``start`` leads to. ``levels`` hold what is so many steps away, each once. ``steps``
    are all steps from each of them."""

    start: Node
    levels: tuple[tuple[Node, ...], ...]
    steps: dict[Node, tuple[ChainStep, ...]]
    is_whole: bool = True


class ChainFinder:
    """The chains of one catalog."""

    def __init__(self, catalog: Catalog, grants: PermissionResolver, delegation: DelegationFinder) -> None:
        self.catalog, self.grants, self.delegation = catalog, grants, delegation
        self.tools = {(tool.runtime, tool.name): tool for tool in catalog.tools}
        self._steps: dict[Node, tuple[ChainStep, ...]] = {}

    def list_starts(self) -> Iterator[Node]:
        """The commands, skills and agents from which a chain has more than one step."""
        for skill in self.catalog.skills:
            if skill.source and self._goes_on(("skill", skill.id)):
                yield "skill", skill.id
        for agent in self.catalog.agents:
            if self._goes_on(("agent", agent.id)):
                yield "agent", agent.id

    def find_chain(self, start: Node) -> Chain:
        """What ``start`` leads to, the nearest first."""
        levels: list[tuple[Node, ...]] = []
        steps: dict[Node, tuple[ChainStep, ...]] = {}
        level: list[Node] = [start]
        seen = {start}
        following: dict[Node, None] = {}
        while level:
            levels.append(tuple(level))
            following = {}
            for node in level:
                steps[node] = self.list_steps(node)
                following |= {s.target: None for s in steps[node] if s.target not in seen}
            level = list(following) if len(seen) < MOST_NODES else []
            seen.update(level)
        return Chain(start, tuple(levels), steps, not following)

    def list_steps(self, node: Node) -> tuple[ChainStep, ...]:
        """The steps from ``node``: to agents, skills, tools and MCP servers."""
        if node not in self._steps:
            kind, id = node
            if kind == "agent":
                self._steps[node] = tuple(self._list_agent_steps(self.catalog.by_id["agent", id]))
            elif kind == "skill":
                self._steps[node] = tuple(self._list_linked(self.catalog.get_links_from("skill", id)))
            elif kind == "tool":
                self._steps[node] = tuple(self._list_server_of(id))
            else:
                self._steps[node] = ()
        return self._steps[node]

    def _goes_on(self, node: Node) -> bool:
        return any(
            step.target[0] in ("agent", "skill") and step.target != node and self.list_steps(step.target)
            for step in self.list_steps(node)
        )

    def _list_linked(self, links: tuple[Link, ...]) -> Iterator[ChainStep]:
        for link in links:
            if link.kind != "tool" and (step := self._make_step(link)):
                yield step

    def _make_step(self, link: Link, rule: str = "", span: Span | None = None) -> ChainStep | None:
        """The step along ``link``; ``None`` for a mere mention, and for what is not there."""
        evidence = tuple(item for item in link.evidence if item.grade != "named")
        target = self.catalog.by_id.get((link.kind, link.target))
        if not evidence or target is None or (link.kind == "skill" and target.source is None):
            return None
        if link.kind == "agent" and not self.delegation.as_subagents.can_start(target):
            return None
        return ChainStep((link.kind, link.target), evidence, rule, span)

    def _list_agent_steps(self, agent: Agent) -> Iterator[ChainStep]:
        if not self.grants.can_start(agent):
            return
        links = self.catalog.get_links_from("agent", agent.id)
        yield from self._list_delegation(agent, links)
        runtime = get_runtime_of(agent)
        skill_decision = self.grants.decide(agent, runtime.skill_tool) if runtime.skill_tool else None
        for link in links:
            is_preloaded = any(item.grade == "preloaded" for item in link.evidence)
            if link.kind == "skill" and (is_preloaded or not skill_decision or skill_decision.is_usable):
                rule = skill_decision.rule if skill_decision and not is_preloaded else ""
                if step := self._make_step(link, rule):
                    yield step
        yield from self._list_tools(agent)
        named = {make_server_id(entry.server) for entry in agent.access.grants or () if entry.server}
        for link in links:
            if link.kind == "server" and link.target not in named:
                decision = decide_server(agent, self.catalog.by_id["server", link.target], self.grants)
                if decision.is_usable and (step := self._make_step(link, decision.rule)):
                    yield step

    def _list_delegation(self, agent: Agent, links: tuple[Link, ...]) -> Iterator[ChainStep]:
        decision, names = self.delegation.list_startable(agent)
        if decision is None:
            return
        span = locate_starting_entry(agent)
        for link in links:
            if link.kind != "agent" or self.catalog.by_id["agent", link.target].dialect != agent.dialect:
                continue
            is_declared = link.strongest == "declared"
            if (names is None or is_declared) and (step := self._make_step(link, decision.rule, span)):
                yield step
        if names is None and not agent.access.inherits:
            yield ChainStep(("any agent", agent.dialect), (), decision.rule, span)

    def _list_tools(self, agent: Agent) -> Iterator[ChainStep]:
        """The listed tools that do more than read, each once, and one step for all that is inherited."""
        runtime = get_runtime_of(agent)
        seen = set[Node]()
        for entry in agent.access.grants or ():
            decision = self.grants.decide_entry(agent, entry)
            target = self._find_tool(agent, entry.server, get_tool_name(agent, entry), entry.pattern)
            fact = runtime.tools.get(get_tool_name(agent, entry))
            is_heavy = bool(entry.server) or bool(fact and fact.reach and fact.reach != "delegates")
            if decision.is_usable and is_heavy and target and target not in seen:
                seen.add(target)
                yield ChainStep(target, (), decision.rule, entry.span)
        if agent.access.inherits:
            rule = self.grants.get_base_rule(agent)
            yield ChainStep(("inherited", agent.dialect), (), rule, agent.span)

    def _find_tool(self, agent: Agent, server: str | None, name: str, is_pattern: bool) -> Node | None:
        if server and is_pattern:
            return "server", make_server_id(server)
        tool: Tool | None = self.tools.get(("" if server else agent.dialect, name))
        return ("tool", tool.id) if tool else None

    def _list_server_of(self, id: str) -> Iterator[ChainStep]:
        tool: Tool = self.catalog.by_id["tool", id]
        if tool.server and ("server", tool.server) in self.catalog.by_id:
            yield ChainStep(("server", tool.server))
