"""Dialects: each module turns a document into an agent; it never raises and never looks at another file."""

from __future__ import annotations

from collections.abc import Callable

from ..model import Agent, Document, Skipped
from . import claude_code
from .mcp import read_servers
from .skill import read_skill

DIALECTS: dict[str, Callable[[Document], Agent | Skipped]] = {"claude-code": claude_code.read}
DEFAULT = "claude-code"

__all__ = ["DEFAULT", "DIALECTS", "read_agent", "read_servers", "read_skill"]


def read_agent(document: Document) -> Agent | Skipped:
    """The agent of ``document``, or why it is none, by the dialect that its source names."""
    return DIALECTS.get(document.source.dialect or DEFAULT, DIALECTS[DEFAULT])(document)
