"""What a page lists that is not there, and what is there and not listed."""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from ..lock import Locked
from ..model import Diagnostic, Span
from ..text import slug
from ..words import say
from .known import Known, Thing, bare, folder_of, kind, path_of
from .outline import Mark, Outline, Place

# A list is one of agents (or skills) when so many of its entries are, and one of a folder when more are.
LEAST_KNOWN = 2
LEAST_IN_FOLDER = 3


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of the page: a name at the beginning of a place, and what it means."""

    place: Place
    mark: Mark
    things: tuple[Thing, ...]


def listed(page: Outline, known: Known) -> tuple[Listed, ...]:
    """The entries of lists, headings and tables; of a row only what its first naming cell names."""
    naming = set()
    for row in page.rows:
        first = next((cell for cell in row.cells if any(known.meant(mark) for mark in cell.lead)), None)
        naming |= {cell for cell in row.cells if cell is not first}
    return tuple(
        Listed(place, mark, things)
        for place in page.places
        if place not in naming
        for mark in place.lead
        if (things := known.meant(mark))
    )


def unknown(page: Outline, known: Known) -> Iterator[Diagnostic]:
    """Entries for which there is no agent and no skill: their file is missing, or nothing has their name."""
    told = set()
    for mark in page.marks:
        path = known.missing(mark.target) if mark.target else ""
        if path:
            told.add(mark)
            message = say(
                "`{name}` is listed, and its file `{path}` is not there", name=mark.text or path, path=path
            )
            yield _unknown(mark, message, posixpath.basename(path.removesuffix("/SKILL.md")), known)
    # A file that is there is an agent's, even if the catalog has it not: a plugin may leave it out.
    there = {slug(bare(mark.text)) for mark in page.marks if mark.target and known.is_there(mark.target)}
    for mark in _in_lists_of_ours(page, known):
        elsewhere = mark.target and not mark.target.startswith("#")
        if mark not in told and not elsewhere and known.is_stale(mark.text):
            name = bare(mark.text)
            if slug(name) not in there:
                message = say("`{name}` is listed, and there is no agent or skill of that name", name=name)
                yield _unknown(mark, message, mark.text, known)


def _in_lists_of_ours(page: Outline, known: Known) -> Iterator[Mark]:
    """The names that begin the entries of lists and columns, where most are an agent's or a skill's.

    What is written otherwise than those, a heading of the column or a remark, counts for nothing.
    """
    blocks: dict[str, list[Mark]] = defaultdict(list)
    for place in page.places:
        if place.lead and not known.is_other(place.lead[0].text):
            blocks[place.block].append(place.lead[0])
    for marks in blocks.values():
        right = {mark for mark in marks if known.meant(mark)}
        styles = {mark.style for mark in right}
        alike = [mark for mark in marks if mark.style in styles]
        if len(right) >= LEAST_KNOWN and len(right) * 2 >= len(alike):
            yield from (mark for mark in alike if mark not in right)


def _unknown(mark: Mark, message: str, name: str, known: Known) -> Diagnostic:
    gone = next(
        (one for one in known.catalog.ledger.now.entries if one.gone is not None and one.name == bare(name)),
        None,
    )
    near = known.nearest(name)
    now = known.by_name.get(slug(bare(name)))
    hint: str
    if now:
        hint = say("its file is `{path}` now", path=path_of(now[0]))
    elif gone is not None:
        hint = _gone(gone, known)
    elif near:
        hint = say("did you mean `{meant}`?", meant=near)
    else:
        hint = say("take it out, or write what it is called now")
    return Diagnostic("index_unknown", Span(known.path, mark.line, mark.column), message, hint)


def _gone(one: Locked, known: Known) -> str:
    entries = known.catalog.ledger.now.entries
    other = next((entry.name for entry in entries if entry.permanent == one.replaced_by), "")
    if other:
        return say("it is gone; `{other}` took its place", other=other)
    return say("it is gone since {day}", day=one.gone) if one.gone else say("it is gone")


def missing(page: Outline, text: str, entries: tuple[Listed, ...], known: Known) -> Iterator[Diagnostic]:
    """What the page should list and names nowhere: of the folders that it clearly covers."""
    marks = (*page.marks, *(entry.mark for entry in entries))
    # A name that several have is listed once for all of them, wherever its link leads.
    named = {slug(one.name) for mark in marks for one in (*known.meant(mark), *known.called(mark.text))}
    for what in ("agent", "skill"):
        things = [one for one in known.things if kind(one) == what]
        blocks: dict[str, set[str]] = defaultdict(set)
        for entry in entries:
            blocks[entry.place.block] |= {slug(one.name) for one in entry.things if kind(one) == what}
        for one in _covered(things, list(blocks.values()), known.path):
            if slug(one.name) in named or _in_text(one.name, text):
                continue
            if what == "agent":
                message = say("the agent `{name}` is not listed", name=one.name)
            else:
                message = say("the skill `{name}` is not listed", name=one.name)
            hint = say("its file is `{path}`", path=path_of(one))
            yield Diagnostic("index_missing", _after(one, entries, known), message, hint)


def _covered(things: list[Thing], blocks: list[set[str]], path: str) -> list[Thing]:
    """What of ``things`` the page is a list of: what is below its own folder, all, or single folders.

    A folder is one when a list of its own has most of it; some picked from here and there are none.
    """
    folder = posixpath.dirname(path)
    below = [one for one in things if folder and path_of(one).startswith(f"{folder}/")]
    listed = {name for block in blocks for name in block}
    if _is_most(listed, below or things, LEAST_KNOWN):
        return below or things
    folders: dict[str, list[Thing]] = defaultdict(list)
    for one in things:
        folders[folder_of(one)].append(one)
    return [
        one
        for group in folders.values()
        if any(_is_most(block, group, LEAST_IN_FOLDER) and _is_of(block, group) for block in blocks)
        for one in group
    ]


def _is_most(listed: set[str], things: list[Thing], least: int) -> bool:
    names = {slug(one.name) for one in things}
    hits = len(names & listed)
    return hits >= least and hits * 2 > len(names)


def _is_of(listed: set[str], things: list[Thing]) -> bool:
    """Whether most of what is ``listed`` is of ``things``."""
    return len({slug(one.name) for one in things} & listed) * 2 > len(listed)


def _in_text(name: str, text: str) -> bool:
    """Whether a name that is no word of a language stands anywhere, as in the drawing of a tree of files."""
    return bool(re.search(r"[-_]", name)) and bool(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text))


def _after(thing: Thing, entries: tuple[Listed, ...], known: Known) -> Span:
    """Where it belongs: behind the last entry from its folder, else behind the last one of its kind."""
    own = [entry for entry in entries if any(folder_of(one) == folder_of(thing) for one in entry.things)]
    like = [entry for entry in entries if any(kind(one) == kind(thing) for one in entry.things)]
    # Most of a folder stands in one list; what is named again elsewhere says less.
    block = Counter(entry.place.block for entry in own or like).most_common(1)[0][0]
    last = [entry for entry in own or like if entry.place.block == block][-1]
    return Span(known.path, last.mark.line, last.mark.column)
