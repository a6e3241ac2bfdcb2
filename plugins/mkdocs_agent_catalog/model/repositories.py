"""The git repositories that the files of a catalog come from."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Repository:
    """One of the repositories. ``folder`` is relative to the folder of ``mkdocs.yml``: ``.`` for its own,
    ``vendor/payments`` and ``../payments`` for others. ``branch`` is the one that people edit, ``commit``
    what is checked out. ``label`` is what the options call it.

    ``edit_url`` is where a file is edited, with ``{path}`` in place of its path in this repository. What
    nobody knows is empty.
    """

    folder: str = "."
    url: str = ""
    branch: str = ""
    commit: str = ""
    edit_url: str = ""
    label: str = ""

    @property
    def name(self) -> str:
        """What it is called where there are several; empty for that of ``mkdocs.yml``."""
        return (self.label or self.folder.rpartition("/")[2]) if self.is_other else ""

    @property
    def is_other(self) -> bool:
        """Whether it is another one than that of ``mkdocs.yml``."""
        return self.folder != "."

    def make_edit_url(self, path: str) -> str:
        """Where the file at ``path``, as the catalog knows it, is edited; empty if it is not known."""
        return self.edit_url.replace("{path}", quote(posixpath.relpath(path, self.folder)))


def find_repository(others: Iterable[Repository], path: str) -> Repository:
    """The repository that the file at ``path`` is in, one of ``others`` or the own one."""
    holders = [other for other in others if path == other.folder or path.startswith(f"{other.folder}/")]
    return max(holders, key=lambda other: len(other.folder), default=Repository())
