"""The navigation holds the index pages, never the agents: MkDocs renders all of it into each page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page

PAGES = (
    ("Agents", "agents/index.md"),
    ("Tool matrix", "matrix.md"),
    ("Who can do what", "reach.md"),
    ("Overview", "overview.md"),
    ("Tools", "tools/index.md"),
    ("Skills", "skills/index.md"),
    ("MCP servers", "servers/index.md"),
    ("Problems", "problems.md"),
    ("How grants are computed", "grants.md"),
)


def in_nav(uri: str, path: str) -> bool:
    """Whether the page at ``uri`` is one that a navigation holds."""
    return uri in {f"{path}/{page}" if path else page for _, page in PAGES}


def title(path: str) -> str:
    """What the section is called: after its folder on the site, so that two catalogs are told apart."""
    return path.rpartition("/")[2].replace("-", " ").capitalize() or "Catalog"


def append_section(nav: Navigation, pages: list[Page], path: str) -> None:
    """Puts ``pages`` into a section at the end of a navigation that MkDocs made of the files by itself."""
    section = Section(title(path), list(pages))
    for page in pages:
        page.parent = section
        last = nav.pages[-1] if nav.pages else None
        page.previous_page = last
        if last is not None:
            last.next_page = page
        nav.pages.append(page)
    nav.items.append(section)


def in_order(pages: Iterable[Page], path: str) -> list[Page]:
    """Those of ``pages`` that a navigation holds, in its order."""
    wanted = [f"{path}/{page}" if path else page for _, page in PAGES]
    by_uri = {page.file.src_uri: page for page in pages}
    return [by_uri[uri] for uri in wanted if uri in by_uri]


def with_catalog(nav: list[Any], path: str) -> list[Any]:
    """``nav`` with a section for the catalog at its end, unless it leads to one of its pages already."""
    pages = [(name, f"{path}/{page}" if path else page) for name, page in PAGES]
    if set(_leaves(nav)) & {page for _, page in pages}:
        return nav
    return [*nav, {title(path): [{name: page} for name, page in pages]}]


def _leaves(nav: Any) -> list[str]:
    if isinstance(nav, str):
        return [nav]
    if isinstance(nav, dict):
        return [leaf for value in nav.values() for leaf in _leaves(value)]
    return [leaf for value in nav or [] for leaf in _leaves(value)]
