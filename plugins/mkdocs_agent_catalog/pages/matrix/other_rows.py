"""Agents of other catalogs in the matrix: what each may use as the catalog of its team says. No rule of ours
decides there.

Their tools become tools of the catalog, with uses of a kind of their own, so that one set of columns has all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from ...addresses.urls import Href, make_server_uri
from ...model.catalog import Catalog, McpServer, Tool, ToolUse
from ...model.mcp_tool_names import McpToolName
from ...model.other_catalogs import OtherAgent, OtherCatalog, OtherTool
from ...runtimes import RUNTIMES
from ...text.i18n import say, say_names
from ...text.strings import make_server_id
from ..decision_view import OUTCOMES
from ..finder.facets import split_words, write_facets
from ..finder.other_agents import Placed, list_others
from ..other_catalogs import describe_snapshot, list_inherited_tools, list_other_facets
from ..page import CatalogContext, once
from .cell_codes import CellEncoder
from .cells import EMPTY, Cell, describe_not_loaded, make_cell, make_rare_cell
from .columns import Column, list_drawn_columns

Used = TypeVar("Used", Tool, McpServer)
Key = tuple[str, str]
"""``mcp`` and the id of a server, or runtime (empty if it does not know the tool) and name of a tool."""


@dataclass(frozen=True, slots=True)
class PublishedUse(ToolUse):
    """What a team's catalog says of an agent at a tool."""

    tools: tuple[OtherTool, ...] = ()


def get_row_id(agent: OtherAgent) -> str:
    """What its row is called: its place below the folder of the agents."""
    return agent.uri.removeprefix("agents/").removesuffix(".md")


def get_csv_uri(other: OtherCatalog) -> str:
    """The file with the cells of a catalog that has pages of its own in the matrix."""
    return f"matrix/repository/{other.id}.csv"


def has_cells(agent: OtherAgent) -> bool:
    """Whether its row has cells, as no sentence says it all."""
    return bool(agent.tools) and not agent.not_loaded and not agent.inherits


@once
def add_others(shared: CatalogContext) -> Catalog:
    """The catalog with the tools of agents of other catalogs; itself if there are none."""
    if not shared.catalog.other_catalogs:
        return shared.catalog
    return _add_uses(shared.catalog, _collect_uses(list_others(shared)))


def _collect_uses(others: Iterable[Placed]) -> dict[Key, dict[str, list[OtherTool]]]:
    uses: dict[Key, dict[str, list[OtherTool]]] = {}
    for _other, agent in others:
        for tool in agent.entries if has_cells(agent) else ():
            if tool.name != "*":
                key = _find_key(agent.runtime, tool.name)
                uses.setdefault(key, {}).setdefault(get_row_id(agent), []).append(tool)
    return uses


def _find_key(runtime: str, name: str) -> Key:
    if mcp_name := McpToolName.parse(name):
        return "mcp", make_server_id(mcp_name.server)
    return (runtime if runtime in RUNTIMES and name in RUNTIMES[runtime].tools else ""), name


def _add_uses(catalog: Catalog, uses: dict[Key, dict[str, list[OtherTool]]]) -> Catalog:
    tools = [_add_to(tool, uses.pop((tool.runtime, tool.name), {})) for tool in catalog.tools]
    servers = [_add_to(server, uses.pop(("mcp", server.id), {})) for server in catalog.servers]
    for runtime, name in sorted(uses):
        if runtime == "mcp":
            servers.append(_add_to(McpServer(name, name, (), (), ()), uses[runtime, name]))
        else:
            fact = RUNTIMES[runtime].tools[name] if runtime else None
            tool = Tool(
                f":{runtime}:{name}", name, fact.group if fact else "unknown", fact, None, (), runtime
            )
            tools.append(_add_to(tool, uses[runtime, name]))
    return replace(catalog, tools=tuple(tools), servers=tuple(servers))


def _add_to(thing: Used, uses: dict[str, list[OtherTool]]) -> Used:
    if not uses:
        return thing
    more: list[ToolUse] = [
        PublishedUse(id, "granted" if any(tool.is_usable for tool in tools) else "denied", (), tuple(tools))
        for id, tools in uses.items()
    ]
    return replace(thing, uses=(*thing.uses, *more))


def drop_missing_pages(shared: CatalogContext, columns: list[Column]) -> list[Column]:
    """``columns``; what only other catalogs have has no page here."""
    if not shared.catalog.other_catalogs:
        return columns
    pages = {"tools/index.md", "servers/index.md", ""}
    pages |= {f"tools/{tool.id}.md" for tool in shared.catalog.tools}
    pages |= {make_server_uri(server.id) for server in shared.catalog.servers}
    return [
        replace(
            column,
            uri=column.uri if column.uri in pages else None,
            rare=tuple((name, uri if uri in pages else "") for name, uri in column.rare),
        )
        for column in columns
    ]


class PublishedRows:
    """Makes the rows of agents of other catalogs, and counts them."""

    def __init__(self, coder: CellEncoder) -> None:
        self.shared, self.columns, self.coder = coder.shared, coder.rows.columns, coder
        self.say = coder.shared.say
        self.inherited: dict[str, frozenset[int]] = {}

    def build_row(
        self, other: OtherCatalog, agent: OtherAgent, href: Href, part: str | None
    ) -> dict[str, Any]:
        """A row, as those of the own agents."""
        message, total = self._describe_row(agent)
        cells = [self._build_cell(agent, number) for number in range(len(self.columns))]
        facets = list_other_facets(self.shared, other, agent)
        name = other.source.title
        by = say(
            "as published by {name}, {snapshot}", name=name, snapshot=describe_snapshot(self.shared, other)
        )
        words = (agent.name, agent.group, agent.summary, name, *facets["tool"], *facets["reach"])
        row = {
            "id": get_row_id(agent),
            "name": agent.name,
            "group": agent.group,
            "href": href(agent.uri),
            "source": agent.path,
            "published": self.say(by),
            "runtime": "",
            "facets": write_facets(facets),
            "words": split_words(words),
            "all": message,
            "plain": agent.inherits_all,
            "ignored": False,
            "total": total,
            "part": part,
            "beside": agent.group,
            **self.coder.encode_published(cells),
        }
        if message or part:
            return row
        drawn = {column.name for column in list_drawn_columns(self.columns)}
        pairs = zip(self.columns, cells, strict=True)
        return {
            **row,
            "shown": [{**cell, "can": column.can} for column, cell in pairs if column.name in drawn],
        }

    def _describe_row(self, agent: OtherAgent) -> tuple[str, str]:
        """The words of a row in one cell, and its total."""
        language = self.say
        if agent.not_loaded:
            if agent.not_loaded == "-":
                return "✗ " + language("cannot be started"), "0"
            return describe_not_loaded(agent.not_loaded, language), "0"
        if agent.inherits and agent.denied:
            names = say_names(agent.denied)
            return "↓ " + language(say("inherits all tools but {names}", names=names)), language("all")
        if agent.inherits:
            return "↓ " + language("inherits all tools"), language("all")
        if agent.tools is None:
            return "? " + language("not known"), "?"
        usable = {tool.name for tool in agent.tools if tool.is_usable}
        return "" if agent.tools else "∅ " + language("no tools (the list is empty)"), str(len(usable))

    def _build_cell(self, agent: OtherAgent, number: int) -> Cell:
        column = self.columns[number]
        uses = [
            (name, use)
            for name, use in column.uses.get(get_row_id(agent), ())
            if isinstance(use, PublishedUse)
        ]
        tools = [tool for _name, use in uses for tool in use.tools]
        if column.rare and tools:
            cell = make_rare_cell([self._describe_rare(tool) for tool in tools], self.say)
            return {**cell, "rules": [tool.rule for tool in tools], "has": True}
        if tools:
            outcome = next(outcome for outcome in OUTCOMES if any(tool.outcome == outcome for tool in tools))
            sign, words = OUTCOMES[outcome]
            is_told = column.is_whole_group or any(tool.rule != uses[0][0] for tool in tools)
            cell = make_cell(outcome, sign, self.say(words), tools if is_told else ())
            rules = [tool.rule for tool in tools] if is_told else []
            return {**cell, "rules": rules, "has": any(tool.is_usable for tool in tools)}
        if agent.inherits_all and number in self._list_inherited(agent):
            sign, words = OUTCOMES["inherited"]
            return {**make_cell("inherited", sign, self.say(words), ()), "has": True}
        return EMPTY

    def _describe_rare(self, tool: OtherTool) -> str:
        words = next(words for outcome, (_sign, words) in OUTCOMES.items() if outcome == tool.outcome)
        return tool.rule if tool.outcome == "allowed" else f"{tool.rule} ({self.say(words)})"

    def _list_inherited(self, agent: OtherAgent) -> frozenset[int]:
        """The numbers of the columns that an agent has that inherits all tools."""
        if agent.runtime not in self.inherited:
            names = set(list_inherited_tools(self.shared, agent))
            facts = RUNTIMES[agent.runtime].tools if agent.runtime in RUNTIMES else {}
            groups = {facts[name].group for name in names}
            self.inherited[agent.runtime] = frozenset(
                number
                for number, column in enumerate(self.columns)
                if (column.is_whole_group and column.group in groups)
                or (
                    isinstance(column.thing, Tool)
                    and column.thing.runtime == agent.runtime
                    and column.thing.name in names
                )
            )
        return self.inherited[agent.runtime]

    def count_totals(self, others: Iterable[Placed]) -> dict[str, list[int]]:
        """How many agents of each catalog (id) have what each drawn column stands for."""
        catalog_of = {get_row_id(agent): other.id for other, agent in others}
        totals: dict[str, Counter[int]] = {}
        for other, agent in others:
            if agent.inherits_all:
                totals.setdefault(other.id, Counter()).update(self._list_inherited(agent))
        for number, column in enumerate(self.columns):
            for id, uses in column.uses.items():
                if id in catalog_of and any(_is_usable(use) for _name, use in uses):
                    totals.setdefault(catalog_of[id], Counter())[number] += 1
        drawn = {column.name for column in list_drawn_columns(self.columns)}
        shown = [number for number, column in enumerate(self.columns) if column.name in drawn]
        ids = dict.fromkeys(catalog_of.values())
        return {id: [totals.get(id, Counter())[number] for number in shown] for id in ids}


def _is_usable(use: ToolUse) -> bool:
    return isinstance(use, PublishedUse) and any(tool.is_usable for tool in use.tools)
