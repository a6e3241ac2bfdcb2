"""Reads from git how agents changed: new, removed, or different.

Old versions are read as the files of today are, so that what is said of them is what their pages said.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache, partial
from itertools import groupby
from pathlib import Path

from ..model.catalog import Catalog
from ..model.changes import AgentChange, Change
from ..model.definitions import Agent, Source
from ..reading import masking
from ..reading.paths import explain_no_agent
from ..runtimes import RUNTIMES, find_dialect, get_runtime, get_runtime_of
from ..text.strings import make_single_line
from . import log
from .agent_diff import Difference, describe_access, diff_agents
from .log import FileChange
from .told_changes import PastPlaces, Side, Steps


def find_agent_changes(
    repo: Path,
    catalog: Catalog,
    profile: str,
    exclude: tuple[str, ...] = (),
    standard: bool = True,
    folder: str = ".",
) -> list[Change]:
    """The entries of the repository in ``folder``, newest first, each of one change, or of all of a commit
    with many.

    ``standard``: that the usual places are read, where agents may have been that are in none any more.
    Nothing is told where there is no history. Never raises.
    """
    places = _Places(repo, catalog, exclude, standard, folder)
    commits = places.group_steps(places.find_file_changes(places.roots))
    return places.tell_commits(commits, partial(_describe_step, places, profile))


class _Places(PastPlaces):
    """Where agents of one repository are and were: which file is one of them, and whose it became."""

    def __init__(
        self, repo: Path, catalog: Catalog, exclude: tuple[str, ...], standard: bool, folder: str
    ) -> None:
        super().__init__(repo, catalog, exclude, folder)
        agents = [agent for agent in catalog.agents if self.is_here(agent.source.path)]
        self.ids = {agent.source.path: agent.id for agent in agents}
        self.skipped = {skipped.path for skipped in catalog.skipped}
        self.titles = {agent.id: agent.title for agent in catalog.agents}
        self.roots = {
            agent.source.root: agent.source
            for agent in agents
            # A file of several agents stands for itself, and not for the folder that it lies in.
            if not agent.source.path.endswith(get_runtime_of(agent).agent_files)
        }
        for runtime in RUNTIMES.values() if standard else ():
            for root in (self.place(root) for root in runtime.agent_folders):
                self.roots.setdefault(root, Source(root, root, "agent", root, "", dialect=runtime.name))
        for entry in catalog.ledger.now.entries:
            if entry.kind == "agent" and entry.gone is not None and entry.path:
                self._add_former_root(entry.path)
        self._add_former_plugins()
        self.sources: dict[str, Source | None] = {}

    def _add_former_root(self, path: str) -> None:
        """Adds the folder of an agent that went: it may have gone too. What lay at the top is in none."""
        root = posixpath.dirname(path)
        is_read = any(known == "." or path.startswith(f"{known}/") for known in self.roots)
        if root and not is_read and self.is_here(path):
            source = find_dialect(Source(path, path, "agent", root, ""))
            self.roots[root] = replace(source, path=root, below=root)

    def _add_former_plugins(self) -> None:
        """Adds the folders that plugins were in before."""
        plugins = {posixpath.relpath(r, self.folder): r for r, s in self.roots.items() if s.plugin}
        for former, today in log.find_former_folders(self.root, plugins).items():
            root = self.place(former)
            self.roots.setdefault(root, replace(self.roots[plugins[today]], path=root, root=root, below=root))

    def find_source(self, side: Side) -> Source | None:
        """What is read at one side of a step, without its text; ``None`` where no agent can be."""
        if side is None:
            return None
        path = side[0]
        if path not in self.sources:
            self.sources[path] = self._read_source(path)
        return self.sources[path]

    def _read_source(self, path: str) -> Source | None:
        within = (root for root in self.roots if root == "." or path.startswith(f"{root}/"))
        root = max(within, key=len, default=None)
        if root is None or self.is_left_out(path):
            return None
        # What is there and was never looked at is no source of this site.
        is_known = path in self.ids or path in self.skipped
        if not is_known and (self.repo / path).exists():
            return None
        below = posixpath.relpath(path, root)
        source = replace(self.roots[root], path=path, below=below, text="", companions=())
        if not path.lower().endswith(get_runtime(source.dialect).suffixes):
            return None
        return None if path not in self.ids and explain_no_agent(below) else source

    def group_steps(self, changes: tuple[FileChange, ...]) -> Iterator[Steps]:
        """The steps of each commit that are about agents, each with the id that its agent has today.

        From the newest to the oldest: a file has the name that the last rename gave it, and what was at a
        place before a file was added there is something else.
        """
        at = dict(self.ids)
        for _, group in groupby(changes, key=lambda step: step.commit):
            steps = [step for step in group if self.find_source(step.old) or self.find_source(step.new)]
            pairs: Steps = [(step, at.get(step.new[0]) if step.new else None) for step in steps]
            for step in steps:
                if step.new and (step.old is None or step.old[0] != step.new[0]):
                    at.pop(step.new[0], None)
            at |= {step.old[0]: id for step, id in pairs if step.old and id}
            if pairs:
                yield pairs


def _describe_step(
    places: _Places, profile: str, step: FileChange, id: str | None, texts: dict[str, str] | None
) -> Iterator[AgentChange]:
    """What ``step`` made of an agent; nothing if nothing that it says."""
    old, new = places.find_source(step.old), places.find_source(step.new)
    path = (step.new or step.old or ("", ""))[0]
    if texts is None:
        # What is no agent today is not taken for one without a look at it.
        if id is not None or path not in places.skipped:
            kind = "new" if old is None else "gone" if new is None else "changed"
            name = places.titles.get(id or "", posixpath.basename(path).removesuffix(".md"))
            yield AgentChange(step.commit, step.when, path, id, make_single_line(name), (kind,))
        return
    if not all(side[1] in texts for side in (step.old, step.new) if side):
        return
    before, after = (
        _read_version(replace(source, text=texts[side[1]]), profile) if source and side else None
        for source, side in ((old, step.old), (new, step.new))
    )
    agent = after or before
    if agent is None:
        return
    differences = _diff_versions(before, after)
    kinds = ("new",) if not before else ("gone",) if not after else tuple(d.kind for d in differences)
    if kinds:
        yield AgentChange(
            commit=step.commit,
            when=step.when,
            path=path,
            id=id if after else None,
            name=make_single_line(agent.title) or path,
            kinds=tuple(dict.fromkeys(kinds)),
            says=tuple(d.says for d in differences),
            gained=_collect_names(differences, "gained"),
            lost=_collect_names(differences, "lost"),
            summary=make_single_line(agent.summary),
        )


def _diff_versions(before: Agent | None, after: Agent | None) -> tuple[Difference, ...]:
    if after is None:
        return ()
    if before is None:
        return () if after.document.error else (describe_access(after.access),)
    return diff_agents(before, after)


def _collect_names(differences: tuple[Difference, ...], kind: str) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            name for difference in differences if difference.kind == kind for name in difference.names
        )
    )


@lru_cache(maxsize=1024)
def _read_version(source: Source, profile: str) -> Agent | None:
    """The agent that a version of a file was; ``None`` if it was none. Here texts of the past come in."""
    runtime = get_runtime(source.dialect)
    version = replace(source, text=masking.mask_text(source.text))
    agents = [item for item in runtime.read_agents(version) if isinstance(item, Agent)]
    # Of a file that defines several agents it is not known which of them a change is about.
    return runtime.apply_profile(agents[0], profile) if len(agents) == 1 else None
