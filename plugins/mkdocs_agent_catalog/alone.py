"""Pages of the catalog that nobody else handles, from body to file, and who writes them with us."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from mkdocs.commands.build import get_context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File
from mkdocs.structure.nav import Navigation

from .entries import CatalogFile, CatalogPage, others
from .hands import Hands, hands
from .previews import inserted
from .shell import Shell

# Events in which another plugin could change what is written, or remember it.
EVENTS = ("page_content", "page_context", "post_page")
# After so many new objects garbage is looked for while pages are made, which leave little of it.
SELDOM = 20_000
BUILD = logging.getLogger("mkdocs.commands.build")


@dataclass(frozen=True, slots=True)
class Site:
    """What a page's template is given beside the page, as MkDocs gives it."""

    config: MkDocsConfig
    navigation: Navigation
    pages: Sequence[File]
    """The pages that are built: the same list for each page."""

    def write(self, page: CatalogPage, shell: Shell) -> None:
        """Writes ``page``: what MkDocs does between the events of a page, and what we do in them."""
        page.meta.pop("template", None)
        page.active = True
        try:
            text = shell.make(get_context(self.navigation, self.pages, self.config, page))
        finally:
            page.active = False
        text = inserted(text, page.head)
        page.release()
        page.file.put(text.encode("utf-8", errors="xmlcharrefreplace"))


class Team:
    """Whoever writes the files and pages of ``found`` with us, if anybody; where others handle pages, those
    are only made ahead. Make one when nothing about them changes, and ``dismiss`` it whatever happens."""

    def __init__(self, found: Iterable[CatalogFile], site: Site) -> None:
        files = [file for file in found if not file.is_documentation_page()]
        pages = [file.page for file in found if isinstance(file.page, CatalogPage)]
        self.hands: Hands | None = None
        if any(others(site.config, event) for event in EVENTS):
            self.hands = hands([file.write for file in files], [page.make for page in pages])
            for n, page in enumerate(pages, len(files)):
                page.ahead = self.hands.job(n) if self.hands else None
        else:
            shells = [(page, page.meta.get("template")) for page in pages]
            whole = [(page, shell) for page, shell in shells if isinstance(shell, Shell)]
            writes = [partial(site.write, *one) for one in whole]
            self.hands = hands([*(file.write for file in files), *writes], [])
            files += [page.file for page, _ in whole]
        for n, file in enumerate(files):
            file.job = self.hands.job(n) if self.hands else None
        self.often = gc.get_threshold()
        gc.set_threshold(SELDOM, *self.often[1:])
        self.quiet = Quiet({file.src_uri for file in files if file.job})
        BUILD.addFilter(self.quiet)

    def finish(self) -> None:
        """Waits until all is written. Raises what writing it raises."""
        if self.hands:
            self.hands.settle()
        self.dismiss()

    def dismiss(self) -> None:
        """Ends the others."""
        BUILD.removeFilter(self.quiet)
        gc.unfreeze()
        gc.set_threshold(*self.often)
        if self.hands:
            self.hands.close()
        self.hands = None


class Quiet(logging.Filter):
    """MkDocs says of a page without text that it is skipped: of those that others write it is not true."""

    def __init__(self, pages: set[str]) -> None:
        super().__init__()
        self.pages = pages

    def filter(self, record: logging.LogRecord) -> bool:
        return not (record.msg.startswith("Page skipped: ") and record.msg.split("'")[1] in self.pages)
