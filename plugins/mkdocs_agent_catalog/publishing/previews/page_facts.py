"""What is worth knowing of a page before it is opened: the facts that every form of preview is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from ...addresses import urls
from ...model.catalog import McpServer, Tool
from ...model.definitions import Agent, Skill
from ...model.item_kinds import ITEM_KINDS
from ...model.mcp_tool_names import shorten
from ...pages.item_lists import glance
from ...pages.registry import Page, Shared
from ...permissions.capabilities import of_server
from ...text.i18n import marked as _
from ...text.i18n import say
from ...text.strings import flat

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
class About:
    """What a page is about. ``kind`` is that of its subject, or ``page``; ``uri`` is of the catalog."""

    uri: str
    kind: str
    id: str
    label: str
    title: str
    summary: str
    group: str
    found: Callable[[], tuple[Fact, ...]]
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
        return self.found()

    @property
    def folder(self) -> str:
        """Where the files beside the page are, whatever form its own address has."""
        return urls.folder(self.uri)

    @property
    def description(self) -> str:
        """The summary and the facts, as sentences in plain text."""
        said = [self.summary] if self.summary else []
        said += [one.words if one.kind == "reach" else f"{one.label}: {one.words}" for one in self.facts]
        return " ".join(one if one[-1] in ".!?…。！？" else f"{one}." for one in said)

    def fact(self, kind: str) -> Fact | None:
        return next((one for one in self.facts if one.kind == kind), None)


def about(page: Page, shared: Shared) -> About:
    """What ``page`` is about."""
    kind, id = page.subject or ("page", "")
    thing = shared.catalog.by_id[kind, id] if page.subject else None
    item_kind = ITEM_KINDS[kind] if page.subject else None
    return About(
        uri=page.uri,
        kind=kind,
        id=id,
        label=shared.say(item_kind.label) if item_kind else "",
        title=flat(page.title),
        summary=flat(page.description),
        group=flat(getattr(thing, "group", "")) if kind == "agent" else "",
        # What the catalog holds says nothing of what is gone from it.
        found=cache(lambda: () if page.template == GONE else _told(shared, thing)),
        above=((shared.say(item_kind.list_label), item_kind.index_uri),) if item_kind else (),
        changed=shared.catalog.changed.get(page.source or "", ""),
        framed=shared.embeds and has_card(page, shared),
        others=tuple(_others(shared, kind, page)),
    )


def _others(shared: Shared, kind: str, page: Page) -> Iterator[tuple[str, str]]:
    folder = urls.folder(page.uri)
    if page.uri == ITEM_KINDS["agent"].index_uri and shared.changes:
        yield "application/atom+xml", urls.FEED_ATOM
        yield "application/feed+json", urls.FEED_JSON
    if kind in ("agent", "skill"):
        if shared.embeds:
            yield "application/json", urls.as_json(kind, folder)
        if page.source:
            yield "text/markdown", urls.as_markdown(kind, folder)


def has_card(page: Page, shared: Shared) -> bool:
    """Whether ``card.html`` in the page's folder is its card, and not the page of something else."""
    if page.subject is None:
        return False
    kind, id = page.subject
    return shared.where.directory_urls or (kind, f"{id}/card") not in shared.catalog.by_id


def _told(shared: Shared, thing: object) -> tuple[Fact, ...]:
    return tuple(one for one in _facts(shared, thing) if one.values)


def _facts(shared: Shared, thing: object) -> list[Fact]:
    if isinstance(thing, Agent):
        return _of_agent(shared, thing)
    if isinstance(thing, Tool):
        return [_holders(shared, Counter(shared.grants.of(a, thing.name).outcome for a in _agents(shared)))]
    if isinstance(thing, Skill):
        return [_used_by(shared, "skill", thing.id)]
    if isinstance(thing, McpServer):
        decided = Counter(of_server(a, thing, shared.grants).outcome for a in _agents(shared))
        names = [shorten(name) for name in sorted(thing.tools)]
        tools = _few(shared, names)
        return [Fact("tools", shared.say("Tools"), tools), _holders(shared, decided)]
    return [_catalog(shared)]


def _agents(shared: Shared) -> tuple[Agent, ...]:
    return shared.catalog.agents


def _of_agent(shared: Shared, agent: Agent) -> list[Fact]:
    links = shared.catalog.links_from("agent", agent.id)
    skills = [shared.catalog.by_id["skill", link.target].name for link in links if link.kind == "skill"]
    reach = tuple(shared.say(one.title) for one in shared.reach[agent.id])
    return [
        Fact("reach", shared.say("Reach"), reach),
        Fact("tools", shared.say("Tools"), tuple(flat(one) for one in glance(shared, agent, MOST_NAMED))),
        Fact("skills", shared.say("Skills"), _few(shared, skills)),
    ]


def _holders(shared: Shared, decided: Counter[Any]) -> Fact:
    """How many agents have a tool or a server, and how."""
    named, inherited = (decided[one] for one in ("allowed", "inherited"))
    named += decided["enforced"] + decided["unenforced"]
    said = [
        shared.say(say("{n} by name", n=named)) if named else "",
        shared.say(say("{n} inherited", n=inherited)) if inherited else "",
    ]
    return Fact("agents", shared.say("Agents"), tuple(filter(None, said)) or (shared.say("none"),))


def _used_by(shared: Shared, kind: str, id: str) -> Fact:
    links = shared.catalog.links_to(kind, id)
    names = [shared.catalog.by_id[link.origin_kind, link.origin].name for link in links]
    return Fact("users", shared.say("Used by"), _few(shared, names))


def _few(shared: Shared, names: list[str]) -> tuple[str, ...]:
    more = len(names) - MOST_NAMED
    rest = [shared.say(say("and {n} more", n=more))] if more > 0 else []
    return tuple([flat(name) for name in names[:MOST_NAMED]] + rest)


def _catalog(shared: Shared) -> Fact:
    """What the whole catalog holds, for pages that are about no single thing."""
    catalog = shared.catalog
    named = [t for t in catalog.tools if not t.server and any(use.state != "inherited" for use in t.uses)]
    counted = (
        (len(catalog.agents), _("agent"), _("agents")),
        (len(named), _("tool"), _("tools")),
        (sum(1 for skill in catalog.skills if skill.source), _("skill"), _("skills")),
        (len(catalog.servers), _("MCP server"), _("MCP servers")),
    )
    values = (f"{n} {shared.say(one if n == 1 else more)}" for n, one, more in counted if n)
    return Fact("catalog", shared.say("Catalog"), tuple(values))
