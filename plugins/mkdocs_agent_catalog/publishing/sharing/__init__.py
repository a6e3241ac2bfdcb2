"""Take it with you: what a reader carries from a page of the catalog into a wiki."""

from __future__ import annotations

from .link_menu import with_menus
from .matrix_embeds import embeds

__all__ = ["embeds", "with_menus"]
