"""Agents that differ from their group or from similar agents."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from ...addresses import urls
from ...addresses.urls import Href
from ...model.definitions import Agent
from ...runtimes import get_runtime
from ...text.i18n import TranslatableText, say, say_plural
from ...text.i18n import mark_for_translation as _
from ..page import CatalogContext
from .cells import describe_unusable

# Among fewer than this nobody stands out; more than this share is no exception.
FEWEST, MOST_SHARE = 4, 0.2
MOST_NAMED = 6
MOST_OUTLIERS = 500


def find_outliers(shared: CatalogContext, href: Href) -> Iterator[dict[str, Any]]:
    """Who alone among their like can do something, or alone cannot: ``{agents, more, words}``; ``gains`` for
    something that they can. ``words`` follow their names. A file that is not loaded makes no exception."""
    unusable = {agent.id for agent in shared.catalog.agents if describe_unusable(shared, agent)}
    for like, kind in _find_kinds(shared.catalog.agents, unusable):
        texts_by_key: dict[tuple[bool, tuple[str, ...]], list[str]] = {}
        for id, words in ABILITIES.items():
            have = tuple(
                agent.id for agent in kind if any(reach.id == id for reach in shared.reach[agent.id])
            )
            lack = tuple(agent.id for agent in kind if agent.id not in have)
            for few, gains in ((have, True), (lack, False)):
                if few and len(few) <= len(kind) * MOST_SHARE:
                    texts_by_key.setdefault((gains, few), []).append(words)
        for (gains, few), abilities in texts_by_key.items():
            others = {"others": len(kind) - len(few), "like": like}
            what = _list_abilities(shared, abilities, gains)
            yield {
                "agents": _list_named(shared, few, href),
                "more": max(0, len(few) - MOST_NAMED),
                "words": shared.say(_describe(gains, len(few), what=what, **others)),
                "gains": gains,
            }


def _describe(gains: bool, few: int, **values: Any) -> TranslatableText:
    if gains:
        return say_plural(
            "can {what}; the other {others} {like} cannot.",
            "can {what}; the other {others} {like} cannot.",
            few,
            **values,
        )
    return say_plural(
        "cannot {what}; the other {others} {like} can.",
        "cannot {what}; the other {others} {like} can.",
        few,
        **values,
    )


ABILITIES = {
    "commands": _("run commands"),
    "files": _("change files"),
    "network": _("reach the network"),
    "mcp": _("call MCP servers"),
    "delegates": _("delegate to agents"),
}
"""What a capability lets an agent do, after "can"."""


def _list_abilities(shared: CatalogContext, abilities: list[str], gains: bool) -> str:
    *before, last = map(shared.say, abilities)
    if not before:
        return last
    values = {"first": ", ".join(before), "last": last}
    return shared.say(say("{first} and {last}", **values) if gains else say("{first} or {last}", **values))


def _list_named(shared: CatalogContext, ids: tuple[str, ...], href: Href) -> list[dict[str, str]]:
    agents = (shared.catalog.by_id["agent", id] for id in ids[:MOST_NAMED])
    return [
        {
            "name": agent.title,
            "href": href(urls.make_agent_uri(agent.id)),
            # What tells it from others of its name.
            "group": shared.name_group(agent.group) if agent.title in shared.shared_titles else "",
        }
        for agent in agents
    ]


def _find_kinds(
    agents: Iterable[Agent], unusable: set[str]
) -> Iterator[tuple[TranslatableText, list[Agent]]]:
    """Usable agents that are alike by their group, or by the last word of their names (all the reviewers)."""
    agents_by_key: dict[tuple[str, str, str], list[Agent]] = {}
    for agent in agents:
        if agent.group:
            agents_by_key.setdefault(("group", agent.group, ""), []).append(agent)
        last = re.split(r"[-_\s]+", agent.name.casefold())[-1]
        if last.isalpha():
            # What one runtime gives all of its agents is no exception among them.
            agents_by_key.setdefault(("name", last, agent.dialect), []).append(agent)
    runtimes_by_word = Counter(name for by, name, _runtime in agents_by_key if by == "name")
    for (by, name, runtime), alike in sorted(agents_by_key.items()):
        usable = [agent for agent in alike if agent.id not in unusable]
        if len(usable) < FEWEST:
            continue
        # The number is not that of the whole group.
        is_part = len(usable) < len(alike)
        if by == "group":
            text = _("working agents in “{name}”") if is_part else _("agents in “{name}”")
        elif runtimes_by_word[name] == 1:
            text = _("working agents called “…{name}”") if is_part else _("agents called “…{name}”")
        elif is_part:
            text = _("working agents of {runtime} called “…{name}”")
        else:
            text = _("agents of {runtime} called “…{name}”")
        yield say(text, name=name, runtime=get_runtime(runtime or None).title), usable
