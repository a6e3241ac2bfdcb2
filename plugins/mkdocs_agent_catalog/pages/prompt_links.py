"""What a word or a path in the text of a definition leads to."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from urllib.parse import unquote

from ..addresses import urls
from ..addresses.urls import Href
from ..model.catalog import Catalog
from ..model.definitions import Source
from ..model.mcp_tool_names import McpToolName
from ..text.strings import make_server_id, make_slug


class PromptLinks:
    """The pages by what they are called, and by the files that they are about."""

    def __init__(self, catalog: Catalog) -> None:
        self.tool_ids = {tool.name: tool.id for tool in catalog.tools}
        self.servers = {server.id for server in catalog.servers}
        # What a word in back-ticks means: skills before agents before tools, as the text says no more.
        self.names = {
            tool.name: urls.locate_tool(tool.name, tool.id)[0]
            for tool in catalog.tools
            if not tool.server and (tool.fact or tool.uses)
        }
        self.files: dict[str, str] = {}
        for agent in catalog.agents:
            self.names.setdefault(agent.name, urls.make_agent_uri(agent.id))
        for skill in catalog.skills:
            self.names[skill.name] = urls.make_skill_uri(skill.id)
            if skill.source:
                self.files[skill.source.path] = urls.make_skill_uri(skill.id)
        self.files |= {item.source.path: urls.make_agent_uri(item.id) for item in catalog.agents}

    def make_linker(self, href: Href, source: Source | None = None) -> Callable[[str], str | None]:
        """What an inline code span leads to, from the page of ``href``.

        A link's target comes as ``path:`` and what stands there, relative to the file ``source``.
        """

        def link(code: str) -> str | None:
            if code.startswith("path:"):
                return self._to_file(code.removeprefix("path:"), source, href)
            if mcp_name := McpToolName.parse(code):
                id = make_server_id(mcp_name.server)
                anchor = urls.make_tool_anchor(self.tool_ids[code]) if code in self.tool_ids else ""
                return href(urls.make_server_uri(id), anchor) if id in self.servers else None
            name = code.lstrip("/@")
            target = self.names.get(name) or self.names.get(name.partition("(")[0])
            return href(target) if target else None

        return link

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
