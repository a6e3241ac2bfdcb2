"""Adds the entries of the catalog to the index of the site's search, made by Material's plugin or MkDocs'
own."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any

from ..model.output import SearchEntry

FIELD = "about"
# Of what a title weighs. A description that answers two words comes before a name that has one of them, even
# if its description has it too: all words of a question count five times, half of them 3.25.
SHARE = 0.65


def merge_entries(table: dict[str, Any], pages: dict[str, Iterable[SearchEntry]]) -> dict[str, Any]:
    """The index ``table`` with the entries of ``pages``, by address, in place of what it knows of them."""
    config = table.get("config") or {}
    # Only Material's search names its fields, and takes more of them: what ours weighs touches no other page.
    fields = config.get("fields")
    if fields:
        title = fields.get("title", {}).get("boost", 1.0)
        config = {**config, "fields": {**fields, FIELD: {"boost": SHARE * title}}}
    docs = [doc for doc in table["docs"] if doc["location"].partition("#")[0] not in pages]
    docs += [_make_doc(row, at, bool(fields)) for at, entries in pages.items() for row in entries]
    return {**table, "config": config, "docs": docs} if config else {**table, "docs": docs}


def _make_doc(entry: SearchEntry, address: str, weighs: bool) -> dict[str, Any]:
    location = f"{address}#{entry.anchor}" if entry.anchor else address
    title, text, words = (html.escape(text) for text in (entry.title, entry.text, entry.words))
    if not weighs:
        return {"location": location, "title": title, "text": f"{text} {words}".strip()}
    doc: dict[str, Any] = {"location": location, "title": title, "text": text}
    if words:
        doc[FIELD] = words
    if entry.boost != 1:
        doc["boost"] = entry.boost
    return doc
