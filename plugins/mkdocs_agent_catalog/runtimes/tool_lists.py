"""The parts of a definition that decide its tools: its lists, and whether the runtime loads the file."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..model.definitions import Span, ToolGrant
from ..text.strings import make_server_id, matches_stars

_NOWHERE = Span("")
ANY_SERVER = "*"
"""In place of the id of an MCP server: whichever servers a session has."""


@dataclass(frozen=True, slots=True)
class ToolLists:
    """What of a definition decides: two agents whose lists are equal get the same decisions. Entries are
    simplified (see ``simplify_entries``).

    ``allowed`` is ``None`` when the file has no list; ``value_missing`` when the key stands there without a
    value; ``has_ignored`` when a list stands under a key that is not read. ``flags`` are other facts of the
    file that the rules of its runtime ask for.
    """

    allowed: tuple[ToolGrant, ...] | None
    denied: tuple[ToolGrant, ...] = ()
    value_missing: bool = False
    has_ignored: bool = False
    loads: bool = True
    own_servers: frozenset[str] = frozenset()
    """The ids of the MCP servers that the file itself brings."""
    flags: frozenset[str] = frozenset()
    ordered: tuple[ToolGrant, ...] = ()
    """All entries in the order in which the runtime asks them, their specifiers kept, where that decides."""
    project_rules: tuple[ToolGrant, ...] = ()
    """The permission rules of the project's settings files."""
    guards: tuple[str, ...] = ()
    """The matchers of hooks that run before a tool and may refuse it."""
    session_servers: frozenset[str] | None = None
    """The ids of the MCP servers that files say its session has; ``None`` where nobody looked."""
    off_servers: frozenset[str] = frozenset()
    """The ids of those that files configure for it and switch off."""

    @property
    def has_allowlist(self) -> bool:
        """Whether a list decides: it is there and does not ask for everything."""
        return self.allowed is not None and not any(entry.tool == "*" for entry in self.allowed)

    def is_in_session(self, server: str) -> bool:
        """Whether files say that the session has the MCP server with the id ``server``: its configuration, or
        a definition that names it. ``*`` stands for whichever servers the session has."""
        if self.session_servers is None or server == ANY_SERVER or server in self.own_servers:
            return True
        if server in self.off_servers:
            return False
        named = (entry.server for entry in (*(self.allowed or ()), *self.ordered) if entry.server)
        return server in self.session_servers or server in map(make_server_id, named)


def simplify_entries(entries: tuple[ToolGrant, ...]) -> tuple[ToolGrant, ...]:
    """``entries`` without what decides nothing: their places, their spelling, what their specifiers hold."""
    return tuple(
        replace(entry, rule="", key="", span=_NOWHERE, specifier=entry.specifier and "*") for entry in entries
    )


def get_server_id(entry: ToolGrant) -> str | None:
    """The id of an MCP entry's server; ``*`` for all of them, ``None`` for a built-in tool."""
    return make_server_id(entry.server) if entry.server else ANY_SERVER if entry.tool == "mcp__*" else None


def matches_server_entry(entry: ToolGrant, tool: str, server: str) -> bool:
    """Whether the entry is about ``tool`` of the MCP server with the id ``server``."""
    if entry.server is None or make_server_id(entry.server) != server:
        return entry.tool == "mcp__*"
    is_whole_server = entry.pattern and "*" not in entry.tool
    return is_whole_server or matches_stars(entry.tool, tool)
