"""The matrix of one group of agents as a page of its own, for frames in pages of others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .. import urls
from ..bundles import page_style
from ..model import Agent
from ..output import Output
from ..pages import Shared
from ..pages.columns import Column, columns
from ..pages.views import Declared, Effective, View
from ..render import environment
from ..text import slug, unique
from ..urls import Href

STYLE = "assets/embed.css"
VIEWS: dict[str, type[Declared] | type[Effective]] = {"matrix": Declared, "matrix/effective": Effective}
# A frame shows a part at a time: who wants more is better served by the matrix.
MOST_CELLS = 2_500
# Of a frame, in pixels: what stands around the rows, a row, and the most that a page of a wiki has room for.
WIDTH, AROUND, ROW, MOST_HEIGHT = 800, 240, 27, 640


def embeds(shared: Shared) -> Iterator[Output]:
    """A page for each group, as declared and as effective. They are in no navigation and in no search."""
    where = shared.where
    template = environment(None, shared.say.tag).get_template("embed.html.jinja")
    names = stems(shared)
    for group in shared.by_group:
        found = columns(shared.part(group))
        for matrix, view in VIEWS.items():
            file = where.uri(address(matrix, names[group]))
            plain = urls.href_at(file, where.directory_urls)
            href: Href = lambda uri, anchor="", plain=plain: plain(where.uri(uri), anchor)  # type: ignore[misc]
            content = template.render(
                title=title(shared, group),
                lang=shared.say.tag,
                page=href(f"{matrix}.md"),
                shown=where.absolute(f"{matrix}.md") or href(f"{matrix}.md"),
                style=href(STYLE),
                site=where.site_name,
                **_table(view(shared), shared.by_group[group], found, href),
            )
            yield Output(file, title(shared, group), content, False)
    yield Output(where.uri(STYLE), STYLE, page_style("embed"), False)


def stems(shared: Shared) -> dict[str, str]:
    """The part of the address that stands for each group."""
    taken: dict[str, int] = {}
    return {group: unique(slug(group) if group else "general", taken) for group in shared.by_group}


def address(matrix: str, stem: str) -> str:
    """The file of a group's page, from the catalog's folder; ``matrix`` is one of ``VIEWS``."""
    return f"{matrix}/group/{stem}/embed.html"


def title(shared: Shared, group: str) -> str:
    return f"{shared.say('Tool matrix')}: {group or shared.say('General')}"


def height(shared: Shared, group: str) -> int:
    """How high a frame is that shows the whole table, if it is no long one."""
    return min(MOST_HEIGHT, AROUND + ROW * len(shared.by_group[group]))


def _table(view: View, agents: list[Agent], found: list[Column], href: Href) -> dict[str, Any]:
    """Columns and rows, no more than a page can hold; ``left`` counts the agents that are not there."""
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
