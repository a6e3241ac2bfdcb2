"""What other plugins and hooks of the site do to the catalog's files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress

import yaml
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

from .generated_files import CatalogFile
from .nav import collect_nav_targets

# What means something in a pattern of `.gitignore`.
_SIGNS = re.compile(r"[*?\[\\]| +$")


def find_replaced(ours: Iterable[CatalogFile], files: Files) -> tuple[list[CatalogFile], list[CatalogFile]]:
    """Those of ``ours`` that are not among ``files`` any more, or not alone at their address: the ones that
    have gone, and the ones that another file stands for."""
    others = {file.dest_uri for file in files if not isinstance(file, CatalogFile)}
    gone = [file for file in ours if files.get_file_from_path(file.src_uri) is not file]
    return (
        [file for file in gone if file.dest_uri not in others],
        [file for file in ours if file.dest_uri in others],
    )


def drop_files(files: Files, ours: Iterable[CatalogFile]) -> None:
    """Takes all of ``ours`` out of ``files``."""
    for file in ours:
        if files.get_file_from_path(file.src_uri) is file:
            files.remove(file)


def list_definitions(gone: Sequence[CatalogFile], ours: Iterable[CatalogFile]) -> list[str]:
    """The definitions that have no page left, as patterns of the option ``exclude``."""
    uris = {file.src_uri for file in gone}
    left = {file.output.source for file in ours if file.output.is_page and file.src_uri not in uris}
    sources = {file.output.source for file in gone if file.output.is_page} - left
    return ["/" + _SIGNS.sub(_escape, source) for source in sorted(filter(None, sources))]


def list_named_pages(files: Files, config: MkDocsConfig) -> set[str]:
    """The pages that the files of awesome-nav name: it sees no other pages than those in the navigation."""
    plugin = config.plugins.get("awesome-nav")
    name = plugin.config.get("filename") if plugin else None
    uris = set()
    for file in files:
        folder, file_name = posixpath.split(file.src_uri)
        if file_name == name:
            with suppress(OSError, ValueError, TypeError, yaml.YAMLError):
                table = yaml.safe_load(file.content_string)
                targets = collect_nav_targets(table.get("nav") if isinstance(table, dict) else None)
                uris |= {posixpath.normpath(posixpath.join(folder, target)) for target in targets}
    return uris


def _escape(sign: re.Match[str]) -> str:
    return "".join(f"\\{letter}" for letter in sign[0])
