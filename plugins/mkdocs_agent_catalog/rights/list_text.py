"""Writes another list of tools into the text of an agent's file. Nothing else in it changes.

The list keeps its form: text, a list in brackets or one in lines. The result is read again, and refused
unless it says exactly what it should.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..model.definitions import Agent, Document, Skipped
from ..runtimes import get_runtime_of

_NO_LIST = "files of its runtime hold no list of tools that could be changed here"
_SEVERAL = "its file defines several things"
_FORM = "the list in its file is written in a form that cannot be changed here"
_PLAIN = re.compile(r"[A-Za-z_][\w./-]*")
_Places = list[tuple[int, int]]


class UnwritableListError(ValueError):
    """The list cannot be written into the file; the message says why."""


def write_list(text: str, agent: Agent, tools: Sequence[str]) -> str:
    """``text``, the whole file of ``agent`` as it is, with ``tools`` as its list. Raises
    ``UnwritableListError``."""
    runtime, key = get_runtime_of(agent), get_runtime_of(agent).tools_key
    document = runtime.read_document(replace(agent.document.source, text=text))
    if agent.document.lines or not key:
        raise UnwritableListError(_SEVERAL if key else _NO_LIST)
    listed = [entry.rule for entry in agent.access.grants or ()]
    if key not in document.values:
        edited = _insert_line(text, document, key, tools, runtime.lists_tools_as_text)
    elif places := _find_entries(text, key, listed):
        kept = [place for place, rule in zip(places, listed, strict=True) if rule in tools]
        if {rule for rule in listed if rule in tools} == set(tools):
            edited = _keep_entries(text, places, _drop_doubles(text, kept))
        else:
            edited = _replace_entries(text, places, tools)
    else:
        raise UnwritableListError(_FORM)
    again = runtime.read_document(replace(agent.document.source, text=edited))
    read = runtime.read_agent(again)
    if isinstance(read, Skipped) or [entry.rule for entry in read.access.grants or ()] != list(tools):
        raise UnwritableListError(_FORM)
    others = [{name: value for name, value in d.values.items() if name != key} for d in (document, again)]
    if others[0] != others[1] or again.body != document.body:
        raise UnwritableListError(_FORM)
    return edited


def _insert_line(text: str, document: Document, key: str, tools: Sequence[str], is_text: bool) -> str:
    """A line for the list, the last one of the frontmatter."""
    lines = text.split("\n")
    closing = document.body_line - 2
    if document.body_path or not 0 < closing < len(lines) or not lines[closing].startswith("---"):
        raise UnwritableListError(_FORM)
    value = ", ".join(tools if is_text else map(_quote, tools))
    end = "\r" if lines[closing].endswith("\r") else ""
    return "\n".join(
        [*lines[:closing], f"{key}: {value if is_text else f'[{value}]'}{end}", *lines[closing:]]
    )


def _quote(tool: str) -> str:
    return tool if _PLAIN.fullmatch(tool) else f'"{tool}"'


def _find_entries(text: str, key: str, listed: Sequence[str]) -> _Places:
    """Where each entry stands, its quotes with it; empty if they are not found in their order."""
    match = re.search(rf"^[ \t]*[{{]?[ \t]*([\"']?){re.escape(key)}\1[ \t]*:", text, re.M)
    if match is None or not listed:
        return []
    places, position = [], match.end()
    for rule in listed:
        entry = re.compile(rf"(?<![\w-]){re.escape(rule)}(?![\w-])").search(text, position)
        if entry is None:
            return []
        start, position = entry.span()
        if text[start - 1] in "\"'" and text[start - 1] == text[position : position + 1]:
            start, position = start - 1, position + 1
        places.append((start, position))
    return places


def _drop_doubles(text: str, places: _Places) -> _Places:
    return list({text[start:end]: (start, end) for start, end in reversed(places)}.values())[::-1]


def _is_in_lines(text: str, place: tuple[int, int]) -> bool:
    """Whether an entry has a line of its own, after a hyphen."""
    before = text[text.rfind("\n", 0, place[0]) + 1 : place[0]]
    return re.fullmatch(r"[ \t]*-[ \t]+", before) is not None


def _keep_entries(text: str, places: _Places, kept: _Places) -> str:
    """``text`` with the ``kept`` ones of its entries. What separates them stays as it is."""
    if _is_in_lines(text, places[0]):
        for place in reversed([place for place in places if place not in kept]):
            end = text.find("\n", place[1])
            text = text[: text.rfind("\n", 0, place[0])] + (text[end:] if end >= 0 else "")
        return text
    written = ""
    for place in kept:
        number = places.index(place)
        written += text[places[number - 1][1] : place[0]] if written else ""
        written += text[place[0] : place[1]]
    return text[: places[0][0]] + written + text[places[-1][1] :]


def _replace_entries(text: str, places: _Places, tools: Sequence[str]) -> str:
    """``text`` with other entries, in quotes if the first one was."""
    start, end = places[0][0], places[-1][1]
    quote = text[start] if text[start] in "\"'" else ""
    separator = ", "
    if _is_in_lines(text, places[0]):
        separator = text[text.rfind("\n", 0, start) : start]
    elif text.rfind("[", 0, start) < text.rfind(":", 0, start):
        quote = ""
    names = [f"{quote}{tool}{quote}" for tool in tools]
    return text[:start] + separator.join(names) + text[end:]
