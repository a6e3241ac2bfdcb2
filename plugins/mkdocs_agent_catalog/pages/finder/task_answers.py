"""The data with which the task box shows agents whose cards are not on the page."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from ...addresses import urls
from ...model.catalog import McpServer
from ...model.definitions import Skill
from ...permissions.capabilities import CLASSES
from ...text.i18n import mark_for_translation as _
from ...text.i18n import say_plural
from ..other_catalogs import list_other_facets
from ..page import CatalogContext
from ..problems import count_unread
from ..server import explain_loss
from ..skill_lists import count_users
from ..vocabulary import list_page_phrases
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
    summary, group, family of agents that say the same of themselves, kind, and the number of its prompt where
    not all of the family have the same.

    Agents of a kind have the same in all of its facets."""
    kinds: dict[tuple[str, ...], int] = {}
    rows, prompts = [], shared.prompts
    for agent in shared.list_in_order():
        facets = list_facets(shared, agent)
        kind = kinds.setdefault(describe_kind(shared, facets), len(kinds))
        address = make_address(shared, urls.make_agent_uri(agent.id))
        same = shared.same.get(agent.id, "")
        prompt = [prompts[agent.id]] if agent.id in prompts else []
        rows.append([agent.title, address, agent.summary, facets["group"][0], same, kind, *prompt])
    for other, foreign in () if are_apart(shared) else list_others(shared):
        facets = list_other_facets(shared, other, foreign)
        kind = kinds.setdefault(describe_kind(shared, facets), len(kinds))
        rows.append([*list_row(shared, foreign), facets["group"][0], "", kind])
    table = {"facets": get_facet_names(shared), "kinds": list(kinds), "agents": rows}
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return f"window.acAskAgents = {text};\n"


def _summarize_skill(skill: Skill, is_shared: bool) -> str:
    """What a skill is for; where another one has its name, behind the folder that tells them apart."""
    folder = skill.id.rpartition("/")[0] if is_shared else ""
    return ": ".join(filter(None, (folder, skill.summary)))


def build_other_answers(shared: CatalogContext) -> str:
    """The script with what else the box of the home page finds: for each kind its title, what one of it is
    called, and its things, each with name, address below the catalog's folder and summary; of some also how
    people ask for it, and what is shown in place of the summary. A name that no runtime knows is no tool."""
    catalog = shared.catalog
    skills = [skill for skill in catalog.skills if skill.source and not skill.is_command]
    commands = [skill for skill in catalog.skills if skill.source and skill.is_command]
    names = Counter(skill.name for skill in skills)
    tools = [(tool, tool.fact) for tool in catalog.tools if tool.fact]
    kinds: tuple[tuple[str, str, list[tuple[str, ...]]], ...] = (
        (_("Pages"), _("Page"), list(_list_page_answers(shared))),
        (
            _("MCP servers"),
            _("MCP server"),
            [
                (item.name, urls.make_server_uri(item.id), "", "", _explain_loss(shared, item))
                for item in catalog.servers
            ],
        ),
        (
            _("Skills"),
            _("Skill"),
            [
                (skill.name, urls.make_skill_uri(skill.id), _summarize_skill(skill, names[skill.name] > 1))
                for skill in skills
            ],
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
                [name, _make_place(shared, place), clip_text(summary)[:LONGEST_SUMMARY], *pattern]
                for name, place, summary, *pattern in things
            ],
        ]
        for title, label, things in kinds
        if things
    ]
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"))
    return f"window.acAskOthers = {text};\n"


def _explain_loss(shared: CatalogContext, server: McpServer) -> str:
    """What breaks without ``server``: it is shown, and nothing is found by its words."""
    return " ".join(map(shared.say, explain_loss(shared, server)[0]))


def _list_page_answers(shared: CatalogContext) -> Iterator[tuple[str, ...]]:
    """Parts of pages that answer a question: name, address, what they say, and how people ask for it."""
    patterns = list_page_phrases()
    if unread := count_unread(shared):
        number = say_plural("1 file, with the reason", "{n} files, each with the reason", unread)
        title = shared.say("Files that are not read")
        yield title, "problems.md#unread", shared.say(number), patterns["unread"]
    through = sum(
        1 for agent in shared.catalog.agents if any(c.id == CLASSES[0][0] for c in shared.through[agent.id])
    )
    if through:
        number = say_plural(
            "1 agent runs commands only through agents that it may start",
            "{n} agents run commands only through agents that they may start",
            through,
        )
        title = shared.say("Runs commands through others")
        yield title, "reach.md#reach-commands-through", shared.say(number), patterns["through"]

    most, names = _find_most_used(shared)
    if most:
        text = say_plural("{names}: named by 1 agent", "{names}: named by {n} agents", most, names=names)
        title = shared.say("Most used skills")
        yield title, "skills/index.md#used", shared.say(text), patterns["used"]


def _find_most_used(shared: CatalogContext) -> tuple[int, str]:
    """How many agents name the skills that most of them name, and these skills."""
    skills = [skill for skill in shared.catalog.skills if skill.source and not skill.is_command]
    numbers = [(count_users(shared, skill)["agent"], skill.name) for skill in skills]
    most = max(numbers, default=(0, ""))[0]
    return most, ", ".join(sorted({name for number, name in numbers if number == most}))


def _make_place(shared: CatalogContext, place: str) -> str:
    """The address of a page, or of a part of one, below the folder of the catalog."""
    uri, mark, anchor = place.partition("#")
    return make_address(shared, uri) + mark + anchor
