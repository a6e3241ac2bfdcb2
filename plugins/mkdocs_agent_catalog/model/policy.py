"""Types of a policy: rules about what may be in a catalog, examples of each, and waivers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from .definitions import Diagnostic, Span

NAME = "catalog.policy.yml"
Subjects = Literal["agents", "skills", "servers", "settings"]
SUBJECTS: tuple[Subjects, ...] = get_args(Subjects)
Demand = Literal["may_not", "may_only", "must"]
DEMANDS: tuple[Demand, ...] = get_args(Demand)
Verdict = Literal["keeps", "breaks", "not_known"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
"""A rule is kept, it is broken, or no file says which of the two."""


@dataclass(frozen=True, slots=True)
class Word:
    """A value of the policy, as written and where. ``*`` in it stands for any text."""

    text: str
    span: Span


Table = dict[str, tuple[Word, ...]]
"""The values of each key: any of the values of one key is enough."""


@dataclass(frozen=True, slots=True)
class Example:
    """The files of a small repository, and what a rule says of it."""

    verdict: Verdict
    files: dict[str, str]
    span: Span


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """One rule. It is about those that ``chosen`` names and ``excepted`` does not (``None``: nobody).

    ``ways`` limit it to rights that somebody has in one of these ways; without any, all ways count.
    """

    id: str
    span: Span
    says: str
    subjects: Subjects
    chosen: Table
    excepted: Table | None
    demand: Demand
    wanted: Table
    ways: tuple[Word, ...] = ()
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiver:
    """That somebody in a ``role`` accepts until a day that ``names`` break a rule: in all, or only by the
    rights that ``rights`` name. ``until`` is ``YYYY-MM-DD``."""

    rule: Word
    names: tuple[Word, ...]
    rights: tuple[Word, ...]
    role: str
    reason: str
    until: str
    span: Span


@dataclass(frozen=True, slots=True)
class Policy:
    """What a policy file says, and what is wrong with it. Waivers are judged as of ``today``."""

    path: str
    today: str
    rules: tuple[PolicyRule, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    problems: tuple[Diagnostic, ...] = field(default=())
