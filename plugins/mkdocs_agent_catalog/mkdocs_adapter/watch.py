"""What ``mkdocs serve`` watches: the places that the catalog reads, including those that do not exist yet."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from mkdocs.livereload import LiveReloadServer
from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers.api import ObservedWatch

from ..build import Options
from ..model.policy import NAME as POLICY
from ..model.reviews import NAME as REVIEWS
from ..reading.paths import get_glob_base
from ..runtimes import RUNTIMES

# Beside the agents: where a repository keeps what the catalog reads by itself.
USUAL = tuple(dict.fromkeys(name for runtime in RUNTIMES.values() for name in runtime.top_names))
NEVER = frozenset({".git", ".venv", "node_modules", "__pycache__"})
# Of Vim, Emacs, Kate, gedit, those of JetBrains, and whoever renames a finished draft.
_PASSING = re.compile(
    r"\..*\.sw[a-z]|4913|.*~|#.*#|\.#.*|.*\.kate-swp|\.goutputstream-.*|.*___jb_(?:tmp|old)___|.*\.(?:tmp|bak)"
)


def list_watch_paths(repo: Path, named: Iterable[Path] | None, site: Path) -> list[Path]:
    """The paths to watch that exist; never the site that is written, which would build without end."""
    paths: list[Path] = []
    for place in (repo / name for name in USUAL) if named is None else named:
        if not os.path.exists(place):
            continue
        holds_site = site.is_relative_to(place.resolve())
        inner = sorted(place.iterdir()) if holds_site and os.path.isdir(place) else [place]
        paths += [path for path in inner if path.resolve() != site and path.name not in NEVER]
    return paths


class Sources(FileSystemEventHandler):
    """Has the site built for each change at a place, but for what editors only write while they save."""

    def __init__(self, server: LiveReloadServer) -> None:
        self.server = server
        self.watched: dict[str, ObservedWatch] = {}

    def follow(self, place: Path) -> None:
        """Watches ``place`` and all below it; again, if it was away."""
        path = str(place)
        if not hasattr(self.server, "_rebuild_cond"):
            # A later version of MkDocs: it watches, and editors have it build more often.
            return self.server.watch(path)
        if path in self.watched:
            # Whoever watched it stopped when it vanished.
            self.server.observer.unschedule(self.watched[path])
        self.watched[path] = self.server.observer.schedule(self, path, recursive=True)

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Has the site built, unless nothing happened to what may be read."""
        paths = (str(event.src_path), str(event.dest_path))
        if not event.is_directory and any(path and not is_passing(path) for path in paths):
            rebuild(self.server)


class Newcomers(FileSystemEventHandler):
    """Sees places come and go, and files change, in a folder while the preview runs."""

    def __init__(self, sources: Sources, names: Iterable[str]) -> None:
        self.sources, self.names = sources, frozenset(names)

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Starts to watch a place that has just come, and has the site built."""
        paths = [Path(str(path)) for path in (event.src_path, event.dest_path) if path]
        ours = [path for path in paths if path.name in self.names]
        if not ours or (event.is_directory and event.event_type == "modified"):
            return
        for path in ours:
            if path.is_dir():
                self.sources.follow(path)
        rebuild(self.sources.server)


def is_passing(path: str) -> bool:
    """Whether an editor has a file of this name beside the one that it edits: a lock, a draft, a backup."""
    return bool(_PASSING.fullmatch(os.path.basename(path)))


def rebuild(server: LiveReloadServer) -> None:
    """Has ``server`` build the site once the changes have come to an end."""
    # MkDocs has no public way to ask for a build; a later version without these names still watches.
    condition = getattr(server, "_rebuild_cond", None)
    if condition is not None:
        with condition:
            server._want_rebuild = True
            condition.notify_all()


def watch_repository(server: LiveReloadServer, repo: Path, chosen: Options, site: Path) -> None:
    """Watches all that the catalog of ``repo`` reads: lock file, policy, reviews and own templates too."""
    rules, sources = chosen.rules, Sources(server)
    named = None if rules is None else [get_glob_base(repo, rule.path) or repo / rule.path for rule in rules]
    for place in [*list_watch_paths(repo, named, site), *filter(None, [chosen.custom_templates])]:
        sources.follow(place)
    lock = repo / chosen.lock
    for file in (
        lock,
        repo / (chosen.policy or POLICY),
        repo / (chosen.reviews or REVIEWS),
        *(repo / catalog.path for catalog in chosen.catalogs),
    ):
        watch_new_paths(sources, file.parent, [file.name])
    if named is None:
        watch_new_paths(sources, repo, USUAL)


def watch_new_paths(sources: Sources, folder: Path, names: Iterable[str]) -> None:
    """Watches ``folder``, and nothing below it, for what has one of the ``names``.

    That is how a file is seen that others take the place of, as the lock file is written and as git does it.
    """
    if folder.is_dir():
        handler = Newcomers(sources, names)
        sources.server.observer.schedule(handler, str(folder), recursive=False)
