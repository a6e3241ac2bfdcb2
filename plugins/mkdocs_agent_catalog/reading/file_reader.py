"""Where texts come in: nothing after it ever sees a secret."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ..cache import BuildCache
from ..model.definitions import Diagnostic, Skipped, Span
from ..text.i18n import say
from . import disk, masking

Taken = tuple[str | Skipped, list[Diagnostic]]


def take(files: Iterable[tuple[Path, str]], cache: BuildCache) -> list[Taken]:
    """The text of each file with its secrets masked, or why there is none, and what was found on the way.

    With each path comes what it is called in what is said.
    """
    read = [_read(path, name) for path, name in files]
    return [cache.get(_read_text, *pair) if isinstance(pair[0], bytes) else pair for pair in read]


def _read(path: Path, name: str) -> tuple[bytes, str] | tuple[Skipped, list[Diagnostic]]:
    try:
        return disk.read(path), name
    except OSError as error:
        return report_unreadable(name, error)


def _read_text(raw: bytes, name: str) -> tuple[str, list[Diagnostic]]:
    text, wrong = disk.decode_utf8(raw)
    notes = []
    if wrong:
        message = say("not UTF-8: the bytes that are no text are shown as �")
        notes.append(Diagnostic("unreadable_source", Span(name, *wrong), message, say("save it as UTF-8")))
    text, hidden = masking.mask_and_report(text, name)
    return text, [*notes, *hidden]


def report_unreadable(name: str, error: OSError) -> tuple[Skipped, list[Diagnostic]]:
    """What is said of a file or folder that cannot be read."""
    why = disk.describe_os_error(error)
    return Skipped(name, why), [Diagnostic("unreadable_source", Span(name), why)]


def mask_name(name: str) -> tuple[str, list[Diagnostic]]:
    """``name`` of a file as it may be shown, and a finding for each secret in it."""
    text, diagnostics = masking.mask_and_report(name, "")
    return text, [replace(note, span=Span(text)) for note in diagnostics]
