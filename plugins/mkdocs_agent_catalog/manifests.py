"""Plugin manifests and marketplaces: which folders are plugins, and what each lists as its own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .model import Diagnostic, Plugin, Span

PLUGIN_MANIFEST = ".claude-plugin/plugin.json"
MARKETPLACE = ".claude-plugin/marketplace.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """A plugin with what it says of its parts: ``None`` where it says nothing and the folders count."""

    plugin: Plugin
    folder: Path
    path: str
    agents: tuple[str, ...] | None
    skills: tuple[str, ...]
    servers: dict[str, Any] | str | None


def find(repo: Path, notes: list[Diagnostic]) -> list[Manifest]:
    """Every plugin of ``repo``: its own, its marketplace's with a relative source, and ``plugins/*``."""
    found: dict[Path, Manifest] = {}
    market = _json(repo, repo / MARKETPLACE, notes)
    metadata = market.get("metadata")
    base = metadata.get("pluginRoot") if isinstance(metadata, dict) else None
    for entry in market.get("plugins") or ():
        source = entry.get("source") if isinstance(entry, dict) else None
        if not isinstance(source, str):
            continue  # An object: the plugin lives in another repository.
        folder = (
            repo / (base if isinstance(base, str) and not source.startswith(".") else "") / source
        ).resolve()
        if folder.is_relative_to(repo) and folder.is_dir():
            _add(found, repo, folder, entry, notes)
    for folder in [repo, *_folders(repo / "plugins"), *_folders(repo / "external_plugins")]:
        if (folder / PLUGIN_MANIFEST).is_file():
            _add(found, repo, folder.resolve(), {}, notes)
    return sorted(found.values(), key=lambda m: (m.plugin.root, m.plugin.name))


def _folders(folder: Path) -> list[Path]:
    try:
        return sorted(p for p in folder.iterdir() if p.is_dir() and not p.is_symlink())
    except OSError:
        return []


def _add(
    found: dict[Path, Manifest], repo: Path, folder: Path, entry: dict[str, Any], notes: list[Diagnostic]
) -> None:
    said = {**entry, **_json(repo, folder / PLUGIN_MANIFEST, notes)}
    name = said.get("name")
    root = folder.relative_to(repo).as_posix() if folder != repo else ""
    plugin = Plugin(
        name=name if isinstance(name, str) and name.strip() else folder.name,
        root=root,
        description=_text(said.get("description")),
        version=_text(said.get("version")),
        category=_text(entry.get("category")),
    )
    agents = _paths(said.get("agents"))
    servers = said.get("mcpServers")
    manifest = Manifest(
        plugin=plugin,
        folder=folder,
        path=f"{root}/{PLUGIN_MANIFEST}".lstrip("/") if (folder / PLUGIN_MANIFEST).is_file() else MARKETPLACE,
        agents=agents,
        skills=_paths(said.get("skills")) or (),
        servers=servers if isinstance(servers, dict | str) else None,
    )
    earlier = found.get(folder)
    if earlier is None:
        found[folder] = manifest
    elif earlier.agents is not None and agents is not None and earlier.plugin.name != plugin.name:
        # Several entries of a marketplace share one folder: each file belongs to the first that lists it.
        found[folder / f".{plugin.name}"] = manifest


def _text(value: object) -> str | None:
    return str(value).strip() or None if isinstance(value, str | int | float) else None


def _paths(value: object) -> tuple[str, ...] | None:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list):
        return tuple(item for item in value if isinstance(item, str))
    return None


def _json(repo: Path, path: Path, notes: list[Diagnostic]) -> dict[str, Any]:
    """The object in ``path``; empty, with a note, when it is none. The text is never quoted."""
    try:
        if not path.is_file() or not path.resolve().is_relative_to(repo):
            return {}
        found = json.loads(path.read_text(encoding="utf-8", errors="replace"))
    except (OSError, ValueError, RecursionError) as error:
        place = Span(
            path.relative_to(repo).as_posix(), getattr(error, "lineno", 1), getattr(error, "colno", 1)
        )
        notes.append(Diagnostic("config_unreadable", place, "this manifest is not valid JSON"))
        return {}
    return found if isinstance(found, dict) else {}
