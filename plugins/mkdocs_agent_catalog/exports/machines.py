"""Each agent and each skill as data and as it is written: beside its page, and wherever an address led to it.

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

from .. import redact, urls
from ..model import Agent, Skill
from ..output import Output
from ..pages import Shared
from .data import SCHEMA


def machines(shared: Shared, table: Callable[[], Mapping[str, Any]]) -> Iterator[Output]:
    """The files of every agent and skill. ``table`` gives the whole catalog as data.

    The text is the one that the page shows as the raw file, masked like it.
    """
    catalog, where = shared.catalog, shared.where
    things: list[tuple[str, int, Agent | Skill]] = [("agent", n, one) for n, one in enumerate(catalog.agents)]
    things += [("skill", n, one) for n, one in enumerate(catalog.skills)]
    told, masked = lru_cache(maxsize=1)(partial(_told, table)), lru_cache(maxsize=1)(redact.frontmatter)
    own = [where.uri(urls.folder(urls.subject(kind, one.id)[0])) for kind, _, one in things]
    taken = set(own)
    for (kind, number, one), here in zip(things, own, strict=True):
        others = sorted(_folders(shared, kind, one.id) - taken)
        taken.update(others)
        for folder in (here, *others):
            form = f"{quote(posixpath.relpath(where.uri(SCHEMA), folder))}#/$defs/{kind}"
            made = partial(_json, told, f"{kind}s", number, form)
            yield Output(urls.as_json(kind, folder), one.name, made, False)
            if one.source:
                text = partial(masked, one.source.text)
                yield Output(urls.as_markdown(kind, folder), one.name, text, False)


def _folders(shared: Shared, kind: str, id: str) -> set[str]:
    """The folders of every address that leads to a thing, the permanent one among them."""
    locked = shared.catalog.ledger.of(kind, id)
    return set(locked.folders) if locked else set()


def _told(table: Callable[[], Mapping[str, Any]], kinds: str, number: int) -> str:
    return json.dumps(table()[kinds][number], indent=1, ensure_ascii=False)


def _json(told: Callable[[str, int], str], kinds: str, number: int, form: str) -> str:
    return f'{{\n "$schema": "{form}",{told(kinds, number)[1:]}\n'
