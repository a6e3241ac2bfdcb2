"""The cache of a preview: a rebuild reads again only what changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Value = TypeVar("Value")


class BuildCache:
    """Results of functions, from one build to the next and no longer.

    A function must depend on nothing but its arguments, these must be hashable, and nobody may change its
    result. The same arguments then give the same result, so nothing ever has to be removed by hand.
    """

    def __init__(self) -> None:
        self._last_build: dict[Any, Any] = {}
        self._this_build: dict[Any, Any] = {}

    def start_build(self) -> None:
        """Drops what the last build did not use."""
        self._last_build, self._this_build = self._this_build, {}

    def get(self, make: Callable[..., Value], *arguments: Any) -> Value:
        """``make(*arguments)``, computed or remembered. Raises what ``make`` raises."""
        key = (make, *arguments)
        if key not in self._this_build:
            result = self._last_build.get(key)
            self._this_build[key] = make(*arguments) if result is None else result
        value: Value = self._this_build[key]
        return value


class NoCache(BuildCache):
    """For a single build: it computes everything and remembers nothing."""

    def get(self, make: Callable[..., Value], *arguments: Any) -> Value:
        return make(*arguments)


NO_CACHE = NoCache()
