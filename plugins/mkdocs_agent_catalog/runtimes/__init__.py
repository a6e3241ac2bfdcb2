"""The runtimes: programs that run agents. Each is one class with everything that its files decide.

``RUNTIMES`` is the registry. To add one, write its folder and add it here; see CONTRIBUTING.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import PurePosixPath

from ..model.definitions import Agent, Source
from .claude_code import ClaudeCode
from .rules import Rule
from .runtime import Runtime

DEFAULT = ClaudeCode()
RUNTIMES: dict[str, Runtime] = {runtime.name: runtime for runtime in (DEFAULT,)}
"""Every runtime by its name. The first is assumed where nothing tells."""
DEFAULT_PROFILE = DEFAULT.name


def get_runtime(name: str | None) -> Runtime:
    """The runtime called ``name``; the default one for ``None``. Raises ``KeyError`` for an unknown name."""
    return DEFAULT if name is None else RUNTIMES[name]


def find_dialect(source: Source) -> Source:
    """``source`` with the runtime that its place or, where that tells nothing, the keys of the file name.

    A place is told by a folder of a runtime's own, the last one in the path, or by the ending of the file.
    """
    if source.dialect is not None:
        return source
    marks = {mark: runtime.name for runtime in RUNTIMES.values() for mark in runtime.marks}
    folders = PurePosixPath(source.path).parts[:-1]
    name = next((marks[folder] for folder in reversed(folders) if folder in marks), None)
    for runtime in RUNTIMES.values():
        if runtime.own_suffixes and source.path.lower().endswith(runtime.own_suffixes):
            name = name or runtime.name
    if name is None and source.plugin is None:
        tells = (runtime for runtime in RUNTIMES.values() if runtime is not DEFAULT)
        name = next((runtime.name for runtime in tells if runtime.tells(runtime.read_document(source))), None)
    return replace(source, dialect=name or DEFAULT.name)


def get_runtime_of(agent: Agent) -> Runtime:
    """The runtime that reads the file of ``agent``."""
    return RUNTIMES[agent.dialect]


def list_runtimes(agents: Iterable[Agent]) -> tuple[Runtime, ...]:
    """The runtimes of ``agents`` in the order of the registry; the default one where there are no agents."""
    names = {agent.dialect for agent in agents} or {DEFAULT.name}
    return tuple(runtime for runtime in RUNTIMES.values() if runtime.name in names)


@cache
def list_rules() -> dict[str, Rule]:
    """The permission rules of every runtime by id."""
    return {id: rule for runtime in RUNTIMES.values() for id, rule in runtime.rules.items()}


def list_profiles() -> dict[str, str]:
    """The profiles of every runtime, with what each stands for."""
    return {name: text for runtime in RUNTIMES.values() for name, text in runtime.profiles.items()}
