"""Reads the policy file: YAML, each value with its place. What is wrong in one rule leaves the others.

The words of a rule are checked here as far as no catalog is needed for that.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from ..model.definitions import Diagnostic
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
from ..text.i18n import mark_for_translation as _
from ..text.i18n import say
from ..text.strings import make_single_line
from .build_cache import NO_CACHE, BuildCache
from .checked_yaml import CheckedReader, join_codes, list_known, make_hint

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


def read_policy(
    repo: Path, name: str, is_chosen: bool, today: str, cache: BuildCache = NO_CACHE
) -> Policy | None:
    """The policy in the file ``name``; ``None`` if there is none and nobody asked for it. Never raises for
    what the file holds."""
    if not is_chosen and not (repo / name).exists():
        return None
    reader = _Reader("policy", name)
    values = reader.load(repo / name, _("the policy is not valid YAML: {problem}"), cache)
    rules, waivers = reader.read(values) if values is not None else ((), ())
    return Policy(name, today, rules, waivers, tuple(reader.problems))


class _Reader(CheckedReader):
    """Reads the values of one policy."""

    words = 0

    def read(self, values: dict[str, Any]) -> tuple[tuple[PolicyRule, ...], tuple[Waiver, ...]]:
        rules: dict[str, PolicyRule] = {}
        waivers: list[Waiver] = []
        self.try_reading(self.refuse_unknown, values, "", ("rules", "waivers"), say("a policy"))
        for key, value in self.list_entries(values, "rules"):
            rule = self.try_reading(self._read_rule, value, key)
            if rule and rule.id in rules:
                message = say("there are two rules `{id}`", id=rule.id)
                self.problems.append(Diagnostic("policy", rule.span, message))
            elif rule:
                rules[rule.id] = rule
        for key, value in self.list_entries(values, "waivers"):
            waiver = self.try_reading(self._read_waiver, value, key)
            waivers += [waiver] if waiver else []
        return tuple(rules.values()), tuple(waivers)

    def _read_rule(self, value: object, key: str) -> PolicyRule:
        table = self.refuse_unknown(value, key, _RULE_KEYS, say("a rule"))
        id = self.read_text(table, key, "id", say("a rule has an `id`, such as `reviewers-only-read`"))
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,79}", id):
            message = say("an `id` has small letters, digits and `-`; not `{id}`", id=id)
            raise self.wrong(self.find_span(f"{key}.id"), message)
        says = self.read_text(table, key, "says", None) if "says" in table else ""
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
        span = self.find_span(key)
        return PolicyRule(id, span, says, subjects, chosen, excepted, demand, wanted, ways, examples)

    def _refuse_beside_only(self, table: Mapping[str, Any], key: str) -> None:
        if "only" not in table or "may" not in table:
            raise self.wrong(self.find_span(key), say("`only` and `may` go together"))
        if others := [name for name in (*SUBJECTS, "except", *DEMANDS) if name in table]:
            message = say("a rule with `only` has no `{key}`", key=others[0])
            raise self.wrong(self.find_span(f"{key}.{others[0]}"), message)

    def _take_one(self, table: Mapping[str, Any], key: str, names: tuple[Any, ...], message: str) -> Any:
        taken = [name for name in names if name in table]
        if len(taken) != 1:
            at = self.find_span(f"{key}.{taken[1]}" if taken else key)
            raise self.wrong(at, say(message, names=join_codes(names)))
        return taken[0]

    def _read_words(self, value: object, key: str) -> tuple[Word, ...]:
        entries = value if isinstance(value, list) else [value]
        words = []
        for number, entry in enumerate(entries):
            span = self.find_span(f"{key}.{number}" if isinstance(value, list) else key)
            if entry is None or isinstance(entry, dict | list) or not str(entry).strip():
                message = say("`{key}` is a word or a list of words", key=key.rpartition(".")[2])
                raise self.wrong(span, message)
            words.append(Word(make_single_line(str(entry)).strip(), span))
        if not words:
            raise self.wrong(self.find_span(key), say("`{key}` is empty", key=key.rpartition(".")[2]))
        self.words += 0 if key.startswith("waivers") else len(words)
        if self.words > MOST_WORDS:
            message = say("the rules have more than {n} words: this one does not count", n=MOST_WORDS)
            raise self.wrong(self.find_span(key), message)
        return tuple(words)

    def _read_selector(self, table: Mapping[str, Any], key: str, name: str, subjects: str) -> Table:
        if table[name] == EVERYONE:
            return {}
        what = say("a choice of `{key}`", key=subjects)
        values = self.refuse_unknown(table[name], f"{key}.{name}", SELECTORS[subjects], what)
        if not values:
            message = say("`{key}` is empty; everyone is `{key}: all`", key=name)
            raise self.wrong(self.find_span(f"{key}.{name}"), message)
        return {kind: self._read_words(value, f"{key}.{name}.{kind}") for kind, value in values.items()}

    def _read_wanted(
        self, table: Mapping[str, Any], key: str, name: str, subjects: str
    ) -> tuple[Table, tuple[Word, ...]]:
        """What a rule is about, and the ways to have it that it is limited to."""
        key = f"{key}.{name}"
        kinds = tuple(kind for kind in KINDS[subjects] if (name, kind) != ("may_only", "prompt"))
        known = (*kinds, "how") if subjects == "agents" else kinds
        what = say("`{key}` of `{subjects}`", key=name, subjects=subjects)
        values = dict(self.refuse_unknown(table[name], key, known, what))
        ways = self._read_words(values.pop("how"), f"{key}.how") if "how" in values else ()
        if not values:
            raise self.wrong(self.find_span(key), say("`{key}` is empty", key=name), list_known(kinds))
        wanted = {kind: self._read_words(value, f"{key}.{kind}") for kind, value in values.items()}
        decided = WAYS if "capability" in wanted else (*WAYS, *DECISIONS)
        self._refuse_words(ways, decided, _("nobody has such a right in the way `{word}`"))
        self._refuse_words(wanted.get("capability", ()), CAPABILITIES, _("there is no capability `{word}`"))
        for word in wanted.get("tool", ()):
            if word.text.endswith(")"):
                message = say("`{word}` is a part of a tool; a rule names the whole tool", word=word.text)
                raise self.wrong(word.span, message, say("write `{tool}`", tool=word.text.partition("(")[0]))
        return wanted, ways

    def _refuse_words(self, words: Iterable[Word], known: tuple[str, ...], message: str) -> None:
        for word in words:
            if "*" not in word.text and word.text not in known:
                raise self.wrong(word.span, say(message, word=word.text), make_hint(word.text, known))

    def _read_examples(self, table: Mapping[str, Any], key: str) -> tuple[Example, ...]:
        examples = table.get("examples")
        if examples is None:
            return ()
        if not isinstance(examples, list):
            raise self.wrong(self.find_span(f"{key}.examples"), say("`{key}` is a list", key="examples"))
        return tuple(self._read_example(value, f"{key}.examples.{n}") for n, value in enumerate(examples))

    def _read_example(self, value: object, key: str) -> Example:
        table = self.refuse_unknown(value, key, VERDICTS, say("an example"))
        verdict = self._take_one(table, key, VERDICTS, _("an example says one of: {names}"))
        files = table[verdict]
        if not isinstance(files, dict) or not files or len(files) > MOST_FILES:
            message = say("an example lists files: path and content, {n} at most", n=MOST_FILES)
            raise self.wrong(self.find_span(f"{key}.{verdict}"), message)
        written = {}
        for path, content in files.items():
            parts = path.split("/")
            if not re.fullmatch(r"[\w.@+ -]+(/[\w.@+ -]+)*", path) or {".", "..", ".git"} & set(parts):
                message = say("`{path}` is no path of a file below the repository", path=path)
                raise self.wrong(self.find_span(f"{key}.{verdict}.{path}"), message)
            written[path] = _write_content(path, content)
        return Example(verdict, written, self.find_span(key))

    def _read_waiver(self, value: object, key: str) -> Waiver:
        table = self.refuse_unknown(value, key, _WAIVER_KEYS, say("a waiver"))
        needed = say("a waiver has `rule`, `names`, `role`, `reason` and `until`")
        texts = {name: self.read_text(table, key, name, needed) for name in ("rule", "role", "reason")}
        until = self.read_day(table, key, "until", needed)
        if "names" not in table:
            raise self.wrong(self.find_span(key), needed)
        return Waiver(
            Word(texts["rule"], self.find_span(f"{key}.rule")),
            self._read_words(table["names"], f"{key}.names"),
            self._read_words(table["rights"], f"{key}.rights") if "rights" in table else (),
            *(texts["role"], texts["reason"], until, self.find_span(key)),
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
