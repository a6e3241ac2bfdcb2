"""What a kind of pages is: who makes them, and where the navigation leads to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .page import CatalogContext, Page


@dataclass(frozen=True, slots=True)
class PageKind:
    """One entry of the registry. The navigation, the linked data (JSON-LD) and the tests of accessibility
    and of the documentation follow from it.

    ``nav`` names the pages of the kind that the navigation holds: the uri of each and its title in English.
    ``data_type`` is what these pages are in the vocabulary of schema.org.
    """

    list_pages: Callable[[CatalogContext], Iterable[Page]]
    nav: tuple[tuple[str, str], ...] = ()
    data_type: str = "WebPage"
