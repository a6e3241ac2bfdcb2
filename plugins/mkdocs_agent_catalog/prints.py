"""Fingerprints of texts: to tell a text again under another name, also when some of it was changed."""

from __future__ import annotations

import hashlib
import re
import zlib

# So many of the smallest hashes stand for a text; two texts are as alike as these are (Broder, "On the
# resemblance and containment of documents", 1997: the smallest hashes of a union are a fair sample of it).
SAMPLE = 24
WORDS = 4
_WORD = re.compile(r"\w+")


def content(text: str) -> str:
    """The same for the same text, line ends and blanks at line ends aside; empty for an empty text."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()[:20] if lines else ""


def likeness(text: str) -> str:
    """A sample of the runs of four words in ``text`` as hex digits; empty where there are too few."""
    words = _WORD.findall(text.casefold())
    runs = {" ".join(words[at : at + WORDS]) for at in range(len(words) - WORDS + 1)}
    hashes = sorted({zlib.crc32(run.encode("utf-8", "surrogatepass")) for run in runs})
    return "".join(f"{one:08x}" for one in hashes[:SAMPLE])


def alike(one: str, other: str) -> float:
    """How much two texts share, by their ``likeness``: 0 to 1, the share of the runs that both have."""
    mine, theirs = _hashes(one), _hashes(other)
    union = sorted(mine | theirs)[:SAMPLE]
    return sum(1 for found in union if found in mine and found in theirs) / len(union) if union else 0.0


def _hashes(sample: str) -> set[str]:
    return {sample[at : at + 8] for at in range(0, len(sample) - 7, 8)}
