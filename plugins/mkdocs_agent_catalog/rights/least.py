"""The smaller list of tools that an agent would need, from what its text asks for. It is a proposal, no more.

Each tool that stays has the sentence that asks for it. Nothing is proposed where the text says too little,
and nothing is added that the agent does not have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain

from ..model.catalog import BuiltinTool, Catalog, McpServer
from ..model.definitions import Agent, Document, ToolGrant
from ..model.mcp_tool_names import McpToolName
from ..permissions.capabilities import decide_server
from ..permissions.decisions import PermissionResolver
from ..reading.tool_entries import parse_entry
from ..runtimes import get_runtime_of
from ..runtimes.runtime import Runtime
from ..text.strings import make_server_id
from .asked_work import (
    LEAST_WORDS,
    TABLE,
    AskedText,
    Sentence,
    count_words,
    find_asked_work,
    is_english,
    read_sentences,
)

_NOT_STARTED = "it cannot be started"
_NO_LIST = "what it has today is not known from its file"
_NO_KEY = "its file cannot hold a list of tools"
_NOT_READ = "its text is in a language that is not read"
_TOO_LITTLE = "its text says too little"
_SOME_MCP = "its text speaks of MCP tools and does not say which"
_SINGLE_TOOLS = "its list could name only single tools of an MCP server that its text asks for"
_NOTHING = "its text asks for nothing that one of its tools does"
_PLAIN_WORDS = frozenset(TABLE["plain words"].split())


@dataclass(frozen=True, slots=True)
class KeptTool:
    """An entry of the proposed list, and the sentence that asks for it. It is ``None`` for a tool that the
    runtime does not know: nobody can say what that is needed for."""

    entry: str
    sentence: Sentence | None


@dataclass(frozen=True, slots=True)
class RemovedTool:
    """An entry that is not proposed. If it is an old name, ``successor`` is the entry that does its work."""

    entry: str
    successor: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed for an agent. If nothing is, ``unknown`` says why, and everything is kept.

    ``is_listed``: whether the entries stand in a list of the file. Otherwise the agent inherits them.
    """

    agent: Agent
    is_listed: bool
    kept: tuple[KeptTool, ...]
    removed: tuple[RemovedTool, ...] = ()
    unknown: str = ""

    @property
    def tools(self) -> tuple[str, ...]:
        """The proposed list."""
        return tuple(tool.entry for tool in self.kept)


def propose_lists(
    catalog: Catalog, grants: PermissionResolver, agents: Iterable[Agent] | None = None
) -> list[Proposal]:
    """A proposal for each of ``agents`` (all of them by default), those with the most to lose first."""
    skills = {name: skill.document for skill in catalog.skills for name in (skill.name, skill.id)}
    chosen = catalog.agents if agents is None else agents
    proposals = [_propose_list(agent, catalog, grants, skills) for agent in chosen]
    return sorted(proposals, key=lambda proposal: (-len(proposal.removed), proposal.agent.id))


def _propose_list(
    agent: Agent, catalog: Catalog, grants: PermissionResolver, skills: Mapping[str, Document | None]
) -> Proposal:
    is_listed, entries = _list_entries(agent, catalog, grants)
    keep_all = partial(Proposal, agent, is_listed, tuple(KeptTool(entry.rule, None) for entry in entries))
    if not grants.can_start(agent):
        return keep_all(unknown=_NOT_STARTED)
    if not get_runtime_of(agent).tools_key and agent.access.grants is None:
        return keep_all(unknown=_NO_KEY)
    if agent.access.base == "unknown" or (not entries and not is_listed):
        return keep_all(unknown=_NO_LIST)
    text = AskedText(read_sentences(agent.document))
    if not is_english(text):
        return keep_all(unknown=_NOT_READ)
    if count_words(text) < LEAST_WORDS:
        return keep_all(unknown=_TOO_LITTLE)
    if preloaded := [document for name, _span in agent.skills or () if (document := skills.get(name))]:
        text = AskedText((*text.sentences, *chain.from_iterable(map(read_sentences, preloaded))))
    servers = sorted({entry.server for entry in entries if entry.server})
    # A skill of the same name is spelled `/name`.
    named = rf"(?<!/)(?:{'|'.join(map(_write_name, servers))})"
    asked = find_asked_work(text, re.compile(named) if servers else None)
    if asked is None:
        return keep_all(unknown=_TOO_LITTLE)
    sentences = [_find_sentence(entry, agent, text, asked, is_listed) for entry in entries]
    if not any(sentences):
        return keep_all(unknown=_NOTHING)
    is_any_server = any(entry.server and sentence for entry, sentence in zip(entries, sentences, strict=True))
    if not is_listed and "mcp" in asked and not is_any_server:
        return keep_all(unknown=_SOME_MCP)
    needed = {entry.server for entry, sentence in zip(entries, sentences, strict=True) if sentence}
    runtime = get_runtime_of(agent)
    if not is_listed and any(s.id in needed and not runtime.write_server_entry(s) for s in catalog.servers):
        return keep_all(unknown=_SINGLE_TOOLS)
    return _divide(agent, is_listed, entries, sentences)


def _divide(
    agent: Agent, is_listed: bool, entries: tuple[ToolGrant, ...], sentences: list[Sentence | None]
) -> Proposal:
    """The entries that a sentence asks for, and the others. What the runtime does not know is kept."""
    kept, removed = [], []
    tools = get_runtime_of(agent).tools
    for entry, sentence in zip(entries, sentences, strict=True):
        tool = tools.get(entry.tool)
        successor = (tool.retired and tool.successor) if tool else ""
        if successor and any(other.tool == successor for other in entries):
            removed.append(RemovedTool(entry.rule, successor))
        elif sentence or not (tool or entry.server):
            kept.append(KeptTool(entry.rule, sentence))
        else:
            removed.append(RemovedTool(entry.rule))
    return Proposal(agent, is_listed, tuple(kept), tuple(removed))


def _list_entries(
    agent: Agent, catalog: Catalog, grants: PermissionResolver
) -> tuple[bool, tuple[ToolGrant, ...]]:
    """Whether a list says what the agent has, and its entries, or else all that it inherits. A set of tools
    of several kinds counts as no list."""
    runtime, listed = get_runtime_of(agent), agent.access.grants
    sets = {"*", *(name for name, tool in runtime.tools.items() if _is_mixed(tool, runtime))}
    is_whole = agent.access.inherits or any(entry.tool in sets for entry in listed or ())
    if listed is not None and not is_whole:
        return True, tuple({entry.rule: entry for entry in listed}.values())
    names = [
        name
        for name in runtime.current_tools
        if not runtime.tools[name].members and grants.decide(agent, name).is_usable
    ]
    own = [parse_entry(name, "allow", "", agent.span) for name in names]
    servers = [server for server in catalog.servers if decide_server(agent, server, grants).is_usable]
    return False, (*own, *(_make_server_entry(server, agent, runtime) for server in servers))


def _make_server_entry(server: McpServer, agent: Agent, runtime: Runtime) -> ToolGrant:
    """The entry for all tools of a server, as a list of the runtime spells it."""
    name = str(McpToolName(server.id))
    return replace(
        parse_entry(name, "allow", "", agent.span), rule=runtime.write_server_entry(server) or name
    )


def _is_mixed(tool: BuiltinTool, runtime: Runtime) -> bool:
    return len({runtime.tools[name].group for name in tool.members if name in runtime.tools}) > 2


def _find_sentence(
    entry: ToolGrant, agent: Agent, text: AskedText, asked: Mapping[str, Sentence], is_listed: bool
) -> Sentence | None:
    """The sentence that asks for an entry: by its name, or for a work that its tool does."""
    if entry.server:
        write = _write_listed_server if is_listed else _write_inherited_server
        own = (sentence for id, sentence in _list_own_servers(agent) if id == make_server_id(entry.server))
        named = (sentence for sentence, _place in text.find(re.compile(write(entry.server))))
        return next(chain(own, named), None)
    if entry.tool in text.spelled and (sentence := text.find_name(_write_tool(entry.tool))):
        return sentence
    runtime = get_runtime_of(agent)
    name = runtime.get_canonical_name(entry.tool)
    tool = runtime.tools.get(name)
    return next((asked[work] for work in _list_works(name, tool) if work in asked), None) if tool else None


def _list_own_servers(agent: Agent) -> Iterator[tuple[str, Sentence]]:
    """The ids of the MCP servers that the file brings or names, as it does so in order to use them."""
    for name, span in agent.servers or ():
        yield make_server_id(name), Sentence(name, span)
    for name, config in agent.inline_servers:
        yield make_server_id(name), Sentence(name, config.span)


def _list_works(name: str, tool: BuiltinTool) -> Iterable[str]:
    """The works for which a tool is needed."""
    by_name = (works for part, works in TABLE["works by name"].items() if part in name.lower())
    works: list[str] = next(by_name, TABLE["works by group"].get(tool.group, []))
    return works


def _write_tool(name: str) -> re.Pattern[str]:
    """The name of a tool as a text speaks of it: in ticks, as a call, before the word "tool", in a list, or
    as it is spelled if that is no word of English."""
    escaped = re.escape(name)
    if re.search(r"[a-z][A-Z]|[_/]", name):
        return re.compile(rf"(?<![\w-]){escaped}(?![\w-])")
    marked = rf"`{escaped}(?:\([^`]{{0,200}}\))?`|\*\*{escaped}\*\*|\b{escaped}(?: tool\b|\()"
    return re.compile(rf"{marked}|(?:^|[,/] ?){escaped}(?=[,/:])")


def _write_name(server: str) -> str:
    """The name of an MCP server, however its words are joined, or what the names of its tools begin with."""
    name = r"[\W_]?".join(map(re.escape, filter(None, re.split(r"[\W_]+", server.lower()))))
    return rf"(?:\b{name}\b|mcp__{name}(?:\b|__))"


def _write_listed_server(server: str) -> str:
    """The name, or a word of it that says more than "server": a person listed it for something."""
    words = [word for word in re.split(r"[\W_]+", server.lower()) if len(word) > 3]
    words = [word for word in words if word not in _PLAIN_WORDS]
    words += TABLE["products"].get(server.lower(), "").split()
    return "|".join([_write_name(server), *(rf"\b{re.escape(word)}\b" for word in words)])


def _write_inherited_server(server: str) -> str:
    """The name where it can mean nothing else: in ticks, or beside the word "MCP"."""
    name = _write_name(server)
    return rf"`{name}`|(?=mcp__){name}|\bmcp\b.{{0,40}}?{name}|{name}.{{0,40}}?\bmcp\b"
