"""Words as people use them (``data/vocabulary.yaml``): which say nothing, and which mean the same."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache

from ..sheets import sheet

_WORD = re.compile(r"[^\W_][\w+#.]+")
_SIGNED = re.compile(r"[\w+#.]+")
_BETWEEN = "".join(c if c.isalnum() or c in "_+#." else " " for c in map(chr, range(128)))


@cache
def stop() -> frozenset[str]:
    """Words that say nothing about a task."""
    return frozenset(str(sheet("vocabulary")["stop"]).split())


@cache
def also() -> dict[str, str]:
    """What people call a tool, by its name."""
    table = sheet("vocabulary")["also"]
    return {str(name): str(words) for name, words in table.items()} if isinstance(table, dict) else {}


@cache
def same() -> dict[str, list[str]]:
    """Words for the same thing, by each of them (in the form of ``stem``)."""
    lines = sheet("vocabulary")["same"]
    found: dict[str, list[str]] = {}
    for line in lines if isinstance(lines, list) else []:
        stems = list(dict.fromkeys(stem(word) for word in str(line).split()))
        for one in stems:
            found.setdefault(one, []).extend(other for other in stems if other != one)
    return found


def stem(word: str) -> str:
    """``word`` without the endings of plurals and of verbs; the script of the index does the same."""
    word = word.casefold().rstrip(".")
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    for ending in ("ing", "ers", "er", "ed", "es", "s"):
        if len(word) - len(ending) >= 4 and word.endswith(ending) and not word.endswith("ss"):
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


def counted(text: str) -> dict[str, int]:
    """The telling words of ``text`` as stems with how often they stand there; quicker than ``spelled``."""
    found: dict[str, int] = {}
    had = found.get
    for raw, number in Counter(_split(text.casefold().replace("-", " "))).items():
        if one := _telling(raw):
            found[one] = had(one, 0) + number
    return found


@lru_cache(maxsize=1 << 16)
def _telling(raw: str) -> str:
    """The stem of a word that may have signs before it; empty if it says nothing."""
    word = raw.lstrip("_+#.")
    return stem(word) if len(word) > 1 and word not in stop() else ""


def _split(text: str) -> list[str]:
    """The words of ``text``, some with signs before them; ASCII needs no pattern."""
    return text.translate(_BETWEEN).split() if text.isascii() else _SIGNED.findall(text)


@lru_cache(maxsize=1 << 16)
def _stem(word: str) -> str:
    return stem(word)


def spelled(text: str) -> list[tuple[str, str]]:
    """The telling words of ``text`` in order, each as its stem and as it is written; parts of names apart."""
    words = (word.casefold() for word in _WORD.findall(text.replace("-", " ")))
    left_out = stop()
    return [(_stem(word), word.rstrip(".")) for word in words if word not in left_out]
