"""The page of an agent: what a reader needs before using it, in the order in which it is needed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Set
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from ..addresses import urls
from ..addresses.urls import Href
from ..linking.tool_usage import tool_name
from ..model.definitions import Agent, Field, ToolGrant
from ..model.output import Heading
from ..permissions.capabilities import Use
from ..runtimes import runtime_of
from ..runtimes.builtin_tools import GROUPS
from ..runtimes.rules import Decision
from ..text import markdown
from ..text.i18n import Words
from ..text.strings import slug, unique
from .agent_index import place as group_place
from .decision_view import OUTCOMES, shown
from .finder.search_entries import agent_entry, name_words
from .finder.similar_agents import Similar
from .link_graph import around
from .page import Page, Shared, raw_file, with_when


def agent_pages(shared: Shared) -> Iterator[Page]:
    """A page for each agent, those that cannot be read too."""
    near, names = Similar(shared), name_words(shared)
    for agent in shared.catalog.agents:
        yield Page(
            uri=urls.agent(agent.id),
            template="agent.html.jinja",
            title=agent.title,
            context=lambda href, agent=agent: context(shared, near, agent, href),  # type: ignore[misc]
            description=agent.summary,
            source=agent.source.path,
            subject=("agent", agent.id),
            search=(agent_entry(shared, agent, names),),
        )


def context(shared: Shared, near: Similar, agent: Agent, href: Href) -> dict[str, Any]:
    """Everything the template of an agent is given."""
    link = shared.leads.linker(href, agent.source)
    more = says_more(agent)
    text = agent.lead.replace("\n", "  \n") if more else ""
    lead = markdown.render(text, "description-", 3, link, shared.highlight_code).html if text else ""
    body = markdown.render(agent.document.body, "prompt-", 3, link, shared.highlight_code)
    links = shared.catalog.links_from("agent", agent.id)
    named_by = shared.catalog.links_to("agent", agent.id)
    sections: dict[str, Any] = {
        "tools": tools(shared, agent, href),
        "skills": with_when(shared.ends(tuple(e for e in links if e.kind == "skill"), "target", href), link),
        "servers": with_when(
            shared.ends(tuple(e for e in links if e.kind == "server"), "target", href), link
        ),
        "names": shared.ends(tuple(e for e in links if e.kind == "agent"), "target", href),
        "named_by": shared.ends(named_by, "origin", href),
        "problems": shared.by_path.get(agent.source.path, []),
        "near": near.ends(agent, href),
        "by_tools": near.by_tools(agent, href),
    }
    used = [*sections["skills"], *sections["servers"], *sections["names"]]
    return {
        "agent": agent,
        "group": href(*group_place(shared, agent.group)),
        "lead": Markup(lead),
        "says_more": more,
        "body": Markup(body.html),
        "raw": raw_file("agent", urls.agent(agent.id), agent.source.text, shared),
        "reach": reached(shared, agent, href, {row["id"] for row in rows_of(sections["tools"])}),
        "sentence": _sentence(shared, agent),
        "settings": [shown_field(one) for one in agent.settings if one.key != "model"],
        "unknown": [shown_field(one) for one in agent.unknown],
        "picture": around(agent.title, sections["named_by"], used, _LISTS, shared.say),
        "levels": shared.levels,
        "changed": shared.catalog.changed.get(agent.source.path),
        "beside": _beside(shared, agent, href),
        "crumbs": [
            (shared.say("Agents"), href("agents/index.md")),
            (
                agent.group or shared.say("General"),
                href(*group_place(shared, agent.group)),
            ),
        ],
        "headings": headings(agent, sections, shared.outline(body.headings), shared.say),
        **sections,
    }


# Where the lists are that a picture is short of.
_LISTS = {"before": "#agents", "agent": "#agents", "skill": "#skills", "server": "#servers"}


def _beside(shared: Shared, agent: Agent, href: Href) -> list[tuple[str, str, str]]:
    """The agents before and after in the order of the index, within the group: ``(which, name, address)``."""
    group = shared.by_group[agent.group]
    at = group.index(agent)
    found = [("before", group[at - 1])] if at else []
    found += [("after", group[at + 1])] if at + 1 < len(group) else []
    return [(which, one.title, href(urls.agent(one.id))) for which, one in found]


def says_more(agent: Agent) -> bool:
    """Whether the description holds more than the summary above it."""
    return bool(agent.examples) or " ".join(agent.lead.split()) != agent.summary


def headings(
    agent: Agent, sections: dict[str, Any], body: tuple[Heading, ...], say: Words
) -> tuple[Heading, ...]:
    """The page's table of contents; the template shows the same sections under the same conditions."""
    found = [Heading(2, "description", say("Description"))] if says_more(agent) else []
    found += [Heading(2, "tools", say("Tools"))]
    found += [Heading(2, key, say(title)) for key, title in _SECTIONS if sections[key]]
    if sections["names"] or sections["named_by"]:
        found.append(Heading(2, "agents", say("Agents")))
    found += [Heading(2, "prompt", say("Prompt")), *body]
    if agent.unknown:
        found.append(Heading(2, "fields", say("Other fields")))
    if sections["problems"]:
        found.append(Heading(2, "problems", say("Problems")))
    found += (
        [Heading(2, "similar", say("Similar agents"))] if sections["near"] or sections["by_tools"] else []
    )
    return tuple(found)


_SECTIONS = (("skills", "Skills"), ("servers", "MCP servers"))


def _sentence(shared: Shared, agent: Agent) -> Markup:
    return _inline(shared.say(shared.grants.base_sentence(agent)))


@lru_cache(maxsize=256)
def _inline(text: str) -> Markup:
    """A sentence of ours; there are few."""
    return Markup(markdown.inline(text))


def reached(shared: Shared, agent: Agent, href: Href, rows: Set[str]) -> list[dict[str, Any]]:
    """The classes of the agent's reach, each with the tools that give it and how. A tool leads to the reason
    if it is in one of ``rows`` (ids of the page), else to its own page."""
    found = []
    for one in shared.reach[agent.id]:
        uses = [_use(shared, use, href, rows) for use in one.uses]
        ways = {use["words"] for use in uses}
        # One way for all is said once.
        way = ways.pop() if len(ways) == 1 else ""
        found.append({"id": one.id, "title": one.title, "uses": uses, "way": way})
    return found


def _use(shared: Shared, use: Use, href: Href, rows: Set[str]) -> dict[str, Any]:
    sign, words = OUTCOMES[use.decision.outcome]
    row = f"tool-{slug(use.name)}"
    uri = urls.server(use.server) if use.server else urls.tool(use.name, shared.leads.tool_ids[use.name])[0]
    return {"name": use.name, "href": f"#{row}" if row in rows else href(uri), "sign": sign, "words": words}


def tools(shared: Shared, agent: Agent, href: Href) -> list[dict[str, Any]]:
    """The entries as written, by the decision about them, and below it by the group of their tool.

    Each decision has ``proof`` (as of ``proof.shown``), ``ignored`` (its entries are not read), ``count`` of
    its entries, ``places`` of them in the file, and ``groups``: ``[{title, rows}]``.
    """
    ids: dict[str, int] = {}
    entries: list[tuple[str, ToolGrant | None, dict[str, Any]]] = []
    for grant in agent.access.every:
        if grant.tool == "*":
            continue
        fact = runtime_of(agent).tools.get(tool_name(agent, grant))
        group = "mcp" if grant.server or grant.tool == "mcp__*" else fact.group if fact else "unknown"
        target = urls.grant(agent, grant, shared.leads.tool_ids)
        id = unique(f"tool-{slug(grant.tool)}", ids, "_")
        row = {"id": id, "rule": grant.rule, "href": href(*target) if target else None}
        entries.append((group, grant, row))
    for name in shared.grants.turned_on(agent):
        target = urls.tool(name, shared.leads.tool_ids[name])
        row = {"id": f"tool-{slug(name)}", "rule": name, "href": href(*target)}
        entries.append((runtime_of(agent).tools[name].group, None, row))
    return _by_decision(shared, agent, entries, href)


def _by_decision(
    shared: Shared, agent: Agent, entries: list[tuple[str, ToolGrant | None, dict[str, Any]]], href: Href
) -> list[dict[str, Any]]:
    """``entries`` (group of the tool, what the file says, row) under the decisions about them."""
    order = [id for id, _title in GROUPS]
    decided: dict[tuple[Decision, bool], list[tuple[str, ToolGrant | None, dict[str, Any]]]] = {}
    for entry in sorted(entries, key=lambda entry: order.index(entry[0])):
        _group, grant, row = entry
        decision = shared.grants.of_entry(agent, grant) if grant else shared.grants.of(agent, row["rule"])
        decided.setdefault((decision, grant in agent.access.ignored), []).append(entry)
    return [
        {
            "proof": shown(decision, href),
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


def shown_field(field: Field) -> dict[str, str]:
    """A frontmatter value as text: words and lists of words as they are, the rest as JSON."""
    value = field.value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = ", ".join(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return {"key": field.key, "value": "(no value)" if value is None else text, "where": str(field.span)}
