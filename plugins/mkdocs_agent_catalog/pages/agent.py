"""The page of an agent, in the order in which a reader needs its parts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache, partial
from typing import Any

from markupsafe import Markup

from ..addresses import urls
from ..addresses.urls import Href
from ..model.definitions import Agent, Diagnostic, Field
from ..model.output import Heading
from ..runtimes import get_runtime_of
from ..text import markdown
from ..text.i18n import Translations, say, say_plural
from .agent_access import (
    build_capability_rows,
    build_pills,
    build_through_pills,
    build_through_rows,
    build_tool_rows,
    count_tools,
    describe_trifecta,
)
from .agent_cards import describe_broken, summarize_tools
from .agent_connections import build_connections
from .chains import link_to_chain
from .finder.search_entries import build_agent_entry, collect_name_words
from .finder.similar_agents import SimilarAgents, compare_agents
from .other_runtimes import build_comparison
from .page import CatalogContext, Page, describe_raw_file
from .project_settings import build_project_section
from .reviews import describe_review
from .rights_history import describe_agent_origins

# What the key `color` may name, and how it looks; other colours are not looked at.
COLORS = {
    "red": "#e5484d",
    "orange": "#f76b15",
    "amber": "#ffba18",
    "yellow": "#e2b714",
    "green": "#30a46c",
    "teal": "#12a594",
    "cyan": "#00a2c7",
    "blue": "#3e8bff",
    "indigo": "#5b5bd6",
    "purple": "#8e4ec6",
    "pink": "#d6409f",
    "gray": "#8d8d8d",
}
# A description that goes on for longer stands folded.
MOST_DESCRIPTION = 420


def list_agent_pages(shared: CatalogContext) -> Iterator[Page]:
    """A page for each agent, those that cannot be read too."""
    near, names = compare_agents(shared), collect_name_words(shared)
    for agent in shared.catalog.agents:
        yield Page(
            uri=urls.make_agent_uri(agent.id),
            template="agent.html.jinja",
            title=agent.title,
            context=partial(build_agent_context, shared, near, agent),
            description=agent.summary,
            source=agent.source.path,
            subject=("agent", agent.id),
            search=(build_agent_entry(shared, agent, names),),
        )


def build_agent_context(
    shared: CatalogContext, near: SimilarAgents, agent: Agent, href: Href
) -> dict[str, Any]:
    """Everything the template of an agent is given."""
    link = shared.leads.make_linker(href, agent.source)
    body = markdown.render_body(agent.document.body, "prompt-", link, shared.highlight_code, shared.say)
    sections: dict[str, Any] = {
        "tools": build_tool_rows(shared, agent, href),
        "project": build_project_section(agent, shared.grants),
        "connections": build_connections(shared, agent, href, link),
        "chain": link_to_chain(shared, ("agent", agent.id), href),
        "runtimes": build_comparison(shared, agent, href),
        "problems": _sort_problems(shared, agent),
        "near": near.build_rows(agent, href),
        "by_tools": near.build_same_tools_rows(agent, href),
        "unknown": _list_unknown_fields(shared, agent),
    }
    warning = _describe_warning(shared, agent)
    return {
        "agent": agent,
        **_build_head(shared, agent, href),
        "needs": _list_needs(shared, agent, sections["connections"]["groups"]),
        "description": _describe_rest(shared, agent, link),
        "warning": warning,
        "body": Markup(body.html),
        "raw": describe_raw_file("agent", urls.make_agent_uri(agent.id), agent.document, shared),
        "instructions_sentence": shared.say(get_runtime_of(agent).instructions_sentence),
        "reach": build_capability_rows(
            shared, agent, href, {row["id"] for decided in sections["tools"] for row in decided["rows"]}
        ),
        "tools_count": count_tools(shared, agent),
        "through": build_through_rows(shared, agent, href),
        "origins": describe_agent_origins(shared, agent, href),
        "trifecta": describe_trifecta(shared, agent),
        "sentence": ""
        if warning and warning["is_about_tools"]
        else _render_sentence(shared.say(shared.grants.describe_base(agent))),
        "settings": [
            format_field(field, shared.say) for field in agent.settings if field.key not in _SHOWN_ELSEWHERE
        ],
        "levels": shared.levels,
        "beside": _list_neighbours(shared, agent, href),
        "headings": build_headings(sections, shared.outline_headings(body.headings), shared.say),
        **sections,
    }


def _build_head(shared: CatalogContext, agent: Agent, href: Href) -> dict[str, Any]:
    """What the head of the page shows, beside sentences."""
    group, place = shared.name_group(agent.group), href(*shared.place_group(agent.group))
    runtime = get_runtime_of(agent).title
    return {
        "color": find_color(agent),
        "group": place,
        "group_name": group,
        "runtime": runtime if len(shared.runtimes) > 1 and runtime != group else "",
        "changed": shared.catalog.changed.get(agent.source.path),
        "review": describe_review(shared, agent, href),
        "pills": build_pills(shared, agent),
        "through_pills": build_through_pills(shared, agent),
        "works": shared.grants.can_start(agent),
        "edit": shared.make_edit_url(agent.source.path),
        "worst": _find_worst_level(shared, agent),
        "crumbs": [(shared.say("Agents"), href("agents/index.md")), (group, place)],
    }


def _list_unknown_fields(shared: CatalogContext, agent: Agent) -> list[dict[str, str]]:
    """The keys that its runtime does not read, but those that stand elsewhere on the page."""
    ignored_keys = {grant.key for grant in agent.access.ignored}
    return [
        format_field(field, shared.say)
        for field in agent.unknown
        # The whole prompt stands above.
        if field.key not in ignored_keys and str(field.value).strip() != agent.document.body.strip()
    ]


def _list_needs(shared: CatalogContext, agent: Agent, groups: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The tools that the agent can use, in a few words, and how many skills and MCP servers it names, each
    with where they are listed; that it names none is said, too."""
    numbers = {group["id"]: len(group["rows"]) for group in groups}
    is_open = any(capability.id == "mcp" for capability in shared.reach[agent.id])
    needs = (
        ("skills", say_plural("1 skill", "{n} skills", numbers.get("skills", 0)), say("names no skill")),
        (
            "servers",
            say_plural("1 MCP server", "{n} MCP servers", numbers.get("servers", 0)),
            say("MCP servers of the session") if is_open else say("names no MCP server"),
        ),
    )
    tools = "" if describe_broken(shared, agent) else ", ".join(summarize_tools(shared, agent, 6, short=True))
    if shared.grants.has_allowlist(agent) and tools not in ("", shared.say("no tools")):
        tools = f"{shared.say('Tools')}: {tools}"
    return [
        *([{"words": tools, "href": "#permissions"}] if tools else ()),
        *(
            {"words": shared.say(some if id in numbers else none), "href": f"#{id}" if id in numbers else ""}
            for id, some, none in needs
        ),
    ]


# Settings that the head of the page, or the part about hooks, shows.
_SHOWN_ELSEWHERE = ("model", "color", "hooks")
# Findings that stand at the head of a page: the file does something else than it says, or nothing.
_AT_HEAD = (
    *("frontmatter_unreadable", "frontmatter_dropped", "frontmatter_repaired"),
    *("missing_name", "blocks_start", "not_loaded", "cannot_start"),
)


def _describe_warning(shared: CatalogContext, agent: Agent) -> dict[str, Any] | None:
    """What a reader must know first: that the agent cannot be invoked, has other tools than its file says, or
    that another has its name. With a title, a sentence, and what mends it."""
    findings = shared.list_problems(agent.document)
    at_head = [finding for finding in findings if finding.check in _AT_HEAD and not finding.is_information]
    namesakes = [finding for finding in findings if finding.check == "duplicate_name"]
    works = shared.grants.can_start(agent)
    if at_head and agent.not_loaded:
        title = say("This file is not loaded.")
    elif at_head and not works:
        title = say("This agent cannot be started.")
    elif at_head and agent.document.error:
        title = say("The frontmatter of this file is not read.")
    elif at_head:
        title = say(
            "The frontmatter of this file is not valid YAML; the runtime repairs it when it reads the file."
        )
    elif agent.access.ignored:
        title = say("Its tool list is ignored.")
        at_head = [finding for finding in findings if finding.check == "ignored_key"]
    elif namesakes:
        title = say("This may not be the agent that is loaded.")
    else:
        return None
    is_about_tools = bool(at_head) or bool(agent.access.ignored)
    # Which tools are meant, and what denies them.
    causes = [finding for finding in at_head if finding.check == "cannot_start"]
    base = shared.grants.describe_base(agent) if is_about_tools and not causes else None
    return {
        "works": works,
        "title": shared.say(title),
        "sentence": _render_sentence(shared.say(base)) if base else "",
        "causes": [finding.message for finding in (*causes, *namesakes)],
        "hints": list(dict.fromkeys(finding.hint or finding.message for finding in (*at_head, *namesakes))),
        "is_unread": bool(agent.document.error),
        "is_about_tools": is_about_tools,
    }


def find_color(agent: Agent) -> str:
    """The colour that the file gives its agent, if it is one of ``COLORS``."""
    value = agent.document.values.get("color")
    return COLORS.get(value, "") if isinstance(value, str) else ""


def _find_worst_level(shared: CatalogContext, agent: Agent) -> str:
    """The level of the worst finding in the file; empty if there is none."""
    levels = {finding.get_level(shared.levels) for finding in shared.list_problems(agent.document)}
    return next((level for level in ("error", "warn", "info") if level in levels), "")


def _sort_problems(shared: CatalogContext, agent: Agent) -> list[Diagnostic]:
    """What is wrong with the file, the worst first."""
    order = ("error", "warn", "info")
    findings = shared.list_problems(agent.document)
    return sorted(findings, key=lambda finding: order.index(finding.get_level(shared.levels)))


def _list_neighbours(shared: CatalogContext, agent: Agent, href: Href) -> list[tuple[str, str, str]]:
    """The agents before and after in the order of the index, within the group: ``(which, name, address)``."""
    group = shared.by_group[agent.group]
    at = group.index(agent)
    pairs = [("before", group[at - 1])] if at else []
    pairs += [("after", group[at + 1])] if at + 1 < len(group) else []
    return [(which, agent.title, href(urls.make_agent_uri(agent.id))) for which, agent in pairs]


def _describe_rest(shared: CatalogContext, agent: Agent, link: markdown.Linker) -> dict[str, Any] | None:
    """The description behind the sentence that the head of the page shows: ``html``, whether it ``is_long``
    and stands folded, and whether it begins with that sentence again (``is_whole``)."""
    behind = _skip_words(agent.lead, agent.summary.split())
    rest = agent.lead.strip() if behind is None else behind
    if not rest and not agent.examples:
        return None
    is_long = bool(agent.examples) or "\n" in rest.strip() or len(rest) > MOST_DESCRIPTION
    html = markdown.render_body(
        rest.replace("\n", "  \n"), "description-", link, shared.highlight_code, shared.say
    ).html
    return {"html": Markup(html), "is_long": is_long, "is_whole": behind is None and not is_long}


def _skip_words(text: str, words: list[str]) -> str | None:
    """What stands behind ``words``, with which ``text`` begins; ``None`` if it does not."""
    parts = text.split(None, len(words) - 1) if words else []
    if parts[:-1] != words[:-1] or not parts or not parts[-1].startswith(words[-1]):
        return None
    return parts[-1][len(words[-1]) :].lstrip()


def build_headings(
    sections: dict[str, Any], body: tuple[Heading, ...], say: Translations
) -> tuple[Heading, ...]:
    """The page's table of contents; the template shows the same sections under the same conditions."""
    headings = [Heading(2, "prompt", say("System prompt")), *body]
    # With entries below it this would be a landmark, and a section of the navigation has its name.
    headings.append(Heading(2, "permissions", say("Permissions")))
    groups = sections["connections"]["groups"]
    if groups or sections["runtimes"]:
        headings.append(Heading(2, "connections", say("Connections")))
    headings += [Heading(3, group["id"], group["title"]) for group in groups]
    headings += [Heading(3, "runtimes", sections["runtimes"]["title"])] if sections["runtimes"] else []
    headings += [Heading(2, "problems", say("Problems"))] if sections["problems"] else []
    is_similar = sections["near"] or sections["by_tools"]
    headings += [Heading(2, "similar", say("Similar agents"))] if is_similar else []
    headings += [Heading(2, "fields", say("Other fields"))] if sections["unknown"] else []
    return tuple(headings)


@lru_cache(maxsize=256)
def _render_sentence(text: str) -> Markup:
    """A sentence of ours; there are few."""
    return Markup(markdown.render_inline(text))


def format_field(field: Field, language: Translations) -> dict[str, str]:
    """A frontmatter value as text: words and lists of words as they are, the rest as JSON."""
    value = field.value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = ", ".join(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    value = language(say("(no value)")) if field.value is None else text
    return {"key": field.key, "value": value, "where": str(field.span)}
