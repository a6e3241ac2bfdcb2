"""Reads the head of a page as a receiver does: with a parser, without a browser."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from mkdocs_agent_catalog.build import BuiltCatalog, Options, build
from sites import REPOSITORY, write

URL = "https://example.org/team/"
KINDS = {
    "agents/one/lead.md": "agent",
    "tools/bash.md": "tool",
    "skills/plans.md": "skill",
    "servers/docs.md": "server",
    "agents/index.md": "page",
    "matrix.md": "page",
    "problems.md": "page",
}


class Head(HTMLParser):
    """``metas`` by name or property, ``links`` as their attributes, ``data`` of the JSON-LD scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.metas: dict[str, list[str]] = {}
        self.links: list[dict[str, str]] = []
        self.scripts: list[str] = []
        self.inside = self.linked = False
        self.feed(page if "<head" in page else f"<head>{page}</head>")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.inside = self.inside or tag == "head"
        if self.inside and tag == "meta":
            self.metas.setdefault(attributes.get("property") or attributes.get("name", ""), []).append(
                attributes.get("content", "")
            )
        if self.inside and tag == "link":
            self.links.append(attributes)
        self.linked = tag == "script" and attributes.get("type") == "application/ld+json"
        if self.linked:
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.linked:
            self.scripts[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "head"
        self.linked = self.linked and tag != "script"

    def meta(self, name: str) -> str | None:
        """The one content under ``name``; ``None`` if there is none."""
        contents = self.metas.get(name, [])
        assert len(contents) < 2, f"{name} is there {len(contents)} times"
        return contents[0] if contents else None

    def link(self, word: str, type: str | None = None) -> str | None:
        """The address of the one link that has ``word`` in its ``rel``."""
        addresses = [
            link["href"]
            for link in self.links
            if word in link.get("rel", "").split() and type in (None, link.get("type"))
        ]
        assert len(addresses) < 2, f"{word} is there {len(addresses)} times"
        return addresses[0] if addresses else None

    @property
    def data(self) -> dict[str, Any]:
        (text,) = self.scripts
        parsed: dict[str, Any] = json.loads(text)
        return parsed


def built(tmp_path: Path, files: dict[str, str] | None = None, **options: Any) -> BuiltCatalog:
    write(tmp_path, files or REPOSITORY)
    return build(tmp_path, Options(**{"embeds": True, "site_url": URL, "site_name": "Team & Co", **options}))


def head(site: BuiltCatalog, uri: str) -> Head:
    return Head(next(output.head for output in site.outputs if output.uri == uri))
