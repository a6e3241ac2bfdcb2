"""Detects what other plugins and hooks of the site do to the files of the catalog."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import yaml
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import PluginCollection
from mkdocs.structure.files import Files

from ..model.definitions import Diagnostic, Span
from .generated_files import CatalogFile
from .nav import collect_nav_targets

# What means something in a pattern of `.gitignore`.
_SIGNS = re.compile(r"[*?\[\\]| +$")
_SECTION = "\n## "


def arrange_handlers(plugins: PluginCollection, *on_files: Callable[..., object]) -> None:
    """Puts handlers where they see of the catalog what they can deal with. ``on_files`` are ours."""
    if "i18n" in plugins:
        # It takes every file that it sees for one of ``docs/``.
        move_last(plugins.events["files"], *on_files)
    if "same-dir" in plugins:
        # It takes every file at the top of the site for one beside ``mkdocs.yml``.
        plugins.events["files"].sort(key=lambda handler: handler != plugins["same-dir"].on_files)
    if "exclude-search" in plugins:
        # It looks at entries of the search, ours too.
        move_last(plugins.events["post_build"], plugins["exclude-search"].on_post_build)


def move_last(handlers: list[Any], *moved: Callable[..., object]) -> None:
    """Moves those of ``moved`` that are among ``handlers`` of an event to the end."""
    for handler in moved:
        if handler in handlers:
            handlers.remove(handler)
            handlers.append(handler)


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


def find_orphans(gone: Iterable[CatalogFile], ours: Iterable[CatalogFile]) -> list[str]:
    """The definitions that have no page left."""
    uris = {file.src_uri for file in gone}
    left = {file.output.source for file in ours if file.output.is_page and file.src_uri not in uris}
    sources = {file.output.source for file in gone if file.output.is_page} - left
    return sorted(filter(None, sources))


def write_pattern(path: str) -> str:
    """The pattern of the option ``exclude`` that means the file at ``path``."""
    return "/" + _SIGNS.sub(lambda match: "".join(f"\\{letter}" for letter in match[0]), path)


def list_conflicts(config: MkDocsConfig, lost: Sequence[str]) -> Iterator[Diagnostic]:
    """What of the catalog is not as it should be because of other plugins. ``lost`` are pages that one took
    out while the rest of the catalog leads to them."""
    place = Span(os.path.basename(config.config_file_path or "mkdocs.yml"))
    if lost:
        message = f"another plugin or a hook takes out pages of the catalog, such as `{lost[0]}`"
        yield Diagnostic("other_plugin", place, message, "links to them lead nowhere")
    if "encryptcontent" in config.plugins:
        message = (
            "`encryptcontent` encrypts pages and nothing else: names, descriptions and whole definitions can "
            "be read in `catalog.json`, `llms.txt`, the feeds and the files beside the pages"
        )
        yield Diagnostic("other_plugin", place, message, "publish the site where only its readers get to")


def join_llms_txt(theirs: str, ours: str) -> str:
    """The file ``llms.txt`` that another plugin wrote, with the sections of ours."""
    return f"{theirs.rstrip()}\n\n{ours[ours.index(_SECTION) :].lstrip()}"


def is_other_language(config: MkDocsConfig) -> bool:
    """Whether mkdocs-static-i18n builds the site again for another language than the first: the catalog is
    there once."""
    plugin = config.plugins.get("i18n")
    language = getattr(plugin, "current_language", None)
    return language != getattr(plugin, "default_language", language)


def reads_written_pages(config: MkDocsConfig) -> bool:
    """Whether the site's search is Pagefind, as MkDocs-MaterialX has it."""
    searches = (plugin for name, plugin in config.plugins.items() if name.endswith("search"))
    return any(plugin.config.get("provider") == "pagefind" for plugin in searches)


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
