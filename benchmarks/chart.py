"""A chart of seconds over agents, both in powers, as an SVG that needs nothing else.

It has its own ground, light or dark as the reader's system is, so that it can be read on any page; lines
differ by dashes and marks too, and each has its name at its end.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from html import escape

Lines = dict[str, list[tuple[int, float]]]
Scale = Callable[[float], float]

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 64, 556, 48, 364
# What is nearer would be written over the other.
APART = 18
STYLE = """
.ground{fill:#fff;stroke:#d0d7de}text{fill:#1f2328;font:13px system-ui,sans-serif;}.small{fill:#57606a}
.grid{stroke:#d0d7de}.line{fill:none;stroke-width:2.5}.s0{stroke:#0550ae}.s1{stroke:#9a3412}.s2{stroke:#57606a}
.s3{stroke:#7d4698}text[class^=s]{stroke:none}.name[class]{paint-order:stroke;stroke:#fff;stroke-width:5px}
.mark{fill:#fff;stroke-width:2}
text.s0{fill:#0550ae;font-weight:600}text.s1{fill:#9a3412}text.s2{fill:#57606a}text.s3{fill:#7d4698}
@media (prefers-color-scheme:dark){.ground{fill:#0d1117;stroke:#30363d}text{fill:#e6edf3}.small{fill:#9198a1}
.grid{stroke:#30363d}.s0{stroke:#79c0ff}.s1{stroke:#ffa657}.s2{stroke:#9198a1}.s3{stroke:#d2a8ff}
.mark{fill:#0d1117}.name[class]{stroke:#0d1117}
text.s0{fill:#79c0ff}text.s1{fill:#ffa657}text.s2{fill:#9198a1}text.s3{fill:#d2a8ff}}
"""
DASHES = ("", "7 4", "2 4", "9 3 2 3")


def chart(lines: Lines, title: str) -> str:
    """The SVG of ``lines``, by name; raises ``ValueError`` if there is nothing to draw."""
    points = [point for line in lines.values() for point in line]
    if not points:
        raise ValueError("nothing to draw")
    sizes = sorted({size for size, _ in points})
    seconds = [max(duration, 0.01) for _, duration in points]
    x = _scale(sizes[0], sizes[-1], LEFT, RIGHT)
    low, high = math.floor(math.log10(min(seconds))), math.ceil(math.log10(max(seconds)))
    y = _scale(10**low, 10 ** max(high, low + 1), BOTTOM, TOP)
    parts = [_grid(sizes, range(low, max(high, low + 1) + 1), x, y)]
    named = [
        (name, [(x(size), y(max(at, 0.01))) for size, at in line]) for name, line in lines.items() if line
    ]
    parts += [_line(number, line) for number, (_, line) in enumerate(named)]
    parts += _names(named)
    summary = "; ".join(
        f"{name}: " + ", ".join(f"{at:.1f} s for {size:,}" for size, at in line)
        for name, line in lines.items()
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" role="img" aria-labelledby="t d">\n<title id="t">{escape(title)}</title>\n'
        f'<desc id="d">{escape(summary)}</desc>\n<style>{STYLE}</style>\n'
        f'<rect class="ground" x=".5" y=".5" width="{WIDTH - 1}" height="{HEIGHT - 1}" rx="6"/>\n'
        f'<text x="{LEFT}" y="28" style="font-weight:600">{escape(title)}</text>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _scale(least: float, most: float, start: float, end: float) -> Scale:
    """From a value to where it is drawn: the same way for the same factor."""
    span = math.log(most / least) or 1.0
    return lambda value: round(start + (end - start) * math.log(value / least) / span, 1)


def _grid(sizes: list[int], powers: range, x: Scale, y: Scale) -> str:
    parts = []
    for power in powers:
        at = y(10**power)
        value = f"{10**power:,}" if power >= 0 else f"{10**power:g}"
        parts.append(f'<path class="grid" d="M{LEFT} {at}H{RIGHT}"/>')
        parts.append(f'<text class="small" x="{LEFT - 8}" y="{at + 4}" text-anchor="end">{value} s</text>')
    last = -math.inf
    for size in sizes:
        at = x(size)
        parts.append(f'<path class="grid" d="M{at} {BOTTOM}v5"/>')
        if at - last > 40:
            parts.append(
                f'<text class="small" x="{at}" y="{BOTTOM + 21}" text-anchor="middle">{size:,}</text>'
            )
            last = at
    middle = (LEFT + RIGHT) / 2
    parts.append(f'<text class="small" x="{middle}" y="{HEIGHT - 14}" text-anchor="middle">agents</text>')
    return "\n".join(parts)


def _line(number: int, line: list[tuple[float, float]]) -> str:
    kind = number % len(DASHES)
    path = "L".join(f"{x} {y}" for x, y in line)
    dash = f' stroke-dasharray="{DASHES[kind]}"' if DASHES[kind] else ""
    return "\n".join([f'<path class="line s{kind}" d="M{path}"{dash}/>', *(_mark(kind, *at) for at in line)])


def _mark(kind: int, x: float, y: float) -> str:
    shapes = (
        f'<circle class="mark s{kind}" cx="{x}" cy="{y}" r="4"/>',
        f'<rect class="mark s{kind}" x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"/>',
        f'<path class="mark s{kind}" d="M{x} {y - 5:.1f}l5 9h-10z"/>',
        f'<path class="mark s{kind}" d="M{x} {y - 5:.1f}l5 5-5 5-5-5z"/>',
    )
    return shapes[kind]


def _names(named: list[tuple[str, list[tuple[float, float]]]]) -> list[str]:
    """The name of each line at its end: beside it, moved down where it would cover another; or, if the line
    ends earlier than others, above it."""
    parts, last = [], -math.inf
    for number, (name, line) in sorted(enumerate(named), key=lambda numbered: numbered[1][1][-1][1]):
        x, y = line[-1]
        kind = number % len(DASHES)
        if x < RIGHT:
            place = f'x="{x - 4:.1f}" y="{y - 11:.1f}" text-anchor="end"'
        else:
            last = max(y + 4, last + APART)
            place = f'x="{x + 12:.1f}" y="{last:.1f}"'
        parts.append(f'<text class="name s{kind}" {place}>{escape(name)}</text>')
    return parts
