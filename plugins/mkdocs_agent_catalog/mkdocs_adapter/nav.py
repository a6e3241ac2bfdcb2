"""Adds lists and reports to the navigation. Agents are left out, because MkDocs renders the whole navigation
into each page.

Three sections lead to them. Pages that are in no navigation belong to one of the three all the same, so that
the theme shows on each of them where one is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, cast

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure import StructureItem
from mkdocs.structure.files import File
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page

from ..pages.home import HOME
from ..pages.page import CatalogContext
from ..pages.registry import NavSection, find_nav_uri, list_nav_pages, list_nav_sections
from ..text.i18n import Translations

# A section of Material's navigation that is shown open: its item, its switch, its title.
_OPEN_SECTION = re.compile(
    r'(<li class="md-nav__item) md-nav__item--active( [^"]*md-nav__item--nested">\s*'
    r'<input class="md-nav__toggle md-toggle) ("[^>]*?)\s+checked'
    r'(>.*?<span class="md-ellipsis">\s*(.*?)\s*<)',
    re.DOTALL,
)


class CatalogSection(Section):
    """One of the three sections. With ``beside`` it counts as active while one of those (sections, the home
    page) is, as Material folds every section that is not."""

    beside: tuple[CatalogSection | Page, ...] = ()
    _holds_page = False

    @property
    def is_beside(self) -> bool:
        """Whether the section is shown open although the current page is in another one."""
        return self.active and not self._holds_page

    @property
    def active(self) -> bool:
        """Whether the section is shown open."""
        others = (
            item._holds_page if isinstance(item, CatalogSection) else item.active for item in self.beside
        )
        return self._holds_page or any(others)

    @active.setter
    def active(self, value: bool) -> None:
        self._holds_page = bool(value)
        if self.parent is not None:
            self.parent.active = bool(value)


def fold_on_phones(html: str, sections: Iterable[CatalogSection]) -> str:
    """``html`` with those sections folded on a phone that the page is not in, and open elsewhere.

    On a narrow screen Material shows an open section in place of the whole menu, so that the last of several
    covers the others. What it calls indeterminate is open on wide screens only.
    """
    titles = {escape(section.title) for section in sections if section.is_beside}
    if not titles:
        return html

    def fold(match: re.Match[str]) -> str:
        item, switch, id, title, name = match.groups()
        return f"{item}{switch} md-toggle--indeterminate{id}{title}" if name in titles else match[0]

    return _OPEN_SECTION.sub(fold, html)


def get_title(uri: str, path: str, say: Translations) -> str | None:
    """What the navigation calls the page at ``uri``; ``None`` for one that it does not hold."""
    if uri == _locate(HOME, path):
        # The home of a site is another page than that of a catalog in a folder.
        return say("Overview") if path else say("Home")
    titles = {_locate(page.uri, path): page.title for page in list_nav_pages()}
    return say(titles[uri]) if uri in titles else None


def get_section_title(path: str, say: Translations) -> str:
    """What the catalog is called: after its folder on the site, so that two catalogs are told apart."""
    return path.rpartition("/")[2].replace("-", " ").capitalize() or say("Catalog")


def add_sections(
    nav: Navigation, files: Mapping[str, File], shared: CatalogContext, path: str, config: MkDocsConfig
) -> list[CatalogSection]:
    """Puts the three sections at the end of ``nav``, in one of their own where there are other pages than the
    catalog's, unless ``nav`` leads to the catalog already. ``files`` are the pages of the catalog by uri.
    Returns the sections."""
    if any(page.file.src_uri in files for page in nav.pages):
        return []
    sections = [
        CatalogSection(section.title, items)
        for section in list_nav_sections(shared)
        if (items := list(_list_items(section, files, path)))
    ]
    is_alone = not path and all(isinstance(item, Page) and item.is_homepage for item in nav.items)
    features = config.theme.get("features") or ()
    home = files.get(_locate(HOME, path))
    homes = [home.page] if home is not None and home.page is not None else []
    if config.theme.name in ("material", "materialx") and not (is_alone and "navigation.tabs" in features):
        for section in sections:
            section.beside = (*(other for other in sections if other is not section), *homes)
    entries: list[StructureItem] = list(sections)
    if homes and path:
        entries.insert(0, homes[0])
        _add_page(nav, homes[0])
    elif homes:
        _add_homepage(nav, homes[0])
    nav.items += entries if is_alone else [_wrap(get_section_title(path, shared.say), entries)]
    for section in sections:
        for item in section.children:
            item.parent = section
            if isinstance(item, Page):
                _add_page(nav, item)
    return sections


def list_hidden(page: Page, config: MkDocsConfig) -> tuple[str, ...]:
    """What Material leaves out beside ``page``: with tabs the side of a home page would name only itself."""
    has_tabs = "navigation.tabs" in (config.theme.get("features") or ())
    return ("navigation",) if page.is_homepage and has_tabs else ()


def _wrap(title: str, items: list[StructureItem]) -> Section:
    section = Section(title, items)
    for item in items:
        item.parent = section
    return section


def _list_items(section: NavSection, files: Mapping[str, File], path: str) -> Iterable[StructureItem]:
    """The pages of a section."""
    for entry in section.pages:
        file = files.get(_locate(entry.uri, path))
        if file is not None and file.page is not None:
            yield file.page


def _add_homepage(nav: Navigation, page: Page) -> None:
    if nav.pages:
        nav.pages[0].previous_page, page.next_page = page, nav.pages[0]
    nav.items.insert(0, page)
    nav.pages.insert(0, page)
    nav.homepage = page


def _add_page(nav: Navigation, page: Page) -> None:
    last = nav.pages[-1] if nav.pages else None
    page.previous_page = last
    if last is not None:
        last.next_page = page
    nav.pages.append(page)


def set_parents(nav: Navigation, pages: Iterable[Page], path: str) -> None:
    """Gives ``pages``, which are in no navigation, the page above them as what they are part of.

    So the navigation stays in view on the page of an agent, and marks the list that it is in.
    """
    listed = {page.file.src_uri: page for page in nav.pages}
    uris = {page.uri for page in list_nav_pages() if _locate(page.uri, path) in listed}
    for page in pages:
        if page.parent is None and page.file.src_uri not in {*listed, _locate(HOME, path)}:
            above = find_nav_uri(page.file.src_uri.removeprefix(f"{path}/"), uris)
            # What is above a page is active with it, and shown so: that may be a page, too.
            page.parent = cast("Section | None", listed[_locate(above, path)] if above else None)


def collect_nav_targets(nav: Any) -> set[str]:
    """The files and links that a navigation names."""
    if isinstance(nav, str):
        return {nav.lstrip("/")}
    result = nav.values() if isinstance(nav, dict) else nav or ()
    return {leaf for value in result for leaf in collect_nav_targets(value)}


def _locate(uri: str, path: str) -> str:
    return f"{path}/{uri}" if path else uri
