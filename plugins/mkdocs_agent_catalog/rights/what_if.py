"""What comes of edits: who loses what, who can no longer start, and which links lead to nothing.

It is told what is there and what is not: not by which entry, nor under which condition.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..linking.linker import MOST_NAMESAKES
from ..model.catalog import Catalog, Link
from ..permissions.capabilities import CLASSES
from ..permissions.decisions import PermissionResolver
from .edits import Edit, apply_edits
from .subjects import Subject, list_subjects

_CLASS_IDS = frozenset(id for id, _title in CLASSES)
Facts = dict[str, frozenset[str]]
"""What an agent has, by kind: ``starts`` holds ``yes`` or nothing; ``capability`` ids, and ``through`` those
that it has only through others; ``tool``, ``server`` and ``delegation`` names (``*`` for any agent)."""
FACT_KINDS = ("starts", "capability", "through", "server", "tool", "delegation")
Ref = tuple[str, str]
"""Kind and id."""


@dataclass(frozen=True, slots=True)
class Consequences:
    """The difference between two states. ``lost`` and ``gained`` are by the id of the agent; what is gone
    loses nothing. ``broken`` are links to what is gone, from what is still there."""

    gone: tuple[Ref, ...]
    lost: dict[str, Facts]
    gained: dict[str, Facts]
    broken: tuple[tuple[Ref, Ref], ...]


def find_consequences(catalog: Catalog, edits: Iterable[Edit], profile: str) -> Consequences:
    """What comes of ``edits``, all of them at once. Raises ``BadEditError``."""
    edited = apply_edits(catalog, edits, profile)
    before = read_facts(catalog, PermissionResolver(profile))
    after = read_facts(edited.catalog, edited.grants)
    there = {("agent", agent.id) for agent in edited.catalog.agents}
    there |= {("skill", skill.id) for skill in edited.catalog.skills if skill.source}
    every = [("agent", agent.id) for agent in catalog.agents]
    every += [("skill", skill.id) for skill in catalog.skills if skill.source]
    gone = tuple(ref for ref in every if ref not in there)
    return Consequences(
        gone,
        {id: lost for id, facts in after.items() if (lost := _subtract(before[id], facts))},
        {id: gained for id, facts in after.items() if (gained := _subtract(facts, before[id]))},
        tuple(_list_broken(catalog, edited.catalog, gone)),
    )


def read_facts(catalog: Catalog, grants: PermissionResolver) -> dict[str, Facts]:
    """What each agent (id) has."""
    return {
        subject.id: _read_subject(subject)
        for subject in list_subjects(catalog, grants)
        if subject.kind == "agent"
    }


def _read_subject(subject: Subject) -> Facts:
    facts: dict[str, set[str]] = {kind: set() for kind in FACT_KINDS}
    for (kind, name), right in subject.rights.items():
        if kind == "state" and right.how == "starts":
            facts["starts"].add("yes")
        elif kind == "capability" and name in _CLASS_IDS:
            facts["through" if right.how == "through" else "capability"].add(name)
        elif kind in ("tool", "server", "delegation"):
            facts[kind].add(name)
    return {kind: frozenset(names) for kind, names in facts.items()}


def _subtract(facts: Facts, others: Facts) -> Facts:
    """What of ``facts`` is not in ``others``, without kinds that are the same."""
    return {kind: left for kind in FACT_KINDS if (left := facts[kind] - others[kind])}


def _list_broken(before: Catalog, after: Catalog, gone: tuple[Ref, ...]) -> Iterator[tuple[Ref, Ref]]:
    for target in gone:
        for link in before.get_links_to(*target):
            origin = (link.origin_kind, link.origin)
            # What a text merely mentions does not break, nor does a name that then means another thing.
            if origin in gone or link.strongest == "named" or _means_another(link, before, gone):
                continue
            known = {(old.kind, old.target) for old in before.get_links_from(*origin)}
            new = {
                item.span
                for other in after.get_links_from(*origin)
                if other.kind == link.kind and (other.kind, other.target) not in known
                if after.by_id[other.kind, other.target].source
                for item in other.evidence
            }
            if new.isdisjoint(item.span for item in link.evidence):
                yield origin, target


def _means_another(link: Link, catalog: Catalog, gone: tuple[Ref, ...]) -> bool:
    """Whether what ``link`` leads to is one of several that are meant, of which another is left."""
    spans = {item.span for item in link.evidence}
    others = (
        other
        for other in catalog.get_links_from(link.origin_kind, link.origin)
        if other.kind == link.kind
        and other.namesakes
        and not spans.isdisjoint(e.span for e in other.evidence)
    )
    if link.namesakes >= max(MOST_NAMESAKES, len(gone)):
        return True  # Of so many not each has a link.
    return bool(link.namesakes) and any((other.kind, other.target) not in gone for other in others)
