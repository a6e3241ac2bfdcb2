"""What a command cannot do as it was called."""

from __future__ import annotations


class UsageError(Exception):
    """The message says why, to the person who called the command."""
