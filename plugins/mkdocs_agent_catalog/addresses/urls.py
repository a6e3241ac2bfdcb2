"""Addresses of pages: from the uri of a page's source (``agents/x.md``) to the link that leads there."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from ..linking.tool_usage import tool_name
from ..model.definitions import Agent, ToolGrant
from ..model.item_kinds import ITEM_KINDS
from ..model.mcp_tool_names import McpToolName, shorten
from ..text.strings import server_id, slug

Href = Callable[..., str]
# What changed, for those who want to be told.
FEED_JSON, FEED_ATOM = "feed.json", "feed.xml"
# What pages of others show: a card in a frame, and the badges of an agent.
CARD = "card.html"
BADGES = {"name": "badge-name.svg", "tools": "badge-tools.svg", "reach": "badge-reach.svg"}


DECLARED_MATRIX, EFFECTIVE_MATRIX = "matrix.md", "matrix/effective.md"


@dataclass(frozen=True, slots=True)
class Where:
    """Where a catalog is published: its folder on the site, the form of addresses, and the site's own.

    ``site_url`` ends with a slash, or is empty where the site does not say: no whole address is known then.
    """

    path: str = ""
    directory_urls: bool = True
    site_url: str = ""
    site_name: str = ""

    def uri(self, uri: str) -> str:
        """The uri of a page or file of the catalog, from the site's root."""
        return f"{self.path}/{uri}" if self.path else uri

    def address(self, uri: str, anchor: str = "") -> str:
        """The address of a page's or file's uri (of the catalog) below the site's root, ready for a link."""
        found = quote(url(self.uri(uri), self.directory_urls), safe="/.~")
        return found + (f"#{quote(anchor)}" if anchor else "")

    def absolute(self, uri: str, anchor: str = "") -> str:
        """The whole address; empty where the site does not say its own."""
        return self.site_url + self.address(uri, anchor) if self.site_url else ""

    def of_file(self, file: str) -> str:
        """The whole address of a file, whatever it is called; from the catalog's folder where the site does
        not say its own."""
        path = quote(self.uri(file) if self.site_url else file, safe="/.~")
        return self.site_url + path

    def of_page(self, uri: str, anchor: str = "") -> str:
        """The same of a page's uri."""
        return self.of_file(url(uri, self.directory_urls)) + (f"#{quote(anchor)}" if anchor else "")


def url(uri: str, directory_urls: bool) -> str:
    """The address of a page's uri below the site's root, as MkDocs makes it; other files keep theirs."""
    if not uri.endswith(".md"):
        return uri
    stem = uri[: -len(".md")]
    index = posixpath.basename(stem) == "index"
    if not directory_urls:
        return stem + ".html"
    if index:
        return stem[: -len("index")]
    return stem + "/"


def folder(uri: str) -> str:
    """Where the files beside the page at ``uri`` are, whatever form its own address has."""
    stem = uri.removesuffix(".md")
    return posixpath.dirname(stem) if posixpath.basename(stem) == "index" else stem


def to_file(file: str, uri: str, directory_urls: bool) -> str:
    """The link from the page at ``uri`` to ``file``, which may be called like the source of a page."""
    here = url(uri, directory_urls)
    return quote(posixpath.relpath(f"/{file}", posixpath.dirname(f"/{here}")), safe="/.~")


def href_from(uri: str, directory_urls: bool) -> Href:
    """A function that links from the page at ``uri`` to another page's uri (and an anchor)."""
    return href_at(url(uri, directory_urls), directory_urls)


def href_at(here: str, directory_urls: bool) -> Href:
    """The same from the address ``here``."""
    folder = here if here.endswith("/") else posixpath.dirname(here)
    above = quote(folder, safe="/.~").strip("/").split("/") if folder.strip("/") else []

    def href(target: str, anchor: str = "") -> str:
        there = _parts(target, directory_urls)
        same = 0
        for mine, theirs in zip(above, there[:-1], strict=False):
            if mine != theirs:
                break
            same += 1
        path = "../" * (len(above) - same) + "/".join(there[same:]) or "./"
        return path + (f"#{quote(anchor)}" if anchor else "")

    return href


@lru_cache(maxsize=1 << 16)
def _parts(target: str, directory_urls: bool) -> tuple[str, ...]:
    """The address of a uri as the parts of a link; the last one is empty for a folder."""
    return tuple(quote(url(target, directory_urls), safe="/.~").split("/"))


def agent(id: str) -> str:
    return f"agents/{id}.md"


def skill(id: str) -> str:
    return f"skills/{id}.md"


def server(id: str) -> str:
    return f"servers/{id}.md"


def as_json(kind: str, folder: str) -> str:
    """The file with what the catalog knows of one agent or skill, in the folder of its page."""
    return f"{folder}/{kind}.json"


def as_markdown(kind: str, folder: str) -> str:
    """The file with the definition of one agent or skill as it is written, in the folder of its page."""
    return f"{folder}/{kind}.md"


def copied(kind: str, embeds: bool) -> tuple[str, ...]:
    """The files beside a page that are there again in the folders of its former addresses. ``embeds``: also
    those for pages of others."""
    files = [f"{kind}.md"] if kind in ("agent", "skill") else []
    if embeds:
        files += [f"{kind}.json"] if files else []
        files += [CARD, *(BADGES.values() if kind == "agent" else ())]
    return tuple(files)


def tool_anchor(id: str) -> str:
    """The anchor of an MCP tool on its server's page: its name there, without the server's."""
    return f"tool-{shorten(id)}"


def tool(name: str, id: str) -> tuple[str, str]:
    """Page and anchor of a tool: an MCP tool is a section of its server's page."""
    if mcp_name := McpToolName.parse(name):
        return server(server_id(mcp_name.server)), tool_anchor(id)
    return f"tools/{id}.md", ""


def subject(kind: str, id: str, name: str = "") -> tuple[str, str]:
    """Page and anchor of an agent, skill, server or tool; an MCP tool is told by its name."""
    if kind == "tool":
        return tool(name, id)
    return f"{ITEM_KINDS[kind].folder}/{id}.md", ""


def grant(owner: Agent, one: ToolGrant, ids: dict[str, str]) -> tuple[str, str] | None:
    """Page and anchor of what an entry grants; ``None`` for ``*``."""
    if one.server:
        if one.pattern:
            return server(server_id(one.server)), ""
        return tool(one.tool, ids.get(one.tool, slug(one.tool)))
    name = tool_name(owner, one)
    return tool(name, ids[name]) if name in ids else None
