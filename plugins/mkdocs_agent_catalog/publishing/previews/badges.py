"""Badges: small SVG pictures with two texts, which fit any font.

Widths are those of DejaVu Sans 2.37, in hundredths of its size; a browser with another font stretches the
words to the same width (``textLength``).
"""

from __future__ import annotations

import html
import unicodedata

SIZE, PAD, HEIGHT, SIGN = 11, 6, 20, 15
MOST = 48
"""So many letters a text has at most."""
_WIDTHS = bytes.fromhex(
    "20282e5440 5f4e1b2727 3254202420 2240404040 4040404040 4022225454 5435644445 464d3f3a4d 4b1d1d4238"
    "564b4f3c4f 453f3d4944 63453d4527 2227543232 3d3f373f3e 233f3f1c1c 3a1c613f3d 3f3f293427 3f3b523b3b"
    "3440224054"
)
_WIDE, _OTHER = 100, 66
# White on each of these has a contrast of at least 4.5 (WCAG 1.4.3), on a light page and on a dark one.
LABEL = "#3d4451"


def draw_badge(label: str, words: str, colour: str, sign: str = "") -> str:
    """The picture: ``label`` on grey, ``words`` on ``colour``, each cut after ``MOST`` letters; ``sign`` is a
    path in a square of 24 that stands before the words.

    Its title is the whole of both, for those who do not see it and those who point at it.
    """
    left, right = _truncate(label), _truncate(words)
    first, second, room = measure_text(left), measure_text(right), SIGN if sign else 0
    edge, whole = first + 2 * PAD, first + second + 4 * PAD + room
    drawn = (
        f'<path transform="translate({edge + PAD - 1} 4) scale(.5)" fill="none" stroke="#fff" '
        f'stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round" d="{sign}"/>'
        if sign
        else ""
    )
    title = html.escape(f"{label}: {words}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="{HEIGHT}" '
        f'viewBox="0 0 {whole} {HEIGHT}" role="img" aria-label="{title}"><title>{title}</title>'
        f'<rect width="{whole}" height="{HEIGHT}" rx="3" fill="{colour}"/>'
        f'<path d="M3 0H{edge}V{HEIGHT}H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" fill="{LABEL}"/>'
        f'<g fill="#fff" font-family="DejaVu Sans,Verdana,Geneva,sans-serif" font-size="{SIZE}">'
        f"{_draw_text(left, PAD, first)}{_draw_text(right, edge + PAD + room, second)}</g>{drawn}</svg>\n"
    )


def measure_text(text: str) -> int:
    """How many pixels ``text`` is wide, rounded up."""
    return -(-sum(_measure_letter(c) for c in text) * SIZE // 100)


def fit_list(values: tuple[str, ...]) -> str:
    """As many of ``values`` as are no longer than ``MOST`` letters, at least one, and how many more."""
    number = 1
    while number < len(values) and len(", ".join(values[: number + 1])) <= MOST:
        number += 1
    more = len(values) - number
    return ", ".join(values[:number]) + (f" +{more}" if more > 0 else "")


def _measure_letter(c: str) -> int:
    if " " <= c <= "~":
        return _WIDTHS[ord(c) - 32]
    if unicodedata.combining(c) or unicodedata.category(c) == "Cf":
        return 0
    return _WIDE if unicodedata.east_asian_width(c) in "WF" else _OTHER


def _draw_text(text: str, at: int, wide: int) -> str:
    # Texts that run from right to left start at the same edge: the widths are the same.
    return (
        f'<text x="{at}" y="14" textLength="{wide}" lengthAdjust="spacingAndGlyphs" direction="ltr">'
        f"{html.escape(text)}</text>"
    )


def _truncate(text: str) -> str:
    return text if len(text) <= MOST else text[: MOST - 1].rstrip(" ,") + "…"
