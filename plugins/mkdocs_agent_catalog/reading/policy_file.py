"""Reads the policy file: YAML, each value with its place. What is wrong in one rule leaves the others.

The words of a rule are checked here as far as no catalog is needed for that.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from ..cache import NO_CACHE, BuildCache
from ..model.definitions import Diagnostic, Skipped, Span
from ..model.policy import (
    DEMANDS,
    SUBJECTS,
    VERDICTS,
    Demand,
    Example,
    Policy,
    PolicyRule,
    Subjects,
    Table,
    Waiver,
    Word,
)
from ..text.i18n import TranslatableText, say
from ..text.i18n import mark_for_translation as _
from ..text.strings import make_single_line
from ..text.suggestions import suggest
from .file_reader import read_masked_text
from .frontmatter import parse_yaml

_OF_AGENTS = (
    "capability",
    "tool",
    "server",
    "delegation",
    "mode",
    "model",
    "hook",
    "rule",
    "field",
    "prompt",
)
KINDS: dict[str, tuple[str, ...]] = {
    "agents": _OF_AGENTS,
    "skills": ("field", "prompt"),
    "servers": ("setup",),
    "settings": ("rule", "mode", "hook"),
}
"""What a rule can speak of, by whom it is about."""
SELECTORS: dict[str, tuple[str, ...]] = {
    "agents": ("names", "path", "group", "runtime", "model", "skill", "tool", "server", "capability"),
    "skills": ("names", "path", "runtime"),
    "servers": ("names", "path", "runtime"),
    "settings": ("names", "path"),
}
"""By what those that a rule is about are chosen."""
CAPABILITIES = ("commands", "files", "network", "mcp", "delegates")
WAYS = ("explicit", "inherited", "conditional", "through")
"""How somebody comes to a right. For tools, servers and agents there are the words of decisions too."""
DECISIONS = ("allowed", "ask", "partial", "enforced", "unenforced", "guarded")
EVERYONE = "all"
_RULE_KEYS = ("id", "says", *SUBJECTS, "except", "only", "may", *DEMANDS, "examples")
_WAIVER_KEYS = ("rule", "names", "rights", "role", "reason", "until")
MOST_FILES = 50
"""Of an example."""
MOST_WORDS = 2_000
"""Of all rules: each is compared with all that is in the catalog."""


def find_today() -> str:
    """The day on which waivers are judged: that of ``SOURCE_DATE_EPOCH``, by which builds are repeated, or
    this one."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    day = (
        datetime.fromtimestamp(int(epoch), UTC)
        if epoch.isdecimal() and len(epoch) < 12
        else datetime.now(UTC)
    )
    return day.strftime("%Y-%m-%d")


class _WrongError(Exception):
    """A part of the policy that cannot be used."""

    def __init__(self, span: Span, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.diagnostic = Diagnostic("policy", span, message, hint)


def read_policy(
    repo: Path, name: str, is_chosen: bool, today: str, cache: BuildCache = NO_CACHE
) -> Policy | None:
    """The policy in the file ``name``; ``None`` if there is none and nobody asked for it. Never raises for
    what the file holds."""
    if not is_chosen and not (repo / name).exists():
        return None
    text, notes = read_masked_text(repo / name, name, cache)
    if isinstance(text, Skipped):
        return Policy(name, today, problems=tuple(Diagnostic("policy", n.span, n.message) for n in notes))
    data = parse_yaml(name, text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    if data.values is None:
        problem, line, column = data.problem
        message = say("the policy is not valid YAML: {problem}", problem=problem)
        return Policy(
            name, today, problems=(Diagnostic("policy", Span(name, line + 1, column + 1), message),)
        )
    reader = _Reader(name, data.spans)
    reader.problems += [*notes, *(Diagnostic("policy", note.span, note.message) for note in data.notes)]
    rules, waivers = reader.read(data.values)
    return Policy(name, today, rules, waivers, tuple(reader.problems))


class _Reader:
    """Reads the values of one file. ``spans`` are their places by dotted key."""

    def __init__(self, path: str, spans: Mapping[str, Span]) -> None:
        self.path, self.spans = path, spans
        self.problems: list[Diagnostic] = []
        self.words = 0

    def read(self, values: dict[str, Any]) -> tuple[tuple[PolicyRule, ...], tuple[Waiver, ...]]:
        rules: dict[str, PolicyRule] = {}
        waivers: list[Waiver] = []
        self._try(self._refuse_unknown, values, "", ("rules", "waivers"), say("a policy"))
        for key, value in self._list_entries(values, "rules"):
            rule = self._try(self._read_rule, value, key)
            if rule and rule.id in rules:
                message = say("there are two rules `{id}`", id=rule.id)
                self.problems.append(Diagnostic("policy", rule.span, message))
            elif rule:
                rules[rule.id] = rule
        for key, value in self._list_entries(values, "waivers"):
            waiver = self._try(self._read_waiver, value, key)
            waivers += [waiver] if waiver else []
        return tuple(rules.values()), tuple(waivers)

    def _try(self, read: Any, *arguments: Any) -> Any:
        """What ``read`` gives, or ``None`` and a problem more."""
        try:
            return read(*arguments)
        except _WrongError as error:
            self.problems.append(error.diagnostic)
            return None

    def _find_span(self, key: str) -> Span:
        while key and key not in self.spans:
            key = key.rpartition(".")[0]
        return self.spans.get(key) or Span(self.path)

    def _list_entries(self, values: Mapping[str, Any], key: str) -> list[tuple[str, Any]]:
        value = values.get(key)
        if value is not None and not isinstance(value, list):
            message = say("`{key}` is a list", key=key)
            self.problems.append(Diagnostic("policy", self._find_span(key), message))
        return [(f"{key}.{n}", entry) for n, entry in enumerate(value if isinstance(value, list) else ())]

    def _refuse_unknown(
        self, value: object, key: str, known: Iterable[str], what: TranslatableText
    ) -> dict[str, Any]:
        """``value``, if it is a mapping of known keys."""
        names = tuple(known)
        if not isinstance(value, dict):
            raise _WrongError(
                self._find_span(key), say("{what} is made of `key: value` lines", what=what), _list(names)
            )
        for name in value:
            if name not in names:
                message = say("{what} knows no `{key}`", what=what, key=name)
                raise _WrongError(
                    self._find_span(f"{key}.{name}" if key else name), message, _hint(name, names)
                )
        return value

    def _read_rule(self, value: object, key: str) -> PolicyRule:
        table = self._refuse_unknown(value, key, _RULE_KEYS, say("a rule"))
        id = self._read_text(table, key, "id", say("a rule has an `id`, such as `reviewers-only-read`"))
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,79}", id):
            message = say("an `id` has small letters, digits and `-`; not `{id}`", id=id)
            raise _WrongError(self._find_span(f"{key}.id"), message)
        says = self._read_text(table, key, "says", None) if "says" in table else ""
        subjects: Subjects = "agents"
        demand: Demand = "may_not"
        chosen: Table = {}
        excepted: Table | None = None
        examples = self._read_examples(table, key)
        if "only" in table or "may" in table:
            # Only those may that: everybody else may not.
            self._refuse_beside_only(table, key)
            excepted = self._read_selector(table, key, "only", "agents")
            wanted, ways = self._read_wanted(table, key, "may", "agents")
        else:
            subjects = self._take_one(table, key, SUBJECTS, _("a rule is about one of: {names}"))
            demand = self._take_one(table, key, DEMANDS, _("a rule demands one of: {names}"))
            chosen = self._read_selector(table, key, subjects, subjects)
            excepted = self._read_selector(table, key, "except", subjects) if "except" in table else None
            wanted, ways = self._read_wanted(table, key, demand, subjects)
        span = self._find_span(key)
        return PolicyRule(id, span, says, subjects, chosen, excepted, demand, wanted, ways, examples)

    def _refuse_beside_only(self, table: Mapping[str, Any], key: str) -> None:
        if "only" not in table or "may" not in table:
            raise _WrongError(self._find_span(key), say("`only` and `may` go together"))
        if others := [name for name in (*SUBJECTS, "except", *DEMANDS) if name in table]:
            message = say("a rule with `only` has no `{key}`", key=others[0])
            raise _WrongError(self._find_span(f"{key}.{others[0]}"), message)

    def _take_one(self, table: Mapping[str, Any], key: str, names: tuple[Any, ...], message: str) -> Any:
        taken = [name for name in names if name in table]
        if len(taken) != 1:
            at = self._find_span(f"{key}.{taken[1]}" if taken else key)
            raise _WrongError(at, say(message, names=_join(names)))
        return taken[0]

    def _read_text(
        self, table: Mapping[str, Any], key: str, name: str, missing: TranslatableText | None
    ) -> str:
        value = table.get(name)
        text = "" if value is None or isinstance(value, dict | list) else make_single_line(str(value)).strip()
        if not text:
            raise _WrongError(self._find_span(f"{key}.{name}"), missing or say("`{key}` is a text", key=name))
        return text

    def _read_words(self, value: object, key: str) -> tuple[Word, ...]:
        entries = value if isinstance(value, list) else [value]
        words = []
        for number, entry in enumerate(entries):
            span = self._find_span(f"{key}.{number}" if isinstance(value, list) else key)
            if entry is None or isinstance(entry, dict | list) or not str(entry).strip():
                message = say("`{key}` is a word or a list of words", key=key.rpartition(".")[2])
                raise _WrongError(span, message)
            words.append(Word(make_single_line(str(entry)).strip(), span))
        if not words:
            raise _WrongError(self._find_span(key), say("`{key}` is empty", key=key.rpartition(".")[2]))
        self.words += 0 if key.startswith("waivers") else len(words)
        if self.words > MOST_WORDS:
            message = say("the rules have more than {n} words: this one does not count", n=MOST_WORDS)
            raise _WrongError(self._find_span(key), message)
        return tuple(words)

    def _read_selector(self, table: Mapping[str, Any], key: str, name: str, subjects: str) -> Table:
        if table[name] == EVERYONE:
            return {}
        what = say("a choice of `{key}`", key=subjects)
        values = self._refuse_unknown(table[name], f"{key}.{name}", SELECTORS[subjects], what)
        if not values:
            message = say("`{key}` is empty; everyone is `{key}: all`", key=name)
            raise _WrongError(self._find_span(f"{key}.{name}"), message)
        return {kind: self._read_words(value, f"{key}.{name}.{kind}") for kind, value in values.items()}

    def _read_wanted(
        self, table: Mapping[str, Any], key: str, name: str, subjects: str
    ) -> tuple[Table, tuple[Word, ...]]:
        """What a rule is about, and the ways to have it that it is limited to."""
        key = f"{key}.{name}"
        kinds = tuple(kind for kind in KINDS[subjects] if (name, kind) != ("may_only", "prompt"))
        known = (*kinds, "how") if subjects == "agents" else kinds
        what = say("`{key}` of `{subjects}`", key=name, subjects=subjects)
        values = dict(self._refuse_unknown(table[name], key, known, what))
        ways = self._read_words(values.pop("how"), f"{key}.how") if "how" in values else ()
        if not values:
            raise _WrongError(self._find_span(key), say("`{key}` is empty", key=name), _list(kinds))
        wanted = {kind: self._read_words(value, f"{key}.{kind}") for kind, value in values.items()}
        decided = WAYS if "capability" in wanted else (*WAYS, *DECISIONS)
        self._refuse_words(ways, decided, _("nobody has such a right in the way `{word}`"))
        self._refuse_words(wanted.get("capability", ()), CAPABILITIES, _("there is no capability `{word}`"))
        for word in wanted.get("tool", ()):
            if word.text.endswith(")"):
                message = say("`{word}` is a part of a tool; a rule names the whole tool", word=word.text)
                raise _WrongError(word.span, message, say("write `{tool}`", tool=word.text.partition("(")[0]))
        return wanted, ways

    def _refuse_words(self, words: Iterable[Word], known: tuple[str, ...], message: str) -> None:
        for word in words:
            if "*" not in word.text and word.text not in known:
                raise _WrongError(word.span, say(message, word=word.text), _hint(word.text, known))

    def _read_examples(self, table: Mapping[str, Any], key: str) -> tuple[Example, ...]:
        examples = table.get("examples")
        if examples is None:
            return ()
        if not isinstance(examples, list):
            raise _WrongError(self._find_span(f"{key}.examples"), say("`{key}` is a list", key="examples"))
        return tuple(self._read_example(value, f"{key}.examples.{n}") for n, value in enumerate(examples))

    def _read_example(self, value: object, key: str) -> Example:
        table = self._refuse_unknown(value, key, VERDICTS, say("an example"))
        verdict = self._take_one(table, key, VERDICTS, _("an example says one of: {names}"))
        files = table[verdict]
        if not isinstance(files, dict) or not files or len(files) > MOST_FILES:
            message = say("an example lists files: path and content, {n} at most", n=MOST_FILES)
            raise _WrongError(self._find_span(f"{key}.{verdict}"), message)
        written = {}
        for path, content in files.items():
            parts = path.split("/")
            if not re.fullmatch(r"[\w.@+ -]+(/[\w.@+ -]+)*", path) or {".", "..", ".git"} & set(parts):
                message = say("`{path}` is no path of a file below the repository", path=path)
                raise _WrongError(self._find_span(f"{key}.{verdict}.{path}"), message)
            written[path] = _write_content(path, content)
        return Example(verdict, written, self._find_span(key))

    def _read_waiver(self, value: object, key: str) -> Waiver:
        table = self._refuse_unknown(value, key, _WAIVER_KEYS, say("a waiver"))
        needed = say("a waiver has `rule`, `names`, `role`, `reason` and `until`")
        texts = {
            name: self._read_text(table, key, name, needed) for name in ("rule", "role", "reason", "until")
        }
        if "names" not in table:
            raise _WrongError(self._find_span(key), needed)
        until = texts["until"]
        try:
            is_day = date.fromisoformat(until).isoformat() == until
        except ValueError:
            is_day = False
        if not is_day:
            message = say("`until` is a day, such as `2027-03-31`; not `{value}`", value=until)
            raise _WrongError(self._find_span(f"{key}.until"), message)
        return Waiver(
            Word(texts["rule"], self._find_span(f"{key}.rule")),
            self._read_words(table["names"], f"{key}.names"),
            self._read_words(table["rights"], f"{key}.rights") if "rights" in table else (),
            *(texts["role"], texts["reason"], until, self._find_span(key)),
        )


def _write_content(path: str, content: object) -> str:
    """The text of a file of an example. A mapping is frontmatter, with what each definition needs, or the
    data of a JSON or YAML file."""
    if isinstance(content, str):
        return content
    if path.endswith(".json"):
        return json.dumps(content)
    if path.endswith((".yml", ".yaml")):
        return yaml.safe_dump(content)
    usual = {"name": PurePosixPath(path).name.partition(".")[0], "description": "An example."}
    return f"---\n{yaml.safe_dump(usual | content if isinstance(content, dict) else usual)}---\n"


def _join(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _list(names: Iterable[str]) -> TranslatableText:
    return say("there are: {names}", names=_join(names))


def _hint(word: str, known: tuple[str, ...]) -> TranslatableText:
    meant = suggest(word, known)
    return say("did you mean `{meant}`?", meant=meant) if meant else _list(known)
