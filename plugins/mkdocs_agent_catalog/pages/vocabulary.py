"""Stop words, synonyms (``vocabulary.yaml``) and stems for finding agents."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import snowballstemmer
from babel import Locale

from ..text.data_files import load_table

_TABLE = Path(__file__).with_suffix(".yaml")
_SIGNS = re.compile(r"[.*+?^${}()|\[\]\\/]")
# The beginning of a phrase that says what an agent may not do.
REFUSAL = r"(?:not|no|without|never|cannot|can't|don't|nothing|sem|não|nao)\s+(?:[\w'-]+\s+){0,3}?"


@cache
def load_stop_words() -> frozenset[str]:
    """Words that say nothing about a task."""
    return frozenset(str(load_table(_TABLE)["stop"]).split())


@cache
def load_words_without_topic() -> frozenset[str]:
    """Words that find an agent, and that two may share without being about the same."""
    return frozenset(str(load_table(_TABLE)["no_topic"]).split())


@cache
def load_weak_words() -> frozenset[str]:
    """Words that say what is done, and little about to what."""
    return frozenset(str(load_table(_TABLE)["weak"]).split())


@cache
def load_tool_synonyms() -> dict[str, str]:
    """What people call a tool, by its name."""
    table = load_table(_TABLE)["also"]
    return {str(name): str(words) for name, words in table.items()} if isinstance(table, dict) else {}


def list_phrases(words: Mapping[str, str]) -> list[tuple[str, str, str, str]]:
    """How people say the choices of the filter: facet, value, pattern, and the capability that a sentence
    with it rules out. ``words``: what the page shows for a value, which is said too."""
    phrases = []
    for row in load_table(_TABLE)["phrases"]:
        facet, value = str(row["facet"]), str(row["value"])
        patterns = [str(row["pattern"]).replace("{not}", REFUSAL)]
        if not facet.startswith("not-"):
            patterns.append(_SIGNS.sub(r"\\\g<0>", words.get(value, value)))
        phrases.append((facet, value, "|".join(patterns), str(row.get("without", ""))))
    return phrases


def list_page_phrases() -> dict[str, str]:
    """How people ask for what a page says, as patterns, by what it is."""
    return {str(name): str(pattern) for name, pattern in load_table(_TABLE)["pages"].items()}


def load_question_words() -> tuple[list[str], list[str]]:
    """The words around the names in a question, and those that rule out the name after them."""
    table = load_table(_TABLE)
    return str(table["joining"]).split(), str(table["not"]).split()


@cache
def make_stemmer(language: str) -> Callable[[str], str]:
    """What gives the stem of a word in ``language`` (``pt-BR``), by Snowball; in English if it has none."""
    name = str(Locale.parse(language, sep="-").get_language_name("en")).lower()
    snowball = snowballstemmer.stemmer(name if name in snowballstemmer.algorithms() else "english")

    @lru_cache(maxsize=1 << 16)
    def stem(word: str) -> str:
        # Names such as `node.js` and `k8s` have no endings.
        return str(snowball.stemWord(word)) if word.isalpha() else word

    return stem


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Words for the same thing: the other terms for each term, and the terms of the words that are none."""

    terms: dict[str, list[str]]
    forms: dict[str, str]


@cache
def load_synonyms(language: str) -> Synonyms:
    """The synonyms, their terms as of ``stemmer(language)``."""
    stem = make_stemmer(language)
    lines = [str(line).split() for line in load_table(_TABLE)["same"]]
    terms: dict[str, list[str]] = {}
    for words in lines:
        stems = list(dict.fromkeys(stem(word) for word in words))
        for term in stems:
            terms.setdefault(term, []).extend(other for other in stems if other != term)
    return Synonyms(terms, {word: stem(word) for words in lines for word in words if stem(word) != word})
