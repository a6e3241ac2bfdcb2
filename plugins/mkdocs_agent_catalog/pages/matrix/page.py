"""The matrix: agents as rows in their groups, tools as columns in theirs, every cell with sign and words.

There are two of it, declared and effective: the same rows and columns, told apart by their address. A catalog
that is too large for one table gets a table of its groups, and a page for each group with all of its cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...addresses import urls
from ...addresses.urls import Href
from ...model.definitions import Agent
from ...model.output import SearchEntry
from ...runtimes.builtin_tools import GROUPS
from ...text.i18n import mark_for_translation as _
from ...text.i18n import say
from ..finder.facets import list_facets, list_filter_words
from ..finder.list_finder import build_agent_finder
from ..page import CatalogContext, Page, group_titles
from ..pagination import ListPage, PaginatedList
from .cell_codes import CellEncoder
from .cells import DeclaredView, EffectiveView, MatrixView
from .columns import Column, build_columns, list_drawn_columns
from .group_pages import (
    DECLARED,
    EFFECTIVE,
    MatrixTable,
    build_whole_table,
    group_pages,
    group_tables,
    is_folded,
    list_embed_paths,
)

__all__ = ["DECLARED", "EFFECTIVE", "build_sub_matrix", "list_embed_paths", "list_matrix_pages"]

TITLES = {"declared": _("Tool matrix"), "effective": _("Tool matrix: effective")}
PAGES = {"declared": DECLARED, "effective": EFFECTIVE}
# How many rare tools are named below a table.
MOST_RARE = 500


def list_matrix_pages(shared: CatalogContext) -> Iterator[Page]:
    """The matrix as declared and as effective, each complete without JavaScript."""
    folded = is_folded(shared)
    views: tuple[MatrixView, ...] = (DeclaredView(shared), EffectiveView(shared))
    for view in views:
        uri, title = PAGES[view.name], shared.say(TITLES[view.name])
        pages = group_pages(shared, uri, title) if folded else None
        yield _build_page(shared, view, build_whole_table(shared, uri, title, folded), pages, None)
        for table, part in group_tables(shared, pages) if pages else ():
            yield _build_page(shared, view, table, pages, part)


def _build_page(
    shared: CatalogContext,
    view: MatrixView,
    table: MatrixTable,
    pages: PaginatedList[Agent] | None,
    part: ListPage[Agent] | None,
) -> Page:
    lead = shared.say(view.lead)
    groups = table.groups if part else () if table.folded else tuple(shared.by_group)
    return Page(
        uri=table.uri,
        template="matrix.html.jinja",
        title=table.title,
        context=lambda href: _build_context(shared, view, table, pages, part, href),
        description=lead,
        wide=True,
        search=(SearchEntry("", table.title, lead),) if table.whole else (),
        # A page that several groups share offers no frames.
        framed=groups if part is None or len(groups) == 1 else (),
    )


def _build_context(
    shared: CatalogContext,
    view: MatrixView,
    table: MatrixTable,
    pages: PaginatedList[Agent] | None,
    part: ListPage[Agent] | None,
    href: Href,
) -> dict[str, Any]:
    columns = table.build_columns()
    rare = [{"name": name, "href": href(uri)} for column in columns for name, uri in column.rare]
    coder = CellEncoder(shared, view)
    parts = _build_parts(pages, href) if pages and part is None else {}
    drawn = list_drawn_columns(columns)
    bodies = [
        _build_body(shared, view, None if table.short else coder, (name, agents), columns, href, parts)
        for name, agents in group_titles(table.agents)
    ]
    titles = {id: shared.say(title) for id, title in (*GROUPS, ("rare", say("Rare")))}
    totals = [sum(body["totals"][n] for body in bodies) for n in range(len(drawn))]
    return {
        "columns": [
            {"name": c.name, "group": c.group, "href": href(c.uri) if c.uri else None, "total": total}
            for c, total in zip(drawn, totals, strict=True)
        ],
        "rare": rare[:MOST_RARE],
        "rare_count": len(rare),
        "column_groups": _group_columns(drawn, titles),
        "bodies": bodies,
        "finder": build_agent_finder(shared, table.agents, href),
        "view": view,
        "table": table,
        "switch": [
            {"title": shared.say("declared"), "href": href(DECLARED), "here": table.uri == DECLARED},
            {"title": shared.say("effective"), "href": href(EFFECTIVE), "here": table.uri == EFFECTIVE},
        ],
        "agents": len(table.agents),
        "csv": href("matrix.csv" if view.name == "declared" else "matrix-effective.csv"),
        "key": coder.build_legend(columns, titles, href),
        "parts": pages.build_pager(part, href) if pages else None,
        "headings": (),
    }


def build_sub_matrix(shared: CatalogContext, agents: list[Agent], view: str, href: Href) -> dict[str, Any]:
    """A part of the matrix for a page of somebody's own: columns and rows, those of ``agents`` only."""
    chosen: MatrixView = DeclaredView(shared) if view == "declared" else EffectiveView(shared)
    columns = build_columns(shared.catalog, agents={agent.id for agent in agents})
    coder = CellEncoder(shared, chosen)
    return {
        "columns": [{"name": c.name, "href": href(c.uri) if c.uri else None} for c in columns],
        "rows": [_build_row(shared, chosen, coder, agent, columns, href, None) for agent in agents],
    }


def _build_parts(cut: PaginatedList[Agent], href: Href) -> dict[str, str]:
    """Where the cells of each agent are, by its id."""
    return {agent.id: href(part.uri) for part in cut.parts for agent in part.entries}


def _group_columns(columns: list[Column], titles: dict[str, str]) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = []
    for column in columns:
        if not groups or groups[-1]["id"] != column.group:
            groups.append({"id": column.group, "title": titles[column.group], "width": 0})
        groups[-1]["width"] += 1
    return groups


def _build_body(
    shared: CatalogContext,
    view: MatrixView,
    coder: CellEncoder | None,
    group: tuple[str, list[Agent]],
    columns: list[Column],
    href: Href,
    parts: dict[str, str],
) -> dict[str, Any]:
    name, agents = group
    return {
        "title": shared.name_group(name),
        "count": len(agents),
        "rows": [
            _build_row(shared, view, coder, agent, columns, href, parts.get(agent.id))
            for agent in agents
            if coder
        ],
        "totals": [
            sum(view.counts(agent, column) for agent in agents) for column in list_drawn_columns(columns)
        ],
        "parts": list(dict.fromkeys(parts[agent.id] for agent in agents if agent.id in parts)),
    }


def _build_row(
    shared: CatalogContext,
    view: MatrixView,
    coder: CellEncoder,
    agent: Agent,
    columns: list[Column],
    href: Href,
    part: str | None,
) -> dict[str, Any]:
    message, total = view.describe_row(agent)
    values = list_facets(shared, agent)
    row = {
        "id": agent.id,
        "name": agent.title,
        "href": href(urls.make_agent_uri(agent.id)),
        "source": agent.source.path,
        "facets": {name: "|".join(texts) for name, texts in values.items()},
        "words": list_filter_words(shared, agent),
        "all": message,
        "total": total,
        "part": part,
        **coder.encode_row(agent, columns),
    }
    return (
        row
        if message or part
        else {**row, "shown": [view.build_cell(agent, column) for column in list_drawn_columns(columns)]}
    )
