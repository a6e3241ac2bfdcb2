"""Links in the pages of a wiki: which of them lead into the catalog, and what each leads to now."""

from __future__ import annotations

from .export_files import UnreadableError, texts
from .published import published
from .report import FORMATS, bad, judged

__all__ = ["FORMATS", "UnreadableError", "bad", "judged", "published", "texts"]
