"""What of a hand-written page is code, and what is prose: line by line, without converting it."""

from __future__ import annotations

import re
from collections.abc import Iterator

FENCE = re.compile(r"^([ \t>]*)(`{3,}|~{3,})\s*([^`]*?)\s*$")
# A code span, whatever the number of its ticks: within a longer one a query is an example.
SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_COMMENT = re.compile(r"<!--.*?-->")
# What may hold indented text that is no code: a list, a note, a tab, a definition, a footnote.
_HOLDER = re.compile(r"\s*(?:[-*+:]\s|\d+[.)]\s|!!!|\?\?\?|===|///|\[\^[^\]]+\]:)")


def fence_end(lines: list[str], start: int, fence: re.Match[str]) -> int:
    """The line of the fence that closes the one at ``start``, or the number of lines."""
    for number in range(start + 1, len(lines)):
        closing = FENCE.match(lines[number])
        if closing and not closing[3] and closing[2].startswith(fence[2]):
            return number
    return len(lines)


def prose(text: str) -> Iterator[tuple[int, str]]:
    """``(number from 1, line)`` of each line that is no code; code spans and comments in it are blanks."""
    lines = text.replace("\r\n", "\n").split("\n")
    number = 0
    while number < len(lines):
        fence = FENCE.match(lines[number])
        if fence:
            number = fence_end(lines, number, fence)
        elif not _is_indented_code(lines, number):
            yield number + 1, _COMMENT.sub(_blank, SPAN.sub(_blank, lines[number]))
        number += 1


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _is_indented_code(lines: list[str], number: int) -> bool:
    depth = _depth(lines[number])
    if depth < 4:
        return False
    for above in reversed(lines[:number]):
        if above.strip() and _depth(above) < depth:
            inside = 8 if _HOLDER.match(above) else 4
            return depth - _depth(above) >= inside and _parted(lines, number)
    return True


def _parted(lines: list[str], number: int) -> bool:
    """Whether a blank line stands above the indented lines that ``number`` belongs to."""
    while number > 0 and lines[number].strip() and _depth(lines[number]) >= 4:
        number -= 1
    return not lines[number].strip()


def _depth(line: str) -> int:
    return len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())
