"""The data with which the task box shows agents whose cards are not on the page."""

from __future__ import annotations

import json
from urllib.parse import quote

from ...addresses import urls
from ...model.definitions import Agent
from ...text.i18n import mark_for_translation as _
from ..page import CatalogContext
from .facets import list_facets
from .search_entries import clip_text

# An answer shows so much of a summary.
LONGEST_SUMMARY = 200
# The facets by which the box of a page without cards filters.
KIND = ("access", "reach", "tool", "server", "may", "model")


def build_task_answers(shared: CatalogContext) -> str:
    """The script that holds them, in the order of the index: title, address below the catalog's folder,
    summary, group, family of equal agents and kind.

    Agents of a kind have the same in all of ``KIND``."""
    kinds: dict[tuple[str, ...], int] = {}
    rows = []
    for agent in shared.list_in_order():
        kind = kinds.setdefault(_get_kind(shared, agent), len(kinds))
        address = _make_address(shared, urls.make_agent_uri(agent.id))
        group = list_facets(shared, agent)["group"][0]
        rows.append([agent.title, address, agent.summary, group, shared.same.get(agent.id, ""), kind])
    table = {"facets": KIND, "kinds": list(kinds), "agents": rows}
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return f"window.acAskAgents = {text};\n"


def build_other_answers(shared: CatalogContext) -> str:
    """The script with what else the box of the home page finds: for each kind its title, what one of it is
    called, and its things, each with name, address below the catalog's folder and summary. A name that no
    runtime knows is no tool."""
    catalog = shared.catalog
    skills = [skill for skill in catalog.skills if skill.source and not skill.is_command]
    commands = [skill for skill in catalog.skills if skill.source and skill.is_command]
    tools = [(tool, tool.fact) for tool in catalog.tools if tool.fact]
    kinds: tuple[tuple[str, str, list[tuple[str, str, str]]], ...] = (
        (
            _("MCP servers"),
            _("MCP server"),
            [(item.name, urls.make_server_uri(item.id), "") for item in catalog.servers],
        ),
        (
            _("Skills"),
            _("Skill"),
            [(skill.name, urls.make_skill_uri(skill.id), skill.summary) for skill in skills],
        ),
        (
            _("Commands"),
            _("Command"),
            [(item.invocation, urls.make_skill_uri(item.id), item.summary) for item in commands],
        ),
        (
            _("Tools"),
            _("Tool"),
            [(tool.name, f"tools/{tool.id}.md", shared.say(fact.summary)) for tool, fact in tools],
        ),
    )
    table = [
        [
            shared.say(title),
            shared.say(label),
            [
                [name, _make_address(shared, uri), clip_text(summary)[:LONGEST_SUMMARY]]
                for name, uri, summary in things
            ],
        ]
        for title, label, things in kinds
        if things
    ]
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"))
    return f"window.acAskOthers = {text};\n"


def _make_address(shared: CatalogContext, uri: str) -> str:
    return quote(urls.make_page_path(uri, shared.where.directory_urls), safe="/.~")


def _get_kind(shared: CatalogContext, agent: Agent) -> tuple[str, ...]:
    texts_by_key = list_facets(shared, agent)
    return tuple("|".join(texts_by_key[name]) for name in KIND)
