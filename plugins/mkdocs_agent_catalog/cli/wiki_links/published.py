"""The directory of a repository's catalog, without a page being made."""

from __future__ import annotations

from pathlib import Path

from ...addresses import urls
from ...build import Options, find, planned
from ...pages.registry import share
from .resolver import Directory


def published(repo: Path, options: Options, docs: Path) -> Directory:
    """Every address of the catalog of ``repo``. ``docs`` is the folder of the pages that people wrote."""
    found, where = find(repo, options), options.where
    shared = share(found.catalog, found.diagnostics, options.levels, found.grants, where=where)
    uris = (path.relative_to(docs).as_posix() for path in docs.rglob("*.md"))
    written = frozenset(urls.url(_index(uri), where.directory_urls) for uri in uris)
    return Directory(shared, planned(shared), written, options.custom_templates)


def _index(uri: str) -> str:
    """MkDocs takes a README for the index of its folder."""
    folder, slash, name = uri.rpartition("/")
    return f"{folder}{slash}index.md" if name == "README.md" else uri
