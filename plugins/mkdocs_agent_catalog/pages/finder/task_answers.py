"""The data with which the task box shows agents whose cards are not on the page."""

from __future__ import annotations

import json

from ...addresses import urls
from ...text.i18n import mark_for_translation as _
from ..other_catalogs import list_other_facets
from ..page import CatalogContext
from .facets import list_facets
from .other_agents import (
    are_apart,
    describe_kind,
    get_facet_names,
    list_others,
    list_row,
    make_address,
)
from .search_entries import clip_text

# An answer shows so much of a summary.
LONGEST_SUMMARY = 200


def build_task_answers(shared: CatalogContext) -> str:
    """The script that holds them, in the order of the index: title, address below the catalog's folder,
    summary, group, family of equal agents and kind.

    Agents of a kind have the same in all of its facets."""
    kinds: dict[tuple[str, ...], int] = {}
    rows = []
    for agent in shared.list_in_order():
        facets = list_facets(shared, agent)
        kind = kinds.setdefault(describe_kind(shared, facets), len(kinds))
        address = make_address(shared, urls.make_agent_uri(agent.id))
        same = shared.same.get(agent.id, "")
        rows.append([agent.title, address, agent.summary, facets["group"][0], same, kind])
    for other, foreign in () if are_apart(shared) else list_others(shared):
        facets = list_other_facets(shared, other, foreign)
        kind = kinds.setdefault(describe_kind(shared, facets), len(kinds))
        rows.append([*list_row(shared, foreign), facets["group"][0], "", kind])
    table = {"facets": get_facet_names(shared), "kinds": list(kinds), "agents": rows}
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
                [name, make_address(shared, uri), clip_text(summary)[:LONGEST_SUMMARY]]
                for name, uri, summary in things
            ],
        ]
        for title, label, things in kinds
        if things
    ]
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"))
    return f"window.acAskOthers = {text};\n"
