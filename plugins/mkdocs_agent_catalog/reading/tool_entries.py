"""The grammar of tool entries: ``Read``, ``Bash(git:*)``, ``Agent(a, b)``, ``mcp__server__tool``.

The form is that of the first runtime; others bring their own.
"""

from __future__ import annotations

from typing import Any

from ..model.definitions import Document, Effect, Span, ToolGrant
from ..model.mcp_tool_names import McpToolName

COMMAS = ",\n"


def split_entries(text: str, separators: str = COMMAS) -> list[str]:
    """The entries of a list in one string: parted at each of ``separators`` outside parentheses."""
    entries, depth, current = [], 0, ""
    for char in text:
        depth += (char == "(") - (char == ")" and depth > 0)
        if depth == 0 and char in separators:
            entries.append(current)
            current = ""
        else:
            current += char
    entries.append(current)
    return [entry.strip() for entry in entries if entry.strip()]


def parse_entry(rule: str, effect: Effect, key: str, span: Span) -> ToolGrant:
    """One entry as a grant. Never fails: what is no known form is a tool of that name."""
    rule = rule.strip()
    tool, specifier = _split_rule(rule)
    if tool == "*":
        return ToolGrant(rule, "*", effect, key, span, specifier, None, True)
    server, pattern = None, False
    if tool.startswith("mcp__"):
        server, tool, pattern = _parse_mcp_name(tool)
    return ToolGrant(rule, tool, effect, key, span, specifier, server, pattern)


def _split_rule(rule: str) -> tuple[str, str | None]:
    """Tool and specifier of ``Tool(specifier)``. Empty parentheses say nothing, and ``*`` says everything:
    ``Bash(*)`` is ``Bash`` (page "Configure permissions" of Claude Code)."""
    tool, opened, rest = rule.partition("(")
    if not opened or not rest.endswith(")") or ")" in tool or not tool.strip():
        return rule, None
    specifier = rest[:-1].strip()
    return tool.strip(), None if specifier in ("", "*", ":*") else specifier


def _parse_mcp_name(tool: str) -> tuple[str | None, str, bool]:
    """Server, name and whether it is a pattern, of an entry for tools of MCP servers."""
    if tool == "mcp__*":
        return None, tool, True
    name = McpToolName.parse(tool)
    if name is None or not name.server or "*" in name.server:
        return None, tool, False
    if name.tool in ("", "*"):
        return name.server, str(McpToolName(name.server)), True
    return name.server, tool, name.is_pattern


def read_grants(
    document: Document, key: str, effect: Effect, separators: str = COMMAS
) -> tuple[ToolGrant, ...] | None:
    """The entries under ``key``; ``None`` when the key is absent or has no value."""
    if document.values.get(key) is None:
        return None
    return tuple(
        parse_entry(entry, effect, key, span)
        for entry, span in list_entries(document, key, document.values[key], separators)
    )


def list_entries(
    document: Document, key: str, value: Any, separators: str = COMMAS
) -> list[tuple[str, Span]]:
    """The strings of a list value in either spelling, each with its place."""
    here = document.get_span(key)
    if isinstance(value, dict):
        # The map form of other tools: {write: false}. A false entry is no grant.
        names = [str(name) for name, on in value.items() if on not in (False, None)]
        return [(name, document.spans.get(f"{key}.{name}", here)) for name in names]
    out: list[tuple[str, Span]] = []
    for index, item in enumerate(value if isinstance(value, list) else [value]):
        place = document.spans.get(f"{key}.{index}", here)
        if isinstance(item, list):
            out += [(name, place) for name, _ in list_entries(document, key, item, separators)]
        elif isinstance(item, dict):
            # Objects such as {name: x, type: y}, and `name: config` pairs.
            name = item.get("name") if isinstance(item.get("name"), str) else next(iter(item), "")
            out += [(str(name), place)] if name else []
        elif item is not None:
            out += [(entry, place) for entry in split_entries(_write_scalar(item), separators)]
    return out


def _write_scalar(value: Any) -> str:
    """``value`` as a file spells it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
