"""References by name in hand-written pages: ``agent:code-reviewer`` becomes a link to the agent's page."""

from __future__ import annotations

from .links import ReferenceLinks, filled
from .resolver import ReferenceResolver, ResolvedReference

__all__ = ["ReferenceLinks", "ReferenceResolver", "ResolvedReference", "filled"]
