"""The matrix of one group of agents as a page of its own, for frames in pages of others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from .. import urls
from ..bundles import page_style
from ..linked import Catalog, ToolUse
from ..model import Agent
from ..output import Output
from ..pages import MOST_CELLS, Column, Declared, Effective, Shared, View, columns
from ..render import environment
from ..text import slug, unique
from ..urls import Href

STYLE = "assets/embed.css"
VIEWS: dict[str, type[Declared] | type[Effective]] = {"matrix": Declared, "matrix/effective": Effective}
# Of a frame, in pixels: what stands around the rows, a row, and the most that a page of a wiki has room for.
WIDTH, AROUND, ROW, MOST_HEIGHT = 800, 210, 27, 640


def embeds(shared: Shared) -> Iterator[Output]:
    """A page for each group, as declared and as effective. They are in no navigation and in no search."""
    where = shared.where
    catalogs = dict(_catalogs(shared))
    template = environment(None, shared.say.tag).get_template("embed.html.jinja")
    for matrix, view in VIEWS.items():
        for group, stem in stems(shared).items():
            file = where.uri(address(matrix, stem))
            href = urls.href_at(file, where.directory_urls)
            page = where.uri(f"{matrix}.md")
            content = template.render(
                title=title(shared, group),
                lang=shared.say.tag,
                page=href(page),
                shown=where.absolute(f"{matrix}.md") or href(page),
                style=href(where.uri(STYLE)),
                site=where.site_name,
                **_table(shared, view(shared), group, catalogs[group], lambda uri, h=href: h(where.uri(uri))),
            )
            yield Output(file, title(shared, group), content, False)
    yield Output(where.uri(STYLE), STYLE, page_style("embed"), False)


def stems(shared: Shared) -> dict[str, str]:
    """The part of the address that stands for each group."""
    taken: dict[str, int] = {}
    return {group: unique(slug(group) if group else "general", taken) for group in shared.by_group}


def address(matrix: str, stem: str) -> str:
    """The file of a group's page, from the catalog's folder; ``matrix`` is one of ``VIEWS``."""
    return f"{matrix}/embed/{stem}.html"


def title(shared: Shared, group: str) -> str:
    return f"{shared.say('Tool matrix')}: {group or shared.say('General')}"


def height(shared: Shared, group: str) -> int:
    """How high a frame is that shows the whole table, if it is no long one."""
    return min(MOST_HEIGHT, AROUND + ROW * len(shared.by_group[group]))


def _catalogs(shared: Shared) -> Iterator[tuple[str, Catalog]]:
    """The catalog of each group: the tools and servers with the uses by its agents only.

    Taken apart once: a catalog has as many uses as agents times tools.
    """
    groups = {one.id: one.group for one in shared.catalog.agents}

    def apart(things: Any) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for thing in things:
            uses: dict[str, list[ToolUse]] = {}
            for use in thing.uses:
                uses.setdefault(groups[use.agent], []).append(use)
            for group, some in uses.items():
                found.setdefault(group, []).append(replace(thing, uses=tuple(some)))
        return found

    tools, servers = apart(shared.catalog.tools), apart(shared.catalog.servers)
    for group in shared.by_group:
        parts = {"tools": tuple(tools.get(group, ())), "servers": tuple(servers.get(group, ()))}
        yield group, replace(shared.catalog, **parts)


def _table(shared: Shared, view: View, group: str, catalog: Catalog, href: Href) -> dict[str, Any]:
    """Columns and rows, no more than a page can hold; ``left`` counts the agents that are not there."""
    found, agents = columns(catalog), shared.by_group[group]
    shown = agents[: max(1, MOST_CELLS // (len(found) + 1))]
    return {
        "columns": [{"name": one.name, "href": href(one.uri) if one.uri else ""} for one in found],
        "rows": [_row(view, agent, found, href) for agent in shown],
        "left": len(agents) - len(shown),
        "legend": view.legend,
    }


def _row(view: View, agent: Agent, found: list[Column], href: Href) -> dict[str, Any]:
    whole, _ = view.row(agent)
    cells = [] if whole else [view.cell(agent, column) for column in found]
    return {"name": agent.title, "href": href(urls.agent(agent.id)), "all": whole, "cells": cells}
