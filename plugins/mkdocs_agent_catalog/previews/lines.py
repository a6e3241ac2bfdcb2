"""Lines of text in a picture: how wide they are, where they break, and how they are drawn."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import groupby

from PIL import ImageDraw

from .fonts import Face, Fonts, Spelled

# Smaller letters run together when a stroke makes them bold.
SMALLEST_STROKE = 40
PARTING = "-_/"


@dataclass(frozen=True, slots=True)
class Pen:
    """How a text is written."""

    fonts: Fonts
    size: int
    ink: tuple[int, int, int]
    paper: tuple[int, int, int]
    bold: bool = False

    def runs(self, text: str, shaped: bool) -> list[tuple[Face, str]]:
        """The parts of ``text`` that one font draws. A script that is shaped needs one font for the whole."""
        first = self.fonts.faces[0]
        if shaped:
            return [(first, text)]
        found = groupby(text, key=lambda c: self.fonts.face(c) or first)
        return [(face, "".join(part)) for face, part in found]

    def width(self, text: str, shaped: bool = False) -> float:
        return sum(
            face.at(self.size, self.bold, shaped).getlength(part) + 2 * self.stroke(face)
            for face, part in self.runs(text, shaped)
        )

    def stroke(self, face: Face) -> int:
        """Bold of a font that has no bold."""
        wanted = self.bold and self.size >= SMALLEST_STROKE and not face.has_bold
        return max(1, self.size // 50) if wanted else 0

    def write(
        self, draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, shaped: bool, left: bool
    ) -> None:
        """Writes one line into a mask; ``at`` is where it begins on its base line. ``left``: to the left."""
        x, y = at
        direction = "rtl" if left and shaped else None
        for face, part in self.runs(text, shaped):
            font = face.at(self.size, self.bold, shaped)
            stroke = self.stroke(face)
            draw.text(
                (x + stroke, y),
                part,
                255,
                font,
                "ls",
                direction=direction,
                stroke_width=stroke,
                stroke_fill=255,
            )
            x += font.getlength(part) + 2 * stroke


def broken(said: Spelled, pen: Pen, width: float, most: int) -> tuple[list[str], bool]:
    """``said`` in at most ``most`` lines of ``width``, and whether that is all of it.

    What is left out leaves an ellipsis.
    """
    lines: list[str] = []
    line = ""
    for gap, atom in _atoms(said.text, pen, width, said.shaped):
        longer = f"{line}{gap}{atom}" if line else atom
        if not line or pen.width(longer, said.shaped) <= width:
            line = longer
            continue
        if len(lines) == most - 1:
            return [*lines, _shortened(line, pen, width, said.shaped)], False
        lines.append(line)
        line = atom
    return ([*lines, line] if line else lines), True


def _shortened(line: str, pen: Pen, width: float, shaped: bool) -> str:
    dots = "…" if pen.fonts.face("…") else "..."
    while line and pen.width(line + dots, shaped) > width:
        line = line[:-1]
    return line.rstrip(" ,;:.") + dots


def _atoms(text: str, pen: Pen, width: float, shaped: bool) -> list[tuple[str, str]]:
    """What is not broken, each with the space before it: words, and the signs of scripts without spaces."""
    found: list[tuple[str, str]] = []
    for word in text.split(" "):
        gap = " "
        for part in _pieces(word):
            for piece in _fitting(part, pen, width, shaped):
                found.append((gap, piece))
                gap = ""
    return found


def _pieces(word: str) -> list[str]:
    """``word``, broken after a hyphen and after each wide letter, but not before a closing sign."""
    pieces: list[str] = []
    for character in word:
        closing = unicodedata.category(character) in ("Pe", "Pd", "Po", "Pf", "Lm")
        wide = unicodedata.east_asian_width(character) in "WF"
        parted = bool(pieces) and len(pieces[-1]) > 1 and pieces[-1][-1] in PARTING
        fresh = not pieces or parted or ((wide or _is_wide(pieces[-1])) and not closing)
        if fresh:
            pieces.append(character)
        else:
            pieces[-1] += character
    return pieces


def _is_wide(piece: str) -> bool:
    return unicodedata.east_asian_width(piece[0]) in "WF"


def _fitting(part: str, pen: Pen, width: float, shaped: bool) -> list[str]:
    """``part``, cut where it is wider than a whole line."""
    pieces = []
    while pen.width(part, shaped) > width and len(part) > 1:
        end = len(part) - 1
        while end > 1 and pen.width(part[:end], shaped) > width:
            end -= max(1, end // 8)
        pieces.append(part[: max(1, end)])
        part = part[max(1, end) :]
    return [*pieces, part]
