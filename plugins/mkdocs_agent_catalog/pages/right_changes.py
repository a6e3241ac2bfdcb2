"""How changes of rights are shown: a line for rights of one kind that changed alike, with its proof."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ..addresses.urls import Href
from ..model.definitions import Span
from ..rights.comparison import RightChange
from ..rights.subjects import ANY_TOOL, Right
from ..rights.wording import KIND_WORDS, describe_how, group_changes, name_right
from ..runtimes import list_rules
from ..text.i18n import Translations, say
from ..text.i18n import mark_for_translation as _
from .decision_view import PAGE

MOST_NAMES = 12
SIGNS = {"gained": ("+", _("gained")), "lost": ("−", _("lost")), "changed": ("~", _("differs"))}


def build_change_lines(
    changes: Iterable[RightChange], path: str, language: Translations, href: Href, most: int = MOST_NAMES
) -> list[dict[str, Any]]:
    """The lines of ``changes`` for the macro ``right_changes``. Of a place in the file ``path``, which is
    shown beside them, there is only the line. ``most``: so many names a line has."""
    lines = []
    for line in group_changes(changes):
        right, names = line.change.right, [name for name in line.names if name]
        sign, word = SIGNS[line.change.sign]
        rule = right.rule if right.rule in list_rules() else ""
        lines.append(
            {
                "change": line.change.sign,
                "sign": sign,
                "word": language(word),
                "kind": language(KIND_WORDS[right.kind][len(line.names) > 1]),
                "names": [(_is_word(right, name), name) for name in names[:most]],
                "more": max(0, len(names) - most),
                "before": line.change.before and describe_how(line.change.before, language),
                "after": line.change.after and describe_how(line.change.after, language),
                "where": _say_place(right.span, path, language) if right.span else "",
                "rule": href(PAGE, f"rule-{rule}") if rule else "",
            }
        )
    return lines


def _is_word(right: Right, name: str) -> bool:
    """Whether ``name`` is a word of ours, which is translated, and no name in a file."""
    if right.kind == "capability":
        return True
    return name == name_right(replace(right, name=ANY_TOOL)) != ANY_TOOL


def _say_place(span: Span, path: str, language: Translations) -> str:
    return language(say("line {n}", n=span.line)) if span.path == path else str(span)
