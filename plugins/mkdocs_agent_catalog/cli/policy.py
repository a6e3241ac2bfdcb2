"""The command ``policy``: what each rule says, its examples, and waivers for what breaks it now."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import yaml

from ..build import Options, load_catalog
from ..model.catalog import Catalog
from ..model.definitions import Diagnostic
from ..model.policy import Example, Policy, PolicyRule, Verdict
from ..permissions.decisions import PermissionResolver
from ..reading import disk
from ..rights.policy import PolicyReport, judge_catalog
from ..text.i18n import mark_for_translation as _
from ..text.i18n import say

_VERDICTS: dict[Verdict | None, str] = {
    "keeps": _("keeps the rule"),
    "breaks": _("breaks the rule"),
    "not_known": _("is not known"),
    None: _("is not what the rule is about"),
}


_COUNTS = {"broken": "broken by", "waived": "waived for", "unknown": "not known for", "kept": "kept by"}


def check_examples(policy: Policy | None, options: Options) -> list[Diagnostic]:
    """The examples of the rules of which a rule says something else than stands there."""
    return [
        problem
        for rule in (policy.rules if policy else ())
        for example in rule.examples
        for problem in _check_example(rule, example, policy.today if policy else "", options)
    ]


def _check_example(rule: PolicyRule, example: Example, today: str, options: Options) -> Iterator[Diagnostic]:
    # Sources outside the repository are not in an example.
    sources = options.rules and tuple(
        source for source in options.rules if source.repository is None and ".." not in source.path
    )
    alone = Options(rules=sources, exclude=options.exclude, profile=options.profile, replay=False)
    with tempfile.TemporaryDirectory() as folder:
        for path, text in example.files.items():
            file = Path(folder) / path
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
                disk.write(file, text)
            except OSError as error:
                message = say(
                    "`{path}` of the example cannot be written: {why}", path=path, why=str(error.strerror)
                )
                yield Diagnostic("policy", example.span, message)
                return
        catalog = load_catalog(Path(folder), alone)
    policy = Policy("", today, (replace(rule, examples=()),))
    verdict = judge_catalog(catalog, policy, PermissionResolver(options.profile)).get_verdict(policy.rules[0])
    if verdict != example.verdict:
        message = say(
            "an example of the policy rule `{rule}` {verdict}, and should be otherwise: `{wanted}`",
            rule=rule.id,
            verdict=say(_VERDICTS[verdict]),
            wanted=example.verdict,
        )
        hint = say("what is read of it: {names}", names=_name_all(catalog)) if verdict is None else ""
        yield Diagnostic("policy", example.span, message, hint)


def _name_all(catalog: Catalog) -> str:
    names = [item.name for items in (catalog.agents, catalog.skills, catalog.servers) for item in items]
    return ", ".join(f"`{name}`" for name in names) or say("nothing")


def summarize_policy(policy: Policy, report: PolicyReport) -> Iterator[str]:
    """A line for each rule: how many keep it, how many break it, of how many nobody knows."""
    for rule in policy.rules:
        counts = count_judgements(policy, report, rule)
        judged = ", ".join(f"{_COUNTS[key]} {n}" for key, n in counts.items() if n) or "about nobody"
        number = len(rule.examples)
        examples = f", {number} example{'s' * (number > 1)}" if number else ""
        yield f"{rule.id}: {judged}{examples}"


def count_judgements(policy: Policy, report: PolicyReport, rule: PolicyRule) -> dict[str, int]:
    """How many break ``rule``, have that waived, of how many nobody knows, and how many keep it."""
    judgements = [judgement for judgement in report.judgements if judgement.rule is rule]
    breaking = [judgement for judgement in judgements if judgement.verdict == "breaks"]
    waived = sum(not judgement.list_open(policy.today) for judgement in breaking)
    unknown = sum(judgement.verdict == "not_known" for judgement in judgements)
    return {
        "broken": len(breaking) - waived,
        "waived": waived,
        "unknown": unknown,
        "kept": len(judgements) - len(breaking) - unknown,
    }


def write_baseline(policy: Policy, report: PolicyReport, role: str, reason: str, until: str) -> str:
    """Waivers, as YAML to be added to the policy file, for all that breaks a rule and is not waived."""
    names: dict[tuple[str, str], set[str]] = {}
    for judgement in report.judgements:
        for breach in judgement.list_open(policy.today):
            for label in [breach.fact.label] if breach.fact else [word.text for word in breach.missing]:
                names.setdefault((judgement.rule.id, label), set()).add(judgement.subject.id)
    # What the same break a rule by is one waiver.
    rights: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (rule, label), ids in names.items():
        rights.setdefault((rule, tuple(sorted(ids))), []).append(label)
    waivers = [
        {"rule": rule, "names": list(ids), "rights": labels, "role": role, "reason": reason, "until": until}
        for (rule, ids), labels in rights.items()
    ]
    if not waivers:
        return ""
    text = yaml.safe_dump(waivers, sort_keys=False, allow_unicode=True, width=110)
    return text if policy.waivers else f"waivers:\n{text}"
