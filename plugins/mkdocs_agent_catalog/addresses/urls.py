"""Addresses of pages: from the uri of a page's source (``agents/x.md``) to a link."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from ..linking.tool_usage import get_tool_name
from ..model.definitions import Agent, ToolGrant
from ..model.item_kinds import ITEM_KINDS
from ..model.mcp_tool_names import McpToolName, shorten
from ..text.strings import make_server_id, make_slug

Href = Callable[..., str]
# What changed, for those who want to be told.
FEED_JSON, FEED_ATOM = "feed.json", "feed.xml"
# What pages of others show: a card in a frame, and the badges of an agent.
CARD = "card.html"
BADGES = {"name": "badge-name.svg", "tools": "badge-tools.svg", "reach": "badge-reach.svg"}

NEEDS_ADDRESS = "404.html below a path, the feeds and sitemap.xml need the address of the site"
"""What is wrong on a site that does not know its own address."""


EFFECTIVE_MATRIX, DECLARED_MATRIX = "matrix.md", "matrix/declared.md"
WHAT_IF = "what-if.md"
DIFFERENCE_MATRIX = "matrix/difference.md"


@dataclass(frozen=True, slots=True)
class SiteLocation:
    """Where a catalog is published: its folder on the site, the form of addresses, and the site's own.

    ``site_url`` ends with a slash, or is empty where the site does not say: no whole address is known then.
    ``edit_url`` is where a file of the repository is edited, with ``{path}`` in place of its path; empty
    where the site does not say.
    """

    path: str = ""
    directory_urls: bool = True
    site_url: str = ""
    site_name: str = ""
    edit_url: str = ""
    definition_suffix: str = ".md"
    """How the published files of definitions end. An engine takes every ``.md`` that it finds for a page."""

    def uri(self, uri: str) -> str:
        """The uri of a page or file of the catalog, from the site's root."""
        return f"{self.path}/{uri}" if self.path else uri

    def make_address(self, uri: str, anchor: str = "") -> str:
        """The address of a page's or file's uri (of the catalog) below the site's root, ready for a link."""
        text = quote(make_page_path(self.uri(uri), self.directory_urls), safe="/.~")
        return text + (f"#{quote(anchor)}" if anchor else "")

    def make_absolute(self, uri: str, anchor: str = "") -> str:
        """The whole address; empty where the site does not say its own."""
        return self.site_url + self.make_address(uri, anchor) if self.site_url else ""

    def make_edit_url(self, path: str) -> str:
        """Where the file at ``path`` of the repository is edited; empty where the site does not say."""
        return self.edit_url.replace("{path}", quote(path))

    def make_file_url(self, file: str) -> str:
        """The whole address of a file, whatever it is called; from the catalog's folder where the site does
        not say its own."""
        path = quote(self.uri(file) if self.site_url else file, safe="/.~")
        return self.site_url + path

    def make_definition_uri(self, kind: str, folder: str) -> str:
        """The file with the definition of one agent or skill as it is written, in the folder of its page."""
        return f"{folder}/{kind}{self.definition_suffix}"

    def make_page_url(self, uri: str, anchor: str = "") -> str:
        """The same of a page's uri."""
        return self.make_file_url(make_page_path(uri, self.directory_urls)) + (
            f"#{quote(anchor)}" if anchor else ""
        )


def make_page_path(uri: str, directory_urls: bool) -> str:
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


def get_page_folder(uri: str) -> str:
    """Where the files beside the page at ``uri`` are, whatever form its own address has."""
    stem = uri.removesuffix(".md")
    return posixpath.dirname(stem) if posixpath.basename(stem) == "index" else stem


def link_to_file(file: str, uri: str, directory_urls: bool) -> str:
    """The link from the page at ``uri`` to ``file``, which may be called like the source of a page."""
    here = make_page_path(uri, directory_urls)
    return quote(posixpath.relpath(f"/{file}", posixpath.dirname(f"/{here}")), safe="/.~")


def make_linker(uri: str, directory_urls: bool) -> Href:
    """A function that links from the page at ``uri`` to another page's uri (and an anchor)."""
    return make_linker_at(make_page_path(uri, directory_urls), directory_urls)


def make_linker_at(here: str, directory_urls: bool) -> Href:
    """The same from the address ``here``."""
    folder = here if here.endswith("/") else posixpath.dirname(here)
    above = quote(folder, safe="/.~").strip("/").split("/") if folder.strip("/") else [""]
    to_root = "../" * len(above) if folder.strip("/") else ""

    def href(target: str, anchor: str = "") -> str:
        texts, path = _split_path(target, directory_urls)
        if texts[0] != above[0] or len(texts) == 1:
            path = to_root + path
        else:
            same = 0
            for mine, theirs in zip(above, texts[:-1], strict=False):
                if mine != theirs:
                    break
                same += 1
            path = "../" * (len(above) - same) + "/".join(texts[same:])
        return (path or "./") + (f"#{quote(anchor)}" if anchor else "")

    return href


@lru_cache(maxsize=1 << 16)
def _split_path(target: str, directory_urls: bool) -> tuple[list[str], str]:
    """The address of a uri as the parts of a link, the last one empty for a folder; and as a whole."""
    path = quote(make_page_path(target, directory_urls), safe="/.~")
    return path.split("/"), path


def make_agent_uri(id: str) -> str:
    return f"agents/{id}.md"


def make_skill_uri(id: str) -> str:
    return f"skills/{id}.md"


def make_server_uri(id: str) -> str:
    return f"servers/{id}.md"


def make_json_uri(kind: str, folder: str) -> str:
    """The file with what the catalog knows of one agent or skill, in the folder of its page."""
    return f"{folder}/{kind}.json"


def make_tool_anchor(id: str) -> str:
    """The anchor of an MCP tool on its server's page: its name there, without the server's."""
    return f"tool-{shorten(id)}"


def locate_tool(name: str, id: str) -> tuple[str, str]:
    """Page and anchor of a tool: an MCP tool is a section of its server's page. Where a runtime does not take
    such a name for one, the tool is of that runtime, which the id begins with."""
    mcp_name = McpToolName.parse(name)
    if mcp_name and mcp_name.server and "/" not in id:
        return make_server_uri(make_server_id(mcp_name.server)), make_tool_anchor(id)
    return f"tools/{id}.md", ""


def locate_item(kind: str, id: str, name: str = "") -> tuple[str, str]:
    """Page and anchor of an agent, skill, server or tool; an MCP tool is told by its name."""
    if kind == "tool":
        return locate_tool(name, id)
    return f"{ITEM_KINDS[kind].folder}/{id}.md", ""


def locate_grant(
    owner: Agent, grant: ToolGrant, find_tool_id: Callable[[str, str], str | None]
) -> tuple[str, str] | None:
    """Page and anchor of what an entry grants; ``None`` for ``*``, and for servers that nobody uses.
    ``find_tool_id`` gives the id of a tool by the names of its runtime and its own."""
    if grant.server and owner.not_loaded:
        return None
    if grant.server:
        if grant.pattern:
            return make_server_uri(make_server_id(grant.server)), ""
        return locate_tool(grant.tool, find_tool_id("", grant.tool) or make_slug(grant.tool))
    name = get_tool_name(owner, grant)
    id = find_tool_id(owner.dialect, name)
    return locate_tool(name, id) if id else None
