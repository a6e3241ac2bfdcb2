"""The navigation holds the index pages, never the agents: MkDocs renders all of it into each page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page

from ..text.i18n import Words
from ..text.i18n import marked as _

PAGES = (
    (_("Agents"), "agents/index.md"),
    (_("Tool matrix"), "matrix.md"),
    (_("Agents with the same tools"), "matrix/profiles.md"),
    (_("Who can do what"), "reach.md"),
    (_("Overview"), "overview.md"),
    (_("Tools"), "tools/index.md"),
    (_("Skills"), "skills/index.md"),
    (_("MCP servers"), "servers/index.md"),
    (_("Problems"), "problems.md"),
    (_("How grants are computed"), "grants.md"),
)


def in_nav(uri: str, path: str) -> bool:
    """Whether the page at ``uri`` is one that a navigation holds."""
    return uri in {f"{path}/{page}" if path else page for _name, page in PAGES}


def title(path: str, say: Words) -> str:
    """What the section is called: after its folder on the site, so that two catalogs are told apart."""
    return path.rpartition("/")[2].replace("-", " ").capitalize() or say("Catalog")


def append_section(nav: Navigation, pages: list[Page], path: str, say: Words) -> None:
    """Puts ``pages`` into a section at the end of a navigation that MkDocs made of the files by itself."""
    section = Section(title(path, say), list(pages))
    for page in pages:
        page.parent = section
        last = nav.pages[-1] if nav.pages else None
        page.previous_page = last
        if last is not None:
            last.next_page = page
        nav.pages.append(page)
    nav.items.append(section)


def adopt(nav: Navigation, pages: Iterable[Page], path: str) -> None:
    """Gives ``pages``, which are in no navigation, the section of the catalog's index above them.

    So the navigation stays in view on the page of an agent, and says where one is.
    """
    uri = f"{path}/agents/index.md" if path else "agents/index.md"
    index = next((page for page in nav.pages if page.file.src_uri == uri), None)
    for page in pages:
        if page.parent is None and index is not None:
            page.parent = index.parent


def in_order(pages: Iterable[Page], path: str) -> list[Page]:
    """Those of ``pages`` that a navigation holds, in its order."""
    wanted = [f"{path}/{page}" if path else page for _name, page in PAGES]
    by_uri = {page.file.src_uri: page for page in pages}
    return [by_uri[uri] for uri in wanted if uri in by_uri]


def with_catalog(nav: list[Any], path: str, say: Words) -> list[Any]:
    """``nav`` with a section for the catalog at its end, unless it leads to one of its pages already."""
    pages = [(name, f"{path}/{page}" if path else page) for name, page in PAGES]
    if leaves(nav) & {page for _, page in pages}:
        return nav
    return [*nav, {title(path, say): [{say(name): page} for name, page in pages]}]


def leaves(nav: Any) -> set[str]:
    """The files and links that a navigation names."""
    if isinstance(nav, str):
        return {nav.lstrip("/")}
    found = nav.values() if isinstance(nav, dict) else nav or ()
    return {leaf for value in found for leaf in leaves(value)}
