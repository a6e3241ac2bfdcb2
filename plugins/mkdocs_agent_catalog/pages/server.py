"""The page of an MCP server: its configuration, its tools, and its agents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from ..addresses import urls
from ..addresses.urls import WHAT_IF, Href
from ..model.catalog import Link, McpServer, Tool
from ..model.definitions import Agent, ToolGrant
from ..model.item_kinds import ITEM_KINDS
from ..model.mcp_tool_names import McpToolName, shorten
from ..model.output import Heading
from ..permissions.capabilities import decide_server
from ..runtimes import list_runtimes, name_runtimes
from ..runtimes.rules import Decision
from ..runtimes.tool_lists import get_server_id
from ..text.i18n import TranslatableText, say, say_plural
from ..text.i18n import mark_for_translation as _
from ..text.strings import make_server_id
from . import tool_users
from .decision_view import describe_words, shorten_outcome
from .finder.search_entries import build_item_entry
from .other_runtimes import GuestUse, find_guest_uses
from .page import CatalogContext, Page, paginate_page
from .pagination import ListPage, PaginatedList, Section, paginate
from .rights_history import describe_server_origins
from .tool_users import ToolUser, describe_agent, describe_group


def list_server_pages(shared: CatalogContext) -> Iterator[Page]:
    """A page for each MCP server; its tools are columns of its table."""
    label = shared.say(ITEM_KINDS["server"].label)
    for server in shared.catalog.servers:
        about = say("The MCP server {name}: its configuration, its tools and who has them.", name=server.name)
        page = Page(
            uri=urls.make_server_uri(server.id),
            template="server.html.jinja",
            title=server.name,
            description=shared.say(about),
            subject=("server", server.id),
            search=(build_item_entry(label, server.name, "", "MCP server", *server.tools),),
        )
        tools = [tool for tool in shared.catalog.tools if tool.server == server.id]
        lists = _Lists(shared, server, {tool.name: tool for tool in tools})
        result = lists.cut(page)
        yield from paginate_page(page, result, partial(_build_context, lists, result))


@dataclass(frozen=True, slots=True)
class _Lists:
    """What the page of a server lists; ``tools`` are its tools by name."""

    shared: CatalogContext
    server: McpServer
    tools: dict[str, Tool]

    @property
    def links(self) -> tuple[Link, ...]:
        """Where it is named."""
        return self.shared.catalog.get_links_to("server", self.server.id)

    def find_other_links(self, holders: list[ToolUser]) -> list[Link]:
        """Where it is named otherwise than by the entries of ``holders``, which are in the table."""
        agents = {("agent", agent.id) for agent, _decision, _entries in holders}
        return [
            link
            for link in self.links
            if (link.origin_kind, link.origin) not in agents
            or any(why.grade not in ("declared", "configured") for why in link.evidence)
        ]

    @property
    def heirs_title(self) -> str:
        """What the list of the agents is called that inherit it, or would where it is configured."""
        return _("Agents that inherit it") if self.server.configs else _("Agents that would inherit it")

    def list_names(self) -> list[str]:
        """The tools that somebody names."""
        return sorted({*self.server.tools, *self.tools})

    def find_holders(self) -> tuple[list[ToolUser], list[ToolUser]]:
        """The agents with an entry for the server or a tool of it, and those that inherit it, or would where
        nothing configures it."""
        uses = [use for tool in self.tools.values() for use in tool.uses if use.state != "inherited"]
        own = [use for use in self.server.uses if use.state != "inherited"]
        have = tool_users.find_users(self.shared, [*uses, *own], self._decide)
        naming = {use.agent for use in (*uses, *own)}
        rows: tuple[list[ToolUser], list[ToolUser]] = ([], [])
        for row in have:
            agent, decision, _entries = row
            if agent.id not in naming and decision.outcome == "denied":
                continue  # A rule about all servers, or the settings, deny what its file does not speak of.
            is_left = self.shared.grants.is_left_to_session(agent, decision)
            if agent.id in naming or not (is_left or decision.outcome == "inherited"):
                rows[0].append(row)
            elif not (is_left and self.server.configs):
                rows[1].append(row)
        return rows

    def _decide(self, agent: Agent) -> Decision:
        return decide_server(agent, self.server, self.shared.grants)

    def build_sections(self) -> list[Section[Any]]:
        """Who names it or its tools, who inherits it, and where it is named."""
        language = self.shared.say
        own, inheriting = self.find_holders()
        sections: tuple[Section[Any], ...] = (
            Section("agents", language(_("Agents that name it")), own),
            Section("inherited", language(self.heirs_title), inheriting),
            Section("named", language(_("Named in other ways")), self.find_other_links(own)),
        )
        return [section for section in sections if section.entries]

    def lists_nothing_else(self, agent: Agent) -> bool:
        """Whether no entry of the agent's list but those for this server gives it a tool."""
        grants, listed = self.shared.grants, agent.access.grants or ()
        others = (entry for entry in listed if get_server_id(entry) != self.server.id)
        return grants.has_allowlist(agent) and not any(
            grants.decide_entry(agent, entry).is_usable for entry in others
        )

    def find_rules(self) -> list[ToolGrant]:
        """The permission rules of settings files that name it or a tool of it."""
        rules = (rule for settings in self.shared.catalog.settings for rule in settings.rules)
        return [rule for rule in rules if get_server_id(rule) == self.server.id]

    def find_lookalikes(self) -> list[tuple[Agent, ToolGrant]]:
        """Entries of agents that are called like it, in a form that their runtime does not know."""
        catalog, id = self.shared.catalog, self.server.id
        names = {tool.name for tool in catalog.tools if tool.group == "unknown"}
        names = {name for name in names if make_server_id(name.partition("/")[0]) == id}
        return [
            (agent, entry)
            for agent in (catalog.agents if names else ())
            for entry in agent.access.grants or ()
            if entry.tool in names
        ]

    def list_columns(self) -> list[str]:
        """The tools that an agent has an entry for."""
        return [name for name in self.list_names() if name in self.tools and self.tools[name].uses]

    def cut(self, page: Page) -> PaginatedList[Any] | None:
        """The lists, if they are too long for one page."""
        shared, limits = self.shared, self.shared.limits
        most = min(limits.entries, max(1, limits.cells // (len(self.list_columns()) + 1)))
        # If all agents would fit on the page, nobody needs to decide about them yet.
        if len(shared.catalog.agents) + len(self.links) <= most:
            return None
        result = paginate(
            page.uri, self.server.name, self.build_sections(), most, self._get_name, "agents", shared.say
        )
        return result if result.parts else None

    def _get_name(self, item: ToolUser | Link) -> str:
        if isinstance(item, Link):
            return str(self.shared.catalog.by_id[item.origin_kind, item.origin].name)
        return item[0].title

    def build_row(self, holder: ToolUser, names: list[str], href: Href) -> dict[str, Any]:
        """An agent: what holds for each tool that somebody names, and for the rest of the server."""
        agent, grants = holder[0], self.shared.grants
        every = (*names, f"{McpToolName(self.server.id)}__")
        decisions = [grants.decide(agent, name, self.server.id) for name in every]
        return {
            "name": agent.title,
            "group": describe_group(self.shared, agent),
            "href": href(urls.make_agent_uri(agent.id), "tools"),
            "cells": [_build_cell(decision) for decision in decisions],
        }


def explain_loss(shared: CatalogContext, server: McpServer) -> tuple[list[TranslatableText], list[Agent]]:
    """What breaks without ``server``, in sentences, and the agents whose lists lack tools then."""
    tools = {tool.name: tool for tool in shared.catalog.tools if tool.server == server.id}
    lists = _Lists(shared, server, tools)
    whole = {section.anchor: section.entries for section in lists.build_sections()}
    own = whole.get("agents", ())
    texts = _explain_loss(lists, own, whole.get("inherited", ()), whole.get("named", ()))
    return texts, [agent for agent, decision, _entries in own if decision.is_usable]


def _explain_loss(
    lists: _Lists, own: Sequence[ToolUser], heirs: Sequence[ToolUser], links: Sequence[Link]
) -> list[TranslatableText]:
    """What breaks without the server, in sentences: no more than the files say and the rules make of it."""
    usable = [agent for agent, decision, _entries in own if decision.is_usable]
    alone = sum(map(lists.lists_nothing_else, usable))
    inheriting = sum(decision.is_usable for _agent, decision, _entries in heirs)
    maybe = len(heirs) - inheriting
    if not usable and not inheriting:
        first = say("No agent has it, so none loses a tool without it.")
    elif not usable:
        first = say("Without it, no tool list breaks: none gives it by name.")
    elif alone == len(usable):
        first = say_plural(
            "Without it, 1 agent has no tools: its file lists no others.",
            "Without it, {n} agents have no tools: their files list no others.",
            alone,
        )
    else:
        first = say_plural(
            "Without it, 1 agent lacks tools that its file lists.",
            "Without it, {n} agents lack tools that their files list.",
            len(usable),
        )
    inherited = say_plural(
        "1 agent would lose its tools, which it inherits.",
        "{n} agents would lose its tools, which they inherit.",
        inheriting,
    )
    may_inherit = say_plural(
        "1 agent inherits it if its session has it, which no file says.",
        "{n} agents inherit it if their sessions have it, which no file says.",
        maybe,
    )
    naming = {agent.id for agent, _decision, _entries in own}
    others = sum(link.origin_kind != "agent" or link.origin not in naming for link in links)
    rules, alike = len(lists.find_rules()), len(lists.find_lookalikes())
    looks = say_plural(
        "1 entry of a tool list looks like it and gives nothing.",
        "{n} entries of tool lists look like it and give nothing.",
        alike,
    )
    more = (
        (
            alone if alone < len(usable) else 0,
            say_plural("1 of them has no other tool.", "{n} of them have no other tool.", alone),
        ),
        (inheriting, inherited),
        (maybe, may_inherit),
        (others, say_plural("1 more file names it.", "{n} more files name it.", others)),
        (rules, say_plural("1 permission rule names it.", "{n} permission rules name it.", rules)),
        (alike, looks),
    )
    return [first, *(text for number, text in more if number)]


def _explain_guest_use(use: GuestUse) -> list[TranslatableText]:
    """Who has the server in a runtime that reads files of another, in sentences."""
    have, named = use.outcomes.total(), len(use.naming)
    read = say_plural("It reads 1 of these files, too.", "It reads {n} of these files, too.", use.read)
    if not have:
        return [read, say("There no agent has this server.")]
    sentences = [read, say_plural("There 1 agent has this server.", "There {n} agents have it.", have)]
    if named:
        sentences.append(say_plural("1 names it in its list.", "{n} name it in their lists.", named))
    return sentences


def _build_guest_row(shared: CatalogContext, use: GuestUse, href: Href) -> dict[str, Any]:
    outcomes = use.outcomes.most_common()
    return {
        "runtime": use.runtime.title,
        "sentences": _explain_guest_use(use),
        "counts": [(shorten_outcome(word, shared.say), number) for word, number in outcomes],
        "naming": [
            _describe_naming(shared, agent, entries, href, "runtimes") for agent, entries in use.naming
        ],
    }


def _describe_naming(
    shared: CatalogContext, agent: Agent, entries: Iterable[ToolGrant], href: Href, anchor: str = ""
) -> dict[str, Any]:
    """An agent in a list of them, with the entries that name the server."""
    return {**describe_agent(shared, agent, href, anchor), "entries": tuple(entry.rule for entry in entries)}


def _build_cell(decision: Decision) -> dict[str, Any]:
    sign, words = describe_words(decision.words)
    return {"outcome": decision.word, "usable": decision.is_usable, "sign": sign, "words": words}


def _build_context(
    lists: _Lists, result: PaginatedList[Any] | None, href: Href, part: ListPage[Any] | None
) -> dict[str, Any]:
    shared, server = lists.shared, lists.server
    sections = result.sections if result else lists.build_sections()
    whole = {section.anchor: section.entries for section in sections}
    led = result is not None and part is None
    shown = [] if led else result.get_sections(part) if result else sections
    by_anchor = {section.anchor: section.entries for section in shown}
    own, inheriting = whole.get("agents", ()), whole.get("inherited", ())
    names = lists.list_names()
    held = lists.list_columns()
    rows = [lists.build_row(holder, held, href) for holder in by_anchor.get("agents", ())]
    # Few of them: they need no page of their own.
    rules, lookalikes = (lists.find_rules(), lists.find_lookalikes()) if part is None else ([], [])
    more = [Heading(2, "rules", shared.say("Permission rules that name it"))] if rules else []
    more += [Heading(2, "alike", shared.say("Entries that look like it"))] if lookalikes else []
    guests = find_guest_uses(shared, server) if part is None else []
    more += [Heading(2, "runtimes", shared.say("In other runtimes"))] if guests else []
    native = list_runtimes(shared.catalog.agents)
    return {
        "crumbs": [(shared.say("MCP servers"), href("servers/index.md"))],
        "server": server,
        "origins": describe_server_origins(shared, server, href),
        "runtimes": name_runtimes(server.runtimes),
        "off_in": [
            name_runtimes(c.runtimes) if c.runtimes != server.runtimes else () for c in server.configs
        ],
        "tools": [(_find_anchor(lists, name), shorten(name), name) for name in held],
        # On a page that leads to parts the tools have their anchors here.
        "in_text": [(_find_anchor(lists, name), name) for name in names if led or name not in held]
        if part is None
        else [],
        "led": led,
        "rows": rows,
        "loss": _explain_loss(lists, own, inheriting, whole.get("named", ())) if part is None else (),
        "what_if": f"{href(WHAT_IF)}?without=server:{quote(server.id)}"
        if own or any(decision.is_usable for _agent, decision, _entries in inheriting)
        else "",
        "natives": [runtime.title for runtime in native] if guests else [],
        "guests": [_build_guest_row(shared, use, href) for use in guests],
        "rules": rules,
        "alike": [_describe_naming(shared, agent, (entry,), href) for agent, entry in lookalikes],
        "heirs_title": shared.say(lists.heirs_title),
        "heirs": [describe_agent(shared, heir[0], href) for heir in by_anchor.get("inherited", ())],
        "counts": tool_users.count_outcomes((*own, *inheriting)),
        "links": shared.build_link_rows(tuple(by_anchor.get("named", ())), "origin", href),
        "headings": (*(Heading(2, section.anchor, section.title) for section in shown), *more),
    }


def _find_anchor(lists: _Lists, name: str) -> str:
    tool = lists.tools.get(name)
    return urls.make_tool_anchor(tool.id if tool else name)
