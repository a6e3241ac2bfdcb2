"""The command ``evidence``: one file for an auditor: who may do what, what changed, who looked at it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from markupsafe import Markup

from .. import __version__
from ..build import Options, load_catalog, load_timeline
from ..checks.policy import policy as check_policy
from ..checks.registry import run_checks
from ..history import git
from ..history.checkouts import check_out, find_commit
from ..model.catalog import Catalog
from ..model.definitions import Agent
from ..model.policy import Policy
from ..model.reviews import NAME as REVIEWS
from ..model.reviews import Review
from ..pages.assets import build_standalone_stylesheet
from ..pages.changes import KINDS
from ..pages.problems import UNREAD
from ..pages.render import load_environment
from ..pages.right_changes import build_change_lines
from ..pages.rights_history import name_kind
from ..permissions.decisions import PermissionResolver
from ..reading.fingerprints import fingerprint_definition
from ..reading.masking import mask_text
from ..reading.review_file import parse_reviews
from ..rights.comparison import RightChange, SubjectChange
from ..rights.policy import judge_catalog
from ..rights.reviews import AgentReview, judge_reviews
from ..rights.subjects import SUBJECT_KINDS, Subject, list_subjects
from ..rights.timeline import Timeline
from ..rights.wording import group_subjects, name_right
from ..runtimes import get_runtime_of, list_rules
from ..text.i18n import Translations, load_translations
from ..text.i18n import mark_for_translation as _
from .errors import UsageError
from .mkdocs_yml import read_project
from .policy import count_judgements
from .starter import make_site_name

_KINDS = {
    "agent": _("Agents"),
    "skill": _("Skills"),
    "server": _("MCP servers"),
    "settings": _("Settings files"),
}
_REVIEW_STATES = {
    "current": _("Current"),
    "stale": _("To be looked at again"),
    "other_form": _("To be looked at again"),
    "never": _("Never reviewed"),
}


@dataclass(frozen=True, slots=True)
class _Period:
    """The first and the last day."""

    since: str
    until: str

    def holds(self, day: str) -> bool:
        return self.since <= day <= self.until


@dataclass(slots=True)
class _Writer:
    """Makes what the template is given. It notes the ids of all rules that are named."""

    language: Translations
    rules: dict[str, None] = field(default_factory=dict)

    def list_lines(self, changes: Iterable[RightChange], path: str) -> list[dict[str, Any]]:
        return build_change_lines(changes, path, self.language, self._link_rule, most=10_000)

    def _link_rule(self, _uri: str, anchor: str = "") -> str:
        self.rules[anchor.removeprefix("rule-")] = None
        return f"#{anchor}"


def make_evidence(repo: Path, profile: str | None, since: str, until: str | None) -> str:
    """The HTML of the file, for the last commit up to the end of the day ``until``, or for the one that is
    checked out. Uncommitted files are not in it. The same commit gives the same bytes.

    Raises ``NoSuchRevisionError``, ``SettingError`` or ``UsageError``.
    """
    commit = find_commit(repo, until or "HEAD")
    with check_out(repo, commit) as root:
        options = read_project(root, profile).options
        day = git.ask(root, "show", "-s", "--format=%cd", "--date=format-local:%Y-%m-%d", commit)
        period = _Period(since, until or day)
        if period.since > period.until:
            raise UsageError(f"the period from {period.since} to {period.until} ends before it begins")
        catalog = load_catalog(root, replace(options, replay=False, catalogs=()))
        timeline = load_timeline(root, options)
        recorded = list(_list_recorded(root, options.reviews or REVIEWS, period))
    facts = {"commit": commit, "day": day, "name": options.site_name or make_site_name(repo)}
    return _render(catalog, options, period, timeline, recorded, facts)


def _render(
    catalog: Catalog,
    options: Options,
    period: _Period,
    timeline: Timeline | None,
    recorded: list[tuple[Review, str, str]],
    facts: Mapping[str, str],
) -> str:
    language = load_translations(options.language)
    writer, grants = _Writer(language), PermissionResolver(options.profile)
    subjects = list_subjects(catalog, grants)
    agents = {subject.id: subject for subject in subjects if subject.kind == "agent"}
    report = judge_reviews(catalog, grants)
    rights = [
        {
            "kind": kind,
            "title": language(_KINDS[kind]),
            "rows": [_build_subject(writer, s, catalog) for s in subjects if s.kind == kind],
        }
        for kind in SUBJECT_KINDS
    ]
    changes = _build_changes(writer, timeline, period) if timeline else None
    reviews = (
        [_build_review(writer, review) for review in report.agents.values()] if catalog.reviews else None
    )
    policy = _build_policy(catalog, catalog.policy, grants, period) if catalog.policy else None
    template = load_environment(None, options.language).get_template("evidence.html.jinja")
    return template.render(
        **facts,
        profile=options.profile,
        lang=language.language,
        style=Markup(build_standalone_stylesheet("evidence")),
        version=__version__,
        since=period.since,
        until=period.until,
        inventory=[
            _build_agent(agent, agents[agent.id], report.agents[agent.id], language)
            for agent in catalog.agents
        ],
        rights=[part for part in rights if part["rows"]],
        changes=changes,
        is_whole=bool(timeline and timeline.is_whole),
        reviews=reviews,
        left=report.left,
        recorded=[{"review": review, "commit": name, "day": day} for review, name, day in recorded],
        policy=policy,
        **_list_unread(catalog, grants),
        rules=[list_rules()[id] for id in sorted(writer.rules)],
    )


def _list_unread(catalog: Catalog, grants: PermissionResolver) -> dict[str, Any]:
    """The files that are not read: those that a finding is about, whoever suppresses it, and the others that
    were skipped; and how many they are."""
    findings = [
        finding for finding in run_checks(catalog, grants) if finding.check in (*UNREAD, "incomplete_history")
    ]
    paths = {finding.span.path for finding in findings if finding.check in UNREAD}
    skipped = [item for item in catalog.skipped if item.path not in paths]
    return {"skipped": skipped, "notes": findings, "unread": len(paths) + len(skipped)}


def _build_agent(
    agent: Agent, subject: Subject, review: AgentReview, language: Translations
) -> dict[str, Any]:
    capabilities = [right for right in subject.rights.values() if right.kind == "capability"]
    return {
        "anchor": f"agent-{agent.id}",
        "name": agent.title,
        "path": agent.source.path,
        "runtime": get_runtime_of(agent).title,
        "model": agent.model or "",
        "own": [name_right(right) for right in capabilities if right.how != "through"],
        "through": [name_right(right) for right in capabilities if right.how == "through"],
        "starts": subject.rights["state", "start"].how == "starts",
        "review": language(_REVIEW_STATES[review.state]),
        "last": review.last,
    }


def _build_subject(writer: _Writer, subject: Subject, catalog: Catalog) -> dict[str, Any]:
    changes = [RightChange(None, right) for right in subject.rights.values()]
    item = catalog.by_id.get((subject.kind, subject.id))
    has_text = subject.kind in ("agent", "skill")
    return {
        "anchor": f"agent-{subject.id}" if subject.kind == "agent" else "",
        "name": subject.name,
        "path": subject.path if subject.path != subject.name else "",
        "fingerprint": fingerprint_definition(item) if item and has_text else None,
        "lines": writer.list_lines(changes, subject.path),
    }


def _build_changes(writer: _Writer, timeline: Timeline, period: _Period) -> list[dict[str, Any]]:
    """The commits of the period that changed rights, the oldest first."""
    return [
        {
            "commit": commit.commit,
            "day": commit.day,
            "paths": (*commit.shared, *commit.definitions),
            "groups": [_build_group(writer, group) for group, _lines in group_subjects(commit.changes)],
        }
        for commit in timeline.commits
        if period.holds(commit.day)
    ]


def _build_group(writer: _Writer, group: list[SubjectChange]) -> dict[str, Any]:
    """Those whose rights a commit changed alike."""
    return {
        "kind": writer.language(name_kind(group[0].subject.kind)),
        "state": writer.language(KINDS[group[0].state]),
        "subjects": [
            {"name": change.subject.name, "path": change.subject.path, "former": _find_former_name(change)}
            for change in group
        ],
        "lines": writer.list_lines(map(_remove_places, group[0].changes), ""),
    }


def _remove_places(change: RightChange) -> RightChange:
    """``change`` without lines: a history knows the files of a commit, and not the line for each right."""
    before, after = (side and replace(side, span=None) for side in (change.before, change.after))
    return RightChange(before, after)


def _find_former_name(change: SubjectChange) -> str:
    return change.before.name if change.before and change.before.name != change.subject.name else ""


def _build_review(writer: _Writer, review: AgentReview) -> dict[str, Any]:
    return {
        "name": review.agent.title,
        "path": review.agent.source.path,
        "anchor": f"agent-{review.agent.id}",
        "state": review.state,
        "last": review.last,
        "lines": writer.list_lines(review.changes, review.agent.source.path),
        "has_other_prompt": review.has_other_prompt,
    }


def _list_recorded(root: Path, name: str, period: _Period) -> Iterator[tuple[Review, str, str]]:
    """The reviews of the period that were ever in the file ``name``, each with the commit that recorded it,
    and its day. A later review takes the place of an earlier one in the file, and not here."""
    log = ("log", "--first-parent", "--reverse", "--format=%H %cd", "--date=format-local:%Y-%m-%d")
    lines = git.ask(root, *log, "--", f":(literal){name}").splitlines()
    before = [line for line in lines if line[41:] < period.since]
    seen: set[tuple[str, ...]] = set()
    for line in (*before[-1:], *lines[len(before) :]):
        commit, day = line.split(" ")
        text = mask_text(git.ask(root, "show", f"{commit}:./{name}"))
        for record in parse_reviews(text, name).records:
            key = (record.agent, record.path, record.by, record.day, record.prompt, str(record.rights))
            if key not in seen and day >= period.since and period.holds(record.day):
                yield record, commit, day
            seen.add(key)


def _build_policy(
    catalog: Catalog, policy: Policy, grants: PermissionResolver, period: _Period
) -> dict[str, Any]:
    """What each rule says as of the last day of the period, what breaks it, and who waives what."""
    policy = replace(policy, today=period.until)
    report = judge_catalog(catalog, policy, grants)
    findings = list(check_policy(replace(catalog, policy=policy), grants))
    return {
        "path": policy.path,
        "rules": [{"rule": rule, **count_judgements(policy, report, rule)} for rule in policy.rules],
        "findings": [finding for finding in findings if not finding.is_information],
        "unknown": [finding for finding in findings if finding.is_information],
        "waivers": policy.waivers,
        "today": policy.today,
    }
