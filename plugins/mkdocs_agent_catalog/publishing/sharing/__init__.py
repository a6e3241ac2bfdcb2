"""The menu "Share" of a page, and its code snippets."""

from __future__ import annotations

from .link_menu import add_link_menus
from .matrix_embeds import list_matrix_embeds

__all__ = ["add_link_menus", "list_matrix_embeds"]
