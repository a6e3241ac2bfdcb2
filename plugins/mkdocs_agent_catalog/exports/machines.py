"""Each agent and each skill as data and as it is written: beside its page, and wherever an address led to it.

A static site cannot lead a program on as it does a reader, so what moved is there again under its old
addresses.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from .. import redact, urls
from ..model import Agent, Skill
from ..output import Output
from ..pages import Shared
from .data import SCHEMA


def machines(shared: Shared, table: Mapping[str, Any]) -> Iterator[Output]:
    """The files of every agent and skill. ``table`` is the whole catalog as data.

    The text is the one that the page shows as the raw file, masked like it.
    """
    catalog, where = shared.catalog, shared.where
    things: list[tuple[str, Agent | Skill]] = [("agent", one) for one in catalog.agents]
    things += [("skill", one) for one in catalog.skills]
    own = [where.uri(urls.folder(urls.subject(kind, one.id)[0])) for kind, one in things]
    taken = set(own)
    for (kind, one), here, entry in zip(things, own, [*table["agents"], *table["skills"]], strict=True):
        others = sorted(_folders(shared, kind, one.id) - taken)
        taken.update(others)
        yield from _files(kind, one, entry, [here, *others], where.uri(SCHEMA))


def _folders(shared: Shared, kind: str, id: str) -> set[str]:
    """The folders of every address that leads to a thing, the permanent one among them."""
    locked = shared.catalog.ledger.of(kind, id)
    return set(locked.folders) if locked else set()


def _files(
    kind: str, one: Agent | Skill, entry: dict[str, Any], folders: list[str], schema: str
) -> Iterator[Output]:
    said = json.dumps(entry, indent=1, ensure_ascii=False)
    text = redact.frontmatter(one.source.text) if one.source else None
    for folder in folders:
        form = f"{quote(posixpath.relpath(schema, folder))}#/$defs/{kind}"
        yield Output(urls.as_json(kind, folder), one.name, f'{{\n "$schema": "{form}",{said[1:]}\n', False)
        if text is not None:
            yield Output(urls.as_markdown(kind, folder), one.name, text, False)
