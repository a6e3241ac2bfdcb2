"""How a decision is shown: its sign, its words, and its proof."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ..addresses.urls import Href
from ..runtimes import list_rules
from ..runtimes.rules import Decision, Word
from ..text.i18n import Translations, say

PAGE = "grants.md"
# Sign and words of what a file declares.
STATES = {
    "granted": ("✓", "granted"),
    "pattern": ("✓", "granted with all tools of the server"),
    "specifier": ("◇", "granted with a specifier"),
    "partial": ("◐", "granted in part: some of its tools are denied"),
    "denied": ("✕", "denied"),
    "inherited": ("↓", "inherited: the file declares no tools"),
    "ignored": ("!", "listed under a key that is not read"),
}
# Sign and words of each outcome: told apart without colour, and by a screen reader.
OUTCOMES: dict[Word, tuple[str, str]] = {
    "allowed": ("✓", "allowed"),
    "ask": ("◌", "asks: a person decides each time"),
    "partial": ("◐", "allowed in part"),
    "enforced": ("◆", "allowed within its specifier"),
    "unenforced": ("◇", "allowed: specifier not enforced"),
    "inherited": ("↓", "inherited"),
    "conditional": ("◔", "conditional: allowed, but not always there"),
    "guarded": ("◈", "guarded: allowed, but a hook may refuse it"),
    "denied": ("✕", "denied"),
    "through": ("⇢", "not itself, but through agents that it may start"),
    "never": ("⊘", "never available, whatever is listed"),
    "unknown": ("?", "not known from the file"),
    "not_declared": ("", "not declared"),
}


def describe_words(words: Sequence[Word]) -> tuple[str, str]:
    """Sign and words of everything that is said of one decision: several, if it has caveats."""
    signs, texts = zip(*(OUTCOMES[word] for word in words), strict=True)
    first, *others = map(say, texts)
    for other in others:
        first = say("{first}; {second}", first=first, second=other)
    return "".join(signs), first


def shorten_outcome(word: Word, say: Translations) -> str:
    """The first words of an outcome: the whole of it stands beside the proof."""
    return say("not enforced") if word == "unenforced" else re.split(r"[:,;]", say(OUTCOMES[word][1]))[0]


def build_decision_context(decision: Decision, href: Href) -> dict[str, Any]:
    """A decision for a template: sign, words, and why: the rule with its source, caveats."""
    sign, words = describe_words(decision.words)
    rule = list_rules()[decision.rule]
    return {
        "outcome": decision.word,
        "sign": sign,
        "words": words,
        "rule": rule,
        "href": href(PAGE, f"rule-{rule.id}"),
        "caveats": tuple((list_rules()[id], href(PAGE, f"rule-{id}")) for id in decision.caveats),
    }
