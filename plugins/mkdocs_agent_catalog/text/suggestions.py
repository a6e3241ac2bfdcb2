"""Finds the known name that a misspelled one probably means."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable
from heapq import nsmallest

# From this ratio of difflib on, two names are close: one wrong, missing or swapped letter in a word of four.
MIN_SIMILARITY = 0.75
# To compare names in full is slow. Of many names, only those that share most pairs of letters are compared.
# The rarest pairs are looked at first, until they have named enough candidates.
MAX_COMPARED, MAX_CANDIDATES = 50, 1000


class NameSuggester:
    """Finds the closest of the ``known_names``; capitals do not matter."""

    def __init__(self, known_names: Iterable[str]) -> None:
        self.names: dict[str, str] = {}
        for name in known_names:
            self.names.setdefault(name.casefold(), name)
        self.keys = tuple(self.names)
        self.suggestions: dict[str, str | None] = {}
        self.positions: dict[str, list[int]] = {}
        if len(self.keys) > MAX_COMPARED:
            for position, key in enumerate(self.keys):
                for pair in _list_letter_pairs(key):
                    self.positions.setdefault(pair, []).append(position)

    def suggest(self, name: str) -> str | None:
        """The known name that is closest to ``name``, if one is close."""
        key = name.casefold()
        if key not in self.suggestions:
            close = difflib.get_close_matches(key, self._find_candidates(key), n=3, cutoff=MIN_SIMILARITY)
            meant = next((name for name in close if _is_same_trade(key, name)), None)
            self.suggestions[key] = self.names[meant] if meant else None
        return self.suggestions[key]

    def _find_candidates(self, key: str) -> Iterable[str]:
        if not self.positions:
            return self.keys
        shared: Counter[int] = Counter()
        for having in sorted((self.positions.get(pair, []) for pair in _list_letter_pairs(key)), key=len):
            shared.update(having[:MAX_CANDIDATES])
            if len(shared) >= MAX_CANDIDATES:
                break
        most = nsmallest(MAX_COMPARED, shared, key=lambda position: (-shared[position], position))
        return [self.keys[position] for position in sorted(most)]


def suggest(name: str, known_names: Iterable[str]) -> str | None:
    """The one of ``known_names`` that is closest to ``name``, if one is close."""
    return NameSuggester(known_names).suggest(name)


def ask_what_is_meant(name: str, known_names: Iterable[str]) -> str:
    """The end of a message of the command that ``name`` is not known; empty if no known name is close."""
    meant = suggest(name, known_names)
    return f"; did you mean `{meant}`?" if meant else ""


def _is_same_trade(name: str, other: str) -> bool:
    """Whether two names differ in their spelling only: `performance-engineer` is no `terraform-engineer`.

    The words that both have say little; those that differ have to be close themselves.
    """
    words, others = re.split(r"[-_ :/]+", name), re.split(r"[-_ :/]+", other)
    own = [word for word in words if word not in others]
    theirs = [word for word in others if word not in words]
    if not own or not theirs:
        return True
    return difflib.SequenceMatcher(None, " ".join(own), " ".join(theirs)).ratio() >= MIN_SIMILARITY


def _list_letter_pairs(name: str) -> list[str]:
    """The pairs of letters in ``name``, its beginning and end too, each once."""
    whole = f"\n{name}\n"
    return sorted({whole[at : at + 2] for at in range(len(whole) - 1)})
