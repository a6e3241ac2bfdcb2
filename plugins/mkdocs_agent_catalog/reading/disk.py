"""Walks folders, and writes files in one step, so that no half-written file remains."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path


def make_printable(path: str) -> str:
    """``path`` with � for what is no text: bytes that are none, and control characters such as line ends."""
    if path.isascii() and path.isprintable():
        return path
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(char if char.isprintable() or char == " " else "\ufffd" for char in text)


def is_empty(folder: Path) -> bool:
    """Whether ``folder`` is one without anything in it."""
    try:
        return not any(folder.iterdir())
    except OSError:
        return False


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


def walk(
    root: Path, unread: Callable[[OSError], None], may_follow: Callable[[Path], bool] = lambda _path: False
) -> Iterator[Path]:
    """The files below ``root``, sorted. ``unread`` is told of folders that cannot be read.

    A folder behind a link is entered if ``may_follow`` says so, and only once.
    """
    entered: set[str] = set()
    for folder, folders, files in os.walk(root, onerror=unread, followlinks=True):
        names = sorted(f for f in folders if f not in (".git", "node_modules", "__pycache__"))
        folders[:] = [name for name in names if _may_enter(Path(folder) / name, entered, may_follow)]
        yield from (Path(folder) / name for name in sorted(files))


def _may_enter(folder: Path, entered: set[str], may_follow: Callable[[Path], bool]) -> bool:
    if not folder.is_symlink():
        return True
    if not may_follow(folder):
        return False
    real = os.path.realpath(folder)
    # A link to a folder above would lead round and round.
    is_above = str(folder.absolute()).startswith(real + os.sep)
    is_new = real not in entered and not is_above
    entered.add(real)
    return is_new
