"""What becomes of links: each with what it leads to now, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ...text.strings import printable
from .export_files import Text
from .find_links import Link, links
from .resolver import STATES, Answer, Directory


@dataclass(frozen=True, slots=True)
class Verdict:
    """A link in a file and what it leads to."""

    path: str
    link: Link
    answer: Answer

    @property
    def place(self) -> str:
        return f"{self.path}:{self.link.line}:{self.link.column}"


def judged(text: Text, directory: Directory) -> Iterator[Verdict]:
    """Each link of ``text`` into the catalog. Raises ``files.UnreadableError``."""
    for link in links(text.lines(), directory.where.site_url):
        answer = directory.answer(link.address)
        if answer is not None:
            yield Verdict(text.path, link, answer)


def bad(found: Iterable[Verdict], strict: bool) -> bool:
    """Whether a link leads to nothing that is there; if ``strict``, whether one should be written anew."""
    for one in found:
        if one.answer.state in ("gone", "unknown"):
            return True
        if strict and (one.answer.state == "moved" or one.answer.lost_place):
            return True
    return False


def said(found: list[Verdict], site_url: str, quiet: bool = False) -> str:
    """``path:line:column: state: address``, what to write instead on the next line, a count at the end.

    ``quiet`` leaves out the links that are right.
    """
    lines = []
    for one in _shown(found, quiet):
        on = f" (on “{one.link.page}”)" if one.link.page else ""
        lines.append(f"{one.place}: {one.answer.state}: {one.link.address}{on}")
        lines += [f"  {why}" for why in _why(one.answer, site_url)]
    states = [one.answer.state for one in found]
    counts = ", ".join(f"{states.count(state)} {state}" for state in STATES)
    # A name may hold what would begin a line of its own.
    return "\n".join(printable(" ".join(line.splitlines())) for line in [*lines, counts])


def _why(answer: Answer, site_url: str) -> Iterator[str]:
    if answer.state == "moved":
        yield f"it is the {answer.kind} `{answer.name}`, now at {site_url}{answer.address}"
    if answer.state == "gone":
        since = f" since {answer.since}" if answer.since else ""
        yield f"the {answer.kind} `{answer.name}` is gone{since}"
    if answer.lost_place:
        yield f"the page has no place `#{answer.lost_place}`"
    if answer.successor:
        yield f"in its place: `{answer.successor_name}`, {site_url}{answer.successor}"
    if answer.state == "unknown":
        yield "the catalog never had this address"


def _shown(found: list[Verdict], quiet: bool) -> list[Verdict]:
    return [one for one in found if one.answer.state != "right" or one.answer.lost_place or not quiet]


def as_json(found: list[Verdict], site_url: str, quiet: bool = False) -> str:
    """A list of objects, a link each; whole addresses, ``null`` for what does not apply."""

    def whole(address: str) -> str | None:
        return f"{site_url}{address}" if address else None

    rows = [
        {
            "path": one.path,
            "line": one.link.line,
            "column": one.link.column,
            "page": one.link.page or None,
            "link": one.link.address,
            "state": one.answer.state,
            "kind": one.answer.kind or None,
            "name": one.answer.name or None,
            "address": whole(one.answer.address),
            "permanent": whole(one.answer.address),
            "lost_place": one.answer.lost_place or None,
            "successor": whole(one.answer.successor),
            "successor_name": one.answer.successor_name or None,
            "since": one.answer.since or None,
        }
        for one in _shown(found, quiet)
    ]
    return json.dumps(rows, indent=1, ensure_ascii=False)


FORMATS: dict[str, Callable[[list[Verdict], str, bool], str]] = {"text": said, "json": as_json}
