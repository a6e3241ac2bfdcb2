"""Collects for each tool and server the agents that have it, with the entry that says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..model.catalog import BuiltinTool, McpServer, Tool, ToolUse
from ..model.definitions import Agent, ServerConfig, Span, ToolGrant
from ..runtimes import DEFAULT, RUNTIMES, get_runtime_of, list_runtimes
from ..text.strings import make_server_id, make_slug, make_unique


def get_tool_name(agent: Agent, grant: ToolGrant) -> str:
    """The tool that an entry of ``agent`` means: a known one in its own spelling, else as written."""
    return get_runtime_of(agent).get_canonical_name(grant.tool)


class ToolUsage:
    """Inverts the agents' lists. ``named`` are (server, tool) pairs that texts name."""

    def __init__(
        self,
        agents: Sequence[Agent],
        configs: Iterable[tuple[str, ServerConfig]],
        named: Iterable[tuple[str, str | None]],
    ) -> None:
        self.agents = agents
        self.ignored = {agent.id: agent.access.ignored for agent in agents if agent.access.ignored}
        self.inheriting = [agent for agent in agents if agent.access.inherits and not agent.not_loaded]
        self.inherit_all = {agent.id for agent in self.inheriting}
        self.no_mcp = {a.id for a in agents if any(g.tool == "mcp__*" for g in a.access.denied)}
        self.by_tool: dict[tuple[str, str], dict[str, list[ToolGrant]]] = {}
        """The entries for each tool by the name of its runtime (none for MCP tools) and its own, by agent."""
        self.by_server: dict[str, dict[str, list[ToolGrant]]] = {}
        self.server_tools: dict[str, set[str]] = {}
        self.names: dict[str, str] = {}
        self.configs: dict[str, list[ServerConfig]] = {}
        for name, config in configs:
            self.configs.setdefault(self._add_server(name), []).append(config)
        for server, tool in named:
            id = self._add_server(server)
            if tool and "*" not in tool:
                self.server_tools.setdefault(id, set()).add(tool)
        for agent in agents:
            for grant in agent.access.every if not agent.not_loaded else ():
                self._add(agent, grant)

    def _add_server(self, name: str) -> str:
        id = make_server_id(name)
        self.names.setdefault(id, name)
        return id

    def _add(self, agent: Agent, grant: ToolGrant) -> None:
        # Brackets are left when a list in them is read as text: that names nothing.
        if grant.tool in ("*", "mcp__*") or grant.tool.startswith("[") or grant.tool.endswith("]"):
            return
        if grant.server:
            id = self._add_server(grant.server)
            self.by_server.setdefault(id, {}).setdefault(agent.id, []).append(grant)
            if grant.pattern:
                return
            self.server_tools.setdefault(id, set()).add(grant.tool)
        key = ("" if grant.server else agent.dialect, get_tool_name(agent, grant))
        self.by_tool.setdefault(key, {}).setdefault(agent.id, []).append(grant)

    def build_tools(self) -> tuple[Tool, ...]:
        """Every tool known or used, with the agents that have it; MCP tools have their server set."""
        known = {
            (runtime.name, name): tool
            for runtime in list_runtimes(self.agents)
            for name, tool in runtime.tools.items()
        }
        keys = {key for key, fact in known.items() if not fact.retired} | set(self.by_tool)
        out, taken = [], dict[str, int]()
        order = {name: number for number, name in enumerate(("", *RUNTIMES))}
        for key in sorted(
            keys,
            key=lambda key: (key not in known, key in known and order[key[0]], key[1], order[key[0]]),
        ):
            runtime, name = key
            slug = make_slug(name) if make_slug(name) != "index" else "index-tool"
            # The first runtime stands for none: its tools had their addresses before there were others.
            id = make_unique(
                slug if runtime in ("", DEFAULT.name) else f"{make_slug(RUNTIMES[runtime].title)}/{slug}",
                taken,
            )
            entries = [grant for grants in self.by_tool.get(key, {}).values() for grant in grants]
            server = next((grant.server for grant in entries if grant.server), None)
            fact = known.get(key)
            group = "mcp" if server else fact.group if fact else "unknown"
            server_id = make_server_id(server) if server else None
            out.append(Tool(id, name, group, fact, server_id, self._uses(key, fact, server_id), runtime))
        return tuple(out)

    def _uses(
        self, key: tuple[str, str], fact: BuiltinTool | None, server: str | None
    ) -> tuple[ToolUse, ...]:
        entries = {agent: list(grants) for agent, grants in self.by_tool.get(key, {}).items()}
        for agent, grants in self.by_server.get(server or "", {}).items():
            # A pattern for a part of a server says less. What denies all of it is against each of its tools.
            whole = [grant for grant in grants if grant.pattern and "*" not in grant.tool]
            if agent in entries:
                entries[agent] += [grant for grant in whole if grant.effect == "deny"]
            elif whole:
                entries[agent] = whole
        uses = [self._use(agent, grants) for agent, grants in entries.items()]
        if server:
            uses += self._list_inheriting(server, entries)
        elif fact and not fact.retired:
            knows = {agent.id for agent in self.inheriting if agent.dialect == key[0]}
            uses += [ToolUse(agent, "inherited") for agent in knows - entries.keys()]
        return tuple(sorted(uses, key=lambda use: use.agent))

    def _list_inheriting(self, server: str, entries: Iterable[str]) -> list[ToolUse]:
        """The agents that inherit the MCP tools of ``server``, as files say that their sessions have it,
        without those that have ``entries``."""
        others = self.no_mcp | {*entries}
        return [
            ToolUse(agent.id, "inherited")
            for agent in self.inheriting
            if server in (agent.session_servers or ()) and agent.id not in others
        ]

    def build_servers(self) -> tuple[McpServer, ...]:
        """Every server configured, granted or named."""
        out = []
        for id in sorted(self.names):
            entries = self.by_server.get(id, {})
            uses = [self._decide_server_use(agent, grants) for agent, grants in entries.items()]
            uses = sorted((*uses, *self._list_inheriting(id, entries)), key=lambda use: use.agent)
            tools = tuple(sorted(self.server_tools.get(id, ())))
            configs = _join_configs(self.configs.get(id, ()))
            out.append(McpServer(id, self.names[id], configs, tools, tuple(uses)))
        return tuple(out)

    def _decide_server_use(self, agent: str, grants: list[ToolGrant]) -> ToolUse:
        """The state of a whole server, of which some tools may be granted and others denied."""
        read = self._list_read(agent, grants)
        given = [grant for grant in read if grant.effect != "deny"]
        denies_part = len(given) < len(read)
        denies_all = any(
            grant.effect == "deny" and grant.pattern and "*" not in grant.tool for grant in grants
        )
        if (
            denies_part
            and not denies_all
            and agent not in self.no_mcp
            and (given or agent in self.inherit_all)
        ):
            return ToolUse(agent, "partial", tuple(grants))
        return self._use(agent, grants)

    def _list_read(self, agent: str, grants: list[ToolGrant]) -> list[ToolGrant]:
        """The entries under keys that the runtime reads."""
        return [grant for grant in grants if grant not in self.ignored.get(agent, ())]

    def _use(self, agent: str, grants: list[ToolGrant]) -> ToolUse:
        """The state of a cell: a denial is applied first, a key that is not read counts last."""
        read = self._list_read(agent, grants)
        if any(grant.effect == "deny" for grant in read) or (agent in self.no_mcp and grants[0].server):
            return ToolUse(agent, "denied", tuple(grants))
        if not read:
            return ToolUse(agent, "ignored", tuple(grants))
        if all(grant.specifier is not None for grant in read):
            return ToolUse(agent, "specifier", tuple(grants))
        return ToolUse(agent, "pattern" if all(grant.pattern for grant in read) else "granted", tuple(grants))


def _join_configs(configs: Iterable[ServerConfig]) -> tuple[ServerConfig, ...]:
    """The configurations in the order of their places, each once with all the runtimes that read it; twice
    where only some of them have it switched off."""
    joined: dict[tuple[Span, bool], ServerConfig] = {}
    for config in configs:
        earlier = joined.get((config.span, config.is_off))
        names = {*config.runtimes, *(earlier.runtimes if earlier else ())}
        ordered = tuple(name for name in RUNTIMES if name in names)
        joined[config.span, config.is_off] = replace(earlier or config, runtimes=ordered)
    return tuple(joined[key] for key in sorted(joined, key=lambda key: (key[0], not key[1])))
