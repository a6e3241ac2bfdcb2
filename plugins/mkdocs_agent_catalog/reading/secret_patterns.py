"""The documented forms of tokens and keys of vendors (``secret_patterns.yaml``)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..text.data_files import load_table
from ..text.i18n import mark_for_translation as _

KINDS = (_("a private key"), _("a JSON web token"))
"""What a token is called that is no vendor's."""


@dataclass(frozen=True, slots=True)
class SecretPattern:
    """``expression`` finds it where one of ``hints`` stands. Its group ``k``, if it has one, is the secret.

    ``vendor`` is whose token it is, or else ``kind`` says what it is. What is ``armoured`` cannot be
    mistaken, and may have blanks in it.
    """

    hints: tuple[str, ...]
    expression: str
    vendor: str = ""
    kind: str = ""
    armoured: bool = False


@cache
def compile_pattern(expression: str) -> re.Pattern[str]:
    """The compiled ``expression``. Most texts need none of them, so each waits until it is needed."""
    return re.compile(expression)


@cache
def list_hints() -> tuple[tuple[str, SecretPattern], ...]:
    """Every hint with the pattern that it belongs to."""
    return tuple((hint, pattern) for pattern in load_patterns() for hint in pattern.hints)


@cache
def load_patterns() -> tuple[SecretPattern, ...]:
    """Every pattern of the table."""
    table = load_table(Path(__file__).with_suffix(".yaml"))
    # A token begins where a word begins: in the middle of other letters there is none.
    start, web_start = r"(?<![A-Za-z0-9])", r"(?<![A-Za-z0-9_-])"
    keys, inner, web_tokens = (table[name] for name in ("keys", "inner", "web_tokens"))
    return (
        *(SecretPattern((hint,), whole, kind=kind, armoured=True) for kind, hint, whole in keys),
        *(_make_token_pattern(*row) for row in table["tokens"]),
        *(SecretPattern((hint,), f"{start}(?:{whole})", vendor) for vendor, hint, whole in inner),
        *(SecretPattern((hint,), web_start + whole, kind=kind) for kind, hint, whole in web_tokens),
    )


def _make_token_pattern(vendor: str, beginnings: str, rest: str) -> SecretPattern:
    hints = tuple(beginnings.split())
    either = "|".join(re.escape(hint).replace("_", r"\\?_") for hint in hints)
    # After `-` it is a part of a longer name, such as `task-sk-...`.
    start = r"(?<!-)" if hints == ("sk-",) else ""
    return SecretPattern(hints, rf"(?<![A-Za-z0-9])(?:{start}(?:{either}){rest})", vendor)
