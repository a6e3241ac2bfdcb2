"""Graded evidence: what a text calls, tabulates or names (agents, skills, servers), with file and line.

What counts was measured on real files: names with a hyphen are names wherever they stand; one-word names
only where they are marked (back-ticks, ``@``, "the x agent", ``subagent_type``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .linked import Evidence, Grade
from .model import Document, Span

_SKILL_CALL = re.compile(r"\bSkill\(\s*(?:skill\s*[:=]\s*)?[\"'`]?([\w][\w:.-]*)[\"'`]?")
_SKILL_PATH = re.compile(r"\bskills/([\w.-]+)/SKILL\.md", re.I)
_SUBAGENT = re.compile(r"\bsubagent_type[\"'`]?\s*[:=]\s*[\"'`]([\w][\w:. -]*)[\"'`]")
_AT = re.compile(r"(?<![\w@/.])@(?:agent-)?([A-Za-z][\w:-]*\w)")
# Possessive, and begun at the first sign only: long runs of one sign must not be tried in every way.
_WORD_AGENT = re.compile(r"(?<![\w`*\"-])[`*\"]*+(\w[\w:-]*+)[`*\"]*+\s++(?:sub)?agent\b")
_TICKED = re.compile(r"`([^`\n]{1,120})`")
_WORD = re.compile(r"(?<![\w/.-])[^\W_]++(?:[-_:]++[^\W_]++)++(?![\w/]|\.\w)")
_MCP = re.compile(r"\bmcp__([A-Za-z0-9](?:_?[A-Za-z0-9-]+)*)(?:__([\w*-]+))?")
BUILT_IN_AGENTS = frozenset({"general-purpose", "explore", "plan", "statusline-setup", "claude-code-guide"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A name found in a text: what kind of thing it must be (or may be), how it stands there."""

    name: str
    kinds: frozenset[str]
    evidence: Evidence
    certain: bool
    """Whether the form itself says that this kind is meant, so that a miss is worth a word."""


Named = tuple[str, frozenset[str], Grade, bool]
_SKILL, _AGENT, _ANY = frozenset({"skill"}), frozenset({"agent"}), frozenset({"agent", "skill"})


def mentions(document: Document, phrases: dict[str, tuple[str, ...]]) -> Iterator[Mention]:
    """Every name in the body of ``document``.

    ``phrases`` are names of several words by their first word; they count in their exact spelling.
    """
    path, first = document.source.path, document.body_line
    for number, line in enumerate(document.body.split("\n"), first):
        if not line.strip():
            continue
        # Most lines name nothing: what is said of a place is made for those that do.
        for name, kinds, grade, certain in _named(line, phrases):
            evidence = Evidence(grade, Span(path, number), line.strip()[:200])
            yield Mention(name, kinds, evidence, certain)


def calls(document: Document) -> Iterator[Mention]:
    """The certain ones among the mentions: what the text calls a skill or starts an agent by."""
    body = document.body
    if "Skill(" in body or "subagent_type" in body or "@agent-" in body:
        yield from (one for one in mentions(document, {}) if one.certain)


def _named(line: str, phrases: dict[str, tuple[str, ...]]) -> Iterator[Named]:
    yield from _forms(line)
    for first_word in _first_words(line, phrases):
        for phrase in phrases[first_word]:
            if _stands_in(phrase, line):
                yield phrase, _AGENT, "named", False


def _forms(line: str) -> Iterator[Named]:
    if "kill" in line:
        for match in _SKILL_CALL.finditer(line):
            yield match[1], _SKILL, "called", "name" not in match[1].lower()
        for match in _SKILL_PATH.finditer(line):
            yield match[1], _SKILL, "called", False
    if "agent" in line:
        for match in _SUBAGENT.finditer(line):
            yield match[1], _AGENT, "called", True
        for match in _WORD_AGENT.finditer(line):
            yield match[1], _AGENT, "named", False
    if "@" in line:
        for match in _AT.finditer(line):
            yield match[1], _AGENT, "named", line.startswith("agent-", match.start() + 1)
    if "`" in line:
        for match in _TICKED.finditer(line):
            yield match[1].strip().lstrip("@/"), _ANY, "named", False
    # A name of several words has a sign between them.
    for match in _WORD.finditer(line) if "-" in line or "_" in line or ":" in line else ():
        yield match[0], _ANY, "named", False


def _first_words(line: str, phrases: dict[str, tuple[str, ...]]) -> list[str]:
    if not phrases:
        return []
    return sorted({word for word in re.findall(r"\w+", line) if word in phrases})


def _stands_in(phrase: str, line: str) -> bool:
    at = line.find(phrase)
    if at < 0:
        return False
    before, after = line[at - 1 : at] if at else "", line[at + len(phrase) : at + len(phrase) + 1]
    return not (before.isalnum() or after.isalnum())


def server_mentions(document: Document) -> Iterator[tuple[str, str | None, Evidence]]:
    """Every ``mcp__server__tool`` in the body: server, tool (``None`` for all of it), evidence."""
    if "mcp__" not in document.body:
        return
    for number, line in enumerate(document.body.split("\n"), document.body_line):
        for match in _MCP.finditer(line):
            tool = match[2] if match[2] and match[2] != "*" else None
            yield match[1], tool, Evidence("named", Span(document.source.path, number), line.strip()[:200])
