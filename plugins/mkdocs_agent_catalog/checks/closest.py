"""Which known name was meant by one that nobody has."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable
from heapq import nsmallest

from ..words import say

# Of more names, only so many that share most pairs of letters are compared in full: that is slow. Rare pairs
# come first, and say enough when they have named so many.
MOST_COMPARED, MOST_COUNTED = 50, 1000


class Closest:
    """Names that are known, in their order, to find the closest one to others that are not."""

    def __init__(self, known: Iterable[str]) -> None:
        self.known = tuple(known)
        self.hints: dict[str, str] = {}
        self.having: dict[str, list[int]] = {}
        if len(self.known) > MOST_COMPARED:
            for n, name in enumerate(self.known):
                for pair in _pairs(name):
                    self.having.setdefault(pair, []).append(n)

    def hint(self, name: str) -> str:
        """A hint that names the closest known name, or nothing."""
        if name not in self.hints:
            found = difflib.get_close_matches(name, self._near(name), n=1, cutoff=0.75)
            self.hints[name] = say("did you mean `{meant}`?", meant=found[0]) if found else ""
        return self.hints[name]

    def _near(self, name: str) -> Iterable[str]:
        if not self.having:
            return self.known
        shared: Counter[int] = Counter()
        for having in sorted((self.having.get(pair, []) for pair in _pairs(name)), key=len):
            shared.update(having[:MOST_COUNTED])
            if len(shared) >= MOST_COUNTED:
                break
        most = nsmallest(MOST_COMPARED, shared, key=lambda n: (-shared[n], n))
        return [self.known[n] for n in sorted(most)]


def _pairs(name: str) -> list[str]:
    """The pairs of letters in ``name``, its beginning and end too, each once."""
    whole = f"\n{name}\n"
    return sorted({whole[at : at + 2] for at in range(len(whole) - 1)})
