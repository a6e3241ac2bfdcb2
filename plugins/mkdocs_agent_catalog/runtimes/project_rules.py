"""Reads what a JSON settings file says about every agent of its project: permission rules, and MCP servers
that it switches off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..model.definitions import Effect, Span, ToolGrant
from ..reading.masking import mask_text
from ..reading.tool_entries import parse_entry
from ..text.strings import make_server_id, matches_stars

EXCLUDED_SERVERS, ALLOWED_SERVERS = "mcp.excluded", "mcp.allowed"
"""Lists of the names of servers. Without the second every server is allowed that the first does not name."""
Table = Mapping[str, Any]


def get_value(values: Table, key: str) -> Any:
    """The value under a key of which dots part the levels; ``None`` if it is not there."""
    value: Any = values
    for part in key.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def list_texts(values: Table, spans: Mapping[str, Span], key: str) -> Iterator[tuple[str, Span]]:
    """The texts of the list under ``key``, each with its place."""
    entries = get_value(values, key)
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, str) and entry.strip():
            yield mask_text(entry.strip()), spans[f"{key}.{index}"]


def read_project_rules(
    values: Table, spans: Mapping[str, Span], keys: Mapping[str, Effect]
) -> tuple[ToolGrant, ...]:
    """The rules in the lists under ``keys``. A server that is excluded is denied as a whole."""
    return tuple(
        replace(
            parse_entry(f"mcp__{text}" if key == EXCLUDED_SERVERS else text, effect, key, span), rule=text
        )
        for key, effect in keys.items()
        for text, span in list_texts(values, spans, key)
    )


def find_servers_off(values: Table, spans: Mapping[str, Span], path: str) -> frozenset[tuple[str, str]]:
    """The servers that the file at ``path`` configures and keeps from being started: as ``servers_off`` of
    its settings."""
    excluded = [text for text, _span in list_texts(values, spans, EXCLUDED_SERVERS)]
    allowed = [text for text, _span in list_texts(values, spans, ALLOWED_SERVERS)] or ["*"]
    servers = values.get("mcpServers")
    return frozenset(
        (path, make_server_id(name))
        for name in (servers if isinstance(servers, dict) else ())
        if any(matches_stars(pattern, name) for pattern in excluded)
        or not any(matches_stars(pattern, name) for pattern in allowed)
    )
