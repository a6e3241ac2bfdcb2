"""``.mcp.json``: the configured MCP servers. Values of ``env``, ``headers`` and arguments stay in here."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from ..model.definitions import Diagnostic, Document, InlineServer, ServerConfig, Source, Span
from ..reading.json_places import read_json_object
from ..text.i18n import say

# Programs that fetch a package and run it.
_FETCHERS = frozenset({"npx", "uvx", "bunx", "pnpx", "pipx"})
_SERVER_NAME = re.compile(r"(?!-)[\w.:/@-]{1,80}(?: (?!-)[\w.:/@-]{1,40}){0,3}")
_TRANSPORTS = {"streamable-http": "http", "http": "http", "sse": "sse", "ws": "ws", "stdio": "stdio"}


def read_servers(source: Source) -> tuple[list[tuple[str, ServerConfig]], tuple[Diagnostic, ...]]:
    """The servers that ``source`` configures; a diagnostic instead when it is no JSON object."""
    table, spans, problems = read_json_object(source.text, source.path)
    servers = table.get("mcpServers", table)
    if not isinstance(servers, dict):
        message = say("this MCP configuration holds no `mcpServers` object")
        return [], (Diagnostic("config_unreadable", Span(source.path), message),)
    prefix = "mcpServers." if "mcpServers" in table else ""
    plugin = source.plugin.name if source.plugin else None
    pairs = [
        (name, replace(describe_server_config(config, spans[prefix + name]), plugin=plugin))
        for name, config in servers.items()
        if isinstance(config, dict)
    ]
    wrong = [spans[prefix + name] for name, config in servers.items() if not isinstance(config, dict)]
    message = say("the entry of this MCP server is no object")
    return pairs, (*problems, *(Diagnostic("config_unreadable", span, message) for span in wrong))


def describe_server_config(config: dict[str, Any], span: Span) -> ServerConfig:
    """What may be shown of a server's configuration: how it is reached, and the program's name."""
    kind = _TRANSPORTS.get(str(config.get("type", "")), "")
    transport = kind or ("http" if "url" in config else "stdio")
    command = config.get("command")
    # Only the program's own name: a path or an argument may name people or hold tokens.
    text = PurePosixPath(command.replace("\\", "/")).name if isinstance(command, str) else None
    program = text if text and re.fullmatch(r"[\w.+-]{1,40}", text) else None
    return ServerConfig(span, transport, program, is_unpinned=_is_unpinned(program, config.get("args")))


def _is_unpinned(program: str | None, arguments: Any) -> bool:
    """Whether a program that fetches packages is given one without a version."""
    if program not in _FETCHERS or not isinstance(arguments, list):
        return False
    words = [word for word in arguments if isinstance(word, str)]
    package = next((word for word in words if not word.startswith("-") and word not in ("exec", "dlx")), "")
    is_path = package.startswith((".", "/", "~")) or "$" in package
    return bool(package) and not is_path and not re.search(r"[^/](?:@|==)v?\d", package)


def read_inline_servers(
    document: Document, key: str
) -> tuple[tuple[tuple[str, Span], ...], tuple[InlineServer, ...]]:
    """The server names under ``key`` of an agent file, each with its place, and what may be shown of the
    configurations that stand there."""
    value = document.values[key]
    pairs = value.items() if isinstance(value, dict) else _read_pairs(value)
    names, inline_servers = [], []
    for index, (name, config) in enumerate(pairs):
        if not _SERVER_NAME.fullmatch(str(name)):
            continue  # No name: perhaps a command line with a token in it.
        path = f"{key}.{name}" if isinstance(value, dict) else f"{key}.{index}"
        span = document.spans.get(path, document.get_span(key))
        names.append((str(name), span))
        if isinstance(config, dict):
            inline_servers.append((str(name), describe_server_config(config, span)))
    return tuple(names), tuple(inline_servers)


def _read_pairs(value: Any) -> list[tuple[Any, Any]]:
    """The entries of a list of names and of ``{name: config}``."""
    items = value if isinstance(value, list) else str(value).split(",")
    pairs: list[tuple[Any, Any]] = []
    for item in items:
        pairs += item.items() if isinstance(item, dict) else [(str(item).strip(), None)]
    return pairs
