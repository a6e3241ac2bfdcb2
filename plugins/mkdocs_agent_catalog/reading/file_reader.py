"""Reads files: returns the text with its secrets masked, or the reason why there is none."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import replace
from pathlib import Path

from ..model.definitions import Diagnostic, Skipped, Span
from ..text.i18n import TranslatableText, say
from . import masking
from .build_cache import BuildCache

MOST_BYTES = 1_000_000
"""Of a definition: no model reads more. The largest of 2,800 real ones has 294 kB."""

FileText = tuple[str | Skipped, list[Diagnostic]]


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """What stands in the regular file at ``path``.

    Raises ``OSError``: ``EFBIG`` for more than ``most`` bytes, ``EINVAL`` for what is no regular file (a pipe
    would block for ever, a device never end), and whatever the system says.
    """
    data = read_first_bytes(path, most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"larger than {most:,} bytes")
    return data


def read_first_bytes(path: Path, count: int) -> bytes:
    """The beginning of the regular file at ``path``. Raises ``OSError``, also for what is no regular file."""
    # What is opened is what is asked: between a question and the reading a file may become another.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "no regular file")
        return file.read(count)


def read_masked_text(path: Path, name: str, cache: BuildCache) -> FileText:
    """The text of a file with its secrets masked, or why there is none, and what was found on the way.

    ``name`` is what messages call it.
    """
    try:
        raw = read_bytes(path)
    except OSError as error:
        return report_unreadable(name, error)
    text: FileText = cache.get(_mask_bytes, raw, name)
    return text


def _mask_bytes(raw: bytes, name: str) -> FileText:
    notes = []
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        place = Span(name, before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
        message = say("not UTF-8: bytes that cannot be read are shown as �")
        notes.append(Diagnostic("unreadable_source", place, message, say("save it as UTF-8")))
        text = raw.decode("utf-8", errors="replace")
    if name.endswith(".json"):
        text = masking.decode_json_escapes(text)
    text, secrets = masking.mask_and_report(text, name)
    return text, [*notes, *secrets]


def describe_os_error(error: OSError) -> TranslatableText:
    """The reason for which a file or folder was not read."""
    if error.errno == errno.EFBIG:
        return say("larger than 1 MB, and not read")
    if error.errno == errno.EINVAL:
        return say("no regular file, and not read")
    return say("cannot be read: {why}", why=error.strerror or str(error))


def report_unreadable(name: str, error: OSError) -> tuple[Skipped, list[Diagnostic]]:
    """What is said of a file or folder that cannot be read."""
    why = describe_os_error(error)
    return Skipped(name, why), [Diagnostic("unreadable_source", Span(name), why)]


def mask_name(name: str) -> tuple[str, list[Diagnostic]]:
    """``name`` of a file as it may be shown, and a finding for each secret in it."""
    text, diagnostics = masking.mask_and_report(name, "")
    return text, [replace(note, span=Span(text)) for note in diagnostics]
