"""The navigation holds the index pages, never the agents: MkDocs renders all of it into each page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page

from ..pages.registry import list_nav_pages
from ..text.i18n import Translations


def is_in_nav(uri: str, path: str) -> bool:
    """Whether the page at ``uri`` is one that a navigation holds."""
    return uri in {f"{path}/{page}" if path else page for page, _title in list_nav_pages()}


def get_section_title(path: str, say: Translations) -> str:
    """What the section is called: after its folder on the site, so that two catalogs are told apart."""
    return path.rpartition("/")[2].replace("-", " ").capitalize() or say("Catalog")


def append_section(nav: Navigation, pages: list[Page], path: str, say: Translations) -> None:
    """Puts ``pages`` into a section at the end of a navigation that MkDocs made of the files by itself."""
    section = Section(get_section_title(path, say), list(pages))
    for page in pages:
        page.parent = section
        last = nav.pages[-1] if nav.pages else None
        page.previous_page = last
        if last is not None:
            last.next_page = page
        nav.pages.append(page)
    nav.items.append(section)


def set_parents(nav: Navigation, pages: Iterable[Page], path: str) -> None:
    """Gives ``pages``, which are in no navigation, the section of the catalog's index above them.

    So the navigation stays in view on the page of an agent, and says where one is.
    """
    uri = f"{path}/agents/index.md" if path else "agents/index.md"
    index = next((page for page in nav.pages if page.file.src_uri == uri), None)
    for page in pages:
        if page.parent is None and index is not None:
            page.parent = index.parent


def sort_for_nav(pages: Iterable[Page], path: str) -> list[Page]:
    """Those of ``pages`` that a navigation holds, in its order."""
    wanted = [f"{path}/{page}" if path else page for page, _title in list_nav_pages()]
    by_uri = {page.file.src_uri: page for page in pages}
    return [by_uri[uri] for uri in wanted if uri in by_uri]


def add_catalog_section(nav: list[Any], path: str, say: Translations) -> list[Any]:
    """``nav`` with a section for the catalog at its end, unless it leads to one of its pages already."""
    pages = [(title, f"{path}/{page}" if path else page) for page, title in list_nav_pages()]
    if collect_nav_targets(nav) & {page for _, page in pages}:
        return nav
    return [*nav, {get_section_title(path, say): [{say(title): page} for title, page in pages]}]


def collect_nav_targets(nav: Any) -> set[str]:
    """The files and links that a navigation names."""
    if isinstance(nav, str):
        return {nav.lstrip("/")}
    result = nav.values() if isinstance(nav, dict) else nav or ()
    return {leaf for value in result for leaf in collect_nav_targets(value)}
