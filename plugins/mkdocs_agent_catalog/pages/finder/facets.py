"""The facets of an agent by which the index filters, and the words by which it is found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ...linking.tool_usage import get_tool_name
from ...model.definitions import Agent
from ...permissions.capabilities import CLASSES, UNKNOWN
from ...runtimes import DEFAULT, get_runtime_of
from ...text.i18n import mark_for_translation as _
from ...text.strings import make_server_id
from ..page import CatalogContext, once
from ..vocabulary import load_tool_synonyms as also_called

NOT_CALLABLE = _("Cannot be called")
INHERITS_EVERYTHING = "Inherits everything"
"""The value, as published addresses say it; readers see it as "Inherits all tools"."""
NO_COMMANDS = _("No commands")
LISTS_TOOLS = _("Lists its tools")
OWN_REPOSITORY = _("This repository")
UNGROUPED, UNSET = _("General"), _("not set")


@once
def list_facets(shared: CatalogContext, agent: Agent) -> dict[str, list[str]]:
    """The values of each facet: by the names that the pages show."""
    problems = shared.list_problems(agent.document)
    may = _list_possible_classes(shared, agent)
    return {
        "access": _describe_access(shared, agent, may),
        "group": [agent.group or (DEFAULT.title if len(shared.runtimes) > 1 else UNGROUPED)],
        "runtime": [get_runtime_of(agent).title] if shared.names_runtimes else [],
        "tool": sorted(_list_usable_tools(shared, agent)),
        "skill": sorted(set(shared.catalog.list_skill_names(agent))),
        "server": sorted(
            {use.name for capability in shared.reach[agent.id] for use in capability.uses if use.server}
        ),
        "model": [agent.model or UNSET],
        "reach": [capability.title for capability in shared.reach[agent.id]] or [NOT_CALLABLE],
        "may": may,
        "repository": [_name_repository(shared, agent)] if shared.has_repositories else [],
        "problems": sorted({diagnostic.get_level(shared.levels) for diagnostic in problems}) or ["none"],
    }


def _name_repository(shared: CatalogContext, agent: Agent) -> str:
    return shared.catalog.find_repository(agent.source.path).name or OWN_REPOSITORY


def _describe_access(shared: CatalogContext, agent: Agent, may: list[str]) -> list[str]:
    """What readers ask first: whether the agent has all that there is or what its file lists, and whether it
    can run no commands at all, not through others either."""
    grants, commands = shared.grants, CLASSES[0]
    access = []
    if inherits_everything(shared, agent):
        access.append(INHERITS_EVERYTHING)
    if grants.has_allowlist(agent):
        access.append(LISTS_TOOLS)
    own = {capability.id for capability in shared.reach[agent.id]}
    if grants.can_start(agent) and commands[0] not in own and commands[1] not in may:
        access.append(NO_COMMANDS)
    return access


def inherits_everything(shared: CatalogContext, agent: Agent) -> bool:
    """Whether the agent inherits all tools, as its file neither lists nor denies any. What the project denies
    to everybody is not counted."""
    grants = shared.grants
    return (
        grants.can_start(agent)
        and not agent.access.denied
        and not grants.has_allowlist(agent)
        and not grants.is_base_unknown(agent)
        and not grants.list_own_denials(agent)
    )


def _list_possible_classes(shared: CatalogContext, agent: Agent) -> list[str]:
    """The classes that the agent may get done although no tool of its own gives them: through others, by an
    MCP server, of which no file says what it does, or because nobody knows. ``*`` if it cannot be started."""
    if not shared.grants.can_start(agent):
        return ["*"]
    classes = {capability.id for capability in shared.reach[agent.id]}
    titles = [title for id, title in CLASSES[:3] if not classes.isdisjoint({"mcp", UNKNOWN[0]})]
    return list(dict.fromkeys([*titles, *(item.title for item in shared.through[agent.id])]))


def _list_usable_tools(shared: CatalogContext, agent: Agent) -> set[str]:
    """The built-in tools that the agent can use, those that it inherits too."""
    names = (name for runtime, name in shared.builtin if runtime == agent.dialect)
    return {name for name in names if shared.grants.decide(agent, name).is_usable}


def list_all_uses(shared: CatalogContext, agent: Agent) -> frozenset[str]:
    """The tools and servers that the agent can use. Of one without a list these are also tools of its runtime
    that nobody's file names, and that are no facet."""
    values = list_facets(shared, agent)
    names = {*values["tool"], *values["server"]}
    if not shared.grants.has_allowlist(agent):
        runtime = get_runtime_of(agent)
        single = (name for name in runtime.current_tools if not runtime.tools[name].members)
        names |= {name for name in single if shared.grants.decide(agent, name).is_usable}
    return frozenset(names)


@once
def list_filter_words(shared: CatalogContext, agent: Agent) -> str:
    """Everything that the box finds the agent by, in small letters; parts of names are words too."""
    values = list_facets(shared, agent)
    rules = [entry.rule for entry in agent.access.grants or ()]
    also = [also_called().get(get_tool_name(agent, entry), "") for entry in agent.access.grants or ()]
    servers = [make_server_id(entry.server) for entry in agent.access.grants or () if entry.server]
    messages = [agent.name, agent.group, agent.summary, *values["skill"], *rules, *also, *servers]
    return split_words([*messages, *values["reach"]])


def split_words(texts: Iterable[str]) -> str:
    """The words of ``texts`` in small letters, as the box finds an entry by them."""
    return " ".join(dict.fromkeys(re.split(r"[\s_()]+", " ".join(texts).lower())))


def weigh_capabilities(reach: list[str]) -> int:
    """How far an agent reaches as a number: the heaviest class counts more than all lighter ones."""
    titles = [title for _, title in CLASSES]
    return sum(2 ** (len(titles) - titles.index(text)) for text in reach if text in titles)


def write_facets(values: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """The values of each facet as the attribute of an entry holds them: ``|`` parts them, and is in none."""
    return {id: "|".join(text.replace("|", " ") for text in texts) for id, texts in values.items()}
