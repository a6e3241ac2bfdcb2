"""Links in the pages of a wiki: which of them lead into the catalog, and what each leads to now."""

from __future__ import annotations

from .files import UnreadableError, texts
from .published import published
from .verdicts import FORMATS, bad, judged

__all__ = ["FORMATS", "UnreadableError", "bad", "judged", "published", "texts"]
