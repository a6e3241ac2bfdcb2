"""Types of reviews: who looked at what an agent may do, when, and what that was."""

from __future__ import annotations

from dataclasses import dataclass, field

from .definitions import Diagnostic, Span

NAME = "catalog.reviews.yml"
FORM = 1
"""The form in which rights and prompts are recorded. A record of another form is compared with nothing."""
Recorded = dict[str, dict[str, str]]
"""Rights as a record has them: for each kind the names, each with how somebody has it."""


@dataclass(frozen=True, slots=True)
class Review:
    """That somebody in a role (``by``) looked at an agent on a ``day`` (``YYYY-MM-DD``). ``agent`` and
    ``path`` are its name and its file then, ``prompt`` the fingerprint of its prompt, ``note`` what the
    people wrote beside it. ``span`` is the place of the record."""

    agent: str
    path: str
    by: str
    day: str
    form: int
    prompt: str
    rights: Recorded = field(hash=False)
    note: str = ""
    span: Span = field(default=Span(NAME), compare=False)


@dataclass(frozen=True, slots=True)
class Reviews:
    """What a file of reviews says, and what is wrong with it."""

    path: str
    records: tuple[Review, ...] = ()
    problems: tuple[Diagnostic, ...] = ()
