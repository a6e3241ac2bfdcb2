"""The hooks for which Claude Code does not load an agent: those that guard tools and are not in order.

Wrong hooks of other events are left out, and the agent is loaded. Source: Claude Code 2.1.332, asked about 60
such files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .settings import GUARDING_EVENTS

# What each kind of hook needs.
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "command": ("command",),
    "prompt": ("prompt",),
    "agent": ("prompt",),
    "http": ("url",),
    "mcp_tool": ("server", "tool"),
}
_SHELLS = ("bash", "powershell")
_ADDRESS = re.compile(r"[a-z][a-z\d+.-]*:", re.I)


def find_wrong_hook(hooks: Any) -> str:
    """The key, with dots between its parts, that keeps an agent from loading; empty if there is none."""
    if not isinstance(hooks, dict):
        return "hooks" if hooks or isinstance(hooks, list) else ""
    for event in sorted(GUARDING_EVENTS & hooks.keys()):
        groups = hooks[event]
        if groups is not None and not (isinstance(groups, list) and all(map(_is_group, groups))):
            return f"hooks.{event}"
    return ""


def _is_group(group: Any) -> bool:
    """Whether it has a list of hooks, and a text for the tools that they are for if it names any."""
    if not isinstance(group, dict) or not isinstance(group.get("matcher", ""), str):
        return False
    hooks = group.get("hooks")
    return isinstance(hooks, list) and all(map(_is_hook, hooks))


def _is_hook(hook: Any) -> bool:
    kind = str(hook.get("type")) if isinstance(hook, dict) else ""
    if kind not in _NEEDED:
        return False
    timeout = hook.get("timeout", 1)
    has_timeout = isinstance(timeout, int | float) and not isinstance(timeout, bool) and timeout > 0
    has_texts = all(isinstance(hook.get(key), str) for key in _NEEDED[kind])
    has_address = kind != "http" or bool(_ADDRESS.match(str(hook.get("url"))))
    return has_timeout and has_texts and has_address and hook.get("shell", "bash") in _SHELLS
