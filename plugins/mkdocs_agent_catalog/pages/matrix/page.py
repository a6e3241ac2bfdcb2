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
from ...text.i18n import marked as _
from ...text.i18n import say
from ..finder.facets import facets, words
from ..page import Page, Shared, group_titles
from ..pagination import Cut, Part
from .cell_codes import Coder
from .cells import Declared, Effective, View
from .columns import Column, columns
from .group_pages import (
    DECLARED,
    EFFECTIVE,
    Table,
    frame_files,
    group_pages,
    group_tables,
    is_folded,
    whole_table,
)

__all__ = ["DECLARED", "EFFECTIVE", "frame_files", "matrix_pages", "sub_matrix"]

TITLES = {"declared": _("Tool matrix"), "effective": _("Tool matrix: effective")}
PAGES = {"declared": DECLARED, "effective": EFFECTIVE}
# How many rare tools are named below a table.
MOST_RARE = 500


def matrix_pages(shared: Shared) -> Iterator[Page]:
    """The matrix as declared and as effective, each complete without JavaScript."""
    folded = is_folded(shared)
    views: tuple[View, ...] = (Declared(shared), Effective(shared))
    for view in views:
        uri, title = PAGES[view.name], shared.say(TITLES[view.name])
        pages = group_pages(shared, uri, title) if folded else None
        yield _page(shared, view, whole_table(shared, uri, title, folded), pages, None)
        for table, part in group_tables(shared, pages) if pages else ():
            yield _page(shared, view, table, pages, part)


def _page(
    shared: Shared, view: View, table: Table, pages: Cut[Agent] | None, part: Part[Agent] | None
) -> Page:
    lead = shared.say(view.lead)
    groups = table.groups if part else () if table.folded else tuple(shared.by_group)
    return Page(
        uri=table.uri,
        template="matrix.html.jinja",
        title=table.title,
        context=lambda href: _context(shared, view, table, pages, part, href),
        description=lead,
        wide=True,
        search=(SearchEntry("", table.title, lead),) if table.whole else (),
        # A page that several groups share offers no frames.
        framed=groups if part is None or len(groups) == 1 else (),
    )


def _context(
    shared: Shared,
    view: View,
    table: Table,
    pages: Cut[Agent] | None,
    part: Part[Agent] | None,
    href: Href,
) -> dict[str, Any]:
    found = table.columns()
    rare = [{"name": name, "href": href(uri)} for column in found for name, uri in column.rare]
    coder = Coder(shared, view)
    parts = _parts(pages, href) if pages and part is None else {}
    bodies = [
        _body(shared, view, None if table.short else coder, (name, agents), found, href, parts)
        for name, agents in group_titles(table.agents)
    ]
    titles = {id: shared.say(title) for id, title in (*GROUPS, ("rare", say("Rare")))}
    totals = [sum(body["totals"][n] for body in bodies) for n in range(len(found))]
    return {
        "columns": [
            {"name": c.name, "group": c.group, "href": href(c.uri) if c.uri else None, "total": total}
            for c, total in zip(found, totals, strict=True)
        ],
        "rare": rare[:MOST_RARE],
        "rare_count": len(rare),
        "column_groups": _column_groups(found, titles),
        "bodies": bodies,
        "view": view,
        "table": table,
        "switch": [
            {"title": shared.say("declared"), "href": href(DECLARED), "here": table.uri == DECLARED},
            {"title": shared.say("effective"), "href": href(EFFECTIVE), "here": table.uri == EFFECTIVE},
        ],
        "agents": len(table.agents),
        "csv": href("matrix.csv" if view.name == "declared" else "matrix-effective.csv"),
        "key": coder.key(found, titles, href),
        "parts": pages.around(part, href) if pages else None,
        "headings": (),
    }


def sub_matrix(shared: Shared, agents: list[Agent], view: str, href: Href) -> dict[str, Any]:
    """A part of the matrix for a page of somebody's own: columns and rows, those of ``agents`` only."""
    chosen: View = Declared(shared) if view == "declared" else Effective(shared)
    found = columns(shared.catalog, agents={one.id for one in agents})
    coder = Coder(shared, chosen)
    return {
        "columns": [{"name": c.name, "href": href(c.uri) if c.uri else None} for c in found],
        "rows": [_row(shared, chosen, coder, agent, found, href, None) for agent in agents],
    }


def _parts(cut: Cut[Agent], href: Href) -> dict[str, str]:
    """Where the cells of each agent are, by its id."""
    return {agent.id: href(part.uri) for part in cut.parts for agent in part.entries}


def _column_groups(found: list[Column], titles: dict[str, str]) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = []
    for column in found:
        if not groups or groups[-1]["id"] != column.group:
            groups.append({"id": column.group, "title": titles[column.group], "width": 0})
        groups[-1]["width"] += 1
    return groups


def _body(
    shared: Shared,
    view: View,
    coder: Coder | None,
    group: tuple[str, list[Agent]],
    found: list[Column],
    href: Href,
    parts: dict[str, str],
) -> dict[str, Any]:
    name, agents = group
    return {
        "title": name or shared.say("General"),
        "count": len(agents),
        "rows": [_row(shared, view, coder, one, found, href, parts.get(one.id)) for one in agents if coder],
        "totals": [sum(view.has(agent, column) for agent in agents) for column in found],
        "parts": list(dict.fromkeys(parts[agent.id] for agent in agents if agent.id in parts)),
    }


def _row(
    shared: Shared,
    view: View,
    coder: Coder,
    agent: Agent,
    found: list[Column],
    href: Href,
    part: str | None,
) -> dict[str, Any]:
    said, total = view.row(agent)
    values = facets(shared, agent)
    row = {
        "id": agent.id,
        "name": agent.title,
        "href": href(urls.agent(agent.id)),
        "source": agent.source.path,
        "facets": {name: "|".join(one) for name, one in values.items()},
        "words": words(agent, values),
        "all": said,
        "total": total,
        "part": part,
        **coder.row(agent, found),
    }
    return row if said or part else {**row, "shown": [view.cell(agent, column) for column in found]}
