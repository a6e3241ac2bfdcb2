"""Where texts come in: nothing after it ever sees a secret."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from . import secrets
from .model import Diagnostic, Skipped, Span
from .words import say

MAX_BYTES = 5_000_000


def take(path: Path, name: str) -> tuple[str | Skipped, list[Diagnostic]]:
    """The text of ``path`` with its secrets masked, or why there is none, and what was found on the way.

    ``name`` is what it is called in what is said.
    """
    try:
        if not path.is_file() or path.stat().st_size > MAX_BYTES:
            return Skipped(name, say("larger than 5 MB, or no regular file")), []
        raw = path.read_bytes()
    except OSError as error:
        return Skipped(name, say("cannot be read: {why}", why=error.strerror)), []
    notes = []
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        message = say("not UTF-8: the bytes that are no text are shown as �")
        place = Span(name, line, column)
        notes.append(Diagnostic("unreadable_source", place, message, say("save it as UTF-8")))
        text = raw.decode("utf-8", errors="replace")
    text, hidden = secrets.mask(text, name)
    return text, [*notes, *hidden]


def shown_name(name: str) -> tuple[str, list[Diagnostic]]:
    """``name`` of a file as it may be shown, and a finding for each secret in it."""
    shown, found = secrets.mask(name, "")
    return shown, [replace(note, span=Span(shown)) for note in found]
