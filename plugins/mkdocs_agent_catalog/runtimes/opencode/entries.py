"""Reads the tool entries of an OpenCode agent, in the order in which they apply.

OpenCode 1 reads ``tools``, a map of names to true or false, and over it ``permission``, a map of names to
allow, ask or deny, or to a map of patterns. OpenCode 2 reads ``permissions``, a list of rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ...model.definitions import Document, Effect, Span, ToolGrant
from .keys import EFFECTS, SECOND_KEYS

# In `tools` three names stand for the one permission to change files.
_EDITS = ("write", "edit", "patch")
# What OpenCode 2 calls tools of OpenCode 1.
_SECOND_NAMES = {"shell": "bash", "subagent": "task"}
_EVERY = "*"
# The rules about one permission by their patterns; ``None`` for the whole of it.
_Rules = dict[Any, ToolGrant | None]


def is_second_format(values: Mapping[str, Any]) -> bool:
    """Whether a file is one for OpenCode 2: it has a list of rules, and no key of OpenCode 1."""
    return isinstance(values.get("permissions"), list) and values.keys() <= SECOND_KEYS


def read_rules(document: Document) -> tuple[ToolGrant, ...]:
    """The rules of an agent. Of two that are about one thing the later one counts."""
    if is_second_format(document.values):
        return read_list(document)
    layers = document.layers or (document,)
    return read_maps((layer.values, layer.spans, layer.get_span()) for layer in layers)


def read_maps(
    layers: Iterable[tuple[Mapping[str, Any], Mapping[str, Span], Span]],
) -> tuple[ToolGrant, ...]:
    """The rules of ``tools`` and ``permission`` in values with their places; the span stands in for places
    that are missing. What is named twice stands where it is named first, and counts as it is named last. Maps
    of patterns of two layers are merged."""
    table: dict[str, _Rules] = {}
    for values, spans, place in layers:
        for name, rules in _read_layer(values, spans, place).items():
            is_merged = None not in rules and None not in table.get(name, {None: None})
            table[name] = {**table[name], **rules} if is_merged else rules
    return tuple(rule for rules in table.values() for rule in rules.values() if rule)


def _read_layer(values: Mapping[str, Any], spans: Mapping[str, Span], place: Span) -> dict[str, _Rules]:
    """The rules of one definition by the name of the permission. What both keys name stands where ``tools``
    has it, and counts as ``permission`` has it."""
    table: dict[str, tuple[Any, str, str]] = {}
    switches, permission = values.get("tools"), values.get("permission")
    for name, is_on in switches.items() if isinstance(switches, dict) else ():
        table["edit" if name in _EDITS else name] = ("allow" if is_on is True else "deny", "tools", name)
    if isinstance(permission, str):
        table[_EVERY] = (permission, "permission", "")
    for name, value in permission.items() if isinstance(permission, dict) else ():
        table[name] = (value, "permission", name)
    rules: dict[str, _Rules] = {}
    for name, (value, key, written) in table.items():
        path = f"{key}.{written}" if written else key
        span = spans.get(path, spans.get(key, place))
        if isinstance(value, dict):
            rules[name] = {}
            for pattern, effect in value.items():
                rule = _make_rule(name, written, effect, key, spans.get(f"{path}.{pattern}", span))
                rules[name][pattern] = _narrow(rule, str(pattern)) if rule else None
        else:
            rules[name] = {None: _make_rule(name, written or name, value, key, span)}
    return rules


def read_list(document: Document) -> tuple[ToolGrant, ...]:
    """The rules of ``permissions``, which only OpenCode 2 reads; none if it is no list."""
    return tuple(_iter_list(document, document.values.get("permissions")))


def _iter_list(document: Document, items: Any) -> Iterator[ToolGrant]:
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict):
            action = str(item.get("action"))
            span = document.spans.get(f"permissions.{index}", document.get_span("permissions"))
            name = _SECOND_NAMES.get(action, action)
            rule = _make_rule(name, action, item.get("effect"), "permissions", span)
            if rule:
                yield _narrow(rule, str(item.get("resource", _EVERY)))


def _make_rule(name: str, written: str, value: Any, key: str, span: Span) -> ToolGrant | None:
    effect: Effect | None = next((effect for effect in EFFECTS if effect == value), None)
    return ToolGrant(written, name, effect, key, span, pattern=name == _EVERY) if effect else None


def _narrow(rule: ToolGrant, pattern: str) -> ToolGrant:
    """``rule`` for what ``pattern`` matches."""
    if pattern == _EVERY:
        return rule
    return replace(rule, rule=f"{rule.rule}: {pattern}", specifier=pattern)


def name_server(entry: ToolGrant, servers: Mapping[str, str]) -> ToolGrant:
    """``entry`` as one of an MCP server if its name begins with that of a server. ``servers``: the names by
    the letters that stand for them in the names of tools."""
    for letters, server in servers.items():
        rest = entry.tool.removeprefix(f"{letters}_")
        if rest != entry.tool and rest:
            is_whole = rest == _EVERY
            tool = f"mcp__{server}" if is_whole else f"mcp__{server}__{rest}"
            return replace(entry, tool=tool, server=server, pattern="*" in rest)
    return entry
