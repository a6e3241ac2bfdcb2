"""The rights of everything in a catalog at one commit after the other.

Most commits change the text of a prompt, or the list of one agent. Then the catalog is not read again: only
what the changed files decide on is computed anew. Where that is in doubt, the whole is read.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pathspec

from ..addresses.replay import ReadCatalog, list_own_endings, list_place_names
from ..history.past_trees import PastCommit, PastTree
from ..linking.linker import give_servers, link_catalog
from ..model.catalog import Catalog, Link
from ..model.definitions import Agent, ProjectSettings, ServerConfig, Skill, Source
from ..permissions.capabilities import Capability, find_capabilities
from ..permissions.decisions import PermissionResolver
from ..permissions.delegation import DelegationFinder
from ..reading import disk, masking
from ..reading.paths import SourceRule, explain_no_agent
from ..runtimes import DEFAULT, find_dialect, get_runtime, get_runtime_of, list_skill_readers
from ..runtimes.runtime import Runtime
from ..runtimes.skill import read_skill
from ..text.strings import make_server_id
from .subjects import (
    OwnRightsReader,
    Right,
    Subject,
    list_other_subjects,
    make_agent_subject,
    read_reached_rights,
)

LONGEST_STUB = 99
"""So many characters stand for a prompt: no runtime asks for more before it loads a file."""
_CLOSING = re.compile(r"-{3,}\s*$")
_FIRST_KEY = re.compile(r"[A-Za-z_][\w.-]*\s*:")
_NAME = re.compile(rf"^{DEFAULT.name_key}[ \t]*:", re.M)
_NUMBERED = re.compile(r"-([0-9a-f]{6}|md|toml|json|jsonc)")


def shorten_text(path: str, text: str) -> str:
    """``text`` without what decides on no right: the prompt of a Markdown file becomes a stub of letters.

    The frontmatter stays, and so do its lines. All stays where a prompt may name an MCP server, or where
    it is not plain where the prompt begins.
    """
    if not path.lower().endswith(".md") or "\r" in text or "mcp__" in text:
        return text
    lines = text.split("\n")
    if lines[0].rstrip() == "---":
        end = next((i for i, line in enumerate(lines[1:], 1) if _CLOSING.match(line)), 0)
        body = "\n".join(lines[end + 1 :])
        if not end or any(line.startswith("...") for line in lines[:end]) or _NAME.search(body):
            return text
        return "\n".join(lines[: end + 1]) + "\n" + _make_stub(body)
    first = next((line for line in lines if line.strip()), "")
    is_prompt = "---" not in text and not _FIRST_KEY.match(first.strip()) and "\n" in text.strip()
    return _make_stub(text) if is_prompt and not _NAME.search(text) else text


def _make_stub(body: str) -> str:
    return "x" * min(len(body.strip()), LONGEST_STUB)


@dataclass(frozen=True, slots=True)
class RightsStep:
    """What one commit did to those that have rights: those that changed, ``before`` and ``after``; the files
    that were ``renamed``, old path to new; and the ``paths`` of the changed files that may decide on rights.
    Paths are below the repository."""

    before: tuple[Subject, ...]
    after: tuple[Subject, ...]
    renamed: dict[str, str]
    paths: tuple[str, ...]


class PastRights:
    """The rights at one commit after the other. ``root`` is an empty folder; ``read`` reads the catalog of a
    folder; ``rules`` and ``exclude`` are the options for it."""

    def __init__(
        self,
        root: Path,
        read: ReadCatalog,
        profile: str,
        rules: tuple[SourceRule, ...] | None = None,
        exclude: tuple[str, ...] = (),
    ) -> None:
        self.tree, self.read, self.rules, self.exclude = PastTree(root), read, rules, exclude
        self.texts: dict[str, str] = {}
        """The shortened text of each file."""
        self.subjects: dict[tuple[str, str], Subject] = {}
        """All that have rights, by kind and id."""
        self.calculator = _RightsCalculator(profile)
        self.shortcut: _Shortcut | None = None
        self.roots: tuple[str, ...] = ("",)
        self.plugin_roots: tuple[str, ...] = ()

    def take_step(self, commit: PastCommit, texts: dict[str, str]) -> RightsStep | None:
        """Learns what ``commit`` changed; ``None`` if that decides on no right. ``texts`` are those of its
        files by git's names for them."""
        texts_before = self._apply(commit, texts)
        paths = {path for path in texts_before if self._may_decide(path)}
        if not paths:
            return None
        before = self.subjects
        shortcut = self.shortcut
        update = shortcut.update(sorted(paths), texts_before, self.texts) if shortcut else None
        if update is None:
            self._read_whole()
        else:
            catalog, changed, gone = update
            self.subjects = {
                key: subject for key, subject in before.items() if key[0] == "agent" and key[1] not in gone
            }
            self._keep((*self.calculator.compute(catalog, changed), *list_other_subjects(catalog)), before)
        old = tuple(s for key, s in before.items() if self.subjects.get(key) is not s)
        new = tuple(s for key, s in self.subjects.items() if before.get(key) is not s)
        renamed = {
            c.old: c.new for c in commit.changes if c.old and c.new and c.old != c.new and not c.is_copy
        }
        # Only now it is known where agents are, if these are the first.
        paths = {path for path in paths if self._may_decide(path)} or paths
        return RightsStep(old, new, renamed, tuple(sorted(map(_publish_path, paths))))

    def _apply(self, commit: PastCommit, texts: dict[str, str]) -> dict[str, str | None]:
        """Makes the files what they are after ``commit``; the texts before of those in which more changed
        than a prompt, by path."""
        paths = {path for change in commit.changes for path in (change.old, change.new) if path}
        before = {path: self.texts.get(path) for path in paths}
        for change in commit.changes:
            if change.old and change.old != change.new and not change.is_copy:
                self.texts.pop(change.old, None)
        for change in commit.changes:
            if change.new:
                text = texts.get(change.blob)
                self.texts.pop(change.new, None)
                if text is not None:
                    self.texts[change.new] = shorten_text(change.new, text)
        changed = {path: text for path, text in before.items() if text != self.texts.get(path)}
        for path in (path for path in changed if path not in self.texts):
            self.tree.remove(path)
        for path in changed.keys() & self.texts.keys():
            self.tree.write(path, self.texts[path])
        return changed

    def _may_decide(self, path: str) -> bool:
        """Whether a file may decide on rights, by its place."""
        return (
            path.startswith(self.roots)
            or not list_place_names().isdisjoint(path.split("/"))
            or path.endswith(list_own_endings())
            or (path.startswith(self.plugin_roots) and path.endswith((".json", ".toml")))
        )

    def _read_whole(self) -> None:
        catalog = self.read(self.tree.root, self.rules, self.exclude)
        sources = [agent.source for agent in catalog.agents]
        sources += [skill.source for skill in catalog.skills if skill.source]
        # Where there are no agents in the usual places, every file may become one.
        roots = [source.root for source in sources] if catalog.agents else ["."]
        self.roots = tuple({_make_prefix(root) for root in roots})
        self.plugin_roots = tuple({_make_prefix(plugin.root) for plugin in catalog.plugins})
        before, self.subjects = self.subjects, {}
        agents = self.calculator.compute(catalog, catalog.agents)
        self._keep((*agents, *list_other_subjects(catalog)), before)
        left_out = pathspec.GitIgnoreSpec.from_lines(self.exclude)
        self.shortcut = _Shortcut(catalog, self.calculator.grants.profile, left_out, self.rules is None)

    def _keep(self, subjects: Iterable[Subject], before: dict[tuple[str, str], Subject]) -> None:
        """Adds ``subjects``; one that is as it was before stays the same object."""
        for subject in subjects:
            key = (subject.kind, subject.id)
            earlier = before.get(key)
            self.subjects[key] = earlier if earlier == subject else subject


def _publish_path(path: str) -> str:
    """``path`` as it may be shown."""
    return masking.mask_text(disk.make_printable(path))


def _make_prefix(root: str) -> str:
    return f"{root}/" if root not in ("", ".") else ""


Update = tuple[Catalog, tuple[Agent, ...], set[str]]
"""A catalog, those of its agents that are new or others, and the ids of agents that went."""


class _DoubtError(Exception):
    """What a change means can only be said when the whole is read."""


class _Shortcut:
    """Reads changed files alone, and puts what they say into the catalog that was read last."""

    def __init__(
        self, catalog: Catalog, profile: str, left_out: pathspec.GitIgnoreSpec, is_standard: bool
    ) -> None:
        self.catalog, self.profile, self.left_out = catalog, profile, left_out
        self.is_standard = is_standard
        self.agents = {agent.source.path: agent for agent in catalog.agents}
        # Whose file tells the runtime by its keys may decide for its neighbours, too.
        self.is_plain = len(self.agents) == len(catalog.agents) and all(
            _find_runtime_by_place(agent.source) == agent.dialect for agent in catalog.agents
        )
        self.skills = {skill.source.path: skill for skill in catalog.skills if skill.source}
        # One file may be several things, or be a part of one.
        self.is_plain &= self.skills.keys().isdisjoint(self.agents)
        self.is_plain &= not any(skill.document and skill.document.lines for skill in catalog.skills)
        self.companions = {
            path for agent in catalog.agents for path in get_runtime_of(agent).list_companions(agent.source)
        }
        self.names_agents = any(link.kind == "agent" and _is_declared(link) for link in catalog.links)
        self.names_agents |= any(map(_limits_agents, catalog.agents))
        self.configs = [(server.name, config) for server in catalog.servers for config in server.configs]
        self.server_files = {config.span.path: config.runtimes for _, config in self.configs}
        self.settings = {item.source.path: item.source for item in catalog.settings}
        self.is_plain &= len(self.settings) == len(catalog.settings)
        self.neighbours = {
            posixpath.dirname(path): agent.source
            for path, agent in self.agents.items()
            if path.lower().endswith(".md") and not agent.source.plugin
        }

    def update(
        self, paths: Iterable[str], before: Mapping[str, str | None], texts: Mapping[str, str]
    ) -> Update | None:
        """The catalog after the files at ``paths`` changed; ``None`` if that takes reading the whole."""
        agents, settings, configs = dict(self.agents), list(self.catalog.settings), list(self.configs)
        skills = dict(self.skills)
        try:
            for path in paths if self.is_plain else ():
                if path in self.companions:
                    raise _DoubtError
                text = texts.get(path)
                if path in self.server_files and path not in self.settings:
                    configs = self._change_servers(configs, path, before[path], text)
                elif path in self.settings and path not in self.server_files and text is not None:
                    settings = _change_settings(settings, replace(self.settings[path], text=text))
                elif path in skills and text is not None:
                    skills[path] = _change_skill(skills[path], text)
                elif path in agents or path.lower().endswith(".md"):
                    self._change_agent(agents, path, text)
                else:
                    raise _DoubtError
        except _DoubtError:
            return None
        return self._join(agents, tuple(settings), configs, skills) if self.is_plain else None

    def _join(
        self,
        agents: dict[str, Agent],
        settings: tuple[ProjectSettings, ...],
        configs: list[tuple[str, ServerConfig]],
        skills: dict[str, Skill],
    ) -> Update | None:
        """The catalog with other agents, settings, servers and skills."""
        if any(item.servers_off or item.agents_off for item in (*settings, *self.catalog.settings)):
            return None
        former = {agent.id: agent for agent in self.agents.values()}
        has_new_servers = configs != self.configs
        if has_new_servers:
            # Then none of them names any.
            agents = {path: give_servers(agent, configs) for path, agent in agents.items()}
        if settings != self.catalog.settings:
            agents = {path: _apply_settings(agent, settings) for path, agent in agents.items()}
        changed = tuple(a for a in agents.values() if has_new_servers or former.get(a.id) is not a)
        gone = former.keys() - {agent.id for agent in agents.values()}
        ids = [agent.id.casefold() for agent in agents.values()]
        if not ids or len({*ids}) < len(ids) or any(_may_want(id, other) for id in gone for other in ids):
            return None
        by_id = {key: item for key, item in self.catalog.by_id.items() if key[1] not in gone}
        by_id |= {("agent", agent.id): agent for agent in changed}
        servers = link_catalog((), (), configs).servers if has_new_servers else self.catalog.servers
        self.agents, self.configs, self.skills = agents, configs, skills
        self.catalog = replace(
            self.catalog,
            agents=tuple(agents.values()),
            skills=tuple(skills.values()),
            settings=settings,
            servers=servers,
            by_id=by_id,
        )
        return self.catalog, changed, {*gone}

    def _change_servers(
        self, configs: list[tuple[str, ServerConfig]], path: str, before: str | None, text: str | None
    ) -> list[tuple[str, ServerConfig]]:
        """``configs`` with those that the file at ``path`` has now in place of those that it had."""
        is_named = any(_names_servers(agent) for agent in self.agents.values())
        has_own_names = any(map(_has_own_server_names, self.agents.values()))
        known = [pair for pair in configs if pair[1].span.path == path]
        readers = self.server_files[path]
        # If it cannot be read alone as it was before, it cannot be read alone now.
        if is_named or has_own_names or before is None or _read_servers(path, before, readers) != known:
            raise _DoubtError
        rest = [pair for pair in configs if pair[1].span.path != path]
        return [*rest, *(_read_servers(path, text, readers) if text is not None else ())]

    def _change_agent(self, agents: dict[str, Agent], path: str, text: str | None) -> None:
        """Puts what a file defines now in place of what it defined."""
        old = agents.pop(path, None)
        new = None if text is None else self._read_agent(path, text, old)
        sides = [agent for agent in (old, new) if agent]
        is_renamed = len(sides) < 2 or sides[0].name != sides[1].name
        if not sides or any(map(_limits_agents, sides)) or (self.names_agents and is_renamed):
            raise _DoubtError
        servers = [self._list_named_servers(agent) for agent in sides]
        if servers[0] != servers[1] if len(sides) == 2 else servers[0]:
            raise _DoubtError
        if new:
            agents[path] = new

    def _list_named_servers(self, agent: Agent) -> set[tuple[str, str]]:
        """The servers that the agent brings into the catalog by naming them."""
        if not _names_servers(agent):
            return set()
        part = link_catalog((agent,), (), self.configs)
        return {(server.id, server.name) for server in part.servers if not server.configs}

    def _read_agent(self, path: str, text: str, old: Agent | None) -> Agent:
        """The agent that a file defines."""
        source = old.source if old else self._find_source(path, text)
        source = find_dialect(replace(source, text=masking.mask_text(text), dialect=None))
        runtime = get_runtime(source.dialect)
        is_as_beside = runtime.name == _find_runtime_by_place(source)
        named = set(runtime.list_companions(source))
        if not is_as_beside or named != set(runtime.list_companions(old.source) if old else ()):
            raise _DoubtError
        agents = [item for item in runtime.read_agents(source) if isinstance(item, Agent)]
        if len(agents) != 1 or agents[0].inline_servers or (old and old.inline_servers):
            raise _DoubtError
        agent = _apply_settings(runtime.apply_profile(agents[0], self.profile), self.catalog.settings)
        names = [name for name, config in self.configs if runtime.name in config.runtimes]
        agent = runtime.name_servers(agent, names) if names else agent
        if _names_servers(agent) or not old:
            agent = link_catalog((agent,), (), self.configs).agents[0]
        else:
            agent = give_servers(agent, self.configs)
        return replace(agent, id=old.id) if old else agent

    def _find_source(self, path: str, text: str) -> Source:
        """What a new file is read as: as those beside it."""
        source = self.neighbours.get(posixpath.dirname(path)) if self.is_standard else None
        if source is None or self.left_out.match_file(path) or masking.mask_text(path) != path:
            raise _DoubtError
        below = posixpath.relpath(path, source.root)
        if explain_no_agent(below) or not _NAME.search(text):
            raise _DoubtError
        return replace(source, path=path, below=below)


def _change_skill(skill: Skill, text: str) -> Skill:
    """``skill`` with another text."""
    assert skill.source
    source = replace(skill.source, text=masking.mask_text(text))
    runtime = get_runtime(source.dialect)
    changed = read_skill(runtime.read_skill_document(source), runtime, list_skill_readers(source))
    return replace(changed, id=skill.id)


def _change_settings(settings: list[ProjectSettings], source: Source) -> list[ProjectSettings]:
    """``settings`` with what a file says now in place of what it said."""
    project, _ = get_runtime(source.dialect).read_settings(
        replace(source, text=masking.mask_text(source.text))
    )
    rest = [item for item in settings if item.source.path != source.path]
    places = [item.source.path for item in settings]
    at = places.index(source.path) if source.path in places else 0
    # Where it says nothing it is not there, and comes back to a place that only the whole knows.
    if len(rest) == len(settings) and project and settings:
        raise _DoubtError
    return [*rest[:at], *([project] if project else ()), *rest[at:]]


def _apply_settings(agent: Agent, settings: Iterable[ProjectSettings]) -> Agent:
    """``agent`` with the settings files that hold for it; the same where these are the same."""
    runtime = get_runtime_of(agent)
    own = (item for item in settings if get_runtime(item.source.dialect) is runtime)
    governing = tuple(item for item in own if runtime.governs(item, agent))
    return agent if governing == agent.settings_files else replace(agent, settings_files=governing)


def _read_servers(path: str, text: str, readers: tuple[str, ...]) -> list[tuple[str, ServerConfig]]:
    """The servers that a file of a project configures for each of the runtimes ``readers``."""
    folder, _, name = path.rpartition("/")
    source = Source(path, name, "mcp", folder or ".", masking.mask_text(text))
    answers = [get_runtime(name).read_server_file(replace(source, dialect=name))[0] for name in readers]
    if any(answer != answers[0] for answer in answers):
        raise _DoubtError
    servers = sorted(answers[0], key=lambda pair: (make_server_id(pair[0]), pair[1].span))
    return [(name, replace(config, runtimes=readers)) for name, config in servers]


def _names_servers(agent: Agent) -> bool:
    """Whether a file may bring an MCP server into the catalog by naming it."""
    is_in_text = "mcp__" in agent.document.body
    return bool(agent.servers) or is_in_text or any(entry.server for entry in agent.access.every)


def _has_own_server_names(agent: Agent) -> bool:
    """Whether the names of an agent's tools are read by those of the configured servers."""
    return type(get_runtime_of(agent)).name_servers is not Runtime.name_servers


def _find_runtime_by_place(source: Source) -> str | None:
    """The name of the runtime of a file, if nothing stood in it."""
    return find_dialect(replace(source, text="", dialect=None)).dialect


def _limits_agents(agent: Agent) -> bool:
    """Whether a file says which agents may be started, or names others under a key."""
    runtime = get_runtime_of(agent)
    is_limited = any(entry.specifier and entry.tool in runtime.agent_tools for entry in agent.access.every)
    return is_limited or any(True for _ in runtime.find_named_agents(agent.document))


def _is_declared(link: Link) -> bool:
    return link.origin_kind == "agent" and link.strongest == "declared"


def _may_want(id: str, other: str) -> bool:
    """Whether ``other`` may have its id only as somebody had the id ``id``."""
    id = id.casefold()
    return other.endswith(f"/{id}") or (
        other.startswith(f"{id}-") and _NUMBERED.fullmatch(other[len(id) :]) is not None
    )


class _RightsCalculator:
    """Computes rights. What was computed once for agents with the same lists is kept: their places are those
    of the first of them, as nobody asks for these here."""

    def __init__(self, profile: str) -> None:
        self.grants = PermissionResolver(profile)
        self.own: dict[Any, tuple[tuple[Right, ...], tuple[Capability, ...]]] = {}
        self.capabilities: dict[str, tuple[Capability, ...]] = {}
        self.own_by_id: dict[str, tuple[Right, ...]] = {}
        self.reach: dict[tuple[str, str], str] = {}

    def compute(self, catalog: Catalog, changed: tuple[Agent, ...]) -> Iterator[Subject]:
        """The agents of ``catalog`` whose rights may be others, if only ``changed`` of them changed."""
        # Decisions rest on lists, and hold for whoever has the same.
        is_all = len(changed) == len(catalog.agents)
        if is_all:
            self.grants = replace(self.grants, _policies={})
            self.capabilities, self.own_by_id = {}, {}
        servers = tuple((server.id, server.name, bool(server.configs)) for server in catalog.servers)
        reader = OwnRightsReader(catalog, self.grants)
        for agent in changed:
            self.grants._policies.pop(agent.id, None)
            key = (self.grants.get_policy_number(agent), servers, *_list_what_decides(agent))
            if key not in self.own:
                capabilities = find_capabilities(agent, catalog, self.grants)
                self.own[key] = (reader.read(agent, capabilities), capabilities)
            self.own_by_id[agent.id], self.capabilities[agent.id] = self.own[key]
        delegation = DelegationFinder(catalog, self.grants, self.capabilities)
        # Of two that have a capability one is another than whoever asks; of one it matters which.
        reach = {
            key: agents[0].id if len(agents) == 1 else "" for key, agents in delegation.first_with.items()
        }
        affected = changed if reach == self.reach else catalog.agents
        self.reach = reach
        for agent in affected:
            yield make_agent_subject(agent, self.own_by_id[agent.id], read_reached_rights(agent, delegation))


def _list_what_decides(agent: Agent) -> tuple[Any, ...]:
    """What of an agent its own rights rest on, beside the lists of its policy."""
    access = agent.access
    entries = tuple(
        (e.rule, e.tool, e.effect, e.specifier, e.server, e.pattern, e in access.ignored)
        for e in access.every
    )
    fields = tuple((field.key, str(field.value)) for field in agent.settings)
    hooks = tuple((hook.event, hook.matcher, hook.program) for hook in agent.hooks)
    is_map = isinstance(agent.document.values.get(get_runtime_of(agent).tools_key), dict)
    return agent.dialect, entries, fields, hooks, bool(agent.not_loaded), is_map
