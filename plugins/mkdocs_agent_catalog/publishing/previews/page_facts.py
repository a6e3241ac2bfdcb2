"""The facts about a page from which every kind of preview is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from ...addresses import urls
from ...model.catalog import McpServer, Tool
from ...model.definitions import Agent, Skill
from ...model.item_kinds import ITEM_KINDS
from ...model.mcp_tool_names import shorten
from ...pages.agent_cards import summarize_tools
from ...pages.agent_index import count_kinds
from ...pages.finder.facets import list_facets
from ...pages.page import CatalogContext, Page
from ...pages.tool_users import count_users, find_tool_users
from ...permissions.capabilities import decide_server
from ...runtimes.rules import Decision
from ...text.i18n import say
from ...text.strings import make_single_line

# A preview is read at a glance.
MOST_NAMED = 6
GONE = "gone.html.jinja"


@dataclass(frozen=True, slots=True)
class Fact:
    """``values`` in the language of the site under a word for them; ``kind`` says what they are."""

    kind: str
    label: str
    values: tuple[str, ...]

    @property
    def words(self) -> str:
        return ", ".join(self.values)


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a page is about. ``kind`` is that of its subject, or ``page``; ``uri`` is of the catalog."""

    uri: str
    kind: str
    id: str
    label: str
    title: str
    summary: str
    group: str
    find_facts: Callable[[], tuple[Fact, ...]]
    """Works out the facts, once."""
    above: tuple[tuple[str, str], ...]
    """Names and uris of the pages above it, outermost first."""
    changed: str = ""
    """The day of the last change, where git knows it."""
    framed: bool = False
    """Whether it has a card for frames, which oEmbed is about."""
    others: tuple[tuple[str, str], ...] = ()
    """The same for machines: type and uri of each file."""

    @property
    def facts(self) -> tuple[Fact, ...]:
        return self.find_facts()

    @property
    def folder(self) -> str:
        """Where the files beside the page are, whatever form its own address has."""
        return urls.get_page_folder(self.uri)

    @property
    def description(self) -> str:
        """The summary and the facts, as sentences in plain text."""
        messages = [self.summary] if self.summary else []
        messages += [
            fact.words if fact.kind == "reach" else f"{fact.label}: {fact.words}" for fact in self.facts
        ]
        return " ".join(item if item[-1] in ".!?…。！？" else f"{item}." for item in messages)

    def find_fact(self, kind: str) -> Fact | None:
        return next((fact for fact in self.facts if fact.kind == kind), None)


def describe_page(page: Page, shared: CatalogContext) -> PageFacts:
    """What ``page`` is about."""
    kind, id = page.subject or ("page", "")
    thing = shared.catalog.by_id[kind, id] if page.subject else None
    item_kind = ITEM_KINDS[kind] if page.subject else None
    return PageFacts(
        uri=page.uri,
        kind=kind,
        id=id,
        label=shared.say(item_kind.label) if item_kind else "",
        title=make_single_line(page.title),
        summary=make_single_line(page.description),
        group=make_single_line(getattr(thing, "group", "")) if kind == "agent" else "",
        # What the catalog holds says nothing of what is gone from it.
        find_facts=cache(lambda: () if page.template == GONE else _select_told(shared, thing)),
        above=((shared.say(item_kind.list_label), item_kind.index_uri),) if item_kind else (),
        changed=shared.catalog.changed.get(page.source or "", ""),
        framed=has_card(page, shared),
        others=tuple(_list_alternates(shared, kind, page)),
    )


def _list_alternates(shared: CatalogContext, kind: str, page: Page) -> Iterator[tuple[str, str]]:
    folder = urls.get_page_folder(page.uri)
    if page.uri == ITEM_KINDS["agent"].index_uri and shared.changes:
        yield "application/atom+xml", urls.FEED_ATOM
        yield "application/feed+json", urls.FEED_JSON
    if kind in ("agent", "skill"):
        if shared.embeds:
            yield "application/json", urls.make_json_uri(kind, folder)
        if page.source:
            yield "text/markdown", shared.where.make_definition_uri(kind, folder)


def has_card(page: Page, shared: CatalogContext) -> bool:
    """Whether ``card.html`` in the page's folder is its card, and not the page of something else."""
    if not shared.embeds or page.subject is None:
        return False
    kind, id = page.subject
    return shared.where.directory_urls or (kind, f"{id}/card") not in shared.catalog.by_id


def _select_told(shared: CatalogContext, thing: object) -> tuple[Fact, ...]:
    return tuple(fact for fact in _list_facts(shared, thing) if fact.values)


def _list_facts(shared: CatalogContext, thing: object) -> list[Fact]:
    if isinstance(thing, Agent):
        return _describe_agent(shared, thing)
    if isinstance(thing, Tool):
        users = find_tool_users(shared, thing)
        return [_describe_users(shared, (decision for _agent, decision, _entries in users))]
    if isinstance(thing, Skill):
        return [_describe_used_by(shared, thing)]
    if isinstance(thing, McpServer):
        decisions = (decide_server(agent, thing, shared.grants) for agent in shared.catalog.agents)
        names = [shorten(name) for name in sorted(thing.tools)]
        tools = _name_few(shared, names)
        return [Fact("tools", shared.say("Tools"), tools), _describe_users(shared, decisions)]
    return [_describe_catalog(shared)]


def _describe_agent(shared: CatalogContext, agent: Agent) -> list[Fact]:
    skills = shared.catalog.list_skill_names(agent)
    reach = tuple(shared.say(title) for title in list_facets(shared, agent)["reach"])
    return [
        Fact("reach", shared.say("Capabilities"), reach),
        Fact(
            "tools",
            shared.say("Tools"),
            tuple(make_single_line(tool) for tool in summarize_tools(shared, agent, MOST_NAMED)),
        ),
        Fact("skills", shared.say("Skills"), _name_few(shared, skills)),
    ]


def _describe_users(shared: CatalogContext, decisions: Iterable[Decision]) -> Fact:
    """How many agents have a tool or a server, and how."""
    named, inherited = count_users(decisions)
    messages = [
        shared.say(say("{n} by name", n=named)) if named else "",
        shared.say(say("{n} inherited", n=inherited)) if inherited else "",
    ]
    return Fact("agents", shared.say("Agents"), tuple(filter(None, messages)) or (shared.say("none"),))


def _describe_used_by(shared: CatalogContext, skill: Skill) -> Fact:
    links = shared.catalog.get_links_to("skill", skill.id)
    names = [shared.catalog.by_id[link.origin_kind, link.origin].name for link in links]
    return Fact("users", shared.say("Used by"), _name_few(shared, names))


def _name_few(shared: CatalogContext, names: list[str]) -> tuple[str, ...]:
    more = len(names) - MOST_NAMED
    rest = [shared.say(say("and {n} more", n=more))] if more > 0 else []
    return tuple([make_single_line(name) for name in names[:MOST_NAMED]] + rest)


def _describe_catalog(shared: CatalogContext) -> Fact:
    """What the whole catalog holds, for pages that are about no single thing."""
    values = tuple(f"{number} {word}" for number, word in count_kinds(shared) if number)
    return Fact("catalog", shared.say("Catalog"), values)
