"""The navigation holds the index pages, never the agents: MkDocs renders all of it into each page."""

from __future__ import annotations

from typing import Any

PAGES = (
    ("Agents", "agents/index.md"),
    ("Tool matrix", "matrix.md"),
    ("Tools", "tools/index.md"),
    ("Skills", "skills/index.md"),
    ("MCP servers", "servers/index.md"),
    ("Problems", "problems.md"),
)


def in_nav(uri: str, path: str) -> bool:
    """Whether the page at ``uri`` is one that a navigation holds."""
    return uri in {f"{path}/{page}" if path else page for _, page in PAGES}


def with_catalog(nav: list[Any], path: str) -> list[Any]:
    """``nav`` with a section for the catalog at its end, unless it leads to one of its pages already."""
    pages = [(title, f"{path}/{page}" if path else page) for title, page in PAGES]
    if set(_leaves(nav)) & {page for _, page in pages}:
        return nav
    return [*nav, {"Catalog": [{title: page} for title, page in pages]}]


def _leaves(nav: Any) -> list[str]:
    if isinstance(nav, str):
        return [nav]
    if isinstance(nav, dict):
        return [leaf for value in nav.values() for leaf in _leaves(value)]
    return [leaf for value in nav or [] for leaf in _leaves(value)]
