"""What MkDocs is handed: files and pages of its own kinds, which make what they hold when it is written."""

from __future__ import annotations

import html
import os
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import TableOfContents, get_toc

from .output import Body, Heading, Output


class CatalogFile(File):
    """A file or page of the catalog, as ``File.generated`` would make it with all that it holds."""

    output: Output

    @classmethod
    def of(cls, output: Output, config: MkDocsConfig, inclusion: InclusionLevel) -> CatalogFile:
        """The file for ``output``. A page's Markdown is empty: foreign text never meets the site's
        extensions."""
        # MkDocs takes what is called so for a page of its own.
        plain = output.uri.endswith(".md") and not output.is_page
        uri = f"{output.uri}.txt" if plain else output.uri
        made = cls.generated(config, uri, content="", inclusion=inclusion)
        assert isinstance(made, cls)
        made.output = output
        if plain:
            made.dest_uri = output.uri
        return made

    @property
    def content_bytes(self) -> bytes:
        found = "" if self.output.is_page else self.output.content
        return found if isinstance(found, bytes) else found.encode("utf-8", "xmlcharrefreplace")

    @content_bytes.setter
    def content_bytes(self, value: bytes) -> None:
        # Another plugin has a better idea: from now on it is that file.
        self.output = Output(self.output.uri, self.output.title, value, False)

    @property
    def content_string(self) -> str:
        return self.content_bytes.decode("utf-8-sig")

    @content_string.setter
    def content_string(self, value: str) -> None:
        self.content_bytes = value.encode()

    def copy_file(self, dirty: bool = False) -> None:
        """Writes the file to the site."""
        content, path = self.content_bytes, self.abs_dest_path
        try:
            _write(path, content)
        except FileNotFoundError:
            # Most folders are there: to ask for each of thousands of files costs more than to be told.
            os.makedirs(os.path.dirname(path), exist_ok=True)
            _write(path, content)


def _write(path: str, content: bytes) -> None:
    with open(path, "wb") as file:
        file.write(content)


class CatalogPage(Page):
    """A page of the catalog. Its body is made when the first one asks for its content or its outline, which
    is when it is written, unless another plugin wants to see it before."""

    file: CatalogFile

    def __init__(self, file: CatalogFile, config: MkDocsConfig) -> None:
        self._body: Body | None = None
        self._content: str | None = None
        self._outline: TableOfContents | None = None
        self._waits = False
        super().__init__(None, file, config)

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """There is no Markdown to render. If nobody else handles the content, it is not made yet."""
        self._waits = not _others(config)

    def awake(self) -> None:
        """From now on the content is what the page holds."""
        self._waits = False

    @property
    def body(self) -> Body:
        """What the page holds, kept until ``release``."""
        if self._body is None:
            self._body = self.file.output.body
        return self._body

    @property
    def content(self) -> str:
        if self._waits:
            return ""
        return self.body.html if self._content is None else self._content

    @content.setter
    def content(self, value: str | None) -> None:
        # What MkDocs gives back after it asked too early is the empty text it got.
        self._content = None if self._waits and not value else value
        self._waits = False

    @property
    def toc(self) -> TableOfContents:
        if self._outline is None:
            self._outline = get_toc(toc_tokens(self.body.headings))
        return self._outline

    @toc.setter
    def toc(self, value: TableOfContents) -> None:
        self._outline = value or None

    @property
    def present_anchor_ids(self) -> set[str]:  # type: ignore[override]
        return set(self.body.anchors)

    def release(self) -> None:
        """Lets go of what the page holds: it is written. Who asks again has it made again."""
        self._body, self._outline = None, None


def address(file: File) -> str:
    """The address of a file below the site's root, as of a page: empty for the root itself."""
    return "" if file.url in (".", "./") else file.url


def filled(page: Page, output: Output, config: MkDocsConfig) -> str:
    """The content of a page of the catalog for those who handle it; empty if that is nobody."""
    if not isinstance(page, CatalogPage):
        body = output.body
        page.toc = get_toc(toc_tokens(body.headings))
        page.present_anchor_ids = set(body.anchors)
        return body.html
    if not _others(config):
        return ""
    page.awake()
    return page.body.html


def _others(config: MkDocsConfig) -> bool:
    """Whether another plugin or a hook handles the content of pages."""
    handlers = config.plugins.events["page_content"]
    return any(type(getattr(one, "__self__", None)).__module__ != _PLUGIN for one in handlers)


_PLUGIN = f"{__package__}.plugin"


def for_theme(text: str) -> str:
    """``text`` without markup: theme templates do not escape titles, and some undo an escape."""
    flat = " ".join(text.split())
    return html.escape(flat.translate({ord("<"): "‹", ord(">"): "›", ord('"'): "”"}))


def toc_tokens(headings: tuple[Heading, ...]) -> list[Any]:
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
