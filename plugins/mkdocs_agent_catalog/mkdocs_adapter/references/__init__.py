"""References by name: ``agent:code-reviewer`` in a hand-written page leads to the agent's page."""

from __future__ import annotations

from .links import ReferenceLinks, filled
from .resolver import ReferenceResolver, ResolvedReference

__all__ = ["ReferenceLinks", "ReferenceResolver", "ResolvedReference", "filled"]
