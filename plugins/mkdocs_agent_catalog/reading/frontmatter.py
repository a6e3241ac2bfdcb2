"""Frontmatter as it is in the wild: strict YAML, else plain values quoted; each value with its place."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from itertools import accumulate
from typing import Any

import yaml

from ..model.definitions import Diagnostic, Document, Source, Span
from ..text.i18n import TranslatableText, say
from ..text.i18n import mark_for_translation as _
from ..text.strings import replace_surrogates
from . import limits, masking
from .mask_server_config import find_configured_values, is_configuration_key

_OPEN = re.compile(r"-{3,}\s*$")
_CLOSE = re.compile(r"(-{3,}|\.{3})\s*$")
_KEY = re.compile(r"[A-Za-z_][\w.-]*\s*:(\s|$)")
# Keys are known or lower-case: `Context:` and `user:` at column 0 belong to a dialogue.
_SAID = re.compile(r"(context|user|assistant|human|example|examples|commentary|note)\s*:", re.I)
_SHARED_KEYS = frozenset({"reasoningEffort", "allowedTools", "argumentHint"})
# Values that are words whatever they look like: `name: 1.10`, `description: on`.
_TEXTS = frozenset({"name", "description", "model"})
_ESCAPED = _("a secret written with escapes")


def parse_document(source: Source, keys: frozenset[str] = frozenset()) -> Document:
    """``source`` with its frontmatter read. ``keys`` are those of its runtime, for a file that is no strict
    YAML. Never raises: what cannot be read is said in ``error``."""
    text = source.text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    lines = text.split("\n")
    numbers = find_delimiters(lines, keys)
    if numbers is None:
        return Document(source, {}, {}, text, 1)
    first, last, begin, indent = numbers
    block = [line[indent:] if line[:indent].isspace() else line for line in lines[first:last]]
    body_lines = lines[begin:]
    if indent:
        body_lines = [line[indent:] if line[:indent].isspace() else line for line in body_lines]
    reader = _Reader(source.path, first, indent)
    values, problem = reader.read_strict(block)
    repaired = error = None
    if values is None:
        # What is too large as it is will not be smaller in quotes.
        values, _ = reader.read_strict(block if limits.is_large(block) else quote_plain_values(block, keys))
        place = Span(source.path, problem[1] + first + 1, problem[2] + indent + 1)
        if values is not None:
            message = say("no strict YAML: {problem}", problem=problem[0])
            hint = say("quote the value; the runtime may drop what it cannot parse")
            repaired = Diagnostic("frontmatter_repaired", place, message, hint)
        else:
            message = say("the frontmatter is no YAML: {problem}", problem=problem[0])
            hint = say("close what is open, and quote values that hold `: `, `#`, `*` or brackets")
            error = Diagnostic("frontmatter_unreadable", place, message, hint)
            values = reader.read_by_hand(block)
    notes = tuple(reader.notes)
    masked_keys, masked_lines = find_configured_values(reader.root, reader.text, reader.starts, block)
    masked_lines = {first + number: line for number, line in masked_lines.items()}
    has_escapes = any("\\" in line or "''" in line for line in block)
    if has_escapes and (visible := masking.mask_nested(values)) != values:
        # Written with escapes, it is found only now: where in the text is not known.
        values = visible
        notes = (*notes, masking.make_diagnostic(Span(source.path, first + 1), say(_ESCAPED)))
        text = "\n".join([*lines[:first], *(masking.MASK for __ in lines[first:last]), *lines[last:]])
        source, masked_lines = replace(source, text=text), {}
        masked_keys = frozenset(masking.mask_text(key) for key in masked_keys)
    body, spans = "\n".join(body_lines), reader.spans
    document = Document(source, values, spans, body, begin + 1, repaired, error, notes)
    return replace(document, masked_keys=masked_keys, masked_lines=masked_lines)


def find_delimiters(lines: list[str], keys: frozenset[str] = frozenset()) -> tuple[int, int, int, int] | None:
    """Where the frontmatter begins and ends, where the body begins, and how far all is indented."""
    start = next((i for i, line in enumerate(lines[:5]) if line.strip()), None)
    if start is None:
        return None
    opening = lines[start]
    indent = len(opening) - len(opening.lstrip(" "))
    if not _OPEN.match(opening.strip()):
        # No opening fence, but keys and then a closing one.
        if not _KEY.match(opening):
            return None
        end = next((i for i, line in enumerate(lines[:200]) if _CLOSE.match(line)), None)
        block = lines[start:end] if end else []
        named = any(line.startswith(("name:", "description:")) for line in block)
        return (start, end, end + 1, 0) if end and named else None
    for index in range(start + 1, len(lines)):
        line = lines[index]
        if _CLOSE.match(line[indent:] if line[:indent].isspace() else line):
            return start + 1, index, index + 1, indent
    # Never closed: the keys at the top are the frontmatter, the rest the body.
    end = start + 1
    while end < len(lines) and (_is_key(lines[end], keys) or lines[end][:1] in (" ", "-")):
        end += 1
    return (start + 1, end, end, indent) if end > start + 2 else None


def _is_key(line: str, keys: frozenset[str] = frozenset()) -> bool:
    match = _KEY.match(line)
    if not match or _SAID.match(line):
        return False
    key = line.partition(":")[0].strip()
    return key == key.lower() or key in keys or key in _SHARED_KEYS or is_configuration_key(key)


def quote_plain_values(lines: list[str], keys: frozenset[str] = frozenset()) -> list[str]:
    """``lines`` with each plain top-level value in quotes and the lines that are no keys folded into it.

    The number of lines stays the same, so that places stay true.
    """
    out: list[str] = []
    index = 0
    while index < len(lines):
        line = lines[index]
        if not _is_key(line, keys):
            out.append(line if not line.strip() or out else "# " + line)
            index += 1
            continue
        end = index + 1
        while end < len(lines) and not _is_key(lines[end], keys):
            end += 1
        out += _quote_block(lines[index:end])
        index = end
    return out


def _quote_block(block: list[str]) -> list[str]:
    """The block as it is when it is YAML by itself, else its value as one quoted string."""
    if _is_yaml(block):
        return block
    key, _, value = block[0].partition(":")
    value = value.strip()
    rest = block[1:]
    if value[:1] in ("|", ">", "[", "{", "&") or (not value and _is_nested(rest)):
        return block
    words = "\n".join([value, *(line.strip() for line in rest)]).strip()
    if len(words) > 1 and words[0] == words[-1] and words[0] in "\"'":
        words = words[1:-1]
    # JSON-like escapes keep it on one line; a literal \n in the source stays one.
    escaped = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", " ")
    return [f'{key}: "{escaped}"', *("" for _ in rest)]


def _is_nested(rest: list[str]) -> bool:
    first = next((line for line in rest if line.strip()), "")
    return first[:1] in (" ", "-")


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

    def __init__(self, path: str, line: int, column: int) -> None:
        self.path, self.line, self.column = path, line, column
        self.spans: dict[str, Span] = {}
        self.notes: list[Diagnostic] = []
        self.text, self.starts = "", [0]
        self.root: yaml.MappingNode | None = None
        self._count = 0

    def read_strict(self, lines: list[str]) -> tuple[dict[str, Any] | None, tuple[str, int, int]]:
        """The values, or ``None`` and what is wrong: message, line and column from 0."""
        self.spans, self.notes, self.root, self._count = {}, [], None, 0
        self.text = text = "\n".join(lines)
        self.starts = [0, *accumulate(len(line) + 1 for line in lines)]
        try:
            limits.refuse_text(text)
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
            problem = _unquote(error.problem or say("cannot be parsed"))
            return None, (problem, *(self._find_spot(mark) if mark else (0, 0)))
        except limits.RefusedError as error:
            return None, (error.args[0], 0, 0)
        except (yaml.YAMLError, RecursionError, ValueError, TypeError) as error:
            return None, (_unquote(str(error).split("\n", 1)[0][:120]) or say("cannot be parsed"), 0, 0)

    def _read_value(self, node: yaml.Node, key: str, depth: int) -> Any:
        self._count += 1
        limits.refuse_node(node, self._count, depth)
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
            name = str(name_node.value)
            path = f"{key}.{name}" if key else name
            place = self._place(name_node)
            if name in out:
                message = say("the key `{path}` stands twice; the last one counts", path=path)
                self.notes.append(Diagnostic("duplicate_key", place, message, say("remove one of them")))
            self.spans[path] = place
            out[name] = self._read_value(item, path, depth + 1)
            if not key and name in _TEXTS and isinstance(item, yaml.ScalarNode) and out[name] is not None:
                out[name] = replace_surrogates(str(item.value))
        return out

    def _place(self, node: yaml.Node) -> Span:
        line, column = self._find_spot(node.start_mark)
        return Span(self.path, self.line + line + 1, self.column + column + 1)

    def _find_spot(self, mark: yaml.Mark) -> tuple[int, int]:
        """Line and column of ``mark``, from 0: YAML counts more characters as line ends than files have."""
        line = bisect_right(self.starts, mark.index) - 1
        return line, mark.index - self.starts[line]

    def read_by_hand(self, lines: list[str]) -> dict[str, Any]:
        """``name`` and ``description`` of frontmatter that is no YAML, as well as lines can tell."""
        self.spans, values = {}, {}
        for number, line in enumerate(lines):
            match = re.match(r"(name|description)\s*:\s*(.+)$", line)
            if match and match[1] not in values:
                value = match[2].strip().strip("\"'")
                if match[1] == "name" and (value[:1] in "[{" or not value):
                    continue
                values[match[1]] = value
                self.spans[match[1]] = Span(self.path, self.line + number + 1, self.column + 1)
        return values


def _unquote(problem: str) -> str:
    """A parser's words without what it quotes from the file, which may be a secret; ours quote nothing."""
    if isinstance(problem, TranslatableText):
        return problem
    return re.sub(r"'([^']*)'", lambda m: m[0] if len(m[1]) < 3 or m[1].startswith("<") else "‘…’", problem)


_TRUE, _FALSE = frozenset({"true", "yes", "on"}), frozenset({"false", "no", "off"})


def _read_scalar(node: yaml.Node) -> Any:
    """Null, booleans and numbers as such; dates and the rest as the text they are."""
    text = replace_surrogates(str(node.value))
    if node.tag == "tag:yaml.org,2002:null":
        return None
    if node.tag == "tag:yaml.org,2002:bool":
        return text.lower() in _TRUE
    if node.tag == "tag:yaml.org,2002:int" and re.fullmatch(r"[-+]?\d{1,18}", text):
        return int(text) if str(int(text)) == text else text
    if node.tag == "tag:yaml.org,2002:float" and re.fullmatch(r"[-+]?\d*\.?\d+", text):
        return float(text) if str(float(text)) == text else text
    return text
