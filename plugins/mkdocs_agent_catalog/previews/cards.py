"""The pictures of all pages, and what could not be drawn."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ..model import Diagnostic, Span
from ..reach import CLASSES, NOTHING, READS_ONLY, UNKNOWN
from ..words import Words, say
from .about import About

if TYPE_CHECKING:
    from .card import Card
    from .fonts import Fonts, Spelled

PICTURE = "card.png"
INSTALL = "pip install 'mkdocs-agent-catalog[cards]'"
# A finding names a few letters, not an alphabet.
MOST_LETTERS = 20


def can_draw() -> bool:
    """Whether Pillow, which draws the pictures, is installed."""
    return importlib.util.find_spec("PIL") is not None


def font_problem(path: Path) -> str:
    """What is wrong with the font at ``path``; empty if it can be drawn with."""
    from PIL import ImageFont

    try:
        ImageFont.truetype(path, 24)
    except OSError as error:
        return str(error) or "it cannot be read"
    return ""


@dataclass(frozen=True, slots=True)
class Cards:
    """That pictures are drawn, and the site's own font for them."""

    font: Path | None = None


@dataclass(slots=True)
class Drawer:
    """Draws the pages of one site, whose name is on each card."""

    cards: Cards
    site_name: str
    say: Words
    lacking: set[str] = field(default_factory=set)
    left_out: list[str] = field(default_factory=list)

    def draw(self, about: About) -> bytes | None:
        """The picture of the page ``about``; ``None`` if the font cannot write its name."""
        from .card import drawn

        fonts = _fonts(self.cards.font)
        card = self._card(about, fonts)
        if not card.title.text:
            self.left_out.append(about.title)
            return None
        return drawn(card, fonts)

    def _card(self, about: About, fonts: Fonts) -> Card:
        from .card import Card

        reach = about.fact("reach")
        ids = {self.say(title): id for id, title in (*CLASSES, READS_ONLY, NOTHING, UNKNOWN)}
        tags = ((ids.get(one, ""), self._spelled(one, fonts)) for one in (reach.values if reach else ()))
        lines = [(fact.label, fact.words) for fact in about.facts if fact.kind != "reach"][:2]
        facts = ((self._spelled(name, fonts), self._spelled(words, fonts)) for name, words in lines)
        above = " · ".join(filter(None, (about.label, about.group)))
        return Card(
            about.kind,
            self._spelled(above, fonts),
            self._spelled(about.title, fonts),
            self._spelled(about.summary, fonts),
            tuple((id, said) for id, said in tags if said.text),
            tuple((name, said) for name, said in facts if said.text),
            self._spelled(self.site_name, fonts),
        )

    def _spelled(self, text: str, fonts: Fonts) -> Spelled:
        said = fonts.spell(text)
        self.lacking |= said.lacking
        return said

    def problems(self) -> Iterable[Diagnostic]:
        """One finding for all letters that the fonts lack, if there are any."""
        if not self.lacking:
            return
        letters = sorted(self.lacking)
        shown = " ".join(letters[:MOST_LETTERS]) + (" …" if len(letters) > MOST_LETTERS else "")
        yield Diagnostic(
            "missing_letters",
            Span("mkdocs.yml"),
            say(
                "the font of the cards lacks these letters: {letters}; pages without a card: {pages}",
                letters=shown,
                pages=len(self.left_out),
            ),
            say("`cards_font` names a font that has them"),
        )


_KNOWN: dict[Path | None, Fonts] = {}


def _fonts(path: Path | None) -> Fonts:
    """The fonts of a site: the same object for each build of a preview, so that pictures are kept."""
    from .fonts import Fonts

    if path not in _KNOWN:
        _KNOWN[path] = Fonts(path)
    return _KNOWN[path]
