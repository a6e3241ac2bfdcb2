"""Files and folders of exported pages as lines of text, whatever their encoding and whatever is in them."""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

STDIN = "-"
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_SAMPLE = 8192


class UnreadableError(ValueError):
    """Something cannot be read as text; the message says what and why."""


@dataclass(frozen=True, slots=True)
class Text:
    """A file of exported pages: ``path`` as it was named, ``-`` for what is piped in.

    What was found in a folder (not ``named``) may be a picture or a packed file: it has no lines.
    """

    path: str
    named: bool = True

    def lines(self) -> Iterator[str]:
        """Its lines; what is no letter in its encoding becomes a sign. Raises ``UnreadableError``."""
        try:
            if self.path == STDIN:
                yield from self._lines(sys.stdin.buffer)
                return
            with open(self.path, "rb") as file:
                yield from self._lines(file)
        except OSError as error:
            raise UnreadableError(f"`{self.path}` cannot be read: {error.strerror}") from error

    def _lines(self, file: BinaryIO) -> Iterator[str]:
        start = file.peek(_SAMPLE)[:_SAMPLE] if isinstance(file, io.BufferedReader) else b""
        encoding = next((name for mark, name in _MARKS.items() if start.startswith(mark)), "utf-8")
        if encoding == "utf-8" and b"\0" in start:
            if self.named:
                raise UnreadableError(f"`{self.path}` is no text; unpack what is packed")
            return
        text = io.TextIOWrapper(file, encoding=encoding, errors="replace")
        try:
            yield from text
        finally:
            # The file is not ours to close.
            text.detach()


def texts(paths: Iterable[str]) -> Iterator[Text]:
    """The files at ``paths``, those of folders sorted, without hidden ones. Raises ``UnreadableError``."""
    for name in paths:
        if name != STDIN and not os.path.exists(name):
            raise UnreadableError(f"no file or folder `{name}`")
        folder = Path(name)
        if name == STDIN or not folder.is_dir():
            yield Text(name)
            continue
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            if not any(part.startswith(".") for part in path.relative_to(folder).parts):
                yield Text(str(path), named=False)
