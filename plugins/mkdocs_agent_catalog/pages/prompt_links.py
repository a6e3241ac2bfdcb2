"""Resolves code spans and relative links in a prompt to pages of the catalog."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from urllib.parse import unquote

from ..addresses import urls
from ..addresses.urls import Href
from ..linking.names import NameLookup, list_named_items
from ..model.catalog import Catalog
from ..model.definitions import Source
from ..model.mcp_tool_names import McpToolName
from ..runtimes import DEFAULT, RUNTIMES
from ..text.strings import make_server_id, make_slug


class PromptLinks:
    """The pages by what they are called, and by the files that they are about."""

    def __init__(self, catalog: Catalog) -> None:
        self.tool_ids = {(tool.runtime, tool.name): tool.id for tool in catalog.tools}
        self.servers = {server.id for server in catalog.servers}
        self.tools = {
            (tool.runtime, tool.name): urls.locate_tool(tool.name, tool.id)[0]
            for tool in catalog.tools
            if not tool.server and (tool.fact or tool.uses)
        }
        self.names = NameLookup(list_named_items(catalog.agents, catalog.skills))
        # Skills that are only named have a page as well.
        self.missing_skills = {
            skill.name: urls.make_skill_uri(skill.id) for skill in catalog.skills if not skill.source
        }
        self.files = {
            skill.source.path: urls.make_skill_uri(skill.id) for skill in catalog.skills if skill.source
        }
        self.files |= {item.source.path: urls.make_agent_uri(item.id) for item in catalog.agents}

    def make_linker(self, href: Href, source: Source | None = None) -> Callable[[str], str | None]:
        """What an inline code span leads to, from the page of ``href``.

        A link's target comes as ``path:`` and what stands there, relative to the file ``source``.
        """

        runtime = (source and source.dialect) or DEFAULT.name

        def link(code: str) -> str | None:
            if code.startswith("path:"):
                return self._to_file(code.removeprefix("path:"), source, href)
            if mcp_name := McpToolName.parse(code):
                id = make_server_id(mcp_name.server)
                tool_id = self.tool_ids.get(("", code))
                anchor = urls.make_tool_anchor(tool_id) if tool_id else ""
                return href(urls.make_server_uri(id), anchor) if id in self.servers else None
            name = code.lstrip("/@")
            target = self._find_name(name, runtime, source) or self._find_name(
                name.partition("(")[0], runtime, source
            )
            return href(target) if target else None

        return link

    def find_tool_id(self, runtime: str, name: str) -> str | None:
        """The id of a tool of ``runtime`` or of an MCP server."""
        return self.tool_ids.get((runtime, name)) or self.tool_ids.get(("", name))

    def _find_name(self, name: str, runtime: str, source: Source | None) -> str | None:
        """What a word in back-ticks leads to: nothing where it may mean things of several kinds, or one of
        several that share the name."""
        kinds = [kind for kind in ("agent", "skill") if self.names.has(name, (kind,))]
        if not kinds:
            return self.missing_skills.get(name) or self.tools.get((runtime, name))
        may_be_other = make_server_id(name) in self.servers or name in RUNTIMES[runtime].tools
        if len(kinds) > 1 or may_be_other:
            return None
        item = self.names.find_meant(kinds[0], name, source)
        if item is None:
            return None
        return urls.make_agent_uri(item.id) if item.kind == "agent" else urls.make_skill_uri(item.id)

    def _to_file(self, path: str, source: Source | None, href: Href) -> str | None:
        """The page of the definition at ``path`` (an anchor behind it is of the prompt), if there is one."""
        target, _, anchor = path.partition("#")
        if source is None or not target:
            return None
        text = self.files.get(
            posixpath.normpath(posixpath.join(posixpath.dirname(source.path), unquote(target)))
        )
        return (
            href(text, f"prompt-{make_slug(anchor)}" if anchor and text.startswith("agents/") else "")
            if text
            else None
        )
