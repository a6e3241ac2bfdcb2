"""The keys and values for which Codex refuses a role file: unknown keys, and values of the wrong type.

Facts: ``config_keys.yaml``, and what Codex 0.171.0 says when it starts with such files, November 2026.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ...text.data_files import load_table
from ...text.i18n import say

_KEYS = Path(__file__).with_name("config_keys.yaml")
_NICKNAME = re.compile(r"[A-Za-z0-9 _-]+")
_IS_KIND: Mapping[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "flag": lambda value: isinstance(value, bool),
    "list": lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value),
    "items": lambda value: isinstance(value, list),
    "table": lambda value: isinstance(value, dict),
    "tables": lambda value: isinstance(value, dict) and all(isinstance(v, dict) for v in value.values()),
    "texts": lambda value: isinstance(value, dict) and all(isinstance(v, str) for v in value.values()),
}
# What the keys of an MCP server hold, and which of them are not for one with a command or with an address.
_SERVER_KINDS: Mapping[str, str] = {
    **dict.fromkeys(("command", "url", "cwd", "bearer_token_env_var"), "text"),
    **dict.fromkeys(("args", "enabled_tools", "disabled_tools"), "list"),
    **dict.fromkeys(("env", "http_headers", "env_http_headers"), "texts"),
    **dict.fromkeys(("enabled", "required"), "flag"),
}
_NOT_FOR_COMMANDS = frozenset({"bearer_token", "bearer_token_env_var", "http_headers", "env_http_headers"})
_NOT_FOR_ADDRESSES = frozenset({"args", "env", "env_vars", "cwd", "bearer_token"})


@cache
def read_kinds() -> dict[str, tuple[str, ...]]:
    """The keys that a role file may hold, with the kinds of value that each may have."""
    table = load_table(_KEYS)
    kinds: dict[str, tuple[str, ...]] = dict.fromkeys(table["words"], ())
    for kind, keys in table["kinds"].items():
        kinds.update({key: (*kinds.get(key, ()), kind) for key in keys})
    return kinds


def list_words(key: str) -> tuple[str, ...]:
    """The words that ``key`` may hold, if there are only some."""
    return tuple(load_table(_KEYS)["words"].get(key, ()))


def find_refused(values: Mapping[str, Any]) -> str:
    """Why Codex refuses a role file with these ``values``; empty if it does not."""
    kinds = read_kinds()
    unknown = sorted(values.keys() - kinds.keys())
    if unknown:
        return say("its key `{key}` is not known", key=unknown[0].replace("`", ""))
    for key, value in values.items():
        words = list_words(key)
        # A word with details of its own is a table with the word as its key.
        word = next(iter(value)) if words and isinstance(value, dict) and len(value) == 1 else value
        if words and isinstance(word, str | dict):
            if word not in words:
                return say("its `{key}` is none that is known", key=key)
        elif not any(_IS_KIND[kind](value) for kind in kinds[key]):
            if key == "tools":
                return say("its key `{key}` holds no table: it names no tools of the agent", key=key)
            return say("its `{key}` is not what the key may hold", key=key)
    return _find_refused_part(values)


def _find_refused_part(values: Mapping[str, Any]) -> str:
    names = values.get("nickname_candidates")
    if names is not None and not _are_nicknames(names):
        return say("its `{key}` is not what the key may hold", key="nickname_candidates")
    features = values.get("features", {})
    if not all(isinstance(value, bool | dict) for value in features.values()):
        return say("its `{key}` is not what the key may hold", key="features")
    for server in values.get("mcp_servers", {}).values():
        if ("command" in server) == ("url" in server):
            return say("one of its `{key}` has no `command` and no `url`, or both", key="mcp_servers")
        foreign = _NOT_FOR_ADDRESSES if "url" in server else _NOT_FOR_COMMANDS
        kinds = {key: kind for key, kind in _SERVER_KINDS.items() if key in server}
        if foreign & server.keys() or not all(_IS_KIND[kind](server[key]) for key, kind in kinds.items()):
            return say("its `{key}` is not what the key may hold", key="mcp_servers")
    skills = values.get("skills", {})
    skills = skills.get("config", []) if isinstance(skills, dict) else []
    if not isinstance(skills, list) or not all(
        isinstance(skill, dict) and isinstance(skill.get("enabled"), bool) for skill in skills
    ):
        return say("its `{key}` is not what the key may hold", key="skills.config")
    return ""


def _are_nicknames(names: list[Any]) -> bool:
    texts = [name.strip() for name in names if isinstance(name, str)]
    is_whole = 0 < len(texts) == len(names) == len(set(texts))
    return is_whole and all(_NICKNAME.fullmatch(text) for text in texts)
