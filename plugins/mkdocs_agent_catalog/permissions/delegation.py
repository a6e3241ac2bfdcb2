"""Capabilities that an agent has through agents that it can start, with the steps that lead there.

Whoever may start any agent has the same others to choose from, so one of them stands for all: this takes
time in proportion to the number of agents, and not of pairs of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from ..model.catalog import Catalog
from ..model.definitions import Agent, Span
from ..runtimes import DEFAULT_PROFILE, get_runtime_of, list_runtimes
from ..runtimes.rules import Decision
from ..runtimes.runtime import Purpose
from .capabilities import CLASSES, UNKNOWN, Capability, find_capabilities
from .decisions import PermissionResolver

# Private data, foreign content, a way out: who has all three can be made to leak what it reads.
TRIFECTA: tuple[Purpose, ...] = ("read private data", "read strangers' text", "send data")
_DELEGATES = "delegates"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a chain: who acts, with which tool, by which rule, and where the file says so.

    ``agent`` is an id, ``None`` for an agent that the runtime brings. ``span`` is ``None`` where no file says
    anything.
    """

    agent: str | None
    name: str
    tool: str
    rule: str
    span: Span | None
    namesakes: int = 0
    """How many others of its name the step before may mean as well."""


@dataclass(frozen=True, slots=True)
class IndirectCapability:
    """A class of capabilities that an agent has only through others, and one chain that shows it."""

    id: str
    title: str
    steps: tuple[Step, ...]


def find_runtimes_with_unlimited(catalog: Catalog) -> frozenset[str]:
    """The names of the runtimes that bring an agent with every tool, in whose place no agent of the catalog
    stands by its name, and that no file turns off."""
    names = {(agent.dialect, agent.name) for agent in catalog.agents}
    names |= {(item.turned_off[0], item.turned_off[2]) for item in catalog.skipped if item.turned_off}
    runtimes = list_runtimes(catalog.agents)
    return frozenset(
        runtime.name
        for runtime in runtimes
        if runtime.unlimited_agent and (runtime.name, runtime.unlimited_agent) not in names
    )


class DelegationFinder:
    """Answers for every agent of a catalog. ``capabilities`` are those that the agents have themselves."""

    def __init__(
        self, catalog: Catalog, grants: PermissionResolver, capabilities: Mapping[str, tuple[Capability, ...]]
    ) -> None:
        self.catalog, self.grants = catalog, grants
        self.capabilities = capabilities
        # Whoever is started is a subagent, whatever the profile says of those who start.
        is_default = grants.profile == DEFAULT_PROFILE
        self.as_subagents = grants if is_default else PermissionResolver(DEFAULT_PROFILE, grants.denied)
        self.runtimes_with_unlimited = find_runtimes_with_unlimited(catalog)
        self.startable = [agent for agent in catalog.agents if self.as_subagents.can_start(agent)]
        # Nobody starts the agents of another runtime.
        self.first_with: dict[tuple[str, str], list[Agent]] = {}
        """By runtime and class the first two that have it: one of them is another than whoever asks."""
        self._first_with_tool: dict[tuple[str, str, str | None], list[Agent]] = {}
        self._reachable: dict[str, tuple[tuple[Agent, ...], bool]] = {}
        for agent in self.startable:
            for capability in self._find_as_subagent(agent):
                if capability.uses or capability.id == UNKNOWN[0]:
                    first = self.first_with.setdefault((agent.dialect, capability.id), [])
                    first += [agent] if len(first) < 2 else []

    def find_indirect(self, agent: Agent) -> tuple[IndirectCapability, ...]:
        """The classes that ``agent`` has through others only, heaviest first."""
        starting_tool = self._get_starting_tool(agent)
        if not starting_tool or not self.grants.can_start(agent):
            return ()
        own = {capability.id for capability in self.capabilities[agent.id] if capability.uses}
        chains = (
            (id, title, self._find_chain(agent, starting_tool, id))
            for id, title in CLASSES
            if id not in own and id != _DELEGATES
        )
        return tuple(IndirectCapability(id, title, chain) for id, title, chain in chains if chain)

    def reaches(self, agent: Agent, tool: str, server: str | None = None) -> bool:
        """Whether an agent that ``agent`` may start, in however many steps, can use ``tool``: a built-in one
        or, with the id of its MCP ``server``, one of that."""
        named, is_anybody = self.list_reachable(agent)
        if any(self.as_subagents.decide(other, tool, server).is_usable for other in named):
            return True
        if not is_anybody:
            return False
        holders = self._list_first_with_tool(agent.dialect, tool, server)
        is_brought = server is None and self._has_brought_agent(agent, tool)
        return is_brought or any(other.id != agent.id for other in holders)

    def _list_first_with_tool(self, runtime: str, tool: str, server: str | None) -> list[Agent]:
        """The first two agents of the runtime that can use ``tool``."""
        key = (runtime, tool, server)
        if key not in self._first_with_tool:
            agents = (agent for agent in self.startable if agent.dialect == runtime)
            holders = (agent for agent in agents if self.as_subagents.decide(agent, tool, server).is_usable)
            self._first_with_tool[key] = list(islice(holders, 2))
        return self._first_with_tool[key]

    def list_reachable(self, agent: Agent) -> tuple[tuple[Agent, ...], bool]:
        """Those whom ``agent`` may start by their names, in however many steps, and whether it, or one of
        them, may start anybody."""
        if agent.id not in self._reachable:
            tool = self._get_starting_tool(agent) if self.grants.can_start(agent) else ""
            is_anybody = bool(tool) and self.grants.decide(agent, tool).outcome != "enforced"
            paths = self._iter_paths(agent, tool) if tool and not is_anybody else ()
            named = tuple(path[-1] for path in paths)
            is_anybody = is_anybody or any(self._starts_anybody(other, tool) for other in named)
            self._reachable[agent.id] = named, is_anybody
        return self._reachable[agent.id]

    def _iter_paths(self, agent: Agent, tool: str) -> Iterator[tuple[Agent, ...]]:
        """The shortest path to each agent that ``agent`` may start by names, in however many steps, nearest
        first. Behind whoever may start anybody there is no path."""
        seen: set[str] = set()
        waiting: list[tuple[Agent, ...]] = [(agent, other) for other in self._list_named(agent, tool)]
        for path in waiting:
            last = path[-1]
            if last.id in seen or not self.as_subagents.can_start(last):
                continue
            seen.add(last.id)
            yield path
            waiting += [(*path, other) for other in self._list_next(last, tool)]

    def _list_next(self, agent: Agent, tool: str) -> list[Agent]:
        """Those whom ``agent``, which was started itself, may start by their names and nobody else."""
        is_limited = self.as_subagents.decide(agent, tool).outcome == "enforced"
        return list(self._list_named(agent, tool, self.as_subagents)) if is_limited else []

    def _starts_anybody(self, agent: Agent, tool: str) -> bool:
        """Whether ``agent`` may start anybody when another has started it."""
        start_by = self.as_subagents.decide(agent, tool)
        return start_by.is_usable and start_by.outcome != "enforced"

    def find_unknown(self, agent: Agent) -> tuple[Step, ...]:
        """A chain to an agent of which nobody knows all that it may do; empty if there is none."""
        tool = self._get_starting_tool(agent)
        if not tool or not self.grants.can_start(agent):
            return ()
        return self._find_chain(agent, tool, UNKNOWN[0])

    def list_startable(self, agent: Agent) -> tuple[Decision | None, tuple[str, ...] | None]:
        """The decision by which ``agent`` may start others (``None`` if it may not), and the names of those
        that it is limited to (``None`` for whichever)."""
        tool = self._get_starting_tool(agent)
        if not tool or not self.grants.can_start(agent):
            return None, None
        decision = self.grants.decide(agent, tool)
        if decision.outcome != "enforced":
            return decision, None
        return decision, tuple(sorted({other.name for other in self._list_named(agent, tool)}))

    def find_trifecta(self, agent: Agent) -> tuple[tuple[Purpose, str], ...]:
        """For each part of the lethal trifecta the tool that gives it; empty unless ``agent`` has all three.

        A tool is one of its own, or the one by which it starts another agent that has it.
        """
        if not self.grants.can_start(agent):
            return ()
        runtime, starting_tool = get_runtime_of(agent), self._get_starting_tool(agent)
        servers = next((c.uses for c in self.capabilities[agent.id] if c.id == "mcp"), ())
        parts = []
        for purpose in TRIFECTA:
            usable = (n for n in runtime.list_tools_that(purpose) if self.grants.decide(agent, n).is_usable)
            sends_by_server = servers[0].name if servers and purpose == "send data" else ""
            tool = next(usable, "") or sends_by_server or starting_tool
            if not tool:
                return ()
            parts.append((purpose, tool))
        return tuple(parts)

    def _find_as_subagent(self, agent: Agent) -> tuple[Capability, ...]:
        if self.grants.profile == DEFAULT_PROFILE:
            return self.capabilities[agent.id]
        return find_capabilities(agent, self.catalog, self.as_subagents)

    def _get_starting_tool(self, agent: Agent) -> str:
        """The tool by which ``agent`` may start others; empty if it may not."""
        tools = get_runtime_of(agent).agent_tools
        return tools[0] if tools and self.grants.decide(agent, tools[0]).is_usable else ""

    def _find_chain(self, agent: Agent, tool: str, id: str) -> tuple[Step, ...]:
        """The shortest chain from ``agent`` to the capability; empty if there is none."""
        start = self._make_step(agent, tool, self.grants)
        target = next((other for other in self._list_named(agent, tool) if self._has(other, id)), None)
        if target is not None:
            return (start, self._make_last_step(target, id, agent))
        if self.grants.decide(agent, tool).outcome != "enforced":
            last = self._find_any(agent, id)
            return (start, *last) if last else ()
        # Whom it may start may in turn start anybody, unless the runtime reads the names in its list too.
        for path in self._iter_paths(agent, tool):
            last = self._find_end(path[-1], tool, id) if path[-1].id != agent.id else ()
            if last:
                return (start, *(self._make_next_step(*pair, tool) for pair in pairwise(path)), *last)
        return ()

    def _find_end(self, agent: Agent, tool: str, id: str) -> tuple[Step, ...]:
        """The last step of a chain from ``agent``, which was started itself: to one that it names, or to
        whichever has the capability if it may start anybody."""
        if self._starts_anybody(agent, tool):
            return self._find_any(agent, id)
        target = next((other for other in self._list_next(agent, tool) if self._has(other, id)), None)
        return (self._make_last_step(target, id, agent),) if target else ()

    def _find_any(self, agent: Agent, id: str) -> tuple[Step, ...]:
        """The last step by whichever agent has the capability: one of the catalog, else the runtime's own."""
        others = (other for other in self.first_with.get((agent.dialect, id), ()) if other.id != agent.id)
        if target := next(others, None):
            return (self._make_last_step(target, id),)
        runtime = get_runtime_of(agent)
        if not runtime.unlimited_agent or id == "mcp":
            return ()
        names = (name for name in runtime.current_tools if runtime.tools[name].reach == id)
        tool = next((name for name in names if self._has_brought_agent(agent, name)), "")
        rule = runtime.make_rule_id(runtime.unlimited_rule)
        return (Step(None, runtime.unlimited_agent, tool, rule, None),) if tool else ()

    def _has_brought_agent(self, agent: Agent, tool: str) -> bool:
        return agent.dialect in self.runtimes_with_unlimited and self.grants.has_unlimited_agent(agent, tool)

    def _list_named(
        self, agent: Agent, tool: str, grants: PermissionResolver | None = None
    ) -> Iterator[Agent]:
        """The agents of its runtime that the file names: for its starting tool first, then in its text; of
        these, those of a name that no other has first. ``grants``: how it was started; as a main agent
        without."""
        links = sorted(self.catalog.get_links_from("agent", agent.id), key=lambda link: link.namesakes)
        declared = [link for link in links if link.kind == "agent" and link.strongest == "declared"]
        others = [link for link in links if link.kind == "agent" and link.strongest != "declared"]
        is_limited = (grants or self.grants).decide(agent, tool).outcome == "enforced"
        for link in declared if is_limited else (*declared, *others):
            other: Agent = self.catalog.by_id["agent", link.target]
            if other.dialect == agent.dialect:
                yield other

    def _has(self, agent: Agent, id: str) -> bool:
        is_startable = self.as_subagents.can_start(agent)
        return is_startable and any(
            c.id == id and (c.uses or id == UNKNOWN[0]) for c in self._find_as_subagent(agent)
        )

    def _make_last_step(self, agent: Agent, id: str, origin: Agent | None = None) -> Step:
        """The step of ``agent``, which ``origin`` names."""
        uses = next(c for c in self._find_as_subagent(agent) if c.id == id).uses
        namesakes = self._count_namesakes(origin, agent) if origin else 0
        if not uses:
            rule = self.as_subagents.get_base_rule(agent)
            return Step(agent.id, agent.title, "", rule, agent.span, namesakes)
        use = uses[0]
        entry = next((e for e in agent.access.every if use.name in (e.tool, e.server)), None)
        span = entry.span if entry else agent.span
        return Step(agent.id, agent.title, use.name, use.decision.rule, span, namesakes)

    def _count_namesakes(self, origin: Agent, target: Agent) -> int:
        links = self.catalog.get_links_from("agent", origin.id)
        return next((link.namesakes for link in links if (link.kind, link.target) == ("agent", target.id)), 0)

    def _make_next_step(self, origin: Agent, agent: Agent, tool: str) -> Step:
        """The step of ``agent``, which ``origin`` names and which starts another."""
        step = self._make_step(agent, tool, self.as_subagents)
        return replace(step, namesakes=self._count_namesakes(origin, agent))

    def _make_step(self, agent: Agent, tool: str, grants: PermissionResolver) -> Step:
        rule = grants.decide(agent, tool).rule
        return Step(agent.id, agent.title, tool, rule, locate_starting_entry(agent))


def locate_starting_entry(agent: Agent) -> Span:
    """Where the file says that the agent may start others, or the file."""
    names = get_runtime_of(agent).agent_tools
    entries = (entry for entry in agent.access.grants or () if entry.tool in names)
    return next((entry.span for entry in entries), agent.span)
