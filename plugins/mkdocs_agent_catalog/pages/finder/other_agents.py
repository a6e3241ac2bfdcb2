"""What the question box knows of agents of other catalogs.

Those of a small hub are numbered behind the own agents, in the same files. Those of a large one have files of
their own, which are loaded when somebody asks: one with what filters need, some with the terms by the
beginnings of words, and one for each hundred agents with what an answer shows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any
from urllib.parse import quote

from ...addresses import urls
from ...model.other_catalogs import OtherAgent, OtherCatalog
from ..other_catalogs import fits_index, list_other_facets
from ..page import CatalogContext, index_own_terms, once
from ..term_index import TermIndex
from .facets import write_facets

Placed = tuple[OtherCatalog, OtherAgent]
PLACE = "ask/"
# So many files have the terms, and one of the other files so many agents.
SHARDS, BLOCK = 256, 100
# Words that begin with the same letters are in the same file.
BEGINNING = 3
# The facets by which a question can be narrowed.
KIND = ("access", "reach", "tool", "server", "may", "model")


def list_others(shared: CatalogContext) -> list[Placed]:
    """The agents of other catalogs in the order of the index."""
    return [
        (other, agent)
        for other in shared.catalog.other_catalogs
        for agent in sorted(other.agents, key=lambda agent: agent.name.casefold())
    ]


def are_apart(shared: CatalogContext) -> bool:
    """Whether the other agents are so many that their data is in files of its own."""
    return bool(shared.catalog.other_catalogs) and not fits_index(shared)


@once
def index_terms(shared: CatalogContext) -> TermIndex:
    """The terms of all agents: those of other catalogs weigh as much as the own ones."""
    if not shared.catalog.other_catalogs:
        return index_own_terms(shared)
    others = (agent for _other, agent in list_others(shared))
    return TermIndex(shared.catalog, shared.list_in_order(), shared.say.language, others)


def list_all_facets(shared: CatalogContext) -> list[dict[str, list[str]]]:
    """The values of the facets of all agents of other catalogs."""
    return [list_other_facets(shared, other, agent) for other, agent in list_others(shared)]


def get_facet_names(shared: CatalogContext) -> tuple[str, ...]:
    """The facets that agents of a kind have in common."""
    return (*KIND, "repository") if shared.catalog.other_catalogs else KIND


def describe_kind(shared: CatalogContext, facets: dict[str, list[str]]) -> tuple[str, ...]:
    """The values of these facets, as they stand on a card."""
    return tuple(write_facets({name: facets[name] for name in get_facet_names(shared)}).values())


def make_address(shared: CatalogContext, uri: str) -> str:
    """The address of a page below the folder of the catalog."""
    return quote(urls.make_page_path(uri, shared.where.directory_urls), safe="/.~")


def choose_shard(word: str) -> int:
    """Which file has ``word``; the script counts alike."""
    number = 0
    for sign in word[:BEGINNING]:
        number = (31 * number + ord(sign)) % SHARDS
    return number


def list_ask_files(shared: CatalogContext) -> Iterator[tuple[str, Callable[[], str]]]:
    """The files of a large hub."""
    if not are_apart(shared):
        return
    others = list_others(shared)
    shards = cache(partial(_split_terms, shared))
    yield f"assets/{PLACE}agents.js", partial(_write_kinds, shared, others)
    for number in range(SHARDS):
        yield f"assets/{PLACE}terms-{number}.js", partial(_write_shard, shards, number)
    for number in range(-(-len(others) // BLOCK)):
        rows = others[number * BLOCK : (number + 1) * BLOCK]
        yield f"assets/{PLACE}rows-{number}.js", partial(_write_rows, shared, number, rows)


def _split_terms(shared: CatalogContext) -> list[dict[str, dict[str, str]]]:
    index, own = index_terms(shared), len(shared.catalog.agents)
    shards: list[dict[str, dict[str, str]]] = [{"terms": {}, "forms": {}} for _number in range(SHARDS)]
    for term, holders in index.weigh_for_tasks():
        if text := write_holders((number, weight) for number, weight in holders if number >= own):
            shards[choose_shard(term)]["terms"][term] = text
    for word, term in index.forms.items():
        if word != term:
            shards[choose_shard(word)]["forms"][word] = term
    return shards


def write_holders(holders: Iterator[tuple[int, float]]) -> str:
    """The numbers of the agents that have a term, with its weight in tenths."""
    return ",".join([f"{number}:{round(10 * weight)}" for number, weight in holders])


def _write_shard(shards: Callable[[], list[dict[str, dict[str, str]]]], number: int) -> str:
    return write_script(f"acAsk-terms-{number}", shards()[number])


def _write_kinds(shared: CatalogContext, others: list[Placed]) -> str:
    kinds: dict[tuple[str, ...], int] = {}
    agents = [
        kinds.setdefault(describe_kind(shared, list_other_facets(shared, other, agent)), len(kinds))
        for other, agent in others
    ]
    return write_script(
        "acAsk-agents", {"facets": get_facet_names(shared), "kinds": list(kinds), "agents": agents}
    )


def _write_rows(shared: CatalogContext, number: int, rows: list[Placed]) -> str:
    return write_script(f"acAsk-rows-{number}", [list_row(shared, agent) for _other, agent in rows])


def list_row(shared: CatalogContext, agent: OtherAgent) -> list[str]:
    """What an answer shows of an agent: name, address below the folder of the catalog, and summary."""
    return [agent.name, make_address(shared, agent.uri), agent.summary]


def write_script(name: str, value: Any) -> str:
    """A script that sets a global value."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return f'window["{name}"] = {text};\n'
