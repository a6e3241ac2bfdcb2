"""What is published: pages and files, and the headings of a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """An entry of a page's table of contents."""

    level: int
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Output:
    """One thing to publish: a page (``html`` body for the theme's frame) or a file."""

    uri: str
    title: str
    content: str | bytes
    """Of a page always text: what stands in the theme's frame."""
    is_page: bool
    headings: tuple[Heading, ...] = ()
    anchors: frozenset[str] = frozenset()
    source: str | None = None
    search: tuple[tuple[str, str, str], ...] = ()
    """Search entries: (anchor, title, text)."""
    description: str = ""
    wide: bool = False
    subject: tuple[str, str] | None = None
    """Kind and id of the agent, tool, skill or server that the page is about."""
    head: str = ""
    """What a page has in its ``<head>`` for those who show a link to it: one element a line."""
