"""Reads from git how skills and configured MCP servers changed, as ``agent_changes`` does it of agents."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from ..model.catalog import Catalog
from ..model.changes import AgentChange, Change
from ..model.definitions import ServerConfig, Skill, Source
from ..reading import masking
from ..runtimes import RUNTIMES, find_dialect, get_runtime
from ..runtimes.skill import read_skill
from ..text.i18n import TranslatableText, say
from ..text.strings import make_server_id, make_single_line
from . import log
from .log import FileChange
from .told_changes import PastPlaces, Side, Steps

SKILL_FILE = "SKILL.md"
_PLUGIN = re.compile(r"(.+?)/(?:agents|skills)/")


def find_companion_changes(
    repo: Path, catalog: Catalog, exclude: tuple[str, ...] = (), standard: bool = True, folder: str = "."
) -> list[Change]:
    """The entries of the repository in ``folder``, newest first. Never raises."""
    places = _Places(repo, catalog, exclude, standard, folder)
    changes = places.find_file_changes(places.skill_roots | places.server_files)
    commits: Iterator[Steps] = (
        [(step, None) for step in steps if places.holds(step)]
        for _, steps in groupby(changes, lambda step: step.commit)
    )
    return places.tell_commits((steps for steps in commits if steps), places.describe_step)


class _Places(PastPlaces):
    """Where skills and configurations of servers are and were."""

    def __init__(
        self, repo: Path, catalog: Catalog, exclude: tuple[str, ...], standard: bool, folder: str
    ) -> None:
        super().__init__(repo, catalog, exclude, folder)
        self.skills = {
            skill.source.path: skill.id
            for skill in catalog.skills
            if skill.source and not skill.is_command and self.is_here(skill.source.path)
        }
        self.servers = {server.id for server in catalog.servers}
        former = [
            entry.path for entry in catalog.ledger.now.entries if entry.path and self.is_here(entry.path)
        ]
        paths = [*self.skills, *(path for path in former if posixpath.basename(path) == SKILL_FILE)]
        # What lies at the top is no folder of skills.
        self.skill_roots = {posixpath.dirname(posixpath.dirname(path)) for path in paths} - {""}
        names = {name for runtime in RUNTIMES.values() for name in runtime.server_files}
        configured = {config.span.path for server in catalog.servers for config in server.configs}
        self.server_files = {
            path for path in configured if self.is_here(path) and path.endswith(tuple(names))
        }
        in_plugins = {skill.source.path for skill in catalog.skills if skill.source and skill.source.plugin}
        roots = {posixpath.dirname(posixpath.dirname(path)) for path in in_plugins & self.skills.keys()}
        places = sorted(posixpath.relpath(path, folder) for path in roots - {""})
        renamed = {self.place(path) for path in log.find_former_folders(self.root, places)}
        self.skill_roots |= renamed
        former += [f"{path}/" for path in renamed]
        # The configuration of a plugin is beside its folders, and goes with them.
        plugins = {match[1] for path in former if (match := _PLUGIN.match(path))}
        self.server_files |= {f"{plugin}/.mcp.json" for plugin in plugins}
        if standard:
            self.server_files |= {self.place(name) for name in names}

    def holds(self, step: FileChange) -> bool:
        """Whether the step is about a skill or a configuration."""
        return any(self._is_skill(side) or self._is_server_file(side) for side in (step.old, step.new))

    def _is_skill(self, side: Side) -> bool:
        return (
            side is not None
            and posixpath.basename(side[0]) == SKILL_FILE
            and side[0].startswith(tuple(f"{root}/" for root in self.skill_roots))
            and not self.is_left_out(side[0])
        )

    def _is_server_file(self, side: Side) -> bool:
        return side is not None and side[0] in self.server_files and not self.is_left_out(side[0])

    def describe_step(
        self, step: FileChange, _id: str | None, texts: dict[str, str] | None
    ) -> Iterator[AgentChange]:
        """What ``step`` made of a skill, or of the servers of a configuration; nothing where it is not
        read."""
        if texts is None or not all(side[1] in texts for side in (step.old, step.new) if side):
            return
        before, after = (
            Source(side[0], side[0], "skill", ".", texts[side[1]]) if side else None
            for side in (step.old, step.new)
        )
        if self._is_skill(step.old) or self._is_skill(step.new):
            yield from self._describe_skill(step, before, after)
        else:
            yield from self._describe_servers(step, before, after)

    def _describe_skill(
        self, step: FileChange, before: Source | None, after: Source | None
    ) -> Iterator[AgentChange]:
        old, new = (_read_skill(source) if source else None for source in (before, after))
        skill = new or old
        assert skill is not None
        assert skill.source is not None
        differences = list(_diff_skills(old, new)) if old and new else []
        kinds = tuple(kind for kind, _ in differences) if old and new else ("new",) if new else ("gone",)
        if kinds:
            path = skill.source.path
            yield AgentChange(
                *(step.commit, step.when, path, self.skills.get(path) if new else None),
                *(make_single_line(skill.name), kinds, tuple(text for _, text in differences)),
                summary=make_single_line(skill.summary),
                subject="skill",
            )

    def _describe_servers(
        self, step: FileChange, before: Source | None, after: Source | None
    ) -> Iterator[AgentChange]:
        old, new = (_read_servers(source) if source else {} for source in (before, after))
        path = (step.new or step.old or ("", ""))[0]
        for name in sorted({*old, *new}):
            texts = tuple(_diff_servers(old[name], new[name])) if name in old and name in new else ()
            kind = "new" if name not in old else "gone" if name not in new else "servers"
            if kind != "servers" or texts:
                id = make_server_id(name)
                yield AgentChange(
                    *(step.commit, step.when, path, id if id in self.servers else None),
                    *(make_single_line(name), (kind,), texts),
                    subject="server",
                )


@lru_cache(maxsize=512)
def _read_skill(source: Source) -> Skill:
    placed = find_dialect(replace(source, text=masking.mask_text(source.text)))
    runtime = get_runtime(placed.dialect)
    return read_skill(runtime.read_skill_document(placed), runtime)


@lru_cache(maxsize=512)
def _read_servers(source: Source) -> dict[str, ServerConfig]:
    placed = find_dialect(replace(source, kind="mcp", text=masking.mask_text(source.text)))
    return dict(get_runtime(placed.dialect).read_server_file(placed)[0])


def _diff_skills(old: Skill, new: Skill) -> Iterator[tuple[str, TranslatableText]]:
    paths = [make_single_line(skill.source.path) for skill in (old, new) if skill.source]
    if paths[0] != paths[1]:
        yield "moved", say("moved from {path} to {to}", path=paths[0], to=paths[1])
    if (old.description or "") != (new.description or ""):
        yield "description", say("description was changed")
    texts = [skill.document.body.strip() for skill in (old, new) if skill.document]
    if texts[0] != texts[1]:
        yield "prompt", say("instructions were changed")


def _diff_servers(old: ServerConfig, new: ServerConfig) -> Iterator[TranslatableText]:
    if (old.transport, old.command) != (new.transport, new.command):
        yield say("runs another program or connects in another way")
    if old.is_off != new.is_off:
        yield say("was switched off") if new.is_off else say("was switched on")
