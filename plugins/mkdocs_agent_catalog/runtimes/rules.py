"""Permission rules and decisions: the types in which every runtime says what an agent can do and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

Outcome = Literal[
    "allowed",
    "ask",
    "partial",
    "enforced",
    "unenforced",
    "inherited",
    "denied",
    "not_declared",
    "never",
    "unknown",
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
CaveatWord = Literal["conditional", "guarded"]
Word = Outcome | CaveatWord | Literal["through"]
"""How an outcome is called: a usable tool may be there only under a condition, or be guarded by a hook; what
an agent does not have itself it may get done through others."""
# With these outcomes the agent can use the tool. `unknown` is neither usable nor ruled out.
USABLE: frozenset[Outcome] = frozenset({"allowed", "ask", "partial", "enforced", "unenforced", "inherited"})
# What these say, the words of a caveat say too.
_PLAIN: frozenset[Outcome] = frozenset({"allowed", "inherited"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a runtime's rules: what it says, for which profiles, and how well that is known.

    ``outcome`` is one of ``OUTCOMES`` or ``caveat``; ``confidence`` is documented, observed, second-hand or
    unsettled.
    """

    id: str
    says: str
    outcome: Outcome | Literal["caveat"]
    profiles: tuple[str, ...]
    source: str
    confidence: str
    word: CaveatWord | None = None
    """For a caveat: how the outcome of a decision is called beside which it stands."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome for one tool, the id of the rule that decides, and the ids of its caveats.

    ``word`` is how the outcome is called: ``outcome`` itself, or the word of the first caveat that has one.
    ``words`` are all that must be said: a tool whose restriction is not enforced may be guarded as well.
    """

    outcome: Outcome
    rule: str
    caveats: tuple[str, ...] = ()
    caveat_words: tuple[CaveatWord, ...] = ()

    @property
    def word(self) -> Word:
        return self.caveat_words[0] if self.caveat_words else self.outcome

    @property
    def words(self) -> tuple[Word, ...]:
        is_said_by_caveat = bool(self.caveat_words) and self.outcome in _PLAIN
        return self.caveat_words if is_said_by_caveat else (self.outcome, *self.caveat_words)

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
            row.get("word"),
        )
        for id, row in rows.items()
    }
