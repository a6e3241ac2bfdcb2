"""What a commit changed, as pages and feeds tell it."""

from __future__ import annotations

from dataclasses import dataclass

from .address_lock import Kind


@dataclass(frozen=True, slots=True)
class AgentChange:
    """What one commit made of one agent, skill or server. ``id`` is that of its page today; ``None``: it has
    none.

    ``kinds`` are words for programs: ``new``, ``gone``, else those of its differences.
    """

    commit: str
    when: str
    path: str
    id: str | None
    name: str
    kinds: tuple[str, ...]
    says: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    summary: str = ""
    subject: Kind = "agent"
    """What it is about: an agent, a skill or a server."""
    catalog: str = ""
    """The id of the catalog of another repository that tells it, whose id of the agent ``id`` is."""
    page_url: str = ""
    """Its page in that catalog."""


Change = tuple[AgentChange, ...]
"""An entry: one change, or all of a commit with many."""
