"""What a card is drawn on: a picture of few colours, so that it is small and quickly written.

Each colour of ink on each of paper is a row of steps in the palette, which smooths the edges of letters.
"""

from __future__ import annotations

import io
from functools import cache, lru_cache

from PIL import Image, ImageDraw

from .lines import Pen

Colour = tuple[int, int, int]
STEPS = 16


class Canvas:
    """A picture in the making. ``inks`` are all pairs of ink and paper that are used; the first paper is the
    ground. A palette has room for 16 pairs."""

    def __init__(self, width: int, height: int, inks: tuple[tuple[Colour, Colour], ...]) -> None:
        self.image = Image.new("P", (width, height), 0)
        self.starts = {pair: number * STEPS for number, pair in enumerate(inks)}
        self.image.putpalette(_palette(inks))

    def write(self, pen: Pen, at: tuple[float, float], text: str, shaped: bool, left: bool) -> None:
        """Writes one line; ``at`` is where it begins on its base line."""
        room, rise = pen.size, int(pen.size * 1.2)
        size = int(pen.width(text, shaped)) + 2 * room, rise + room
        mask = Image.new("L", size, 0)
        pen.write(ImageDraw.Draw(mask), (room, rise), text, shaped, left)
        self._ink(mask, (int(at[0]) - room, int(at[1]) - rise), (pen.ink, pen.paper))

    def fill(self, box: tuple[int, int, int, int], colour: Colour, ground: Colour) -> None:
        self.image.paste(self.starts[colour, ground] + STEPS - 1, box)

    def tag(self, box: tuple[int, int, int, int], colour: Colour, ground: Colour) -> None:
        """A box with round ends."""
        start_x, top, end_x, bottom = box
        self._ink(_rounded(end_x - start_x, bottom - top), (start_x, top), (colour, ground))

    def _ink(self, mask: Image.Image, at: tuple[int, int], pair: tuple[Colour, Colour]) -> None:
        steps = mask.point(_steps(self.starts[pair]))
        self.image.paste(steps, at, mask.point(_ANY))

    def png(self) -> bytes:
        file = io.BytesIO()
        self.image.save(file, "PNG", compress_level=6)
        return file.getvalue()


_ANY = [0] * 8 + [255] * 248


@cache
def _steps(start: int) -> list[int]:
    return [start + round(level * (STEPS - 1) / 255) for level in range(256)]


def _palette(inks: tuple[tuple[Colour, Colour], ...]) -> list[int]:
    found: list[int] = []
    for ink, paper in inks:
        for step in range(STEPS):
            share = step / (STEPS - 1)
            found += [round(p + (i - p) * share) for i, p in zip(ink, paper, strict=True)]
    return found


@lru_cache(maxsize=256)
def _rounded(width: int, height: int) -> Image.Image:
    """The shape of a tag. Pillow draws round corners with steps: large first, then small."""
    large = Image.new("L", (width * 4, height * 4))
    ImageDraw.Draw(large).rounded_rectangle((0, 0, width * 4 - 1, height * 4 - 1), height * 2, fill=255)
    return large.reduce(4)
