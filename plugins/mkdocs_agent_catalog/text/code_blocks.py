"""Finds the code in a hand-written page without converting the page."""

from __future__ import annotations

import re

FENCE = re.compile(r"^([ \t>]*)(`{3,}|~{3,})\s*([^`]*?)\s*$")
# A code span, whatever the number of its ticks: within a longer one a query is an example.
SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")


def find_fence_end(lines: list[str], start: int, fence: re.Match[str]) -> int:
    """The line of the fence that closes the one at ``start``, or the number of lines."""
    for number in range(start + 1, len(lines)):
        closing = FENCE.match(lines[number])
        if closing and not closing[3] and closing[2].startswith(fence[2]):
            return number
    return len(lines)
