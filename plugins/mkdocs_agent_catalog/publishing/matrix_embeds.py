"""The matrix of one group of agents as a page to show in a frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from ..addresses import urls
from ..addresses.urls import Href, SiteLocation
from ..model.definitions import Agent
from ..model.output import Output
from ..pages.assets import build_standalone_stylesheet
from ..pages.matrix.cells import VIEWS, MatrixView, label_cell
from ..pages.matrix.columns import Column, build_columns, split_uses
from ..pages.matrix.group_pages import EMBED_FOLDERS, list_embed_paths
from ..pages.matrix.page import PAGES, TITLES
from ..pages.page import CatalogContext
from ..pages.render import load_environment
from ..text.i18n import Translations
from .previews.embed_cards import make_iframe

STYLE = "assets/embed.css"
# Of a frame, in pixels: what stands around the rows, a row, and the most that a page of a wiki has room for.
WIDTH, AROUND, ROW, MOST_HEIGHT = 800, 240, 27, 640


def list_matrix_embeds(shared: CatalogContext) -> Iterator[Output]:
    """A page for each group, as declared and as effective. They are in no navigation and in no search."""
    files, places = list_embed_paths(shared), (shared.where, *shared.former_places)
    paths = dict.fromkeys(place.path for place in places)
    catalogs = split_uses(shared.catalog, {agent.id: agent.group for agent in shared.catalog.agents})
    for group in shared.by_group:
        columns = build_columns(catalogs[group])
        for matrix in EMBED_FOLDERS:
            for path in paths:
                file = replace(shared.where, path=path).uri(files[matrix, group])
                built = partial(_render_page, shared, matrix, group, columns, file)
                yield Output(file, make_title(shared, matrix, group), built, False)
    yield Output(shared.where.uri(STYLE), STYLE, build_standalone_stylesheet("embed"), False)


def _render_page(shared: CatalogContext, matrix: str, group: str, columns: list[Column], file: str) -> str:
    where = shared.where
    plain = urls.make_linker_at(file, where.directory_urls)

    def href(uri: str, anchor: str = "") -> str:
        return plain(where.uri(uri), anchor)

    return (
        load_environment(shared.templates, shared.say.language)
        .get_template("embed.html.jinja")
        .render(
            title=make_title(shared, matrix, group),
            lang=shared.say.language,
            page=href(PAGES[matrix]),
            shown=where.make_absolute(PAGES[matrix]) or href(PAGES[matrix]),
            style=href(STYLE),
            site=where.site_name,
            **_build_table(
                VIEWS[matrix](shared), shared.by_group[group], columns, shared.limits.cells, shared.say, href
            ),
        )
    )


def make_title(shared: CatalogContext, matrix: str, group: str) -> str:
    return f"{shared.say(TITLES[matrix])}: {shared.name_group(group)}"


def list_snippets(
    uri: str, groups: tuple[str, ...], shared: CatalogContext, where: SiteLocation
) -> Iterator[tuple[str, str]]:
    """The name of each of ``groups``, and its frame, as the page of the matrix at ``uri`` has them."""
    matrix = "declared" if uri.startswith("matrix/declared") else "effective"
    files = list_embed_paths(shared) if groups else {}
    for group in groups:
        # High enough for the whole table, if it is no long one.
        high = min(MOST_HEIGHT, AROUND + ROW * len(shared.by_group[group]))
        target = where.make_absolute(files[matrix, group])
        yield (
            shared.name_group(group),
            make_iframe(target, make_title(shared, matrix, group), WIDTH, high),
        )


def _build_table(
    view: MatrixView,
    agents: list[Agent],
    columns: list[Column],
    most_cells: int,
    say: Translations,
    href: Href,
) -> dict[str, Any]:
    """Columns and rows, no more than a page can hold; ``left`` counts the agents that are not there."""
    visible = agents[: max(1, most_cells // (len(columns) + 1))]
    rows = [_build_row(view, agent, columns, href) for agent in visible]
    states = {word for row in rows for state, *_ in row["cells"] for word in state.split()}
    return {
        "columns": [
            {
                "name": say(column.words) or column.name,
                "href": href(column.uri) if column.uri else "",
            }
            for column in columns
        ],
        "rows": rows,
        "left": len(agents) - len(visible),
        "legend": [messages for state, messages in view.legend.items() if state in states],
    }


def _build_row(view: MatrixView, agent: Agent, columns: list[Column], href: Href) -> dict[str, Any]:
    whole = view.describe_row(agent)[0]
    cells = [] if whole else [view.build_cell(agent, column) for column in columns]
    return {
        "name": agent.title,
        "href": href(urls.make_agent_uri(agent.id)),
        "all": whole,
        "cells": [(cell["state"], cell["sign"], label_cell(cell)) for cell in cells],
    }
