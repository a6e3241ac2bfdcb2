"""Reads and writes files so that nothing blocks, grows without end or is left half-written."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from ..text.i18n import TranslatableText, say

MOST_BYTES = 1_000_000
"""Of a definition: no model reads more. The largest of 2,800 real ones has 294 kB."""


def read(path: Path, most: int = MOST_BYTES) -> bytes:
    """What stands in the regular file at ``path``.

    Raises ``OSError``: ``EFBIG`` for more than ``most`` bytes, ``EINVAL`` for what is no regular file (a pipe
    would block for ever, a device never end), and whatever the system says.
    """
    # What is opened is what is asked: between a question and the reading a file may become another.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "no regular file")
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"larger than {most:,} bytes")
    return data


def describe_os_error(error: OSError) -> TranslatableText:
    """The reason for which a file or folder was not read."""
    if error.errno == errno.EFBIG:
        return say("larger than 1 MB, and not read")
    if error.errno == errno.EINVAL:
        return say("no regular file, and not read")
    return say("cannot be read: {why}", why=error.strerror or str(error))


def decode_utf8(raw: bytes) -> tuple[str, tuple[int, int] | None]:
    """``raw`` as the UTF-8 text it should be, and the line and column of the first byte that is none."""
    try:
        return raw.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        return raw.decode("utf-8", errors="replace"), (line, column)


def make_printable(path: str) -> str:
    """``path`` with � for what is no text: bytes that are none, and control characters such as line ends."""
    if path.isascii() and path.isprintable():
        return path
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(char if char.isprintable() or char == " " else "\ufffd" for char in text)


def write(path: Path, text: str) -> None:
    """Writes ``text`` in one step: stopped halfway, the old file is still there. Raises ``OSError``.

    What a link leads to is written, not the link; a pipe or a device gets the text as it is.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8")
        return
    # No hidden name: MkDocs removes what is left over in its folder, but nothing hidden.
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        if path.exists():
            shutil.copymode(path, part)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def walk(root: Path, unread: Callable[[OSError], None]) -> Iterator[Path]:
    """The files below ``root``, sorted; folders behind links are not entered. ``unread`` is told of folders
    that cannot be read."""
    for folder, folders, files in os.walk(root, onerror=unread, followlinks=False):
        folders[:] = sorted(f for f in folders if f not in (".git", "node_modules", "__pycache__"))
        yield from (Path(folder) / name for name in sorted(files))


def is_folder(path: Path) -> bool:
    """Whether ``path`` is a folder; no if nobody may tell."""
    return os.path.isdir(path)


def is_file(path: Path) -> bool:
    """Whether ``path`` is a regular file; no if nobody may tell."""
    return os.path.isfile(path)
