"""Resolves code spans and relative links in a prompt to pages of the catalog."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from urllib.parse import unquote

from ..addresses import urls
from ..addresses.urls import Href
from ..model.catalog import Catalog
from ..model.definitions import Source
from ..model.mcp_tool_names import McpToolName
from ..runtimes import DEFAULT
from ..text.strings import make_server_id, make_slug


class PromptLinks:
    """The pages by what they are called, and by the files that they are about."""

    def __init__(self, catalog: Catalog) -> None:
        self.tool_ids = {(tool.runtime, tool.name): tool.id for tool in catalog.tools}
        self.servers = {server.id for server in catalog.servers}
        # What a word in back-ticks means: skills before agents before tools, as the text says no more.
        self.tools = {
            (tool.runtime, tool.name): urls.locate_tool(tool.name, tool.id)[0]
            for tool in catalog.tools
            if not tool.server and (tool.fact or tool.uses)
        }
        self.names: dict[str, str] = {}
        self.skills: dict[str, str] = {}
        self.files: dict[str, str] = {}
        for agent in catalog.agents:
            self.names.setdefault(agent.name, urls.make_agent_uri(agent.id))
        for skill in catalog.skills:
            self.skills[skill.name] = urls.make_skill_uri(skill.id)
            if skill.source:
                self.files[skill.source.path] = urls.make_skill_uri(skill.id)
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
            target = self._find_name(name, runtime) or self._find_name(name.partition("(")[0], runtime)
            return href(target) if target else None

        return link

    def find_tool_id(self, runtime: str, name: str) -> str | None:
        """The id of a tool of ``runtime`` or of an MCP server."""
        return self.tool_ids.get((runtime, name)) or self.tool_ids.get(("", name))

    def _find_name(self, name: str, runtime: str) -> str | None:
        skill = self.skills.get(name)
        return skill or self.tools.get((runtime, name)) or self.names.get(name)

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
