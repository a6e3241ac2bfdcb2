"""Splits a file of Roo Code into one document for each mode, and says why Roo Code refuses the file.

Source: RooCodeInc/Roo-Code @cb83656, ``packages/types/src/mode.ts`` and
``src/core/config/CustomModesManager.ts``; npm ``@roo-code/types`` 1.115.0.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from ...model.definitions import Document, Source, Span
from ...reading.data_documents import parse_json_document, parse_yaml_document
from ...text.i18n import TranslatableText, say

LIST = "customModes"
_SLUG = re.compile(r"[A-Za-z0-9-]+")
_TEXTS = ("description", "whenToUse", "customInstructions")
_PROMPTS = frozenset(("roleDefinition", *_TEXTS))
# What of a mode is shown even if something in the file is configured and masked.
_SHOWN = frozenset(("slug", "name", "roleDefinition", "groups", "source", *_TEXTS))
# Roo Code replaces these before it reads YAML.
_CLEANED = {0xA0: " ", **dict.fromkeys((0x200B, 0x200C, 0x200D), ""), **dict.fromkeys((0x2018, 0x2019), "'")}
_CLEANED |= dict.fromkeys((0x201C, 0x201D), '"')
_CLEANED |= dict.fromkeys((*range(0x2010, 0x2016), 0x2212), "-")
_MOST_BETWEEN = 60
"""So many empty lines at most stand in for other keys between the two parts of a prompt."""


def parse_modes(source: Source) -> Document:
    """The file as JSON if it is, else as YAML."""
    cleaned = replace(source, text=source.text.translate(_CLEANED))
    is_object = cleaned.text.lstrip("\ufeff \t\r\n").startswith("{")
    document = parse_json_document(cleaned, prompt_keys=_PROMPTS) if is_object else None
    if document is None or document.error:
        document = parse_yaml_document(cleaned, _PROMPTS)
    is_cleaned = document.source.text == cleaned.text
    return replace(document, source=source) if is_cleaned else document


def split_modes(document: Document) -> Iterator[Document]:
    """Each mode of the file, with its own keys, places and lines. Its prompt is both of its texts."""
    modes = document.values.get(LIST)
    modes = modes if isinstance(modes, list) else []
    items = [(number, mode) for number, mode in enumerate(modes) if isinstance(mode, dict)]
    starts = [_find_start(document, number) for number, _ in items]
    ends = [*(start - 1 for start in starts), len(document.source.lines)][1:]
    slugs: set[str] = set()
    for (number, mode), first, last in zip(items, starts, ends, strict=True):
        slug = str(mode.get("slug") or f"mode-{number + 1}")
        below = slug if slug.lower() not in slugs else f"{slug}-{number + 1}"
        slugs.add(slug.lower())
        prefix = f"{LIST}.{number}."
        spans = {k.removeprefix(prefix): s for k, s in document.spans.items() if k.startswith(prefix)}
        spans = {"": Span(document.source.path, first), **spans}
        stand_ins = [spans[key] for key in ("whenToUse", "roleDefinition") if key in spans]
        if stand_ins:
            spans.setdefault("description", stand_ins[0])
        body, line = _join_prompt(document, mode, spans)
        yield replace(
            document,
            source=replace(document.source, below=below.replace("/", "-")),
            values={**mode, **_describe(mode)},
            spans=spans,
            body=body,
            body_line=line,
            lines=(first, max(first, last)),
            notes=tuple(note for note in document.notes if first <= note.span.line <= last),
            masked_keys=frozenset(set(mode) - _SHOWN) if LIST in document.masked_keys else frozenset(),
        )


def _find_start(document: Document, number: int) -> int:
    prefix = f"{LIST}.{number}"
    spans = (s for k, s in document.spans.items() if k == prefix or k.startswith(f"{prefix}."))
    return min((span.line for span in spans), default=1)


def _describe(mode: dict[str, Any]) -> dict[str, str]:
    """What a mode is for: in few words, and when to use it. Without either, Roo Code shows the model the
    first sentence of the role."""
    texts = [str(mode[key]).strip() for key in ("description", "whenToUse") if isinstance(mode.get(key), str)]
    if not any(texts):
        texts = [str(mode.get("roleDefinition") or "").partition(".")[0].strip()]
    return {"description": "\n\n".join(dict.fromkeys(filter(None, texts)))} if any(texts) else {}


def _join_prompt(document: Document, mode: dict[str, Any], spans: dict[str, Span]) -> tuple[str, int]:
    """The role and the instructions, with as many lines between them as in the file."""
    lines = document.source.lines
    body, first = "", 1
    for key in ("roleDefinition", "customInstructions"):
        text = mode.get(key)
        if not isinstance(text, str) or not text.strip() or key not in spans:
            continue
        line = spans[key].line
        is_block = bool(re.search(r":\s*[|>][-+\d]*\s*$", lines[line - 1])) if line <= len(lines) else False
        line += is_block
        if body:
            gap = line - first - body.count("\n")
            body += "\n" * (gap if 2 <= gap <= _MOST_BETWEEN else 2) + text
        else:
            body, first = text, line
    return body, first


def find_problem(
    mode: dict[str, Any], groups: Collection[str], dropped: Collection[str]
) -> TranslatableText | None:
    """What Roo Code refuses in a mode; ``None`` if nothing."""
    if not isinstance(mode.get("slug"), str) or not _SLUG.fullmatch(mode["slug"]):
        return say("its `slug` is not made of letters, digits and hyphens")
    for key in ("name", "roleDefinition"):
        if not isinstance(mode.get(key), str) or not mode[key]:
            return say("it has no `{key}`", key=key)
    for key in _TEXTS:
        if key in mode and not isinstance(mode[key], str):
            return say("`{key}` is no text", key=key)
    if mode.get("source", "project") not in ("project", "global"):
        return say("`{key}` has a value that is not known", key="source")
    if not isinstance(mode.get("groups"), list):
        return say("`groups` is no list")
    return _find_group_problem(mode["groups"], groups, dropped)


def _find_group_problem(
    entries: list[Any], groups: Collection[str], dropped: Collection[str]
) -> TranslatableText | None:
    seen: set[str] = set()
    for entry in entries:
        name = entry[0] if isinstance(entry, list) and entry else entry
        if isinstance(name, str) and name in dropped:
            continue
        if not isinstance(name, str) or (isinstance(entry, list) and not _is_pair(entry)):
            return say("an entry of `groups` is neither a group nor a pair of a group and its options")
        if name not in groups:
            return say("`{name}` is no group of tools", name=name)
        if name in seen:
            return say("the group `{name}` is there twice", name=name)
        seen.add(name)
    return None


def _is_pair(entry: list[Any]) -> bool:
    if len(entry) != 2 or not isinstance(entry[1], dict):
        return False
    return all(isinstance(entry[1].get(key, ""), str) for key in ("fileRegex", "description"))
