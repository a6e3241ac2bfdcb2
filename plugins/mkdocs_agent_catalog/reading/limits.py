"""Limits of frontmatter: text that is too large or too deeply nested is refused before it is parsed."""

from __future__ import annotations

import re
from typing import Any

import yaml

from ..text.i18n import say

MAX_CHARACTERS = 100_000
MAX_NODES = 50_000
MAX_DEPTH = 60
MAX_ENTRIES = 1_000
"""Of a list, or of the keys at one place. The longest list of tools in 2,800 real files has 32."""
MAX_WORDS = 2 * MAX_ENTRIES
_DASHES = re.compile(r"(?m)^ *(?:[-?] ){60}")
_LISTS = re.compile(r"(?:dis)?allowed[-_]?tools|tools?|skills|mcp[-_]?servers", re.I)
_BETWEEN = re.compile(r"[,\s]+")


class RefusedError(yaml.YAMLError):
    """Valid YAML that is not read. Its one argument says why and quotes nothing."""


def refuse_text(text: str, most: int = MAX_CHARACTERS) -> None:
    """Raises ``RefusedError`` for a text that the parser, which recurses, must not meet, or that has more
    than ``most`` characters."""
    if len(text) > most:
        raise RefusedError(say("it is too large or too deep to be a definition"))
    depth = 0
    for char in text:
        if char in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise RefusedError(say("it nests too deep to be a definition"))
        elif char in "]}":
            depth = max(0, depth - 1)
    if _DASHES.search(text):
        raise RefusedError(say("it nests too deep to be a definition"))


def refuse_node(node: yaml.Node, count: int, depth: int, most: int = MAX_ENTRIES) -> None:
    """Raises ``RefusedError`` when the ``count``-th node, at this depth, is one too many, or has more than
    ``most`` entries."""
    entries = 0 if isinstance(node, yaml.ScalarNode) else len(node.value)
    if count > MAX_NODES * most // MAX_ENTRIES or depth > MAX_DEPTH or entries > most:
        raise RefusedError(say("it is too large or too deep to be a definition"))


def refuse_lists(values: dict[str, Any]) -> None:
    """Raises ``RefusedError`` for a list of tools, skills or servers, in any spelling, that is too long."""
    for key, value in values.items():
        if _LISTS.fullmatch(key) and len(_BETWEEN.findall(str(value))) > MAX_WORDS:
            raise RefusedError(say("it is too large or too deep to be a definition"))
