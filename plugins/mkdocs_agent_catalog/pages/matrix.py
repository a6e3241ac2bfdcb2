"""The matrix: agents as rows in their groups, tools as columns in theirs, every cell with sign and words.

There are two of it, declared and effective: the same rows and columns, told apart by their address. A catalog
that is too large for one table gets a table of its groups, and a page for each group with all of its cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .. import urls
from ..facts import GROUPS
from ..model import Agent
from ..output import SearchEntry
from ..text import slug, unique
from ..urls import Href
from ..words import say
from .coding import Coder
from .columns import MOST_CELLS, Column, columns
from .finding import facets, words
from .lists import group_titles
from .page import Page, Shared
from .views import Declared, Effective, View

DECLARED, EFFECTIVE = "matrix.md", "matrix/effective.md"
# How many columns a table may have whose rows are drawn when they are asked for.
MOST_WIDE = 150


@dataclass(frozen=True, slots=True)
class Table:
    """One page of the matrix: ``whole`` is that of all agents, ``folded`` a table of groups."""

    uri: str
    title: str
    agents: tuple[Agent, ...]
    whole: bool = True
    folded: bool = False

    @property
    def group(self) -> str:
        """The group of a page that is not whole."""
        return self.agents[0].group


def matrix_pages(shared: Shared) -> Iterator[Page]:
    """The matrix as declared and as effective, each complete without JavaScript."""
    agents, folded = shared.catalog.agents, is_folded(shared)
    views: tuple[tuple[str, str, type[Declared] | type[Effective]], ...] = (
        (DECLARED, shared.say("Tool matrix"), Declared),
        (EFFECTIVE, shared.say("Tool matrix: effective"), Effective),
    )
    for uri, title, view in views:
        yield _page(shared, view(shared), Table(uri, title, agents, folded=folded))
        for table in tables(shared, uri, title) if folded else ():
            yield _page(shared, view(shared), table)


def frame_files(shared: Shared) -> dict[tuple[str, str], str]:
    """The file for frames of each group (``take/groups.py``), by matrix and group, below the catalog."""
    taken: dict[str, int] = {}
    stems = {group: unique(slug(group) if group else "general", taken) for group in shared.by_group}
    views = [uri.removesuffix(".md") for uri in (DECLARED, EFFECTIVE)]
    return {(view, group): f"{view}/group/{stems[group]}/embed.html" for view in views for group in stems}


def is_folded(shared: Shared) -> bool:
    """Whether the groups have pages of their own, as one table cannot hold all agents."""
    return len(shared.catalog.agents) * len(columns(shared.catalog)) > MOST_CELLS


def tables(shared: Shared, uri: str, title: str) -> Iterator[Table]:
    """The tables of the groups, as many for each as its cells need."""
    taken: dict[str, int] = {}
    for name, agents in shared.by_group.items():
        width = max(1, len(columns(shared.part(name), MOST_WIDE)))
        step = max(1, MOST_CELLS // (width + 2))
        for start in range(0, len(agents), step):
            stem = unique(slug(name) if name else "general", taken)
            group = name or shared.say("General")
            yield Table(_part(uri, stem), f"{title}: {group}", tuple(agents[start : start + step]), False)


def _part(uri: str, stem: str) -> str:
    return f"{uri.removesuffix('.md')}/group/{stem}.md"


def _page(shared: Shared, view: View, table: Table) -> Page:
    lead = shared.say(view.lead)
    return Page(
        uri=table.uri,
        template="matrix.html.jinja",
        title=table.title,
        context=lambda href: _context(shared, view, table, href),
        description=lead,
        wide=True,
        search=(SearchEntry("", table.title, lead),) if table.whole else (),
    )


def _context(shared: Shared, view: View, table: Table, href: Href) -> dict[str, Any]:
    found = _columns(shared, table)
    coder = Coder(shared, view)
    parts = _parts(shared, table, href) if table.folded else {}
    bodies = [
        _body(shared, view, coder, (name, agents), found, href, parts)
        for name, agents in group_titles(table.agents)
    ]
    titles = {id: shared.say(title) for id, title in (*GROUPS, ("rare", say("Rare")))}
    totals = [sum(body["totals"][n] for body in bodies) for n in range(len(found))]
    return {
        "columns": [
            {"name": c.name, "group": c.group, "href": href(c.uri) if c.uri else None, "total": total}
            for c, total in zip(found, totals, strict=True)
        ],
        "rare": [{"name": name, "href": href(uri)} for c in found for name, uri in c.rare],
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
        "headings": (),
    }


def _columns(shared: Shared, table: Table) -> list[Column]:
    if table.whole:
        return columns(shared.catalog, MOST_WIDE) if table.folded else columns(shared.catalog)
    return columns(shared.part(table.group), MOST_WIDE, {one.id for one in table.agents})


def sub_matrix(shared: Shared, agents: list[Agent], view: str, href: Href) -> dict[str, Any]:
    """A part of the matrix for a page of somebody's own: columns and rows, those of ``agents`` only."""
    chosen: View = Declared(shared) if view == "declared" else Effective(shared)
    found = columns(shared.catalog, agents={one.id for one in agents})
    coder = Coder(shared, chosen)
    return {
        "columns": [{"name": c.name, "href": href(c.uri) if c.uri else None} for c in found],
        "rows": [_row(shared, chosen, coder, agent, found, href, None) for agent in agents],
    }


def _parts(shared: Shared, table: Table, href: Href) -> dict[str, str]:
    """Where the cells of each agent are, by its id."""
    return {
        agent.id: href(part.uri) for part in tables(shared, table.uri, table.title) for agent in part.agents
    }


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
    coder: Coder,
    group: tuple[str, list[Agent]],
    found: list[Column],
    href: Href,
    parts: dict[str, str],
) -> dict[str, Any]:
    name, agents = group
    return {
        "title": name or shared.say("General"),
        "rows": [_row(shared, view, coder, agent, found, href, parts.get(agent.id)) for agent in agents],
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
