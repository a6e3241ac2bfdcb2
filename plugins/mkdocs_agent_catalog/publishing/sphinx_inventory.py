"""An inventory of everything that can be linked to, for the references of other sites.

The form is Sphinx's, version 2, which intersphinx, mkdocstrings and sphobjinv read. Source: documentation of
sphobjinv, "Sphinx objects.inv v2 Syntax".
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from ..addresses import urls
from ..addresses.urls import Where
from ..linking.name_index import Index
from ..model.item_kinds import ITEM_KINDS
from ..pages.registry import Shared

NAME = "agents/objects.inv"
_HEAD = (
    "# Sphinx inventory version 2\n# Project: {project}\n# Version: \n"
    "# The remainder of this file is compressed using zlib.\n"
)


def inventory(shared: Shared) -> bytes:
    """The file. Its addresses are those of the pages, relative to its folder."""
    head = _HEAD.format(project=_line(shared.where.site_name) or "Agent catalog")
    lines = "".join(f"{line}\n" for line in sorted(set(_lines(shared))))
    return head.encode("utf-8", "replace") + zlib.compress(lines.encode("utf-8", "replace"), 9)


def _lines(shared: Shared) -> Iterator[str]:
    """A line for each name of a thing that is nobody else's: ``name domain:role priority uri title``."""
    inside = Where(directory_urls=shared.where.directory_urls)
    for kind in ITEM_KINDS:
        index = Index(shared.catalog, kind)
        for one in index.there:
            thing = shared.catalog.by_id[kind, one.id]
            uri = f"../{inside.address(*urls.subject(kind, one.id, one.name))}"
            title = _line(getattr(thing, "title", one.name)) or one.permanent
            for name in index.alone(one):
                # As a label it is found by `:ref:`, which looks for no other role; labels are one another's
                # neighbours, whatever they belong to, so the kind stands in the name.
                yield f"{kind}:{name} std:label -1 {uri} {title}"
                yield f"{name} catalog:{kind} 1 {uri} {title}"


def _line(text: str) -> str:
    """``text`` on one line: what breaks a line would be an entry of its own."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())
