"""The same agent in other runtimes: its twins, and what other runtimes do with its file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from ..addresses import urls
from ..addresses.urls import Href
from ..linking.twins import measure_likeness
from ..model.catalog import McpServer
from ..model.definitions import Agent, ToolGrant
from ..permissions.access_comparison import COMPARED, decide_group, differ
from ..permissions.capabilities import decide_server
from ..runtimes import RUNTIMES, get_runtime_of
from ..runtimes.builtin_tools import GROUPS
from ..runtimes.rules import Word
from ..runtimes.runtime import Runtime
from ..runtimes.tool_lists import get_server_id
from .decision_view import OUTCOMES, shorten_outcome
from .page import CatalogContext, once


def build_comparison(shared: CatalogContext, agent: Agent, href: Href) -> dict[str, Any] | None:
    """A table of ``agent``, its twins, and its own file as other runtimes read it, by what they may do.

    ``groups`` are the titles of the columns: the groups of tools in which one of them differs. ``None`` if
    the agent is for one runtime only.
    """
    twins = [shared.catalog.by_id["agent", id] for id in shared.catalog.twins.get(agent.id, ())]
    guests = list_guests(shared, agent)
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
    files = _name_files(readings)
    rows = [
        {
            "runtime": get_runtime_of(item).title,
            "href": href(urls.make_agent_uri(item.id)) if item in twins else "",
            "file": files.get((item.dialect, item.source.path), ""),
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
    is_one_runtime = len({item.dialect for item in readings}) == 1
    return {
        "title": shared.say("In other files") if is_one_runtime else shared.say("In other runtimes"),
        "is_one_runtime": is_one_runtime,
        "groups": [shared.say(titles[group]) for group in groups],
        "rows": rows,
        "has_models": has_models,
        "has_twins": bool(twins),
    }


def _name_files(readings: list[Agent]) -> dict[tuple[str, str], str]:
    """By runtime and path: how the files of a runtime that has several of them are told apart. By their
    names, or by their paths where two names are the same."""
    paths: dict[str, list[str]] = {}
    for item in readings:
        paths.setdefault(item.dialect, []).append(item.source.path)
    names: dict[tuple[str, str], str] = {}
    for runtime, files in paths.items():
        short = [PurePosixPath(path).name for path in files]
        is_clear = len(set(short)) == len(files)
        if len(files) > 1:
            names |= {
                (runtime, path): name for path, name in zip(files, short if is_clear else files, strict=True)
            }
    return names


@once
def list_guests(shared: CatalogContext, agent: Agent) -> tuple[Agent, ...]:
    """The file of ``agent`` as other runtimes read it, but those that have a file of their own for it."""
    twins = shared.catalog.twins.get(agent.id, ())
    own = {shared.catalog.by_id["agent", id].dialect for id in twins}
    return tuple(guest for guest in _read_as_guests(agent) if guest.dialect not in own)


@dataclass(frozen=True, slots=True)
class GuestUse:
    """What a runtime that reads the files of another makes of a server in them."""

    runtime: Runtime
    read: int
    """How many files it reads."""
    naming: tuple[tuple[Agent, tuple[ToolGrant, ...]], ...]
    """The agents that have it by an entry of their lists, with these entries."""
    outcomes: Counter[Word]
    """How many have it, by outcome."""


def find_guest_uses(shared: CatalogContext, server: McpServer) -> list[GuestUse]:
    """Who has ``server`` in the runtimes that it is configured for and that read files of others."""
    names = [name for name in server.runtimes if RUNTIMES[name].guest_folders]
    readings = (
        [(agent, guest) for agent in shared.catalog.agents for guest in list_guests(shared, agent)]
        if names
        else []
    )
    uses = []
    for name in names:
        naming, outcomes, read = [], Counter[Word](), 0
        for agent, guest in readings:
            if guest.dialect != name or guest.not_loaded:
                continue
            read += 1
            decision = decide_server(guest, server, shared.grants)
            if decision.is_usable:
                outcomes[decision.word] += 1
                listed = guest.access.grants or ()
                if entries := tuple(entry for entry in listed if get_server_id(entry) == server.id):
                    naming.append((agent, entries))
        if read:
            uses.append(GuestUse(RUNTIMES[name], read, tuple(naming), outcomes))
    return uses


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
