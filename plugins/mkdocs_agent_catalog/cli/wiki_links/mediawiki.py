"""MediaWiki exports hold a page with its revisions: a link that was corrected long ago is no broken link.

Source: mediawiki.org, "Help:Export", and the schema ``export-0.11.xsd``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

Numbered = tuple[int, str]

_MARK = re.compile(r"<(/?)(page|revision)\b|<timestamp>([^<]{1,40})")
_SAYS_NOTHING = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?")


def newest(lines: Iterable[str]) -> Iterator[Numbered]:
    """The lines with their numbers; of each page of a MediaWiki export only its newest revision."""
    numbered = iter(enumerate(lines, 1))
    first = list(_beginning(numbered))
    every = chain(first, numbered)
    return _newest(every) if any("<mediawiki" in line for _, line in first) else every


def _beginning(lines: Iterator[Numbered]) -> Iterator[Numbered]:
    """The lines up to the first that says something."""
    for number, line in lines:
        yield number, line
        if not _SAYS_NOTHING.fullmatch(line.removeprefix("\ufeff")):
            return


def _newest(lines: Iterable[Numbered]) -> Iterator[Numbered]:
    best: list[Numbered] = []
    revision: list[Numbered] | None = None
    best_time = time = ""
    for number, line in lines:
        ends = False
        for mark in _MARK.finditer(line):
            if mark[3]:
                time = time or mark[3]
            elif mark[2] == "revision" and not mark[1]:
                revision, time, ends = [], "", False
            elif mark[2] == "revision":
                ends = True
            elif mark[1]:
                yield from best
                best, best_time = [], ""
        if revision is None:
            yield number, line
            continue
        revision.append((number, line))
        if ends:
            # Revisions of the same time, or of none, stand in their order.
            if time >= best_time:
                best, best_time = revision, time
            revision = None
    yield from best
    yield from revision or ()
