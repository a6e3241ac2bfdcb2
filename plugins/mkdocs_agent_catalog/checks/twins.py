"""The check of twins: one agent that has more access in one runtime than in another."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.catalog import Catalog
from ..model.definitions import Agent, Diagnostic
from ..permissions.access_comparison import decide_group
from ..permissions.decisions import PermissionResolver
from ..runtimes import get_runtime_of
from ..runtimes.rules import USABLE, Outcome
from ..text.i18n import mark_for_translation as _
from ..text.i18n import say
from .check import check

# Of what an agent may do in one runtime only, this is worth a question.
_TEXTS = {
    "execution": _("`{name}` can run commands in {there} but not in {here}"),
    "write": _("`{name}` can change files in {there} but not in {here}"),
}

_HALF: frozenset[Outcome] = frozenset({"ask", "partial"})


@check()
def twin_access(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """The same agent can do more in one runtime than in another. It can run commands or change files in one
    of them only."""
    for family in _list_families(catalog):
        for group, text in _TEXTS.items():
            outcomes = {agent.id: decide_group(agent, group, catalog, grants).outcome for agent in family}
            with_access = [agent for agent in family if outcomes[agent.id] in USABLE - _HALF]
            # A runtime may have two files, of which one says less.
            with_any = {agent.dialect for agent in family if outcomes[agent.id] in {*USABLE, "unknown"}}
            without = [agent for agent in family if agent.dialect not in with_any]
            if with_access and without:
                there, here = _name_runtimes(with_access), _name_runtimes(without)
                message = say(text, name=without[0].name, there=there, here=here)
                place = without[0].span
                hint = say(
                    "decide which is meant, and make the files agree: {place} allows less", place=place
                )
                limitable = [agent for agent in with_access if get_runtime_of(agent).can_limit_agents]
                if not limitable:
                    hint = say(
                        "limit the session that starts it: no key of its file can hold the limit of {place}",
                        place=place,
                    )
                yield Diagnostic("twin_access", (limitable or with_access)[0].span, message, hint)


def _list_families(catalog: Catalog) -> Iterator[list[Agent]]:
    """The twins of one agent that load, each family once."""
    seen: set[str] = set()
    for agent in catalog.agents:
        twins = catalog.twins.get(agent.id, ())
        if twins and agent.id not in seen:
            seen |= {agent.id, *twins}
            family = [agent, *(catalog.by_id["agent", id] for id in twins)]
            yield [item for item in family if not item.not_loaded]


def _name_runtimes(agents: list[Agent]) -> str:
    return ", ".join(dict.fromkeys(get_runtime_of(agent).title for agent in agents))
