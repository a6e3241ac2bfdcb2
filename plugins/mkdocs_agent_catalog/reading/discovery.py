"""Finds what a repository has: agents, skills and MCP configurations, its own and its plugins'.

The usual places are facts of the runtimes.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pathspec

from ..cache import NO_CACHE, BuildCache
from ..model.definitions import Diagnostic, Plugin, Skipped, Source, Span
from ..text.i18n import marked as _
from ..text.i18n import say
from . import disk, masking, plugin_manifests
from .file_reader import refused, shown_name, take
from .paths import RuntimePlaces, SourceRule, boundary, no_agent, skills_folder, static_base

# These are documentation only when no frontmatter says otherwise: `security` is a fine name for an agent.
_MAYBE = frozenset({"index.md", "status.md", "code_of_conduct.md"})
_INDEX_NAMED = re.compile(r"\A\ufeff?\s*---\s*$.*?^(name|description)\s*:\s*\S.*?^-{3,}\s*$", re.S | re.M)
_EXCLUDED = _("left out by the option `exclude`")
_TELLS = _("its name looks like a secret")
_LEADS_OUT = _("a symbolic link that leads out of the repository or nowhere")


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found, what was left out and why, and what could not be read."""

    sources: tuple[Source, ...]
    skipped: tuple[Skipped, ...]
    notes: tuple[Diagnostic, ...]
    plugins: tuple[Plugin, ...]


def discover(
    repo: Path,
    places: Sequence[RuntimePlaces],
    rules: tuple[SourceRule, ...] | None = None,
    exclude: tuple[str, ...] = (),
    cache: BuildCache = NO_CACHE,
) -> Discovery:
    """Everything that the catalog reads, sorted by path.

    ``places`` are the usual places of each runtime; ``rules`` of the options replace them. The first
    runtime is assumed where nothing tells.

    ``exclude`` are patterns as in ``.gitignore``, of paths relative to ``repo``. Nothing outside of the
    repository is ever read: of the checkout that ``repo`` lies in, or of ``repo`` where there is none.
    """
    finder = _Finder(repo.resolve(), places, exclude, boundary(repo.resolve()), cache)
    if rules is None:
        finder.repository(finder.repo, None, None)
    for rule in rules or ():
        finder.rule(rule)
    ordered = sorted(finder.sources.values(), key=lambda s: s.path)
    skipped = {path: s for path, s in finder.skipped.items() if path not in finder.sources}
    shown = (replace(skipped[p], path=masking.masked(p)) for p in sorted(skipped))
    return Discovery(tuple(ordered), tuple(shown), tuple(finder.notes), tuple(finder.plugins))


@dataclass
class _Finder:
    repo: Path
    places: Sequence[RuntimePlaces]
    exclude: tuple[str, ...]
    boundary: Path
    cache: BuildCache
    left_out: pathspec.GitIgnoreSpec = field(init=False)
    folders_inside: dict[Path, bool] = field(default_factory=dict)
    """Whether each folder that was asked for is within the boundary."""
    sources: dict[str, Source] = field(default_factory=dict)
    skipped: dict[str, Skipped] = field(default_factory=dict)
    notes: list[Diagnostic] = field(default_factory=list)
    plugins: list[Plugin] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.left_out = pathspec.GitIgnoreSpec.from_lines(self.exclude)

    def rule(self, rule: SourceRule) -> None:
        """What one option names. A folder that is itself a repository is read like one."""
        base = static_base(self.repo, rule.path)
        named = Path(os.path.normpath(self.repo / rule.path))
        matches = [named] if base is None else sorted(self.repo.glob(rule.path))
        if not matches:
            self._note(rule, _("the source `{path}` matches nothing"))
        for path in matches:
            if not os.path.exists(path):
                self._note(rule, _("the source `{path}` does not exist"))
            elif not self._inside(path):
                outside = _("the source `{path}` lies outside of the repository, which is never read")
                self._note(rule, outside)
            else:
                self._matched(path, base, rule)

    def _note(self, rule: SourceRule, what: str) -> None:
        message, hint = say(what, path=rule.path), say("see `sources` in mkdocs.yml")
        self.notes.append(Diagnostic("unreadable_source", Span(rule.path), message, hint))

    def _matched(self, path: Path, base: Path | None, rule: SourceRule) -> None:
        """One path of a source: a repository, a folder of agents or skills, a configuration or a file."""
        if disk.is_file(path) and path.suffix == ".json":
            self._mcp(path, None)
        elif disk.is_file(path):
            self._agents([path], base or path.parent, rule.label, None, rule.dialect)
        elif path.name == "skills":
            self.skills(path, rule.label, None)
        else:
            marks = {name for places in self.places for name in places.top_names}
            folders = (folder for places in self.places for folder in places.agent_folders)
            agent_parts = {part for folder in folders for part in folder.split("/")}
            is_repository = any(disk.is_folder(path / mark) for mark in marks)
            if is_repository and path.name not in agent_parts:
                self.repository(path.resolve(), rule.label, rule.dialect)
            self.agents(path, rule.label, None, rule.dialect, base)

    def repository(self, folder: Path, label: str | None, dialect: str | None) -> None:
        """The usual places of a repository: plugins first, as their files belong to them."""
        for manifest in plugin_manifests.find(folder, self.repo, self.notes):
            self.plugin(manifest, label)
        for places in self.places:
            for place in places.agent_folders:
                self.agents(folder / place, label, None, dialect or places.runtime)
            for place in places.skill_folders:
                self.skills(folder / place, label, None)
            for place in places.server_files:
                self._mcp(folder / place, None)

    def plugin(self, manifest: plugin_manifests.Manifest, label: str | None) -> None:
        """A plugin's agents (its list replaces the folder), skills (its list adds) and servers."""
        plugin, folder = manifest.plugin, manifest.folder
        self.plugins.append(plugin)
        own = label or plugin.name
        if manifest.agents is None:
            self.agents(folder / "agents", own, plugin, None)
        for entry in manifest.agents or ():
            path = plugin_manifests.located(folder, entry)
            if path is not None and disk.is_folder(path):
                self.agents(path, own, plugin, None)
            elif path is not None and path.suffix == ".md" and os.path.exists(path):
                self._agents([path], path.parent, own, plugin, None)
            else:
                text = _("the plugin `{name}` lists `{entry}`, which does not exist")
                message = say(text, name=plugin.name, entry=entry)
                self.notes.append(Diagnostic("unreadable_source", Span(manifest.path), message))
        self.skills(folder / "skills", own, plugin)
        for entry in manifest.skills:
            path = plugin_manifests.located(folder, entry)
            if path is not None and disk.is_file(path / "SKILL.md"):
                self._skill(path / "SKILL.md", path.parent, own, plugin)
            elif path is not None and disk.is_folder(path):
                self.skills(path, own, plugin)
        self._mcp(folder / ".mcp.json", plugin)
        if isinstance(manifest.servers, str):
            named = plugin_manifests.located(folder, manifest.servers)
            if named is not None:
                self._mcp(named, plugin)
        elif manifest.servers:
            text = json.dumps({"mcpServers": manifest.servers}, indent=1, ensure_ascii=False)
            where = manifest.path
            # Several entries of one marketplace may each hold servers: the key tells them apart.
            key = f"{where} {plugin.name}"
            self.sources.setdefault(key, Source(where, where, "mcp", plugin.root, text, plugin=plugin))

    def agents(
        self,
        root: Path,
        label: str | None,
        plugin: Plugin | None,
        dialect: str | None,
        base: Path | None = None,
    ) -> None:
        """Every Markdown file below an agents root is an agent, a skill's file, or skipped with a reason.

        ``base`` is the folder from which addresses count, when it is not ``root`` itself.
        """
        if not self._inside(root) or not disk.is_folder(root):
            return
        self._mcp(root / ".mcp.json", plugin)
        suffixes = next((p.suffixes for p in self.places if p.runtime == dialect), self.places[0].suffixes)
        files = []
        for path in self._walk(root):
            if path.name.lower() == "skill.md" and (folder := skills_folder(path, root)):
                self._skill(path, folder, label if plugin else None, plugin)
            elif path.name.lower().endswith(suffixes) and not path.name.startswith(".#"):
                files.append(path)
        self._agents(files, base or root, label, plugin, dialect)

    def _agents(
        self, files: list[Path], root: Path, label: str | None, plugin: Plugin | None, dialect: str | None
    ) -> None:
        wanted = [path for path in files if self._name(path) not in self.sources]
        wanted = [path for path in wanted if not self._left_out(path, root)]
        for path, found in zip(wanted, self._read(wanted), strict=True):
            name, text = self._name(path), found or ""
            if path.name.lower() in _MAYBE and not _INDEX_NAMED.match(text[:5000]):
                reason = say("no agent: documentation by its file name, without a name of its own")
                self.skipped.setdefault(name, Skipped(name, reason))
            elif name not in self.skipped:
                below, folder = disk.shown(path.relative_to(root).as_posix()), self._name(root)
                self.sources[name] = Source(name, below, "agent", folder, text, label, plugin, dialect)

    def skills(self, root: Path, label: str | None, plugin: Plugin | None) -> None:
        """The skills of a skills folder: ``<name>/SKILL.md``, one or more folders deep."""
        if not self._inside(root) or not disk.is_folder(root):
            return
        for path in self._walk(root):
            if path.name.lower() == "skill.md":
                self._skill(path, root, label, plugin)

    def _skill(self, path: Path, root: Path, label: str | None, plugin: Plugin | None) -> None:
        name = self._name(path)
        if name in self.sources or self._left_out(path):
            return
        (text,) = self._read([path])
        if text is None:
            return
        others = [
            p.relative_to(path.parent) for p in self._walk(path.parent) if p != path and self._inside(p)
        ]
        files = tuple(
            masking.masked(disk.shown(p.as_posix()))
            for p in others
            if not any(part.startswith(".") for part in p.parts)
        )
        below = disk.shown(path.relative_to(root).as_posix())
        self.sources[name] = Source(name, below, "skill", self._name(root), text, label, plugin, None, files)

    def _mcp(self, path: Path, plugin: Plugin | None) -> None:
        name = self._name(path)
        if disk.is_file(path) and name not in self.sources and not self._left_out(path):
            (text,) = self._read([path])
            if text is None:
                return
            self.sources[name] = Source(name, path.name, "mcp", self._name(path.parent), text, plugin=plugin)

    def _walk(self, root: Path) -> Iterator[Path]:
        return disk.walk(root, self._unread)

    def _unread(self, error: OSError) -> None:
        """Notes a file or folder that cannot be read, once."""
        name = self._name(Path(error.filename))
        if name not in self.skipped:
            self.skipped[name], notes = refused(name, error)
            self.notes += notes

    def _read(self, paths: list[Path]) -> list[str | None]:
        """The text of each path, secrets masked; ``None``, with the reason noted, if there is none."""
        names = [self._name(path) for path in paths]
        texts: list[str | None] = []
        for name, (text, notes) in zip(names, take(zip(paths, names, strict=True), self.cache), strict=True):
            self.notes += notes
            if isinstance(text, Skipped):
                self.skipped[name] = text
            texts.append(None if isinstance(text, Skipped) else text)
        return texts

    def _inside(self, path: Path) -> bool:
        """Whether ``path`` is there, and within the boundary with all links followed."""
        if path.name not in ("", "..") and not path.is_symlink():
            # All files of a folder are where it is: its links are followed once.
            parent = path.parent
            if parent not in self.folders_inside:
                self.folders_inside[parent] = self._is_resolved_inside(parent)
            if self.folders_inside[parent]:
                return path.exists()
        return self._is_resolved_inside(path)

    def _is_resolved_inside(self, path: Path) -> bool:
        try:
            resolved = path.resolve(strict=True)
        except (OSError, RuntimeError):
            return False
        return resolved.is_relative_to(self.boundary)

    def _left_out(self, path: Path, root: Path | None = None) -> bool:
        """Whether a file is excluded, behind a link, or by its place below ``root``, if that is a folder of
        agents, no agent; each is listed with the reason."""
        reason: str
        if self._excluded(path):
            reason = say(_EXCLUDED)
        elif self._tells(path):
            reason = say(_TELLS)
        elif not self._inside(path):
            reason = say(_LEADS_OUT)
        elif root and (why := no_agent(path.relative_to(root).as_posix())):
            reason = why
        else:
            return False
        self.skipped.setdefault(self._name(path), Skipped(self._name(path), reason))
        return True

    def _tells(self, path: Path) -> bool:
        """Whether the name of ``path``, of which its address would be made, looks like a secret."""
        _, notes = self.cache.get(shown_name, self._name(path))
        self.notes += notes
        return bool(notes)

    def _excluded(self, path: Path) -> bool:
        return self.left_out.match_file(self._name(path))

    def _name(self, path: Path) -> str:
        """``path`` relative to the repository; what is no text in it made visible."""
        try:
            name = path.relative_to(self.repo).as_posix()
        except ValueError:
            name = Path(os.path.relpath(path, self.repo)).as_posix()
        return disk.shown(name)
