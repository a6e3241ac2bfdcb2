"""String functions: slugs, summaries, and example dialogues in descriptions."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import date
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from ..model.definitions import Example

_NAMED_SIGNS = {"#": "-sharp", "+": "-plus", "&": "-and", "@": "-at"}
SUMMARY_LENGTH = 180
# No file or folder can have these names on Windows, whatever its extension.
DEVICES = frozenset({"aux", "con", "nul", "prn", "conin", "conout"}) | {
    f"{port}{number}" for port in ("com", "lpt") for number in "0123456789"
}


def is_day(text: str) -> bool:
    """Whether ``text`` is a day of the calendar, as ``2026-05-01``."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


@lru_cache(maxsize=1 << 14)
def make_slug(text: str) -> str:
    """A URL segment of ``text``: lower case, letters and digits of any script, ``-`` between; never empty.

    Signs that tell names apart (``C#``, ``C++``) become words, so that they stay apart.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    # Between letters a sign is punctuation; at the end of a word it is part of the name.
    text = re.sub(r"[#+]+(?=\s|$|[^\w])", lambda m: "".join(_NAMED_SIGNS[c] for c in m[0]), text)
    text = re.sub(r"[&@]", lambda m: _NAMED_SIGNS[m[0]] + "-", text)
    text = unicodedata.normalize("NFC", text.lower())
    name = "".join(
        c if c.isalnum() or c == "_" or unicodedata.category(c) in ("Mn", "Mc") else "-" for c in text
    )
    word = truncate_bytes(re.sub(r"-{2,}", "-", name).strip("-")) or "unnamed"
    return word + "_" if word in DEVICES else word


def truncate_bytes(segment: str, longest: int = 80) -> str:
    """``segment`` within ``longest`` bytes: file systems end at 255, percent-encoded links well before."""
    if len(segment.encode()) <= longest:
        return segment
    mark = hashlib.sha1(segment.encode(), usedforsecurity=False).hexdigest()[:6]
    return segment.encode()[: longest - 12].decode(errors="ignore").strip("-") + "-" + mark


@lru_cache(maxsize=4096)
def make_server_id(name: str) -> str:
    """The id of an MCP server: of its name as tools spell it, so that both spellings meet."""
    id = make_slug(spell_server(name))
    return "index-server" if id == "index" else id


def spell_server(name: str) -> str:
    """``name`` of an MCP server as the names of its tools spell it: what is no letter, digit, ``_`` or ``-``
    becomes ``_``."""
    return re.sub(r"[^\w-]", "_", name)


def replace_surrogates(value: Any) -> Any:
    """``value`` (what JSON or YAML gave) without lone surrogates, which no file can hold. Two that belong
    together are the letter that they stand for, as to every reader of JSON."""
    if isinstance(value, str):
        if value.isascii():
            return value
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, dict):
        return {replace_surrogates(key): replace_surrogates(item) for key, item in value.items()}
    return [replace_surrogates(item) for item in value] if isinstance(value, list) else value


# What the runners of GitHub and Azure take for a command: `##[name]` anywhere, `::name` where a line begins.
_RUNNER_COMMAND = re.compile(r"##(?=\[)|^(\s*):(?=:)", re.M)


def make_searchable(text: str) -> str:
    """``text`` to look for ASCII in: small letters at their places, and a sign for each other letter.

    It is searched several times faster than text with an emoji in it.
    """
    return text.encode("ascii", "replace").lower().decode("ascii")


def make_printable(text: str) -> str:
    """``text`` for a terminal or a log, its lines as they are. Control characters, which could command the
    terminal, are made visible, and what a runner of workflows would take for a command is broken."""
    if not text.replace("\n", "").isprintable():
        text = "".join(c if c.isprintable() or c in "\n " else f"\\x{ord(c):02x}" for c in text)
    return _RUNNER_COMMAND.sub(lambda match: "# #" if match[1] is None else f"{match[1]}: ", text)


def make_line_printable(text: str) -> str:
    """``text`` as one line of a terminal or a log."""
    return make_printable(" ".join(text.splitlines()))


def make_single_line(text: str) -> str:
    """``text`` on one line, without what commands a terminal or turns the direction of what follows."""
    if text.isprintable():
        return " ".join(text.split())
    return " ".join("".join(c if c.isprintable() or c.isspace() else "" for c in text).split())


def unescape_literals(text: str) -> str:
    r"""``text`` with literal ``\n``, ``\t`` and ``\"`` made what they stand for.

    Descriptions written for one line carry them (5 % of real files).
    """
    if "\\" not in text:
        return text
    text = text.replace("\\r\\n", "\n").replace("\\n", "\n").replace("\\t", " ")
    return text.replace('\\"', '"')


_EXAMPLE = re.compile(r"<example>(.*?)(?:</example>|(?=<example>)|\Z)", re.S | re.I)
_COMMENTARY = re.compile(r"<commentary>(.*?)(?:</commentary>|\Z)", re.S | re.I)
# Possessive, and within a line: text of nothing but blanks must not be tried in every way.
_WHO = r"\**+(user|assistant|human)\**+[ \t]*+:"
_TURN = re.compile(rf"^[ \t]*+(?:[-*][ \t]++)?{_WHO}[ \t]*+", re.I | re.M)
_CONTEXT = re.compile(
    rf"^[ \t]*+\**+context\**+[ \t]*+:[ \t]*+(.*?)(?=^[ \t]*+{_WHO}|\Z)", re.S | re.I | re.M
)
_EXAMPLES_WORD = re.compile(r"\b(?:Here are some )?(?:Usage )?Examples?[ \t]?:$", re.I)


def split_description(description: str) -> tuple[str, tuple[Example, ...]]:
    """A description as its own prose and its ``<example>`` dialogues."""
    text = unescape_literals(description).strip()
    if "<example>" not in text.lower():
        return text, ()
    examples = tuple(_parse_example(match[1]) for match in _EXAMPLE.finditer(text))
    parts = [_EXAMPLES_WORD.sub("", part.strip()).rstrip(" (\n") for part in _find_between(text)]
    return "\n\n".join(part for part in parts if part), examples


def _find_between(text: str) -> list[str]:
    parts, at = [], 0
    for match in _EXAMPLE.finditer(text):
        parts.append(text[at : match.start()])
        at = match.end()
    parts.append(text[at:])
    return parts


def _parse_example(block: str) -> Example:
    commentary = " ".join(match[1].strip() for match in _COMMENTARY.finditer(block)) or None
    block = _COMMENTARY.sub("\n", block)
    context_match = _CONTEXT.search(block)
    context = context_match[1].strip() if context_match else None
    if context_match:
        block = block[: context_match.start()] + block[context_match.end() :]
    turns: list[tuple[str, str]] = []
    starts = list(_TURN.finditer(block))
    before = block[: starts[0].start()].strip() if starts else block.strip()
    if before:
        turns.append(("", before))
    for index, match in enumerate(starts):
        end = starts[index + 1].start() if index + 1 < len(starts) else len(block)
        message = block[match.end() : end].strip()
        if len(message) > 1 and message[0] == message[-1] == '"':
            message = message[1:-1]
        turns.append((match[1].lower(), message))
    return Example(context, tuple(turns), commentary)


_SENTENCE = re.compile(r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)(?<!vs\.)\s+(?=\S)|(?<=[。！？])")


# A sentence that says nothing by itself: "Python-only.", "IMPORTANT!"
_SAYS_NOTHING = re.compile(r"[\x21-\x7e]+|[\x20-\x7e]{1,24}[ -]only[.!]", re.I)
# Stars around words are emphasis; a star within a pattern for files, or between numbers, is a star.
_EMPHASIS = re.compile(r"(?<![\w*/.])(\*{1,3})(?=[^\s*])([^*`]*[^\s*`])\1(?![\w*/])")


def _strip_emphasis(text: str) -> str:
    """``text`` without back-ticks and without the stars of emphasis, those in code kept."""
    parts = text.split("`")
    for index in range(0, len(parts), 2):
        parts[index] = _EMPHASIS.sub(r"\2", parts[index])
    return "".join(parts)


def summarize(description: str | None) -> str:
    """One sentence of plain text for cards and tables, at most ``SUMMARY_LENGTH`` characters."""
    if not description:
        return ""
    text = unescape_literals(description)
    text = re.split(r"<example>|\bExamples?\s*:", text, maxsplit=1, flags=re.I)[0] or text
    text = _strip_emphasis(re.sub(r"\s+", " ", text)).strip()
    first, *rest = _SENTENCE.split(text, maxsplit=2)
    if rest and _SAYS_NOTHING.fullmatch(first.strip()):
        first = f"{first.strip()} {rest[0]}"
    first = first.strip()
    if len(first) <= SUMMARY_LENGTH:
        return first
    cut = first[:SUMMARY_LENGTH]
    space = cut.rfind(" ")
    # Scripts without spaces are cut where they stand.
    return (cut[:space] if space > SUMMARY_LENGTH // 2 else cut).rstrip(" ,;:") + "…"


def capitalize_sentence(text: str) -> str:
    """``text`` with a capital at its beginning, the rest as it is."""
    return text[:1].upper() + text[1:]


def make_unique(id: str, taken: dict[str, int], mark: str = "-") -> str:
    """``id``, with a number behind it when it is taken; ``taken`` counts them. Linear in their number."""
    number = taken.get(id, 0) + 1
    taken[id] = number
    if number == 1:
        return id
    while (text := f"{id}{mark}{number}") in taken:
        number += 1
    taken[id], taken[text] = number, 1
    return text


_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Cn"))
# Joiners are parts of words and emoji, marks of direction parts of texts; other such characters show nothing.
_KEPT = "\u200c\u200d\u200e\u200f"


def strip_to_one_line(text: str) -> str:
    """``text`` on one line, without what commands a terminal or turns the direction of what follows."""
    lines = (c for c in text if c.isspace() or c in _KEPT or unicodedata.category(c) not in _UNSEEN)
    return " ".join("".join(lines).split())


def matches_stars(pattern: str, text: str) -> bool:
    """Whether ``text`` is ``pattern``, in which ``*`` stands for any text and nothing else is special."""
    return fnmatchcase(text, re.sub(r"([?[])", r"[\1]", pattern))
