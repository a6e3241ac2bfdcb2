"""Finds the agents, skills and MCP configurations of a repository and its plugins.

The usual places are facts of the runtimes.
"""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

import pathspec

from ..model.definitions import Diagnostic, Plugin, Skipped, Source, SourceKind, Span, write_options
from ..text.i18n import mark_for_translation as _
from ..text.i18n import say
from . import disk, masking, plugin_manifests
from .build_cache import NO_CACHE, BuildCache
from .checkouts import Checkouts, locate_rule
from .definition_folders import (
    begins_script,
    find_definition_folders,
    find_likely_files,
    find_nested_projects,
    find_telling_keys,
    holds_sign,
    is_agent_folder,
    is_definition,
)
from .file_reader import mask_name, read_masked_text, report_unreadable
from .paths import (
    RuntimePlaces,
    SourceRule,
    explain_no_agent,
    find_link_target,
    find_skills_folder,
    get_glob_base,
    is_command_documentation,
    is_documentation,
    list_signs,
)

# These are documentation only when no frontmatter says otherwise: `security` is a fine name for an agent.
_MAYBE = frozenset({"index.md", "status.md", "code_of_conduct.md"})
_EXCLUDED = _("left out by the option `exclude`")
_ELSEWHERE = _("in a place that is not read: name the folder under `sources` to read it")
_OTHER_KIND = _("not an agent: {runtime} reads no file with this ending")
_NO_SKILL = _("not a skill: {runtime} reads a `SKILL.md` in a folder of its own here")
_SERVERS_ELSEWHERE = _("{runtime} does not read it here, but in the folder above")
_TELLS = _("its name looks like a secret")
# Kinds of files that several runtimes may read, each for its own, and beside that as a definition.
_CONFIGURATION = frozenset({"mcp", "settings", "instructions"})
_LINK_AS_TEXT = _("a symbolic link to `{path}` that git checked out as a file of text")
_LEADS_OUT = _("a symbolic link that leads out of the repository or nowhere")


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found, what was left out and why, and what could not be read."""

    sources: tuple[Source, ...]
    skipped: tuple[Skipped, ...]
    notes: tuple[Diagnostic, ...]
    plugins: tuple[Plugin, ...]
    checkouts: Checkouts


def discover(
    repo: Path,
    places: Sequence[RuntimePlaces],
    rules: tuple[SourceRule, ...] | None = None,
    exclude: tuple[str, ...] = (),
    cache: BuildCache = NO_CACHE,
    missing: tuple[str, ...] = (),
) -> Discovery:
    """Everything that the catalog reads, sorted by path.

    ``places`` are the usual places of each runtime; ``rules`` of the options replace them. The first
    runtime is assumed where nothing tells.

    ``exclude`` are patterns as in ``.gitignore``, of paths relative to ``repo``. Nothing outside of
    ``Checkouts`` is ever read. ``missing`` are the folders of submodules that are not checked out.
    """
    checkouts = Checkouts(repo, rules)
    finder = _Finder(checkouts.repo, places, exclude, checkouts, cache, missing)
    if rules is None:
        finder.read_repository(finder.repo, None, None)
    for rule in rules or ():
        finder.read_rule(rule)
    if finder.own_folders:
        finder.skip_other_places()
        finder.skip_misplaced_servers()
        finder.skip_missing()
    ordered = sorted(finder.sources.values(), key=lambda s: s.path)
    skipped = {path: s for path, s in finder.skipped.items() if path not in finder.sources}
    skippeds = (replace(skipped[p], path=masking.mask_text(p)) for p in sorted(skipped))
    return Discovery(tuple(ordered), tuple(skippeds), tuple(finder.notes), tuple(finder.plugins), checkouts)


@dataclass
class _Finder:
    repo: Path
    places: Sequence[RuntimePlaces]
    exclude: tuple[str, ...]
    checkouts: Checkouts
    cache: BuildCache
    missing: tuple[str, ...]
    """The folders of submodules that are not checked out."""
    left_out: pathspec.GitIgnoreSpec = field(init=False)
    signs: dict[str, str] = field(init=False)
    endings: tuple[str, ...] = field(init=False)
    """How the names of Markdown files end that are agents of one runtime wherever they are."""
    folders_inside: dict[Path, bool] = field(default_factory=dict)
    """Whether each folder that was asked for is within its checkout."""
    sources: dict[str, Source] = field(default_factory=dict)
    skipped: dict[str, Skipped] = field(default_factory=dict)
    names_by_file: dict[tuple[str, str], str] = field(default_factory=dict)
    """The name under which each file was read, by its path with all links resolved and by who reads it, which
    is empty for definitions."""
    notes: list[Diagnostic] = field(default_factory=list)
    plugins: list[Plugin] = field(default_factory=list)
    own_folders: list[Path] = field(default_factory=list)
    """The folder of ``mkdocs.yml`` and those around it, as far as their usual places are read."""

    def __post_init__(self) -> None:
        self.left_out = pathspec.GitIgnoreSpec.from_lines(self.exclude)
        self.signs = list_signs(self.places)
        self.endings = tuple(
            ending for places in self.places for ending in places.own_suffixes if ending.endswith(".md")
        )

    def read_rule(self, rule: SourceRule) -> None:
        """What one option names. A folder that is itself a repository is read like one."""
        base = get_glob_base(self.repo, rule.path)
        named = locate_rule(self.repo, rule)
        if base is None and self._note_missing(rule, named):
            return
        matches = [named] if base is None else sorted(self.repo.glob(rule.path))
        if not matches:
            self._note(rule, _("the source `{path}` matches nothing"))
        for path in matches:
            if not os.path.exists(path):
                self._note(rule, _("the source `{path}` does not exist"))
            elif not self._is_inside(path):
                self._note_outside(rule)
            else:
                self._read_match(path, base, rule)

    def _note(self, rule: SourceRule, what: str, hint: str = "", lines: tuple[str, ...] = ()) -> None:
        hint = hint or say("mend or remove it below `sources` in mkdocs.yml")
        message = say(what, path=rule.path)
        self.notes.append(Diagnostic("unreadable_source", Span(rule.path), message, hint, lines))

    def _note_missing(self, rule: SourceRule, named: Path) -> bool:
        """Says how to get a checkout that is not there; whether it is missing."""
        name = self._get_name(named)
        submodule = next((m for m in self.missing if name == m or name.startswith(f"{m}/")), None)
        is_empty = rule.repository is not None and (not named.exists() or disk.is_empty(named))
        if submodule:
            text = _("the source `{path}` is in a submodule that is not checked out")
            command = f"git submodule update --init -- {shlex.quote(submodule)}"
        elif is_empty and rule.repository and rule.repository.url:
            text = _("the checkout of the source `{path}` is missing")
            command = shlex.join(("git", "clone", rule.repository.url, rule.path))
        else:
            return False
        self._note(rule, text, say("run `{command}`", command=command))
        return True

    def _note_outside(self, rule: SourceRule) -> None:
        text = _("the source `{path}` lies outside of the repository, and is not read")
        hint = say("if it is a checkout beside this one, allow it in mkdocs.yml:")
        path = json.dumps(rule.path, ensure_ascii=False)
        is_glob = get_glob_base(self.repo, rule.path) is not None
        if rule.repository or is_glob:
            # A folder around the repository, or more than one: it cannot be allowed.
            return self._note(rule, text)
        self._note(rule, text, hint, write_options("sources:", f"  - path: {path}", "    repository: {}"))

    def _read_match(self, path: Path, base: Path | None, rule: SourceRule) -> None:
        """One path of a source: a repository, a folder of agents, skills or commands, a configuration or a
        file."""
        name = f"/{self._get_name(path)}"
        of_servers = next((p for p in self.places if name.endswith(_list_ends(p.server_files))), None)
        of_commands = next((p for p in self.places if name.endswith(_list_ends(p.command_folders))), None)
        if os.path.isfile(path) and of_servers and rule.dialect in (None, of_servers.name):
            self._add_configuration(path, "mcp", None, of_servers.name)
            if name.endswith(_list_ends(of_servers.agent_files)):
                self._add_agents([path], base or path.parent, rule.label, None, of_servers.name)
        elif os.path.isdir(path) and of_commands:
            self.read_commands(path, rule.label, None, of_commands)
        elif os.path.isfile(path) and path.suffix == ".json" and not self._may_hold_agent(path, rule.dialect):
            self._add_configuration(path, "mcp", None, rule.dialect)
        elif os.path.isfile(path):
            self._add_agents([path], base or path.parent, rule.label, None, rule.dialect)
        elif path.name == "skills":
            self.read_skills(path, rule.label, None)
        else:
            marks = {name for places in self.places for name in places.top_names}
            folders = (folder for places in self.places for folder in places.agent_folders)
            agent_parts = {part for folder in folders for part in folder.split("/")}
            own = (self.repo, self.checkouts.top)
            is_repository = path.resolve() in own or any(os.path.isdir(path / mark) for mark in marks)
            if is_repository and path.name not in agent_parts:
                self.read_repository(path.resolve(), rule.label, rule.dialect)
            else:
                self.read_agents(path, rule.label, None, rule.dialect, base)

    def _may_hold_agent(self, path: Path, dialect: str | None) -> bool:
        """Whether a JSON file that an option names is an agent of the runtime that the option or the folder
        says."""
        readers = [places for places in self.places if ".json" in places.suffixes]
        name = f"/{self._get_name(path)}"
        by_folder = any(f"/{folder}/" in name for places in readers for folder in places.agent_folders)
        return by_folder or any(places.name == dialect for places in readers)

    def read_repository(self, folder: Path, label: str | None, dialect: str | None) -> None:
        """The usual places of a repository: plugins first, as their files belong to them. Then those of the
        projects within it; where there are no agents at all, whatever looks like one."""
        count = self._count_agents()
        manifests = plugin_manifests.find_plugins(
            folder, self.places, self.notes, self._get_name, self._may_read
        )
        for manifest in manifests:
            self.read_plugin(manifest, label)
        self._read_places(folder, label, dialect)
        marks = frozenset(name for places in self.places for name in places.project_marks)
        for project, held in find_nested_projects(folder, marks, self._is_excluded).items():
            within = project.relative_to(folder).as_posix()
            self._read_places(project, f"{label}/{within}" if label else within, dialect, tuple(held))
        if self._count_agents() == count:
            self._read_definition_folders(folder, label)
        if self.repo.is_relative_to(folder):
            self.own_folders.append(folder)

    def skip_other_places(self) -> None:
        """Says of the files in other folders of agents, skills or commands that nothing reads them."""
        of_skills = {
            f"{os.path.dirname(name)}/{file}" for name, s in self.sources.items() for file in s.files
        }
        read = {source.path for source in self.sources.values()}
        suffixes = tuple(suffix for places in self.places for suffix in places.own_suffixes)
        outermost = min(self.own_folders, key=lambda folder: len(folder.parts))
        for path in find_likely_files(outermost, self._is_excluded, suffixes, self.signs):
            name = self._get_name(path)
            if name not in read and name not in of_skills and not path.is_symlink():
                self.skipped.setdefault(name, self._skip_other_place(name))

    def skip_misplaced_servers(self) -> None:
        """Says of a file of MCP servers in a runtime's folder that it is read only beside that folder."""
        for places in self.places:
            for file in (file for file in places.server_files if "/" not in file):
                for mark in places.marks:
                    paths = (folder / mark / file for folder in self.own_folders)
                    for name in (self._get_name(path) for path in paths if path.is_file()):
                        if name not in self.sources:
                            reason = say(_SERVERS_ELSEWHERE, runtime=places.title)
                            self.skipped.setdefault(name, Skipped(name, reason))

    def _skip_other_place(self, name: str) -> Skipped:
        """Why nothing reads a file: its place, or in the place of a runtime the ending of its name."""
        folder, suffix = os.path.dirname(name), PurePosixPath(name).suffix.lower()
        for places in self.places:
            if places.holds_agents(folder) and suffix not in places.suffixes:
                return Skipped(name, say(_OTHER_KIND, runtime=places.title))
            own = (place for place in places.skill_folders if places.owns(place))
            if suffix == ".md" and any(f"/{folder}".endswith(f"/{place}") for place in own):
                return Skipped(name, say(_NO_SKILL, runtime=places.title))
        return Skipped(name, say(_ELSEWHERE), "other place")

    def skip_missing(self) -> None:
        """Says of submodules that are not checked out how to get them."""
        told = [f"{note.span.path}/" for note in self.notes]
        for name in (name for name in self.missing if not name.startswith("../")):
            if not any(path.startswith(f"{name}/") for path in told):
                command = f"git submodule update --init -- {shlex.quote(name)}"
                reason = say("a submodule that is not checked out: run `{command}`", command=command)
                self.skipped.setdefault(name, Skipped(name, reason))

    def _count_agents(self) -> int:
        # A file that may hold several agents may hold none.
        shared = tuple(file for places in self.places for file in places.agent_files)
        return sum(s.kind == "agent" and not name.endswith(shared) for name, s in self.sources.items())

    def _read_places(
        self, folder: Path, label: str | None, dialect: str | None, held: tuple[str, ...] = ()
    ) -> None:
        """The usual places in ``folder`` and the files beside them; of a nested project only what begins with
        one of the names that it holds."""
        for places in self.places:
            is_guest = places is not self.places[0]
            own = f"{label}/{places.title}" if label else places.title
            for place in places.agent_folders:
                tells = place.startswith(".")
                if not held or place.partition("/")[0] in held:
                    name = places.name if tells else None
                    self.read_agents(folder / place, own if is_guest else label, None, dialect or name)
            for place in places.agent_files:
                if os.path.isfile(folder / place):
                    self._add_agents([folder / place], folder, own, None, dialect or places.name)
            for place in places.skill_folders:
                if not held or place.partition("/")[0] in held:
                    is_own = places.owns(place)
                    name = places.name if is_own else None
                    self.read_skills(folder / place, own if is_guest and is_own else label, None, name)
            for place in places.command_folders:
                self.read_commands(folder / place, own if is_guest else label, None, places)
            for place in places.server_files:
                self._add_configuration(folder / place, "mcp", None, places.name)
            for path in (path for place in places.settings_files for path in sorted(folder.glob(place))):
                self._add_configuration(path, "settings", None, places.name)
            self._add_instructions(folder, places)

    def _read_definition_folders(self, folder: Path, label: str | None) -> None:
        """Definitions in folders of other names, known by their frontmatter. What all have above them is no
        part of their addresses."""
        folders = [
            item
            for item in find_definition_folders(folder, self._is_excluded, self.signs, self.endings)
            if not any(part.startswith(".") for part in item.path.relative_to(folder).parts)
        ]
        files_by_folder: dict[Path, list[Path]] = {}
        for item in folders:
            if item.kind == "agents":
                needs_name = not is_agent_folder(item.path, folder)
                entries = sorted(item.path.iterdir())
                files = [path for path in entries if self._is_definition(path, needs_name)]
                kept = [path for path in files if not self._is_excluded(path)]
                files_by_folder |= {item.path: kept} if kept else {}
                for path in files:
                    if path not in kept:
                        self._should_skip(path)
        if files_by_folder:
            base = Path(os.path.commonpath(files_by_folder))
            for files in files_by_folder.values():
                self._add_agents(files, base, label, None, None)
            count = sum(map(len, files_by_folder.values()))
            text = _("no agents in the usual places; files taken for agents by their frontmatter: {n}")
            message, hint = say(text, n=count), say("if they are right, write in mkdocs.yml:")
            # The whole repository as a source would be searched just like this.
            lines = ("validation:", "  unusual_places: ignore")
            if base != folder:
                lines = ("sources:", f"  - {json.dumps(self._get_name(base), ensure_ascii=False)}")
            span, settings = Span(self._get_name(base)), write_options(*lines)
            self.notes.append(Diagnostic("unusual_places", span, message, hint, settings))
        for item in folders:
            if item.kind == "skills":
                self.read_skills(item.path, label, None)

    def _is_definition(self, path: Path, needs_name: bool) -> bool:
        needs_name &= not path.name.lower().endswith(self.endings)
        is_markdown = path.suffix.lower() == ".md"
        return holds_sign(path, self.signs) or (is_markdown and is_definition(path, needs_name))

    def read_plugin(self, manifest: plugin_manifests.Manifest, label: str | None) -> None:
        """A plugin's agents and commands (its lists replace the folders), skills (its list adds), hooks and
        servers."""
        plugin, folder, places = manifest.plugin, manifest.folder, manifest.places
        dialect = None if places is self.places[0] else places.name
        is_second = dialect is not None and any(other.name == plugin.name for other in self.plugins)
        name = f"{places.title}/{plugin.name}" if is_second else plugin.name
        self.plugins.append(plugin)
        own = f"{label}/{name}" if label else name
        listed = (manifest.agents or ()) if places.has_plugin_agents else ()
        if manifest.agents is None and places.has_plugin_agents:
            self.read_agents(folder / "agents", own, plugin, dialect)
        for entry in listed:
            path = plugin_manifests.resolve_path(folder, entry)
            if path is not None and os.path.isdir(path):
                self.read_agents(path, own, plugin, dialect)
            elif path is not None and path.name.lower().endswith(places.suffixes) and os.path.exists(path):
                self._add_agents([path], path.parent, own, plugin, dialect)
            else:
                self._note_missing_part(manifest, entry)
        if manifest.agents is not None and places.has_plugin_agents:
            reason = say("the manifest of the plugin lists its agents, and not this one")
            self._skip_unlisted(folder / "agents", reason)
        if not manifest.lists_all_skills:
            self.read_skills(folder / "skills", own, plugin, dialect)
        self._read_plugin_commands(manifest, own)
        for entry in manifest.skills:
            path = plugin_manifests.resolve_path(folder, entry)
            if path is not None and os.path.isfile(path / "SKILL.md"):
                self._add_skill(path / "SKILL.md", path.parent, own, plugin, dialect)
            elif path is not None and os.path.isdir(path):
                self.read_skills(path, own, plugin, dialect)
        self._add_configuration(folder / ".mcp.json", "mcp", plugin, dialect)
        self._add_configuration(folder / "hooks" / "hooks.json", "settings", plugin, dialect)
        for file in manifest.hooks:
            if (named := plugin_manifests.resolve_path(folder, file)) is not None:
                self._add_configuration(named, "settings", plugin, dialect)
        for number, (servers, spans) in enumerate(manifest.servers):
            if isinstance(servers, str):
                if (named := plugin_manifests.resolve_path(folder, servers)) is not None:
                    self._add_configuration(named, "mcp", plugin, dialect)
            elif servers:
                text = json.dumps({"mcpServers": servers}, indent=1, ensure_ascii=False)
                where = manifest.path
                # Several entries of one marketplace may each hold servers: the key tells them apart.
                key = f"{where} {plugin.name} {number}"
                source = Source(where, where, "mcp", plugin.root, text, plugin=plugin, dialect=dialect)
                self.sources.setdefault(key, replace(source, places=tuple(spans.items())))

    def _read_plugin_commands(self, manifest: plugin_manifests.Manifest, label: str) -> None:
        """The commands of a plugin: those that its manifest lists, else those in its folder."""
        plugin, folder, places = manifest.plugin, manifest.folder, manifest.places
        if manifest.commands is None:
            self.read_commands(folder / "commands", label, plugin, places)
            return
        for entry in manifest.commands:
            path = plugin_manifests.resolve_path(folder, entry)
            if path is not None and os.path.isdir(path):
                self.read_commands(path, label, plugin, places)
            elif path and path.name.lower().endswith(places.command_suffixes) and os.path.isfile(path):
                if not self._should_skip(path):
                    self._add_source(path, "command", path.parent, label, plugin, places.name)
            else:
                self._note_missing_part(manifest, entry)
        reason = say("the manifest of the plugin lists its commands, and not this one")
        self._skip_unlisted(folder / "commands", reason)

    def _note_missing_part(self, manifest: plugin_manifests.Manifest, entry: str) -> None:
        text = _("the plugin `{name}` lists `{entry}`, which does not exist")
        message = say(text, name=manifest.plugin.name, entry=entry)
        self.notes.append(Diagnostic("unreadable_source", Span(manifest.path), message))

    def _skip_unlisted(self, root: Path, reason: str) -> None:
        """Says of the files in a plugin's folder that its manifest does not list them."""
        for path in self._walk(root) if os.path.isdir(root) else ():
            name = self._get_name(path)
            if (
                path.suffix.lower() == ".md"
                and name not in self.sources
                and not self._should_skip(path, root)
            ):
                self.skipped.setdefault(name, Skipped(name, reason))

    def read_commands(
        self, root: Path, label: str | None, plugin: Plugin | None, places: RuntimePlaces
    ) -> None:
        """The commands below ``root``: every file with the right ending that is no documentation by its
        name."""
        if not self._is_inside(root) or not os.path.isdir(root):
            return
        for path in self._walk(root):
            is_script = places.runs_scripts and self._is_inside(path) and begins_script(path)
            if not path.name.lower().endswith(places.command_suffixes) and not is_script:
                continue
            if self._should_skip(path, root if is_command_documentation(path.name) else None):
                self._add_root(path, root)
            else:
                self._add_source(path, "command", root, label, plugin, places.name)

    def read_agents(
        self,
        root: Path,
        label: str | None,
        plugin: Plugin | None,
        dialect: str | None,
        base: Path | None = None,
    ) -> None:
        """Every file below an agents root that ends as those of its runtime is an agent, a skill's file, or
        skipped with a reason.

        ``base`` is the folder from which addresses count, when it is not ``root`` itself.
        """
        if not self._is_inside(root) or not os.path.isdir(root):
            return
        self._add_configuration(root / ".mcp.json", "mcp", plugin)
        places = next((p for p in self.places if p.name == dialect), None)
        suffixes = places.suffixes if places else (".md",)
        files = []
        for path in self._walk(root):
            if path.name.lower() == "skill.md" and (folder := find_skills_folder(path, root)):
                self._add_skill(path, folder, label, plugin)
            elif path.name.startswith(".#"):
                continue
            elif places and not places.reads_subfolders and path.parent != root:
                self._skip_subfolder(path, places)
            elif path.name.lower().endswith(suffixes) or (not places and holds_sign(path, self.signs)):
                files.append(path)
        self._add_agents(files, base or root, label, plugin, dialect)

    def _skip_subfolder(self, path: Path, places: RuntimePlaces) -> None:
        """Says of a file in a folder below that its runtime does not look there."""
        if path.name.lower().endswith(places.suffixes):
            text = _("not an agent: the runtime does not read the subfolders of this folder")
            self.skipped.setdefault(self._get_name(path), Skipped(self._get_name(path), say(text)))

    def _add_agents(
        self, files: list[Path], root: Path, label: str | None, plugin: Plugin | None, dialect: str | None
    ) -> None:
        # What is a link comes last: a file is known by its own name.
        for path in sorted(files, key=os.path.islink):
            name = self._get_name(path)
            is_agent = self._is_agent_by_place(path, root, dialect)
            if name in self.sources or self._should_skip(path, None if is_agent else root):
                continue
            self._add_source(path, "agent", root, label, plugin, dialect)
            source = self.sources.get(name)
            if source and not is_agent and path.name.lower() in _MAYBE and not find_telling_keys(source.text):
                reason = say(
                    "not an agent: its file name says that it is documentation, and it has no `name`"
                )
                self.skipped.setdefault(name, Skipped(name, reason))
                del self.sources[name]

    def _is_agent_by_place(self, path: Path, root: Path, dialect: str | None) -> bool:
        """Whether a file below ``root``, a folder of agents of a runtime's own, is an agent to that runtime,
        whatever the names of the file and of the folders between say elsewhere."""
        owners = (p for p in self.places if dialect in (None, p.name) and p.holds_agents(root.as_posix()))
        places = next(owners, None)
        if places is None or (places.skips_underscores and path.name.startswith("_")):
            return False
        if places.reads_documentation or path.suffix.lower() not in (".md", ".markdown", ".mdc"):
            return True
        return path.name.lower() != "skill.md" and is_definition(path, places.needs_name)

    def read_skills(
        self, root: Path, label: str | None, plugin: Plugin | None, dialect: str | None = None
    ) -> None:
        """The skills of a skills folder: ``<name>/SKILL.md``, one or more folders deep."""
        if not self._is_inside(root) or not os.path.isdir(root):
            return
        for path in self._walk(root):
            if path.name.lower() == "skill.md":
                self._add_skill(path, root, label, plugin, dialect)

    def _add_skill(
        self,
        path: Path,
        root: Path,
        label: str | None,
        plugin: Plugin | None,
        dialect: str | None = None,
    ) -> None:
        if self._get_name(path) in self.sources:
            return
        if self._should_skip(path):
            self._add_root(path, root)
            return
        folder = path.parent
        others = [p.relative_to(folder) for p in self._walk(folder) if p != path and self._is_inside(p)]
        names = (
            disk.make_printable(p.as_posix())
            for p in others
            if not any(part.startswith(".") for part in p.parts)
        )
        files = tuple(map(masking.mask_text, names))
        self._add_source(path, "skill", root, label, plugin, dialect, files)

    def _add_root(self, path: Path, root: Path) -> None:
        """Notes that a link leads from ``root``, too, to a skill or a command that was read before."""
        first = self.names_by_file.get((os.path.realpath(path), ""), "")
        if (source := self.sources.get(first)) and first != self._get_name(path):
            roots = dict.fromkeys((*source.other_roots, self._get_name(root)))
            self.sources[first] = replace(source, other_roots=tuple(roots))

    def _add_instructions(self, project: Path, places: RuntimePlaces) -> None:
        """What sessions in a project are told: files in its folder and in those around it, and its rules."""
        around = [folder for folder in project.parents if folder.is_relative_to(self.repo)]
        for folder in (project, *around):
            for place in places.instruction_files:
                self._add_configuration(folder / place, "instructions", None, places.name)
        for rules in (path for place in places.rule_folders for path in sorted(project.glob(place))):
            for path in self._walk(rules) if os.path.isdir(rules) else ():
                if path.name.lower().endswith(places.rule_suffixes):
                    self._add_configuration(path, "instructions", None, places.name)

    def _add_configuration(
        self, path: Path, kind: SourceKind, plugin: Plugin | None, dialect: str | None = None
    ) -> None:
        """A file with MCP servers, settings or instructions, if it is there: once for each runtime, which
        may know it by a name of its own."""
        reader = f"{kind} {dialect}"
        if os.path.isfile(path) and not self._should_skip(path, reader=reader):
            self._add_source(path, kind, path.parent, None, plugin, dialect)

    def _add_source(
        self,
        path: Path,
        kind: SourceKind,
        root: Path,
        label: str | None,
        plugin: Plugin | None,
        dialect: str | None = None,
        files: tuple[str, ...] = (),
    ) -> None:
        """Reads a file, unless it was read before; what configures something may be a definition as well."""
        name = self._get_name(path)
        key = f"{name}\n{kind} {dialect}" if kind in _CONFIGURATION else name
        if key not in self.sources and (text := self._read(path)) is not None:
            if kind not in _CONFIGURATION and (target := find_link_target(text)):
                reason = say(_LINK_AS_TEXT, path=target)
                self.skipped.setdefault(name, Skipped(name, reason))
                return
            below = disk.make_printable(path.relative_to(root).as_posix())
            folder = self._get_name(root)
            self.sources[key] = Source(name, below, kind, folder, text, label, plugin, dialect, files)

    def _walk(self, root: Path) -> Iterator[Path]:
        for path in disk.walk(root, self._note_unread, self._may_follow):
            # The link of a folder that is not there looks like a file without an ending.
            if "." in path.name or not path.is_symlink() or self._may_follow(path):
                yield path

    def _may_follow(self, folder: Path) -> bool:
        """Whether a link to a folder is followed; one that leads out or nowhere is listed with the reason."""
        if self.checkouts.holds(folder):
            return True
        name = self._get_name(folder)
        self.skipped.setdefault(name, Skipped(name, say(_LEADS_OUT)))
        return False

    def _note_unread(self, error: OSError) -> None:
        """Notes a file or folder that cannot be read, once."""
        name = self._get_name(Path(error.filename))
        if name not in self.skipped:
            self.skipped[name], notes = report_unreadable(name, error)
            self.notes += notes

    def _read(self, path: Path) -> str | None:
        """The text of a file, secrets masked; ``None``, with the reason noted, if there is none."""
        name = self._get_name(path)
        text, notes = read_masked_text(path, name, self.cache)
        self.notes += notes
        if isinstance(text, Skipped):
            self.skipped[name] = text
            return None
        return text

    def _is_inside(self, path: Path) -> bool:
        """Whether ``path`` is there, and within its checkout with all links followed."""
        if path.name not in ("", "..") and not path.is_symlink():
            # All files of a folder are where it is: its links are followed once.
            parent = path.parent
            if parent not in self.folders_inside:
                self.folders_inside[parent] = self.checkouts.holds(parent, path)
            if self.folders_inside[parent]:
                return path.exists()
        return self.checkouts.holds(path)

    def _should_skip(self, path: Path, root: Path | None = None, reader: str = "") -> bool:
        """Whether a file is excluded, behind a link, or by its place below ``root``, if that is a folder of
        agents, no agent; each is listed with the reason. What configures something is no second file for
        each ``reader``. The first name under which a file is asked for is its name from then on."""
        reason: str
        if self._is_excluded(path):
            reason = say(_EXCLUDED)
        elif self._has_secret_name(path):
            reason = say(_TELLS)
        elif not self._is_inside(path):
            reason = say(_LEADS_OUT)
        elif root and (why := self._explain_no_agent(path, root)):
            reason = why
        elif (first := self._find_same_file(path, reader)) and reader:
            return True
        elif first:
            reason = say("the same file as `{path}`, by a link", path=first)
        else:
            return False
        self.skipped.setdefault(self._get_name(path), Skipped(self._get_name(path), reason))
        return True

    def _explain_no_agent(self, path: Path, root: Path) -> str:
        is_named = is_documentation(path.name) and is_definition(path)
        return explain_no_agent(path.relative_to(root).as_posix(), is_named)

    def _find_same_file(self, path: Path, reader: str) -> str:
        """The file that was read before and that ``path`` leads to through links; empty if there is none."""
        name = self._get_name(path)
        first = self.names_by_file.setdefault((os.path.realpath(path), reader), name)
        return "" if first == name else first

    def _has_secret_name(self, path: Path) -> bool:
        """Whether the name of ``path``, of which its address would be made, looks like a secret."""
        _, notes = self.cache.get(mask_name, self._get_name(path))
        self.notes += notes
        return bool(notes)

    def _may_read(self, path: Path) -> bool:
        """Whether a file or a folder is inside of its checkout, and not left out."""
        # A pattern that ends with a slash means folders only.
        name = f"{self._get_name(path)}/" if os.path.isdir(path) else self._get_name(path)
        return self._is_inside(path) and not self.left_out.match_file(name)

    def _is_excluded(self, path: Path) -> bool:
        return self.left_out.match_file(self._get_name(path))

    def _get_name(self, path: Path) -> str:
        """``path`` relative to the repository; what is no text in it made visible."""
        try:
            name = path.relative_to(self.repo).as_posix()
        except ValueError:
            name = Path(os.path.relpath(path, self.repo)).as_posix()
        return disk.make_printable(name)


def _list_ends(places: Iterable[str]) -> tuple[str, ...]:
    """How the paths of ``places`` end, wherever the project is."""
    return tuple(f"/{place}" for place in places)
