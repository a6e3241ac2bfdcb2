"""The matrix of one group of agents as a page of its own, for frames in pages of others."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from ...addresses import urls
from ...addresses.urls import Href, Where
from ...model.definitions import Agent
from ...model.output import Output
from ...pages.assets import page_style
from ...pages.matrix.cells import Declared, Effective, View
from ...pages.matrix.columns import Column, columns, split_uses
from ...pages.matrix.group_pages import frame_files
from ...pages.registry import Shared
from ...pages.render import environment
from ...text.i18n import marked as _
from ..previews.oembed import frame

STYLE = "assets/embed.css"
VIEWS: dict[str, type[Declared] | type[Effective]] = {"matrix": Declared, "matrix/effective": Effective}
TITLES = {"matrix": _("Tool matrix"), "matrix/effective": _("Tool matrix: effective")}
# Of a frame, in pixels: what stands around the rows, a row, and the most that a page of a wiki has room for.
WIDTH, AROUND, ROW, MOST_HEIGHT = 800, 240, 27, 640


def embeds(shared: Shared) -> Iterator[Output]:
    """A page for each group, as declared and as effective. They are in no navigation and in no search."""
    files = frame_files(shared)
    catalogs = split_uses(shared.catalog, {agent.id: agent.group for agent in shared.catalog.agents})
    for group in shared.by_group:
        found = columns(catalogs[group])
        for matrix in VIEWS:
            file = shared.where.uri(files[matrix, group])
            made = partial(_page, shared, matrix, group, found, file)
            yield Output(file, title(shared, matrix, group), made, False)
    yield Output(shared.where.uri(STYLE), STYLE, page_style("embed"), False)


def _page(shared: Shared, matrix: str, group: str, found: list[Column], file: str) -> str:
    where = shared.where
    plain = urls.href_at(file, where.directory_urls)

    def href(uri: str, anchor: str = "") -> str:
        return plain(where.uri(uri), anchor)

    return (
        environment(shared.templates, shared.say.tag)
        .get_template("embed.html.jinja")
        .render(
            title=title(shared, matrix, group),
            lang=shared.say.tag,
            page=href(f"{matrix}.md"),
            shown=where.absolute(f"{matrix}.md") or href(f"{matrix}.md"),
            style=href(STYLE),
            site=where.site_name,
            **_table(VIEWS[matrix](shared), shared.by_group[group], found, shared.limits.cells, href),
        )
    )


def title(shared: Shared, matrix: str, group: str) -> str:
    return f"{shared.say(TITLES[matrix])}: {group or shared.say('General')}"


def snippets(uri: str, groups: tuple[str, ...], shared: Shared, where: Where) -> Iterator[tuple[str, str]]:
    """The name of each of ``groups``, and its frame, as the page of the matrix at ``uri`` has them."""
    matrix = "matrix/effective" if uri.startswith("matrix/effective") else "matrix"
    files = frame_files(shared) if groups else {}
    for group in groups:
        # High enough for the whole table, if it is no long one.
        high = min(MOST_HEIGHT, AROUND + ROW * len(shared.by_group[group]))
        target = where.absolute(files[matrix, group])
        yield group or shared.say("General"), frame(target, title(shared, matrix, group), WIDTH, high)


def _table(
    view: View, agents: list[Agent], found: list[Column], most_cells: int, href: Href
) -> dict[str, Any]:
    """Columns and rows, no more than a page can hold; ``left`` counts the agents that are not there."""
    shown = agents[: max(1, most_cells // (len(found) + 1))]
    rows = [_row(view, agent, found, href) for agent in shown]
    states = {state for row in rows for state, *_ in row["cells"]}
    return {
        "columns": [{"name": one.name, "href": href(one.uri) if one.uri else ""} for one in found],
        "rows": rows,
        "left": len(agents) - len(shown),
        "legend": [said for state, said in view.legend.items() if state in states],
    }


def _row(view: View, agent: Agent, found: list[Column], href: Href) -> dict[str, Any]:
    whole = view.row(agent)[0]
    cells = [] if whole else [view.cell(agent, column) for column in found]
    return {
        "name": agent.title,
        "href": href(urls.agent(agent.id)),
        "all": whole,
        "cells": [(cell["state"], cell["sign"], cell["words"]) for cell in cells],
    }
