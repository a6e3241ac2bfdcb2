"""What was made of the very same things before: a preview that builds again reads anew only what changed.

Only pure functions are kept, by everything that they are given, such as the bytes of a file and its name: the
same goes in, so the same comes out, and nothing has to be forgotten by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from .ahead import Ahead
from .hands import each

Value = TypeVar("Value")
Key = tuple[Any, ...]


class Kept:
    """Values by what they were made of, from one build to the next and no longer."""

    def __init__(self) -> None:
        self._before: dict[Key, Any] = {}
        self._now: dict[Key, Any] = {}

    def turn(self) -> None:
        """A build begins: what the one before did not ask for is let go."""
        self._before, self._now = self._now, {}

    def made(self, make: Callable[..., Value], *of: Any) -> Value:
        """``make(*of)``, or what that gave before. ``make`` must be a function of nothing else than ``of``,
        whose values hash, and what it gives must never change. Raises what ``make`` raises."""
        key = (make, *of)
        if key not in self._now:
            # Nobody keeps ``None``: it is quickly made again.
            found = self._before.get(key)
            self._now[key] = make(*of) if found is None else found
        made: Value = self._now[key]
        return made

    def each(self, make: Callable[..., Value], of: Sequence[Key]) -> list[Value]:
        """``made(make, *one)`` for each of ``of``, whose values must pickle too."""
        return [self.made(make, *one) for one in of]

    def ahead(self, make: Callable[..., Value], of: Sequence[Key]) -> Ahead[Value]:
        """``make(*one)`` for ``of`` while others think, where that is sure to be needed."""
        return Ahead(make, ())


class Fresh(Kept):
    """Keeps nothing: a single build makes each value once, and many of them by several processes."""

    def made(self, make: Callable[..., Value], *of: Any) -> Value:
        return make(*of)

    def each(self, make: Callable[..., Value], of: Sequence[Key]) -> list[Value]:
        return each(make, of)

    def ahead(self, make: Callable[..., Value], of: Sequence[Key]) -> Ahead[Value]:
        return Ahead(make, of)


FRESH = Fresh()
