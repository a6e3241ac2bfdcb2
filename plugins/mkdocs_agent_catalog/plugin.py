"""The MkDocs plugin: passes options in, and pages and files out."""

from __future__ import annotations

import gc
import json
import os
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote, unquote, urljoin

from jinja2 import Environment
from mkdocs.commands.build import _build_page
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import ConfigurationError, PluginError
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from .addresses.history import update_lock
from .addresses.urls import NEEDS_ADDRESS, SiteLocation, make_linker_at
from .build import BuiltCatalog, Options, build
from .mkdocs_adapter import nav, query_blocks, references
from .mkdocs_adapter.config import AgentCatalogConfig, find_repository_root, load_options
from .mkdocs_adapter.generated_files import (
    PAGE_EVENTS,
    STYLE,
    CatalogFile,
    CatalogPage,
    escape_title,
    fill_content,
    get_site_path,
    has_other_handlers,
    make_stylesheet,
    remove_definitions,
)
from .mkdocs_adapter.log_findings import describe_error, log, log_finding, log_findings
from .mkdocs_adapter.mistakes import find_mistakes
from .mkdocs_adapter.on_demand import OnDemandFiles
from .mkdocs_adapter.other_plugins import (
    arrange_handlers,
    drop_files,
    find_orphans,
    find_replaced,
    is_other_language,
    join_llms_txt,
    list_conflicts,
    list_named_pages,
    reads_written_pages,
    write_pattern,
)
from .mkdocs_adapter.search_index import merge_entries
from .mkdocs_adapter.skip_links import add_skip_links
from .mkdocs_adapter.source_files import SourceFiles
from .mkdocs_adapter.theme_page import ThemePage, can_fill, find_site_folders
from .model.definitions import Diagnostic
from .model.item_kinds import ITEM_KINDS
from .pages.render import CARDS
from .publishing import llms_txt
from .publishing.previews.meta_tags import insert_into_head
from .reading import disk
from .reading.build_cache import NO_CACHE, BuildCache
from .text.i18n import load_translations
from .text.strings import make_printable

# Only a preview needs them, and they bring a web server.
if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer


class AgentCatalogPlugin(BasePlugin[AgentCatalogConfig]):
    """Reads the agent definitions beside ``mkdocs.yml`` and publishes their catalog."""

    supports_multiple_instances = True

    def __init__(self) -> None:
        self.serving = False
        self.on_demand: OnDemandFiles | None = None
        self.pending: dict[str, Callable[[], object]] = {}
        self.all_pages: list[File] | None = None
        self.chosen = Options()
        self.cache: BuildCache = NO_CACHE
        self.site: BuiltCatalog | None = None
        self.repo = Path()
        self.logged: frozenset[Diagnostic] | None = None
        self.conflicts: frozenset[Diagnostic] = frozenset()
        self.files: list[CatalogFile] = []
        self.pages: dict[str, CatalogFile] = {}
        self.navigation: Navigation | None = None
        self.sections: list[nav.CatalogSection] = []
        self.queries: dict[str, query_blocks.ExtractedQueries] = {}
        self.answers: query_blocks.QueryRenderer | None = None
        self.references = references.ReferenceLinks()
        self.included = query_blocks.IncludedQueries()

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Defined so that MkDocs keeps this object between the rebuilds of ``mkdocs serve``."""
        self.serving = command == "serve"
        self.cache = BuildCache() if self.serving else NO_CACHE
        self.on_demand = OnDemandFiles() if self.serving and not dirty else None

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Checks the options and adds the style sheet."""
        self.pending, self.all_pages = {}, None
        if self.on_demand:
            self.on_demand.start_build()
        self.chosen = load_options(self.config, config)
        self._warn_of_mistakes(config)
        twins = [instance for instance in _list_instances(config) if instance is not self]
        if any(twin.config.path.strip("/") == self.chosen.path for twin in twins):
            raise ConfigurationError("agent-catalog: two catalogs need a `path` each, and not the same one")
        if self is _list_instances(config)[0]:
            config.markdown_extensions += [self.references, self.included]  # type: ignore[list-item]
        if STYLE not in config.extra_css:
            config.extra_css.append(STYLE)
        arrange_handlers(config.plugins, self._add_files, self._heed_other_plugins)
        return config

    def _warn_of_mistakes(self, config: MkDocsConfig) -> None:
        if self is not _list_instances(config)[0]:
            return
        if not config.site_url and not self.serving:
            log.info("no `site_url`: %s", NEEDS_ADDRESS)
        if config.config_file_path:
            text = Path(config.config_file_path).read_text(encoding="utf-8", errors="replace")
            for mistake in find_mistakes(text, config):
                log.warning("%s: %s", os.path.basename(config.config_file_path), make_printable(mistake))

    @event_priority(50)
    def _add_files(self, files: Files, /, *, config: MkDocsConfig) -> Files:
        """Builds the catalog and hands MkDocs its pages, before other plugins look for pages."""
        self.repo = find_repository_root(config)
        # Plugins that come later have changed the site's settings since: its address, the form of addresses.
        self.chosen = load_options(self.config, config)
        self.cache.start_build()
        self._build()
        self.answers, self.references.lookup = None, None
        if self.site:
            remove_definitions(files, self.repo, self.site.catalog)
        self._append_files(files, config)
        if STYLE not in files.src_uris:
            files.append(make_stylesheet(config))
        return files

    @event_priority(-150)
    def _heed_other_plugins(self, files: Files, /, *, config: MkDocsConfig) -> Files:
        """Heeds what other plugins and hooks took out or put in place of ours: an agent without its page is
        left out of the catalog."""
        gone, replaced = find_replaced(self.files, files)
        lost: list[str] = []
        if gone or replaced:
            ours, orphans = self.files, find_orphans(gone, self.files)
            drop_files(files, ours)
            if orphans:
                patterns = map(write_pattern, orphans)
                self.chosen = replace(self.chosen, exclude=(*self.chosen.exclude, *patterns))
                self._build()
            lost = [
                file.src_uri for file in gone if file.output.is_page and file.output.source not in orphans
            ]
            self._append_files(files, config, {file.src_uri for file in gone})
        self._make_pages(files, config)
        if self.site:
            self.logged = log_findings(self.site, self.chosen, self.logged)
        conflicts = frozenset(list_conflicts(config, lost))
        for diagnostic in conflicts - self.conflicts:
            log_finding(diagnostic, self.chosen.levels)
        self.conflicts = conflicts
        return files

    on_files = CombinedEvent(_add_files, _heed_other_plugins)

    def _build(self) -> None:
        try:
            later = self.on_demand is not None and self.on_demand.is_served
            with without_garbage_collection():
                self.site = build(self.repo, self.chosen, self.cache, whole=not later)
        except Exception as error:
            # A preview must outlive whatever someone types into a template: it keeps the last good state.
            if not self.serving:
                raise PluginError(f"agent-catalog: {describe_error(error)}") from error
            log.error("the catalog was not rebuilt: %s", describe_error(error))

    def _append_files(self, files: Files, config: MkDocsConfig, left_out: Collection[str] = ()) -> None:
        """Hands MkDocs what is published, without what is at ``left_out``. A file that stands there wins."""
        self.files, self.pages = [], {}
        if self.site is None:
            return
        sources = SourceFiles(self.repo, self.site.catalog, config.config_file_path)
        taken = {file.dest_uri: file.src_uri for file in files}
        for output in self.site.outputs:
            file = CatalogFile.make(output, config, InclusionLevel.NOT_IN_NAV, sources)
            if file.src_uri in left_out:
                continue
            if file.dest_uri in taken or file.src_uri in files.src_uris:
                if output.is_page:
                    _tell_hidden_page(file.src_uri, taken.get(file.dest_uri, file.src_uri))
                continue
            if output.source:
                repository = self.site.catalog.find_repository(output.source)
                top = repository.folder if repository.is_other else config.docs_dir
                path = os.path.relpath(self.repo / output.source, self.repo / top).replace(os.sep, "/")
                # The themes put it into their HTML as it is.
                file.edit_uri = quote(path)
            files.append(file)
            self.files.append(file)
            if output.is_page:
                self.pages[file.src_uri] = file

    def _make_pages(self, files: Files, config: MkDocsConfig) -> None:
        """One that the navigation names gets its title from there, and so its page from MkDocs."""
        words, path = load_translations(self.chosen.language), self.chosen.path
        named, included = nav.collect_nav_targets(config.nav), list_named_pages(files, config)
        for uri, file in self.pages.items():
            if uri in included:
                file.inclusion = InclusionLevel.INCLUDED
            elif uri not in named:
                CatalogPage(file, config, nav.get_title(uri, path, words))

    @event_priority(-50)
    def on_nav(self, navigation: Navigation, /, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Adds the sections of the catalog, unless the site's own navigation leads to it."""
        if self.config.nav and self.site:
            shared, path = self.site.shared, self.chosen.path
            self.sections = nav.add_sections(navigation, self.pages, shared, path, config)
        ours = [file.page for file in self.pages.values() if file.page]
        nav.set_parents(navigation, ours, self.chosen.path)
        self.navigation = navigation
        return navigation

    @event_priority(100)
    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Gives a generated page its title and its meta data."""
        if page.file.src_uri in self.pages and self.site:
            output = self.pages[page.file.src_uri].output
            if output.source and self.site.catalog.find_repository(output.source).is_other:
                # The site's settings do not speak of that repository.
                page.edit_url = self.site.shared.make_edit_url(output.source) or None
            # The title of a site stands on its home page already.
            if not page.is_homepage:
                page.meta["title"] = escape_title(output.title)
            if output.description:
                page.meta["description"] = escape_title(output.description)
            # Its entries are added to the index, which a search that reads the written pages does not have.
            page.meta["search"] = {"exclude": not (output.search and reads_written_pages(config))}
            if output.wide:
                page.meta["hide"] = ["toc", *nav.list_hidden(page, config)]
            return markdown
        if self is _list_instances(config)[0] and self.references.lookup is None:
            self.references.lookup = references.ReferenceResolver(
                [instance.site for instance in _list_instances(config) if instance.site]
            )
        return self._extract_queries(markdown, page, config)

    def _extract_queries(self, markdown: str, page: Page, config: MkDocsConfig) -> str:
        """Takes the queries out of a hand-written page. With several catalogs the first one answers."""
        if self is not _list_instances(config)[0] or self.site is None:
            return markdown
        whole = page.file.content_string.replace("\r\n", "\n")
        above = whole[: -len(markdown)].count("\n") if markdown and whole.endswith(markdown) else 0
        path = _get_repo_path(page, config)
        queries = query_blocks.extract_queries(markdown, path, above)
        self.queries[page.file.src_uri] = self.included.queries = queries
        self.included.path = path
        return queries.markdown

    def _render_queries(self, html: str, page: Page, config: MkDocsConfig) -> str:
        """Puts the answers where the queries stood; what is wrong with them goes to the log."""
        queries = self.queries.pop(page.file.src_uri, None)
        self.included.queries = None
        if queries is None or not queries.queries or self.site is None:
            return html
        plain = make_linker_at(page.url, config.use_directory_urls)
        folder = f"{self.chosen.path}/" if self.chosen.path else ""
        self.answers = self.answers or query_blocks.QueryRenderer(
            self.site.shared, self.chosen.custom_templates
        )
        filled, problems = self.answers.fill(
            html, queries, lambda uri, anchor="": plain(folder + uri, anchor)
        )
        for diagnostic in problems:
            log_finding(diagnostic, self.chosen.levels)
        return filled

    def _resolve_references(self, html: str, page: Page, config: MkDocsConfig) -> str:
        """Puts the addresses of references in; what is wrong with them goes to the log."""
        lookup = self.references.lookup
        if self is not _list_instances(config)[0] or lookup is None:
            return html
        href = make_linker_at(unquote(page.url), config.use_directory_urls)
        text = page.file.content_string
        filled, problems = references.filled(html, lookup, href, _get_repo_path(page, config), text)
        for diagnostic in problems:
            log_finding(diagnostic, self.chosen.levels)
        return filled

    @event_priority(100)
    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Puts the rendered body in, where another plugin handles it too."""
        ours = self.pages.get(page.file.src_uri)
        if ours is None:
            html = self._render_queries(self._resolve_references(html, page, config), page, config)
            return self._add_hover_cards(html, page, files)
        return fill_content(page, ours.output, config)

    def _tell(self, env: Environment, /, *, config: MkDocsConfig, files: Files) -> Environment:
        """The names of what is in the catalogs are told to mkdocs-autorefs, where it is (mkdocstrings brings
        it), before it looks for them."""
        autorefs, lookup = config.plugins.get("autorefs"), self.references.lookup
        if autorefs is not None and lookup is not None and self is _list_instances(config)[0]:
            for name, reference in lookup.list_identifiers():
                place = SiteLocation(directory_urls=config.use_directory_urls).make_address(
                    reference.uri, reference.anchor
                )
                autorefs.register_url(name, place)
        return env

    @event_priority(-100)
    def _prepare_pages(self, env: Environment, /, *, config: MkDocsConfig, files: Files) -> Environment:
        """All plugins have changed the theme: its page can be rendered once for many pages of the catalog."""
        navigation = self.navigation
        if navigation is None:
            return env
        if is_other_language(config):
            for file in self.files:
                file.inclusion = InclusionLevel.EXCLUDED
            return env
        if self.config.theme_cache and can_fill(config):
            theme_page = ThemePage(env, find_site_folders(files, navigation))
            in_navigation = {page.file.src_uri for page in navigation.pages}
            for uri, file in self.pages.items():
                if isinstance(file.page, CatalogPage) and uri not in in_navigation:
                    file.page.meta.setdefault("template", theme_page)
        is_alone = not any(has_other_handlers(config, event) for event in (*PAGE_EVENTS, "post_build"))
        is_alone = is_alone and not reads_written_pages(config)
        if self.on_demand and self.on_demand.is_served and is_alone:
            self._defer_files(env, navigation, config, files)
        return env

    on_env = CombinedEvent(_tell, _prepare_pages)

    def _defer_files(
        self, env: Environment, navigation: Navigation, config: MkDocsConfig, files: Files
    ) -> None:
        """Takes the files of the catalog out of the build: they are written when a browser asks for them."""
        self.all_pages = list(files.documentation_pages(inclusion=InclusionLevel.is_in_serve))
        for file in self.files:
            write: Callable[[], object] = file.copy_file
            if file.page:
                write = partial(_build_page, file.page, config, self.all_pages, navigation, env)
            self.pending[file.dest_uri] = write
            file.inclusion = InclusionLevel.EXCLUDED

    def on_template_context(self, context: Any, /, *, template_name: str, config: MkDocsConfig) -> Any:
        """The sitemap lists the pages that are not written yet, too."""
        if self.all_pages is not None:
            context["pages"] = [file for file in self.all_pages if file.inclusion != InclusionLevel.DRAFT]
        return context

    @event_priority(100)
    def _begin_page(self, context: Any, /, *, page: Page, config: MkDocsConfig, nav: Navigation) -> Any:
        """The page is about to be written."""
        if self.all_pages is not None:
            context["pages"] = self.all_pages
        if isinstance(page, CatalogPage) and has_other_handlers(config, "page_context"):
            page.show_content()
        return context

    @event_priority(-100)
    def _end_page(self, context: Any, /, *, page: Page, config: MkDocsConfig, nav: Navigation) -> Any:
        """Only now the content is there: Material's search would look for its own attributes in all of it."""
        if isinstance(page, CatalogPage):
            page.show_content()
        return context

    on_page_context = CombinedEvent(_begin_page, _end_page)

    def on_post_page(self, output: str, /, *, page: Page, config: MkDocsConfig) -> str:
        """Puts into the head of a generated page what is shown of a link to it, and before all the links that
        lead past the navigation."""
        ours = self.pages.get(page.file.src_uri)
        if ours is None or not output:
            return output
        if isinstance(page, CatalogPage):
            page.release()
        output = nav.fold_on_phones(output, self.sections)
        return insert_into_head(add_skip_links(output, self.chosen.language), ours.output.head)

    def _add_hover_cards(self, html: str, page: Page, files: Files) -> str:
        """A hand-written page that links into the catalog gets the cards that its links show."""
        ours = {get_site_path(file) for file in self.pages.values()}
        linked = (
            urljoin(f"/{page.url}", result).lstrip("/") for result in re.findall(r'href="([^"#?]+)', html)
        )
        script = files.get_file_from_path(f"{self.chosen.path}/{CARDS}".lstrip("/"))
        # What mkdocs-autorefs resolves is no link yet.
        later = re.search(rf'<autoref [^>]*"(?:{"|".join(ITEM_KINDS)}):', html)
        if script is None or not (later or any(link in ours for link in linked)):
            return html
        return f'{html}\n<script defer src="{script.url_relative_to(page.file)}"></script>'

    @event_priority(-150)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Adds the catalog's own small search entries, and its part of an ``llms.txt`` of another plugin."""
        self._join_llms_txt(config)
        if self.chosen.update_lock and self.site and not self.serving:
            try:
                update_lock(self.repo, self.site.catalog.ledger)
            except OSError as error:
                log.warning("%s cannot be written: %s", self.chosen.lock, describe_error(error))
        index = Path(config.site_dir) / "search" / "search_index.json"
        if index.is_file():
            self._search(index, config)
        if self.on_demand:
            self.on_demand.finish_build(
                self.pending, config.site_dir, load_translations(self.chosen.language)
            )

    def _join_llms_txt(self, config: MkDocsConfig) -> None:
        file = next(
            (file for file in self.files if file.output.uri.rpartition("/")[2] == llms_txt.NAME), None
        )
        path = Path(file.abs_dest_path) if file else Path()
        if file is None or not path.is_file() or not has_other_handlers(config, "post_build"):
            return
        written, ours = path.read_text(encoding="utf-8", errors="replace"), str(file.output.content)
        if not written.endswith(ours[ours.index("\n## ") :]):
            disk.write(path, join_llms_txt(written, ours))

    def _search(self, index: Path, config: MkDocsConfig) -> None:
        try:
            table = json.loads(index.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            # Another build may be writing into the same folder.
            log.warning("the search knows nothing of the catalog, for its index cannot be read: %s", error)
            return
        table = merge_entries(
            table, {get_site_path(page): page.output.search for page in self.pages.values()}
        )
        disk.write(index, json.dumps(table, ensure_ascii=False, separators=(",", ":")))

    def on_serve(self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Any) -> LiveReloadServer:
        """Watches the places that the catalog reads, and writes what is asked for."""
        from .mkdocs_adapter import watch

        watch.watch_repository(
            server, find_repository_root(config), self.chosen, Path(config.site_dir).resolve()
        )
        if self.on_demand:
            self.on_demand.serve(server)
        return server


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """While a catalog is built almost nothing is garbage; to look for it costs a tenth of the time.

    What was built stays until the next build, so nobody has to look at it again before.
    """
    was_enabled = gc.isenabled()
    gc.unfreeze()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


def _tell_hidden_page(uri: str, other: str) -> None:
    """Says that the page ``other`` of the site stands at the address of the catalog's page ``uri``, unless
    its name says that it is meant to."""
    if other != uri and not other.endswith(("index.md", "README.md")):
        log.warning("`%s` has the address of the catalog's page `%s`, which is not published", other, uri)


def _list_instances(config: MkDocsConfig) -> list[AgentCatalogPlugin]:
    """The catalogs of the site, in the order of its options."""
    return [plugin for plugin in config.plugins.values() if isinstance(plugin, AgentCatalogPlugin)]


def _get_repo_path(page: Page, config: MkDocsConfig) -> str:
    """The path of a page's file in the repository."""
    path = os.path.relpath(page.file.abs_src_path or page.file.src_uri, find_repository_root(config))
    return path.replace(os.sep, "/")
