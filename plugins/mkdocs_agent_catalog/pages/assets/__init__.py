"""The style sheet and the scripts for the browser, each joined from small files.

Scripts are classic ones, as modules do not run from ``file://``; each is a function of its own, so that
nothing of it is global. A script is loaded only by pages that use it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

ASSETS = Path(__file__).parent
# What only some pages load: those with a matrix; agents and skills; the list of agents; the home page and
# what changed; capabilities; chains.
PAGE_STYLES = ("matrix", "item", "list", "home", "reach", "chain")
MATRIX_STYLE = "assets/matrix.css"
# Only a site that no engine builds has it: it brings the search that others have of their own.
SITE_SCRIPT = "site.js"
# The parts of each script, in the order in which they are needed.
SCRIPTS = {
    "cards.js": ("hover", "cards", "why", "raw", "popups", "skip"),
    "finder.js": ("say", "facets", "ask", "apart", "finder", "parts"),
    "link.js": ("say", "forms", "link"),
    SITE_SCRIPT: ("say", "search"),
    "stub.js": ("stub",),
    "what-if.js": ("say", "scenario", "what-if"),
    "early.js": ("early",),
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

# Strings stay as they are; blanks beside these signs, and comments, go.
_IDLE = re.compile(r'("[^"]*")|/\*.*?\*/\s*|\s*([{};,>~!])\s*|(?<=:)\s+', re.S)

# No text of a script goes on in a second line: blanks at the head of a line say nothing.
_UNREAD = re.compile(r"^[ ]*(?://.*|/\*(?s:.*?)\*/)\n|^[ ]+", re.M)


@cache
def build_stylesheet(folder: str = "") -> str:
    """The style sheet of all pages, or the one that those of ``folder`` load as well: the parts in the order
    of their names, without comments and without blanks that say nothing."""
    parts = (path.read_text(encoding="utf-8") for path in sorted((ASSETS / "css" / folder).glob("*.css")))
    return _IDLE.sub(r"\1\2", "".join(parts)).replace(";}", "}")


@cache
def build_standalone_stylesheet(name: str) -> str:
    """The whole style sheet of a page that has none of the theme's. That of a card has the signs of the
    capabilities as well."""
    text = (ASSETS / "pages" / f"{name}.css").read_text(encoding="utf-8")
    return text + "".join(_list_sign_rules()) if name == "card" else text


def _list_sign_rules() -> list[str]:
    """The rules of the style sheet that give a capability its hue and sign, wherever it stands."""
    text = (ASSETS / "css/05-capabilities.css").read_text(encoding="utf-8")
    return re.findall(r"^(?:\.ac-can--|:is\(\.ac-can, \.ac-pill\)).*\n", text, re.MULTILINE)


@cache
def load_signs() -> dict[str, str]:
    """The sign of each capability: a path of SVG, drawn in lines in a square of 24."""
    matches = (re.match(r"\.ac-can--(\w+).* d='([^']+)'", rule) for rule in _list_sign_rules())
    return {sign[1]: sign[2] for sign in matches if sign}


@cache
def build_script(name: str) -> str:
    """The script ``name`` of ``SCRIPTS``, without indentation and comments on lines of their own."""
    parts = [(ASSETS / "scripts" / f"{part}.js").read_text(encoding="utf-8") for part in SCRIPTS[name]]
    return "(() => {\n" + _UNREAD.sub("", "\n".join(parts)) + "})();\n"
