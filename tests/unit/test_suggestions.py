"""Names that were meant: the same among many as among few, and no slower for each."""

from __future__ import annotations

import difflib

import pytest
from mkdocs_agent_catalog.text import suggestions
from mkdocs_agent_catalog.text.suggestions import MIN_SIMILARITY, NameSuggester, suggest

NAMES = sorted(
    f"{what}-{who}"
    for what in ("code", "security", "python", "api", "data", "cloud", "mobile", "test")
    for who in ("reviewer", "auditor", "engineer", "designer", "architect", "analyst", "writer")
)
WRONG = [
    "code-reviwer",
    "securty-auditor",
    "pyhton-engineer",
    "api-desinger",
    "cloud-architecht",
    "Raed",
    "dat",
]


@pytest.mark.parametrize("name", WRONG)
def test_many_names_give_the_suggestion_that_few_give(name: str) -> None:
    assert len(NAMES) > suggestions.MAX_COMPARED
    meant = difflib.get_close_matches(name, [*NAMES, "Read"], n=1, cutoff=MIN_SIMILARITY)
    assert suggest(name, [*NAMES, "Read"]) == (meant[0] if meant else None)


def test_of_many_names_few_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[int] = []
    ordinary = difflib.get_close_matches

    def noted(word: str, near: list[str], **rest: float) -> list[str]:
        compared.append(len(near))
        return ordinary(word, near, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(difflib, "get_close_matches", noted)
    names = NameSuggester(f"agent-{n:05}" for n in range(5000))
    assert names.suggest("agent-0123") == names.suggest("Agent-0123") is not None
    assert compared == [suggestions.MAX_COMPARED]
