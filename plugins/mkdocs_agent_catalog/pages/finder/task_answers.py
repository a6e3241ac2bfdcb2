"""What an answer of the box shows of each agent where their cards are not on the page of the index."""

from __future__ import annotations

import json
from urllib.parse import quote

from ...addresses import urls
from ...model.definitions import Agent
from ..page import CatalogContext
from .facets import list_facets


def build_task_answers(shared: CatalogContext) -> str:
    """The script that holds them, in the order of the index: title, address below the catalog's folder,
    summary, group, family of equal agents and kind.

    Agents of a kind have the same reach, tools and servers."""
    kinds: dict[tuple[str, ...], int] = {}
    rows = []
    for agent in shared.list_in_order():
        kind = kinds.setdefault(_get_kind(shared, agent), len(kinds))
        address = quote(
            urls.make_page_path(urls.make_agent_uri(agent.id), shared.where.directory_urls), safe="/.~"
        )
        group = list_facets(shared, agent)["group"][0]
        rows.append([agent.title, address, agent.summary, group, shared.same.get(agent.id, ""), kind])
    table = {"kinds": list(kinds), "agents": rows}
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return f"window.acAskAgents = {text};\n"


def _get_kind(shared: CatalogContext, agent: Agent) -> tuple[str, ...]:
    texts_by_key = list_facets(shared, agent)
    return tuple("|".join(texts_by_key[name]) for name in ("reach", "tool", "server", "may"))
