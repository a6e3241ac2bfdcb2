"""Puts the addresses of references into the HTML of a page, and finds where in its file they stand."""

from __future__ import annotations

import html
import re
from dataclasses import replace

from ...addresses.urls import Href
from ...model.definitions import Diagnostic, Span
from ...model.item_kinds import ITEM_KINDS
from .resolver import Lookup

# In code a `<` is escaped, so this is a link.
_LINK = re.compile(rf"""(<a\b[^>]*?\s)href=(["'])((?:{"|".join(ITEM_KINDS)}):[^"'>]*)\2""", re.I)
# The tags in which no author writes a reference: highlighting may cut one in pieces.
_OTHER_TAG = re.compile(r"<(?!a\s|!--)[^>]*>")


def filled(content: str, lookup: Lookup, href: Href, path: str, text: str) -> tuple[str, list[Diagnostic]]:
    """``content`` (HTML) with an address for each reference, and what is wrong with them.

    ``path`` and ``text`` are those of the page's file. What leads nowhere is no link any more, but its words.
    """
    problems: list[Diagnostic] = []

    def fill(link: re.Match[str]) -> str:
        reference = html.unescape(link[3])
        answer = lookup.answer(reference)
        if answer.problem:
            span = _find_place(reference, content[: link.start()], path, text)
            problems.append(replace(answer.problem, span=span))
        if not answer.uri:
            return f'{link[1]}data-ac-reference="unknown"'
        return f'{link[1]}href="{html.escape(href(answer.uri, answer.anchor))}"'

    return _LINK.sub(fill, content), problems


def _find_place(reference: str, html_before: str, path: str, text: str) -> Span:
    """Where in its file a reference stands: it stands there as often before as on the page, also in code."""
    pattern = re.compile(rf"(?<![\w-]){re.escape(reference)}(?=[\s)>\"'\]]|$)", re.M)
    number = len(pattern.findall(html.unescape(_OTHER_TAG.sub("", html_before))))
    starts = [match.start() for match in pattern.finditer(text)]
    if not starts:
        return Span(path)
    start = starts[min(number, len(starts) - 1)]
    return Span(path, text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start))
