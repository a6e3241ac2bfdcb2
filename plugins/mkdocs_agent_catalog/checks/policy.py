"""The check of the repository's own policy: its findings, each with the proof and with who waives it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..model.catalog import Catalog
from ..model.definitions import Diagnostic
from ..model.policy import Waiver
from ..permissions.decisions import PermissionResolver
from ..permissions.delegation import Step
from ..rights.policy import Breach, Judgement, judge_catalog
from ..rights.wording import HOW_WORDS, KIND_WORDS
from ..text.i18n import TranslatableText, say, say_names
from ..text.i18n import mark_for_translation as _
from .check import check

_KIND_WORDS = {kind: words[0] for kind, words in KIND_WORDS.items()} | {
    "field": _("key"),
    "prompt": _("text"),
    "setup": _("setting"),
}
_BROKEN = {
    "may_not": _("`{name}` breaks the policy rule `{rule}`: {kind} {names}"),
    "may_only": _("`{name}` breaks the policy rule `{rule}`, which allows other things only: {kind} {names}"),
    "must": _("`{name}` breaks the policy rule `{rule}`: it lacks {kind} {names}"),
}


@check("warn")
def policy(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """A rule of the repository's own policy is broken, or cannot be applied."""
    if catalog.policy is None:
        return
    report = judge_catalog(catalog, catalog.policy, grants)
    yield from report.problems
    doubts: dict[tuple[int, str], list[Judgement]] = {}
    for judgement in report.judgements:
        yield from _report_breaches(judgement, catalog.policy.today)
        # Who breaks the rule anyway has to change. What is waived is known, and the rest is not.
        if judgement.doubt and not judgement.list_open(catalog.policy.today):
            doubts.setdefault((id(judgement.rule), judgement.doubt), []).append(judgement)
    for judgements in doubts.values():
        rule = judgements[0].rule
        names = say_names(list(dict.fromkeys(judgement.subject.name for judgement in judgements)))
        why = say(judgements[0].doubt)
        message = say(
            "the policy rule `{rule}` is not known for {names}: {why}", rule=rule.id, names=names, why=why
        )
        yield Diagnostic("policy", rule.span, message, is_information=True)


def _report_breaches(judgement: Judgement, today: str) -> Iterator[Diagnostic]:
    """A finding for all that breaks the rule alike, and one for each chain."""
    groups: dict[object, list[Breach]] = {}
    for breach in judgement.breaches:
        chain = breach.fact.label if breach.fact and breach.fact.steps else ""
        groups.setdefault((breach.kind, chain, id(breach.waiver)), []).append(breach)
    rule, subject = judgement.rule, judgement.subject
    place = str(rule.span)
    hint = say("keep the rule or have it waived ({place})", place=place)
    if rule.says:
        hint = say("keep the rule or have it waived: {text} ({place})", text=rule.says, place=place)
    for breaches in groups.values():
        message = say(
            _BROKEN[rule.demand],
            name=subject.name,
            rule=rule.id,
            kind=say(_KIND_WORDS[breaches[0].kind]),
            names=_name_breaches(breaches),
        )
        span = next((breach.fact.span for breach in breaches if breach.fact), subject.span)
        waiver = breaches[0].waiver
        accepted = _describe_waiver(waiver) if waiver and waiver.until >= today else ""
        yield Diagnostic("policy", span, message, hint, accepted=accepted)


def _name_breaches(breaches: list[Breach]) -> TranslatableText | str:
    first = breaches[0]
    if first.fact is None:
        *words, last = [f"`{word.text}`" for word in first.missing]
        return say("{names} or {last}", names=", ".join(words), last=last) if words else last
    if first.fact.steps:
        return say(
            "`{name}` through others: {chain}", name=first.fact.label, chain=_describe_chain(first.fact.steps)
        )
    names = say_names([breach.fact.label for breach in breaches if breach.fact])
    how = first.fact.right.how if first.fact.right else ""
    is_alike = all(breach.fact and breach.fact.right and breach.fact.right.how == how for breach in breaches)
    if not how or not is_alike or how not in HOW_WORDS:
        return names
    return say("{names} ({how})", names=names, how=say(HOW_WORDS[how]))


def _describe_chain(steps: Iterable[Step]) -> str:
    """Each step: who, with which tool, and the place that says so."""
    return " → ".join(
        f"`{step.name}`{f' `{step.tool}`' if step.tool else ''}{f' ({step.span})' if step.span else ''}"
        for step in steps
    )


def _describe_waiver(waiver: Waiver) -> TranslatableText:
    return say("{role}, until {day}: {reason}", role=waiver.role, day=waiver.until, reason=waiver.reason)
