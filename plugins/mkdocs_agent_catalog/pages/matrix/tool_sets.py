"""Agents with the same tools as one row, and the agents that stand out in their group or among their like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from ...addresses import urls
from ...addresses.urls import TOOL_SETS, Href
from ...model.definitions import Agent
from ...model.output import Heading, SearchEntry
from ...permissions.capabilities import CLASSES
from ...runtimes.builtin_tools import GROUPS
from ...text.i18n import TranslatableText, say
from ...text.i18n import mark_for_translation as _
from ..decision_view import describe_words
from ..page import CatalogContext, Page
from .cells import EffectiveView, decide_cell
from .columns import Column, add_group_columns, build_columns, list_drawn_columns

# Among fewer than this nobody stands out; more than this share is no exception.
FEWEST, MOST_SHARE = 4, 0.2
MOST_NAMED = 6
MOST_OUTLIERS = 500


def list_tool_set_pages(shared: CatalogContext) -> Iterator[Page]:
    title, lead = shared.say("Agents with the same tools"), shared.say(_LEAD)
    yield Page(
        uri=TOOL_SETS,
        template="profiles.html.jinja",
        title=title,
        context=lambda href: _build_context(shared, href),
        description=lead,
        wide=True,
        search=(SearchEntry("", title, lead),),
    )


_LEAD = _(
    "Each row is a set of tools that agents can really use, with the agents that have exactly this set."
)


def group_by_tools(
    shared: CatalogContext, columns: list[Column]
) -> list[tuple[tuple[str, ...], list[Agent]]]:
    """The agents by the outcomes of their cells; what most agents have comes first."""
    by_set: dict[tuple[str, ...], list[Agent]] = {}
    for agent in shared.catalog.agents:
        outcomes = tuple(_describe_outcome(shared, agent, column) for column in columns)
        by_set.setdefault(outcomes, []).append(agent)
    return sorted(by_set.items(), key=lambda pair: (-len(pair[1]), pair[1][0].id))


def locate_tool_sets(shared: CatalogContext) -> dict[str, str]:
    """The anchor of the row of each agent, by the id of the agent, as far as the page has room for rows."""
    columns = _build_set_columns(shared)
    rows = group_by_tools(shared, columns)[: _count_rows(shared, columns)]
    return {agent.id: _make_anchor(at) for at, (_outcomes, agents) in enumerate(rows) for agent in agents}


def _build_set_columns(shared: CatalogContext) -> list[Column]:
    """The columns of the matrix as it is drawn first: with several runtimes those of groups of tools."""
    return list_drawn_columns(add_group_columns(shared.catalog, build_columns(shared.catalog)))


def _count_rows(shared: CatalogContext, columns: list[Column]) -> int:
    """How many rows the page may have. A row is worth its place only while the page stays light: the rest
    stand in the matrix."""
    return max(1, shared.limits.cells // (len(columns) + 2))


def _make_anchor(row: int) -> str:
    return f"set-{row + 1}"


def _describe_outcome(shared: CatalogContext, agent: Agent, column: Column) -> str:
    if column.rare:
        return ", ".join(name for name, _ in column.uses.get(agent.id) or ())
    decision = decide_cell(shared, agent, column)
    # What is never available is worth a sign only where somebody lists it.
    is_silent = decision.outcome == "never" and agent.id not in column.uses
    return "not_declared" if is_silent else " ".join(decision.words)


def _build_context(shared: CatalogContext, href: Href) -> dict[str, Any]:
    columns = _build_set_columns(shared)
    sets = group_by_tools(shared, columns)
    exceptions = list(find_outliers(shared, href))
    names = shared.limits.entries
    rows = []
    for at, (outcomes, agents) in enumerate(sets[: _count_rows(shared, columns)]):
        # A row names at least one of its agents.
        named = agents[: max(1, names)]
        names -= len(named)
        row = _build_row(shared, outcomes, agents, named, columns, href)
        rows.append({"id": _make_anchor(at), **row})
    titles = {id: shared.say(title) for id, title in (*GROUPS, ("rare", say("Rare")))}
    return {
        "lead": shared.say(_LEAD),
        "columns": [{"name": c.name, "href": href(c.uri) if c.uri else None} for c in columns],
        "column_groups": [
            {"title": titles[id], "width": sum(1 for c in columns if c.group == id)}
            for id in dict.fromkeys(c.group for c in columns)
        ],
        "rows": rows,
        "left": len(sets) - len(rows),
        "outliers": exceptions[:MOST_OUTLIERS],
        "silent": max(0, len(exceptions) - MOST_OUTLIERS),
        "legend": EffectiveView.legend,
        "matrix": href("matrix/effective.md"),
        "headings": (
            Heading(2, "profiles", shared.say("Sets of tools")),
            *((Heading(2, "outliers", shared.say("Who stands out")),) if exceptions else ()),
        ),
    }


def _build_row(
    shared: CatalogContext,
    outcomes: tuple[str, ...],
    agents: list[Agent],
    named: list[Agent],
    columns: list[Column],
    href: Href,
) -> dict[str, Any]:
    cells = []
    for outcome, column in zip(outcomes, columns, strict=True):
        if column.rare:
            cells.append({"state": "rare" if outcome else "none", "sign": outcome, "words": outcome})
        else:
            sign, words = describe_words(outcome.split())  # type: ignore[arg-type]
            state = outcome.split()[0] if sign else "none"
            cells.append({"state": state, "sign": sign, "words": shared.say(words)})
    return {
        "agents": [
            {"name": a.title, "group": a.group, "href": href(urls.make_agent_uri(a.id))} for a in named
        ],
        "count": len(agents),
        "cells": cells,
    }


def find_outliers(shared: CatalogContext, href: Href) -> Iterator[dict[str, Any]]:
    """Who alone among their like can do something, or alone cannot: ``{agents, more, words}``."""
    for like, kind in _find_kinds(shared.catalog.agents):
        texts_by_key: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        for id, title in CLASSES:
            have = tuple(
                agent.id for agent in kind if any(reach.id == id for reach in shared.reach[agent.id])
            )
            lack = tuple(agent.id for agent in kind if agent.id not in have)
            for few, which in ((have, "with"), (lack, "without")):
                if few and len(few) <= len(kind) * MOST_SHARE:
                    texts_by_key.setdefault((which, few), []).append(title)
        for (which, few), titles in texts_by_key.items():
            what = ", ".join(shared.say(title).lower() for title in titles)
            text = _TEXTS[which, len(few) == 1]
            words = shared.say(say(text, few=len(few), all=len(kind), like=like, what=what))
            yield {
                "agents": _list_named(shared, few, href),
                "more": max(0, len(few) - MOST_NAMED),
                "words": words,
            }


_TEXTS = {
    ("with", True): _("the only one of {all} {like} that: {what}"),
    ("without", True): _("the only one of {all} {like} without: {what}"),
    ("with", False): _("{few} of {all} {like} that: {what}"),
    ("without", False): _("{few} of {all} {like} without: {what}"),
}


def _list_named(shared: CatalogContext, ids: tuple[str, ...], href: Href) -> list[dict[str, str]]:
    agents = (shared.catalog.by_id["agent", id] for id in ids[:MOST_NAMED])
    return [{"name": agent.title, "href": href(urls.make_agent_uri(agent.id))} for agent in agents]


def _find_kinds(agents: Iterable[Agent]) -> Iterator[tuple[TranslatableText, list[Agent]]]:
    """Agents that are alike by their group, or by the last word of their names (all the reviewers)."""
    agents_by_key: dict[tuple[str, str, str], list[Agent]] = {}
    for agent in agents:
        if agent.group:
            agents_by_key.setdefault(("group", agent.group, ""), []).append(agent)
        last = re.split(r"[-_\s]+", agent.name.casefold())[-1]
        if last.isalpha():
            # What one runtime gives all of its agents is no exception among them.
            agents_by_key.setdefault(("name", last, agent.dialect), []).append(agent)
    for (by, name, _runtime), alike in sorted(agents_by_key.items()):
        if len(alike) >= FEWEST:
            text = _("in “{name}”") if by == "group" else _("called “…{name}”")
            yield say(text, name=name), alike
