"""The command ``review``: which agents are to be looked at again, and the record that somebody did."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import yaml

from ..model.reviews import Review
from ..reading import disk
from ..reading.file_reader import MOST_BYTES, read_bytes
from ..reading.review_file import parse_reviews
from ..rights.reviews import AgentReview, ReviewReport
from ..rights.wording import group_changes
from ..text.strings import make_line_printable
from ..text.suggestions import ask_what_is_meant
from .diff_formats import write_change
from .errors import UsageError

HEADER = "# Who looked at which agent, and what it could do then. `agent-catalog review` writes this file.\n"


def choose_agents(report: ReviewReport, names: Iterable[str], repo: Path) -> list[AgentReview]:
    """The reviews of the agents that ``names`` name: by name, by id, or all of a file or a folder. All
    without names. Raises ``UsageError``."""
    wanted = list(names)
    chosen = {id for name in wanted for id in _find_ids(report, name, repo)}
    return [review for id, review in report.agents.items() if not wanted or id in chosen]


def _find_ids(report: ReviewReport, name: str, repo: Path) -> list[str]:
    agents = [review.agent for review in report.agents.values()]
    named = [agent for agent in agents if agent.name == name] or [a for a in agents if a.id == name]
    if len(named) > 1:
        paths = ", ".join(agent.source.path for agent in named)
        raise UsageError(f"several agents are called `{name}`, name one by its file: {paths}")
    places = [place.resolve() for place in (Path(name), repo / name) if place.exists()]
    for place in () if named else places:
        files = {agent.id: (repo / agent.source.path).resolve() for agent in agents}
        named = [agent for agent in agents if place in (files[agent.id], *files[agent.id].parents)]
        if named:
            break
    if not named:
        known = (text for agent in agents for text in (agent.name, agent.id, agent.source.path))
        raise UsageError(f"no agent `{name}`{ask_what_is_meant(name, known)}")
    return [agent.id for agent in named]


def list_reviews(reviews: Iterable[AgentReview], left: Iterable[Review]) -> Iterator[str]:
    """A block for each agent that is to be looked at, and how many there are of each kind."""
    counts = {"stale": 0, "other_form": 0, "never": 0, "current": 0}
    blocks: dict[str, list[str]] = {"stale": [], "other_form": [], "never": []}
    for review in reviews:
        counts[review.state] += 1
        if review.state != "current":
            blocks[review.state] += _write_block(review)
    for lines in blocks.values():
        yield from map(make_line_printable, lines)
    for record in left:
        yield make_line_printable(f"{record.agent} ({record.path}): reviewed, and not there any more")
    yield (
        f"{counts['stale'] + counts['other_form']} to be looked at again, {counts['never']} never reviewed, "
        f"{counts['current']} current"
    )


def _write_block(review: AgentReview) -> list[str]:
    name = f"{review.agent.name} ({review.agent.source.path})"
    if review.last is None:
        return [f"{name}: never reviewed"]
    head = f"{name}: reviewed by {review.last.by} on {review.last.day}"
    if review.state == "other_form":
        return [f"{head}, in another form of the record: it cannot be compared"]
    lines = [f"  {write_change(line)}" for line in group_changes(review.changes)]
    lines += ["  ~ the prompt is another one"] if review.has_other_prompt else []
    return [f"{head}; since then:", *lines]


def record_reviews(file: Path, name: str, reviews: Iterable[AgentReview], by: str, day: str) -> int:
    """Writes that somebody in the role ``by`` looked at these agents on ``day``; how many records are new or
    other than before. What people wrote into ``file`` stays. Raises ``UsageError`` or ``OSError``."""
    try:
        text = read_bytes(file).decode("utf-8-sig") if file.exists() else ""
    except UnicodeDecodeError:
        raise UsageError(f"`{name}` is not UTF-8") from None
    before = parse_reviews(text, name)
    records = []
    for review in reviews:
        # What was masked on the way to the catalog stays as it is written here.
        last = review.last and next((item for item in before.records if item.span == review.last.span), None)
        record = replace(review.now, by=by, day=day, note=last.note if last else "")
        if record != last:
            records.append((last, record))
    if not records:
        return 0
    text = _replace_records(text, name, records)
    after = parse_reviews(text, name)
    replaced = {id(last) for last, _record in records}
    expected = [record for record in before.records if id(record) not in replaced]
    expected += [record for _last, record in records]
    if len(text.encode()) > MOST_BYTES:
        raise UsageError(f"these are more records than `{name}` can hold: {MOST_BYTES:,} bytes")
    if not after.records and after.problems:
        raise UsageError(str(after.problems[-1]).partition("\n")[0])
    if _sort(after.records) != _sort(expected) or len(after.problems) > len(before.problems):
        raise UsageError(
            f"`{name}` has a form that cannot be kept: begin each record with a line `- agent: …` below "
            "`reviews:`"
        )
    disk.write(file, text)
    return len(records)


def _sort(records: Iterable[Review]) -> list[Review]:
    return sorted(records, key=_get_key)


def _get_key(review: Review) -> tuple[str, str, str]:
    return review.agent.casefold(), review.agent, review.path


def _replace_records(text: str, name: str, records: list[tuple[Review | None, Review]]) -> str:
    """``text`` with new records, each in place of the old one, or else sorted in by name."""
    head, blocks, tail = _split_text(text)
    keys = [_find_key(block, name) for block in blocks]
    for last, record in records:
        key, block = _get_key(record), _write_record(record)
        same = [number for number, other in enumerate(keys) if other == key]
        for number in reversed(same[1:]):
            del blocks[number], keys[number]
        if not same and last and (old := _get_key(last)) in keys:
            # The agent moved: its record moves with it.
            del blocks[keys.index(old)], keys[keys.index(old)]
        if same:
            comments = blocks[same[0]].split("- ", 1)[0]
            blocks[same[0]] = f"{comments}{block}"
            continue
        place = next((number for number, other in enumerate(keys) if other and other > key), len(keys))
        blocks.insert(place, block)
        keys.insert(place, key)
    return "".join([head, *blocks, tail])


def _split_text(text: str) -> tuple[str, list[str], str]:
    """What stands above the records, each record with the comments above it, and what stands below."""
    lines = text.splitlines(keepends=True) or [HEADER, "reviews:\n"]
    lines[-1] = f"{lines[-1].rstrip()}\n"
    top = next((n for n, line in enumerate(lines) if re.match(r"reviews:\s*(#.*)?$", line)), len(lines))
    if top == len(lines):
        lines.append("reviews:\n")
    below = lines[top + 1 :]
    end = next((n for n, line in enumerate(below) if re.match(r"[^\s#-]", line)), len(below))
    while end and _is_comment(below[end - 1]):
        end -= 1
    starts = [number for number, line in enumerate(below[:end]) if line.startswith("- ")]
    for number, start in enumerate(starts):
        while start and _is_comment(below[start - 1]):
            start -= 1
        starts[number] = start
    blocks = ["".join(below[start:stop]) for start, stop in pairwise([*starts, end])] if starts else []
    between = below[: starts[0]] if starts else below[:end]
    return "".join([*lines[: top + 1], *between]), blocks, "".join(below[end:])


def _is_comment(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _find_key(block: str, name: str) -> tuple[str, str, str] | None:
    """The key of the one record in ``block``."""
    records = parse_reviews(f"reviews:\n{block}", name).records
    return _get_key(records[0]) if records else None


def _write_record(record: Review) -> str:
    table = {
        "agent": record.agent,
        "path": record.path,
        "by": record.by,
        "day": date.fromisoformat(record.day),
        **({"note": record.note} if record.note else {}),
        "form": record.form,
        "prompt": record.prompt,
        "rights": record.rights,
    }
    return yaml.safe_dump([table], sort_keys=False, allow_unicode=True, width=110, default_flow_style=None)
