"""Changes of rights as text, as JSON, as a comment in Markdown, and as GitHub and GitLab show findings."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from ..model.definitions import Span
from ..rights.comparison import SubjectChange
from ..rights.subjects import SUBJECT_KINDS, Right
from ..rights.wording import (
    KIND_WORDS,
    ChangeLine,
    count_subjects,
    describe_how,
    group_changes,
    group_subjects,
)
from ..text.strings import make_line_printable, make_single_line
from .diff import RightsDiff
from .report_formats import escape_data, escape_property

COMMENT_MARK = "<!-- agent-catalog: rights -->"
"""The first line of a comment: a workflow finds by it the comment that it wrote before."""
MOST_COMMENT = 60_000
"""So many characters a comment has at most: GitHub takes 65,536."""
MOST_NAMES = 12
_SIGNS = {"gained": "+", "lost": "-", "changed": "~"}
_MEANS = ("capability", "tool", "server", "delegation")
"""The kinds of rights that one uses. The others are what holds for somebody."""
_STATES = {"new": "new", "gone": "removed", "changed": ""}


def format_text(diff: RightsDiff) -> str:
    """A block for each agent, skill, server and settings file; those that changed alike are one block."""
    blocks = []
    for subjects, lines in group_subjects(diff.changes):
        texts = [f"  {write_change(line)}" for line in lines]
        blocks.append("\n".join([_join_names(subjects), *texts]))
    return "\n".join([*blocks, summarize(diff)])


def summarize(diff: RightsDiff) -> str:
    """How many have other rights, in one sentence."""
    where = f"{diff.base[:8]} and {diff.head[:8] or 'the files as they are'}"
    if not diff.changes:
        return f"no rights differ between {where}"
    counts = Counter(change.subject.kind for change in diff.changes)
    parts = [count_subjects(kind, counts[kind]) for kind in SUBJECT_KINDS if counts[kind]]
    return f"rights differ between {where}: {', '.join(parts)}"


def _join_names(subjects: list[SubjectChange]) -> str:
    """The head of a block: the names with their files, or how many they are."""
    state = _STATES[subjects[0].state]
    words = f" ({state})" if state else ""
    names = [_name_subject(change) for change in subjects]
    if len(names) > MOST_NAMES:
        names = [*names[:MOST_NAMES], f"{len(names) - MOST_NAMES} more"]
    return make_line_printable(f"{', '.join(names)}{words}")


def _name_subject(change: SubjectChange) -> str:
    subject = change.subject
    where = f" ({subject.path})" if subject.path and subject.path != subject.name else ""
    kind = {"server": "MCP server ", "skill": "skill "}.get(subject.kind, "")
    return f"{kind}{subject.name}{where}"


def write_change(line: ChangeLine) -> str:
    """One line: the sign, what it is, before, after, place and rule."""
    return f"{_SIGNS[line.change.sign]} {_write_line(line)}"


def _write_line(line: ChangeLine) -> str:
    was, now = (side and describe_how(side) for side in (line.change.before, line.change.after))
    how = f"{was} → {now}" if was and now else now or f"was {was}"
    # What a review recorded has no place in a file any more.
    proof = f"  [{words}]" if (words := _write_proof(line)) else ""
    return make_line_printable(f"{_write_names(line, str)}: {how}{proof}")


def _write_names(line: ChangeLine, write: Callable[[str], str]) -> str:
    """The word for the kind, and the names."""
    names = ", ".join(write(name) for name in line.names[:MOST_NAMES] if name)
    if len(line.names) > MOST_NAMES:
        names += f" and {len(line.names) - MOST_NAMES} more"
    return f"{KIND_WORDS[line.change.right.kind][len(line.names) > 1]} {names}".rstrip()


def _choose_verb(line: ChangeLine) -> str:
    """What happened, for a sentence: a rule or a hook is nothing that one gains."""
    verbs = ("gains", "loses") if line.change.right.kind in _MEANS else ("now has", "no longer has")
    return {"gained": verbs[0], "lost": verbs[1], "changed": "changes"}[line.change.sign]


def _is_only_less(change: SubjectChange, line: ChangeLine) -> bool:
    """Whether somebody can do less, and nothing more: a rule or a hook that is gone may have held others
    back."""
    is_gone_agent = change.after is None and change.subject.kind == "agent"
    return line.change.sign == "lost" and (is_gone_agent or line.change.right.kind in _MEANS)


def _write_proof(line: ChangeLine) -> str:
    """The place and the rule; of a change also the place where it stood, if that is another one."""
    parts = [str(line.change.right.span)] if line.change.right.span else []
    if (
        line.change.sign == "changed"
        and line.change.before
        and line.change.before.span
        and str(line.change.before.span) not in parts
    ):
        parts.append(f"was {line.change.before.span}")
    parts += [line.change.right.rule] if line.change.right.rule else []
    return ", ".join(parts)


def format_json(diff: RightsDiff) -> str:
    """One object: ``base`` and ``head`` (commits; ``null`` for the files as they are), ``changes``, and
    ``notes`` on what was not compared."""
    changes = [
        {
            "kind": change.subject.kind,
            "id": change.subject.id,
            "name": change.subject.name,
            "path": change.subject.path or None,
            "was": change.before and {"id": change.before.id, "path": change.before.path or None},
            "change": change.state,
            "rights": [
                {
                    "kind": item.right.kind,
                    "name": item.right.name,
                    "before": item.before and _write_right(item.before),
                    "after": item.after and _write_right(item.after),
                }
                for item in change.changes
            ],
        }
        for change in diff.changes
    ]
    table = {"version": 1, "base": diff.base, "head": diff.head or None, "changes": changes}
    return json.dumps({**table, "notes": list(diff.notes)}, indent=1, ensure_ascii=False)


def _write_right(right: Right) -> dict[str, Any]:
    return {
        "how": right.how,
        "limits": list(right.limits),
        "rule": right.rule or None,
        **_write_place(right.span),
        "chain": [
            {"agent": step.agent, "name": step.name, "tool": step.tool, "rule": step.rule}
            | _write_place(step.span)
            for step in right.steps
        ],
    }


def _write_place(span: Span | None) -> dict[str, Any]:
    return {"path": span.path if span else None, "line": span.line if span else None}


def format_markdown(diff: RightsDiff) -> str:
    """A comment for a pull request or a merge request. What does not fit into one is counted."""
    lines = [COMMENT_MARK, "### What agents may do", "", f"{_capitalize(summarize(diff))}."]
    length, groups = sum(map(len, lines)), group_subjects(diff.changes)
    for number, (subjects, changes) in enumerate(groups):
        state = _STATES[subjects[0].state]
        names = ", ".join(_name_in_markdown(change) for change in subjects[:MOST_NAMES])
        more = f" and {len(subjects) - MOST_NAMES} more" if len(subjects) > MOST_NAMES else ""
        block = ["", f"{names}{more}{f' ({state})' if state else ''}", ""]
        block += [f"- {_write_markdown_line(line)}" for line in changes]
        length += sum(len(line) + 1 for line in block)
        if length > MOST_COMMENT:
            left = sum(len(subjects) for subjects, _ in groups[number:])
            lines += ["", f"{left} more: `agent-catalog diff {diff.base[:12]}` lists them."]
            break
        lines += block
    lines += [f"\n> {_write_code(note)}" for note in diff.notes]
    return "\n".join(lines)


def _capitalize(text: str) -> str:
    return text[:1].upper() + text[1:]


def _name_in_markdown(change: SubjectChange) -> str:
    subject = change.subject
    kind = {"server": "MCP server ", "skill": "Skill "}.get(subject.kind, "")
    where = f", {_write_code(subject.path)}" if subject.path and subject.path != subject.name else ""
    return f"{kind}**{_write_code(subject.name)}**{where}"


def _write_markdown_line(line: ChangeLine) -> str:
    was, now = (side and _write_code(describe_how(side)) for side in (line.change.before, line.change.after))
    how = f"{was} → {now}" if was and now else now or f"was {was}"
    verb = _choose_verb(line)
    verb = verb if line.change.sign == "changed" else f"**{verb}**"
    proof = f" ({_write_code(words)})" if (words := _write_proof(line)) else ""
    return f"{verb} {_write_names(line, _write_code)}: {how}{proof}"


def _write_code(text: str) -> str:
    """``text`` as code in Markdown, whatever it holds: nothing in it is markup, a mention or a link."""
    text = make_single_line(text) or " "
    longest = max((len(run) for run in text.replace("`", " `").split() if set(run) == {"`"}), default=0)
    ticks = "`" * (max(longest, text.count("`")) + 1)
    space = " " if "`" in text else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def _list_findings(diff: RightsDiff) -> Iterator[tuple[SubjectChange, Span, str, bool]]:
    """Each line of what changed, whose it is, its place in the files as they are after it, what it says, and
    whether somebody can only do less. A place in those before is none that anybody can show: the file is
    empty where it went."""
    for change in diff.changes:
        for line in group_changes(change.changes):
            after = line.change.after.span if line.change.after else None
            place = after or Span(change.after.path if change.after else "")
            text = f"{_name_subject(change)} {_choose_verb(line)} {_write_line(line)}"
            yield change, place, text, _is_only_less(change, line)


def format_github(diff: RightsDiff) -> str:
    """Workflow commands, which GitHub shows at the line. Source: its documentation, "Workflow commands"."""
    lines = []
    for _change, span, text, is_less in _list_findings(diff):
        place = f"file={escape_property(span.path)},line={span.line}," if span.path else ""
        lines.append(f"::{'notice' if is_less else 'warning'} {place}title=rights::{escape_data(text)}")
    return "\n".join(lines)


def format_gitlab(diff: RightsDiff) -> str:
    """A report of code quality. Source: GitLab's documentation, "Code Quality report format"."""
    rows = []
    for change, span, text, is_less in _list_findings(diff):
        text = make_single_line(text)
        rows.append(
            {
                "description": text,
                "check_name": "rights",
                "fingerprint": hashlib.sha256(text.encode()).hexdigest(),
                "severity": "info" if is_less else "major",
                "location": {"path": span.path or change.subject.path, "lines": {"begin": span.line}},
            }
        )
    return json.dumps(rows, indent=1, ensure_ascii=False)


DIFF_FORMATS: dict[str, Callable[[RightsDiff], str]] = {
    "text": format_text,
    "json": format_json,
    "markdown": format_markdown,
    "github": format_github,
    "gitlab": format_gitlab,
}
