"""References by name: ``agent:code-reviewer`` in a hand-written page leads to the agent's page.

The text of a link is filled in while Markdown is converted (``extension``); its address is put in afterwards,
in the HTML (``filling``), where code is told from links by being escaped. What a name means is in ``lookup``.
"""

from __future__ import annotations

from .html_links import filled
from .markdown_extension import ReferenceLinks
from .resolver import Answer, Lookup

__all__ = ["Answer", "Lookup", "ReferenceLinks", "filled"]
