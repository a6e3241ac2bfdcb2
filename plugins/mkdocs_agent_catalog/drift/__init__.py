"""A list of agents that somebody keeps by hand, compared with what there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..linked import Catalog
from ..model import Agent, Diagnostic
from .columns import wrong_columns
from .compare import listed, missing, unknown
from .known import Known
from .outline import Row, outline

__all__ = ["drift"]


@dataclass(frozen=True, slots=True)
class Drift:
    """What was found, sorted by place, and how many entries there were to compare."""

    findings: tuple[Diagnostic, ...]
    entries: int


def drift(catalog: Catalog, path: str, text: str, docs: str = "docs") -> Drift:
    """What the Markdown ``text`` lists otherwise than ``catalog`` has it.

    ``path`` is the page's, relative to the repository; so is ``docs``, the folder in which pages of the site
    link to those of the catalog. Never raises, whatever the page holds.
    """
    known, page = Known(catalog, path, docs), outline(text)
    entries = listed(page, known)
    found = [*unknown(page, known), *missing(page, text, entries, known)]
    found += [one for row in page.rows for one in _columns(row, known)]
    ordered = sorted(set(found), key=lambda one: (one.span, one.check, one.message))
    return Drift(tuple(ordered), len(entries))


def _columns(row: Row, known: Known) -> Iterator[Diagnostic]:
    """What the columns of a row say of the one agent that it is about."""
    about = next((things for cell in row.cells for mark in cell.lead if (things := known.meant(mark))), ())
    # Of two that have one name the row may mean either.
    if len(about) == 1 and isinstance(about[0], Agent):
        yield from wrong_columns(row, about[0], known)
