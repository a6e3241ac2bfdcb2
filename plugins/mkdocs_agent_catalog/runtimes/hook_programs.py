"""Hooks: the event, the tools, and the name of the program, never the rest of its command line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..model.definitions import Hook, Span
from ..reading.masking import mask_text

PROGRAM_NAME = re.compile(r"[\w.+-]{1,40}")
_SCRIPT = re.compile(
    r"[\w.+-]{1,60}\.(?:py|sh|bash|zsh|js|mjs|cjs|ts|rb|pl|php|ps1|cmd|bat|exe)(?![\w.-])", re.I
)
# Where the command line stands: some runtimes have one for each kind of system.
_COMMAND_KEYS = ("command", "bash", "powershell", "linux", "osx", "windows")


def read_hooks(hooks: Any, spans: Mapping[str, Span], place: Span) -> tuple[Hook, ...]:
    """The hooks of a settings file or of an agent's own, in the order of the file.

    Each event has a list of actions, or of groups of them (``hooks``) with one ``matcher``. ``spans`` are the
    places of dotted keys, which begin with ``hooks``; ``place`` stands in for others.
    """
    return tuple(_read_hooks(hooks, spans, place)) if isinstance(hooks, dict) else ()


def _read_hooks(hooks: dict[Any, Any], spans: Mapping[str, Span], place: Span) -> Iterator[Hook]:
    for event, groups in hooks.items():
        if not isinstance(event, str) or not PROGRAM_NAME.fullmatch(event):
            continue
        for index, group in enumerate(groups if isinstance(groups, list) else ()):
            if not isinstance(group, dict):
                continue
            key = f"hooks.{event}"
            inner = (f"{key}.{index}.{name}" for name in ("matcher", "hooks", *_COMMAND_KEYS))
            keys = (*inner, f"{key}.{index}", key, "hooks")
            span = next((spans[name] for name in keys if name in spans), place)
            matcher = group.get("matcher")
            matcher = mask_text(matcher.strip()) if isinstance(matcher, str) else ""
            actions = group.get("hooks", [group])
            for action in actions if isinstance(actions, list) else ():
                if isinstance(action, dict) and _find_command(action) != "":
                    yield Hook(event, "" if matcher == "*" else matcher, name_program(action), span)


def name_program(action: dict[Any, Any]) -> str:
    """The name of the script that a hook runs, else of its program, else what kind of hook it is."""
    command = _find_command(action)
    kind = action.get("type")
    if not isinstance(command, str):
        return kind if isinstance(kind, str) and PROGRAM_NAME.fullmatch(kind) else "?"
    script = _SCRIPT.search(command)
    first = command.split()[0].strip("\"'").replace("\\", "/").rpartition("/")[2] if command.split() else ""
    name = script[0] if script else first if PROGRAM_NAME.fullmatch(first) and "=" not in first else "command"
    return mask_text(name)


def _find_command(action: dict[Any, Any]) -> Any:
    """The command line of a hook; empty where there is none yet, ``None`` for hooks of another kind."""
    commands = [action[key] for key in _COMMAND_KEYS if key in action]
    return next((command for command in commands if command), commands[0] if commands else None)
