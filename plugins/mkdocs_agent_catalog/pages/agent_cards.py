"""How an agent is shown in a list: its card, and its tools in a few words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..addresses import urls
from ..addresses.urls import Href
from ..linking.tool_usage import get_tool_name
from ..model.definitions import Agent
from ..permissions.capabilities import Capability
from ..text.i18n import say
from .finder.facets import (
    NOT_CALLABLE,
    inherits_everything,
    list_all_uses,
    list_facets,
    list_filter_words,
    weigh_capabilities,
    write_facets,
)
from .page import CatalogContext

MOST_TOOLS, MOST_ON_CARD = 6, 3


def summarize_tools(
    shared: CatalogContext, agent: Agent, most: int = MOST_TOOLS, *, short: bool = False
) -> list[str]:
    """The tools that an agent can use, in a few words; ``most`` are named, and how many more is a number
    where room is ``short``."""
    grants = shared.grants
    if broken := describe_broken(shared, agent):
        return [broken]
    if grants.is_base_unknown(agent):
        return [shared.say("tools not known")]
    if not grants.has_allowlist(agent) or any(grant.tool == "*" for grant in agent.access.grants or ()):
        denied = len({grant.tool for grant in agent.access.denied} or grants.list_own_denials(agent))
        return [shared.say(say("inherits all tools but {n}", n=denied) if denied else "inherits all tools")]
    names = list(dict.fromkeys(_iter_usable_tools(shared, agent)))
    if not names:
        return [shared.say("no tools")]
    more = len(names) - most
    if short and more > 0:
        return [*names[: most - 1], f"{names[most - 1]} +{more}"]
    return names[:most] + ([shared.say(say("and {n} more", n=more))] if more > 0 else [])


def _iter_usable_tools(shared: CatalogContext, agent: Agent) -> Iterator[str]:
    for grant in agent.access.grants or ():
        if shared.grants.decide_entry(agent, grant).is_usable:
            yield f"{grant.server} (MCP)" if grant.server else get_tool_name(agent, grant)
    yield from shared.grants.find_implied_tools(agent)


def describe_broken(shared: CatalogContext, agent: Agent) -> str:
    """Why nobody can call the agent, in two words; empty if it can be called."""
    if agent.not_loaded:
        return shared.say("not loaded")
    return shared.say("cannot be started") if shared.grants.cannot_start(agent) else ""


def build_agent_card(
    shared: CatalogContext, agent: Agent, href: Href, has_default: bool = False
) -> dict[str, Any]:
    """What a card shows. ``has_default``: the page says that most agents inherit everything, so that the card
    of one that does says nothing of it."""
    values, broken = list_facets(shared, agent), describe_broken(shared, agent)
    is_default = has_default and inherits_everything(shared, agent)
    return {
        "facets": write_facets(values),
        "words": list_filter_words(shared, agent),
        "weight": weigh_capabilities(values["reach"]),
        "count": len(list_all_uses(shared, agent)),
        "changed": shared.catalog.changed.get(agent.source.path),
        "capabilities": ()
        if is_default
        else shared.reach[agent.id] or (Capability("nothing", NOT_CALLABLE),),
        "group": shared.name_group(agent.group) if agent.group else "",
        "runtime": "" if agent.dialect == shared.usual_runtime else "".join(values["runtime"]),
        "same": shared.same.get(agent.id, ""),
        "prompt": shared.prompts.get(agent.id, ""),
        "anchor": "",
        # What the heading of the group says already is lighter, so that what differs stands out.
        "prefix": f"{agent.group}-" if agent.group and agent.title.startswith(f"{agent.group}-") else "",
        "title": agent.title,
        "href": href(urls.make_agent_uri(agent.id)),
        "summary": agent.summary,
        "tools": [] if broken or is_default else summarize_tools(shared, agent, MOST_ON_CARD, short=True),
        # Who takes the model of the session does not deviate.
        "model": "" if agent.model == "inherit" else agent.model,
        "broken": broken,
        "ignored": bool(agent.access.ignored) and agent.access.grants is None,
        "problems": shared.count_to_fix(agent.document),
    }
