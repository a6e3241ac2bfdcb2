"""What MkDocs is handed: files and pages of its own kinds, which make what they hold when it is written."""

from __future__ import annotations

import html
import os
from typing import Any, Protocol

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import TableOfContents, get_toc

from .hands import Job
from .output import Body, Heading, Output


class Claim(Protocol):
    """Whoever may write a file in our place."""

    def claim(self) -> bool:
        """Whether it is left to the caller."""


class CatalogFile(File):
    """A file or page of the catalog, as ``File.generated`` would make it with all that it holds."""

    output: Output
    job: Claim | None = None
    """Who writes it, if it is not left to us."""

    @classmethod
    def of(cls, output: Output, config: MkDocsConfig, inclusion: InclusionLevel) -> CatalogFile:
        """The file for ``output``. A page's Markdown is empty: foreign text never meets the site's
        extensions."""
        # MkDocs takes what is called so for a page of its own.
        plain = output.uri.endswith(".md") and not output.is_page
        uri = f"{output.uri}.txt" if plain else output.uri
        made = cls(uri, None, config.site_dir, config.use_directory_urls, inclusion=inclusion)
        made.generated_by = config.plugins._current_plugin or "agent-catalog"
        made.output = output
        if plain:
            made.dest_uri = output.uri
        return made

    @property
    def src_path(self) -> str:
        return os.path.normpath(self.src_uri)

    @src_path.setter
    def src_path(self, value: str) -> None:
        # Ours is a uri already, and MkDocs takes it apart to see that: half of what making a file costs.
        self.src_uri = value.replace(os.sep, "/")

    @property
    def content_bytes(self) -> bytes:
        found = "" if self.output.is_page else self.output.content
        return found if isinstance(found, bytes) else found.encode("utf-8", "xmlcharrefreplace")

    @content_bytes.setter
    def content_bytes(self, value: bytes) -> None:
        # Another plugin has a better idea: from now on it is that file.
        self.job = None
        self.output = Output(self.output.uri, self.output.title, value, False)

    @property
    def content_string(self) -> str:
        return self.content_bytes.decode("utf-8-sig")

    @content_string.setter
    def content_string(self, value: str) -> None:
        self.content_bytes = value.encode()

    def copy_file(self, dirty: bool = False) -> None:
        """Writes the file to the site, unless another process does."""
        if self.job is None or self.job.claim():
            self.write()

    def write(self) -> None:
        """Writes the file to the site."""
        self.put(self.content_bytes)

    def put(self, content: bytes) -> None:
        """Writes ``content`` in the place of the file."""
        path = self.abs_dest_path
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
        self._head: str | None = None
        self.ahead: Job | None = None
        self._waits = False
        super().__init__(None, file, config)

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """There is no Markdown to render. If nobody else handles the content, it is not made yet."""
        self._waits = not others(config, "page_content")

    def awake(self) -> None:
        """From now on the content is what the page holds."""
        self._waits = False

    @property
    def body(self) -> Body:
        """What the page holds, kept until ``release``."""
        if self._body is None:
            job, self.ahead = self.ahead, None
            self._body, self._head = job.take() if job else self.make()
        return self._body

    @property
    def head(self) -> str:
        """What its ``<head>`` gets, as in ``Output.head``."""
        return self.file.output.head if self._head is None else self._head

    def make(self) -> tuple[Body, str]:
        """What the page holds and what its ``<head>`` gets."""
        return self.file.output.body, self.file.output.head

    @property
    def content(self) -> str:
        if self._waits:
            return ""
        return self.body.html if self._content is None else self._content

    @content.setter
    def content(self, value: str | None) -> None:
        # Who asked too early gives back the empty text that it got.
        if value or not self._waits:
            self._content, self._waits = value, False

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
        self._body, self._outline, self._head = None, None, None


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
    if not others(config, "page_content"):
        return ""
    page.awake()
    return page.body.html


def others(config: MkDocsConfig, event: str) -> bool:
    """Whether another plugin or a hook handles ``event`` and may look at what a page holds."""
    handlers = config.plugins.events[event]
    return any(type(getattr(one, "__self__", None)).__module__ not in _BLIND for one in handlers)


# Material's search only takes attributes off that are meant for it; from pages out of its index, too.
_BLIND = {f"{__package__}.plugin", "material.plugins.search.plugin"}


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
