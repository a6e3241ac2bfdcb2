"""Tags in the ``<head>`` of a page for programs that preview links: Open Graph, Twitter card, oEmbed.

Sources: ogp.me for ``og:`` and ``article:``, developer.x.com "Cards markup" for ``twitter:``.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from ...addresses.urls import SiteLocation, link_to_file
from .embed_cards import OEMBED
from .json_ld import build_json_ld
from .page_facts import PageFacts

# Material fetches a `sitemap.xml` beside the target of each `link[rel=alternate]`, on every page. `rel` is a
# list of words: with a second one the link is still an alternate, and none that the theme looks for.
ALTERNATE = "alternate describedby"
_TAG = re.compile(r'<(?:meta|link)\s[^>]*?(?:property|name|rel)\s*=\s*["\']?([\w:]+)', re.I)
_END = re.compile(r"</head\s*>", re.I)


def build_head_tags(about: PageFacts, where: SiteLocation, language: str) -> str:
    """The elements for the page ``about``, one a line.

    Without the site's own address everything that needs one is left out.
    """
    lines = [*_list_links(about, where), *filter(None, _list_metas(about, where, language))]
    return "\n".join([*lines, build_json_ld(about, where, language)])


def insert_into_head(page: str, head: str) -> str:
    """``page`` (HTML) with ``head`` at the end of its head, without what the theme or a plugin says."""
    end = _END.search(page)
    if end is None or not head:
        return page
    values = {result.lower() for result in _TAG.findall(page[: end.start()])}
    lines = [line for line in head.split("\n") if not _is_given(line, values)]
    return page[: end.start()] + "\n".join([*lines, ""]) + page[end.start() :]


def copy_head_tags(about: PageFacts, where: SiteLocation, language: str) -> str:
    """Of ``head`` what a page has that leads on to this one: receivers show it before they follow."""
    return "\n".join(filter(None, _list_metas(about, where, language)))


def _is_given(line: str, texts: set[str]) -> bool:
    match = _TAG.match(line)
    # Others' alternates are of other things.
    return match is not None and match[1].lower() in texts - {"alternate"}


def _list_links(about: PageFacts, where: SiteLocation) -> Iterator[str]:
    for type, uri in about.others:
        href = _escape_attribute(link_to_file(uri, about.uri, where.directory_urls))
        yield f'<link rel="{ALTERNATE}" type="{type}" href="{href}">'
    if not where.site_url:
        return
    yield f'<link rel="canonical" href="{_escape_attribute(where.make_absolute(about.uri))}">'
    if about.framed:
        href = _escape_attribute(where.make_absolute(f"{about.folder}/{OEMBED}"))
        title = _escape_attribute(about.title)
        yield f'<link rel="{ALTERNATE}" type="application/json+oembed" href="{href}" title="{title}">'


def _list_metas(about: PageFacts, where: SiteLocation, language: str) -> Iterator[str]:
    article = about.kind != "page"
    yield _make_meta("property", "og:type", "article" if article else "website")
    yield _make_meta("property", "og:title", about.title)
    yield _make_meta("property", "og:description", about.description)
    yield _make_meta("property", "og:site_name", where.site_name)
    # A language without a country is no locale.
    yield _make_meta("property", "og:locale", language.replace("-", "_") if "-" in language else "")
    yield _make_meta("property", "og:url", where.make_absolute(about.uri))
    if article:
        yield _make_meta("property", "article:section", about.group or about.label)
        yield _make_meta("property", "article:modified_time", about.changed)
    # Title and description are read from Open Graph where Twitter's own elements are left out.
    yield _make_meta("name", "twitter:card", "summary")


def _make_meta(kind: str, name: str, content: str) -> str:
    return f'<meta {kind}="{name}" content="{_escape_attribute(content)}">' if content else ""


def _escape_attribute(text: str) -> str:
    """``text`` for an attribute. A line of ours is one element: no line break is left in it."""
    return html.escape(" ".join(text.split()))
