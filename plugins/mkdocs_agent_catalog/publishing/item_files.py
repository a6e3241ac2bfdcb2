"""The definition of each agent and skill as a file, with ``embeds`` also its data. Copies are at all former
addresses.

A static site cannot lead a program on as it does a reader, so what moved is there again under its old
addresses.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from typing import Any
from urllib.parse import quote

from ..addresses import urls
from ..model.definitions import Agent, Skill
from ..model.output import Output
from ..pages.page import CatalogContext
from ..reading.mask_server_config import mask_frontmatter
from .catalog_json import SCHEMA


def list_item_files(shared: CatalogContext, table: Callable[[], Mapping[str, Any]]) -> Iterator[Output]:
    """The files of every agent and skill. ``table`` gives the whole catalog as data.

    The text is the one that the page shows as the raw file, masked like it.
    """
    catalog, where = shared.catalog, shared.where
    things: list[tuple[str, int, Agent | Skill]] = [
        ("agent", n, agent) for n, agent in enumerate(catalog.agents)
    ]
    things += [("skill", n, skill) for n, skill in enumerate(catalog.skills)]
    dumped = lru_cache(maxsize=1)(partial(_dump_entry, table))
    own = [where.uri(urls.get_page_folder(urls.locate_item(kind, entry.id)[0])) for kind, _, entry in things]
    taken = set(own)
    for (kind, number, item), here in zip(things, own, strict=True):
        locked = catalog.ledger.find_entry(kind, item.id)
        former = sorted(set(locked.folders) - taken) if locked else []
        taken.update(former)
        for folder in (here, *former):
            if item.document:
                text = partial(mask_frontmatter, item.document)
                yield Output(where.make_definition_uri(kind, folder), item.name, text, False)
            if shared.embeds:
                schema = f"{quote(posixpath.relpath(where.uri(SCHEMA), folder))}#/$defs/{kind}"
                entry = partial(_add_schema, dumped, f"{kind}s", number, schema)
                yield Output(urls.make_json_uri(kind, folder), item.name, entry, False)


def _dump_entry(table: Callable[[], Mapping[str, Any]], kinds: str, number: int) -> str:
    return json.dumps(table()[kinds][number], indent=1, ensure_ascii=False)


def _add_schema(dumped: Callable[[str, int], str], kinds: str, number: int, schema: str) -> str:
    return f'{{\n "$schema": "{schema}",{dumped(kinds, number)[1:]}\n'
