"""Tells plugins that ask git or the disk which file of the repository a generated page comes from."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from ..model.catalog import Catalog
from ..reading.file_reader import read_bytes
from ..reading.mask_server_config import mask_frontmatter


class SourceFiles:
    """The paths of definitions.

    Some plugins publish the file as it is, so one that holds a secret is not named.
    """

    def __init__(self, repo: Path, catalog: Catalog, config_file: str) -> None:
        self.repo, self.catalog, self.config_file = repo, catalog, config_file
        self._located: dict[str, bool] = {}

    def locate(self, source: str | None) -> str:
        """The path of the definition ``source``. What has none of its own has that of the definition that
        changed last: then the catalog is other than before."""
        if source and self._is_published_whole(source):
            return str(self.repo / source)
        return self._changed_last

    @cached_property
    def _texts(self) -> dict[str, str]:
        documents = (item.document for items in (self.catalog.agents, self.catalog.skills) for item in items)
        return {known.source.path: mask_frontmatter(known) for known in documents if known}

    @cached_property
    def _changed_last(self) -> str:
        changed = self.catalog.changed
        paths = sorted(self._texts, key=lambda path: (changed.get(path, ""), path), reverse=True)
        whole = next((path for path in paths if self._is_published_whole(path)), None)
        return str(self.repo / whole) if whole else self.config_file

    def _is_published_whole(self, path: str) -> bool:
        if path not in self._located:
            try:
                text = read_bytes(self.repo / path).decode("utf-8-sig", "replace")
            except OSError:
                text = ""
            text = text.replace("\r\n", "\n").replace("\r", "\n")
            self._located[path] = bool(text) and text == self._texts.get(path)
        return self._located[path]
