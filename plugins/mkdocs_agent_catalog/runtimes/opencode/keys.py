"""The keys of an OpenCode agent, and the values for which OpenCode refuses to start.

Source: the schema in the npm package `opencode-ai` 1.18.33, each row tried in that program.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from ...model.definitions import Effect
from ...text.i18n import TranslatableText, say

EFFECTS: tuple[Effect, ...] = ("allow", "ask", "deny")
MODES = ("primary", "subagent", "all")
NATIVE_MODES = {
    **dict.fromkeys(("build", "plan", "compaction", "title", "summary"), "primary"),
    **dict.fromkeys(("general", "explore"), "subagent"),
}
"""The modes of the agents that OpenCode brings. A file with the name of one that says no mode keeps its."""
_COLORS = ("primary", "secondary", "accent", "success", "warning", "error", "info")
SECOND_KEYS = frozenset(
    (
        *("model", "variant", "request", "system", "description", "mode", "hidden", "color", "steps"),
        *("disabled", "permissions", "agent-catalog"),
    )
)
"""With these alone a file is one for OpenCode 2."""
# Permissions that are given or not, and have no patterns.
_WITHOUT_PATTERNS = frozenset({"todowrite", "question", "webfetch", "websearch", "doom_loop"})
_TEXTS = ("description", "model", "variant", "prompt")
_NUMBERS = ("temperature", "top_p")
_COUNTS = ("steps", "maxSteps")
_SWITCHES = ("hidden", "disable")
_MAPS = ("options",)
_NUMBER = re.compile(r"[-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


def find_wrong_value(values: Mapping[str, Any]) -> TranslatableText | None:
    """Why OpenCode 1 does not start with one of the ``values``; the first word in backticks is the key, as a
    dotted path."""
    faults = (_find_fault(key, value) for key, value in values.items())
    return next((fault for fault in faults if fault), None)


def _find_fault(key: str, value: Any) -> TranslatableText | None:
    if key in _TEXTS and not isinstance(value, str):
        return say("`{key}` is no text", key=key)
    if key in _NUMBERS and not _is_number(value):
        return say("`{key}` is no number", key=key)
    if key in _COUNTS and not _is_count(value):
        return say("`{key}` is no whole number above 0", key=key)
    if key in _SWITCHES and not isinstance(value, bool):
        return say("`{key}` is neither true nor false", key=key)
    if key in _MAPS and not isinstance(value, dict):
        return say("`{key}` is no map", key=key)
    if key == "name" and isinstance(value, dict | list):
        return say("`{key}` is no text", key=key)
    if key == "mode" and value not in MODES:
        return say("`{key}` is not one of {values}", key=key, values=", ".join(MODES))
    if key == "color" and not _is_color(value):
        return say("`{key}` is not one of {values}", key=key, values=", ".join((*_COLORS, "#rrggbb")))
    if key == "tools":
        return _find_wrong_switch(value)
    return _find_wrong_permission(value) if key == "permission" else None


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    if isinstance(value, str):
        # A number that is written with more digits than it needs is read as text.
        is_quoted = value in (str(_parse(value, int)), str(_parse(value, float)))
        return bool(_NUMBER.fullmatch(value)) and not is_quoted
    return math.isfinite(value)


def _parse(text: str, kind: type[int] | type[float]) -> int | float | None:
    try:
        return kind(text)
    except (ValueError, OverflowError):
        return None


def _is_count(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and value == int(value) and value > 0


def _is_color(value: Any) -> bool:
    return isinstance(value, str) and (value in _COLORS or bool(re.fullmatch(r"#[0-9a-fA-F]{6}", value)))


def _find_wrong_switch(value: Any) -> TranslatableText | None:
    if not isinstance(value, dict):
        return say("`{key}` is not a mapping of names to true or false", key="tools")
    wrong = next((name for name, is_on in value.items() if not isinstance(is_on, bool)), None)
    return None if wrong is None else say("`{key}` is neither true nor false", key=f"tools.{wrong}")


def _find_wrong_permission(value: Any) -> TranslatableText | None:
    if value in EFFECTS:
        return None
    if not isinstance(value, dict):
        return say("`{key}` is neither allow, ask, deny nor a map of them", key="permission")
    for name, effect in value.items():
        key = f"permission.{name}"
        if isinstance(effect, dict) and name in _WITHOUT_PATTERNS:
            return say("`{key}` has no patterns: it is allow, ask or deny", key=key)
        effects = effect.values() if isinstance(effect, dict) else (effect,)
        if any(item not in EFFECTS for item in effects):
            return say("`{key}` is neither allow, ask nor deny", key=key)
    return None
