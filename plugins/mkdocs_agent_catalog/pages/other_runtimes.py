"""The same agent in other runtimes: its twins, and what other runtimes do with its file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ..addresses import urls
from ..addresses.urls import Href
from ..linking.twins import measure_likeness
from ..model.definitions import Agent
from ..permissions.access_comparison import COMPARED, decide_group, differ
from ..runtimes import RUNTIMES, get_runtime_of
from ..runtimes.builtin_tools import GROUPS
from .decision_view import OUTCOMES, shorten_outcome
from .page import CatalogContext


def build_comparison(shared: CatalogContext, agent: Agent, href: Href) -> dict[str, Any] | None:
    """A table of ``agent``, its twins, and its own file as other runtimes read it, by what they may do.

    ``groups`` are the titles of the columns: the groups of tools in which one of them differs. ``None`` if
    the agent is for one runtime only.
    """
    twins = [shared.catalog.by_id["agent", id] for id in shared.catalog.twins.get(agent.id, ())]
    # A runtime that has a file of its own for the agent does not take the other.
    own = {twin.dialect for twin in twins}
    guests = [guest for guest in _read_as_guests(agent) if guest.dialect not in own]
    if not twins and not guests:
        return None
    readings = [agent, *twins, *guests]
    decided = [
        {group: decide_group(item, group, shared.catalog, shared.grants) for group in COMPARED}
        if not item.not_loaded
        else {}
        for item in readings
    ]
    groups = [
        group
        for group in COMPARED
        if any(differ(decided[0][group], other[group]) for other in decided if other and decided[0])
    ]
    titles = dict(GROUPS)
    rows = [
        {
            "runtime": get_runtime_of(item).title,
            "href": href(urls.make_agent_uri(item.id)) if item in twins else "",
            "path": item.source.path if item in twins else "",
            "is_guest": item in guests,
            "not_loaded": shared.say(item.not_loaded) if item.not_loaded else "",
            "cells": [
                (OUTCOMES[decisions[group].word][0], shorten_outcome(decisions[group].word, shared.say))
                for group in groups
            ]
            if decisions
            else [],
            "model": item.model or "",
            "likeness": round(100 * measure_likeness(agent.document.body, item.document.body)),
        }
        for item, decisions in zip(readings, decided, strict=True)
    ]
    has_models = len({row["model"] for row in rows}) > 1
    return {
        "groups": [shared.say(titles[group]) for group in groups],
        "rows": rows,
        "has_models": has_models,
        "has_twins": bool(twins),
    }


def _read_as_guests(agent: Agent) -> Iterator[Agent]:
    """The file of ``agent`` as the other runtimes read it that look into its folder."""
    for runtime in RUNTIMES.values():
        folders = (f"/{folder}/" for folder in runtime.guest_folders)
        is_guest = any(folder in f"/{agent.source.path}" for folder in folders)
        if runtime.name == agent.dialect or not is_guest or agent.source.plugin:
            continue
        for guest in runtime.read_agents(replace(agent.source, dialect=runtime.name)):
            if isinstance(guest, Agent):
                # Decisions are remembered by id: this reading is no agent of the catalog.
                yield replace(guest, id=f"{agent.id} {runtime.name}")
