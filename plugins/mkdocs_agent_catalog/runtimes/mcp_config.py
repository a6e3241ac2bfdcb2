"""The configured MCP servers of a runtime. Values of ``env``, ``headers`` and arguments do not leave this
module."""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from ..model.definitions import Diagnostic, Document, InlineServer, ServerConfig, Source, Span
from ..reading.data_documents import blank_json_comments, parse_toml_document
from ..reading.json_places import read_json_object
from ..text.i18n import say

# Programs that fetch a package and run it.
FETCHERS = frozenset({"npx", "uvx", "bunx", "pnpx", "pipx"})
_SERVER_NAME = re.compile(r"(?!-)[\w.:/@-]{1,80}(?: (?!-)[\w.:/@-]{1,40}){0,3}")
_START_KEYS = ("command", "args", "url", "httpUrl", "serverUrl")
_START = frozenset(_START_KEYS) - {"args"}
_SWITCHES = frozenset({"enabled", "disabled"})
# What may hold a secret, as addresses and options do, is no name.
_NO_NAME = re.compile(r"://|[?=]|\s-(?=\S)|^\s*$")
_TRANSPORTS = {
    "streamable-http": "http",
    "streamable_http": "http",
    "streamableHttp": "http",
    "http": "http",
    "sse": "sse",
    "ws": "ws",
    "stdio": "stdio",
    "local": "stdio",
    "remote": "http",
}


def read_servers(
    source: Source, key: str = "mcpServers"
) -> tuple[list[tuple[str, ServerConfig]], tuple[Diagnostic, ...]]:
    """The servers that ``source``, a JSON or TOML file, configures under ``key``; a diagnostic instead when
    it cannot be read. ``.mcp.json``, which several runtimes read, has one key of its own that may be left
    out; in other files there may be no servers."""
    table, spans, problems = _read_table(source)
    is_shared = posixpath.basename(source.path) == ".mcp.json"
    is_bare = source.dialect is None or is_shared
    key = "mcpServers" if is_shared else key
    servers = table.get(key, table if is_bare else {})
    if not isinstance(servers, dict):
        message = say("this MCP configuration holds no `{key}` object", key=key)
        span = spans.get(key, Span(source.path))
        hint = say("write an object in which each server stands under its name")
        return [], (Diagnostic("config_unreadable", span, message, hint),)
    prefix = f"{key}." if key in table else ""
    plugin = source.plugin.name if source.plugin else None
    pairs, wrong = [], []
    for name, config in servers.items():
        span = spans.get(prefix + name, Span(source.path))
        if isinstance(config, dict) and config.keys() and config.keys() <= _SWITCHES:
            continue  # Switches a server of another configuration on or off.
        if not prefix and _holds_servers(config):
            message = say("`{key}` is not read: servers stand under `mcpServers`", key=name)
            wrong.append(Diagnostic("config_unreadable", span, message, say("write `mcpServers`")))
        elif _NO_NAME.search(name):
            message = say("this is no name of an MCP server: it is left out")
            wrong.append(Diagnostic("config_unreadable", span, message))
        elif is_shared and isinstance(config, dict) and _START.isdisjoint(config):
            message = say(
                "the MCP server `{name}` has neither a program nor an address: it is left out", name=name
            )
            hint = say("write its `command` or its `url`")
            wrong.append(Diagnostic("config_unreadable", span, message, hint))
        elif isinstance(config, dict):
            pairs.append((name, replace(describe_server_config(config, span), plugin=plugin)))
        else:
            message = say("the entry of the MCP server `{name}` is no object", name=name)
            what = say("write an object with its `command` or its `url`") if is_shared else ""
            wrong.append(Diagnostic("config_unreadable", span, message, what))
    return pairs, (*problems, *wrong)


def _holds_servers(config: object) -> bool:
    """Whether what stands in the place of a server is a table of servers, under a key that is not read."""
    entries = list(config.values()) if isinstance(config, dict) else []
    return bool(entries) and all(
        isinstance(entry, dict) and not _START.isdisjoint(entry) for entry in entries
    )


def _read_table(source: Source) -> tuple[dict[str, Any], dict[str, Span], tuple[Diagnostic, ...]]:
    if source.path.endswith(".toml"):
        document = parse_toml_document(source)
        problems = (replace(document.error, check="config_unreadable"),) if document.error else ()
        return document.values, document.spans, problems
    has_comments = posixpath.basename(source.path) != ".mcp.json"
    text = blank_json_comments(source.text) if has_comments else source.text
    values, spans, notes = read_json_object(text, source.path)
    return values, spans | {f"mcpServers.{name}": span for name, span in source.places}, notes


def describe_server_config(config: dict[str, Any], span: Span) -> ServerConfig:
    """What may be shown of a server's configuration: how it is reached, and the program's name."""
    kind = _TRANSPORTS.get(str(config.get("type", "")), "")
    reaches = any(key in config for key in ("url", "httpUrl", "serverUrl"))
    transport = kind or ("http" if reaches else "stdio")
    command = config.get("command")
    words = command if isinstance(command, list) else [command, *_list_words(config.get("args"))]
    command = words[0] if words else None
    # Only the program's own name: a path or an argument may name people or hold tokens.
    text = PurePosixPath(command.replace("\\", "/")).name if isinstance(command, str) else None
    program = text if text and re.fullmatch(r"[\w.+-]{1,40}", text) else None
    is_off = config.get("disabled") is True or config.get("enabled") is False
    is_unpinned = _is_unpinned(program, words[1:])
    digest = hashlib.sha256(repr(config).encode("utf-8", "replace"))
    start = json.dumps([config.get(key) for key in _START_KEYS], sort_keys=True, default=str)
    return ServerConfig(
        span,
        transport,
        program,
        is_unpinned=is_unpinned,
        is_off=is_off,
        digest=digest.hexdigest(),
        start_digest=hashlib.sha256(start.encode("utf-8", "replace")).hexdigest()[:8],
    )


def _list_words(arguments: Any) -> list[Any]:
    return arguments if isinstance(arguments, list) else []


def _is_unpinned(program: str | None, arguments: list[Any]) -> bool:
    """Whether a program that fetches packages is given one without a version."""
    if program not in FETCHERS or not arguments:
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
    names, inline_servers = [], []
    for place, name, config in _read_entries(key, value):
        is_configured = isinstance(config, dict) and not _NO_NAME.search(str(name))
        if not is_configured and not _SERVER_NAME.fullmatch(str(name)):
            continue  # No name: perhaps a command line with a token in it.
        span = document.spans.get(place, document.get_span(key))
        names.append((str(name), span))
        if isinstance(config, dict):
            inline_servers.append((str(name), describe_server_config(config, span)))
    return tuple(names), tuple(inline_servers)


def _read_entries(key: str, value: Any) -> Iterator[tuple[str, Any, Any]]:
    """Of a map of servers, or a list of names and of ``{name: config}``: place, name and configuration of
    each. What has other values, such as ``{name: docs, command: npx}``, is neither."""
    if isinstance(value, dict):
        yield from ((f"{key}.{name}", name, config) for name, config in value.items())
        return
    for index, item in enumerate(value if isinstance(value, list) else str(value).split(",")):
        if not isinstance(item, dict):
            yield f"{key}.{index}", str(item).strip(), None
        elif is_server_entry(item):
            yield from ((f"{key}.{index}", name, config) for name, config in item.items())


def is_server_entry(item: dict[Any, Any]) -> bool:
    """Whether an object in a list of servers holds configurations by the names of their servers."""
    return all(config is None or isinstance(config, dict) for config in item.values())
