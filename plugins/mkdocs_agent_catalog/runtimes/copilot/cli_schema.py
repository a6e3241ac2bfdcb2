"""The values for which Copilot CLI does not load a file. Other keys are passed over.

Source: Copilot CLI 1.0.102, its parser of agent files, asked about each key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..value_checks import Check, are_named_texts, are_texts, is_flag, is_some_text, is_text

_EVENTS = frozenset(
    (
        *("sessionStart", "sessionEnd", "userPromptSubmitted", "UserPromptSubmit", "errorOccurred"),
        *("preToolUse", "postToolUse", "postToolUseFailure", "preMcpToolCall", "permissionRequest"),
        *("agentStop", "Stop", "subagentStart", "subagentStop", "preCompact", "notification"),
    )
)
# Each of these may begin with a capital letter, as in VS Code.
_ONLY_SMALL = frozenset({"userPromptSubmitted", "agentStop"})
_EVERY_EVENT = _EVENTS | {event[0].upper() + event[1:] for event in _EVENTS - _ONLY_SMALL}


def find_wrong_key(values: Mapping[str, Any]) -> tuple[str, str]:
    """The first key whose value the CLI refuses, and a key below it that is missing: a server's. Empty if
    there is none."""
    wrong = next((key for key, check in _CHECKS.items() if key in values and not check(values[key])), "")
    servers = {} if values.get("mcp-servers") is None else values["mcp-servers"]
    if wrong or not isinstance(servers, dict):
        return wrong or "mcp-servers", ""
    for name, server in servers.items():
        place = f"mcp-servers.{name}"
        if not isinstance(server, dict):
            return place, ""
        checks = _REMOTE if "url" in server or server.get("type") in ("http", "sse") else _LOCAL
        needed = ("url", "type", "tools") if checks is _REMOTE else ("command", "args", "tools")
        if missing := next((key for key in needed if key not in server), ""):
            return place, missing
        if wrong := next((key for key in checks if key in server and not checks[key](server[key])), ""):
            return f"{place}.{wrong}", ""
    return "", ""


def _are_models(value: object) -> bool:
    return is_text(value) or (isinstance(value, list) and bool(value) and all(map(is_some_text, value)))


def _are_hooks(value: object) -> bool:
    return isinstance(value, dict) and all(
        event in _EVERY_EVENT and isinstance(actions, list) for event, actions in value.items()
    )


_CHECKS: Mapping[str, Check] = {
    "name": is_text,
    "tools": lambda value: is_text(value) or are_texts(value),
    "model": _are_models,
    "skills": are_texts,
    **dict.fromkeys(("user-invocable", "disable-model-invocation", "infer"), is_flag),
    **dict.fromkeys(("include-custom-instructions", "deferred-tool-loading"), is_flag),
    "hooks": _are_hooks,
    "github": lambda value: isinstance(value, dict),
}
_SERVER: Mapping[str, Check] = {
    "tools": are_texts,
    "timeout": lambda value: isinstance(value, int) and not isinstance(value, bool) and value > 0,
}
_LOCAL: Mapping[str, Check] = {
    "type": lambda value: value in ("local", "stdio"),
    **dict.fromkeys(("command", "cwd"), is_text),
    "args": are_texts,
    "env": are_named_texts,
    **_SERVER,
}
_REMOTE: Mapping[str, Check] = {
    "type": lambda value: value in ("http", "sse"),
    "url": is_text,
    "headers": are_named_texts,
    **_SERVER,
}
