"""What "What do you want done?" shows of each agent where their cards are not on the page of the index."""

from __future__ import annotations

import json
from urllib.parse import quote

from ...addresses import urls
from ...model.definitions import Agent
from ..page import Shared
from .facets import facets


def answers(shared: Shared) -> str:
    """The script that holds them, in the order of the index: title, address below the catalog's folder,
    summary and kind. Agents of a kind have the same reach, tools and servers."""
    kinds: dict[tuple[str, ...], int] = {}
    rows = []
    for agent in (one for group in shared.by_group.values() for one in group):
        kind = kinds.setdefault(_kind(shared, agent), len(kinds))
        address = quote(urls.url(urls.agent(agent.id), shared.where.directory_urls), safe="/.~")
        rows.append([agent.title, address, agent.summary, kind])
    table = {"kinds": list(kinds), "agents": rows}
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return f"window.acAskAgents = {text};\n"


def _kind(shared: Shared, agent: Agent) -> tuple[str, ...]:
    found = facets(shared, agent)
    return tuple("|".join(found[name]) for name in ("reach", "tool", "server"))
