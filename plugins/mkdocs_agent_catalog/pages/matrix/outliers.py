"""Agents that differ from their group or from similar agents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from ...addresses import urls
from ...addresses.urls import Href
from ...model.definitions import Agent
from ...permissions.capabilities import CLASSES
from ...text.i18n import TranslatableText, say
from ...text.i18n import mark_for_translation as _
from ..page import CatalogContext

# Among fewer than this nobody stands out; more than this share is no exception.
FEWEST, MOST_SHARE = 4, 0.2
MOST_NAMED = 6
MOST_OUTLIERS = 500


def find_outliers(shared: CatalogContext, href: Href) -> Iterator[dict[str, Any]]:
    """Who alone among their like can do something, or alone cannot: ``{agents, more, words}``;
    ``gains`` for something that they can."""
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
            what = ", ".join(_lower_first(shared.say(title)) for title in titles)
            text = _TEXTS[which, len(few) == 1]
            words = shared.say(say(text, few=len(few), all=len(kind), like=like, what=what))
            yield {
                "agents": _list_named(shared, few, href),
                "more": max(0, len(few) - MOST_NAMED),
                "words": words,
                "gains": which == "with",
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


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
