"""Linked data of a page: of the vocabulary of schema.org, and one graph for a processor of JSON-LD."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import schema_org
from heads import KINDS, URL, Head, built, head
from mkdocs_agent_catalog.build import Options, build
from pyld import jsonld
from sites import REPOSITORY, write


def of_vocabulary(entries: dict[str, Any]) -> Any:
    """``entries`` as a model of schema.org: raises for unknown properties and wrong values."""
    found = {
        key: datetime.date.fromisoformat(one) if key == "dateModified" else one
        for key, one in entries.items()
    }
    return getattr(schema_org, found["@type"]).model_validate(found) if "@type" in found else found


@pytest.mark.parametrize("url", [URL, ""])
def test_linked_data_are_of_the_vocabulary(tmp_path: Path, url: str) -> None:
    write(tmp_path, REPOSITORY)
    site = build(tmp_path, Options(site_url=url))
    types = set()
    for one in site.outputs:
        if one.is_page:
            for node in Head(one.head).data["@graph"]:
                of = json.loads(json.dumps(node), object_hook=of_vocabulary)
                types |= {type(of).__name__, type(getattr(of, "main_entity", None)).__name__}
    assert {"SoftwareApplication", "TechArticle", "WebPage", "CollectionPage"} <= types
    assert ({"BreadcrumbList", "Dataset"} <= types) == bool(url)
    with pytest.raises(ValueError, match="bogus"):
        of_vocabulary({"@type": "WebPage", "bogus": 1})


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
        by_id = {one["@id"]: one for one in nodes}
        address = head(site, uri).meta("og:url")
        page = by_id[address]
        (crumbs,) = page["https://schema.org/breadcrumb"]
        assert by_id[crumbs["@id"]]["@type"] == ["https://schema.org/BreadcrumbList"]
        for entity in page.get("https://schema.org/mainEntity", []):
            assert by_id[entity["@id"]]["https://schema.org/name"] == page["https://schema.org/name"]
        assert all(urlsplit(one).scheme == "https" for one in by_id if not one.startswith("_:"))


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
