"""The table of groups and capabilities. Groups whose agents inherit everything share one row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from ..addresses.urls import Href
from ..model.definitions import Agent
from ..permissions.capabilities import CLASSES, find_way
from .agent_index import is_cut
from .agent_index import place as place_group
from .finder.facets import list_facets
from .page import INDEX, CatalogContext

# How strongly a cell is tinted: by the share of the group's agents.
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


def build_group_table(
    shared: CatalogContext, rows: Sequence[GroupRow], href: Href, with_rest: bool
) -> dict[str, Any]:
    """The table of ``rows``; ``with_rest``: and a row for all groups that do not differ."""
    differing = {row.group for row in list_groups_that_differ(shared)}
    rest = [(group, agents) for group, agents in shared.by_group.items() if group not in differing]
    everybody = [agent for _group, agents in rest for agent in agents]
    return {
        "classes": CLASSES,
        "rows": [_build_row(shared, row, href) for row in rows],
        "split": _MOST_SHOWN if len(rows) > _MOST_SHOWN + _FEW else len(rows),
        "rest": {
            "groups": [(shared.name_group(group), href(*place_group(shared, group))) for group, _ in rest],
            "agents": len(everybody),
            "cells": _build_cells(shared, everybody, None, href),
        }
        if rest and with_rest
        else None,
    }


def _inherits_all(shared: CatalogContext, agent: Agent) -> bool:
    capabilities = shared.reach[agent.id]
    return bool(capabilities) and all(
        capability.uses and find_way(capability.uses) == "inherited" for capability in capabilities
    )


def _build_row(shared: CatalogContext, row: GroupRow, href: Href) -> dict[str, Any]:
    # A filter in an address holds for the page of the index, which shows no agents where there are too many.
    value = None if is_cut(shared) else list_facets(shared, row.agents[0])["group"][0]
    return {
        "name": row.name,
        "href": href(*place_group(shared, row.group)),
        "agents": len(row.agents),
        "cells": _build_cells(shared, row.agents, value, href),
    }


def _build_cells(
    shared: CatalogContext, agents: Sequence[Agent], group: str | None, href: Href
) -> list[dict[str, Any]]:
    """A cell for each class: how many of ``agents`` have it, and where they are listed."""
    counted = Counter(capability.id for agent in agents for capability in shared.reach[agent.id])
    return [
        {
            "id": id,
            "count": counted[id],
            "strength": -(-counted[id] * _STRENGTHS // len(agents)) if agents else 0,
            "href": f"{href(INDEX)}?{urlencode({'group': group, 'reach': title})}"
            if group is not None
            else "",
        }
        for id, title in CLASSES
    ]
