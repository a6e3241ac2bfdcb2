"""Links agents, skills, tools and servers, with the evidence for each link."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..model.catalog import GRADES, Catalog, Evidence, Link
from ..model.definitions import (
    Agent,
    Diagnostic,
    Document,
    Plugin,
    ServerConfig,
    Skill,
    Skipped,
    Span,
    ToolGrant,
)
from ..model.mcp_tool_names import McpToolName
from ..reading.build_cache import NO_CACHE, BuildCache
from ..runtimes import get_runtime, get_runtime_of
from ..text.i18n import say
from ..text.strings import make_server_id, make_slug, spell_server
from . import markdown_tables, mentions
from .names import NamedItem, NameLookup, assign_unique_ids, list_named_items
from .tool_usage import ToolUsage
from .twins import find_twins

Named = tuple[list[markdown_tables.TableRow], tuple[mentions.Mention, ...]]
"""The rows of a file's tables, and what else its text mentions."""
Edges = dict[tuple[str, str, str, str], list[Evidence]]

MOST_NEW = 1_000
"""Skills, and tools of servers, that one file may bring into the catalog by its words: each gets a page."""
MOST_NAMESAKES = 5
"""So many things that share a name, and are as near, get the reference to it."""


def link_catalog(
    agents: Iterable[Agent],
    skills: Iterable[Skill],
    configs: Iterable[tuple[str, ServerConfig]],
    skipped: Iterable[Skipped] = (),
    notes: Iterable[Diagnostic] = (),
    plugins: Iterable[Plugin] = (),
    repo: Path | None = None,
    cache: BuildCache = NO_CACHE,
) -> Catalog:
    """The catalog of what was read: unique ids, tools and servers with their users, graded links."""
    aliases = _list_server_aliases(configs := tuple(configs))
    spellings = _list_server_spellings(configs)
    all_agents = tuple(assign_unique_ids([_name_servers(agent, aliases, spellings) for agent in agents]))
    found_skills = tuple(assign_unique_ids(list(skills)))
    servers_in_use = {name for name, _config in configs} | {
        grant.server for agent in all_agents for grant in agent.access.every if grant.server
    }
    linker = _Linker(all_agents, found_skills, aliases, frozenset(map(make_server_id, servers_in_use)), cache)
    every_skill = (*found_skills, *linker.missing.values())
    edges = linker.build_links()
    all_agents = _find_session_servers(all_agents, configs, edges)
    usage = ToolUsage(all_agents, configs, linker.server_names)
    tools, servers = usage.build_tools(), usage.build_servers()
    items: dict[str, Iterable[Any]] = {
        "agent": all_agents,
        "skill": every_skill,
        "tool": tools,
        "server": servers,
    }
    index = _index_edges(edges)
    index.update({(kind, item.id): item for kind, group in items.items() for item in group})
    return Catalog(
        agents=all_agents,
        skills=tuple(sorted(every_skill, key=lambda s: s.id)),
        tools=tools,
        servers=servers,
        links=edges,
        skipped=tuple(sorted(skipped, key=lambda s: s.path)),
        notes=tuple(notes),
        plugins=tuple(sorted(plugins, key=lambda p: (p.name, p.root))),
        repo=repo,
        twins=find_twins(all_agents),
        by_id=index,
    )


def _list_server_aliases(configs: Iterable[tuple[str, ServerConfig]]) -> dict[str, str]:
    """The name of each server of a plugin by its id in a session, which is ``plugin_<plugin>_<server>``.

    Source: Claude Code documentation, "MCP", August 2026.
    """
    return {
        make_server_id(f"plugin_{config.plugin}_{name}"): name for name, config in configs if config.plugin
    }


def _list_server_spellings(configs: Iterable[tuple[str, ServerConfig]]) -> dict[str, set[str]]:
    """How the names of tools spell each configured server, by its id."""
    spellings: dict[str, set[str]] = {}
    for name, _ in configs:
        spellings.setdefault(make_server_id(name), set()).add(spell_server(name))
    return spellings


def _name_servers(agent: Agent, aliases: dict[str, str], spellings: dict[str, set[str]]) -> Agent:
    """``agent`` with the entries for a plugin's servers under the names that the plugin gives them. An entry
    whose name differs from the configured one in a capital letter is for no server: letters are compared."""

    def is_misspelled(name: str) -> bool:
        id = make_server_id(name)
        return id in spellings and spell_server(name) not in spellings[id]

    def rename(grant: ToolGrant) -> ToolGrant:
        mcp_name = McpToolName.parse(grant.tool)
        if grant.server is None or mcp_name is None:
            return grant
        id = make_server_id(grant.server)
        if id in aliases:
            return replace(grant, server=aliases[id], tool=str(replace(mcp_name, server=aliases[id])))
        return replace(grant, server=None, pattern=False) if is_misspelled(grant.server) else grant

    own = {name for name, _ in agent.inline_servers}
    if misspelled := [pair for pair in agent.servers or () if is_misspelled(pair[0]) and pair[0] not in own]:
        servers = tuple(pair for pair in agent.servers or () if pair not in misspelled)
        notes = tuple(_describe_misspelled(*pair, spellings) for pair in misspelled)
        agent = replace(agent, servers=servers, notes=(*agent.notes, *notes))
    access = agent.access
    if not any(grant.server for grant in access.every):
        return agent
    grants = None if access.grants is None else tuple(map(rename, access.grants))
    denied, ignored = tuple(map(rename, access.denied)), tuple(map(rename, access.ignored))
    return replace(agent, access=replace(access, grants=grants, denied=denied, ignored=ignored))


def _describe_misspelled(name: str, span: Span, spellings: dict[str, set[str]]) -> Diagnostic:
    message = say("no configuration was found for the MCP server `{name}`", name=name)
    configured = min(spellings[make_server_id(name)])
    hint = say("names are case-sensitive: the server is called `{name}`", name=configured)
    return Diagnostic("unknown_server", span, message, hint)


def _find_session_servers(
    agents: Iterable[Agent], configs: Iterable[tuple[str, ServerConfig]], edges: Iterable[Link]
) -> tuple[Agent, ...]:
    """``agents`` with the servers that files say their sessions have: those configured for them, and those
    that they name otherwise than by an entry of a list."""
    named: dict[str, set[str]] = {}
    for edge in edges:
        if edge.kind == "server" and any(why.grade != "declared" for why in edge.evidence):
            named.setdefault(edge.origin, set()).add(edge.target)
    return tuple(give_servers(agent, configs, named.get(agent.id, ())) for agent in agents)


def give_servers(
    agent: Agent, configs: Iterable[tuple[str, ServerConfig]], named: Iterable[str] = ()
) -> Agent:
    """``agent`` with the servers that are configured for its sessions, and those ``named``."""
    gives = get_runtime_of(agent).gives_server
    given = [(make_server_id(name), config.is_off) for name, config in configs if gives(config, agent)]
    on = {id for id, is_off in given if not is_off}
    off = frozenset(id for id, _is_off in given) - on
    return replace(agent, session_servers=frozenset(on.union(named) - off), off_servers=off)


def _index_edges(edges: Iterable[Link]) -> dict[tuple[str, str], Any]:
    links_by_key: dict[tuple[str, str], list[Link]] = {}
    for edge in edges:
        links_by_key.setdefault(("from:" + edge.origin_kind, edge.origin), []).append(edge)
        links_by_key.setdefault(("to:" + edge.kind, edge.target), []).append(edge)
    return {key: tuple(value) for key, value in links_by_key.items()}


def _find_rows(document: Document, names: NameLookup) -> list[markdown_tables.TableRow]:
    tools = get_runtime(document.source.dialect).tools

    def known(name: str) -> bool:
        items = (names.find(kind, name, document.source) for kind in ("skill", "agent"))
        return name.startswith("mcp__") or name in tools or any(items)

    return markdown_tables.find_reference_rows(document.body, document.body_line, known, names.is_command)


def _find_named(document: Document, names: NameLookup) -> Named:
    return _find_rows(document, names), tuple(
        mentions.find_mentions(document, names.phrases, names.has, names.is_command)
    )


# Keys whose values sort an agent, and never name another one.
NO_REFERENCE_KEYS = frozenset(
    (
        *("author", "category", "categories", "color", "department", "division", "domain", "emoji", "group"),
        *("icon", "id", "keywords", "label", "labels", "language", "languages", "level", "mode", "priority"),
        *("role", "status", "tag", "tags", "team", "tier", "title", "type", "version"),
    )
)


class _Linker:
    """Collects the edges of every file, one file after the other."""

    def __init__(
        self,
        agents: tuple[Agent, ...],
        skills: tuple[Skill, ...],
        server_aliases: dict[str, str],
        servers: frozenset[str],
        cache: BuildCache,
    ) -> None:
        self.server_aliases = server_aliases
        self.servers = servers
        self.names = cache.get(NameLookup, list_named_items(agents, skills))
        self.edges: Edges = {}
        self.missing: dict[str, Skill] = {}
        self.taken = {skill.id.casefold() for skill in skills}
        self.server_names: list[tuple[str, str | None]] = []
        self.new: dict[tuple[str, str], set[str]] = {}
        for agent in agents:
            if agent.not_loaded:
                continue
            self._add_declared(agent)
            self._add_own_keys(agent)
            named = cache.get(_find_named, agent.document, self.names)
            self._add_text("agent", agent.id, agent.document, named)
        for skill in skills:
            if skill.document:
                self._add_agents_of_skill(skill, skill.document)
                named = cache.get(_find_named, skill.document, self.names)
                self._add_text("skill", skill.id, skill.document, named)

    def _find(self, kind: str, name: str, document: Document) -> tuple[NamedItem, ...]:
        return self.names.find(kind, name, document.source)

    def _add_edges(self, origin_kind: str, origin: str, items: tuple[NamedItem, ...], why: Evidence) -> None:
        """An edge to each of ``items``, of which one is meant; to the first by id where they are many."""
        why = replace(why, namesakes=len(items) - 1)
        for item in items[:MOST_NAMESAKES]:
            self._add_edge(origin_kind, origin, item.kind, item.id, why)

    def _add_edge(self, origin_kind: str, origin: str, kind: str, target: str | None, why: Evidence) -> None:
        if target is not None and (origin_kind, origin) != (kind, target):
            self.edges.setdefault((origin_kind, origin, kind, target), []).append(why)

    def _is_one_too_many(self, kind: str, origin: str, name: str) -> bool:
        """Whether ``origin`` has brought in too many things of this kind before it came to this one."""
        named = self.new.setdefault((kind, origin), set())
        if len(named) < MOST_NEW:
            named.add(name)
        return name not in named

    def _add_skill(self, origin_kind: str, origin: str, name: str, document: Document, why: Evidence) -> None:
        """An edge to the skill called ``name``."""
        if items := self._find("skill", name, document):
            self._add_edges(origin_kind, origin, items, why)
        else:
            self._add_edge(origin_kind, origin, "skill", self._find_missing_skill(name, document), why)

    def _find_missing_skill(self, name: str, document: Document) -> str | None:
        """The id of a skill that is nowhere, whose page says so; ``None`` for the one more that a file may
        not bring in."""
        if self._is_one_too_many("skill", document.source.path, name):
            return None
        id = make_slug(name)
        if name not in self.missing:
            while id.casefold() in self.taken or id == "index":
                id += "-missing"
            self.taken.add(id.casefold())
            self.missing[name] = Skill(id, name, None, "", None, None)
        return self.missing[name].id

    def _add_declared(self, agent: Agent) -> None:
        document = agent.document
        for name, span in agent.skills or ():
            self._add_skill("agent", agent.id, name, document, Evidence("preloaded", span))
        for name, span in agent.servers or ():
            self._add_server(agent.id, name, None, Evidence("configured", span))
        for grant in agent.access.every if not document.error else ():
            why = Evidence("declared", grant.span, grant.rule)
            # What an entry denies has its page, and the agent is not linked to it: it does not use it.
            is_denied = grant.effect == "deny"
            if grant.server:
                tool = None if grant.pattern else grant.tool
                self._add_server(agent.id, grant.server, tool, None if is_denied else why)
            elif grant.tool in get_runtime_of(agent).agent_tools and grant.specifier and not is_denied:
                for name in grant.specifier.split(","):
                    self._add_edges("agent", agent.id, self._find("agent", name.strip(), document), why)

        for name, why in get_runtime_of(agent).find_named_agents(document):
            items = self.names.find("agent", name, document.source, folds=True)
            self._add_edges("agent", agent.id, items, why)

    def _add_own_keys(self, agent: Agent) -> None:
        """Names under keys that the runtime does not read: a team's own, such as ``reports_to``."""
        for field in agent.unknown:
            values = field.value if isinstance(field.value, list) else [field.value]
            if field.key.lower() in NO_REFERENCE_KEYS or field.key in get_runtime_of(agent).known_keys:
                continue
            for value in values:
                for name in value.split(",") if isinstance(value, str) else ():
                    why = Evidence("named", field.span, f"{field.key}: {name.strip()}")
                    for kind in ("agent", "skill"):
                        items = self._find(kind, name.strip().removeprefix("@"), agent.document)
                        self._add_edges("agent", agent.id, items, why)

    def _add_agents_of_skill(self, skill: Skill, document: Document) -> None:
        """The agent that runs a skill or command, and those that its author lists under keys which no runtime
        reads."""
        for key in get_runtime(document.source.dialect).command_agent_keys:
            target = document.values.get(key)
            if isinstance(target, str) and "," not in target:
                why = Evidence("declared", document.get_span(key))
                self._add_edges("skill", skill.id, self._find("agent", target.strip(), document), why)
            elif isinstance(target, str):
                self._add_listed(skill.id, key, "agent", document)
        self._add_listed(skill.id, "agents", "agent", document)
        self._add_listed(skill.id, "skills", "skill", document)

    def _add_listed(self, skill: str, key: str, kind: str, document: Document) -> None:
        """What the file of a skill lists under ``key``, as far as it is there."""
        value = document.values.get(key)
        for text in value if isinstance(value, list) else [value]:
            for name in text.split(",") if isinstance(text, str) else ():
                why = Evidence("named", document.get_span(key), f"{key}: {name.strip()}")
                self._add_edges("skill", skill, self._find(kind, name.strip(), document), why)

    def _add_server(self, agent: str, server: str, tool: str | None, why: Evidence | None) -> None:
        """The server, and the tool of it, are in the catalog; with ``why`` there is an edge to it."""
        if name := self.server_aliases.get(make_server_id(server)):
            mcp_name = McpToolName.parse(tool or "")
            server, tool = name, str(replace(mcp_name, server=name)) if mcp_name else None
        if self._is_one_too_many("server", agent, f"{server} {tool}"):
            return
        self.server_names.append((server, tool))
        if why is not None:
            self._add_edge("agent", agent, "server", make_server_id(server), why)

    def _add_text(self, kind: str, id: str, document: Document, named: Named) -> None:
        rows, named_in_text = named
        tools = get_runtime(document.source.dialect).tools
        for row in rows:
            why = markdown_tables.make_evidence(document.get_body_span(row.line), row)
            for name in row.names:
                mcp_name = McpToolName.parse(name)
                if not mcp_name and name not in tools:
                    agents, skills = self._find("agent", name, document), self._find("skill", name, document)
                    if agents and not skills:
                        self._add_edges(kind, id, agents, why)
                    elif skills or (row.skills and markdown_tables.is_skill_name(name)):
                        self._add_skill(kind, id, name, document, why)
                elif kind == "agent" and mcp_name and mcp_name.server != "*":
                    self._add_server(id, mcp_name.server, None, why)
        if kind == "agent":
            for server, tool, why in mentions.find_server_mentions(document):
                self._add_server(id, server, str(McpToolName(server, tool)) if tool else None, why)
        for mention in named_in_text:
            self._add_mention(kind, id, mention, document)

    def _add_mention(self, kind: str, id: str, mention: mentions.Mention, document: Document) -> None:
        if not mention.certain:
            if item := self._find_meant(mention, document):
                self._add_edge(kind, id, item.kind, item.id, mention.evidence)
            return
        for target in sorted(mention.kinds):
            if target == "skill":
                self._add_skill(kind, id, mention.name, document, mention.evidence)
            else:
                self._add_edges(kind, id, self._find(target, mention.name, document), mention.evidence)

    def _find_meant(self, mention: mentions.Mention, document: Document) -> NamedItem | None:
        """What a name in a text means; ``None`` where it may mean something else as well."""
        kinds = [kind for kind in mention.kinds if self._find(kind, mention.name, document)]
        may_be_server = len(mention.kinds) > 1 and make_server_id(mention.name) in self.servers
        may_be_tool = len(mention.kinds) > 1 and mention.name in get_runtime(document.source.dialect).tools
        if len(kinds) != 1 or may_be_server or may_be_tool:
            return None
        return self.names.find_meant(kinds[0], mention.name, document.source)

    def build_links(self) -> tuple[Link, ...]:
        """The edges, sorted; of the same words at the same place the strongest grade only."""
        links = []
        for key, evidences in self.edges.items():
            by_line: dict[int, Evidence] = {}
            for why in sorted(evidences, key=lambda why: (_rank_evidence(why), why.span)):
                by_line.setdefault(why.span.line, why)
            links.append(Link(*key, tuple(by_line.values())))  # type: ignore[arg-type]
        return tuple(sorted(links, key=lambda link: (link.origin_kind, link.origin, link.kind, link.target)))


def _rank_evidence(why: Evidence) -> int:
    return GRADES.index(why.grade)
