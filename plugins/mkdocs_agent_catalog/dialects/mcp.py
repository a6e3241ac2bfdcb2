"""``.mcp.json``: the configured MCP servers. Values of ``env``, ``headers`` and arguments stay in here."""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath

from ..model import Diagnostic, ServerConfig, Source, Span

_TRANSPORTS = {"streamable-http": "http", "http": "http", "sse": "sse", "ws": "ws", "stdio": "stdio"}


def read_servers(source: Source) -> tuple[list[tuple[str, ServerConfig]], tuple[Diagnostic, ...]]:
    """The servers that ``source`` configures; a diagnostic instead when it is no JSON object.

    Messages name the place and never quote the text, which may hold secrets.
    """
    try:
        table = json.loads(source.text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        column = getattr(error, "colno", 1)
        message = "this MCP configuration is not valid JSON"
        return [], (Diagnostic("config_unreadable", Span(source.path, line, column), message),)
    servers = table.get("mcpServers", table) if isinstance(table, dict) else None
    if not isinstance(servers, dict):
        message = "this MCP configuration holds no `mcpServers` object"
        return [], (Diagnostic("config_unreadable", Span(source.path), message),)
    found = [
        (str(name), _config(config, _place(source, str(name))))
        for name, config in servers.items()
        if isinstance(config, dict)
    ]
    return found, ()


def _config(config: dict[str, object], span: Span) -> ServerConfig:
    kind = _TRANSPORTS.get(str(config.get("type", "")), "")
    transport = kind or ("http" if "url" in config else "stdio")
    command = config.get("command")
    # Only the program's own name: a path or an argument may name people or hold tokens.
    shown = PurePosixPath(command.replace("\\", "/")).name if isinstance(command, str) else None
    return ServerConfig(span, transport, shown if shown and re.fullmatch(r"[\w.+-]{1,40}", shown) else None)


def _place(source: Source, name: str) -> Span:
    for number, line in enumerate(source.text.splitlines(), 1):
        column = line.find(json.dumps(name, ensure_ascii=False))
        if column >= 0:
            return Span(source.path, number, column + 1)
    return Span(source.path)
