"""Reads files that a definition names as a part of itself, such as its prompt."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import replace

from ..model.definitions import Diagnostic, Skipped, Source
from . import masking
from .build_cache import BuildCache
from .checkouts import Checkouts
from .file_reader import read_masked_text

MOST_COMPANIONS = 200
"""So many files may belong to the definitions in one."""


def add_companions(
    checkouts: Checkouts, source: Source, paths: Iterable[str], cache: BuildCache
) -> tuple[Source, tuple[Diagnostic, ...]]:
    """``source`` with the text of the files at ``paths``, and what is wrong in them.

    Nothing outside of the checkout of ``source`` is read, with all links followed; what cannot be read is
    left out.
    """
    place = checkouts.repo / source.path
    texts: list[tuple[str, str]] = []
    notes: list[Diagnostic] = []
    for path in list(dict.fromkeys(map(posixpath.normpath, paths)))[:MOST_COMPANIONS]:
        file = checkouts.repo / path
        if not checkouts.holds(file, place) or not file.is_file() or masking.mask_text(path) != path:
            continue
        text, problems = read_masked_text(file, path, cache)
        notes += problems
        if not isinstance(text, Skipped):
            texts.append((path, text))
    return replace(source, companions=tuple(texts)), tuple(notes)
