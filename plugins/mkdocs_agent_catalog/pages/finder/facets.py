"""What an agent is found by on the index: words, and a value or more for each facet."""

from __future__ import annotations

import re

from ...linking.tool_usage import tool_name
from ...model.definitions import Agent
from ...text.strings import server_id
from ..page import Shared
from ..vocabulary import also as also_called


def facets(shared: Shared, agent: Agent) -> dict[str, list[str]]:
    """The values of each facet: by the names that the pages show. Worked out once an agent."""
    if agent.id not in shared.facets:
        shared.facets[agent.id] = _facets(shared, agent)
    return shared.facets[agent.id]


def _facets(shared: Shared, agent: Agent) -> dict[str, list[str]]:
    links = shared.catalog.links_from("agent", agent.id)
    skills = {shared.catalog.by_id["skill", one.target].name for one in links if one.kind == "skill"}
    problems = shared.by_path.get(agent.source.path, ())
    return {
        "group": [agent.group or "General"],
        "tool": sorted(_tools(shared, agent)),
        "skill": sorted(skills),
        "server": sorted({use.name for one in shared.reach[agent.id] for use in one.uses if use.server}),
        "model": [agent.model or "not set"],
        "reach": [one.title for one in shared.reach[agent.id]],
        "problems": sorted({shared.levels.get(one.check, "warn") for one in problems}) or ["none"],
    }


def _tools(shared: Shared, agent: Agent) -> set[str]:
    """The built-in tools that the agent can use, those that it inherits too."""
    return {name for name in shared.builtin if shared.grants.of(agent, name).is_usable}


def words(agent: Agent, values: dict[str, list[str]]) -> str:
    """Everything that the box finds the agent by, in small letters; parts of names are words too. ``values``
    are its facets."""
    rules = [entry.rule for entry in agent.access.grants or ()]
    also = [also_called().get(tool_name(agent, entry), "") for entry in agent.access.grants or ()]
    servers = [server_id(entry.server) for entry in agent.access.grants or () if entry.server]
    said = [agent.name, agent.group, agent.summary, *values["skill"], *rules, *also, *servers]
    said += values["reach"]
    return " ".join(dict.fromkeys(re.split(r"[\s_()]+", " ".join(said).lower())))
