"""Linked data of a page: of the vocabulary of schema.org, and one graph for a processor of JSON-LD."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from heads import KINDS, URL, Head, built, head
from mkdocs_agent_catalog.build import Options, build
from pyld import jsonld
from sites import REPOSITORY, write

THING = {"name", "description", "identifier", "url", "mainEntity"}
WORK = THING | {"inLanguage", "isPartOf", "dateModified", "keywords", "headline"}
PAGE = WORK | {"breadcrumb"}
# Of the types that we publish, the properties that schema.org defines for them, as far as we use them.
PROPERTIES = {
    "WebPage": PAGE,
    "CollectionPage": PAGE,
    "WebSite": WORK,
    "TechArticle": WORK,
    "SoftwareApplication": WORK
    | {"applicationCategory", "applicationSubCategory", "featureList", "permissions", "softwareVersion"},
    "Dataset": WORK | {"distribution"},
    "DataDownload": WORK | {"contentUrl", "encodingFormat"},
    "BreadcrumbList": THING | {"itemListElement"},
    "ListItem": THING | {"item", "position"},
}


def list_types(entries: Any) -> set[str]:
    """The types in linked data; fails for a property that its type does not have."""
    if isinstance(entries, list):
        return set().union(*map(list_types, entries))
    if not isinstance(entries, dict):
        return set()
    types = {entries["@type"]} if "@type" in entries else set()
    for name in types:
        properties = {key for key in entries if not key.startswith("@")}
        assert properties <= PROPERTIES[name], (name, properties)
        if "dateModified" in properties:
            datetime.date.fromisoformat(entries["dateModified"])
    return types.union(*map(list_types, entries.values()))


@pytest.mark.parametrize("url", [URL, ""])
def test_linked_data_are_of_the_vocabulary(tmp_path: Path, url: str) -> None:
    write(tmp_path, REPOSITORY)
    pages = [output for output in build(tmp_path, Options(site_url=url)).outputs if output.is_page]
    types = set().union(*(list_types(Head(page.head).data["@graph"]) for page in pages))
    assert {"SoftwareApplication", "TechArticle", "WebPage", "CollectionPage"} <= types
    assert ({"BreadcrumbList", "Dataset"} <= types) == bool(url)
    with pytest.raises(AssertionError, match="bogus"):
        list_types([{"@type": "WebPage", "bogus": 1}])


# Of the published context what decides between an address and a text; the rest is the vocabulary's.
CONTEXT = {"@vocab": "https://schema.org/", **{key: {"@type": "@id"} for key in ("url", "contentUrl")}}


def test_linked_data_are_one_graph(tmp_path: Path) -> None:
    def loaded(address: str, options: Any) -> dict[str, Any]:
        assert address == "https://schema.org"
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": address,
            "document": {"@context": CONTEXT},
        }

    site = built(tmp_path)
    for uri in KINDS:
        nodes = jsonld.flatten(head(site, uri).data, options={"documentLoader": loaded})
        by_id = {node["@id"]: node for node in nodes}
        address = head(site, uri).meta("og:url")
        page = by_id[address]
        (crumbs,) = page["https://schema.org/breadcrumb"]
        assert by_id[crumbs["@id"]]["@type"] == ["https://schema.org/BreadcrumbList"]
        for entity in page.get("https://schema.org/mainEntity", []):
            assert by_id[entity["@id"]]["https://schema.org/name"] == page["https://schema.org/name"]
        assert all(
            urlsplit(identifier).scheme == "https" for identifier in by_id if not identifier.startswith("_:")
        )


def test_linked_data_of_an_agent(tmp_path: Path) -> None:
    site = built(tmp_path)
    page = head(site, "agents/one/lead.md").data["@graph"][0]
    about = page["mainEntity"]
    assert (about["@type"], about["name"], about["identifier"]) == ("SoftwareApplication", "lead", "one/lead")
    assert about["permissions"] == ["Runs commands", "Calls MCP servers"]
    assert about["keywords"] == ["Read", "Bash", "docs (MCP)"]
    assert about["featureList"] == ["plans"]
    for uri, file in (("matrix.md", "matrix-effective.csv"), ("matrix/declared.md", "matrix.csv")):
        table = head(site, uri).data["@graph"][0]["mainEntity"]
        assert table["distribution"]["contentUrl"] == f"{URL}{file}"
