"""The inventory ``objects.inv``, for references from other sites to everything that has a page.

The form is Sphinx's, version 2, which intersphinx, mkdocstrings and sphobjinv read. Source: documentation of
sphobjinv, "Sphinx objects.inv v2 Syntax".
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from ..addresses import urls
from ..addresses.urls import SiteLocation
from ..linking.name_index import NameIndex
from ..model.item_kinds import ITEM_KINDS
from ..pages.page import CatalogContext

NAME = "agents/objects.inv"
_HEAD = (
    "# Sphinx inventory version 2\n# Project: {project}\n# Version: \n"
    "# The remainder of this file is compressed using zlib.\n"
)


def build_inventory(shared: CatalogContext) -> bytes:
    """The file. Its addresses are those of the pages, relative to its folder."""
    head = _HEAD.format(project=_clean_line(shared.where.site_name) or "Agent catalog")
    lines = "".join(f"{line}\n" for line in sorted(set(_list_lines(shared))))
    return head.encode("utf-8", "replace") + zlib.compress(lines.encode("utf-8", "replace"), 9)


def _list_lines(shared: CatalogContext) -> Iterator[str]:
    """A line for each name of a thing that is nobody else's: ``name domain:role priority uri title``."""
    inside = SiteLocation(directory_urls=shared.where.directory_urls)
    for kind in ITEM_KINDS:
        index = NameIndex(shared.catalog, kind)
        for entry in index.there:
            thing = shared.catalog.by_id[kind, entry.id]
            uri = f"../{inside.make_address(*urls.locate_item(kind, entry.id, entry.name))}"
            title = _clean_line(getattr(thing, "title", entry.name)) or entry.permanent
            for name in index.find_unambiguous_names(entry):
                # As a label it is found by `:ref:`, which looks for no other role; labels are one another's
                # neighbours, whatever they belong to, so the kind stands in the name.
                yield f"{kind}:{name} std:label -1 {uri} {title}"
                yield f"{name} catalog:{kind} 1 {uri} {title}"


def _clean_line(text: str) -> str:
    """``text`` on one line: what breaks a line would be an entry of its own."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())
