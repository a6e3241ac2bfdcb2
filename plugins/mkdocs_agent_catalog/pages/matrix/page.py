"""The page of the matrix: agents as rows in groups, tools as columns in groups, each cell with a sign and
words.

There are three of it: what holds, what the files declare, and where the two differ. They have the same
columns and are told apart by their address. A catalog that is too large for one table gets a table of its
groups, and a page for each group with all of its cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import Any

from ...addresses import urls
from ...addresses.urls import Href
from ...model.definitions import Agent
from ...model.output import SearchEntry
from ...runtimes.builtin_tools import GROUPS
from ...text.i18n import TranslatableText, say, say_plural
from ...text.i18n import mark_for_translation as _
from ..finder.facets import (
    INHERITS_EVERYTHING,
    inherits_everything,
    list_facets,
    list_filter_words,
    write_facets,
)
from ..finder.list_finder import ListFinder, build_agent_finder
from ..finder.other_agents import Placed
from ..other_catalogs import describe_snapshot, list_other_facets
from ..page import CatalogContext, Page, group_titles
from .cell_codes import CellEncoder
from .cells import VIEWS, DifferenceView, MatrixView, list_plain_inheritors
from .columns import GROUP_CAPABILITIES, Column, build_columns, list_drawn_columns
from .group_pages import (
    MatrixTable,
    build_difference_table,
    build_tables,
    group_pages,
    is_folded,
)
from .other_rows import PublishedRows, add_others, drop_missing_pages, get_csv_uri, get_row_id
from .outliers import MOST_OUTLIERS, find_outliers
from .row_kinds import RowKinds

TITLES = {
    "effective": _("Tool matrix"),
    "declared": _("Tool matrix: declared"),
    "difference": _("Tool matrix: difference"),
}
PAGES = {
    "effective": urls.EFFECTIVE_MATRIX,
    "declared": urls.DECLARED_MATRIX,
    "difference": urls.DIFFERENCE_MATRIX,
}
SWITCH = {"effective": _("Effective"), "declared": _("Declared"), "difference": _("Difference")}
# How many rare tools are named below a table.
MOST_RARE = 500
# A name longer than a line of its column gets a wider one, beside as few columns as leave room for it.
LONG_NAME, FEW_COLUMNS = 38, 12
# The group of the agents that are alone in theirs.
ALONE = "*"


def list_matrix_pages(shared: CatalogContext) -> Iterator[Page]:
    """The matrix as effective, as declared, and where the two differ, each complete without JavaScript."""
    for name in ("effective", "declared"):
        view = VIEWS[name](shared)
        # What agents of other catalogs declare is not known; what holds is.
        has_others = view.name == "effective" and bool(shared.catalog.other_catalogs)
        for table in build_tables(shared, PAGES[view.name], shared.say(TITLES[view.name]), has_others):
            yield _build_page(shared, view, table)
    difference = DifferenceView(shared)
    different = _list_different(shared, difference)
    title = shared.say(TITLES["difference"])
    yield _build_page(shared, difference, build_difference_table(shared, title, different))


def list_moved_parts(shared: CatalogContext) -> Iterator[tuple[str, str, str]]:
    """The parts of the effective matrix: where each was, where it is, and its title."""
    if is_folded(shared, bool(shared.catalog.other_catalogs)):
        for part in group_pages(shared, PAGES["effective"], shared.say(TITLES["effective"])).parts:
            yield part.uri.replace("matrix/", "matrix/effective/", 1), part.uri, part.title


def _list_different(shared: CatalogContext, view: DifferenceView) -> list[Agent]:
    """The agents of which something else holds than their files say."""
    rows = RowKinds(shared, view, build_columns(shared.catalog))
    return [
        agent
        for agents in shared.by_group.values()
        for agent in agents
        if view.describe_row(agent)[0] or any(rows.list_counts(agent))
    ]


def _build_page(shared: CatalogContext, view: MatrixView, table: MatrixTable) -> Page:
    lead = " ".join(str(shared.say(text)) for text in _describe(shared, view, table))
    groups = table.groups if table.part else () if table.folded else tuple(shared.by_group)
    return Page(
        uri=table.uri,
        template="matrix.html.jinja",
        title=table.title,
        context=partial(_build_context, shared, view, table),
        description=lead,
        wide=True,
        search=() if table.part else (SearchEntry("", table.title, lead),),
        # A page that several groups share offers no frames.
        framed=groups if view.name != "difference" and (table.part is None or len(groups) == 1) else (),
    )


def _describe_others(shared: CatalogContext, view: MatrixView) -> list[str]:
    """Who says what holds for agents of other catalogs, or that they are not in the matrix."""
    if not shared.catalog.other_catalogs:
        return []
    if view.name == "effective":
        return [_("Other repositories: as their teams publish it.")]
    return [_("Agents of other repositories are not in it.")]


def _describe(shared: CatalogContext, view: MatrixView, table: MatrixTable) -> list[TranslatableText]:
    """What the table says, in a sentence or two."""
    agents = table.agents
    if view.name == "declared":
        return [say("What the files say about tools, whatever the runtime makes of it.")]
    if view.name == "difference":
        differing = len(agents) + table.left
        return [
            say_plural(
                "Where what an agent may do is not what its file says: 1 of {all} agents.",
                "Where what an agent may do is not what its file says: {n} of {all} agents.",
                differing,
                all=len(shared.catalog.agents),
            )
        ]
    inheritors = [agent for agent in agents if inherits_everything(shared, agent)]
    ignored = sum(1 for agent in inheritors if agent.access.ignored)
    others = [agent for _other, agent in table.others]
    number = len(inheritors) + sum(agent.inherits_all for agent in others)
    inherits = say_plural(
        "1 of {all} inherits all tools.",
        "{n} of {all} inherit all tools.",
        number,
        all=len(agents) + len(others),
    )
    despite = say_plural(
        "The tool list of 1 of them is ignored.", "The tool lists of {n} of them are ignored.", ignored
    )
    run = sum(
        1 for agent in agents if any(capability.id == "commands" for capability in shared.reach[agent.id])
    ) + sum("commands" in agent.capabilities for agent in others)
    return [
        say("What each agent may use."),
        *([inherits] if number else ()),
        *([despite] if ignored else ()),
        say_plural("1 can run commands.", "{n} can run commands.", run),
    ]


def _build_context(
    shared: CatalogContext, view: MatrixView, table: MatrixTable, href: Href
) -> dict[str, Any]:
    columns = drop_missing_pages(shared, table.build_columns())
    if view.name == "difference":
        columns = [c for c in columns if any(view.counts(agent, c) for agent in table.agents)]
    rare = [
        {"name": name, "href": href(uri) if uri else ""} for column in columns for name, uri in column.rare
    ]
    coder = CellEncoder(shared, RowKinds(shared, view, columns))
    drawn = list_drawn_columns(columns)
    bodies = [*_build_own_bodies(coder, table, href), *_build_other_bodies(coder, table, href)]
    titles = {id: str(shared.say(title)) for id, title in (*GROUPS, ("rare", say("Rare")))}
    totals = [sum(body["totals"][n] for body in bodies) for n in range(len(drawn))]
    rows = [row for body in bodies for row in body["rows"]]
    show = _count_kinds(rows) if view.name == "effective" else ()
    outliers = [] if table.part or view.name != "effective" else list(find_outliers(shared, href))
    return {
        "lead": [*_describe(shared, view, table), *_describe_others(shared, view)],
        "columns": [
            {**_describe_column(shared, c, href), "total": n} for c, n in zip(drawn, totals, strict=True)
        ],
        "rare": rare[:MOST_RARE],
        "rare_count": len(rare),
        "column_groups": _group_columns(drawn, titles),
        "bodies": bodies,
        "finder": _build_finder(shared, table, show, href),
        "view": view,
        "table": table,
        "switch": [
            {"title": title, "href": href(PAGES[id]), "here": id == view.name} for id, title in SWITCH.items()
        ],
        "show": show,
        "legend": _select_legend(view, coder),
        "agents": len(table.agents) + len(table.others),
        "has_long_names": len(drawn) <= FEW_COLUMNS
        and not any(column.is_whole_group for column in drawn)
        and any(len(row["name"]) + len(row["beside"]) > LONG_NAME for row in rows),
        "csv": href(_find_csv(view, table)),
        "key": coder.build_legend(titles, href),
        "parts": table.pages.build_pager(table.part, href) if table.pages else None,
        "outliers": outliers[:MOST_OUTLIERS],
        "silent": max(0, len(outliers) - MOST_OUTLIERS),
        "headings": (),
    }


def _find_csv(view: MatrixView, table: MatrixTable) -> str:
    """The file with the cells of ``table``."""
    if table.part and table.others:
        return get_csv_uri(table.others[0][0])
    return "matrix.csv" if view.name == "declared" else "matrix-effective.csv"


def _describe_column(shared: CatalogContext, column: Column, href: Href) -> dict[str, Any]:
    return {
        "name": column.name,
        "title": shared.say(column.words) or column.name,
        "group": column.group,
        "href": href(column.uri) if column.uri else None,
        "can": column.can,
        "whole": column.is_whole_group,
    }


def _count_kinds(rows: list[dict[str, Any]]) -> tuple[tuple[str, str, int], ...]:
    """What the rows are told apart by, with how many there are; nothing if they are all of a kind."""
    inherit = sum(1 for row in rows if row["plain"])
    if inherit in (0, len(rows)):
        return ()
    return (
        ("all", _("all"), len(rows)),
        ("deviating", _("with limits"), len(rows) - inherit),
        ("inheriting", _("without limits"), inherit),
    )


def _build_finder(
    shared: CatalogContext, table: MatrixTable, show: tuple[tuple[str, str, int], ...], href: Href
) -> ListFinder:
    """The filter, with the chips for what agents may do, without the one for what ``show`` lets choose."""
    others = [list_other_facets(shared, *placed) for placed in table.others]
    finder = build_agent_finder(shared, table.agents, href, others=others)
    chips = [
        chip
        for chip in finder.chips
        if chip.facet != "model" and not (show and chip.value == INHERITS_EVERYTHING)
    ]
    return replace(finder, chips=chips)


def _select_legend(view: MatrixView, coder: CellEncoder) -> list[tuple[str, str, str, str]]:
    """The signs of the cells, seen or folded: state, sign, a word or two, and all of the words."""
    states = {state for code in coder.codes for state in code[4].split()}
    if "pattern" in states:
        states.add("granted")
    return [
        (state, sign, _SHORT.get(state, words), words)
        for state, (sign, words) in view.legend.items()
        if state in states
    ]


_SHORT = {
    "ask": _("asks first"),
    "partial": _("in part"),
    "enforced": _("within its specifier"),
    "unenforced": _("specifier not enforced"),
    "inherited": _("inherited"),
    "conditional": _("conditional"),
    "guarded": _("guarded by a hook"),
    "through": _("through agents"),
    "never": _("never available"),
    "unknown": _("not known"),
    "specifier": _("with a specifier"),
    "ignored": _("tool list ignored"),
    "added": _("not listed, but usable"),
    "lost": _("listed, but not usable"),
}
"""What the signs are called in the legend, where that is shorter."""


def build_sub_matrix(
    shared: CatalogContext, agents: list[Agent], view: str, href: Href, others: Sequence[Placed] = ()
) -> dict[str, Any]:
    """A part of the matrix for a page of somebody's own: columns and rows, those of ``agents`` and ``others``
    only."""
    chosen = VIEWS[view](shared)
    catalog = add_others(shared) if others else shared.catalog
    ids = {agent.id for agent in agents} | {get_row_id(agent) for _other, agent in others}
    columns = drop_missing_pages(shared, build_columns(catalog, agents=ids))
    coder = CellEncoder(shared, RowKinds(shared, chosen, columns))
    published = PublishedRows(coder)
    return {
        "columns": [_describe_column(shared, column, href) for column in columns],
        "rows": [
            *(_build_row(coder, agent, href, None) for agent in agents),
            *(published.build_row(*placed, href, None) for placed in others),
        ],
    }


def _group_columns(columns: list[Column], titles: dict[str, str]) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = []
    for column in columns:
        if not groups or groups[-1]["id"] != column.group:
            can = GROUP_CAPABILITIES.get(column.group, "")
            groups.append({"id": column.group, "title": titles[column.group], "width": 0, "can": can})
        groups[-1]["width"] += 1
        groups[-1]["whole"] = column.is_whole_group
    return groups


def _group_rows(shared: CatalogContext, table: MatrixTable) -> list[tuple[str, list[Agent]]]:
    """The agents by group. Those that are alone in theirs, in the whole catalog, stand together, unless the
    table has only groups."""
    groups = group_titles(table.agents)
    single = {name for name, _agents in groups if name and len(shared.by_group.get(name, ())) < 2}
    if table.folded or len(single) < 2:
        return groups
    alone = [agent for name, agents in groups if name in single for agent in agents]
    alone.sort(key=lambda agent: (agent.title.casefold(), agent.id))
    return [(name, agents) for name, agents in groups if name not in single] + [(ALONE, alone)]


def _build_own_bodies(coder: CellEncoder, table: MatrixTable, href: Href) -> Iterator[dict[str, Any]]:
    """The rows of each group."""
    shared, columns = coder.shared, coder.rows.columns
    drawn = {column.name for column in list_drawn_columns(columns)}
    for name, agents in _group_rows(shared, table):
        is_mixed = name == ALONE and len({agent.group for agent in agents}) > 1
        title = shared.say(_("Groups of one agent")) if is_mixed else shared.name_group(name)
        parts = {agent.id: href(table.cells_at[agent.id]) for agent in agents if agent.id in table.cells_at}
        rows = [] if table.short else [_build_row(coder, a, href, parts.get(a.id)) for a in agents]
        for row in rows:
            kinds = row["runtime"], row["group"] if is_mixed else ""
            row["beside"] = " · ".join(dict.fromkeys(kind for kind in kinds if kind and kind != title))
        counts = [coder.rows.list_counts(agent) for agent in agents]
        yield {
            "id": name,
            "title": title,
            "note": "",
            "count": len(agents),
            "rows": rows,
            "totals": [
                sum(row[number] for row in counts)
                for number, column in enumerate(columns)
                if column.name in drawn
            ],
            "parts": list(dict.fromkeys(parts.values())),
        }


def _build_other_bodies(coder: CellEncoder, table: MatrixTable, href: Href) -> Iterator[dict[str, Any]]:
    """The rows of each other catalog."""
    published = PublishedRows(coder)
    totals = published.count_totals(table.others)
    for other, placed in groupby(table.others, lambda placed: placed[0]):
        agents = [agent for _other, agent in placed]
        ids = [id for id in map(get_row_id, agents) if id in table.cells_at]
        parts = {id: href(table.cells_at[id]) for id in ids}
        yield {
            "id": f"repository:{other.id}",
            "title": other.source.title,
            "note": describe_snapshot(coder.shared, other),
            "count": len(agents),
            "rows": []
            if table.short
            else [published.build_row(other, agent, href, parts.get(get_row_id(agent))) for agent in agents],
            "totals": totals[other.id],
            "parts": list(dict.fromkeys(parts.values())),
        }


def _build_row(coder: CellEncoder, agent: Agent, href: Href, part: str | None) -> dict[str, Any]:
    shared, view, columns = coder.shared, coder.rows.view, coder.rows.columns
    message, total = view.describe_row(agent)
    if view.name == "difference" and not message:
        counts = zip(columns, coder.rows.list_counts(agent), strict=True)
        total = str(sum(has for column, has in counts if not column.is_whole_group))
    values = list_facets(shared, agent)
    row = {
        "id": agent.id,
        "name": agent.title,
        "group": agent.group,
        "href": href(urls.make_agent_uri(agent.id)),
        "source": agent.source.path,
        "published": "",
        "runtime": "".join(values["runtime"]),
        "facets": write_facets(values),
        "words": list_filter_words(shared, agent),
        "all": message,
        "plain": view.name == "effective" and agent.id in list_plain_inheritors(shared),
        "ignored": bool(agent.access.ignored),
        "total": total,
        "part": part,
        **coder.encode_row(agent),
    }
    if message or part:
        return row
    drawn = {column.name for column in list_drawn_columns(columns)}
    cells = zip(columns, coder.rows.build_cells(agent), strict=True)
    shown = [{**cell, "can": column.can} for column, cell in cells if column.name in drawn]
    return {**row, "shown": shown}
