"""What ``mkdocs serve`` watches: the places that the catalog reads, those that come later too."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from mkdocs.livereload import LiveReloadServer
from watchdog.events import FileSystemEvent, FileSystemEventHandler

from . import disk
from .build import Options
from .places import static_base

# Beside the agents: where a repository keeps what the catalog reads by itself.
USUAL = ("agents", "skills", "plugins", "external_plugins", ".claude", ".claude-plugin", ".mcp.json")
NEVER = frozenset({".git", ".venv", "node_modules", "__pycache__"})


def places(repo: Path, named: Iterable[Path] | None, site: Path) -> list[Path]:
    """The paths to watch that exist; never the site that is written, which would build without end."""
    found: list[Path] = []
    for place in (repo / name for name in USUAL) if named is None else named:
        if not os.path.exists(place):
            continue
        holds_site = site.is_relative_to(place.resolve())
        inner = sorted(place.iterdir()) if holds_site and disk.is_folder(place) else [place]
        found += [one for one in inner if one.resolve() != site and one.name not in NEVER]
    return found


class Newcomers(FileSystemEventHandler):
    """Sees places appear, and files change, in a folder while the preview runs."""

    def __init__(self, server: LiveReloadServer, names: Iterable[str]) -> None:
        self.server, self.names = server, frozenset(names)

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Starts to watch a place that has just come, and has it built."""
        path = Path(str(event.src_path if event.event_type != "moved" else event.dest_path))
        if path.name not in self.names or event.event_type not in ("created", "moved", "modified"):
            return
        if path.is_dir() and event.event_type != "modified":
            self.server.watch(str(path))
        elif path.is_dir():
            return
        # MkDocs has no public way to ask for a build; a later version without these names still watches.
        condition = getattr(self.server, "_rebuild_cond", None)
        if condition is not None:
            with condition:
                self.server._want_rebuild = True
                condition.notify_all()


def sources(server: LiveReloadServer, repo: Path, chosen: Options, site: Path) -> None:
    """Watches all that the catalog of ``repo`` reads, its lock file and the templates of the site's own."""
    rules = chosen.rules
    named = None if rules is None else [static_base(repo, one.path) or repo / one.path for one in rules]
    for place in [*places(repo, named, site), *filter(None, [chosen.custom_templates])]:
        server.watch(str(place))
    lock = repo / chosen.lock
    newcomers(server, lock.parent, [lock.name])
    if named is None:
        newcomers(server, repo, USUAL)


def newcomers(server: LiveReloadServer, folder: Path, names: Iterable[str]) -> None:
    """Watches ``folder``, and nothing below it, for what has one of the ``names``.

    That is how a file is seen that others take the place of, as the lock file is written and as git does it.
    """
    if folder.is_dir():
        server.observer.schedule(Newcomers(server, names), str(folder), recursive=False)
