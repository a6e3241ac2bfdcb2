"""A kind of pages: the function that makes them, and their place in the navigation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .page import CatalogContext, Page


def is_always_there(shared: CatalogContext) -> bool:
    """For pages that say something of every catalog."""
    return True


@dataclass(frozen=True, slots=True)
class NavPage:
    """A page that the navigation leads to. ``title`` is English, ``section`` one of
    ``registry.SECTIONS``; ``is_filled`` says whether a catalog has anything to show there."""

    uri: str
    title: str
    section: str
    is_filled: Callable[[CatalogContext], bool] = is_always_there


@dataclass(frozen=True, slots=True)
class NavSection:
    """A part of the navigation. Its title and those of its pages are in the language of the site."""

    title: str
    pages: tuple[NavPage, ...]


@dataclass(frozen=True, slots=True)
class PageKind:
    """One entry of the registry. The navigation, the linked data (JSON-LD) and the tests of accessibility
    and of the documentation follow from it.

    ``nav`` are the pages of the kind that the navigation holds.
    ``data_type`` is what these pages are in the vocabulary of schema.org.
    """

    list_pages: Callable[[CatalogContext], Iterable[Page]]
    nav: tuple[NavPage, ...] = ()
    data_type: str = "WebPage"
