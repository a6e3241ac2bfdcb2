"""The agents that others start and that are not in the catalog."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..model.catalog import Catalog
from ..model.definitions import Agent, Skill, Span
from ..runtimes import get_runtime, get_runtime_of
from .mentions import find_calls
from .names import NameLookup, list_named_items


def list_agent_names(agents: Iterable[Agent]) -> set[str]:
    """What ``agents`` are called, those of plugins with the name of the plugin as well."""
    names = ((agent.name, agent.source.plugin) for agent in agents)
    return {text for name, plugin in names for text in (name, *([f"{plugin.name}:{name}"] if plugin else ()))}


def find_absent_agents(catalog: Catalog) -> Iterator[tuple[Agent, str, Span]]:
    """Who starts an agent that is not there, its name, and where."""
    names = NameLookup(list_named_items(catalog.agents, ()))
    linked = {(link.origin, why.text) for link in catalog.links for why in link.evidence}
    for agent in catalog.agents:
        runtime = get_runtime_of(agent)
        delegates = list(_find_delegates(agent))
        for name, why in runtime.find_named_agents(agent.document):
            if (agent.id, why.text) not in linked and why.grade == "declared":
                delegates.append((name, why.span))
        for name, place in delegates:
            is_builtin = name.lower() in runtime.builtin_agents
            if not _is_known(name, names) and not is_builtin and not re.search(r"[*{$<]", name):
                yield agent, name, place


def find_absent_agents_of_skills(catalog: Catalog) -> Iterator[tuple[Skill, str, Span]]:
    """Which skill or command is for an agent that is not there, its name, and where."""
    names = NameLookup(list_named_items(catalog.agents, ()))
    for skill in catalog.skills:
        if skill.document is None:
            continue
        runtime = get_runtime(skill.document.source.dialect)
        for key in runtime.command_agent_keys:
            value = skill.document.values.get(key)
            name = value.strip() if isinstance(value, str) else ""
            is_absent = not _is_known(name, names) and name.lower() not in runtime.builtin_agents
            if re.fullmatch(r"[\w:-]+", name) and is_absent:
                yield skill, name, skill.document.get_span(key)


def _is_known(name: str, names: NameLookup) -> bool:
    """Whether an agent is called ``name``, as links ask it, or has the name that stands behind a plugin's."""
    return names.has(name, ("agent",)) or names.has(name.rpartition(":")[2], ("agent",))


def _find_delegates(agent: Agent) -> Iterator[tuple[str, Span]]:
    for grant in agent.access.every:
        is_denied = grant.effect == "deny"
        if grant.tool in get_runtime_of(agent).agent_tools and grant.specifier and not is_denied:
            for name in grant.specifier.split(","):
                if name.strip():
                    yield name.strip(), grant.span
    # The text of another runtime's agent calls nobody in this way.
    for mention in find_calls(agent.document) if agent.invocation.startswith("@") else ():
        if "agent" in mention.kinds:
            yield mention.name, mention.evidence.span
