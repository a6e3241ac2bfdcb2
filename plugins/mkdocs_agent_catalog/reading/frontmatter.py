"""Reads frontmatter: strict YAML, or else repaired as runtimes do. Keeps the line of each value.

What no runtime reads is still read here as well as it can be, so that its page shows what is meant.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Any

import yaml

from ..model.definitions import Diagnostic, Document, Source, Span
from ..text.i18n import TranslatableText, say
from ..text.i18n import mark_for_translation as _
from ..text.strings import replace_surrogates
from . import limits, masking
from .file_reader import MOST_BYTES
from .json_places import describe_duplicate
from .mask_server_config import find_configured_values, is_configuration_key
from .yaml_problems import say_problem

_OPEN = re.compile(r"-{3,}\s*$")
_CLOSE = re.compile(r"(-{3,}|\.{3})\s*$")
_FENCE = re.compile(r" {0,3}(`{3}|~{3})")
_KEY = re.compile(r"[A-Za-z_][\w.-]*\s*:(\s|$)")
_ONE_LINE = re.compile(r"([A-Za-z_][\w-]*):\s+(\S.*)$")
# A value with these is put in quotes when the frontmatter is no YAML as it stands.
_SPECIAL = re.compile(r"[{}\[\]*&#!|>%@`]|: ")
_QUOTED_TEXTS = re.compile(r"""(?:"[^"]*"|'[^']*')(?:\s*,\s*(?:"[^"]*"|'[^']*'))+,?""")
_BLOCK_SCALAR = re.compile(r"[|>][-+\d]*\s*(#.*)?$")
# Keys are known or lower-case: `Context:` and `user:` at column 0 belong to a dialogue.
_SAID = re.compile(r"(context|user|assistant|human|example|examples|commentary|note)\s*:", re.I)
_SHARED_KEYS = frozenset({"reasoningEffort", "allowedTools", "argumentHint"})
# Values that are words whatever they look like: `name: 1.10`, `description: on`.
_TEXTS = frozenset({"name", "description", "model"})
# What is shown of frontmatter that may hold the configuration of servers somewhere else.
_SHOWN_KEYS = frozenset({"name", "description", "tools"})
_ESCAPED = _("a secret written with escapes")
_OLD_LINE_ENDS = dict.fromkeys((0x85, 0x2028, 0x2029), " ")
_MOST_ABOVE = 40
"""The lines above frontmatter in which it is looked for where it does not open the file."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where frontmatter is: its first line and the line after its last, where the body begins (all from 0),
    and how far all is indented. ``problem`` and ``hint`` say what keeps a runtime from finding it."""

    first: int
    last: int
    body: int
    indent: int = 0
    problem: TranslatableText | None = None
    hint: TranslatableText | None = None


def parse_document(source: Source, keys: frozenset[str] = frozenset()) -> Document:
    """``source`` with its frontmatter read. ``keys`` are those of its runtime, for a file that is no strict
    YAML. Never raises: what cannot be read is said in ``error``."""
    text = source.plain_text
    lines = text.split("\n")
    frame = _find_frame(lines, keys)
    if frame is None:
        return Document(source, {}, {}, text, 1, has_frontmatter=False)
    values, repaired, error = None, None, None
    while values is None:
        first, last, indent = frame.first, frame.last, frame.indent
        block = _take_indent_away(lines[first:last], indent)
        reader = _Reader(source.path, first, indent)
        values, repaired, error = _read_values(reader, block, keys, "\r\n" in source.text)
        if error and (shorter := _cut_at_heading(frame, block)):
            frame, values = shorter, None
    body_lines = _take_indent_away(lines[frame.body :], indent)
    # Where the parser was not shown what stands there, nobody knows what an escape hides.
    hides = (repaired or error) and re.search(r"\\[xuU]", "\n".join(block))
    root = None if hides else reader.root
    masked_keys, masked_lines = find_configured_values(root, reader.text, reader.starts, block)
    if masked_lines and root is None:
        values = reader.read_by_key(block, keys, _SHOWN_KEYS & values.keys()) if error else values
        masked_keys = frozenset(values) - _SHOWN_KEYS
    masked_lines = {first + number: line for number, line in masked_lines.items()}
    notes = (*reader.notes, *_find_lost_text(reader, block))
    if frame.problem and not error:
        span = Span(source.path, max(first, 1))
        error = Diagnostic("frontmatter_unreadable", span, frame.problem, frame.hint or "")
    has_escapes = any("\\" in line or "''" in line for line in block)
    if has_escapes and (visible := masking.mask_nested(values)) != values:
        # Written with escapes, it is found only now: where in the text is not known.
        values = visible
        notes = (*notes, masking.make_diagnostic(Span(source.path, first + 1), say(_ESCAPED)))
        text = "\n".join([*lines[:first], *(masking.MASK for __ in lines[first:last]), *lines[last:]])
        source, masked_lines = replace(source, text=text), {}
        masked_keys = frozenset(masking.mask_text(key) for key in masked_keys)
    body, spans = "\n".join(body_lines), reader.spans
    document = Document(source, values, spans, body, frame.body + 1, repaired, error, notes)
    return replace(document, masked_keys=masked_keys, masked_lines=masked_lines)


@dataclass(frozen=True, slots=True)
class YamlData:
    """What a text that is YAML as a whole says. ``values`` is ``None``, and ``problem`` says why with its
    line and column from 0, for what cannot be read; what is masked is told as in ``Document``."""

    values: dict[str, Any] | None
    spans: dict[str, Span]
    notes: tuple[Diagnostic, ...]
    problem: tuple[str, int, int]
    masked_keys: frozenset[str]
    masked_lines: dict[int, str]


def parse_yaml(
    path: str,
    lines: list[str],
    prompt_keys: frozenset[str] = frozenset(),
    most_entries: int = limits.MAX_ENTRIES,
) -> YamlData:
    """The values of a file whose ``lines`` are YAML from the first to the last, each with its place.

    The texts under ``prompt_keys`` are for a model: words in them configure nothing. ``most_entries``: of a
    list."""
    reader = _Reader(path, 0, 0, most=MOST_BYTES, most_entries=most_entries)
    values, problem = reader.read_strict(lines)
    masked = find_configured_values(reader.root, reader.text, reader.starts, lines, prompt_keys)
    return YamlData(values, reader.spans, tuple(reader.notes), problem, *masked)


def _read_values(
    reader: _Reader, block: list[str], keys: frozenset[str], has_crlf: bool
) -> tuple[dict[str, Any], Diagnostic | None, Diagnostic | None]:
    """The values of ``block``, and how they were repaired or why no runtime reads them.

    Lines that end with CR LF (``has_crlf``) are not repaired. Source: issue 80890 of Claude Code.
    """
    values, problem = reader.read_strict(block)
    if values is not None:
        return values, None, None
    place = Span(reader.path, problem[1] + reader.line + 1, problem[2] + reader.column + 1)
    message = say("the frontmatter is not valid YAML: {problem}", problem=problem[0])
    if reader.is_refused:
        # What is too large as it is will not be smaller in quotes.
        error = Diagnostic("frontmatter_unreadable", place, message, say("make it shorter"))
        return reader.read_by_key(block, keys, _SHOWN_KEYS - {"tools"}), None, error
    quoted = quote_one_line_values(block)
    values, _ = reader.read_strict(quoted)
    if values is not None:
        hint = _describe_quotes(block, quoted)
        broken = _find_broken_lines(block, quoted)
        if problem[1] not in broken:
            # The parser looked for the end of a value in the lines below it.
            place = Span(reader.path, broken[0] + reader.line + 1, reader.column + 1)
        if has_crlf:
            return values, None, Diagnostic("frontmatter_unreadable", place, message, hint)
        message = say("not valid YAML: {problem}", problem=problem[0])
        return values, Diagnostic("frontmatter_repaired", place, message, hint), None
    error = Diagnostic("frontmatter_unreadable", place, message, _describe_repair(block, keys, reader.line))
    return reader.read_by_key(block, keys), None, error


def _find_frame(lines: list[str], keys: frozenset[str] = frozenset()) -> _Frame | None:
    """Where the frontmatter is; ``None`` if there is none."""
    start = next((i for i, line in enumerate(lines) if line.strip()), None)
    if start is None:
        return None
    if not _OPEN.match(lines[start].strip()):
        below = _find_opening_below(lines, start, keys)
        if below is None:
            return _find_unopened(lines, start) if _KEY.match(lines[start]) else None
        start = below
    opening = lines[start]
    indent = len(opening) - len(opening.lstrip(" "))
    problem = hint = None
    if start or opening.rstrip() != "---":
        problem = say("line {line} begins the frontmatter: nothing may stand before it", line=start + 1)
        hint = say("begin the file with `---`, and move the text above it below the closing `---`")
    if not start and problem:
        problem = say("the first line must be `---` and nothing else")
        hint = say("write `---`, and indent nothing")
    for index in range(start + 1, len(lines)):
        line = lines[index][indent:] if lines[index][:indent].isspace() else lines[index]
        if _CLOSE.match(line):
            if line.startswith("...") and not problem:
                problem = say("`...` in line {line} does not close the frontmatter", line=index + 1)
                hint = say("write `---`")
            index = _find_end_below(lines, index, keys) if line.startswith("...") else index
            return _Frame(start + 1, index, index + 1, indent, problem, hint)
    # Never closed: the keys at the top are the frontmatter, the rest the body.
    end = start + 1
    while end < len(lines) and (_is_key(lines[end], keys) or lines[end][:1] in (" ", "-", "\t")):
        end += 1
    problem = say("the frontmatter has no closing `---`")
    hint = say("write a line `---` above line {line}", line=end + 1)
    return _Frame(start + 1, end, end, indent, problem, hint) if end > start + 1 else None


def _find_end_below(lines: list[str], index: int, keys: frozenset[str]) -> int:
    """Where frontmatter ends that a line ``...`` seems to close: at a line ``---`` with keys above it."""
    end = next((i for i in range(index + 1, len(lines)) if lines[i].rstrip() == "---"), index)
    between = [line for line in lines[index + 1 : end] if line.strip()]
    return end if between and all(line[:1].isspace() or _is_key(line, keys) for line in between) else index


def _find_unopened(lines: list[str], start: int) -> _Frame | None:
    """Keys and then a closing line, with no opening one."""
    end = next((i for i, line in enumerate(lines[:200]) if _CLOSE.match(line)), None)
    if not end or not any(line.startswith(("name:", "description:")) for line in lines[start:end]):
        return None
    problem = say("the frontmatter has no opening `---`")
    return _Frame(start, end, end + 1, 0, problem, say("write a line `---` above it"))


def _find_opening_below(lines: list[str], start: int, keys: frozenset[str]) -> int | None:
    """The line above a name and a description that stand below a comment or other words, outside of code."""
    for index, line in enumerate(lines[:_MOST_ABOVE]):
        if _FENCE.match(line):
            return None
        if index > start and line.rstrip() == "---":
            end = next((i for i in range(index + 1, len(lines)) if lines[i].rstrip() == "---"), index)
            block = lines[index + 1 : end]
            named = [any(text.startswith(key) for text in block) for key in ("name:", "description:")]
            if all(named) and _is_key(block[0], keys):
                return index
    return None


def _cut_at_heading(frame: _Frame, block: list[str]) -> _Frame | None:
    """``frame`` without the part from the first heading on: what closed it is a line of the text."""
    for number in range(1, len(block)):
        if block[number].startswith(("# ", "## ")) and not block[number - 1].strip():
            end = frame.first + number
            problem = say("the frontmatter has no closing `---` above line {line}", line=end + 1)
            hint = say("write a line `---` above line {line}", line=end + 1)
            return _Frame(frame.first, end, end, frame.indent, problem, hint)
    return None


def _take_indent_away(lines: list[str], indent: int) -> list[str]:
    return [line[indent:] if line[:indent].isspace() else line for line in lines] if indent else lines


def _is_key(line: str, keys: frozenset[str] = frozenset()) -> bool:
    match = _KEY.match(line)
    if not match or _SAID.match(line):
        return False
    key = line.partition(":")[0].strip()
    return key == key.lower() or key in keys or key in _SHARED_KEYS or is_configuration_key(key)


def quote_one_line_values(lines: list[str]) -> list[str]:
    """``lines`` with each top-level value that stands on one line and may be what is wrong in quotes. What
    goes on in lines that are indented stands on more than one.

    This is the repair that runtimes make themselves. Lists in brackets become text by it. What begins and
    ends with the same quote stays as it is, and so does what is wrong without one of these signs. Source:
    Claude Code 2.1.332, asked which of 60 such files it loads. What it makes of longer values,
    ``is_mended_by_line`` says.
    """
    quoted, below = [], ""
    for line in reversed(lines):
        quoted.append(line if below[:1].isspace() else _quote_line(line))
        below = line if line.strip() else below
    return quoted[::-1]


def is_mended_by_line(document: Document) -> bool:
    """Whether quotes around the first line of each value mend the frontmatter of ``document``. Such quotes
    break a value that goes on below: a block of text whose line holds no more than `|`, too."""
    lines = document.source.lines
    block = [_quote_line(line, keeps_blocks=False) for line in lines[1 : document.body_line - 2]]
    return _Reader(document.source.path, 0, 0).read_strict(block)[0] is not None


def _quote_line(line: str, keeps_blocks: bool = True) -> str:
    match = _ONE_LINE.match(line)
    if not match:
        return line
    key, value = match[1], match[2].rstrip()
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    is_block = keeps_blocks and _BLOCK_SCALAR.match(value)
    # A `: ` may be the end of the line.
    if is_block or is_quoted or not _SPECIAL.search(match[2]):
        return line
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\t", " ")
    return f'{key}: "{escaped}"'


def _find_broken_lines(block: list[str], quoted: list[str]) -> list[int]:
    """The numbers, from 0, of the lines that ``quoted`` mends."""
    changed = [number for number, line in enumerate(block) if line not in quoted]
    return [number for number in changed if not _is_yaml([block[number]])] or changed


def _describe_quotes(block: list[str], quoted: list[str]) -> TranslatableText:
    """What to write instead of values that were repaired."""
    changed = [line for line in block if line not in quoted]
    lists = [line.partition(":")[0] for line in changed if _is_flow_list(line) and _is_yaml([line])]
    broken = [block[number] for number in _find_broken_lines(block, quoted)]
    names = ", ".join(f"`{line.partition(':')[0]}`" for line in broken)
    for lacks, text in _MENDED_OTHERWISE:
        if all(map(lacks, broken)):
            return say(text, keys=names)
    if not lists:
        return say("put the value of {keys} in quotes", keys=names)
    return say(
        "put the value of {keys} in quotes; until then {lists} is text, and the brackets belong to its first "
        "and its last entry",
        keys=names,
        lists=", ".join(f"`{key}`" for key in lists),
    )


def _is_flow_list(line: str) -> bool:
    match = _ONE_LINE.match(line)
    return match is not None and match[2].startswith("[") and match[2].rstrip().endswith("]")


def _lacks_closing_quote(line: str) -> bool:
    """Whether the value of ``line`` begins with a quote that is nowhere else in it."""
    value = line.partition(":")[2].strip()
    return value[:1] in ("'", '"') and value.count(value[0]) == 1


def _lacks_closing_bracket(line: str) -> bool:
    value = line.partition(":")[2].strip()
    pair = {"[": "]", "{": "}"}.get(value[:1])
    return pair is not None and value.count(value[0]) > value.count(pair)


def _lacks_brackets(line: str) -> bool:
    """Whether the value of ``line`` is several texts, each in its own quotes."""
    return bool(_QUOTED_TEXTS.fullmatch(line.partition(":")[2].strip()))


# So many characters of a line are written in a hint.
_SHOWN = 80
_NESTED = re.compile(r"(?P<indent>\s+(?:- +)?)(?:(?P<key>[^\s\"'#:][^:]*)(?P<sign>:\s+))?(?P<value>.*?)\s*")
# What is wrong in a line that quotes around the value would only hide, and what to do about it.
_MENDED_OTHERWISE = (
    (_lacks_closing_quote, _("add the quote that ends the value of {keys}")),
    (_lacks_closing_bracket, _("add the bracket that ends the value of {keys}")),
    (_lacks_brackets, _("put the value of {keys} in brackets")),
)


def _quote_nested(line: str) -> str:
    """``line`` of a list or a map with the quotes that it needs around its key or its value."""
    match = _NESTED.fullmatch(line)
    if match is None or _is_yaml(["key:", f"  {line.strip()}"]):
        return line
    indent, key, sign, value = match["indent"], match["key"] or "", match["sign"] or "", match["value"]
    for text in (f'"{key}"{sign}{value}' if key else "", f'{key}{sign}"{value}"' if value else ""):
        if (
            text
            and len(line) <= _SHOWN
            and not {"\\", '"', "`"} & set(line)
            and _is_yaml(["key:", f"  {indent.strip()} {text}"])
        ):
            return indent + text
    return line


def _find_key_without_colon(block: list[str], first: int, last: int, keys: frozenset[str]) -> int | None:
    """The line from ``first`` to ``last`` that begins with a key that the block has nowhere else."""
    there = {line.partition(":")[0] for line in block if _is_key(line, keys)}
    for number in range(first, last + 1):
        word = block[number].split(" ", 1)[0]
        if word in {"name", "description", *keys} - there and word != block[number].strip():
            return number
    return None


def _find_indented_key(block: list[str], first: int, last: int, keys: frozenset[str]) -> int | None:
    """The line from ``first`` to ``last`` that is an indented key which the block has nowhere at its margin,
    if what stands above it is indented too."""
    there = {line.partition(":")[0] for line in block if _is_key(line, keys)}
    for number in range(first, last + 1):
        if block[number].strip() and block[number][:1] != " ":
            return None
        if _get_key(block[number].strip()) in {"name", "description", *keys} - there:
            return number
    return None


def _get_key(line: str) -> str:
    match = _KEY.match(line)
    return line.partition(":")[0].strip() if match else ""


def _describe_repair(block: list[str], keys: frozenset[str], line: int) -> TranslatableText:
    """What to change so that ``block``, whose first line is ``line`` from 0, is YAML."""
    tabs = [number for number, text in enumerate(block) if "\t" in text[: len(text) - len(text.lstrip())]]
    if tabs:
        return say("indent with spaces and not with tabs, from line {line} on", line=tabs[0] + line + 1)
    if not any(_is_key(text, keys) for text in block):
        return say("write keys with values, such as `name:` and `description:`")
    for start, end in _find_key_blocks(block, keys):
        part = block[start:end]
        last = max((n for n, text in enumerate(part) if text.strip()), default=0) + start
        key = block[start].partition(":")[0]
        if _is_yaml(part):
            continue
        indented = _find_indented_key(block, start + 1, last, keys)
        if indented is not None and block[start].partition(":")[2].strip():
            # As text of the value above it, it would be read by nobody.
            text = _("write `{key}` in line {line} without the blanks before it")
            return say(text, key=_get_key(block[indented].strip()), line=indented + line + 1)
        for lacks, text in _MENDED_OTHERWISE if last == start else ():
            if lacks(block[start]):
                return say(text, keys=f"`{key}`")
        if last == start:
            return say("put the value of {keys} in quotes", keys=f"`{key}`")
        lost = _find_key_without_colon(block, start + 1, last, keys)
        if lost is not None:
            text = _("write a colon after `{key}` in line {line}")
            return say(text, key=block[lost].split()[0], line=lost + line + 1)
        if not block[start].partition(":")[2].strip():
            mended = [_quote_nested(text) for text in part[1:]]
            number = next((n for n, text in enumerate(mended, start + 1) if text != block[n]), None)
            if number is not None and _is_yaml([part[0], *mended]):
                if find_configured_values(None, "", [], block)[1]:
                    text = _("put the key or the value in line {line} in quotes")
                    return say(text, line=number + line + 1)
                words = mended[number - start - 1].strip().removeprefix("- ")
                return say(
                    "write `{words}`, with quotes, in line {line}", words=words, line=number + line + 1
                )
        if _BLOCK_SCALAR.match(block[start].partition(":")[2].strip()):
            text = _("indent the text of `{key}` by two spaces, lines {first} to {last}")
            return say(text, key=key, first=start + line + 2, last=last + line + 1)
        return say(
            "write `{key}: |` and its text below it, indented by two spaces (now lines {first} to {last})",
            key=key,
            first=start + line + 1,
            last=last + line + 1,
        )
    return say("close what is open, and quote values that hold `: `, `#`, `*` or brackets")


def _expand_tabs(line: str) -> str:
    """``line`` with its indentation in blanks."""
    content = line.lstrip()
    return line[: len(line) - len(content)].replace("\t", "  ") + content


def _find_lost_text(reader: _Reader, block: list[str]) -> Iterator[Diagnostic]:
    """A finding for a description whose end is a comment to YAML."""
    for node, value in reader.root.value if reader.root else ():
        if node.value == "description" and isinstance(value, yaml.ScalarNode) and not value.style:
            line, column = reader.find_spot(value.end_mark)
            if block[line : line + 1] and re.match(r"[ \t]+#", block[line][column:]):
                span = Span(reader.path, reader.line + line + 1, reader.column + column + 1)
                message = say("what follows ` #` is a comment: it is lost from `description`")
                yield Diagnostic("lost_text", span, message, say("put the whole value in quotes"))


def _find_key_blocks(lines: list[str], keys: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Each key with the lines that belong to it: its line and the line after the last."""
    starts = [number for number, line in enumerate(lines) if _is_key(line, keys)]
    yield from pairwise([*starts, len(lines)])


def compose(text: str) -> yaml.Node | None:
    """The nodes of ``text``. libyaml reads ten times as fast; what it refuses is read again by the parser
    in Python, which says better what is wrong, and everything is if libyaml is not there."""
    if _FAST is not None:
        try:
            return yaml.compose(text, Loader=_FAST)
        except yaml.YAMLError:
            pass
    return yaml.compose(text, Loader=yaml.SafeLoader)


_FAST = getattr(yaml, "CSafeLoader", None)


def _is_yaml(block: list[str]) -> bool:
    text = "\n".join(block)
    try:
        limits.refuse_text(text)
        node = compose(text)
    except (yaml.YAMLError, RecursionError, ValueError):
        return False
    return isinstance(node, yaml.MappingNode) and len(node.value) == 1


class _Reader:
    """Reads YAML nodes into plain values and keeps the place of each."""

    def __init__(
        self,
        path: str,
        line: int,
        column: int,
        most: int = limits.MAX_CHARACTERS,
        most_entries: int = limits.MAX_ENTRIES,
    ) -> None:
        self.path, self.line, self.column, self.most = path, line, column, most
        self.most_entries = most_entries
        self.spans: dict[str, Span] = {}
        self.notes: list[Diagnostic] = []
        self.text, self.starts = "", [0]
        self.root: yaml.MappingNode | None = None
        self.is_refused = False
        self._count = 0

    def read_strict(self, lines: list[str]) -> tuple[dict[str, Any] | None, tuple[str, int, int]]:
        """The values, or ``None`` and what is wrong: message, line and column from 0."""
        self.spans, self.notes, self.root, self._count = {}, [], None, 0
        # What a parser of today takes for blank and this one for more: line ends of old, tabs in empty lines.
        blanked = (line if line.strip() else " " * len(line) for line in lines)
        self.text = text = "\n".join(blanked).translate(_OLD_LINE_ENDS)
        self.starts = [0, *accumulate(len(line) + 1 for line in lines)]
        try:
            limits.refuse_text(text, self.most)
            node = compose(text)
            if node is None:
                return {}, ("", 0, 0)
            if not isinstance(node, yaml.MappingNode):
                return None, (say("it is no list of keys and values"), 0, 0)
            values: dict[str, Any] = self._read_value(node, "", 0)
            limits.refuse_lists(values)
            self.root = node
            return values, ("", 0, 0)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            problem = say_problem(_unquote(error.problem or say("cannot be parsed")))
            return None, (problem, *(self.find_spot(mark) if mark else (0, 0)))
        except limits.RefusedError as error:
            self.is_refused = True
            return None, (error.args[0], 0, 0)
        except (yaml.YAMLError, RecursionError, ValueError, TypeError) as error:
            return None, (_unquote(str(error).split("\n", 1)[0][:120]) or say("cannot be parsed"), 0, 0)

    def _read_value(self, node: yaml.Node, key: str, depth: int) -> Any:
        self._count += 1
        limits.refuse_node(node, self._count, depth, self.most_entries)
        if key:
            self.spans.setdefault(key, self._place(node))
        if isinstance(node, yaml.MappingNode):
            return self._read_mapping(node, key, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self._read_value(item, f"{key}.{i}", depth + 1) for i, item in enumerate(node.value)]
        return _read_scalar(node)

    def _read_mapping(self, node: yaml.MappingNode, key: str, depth: int) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for name_node, item in node.value:
            if not isinstance(name_node, yaml.ScalarNode):
                mark = name_node.start_mark
                raise yaml.MarkedYAMLError(problem=say("a key is no plain word"), problem_mark=mark)
            name = replace_surrogates(str(name_node.value))
            path = f"{key}.{name}" if key else name
            place = self._place(name_node)
            if name in out:
                self.notes.append(describe_duplicate(path, place))
            self.spans[path] = place
            out[name] = self._read_value(item, path, depth + 1)
            if not key and name in _TEXTS and isinstance(item, yaml.ScalarNode) and out[name] is not None:
                out[name] = replace_surrogates(str(item.value))
        return out

    def _place(self, node: yaml.Node) -> Span:
        line, column = self.find_spot(node.start_mark)
        return Span(self.path, self.line + line + 1, self.column + column + 1)

    def find_spot(self, mark: yaml.Mark) -> tuple[int, int]:
        """Line and column of ``mark``, from 0: YAML counts more characters as line ends than files have."""
        line = bisect_right(self.starts, mark.index) - 1
        return line, mark.index - self.starts[line]

    def read_by_key(
        self, lines: list[str], keys: frozenset[str], shown: frozenset[str] | None = None
    ) -> dict[str, Any]:
        """What each key is likely to mean: its lines as YAML by themselves, else as text.

        Of keys in ``shown`` only the first line, and no other keys, where the rest may hold anything.
        """
        values: dict[str, Any] = {}
        self.spans = {}
        for start, end in _find_key_blocks(lines, keys):
            part = [_expand_tabs(line) for line in lines[start : end if shown is None else start + 1]]
            key, _, first = (text.strip() for text in part[0].partition(":"))
            if shown is not None and (key not in shown or not first):
                continue
            reader = _Reader(self.path, self.line + start, self.column)
            own, _ = reader.read_strict(part)
            if own is None:
                first = "" if _BLOCK_SCALAR.match(first) else first
                text = "\n".join([first, *(line.strip() for line in part[1:])]).strip().strip("\"'")
                own = {} if key == "name" and text[:1] in "[{" else {key: text}
                reader.spans = {key: Span(self.path, self.line + start + 1, self.column + 1)}
            values |= own
            self.spans |= reader.spans
        return values


def _unquote(problem: str) -> str:
    """A parser's words without what it quotes from the file, which may be a secret; ours quote nothing."""
    if isinstance(problem, TranslatableText):
        return problem
    return re.sub(r"'([^']*)'", lambda m: m[0] if len(m[1]) < 3 or m[1].startswith("<") else "‘…’", problem)


def _read_scalar(node: yaml.Node) -> Any:
    """Null, booleans and numbers as such; dates and the rest as the text they are."""
    text = replace_surrogates(str(node.value))
    if node.tag == "tag:yaml.org,2002:null":
        return None
    if node.tag == "tag:yaml.org,2002:bool":
        # `yes` and `on` are words in the YAML of today.
        return text.lower() == "true" if text.lower() in ("true", "false") else text
    if node.tag == "tag:yaml.org,2002:int" and re.fullmatch(r"[-+]?\d{1,18}", text):
        return int(text) if str(int(text)) == text else text
    if node.tag == "tag:yaml.org,2002:float" and re.fullmatch(r"[-+]?\d*\.?\d+", text):
        return float(text) if str(float(text)) == text else text
    return text
