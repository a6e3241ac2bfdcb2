"""Checks of descriptions and texts: can a model choose by them, and is nothing hidden in them?"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from ..model.catalog import Catalog
from ..model.definitions import Agent, Diagnostic, Span
from ..permissions.decisions import PermissionResolver
from ..runtimes import get_runtime_of
from ..text.i18n import say
from .check import check
from .definitions import iter_documents, select_diagnostics

CHARACTERS_A_TOKEN = 4
SAME = 0.8
# A description of so few words says what an agent is, and hardly when to use it.
FEW_WORDS = 8
_CUE = re.compile(
    r"\b(?:use[ds]?|using|when|whenever|for|if|before|after|invoke|call|proactive\w*|must|specializ\w+|specialis\w+"
    r"|helps?|handles?|during|whose|to|that|which|from|into|with)\b",
    re.I,
)
_HIDDEN = re.compile(
    "[\u00ad\u200b\u200c\u200e\u200f\u2060-\u2064\u202a-\u202e\u2066-\u2069\ufeff\u115f\u1160\u3164\uffa0\U000e0000-\U000e007f\U000e0100-\U000e01ef]"
)
# A flag of a region is written in tags behind a black one.
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f")
_WORD = re.compile(r"\w[\w#+]+")


@check()
def vague_description(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """A description of a few words says what an agent is and not when to use it; the model chooses by it.

    Its cues are English: of descriptions in other scripts nothing is said.
    """
    for agent in catalog.agents:
        text = agent.description or ""
        is_short = text.isascii() and len(text.split()) <= FEW_WORDS
        if text and is_short and not agent.examples and not agent.foreign_runtime and not _CUE.search(text):
            message = say("the description of `{name}` does not say when to use it", name=agent.name)
            hint = say("add what it is for: `Use when ...`")
            yield Diagnostic("vague_description", agent.document.get_span("description"), message, hint)


@check()
def description_budget(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """The descriptions of one place are loaded together, and cost more than the runtime likes."""
    for agents in _group_by_scope(catalog).values():
        budget = get_runtime_of(agents[0]).description_budget
        cost = sum(len(agent.description or "") for agent in agents) // CHARACTERS_A_TOKEN
        if budget is not None and cost > budget:
            longest = max(agents, key=lambda a: (len(a.description or ""), a.id))
            message = say(
                "the descriptions of {agents} agents cost about {cost} tokens; {limit} is the limit",
                **{"agents": len(agents), "cost": cost, "limit": budget},
            )
            hint = say(
                "shorten the longest first, such as this one of {n} characters",
                n=len(longest.description or ""),
            )
            yield Diagnostic("description_budget", longest.document.get_span("description"), message, hint)


def _group_by_scope(catalog: Catalog) -> dict[str, list[Agent]]:
    agents_by_key: dict[str, list[Agent]] = {}
    for agent in catalog.agents:
        plugin = agent.source.plugin
        agents_by_key.setdefault(f"plugin {plugin.name}" if plugin else agent.source.root, []).append(agent)
    return agents_by_key


@check()
def overlapping_descriptions(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """Two agents of one place have almost the same description: the model cannot tell them apart."""
    for agents in _group_by_scope(catalog).values():
        described = tuple((item.id, item.name, item.lead or "") for item in agents)
        by_id = {item.id: item for item in agents}
        for agent, other in ((by_id[a], by_id[b]) for a, b in _find_similar_pairs(described)):
            message = say(
                "`{one}` and `{other}` have almost the same description", one=agent.name, other=other.name
            )
            hint = say(
                "say what each is for that the other is not; see {place}",
                place=other.document.get_span("description"),
            )
            yield Diagnostic(
                "overlapping_descriptions", agent.document.get_span("description"), message, hint
            )


def _find_similar_pairs(agents: tuple[tuple[str, str, str], ...]) -> list[tuple[str, str]]:
    """Pairs (ids) of ``agents`` (id, name, description) whose words are the same to ``SAME`` and more.

    Such a pair shares one of the rarest words of each, so only those that do are compared.
    """
    words = {id: frozenset(map(_normalize_word, _WORD.findall(lead))) for id, _, lead in agents}
    names = {id: name for id, name, _ in agents}
    often = Counter(word for texts in words.values() for word in texts)
    seen: dict[str, list[str]] = {}
    pairs = []
    for id in sorted(words):
        mine = words[id]
        if len(mine) < 6:
            continue
        rare = sorted(mine, key=lambda w: (often[w], w))[: int(len(mine) * (1 - SAME)) + 1]
        near = dict.fromkeys(other for word in rare for other in seen.get(word, ()))
        like = [o for o in near if len(mine & words[o]) >= SAME * len(mine | words[o])]
        apart = ((o, _is_told_apart((names[o], names[id]), mine ^ words[o])) for o in like)
        twin = next((o for o, are in apart if not are), None)
        if twin is None:
            for word in rare:
                seen.setdefault(word, []).append(id)
        elif names[twin] != names[id]:
            # Each is said once, beside the first of its kind: many alike would make pairs without end.
            pairs.append((id, twin))
    return pairs


def _normalize_word(word: str) -> str:
    """A word as names spell it: C# is called csharp, C++ cpp."""
    return word.lower().replace("#", "sharp").replace("+", "p")


def _is_told_apart(names: tuple[str, str], words: frozenset[str]) -> bool:
    """Whether the words that differ are those that name the two: Python's agent and Kotlin's."""
    return all(any(word in name.lower() for word in words) for name in names)


@check("warn")
def hidden_unicode(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """A text holds characters that nobody sees and a model reads: zero-width, direction marks or tags."""
    for document in iter_documents(catalog):
        text = document.source.text
        if text.isascii() or not _HIDDEN.search(text):
            continue
        for number, line in enumerate(text.split("\n"), 1):
            name = _FLAG.sub("", line.removeprefix("\ufeff") if number == 1 else line)
            match = next((m for m in _HIDDEN.finditer(name) if not _is_harmless(name, m.start())), None)
            if match:
                message = say("a character that cannot be seen, {code}", code=f"U+{ord(match[0]):04X}")
                place = Span(document.source.path, number, line.find(match[0]) + 1)
                hint = say("remove it, or say what it is for")
                yield Diagnostic("hidden_unicode", place, message, hint)


def _is_harmless(line: str, at: int) -> bool:
    """Some scripts need a joiner between letters, and marks of direction beside letters from the right."""
    before, after = line[max(0, at - 1) : at], line[at + 1 : at + 2]
    if line[at] == "\u200c":
        return all(c.isalpha() and ord(c) > 0x2FF for c in (before or " ") + (after or " "))
    from_right = [unicodedata.bidirectional(c) in ("R", "AL") for c in before + after]
    return line[at] in "\u200e\u200f" and any(from_right)


@check("warn")
def secret_like(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """A string looks like a token or a key. It is masked on every page and in the data."""
    yield from select_diagnostics(catalog, "secret_like")
