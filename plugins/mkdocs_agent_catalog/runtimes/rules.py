"""Permission rules and decisions: the nouns that every runtime uses to say what an agent may do and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

Outcome = Literal[
    "allowed", "enforced", "unenforced", "inherited", "denied", "not_declared", "never", "unknown"
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
# With these outcomes the agent can use the tool. `unknown` is neither usable nor ruled out.
USABLE: frozenset[Outcome] = frozenset({"allowed", "enforced", "unenforced", "inherited"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a runtime's rules: what it says, for which profiles, and how well that is known.

    ``outcome`` is one of ``OUTCOMES`` or ``caveat``; ``confidence`` is documented, observed, second-hand or
    unsettled.
    """

    id: str
    says: str
    outcome: str
    profiles: tuple[str, ...]
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome for one tool, the id of the rule that decides, and the ids of its caveats."""

    outcome: Outcome
    rule: str
    caveats: tuple[str, ...] = ()

    @property
    def is_usable(self) -> bool:
        """Whether the agent can use the tool."""
        return self.outcome in USABLE


def read_rules(
    rows: Mapping[str, Mapping[str, Any]],
    profiles: Iterable[str],
    make_id: Callable[[str], str],
    source: str,
) -> dict[str, Rule]:
    """The rules of a data file by the id that ``make_id`` gives them. ``profiles`` and ``source`` stand in
    where a row names none."""
    every = tuple(profiles)
    return {
        make_id(id): Rule(
            make_id(id),
            row["says"],
            row["outcome"],
            tuple(row.get("profiles") or every),
            row.get("source", source),
            row["confidence"],
        )
        for id, row in rows.items()
    }
