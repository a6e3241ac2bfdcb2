"""Parses and makes names of MCP tools: ``mcp__server__tool``."""

from __future__ import annotations

from dataclasses import dataclass

PREFIX = "mcp__"


@dataclass(frozen=True, slots=True)
class McpToolName:
    """The server's name and the tool's name there, which is empty or ``*`` for all tools of the server."""

    server: str
    tool: str = ""

    @classmethod
    def parse(cls, name: str) -> McpToolName | None:
        """``name`` split at the first ``__`` after the prefix, as names of servers hold single ones only.

        ``None`` for what has not the prefix.
        """
        if not name.startswith(PREFIX):
            return None
        server, _, tool = name.removeprefix(PREFIX).partition("__")
        return cls(server, tool)

    @property
    def is_pattern(self) -> bool:
        """Whether it means more than one tool."""
        return not self.tool or "*" in self.tool

    def __str__(self) -> str:
        return f"{PREFIX}{self.server}__{self.tool}" if self.tool else f"{PREFIX}{self.server}"


def shorten(name: str) -> str:
    """The name of a tool within its server; of a tool of no server its whole name."""
    mcp_name = McpToolName.parse(name)
    return (mcp_name.tool if mcp_name else "") or name
