"""A page of a theme as a form to fill: learned from one page whose values are marks that stand for others.

A theme may write a value as it is, without its tags, escaped, or both. A mark tells which, as each way of
writing leaves another text of it; a mark that was written in a way that is none of these is a theme that
cannot be learned (``Unknown``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

CORE = "zq0mark"
Way = Callable[[str], str]


class Unknown(Exception):
    """The theme does with a value what is not known here."""


def _as_it_is(text: str) -> str:
    return text


def _stripped(text: str) -> str:
    return str(Markup(text).striptags())


def _stripped_escaped(text: str) -> str:
    return str(escape(_stripped(text)))


def _escaped(text: str) -> str:
    return str(escape(text))


WAYS: tuple[Way, ...] = (_as_it_is, _stripped, _stripped_escaped, _escaped)


def mark(name: str) -> str:
    """A value that stands for ``name``. What it holds is written differently in each way."""
    return f"{CORE}{name}&amp;&#x27;z"


def plain_mark(name: str) -> str:
    """The same for a value that is an address: it has nothing to strip or to escape."""
    return f"{CORE}{name}z"


@dataclass(frozen=True, slots=True)
class Form:
    """Texts, and between them the values to put there: the name of each and how it is written."""

    texts: tuple[str, ...]
    slots: tuple[tuple[str, Way], ...]

    @classmethod
    def of(cls, text: str, marks: Mapping[str, str]) -> Form:
        """``text`` with the marks (by name) taken out. Raises ``Unknown`` if something is left of one."""
        ways = {way(one): (name, way) for name, one in marks.items() for way in reversed(WAYS)}
        pattern = "|".join(re.escape(one) for one in sorted(ways, key=len, reverse=True))
        parts = re.split(f"({pattern})", text) if ways else [text]
        if any(CORE in part.lower() for part in parts[::2]):
            raise Unknown
        return cls(tuple(parts[::2]), tuple(ways[part] for part in parts[1::2]))

    def fill(self, values: Mapping[str, str]) -> str:
        """The text with ``values`` (by name) in it."""
        out = [self.texts[0]]
        for (name, way), text in zip(self.slots, self.texts[1:], strict=True):
            out.append(way(values[name]))
            out.append(text)
        return "".join(out)


@dataclass(frozen=True, slots=True)
class Branch:
    """An item of an outline: what stands before, between and after the items below it."""

    head: Form
    between: str = ""
    tail: Form = Form(("",), ())


class Outline:
    """How a theme writes a table of contents: items are list items, told apart by level."""

    LEVELS = range(2, 7)

    def __init__(self) -> None:
        self.items: dict[tuple[int, bool], Branch] = {}
        self.between = ""
        self._spans: dict[str, tuple[int, int]] = {}

    @classmethod
    def marks(cls, level: int = 2) -> list[dict[str, Any]]:
        """The tokens of an outline that has an item of each kind, with marks for what varies."""
        if level == cls.LEVELS[-1]:
            return [cls._token(level, "a"), cls._token(level, "b")]
        return [{**cls._token(level, "a"), "children": cls.marks(level + 1)}, cls._token(level, "b")]

    @staticmethod
    def _token(level: int, which: str) -> dict[str, Any]:
        name = f"{which}{level}"
        return {"level": level, "id": plain_mark(f"id{name}"), "name": mark(f"toc{name}"), "children": []}

    def learn(self, page: str) -> tuple[str, str]:
        """What of ``page``, which was made with the marks, stands before and after the outline."""
        self._spans = _list_items(page, [f"{w}{n}" for n in self.LEVELS for w in "ab"])
        top = [self._spans["a2"], self._spans["b2"]]
        self.between = _plain(page[top[0][1] : top[1][0]])
        for level in self.LEVELS:
            self._leaf(page, level, "b")
            if level < self.LEVELS[-1]:
                self._branch(page, level)
        return page[: top[0][0]], page[top[1][1] :]

    def _leaf(self, page: str, level: int, which: str) -> None:
        start, end = self._spans[f"{which}{level}"]
        self.items[level, False] = Branch(_form(page[start:end], f"{which}{level}"))

    def _branch(self, page: str, level: int) -> None:
        (start, end), name = self._spans[f"a{level}"], f"a{level}"
        first, last = self._spans[f"a{level + 1}"], self._spans[f"b{level + 1}"]
        if not start < first[0] < first[1] <= last[0] < last[1] < end:
            raise Unknown
        between = _plain(page[first[1] : last[0]])
        head, tail = _form(page[start : first[0]], name), _form(page[last[1] : end], name)
        self.items[level, True] = Branch(head, between, tail)

    def fill(self, tokens: Sequence[Mapping[str, Any]]) -> str:
        """The outline of ``tokens``. Raises ``Unknown`` for a level that no outline has."""
        return self.between.join(self._filled(tokens))

    def _filled(self, tokens: Iterable[Mapping[str, Any]]) -> list[str]:
        out = []
        for token in tokens:
            item = self.items.get((token["level"], bool(token["children"])))
            if item is None:
                raise Unknown
            values = {"id": token["id"], "toc": token["name"]}
            below = item.between.join(self._filled(token["children"])) if token["children"] else ""
            out.append(item.head.fill(values) + below + item.tail.fill(values))
        return out


def _form(text: str, name: str) -> Form:
    return Form.of(text, {"id": plain_mark(f"id{name}"), "toc": mark(f"toc{name}")})


def _plain(text: str) -> str:
    if CORE in text:
        raise Unknown
    return text


def _list_items(page: str, names: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Where the list items of an outline stand: from ``<li`` to the end of ``</li>``, by name."""
    wanted = {plain_mark(f"id{name}"): name for name in names}
    pattern = "|".join(re.escape(one) for one in wanted)
    found: dict[str, tuple[int, int]] = {}
    opened: list[tuple[int, list[str]]] = []
    for match in re.finditer(rf"<li\b|</li>|{pattern}", page):
        if match[0] == "<li":
            opened.append((match.start(), []))
        elif match[0] == "</li>" and opened:
            start, inside = opened.pop()
            found.update({name: (start, match.end()) for name in inside[:1]})
        elif not opened:
            continue  # A link to a heading from elsewhere: the form of the page knows it, or nobody does.
        elif match[0] not in wanted or opened[-1][1]:
            raise Unknown  # A theme that writes the outline twice is not learned.
        else:
            opened[-1][1].append(wanted.pop(match[0]))
    if wanted:
        raise Unknown
    return found
