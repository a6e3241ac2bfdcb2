"""Reads from the text of an agent which kinds of work it asks for, each with the sentence that asks.

Only English is read; the words are in ``asked_work.yaml``. A sentence asks for a work if it has a verb of the
work with an object that a tool works on ("run the tests"), or a command. A sentence that forbids asks for
nothing, and one that forbids a whole work ("do not modify files") outweighs what asks for it in general
terms.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, islice
from pathlib import Path

from ..model.definitions import Document, Span
from ..text.code_blocks import FENCE, find_fence_end
from ..text.data_files import load_table

LEAST_WORDS = 30
"""A shorter text says too little to take a tool away for what it does not say."""
LEAST_SENTENCES = 3
"""Fewer that ask for something tell as little, unless one of them holds a command."""
_BEGINNING = 8
"""A verb so near to the beginning of a sentence is what the agent is told to do."""
_MOST_ASKS = 20
"""Among so many sentences one is looked for that begins with the verb."""
_LONGEST = 2_000
"""Of a sentence so many characters are looked at, as of one that a program wrote."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a text, and where it begins."""

    text: str
    span: Span
    is_shell: bool = False
    """Whether it is the first command of a block of shell code."""


class AskedText:
    """The sentences of a text, joined and in lower case. To look for a pattern in all of them at once is many
    times as fast as in each."""

    def __init__(self, sentences: Iterable[Sentence]) -> None:
        self.sentences = tuple(sentences)
        self.spelled = "\n".join(sentence.text for sentence in self.sentences)
        self._lowered = [sentence.text.lower() for sentence in self.sentences]
        self.text = "\n".join(self._lowered)
        self._starts = [0, *accumulate(len(sentence) + 1 for sentence in self._lowered)]

    def find(self, pattern: re.Pattern[str]) -> Iterator[tuple[Sentence, int]]:
        """The sentences in which ``pattern`` is found in lower case, unless they forbid what it finds, each
        with the place in the sentence."""
        for match in pattern.finditer(self.text):
            number = bisect_right(self._starts, match.start()) - 1
            place = match.start() - self._starts[number]
            if not _is_forbidden(self._lowered[number], place):
                yield self.sentences[number], place

    def find_name(self, pattern: re.Pattern[str]) -> Sentence | None:
        """The first sentence with a name in its own spelling, unless it forbids that."""
        for sentence in self.sentences:
            for match in pattern.finditer(sentence.text):
                if not _is_forbidden(sentence.text.lower(), match.start()):
                    return sentence
        return None

    def find_end(self, place: int) -> int:
        """Where the sentence at ``place`` ends."""
        return self._starts[bisect_right(self._starts, place - 1)] - 1


TABLE = load_table(Path(__file__).with_suffix(".yaml"))
_NEVER = r"\b(?:never|(?:do|does|must|may|should|can|will) ?(?:not|n['’]t)|cannot|can['’]t|don['’]t|no)\b"


def _fill(pattern: str) -> str:
    """A pattern of the table with its words in place of what stands in angle brackets."""
    for name, text in TABLE["words"].items():
        words = "|".join(re.split(r"(?<!\\)\s+", text))
        endings = "(?:e[sd]?|s|es|ed|d|ing|ting|ning|ies|ied|y|ying)?" if name.endswith("verb") else ""
        again = "(?:re-)?" if endings else ""
        pattern = pattern.replace(f"<{name}>", rf"\b{again}(?:{words}){endings}\b")
    return pattern.replace("<near>", r"[^.;\n]{0,60}?").replace("<never>", _NEVER)


@cache
def _compile(kind: str) -> dict[str, re.Pattern[str]]:
    """The patterns for each work, of one kind: ``asks`` or ``forbids``."""
    return {work: re.compile("|".join(map(_fill, patterns)), re.M) for work, patterns in TABLE[kind].items()}


_NEGATED = re.compile(
    rf"(?:{_NEVER}|\b(?:not|without|avoid|instead of|rather than|refuse to|nor)\b)(?! only)[^,;:—–]{{0,60}}"
    r"(?:,\s*(?:(?:or|nor|and)\s+)?[\w-]{1,30}(?=,|\s+(?:or|nor|and)\b)|,?\s*\b(?:or|nor)\b[^,;:—–]{0,60})*",
)
# Without one of these nothing is forbidden, which is found out in a tenth of the time.
_MAY_NEGATE = re.compile(r"\b(?:no|nor|not|never|cannot|without|avoid|instead|rather|refuse)\b|n['’]t\b")
# A thing that is done under a condition is done.
_UNDER_CONDITION = re.compile(r"\b(?:unless|until|without|before|except)\b")
_INLINE_COMMAND = re.compile(_fill(r"`(?:sudo |\$ )?(?:<command>)(?= |`)[^`\n]{0,200}`").replace(r"\b", ""))
_COMMAND_LINE = re.compile(_fill(r"\s*(?:\$ )?(?:<command>)(?: |$)").replace(r"\b", ""))
_SHELLS = frozenset(
    {"bash", "sh", "shell", "zsh", "console", "shell-session", "powershell", "ps1", "terminal"}
)
_INTO_FILE = re.compile(
    _fill("<store verb>")
    + r"[^.;`\n]{0,80}?`[^`\n]{0,100}?[\w>*}-]\.(?:md|json|ya?ml|txt|py|[jt]sx?|toml|csv|html|css|sh)`"
)
"""What puts something into a file that the text names."""
_ENGLISH = frozenset(TABLE["english"].split())
_FOREIGN = frozenset(TABLE["other languages"].split())
_DOCUMENT = re.compile(TABLE["documents"])
_WORD = re.compile(r"[^\W\d_]+")


def read_sentences(document: Document) -> Iterator[Sentence]:
    """The sentences of the description and of the body, with the first commands of shell blocks."""
    description = document.values.get("description")
    if isinstance(description, str):
        span = document.get_span("description")
        for match in _SENTENCE.finditer(" ".join(description.split("<example>")[0].split())):
            yield Sentence(match[0][:_LONGEST], span)
    lines = document.body.split("\n")
    number, excluded = 0, ""
    while number < len(lines):
        if fence := FENCE.match(lines[number]):
            end = find_fence_end(lines, number, fence)
            yield from _read_code(document, lines, number, end, fence[3])
            number = end + 1
            continue
        end = number + 1
        while end < len(lines) and not _BEGINS_BLOCK.match(lines[end]):
            end += 1
        text = "\n".join(lines[number:end])
        is_heading = text.lstrip().startswith("#")
        if is_heading or (excluded == "items" and text.strip() and not _ITEM.match(text)):
            excluded = ""
        if not excluded:
            yield from _read_block(document, lines[number:end], number)
            if _EXCLUDES.search(text.lower()) and (is_heading or text.rstrip("*_ \n").endswith(":")):
                excluded = "heading" if is_heading else "items"
        number = end


_ITEM = re.compile(r"\s*(?:[-*+] |\d+[.)] )")
_BEGINS_BLOCK = re.compile(rf"{_ITEM.pattern}|\s*(?:#{{1,6}} |\||>|$|`{{3}}|~{{3}})")
# A heading or the first line of a list, below which stands what the agent does not do.
_EXCLUDES = re.compile(
    r"\bout of scope\b|\b(?:do|does|must|should|can) ?not\b|\b(?:don|doesn)['’]ts?\b|\bnever\b|\bcannot\b|"
    r"\banti-patterns?\b|\bnot (?:your|my) (?:job|responsib\w+)\b|\bwhen not to\b|\bforbidden\b|\bavoid\b",
)


def _read_block(document: Document, lines: list[str], first: int) -> Iterator[Sentence]:
    """The sentences of a paragraph or an item that begins at line ``first``, however its lines are broken."""
    starts, text = [], ""
    for line in lines:
        starts.append(len(text))
        text += line.strip() + " "
    for match in _SENTENCE.finditer(text):
        number = first + bisect_right(starts, match.start()) - 1
        yield Sentence(match[0].strip()[:_LONGEST], _locate(document, number))


_SENTENCE = re.compile(r"\S.*?(?:[.!?;](?=\s)|$)", re.S)


def _locate(document: Document, number: int) -> Span:
    """The place of line ``number`` of the body, counted from 0. A body in JSON has one line in the file."""
    is_one_line = document.source.path.lower().endswith(".json") and not document.body_path
    return document.get_body_span(document.body_line + (0 if is_one_line else number))


def _read_code(document: Document, lines: list[str], start: int, end: int, info: str) -> Iterator[Sentence]:
    """The first command of a block of shell code. Other code is an example, and asks for nothing."""
    language = info.split()[0].lower() if info.split() else ""
    for number in range(start + 1, end):
        line = lines[number].strip()
        is_command = language in _SHELLS and line and not line.startswith("#")
        if is_command or (not language and _COMMAND_LINE.match(line)):
            yield Sentence(line[:_LONGEST], _locate(document, number), True)
            return


def find_asked_work(text: AskedText, servers: re.Pattern[str] | None = None) -> dict[str, Sentence] | None:
    """The sentence that asks for each work; ``None`` if too little is asked for to say what is not.

    It is the first command or named file, else the first one that begins with the verb, else the first one.
    A sentence that names an MCP server (``servers``) asks for that server only. A question asks for nothing:
    it is what the agent asks itself.
    """
    by_work: dict[str, Sentence] = {}
    commands = [sentence for sentence in text.sentences if sentence.is_shell]
    commands += [sentence for sentence, _place in islice(text.find(_INLINE_COMMAND), 1)]
    for sentence, _place in islice(text.find(_INTO_FILE), 1):
        by_work["change"] = sentence
    if commands:
        by_work["run"] = commands[0]
    banned = {kind for kind, pattern in _compile("forbids").items() if _is_said(pattern, text)}
    asking: set[Sentence] = set()
    for work, pattern in _compile("asks").items():
        chosen: Sentence | None = None
        begins = False
        needs_document = work == "change" and "change code" in banned
        for sentence, place in islice(_find_asks(text, pattern, servers, needs_document), _MOST_ASKS):
            asking.add(sentence)
            if chosen is None or (place <= _BEGINNING and not begins):
                chosen, begins = sentence, place <= _BEGINNING
            if begins and (commands or len(asking) >= LEAST_SENTENCES):
                break
        if chosen and work not in banned:
            by_work.setdefault(work, chosen)
    return by_work if commands or len(asking) >= LEAST_SENTENCES else None


def _find_asks(
    text: AskedText, pattern: re.Pattern[str], servers: re.Pattern[str] | None, needs_document: bool
) -> Iterator[tuple[Sentence, int]]:
    """The sentences that may ask for a work, each with the place of what does."""
    for sentence, place in text.find(pattern):
        lowered = sentence.text.lower()
        if sentence.is_shell or lowered.endswith("?") or (servers and servers.search(lowered)):
            continue
        if not needs_document or _DOCUMENT.search(lowered):
            yield sentence, place


def _is_said(ban: re.Pattern[str], text: AskedText) -> bool:
    """Whether a sentence forbids so much, under no condition."""
    return any(
        not _UNDER_CONDITION.search(text.text, match.end(), text.find_end(match.end()))
        for match in ban.finditer(text.text)
    )


def _is_forbidden(text: str, place: int) -> bool:
    """Whether what stands at ``place`` is said not to be done, under no condition."""
    for match in _NEGATED.finditer(text) if _MAY_NEGATE.search(text) else ():
        if match.start() <= place < match.end():
            return not _UNDER_CONDITION.search(text, match.start() + 1)
    return False


def is_english(text: AskedText) -> bool:
    """Whether the text is English, as far as its letters and its most frequent words tell."""
    words = _WORD.findall(text.text)
    letters = "".join(words)
    if not letters.isascii() and sum(not letter.isascii() for letter in letters) > len(letters) / 10:
        return False
    counts = Counter(words)
    english, foreign = (sum(counts[word] for word in known) for known in (_ENGLISH, _FOREIGN))
    return foreign <= english and (english * 40 >= len(words) or len(words) < LEAST_WORDS)


def count_words(text: AskedText) -> int:
    """How many words the text has, without its code."""
    return sum(len(_WORD.findall(sentence.text)) for sentence in text.sentences if not sentence.is_shell)
