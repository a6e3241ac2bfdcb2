"""Finds the addresses of one site in exported pages: HTML, Markdown, wiki markup, XML, JSON, or a plain
list.

What is looked for is known (the site's address), so it is found as it stands, whatever is around it. Exports
hold HTML in XML, escaped once or twice, and a parser of the outer form would see one long text. Text is read
in linear time, and nothing in it can fail.
"""

from __future__ import annotations

import codecs
import html
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ..errors import UsageError

STDIN = "-"
_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_BEGINNING = 8192
# A scheme, or none: `//host`. JSON may escape the slashes. What stands behind the address of an archive is a
# link to the archive.
_START = r"(?:(?<!/)https?:|(?<![\w/:.;\\-]))(?:\\?/){2}(?:[\w.-]+@)?"
# What addresses of the catalog are made of, as browsers write them; ( ) ' [ ] | are markup in some wiki.
_REST = r"(?:[\w\-./~%?&=#+,:;@!$*]++|\\/|\\u0026)*+"
# An escaped quote or bracket ends an attribute that stands escaped in a text.
_END = re.compile(
    r"&(?:amp;)*(?:quot|apos|lt|gt|nbsp|#0*(?:34|39|60|62|160)|#x0*(?:22|27|3c|3e|a0));", re.IGNORECASE
)
_ENTITY = re.compile(r"&#?\w{1,32};")
_TITLE = (
    r"<title\b[^<>]{0,200}>(?=(?P<title>[^<]{1,400}))"
    r"|name=\"title\">(?:<!\[CDATA\[)?(?=(?P<property>[^<\]]{1,400}))"
)
_WIKI_PAGE = re.compile(r"<page\b.*?(?:</page>|\Z)", re.DOTALL)
_REVISION = re.compile(r"<revision\b.*?(?:</revision>|\Z)", re.DOTALL)
_TIMESTAMP = re.compile(r"<timestamp>([^<]{1,40})")


@dataclass(frozen=True, slots=True)
class Link:
    """An address as it is meant (without the escapes of its place), and where it stands.

    ``page`` is the title of its page, where that is known; ``line`` and ``column`` are from 1.
    """

    line: int
    column: int
    address: str
    page: str = ""


def read_texts(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Path and text of the files at ``paths``, and of those in folders: sorted, without hidden ones.

    A file in a folder that is no text is left out: it may be a picture. Raises ``UsageError``.
    """
    for name in paths:
        folder = Path(name)
        if name == STDIN or not folder.is_dir():
            text = _read(name)
            if text is None:
                raise UsageError(f"`{name}` is no text; unpack what is packed")
            yield name, text
            continue
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            is_hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
            if not is_hidden and (text := _read(str(path))) is not None:
                yield str(path), text


def _read(path: str) -> str | None:
    """The text of a file, with a sign for what is no letter; ``None`` for what is no text."""
    try:
        content = sys.stdin.buffer.read() if path == STDIN else Path(path).read_bytes()
    except FileNotFoundError as error:
        raise UsageError(f"no file or folder `{path}`") from error
    except (OSError, ValueError) as error:
        raise UsageError(f"`{path}` cannot be read: {getattr(error, 'strerror', error)}") from error
    marks = (name for mark, name in _BYTE_ORDER_MARKS.items() if content.startswith(mark))
    encoding = next(marks, "utf-8")
    if encoding == "utf-8" and b"\0" in content[:_BEGINNING]:
        return None
    return content.decode(encoding, errors="replace")


def find_links(text: str, site_url: str) -> Iterator[Link]:
    """Each link to the site in a text, in order; in the newest revisions of a MediaWiki export only."""
    if "<mediawiki" in text[:_BEGINNING]:
        text = _WIKI_PAGE.sub(_blank_old_revisions, text)
    host = re.escape(urlsplit(site_url).netloc.rpartition("@")[2])
    pattern = re.compile(rf"{_TITLE}|(?P<address>{_START}{host}{_REST})", re.IGNORECASE)
    page, line, line_start, counted = "", 1, 0, 0
    for match in pattern.finditer(text):
        if not match["address"]:
            page = " ".join(html.unescape(match["title"] or match["property"]).split())
            continue
        line += text.count("\n", counted, match.start())
        line_start = text.rfind("\n", counted, match.start()) + 1 or line_start
        counted = match.start()
        yield Link(line, match.start() - line_start + 1, _unescape(match["address"]), page)


def _blank_old_revisions(page: re.Match[str]) -> str:
    """The page of a MediaWiki export with blanks in place of all but its newest revision.

    A link that was corrected long ago is no broken link. Revisions of the same time stand in their order.
    Source: mediawiki.org, "Help:Export", and the schema ``export-0.11.xsd``.
    """
    stamped = [(_TIMESTAMP.search(revision[0]), revision) for revision in _REVISION.finditer(page[0])]
    by_time = sorted(stamped, key=lambda pair: pair[0][1] if pair[0] else "")
    old = {revision.start() for _timestamp, revision in by_time[:-1]}

    def blank(revision: re.Match[str]) -> str:
        # Line ends stay, so that places stay right.
        return re.sub(r"\S", " ", revision[0]) if revision.start() in old else revision[0]

    return _REVISION.sub(blank, page[0])


def _unescape(written: str) -> str:
    """The address that ``written`` stands for: cut where it ends, and without the escapes of its place."""
    end = _END.search(written)
    text = (written[: end.start()] if end else written).replace("\\/", "/").replace("\\u0026", "&")
    # Twice: HTML in XML. Only what ends with `;`: `&copy=1` is part of a query.
    for _ in range(2):
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    text = text.rstrip(".,:;!?*~$&")
    bare = text.rstrip("_")
    return bare if bare.endswith("/") else text
