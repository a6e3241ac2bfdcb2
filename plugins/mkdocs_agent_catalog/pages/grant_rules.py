"""The page "How grants are computed": the rules of the runtimes in this catalog, with their sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..addresses.urls import Href
from ..model.output import Heading, SearchEntry
from ..runtimes import list_runtimes
from ..runtimes.builtin_tools import GROUPS
from ..runtimes.rules import Rule
from .decision_view import OUTCOMES, PAGE
from .page import CatalogContext, Page


def list_rule_pages(shared: CatalogContext) -> Iterator[Page]:
    """ "How grants are computed": the rules of the runtimes of this catalog."""
    how = shared.say("How grants are computed")
    yield Page(
        uri=PAGE,
        template="grants.html.jinja",
        title=how,
        context=lambda href: _build_rules_context(shared, href),
        description=shared.say(
            "The rules by which a declared list becomes what an agent may use, with their sources."
        ),
        search=(SearchEntry("", how, " ".join(rule.id for rule in _list_rules(shared))),),
    )


def _list_rules(shared: CatalogContext) -> list[Rule]:
    """The rules of the runtimes that run agents of this catalog."""
    return [rule for runtime in list_runtimes(shared.catalog.agents) for rule in runtime.rules.values()]


def _group_rules(shared: CatalogContext) -> list[dict[str, Any]]:
    """The rules of each runtime. A rule names its profiles if they are not all that the runtime has."""
    return [
        {
            "id": f"rules-{runtime.name}",
            "title": runtime.title,
            "rules": [
                (rule, () if len(rule.profiles) == len(runtime.profiles) else rule.profiles)
                for rule in runtime.rules.values()
            ],
        }
        for runtime in list_runtimes(shared.catalog.agents)
    ]


def _list_vocabulary(shared: CatalogContext) -> list[dict[str, Any]]:
    """The tools of each runtime by their groups; empty unless several runtimes have agents."""
    if len(shared.runtimes) < 2:
        return []
    return [
        {
            "id": f"groups-{id}",
            "title": shared.say(title),
            "runtimes": [
                (runtime.title, names)
                for runtime in shared.runtimes
                if (names := [n for n in runtime.current_tools if runtime.tools[n].group == id])
            ],
        }
        for id, title in GROUPS
        if any(tool.group == id for runtime in shared.runtimes for tool in runtime.tools.values())
    ]


def _build_rules_context(shared: CatalogContext, href: Href) -> dict[str, Any]:
    vocabulary, runtimes = _list_vocabulary(shared), _group_rules(shared)
    return {
        "runtimes": runtimes,
        "outcomes": OUTCOMES,
        "profiles": {
            name: text
            for runtime in list_runtimes(shared.catalog.agents)
            for name, text in runtime.profiles.items()
        },
        "profiles_in_use": list(dict.fromkeys(map(shared.grants.get_profile, shared.catalog.agents)))
        or [shared.grants.profile],
        "vocabulary": vocabulary,
        "headings": (
            Heading(2, "profile", shared.say("Profile")),
            Heading(2, "outcomes", shared.say("Outcomes")),
            *((Heading(2, "groups", shared.say("Groups of tools")),) if vocabulary else ()),
            *(Heading(3, group["id"], group["title"]) for group in vocabulary),
            Heading(2, "rules", shared.say("Rules")),
            *(Heading(3, runtime["id"], runtime["title"]) for runtime in runtimes),
        ),
    }
