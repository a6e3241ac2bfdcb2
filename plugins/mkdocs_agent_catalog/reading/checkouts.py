"""Which git checkout a file is in, and whether a link leads out of it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from .paths import SourceRule


class Checkouts:
    """The checkout that ``repo`` lies in, those within it, and those beside it that the options name with
    ``repository``. Nothing outside of them is ever read, and no link out of one of them is followed."""

    def __init__(self, repo: Path, rules: Iterable[SourceRule] | None = None) -> None:
        self.repo = repo.resolve()
        self.top = find_checkout_root(self.repo)
        beside = (self._find_root_beside(rule) for rule in rules or () if rule.repository)
        self.beside = tuple(dict.fromkeys(filter(None, beside)))
        self._roots: dict[Path, Path] = {}

    def find_root(self, path: Path) -> Path | None:
        """The top folder of the checkout that ``path`` stands in, links not followed; ``None`` if it is
        none that may be read."""
        path = Path(os.path.normpath(path))
        base = next((base for base in (self.top, *self.beside) if path.is_relative_to(base)), None)
        if base is None or path == base:
            return base
        return self._find_folder_root(path.parent, base)

    def holds(self, path: Path, place: Path | None = None) -> bool:
        """Whether ``path``, with all links followed, is in the checkout that it stands in, or that ``place``
        stands in."""
        root = self.find_root(place or path)
        try:
            return root is not None and path.resolve(strict=True).is_relative_to(root)
        except (OSError, RuntimeError):
            return False

    def _find_folder_root(self, folder: Path, base: Path) -> Path:
        if folder not in self._roots:
            # What is behind a link is judged by where the link stands.
            is_own = os.path.exists(folder / ".git") and os.path.realpath(folder) == str(folder)
            is_root = folder == base or is_own
            self._roots[folder] = folder if is_root else self._find_folder_root(folder.parent, base)
        return self._roots[folder]

    def _find_root_beside(self, rule: SourceRule) -> Path | None:
        """The checkout that a source is in, if that is outside of the own one and does not hold it."""
        place = locate_rule(self.repo, rule)
        if place.is_relative_to(self.top) or self.top.is_relative_to(place):
            return None
        root = find_checkout_root(place)
        return place if self.top.is_relative_to(root) else root


def find_checkout_root(folder: Path) -> Path:
    """The nearest folder from ``folder`` upwards that is a git checkout; ``folder`` if none is."""
    return next((path for path in (folder, *folder.parents) if os.path.exists(path / ".git")), folder)


def locate_rule(repo: Path, rule: SourceRule) -> Path:
    """The place that a source without wildcards names. A checkout beside the own one may be behind a link."""
    place = Path(os.path.normpath(repo / rule.path))
    return place.resolve() if rule.repository and not place.is_relative_to(repo) else place
