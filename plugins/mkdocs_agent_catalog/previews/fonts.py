"""Text for pictures: which letters a font has, and what becomes of those that it lacks.

A letter that no font has is never drawn as an empty box. An accent is dropped where the bare letter is there
(``é``, ``e``), a sign is left out, and a text with a letter that is lost is not drawn at all.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import ImageFont, features

BOLD_WEIGHT = 700
# No font has a glyph for what is no character: this is what a font draws for all that it lacks.
_NO_CHARACTER = "\uffff"
_SIMPLE = ("LATIN", "GREEK", "CYRILLIC")
# What stands in for a sign that a font lacks, the best first; all other signs are left out.
_LIKE = {
    **dict.fromkeys("–—―−", "–-"),
    **dict.fromkeys("‐‑", "-"),
    **dict.fromkeys("„‟", "“"),
    **{"‚": "‘", "•": "·"},
}


@dataclass(frozen=True, slots=True)
class Spelled:
    """A text as it can be drawn: ``text`` empty where a letter of it is lost. ``lacking`` are all letters
    that the fonts do not have. ``shaped`` says whether its script joins or turns its letters."""

    text: str
    lacking: frozenset[str] = frozenset()
    shaped: bool = False
    right_to_left: bool = False


class Face:
    """One font, in sizes. ``path`` is ``None`` for the one that Pillow brings."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.none = bytes(self.at(24).getmask(_NO_CHARACTER))
        self.known: dict[str, bool] = {" ": True}

    @cache  # noqa: B019  (a face lives as long as the process)
    def at(self, size: int, bold: bool = False, shaped: bool = False) -> ImageFont.FreeTypeFont:
        """The font in ``size`` pixels. Text whose letters stand alone is laid out without a shaper: the same
        everywhere, whatever the machine has."""
        engine = ImageFont.Layout.RAQM if shaped else ImageFont.Layout.BASIC
        if self.path is None:
            built_in = ImageFont.load_default(size)
            assert isinstance(built_in, ImageFont.FreeTypeFont), "Pillow was built without FreeType"
            return built_in.font_variant(layout_engine=engine)
        font = ImageFont.truetype(self.path, size, layout_engine=engine)
        _weigh(font, bold)
        return font

    @property
    def has_bold(self) -> bool:
        """Whether bold is a weight of the font, and must not be made by a stroke."""
        return _axes(self.at(24)) is not None

    def has(self, character: str) -> bool:
        if character not in self.known:
            self.known[character] = bytes(self.at(24).getmask(character)) != self.none
        return self.known[character]


def _axes(font: ImageFont.FreeTypeFont) -> list[dict[str, object]] | None:
    """The axes of a variable font that has weights, else ``None``."""
    try:
        axes = [dict(axis) for axis in font.get_variation_axes()]
    except OSError:
        return None
    return axes if any(axis["name"] == b"Weight" for axis in axes) else None


def _weigh(font: ImageFont.FreeTypeFont, bold: bool) -> None:
    axes = _axes(font)
    if axes is not None and bold:
        wanted = [
            min(BOLD_WEIGHT, _number(axis["maximum"]))
            if axis["name"] == b"Weight"
            else _number(axis["default"])
            for axis in axes
        ]
        font.set_variation_by_axes(wanted)


def _number(value: object) -> float:
    return float(str(value))


class Fonts:
    """The fonts of a card: the site's own first, if it has one, then the one that Pillow brings."""

    def __init__(self, path: Path | None = None) -> None:
        self.faces = [Face(path), Face(None)] if path else [Face(None)]

    def face(self, character: str) -> Face | None:
        return next((face for face in self.faces if face.has(character)), None)

    def spell(self, text: str) -> Spelled:
        """``text`` in letters that can be drawn."""
        text = " ".join(unicodedata.normalize("NFC", text).split())
        text = "".join(c for c in text if not unicodedata.category(c).startswith("C"))
        shaped, to_left = _is_shaped(text), _goes_left(text)
        if shaped and not features.check("raqm"):
            return Spelled("", frozenset(c for c in text if _is_shaped(c)))
        kept, lacking, lost = [], set(), False
        for character in text:
            drawn, letter = self._drawn(character, shaped), unicodedata.category(character)[0] in "LN"
            if letter and drawn != character:
                lacking.add(character)
            lost = lost or (letter and not drawn)
            kept.append(drawn)
        return Spelled("" if lost else " ".join("".join(kept).split()), frozenset(lacking), shaped, to_left)

    def _drawn(self, character: str, shaped: bool) -> str:
        """What is drawn for ``character``: itself, its letters without their marks, or nothing."""
        if unicodedata.category(character).startswith("M"):
            # Heaps of marks are a prank; where a script needs them, its own font has them.
            return character if shaped and self.face(character) else ""
        if self.face(character):
            return character
        for sign in _LIKE.get(character, ""):
            if self.face(sign):
                return sign
        bare = unicodedata.normalize("NFKD", character)
        bare = "".join(c for c in bare if not unicodedata.category(c).startswith("M"))
        return bare if bare and all(self.face(c) for c in bare) else ""


def _is_shaped(text: str) -> bool:
    """Whether letters change with their neighbours or run from right to left."""
    before = ""
    for character in text:
        mark = unicodedata.category(character) in ("Mn", "Mc")
        if unicodedata.bidirectional(character) in ("R", "AL") or (mark and not _stands_alone(before)):
            return True
        before = before if mark else character
    return False


def _stands_alone(character: str) -> bool:
    return not character.isalpha() or unicodedata.name(character, "").startswith(_SIMPLE)


def _goes_left(text: str) -> bool:
    """Whether the first letter that has a direction runs from right to left."""
    found = (unicodedata.bidirectional(character) for character in text)
    return next((one for one in found if one in ("L", "R", "AL")), "L") != "L"
