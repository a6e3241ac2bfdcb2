"""Reads the lists and tables of a Kiro agent as grants: tools, trusted tools, settings, permissions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ...model.definitions import Document, Effect, Span, ToolGrant
from ...model.mcp_tool_names import McpToolName
from ...reading.tool_entries import list_entries

BUILTIN = "@builtin"
_CALL = re.compile(r"([\w/-]+)\((.*)\)", re.S)
_EFFECTS: Mapping[str, Effect] = {"allow": "allow", "ask": "ask", "deny": "deny"}
# Patterns of `match` that leave nothing out.
_EVERYTHING = frozenset({"*", "**", "**/*", "./**", "/**"})


def list_texts(document: Document, key: str) -> list[tuple[str, Span]]:
    """The texts of the list under ``key``, each with its place."""
    value = document.values.get(key)
    return [] if value is None or isinstance(value, dict) else list_entries(document, key, value)


def parse_entry(rule: str, effect: Effect, key: str, span: Span, aliases: Mapping[str, str]) -> ToolGrant:
    """``read``, ``@builtin``, ``@server``, ``@server/tool``, ``@mcp``, ``subagent/x`` or ``*`` as a grant."""
    if rule == "*":
        return ToolGrant(rule, "*", effect, key, span, pattern=True)
    if rule == "@mcp":
        return ToolGrant(rule, "mcp__*", effect, key, span, pattern=True)
    name = rule.removeprefix(f"{BUILTIN}/")
    server, _, tool = name.removeprefix("@").partition("/")
    if name.startswith("@") and name != BUILTIN and server:
        mcp_name = McpToolName(server, "" if tool == "*" else tool)
        return ToolGrant(rule, str(mcp_name), effect, key, span, None, server, mcp_name.is_pattern)
    call = _CALL.fullmatch(name)
    name, specifier = (call[1], call[2].strip() or None) if call else (name, None)
    first, _, agent = name.partition("/")
    if agent and aliases.get(first, first) == "subagent":
        name, specifier = first, agent
    return ToolGrant(rule, aliases.get(name, name), effect, key, span, specifier)


def matches_glob(pattern: str, text: str) -> bool:
    """Whether ``text`` is ``pattern``, in which ``*`` stands for any text and ``?`` for any letter."""
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern)
    return bool(re.fullmatch("".join(parts), text, re.S))


def list_spellings(tool: str, server: str | None, aliases: Mapping[str, str]) -> tuple[str, ...]:
    """How lists spell a tool: by each of its names, a server's by its server too."""
    if server is not None:
        mcp_name = McpToolName.parse(tool)
        whole = f"@{mcp_name.server if mcp_name else server}"
        is_tool = mcp_name and mcp_name.tool and not mcp_name.is_pattern
        return (whole, f"{whole}/{mcp_name.tool}") if is_tool and mcp_name else (whole, f"{whole}/*")
    names = [tool, *(name for name, meant in aliases.items() if meant == tool)]
    return (*names, BUILTIN, *(f"{BUILTIN}/{name}" for name in names))


def read_settings(
    value: Any, keys: Mapping[str, tuple[str, ...]], aliases: Mapping[str, str]
) -> Iterator[ToolGrant]:
    """What ``toolsSettings`` allows of a tool without a question, and what it denies. With a specifier it is
    a part; ``deny`` without one is all but what is allowed."""
    for name, settings in value.items() if isinstance(value, dict) else ():
        tool = aliases.get(str(name), str(name))
        for key, setting in settings.items() if isinstance(settings, dict) else ():
            effect: Effect | None = next((_EFFECTS[e] for e, names in keys.items() if key in names), None)
            if effect and isinstance(setting, list) and setting:
                yield ToolGrant("", tool, effect, str(key), Span(""), "*")
            elif key == "denyByDefault" and setting is True:
                yield ToolGrant("", tool, "deny", str(key), Span(""))
            elif key in ("autoAllowReadonly", "allowReadOnly") and setting is True:
                yield ToolGrant("", tool, "allow", str(key), Span(""), "*")


def read_permissions(document: Document) -> Iterator[ToolGrant]:
    """The rules of ``permissions``, a list or ``{rules: []}``: what one is about is its capability. With a
    specifier it is about a part."""
    value = document.values.get("permissions")
    prefix = "permissions"
    if isinstance(value, dict):
        value, prefix = value.get("rules"), "permissions.rules"
    for index, rule in enumerate(value if isinstance(value, list) else ()):
        effect = _EFFECTS.get(str(rule.get("effect"))) if isinstance(rule, dict) else None
        if effect is None or not isinstance(rule.get("capability"), str):
            continue
        names = (f"{prefix}.{index}.capability", f"{prefix}.{index}", prefix, "permissions")
        span = next((document.spans[name] for name in names if name in document.spans), document.get_span())
        patterns = [str(item) for item in rule["match"]] if isinstance(rule.get("match"), list) else []
        is_whole = not patterns or not _EVERYTHING.isdisjoint(patterns)
        specifier = None if is_whole and not rule.get("exclude") else "\n".join(patterns or ["*"])
        key = "exclude" if rule.get("exclude") else "match"
        yield ToolGrant(rule["capability"], rule["capability"], effect, key, span, specifier)
