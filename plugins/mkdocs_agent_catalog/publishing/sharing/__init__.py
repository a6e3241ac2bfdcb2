"""Take it with you: what a reader carries from a page of the catalog into a wiki."""

from __future__ import annotations

from .link_menu import add_link_menus
from .matrix_embeds import list_matrix_embeds

__all__ = ["add_link_menus", "list_matrix_embeds"]
