"""Pages and files of the catalog as MkDocs files. Their content is made when MkDocs writes it."""

from __future__ import annotations

import html
import os
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import TableOfContents, get_toc

from ..model.catalog import Catalog
from ..model.output import Body, Heading, Output
from ..pages import assets
from .source_files import SourceFiles

STYLE = "assets/agent-catalog/agent-catalog.css"
# The events in which another plugin can read or change what a page shows.
PAGE_EVENTS = ("page_content", "page_context", "post_page")
# Material's search only removes attributes that are meant for it, and skips pages that exclude themselves.
_HARMLESS = {f"{__package__.rpartition('.')[0]}.plugin", "material.plugins.search.plugin"}


class CatalogFile(File):
    """A file or page of the catalog. MkDocs reads ``_content`` when it writes the file."""

    output: Output
    sources: SourceFiles

    @classmethod
    def make(
        cls, output: Output, config: MkDocsConfig, inclusion: InclusionLevel, sources: SourceFiles
    ) -> CatalogFile:
        """The file for ``output``. The Markdown of a page is empty: foreign text never meets the site's
        extensions."""
        # MkDocs takes every ``.md`` for a page.
        is_plain_markdown = output.uri.endswith(".md") and not output.is_page
        uri = f"{output.uri}.txt" if is_plain_markdown else output.uri
        file = cls(uri, None, config.site_dir, config.use_directory_urls, inclusion=inclusion)
        # It counts as the file behind it, so that plugins find its date, and not as generated. That alone
        # would give it a link to edit it.
        file.edit_uri = None
        file.output, file.sources = output, sources
        if is_plain_markdown:
            file.dest_uri = output.uri
        return file

    @property
    def src_path(self) -> str:
        return os.path.normpath(self.src_uri)

    @src_path.setter
    def src_path(self, value: str) -> None:
        # Ours is a URI already: MkDocs would parse it, which is half of the time that a file costs.
        self.src_uri = value.replace(os.sep, "/")

    @property
    def abs_src_path(self) -> str:
        """What plugins ask git and the system about: of a page its definition. It is not the content."""
        if not self.output.is_page:
            return self.sources.config_file
        return self.sources.locate(self.output.source)

    @abs_src_path.setter
    def abs_src_path(self, value: str | None) -> None:
        """MkDocs takes it away where the content is replaced; plugins still need a path."""

    @property
    def _content(self) -> bytes:
        content = "" if self.output.is_page else self.output.content
        return content if isinstance(content, bytes) else content.encode("utf-8", "xmlcharrefreplace")

    @_content.setter
    def _content(self, value: str | bytes | None) -> None:
        # Another plugin replaces the content.
        output = self.output
        self.output = Output(output.uri, output.title, value or "", False, output.source)


class CatalogPage(Page):
    """A page of the catalog. Its body is made when its content or its headings are first needed, and dropped
    by ``release`` after the page was written."""

    file: CatalogFile

    def __init__(self, file: CatalogFile, config: MkDocsConfig, title: str | None = None) -> None:
        self._body: Body | None = None
        self._replaced_content: str | None = None
        self._toc: TableOfContents | None = None
        # True while MkDocs reads all pages and no other plugin wants to see their content.
        self._is_content_early = True
        super().__init__(title, file, config)

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """There is no Markdown to render."""
        self._is_content_early = not has_other_handlers(config, "page_content")

    def show_content(self) -> None:
        """From now on ``content`` is the real one: the page is about to be written."""
        self._is_content_early = False

    @property
    def body(self) -> Body:
        """What the page holds."""
        if self._body is None:
            self._body = self.file.output.body
        return self._body

    @property
    def content(self) -> str:
        if self._is_content_early:
            return ""
        return self.body.html if self._replaced_content is None else self._replaced_content

    @content.setter
    def content(self, value: str | None) -> None:
        # Whoever read the empty early text writes it back.
        if value or not self._is_content_early:
            self._is_content_early = False
            # Material's search writes back what it read: to keep that would keep all bodies.
            is_unchanged = self._body is not None and value == self._body.html
            self._replaced_content = None if is_unchanged else value

    @property
    def toc(self) -> TableOfContents:
        if self._toc is None:
            self._toc = get_toc(build_toc_tokens(self.body.headings))
        return self._toc

    @toc.setter
    def toc(self, value: TableOfContents) -> None:
        self._toc = value or None

    @property
    def present_anchor_ids(self) -> set[str]:  # type: ignore[override]
        return set(self.body.anchors)

    def release(self) -> None:
        """Drops the body. It is made again if somebody asks for it."""
        self._body, self._toc = None, None


def make_stylesheet(config: MkDocsConfig) -> File:
    """The style sheet, with a path as every file has for plugins that look at no more than that."""
    file = File.generated(config, STYLE, content=assets.build_stylesheet())
    file.abs_src_path = config.config_file_path
    return file


def remove_definitions(files: Files, repo: Path, catalog: Catalog) -> None:
    """Takes the definitions that lie in ``docs/`` out of ``files``: they get the catalog's page, and not the
    one that MkDocs would make of their text."""
    paths = [agent.source.path for agent in catalog.agents]
    paths += [skill.source.path for skill in catalog.skills if skill.source]
    sources = {os.path.realpath(repo / path) for path in paths}
    for file in [
        file for file in files if file.src_uri.endswith(".md") and not isinstance(file, CatalogFile)
    ]:
        if file.abs_src_path and os.path.realpath(file.abs_src_path) in sources:
            files.remove(file)


def get_site_path(file: File) -> str:
    """The address of a file below the site's root, as of a page: empty for the root itself."""
    return "" if file.url in (".", "./") else file.url


def fill_content(page: Page, output: Output, config: MkDocsConfig) -> str:
    """The content of a page of the catalog for those who handle it; empty if that is nobody."""
    if not isinstance(page, CatalogPage):
        body = output.body
        page.toc = get_toc(build_toc_tokens(body.headings))
        page.present_anchor_ids = set(body.anchors)
        return body.html
    return page.body.html if has_other_handlers(config, "page_content") else ""


def has_other_handlers(config: MkDocsConfig, event: str) -> bool:
    """Whether another plugin or a hook handles ``event`` and may look at what a page holds."""
    handlers = config.plugins.events[event]
    return any(type(getattr(handler, "__self__", None)).__module__ not in _HARMLESS for handler in handlers)


def escape_title(text: str) -> str:
    """``text`` without markup: theme templates do not escape titles, and some undo an escape."""
    flat = " ".join(text.split())
    return html.escape(flat.translate({ord("<"): "‹", ord(">"): "›", ord('"'): "”"}))


def build_toc_tokens(headings: tuple[Heading, ...]) -> list[Any]:
    """``headings`` as the nested tokens that MkDocs makes a table of contents of."""
    top: list[Any] = []
    path: list[Any] = []
    for heading in headings:
        name = html.escape(heading.text)
        token = {"level": heading.level, "id": heading.id, "name": name, "children": []}
        while path and path[-1]["level"] >= heading.level:
            path.pop()
        (path[-1]["children"] if path else top).append(token)
        path.append(token)
    return top
