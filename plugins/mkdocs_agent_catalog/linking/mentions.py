"""Graded evidence: what a text calls, tabulates or names (agents, skills, servers), with file and line.

What counts was measured on real files: names with a hyphen are names wherever they stand; one-word names
only where they are marked (back-ticks, ``@``, "the x agent", ``subagent_type``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..model.catalog import Evidence, EvidenceGrade
from ..model.definitions import Document, Span

_SKILL_CALL = re.compile(r"\bSkill\(\s*(?:skill\s*[:=]\s*)?[\"'`]?([\w][\w:.-]*)[\"'`]?")
_SKILL_PATH = re.compile(r"\bskills/([\w.-]+)/SKILL\.md", re.I)
_SUBAGENT = re.compile(r"\bsubagent_type[\"'`]?\s*[:=]\s*[\"'`]([\w][\w:. -]*)[\"'`]")
_AT = re.compile(r"(?<![\w@/.])@(?:agent-)?([A-Za-z][\w:-]*\w)")
# Possessive, and begun at the first sign only: long runs of one sign must not be tried in every way.
_WORD_AGENT = re.compile(r"(?<![\w`*\"-])[`*\"]*+(\w[\w:-]*+)[`*\"]*+\s++(?:sub)?agent\b")
_TICKED = re.compile(r"`([^`\n]{1,120})`")
_WORD = re.compile(r"(?<![\w/.-])[^\W_]++(?:[-_:]++[^\W_]++)++(?![\w/]|\.\w)")
_WITHIN = re.compile(r"[-_:](?<=[^\W_][-_:])(?=[^\W_]|[-_:])")
_MCP = re.compile(r"\bmcp__([A-Za-z0-9](?:_?[A-Za-z0-9-]+)*)(?:__([\w*-]+))?")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name found in a text: what kind of thing it must be (or may be), how it stands there."""

    name: str
    kinds: frozenset[str]
    evidence: Evidence
    certain: bool
    """Whether the form itself says that this kind is meant, so that a miss is worth a word."""


Known = Callable[[str, frozenset[str]], bool]
"""Whether there is something of a name, of one of these kinds."""
Named = tuple[str, frozenset[str], EvidenceGrade, bool]
_SKILL, _AGENT, _ANY = frozenset({"skill"}), frozenset({"agent"}), frozenset({"agent", "skill"})


def find_mentions(document: Document, phrases: dict[str, tuple[str, ...]], known: Known) -> Iterator[Mention]:
    """The names in the body of ``document`` that are known or certain, line by line.

    ``phrases`` are names of several words by their first word; they count in their exact spelling.
    """
    path, body = document.source.path, document.body
    # By line, and in a line by the form: most lines name nothing, and are never looked at one by one.
    rows = [
        (start, n, named)
        for n, (start, named) in enumerate((*_find_forms(body), *_find_phrases(body, phrases)))
    ]
    number, counted = document.body_line, 0
    for start, _, (name, kinds, grade, certain) in sorted(rows, key=lambda row: row[:2]):
        if not certain and not known(name, kinds):
            continue
        number, counted = number + body.count("\n", counted, start), start
        line = body[start : _find_line_end(body, start)]
        yield Mention(name, kinds, Evidence(grade, Span(path, number), line.strip()[:200]), certain)


def find_calls(document: Document) -> Iterator[Mention]:
    """The certain ones among the mentions: what the text calls a skill or starts an agent by."""
    body = document.body
    if "Skill(" in body or "subagent_type" in body or "@agent-" in body:
        yield from find_mentions(document, {}, lambda *_: False)


def _find_line_end(body: str, at: int) -> int:
    """Where the line ends in which ``at`` is."""
    end = body.find("\n", at)
    return len(body) if end < 0 else end


def _iter_lines(body: str, sign: str) -> Iterator[tuple[int, str]]:
    """The lines that hold ``sign``, each with its beginning."""
    at = body.find(sign)
    while at >= 0:
        start, end = body.rfind("\n", 0, at) + 1, _find_line_end(body, at)
        yield start, body[start:end]
        at = body.find(sign, end)


def _find_forms(body: str) -> Iterator[tuple[int, Named]]:
    """What a form of writing makes a name, with the beginning of its line."""
    for start, line in _iter_lines(body, "kill"):
        for match in _SKILL_CALL.finditer(line):
            yield start, (match[1], _SKILL, "called", "name" not in match[1].lower())
        for match in _SKILL_PATH.finditer(line):
            yield start, (match[1], _SKILL, "called", False)
    for start, line in _iter_lines(body, "agent"):
        for match in _SUBAGENT.finditer(line):
            yield start, (match[1], _AGENT, "called", True)
        for match in _WORD_AGENT.finditer(line):
            yield start, (match[1], _AGENT, "named", False)
    for start, line in _iter_lines(body, "@"):
        for match in _AT.finditer(line):
            yield start, (match[1], _AGENT, "named", line.startswith("agent-", match.start() + 1))
    for start, line in _iter_lines(body, "`"):
        for match in _TICKED.finditer(line):
            yield start, (match[1].strip().lstrip("@/"), _ANY, "named", False)
    for start, name in _find_words(body):
        yield body.rfind("\n", 0, start) + 1, (name, _ANY, "named", False)


def _find_words(body: str) -> Iterator[tuple[int, str]]:
    """What ``_WORD`` finds. Few words have a sign within: from these, it is gone back to the beginning."""
    end = 0
    for sign in _WITHIN.finditer(body):
        start = sign.start()
        if start >= end:
            while start and body[start - 1].isalnum():
                start -= 1
            match = _WORD.match(body, start)
            if match:
                yield start, match[0]
                end = match.end()


def _find_phrases(body: str, phrases: dict[str, tuple[str, ...]]) -> Iterator[tuple[int, Named]]:
    """The names of several words, with the beginnings of their lines."""
    for first_word in sorted(phrases.keys() & set(re.findall(r"\w+", body))) if phrases else ():
        for start, line in _iter_lines(body, first_word):
            if first_word in re.findall(r"\w+", line):
                for phrase in phrases[first_word]:
                    if _is_within(phrase, line):
                        yield start, (phrase, _AGENT, "named", False)


def _is_within(phrase: str, line: str) -> bool:
    at = line.find(phrase)
    if at < 0:
        return False
    before, after = line[at - 1 : at] if at else "", line[at + len(phrase) : at + len(phrase) + 1]
    return not (before.isalnum() or after.isalnum())


def find_server_mentions(document: Document) -> Iterator[tuple[str, str | None, Evidence]]:
    """Every ``mcp__server__tool`` in the body: server, tool (``None`` for all of it), evidence."""
    if "mcp__" not in document.body:
        return
    for number, line in enumerate(document.body.split("\n"), document.body_line):
        for match in _MCP.finditer(line):
            tool = match[2] if match[2] and match[2] != "*" else None
            yield match[1], tool, Evidence("named", Span(document.source.path, number), line.strip()[:200])
