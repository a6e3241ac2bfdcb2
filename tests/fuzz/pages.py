"""What may stand on a page, read as a browser reads it and never by the parser that cleaned it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import html5lib

# fmt: off
TAGS = frozenset({
    "a", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
    "input", "li", "ol", "p", "pre", "s", "span", "strong", "table", "tbody", "td", "th", "thead", "tr",
    "ul",
})
ATTRIBUTES = frozenset({
    "align", "aria-label", "checked", "class", "disabled", "href", "id", "rel", "role", "start",
    "tabindex", "title", "type",
})
# Those of highlighted code have three letters at most.
CLASSES = frozenset({
    "ac-scroll", "ac-table", "ac-task", "ac-unlinked", "highlight", "markdown-alert", "markdown-alert-title",
    "markdown-alert-note", "markdown-alert-tip", "markdown-alert-important", "markdown-alert-warning",
    "markdown-alert-caution",
})
# fmt: on
# What a browser reads over in a scheme: `java\tscript:` runs.
_IGNORED = re.compile(r"[\x00-\x20]+")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.I)
_PARSER = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)


def runs_nothing(fragment: str, ids: Iterable[str] | None) -> None:
    """Raises ``AssertionError`` when ``fragment`` holds more than words, or would break out of its frame.

    ``ids`` are those that it may have; ``None``: any, and any class."""
    page = _PARSER.parse(f'<!doctype html><body><div id="frame">{fragment}</div><p id="after">')
    body = page.find("body")
    assert [child.get("id") for child in body] == ["frame", "after"], "it breaks out of its frame"
    allowed = None if ids is None else set(ids)
    for element in body[0].iter():
        if element is not body[0]:
            _element(element, allowed)


def _element(element: Any, ids: set[str] | None) -> None:
    assert element.tag in TAGS, f"<{element.tag}>"
    for name in element.attrib:
        assert name in ATTRIBUTES, f"<{element.tag} {name}>"
    if element.tag == "input" and ids is not None:
        assert element.get("type") == "checkbox"
        assert "disabled" in element.attrib
    if ids is not None and "id" in element.attrib:
        assert element.get("id") in ids, element.get("id")
    scheme = _SCHEME.match(_IGNORED.sub("", element.get("href", "")))
    assert not scheme or scheme[1].lower() in ("http", "https", "mailto"), element.get("href")
    classes = element.get("class", "").split()
    assert ids is None or all(name in CLASSES or len(name) <= 3 for name in classes), classes
