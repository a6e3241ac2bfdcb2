"""Reads files that a definition names as a part of itself, such as its prompt."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ..cache import BuildCache
from ..model.definitions import Diagnostic, Skipped, Source
from . import masking
from .file_reader import read_masked_text
from .paths import find_checkout_root

MOST_COMPANIONS = 200
"""So many files may belong to the definitions in one."""


def add_companions(
    repo: Path, source: Source, paths: Iterable[str], cache: BuildCache
) -> tuple[Source, tuple[Diagnostic, ...]]:
    """``source`` with the text of the files at ``paths``, relative to ``repo``, and what is wrong in them.

    Nothing outside of the repository is read, with all links followed; what cannot be read is left out.
    """
    repo = repo.resolve()
    boundary = find_checkout_root(repo)
    texts: list[tuple[str, str]] = []
    notes: list[Diagnostic] = []
    for path in list(dict.fromkeys(map(posixpath.normpath, paths)))[:MOST_COMPANIONS]:
        file = Path(os.path.realpath(repo / path))
        if not file.is_relative_to(boundary) or not file.is_file() or masking.mask_text(path) != path:
            continue
        text, problems = read_masked_text(file, path, cache)
        notes += problems
        if not isinstance(text, Skipped):
            texts.append((path, text))
    return replace(source, companions=tuple(texts)), tuple(notes)
