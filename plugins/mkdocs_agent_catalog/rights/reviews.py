"""Compares reviews with what agents may do now: which are current, and what changed since the others.

A record holds the rights themselves, so that it can say what changed, and a fingerprint of the prompt.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from ..model.catalog import Catalog, McpServer
from ..model.definitions import Agent
from ..model.reviews import FORM, Recorded, Review
from ..permissions.decisions import PermissionResolver
from ..runtimes import get_runtime_of
from .comparison import RightChange, compare_rights
from .subjects import ANY_TOOL, RIGHT_KINDS, Right, RightKind, Subject, list_subjects, make_fingerprint

ReviewState = Literal["stale", "other_form", "never", "current"]
REVIEW_STATES: tuple[ReviewState, ...] = get_args(ReviewState)
"""In the order in which they are looked at: something changed; the record is of another form of this program
and cannot be compared; there is no record; nothing changed."""
_HASH, _ARGUMENTS = "#", " arguments"
Rights = dict[tuple[RightKind, str], Right]


@dataclass(frozen=True, slots=True)
class AgentReview:
    """An agent with what a review of it would record now (``now``, without role and day), and its last
    review (``last``), if it has one. ``changes`` and ``has_other_prompt`` are what changed since then."""

    agent: Agent
    now: Review
    last: Review | None
    state: ReviewState
    changes: tuple[RightChange, ...] = ()
    has_other_prompt: bool = False


@dataclass(frozen=True, slots=True)
class ReviewReport:
    """The review of each agent, by its id, and the records whose agent is not there any more."""

    agents: dict[str, AgentReview]
    left: tuple[Review, ...]


def judge_reviews(catalog: Catalog, grants: PermissionResolver) -> ReviewReport:
    """Compares the reviews of ``catalog`` with its agents."""
    seen = _list_reviewed(catalog, grants)
    now = [make_record(agent, rights) for agent, rights in seen]
    records = catalog.reviews.records if catalog.reviews else ()
    pairs = match_records(records, now)
    judged = {
        agent.id: _judge(agent, rights, current, pairs.get(number))
        for number, ((agent, rights), current) in enumerate(zip(seen, now, strict=True))
    }
    used = {id(record) for record in pairs.values()}
    return ReviewReport(judged, tuple(record for record in records if id(record) not in used))


def match_records(records: Iterable[Review], now: Sequence[Review]) -> dict[int, Review]:
    """The record of each entry of ``now``, by its number.

    A record is of the agent with its file and name. If there is none, it is of the one agent without a record
    that has the same rights and prompt; or else the same name; or else the same file.
    """
    pairs: dict[int, Review] = {}
    left = list(records)
    keys: tuple[Callable[[Review], object], ...] = (
        lambda review: (review.path, review.agent),
        lambda review: (review.prompt, repr(_sort(review.rights))),
        lambda review: review.agent,
        lambda review: review.path,
    )
    for key in keys:
        open_numbers = [number for number in range(len(now)) if number not in pairs]
        by_key: dict[object, list[int]] = {}
        records_by_key: dict[object, list[Review]] = {}
        for number in open_numbers:
            by_key.setdefault(key(now[number]), []).append(number)
        for record in left:
            records_by_key.setdefault(key(record), []).append(record)
        for value, candidates in records_by_key.items():
            if len(candidates) == len(by_key.get(value, ())) == 1:
                pairs[by_key[value][0]] = candidates[0]
        used = {id(record) for record in pairs.values()}
        left = [record for record in left if id(record) not in used]
    return pairs


def make_record(agent: Agent, rights: Rights) -> Review:
    """What a review of ``agent`` records of it; role and day are empty."""
    recorded: Recorded = {}
    for right in sorted(rights.values(), key=lambda right: (RIGHT_KINDS.index(right.kind), right.name)):
        recorded.setdefault(right.kind, {})[right.name] = _write_how(right)
    prompt = fingerprint_prompt(agent.document.body)
    return Review(agent.name, agent.source.path, "", "", FORM, prompt, recorded)


def fingerprint_prompt(text: str) -> str:
    """A hash of the words of a prompt. Line ends, indentation and empty lines do not matter."""
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "replace")).hexdigest()[:20]


def _judge(agent: Agent, rights: Rights, now: Review, last: Review | None) -> AgentReview:
    if last is None:
        return AgentReview(agent, now, last, "never")
    if last.form != FORM or not set(last.rights) <= set(RIGHT_KINDS):
        return AgentReview(agent, now, last, "other_form")
    has_other_prompt = last.prompt != now.prompt
    changes = _compare(agent, _read_record(last), rights)
    return AgentReview(
        agent, now, last, "stale" if changes or has_other_prompt else "current", changes, has_other_prompt
    )


def _compare(agent: Agent, before: Rights, after: Rights) -> tuple[RightChange, ...]:
    written = {key: _parse_how(right, _write_how(right)) for key, right in after.items()}
    old, new = _name_inherited(before, written), _name_inherited(written, before)
    changes = compare_rights(*(Subject("agent", agent.id, agent.name, "", side) for side in (old, new)))
    return tuple(_hide_hashes(change) for change in changes if not _is_told_of_server(change))


def _is_told_of_server(change: RightChange) -> bool:
    """Whether these are arguments of a server that is gained or lost, which says it all."""
    return change.right.name.endswith(_ARGUMENTS) and change.sign != "changed"


def _hide_hashes(change: RightChange) -> RightChange:
    """``change`` with words in place of hashes, which say nothing to anybody."""
    before, after = change.before, change.after
    if before and before.how.startswith(_HASH):
        before = replace(before, how="as reviewed")
    if after and after.how.startswith(_HASH):
        after = replace(after, how="different" if before else "new")
    return RightChange(before, after)


def _name_inherited(rights: Rights, others: Rights) -> Rights:
    """``rights`` with the tools by name that ``others`` name and that are inherited here with all others;
    without those that are denied, which are rights of nobody."""
    inherited = rights.get(("tool", ANY_TOOL))
    named = {
        key: replace(inherited, name=key[1])
        for key in others
        if inherited and key[0] == "tool" and key not in rights
    }
    return {key: right for key, right in (rights | named).items() if right.how != "denied"}


def _write_how(right: Right) -> str:
    limits = ", ".join(right.limits)
    return f"{right.how}: {limits}" if limits else right.how or "-"


def _parse_how(right: Right, how: str) -> Right:
    word, _colon, limits = how.partition(": ")
    return replace(right, how=word, limits=(limits,) if limits else ())


def _read_record(review: Review) -> Rights:
    return {
        (kind, name): _parse_how(Right(kind, name, ""), how)
        for kind in RIGHT_KINDS
        for name, how in review.rights.get(kind, {}).items()
    }


def _sort(rights: Recorded) -> list[tuple[str, list[tuple[str, str]]]]:
    return sorted((kind, sorted(names.items())) for kind, names in rights.items())


def _list_reviewed(catalog: Catalog, grants: PermissionResolver) -> list[tuple[Agent, Rights]]:
    """Each agent with all that a review of it is about: its rights, how the MCP servers are started that it
    may call, the keys of its skills that allow something, and the settings files that hold for it."""
    subjects = {(subject.kind, subject.id): subject for subject in list_subjects(catalog, grants)}
    settings = {
        subject.path: _describe_settings(subject)
        for subject in subjects.values()
        if subject.kind == "settings"
    }
    servers = {server.name: subjects.get(("server", server.id)) for server in catalog.servers}
    reviewed = []
    for agent in catalog.agents:
        rights = _fold_inherited(agent, subjects["agent", agent.id].rights, grants)
        for key, right in rights.items():
            server = servers.get(right.name) if right.kind == "server" else None
            if server:
                setups = tuple(sorted({setup.how for setup in server.rights.values()}))
                rights[key] = replace(right, limits=setups)
        more = [_describe_start(server) for server in catalog.servers if ("server", server.name) in rights]
        skills = [link.target for link in catalog.get_links_from("agent", agent.id) if link.kind == "skill"]
        more += [right for id in skills for right in _list_skill_rights(subjects.get(("skill", id)))]
        more += [settings[item.source.path] for item in agent.settings_files if item.source.path in settings]
        reviewed.append((agent, rights | {(right.kind, right.name): right for right in more}))
    return reviewed


def _fold_inherited(agent: Agent, rights: Rights, grants: PermissionResolver) -> Rights:
    """``rights`` with one right for all the tools that the agent inherits and that no entry names: a runtime
    has more tools with each of its versions. Those of them that are denied are named."""
    if grants.has_allowlist(agent):
        return dict(rights)
    entries = {get_runtime_of(agent).get_current_name(entry.tool) for entry in agent.access.every}
    folded = {
        key: right
        for key, right in rights.items()
        if right.kind == "tool" and right.how in ("inherited", "conditional") and right.name not in entries
    }
    if not folded:
        return dict(rights)
    denied = [
        Right("tool", name, "denied")
        for name in get_runtime_of(agent).current_tools
        if ("tool", name) not in rights and grants.decide(agent, name).outcome == "denied"
    ]
    everything = Right("tool", ANY_TOOL, "inherited", rule=grants.get_base_rule(agent), span=agent.span)
    kept = {key: right for key, right in rights.items() if key not in folded}
    return kept | {(right.kind, right.name): right for right in (everything, *denied)}


def _list_skill_rights(skill: Subject | None) -> list[Right]:
    rights = skill.rights.values() if skill else ()
    return [replace(right, name=f"{skill.name} {right.name}") for right in rights if skill]


def _describe_settings(settings: Subject) -> Right:
    """All rules, hooks and the mode of a settings file as one right: what they come to for an agent, its
    other rights say."""
    return Right("setup", settings.path, f"{_HASH}{make_fingerprint(settings)}")


def _describe_start(server: McpServer) -> Right:
    """The programs, arguments and addresses of a server."""
    digests = " ".join(sorted({config.start_digest for config in server.configs}))
    return Right("setup", f"{server.name}{_ARGUMENTS}", f"{_HASH}{digests}")
