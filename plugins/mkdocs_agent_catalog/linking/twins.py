"""Finds twins: files that define the same agent for several runtimes.

Two files are twins if one names the other as its source; or if they lie in one project, have the same stem,
are of different kinds, and share a description, a name or half of their words. A stem alone says little.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from pathlib import PurePosixPath

from ..model.definitions import Agent
from ..runtimes import RUNTIMES

# Keys by which generated files say what they were made from.
SOURCE_KEYS = frozenset({"canonicalsource", "generatedfrom", "basedon", "derivedfrom", "sourcefile"})
_SHINGLE = 4
_SAME_TEXT = 0.5
_MOST_IN_FAMILY = 40
"""So many files of one stem are compared with each other: more are no family of twins."""


def find_twins(agents: Sequence[Agent]) -> dict[str, tuple[str, ...]]:
    """The ids of the twins of each agent that has any, by its id."""
    if len({_get_kind(agent) for agent in agents}) < 2:
        return {}
    groups: dict[str, set[str]] = {}
    for agent, other in _list_pairs(agents):
        joined = groups.get(agent.id, {agent.id}) | groups.get(other.id, {other.id})
        groups |= dict.fromkeys(joined, joined)
    order = {agent.id: number for number, agent in enumerate(agents)}
    return {id: tuple(sorted(group - {id}, key=order.__getitem__)) for id, group in groups.items()}


def measure_likeness(text: str, other: str) -> float:
    """How much of the words of two texts is the same: from 0 for nothing to 1 for all."""
    if text.split() == other.split():
        return 1.0
    mine, theirs = _list_shingles(text), _list_shingles(other)
    return len(mine & theirs) / max(1, len(mine | theirs))


def _list_pairs(agents: Iterable[Agent]) -> Iterator[tuple[Agent, Agent]]:
    by_path = {agent.source.path: agent for agent in agents}
    families: dict[tuple[str, str], list[Agent]] = {}
    for agent in agents:
        for path in _list_named_sources(agent):
            source = by_path.get(path)
            if source is not None and _get_kind(source) != _get_kind(agent):
                yield agent, source
        families.setdefault(_get_family(agent), []).append(agent)
    for family in families.values():
        for agent, other in combinations(family[:_MOST_IN_FAMILY], 2):
            if _get_kind(agent) != _get_kind(other) and _is_same_agent(agent, other):
                yield agent, other


def _get_kind(agent: Agent) -> tuple[str, str]:
    """Runtime and form: one runtime may read two forms of a file, and both define one agent."""
    return agent.dialect, PurePosixPath(agent.source.path).suffix.lower()


def _get_family(agent: Agent) -> tuple[str, str]:
    """The project that the file belongs to, and its stem: only in one family there are twins.

    A project is the folder around a runtime's own, the plugin, or the folder around one of agents.
    """
    source, runtime = agent.source, RUNTIMES[agent.dialect]
    folders = PurePosixPath(source.path).parts[:-1]
    marks = [n for n, folder in enumerate(folders) if folder in runtime.marks]
    agent_folders = [n for n, folder in enumerate(folders) if folder in ("agents", "agent")]
    project = source.root
    if marks:
        project = "/".join(folders[: marks[-1]])
    elif source.plugin is not None:
        project = source.plugin.root
    elif agent_folders:
        project = "/".join(folders[: agent_folders[0]])
    return project.strip("."), _normalize(runtime.get_stem(source.below))


def _is_same_agent(agent: Agent, other: Agent) -> bool:
    names = {_normalize(item.document.values.get(RUNTIMES[item.dialect].name_key)) for item in (agent, other)}
    descriptions = {_normalize(item.description) for item in (agent, other)}
    if (len(names) == 1 and names != {""}) or (len(descriptions) == 1 and descriptions != {""}):
        return True
    return measure_likeness(agent.document.body, other.document.body) >= _SAME_TEXT


def _list_named_sources(agent: Agent) -> Iterator[str]:
    """The files that the agent's own file says it was made from, relative to the repository."""
    folder = posixpath.dirname(agent.source.path)
    for key, value in agent.document.values.items():
        if re.sub(r"[-_ ]", "", key.lower()) in SOURCE_KEYS and isinstance(value, str):
            yield posixpath.normpath(value)
            yield posixpath.normpath(posixpath.join(folder, value))


def _normalize(text: object) -> str:
    return re.sub(r"\W+", " ", str(text or "").casefold()).strip()


def _list_shingles(text: str) -> set[tuple[str, ...]]:
    words = _normalize(text).split()
    return {tuple(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1)}
