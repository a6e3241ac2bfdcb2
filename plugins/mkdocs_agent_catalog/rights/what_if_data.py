"""What a program needs to answer edits without the permission rules: sets, and who may start whom.

Agents that have the same are one row. The script ``what-if.js`` does with it what ``what_if`` does with the
catalog: tests compare the two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ..linking.names import list_named_items
from ..linking.tool_usage import get_tool_name
from ..model.catalog import Catalog
from ..model.definitions import Agent, ToolGrant
from ..permissions.capabilities import CLASSES, decide_any_server, decide_server
from ..permissions.decisions import PermissionResolver
from ..permissions.delegation import find_runtimes_with_unlimited
from ..runtimes import DEFAULT_PROFILE, get_runtime_of, list_runtimes
from ..runtimes.runtime import Runtime
from ..runtimes.tool_lists import get_server_id, simplify_entries
from .edits import EditKind, can_replace_list, find_denials, read_with_list

MOST_LISTED_SERVERS = 40
"""With more servers, lists of tools with servers in them are answered by the command only."""
_CLASS_IDS = [id for id, _title in CLASSES]


@dataclass(frozen=True, slots=True)
class Row:
    """What agents have, by numbers of tools and servers. ``needs`` are the tools and the servers of which one
    must be left so that the runtime starts the agent; ``None`` where it starts without any. Behind the
    numbers of the servers stands one for whichever servers the session has."""

    starts: bool
    tools: frozenset[int]
    servers: frozenset[int]
    is_limited: bool = False
    """Whether it may start only the agents that its file names."""
    needs: tuple[frozenset[int], frozenset[int]] | None = None

    def pack(self) -> list[Any]:
        """The row as JSON has it."""
        needs = [list(map(sorted, self.needs))] if self.needs else []
        return [int(self.starts), sorted(self.tools), sorted(self.servers), int(self.is_limited), *needs]


@dataclass(frozen=True, slots=True)
class Loss:
    """What comes of switching one thing off: how many agents have it, how many lose by it a capability that
    they have themselves, and how many can no longer start."""

    kind: EditKind
    id: str
    agents: int
    capabilities: int
    stopped: int


class WhatIfData:
    """The data of one catalog, under the profile of ``grants``."""

    def __init__(self, catalog: Catalog, grants: PermissionResolver) -> None:
        self.catalog, self.grants = catalog, grants
        self.runtimes = list_runtimes(catalog.agents)
        self.tools: dict[tuple[str, str], int] = {}
        for runtime in self.runtimes:
            for name in runtime.current_tools:
                self.tools[runtime.name, name] = len(self.tools)
        self.tool_servers: dict[int, int] = {}
        self.server_numbers = {server.id: number for number, server in enumerate(catalog.servers)}
        everything = [("tool", name) for runtime in self.runtimes for name in runtime.tools]
        denials = find_denials([("capability", "mcp"), *everything])
        self.without_tools = PermissionResolver(grants.profile, denials)
        self.agent_numbers = {agent.id: number for number, agent in enumerate(catalog.agents)}
        self.rows: dict[Row, int] = {}
        self.agents = [self._number(self.read_row(agent, grants)) for agent in catalog.agents]
        self.rows_by_number = list(self.rows)

    def _number(self, row: Row) -> int:
        return self.rows.setdefault(row, len(self.rows))

    def _number_tool(self, agent: Agent, entry: ToolGrant) -> int:
        runtime = "" if entry.server else agent.dialect
        number = self.tools.setdefault((runtime, get_tool_name(agent, entry)), len(self.tools))
        # A name that cannot be one of a server's has none in the catalog.
        if (server := self.server_numbers.get(str(get_server_id(entry)))) is not None:
            self.tool_servers[number] = server
        return number

    def read_row(self, agent: Agent, grants: PermissionResolver) -> Row:
        """What ``agent`` has by ``grants``."""
        runtime = get_runtime_of(agent)
        tools = {name for name in runtime.current_tools if grants.decide(agent, name).is_usable}
        numbers = {self.tools[agent.dialect, name] for name in tools}
        needed_tools, needed_servers = set[int](), set[int]()
        for entry in agent.access.every:
            is_read = entry not in agent.access.ignored and entry.tool != "*"
            if not is_read or not grants.decide_entry(agent, entry).is_usable:
                continue
            if not entry.pattern:
                numbers.add(number := self._number_tool(agent, entry))
                needed_tools.add(number)
            elif (server := self.server_numbers.get(str(get_server_id(entry)))) is not None:
                needed_servers.add(server)
        servers = {
            number
            for number, server in enumerate(self.catalog.servers)
            if decide_server(agent, server, grants).is_usable
        }
        if decide_any_server(agent, self.catalog, grants).is_usable:
            servers.add(len(self.catalog.servers))
        starts = grants.can_start(agent)
        starting = runtime.agent_tools[:1]
        return Row(
            starts,
            frozenset(numbers),
            frozenset(servers),
            any(grants.decide(agent, name).outcome == "enforced" for name in starting),
            (frozenset(needed_tools), frozenset(needed_servers))
            if starts and self.without_tools.cannot_start(agent)
            else None,
        )

    def find_row(self, agent: Agent) -> Row:
        """What ``agent`` has."""
        return self.rows_by_number[self.agents[self.agent_numbers[agent.id]]]

    def list_losses(self) -> Iterator[Loss]:
        """What comes of switching off each capability, server and tool that does more than read, one at a
        time: the heaviest of each kind first. Capabilities through others are not counted."""
        counts = Counter(self.agents)
        rows = [(row, counts[number]) for row, number in self.rows.items()]
        reaches = self._list_reaches()
        for kind, ids in self.list_choices().items():
            losses = [self._count_loss(kind, id, rows, reaches) for id in ids]
            yield from sorted(losses, key=lambda loss: (-loss.capabilities, -loss.agents, loss.id))

    def list_choices(self) -> dict[EditKind, list[str]]:
        """What can be switched off beside agents and skills, as far as somebody has it."""
        used = frozenset[int]().union(*(row.tools for row in self.rows))
        reaches = self._list_reaches()
        return {
            "capability": [*_CLASS_IDS],
            "server": [server.id for server in self.catalog.servers],
            "tool": sorted(
                {
                    name
                    for (runtime, name), n in self.tools.items()
                    if runtime and n in used and reaches[n] >= 0
                }
            ),
        }

    def _list_reaches(self) -> list[int]:
        """The number of the capability that each tool gives; -1 for none, and for tools of servers."""
        facts = {runtime.name: runtime.tools for runtime in self.runtimes}
        reaches = [
            facts[runtime][name].reach if name in facts.get(runtime, ()) else None
            for runtime, name in self.tools
        ]
        return [_CLASS_IDS.index(reach) if reach else -1 for reach in reaches]

    def find_killed(self, kind: str, id: str) -> frozenset[int]:
        """The numbers of the tools that nobody has when something is switched off."""
        resolver = PermissionResolver(self.grants.profile, find_denials([(kind, id)]))
        names = {runtime.name: runtime for runtime in self.runtimes}
        servers = self.catalog.servers
        return frozenset(
            number
            for (runtime, name), number in self.tools.items()
            if resolver.is_switched_off(
                names.get(runtime, self.runtimes[0]),
                name,
                servers[self.tool_servers[number]].id if number in self.tool_servers else None,
            )
        )

    def _find_killed_servers(self, kind: str, id: str) -> frozenset[int]:
        if kind == "server":
            return frozenset([self.server_numbers[id]])
        return frozenset(range(len(self.catalog.servers) + 1) if (kind, id) == ("capability", "mcp") else ())

    def _list_killed(self) -> dict[str, list[list[int]]]:
        """The tools and the servers that nobody has, by what is switched off. Tools that only read are in it,
        too."""
        tools = sorted({name for runtime, name in self.tools if runtime})
        choices = {**self.list_choices(), "tool": tools}
        return {
            f"{kind}:{id}": [sorted(self.find_killed(kind, id)), sorted(self._find_killed_servers(kind, id))]
            for kind, ids in choices.items()
            for id in ids
        }

    def _count_loss(self, kind: EditKind, id: str, rows: list[tuple[Row, int]], reaches: list[int]) -> Loss:
        killed = self.find_killed(kind, id)
        off = self._find_killed_servers(kind, id)
        agents = capabilities = stopped = 0
        for row, count in rows:
            tools, servers = row.tools - killed, row.servers - off
            before, after = ({reaches[n] for n in numbers} - {-1} for numbers in (row.tools, tools))
            is_less = bool(before - after) or bool(row.servers and not servers)
            agents += count * bool(row.starts and (row.tools & killed or row.servers & off))
            capabilities += count * bool(row.starts and is_less)
            stopped += count * bool(row.needs and row.needs[0] <= killed and row.needs[1] <= off)
        return Loss(kind, id, agents, capabilities, stopped)

    def pack(self) -> dict[str, Any]:
        """The data, as JSON holds it."""
        catalog = self.catalog
        skills = [skill for skill in catalog.skills if skill.source]
        refs = [("agent", agent.id) for agent in catalog.agents] + [("skill", s.id) for s in skills]
        numbers = {ref: number for number, ref in enumerate(refs)}
        runtime_numbers = {runtime.name: number for number, runtime in enumerate(self.runtimes)}
        classes = _ListClasses(self)
        lists = [classes.find(agent) for agent in catalog.agents]
        # Their rows are numbered before all are listed.
        started = self._list_started()
        links = self._list_links(numbers)
        reaches = self._list_reaches()
        with_unlimited = find_runtimes_with_unlimited(catalog)
        return {
            "runtimes": [
                [
                    runtime.title,
                    self.tools.get((runtime.name, runtime.agent_tools[0]), -1) if runtime.agent_tools else -1,
                    int(runtime.name in with_unlimited),
                ]
                for runtime in self.runtimes
            ],
            "tools": [
                [runtime_numbers.get(runtime, -1), name, self.tool_servers.get(number, reaches[number])]
                for (runtime, name), number in self.tools.items()
            ],
            "servers": [
                [server.id, server.name, *self._list_namers(server.id, numbers)] for server in catalog.servers
            ],
            "off": self._list_killed(),
            "rows": [row.pack() for row in self.rows],
            "agents": [
                [
                    agent.id,
                    agent.name if agent.name != agent.id.rpartition("/")[2] else 0,
                    runtime_numbers[agent.dialect],
                    self.agents[number],
                    lists[number],
                    *([limits] if (limits := self._list_limits(agent, numbers)) else []),
                ]
                for number, agent in enumerate(catalog.agents)
            ],
            "started": started,
            "skills": [[skill.id, skill.name] for skill in skills],
            "links": [[target, *origins] for target, origins in links.items()],
            "shared": sorted({numbers[ref] for ref in _list_shared(catalog)} & links.keys()),
            "lists": classes.packed,
            # What an agent of each runtime may list: the tools of the runtime, and maybe servers.
            "listed": [
                [self.tools[runtime.name, name] for name in runtime.current_tools]
                for runtime in self.runtimes
            ],
            "listsServers": int(len(catalog.servers) <= MOST_LISTED_SERVERS),
        }

    def _list_started(self) -> list[int]:
        """The row that each agent has when another one starts it; none where that is always its own."""
        if self.grants.profile == DEFAULT_PROFILE:
            return []
        as_subagents = PermissionResolver(DEFAULT_PROFILE)
        return [self._number(self.read_row(agent, as_subagents)) for agent in self.catalog.agents]

    def _list_links(self, numbers: dict[tuple[str, str], int]) -> dict[int, list[int]]:
        """Who leads to each agent and skill; what a text merely mentions does not break."""
        links: dict[int, list[int]] = {}
        for link in self.catalog.links:
            target = numbers.get((link.kind, link.target))
            if target is not None and link.strongest != "named":
                links.setdefault(target, []).append(numbers[link.origin_kind, link.origin])
        return links

    def _list_limits(self, agent: Agent, numbers: dict[tuple[str, str], int]) -> list[int]:
        """The agents of its runtime that its file names as those that it may start."""
        return [
            numbers["agent", link.target]
            for link in self.catalog.get_links_from("agent", agent.id)
            if link.kind == "agent" and link.strongest == "declared"
            if self.catalog.by_id["agent", link.target].dialect == agent.dialect
        ]

    def _list_namers(self, server: str, numbers: dict[tuple[str, str], int]) -> list[list[int]]:
        """The agents without whose files there is no such server; no list if another file configures it.
        Those that only name it in their list of tools are negative numbers, counted from -1."""
        inline = {c.span: agent.id for agent in self.catalog.agents for _name, c in agent.inline_servers}
        configs = self.catalog.by_id["server", server].configs
        if any(config.span not in inline for config in configs):
            return []
        places = {inline[config.span]: False for config in configs}
        for agent in self.catalog.agents:
            key = get_runtime_of(agent).tools_key
            entries = [e for e in agent.access.every if e.server and get_server_id(e) == server]
            entries = [] if agent.not_loaded else entries
            spans = {entry.span for entry in entries if entry.key == key}
            named = [
                item.span
                for link in self.catalog.get_links_from("agent", agent.id)
                if (link.kind, link.target) == ("server", server)
                for item in link.evidence
            ]
            if entries or named:
                is_by_list = spans.issuperset(named) and all(entry.key == key for entry in entries)
                places[agent.id] = places.get(agent.id, True) and is_by_list
        by_list = {numbers["agent", id]: is_by_list for id, is_by_list in places.items()}
        return [[-1 - number if by_list[number] else number for number in sorted(by_list)]]


def _list_shared(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """The agents and skills whose name another of them has as well: if one goes, the other may be meant."""
    named: dict[tuple[str, str], set[str]] = {}
    for item in list_named_items(catalog.agents, catalog.skills):
        for name in (item.name, *item.other_names):
            named.setdefault((item.kind, name.casefold()), set()).add(item.id)
    for (kind, _name), ids in named.items():
        if len(ids) > 1:
            yield from ((kind, id) for id in ids)


@dataclass(frozen=True, slots=True)
class _ListRows:
    """What an agent has with the empty list, with the list of all entries, and with each entry alone."""

    empty: Row
    whole: Row
    single: dict[str, Row]


class _ListClasses:
    """What an agent has with another list of tools: the same for agents of which all else is the same.

    What several entries give is what each of them gives.
    """

    def __init__(self, data: WhatIfData) -> None:
        self.data = data
        self.profile = data.grants.profile
        self.numbers: dict[object, int] = {}
        self.rows_by_family: dict[object, _ListRows] = {}
        self.packed: list[Any] = []

    def find(self, agent: Agent) -> int:
        """The number of the class of ``agent``; -1 if only the command answers for its list."""
        if self.profile != DEFAULT_PROFILE or not can_replace_list(agent, self.profile):
            return -1
        if self.data.find_row(agent).is_limited:
            return -1
        empty = read_with_list(agent, (), self.profile)
        if empty is None or empty.not_loaded:
            return -1
        runtime = get_runtime_of(agent)
        lists = runtime.read_tool_lists(empty)
        key = (runtime.name, lists, empty.access.base, simplify_entries(empty.access.denied))
        if key not in self.numbers:
            alike = replace(
                lists, denied=(), own_servers=frozenset(), session_servers=None, off_servers=frozenset()
            )
            family = (runtime.name, alike, empty.access.base)
            packed = self._read_class(agent, family)
            self.numbers[key] = len(self.packed) if packed else -1
            self.packed += [packed] if packed else []
        return self.numbers[key]

    def _read_class(self, agent: Agent, family: object) -> list[Any] | None:
        """What the empty list gives; whether the runtime refuses a list of which nothing is left; the tools
        and servers that every other list gives; and each entry that gives another thing than itself, with
        whether it keeps the agent alive. ``None`` if several entries give more or less than each of them."""
        entries = self._list_entries(get_runtime_of(agent))
        rows = self._read_rows(agent, entries, self.rows_by_family.get(family))
        self.rows_by_family.setdefault(family, rows)
        single = rows.single.values()
        tools = frozenset.intersection(*(row.tools for row in single))
        reached = frozenset.intersection(*(row.servers for row in single))
        is_refused = any(row.needs or not row.starts for row in single)
        every = frozenset[int]().union(*(row.tools for row in single))
        if rows.whole.tools != every or rows.whole.servers != reached.union(*(row.servers for row in single)):
            return None
        others = {}
        for name, row in rows.single.items():
            usual = sorted(entries[name][0] - tools), sorted(entries[name][1] - reached)
            gives = sorted(row.tools - tools), sorted(row.servers - reached)
            state = 0 if not row.starts else 1 if row.needs or not is_refused else 2
            if gives != usual or state != 1 or row.is_limited:
                others[name] = (*gives, state, int(row.is_limited))
        return [rows.empty.pack(), int(is_refused), sorted(tools), sorted(reached), others]

    def _list_entries(self, runtime: Runtime) -> dict[str, tuple[set[int], set[int]]]:
        """What a list may name, with the tools and the servers that it stands for."""
        data, servers = self.data, self.data.catalog.servers
        entries = {name: ({data.tools[runtime.name, name]}, set[int]()) for name in runtime.current_tools}
        if len(servers) <= MOST_LISTED_SERVERS:
            entries |= {f"mcp__{server.id}": (set[int](), {n}) for n, server in enumerate(servers)}
        return entries

    def _read_rows(
        self, agent: Agent, entries: dict[str, tuple[set[int], set[int]]], relative: _ListRows | None
    ) -> _ListRows:
        """The rows of ``agent``. Where nothing but denials and own servers parts it from ``relative``, only
        the entries that have to do with what the two do not have in common are read."""
        empty, whole = self._read(agent, ()), self._read(agent, tuple(entries))
        pairs = ((empty, relative.empty), (whole, relative.whole)) if relative else ()
        is_alike = all((a.starts, a.is_limited) == (b.starts, b.is_limited) for a, b in pairs)
        tools = frozenset[int]().union(*(a.tools ^ b.tools for a, b in pairs))
        servers = frozenset[int]().union(*(a.servers ^ b.servers for a, b in pairs))
        single = {}
        for name, (own_tools, own_servers) in entries.items():
            row = relative.single[name] if relative and is_alike else None
            if row and not (tools & (row.tools | own_tools) or servers & (row.servers | own_servers)):
                single[name] = row
            else:
                single[name] = self._read(agent, (name,))
        return _ListRows(empty, whole, single)

    def _read(self, agent: Agent, names: tuple[str, ...]) -> Row:
        edited = read_with_list(agent, names, self.profile)
        assert edited is not None
        # Decisions are kept by the id of the agent.
        edited = replace(edited, id=f"{agent.id}={names}")
        return self.data.read_row(edited, PermissionResolver(self.profile))
