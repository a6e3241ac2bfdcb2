"""The rights of everything in a catalog: of each agent, MCP server, skill and settings file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, get_args

from ..linking.tool_usage import get_tool_name
from ..model.catalog import Catalog, McpServer
from ..model.definitions import Agent, Hook, ProjectSettings, Skill, Span, ToolGrant
from ..permissions.capabilities import UNKNOWN, Capability, decide_server, find_capabilities, find_way
from ..permissions.decisions import PermissionResolver
from ..permissions.delegation import DelegationFinder, Step
from ..runtimes import get_runtime_of
from ..runtimes.rules import Decision
from ..text.strings import make_server_id, make_single_line

SubjectKind = Literal["agent", "skill", "server", "settings"]
RightKind = Literal[
    "state", "capability", "tool", "server", "delegation", "mode", "model", "hook", "rule", "setup"
]
SUBJECT_KINDS: tuple[SubjectKind, ...] = get_args(SubjectKind)
RIGHT_KINDS: tuple[RightKind, ...] = get_args(RightKind)
"""In the order in which they are listed: whether it starts at all; capabilities; tools; MCP servers; agents
that it may start; the permission mode; the model; hooks; permission rules; how a server is started."""
ANY_AGENT = "*"
"""The name of the right to start whichever agent."""
ANY_TOOL = "*"
"""The name of the right to use all tools that nothing names."""
# Keys of skills and commands that say what may be done while they run.
_SKILL_KEYS = ("allowed-tools", "disallowed-tools", "model", "agent", "context")


@dataclass(frozen=True, slots=True)
class Right:
    """One thing that somebody may do, or that holds for it.

    ``how`` is the word for it (``explicit``, ``inherited``, ``ask``, ``through``, the name of a model).
    ``limits`` are entries with a specifier, as written. Two rights are equal if kind, name, ``how`` and
    ``limits`` are. The rest is the proof: ``rule`` is the id of the rule that decides, ``span`` the place in
    the file, ``steps`` the chain to what an agent has only through others.
    """

    kind: RightKind
    name: str
    how: str
    limits: tuple[str, ...] = ()
    rule: str = field(default="", compare=False)
    span: Span | None = field(default=None, compare=False)
    steps: tuple[Step, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that has rights: all of them by kind and name. ``path`` is the file that defines it."""

    kind: SubjectKind
    id: str
    name: str
    path: str
    rights: dict[tuple[RightKind, str], Right]


def list_subjects(catalog: Catalog, grants: PermissionResolver) -> tuple[Subject, ...]:
    """Everything in ``catalog`` that has rights, under the profile of ``grants``."""
    capabilities = {agent.id: find_capabilities(agent, catalog, grants) for agent in catalog.agents}
    delegation = DelegationFinder(catalog, grants, capabilities)
    reader = OwnRightsReader(catalog, grants)
    agents = (
        (agent, reader.read(agent, capabilities[agent.id]), read_reached_rights(agent, delegation))
        for agent in catalog.agents
    )
    return (*(make_agent_subject(agent, *rights) for agent, *rights in agents), *list_other_subjects(catalog))


def list_other_subjects(catalog: Catalog) -> tuple[Subject, ...]:
    """The skills, servers and settings files that have rights: they do not depend on agents."""
    return (
        *(_read_skill(skill) for skill in catalog.skills if skill.source),
        *(_read_server(server) for server in catalog.servers if server.configs),
        *(_read_settings(settings) for settings in catalog.settings),
    )


def make_agent_subject(agent: Agent, *rights: Iterable[Right]) -> Subject:
    """``agent`` with all of ``rights``."""
    every_right = (right for group in rights for right in group)
    return _make_subject("agent", agent.id, agent.title, agent.source.path, every_right)


def make_fingerprint(subject: Subject) -> str:
    """A hash of the rights, which stays the same as long as they do, wherever the file says so."""
    rows = sorted([right.kind, right.name, right.how, *right.limits] for right in subject.rights.values())
    return hashlib.sha256(json.dumps(rows, ensure_ascii=True).encode()).hexdigest()[:20]


class OwnRightsReader:
    """Reads the rights that an agent of one catalog has itself, whatever other agents there are."""

    def __init__(self, catalog: Catalog, grants: PermissionResolver) -> None:
        self.catalog, self.grants = catalog, grants

    def read(self, agent: Agent, capabilities: Iterable[Capability]) -> tuple[Right, ...]:
        """The rights of ``agent``; ``capabilities`` are its own."""
        return (
            *self._read_state(agent),
            *self._read_capabilities(agent, capabilities),
            *self._read_tools(agent),
            *self._read_servers(agent),
            *_read_settings_keys(agent),
            *_read_hooks(agent.hooks),
            *_read_rules(entry for entry in agent.access.every if entry not in agent.access.ignored),
        )

    def _read_state(self, agent: Agent) -> Iterator[Right]:
        # A file that cannot be read is no agent without rights: nothing is known of it.
        if agent.not_loaded:
            yield Right("state", "start", "not loaded", span=agent.span)
        elif self.grants.cannot_start(agent):
            yield Right("state", "start", "refused", rule=self.grants.get_base_rule(agent), span=agent.span)
        else:
            yield Right("state", "start", "starts", span=agent.span)

    def _read_capabilities(self, agent: Agent, capabilities: Iterable[Capability]) -> Iterator[Right]:
        for capability in capabilities:
            if capability.uses:
                use = capability.uses[0]
                span = _find_span(agent, use.server or use.name)
                yield Right(
                    "capability", capability.id, find_way(capability.uses), (), use.decision.rule, span
                )
            elif capability.id == UNKNOWN[0]:
                yield Right("capability", UNKNOWN[0], "unknown", span=agent.span)

    def _read_tools(self, agent: Agent) -> Iterator[Right]:
        entries: dict[str, list[ToolGrant]] = {}
        for entry in agent.access.every:
            if entry.tool != "*" and not entry.pattern and entry not in agent.access.ignored:
                entries.setdefault(get_tool_name(agent, entry), []).append(entry)
        names = dict.fromkeys((*get_runtime_of(agent).current_tools, *entries))
        for name in names:
            named = entries.get(name, [])
            decision = self.grants.decide_entry(agent, named[0]) if named else self.grants.decide(agent, name)
            if decision.is_usable:
                limits = tuple(sorted({make_single_line(entry.rule) for entry in named if entry.specifier}))
                span = named[0].span if named else agent.span
                yield Right("tool", name, _describe_decision(decision), limits, decision.rule, span)

    def _read_servers(self, agent: Agent) -> Iterator[Right]:
        for server in self.catalog.servers:
            decision = decide_server(agent, server, self.grants)
            if decision.is_usable:
                span = _find_span(agent, server.id)
                yield Right("server", server.name, _describe_decision(decision), (), decision.rule, span)


def read_reached_rights(agent: Agent, delegation: DelegationFinder) -> Iterator[Right]:
    """What ``agent`` may do through others, and whom it may start."""
    for indirect in delegation.find_indirect(agent):
        last = indirect.steps[-1]
        yield Right("capability", indirect.id, "through", (), last.rule, last.span, indirect.steps)
    is_unknown = any(capability.id == UNKNOWN[0] for capability in delegation.capabilities[agent.id])
    if steps := () if is_unknown else delegation.find_unknown(agent):
        last = steps[-1]
        yield Right("capability", UNKNOWN[0], "through", (), last.rule, last.span, steps)
    decision, names = delegation.list_startable(agent)
    if decision is not None:
        span = _find_span(agent, get_runtime_of(agent).agent_tools[0])
        for name in names if names is not None else (ANY_AGENT,):
            yield Right("delegation", name, _describe_decision(decision), (), decision.rule, span)


def _find_span(agent: Agent, name: str) -> Span:
    """Where the file names a tool or a server; the agent itself where it does not."""
    entry = next((entry for entry in agent.access.every if name in _list_names(agent, entry)), None)
    return entry.span if entry else agent.span


def _list_names(agent: Agent, entry: ToolGrant) -> tuple[str, ...]:
    """The names of what an entry means: a tool, by its older name too, and a server by its id."""
    tool = get_tool_name(agent, entry)
    server = make_server_id(entry.server) if entry.server else ""
    return tool, get_runtime_of(agent).get_current_name(tool), entry.server or "", server


def _describe_decision(decision: Decision) -> str:
    return ", ".join(decision.words)


def _make_subject(kind: SubjectKind, id: str, name: str, path: str, rights: Iterable[Right]) -> Subject:
    return Subject(kind, id, make_single_line(name), path, {(r.kind, r.name): r for r in rights})


def _read_settings_keys(agent: Agent) -> Iterator[Right]:
    runtime = get_runtime_of(agent)
    bypass_key = runtime.bypass_setting[0] if runtime.bypass_setting else ""
    for setting in agent.settings:
        value = make_single_line(str(setting.value))
        if setting.key == bypass_key:
            yield Right("mode", setting.key, value, span=setting.span)
        elif setting.key == runtime.model_key:
            yield Right("model", setting.key, value, span=setting.span)


def _read_hooks(hooks: Iterable[Hook]) -> Iterator[Right]:
    counts: dict[str, int] = {}
    for hook in hooks:
        name = make_single_line(f"{hook.event} {hook.matcher} {hook.program}")
        counts[name] = counts.get(name, 0) + 1
        name += f" ({counts[name]})" if counts[name] > 1 else ""
        yield Right("hook", name, "runs", span=hook.span)


def _read_rules(entries: Iterable[ToolGrant]) -> Iterator[Right]:
    """The entries that deny or ask. What the others allow, the tools and their limits say."""
    for entry in entries:
        if entry.effect != "allow":
            rule = make_single_line(entry.rule)
            yield Right("rule", f"{entry.effect} {rule}", entry.effect, span=entry.span)


def _read_skill(skill: Skill) -> Subject:
    assert skill.source
    values = {entry.key: entry for entry in skill.fields}
    rights = [
        Right("setup", key, make_single_line(str(values[key].value)), span=values[key].span)
        for key in _SKILL_KEYS
        if key in values
    ]
    return _make_subject("skill", skill.id, skill.name, skill.source.path, rights)


def _read_server(server: McpServer) -> Subject:
    rights = []
    for config in server.configs:
        how = ", ".join(
            filter(
                None,
                (
                    config.transport,
                    config.command and make_single_line(config.command),
                    "newest version" if config.is_unpinned else "",
                    "switched off" if config.is_off else "",
                ),
            )
        )
        # The same file may configure a server twice: the last one stands.
        rights.append(Right("setup", config.span.path, how, span=config.span))
    return _make_subject("server", server.id, server.name, server.configs[0].span.path, rights)


def _read_settings(settings: ProjectSettings) -> Subject:
    path = settings.source.path
    rights = [
        Right("rule", f"{rule.effect} {make_single_line(rule.rule)}", rule.effect, span=rule.span)
        for rule in settings.rules
    ]
    if settings.default_mode:
        rights.append(Right("mode", "default mode", settings.default_mode, span=Span(path)))
    return _make_subject("settings", path, path, path, (*rights, *_read_hooks(settings.hooks)))
