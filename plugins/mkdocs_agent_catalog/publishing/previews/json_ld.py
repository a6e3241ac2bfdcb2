"""A page as linked data of schema.org: JSON-LD in a script that no browser runs.

Source of the types and properties: schema.org. What an agent can reach are its ``permissions``, its skills
the ``featureList``.
"""

from __future__ import annotations

import json
from typing import Any

from ...addresses.urls import SiteLocation
from ...pages.registry import PAGE_KINDS
from .page_facts import PageFacts

# In a script neither may be as it is: `</script>` ends it, `<!--` changes how it is read.
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
_PAGES = {page.uri: kind.data_type for kind in PAGE_KINDS for page in kind.nav}
_TABLES = {"matrix.md": "matrix-effective.csv", "matrix/declared.md": "matrix.csv"}
_CATEGORIES = {"agent": "AI agent", "tool": "Agent tool", "server": "MCP server"}


def build_json_ld(about: PageFacts, where: SiteLocation, language: str) -> str:
    """The script element for the page ``about``, on one line."""
    graph = [_describe_page(about, where, language)]
    if where.site_url:
        graph.append(_describe_breadcrumb(about, where))
    data = {"@context": "https://schema.org", "@graph": graph}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f'<script type="application/ld+json">{text.translate(_ESCAPES)}</script>'


def _describe_page(about: PageFacts, where: SiteLocation, language: str) -> dict[str, Any]:
    url = where.make_absolute(about.uri)
    subject = _describe_subject(about, where, url)
    return _drop_empty(
        {
            "@type": _PAGES.get(about.uri, "WebPage"),
            "@id": url,
            "url": url,
            "name": about.title,
            # What the page is about has a description of its own.
            "description": None if subject else about.description,
            "inLanguage": language,
            "isPartOf": _drop_empty({"@type": "WebSite", "name": where.site_name, "url": where.site_url}),
            "breadcrumb": {"@id": f"{url}#breadcrumb"} if url else None,
            "dateModified": about.changed,
            "mainEntity": subject,
        }
    )


def _describe_subject(about: PageFacts, where: SiteLocation, url: str) -> dict[str, Any] | None:
    """What the page is about: software, instructions, or a table."""
    shared = {
        "@id": f"{url}#subject" if url else "",
        "name": about.title,
        "description": about.summary,
        "identifier": about.id,
    }
    if about.kind == "skill":
        return _drop_empty({"@type": "TechArticle", **shared, "headline": about.title})
    if about.kind in _CATEGORIES:
        return _drop_empty({"@type": "SoftwareApplication", **shared, **_describe_software(about)})
    if about.uri in _TABLES and url:
        return _drop_empty({"@type": "Dataset", **shared, "distribution": _describe_table(about, where)})
    return None


def _describe_software(about: PageFacts) -> dict[str, Any]:
    reach, tools, skills = (about.find_fact(kind) for kind in ("reach", "tools", "skills"))
    return {
        "applicationCategory": "DeveloperApplication",
        "applicationSubCategory": _CATEGORIES[about.kind],
        "permissions": [*reach.values] if reach else None,
        "keywords": [*tools.values] if tools else None,
        "featureList": [*skills.values] if skills else None,
    }


def _describe_table(about: PageFacts, where: SiteLocation) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        "encodingFormat": "text/csv",
        "contentUrl": where.make_absolute(_TABLES[about.uri]),
    }


def _describe_breadcrumb(about: PageFacts, where: SiteLocation) -> dict[str, Any]:
    url = where.make_absolute(about.uri)
    steps = [(where.site_name or where.site_url, where.site_url)]
    steps += [(name, where.make_absolute(uri)) for name, uri in about.above]
    return {
        "@type": "BreadcrumbList",
        "@id": f"{url}#breadcrumb",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": {"@id": address}}
            for number, (name, address) in enumerate([*steps, (about.title, url)], 1)
        ],
    }


def _drop_empty(entries: dict[str, Any]) -> dict[str, Any]:
    """``entries`` without those that say nothing."""
    return {key: value for key, value in entries.items() if value}
