"""The page of an agent: what a reader needs before using it, in the order in which it is needed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Set
from functools import cache, lru_cache, partial
from typing import Any

from markupsafe import Markup

from ..addresses import urls
from ..addresses.urls import Href
from ..linking.tool_usage import get_tool_name
from ..model.definitions import Agent, Field, ToolGrant
from ..model.output import Heading
from ..permissions.capabilities import CapabilityTool
from ..runtimes import get_runtime_of
from ..runtimes.builtin_tools import GROUPS
from ..runtimes.rules import Decision
from ..text import markdown
from ..text.i18n import Translations, say
from ..text.i18n import mark_for_translation as _
from ..text.strings import make_slug, make_unique
from .agent_index import place as group_place
from .decision_view import PAGE, build_decision_context, describe_words
from .finder.search_entries import build_agent_entry, collect_name_words
from .finder.similar_agents import SimilarAgents
from .link_graph import build_neighbourhood
from .matrix.tool_sets import locate_tool_sets
from .other_runtimes import build_comparison
from .page import CatalogContext, Page, add_usage_notes, describe_raw_file
from .project_settings import build_project_section


def list_agent_pages(shared: CatalogContext) -> Iterator[Page]:
    """A page for each agent, those that cannot be read too."""
    near, names = SimilarAgents(shared), collect_name_words(shared)
    anchors = cache(partial(locate_tool_sets, shared))
    for agent in shared.catalog.agents:
        yield Page(
            uri=urls.make_agent_uri(agent.id),
            template="agent.html.jinja",
            title=agent.title,
            context=lambda href, agent=agent: build_agent_context(  # type: ignore[misc]
                shared, near, anchors, agent, href
            ),
            description=agent.summary,
            source=agent.source.path,
            subject=("agent", agent.id),
            search=(build_agent_entry(shared, agent, names),),
        )


def build_agent_context(
    shared: CatalogContext,
    near: SimilarAgents,
    anchors: Callable[[], dict[str, str]],
    agent: Agent,
    href: Href,
) -> dict[str, Any]:
    """Everything the template of an agent is given. ``anchors`` finds the row of its set of tools."""
    link = shared.leads.make_linker(href, agent.source)
    more = has_long_description(agent)
    text = agent.lead.replace("\n", "  \n") if more else ""
    lead = markdown.render_body(text, "description-", 3, link, shared.highlight_code).html if text else ""
    body = markdown.render_body(agent.document.body, "prompt-", 3, link, shared.highlight_code)
    links = shared.catalog.get_links_from("agent", agent.id)
    named_by = shared.catalog.get_links_to("agent", agent.id)
    sections: dict[str, Any] = {
        "tools": build_tool_rows(shared, agent, href),
        "skills": add_usage_notes(
            shared.build_link_rows(tuple(e for e in links if e.kind == "skill"), "target", href), link
        ),
        "servers": add_usage_notes(
            shared.build_link_rows(tuple(e for e in links if e.kind == "server"), "target", href), link
        ),
        "names": shared.build_link_rows(tuple(e for e in links if e.kind == "agent"), "target", href),
        "named_by": shared.build_link_rows(named_by, "origin", href),
        "project": build_project_section(agent, shared.grants),
        "runtimes": build_comparison(shared, agent, href),
        "problems": shared.list_problems(agent.document),
        "near": near.build_rows(agent, href),
        "by_tools": near.build_same_tools_rows(agent, href, anchors()),
    }
    used = [*sections["skills"], *sections["servers"], *sections["names"]]
    return {
        "agent": agent,
        "broken": _describe_broken(shared, agent),
        "group": href(*group_place(shared, agent.group)),
        "group_name": shared.name_group(agent.group),
        "lead": Markup(lead),
        "says_more": more,
        "body": Markup(body.html),
        "raw": describe_raw_file("agent", urls.make_agent_uri(agent.id), agent.document, shared),
        "reach": build_capability_rows(
            shared, agent, href, {row["id"] for row in rows_of(sections["tools"])}
        ),
        "through": build_through_rows(shared, agent, href),
        "trifecta": describe_trifecta(shared, agent),
        "sentence": _render_base_sentence(shared, agent),
        "settings": [format_field(field) for field in agent.settings if field.key != "model"],
        "unknown": [format_field(field) for field in agent.unknown],
        "picture": build_neighbourhood(agent.title, sections["named_by"], used, _LISTS, shared.say),
        "levels": shared.levels,
        "changed": shared.catalog.changed.get(agent.source.path),
        "beside": _list_neighbours(shared, agent, href),
        "runtime": get_runtime_of(agent).title,
        "instructions_sentence": shared.say(get_runtime_of(agent).instructions_sentence),
        "crumbs": [
            (shared.say("Agents"), href("agents/index.md")),
            (
                shared.name_group(agent.group),
                href(*group_place(shared, agent.group)),
            ),
        ],
        "headings": build_headings(agent, sections, shared.outline_headings(body.headings), shared.say),
        **sections,
    }


# Findings that stand at the head of a page: the file does something else than it says, or nothing.
_AT_HEAD = (
    *("frontmatter_unreadable", "frontmatter_dropped", "frontmatter_repaired"),
    *("missing_name", "blocks_start", "not_loaded", "cannot_start"),
)


def _describe_broken(shared: CatalogContext, agent: Agent) -> dict[str, Any]:
    """What a reader must know first: whether the agent can be called, and the findings that say why not."""
    findings = [finding for finding in shared.list_problems(agent.document) if finding.check in _AT_HEAD]
    works = shared.grants.can_start(agent)
    if agent.not_loaded:
        title = say("This file is not loaded")
    elif not works:
        title = say("This agent cannot be started")
    elif agent.document.error:
        title = say("The frontmatter of this file is not read")
    else:
        title = say("The frontmatter of this file is no YAML and is repaired when it is read")
    return {"works": works, "title": shared.say(title), "findings": findings}


# The parts of the lethal trifecta, in the order of `permissions.delegation`.
TRIFECTA_WORDS = (_("private data"), _("foreign content"), _("a way out"))
# Where the lists are that a picture is short of.
_LISTS = {"before": "#agents", "agent": "#agents", "skill": "#skills", "server": "#servers"}


def _list_neighbours(shared: CatalogContext, agent: Agent, href: Href) -> list[tuple[str, str, str]]:
    """The agents before and after in the order of the index, within the group: ``(which, name, address)``."""
    group = shared.by_group[agent.group]
    at = group.index(agent)
    pairs = [("before", group[at - 1])] if at else []
    pairs += [("after", group[at + 1])] if at + 1 < len(group) else []
    return [(which, agent.title, href(urls.make_agent_uri(agent.id))) for which, agent in pairs]


def has_long_description(agent: Agent) -> bool:
    """Whether the description holds more than the summary above it."""
    return bool(agent.examples) or " ".join(agent.lead.split()) != agent.summary


def build_headings(
    agent: Agent, sections: dict[str, Any], body: tuple[Heading, ...], say: Translations
) -> tuple[Heading, ...]:
    """The page's table of contents; the template shows the same sections under the same conditions."""
    headings = [Heading(2, "description", say("Description"))] if has_long_description(agent) else []
    headings += [Heading(2, "tools", say("Tools"))]
    headings += [Heading(2, "project", say("Settings and hooks"))] if sections["project"] else []
    headings += [Heading(2, key, say(title)) for key, title in _SECTIONS if sections[key]]
    if sections["names"] or sections["named_by"]:
        headings.append(Heading(2, "agents", say("Agents")))
    if sections["runtimes"]:
        headings.append(Heading(2, "runtimes", say("In other runtimes")))
    headings += [Heading(2, "prompt", say("Prompt")), *body]
    if agent.unknown:
        headings.append(Heading(2, "fields", say("Other fields")))
    if sections["problems"]:
        headings.append(Heading(2, "problems", say("Problems")))
    headings += (
        [Heading(2, "similar", say("Similar agents"))] if sections["near"] or sections["by_tools"] else []
    )
    return tuple(headings)


_SECTIONS = (("skills", "Skills"), ("servers", "MCP servers"))


def _render_base_sentence(shared: CatalogContext, agent: Agent) -> Markup:
    return _render_sentence(shared.say(shared.grants.describe_base(agent)))


@lru_cache(maxsize=256)
def _render_sentence(text: str) -> Markup:
    """A sentence of ours; there are few."""
    return Markup(markdown.render_inline(text))


def build_capability_rows(
    shared: CatalogContext, agent: Agent, href: Href, rows: Set[str]
) -> list[dict[str, Any]]:
    """The classes of the agent's reach, each with the tools that give it and how. A tool leads to the reason
    if it is in one of ``rows`` (ids of the page), else to its own page."""
    tables = []
    for capability in shared.reach[agent.id]:
        uses = [_use(shared, agent, use, href, rows) for use in capability.uses]
        ways = {use["words"] for use in uses}
        # One way for all is said once.
        way = ways.pop() if len(ways) == 1 else ""
        tables.append({"id": capability.id, "title": capability.title, "uses": uses, "way": way})
    return tables


def build_through_rows(shared: CatalogContext, agent: Agent, href: Href) -> list[dict[str, Any]]:
    """The classes that the agent reaches only through others: title, and the steps of one chain."""
    return [
        {
            "title": indirect.title,
            "steps": [
                {
                    "name": step.name,
                    "href": href(urls.make_agent_uri(step.agent)) if step.agent else "",
                    "tool": step.tool,
                    "rule": href(PAGE, f"rule-{step.rule}"),
                    "where": str(step.span) if step.span else "",
                }
                for step in indirect.steps
            ],
        }
        for indirect in shared.through[agent.id]
    ]


def describe_trifecta(shared: CatalogContext, agent: Agent) -> list[tuple[str, str]]:
    """The parts of the lethal trifecta with the tool for each; empty unless the agent has all three."""
    parts = shared.delegation.find_trifecta(agent)
    return [(shared.say(words), tool) for words, (_purpose, tool) in zip(TRIFECTA_WORDS, parts, strict=False)]


def _use(
    shared: CatalogContext, agent: Agent, use: CapabilityTool, href: Href, rows: Set[str]
) -> dict[str, Any]:
    sign, words = describe_words(use.decision.words)
    row = f"tool-{make_slug(use.name)}"
    uri = (
        urls.make_server_uri(use.server)
        if use.server
        else urls.locate_tool(use.name, shared.leads.find_tool_id(agent.dialect, use.name) or "")[0]
    )
    return {"name": use.name, "href": f"#{row}" if row in rows else href(uri), "sign": sign, "words": words}


def build_tool_rows(shared: CatalogContext, agent: Agent, href: Href) -> list[dict[str, Any]]:
    """The entries as written, by the decision about them, and below it by the group of their tool.

    Each decision has ``proof`` (as of ``proof.shown``), ``ignored`` (its entries are not read), ``count`` of
    its entries, ``places`` of them in the file, and ``groups``: ``[{title, rows}]``.
    """
    ids: dict[str, int] = {}
    entries: list[tuple[str, ToolGrant | None, dict[str, Any]]] = []
    for grant in agent.access.every:
        if grant.tool == "*":
            continue
        fact = get_runtime_of(agent).tools.get(get_tool_name(agent, grant))
        group = "mcp" if grant.server or grant.tool == "mcp__*" else fact.group if fact else "unknown"
        target = urls.locate_grant(agent, grant, shared.leads.find_tool_id)
        id = make_unique(f"tool-{make_slug(grant.tool)}", ids, "_")
        row = {"id": id, "rule": grant.rule, "href": href(*target) if target else None}
        entries.append((group, grant, row))
    for name in shared.grants.find_implied_tools(agent):
        target = urls.locate_tool(name, shared.leads.find_tool_id(agent.dialect, name) or "")
        row = {"id": f"tool-{make_slug(name)}", "rule": name, "href": href(*target)}
        entries.append((get_runtime_of(agent).tools[name].group, None, row))
    return _group_by_decision(shared, agent, entries, href)


def _group_by_decision(
    shared: CatalogContext,
    agent: Agent,
    entries: list[tuple[str, ToolGrant | None, dict[str, Any]]],
    href: Href,
) -> list[dict[str, Any]]:
    """``entries`` (group of the tool, what the file says, row) under the decisions about them."""
    order = [id for id, _title in GROUPS]
    decided: dict[tuple[Decision, bool], list[tuple[str, ToolGrant | None, dict[str, Any]]]] = {}
    for entry in sorted(entries, key=lambda entry: order.index(entry[0])):
        _group, grant, row = entry
        decision = (
            shared.grants.decide_entry(agent, grant) if grant else shared.grants.decide(agent, row["rule"])
        )
        decided.setdefault((decision, grant in agent.access.ignored), []).append(entry)
    return [
        {
            "proof": build_decision_context(decision, href),
            "ignored": ignored,
            "count": len(below),
            "places": list(dict.fromkeys(str(grant.span) for _group, grant, _row in below if grant)),
            "groups": [
                {"title": title, "rows": rows}
                for id, title in GROUPS
                if (rows := [row for group, _grant, row in below if group == id])
            ],
        }
        for (decision, ignored), below in decided.items()
    ]


def rows_of(decisions: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The rows of all tools below ``decisions``, which are as of ``tools``."""
    for decision in decisions:
        for group in decision["groups"]:
            yield from group["rows"]


def format_field(field: Field) -> dict[str, str]:
    """A frontmatter value as text: words and lists of words as they are, the rest as JSON."""
    value = field.value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = ", ".join(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return {"key": field.key, "value": "(no value)" if value is None else text, "where": str(field.span)}
