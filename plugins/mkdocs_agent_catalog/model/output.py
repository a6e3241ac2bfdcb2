"""What is published: pages and files. Most are made only when they are written, because a catalog is
large."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Heading:
    """An entry of a page's table of contents."""

    level: int
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Body:
    """A page as its template makes it: HTML for the theme's frame."""

    html: str
    headings: tuple[Heading, ...] = ()

    @property
    def anchors(self) -> frozenset[str]:
        """The ids in it, which links may lead to."""
        return frozenset(unescape(result) for result in re.findall(r'\sid="([^"]+)"', self.html))


Content = str | bytes | Body


class SearchEntry(NamedTuple):
    """What the site's search knows of a page, or of the place at ``anchor`` of it."""

    anchor: str
    title: str
    text: str
    """What is shown below the title."""
    words: str = ""
    """What else it is about, for a search that can weigh it; never shown."""
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Output:
    """One thing to publish: a page or a file. ``made`` is what it holds, or makes it at each call."""

    uri: str
    title: str
    made: Content | Callable[[], Content]
    is_page: bool
    source: str | None = None
    search: tuple[SearchEntry, ...] = ()
    description: str = ""
    wide: bool = False
    subject: tuple[str, str] | None = None
    """Kind and id of the agent, tool, skill or server that the page is about."""
    head_made: Callable[[], str] | None = None

    @property
    def body(self) -> Body:
        """What a page holds, made anew: keep it rather than ask twice."""
        result = self.made() if callable(self.made) else self.made
        return result if isinstance(result, Body) else Body(str(result))

    @property
    def content(self) -> str | bytes:
        """The HTML of a page's body, or what a file holds, made anew."""
        result = self.made() if callable(self.made) else self.made
        return result.html if isinstance(result, Body) else result

    @property
    def headings(self) -> tuple[Heading, ...]:
        return self.body.headings

    @property
    def anchors(self) -> frozenset[str]:
        return self.body.anchors if self.is_page else frozenset()

    @property
    def head(self) -> str:
        """What a page has in its ``<head>`` for those who show a link to it: one element a line."""
        return self.head_made() if self.head_made else ""
