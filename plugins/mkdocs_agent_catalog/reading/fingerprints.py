"""Hashes of definitions as they are published."""

from __future__ import annotations

import hashlib

from ..model.definitions import Agent, Skill
from .mask_server_config import mask_frontmatter


def make_fingerprint(text: str) -> str:
    """The hash of a file with ``text``, as it is written."""
    return make_digest(text.encode("utf-8", "xmlcharrefreplace"))


def make_digest(data: bytes) -> str:
    """The hash of a file that holds ``data``."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def fingerprint_definition(item: Agent | Skill) -> str | None:
    """The hash of the published file with the definition; ``None`` for a skill that was not found."""
    return make_fingerprint(mask_frontmatter(item.document)) if item.document else None
