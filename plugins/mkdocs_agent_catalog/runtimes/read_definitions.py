"""Reads what the files of a repository define: agents, skills, MCP servers, settings and instructions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from ..model.definitions import (
    Agent,
    Diagnostic,
    InstructionFile,
    ProjectSettings,
    ServerConfig,
    Skill,
    Skipped,
    Source,
)
from ..reading.build_cache import BuildCache
from ..reading.companions import add_companions
from ..reading.discovery import Discovery
from ..text.i18n import say
from ..text.strings import make_server_id
from . import find_dialect, find_dialects, get_runtime, get_runtime_of, list_skill_readers
from .skill import read_skill


@dataclass(frozen=True, slots=True)
class Definitions:
    """What files define, before it is linked."""

    agents: tuple[Agent, ...]
    skills: tuple[Skill, ...]
    configs: tuple[tuple[str, ServerConfig], ...]
    """The configurations of MCP servers, each with the name of its server."""
    settings: tuple[ProjectSettings, ...]
    skipped: tuple[Skipped, ...]
    notes: tuple[Diagnostic, ...]


def read_definitions(
    discovery: Discovery, profile: str, cache: BuildCache, is_shared: Callable[[str], bool]
) -> Definitions:
    """What the files that ``discovery`` found define. ``profile``: the way in which agents are run.
    ``is_shared`` says of the path of one person's settings whether they hold for everybody."""
    reader = _DefinitionReader(discovery, profile, cache, is_shared)
    agent_sources = find_dialects(source for source in discovery.sources if source.kind == "agent")
    for source in (*(source for source in discovery.sources if source.kind != "agent"), *agent_sources):
        reader.read(source)
    return reader.finish()


class _DefinitionReader:
    """Reads one source after the other, and then puts together what belongs together."""

    def __init__(
        self, discovery: Discovery, profile: str, cache: BuildCache, is_shared: Callable[[str], bool]
    ) -> None:
        self.checkouts, self.profile = discovery.checkouts, profile
        self.cache, self.is_shared = cache, is_shared
        self.agents: list[Agent] = []
        self.skills: list[Skill] = []
        self.configs: list[tuple[str, ServerConfig]] = []
        self.settings: list[ProjectSettings] = []
        self.instructions: dict[str, dict[str, InstructionFile]] = {}
        self.skipped, self.notes = list(discovery.skipped), list(discovery.notes)

    def read(self, source: Source) -> None:
        """Reads a file as what it is taken for."""
        if source.kind == "mcp":
            self._read_servers(source)
        elif source.kind == "settings":
            self._read_settings(source)
        elif source.kind == "instructions":
            runtime = get_runtime(source.dialect)
            self.instructions.setdefault(runtime.name, {})[source.path] = runtime.read_instructions(source)
        elif source.kind == "agent":
            self._read_agents(source)
        else:
            self.skills.append(self.cache.get(_read_skill_file, source))

    def _read_servers(self, source: Source) -> None:
        runtime = get_runtime(source.dialect if source.plugin else find_dialect(source).dialect)
        servers, problems = runtime.read_server_file(source)
        self._add_servers(servers, source.plugin.runtimes if source.plugin else (runtime.name,))
        self.notes += problems

    def _add_servers(self, servers: Iterable[tuple[str, ServerConfig]], runtimes: tuple[str, ...]) -> None:
        self.configs += [(name, replace(config, runtimes=runtimes)) for name, config in servers]

    def _read_settings(self, source: Source) -> None:
        runtime = get_runtime(source.dialect)
        if source.path.endswith(runtime.personal_settings_files) and not self.is_shared(source.path):
            return
        project, problems = runtime.read_settings(source)
        self.settings += [project] if project else []
        self.notes += problems
        commands = runtime.list_commands(source)
        self.skills += [read_skill(command, runtime, (runtime.name,)) for command in commands]

    def _read_agents(self, source: Source) -> None:
        source = self._add_companions(source)
        for item in self.cache.get(_read_agent_file, source, self.profile):
            if isinstance(item, Skipped):
                self.skipped.append(item)
            else:
                self.agents.append(item)
                self._add_servers(item.inline_servers, (item.dialect,))

    def _add_companions(self, source: Source) -> Source:
        """``source`` with the files that say a part of what it defines, and with those that they name."""
        runtime = get_runtime(source.dialect)
        paths: tuple[str, ...] = ()
        problems: tuple[Diagnostic, ...] = ()
        while (named := runtime.list_companions(source)) != paths:
            paths = named
            source, problems = add_companions(self.checkouts, source, paths, self.cache)
        self.notes += problems
        return source

    def finish(self) -> Definitions:
        """Everything that was read, each agent with what its project says of it."""
        agents, skipped = _set_parts_aside(*_merge_definitions(self.agents, self.skipped))
        self.configs = list(self._switch_off())
        agents = [self._name_servers(self._apply_project(agent)) for agent in agents]
        agents, skipped = _drop_switched_off(agents, skipped)
        skills = _drop_overridden_commands(self.skills)
        return Definitions(
            *(tuple(agents), tuple(skills), tuple(self.configs), tuple(self.settings)),
            *(tuple(skipped), tuple(self.notes)),
        )

    def _switch_off(self) -> Iterator[tuple[str, ServerConfig]]:
        """The configurations of servers, those switched off that the settings of their project keep out."""
        off = {(project.source.dialect, *pair) for project in self.settings for pair in project.servers_off}
        for name, config in self.configs:
            keys = {(runtime, config.span.path, make_server_id(name)) for runtime in config.runtimes}
            yield name, replace(config, is_off=True) if keys <= off else config

    def _apply_project(self, agent: Agent) -> Agent:
        """``agent`` with the settings files that hold for it and the instruction files that it is given."""
        runtime = get_runtime_of(agent)
        files = self.instructions.get(runtime.name, {})
        own = tuple(
            project
            for project in self.settings
            if get_runtime(project.source.dialect) is runtime and runtime.governs(project, agent)
        )
        given = tuple(file for file in files.values() if runtime.instructs(file, agent, files))
        return replace(agent, settings_files=own, instructions=given) if own or given else agent

    def _name_servers(self, agent: Agent) -> Agent:
        """``agent`` with its entries for the servers that the files of its runtime configure."""
        runtime = get_runtime_of(agent)
        names = [name for name, config in self.configs if runtime.name in config.runtimes]
        return runtime.name_servers(agent, names) if names else agent


def _read_agent_file(source: Source, profile: str) -> tuple[Agent | Skipped, ...]:
    runtime = get_runtime(source.dialect)
    items = runtime.read_agents(source)
    return tuple(
        item if isinstance(item, Skipped) else runtime.apply_profile(item, profile) for item in items
    )


def _read_skill_file(source: Source) -> Skill:
    runtime = get_runtime(source.dialect)
    return read_skill(runtime.read_skill_document(source), runtime, list_skill_readers(source))


def _merge_definitions(agents: list[Agent], skipped: list[Skipped]) -> tuple[list[Agent], list[Skipped]]:
    """Without the agents that are merged into one of their name in another file. What another definition
    turns off is no agent, unless the last definition turns it on again."""
    merged = {
        (other.source.path, agent.name)
        for agent in agents
        for other in agent.document.others
        if other.source.path != agent.source.path
    }
    whole = {_get_identity(agent) for agent in agents if agent.document.others}
    off = {item.turned_off for item in skipped} - whole
    return (
        [a for a in agents if (a.source.path, a.name) not in merged and _get_identity(a) not in off],
        [item for item in skipped if item.turned_off not in whole],
    )


def _drop_switched_off(agents: list[Agent], skipped: list[Skipped]) -> tuple[list[Agent], list[Skipped]]:
    """Without the agents that the settings of their project switch off."""
    left: list[Agent] = []
    for agent in agents:
        files = (file for file in agent.settings_files if not file.agents_off.isdisjoint((agent.name, "*")))
        if path := next((file.source.path for file in files), ""):
            reason = say("switched off in `{path}`", path=path)
            skipped = [*skipped, Skipped(agent.source.path, reason, turned_off=_get_identity(agent))]
        else:
            left.append(agent)
    return left, skipped


def _get_identity(agent: Agent) -> tuple[str, str, str]:
    """What the definitions of one agent have in common: as ``Skipped.turned_off``."""
    return agent.dialect, get_runtime_of(agent).get_name_scope(agent.source), agent.name


def _set_parts_aside(agents: list[Agent], skipped: list[Skipped]) -> tuple[list[Agent], list[Skipped]]:
    """Without the files that are a part of another definition; each is told apart from what is left out."""
    owners = {
        path: agent.source.path
        for agent in agents
        for path, _text in agent.source.companions
        if path != agent.source.path and not path.endswith(get_runtime_of(agent).agent_files)
    }
    parts = {agent.source.path for agent in agents if agent.source.path in owners}
    parts |= {item.path for item in skipped if item.path in owners}
    reasons = [Skipped(path, say("a part of `{path}`", path=owners[path])) for path in sorted(parts)]
    return (
        [agent for agent in agents if agent.source.path not in parts],
        [*(item for item in skipped if item.path not in parts), *reasons],
    )


def _drop_overridden_commands(skills: list[Skill]) -> list[Skill]:
    """Without the commands of settings files that have a file of their own in the same project."""
    entries = [skill for skill in skills if skill.document and skill.document.lines]
    if not entries:
        return skills
    files = {_find_command_place(skill) for skill in skills if skill.is_command and skill not in entries}
    overridden = [entry for entry in entries if _find_command_place(entry) in files]
    return [skill for skill in skills if skill not in overridden]


def _find_command_place(command: Skill) -> tuple[object, ...]:
    """What two definitions of one command have in common."""
    assert command.source
    project = get_runtime(command.source.dialect).find_project(command.source)
    return command.runtimes, command.name, project
