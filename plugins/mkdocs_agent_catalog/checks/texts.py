"""Checks of descriptions and prompts: vague, identical or too long descriptions, and hidden characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from ..model.catalog import Catalog
from ..model.definitions import Agent, Diagnostic, Source, Span
from ..permissions.decisions import PermissionResolver
from ..runtimes import get_runtime_of
from ..text.i18n import say, say_names, say_plural
from .check import check
from .definitions import iter_documents

CHARACTERS_A_TOKEN = 4
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
# Behind it come the letters of other scripts than the Latin one.
_LAST_LATIN = "\u024f"
_ENGLISH_WORD = re.compile(r"(?:the|and|of|is|your)", re.I)
# Of an English prompt at least so many words in a hundred are such ones; of another language's hardly any.
_ENGLISH_SHARE = 1
# A flag of a region is written in tags behind a black one.
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f")
_WORD = re.compile(r"[^\W\d_]+")
# C# and C++ are words of their own.
_DESCRIPTION_WORD = re.compile(r"\w[\w#+]*")


@check()
def vague_description(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """A description does not say when to use the agent. The model chooses by it. Only English descriptions
    are checked."""
    for agent in catalog.agents:
        text = agent.description or ""
        twins = (catalog.by_id["agent", id] for id in catalog.twins.get(agent.id, ()))
        if any(twin.description == text and twin.id < agent.id for twin in twins):
            continue  # It is said of the first.
        if not text or len(text.split()) > FEW_WORDS or agent.examples or agent.foreign_runtime:
            continue
        # An English prompt may have a description in another language.
        is_foreign = any(char.isalpha() and char > _LAST_LATIN for char in text)
        if not _CUE.search(text) and not is_foreign and _is_english(f"{text} {agent.document.body}"):
            message = say("the description of `{name}` does not say when to use it", name=agent.name)
            hint = say("add what it is for: `Use when ...`")
            yield Diagnostic("vague_description", agent.document.get_span("description"), message, hint)


def _is_english(text: str) -> bool:
    words = _WORD.findall(text)
    english = [word for word in words if _ENGLISH_WORD.fullmatch(word)]
    return bool(words) and 100 * len(english) >= _ENGLISH_SHARE * len(words)


@check()
def description_budget(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """The descriptions of a folder are longer than recommended. Every session loads all of them."""
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


def _group_by_scope(catalog: Catalog) -> dict[tuple[str, str], list[Agent]]:
    agents_by_key: dict[tuple[str, str], list[Agent]] = {}
    for agent in catalog.agents:
        plugin = agent.source.plugin
        scope = f"plugin {plugin.name}" if plugin else agent.source.root
        agents_by_key.setdefault((agent.dialect, scope), []).append(agent)
    return agents_by_key


@check()
def overlapping_descriptions(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """Two agents have the same description. The model cannot tell them apart."""
    for agents in _group_by_scope(catalog).values():
        first_by_words: dict[tuple[str, ...], Agent] = {}
        for agent in (agent for agent in agents if not agent.not_loaded):
            words = tuple(_DESCRIPTION_WORD.findall((agent.description or "").lower()))
            other = first_by_words.setdefault(words, agent)
            if not words or other.name == agent.name:
                continue
            # Each is said once, beside the first of its kind: many alike would make pairs without end.
            message = say("`{one}` and `{other}` have the same description", one=agent.name, other=other.name)
            hint = say(
                "make the two descriptions differ: the other one is {place}",
                place=other.document.get_span("description"),
            )
            yield Diagnostic(
                "overlapping_descriptions", agent.document.get_span("description"), message, hint
            )


@check("warn")
def hidden_unicode(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """A text contains invisible characters. A model reads them and people do not see them: instructions can
    be hidden in zero-width characters, direction marks and tags."""
    for document in iter_documents(catalog):
        text = document.source.text
        if text.isascii() or not _HIDDEN.search(text):
            continue
        marks = list(_find_hidden(document.source))
        if marks:
            codes = say_names([code for code, _ in marks])
            message = say_plural(
                "a character that cannot be seen: {codes}",
                "characters that cannot be seen, in {n} lines: {codes}",
                len(marks),
                codes=codes,
            )
            yield Diagnostic("hidden_unicode", marks[0][1], message, say("remove it, or say what it is for"))


def _find_hidden(source: Source) -> Iterator[tuple[str, Span]]:
    """The first hidden character of each line of ``source`` that has one, and its place."""
    for number, line in enumerate(source.lines, 1):
        text = _FLAG.sub("", line)
        match = next((m for m in _HIDDEN.finditer(text) if not _is_harmless(text, m.start())), None)
        if match:
            yield f"U+{ord(match[0]):04X}", Span(source.path, number, line.find(match[0]) + 1)


def _is_harmless(line: str, at: int) -> bool:
    """Some scripts need a joiner between letters, and marks of direction beside letters from the right."""
    before, after = line[max(0, at - 1) : at], line[at + 1 : at + 2]
    if line[at] == "\u200c":
        return all(c.isalpha() and ord(c) > 0x2FF for c in (before or " ") + (after or " "))
    from_right = [unicodedata.bidirectional(c) in ("R", "AL") for c in before + after]
    return line[at] in "\u200e\u200f" and any(from_right)
