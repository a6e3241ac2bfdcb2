"""What of a definition decides about its tools: its lists, and whether the runtime loads the file at all."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.definitions import ToolGrant
from ..text.strings import make_server_id, matches_stars


@dataclass(frozen=True, slots=True)
class ToolLists:
    """What of a definition decides: two agents with the same lists get the same decisions.

    ``allowed`` is ``None`` when the file has no list; ``value_missing`` when the key stands there without a
    value; ``has_ignored`` when a list stands under a key that is not read. ``flags`` are other facts of the
    file that the rules of its runtime ask for.
    """

    allowed: tuple[ToolGrant, ...] | None
    denied: tuple[ToolGrant, ...] = ()
    value_missing: bool = False
    has_ignored: bool = False
    loads: bool = True
    flags: frozenset[str] = frozenset()
    project_rules: tuple[ToolGrant, ...] = ()
    """The permission rules of the project's settings files."""
    guards: tuple[str, ...] = ()
    """The matchers of hooks that run before a tool and may refuse it."""

    @property
    def has_allowlist(self) -> bool:
        """Whether a list decides: it is there and does not ask for everything."""
        return self.allowed is not None and not any(entry.tool == "*" for entry in self.allowed)

    @property
    def signature(self) -> tuple[object, ...]:
        """The same for all files whose lists lead to the same decisions."""
        allowed = None if self.allowed is None else _describe_shape(self.allowed)
        return (
            allowed,
            _describe_shape(self.denied),
            self.value_missing,
            self.has_ignored,
            self.loads,
            self.flags,
            tuple((rule.effect, rule.tool, rule.specifier is not None) for rule in self.project_rules),
            self.guards,
        )


def _describe_shape(entries: tuple[ToolGrant, ...]) -> tuple[tuple[str, bool], ...]:
    return tuple((entry.tool, entry.specifier is not None) for entry in entries)


def get_server_id(entry: ToolGrant) -> str | None:
    """The id of an MCP entry's server; ``*`` for all of them, ``None`` for a built-in tool."""
    return make_server_id(entry.server) if entry.server else "*" if entry.tool == "mcp__*" else None


def matches_server_entry(entry: ToolGrant, tool: str, server: str) -> bool:
    """Whether the entry is about ``tool`` of the MCP server with the id ``server``."""
    if entry.server is None or make_server_id(entry.server) != server:
        return entry.tool == "mcp__*"
    is_whole_server = entry.pattern and "*" not in entry.tool
    return is_whole_server or matches_stars(entry.tool, tool)
