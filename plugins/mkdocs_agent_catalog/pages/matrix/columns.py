"""The columns of the matrix: tools in groups, one column for each MCP server, rare tools in the last one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from ...addresses import urls
from ...model.catalog import Catalog, McpServer, Tool, ToolUse
from ...runtimes import DEFAULT, RUNTIMES, list_runtimes
from ...runtimes.builtin_tools import GROUPS
from ...text.i18n import say, say_plural

MOST_COLUMNS = 60
# Above this the groups of tools stand as one column each, until somebody unfolds one.
MOST_UNFOLDED = 40
# A page that has only one group may have more columns.
MOST_WIDE = 150
Used = TypeVar("Used", Tool, McpServer)
K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Column:
    """A tool, a whole MCP server, all tools of a group, or (``uri`` is ``None``) the tools that are rare."""

    name: str
    group: str
    uri: str | None
    uses: dict[str, list[tuple[str, ToolUse]]]
    thing: Tool | McpServer | None = None
    rare: tuple[tuple[str, str], ...] = ()
    """For the column of the rare: name and page of each tool in it."""
    is_whole_group: bool = False
    """Whether it stands for all tools of its group, of every runtime."""
    retired: Mapping[str, list[tuple[str, ToolUse]]] = field(default_factory=dict)
    """For such a column: who names tools of its group that are no more."""

    @property
    def words(self) -> str:
        """What it is called, if that is no name from a file. Addresses hold ``name``, which is English."""
        if self.rare:
            return say_plural("1 rare tool", "{n} rare tools", len(self.rare))
        return say("{group}: any", group=say(dict(GROUPS)[self.group])) if self.is_whole_group else ""

    @property
    def can(self) -> str:
        """The capability that whoever has it gets: its sign and its tint; empty for none."""
        if self.is_whole_group or self.group in ("read", "search"):
            return GROUP_CAPABILITIES.get(self.group, "")
        if isinstance(self.thing, Tool):
            fact = self.thing.fact
            # An old name of a tool gives what the new one gives.
            old = GROUP_CAPABILITIES.get(self.group) if fact and fact.retired else None
            return (fact.reach if fact else None) or old or ""
        return "mcp" if self.thing else ""


GROUP_CAPABILITIES = {
    **{"read": "reads", "search": "reads", "write": "files", "execution": "commands", "web": "network"},
    **{"delegation": "delegates", "mcp": "mcp"},
}
"""What a group of tools is about."""


def build_columns(
    catalog: Catalog, limit: int = MOST_COLUMNS, agents: Collection[str] | None = None
) -> list[Column]:
    """The columns: tools in use by group, MCP tools folded by server, the long tail folded into one.

    With ``agents`` (ids) only what one of them names is in use. There are at most ``limit`` columns.
    """
    tools = [tool for tool in catalog.tools if tool.server is None and _select_named(tool.uses, agents)]
    servers = [server for server in catalog.servers if _select_named(server.uses, agents)]
    weight = Counter({tool.id: len(_select_named(tool.uses, agents)) for tool in tools})
    weight.update({f"mcp:{server.id}": len(_select_named(server.uses, agents)) for server in servers})
    # Known tools stay before unknown names of the same count: they are what readers look for.
    known = {tool.id for tool in tools if tool.fact}
    ranked = sorted(weight, key=lambda id: (-weight[id], id not in known, id))
    texts = set(ranked[:limit] if len(ranked) <= limit else ranked[: limit - 1])
    names = name_tools(tools)
    out: list[Column] = []
    rare: list[Column] = []
    order = [id for id, _ in GROUPS]
    for tool in sorted(tools, key=lambda t: (order.index(t.group), -weight[t.id], t.name)):
        uses = {use.agent: [(tool.name, use)] for use in tool.uses}
        column = Column(names[tool.id], tool.group, f"tools/{tool.id}.md", uses, tool)
        (out if tool.id in texts else rare).append(column)
    for server in servers:
        uses = {use.agent: [(server.name, use)] for use in server.uses}
        column = Column(server.name, "mcp", urls.make_server_uri(server.id), uses, server)
        (out if f"mcp:{server.id}" in texts else rare).append(column)
    out.sort(key=lambda column: order.index(column.group))
    return [*out, _fold_columns(rare)] if rare else out


def add_group_columns(catalog: Catalog, columns: list[Column]) -> list[Column]:
    """``columns`` with one for the whole of each group before those of its tools, if they are too many to be
    seen at once, or if several runtimes have agents: their tools have names of their own, and what they do is
    what can be compared."""
    if len(columns) <= MOST_UNFOLDED and len(list_runtimes(catalog.agents)) < 2:
        return columns
    uses: dict[str, dict[str, list[tuple[str, ToolUse]]]] = {}
    retired: dict[str, dict[str, list[tuple[str, ToolUse]]]] = {}
    things: tuple[Tool | McpServer, ...] = (*catalog.tools, *catalog.servers)
    for thing in things:
        is_retired = isinstance(thing, Tool) and thing.fact is not None and thing.fact.retired
        group = thing.group if isinstance(thing, Tool) else "mcp"
        for use in thing.uses:
            (retired if is_retired else uses).setdefault(group, {}).setdefault(use.agent, []).append(
                (thing.name, use)
            )
    out: list[Column] = []
    for id, title in GROUPS:
        if id in uses:
            uri = "servers/index.md" if id == "mcp" else "tools/index.md"
            column = Column(f"{title}: any", id, uri, uses[id], is_whole_group=True)
            out.append(replace(column, retired=retired.get(id, {})))
        out += [column for column in columns if column.group == id]
    return [*out, *(column for column in columns if column.rare)]


def list_drawn_columns(columns: list[Column]) -> list[Column]:
    """Those of ``columns`` that a table shows before anybody unfolds a group."""
    if not any(column.is_whole_group for column in columns):
        return columns
    return [column for column in columns if column.is_whole_group or column.rare]


def name_tools(tools: Collection[Tool]) -> dict[str, str]:
    """What each tool is called beside those of other runtimes, by its id."""
    runtimes = {tool.runtime for tool in tools if tool.runtime}
    has_several = len(runtimes) > 1
    return {
        tool.id: f"{tool.name} ({RUNTIMES[tool.runtime].title})"
        if has_several and tool.runtime not in ("", DEFAULT.name)
        else tool.name
        for tool in tools
    }


def split_uses(catalog: Catalog, keys: Mapping[str, K]) -> dict[K, Catalog]:
    """The catalog in pieces: in each the tools and servers that its agents have, with the uses by them.

    ``keys`` says for each agent (id) in which piece it is. All are made at once: a catalog has about as
    many uses as agents times tools.
    """
    tools, servers = _split(catalog.tools, keys), _split(catalog.servers, keys)
    return {
        key: replace(catalog, tools=tuple(tools.get(key, ())), servers=tuple(servers.get(key, ())))
        for key in set(keys.values())
    }


def _split(things: tuple[Used, ...], keys: Mapping[str, K]) -> dict[K, list[Used]]:
    pieces: dict[K, list[Used]] = {}
    for thing in things:
        uses: dict[K, list[ToolUse]] = {}
        for use in thing.uses:
            uses.setdefault(keys[use.agent], []).append(use)
        for key, some in uses.items():
            pieces.setdefault(key, []).append(replace(thing, uses=tuple(some)))
    return pieces


def count_columns(catalog: Catalog, keys: Mapping[str, K]) -> dict[K, int]:
    """How many columns each piece of the catalog needs: as many as its agents name tools and servers."""
    counts = Counter[K]()
    tools = (tool for tool in catalog.tools if tool.server is None)
    things: tuple[Tool | McpServer, ...] = (*tools, *catalog.servers)
    for thing in things:
        counts.update({keys[use.agent] for use in thing.uses if use.state != "inherited"})
    return counts


def _fold_columns(rare: list[Column]) -> Column:
    """The columns of rare tools as one, which names them in its cells."""
    merged: dict[str, list[tuple[str, ToolUse]]] = {}
    for column in rare:
        name = f"{column.name} (MCP)" if column.group == "mcp" else column.name
        for agent, pairs in column.uses.items():
            remaining = [(name, use) for _, use in pairs if use.state != "inherited"]
            if remaining:
                merged.setdefault(agent, []).extend(remaining)
    names = tuple(sorted((column.name, column.uri or "") for column in rare))
    return Column(f"{len(rare)} rare tools", "rare", None, merged, None, names)


def _select_named(uses: tuple[ToolUse, ...], agents: Collection[str] | None) -> list[ToolUse]:
    return [use for use in uses if use.state != "inherited" and (agents is None or use.agent in agents)]
