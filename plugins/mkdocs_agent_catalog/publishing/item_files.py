"""The definition of each agent and skill as it is written, with ``embeds`` also its entry as data: beside its
page, and in the folder of each of its former addresses.

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
from ..pages.registry import Shared
from ..reading import mask_server_config
from .catalog_json import SCHEMA


def machines(shared: Shared, table: Callable[[], Mapping[str, Any]]) -> Iterator[Output]:
    """The files of every agent and skill. ``table`` gives the whole catalog as data.

    The text is the one that the page shows as the raw file, masked like it.
    """
    catalog, where = shared.catalog, shared.where
    things: list[tuple[str, int, Agent | Skill]] = [("agent", n, one) for n, one in enumerate(catalog.agents)]
    things += [("skill", n, one) for n, one in enumerate(catalog.skills)]
    dumped, masked = (
        lru_cache(maxsize=1)(partial(_dumped, table)),
        lru_cache(maxsize=1)(mask_server_config.frontmatter),
    )
    own = [where.uri(urls.folder(urls.subject(kind, one.id)[0])) for kind, _, one in things]
    taken = set(own)
    for (kind, number, one), here in zip(things, own, strict=True):
        locked = catalog.ledger.of(kind, one.id)
        former = sorted(set(locked.folders) - taken) if locked else []
        taken.update(former)
        for folder in (here, *former):
            if one.source:
                text = partial(masked, one.source.text)
                yield Output(urls.as_markdown(kind, folder), one.name, text, False)
            if shared.embeds:
                schema = f"{quote(posixpath.relpath(where.uri(SCHEMA), folder))}#/$defs/{kind}"
                entry = partial(_as_json, dumped, f"{kind}s", number, schema)
                yield Output(urls.as_json(kind, folder), one.name, entry, False)


def _dumped(table: Callable[[], Mapping[str, Any]], kinds: str, number: int) -> str:
    return json.dumps(table()[kinds][number], indent=1, ensure_ascii=False)


def _as_json(dumped: Callable[[str, int], str], kinds: str, number: int, schema: str) -> str:
    return f'{{\n "$schema": "{schema}",{dumped(kinds, number)[1:]}\n'
