"""Removes configured values of MCP servers, above all ``env`` and ``headers``, from what is published."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice
from typing import Any

import yaml

from ..model.definitions import Document
from ..text.strings import replace_surrogates
from .masking import MASK

_SECRET_KEYS = frozenset({"env", "headers", "httpheaders"})
# What is a secret whatever it looks like: a key called so has no other use.
_SECRET_NAMES = re.compile(
    r"token|secret|pwd|.*(?:passw(?:or)?d|passphrase|(?:api|secret|access|private)key|clientsecret|"
    r"(?:api|access|auth|bearer|refresh|session)token)"
)
# A reference to where the secret is, or a name of it, is none.
_REFERENCE = re.compile(
    r"\W*\$.*|[A-Z][A-Z0-9_]+|(?i:env:.*|true|false|null|~|none|yes|no|required|optional)|[\d.]*"
)
# What is a secret only where it is a mapping: `auth: required` is a word.
_SECRET_MAPPINGS = frozenset(
    {
        "environment",
        "environmentvariables",
        "envvars",
        "secrets",
        "credentials",
        "auth",
        "authentication",
        "oauth",
        "vars",
        "variables",
    }
)
_VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[A-Z0-9]*(?:KEY|TOKEN|PASSWORD|SECRET)")
# What stands beside `command` or `url` in the configuration of a server.
_SERVER_KEYS = re.compile(
    r"arg(?:ument)?s|env\w*|vars|variables|\w*headers|cwd|transport|timeout|enabled|disabled|"
    r"\w*(?:key|token|password|secret|auth|credentials)"
)
# Keys whose values are words for people or models: what looks like a key in them is none.
_WORDS = frozenset({"name", "description", "tools", "allowedtools", "disallowedtools"})
_TRANSPORTS = frozenset({"stdio", "http", "streamable-http", "sse", "ws", "local", "remote"})
# Without one of these there is nothing to look for. A key that is written with an escape may be any key.
_HINTS = (
    "env",
    "headers",
    "mcp",
    "args",
    "url",
    "command",
    "auth",
    "secret",
    "credential",
    "_",
    "key",
    "token",
    "vars",
    "variables",
    "passw",
    "pwd",
    "passphrase",
)
_ESCAPES = ("\\x", "\\u", "\\\n")
# `.env` is the name of a file, which permissions deny.
_HOLDS_SECRETS = re.compile(
    r"(?<!\W\.)(?<!^\.)\b(?:env|headers|http_?headers)\b[\"']?\s*(?::|$)", re.I | re.M
)
_NAMES_ONLY = re.compile(r"(?:[\s,\[\]\"']|-\s|[\w.@/][\w.@/-]*+)*+", re.S)
_KEY = re.compile(r"\s*[\"']?([\w.-]+)[\"']?\s*:(?:\s|$)")
# The lines of a server that are shown: its name, how it is reached, and the name of its program.
_SHOWN = re.compile(
    r"\s*(?:- +)?(?:(name|type|transport|command): +[\"']?([\w.+-]{1,40})[\"']?|([\w.@/-]{1,80}):)\s*"
)


def mask_frontmatter(document: Document) -> str:
    """The raw text of a file, or of its part that is meant, with configured values masked, line for line."""
    if not document.masked_lines and not document.lines:
        return document.source.plain_text
    lines = document.source.lines
    first, last = document.lines or (1, len(lines))
    shown = (document.masked_lines.get(number, line) for number, line in enumerate(lines))
    return "\n".join(islice(shown, first - 1, last))


def find_configured_values(
    root: yaml.MappingNode | None,
    parsed: str,
    starts: list[int],
    block: list[str],
    prompt_keys: frozenset[str] = frozenset(),
) -> tuple[frozenset[str], dict[int, str]]:
    """The top-level keys that hold configured values, and what is shown in place of the lines of ``block``.

    ``root`` is what ``parsed``, the repaired text of ``block``, was parsed to: escapes are decoded, and an
    alias is what it stands for. Without it all lines are masked. ``starts`` is where each line begins;
    ``prompt_keys`` hold texts for a model, in which words such as ``headers:`` configure nothing.
    """
    small = "\n".join(block).lower()
    if not any(hint in small for hint in (*_HINTS, *_ESCAPES)):
        return frozenset(), {}
    indents = (line[: len(line) - len(line.lstrip())] for line in block)
    everything = {n: indent + MASK for n, indent in enumerate(indents) if block[n].strip()}
    if root is None:
        return frozenset(), everything
    configured = {id(node) for node, is_configured in _walk(root) if is_configured}
    lines = [bisect_right(starts, key.start_mark.index) - 1 for key, _ in root.value]
    keys: set[str] = set()
    masked: dict[int, str] = {}
    for number, (key, value) in enumerate(root.value):
        first = lines[number] if number else 0
        last = max(lines[number] + 1, [*lines, len(block)][number + 1])
        if _is_masked(key, value, "\n".join(block[first:last]), configured, prompt_keys):
            keys.add(replace_surrogates(str(key.value)))
            shown = dict(_show_lines(value, block, starts)) if _normalize(key).startswith("mcp") else {}
            masked |= {n: shown.get(n, everything[n]) for n in range(first, last) if n in everything}
            before = parsed[starts[lines[number]] : key.start_mark.index]
            if not before.strip() and (match := _KEY.match(block[lines[number]])):
                masked[lines[number]] = f"{match[1]}: {MASK}"
    return frozenset(keys), masked if _are_marks_true(root, parsed) or not keys else everything


def is_configuration_key(key: str) -> bool:
    """Whether a key of this name holds the configuration of servers, or a part of one."""
    name = re.sub(r"[-_\s]", "", key.lower())
    return name in _SECRET_KEYS or name.startswith("mcp")


def holds_secrets(key: str, value: object) -> bool:
    """Whether the values below ``key`` of a table are secrets by what the key means."""
    name = re.sub(r"[-_\s]", "", key.lower())
    return name in _SECRET_KEYS or (name in _SECRET_MAPPINGS and isinstance(value, dict))


def find_configured_paths(values: dict[str, Any]) -> set[tuple[str, ...]]:
    """The keys, each with those above it, that hold configured values; of a list the key of the list."""
    root = _make_node(values)
    configured = {id(node) for node, is_configured in _walk(root) if is_configured}
    return set(_list_paths(root, (), configured))


def _make_node(value: Any) -> yaml.Node:
    if isinstance(value, dict):
        return yaml.MappingNode("", [(_make_node(key), _make_node(item)) for key, item in value.items()])
    if isinstance(value, list):
        return yaml.SequenceNode("", [_make_node(item) for item in value])
    return yaml.ScalarNode("", str(value))


def _list_paths(node: yaml.Node, path: tuple[str, ...], configured: set[int]) -> Iterator[tuple[str, ...]]:
    if id(node) in configured:
        yield path
    for item in node.value if isinstance(node, yaml.SequenceNode) else ():
        yield from _list_paths(item, path, configured)
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        yield from _list_paths(value, (*path, key.value), configured)


def _normalize(key: yaml.Node) -> str:
    return re.sub(r"[-_\s]", "", str(key.value).lower())


def _walk(node: yaml.Node, is_configured: bool = False) -> Iterator[tuple[yaml.Node, bool]]:
    """``node`` and all below it, each with whether it belongs to a configured value."""
    yield node, is_configured
    for item in node.value if isinstance(node, yaml.SequenceNode) else ():
        yield from _walk(item, is_configured or _is_server(item))
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        name = _normalize(key)
        yield from _walk(key, is_configured)
        holds_servers = name.startswith("mcp") and not _holds_names_only(value)
        is_secret = name in _SECRET_KEYS or _is_secret(name, value)
        configures = holds_servers or is_secret or _is_server(value) or _is_environment(value)
        yield from _walk(value, is_configured or configures)


def _is_server(node: yaml.Node) -> bool:
    """Whether ``node`` is the configuration of a server, whatever the key above it is called."""
    if not isinstance(node, yaml.MappingNode):
        return False
    values = {_normalize(key): value.value for key, value in node.value}
    kind = str(values.get("type", values.get("transport")))
    reaches = not {"command", "url"}.isdisjoint(values)
    # These names say by themselves whose address it is.
    return not {"httpurl", "serverurl"}.isdisjoint(values) or (
        reaches
        and (
            kind in _TRANSPORTS
            or isinstance(values.get("command"), list)
            or any(_SERVER_KEYS.fullmatch(name) for name in values)
        )
    )


def _is_secret(name: str, value: yaml.Node) -> bool:
    """Whether ``value`` of the key ``name`` is a secret, or holds some: alone, by name, or in a list."""
    if isinstance(value, yaml.ScalarNode):
        return bool(_SECRET_NAMES.fullmatch(name)) and not _REFERENCE.fullmatch(str(value.value))
    if isinstance(value, yaml.SequenceNode) and (name in _SECRET_MAPPINGS or _SECRET_NAMES.fullmatch(name)):
        texts = [str(item.value) for item in value.value if isinstance(item, yaml.ScalarNode)]
        is_secret = name in ("secrets", "credentials")
        is_value = any("=" in text or (is_secret and not _REFERENCE.fullmatch(text)) for text in texts)
        return is_value or len(texts) < len(value.value)
    return isinstance(value, yaml.MappingNode) and name in _SECRET_MAPPINGS


def _is_environment(node: yaml.Node) -> bool:
    """Whether ``node`` gives values to variables: all its keys are written as such."""
    return (
        isinstance(node, yaml.MappingNode)
        and bool(node.value)
        and all(_VARIABLE.fullmatch(str(key.value)) for key, _ in node.value)
    )


def _holds_names_only(node: yaml.Node) -> bool:
    if isinstance(node, yaml.ScalarNode):
        return bool(_NAMES_ONLY.fullmatch(str(node.value)))
    return isinstance(node, yaml.SequenceNode) and all(_holds_names_only(item) for item in node.value)


def _is_masked(
    key: yaml.Node, value: yaml.Node, raw: str, configured: set[int], prompt_keys: frozenset[str]
) -> bool:
    """Whether a top-level key is masked. ``raw`` is its text: comments in it count too."""
    name = _normalize(key)
    nodes = [key, *(node for node, _ in _walk(value))]
    if key.value in prompt_keys and isinstance(value, yaml.ScalarNode):
        return False
    if name.startswith("mcp") and not _NAMES_ONLY.fullmatch(raw.partition(":")[2]):
        return True
    if name in _SECRET_KEYS or any(id(node) in configured for node in nodes):
        return True
    prompts = _find_prompts(value, prompt_keys)
    texts = [
        str(node.value) for node in nodes if isinstance(node, yaml.ScalarNode) and id(node) not in prompts
    ]
    texts += [] if prompts else [raw]
    return name not in _WORDS and any(_HOLDS_SECRETS.search(text) for text in texts)


def _find_prompts(node: yaml.Node, prompt_keys: frozenset[str]) -> set[int]:
    """The texts below ``node`` that stand under ``prompt_keys``."""
    maps = [item for item, _ in _walk(node) if isinstance(item, yaml.MappingNode)]
    pairs = [pair for item in maps for pair in item.value]
    return {id(v) for k, v in pairs if k.value in prompt_keys and isinstance(v, yaml.ScalarNode)}


def _show_lines(
    node: yaml.Node, block: list[str], starts: list[int], depth: int = 2
) -> Iterator[tuple[int, str]]:
    """The lines below a key of servers that may be shown, as they are."""
    for item in node.value if isinstance(node, yaml.SequenceNode) else ():
        yield from _show_lines(item, block, starts, depth)
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    is_server = any(_normalize(key) in ("command", "url", "type", "transport") for key, _ in pairs)
    for key, value in pairs:
        number = bisect_right(starts, key.start_mark.index) - 1
        match = _SHOWN.fullmatch(block[number])
        if not match or _normalize(key) in _SECRET_KEYS:
            continue
        is_plain = match[1] in ("name", "command") or match[2] in _TRANSPORTS
        if is_server and is_plain and match[1] == key.value and match[2] == value.value:
            yield number, block[number]
        elif not is_server and depth and match[3] == key.value:
            yield number, block[number]
            yield from _show_lines(value, block, starts, depth - 1)


def _are_marks_true(root: yaml.MappingNode, text: str) -> bool:
    """Whether each key stands where the parser says. That of an alias does not, nor any after a stray BOM."""
    seen: set[int] = set()
    last = -1
    for key, value in root.value:
        start = key.start_mark.index
        if id(key) in seen or start <= last or not text.startswith((str(key.value), *"\"'&!|>"), start):
            return False
        seen |= {id(node) for child in (key, value) for node, _ in _walk(child)}
        last = start
    return True
