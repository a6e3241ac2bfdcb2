"""Puts the addresses of references into the HTML of a page, and finds where in its file they stand."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from ...addresses.urls import Href
from ...model.definitions import Diagnostic, Span
from ...model.item_kinds import ITEM_KINDS
from ..markdown_prose import prose
from .resolver import Lookup

# In code a `<` is escaped, so this is a link.
_LINK = re.compile(rf"""(<a\b[^>]*?\s)href=(["'])((?:{"|".join(ITEM_KINDS)}):[^"'>]*)\2""", re.I)


def filled(content: str, lookup: Lookup, href: Href, path: str, text: str) -> tuple[str, list[Diagnostic]]:
    """``content`` (HTML) with an address for each reference, and what is wrong with them.

    ``path`` and ``text`` are those of the page's file. What leads nowhere is no link any more, but its words.
    """
    problems: list[tuple[str, Diagnostic]] = []

    def put(found: re.Match[str]) -> str:
        reference = html.unescape(found[3])
        answer = lookup.answer(reference)
        if answer.problem:
            problems.append((reference, answer.problem))
        if not answer.uri:
            return f'{found[1]}data-ac-reference="unknown"'
        return f'{found[1]}href="{html.escape(href(answer.uri, answer.anchor))}"'

    content = _LINK.sub(put, content)
    return content, list(_placed(problems, path, text)) if problems else []


def _placed(problems: list[tuple[str, Diagnostic]], path: str, text: str) -> Iterator[Diagnostic]:
    """The findings with their places: the nth of one reference is where it stands the nth time."""
    lines = list(prose(text))
    seen: Counter[str] = Counter()
    for reference, problem in problems:
        pattern = re.compile(rf"(?<![\w-]){re.escape(reference)}(?=[\s)>\"'\]]|$)")
        places = [
            Span(path, number, found.start() + 1)
            for number, line in lines
            for found in pattern.finditer(line)
        ]
        place = places[min(seen[reference], len(places) - 1)] if places else Span(path)
        seen[reference] += 1
        yield replace(problem, span=place)
