"""What a value of a definition may be, for runtimes that do not load a file with another one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Check = Callable[[Any], bool]


def is_text(value: object) -> bool:
    return isinstance(value, str)


def is_some_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def is_flag(value: object) -> bool:
    return isinstance(value, bool)


def are_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(is_text, value))


def are_named_texts(value: object) -> bool:
    return isinstance(value, dict) and all(map(is_text, value.values()))
