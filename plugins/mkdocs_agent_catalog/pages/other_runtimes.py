"""The same agent elsewhere: its twins, and what other runtimes make of its own file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..addresses import urls
from ..addresses.urls import Href
from ..linking.twins import measure_likeness
from ..model.definitions import Agent
from ..permissions.access_comparison import compare_access
from ..runtimes import RUNTIMES, get_runtime_of
from ..text.i18n import say
from .decision_view import OUTCOMES
from .page import CatalogContext


def build_twin_rows(shared: CatalogContext, agent: Agent, href: Href) -> list[dict[str, Any]]:
    """The twins of ``agent``: where each is, and what differs in access, model and text."""
    twins = (shared.catalog.by_id["agent", id] for id in shared.catalog.twins.get(agent.id, ()))
    return [
        {
            **_describe_access(shared, agent, twin),
            "href": href(urls.make_agent_uri(twin.id)),
            "path": twin.source.path,
            "model": twin.model if twin.model != agent.model else None,
            "likeness": round(100 * measure_likeness(agent.document.body, twin.document.body)),
        }
        for twin in twins
    ]


def build_guest_rows(shared: CatalogContext, agent: Agent) -> list[dict[str, Any]]:
    """The other runtimes that read the file of ``agent``, and where it may do something else there."""
    rows = []
    for runtime in RUNTIMES.values():
        folders = (f"/{folder}/" for folder in runtime.guest_folders)
        is_guest = any(folder in f"/{agent.source.path}" for folder in folders)
        if runtime.name == agent.dialect or not is_guest or agent.source.plugin:
            continue
        source = replace(agent.source, dialect=runtime.name)
        for guest in runtime.read_agents(source):
            if isinstance(guest, Agent):
                # Decisions are remembered by id: this reading is no agent of the catalog.
                rows.append(_describe_access(shared, agent, replace(guest, id=f"{agent.id} {runtime.name}")))
    return rows


def _describe_access(shared: CatalogContext, agent: Agent, other: Agent) -> dict[str, Any]:
    """The runtime of ``other``, whether it loads there, and in which groups of tools it differs."""
    language = shared.say
    loads = not other.not_loaded and not agent.not_loaded
    differences = compare_access(agent, other, shared.catalog, shared.grants) if loads else ()
    return {
        "runtime": get_runtime_of(other).title,
        "not_loaded": language(other.not_loaded) if other.not_loaded else "",
        "differences": [
            language(
                say(
                    "{group}: {own} here, {other} there",
                    group=language(difference.title),
                    own=language(OUTCOMES[difference.own.word][1]),
                    other=language(OUTCOMES[difference.other.word][1]),
                )
            )
            for difference in differences
        ],
    }
