"""Finds what was ever published, from git: reads each commit as a build of it would have."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from ..history.past_trees import PastCommit, PastTree, list_commits, place_below, read_texts
from ..model.address_lock import AddressLock, LockEntry
from ..model.catalog import Catalog
from ..reading.paths import RuntimePlaces, SourceRule, get_glob_base
from ..runtimes import RUNTIMES
from .past_settings import PublishSettings, read_past_settings
from .tracking import PublishedItem, Step, list_published_items, track_items
from .urls import SiteLocation

WORTH_PARTS = 40
"""With fewer files than this the whole is read as fast as a part."""
ReadCatalog = Callable[[Path, tuple[SourceRule, ...] | None, tuple[str, ...]], Catalog]
"""Reads the catalog of a folder by the sources and the patterns of what is left out."""


@lru_cache(maxsize=64)
def replay_addresses(
    repo: Path, head: str, settings: PublishSettings, read: ReadCatalog, below: str = ""
) -> AddressLock | None:
    """Everything that was published at a commit of this branch, oldest first, up to the commit ``head``.
    ``below`` is the folder in which the files of another repository are. ``None`` where git does not tell.

    Ask it only of a whole history. Never raises for what the history holds.
    """
    commits = list_commits(repo, settings.config or "mkdocs.yml") if head else ()
    if commits is None:
        return None
    with TemporaryDirectory(prefix="agent-catalog-") as folder:
        replay = _Replay(Path(folder).resolve(), settings, read)
        for commit, texts in read_texts(repo, place_below(commits, below) if below else commits):
            replay.take_step(commit, texts)
        return replay.get_lock()


class _Replay:
    """The files, and what is published, at one commit after the other.

    Most commits change a few files of many. Then only these are read, in a folder ``part`` of their own with
    the manifests of plugins, which decide on their addresses. What comes out is right if the files are read
    as a part of the same places as others of the whole. Where they are not, the whole is read.
    """

    def __init__(self, root: Path, today: PublishSettings, read: ReadCatalog) -> None:
        for name in ("whole", "part"):
            (root / name).mkdir()
        self.whole, self.part = PastTree(root / "whole"), PastTree(root / "part")
        self.today, self.read = today, read
        self.settings: PublishSettings | None = None
        self.roots: tuple[str, ...] = ("",)
        self.items: dict[tuple[str, str], PublishedItem] = {}
        """What is published, by kind and id."""
        self.keys_by_path: dict[str, list[tuple[str, str]]] = {}
        self.places: set[tuple[str, str | None]] = set()
        """Folder and label of the places that the whole is read from."""
        self.entries: dict[str, LockEntry] = {}
        self.owners: dict[tuple[str, str], str] = {}
        """The permanent id of what is published, by kind and id."""
        self.entries_by_address: dict[str, set[str]] = {}

    def get_lock(self) -> AddressLock:
        return AddressLock(tuple(sorted(self.entries.values(), key=lambda e: (e.kind, e.permanent))))

    def take_step(self, commit: PastCommit, texts: dict[str, str]) -> None:
        """Learns what ``commit`` published."""
        paths = {path for change in commit.changes for path in (change.old, change.new) if path}
        if not self._may_change(paths):
            self.whole.apply(commit, texts)
            return
        is_small = self.settings is None or len(self.keys_by_path) < WORTH_PARTS
        needs_whole = is_small or any(map(self._decides_on_others, paths))
        before = None if needs_whole else self._read_part(paths, are_known=True)
        self.whole.apply(commit, texts)
        for path in paths:
            if path.endswith(_list_manifest_endings()):
                text = self.whole.read(path)
                self.part.remove(path) if text is None else self.part.write(path, text)
        after = self._read_part(paths) if before is not None else None
        renamed = {c.old: c.new for c in commit.changes if c.old and c.new and not c.is_copy}
        left = [key for path in paths for key in self.keys_by_path.get(path, ())]
        if before is not None and after is not None and self._can_join(before, after, paths, left):
            known = [item for item in after if item.path in paths or (item.kind, item.id) not in self.items]
            self._update({(item.kind, item.id): item for item in known}, left, renamed, commit.day)
            return
        self.settings = read_past_settings(self.whole.root, self.today)
        if self.settings is not None:
            items = self._read_whole(self.settings)
            self._update(items, [*self.items], renamed, commit.day)

    def _may_change(self, paths: set[str]) -> bool:
        """Whether what a commit did to ``paths`` may change what is published: mostly it does not."""
        return self.settings is None or any(
            path == self.settings.config
            or path.startswith(self.roots)
            or not list_place_names().isdisjoint(path.split("/"))
            or path.endswith(list_own_endings())
            for path in paths
        )

    def _decides_on_others(self, path: str) -> bool:
        """Whether the file at ``path`` may change the addresses of others, or define more than one thing."""
        count = len(self.keys_by_path.get(path, ()))
        is_single = count == 1 or (path.endswith(".md") and not count)
        return "" in self.roots or path == self.today.config or not is_single

    def _read_part(self, paths: set[str], are_known: bool = False) -> list[PublishedItem] | None:
        """What the files at ``paths`` publish as they are now; ``None`` if that takes the whole.
        ``are_known``: that they are as they were when they were read last."""
        settings = self.settings
        assert settings is not None
        texts = {path: text for path in paths if (text := self.whole.read(path)) is not None}
        for path, text in texts.items():
            self.part.write(path, text)
        catalog = self.read(self.part.root, settings.rules, settings.exclude)
        for path in texts:
            self.part.remove(path)
        items = list_published_items(catalog, SiteLocation(settings.path, settings.directory_urls))
        if are_known:
            keys = {path: [(item.kind, item.id) for item in items if item.path == path] for path in texts}
            return items if all(self.keys_by_path.get(path, []) == keys[path] for path in texts) else None
        return items if _list_places_read(catalog) <= self.places else None

    def _can_join(
        self,
        before: list[PublishedItem],
        after: list[PublishedItem],
        paths: set[str],
        replaced: list[tuple[str, str]],
    ) -> bool:
        """Whether what ``paths`` publish can be put in place of what is ``replaced``, beside the rest."""
        if not any(kind == "agent" for kind, _ in self.items.keys() - replaced):
            return False
        left = {(item.kind, item.id) for item in before} - {(item.kind, item.id) for item in after}
        if any(item.path is None and (item.kind, item.id) in left for item in before):
            # A tool or server that perhaps nothing names any more.
            return False
        taken = {item.id.casefold() for key, item in self.items.items() if item.path not in paths}
        names = {item.name for item in self.items.values() if item.kind == "skill"}
        return all(
            item.id.casefold() not in taken if item.path else item.kind != "skill" or item.name in names
            for item in after
            if item.path in paths or item.path is None
        )

    def _read_whole(self, settings: PublishSettings) -> dict[tuple[str, str], PublishedItem]:
        """What is published now; learns which folders it is from."""
        catalog = self.read(self.whole.root, settings.rules, settings.exclude)
        self.places = _list_places_read(catalog)
        roots = {f"{root}/" if root not in ("", ".") else "" for root, _ in self.places}
        # Where there are no agents in the usual places, every file may become one.
        roots |= set() if catalog.agents else {""}
        for rule in settings.rules or ():
            base = get_glob_base(self.whole.root, rule.path)
            within = "" if base is None else f"{base.relative_to(self.whole.root).as_posix()}/"
            roots.add(rule.path if base is None else within.removeprefix("./"))
        self.roots = tuple(sorted(roots))
        items = list_published_items(catalog, SiteLocation(settings.path, settings.directory_urls))
        return {(item.kind, item.id): item for item in items}

    def _update(
        self,
        items: dict[tuple[str, str], PublishedItem],
        left: list[tuple[str, str]],
        renamed: dict[str, str],
        day: str,
    ) -> None:
        """Puts ``items`` in place of those that are ``left``, and tracks what came of them."""
        changed = {key: item for key, item in items.items() if self.items.get(key) != item}
        removed = dict.fromkeys(key for key in left if key not in items or key in changed)
        names = {self.owners[key] for key in removed if key in self.owners}
        texts = {self.owners[key]: self.items[key].text for key in removed if self.items[key].text}
        for item in changed.values():
            names |= self.entries_by_address.get(item.address, set()) if item.address else set()
        if any(key not in self.items for key in changed):
            names |= {entry.permanent for entry in self.entries.values() if entry.gone is not None}
        rest = [
            item
            for key, item in self.items.items()
            if key not in changed and key not in removed and item.path
        ]
        present = frozenset(sign for item in rest for sign in (item.content, item.name))
        affected = AddressLock(tuple(self.entries[name] for name in sorted(names)))
        kept = [
            self.items[self._find_key(n)] for n in names if self._find_key(n) in self.items.keys() - removed
        ]
        lock = track_items(
            affected,
            [*changed.values(), *kept],
            Step(renamed, day, texts, True, present),
            taken=self.entries.keys(),
        )
        for key in removed:
            item = self.items.pop(key)
            self.owners.pop(key, None)
            if item.path:
                self.keys_by_path[item.path].remove(key)
        self.items |= changed
        for key, item in changed.items():
            keys = self.keys_by_path.setdefault(item.path or "", [])
            keys += [key] if item.path and key not in keys else []
        for entry in lock.entries:
            self.entries[entry.permanent] = entry
            for address in entry.addresses:
                self.entries_by_address.setdefault(address, set()).add(entry.permanent)
            if entry.gone is None:
                self.owners[entry.kind, entry.id] = entry.permanent

    def _find_key(self, permanent: str) -> tuple[str, str]:
        entry = self.entries[permanent]
        return (entry.kind, entry.id) if entry.gone is None else ("", "")


def _list_places_read(catalog: Catalog) -> set[tuple[str, str | None]]:
    sources = [agent.source for agent in catalog.agents]
    sources += [skill.source for skill in catalog.skills if skill.source]
    return {(source.root, source.label) for source in sources}


@cache
def list_place_names() -> frozenset[str]:
    """The names of folders and files, of which one is in the path of whatever lies in a usual place."""
    places = [place for runtime in RUNTIMES.values() for place in _list_places(runtime)]
    return frozenset(name for place in places for name in place.split("/")) - {".", "*", "**"}


def _list_places(places: RuntimePlaces) -> tuple[str, ...]:
    return (
        *(places.agent_folders + places.skill_folders + places.command_folders + places.plugin_folders),
        *(places.agent_files + places.server_files + places.marks),
        *(places.plugin_manifests + places.marketplaces),
        *("plugins", "external_plugins"),
        *places.settings_files,
    )


@cache
def _list_manifest_endings() -> tuple[str, ...]:
    return tuple(
        {name for place in RUNTIMES.values() for name in place.plugin_manifests + place.marketplaces}
    )


@cache
def list_own_endings() -> tuple[str, ...]:
    """How the names of files end that a runtime reads wherever they lie."""
    return tuple(ending for runtime in RUNTIMES.values() for ending in runtime.own_suffixes)
