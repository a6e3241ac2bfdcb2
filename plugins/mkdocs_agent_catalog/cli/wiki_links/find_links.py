"""The addresses of one site in any text: HTML, Markdown, wiki markup, XML of an export, JSON, a plain list.

What is looked for is known (the address that the catalog is published at), so it is found as it stands,
whatever is around it: exports hold HTML in XML, escaped once or twice, and a parser of the outer form would
see one long text. Text is read line by line, in linear time, and nothing in it can fail.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from .mediawiki import newest

# A scheme, or none: `//host`; JSON may escape the slashes. What stands behind the address of an archive is a
# link to the archive.
_START = r"(?:(?<!/)https?:|(?<![\w/:.;\\-]))(?:\\?/){2}(?:[\w.-]+@)?"
# What addresses of the catalog are made of, as browsers write them; ( ) ' [ ] | are markup in some wiki.
_REST = r"(?:[\w\-./~%?&=#+,:;@!$*]++|\\/|\\u0026)*+"
# An escaped quote or bracket ends an attribute that stands escaped in a text.
_END = re.compile(
    r"&(?:amp;)*(?:quot|apos|lt|gt|nbsp|#0*(?:34|39|60|62|160)|#x0*(?:22|27|3c|3e|a0));", re.IGNORECASE
)
_ENTITY = re.compile(r"&#?\w{1,32};")
_TITLE = re.compile(
    r"<title\b[^<>]{0,200}>([^<]{1,400})|name=\"title\">(?:<!\[CDATA\[)?([^<\]]{1,400})", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Link:
    """An address as it is meant (without the escapes of its place), and where it stands.

    ``page`` is the title of its page, where that is known; ``line`` and ``column`` are from 1.
    """

    line: int
    column: int
    address: str
    page: str = ""


def links(lines: Iterable[str], site_url: str) -> Iterator[Link]:
    """Each link to the site in a text, in order; in the newest revisions of a MediaWiki export only."""
    host = urlsplit(site_url).netloc.rpartition("@")[2].lower()
    pattern = re.compile(_START + re.escape(host) + _REST, re.IGNORECASE)
    page = ""
    for number, line in newest(lines):
        titles = list(_TITLE.finditer(line)) if "title" in line else []
        for match in pattern.finditer(line) if host in line.lower() else ():
            while titles and titles[0].start() < match.start():
                page = _named(titles.pop(0))
            yield Link(number, match.start() + 1, _meant(match[0]), page)
        if titles:
            page = _named(titles[-1])


def _named(title: re.Match[str]) -> str:
    return " ".join(html.unescape(title[1] or title[2]).split())


def _meant(written: str) -> str:
    """The address that ``written`` stands for: cut where it ends, and without the escapes of its place."""
    end = _END.search(written)
    text = (written[: end.start()] if end else written).replace("\\/", "/").replace("\\u0026", "&")
    # Twice: HTML in XML. Only what ends with `;`: `&copy=1` is part of a query.
    for _ in range(2):
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    text = text.rstrip(".,:;!?*~$&")
    bare = text.rstrip("_")
    return bare if bare.endswith("/") else text
