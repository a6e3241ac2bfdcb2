"""Reads plugin manifests and marketplaces: which folders are plugins, and what each contains."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..model.definitions import Diagnostic, Plugin, Span
from ..text.i18n import say, say_names
from . import masking
from .file_reader import describe_os_error, read_bytes
from .json_places import read_json_object
from .paths import RuntimePlaces


@dataclass(frozen=True, slots=True)
class Manifest:
    """A plugin with what it says of its parts: ``None`` where it says nothing and the folders count."""

    plugin: Plugin
    places: RuntimePlaces
    """Where the runtime whose plugin it is has its files."""
    folder: Path
    path: str
    agents: tuple[str, ...] | None
    skills: tuple[str, ...]
    servers: tuple[tuple[dict[str, Any] | str, dict[str, Span]], ...]
    """Paths of configurations of MCP servers, and such configurations themselves, with the place of each
    server by its name."""
    commands: tuple[str, ...] | None = None
    hooks: tuple[str, ...] = ()
    """Paths of files with hooks: of the manifest itself, if it holds some."""
    lists_all_skills: bool = False
    """Whether ``skills`` are all that it has, and not those that it has beside its folder."""


def find_plugins(
    repo: Path,
    places: Sequence[RuntimePlaces],
    notes: list[Diagnostic],
    name_path: Callable[[Path], str],
    may_read: Callable[[Path], bool],
) -> list[Manifest]:
    """Every plugin of ``repo``: its own, its marketplaces' with a relative source, and ``plugins/*``; and the
    folders with a manifest that is a file of its own name, such as ``gemini-extension.json``.

    A plugin with manifests for several runtimes is one, and the first of them is the one that reads it.
    ``name_path`` says how a file is named in what comes out, ``may_read`` whether a file or a folder is read.
    """
    search = _PluginSearch(repo, notes, name_path, may_read)
    for runtime in places:
        for path in runtime.marketplaces:
            search.add_marketplace(path, runtime)
        has_own_name = any("/" not in name for name in runtime.plugin_manifests)
        others = _list_folders(repo) if has_own_name else ()
        for folder in [
            *(repo, *_list_folders(repo / "plugins"), *_list_folders(repo / "external_plugins"), *others)
        ]:
            if search.find_manifest(folder, runtime):
                search.add_plugin(folder.resolve(), {}, runtime, "", {})
    return sorted(search.manifests_by_key.values(), key=lambda m: (m.plugin.root, m.plugin.name))


def resolve_path(folder: Path, *parts: str) -> Path | None:
    """The path that a manifest names, with `..` and links resolved; ``None`` when it can be none."""
    try:
        path = folder.joinpath(*parts).resolve()
        path.exists()
    except (OSError, ValueError, RuntimeError):
        return None
    return path


def _list_folders(folder: Path) -> list[Path]:
    try:
        return sorted(p for p in folder.iterdir() if os.path.isdir(p) and not p.is_symlink())
    except OSError:
        return []


class _PluginSearch:
    """The plugins of one repository, as they are found."""

    def __init__(
        self,
        repo: Path,
        notes: list[Diagnostic],
        name_path: Callable[[Path], str],
        may_read: Callable[[Path], bool],
    ) -> None:
        self.repo = repo
        self.notes = notes
        self.name_path = name_path
        self.may_read = may_read
        self.manifests_by_key: dict[Path, Manifest] = {}

    def find_manifest(self, folder: Path, places: RuntimePlaces) -> Path | None:
        """The manifest of a plugin for one runtime in ``folder``."""
        files = (folder / name for name in places.plugin_manifests)
        return next((file for file in files if os.path.isfile(file) and self.may_read(file)), None)

    def add_marketplace(self, path: str, places: RuntimePlaces) -> None:
        """Adds the plugins that a marketplace names and that are folders of the repository."""
        market, spans = self._read_json(self.repo / path)
        metadata = market.get("metadata")
        base = metadata.get("pluginRoot") if isinstance(metadata, dict) else None
        entries = market.get("plugins")
        missing: dict[str, Span] = {}
        name = self.name_path(self.repo / path)
        spans_by_entry = _group_by_entry(spans)
        for number, entry in enumerate(entries if isinstance(entries, list) else ()):
            of_entry = spans_by_entry.get(str(number), {})
            source = entry.get("source") if isinstance(entry, dict) else None
            if isinstance(source, dict) and source.get("source") == "local":
                source = source.get("path")
            if not isinstance(source, str):
                continue  # The plugin lives in another repository.
            within = base if isinstance(base, str) and not source.startswith(".") else ""
            folder = resolve_path(self.repo, within, source)
            if folder is not None and folder.is_relative_to(self.repo) and os.path.isdir(folder):
                self.add_plugin(folder, entry, places, path, of_entry)
            else:
                missing[source[:100]] = of_entry.get("source", Span(name))
        if missing:
            message = say(
                "the marketplace names plugins that are no folders of the repository: {names}",
                names=say_names(missing),
            )
            self.notes.append(Diagnostic("unreadable_source", min(missing.values()), message))

    def add_plugin(
        self,
        folder: Path,
        entry: dict[str, Any],
        places: RuntimePlaces,
        marketplace: str,
        entry_spans: Mapping[str, Span],
    ) -> None:
        """Adds the plugin in ``folder``; of one that is there already, that it is for this runtime too.

        ``entry`` is what ``marketplace`` says of it, ``entry_spans`` where.
        """
        earlier = self.manifests_by_key.get(folder)
        if earlier is not None and earlier.places is not places:
            names = dict.fromkeys((*earlier.plugin.runtimes, places.name))
            for key, manifest in self.manifests_by_key.items():
                if manifest.folder == folder:
                    plugin = replace(manifest.plugin, runtimes=tuple(names))
                    self.manifests_by_key[key] = replace(manifest, plugin=plugin)
            return
        if not self.may_read(folder):
            return
        file = self.find_manifest(folder, places)
        own, own_spans = self._read_json(file) if file else ({}, {})
        table = {**entry, **own}
        # What the manifest says stands there, also where the marketplace says it too.
        spans = {key: span for key, span in entry_spans.items() if key.partition(".")[0] not in own}
        name = table.get("name")
        root = self.name_path(folder)
        plugin = Plugin(
            name=name if isinstance(name, str) and name.strip() else folder.name,
            root="" if root == "." else root,
            description=_read_text(table.get("description")),
            version=_read_text(table.get("version")),
            category=_read_text(entry.get("category")),
            runtimes=(places.name,),
        )
        agents = _read_paths(table.get("agents"))
        where = Span(self.name_path(file or self.repo / marketplace))
        if places.refuses_plain_paths:
            refused = _find_refused_paths(table, where, {**spans, **own_spans})
            self.notes += [note for note in refused if note not in self.notes]
        manifest = Manifest(
            plugin=plugin,
            places=places,
            folder=folder,
            path=where.path,
            agents=agents,
            skills=_read_paths(table.get("skills")) or (),
            servers=tuple(_read_server_tables(table.get("mcpServers"), {**spans, **own_spans})),
            commands=_read_commands(table.get("commands")),
            hooks=_read_hook_files(own.get("hooks"), file) + (_read_paths(entry.get("hooks")) or ()),
            lists_all_skills=entry.get("strict") is False and isinstance(entry.get("skills"), list | str),
        )
        if earlier is None:
            self.manifests_by_key[folder] = manifest
        elif earlier.plugin.name != plugin.name and _lists_parts(earlier) and _lists_parts(manifest):
            # Several entries of a marketplace share one folder: each file belongs to the first that lists it.
            self.manifests_by_key[folder / f".{plugin.name}"] = manifest

    def _read_json(self, path: Path) -> tuple[dict[str, Any], dict[str, Span]]:
        """The object in ``path``, and the places in it; empty, with a note, when it is none. The text is
        never quoted."""
        name = self.name_path(path)
        try:
            if not os.path.isfile(path) or not self.may_read(path):
                return {}, {}
            text = masking.decode_json_escapes(read_bytes(path).decode("utf-8-sig", "replace"))
            text, hidden = masking.mask_and_report(text, name)
            self.notes += [note for note in hidden if note not in self.notes]
        except OSError as error:
            self.notes.append(Diagnostic("config_unreadable", Span(name), describe_os_error(error)))
            return {}, {}
        table, spans, problems = read_json_object(text, name)
        self.notes += problems
        return table, spans


def _group_by_entry(spans: Mapping[str, Span]) -> dict[str, dict[str, Span]]:
    """The places in each entry of a marketplace by the number of the entry, of the ``spans`` of all of it."""
    by_entry: dict[str, dict[str, Span]] = {}
    for key, span in spans.items():
        top, _, rest = key.partition(".")
        number, _, key_in_entry = rest.partition(".")
        if top == "plugins" and key_in_entry:
            by_entry.setdefault(number, {})[key_in_entry] = span
    return by_entry


def _find_refused_paths(
    table: dict[str, Any], where: Span, spans: Mapping[str, Span]
) -> Iterator[Diagnostic]:
    """Paths for which Claude Code refuses a manifest, and with it the plugin. ``spans`` are the places of
    values, ``where`` stands in.

    Source: Claude Code documentation, "Plugins reference", August 2026; issue 871 of JuliusBrussee/caveman.
    """
    hint = say("write paths as `./agents/name.md`")
    for key in ("agents", "skills", "commands"):
        listed = table.get(key)
        for number, path in enumerate(listed if isinstance(listed, list) else [listed]):
            if not isinstance(path, str):
                continue
            if not path.startswith("./"):
                message = say("`{path}` under `{key}` does not begin with `./`", path=path[:100], key=key)
            elif key == "agents" and not path.endswith(".md"):
                message = say("`{path}` under `agents` must be a file that ends with `.md`", path=path[:100])
            else:
                continue
            span = spans.get(f"{key}.{number}") or spans.get(key) or where
            yield Diagnostic("config_unreadable", span, message, hint)


def _read_server_tables(
    value: object, spans: Mapping[str, Span]
) -> Iterator[tuple[dict[str, Any] | str, dict[str, Span]]]:
    """What a manifest says under ``mcpServers``, of whose values ``spans`` are the places."""
    for number, item in enumerate(_list(value)):
        if isinstance(item, dict | str):
            key = f"mcpServers.{number}." if isinstance(value, list) else "mcpServers."
            names = item if isinstance(item, dict) else ()
            yield item, {name: spans[key + name] for name in names if key + name in spans}


def _lists_parts(manifest: Manifest) -> bool:
    """Whether the plugin is what it lists, and not all that lies in its folder."""
    return manifest.agents is not None or manifest.commands is not None or manifest.lists_all_skills


def _read_commands(value: object) -> tuple[str, ...] | None:
    """The paths of commands; a map has the path of each as its ``source``."""
    if not isinstance(value, dict):
        return _read_paths(value)
    sources = (item.get("source") for item in value.values() if isinstance(item, dict))
    return tuple(source for source in sources if isinstance(source, str))


def _read_hook_files(value: object, manifest: Path | None) -> tuple[str, ...]:
    """The paths of files with hooks under the key ``hooks`` of ``manifest``."""
    items = _list(value)
    own = (manifest.as_posix(),) if manifest and any(isinstance(item, dict) for item in items) else ()
    return (*own, *(item for item in items if isinstance(item, str)))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _read_text(value: object) -> str | None:
    return str(value).strip() or None if isinstance(value, str | int | float) else None


def _read_paths(value: object) -> tuple[str, ...] | None:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list):
        return tuple(item for item in value if isinstance(item, str))
    return None
