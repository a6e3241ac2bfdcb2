"""Runtimes: the programs that run agents. Each is one class that knows its file format and its rules.

``RUNTIMES`` is the registry. To add one, write its folder and add it here; see CONTRIBUTING.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import PurePosixPath

from ..model.definitions import Agent, Source
from .claude_code import ClaudeCode
from .codex import Codex
from .copilot import Copilot
from .cursor import Cursor
from .factory import Factory
from .gemini import GeminiCli
from .kiro import Kiro
from .opencode import OpenCode
from .qwen import QwenCode
from .roo import Roo
from .rules import Rule
from .runtime import Runtime

DEFAULT = ClaudeCode()
RUNTIMES: dict[str, Runtime] = {
    runtime.name: runtime
    for runtime in (
        DEFAULT,
        Codex(),
        Copilot(),
        Cursor(),
        GeminiCli(),
        Kiro(),
        OpenCode(),
        Roo(),
        Factory(),
        QwenCode(),
    )
}
"""Every runtime by its name. The first is assumed where nothing tells."""
DEFAULT_PROFILE = DEFAULT.name


def get_runtime(name: str | None) -> Runtime:
    """The runtime called ``name``; the default one for ``None``. Raises ``KeyError`` for an unknown name."""
    return DEFAULT if name is None else RUNTIMES[name]


def find_dialect(source: Source) -> Source:
    """``source`` with the name of the runtime that its place or, where that tells nothing, its keys show.

    A place tells by a folder of a runtime's own, the innermost in the path, or by the ending of the file.
    """
    if source.dialect is not None:
        return source
    runtime = _find_by_place(source.path) or _find_by_keys(source) or DEFAULT
    return replace(source, dialect=runtime.name)


def find_dialects(sources: Iterable[Source]) -> list[Source]:
    """``sources`` of agents, each with the name of its runtime.

    A file that tells nothing, and that the default runtime would not load as it has no name, goes with the
    files of its folder whose keys tell, if these are the more and of one runtime.
    """
    told = [(source, _find_by_place(source.path) or _find_by_keys(source)) for source in sources]
    counts: dict[str, Counter[str]] = {}
    for source, runtime in told:
        if source.dialect is None:
            name = runtime.name if runtime else _UNTOLD
            counts.setdefault(source.root, Counter())[name] += 1
    resolved = []
    for source, runtime in told:
        if source.dialect is None and runtime is None:
            in_folder = counts[source.root]
            name, count = in_folder.most_common(1)[0]
            is_agreed = name != _UNTOLD and 2 * count > in_folder.total() and len(in_folder) == 2
            if is_agreed and not re.search(rf"^{DEFAULT.name_key}[ \t]*:", source.text, re.M):
                runtime = RUNTIMES[name]
        resolved.append(source if source.dialect else replace(source, dialect=(runtime or DEFAULT).name))
    return resolved


_UNTOLD = ""


def _find_by_place(path: str) -> Runtime | None:
    for folder in reversed(PurePosixPath(path).parts[:-1]):
        for runtime in RUNTIMES.values():
            if folder in runtime.marks:
                return runtime
    suffixed = (r for r in RUNTIMES.values() if r.own_suffixes and path.lower().endswith(r.own_suffixes))
    return next(suffixed, None)


def _find_by_keys(source: Source) -> Runtime | None:
    if not source.path.lower().endswith(".md"):
        signed = (r for r in RUNTIMES.values() if r.file_sign and source.path.lower().endswith(r.suffixes))
        return next((runtime for runtime in signed if runtime.file_sign in source.text), None)
    if source.plugin is not None or not _compile_telling_lines().search(source.text):
        return None
    document = DEFAULT.read_document(source)
    return next((runtime for runtime in RUNTIMES.values() if runtime.tells(document)), None)


@cache
def _compile_telling_lines() -> re.Pattern[str]:
    """Lines without which no file tells for which runtime it is: only with one is it looked at closer."""
    keys = (re.escape(key) for runtime in RUNTIMES.values() for key in sorted(runtime.telling_keys))
    texts = (runtime.telling_text for runtime in RUNTIMES.values() if runtime.telling_text)
    lines = [rf"(?:{'|'.join(keys)})[\"']?[ \t]*:", *texts]
    return re.compile("|".join(rf"^[\"']?(?:{line})" for line in lines), re.M)


def get_runtime_of(agent: Agent) -> Runtime:
    """The runtime that reads the file of ``agent``."""
    return RUNTIMES[agent.dialect]


def name_runtimes(names: Iterable[str]) -> list[str]:
    """What people call the runtimes with these names."""
    return [RUNTIMES[name].title for name in names]


def list_runtimes(agents: Iterable[Agent]) -> tuple[Runtime, ...]:
    """The runtimes of ``agents`` in the order of the registry; the default one where there are no agents."""
    names = {agent.dialect for agent in agents} or {DEFAULT.name}
    return tuple(runtime for runtime in RUNTIMES.values() if runtime.name in names)


def list_skill_readers(source: Source) -> tuple[str, ...]:
    """The names of the runtimes that read the skill or the command in ``source``, as far as its place tells:
    a folder of that name that is hidden is no one else's."""
    if source.plugin:
        return source.plugin.runtimes
    readers = []
    for name, runtime in RUNTIMES.items():
        places = runtime.command_folders if source.kind == "command" else runtime.skill_folders
        ends = tuple(f"/{place}" for place in places if place.startswith("."))
        if any(f"/{root}".endswith(ends) for root in (source.root, *source.other_roots)):
            readers.append(name)
    return tuple(readers)


@cache
def list_rules() -> dict[str, Rule]:
    """The permission rules of every runtime by id."""
    return {id: rule for runtime in RUNTIMES.values() for id, rule in runtime.rules.items()}


def list_profiles() -> dict[str, str]:
    """The profiles of every runtime, with what each stands for."""
    return {name: text for runtime in RUNTIMES.values() for name, text in runtime.profiles.items()}
