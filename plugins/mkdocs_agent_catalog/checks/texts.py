"""Checks of descriptions and texts: can a model choose by them, and is nothing hidden in them?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from ..grants import Grants
from ..model import Agent, Catalog, Diagnostic, Span
from .definitions import documents

# Claude Code warns at its start above this sum. Source: its documentation, "Subagents", October 2026.
BUDGET = 15_000
CHARACTERS_A_TOKEN = 4
SAME = 0.8
_CUE = re.compile(
    r"\b(?:use[ds]?|using|when|whenever|for|if|before|after|invoke|call|proactive\w*|must|specializ\w+|specialis\w+"
    r"|helps?|handles?|during|whose|usar?|quando|cuando|para|wenn|f[üu]r|nutze|lorsque|quand|pour|utilise\w*)\b"
    r"|[使用際时時当當場场]|при|когда|для|때|경우",
    re.I,
)
_HIDDEN = re.compile(
    "[\u00ad\u200b\u200c\u200e\u200f\u2060-\u2064\u202a-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)
_WORD = re.compile(r"\w{3,}")


def vague_description(catalog: Catalog, grants: Grants) -> Iterator[Diagnostic]:
    """A description says what an agent is and not when to use it; the model chooses by it."""
    for agent in catalog.agents:
        if agent.description and not agent.examples and not _CUE.search(agent.description):
            message = f"the description of `{agent.name}` does not say when to use it"
            hint = "add what it is for: `Use when ...`"
            yield Diagnostic("vague_description", agent.document.span("description"), message, hint)


def description_budget(catalog: Catalog, grants: Grants) -> Iterator[Diagnostic]:
    """The descriptions of one place are loaded together, and cost more than the runtime likes."""
    for agents in _scopes(catalog).values():
        cost = sum(len(agent.description or "") for agent in agents) // CHARACTERS_A_TOKEN
        if cost > BUDGET:
            longest = max(agents, key=lambda a: (len(a.description or ""), a.id))
            message = (
                f"the descriptions of {len(agents)} agents cost about {cost} tokens; {BUDGET} is the limit"
            )
            hint = (
                f"shorten the longest first, such as this one of {len(longest.description or '')} characters"
            )
            yield Diagnostic("description_budget", longest.document.span("description"), message, hint)


def _scopes(catalog: Catalog) -> dict[str, list[Agent]]:
    found: dict[str, list[Agent]] = {}
    for agent in catalog.agents:
        plugin = agent.source.plugin
        found.setdefault(f"plugin {plugin.name}" if plugin else agent.source.root, []).append(agent)
    return found


def overlapping_descriptions(catalog: Catalog, grants: Grants) -> Iterator[Diagnostic]:
    """Two agents of one place have almost the same description: the model cannot tell them apart."""
    for agents in _scopes(catalog).values():
        for one, other in _pairs(agents):
            message = f"`{one.name}` and `{other.name}` have almost the same description"
            hint = f"say what each is for that the other is not; see {other.document.span('description')}"
            yield Diagnostic("overlapping_descriptions", one.document.span("description"), message, hint)


def _pairs(agents: list[Agent]) -> Iterator[tuple[Agent, Agent]]:
    """Pairs whose words are the same to ``SAME`` and more.

    Such a pair shares one of the rarest words of each, so only those that do are compared.
    """
    words = {a.id: frozenset(w.lower() for w in _WORD.findall(a.lead or "")) for a in agents}
    often = Counter(word for found in words.values() for word in found)
    seen: dict[str, list[Agent]] = {}
    for agent in sorted(agents, key=lambda a: a.id):
        mine = words[agent.id]
        if len(mine) < 6:
            continue
        rare = sorted(mine, key=lambda w: (often[w], w))[: int(len(mine) * (1 - SAME)) + 1]
        near = {other.id: other for word in rare for other in seen.get(word, ())}
        for other in near.values():
            theirs = words[other.id]
            same = len(mine & theirs) >= SAME * len(mine | theirs)
            if same and other.name != agent.name and not _told_apart(other, agent, mine ^ theirs):
                yield other, agent
        for word in rare:
            seen.setdefault(word, []).append(agent)


def _told_apart(one: Agent, other: Agent, words: frozenset[str]) -> bool:
    """Whether the words that differ are those that name the two: Python's agent and Kotlin's."""
    return all(any(word in agent.name.lower() for word in words) for agent in (one, other))


def hidden_unicode(catalog: Catalog, grants: Grants) -> Iterator[Diagnostic]:
    """A text holds characters that nobody sees and a model reads: zero-width, direction marks or tags."""
    for document in documents(catalog):
        text = document.source.text
        if not _HIDDEN.search(text):
            continue
        for number, line in enumerate(text.split("\n"), 1):
            match = _HIDDEN.search(line.removeprefix("\ufeff") if number == 1 else line)
            if match and not _harmless(line, match.start()):
                message = f"a character that cannot be seen, U+{ord(match[0]):04X}"
                place = Span(document.source.path, number, match.start() + 1)
                yield Diagnostic("hidden_unicode", place, message, "remove it, or say what it is for")


def _harmless(line: str, at: int) -> bool:
    """Scripts and emoji need some of them: a joiner between letters that are not Latin."""
    around = line[max(0, at - 1) : at] + line[at + 1 : at + 2]
    return line[at] in "\u200c\u200e\u200f\u00ad" and any(ord(c) > 0x2FF for c in around)


def secret_like(catalog: Catalog, grants: Grants) -> Iterator[Diagnostic]:
    """A string looks like a token or a key. It is masked on every page and in the data."""
    for document in documents(catalog):
        yield from (note for note in document.notes if note.check == "secret_like")
