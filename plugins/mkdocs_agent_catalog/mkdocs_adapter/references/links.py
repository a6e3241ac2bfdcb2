"""Converts references in hand-written pages in two steps: placeholders while Markdown is converted, then
addresses.

The addresses are put in afterwards, in the HTML, where code is told from links by being escaped.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from ...addresses.urls import Href
from ...model.definitions import Diagnostic, Span
from ...model.item_kinds import ITEM_KINDS
from .resolver import ReferenceResolver

_SCHEME = rf"(?:{'|'.join(ITEM_KINDS)}):"
# As plugins write it that take it for a path.
_ENCODED = re.compile(rf"^({'|'.join(ITEM_KINDS)})%3A", re.I)
# MkDocs takes the title of a page from its heading, and themes do not escape titles.
_SIGNS = str.maketrans({"<": "‹", ">": "›", '"': "”"})
_AUTOLINK = rf"<({_SCHEME}[^<>\s]+)>"
# In code a `<` is escaped, so this is a link.
_LINK = re.compile(rf"""(<a\b[^>]*?\s)href=(["'])({_SCHEME}[^"'>]*)\2""", re.I)
# The tags in which no author writes a reference: highlighting may cut one in pieces.
_OTHER_TAG = re.compile(r"<(?!a\s|!--)[^>]*>")


class ReferenceLinks(Extension):
    """Fills in what links of the page lack. ``lookup`` is set while hand-written pages are converted."""

    def __init__(self) -> None:
        super().__init__()
        self.lookup: ReferenceResolver | None = None

    def extendMarkdown(self, md: Markdown) -> None:
        # Before what takes it for HTML (90), after everything that makes links and code of it (from 130).
        md.inlinePatterns.register(_Autolink(_AUTOLINK, md), "agent-catalog-autolink", 122)
        # After the links were made (20), before `attr_list` (8) lets the author say it otherwise and before
        # headings get their ids of their texts (5).
        md.treeprocessors.register(_Texts(md, self), "agent-catalog-texts", 15)


class _Autolink(InlineProcessor):
    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        return Element("a", {"href": self.unescape(m[1])}), m.start(0), m.end(0)


class _Texts(Treeprocessor):
    def __init__(self, md: Markdown, links: ReferenceLinks) -> None:
        super().__init__(md)
        self.links = links

    def run(self, root: Element) -> None:
        if self.links.lookup is None:
            return
        for link in root.iter("a"):
            href = _ENCODED.sub(r"\1:", link.get("href", ""))
            if re.match(_SCHEME, href, re.I):
                link.set("href", href)
                answer = self.links.lookup.resolve(href)
                if not len(link) and not (link.text or "").strip():
                    link.text = AtomicString(_plain(answer.title).translate(_SIGNS))
                    link.set("dir", "auto")
                if answer.summary and not link.get("title"):
                    link.set("title", _plain(answer.summary))


def _plain(text: str) -> str:
    """``text`` on one line, without what cannot be seen: Python-Markdown marks its own places with such."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())


def filled(
    content: str, lookup: ReferenceResolver, href: Href, path: str, text: str
) -> tuple[str, list[Diagnostic]]:
    """``content`` (HTML) with an address for each reference, and what is wrong with them.

    ``path`` and ``text`` are those of the page's file. What leads nowhere is no link any more, but its words.
    """
    problems: list[Diagnostic] = []

    def fill(link: re.Match[str]) -> str:
        reference = html.unescape(link[3])
        answer = lookup.resolve(reference)
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
