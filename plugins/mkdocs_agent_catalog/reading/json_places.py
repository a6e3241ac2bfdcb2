"""Reads JSON, and returns the place of each key and text."""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Any

from ..model.definitions import Diagnostic, Span
from ..text.i18n import TranslatableText, say
from ..text.strings import replace_surrogates
from .mask_server_config import holds_secrets

_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"')
# What Python reads as a number and no other reader of JSON does.
_NO_NUMBER = re.compile(rf"{_STRING.pattern}|(-?Infinity|NaN)")
# So many digits are exact in Python, and far from its own limit.
_MOST_DIGITS = 300


class _Pairs(list[tuple[str, Any]]):
    """An object with its keys in order, also those that stand there twice."""


class _NumberText(str):
    """A number that stands there without quotes and is kept as text."""

    __slots__ = ()


def read_json_object(text: str, path: str) -> tuple[dict[str, Any], dict[str, Span], tuple[Diagnostic, ...]]:
    """The object in a JSON text, with the places in it; empty, and a finding, when it is none. A finding
    also says which key stands twice.

    No finding quotes values, which may hold secrets.
    """
    notes: list[Diagnostic] = []
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        value, spans = read_json(text, path, notes)
    except (ValueError, RecursionError) as error:
        span, hint = locate_json_error(text, path, error), hint_at_json_error(text, error)
        return {}, {}, (Diagnostic("config_unreadable", span, say("this file is not valid JSON"), hint),)
    if isinstance(value, dict):
        return value, spans, tuple(notes)
    return {}, {}, (Diagnostic("config_unreadable", Span(path), say("this file holds no JSON object")),)


def load_json(text: str, make_object: Callable[[list[tuple[str, Any]]], Any] = dict) -> Any:
    """The value of a JSON text. A number that is too large to be one is the text that stands there.
    ``make_object`` makes an object of its keys and values. Raises ``ValueError`` or ``RecursionError``."""

    def refuse(name: str) -> None:
        place = next(match.start() for match in _NO_NUMBER.finditer(text) if match[1])
        raise json.JSONDecodeError("Expecting value", text, place)

    return json.loads(
        text,
        object_pairs_hook=make_object,
        parse_constant=refuse,
        parse_float=read_number,
        parse_int=lambda digits: int(digits) if len(digits) <= _MOST_DIGITS else read_number(digits),
    )


def read_number(text: str) -> float | str:
    """The number that ``text`` is, or the text if a number cannot hold it: `1e999`, `inf`."""
    number = float(text)
    return number if math.isfinite(number) else _NumberText(text)


def locate_json_error(text: str, path: str, error: ValueError | RecursionError) -> Span:
    """Where ``text``, which ``path`` holds, is no JSON. A comma behind the last entry is the place: Python
    says so since 3.13, and before named what follows it."""
    offset = _find_json_error(text, error)
    return Span(path, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def hint_at_json_error(text: str, error: ValueError | RecursionError) -> TranslatableText | str:
    """What to change at the place of the error; empty if that is not known."""
    offset = _find_json_error(text, error)
    rest = text[offset : offset + 2]
    if not text.strip():
        return say("it is empty: write an object into it, or remove it")
    if re.match(r",\s*[\]}]", text[offset:]):
        return say("remove the comma behind the last entry")
    if rest in ("//", "/*"):
        return say("remove the comment")
    if not isinstance(error, json.JSONDecodeError):
        return ""
    if error.msg.startswith(("Unterminated string", "Invalid control character at")):
        ends_line = rest[:1] in ("\n", '"', "")
        return say("add the quote that ends the text in this line") if ends_line else ""
    if not text[offset:].strip() and (brackets := _find_missing_brackets(text)):
        return say("add {brackets} at the end", brackets=f"`{brackets}`")
    if error.msg.startswith("Expecting ',' delimiter") and rest[:1] == '"':
        return say("add a comma before this place")
    if error.msg.startswith("Expecting property name") and re.match(r"['\w$]", rest):
        return say("put the key in double quotes")
    return say("put the text in double quotes") if error.msg == "Expecting value" and rest[:1] == "'" else ""


def _find_json_error(text: str, error: ValueError | RecursionError) -> int:
    offset: int = getattr(error, "pos", 0)
    # What is missing at the end is missing behind the last word, and not on the line below it.
    offset = min(offset, len(text.rstrip()))
    before = text[:offset].rstrip()
    is_behind_comma = text[offset : offset + 1] in ("]", "}") and before.endswith(",")
    return len(before) - 1 if is_behind_comma else offset


def _find_missing_brackets(text: str) -> str:
    """What closes all that is open at the end of ``text``."""
    missing: list[str] = []
    for sign in re.sub(r"[^\[\]{}]", "", _STRING.sub("", text)):
        if sign in "[{":
            missing.append("]" if sign == "[" else "}")
        elif not missing or missing.pop() != sign:
            return ""
    return "".join(reversed(missing))


def read_json(text: str, path: str, notes: list[Diagnostic] | None = None) -> tuple[Any, dict[str, Span]]:
    """The value of a JSON text, and the place of each key and each text by its dotted path (``a.0.b``).
    ``notes`` gets a finding for each key that stands twice.

    ``path`` is the file that the places name. Raises ``ValueError`` or ``RecursionError`` for other texts.
    """
    value = load_json(text, _Pairs)
    twice: list[Diagnostic] = [] if notes is None else notes
    line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
    spans: dict[str, Span] = {}

    def locate(offset: int) -> Span:
        line = bisect_right(line_starts, offset)
        return Span(path, line, offset - line_starts[line - 1] + 1)

    # Keys and texts stand in the file in the order in which the value holds them.
    offsets = (match.start() for match in _STRING.finditer(text))
    return _collect(value, "", offsets, spans, locate, twice), spans


def _collect(
    value: Any,
    place: str,
    offsets: Iterator[int],
    spans: dict[str, Span],
    locate: Any,
    twice: list[Diagnostic],
) -> Any:
    if isinstance(value, _NumberText):
        # In a list its own place is not known.
        spans.setdefault(place, spans.get(place.rpartition(".")[0], locate(0)))
        return str(value)
    if isinstance(value, str):
        spans[place] = locate(next(offsets))
        return replace_surrogates(value)
    if isinstance(value, _Pairs):
        table = {}
        for written, item in value:
            key = replace_surrogates(written)
            inner = f"{place}.{key}" if place else key
            spans[inner] = locate(next(offsets))
            if key in table:
                twice.append(describe_duplicate(inner, spans[inner]))
            table[key] = _collect(item, inner, offsets, spans, locate, twice)
        return table
    if isinstance(value, list):
        items = enumerate(value)
        return [_collect(item, f"{place}.{n}", offsets, spans, locate, twice) for n, item in items]
    return value


def describe_duplicate(key: str, span: Span) -> Diagnostic:
    """The finding for a key that stands twice, at the place of the second. Below ``env`` and its like no key
    is quoted."""
    parts = key.split(".")
    secret = next((number for number, part in enumerate(parts, 1) if holds_secrets(part, {})), len(parts))
    key = ".".join(parts[:secret])
    message = say("the key `{path}` appears twice: the catalog uses the last one", path=key)
    hint = say("remove one of them: other programs use the first, or refuse the file")
    return Diagnostic("duplicate_key", span, message, hint)
