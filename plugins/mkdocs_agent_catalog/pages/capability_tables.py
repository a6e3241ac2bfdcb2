"""Tables of how many agents have each capability: of groups and of repositories. Groups whose agents inherit
everything share one row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from ..addresses.urls import Href
from ..model.definitions import Agent
from ..permissions.capabilities import CLASSES, find_way
from ..text.i18n import say
from .finder.facets import list_facets, write_facets
from .other_catalogs import describe_snapshot
from .page import INDEX, CatalogContext

# The anchor of the other repositories on the index and on the page of capabilities.
ANCHOR = "repositories"
# How strongly a cell is tinted: by the share of the agents of its row.
_STRENGTHS = 4
# So many groups are seen at once; smaller ones are folded if they are more than a few.
_MOST_SHOWN, _FEW = 20, 5


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group and its agents."""

    group: str
    name: str
    """What it is called."""
    agents: tuple[Agent, ...]


def list_groups_that_differ(shared: CatalogContext) -> list[GroupRow]:
    """The groups in which an agent does not inherit all that it has, the largest first; none if there is only
    one group."""
    if len(shared.by_group) < 2:
        return []
    rows = (
        GroupRow(group, shared.name_group(group), tuple(agents)) for group, agents in shared.by_group.items()
    )
    differing = (row for row in rows if not all(_inherits_all(shared, agent) for agent in row.agents))
    return sorted(differing, key=lambda row: -len(row.agents))


def _inherits_all(shared: CatalogContext, agent: Agent) -> bool:
    capabilities = shared.reach[agent.id]
    return bool(capabilities) and all(
        capability.uses and find_way(capability.uses) == "inherited" for capability in capabilities
    )


def build_group_table(
    shared: CatalogContext, rows: Sequence[GroupRow], href: Href, with_rest: bool
) -> dict[str, Any]:
    """The table of ``rows``; ``with_rest``: and a row for all groups that do not differ."""
    differing = {row.group for row in list_groups_that_differ(shared)}
    rest = [(group, agents) for group, agents in shared.by_group.items() if group not in differing]
    everybody = [agent for _group, agents in rest for agent in agents]
    return {
        "label": shared.say("Group"),
        "classes": CLASSES,
        "rows": [_build_group_row(shared, row, href) for row in rows],
        "split": _MOST_SHOWN if len(rows) > _MOST_SHOWN + _FEW else len(rows),
        "rest": {
            "groups": [(shared.name_group(group), href(*shared.place_group(group))) for group, _ in rest],
            **_build_row("", "", _list_capabilities(shared, everybody), "", None),
        }
        if rest and with_rest
        else None,
    }


def _build_group_row(shared: CatalogContext, row: GroupRow, href: Href) -> dict[str, Any]:
    # A filter in an address holds for the page of the index, which shows no agents where there are too many.
    group = write_facets(list_facets(shared, row.agents[0]))["group"]
    query = None if shared.index.parts else {"group": group}
    place = href(*shared.place_group(row.group))
    return _build_row(row.name, place, _list_capabilities(shared, row.agents), href(INDEX), query)


def build_repository_table(
    shared: CatalogContext, href: Href, with_checkouts: bool = False
) -> dict[str, Any] | None:
    """The table of other catalogs; ``None`` without any. ``with_checkouts``: and of the repositories of
    sources, whose agents are among the own ones."""
    rows = list(_build_catalog_rows(shared, href))
    rows += _build_checkout_rows(shared, href) if with_checkouts else ()
    if not rows:
        return None
    return {
        "title": shared.say("Other repositories"),
        "anchor": ANCHOR,
        "label": shared.say("Repository"),
        "has_snapshots": bool(shared.catalog.other_catalogs),
        "classes": CLASSES,
        "rows": rows,
    }


def _build_catalog_rows(shared: CatalogContext, href: Href) -> Iterator[dict[str, Any]]:
    for other in shared.catalog.other_catalogs:
        place, capabilities = href(other.uri), [agent.capabilities for agent in other.agents]
        # A filter in an address holds for a list of one page.
        query: dict[str, str] | None = {} if len(other.agents) <= shared.limits.cards else None
        note = describe_snapshot(shared, other)
        yield _build_row(other.source.title, place, capabilities, place, query, note)


def _build_checkout_rows(shared: CatalogContext, href: Href) -> Iterator[dict[str, Any]]:
    for repository in shared.catalog.repositories:
        agents = [
            agent
            for agent in shared.catalog.agents
            if shared.catalog.find_repository(agent.source.path) == repository
        ]
        place, query = href(INDEX), None if shared.index.parts else {"repository": repository.name}
        note = shared.say(say("commit {commit}", commit=repository.commit[:10])) if repository.commit else ""
        filtered = f"{place}?{urlencode(query)}" if query else place
        yield _build_row(repository.name, filtered, _list_capabilities(shared, agents), place, query, note)


def _list_capabilities(shared: CatalogContext, agents: Sequence[Agent]) -> list[tuple[str, ...]]:
    return [tuple(capability.id for capability in shared.reach[agent.id]) for agent in agents]


def _build_row(
    name: str,
    place: str,
    capabilities: Sequence[tuple[str, ...]],
    list_href: str,
    query: dict[str, str] | None,
    note: str = "",
) -> dict[str, Any]:
    """``capabilities`` are those of each agent, and ``place`` is where the agents are told of; ``query``
    shows them in the list at ``list_href``, if that can be filtered."""
    counts = Counter(id for of_agent in capabilities for id in of_agent)
    return {
        "name": name,
        "href": place,
        "agents": len(capabilities),
        "note": note,
        "cells": [
            {
                "id": id,
                "count": counts[id],
                "strength": -(-counts[id] * _STRENGTHS // max(1, len(capabilities))),
                "href": "" if query is None else f"{list_href}?{urlencode({**query, 'reach': title})}",
            }
            for id, title in CLASSES
        ],
    }
