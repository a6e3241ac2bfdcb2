"""Take it with you: what a reader carries from a page of the catalog into a wiki."""

from __future__ import annotations

from .groups import embeds
from .menu import with_menus

__all__ = ["embeds", "with_menus"]
