"""Judges a catalog by its policy: for each rule and each that it is about, whether the rule is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import pathspec

from ..model.catalog import Catalog
from ..model.definitions import Diagnostic
from ..model.policy import Policy, PolicyRule, Table, Verdict, Waiver, Word
from ..permissions.decisions import PermissionResolver
from ..runtimes import RUNTIMES
from ..text.i18n import TranslatableText, say, say_names
from ..text.suggestions import suggest
from .policy_facts import Fact, PolicySubject, list_policy_subjects, matches

_WITH_WAYS = ("capability", "tool", "server", "delegation")


@dataclass(frozen=True, slots=True)
class Breach:
    """What breaks a rule: a fact that may not be (``fact``), or words of which none holds (``missing``)."""

    kind: str
    fact: Fact | None = None
    missing: tuple[Word, ...] = ()
    waiver: Waiver | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a rule says of one subject. ``doubt`` is why nobody knows, beside the ``breaches`` too."""

    rule: PolicyRule
    subject: PolicySubject
    verdict: Verdict
    breaches: tuple[Breach, ...] = ()
    doubt: str = ""

    def list_open(self, today: str) -> list[Breach]:
        """What breaks the rule and is not waived on the day ``today``."""
        return [breach for breach in self.breaches if breach.waiver is None or breach.waiver.until < today]


@dataclass(frozen=True, slots=True)
class PolicyReport:
    """All judgements, and what is wrong with the policy itself."""

    judgements: tuple[Judgement, ...] = ()
    problems: tuple[Diagnostic, ...] = field(default=())

    def get_verdict(self, rule: PolicyRule) -> Verdict | None:
        """What ``rule`` says of all that it is about; ``None`` if that is nobody."""
        verdicts = {judgement.verdict for judgement in self.judgements if judgement.rule is rule}
        order: tuple[Verdict, ...] = ("breaks", "not_known", "keeps")
        return next((verdict for verdict in order if verdict in verdicts), None)


def judge_catalog(catalog: Catalog, policy: Policy, grants: PermissionResolver) -> PolicyReport:
    """Judges by each rule of ``policy``."""
    if not policy.rules:
        return PolicyReport(problems=(*policy.problems, *_check_waivers(policy, ())))
    subjects = list_policy_subjects(catalog, grants)
    judgements: list[Judgement] = []
    problems = list(policy.problems)
    for rule in policy.rules:
        candidates = [subject for subject in subjects if subject.kind == rule.subjects]
        chosen = [subject for subject in candidates if _is_about(rule, subject)]
        problems += _check_words(rule, candidates, catalog)
        if not chosen and candidates:
            message = say("the policy rule `{rule}` is about nobody", rule=rule.id)
            problems.append(Diagnostic("policy", rule.span, message))
        judgements += [_judge(rule, subject, policy) for subject in chosen]
    return PolicyReport(tuple(judgements), (*problems, *_check_waivers(policy, judgements)))


def _is_about(rule: PolicyRule, subject: PolicySubject) -> bool:
    return _is_chosen(rule.chosen, subject) and not (
        rule.excepted is not None and _is_chosen(rule.excepted, subject)
    )


def _is_chosen(table: Table, subject: PolicySubject) -> bool:
    return all(any(_has_facet(subject, key, word) for word in words) for key, words in table.items())


def _has_facet(subject: PolicySubject, key: str, word: Word) -> bool:
    values = subject.facets.get(key, frozenset())
    if key == "path":
        return any(map(pathspec.GitIgnoreSpec.from_lines([word.text]).match_file, values))
    return matches((word,), values)


def _judge(rule: PolicyRule, subject: PolicySubject, policy: Policy) -> Judgement:
    breaches: list[Breach] = []
    doubts: list[str] = []
    for kind, words in rule.wanted.items():
        concerned, doubt = _judge_kind(rule, kind, words, subject)
        breaches += concerned
        doubts += [doubt] if doubt else []
    if rule.demand == "must" and doubts and breaches:
        # What nobody knows is not what is missing.
        breaches = [breach for breach in breaches if not _find_doubt(rule, breach.kind, subject)]
    if breaches:
        waivers = [waiver for waiver in policy.waivers if waiver.rule.text == rule.id]
        if waivers:
            breaches = [_add_waiver(breach, subject, waivers) for breach in breaches]
            doubts = (
                _list_doubts_left(rule, subject, [b.waiver for b in breaches if b.waiver]) if doubts else []
            )
        return Judgement(rule, subject, "breaks", tuple(breaches), doubts[0] if doubts else "")
    return Judgement(rule, subject, "not_known" if doubts else "keeps", (), doubts[0] if doubts else "")


def _judge_kind(
    rule: PolicyRule, kind: str, words: tuple[Word, ...], subject: PolicySubject
) -> tuple[list[Breach], str]:
    """What breaks the rule in one kind of facts, and why that is not all that is known."""
    facts = subject.list_facts(kind, words)
    meant, beside = facts.split(words)
    if rule.demand != "may_only":
        meant = meant or [fact for fact in facts.all if fact.is_any]
    if rule.ways and kind in _WITH_WAYS:
        meant, beside = ([f for f in part if matches(rule.ways, f.ways)] for part in (meant, beside))
    if rule.demand == "must":
        return ([], "") if meant else ([Breach(kind, missing=words)], _find_doubt(rule, kind, subject))
    breaking = beside if rule.demand == "may_only" else meant
    return [Breach(kind, fact) for fact in breaking], _find_doubt(rule, kind, subject)


def _list_doubts_left(rule: PolicyRule, subject: PolicySubject, waivers: Sequence[Waiver]) -> list[str]:
    """Why nobody knows whether ``subject`` breaks ``rule`` by what ``waivers`` do not name."""
    if not all(waiver.rights for waiver in waivers):
        return []
    waived = tuple(word for waiver in waivers for word in waiver.rights)
    doubts = (_find_doubt(rule, kind, subject, waived) for kind in rule.wanted)
    return [doubt for doubt in doubts if doubt]


def _find_doubt(rule: PolicyRule, kind: str, subject: PolicySubject, waived: tuple[Word, ...] = ()) -> str:
    words = rule.wanted[kind]
    is_inverted = rule.demand == "may_only"
    return subject.find_doubt(
        kind,
        lambda name: matches(words, (name,)) != is_inverted and not matches(waived, (name,)),
        words,
        lambda way: not rule.ways or matches(rule.ways, (way,)),
    )


def _add_waiver(breach: Breach, subject: PolicySubject, waivers: Sequence[Waiver]) -> Breach:
    """``breach`` with the waiver that covers it, the one that lasts longest."""
    names = breach.fact.names if breach.fact else [word.text for word in breach.missing]
    covering = [
        waiver
        for waiver in waivers
        if matches(waiver.names, subject.names) and (not waiver.rights or matches(waiver.rights, names))
    ]
    return replace(breach, waiver=max(covering, key=lambda waiver: waiver.until, default=None))


def _check_words(
    rule: PolicyRule, candidates: Sequence[PolicySubject], catalog: Catalog
) -> Iterator[Diagnostic]:
    """Words of a rule that mean nothing in the catalog."""
    for table in (rule.chosen, rule.excepted or {}):
        for key, words in table.items():
            for word in words:
                if not any(_has_facet(subject, key, word) for subject in candidates):
                    message = say(
                        "the policy rule `{rule}`: nothing has `{key}: {word}`",
                        rule=rule.id,
                        key=key,
                        word=word.text,
                    )
                    known = {value for subject in candidates for value in subject.facets.get(key, ())}
                    yield Diagnostic("policy", word.span, message, _suggest(word.text, known))
    for kind, known in (
        ("tool", _list_known_tools(catalog)),
        ("server", {server.name for server in catalog.servers}),
        ("delegation", {name for agent in catalog.agents for name in (agent.name, agent.title, agent.id)}),
    ):
        for word in rule.wanted.get(kind, ()):
            if matches((word,), known) or (kind == "tool" and word.text.startswith("mcp__")):
                continue
            message = say(
                "the policy rule `{rule}`: no {kind} `{word}` is known",
                rule=rule.id,
                word=word.text,
                kind=say(_KINDS[kind]),
            )
            hint = _suggest(word.text, known)
            # Another tool than those of the runtimes is a mistake. A server or an agent may come later.
            is_information = kind != "tool" and not hint
            yield Diagnostic("policy", word.span, message, hint, is_information=is_information)


_KINDS = {"tool": "tool", "server": "MCP server", "delegation": "agent"}


def _list_known_tools(catalog: Catalog) -> set[str]:
    names = {name for runtime in RUNTIMES.values() for name in runtime.tools}
    return names | {tool.name for tool in catalog.tools}


def _suggest(word: str, known: Iterable[str]) -> TranslatableText | str:
    names = sorted(known)
    if meant := suggest(word, names):
        return say("did you mean `{meant}`?", meant=meant)
    return say("there are: {names}", names=say_names(names)) if 0 < len(names) <= 30 else ""


def _check_waivers(policy: Policy, judgements: Sequence[Judgement]) -> Iterator[Diagnostic]:
    """Waivers that ended, that are for no rule, and that nobody needs any more."""
    ids = [rule.id for rule in policy.rules]
    used = {id(breach.waiver) for judgement in judgements for breach in judgement.breaches}
    for waiver in policy.waivers:
        names = say_names([word.text for word in waiver.names])
        rule = waiver.rule.text
        if rule not in ids:
            message = say("the policy has no rule `{rule}` to waive", rule=rule)
            yield Diagnostic("policy", waiver.rule.span, message, _suggest(rule, ids))
        elif waiver.until < policy.today:
            message = say(
                "the waiver of `{rule}` for {names} ended on {day}", rule=rule, names=names, day=waiver.until
            )
            hint = say("keep the rule, or have a later day agreed ({role})", role=waiver.role)
            yield Diagnostic("policy", waiver.span, message, hint)
        elif id(waiver) not in used:
            message = say("the waiver of `{rule}` for {names} waives nothing", rule=rule, names=names)
            yield Diagnostic("policy", waiver.span, message, say("remove it"), is_information=True)
