"""oEmbed: describes how another site embeds a page, as a file (oembed.com, version 1.0)."""

from __future__ import annotations

import html
import json
from typing import Any

from ...addresses.urls import CARD, SiteLocation
from ...text.strings import strip_to_one_line
from .page_facts import PageFacts

OEMBED = "oembed.json"
# The size of a card in a frame, in pixels.
CARD_WIDTH, CARD_HEIGHT = 480, 240


def make_iframe(address: str, title: str, width: int, height: int) -> str:
    """A frame for pages of others, which holds ``address``; sizes in pixels."""
    return (
        f'<iframe src="{html.escape(address)}" width="{width}" height="{height}"'
        f' title="{html.escape(strip_to_one_line(title))}" loading="lazy" frameborder="0"></iframe>'
    )


def build_oembed(about: PageFacts, where: SiteLocation) -> str:
    """The response for the page ``about``, as JSON.

    The site's own address is known. A file cannot heed ``maxwidth``: the card is as small as it is readable.
    """
    address = where.make_absolute(f"{about.folder}/{CARD}")
    table: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "title": about.title,
        "provider_name": where.site_name,
        "provider_url": where.site_url,
        "html": make_iframe(address, about.title, CARD_WIDTH, CARD_HEIGHT),
        "width": CARD_WIDTH,
        "height": CARD_HEIGHT,
    }
    return (
        json.dumps({key: value for key, value in table.items() if value}, ensure_ascii=False, indent=1) + "\n"
    )
