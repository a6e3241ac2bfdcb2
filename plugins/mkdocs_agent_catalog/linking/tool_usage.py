"""Who has which tool: every agent at every tool and server, with the entry that says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..model.catalog import BuiltinTool, McpServer, Tool, ToolUse
from ..model.definitions import Agent, ServerConfig, ToolGrant
from ..model.mcp_tool_names import McpToolName
from ..runtimes import get_runtime_of, list_runtimes
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
        self.inheriting = [
            agent for agent in agents if agent.access.inherits and agent.document.error is None
        ]
        self.inherit_all = {agent.id for agent in self.inheriting}
        self.no_mcp = {a.id for a in agents if any(g.tool == "mcp__*" for g in a.access.denied)}
        self.by_tool: dict[str, dict[str, list[ToolGrant]]] = {}
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
            for grant in agent.access.every:
                self._add(agent, grant)

    def _add_server(self, name: str) -> str:
        id = make_server_id(name)
        self.names.setdefault(id, name)
        return id

    def _add(self, agent: Agent, grant: ToolGrant) -> None:
        if grant.tool in ("*", "mcp__*"):
            return
        if grant.server:
            id = self._add_server(grant.server)
            self.by_server.setdefault(id, {}).setdefault(agent.id, []).append(grant)
            if grant.pattern:
                return
            self.server_tools.setdefault(id, set()).add(grant.tool)
        self.by_tool.setdefault(get_tool_name(agent, grant), {}).setdefault(agent.id, []).append(grant)

    def build_tools(self) -> tuple[Tool, ...]:
        """Every tool known or used, with the agents that have it; MCP tools have their server set."""
        known = {
            name: tool
            for runtime in reversed(list_runtimes(self.agents))
            for name, tool in runtime.tools.items()
        }
        names = {name for name, fact in known.items() if not fact.retired} | set(self.by_tool)
        out, taken = [], dict[str, int]()
        for name in sorted(names, key=lambda n: (n not in known, n)):
            id = make_unique(make_slug(name) if make_slug(name) != "index" else "index-tool", taken)
            mcp_name = McpToolName.parse(name)
            server = mcp_name.server if mcp_name else None
            fact = known.get(name)
            group = "mcp" if server else fact.group if fact else "unknown"
            out.append(
                Tool(
                    id,
                    name,
                    group,
                    fact,
                    make_server_id(server) if server else None,
                    self._uses(name, fact, server),
                )
            )
        return tuple(out)

    def _uses(self, name: str, fact: BuiltinTool | None, server: str | None) -> tuple[ToolUse, ...]:
        direct = self.by_tool.get(name, {})
        whole = self._find_server_patterns(make_server_id(server)) if server else {}
        # What denies the whole server is against each of its tools.
        denied = {a: [g for g in gs if g.effect == "deny"] for a, gs in whole.items()}
        uses = [self._use(a, [*g, *denied.get(a, ())]) for a, g in direct.items()]
        uses += [self._use(a, g) for a, g in whole.items() if a not in direct]
        listed = {use.agent for use in uses}
        if server or (fact and not fact.retired):
            uses += [
                ToolUse(a.id, "inherited")
                for a in self.inheriting
                if a.id not in listed
                and not (server and a.id in self.no_mcp)
                and (server or name in get_runtime_of(a).tools)
            ]
        return tuple(sorted(uses, key=lambda use: use.agent))

    def _find_server_patterns(self, server: str) -> dict[str, list[ToolGrant]]:
        """The entries for the whole of a server, by agent; a pattern for a part of it says less."""
        grants_by_key = self.by_server.get(server, {})
        whole = {a: [g for g in gs if g.pattern and "*" not in g.tool] for a, gs in grants_by_key.items()}
        return {agent: grants for agent, grants in whole.items() if grants}

    def build_servers(self) -> tuple[McpServer, ...]:
        """Every server configured, granted or named."""
        out = []
        for id in sorted(self.names):
            direct = self.by_server.get(id, {})
            uses = [self._decide_server_use(agent, grants) for agent, grants in direct.items()]
            uses += [
                ToolUse(a.id, "inherited")
                for a in self.inheriting
                if a.id not in direct and a.id not in self.no_mcp
            ]
            tools = tuple(sorted(self.server_tools.get(id, ())))
            configs = tuple(sorted(self.configs.get(id, ()), key=lambda c: c.span))
            uses.sort(key=lambda use: use.agent)
            out.append(McpServer(id, self.names[id], configs, tools, tuple(uses)))
        return tuple(out)

    def _decide_server_use(self, agent: str, grants: list[ToolGrant]) -> ToolUse:
        """The state of a whole server, of which some tools may be granted and others denied."""
        whole = any(
            grant.effect == "deny" and grant.pattern and grant.tool.count("*") == 0 for grant in grants
        )
        given = [
            grant for grant in grants if grant.effect == "allow" and grant not in self.ignored.get(agent, ())
        ]
        if agent in self.no_mcp:
            return ToolUse(agent, "denied", tuple(grants))
        if not given and not whole and agent in self.inherit_all and grants:
            return ToolUse(agent, "partial", tuple(grants))
        if whole or not given or len(given) == len(grants):
            return self._use(agent, grants)
        taken = any(grant.key == "disallowedTools" for grant in grants)
        return ToolUse(agent, "partial", tuple(grants)) if taken else self._use(agent, given)

    def _use(self, agent: str, grants: list[ToolGrant]) -> ToolUse:
        """The state of a cell: a denial is applied first, a key that is not read counts last."""
        denied = any(grant.effect == "deny" and grant.key == "disallowedTools" for grant in grants)
        if denied or (agent in self.no_mcp and grants[0].server):
            return ToolUse(agent, "denied", tuple(grants))
        read = [grant for grant in grants if grant not in self.ignored.get(agent, ())]
        if not read:
            return ToolUse(agent, "ignored", tuple(grants))
        if all(grant.specifier is not None for grant in read):
            return ToolUse(agent, "specifier", tuple(grants))
        return ToolUse(agent, "pattern" if all(grant.pattern for grant in read) else "granted", tuple(grants))
