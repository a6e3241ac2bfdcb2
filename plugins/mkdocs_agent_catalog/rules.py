"""The rules of effective grants: the rows of ``data/grant_rules.yaml`` and what a decision looks like."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from .sheets import sheet

Outcome = Literal[
    "allowed", "enforced", "unenforced", "inherited", "denied", "not_declared", "never", "unknown"
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
# Outcomes under which the agent can use the tool; `unknown` is neither here nor excluded.
REACHING: frozenset[Outcome] = frozenset({"allowed", "enforced", "unenforced", "inherited"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the rules: what it says, for which runtimes, and how well that is known."""

    id: str
    says: str
    outcome: str
    profiles: tuple[str, ...]
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome for one tool, the rule that decides, and the caveats that stand beside it."""

    outcome: Outcome
    rule: str
    caveats: tuple[str, ...] = ()

    @property
    def reaches(self) -> bool:
        return self.outcome in REACHING


# Rules under which nobody can say what an agent has beyond its entries.
UNKNOWN_BASIS = frozenset({"not-loaded", "null-list", "denied-all"})


@cache
def table() -> dict[str, Any]:
    """The data file as it is."""
    table: dict[str, Any] = sheet("grant_rules")
    return table


@cache
def rules() -> dict[str, Rule]:
    """Every rule by its id, in the order of the data file."""
    return {
        id: Rule(id, row["says"], row["outcome"], tuple(row["profiles"]), row["source"], row["confidence"])
        for id, row in table()["rules"].items()
    }


def profiles() -> dict[str, str]:
    """Every profile with what it stands for."""
    return dict(table()["profiles"])


@cache
def members(name: str) -> frozenset[str]:
    """One of the named sets of tools that the rules speak of."""
    return frozenset(table()["sets"][name])


def aliases() -> dict[str, str]:
    """Old names that still work, by what they mean."""
    return dict(table()["aliases"])


def meant(name: str) -> str:
    """The tool that a name means: an old name that still works means its successor."""
    return str(table()["aliases"].get(name, name))
