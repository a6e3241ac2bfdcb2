"""Reads a YAML file that people keep beside ``mkdocs.yml``: each value is checked and has its place. What is
wrong in one entry leaves the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..model.definitions import Diagnostic, Skipped, Span
from ..text.i18n import TranslatableText, say
from ..text.strings import is_day, make_single_line
from ..text.suggestions import suggest
from .build_cache import BuildCache
from .file_reader import read_masked_text
from .frontmatter import parse_yaml
from .limits import MAX_ENTRIES


class WrongValueError(Exception):
    """A part of the file that cannot be used, as a finding."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class CheckedReader:
    """Reads the values of one file. Its ``problems`` are findings of the check ``check``."""

    most_entries = MAX_ENTRIES
    """Of a list."""

    def __init__(self, check: str, path: str) -> None:
        self.check, self.path = check, path
        self.spans: Mapping[str, Span] = {}
        self.problems: list[Diagnostic] = []

    def load(self, file: Path, invalid: str, cache: BuildCache) -> dict[str, Any] | None:
        """The values of ``file``; ``None``, and a problem, if it cannot be read. ``invalid`` is the message
        about broken YAML, with ``{problem}``."""
        text, notes = read_masked_text(file, self.path, cache)
        if isinstance(text, Skipped):
            self.problems += [Diagnostic(self.check, note.span, note.message) for note in notes]
            return None
        self.problems += notes
        return self.parse(text, invalid)

    def parse(self, text: str, invalid: str) -> dict[str, Any] | None:
        """The values of ``text``; ``None``, and a problem, if it is no YAML."""
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        data = parse_yaml(self.path, lines, most_entries=self.most_entries)
        self.spans = data.spans
        self.problems += [Diagnostic(self.check, note.span, note.message) for note in data.notes]
        if data.values is None:
            problem, line, column = data.problem
            span = Span(self.path, line + 1, column + 1)
            self.problems.append(Diagnostic(self.check, span, say(invalid, problem=problem)))
        return data.values

    def try_reading(self, read: Any, *arguments: Any) -> Any:
        """What ``read`` gives, or ``None`` and a problem more."""
        try:
            return read(*arguments)
        except WrongValueError as error:
            self.problems.append(error.diagnostic)
            return None

    def wrong(self, span: Span, message: str, hint: str = "") -> WrongValueError:
        """The error to raise for what is wrong at ``span``."""
        return WrongValueError(Diagnostic(self.check, span, message, hint))

    def find_span(self, key: str) -> Span:
        """The place of the value at a dotted key, or else of what it belongs to."""
        while key and key not in self.spans:
            key = key.rpartition(".")[0]
        return self.spans.get(key) or Span(self.path)

    def list_entries(self, values: Mapping[str, Any], key: str) -> list[tuple[str, Any]]:
        """The entries of the list ``key``, each with its dotted key. What is no list is a problem."""
        value = values.get(key)
        if value is not None and not isinstance(value, list):
            message = say("`{key}` is a list", key=key)
            self.problems.append(Diagnostic(self.check, self.find_span(key), message))
        return [(f"{key}.{n}", entry) for n, entry in enumerate(value if isinstance(value, list) else ())]

    def refuse_unknown(
        self, value: object, key: str, known: Iterable[str], what: TranslatableText
    ) -> dict[str, Any]:
        """``value``, if it is a mapping of known keys. Raises ``WrongValueError``."""
        names = tuple(known)
        if not isinstance(value, dict):
            message = say("{what} is made of `key: value` lines", what=what)
            raise self.wrong(self.find_span(key), message, list_known(names))
        for name in value:
            if name not in names:
                message = say("{what} knows no `{key}`", what=what, key=name)
                span = self.find_span(f"{key}.{name}" if key else name)
                raise self.wrong(span, message, make_hint(name, names))
        return value

    def read_text(
        self, table: Mapping[str, Any], key: str, name: str, missing: TranslatableText | None
    ) -> str:
        """The text at ``name`` of ``table``, on one line. Raises ``WrongValueError``; ``missing`` is said in
        place of the usual message."""
        value = table.get(name)
        text = "" if value is None or isinstance(value, dict | list) else make_single_line(str(value)).strip()
        if not text:
            raise self.wrong(self.find_span(f"{key}.{name}"), missing or say("`{key}` is a text", key=name))
        return text

    def read_day(self, table: Mapping[str, Any], key: str, name: str, missing: TranslatableText) -> str:
        """The day at ``name`` of ``table``, as ``YYYY-MM-DD``. Raises ``WrongValueError``."""
        day = self.read_text(table, key, name, missing)
        if not is_day(day):
            message = say("`{key}` is a day, such as `2027-03-31`; not `{value}`", key=name, value=day)
            raise self.wrong(self.find_span(f"{key}.{name}"), message)
        return day


def join_codes(names: Iterable[str]) -> str:
    """``names`` as code, with commas."""
    return ", ".join(f"`{name}`" for name in names)


def list_known(names: Iterable[str]) -> TranslatableText:
    """The hint that says which words there are."""
    return say("there are: {names}", names=join_codes(names))


def make_hint(word: str, known: tuple[str, ...]) -> TranslatableText:
    """The hint for an unknown ``word``: the known one that is likely to be meant, or all."""
    meant = suggest(word, known)
    return say("did you mean `{meant}`?", meant=meant) if meant else list_known(known)
