"""What the browser gets: the style sheet and the scripts, each put together from small parts.

Scripts are classic ones, as modules do not run from ``file://``; each is a function of its own, so that
nothing of it is global. A script is loaded only by pages that use it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

ASSETS = Path(__file__).parents[1] / "assets"
# The parts of each script, in the order in which they are needed.
SCRIPTS = {
    "cards.js": ("hover", "cards", "why", "raw", "popups", "skip"),
    "finder.js": ("say", "facets", "ask", "finder", "parts"),
    "link.js": ("say", "forms", "link"),
    "stub.js": ("stub",),
    "matrix.js": (
        "say",
        "facets",
        "pick",
        "hover",
        "table",
        "proof",
        "compare",
        "drawing",
        "matrix",
        "parts",
    ),
}


@cache
def build_stylesheet() -> str:
    """The style sheet: the parts in the order of their names, without comments and the space around rules."""
    parts = [path.read_text(encoding="utf-8") for path in sorted((ASSETS / "css").glob("*.css"))]
    rules = re.sub(r"/\*.*?\*/", "", "".join(parts), flags=re.DOTALL)
    return re.sub(r"\s*([{};])\s*", r"\1", rules)


@cache
def build_standalone_stylesheet(name: str) -> str:
    """The whole style sheet of a page that has none of the theme's."""
    return (ASSETS / "pages" / f"{name}.css").read_text(encoding="utf-8")


@cache
def build_script(name: str) -> str:
    """The script ``name`` of ``SCRIPTS``."""
    parts = [(ASSETS / "scripts" / f"{part}.js").read_text(encoding="utf-8") for part in SCRIPTS[name]]
    return "(() => {\n" + "\n".join(parts) + "})();\n"
