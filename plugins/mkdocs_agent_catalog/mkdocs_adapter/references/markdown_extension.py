"""The part of Python-Markdown: ``<agent:name>`` is a link, and a link without text gets the title."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from ...model.item_kinds import ITEM_KINDS
from .resolver import Lookup

SCHEME = re.compile(rf"(?:{'|'.join(ITEM_KINDS)}):", re.I)
# MkDocs takes the title of a page from its heading, and themes do not escape titles.
_SIGNS = str.maketrans({"<": "‹", ">": "›", '"': "”"})
_AUTOLINK = rf"<((?:{'|'.join(ITEM_KINDS)}):[^<>\s]+)>"


class ReferenceLinks(Extension):
    """Fills in what links of the page lack. ``lookup`` is set while hand-written pages are converted."""

    def __init__(self) -> None:
        super().__init__()
        self.lookup: Lookup | None = None

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
            href = link.get("href", "")
            if SCHEME.match(href):
                answer = self.links.lookup.answer(href)
                if not len(link) and not (link.text or "").strip():
                    link.text = AtomicString(_plain(answer.title).translate(_SIGNS))
                    link.set("dir", "auto")
                if answer.summary and not link.get("title"):
                    link.set("title", _plain(answer.summary))


def _plain(text: str) -> str:
    """``text`` on one line, without what cannot be seen: Python-Markdown marks its own places with such."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())
