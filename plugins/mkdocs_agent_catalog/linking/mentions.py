"""Finds what a prompt calls, tabulates or names (agents, skills, servers), with file, line and grade of
evidence.

What counts was measured on real files: names with a hyphen are names wherever they stand; one-word names
only where they are marked (back-ticks, ``@``, "the x agent", ``subagent_type``, at the head of an item in a
list of agents). Back-ticks alone do not make a word such as ``test`` the name of a command: it has its slash,
or is called one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from ..model.catalog import Evidence, EvidenceGrade
from ..model.definitions import Document, Span
from ..text.strings import make_searchable
from .markdown_tables import COMMIT_TYPE

_SKILL_CALL = re.compile(r"\bSkill\(\s*(?:skill\s*[:=]\s*)?[\"'`]?([\w][\w:.-]*)[\"'`]?")
_SKILL_PATH = re.compile(r"\bskills/([\w.-]+(?:/[\w.-]+){0,4})/SKILL\.md", re.I)
# Behind the words of a link, wherever the folder is.
_SKILL_LINK = re.compile(r"\]\((?:[\w.-]+/)*([\w-]+)/SKILL\.md\)")
_SUBAGENT = re.compile(r"\bsubagent_type[\"'`]?\s*[:=]\s*[\"'`]([\w][\w:. -]*)[\"'`]")
# Without quotes it may be the type of a value, or a word of a sentence.
_BARE_SUBAGENT = re.compile(r"\bsubagent_type[\"'`]?\s*[:=]\s*(\w[\w:-]*)(?=\s*(?:$|[,;)}\]]))")
# VS Code: the tool that starts an agent, with its name behind it or as an argument.
_RUN_SUBAGENT = re.compile(
    r"#(?:agent/)?runSubagent\s++[`\"']?(\w[\w-]*+)|\bagentName[\"'`]?\s*[:=]\s*[\"'`](\w[\w-]*)[\"'`]"
)
# Here and below, possessive: long runs of one sign must not be tried in every way.
# No placeholder such as `@agent-[name]` or `@agent-<name>`, no path, no package and no address.
_AT = re.compile(
    r"(?<![\w@/.])@(?:agent-)?((?<=agent-)[A-Za-z]\b(?!-)|[A-Za-z](?:[:-]*+\w++)++)"
    r"(?![\w:-]*+[\[<{(*$])(?![\w:-]*+(?:/(?!@)|\.\w|@))"
)
# Begun at the first sign only.
_WORD_AGENT = re.compile(r"(?<![\w`*\"-])(?<![\w:-]:)[`*\"]*+(\w[\w:-]*+)[`*\"]*+\s++(?:sub)?agent\b")
_WORD_SKILL = re.compile(r"(?<![\w`*\"/.-])(?<![\w:-]:)[*\"]*+(\w[\w:-]*+)[*\"]*+\s++skill\b")
# In languages without blanks, or with endings behind a name, a name in Latin letters ends where they begin.
_NO_BLANKS = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
# The same in other languages, behind the name and before it.
_NAME_AGENT_WORD = re.compile(
    rf"(?<!(?![{_NO_BLANKS}])[\w/.-])(?<![`*\"])(?<![A-Za-z0-9:-]:)"
    r"[`*\"]*+([A-Za-z][A-Za-z0-9]*+(?:[-:]++[A-Za-z0-9]++)*+)[`*\"]*+\s*+(?:서브)?"
    r"(?:에이전트|エージェント|子?智能体|子?代理(?!服务|伺服))"
)
_AGENT_WORD_NAME = re.compile(
    r"\b(?:(?:sub)?agente|l['’]agent|sous-agent|агент\w*)\s++[`*\"]*+([A-Za-z][\w:-]*+)", re.I
)
# Of words that may begin with a capital letter, what follows it.
_AGENT_SIGNS = ("에이전트", "エージェント", "智能体", "代理", "гент")
# At the head of a list item stands who does something: "- **planner** - plans", "- planner: plans".
_LIST_ITEM = re.compile(
    r"^([ \t]*)(?:[-*+]|\d{1,3}[.)])[ \t]+"
    r"(?:(\*\*)?`?@?([A-Za-z][\w-]*+)`?(?(2)\*\*)(?=\s*(?:[(:–—]|-\s|$)))?",
    re.M,
)
# Around a path or an address that begins like a command.
_PLACE_BEFORE = re.compile(
    r"\b(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|[Rr]outes?|[Ee]ndpoints?|[Pp]aths?|[Uu][Rr][Ll]s?|in|into|inside|under|"
    r"within)[:\s]+[`\"']?$|\b(?:cd|ls|curl|mkdir|cp|mv|rm|cat|chmod|chown|rsync)\s[^`;&|]*$"
)
_PLACE_BEHIND = re.compile(
    r"[`\"']?\s+(?:routes?|endpoints?|pages?|paths?|folders?|director(?:y|ies)|screens?)\b"
)
_TICKED = re.compile(r"`([^`\n]{1,120})`")
_WORD = re.compile(r"(?<![\w/.-])[^\W_]++(?:[-_:]++[^\W_]++)++")
# Behind it: then it is a part of a path, or of something longer.
_GOES_ON = re.compile(r"[\w/]|\.\w")
_LATIN = re.compile(
    rf"(?<![/.-])(?<!(?![{_NO_BLANKS}])\w)(?<![A-Za-z0-9:_-]:)[A-Za-z0-9]++(?:[-_:]++[A-Za-z0-9]++)++(?!(?![{_NO_BLANKS}])\w|/|\.\w)"
)
_WITHOUT_BLANKS = re.compile(rf"[{_NO_BLANKS}]")
_BEFORE_NO_BLANKS = re.compile(rf"[^{_NO_BLANKS}]+")
# A command as a person writes it. No path, no pattern of one, no regular expression, no tag and no option.
_SLASH = re.compile(
    rf"(?<!(?![{_NO_BLANKS}])[\w/.~@*)\]}}<>$=|\\-])"
    r"/([A-Za-z][A-Za-z0-9]*+(?:[-_:]++[A-Za-z0-9]++)*+)"
    r"(?![A-Za-z0-9_/*|{(<=\\-]|[.?:][\w/])"
)
_WITHIN = re.compile(r"[-_:](?<=[^\W_][-_:])(?=[^\W_]|[-_:])")
# What is said before a name that is not to be used, in the words of some languages.
_NEGATION = re.compile(
    r"(?:\b(?:not|don['’]t|never|avoid|instead of|rather than|não|nunca|no|jamais|niemals|nicht|kein\w*|pas"
    r"|n['’]\w+|(?:an)?statt|e[mn] (?:vez|lugar) d(?:el?|os?|as?)|ao invés d(?:e|os?|as?)|au lieu d(?:e|u|es)"
    r"|plutôt que)\s+"
    r"(?:(?:to |ever |directly )?(?:use|call|invoke|run|spawn|launch|start|trigger|load|dispatch|delegate|"
    r"route|us(?:ar?|es)|utili[sz](?:ar|ez?|er|es)|(?:ch|ll)am(?:ar|es?)|invo(?:quez?|quer|ques|car)|"
    r"appel\w+|pas|jamais|aufrufen|verwenden)\b[^.;:!?|,]{0,24}"
    r"|(?:the|an?|el|la|los|las|o|os|as|le|les|de[mnrs]|das|die) )?"
    r"|(?:不要|不得|不能|不可|不应|禁止|严禁|请勿|切勿|避免)(?:直接|再)?(?:使用|调用|启动|运行|触发|委派给?)?\s*"
    r")[`\"'*(「]*$",
    re.I,
)
# The same behind it, where a sentence ends with what is not done.
_NEGATION_BEHIND = re.compile(
    r"[`\"'*)」]*+\s*+(?:(?:エージェント|スキル|コマンド|에이전트|스킬|커맨드)\s*+)?[をはにへ을를은는]\s*+"
    r"(?:(?:絶対に|決して|直接|절대|직접)\s*+)?"
    r"(?:使わ[なず]|呼ばな|呼び出さな|(?:使用|実行|起動)(?:し(?:な|ま?せん)|禁止)|(?:사용|호출|실행)(?:하지|\s?금지))"
)
MOST_BEFORE = 80
"""So many signs before a name are read for such words."""
# In ticks at the head of a list item or of a row, the other items and rows say whether such a word is a name.
_HEAD_BEFORE = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)]|\|)\s*\**$")
_OTHER_NEXT = re.compile(r"[`*\"']*\s+(?:MCP|server|plugin)\b|[`*\"']*\s*\(MCP", re.I)
_SKILL_WORD = re.compile(r"\bskills?\b", re.I)
_SKILL_WORDS = ("habilidad", "fähigkeit", "スキル", "技能", "스킬", "навык", "compétence")
# Letters without which no word of these but the first is there.
_SKILL_SIGNS = "äÄス技스нНéÉ"
# Before or behind an unmarked word: a skill is meant, and no topic of that name.
_SKILL_BEFORE = re.compile(
    r"(?:\b(?:see|use[sd]?|using|via|load|loads|invoke[sd]?|follow|follows|per|apply|applies|run|read|skills?)\b"
    r"(?: the)?[:\s]*|[|([][\s*]*|^\s*(?:[-*+]|\d+[.)])?\s*)[*_\"']*$",
    re.I,
)
_SKILL_BEHIND = re.compile(r"[*_\"']*\s*(?:$|[:,;.!?|+&)\]]|[–—-]\s|skills?\b)", re.I)
# Beside a word in back-ticks: it is a skill or a command.
_KIND = (
    r"(?:skills?|(?:slash[ -])?commands?|habilidad\w*|comandos?|compétences?|commandes?|fähigkeit\w*|"
    r"befehle?|навык\w*|команд\w*|スキル|コマンド|技能|命令|스킬|커맨드|명령)"
)
_KIND_BEFORE = re.compile(rf"(?:(?<![^\W_])|(?<=[{_NO_BLANKS}])){_KIND}[:：]?\s*[*_\"'(（「]*$", re.I)
_KIND_BEHIND = re.compile(rf"[*_\"')）」]*\s*{_KIND}", re.I)
_TICKED_SKILL = re.compile(r"`(\w+-[\w-]+)`")
_CALLED_BEFORE = re.compile(
    r"(?:\b(?:see|use|using|load|loads|invoke[sd]?|follow|follows|apply|applies|run)(?: the)?[:\s]*"
    r"|^\s*(?:[-*+]|\d+[.)])\s*(?:\[.\]\s*)?)[*_\"']*$",
    re.I,
)
# "Query context manager": verbs after which a name is spoken, its hyphens as blanks.
_SPEAKING_VERBS = (
    *("query ", "ask ", "consult ", "call ", "invoke ", "engage ", "notify ", "delegate to ", "hand off to "),
    *("escalate to ", "defer to ", "report to ", "coordinate with ", "collaborate with ", "work with "),
    *("partner with ", "align with ", "sync with "),
)
_SPOKEN = re.compile(r"(?:the )?((?:[a-z]\w* ){1,4}[a-z]\w*)")
_MCP = re.compile(r"\bmcp__([A-Za-z0-9](?:_?[A-Za-z0-9-]+)*)(?:__([\w*-]+))?")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name found in a text: what kind of thing it must be (or may be), how it stands there."""

    name: str
    kinds: frozenset[str]
    evidence: Evidence
    certain: bool
    """Whether the form itself says that this kind is meant, so that a miss is worth a word."""


Phrases = Mapping[str, Mapping[str, Sequence[str]]]
Known = Callable[[str, frozenset[str]], bool]
"""Whether there is something of a name, of one of these kinds."""
IsCommand = Callable[[str], bool]
"""Whether what has a name are commands, and no skills."""
_SKILL, _AGENT, _ANY = frozenset({"skill"}), frozenset({"agent"}), frozenset({"agent", "skill"})


@dataclass(frozen=True, slots=True)
class _Name:
    """A name in a line, before it is known whether it counts. Places are counted within the line."""

    line_start: int
    start: int
    end: int
    name: str
    kinds: frozenset[str]
    grade: EvidenceGrade = "named"
    certain: bool = False
    is_unmarked: bool = False
    """Whether it is a word like any other, but for its hyphen."""
    is_word: bool = False
    """Whether it is one word in back-ticks, as any value in code may be."""


def find_mentions(
    document: Document, phrases: Phrases, known: Known, is_command: IsCommand
) -> Iterator[Mention]:
    """The names in the body of ``document`` that are known or certain, line by line, then those in its
    description and under keys of the team's own.

    ``phrases`` are names of several words by their first word and their second one (empty without one); they
    count in their exact spelling.
    """
    speaks_of_skills = "skills" in document.values or _speaks_of_skills(document.body)
    own = str(document.values.get("name") or "")
    number, counted = document.body_line, 0
    for name, line in _find_names(document.body, phrases, known, is_command, speaks_of_skills, own):
        number += document.body.count("\n", counted, name.line_start)
        counted = name.line_start
        yield _make_mention(name, document.get_body_span(number), line)
    description = document.values.get("description")
    if isinstance(description, str):
        for name, line in _find_names(description, phrases, known, is_command, speaks_of_skills, own):
            if known(name.name, name.kinds):
                yield _make_mention(name, document.get_span("description"), line)


def _speaks_of_skills(body: str) -> bool:
    lowered = make_searchable(body)
    if "skill" in lowered and _SKILL_WORD.search(body):
        return True
    lowered = body.lower() if any(sign in body for sign in _SKILL_SIGNS) else lowered
    return any(word in lowered for word in _SKILL_WORDS)


def _make_mention(name: _Name, span: Span, line: str) -> Mention:
    return Mention(name.name, name.kinds, Evidence(name.grade, span, line.strip()[:200]), name.certain)


def _find_names(
    text: str,
    phrases: Phrases,
    known: Known,
    is_command: IsCommand,
    speaks_of_skills: bool,
    own: str,
) -> Iterator[tuple[_Name, str]]:
    """The names in ``text`` that are known or certain, each with its line. ``own`` is the name of the file's
    own: a part of it names nobody else."""
    # By line, and in a line by the form: most lines name nothing, and are never looked at one by one.
    names = [*_find_forms(text), *_find_list_heads(text, known)]
    others = text.replace(own, "-" * len(own)) if " " in own else text
    names += [*_find_phrases(others, phrases), *_find_spoken(text)]
    for name in sorted(names, key=_get_line_start):
        if name.certain or known(name.name, name.kinds):
            line = text[name.line_start : _find_line_end(text, name.line_start)]
            if not _means_no_use(line, name, known, is_command, speaks_of_skills):
                yield _choose_kind(name, line, known), line


def _choose_kind(name: _Name, line: str, known: Known) -> _Name:
    """``name``, as that of a skill or a command where it stands beside such a word, and an agent is called so
    too."""
    is_both = len(name.kinds) > 1 and all(known(name.name, kind) for kind in (_AGENT, _SKILL))
    before, behind = line[: name.start][-MOST_BEFORE:], line[name.end :]
    if is_both and (_KIND_BEHIND.match(behind) or _KIND_BEFORE.search(before)):
        return replace(name, kinds=_SKILL)
    return name


def _get_line_start(name: _Name) -> int:
    return name.line_start


def _means_no_use(
    line: str, name: _Name, known: Known, is_command: IsCommand, speaks_of_skills: bool
) -> bool:
    """Whether the words around a name say that it is not to be used, or that something else is meant."""
    # What is further off is not read: a line may be long and full of names.
    before, behind = line[max(0, name.start - MOST_BEFORE) : name.start], line[name.end :]
    if _NEGATION.search(before) or _NEGATION_BEHIND.match(behind) or _OTHER_NEXT.match(behind):
        return True
    if line.startswith(("/", "`/"), name.start) and (
        _PLACE_BEFORE.search(before) or _PLACE_BEHIND.match(behind)
    ):
        return True
    if name.is_word and not known(name.name, _AGENT):
        return _is_mere_word(before, behind, name.name, known, is_command, speaks_of_skills)
    if COMMIT_TYPE.fullmatch(name.name):
        types = {*COMMIT_TYPE.findall(before), *COMMIT_TYPE.findall(behind[:MOST_BEFORE])}
        if types - {name.name} or (name.is_word and _HEAD_BEFORE.match(line[: name.start])):
            return True
    # A word with a hyphen is the name of an agent wherever it stands. Where nobody speaks of skills, one that
    # is a skill's name may be a mere topic.
    may_be_topic = name.is_unmarked and not speaks_of_skills and ":" not in name.name
    if not may_be_topic or known(name.name, _AGENT):
        return False
    return not (_SKILL_BEFORE.search(before) and _SKILL_BEHIND.match(behind))


def _is_mere_word(
    before: str, behind: str, word: str, known: Known, is_command: IsCommand, speaks_of_skills: bool
) -> bool:
    """Whether one word in back-ticks, which is the name of a skill or a command, may be any word of code.
    ``before`` and ``behind`` are what stands beside it in its line."""
    if _KIND_BEFORE.search(before) or _KIND_BEHIND.match(behind):
        return False
    if is_command(word):
        return True
    if speaks_of_skills and _CALLED_BEFORE.search(before):
        return False
    # Beside the name of another skill, it is one as well.
    others = _TICKED_SKILL.findall(before) + _TICKED_SKILL.findall(behind[:MOST_BEFORE])
    return not any(known(other, _SKILL) for other in others)


def find_calls(document: Document) -> Iterator[Mention]:
    """The certain ones among the mentions: what the text calls a skill or starts an agent by."""
    body = document.body
    if "Skill(" in body or "subagent_type" in body or "@agent-" in body:
        yield from find_mentions(document, {}, lambda *_: False, lambda _: False)


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


def _find_forms(body: str) -> Iterator[_Name]:
    """What a form of writing makes a name."""

    def make_name(match: re.Match[str], kinds: frozenset[str], start: int = 0, **more: Any) -> _Name:
        # One mark: `//` begins a comment.
        name = (match[1] or match[match.lastindex or 1]).strip()
        name = name[1:] if name[:1] in ("@", "/") else name
        return _Name(start, match.start(), match.end(), name, kinds, **more)

    def make_slash_names(match: re.Match[str], start: int) -> Iterator[_Name]:
        # Runtimes that call agents so have this among the names of the agent.
        yield make_name(match, _SKILL, start)
        yield _Name(start, match.start(), match.end(), f"/{match[1].strip().removeprefix('/')}", _AGENT)

    for start, line in _iter_lines(body, "kill"):
        for match in _SKILL_CALL.finditer(line):
            yield make_name(match, _SKILL, start, grade="called", certain="name" not in match[1].lower())
        for match in _SKILL_PATH.finditer(line):
            yield make_name(match, _SKILL, start, grade="called")
        for match in _WORD_SKILL.finditer(line):
            yield make_name(match, _SKILL, start)
    for start, line in _iter_lines(body, "/SKILL.md)"):
        for match in _SKILL_LINK.finditer(line):
            yield make_name(match, _SKILL, start)
    for start, line in _iter_lines(body, "agent"):
        for match in _SUBAGENT.finditer(line):
            yield make_name(match, _AGENT, start, grade="called", certain=True)
        for match in _BARE_SUBAGENT.finditer(line):
            yield make_name(match, _AGENT, start, grade="called")
        for match in _RUN_SUBAGENT.finditer(line):
            yield make_name(match, _AGENT, start, grade="called")
        for match in _WORD_AGENT.finditer(line):
            yield make_name(match, _AGENT, start)
        for match in _AGENT_WORD_NAME.finditer(line):
            yield make_name(match, _AGENT, start)
    for sign in _AGENT_SIGNS:
        for start, line in _iter_lines(body, sign):
            for pattern in (_NAME_AGENT_WORD, _AGENT_WORD_NAME):
                for match in pattern.finditer(line):
                    yield make_name(match, _AGENT, start)
    for start, line in _iter_lines(body, "@"):
        for match in _AT.finditer(line):
            yield make_name(match, _AGENT, start, certain=line.startswith("agent-", match.start() + 1))
            latin = _BEFORE_NO_BLANKS.match(match[1])
            if latin and latin[0] != match[1]:
                yield _Name(start, match.start(), match.start(1) + latin.end(), latin[0], _AGENT)
    for start, line in _iter_lines(body, "`"):
        for match in _TICKED.finditer(line):
            if match[1].lstrip().startswith("/"):
                yield from make_slash_names(match, start)
            else:
                yield make_name(match, _ANY, start, is_word=match[1].strip().isalnum())
    for start, line in _iter_lines(body, "/"):
        for match in _SLASH.finditer(line):
            yield from make_slash_names(match, start)
    for match in _find_words(body):
        start = body.rfind("\n", 0, match.start()) + 1
        yield _Name(start, match.start() - start, match.end() - start, match[0], _ANY, is_unmarked=True)


def _find_list_heads(body: str, known: Known) -> Iterator[_Name]:
    """The words at the head of list items, where half of the items of the list begin with an agent: two of
    them, or in bold letters. Types of commits and values of a setting are listed so as well."""
    every = list(_LIST_ITEM.finditer(body))
    # Few lists begin with agents.
    if not any(item[3] and item[3].islower() and known(item[3], _AGENT) for item in every):
        return
    for items in _group_list_items(body, every):
        agents = [item for item in items if item[3] and known(item[3], _AGENT)]
        if len(agents) * 2 >= len(items):
            for item in agents:
                if item[3].islower() and (item[2] or len(agents) > 1):
                    start = item.start()
                    yield _Name(start, item.start(3) - start, item.end() - start, item[3], _AGENT)


def _group_list_items(body: str, items: Iterable[re.Match[str]]) -> Iterator[list[re.Match[str]]]:
    """``items`` of ``body`` by their list, as far as nothing but deeper lines stands between them."""
    lists: dict[str, list[re.Match[str]]] = {}
    end = 0
    for item in items:
        between = [line for line in body[end : item.start()].split("\n")[1:] if line.strip()]
        end, depth = _find_line_end(body, item.start()), len(item[1])
        for indent in list(lists):
            is_left = any(len(line) - len(line.lstrip()) <= len(indent) for line in between)
            if is_left or len(indent) > depth:
                yield lists.pop(indent)
        lists.setdefault(item[1], []).append(item)
    yield from lists.values()


def _find_words(body: str) -> Iterator[re.Match[str]]:
    """What ``_WORD`` finds, if it does not go on. Few words have a sign within: from these, it is gone back
    to the beginning."""
    end = 0
    for sign in _WITHIN.finditer(body):
        start = sign.start()
        if start >= end:
            while start and body[start - 1].isalnum():
                start -= 1
            match = _WORD.match(body, start)
            if match:
                end = match.end()
            if match and not _GOES_ON.match(body, end):
                yield match
                if _WITHOUT_BLANKS.search(match[0]):
                    yield from _LATIN.finditer(body, match.start(), end)


def _find_spoken(body: str) -> Iterator[_Name]:
    """Names with blanks for their hyphens, behind a verb that is for a person: "Query context manager"."""
    searched, lowered = make_searchable(body), ""
    for verb in _SPEAKING_VERBS:
        place = searched.find(verb)
        while place >= 0:
            # A few letters become two: then places would be wrong.
            lowered = lowered or (small if len(small := body.lower()) == len(body) else body)
            behind = place + len(verb)
            match = _SPOKEN.match(lowered, behind)
            if match and not lowered[place - 1 : place].isalnum():
                start = body.rfind("\n", 0, place) + 1
                words = match[1].split(" ")
                for count in range(len(words), 1, -1):
                    name = "-".join(words[:count])
                    yield _Name(start, match.start(1) - start, match.end(1) - start, name, _AGENT)
            place = searched.find(verb, behind)


def _find_phrases(body: str, phrases: Phrases) -> Iterator[_Name]:
    """The names of several words, in their exact spelling. A title of the whole file is its own: that of a
    "Healthcare Customer Service Agent" names no other agent."""
    for first_word in sorted(phrases.keys() & set(re.findall(r"\w+", body))) if phrases else ():
        for start, line in _iter_lines(body, first_word):
            words = re.findall(r"\w+", line)
            following = {"", *(second for first, second in pairwise(words) if first == first_word)}
            if first_word in words and not line.startswith("# "):
                by_second = phrases[first_word]
                for phrase in sorted(name for second in following for name in by_second.get(second, ())):
                    if (at := _find_whole(phrase, line)) >= 0:
                        yield _Name(start, at, at + len(phrase), phrase, _AGENT)


def _find_whole(phrase: str, line: str) -> int:
    """Where ``phrase`` first stands in ``line`` as words of its own; -1 if it does not."""
    at = line.find(phrase)
    while at >= 0:
        end = at + len(phrase)
        if not (line[max(0, at - 1) : at].isalnum() or line[end : end + 1].isalnum()):
            break
        at = line.find(phrase, end)
    return at


def find_server_mentions(document: Document) -> Iterator[tuple[str, str | None, Evidence]]:
    """Every ``mcp__server__tool`` in the body that the text does not forbid: server, tool (``None`` for all
    of it), evidence."""
    if "mcp__" not in document.body:
        return
    for number, line in enumerate(document.body.split("\n"), document.body_line):
        for match in _MCP.finditer(line):
            if _NEGATION.search(line[max(0, match.start() - MOST_BEFORE) : match.start()]):
                continue
            tool = match[2] if match[2] and match[2] != "*" else None
            yield match[1], tool, Evidence("named", document.get_body_span(number), line.strip()[:200])
