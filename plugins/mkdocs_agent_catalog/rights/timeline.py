"""Since when everything in a catalog has its rights, and what each commit changed, read from git.

Rights are those that the files of a commit give under the options of today. A branch that was merged is one
step, at the day on which it came to this branch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from ..addresses.replay import ReadCatalog
from ..history.past_trees import Tag, list_commits, list_tags, read_texts
from ..reading import disk, masking
from ..reading.paths import SourceRule
from ..text.strings import is_day, make_single_line
from .comparison import SubjectChange, compare_rights
from .past_rights import PastRights, RightsStep
from .subjects import SUBJECT_KINDS, Right, RightKind, Subject, SubjectKind

MOST_TAGS = 100
"""So many tags are told, the newest."""
_FIRST_DAY = "1970-01-01"
SubjectKey = tuple[str, str, str]
"""What stays the same while rights change: kind, file (of a server the id), and a name in a file of many."""
RightKey = tuple[RightKind, str]
Pair = tuple[Subject | None, Subject | None]
"""Something as it was and as it is."""


@dataclass(frozen=True, slots=True)
class RightsCommit:
    """A commit that changed rights. ``shared`` and ``definitions`` are the files that it changed and that may
    decide on rights: those of settings and servers, and those that define agents and skills."""

    commit: str
    day: str
    changes: tuple[SubjectChange, ...]
    shared: tuple[str, ...]
    definitions: tuple[str, ...]
    lines: tuple[int, ...]
    """For each of ``changes`` a number that stays the same as long as it is the same agent, skill or file."""
    counts: dict[str, int]
    """How many agents have each capability after it, by themselves."""
    agents: int
    """How many agents there are after it."""
    author: str = ""
    """Who wrote it; empty where that is not told."""

    def find_causes(self, change: SubjectChange, right: Right) -> tuple[str, ...]:
        """The changed files that may be why ``right`` changed: the own one, and what holds for several. What
        one has through others may be by their files."""
        paths = {side.path for side in (change.before, change.after) if side}
        own = tuple(path for path in self.definitions if path in paths)
        if own and change.before is None:
            return own
        is_by_others = right.how == "through" or right.kind in ("delegation", "server") or right.name == "mcp"
        others = (path for path in self.definitions if is_by_others and path not in own)
        return (*own, *others, *self.shared) or self.definitions


@dataclass(frozen=True, slots=True)
class Origin:
    """The commit since which something is so, and the files in it that may be why. ``is_oldest``: it was so
    in the oldest commit of a shallow clone, so it may be older. ``author`` is as in ``RightsCommit``."""

    commit: str
    day: str
    paths: tuple[str, ...]
    is_oldest: bool = False
    author: str = ""


@dataclass(frozen=True, slots=True)
class RightOrigin:
    """Since when somebody has a right in any way, and since when as it is now."""

    right: Right
    gained: Origin
    changed: Origin


@dataclass(frozen=True, slots=True)
class Release:
    """What changed from one tag to the next, or to ``head`` where ``name`` is empty. ``commits`` is how many
    commits changed rights."""

    name: str
    day: str
    commits: int
    changes: tuple[SubjectChange, ...]
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The history of rights up to ``head``. ``commits`` are those that changed rights, oldest first;
    ``is_whole``: that git has the history from its beginning. ``releases`` are oldest first; the last may be
    what no tag has yet. ``ids`` are kind and id in ``head`` of what is there, by its line."""

    head: str
    commits: tuple[RightsCommit, ...]
    is_whole: bool
    releases: tuple[Release, ...] = ()
    ids: dict[int, tuple[SubjectKind, str]] = field(default_factory=dict)
    origins: dict[tuple[SubjectKind, str], dict[RightKey, RightOrigin]] = field(default_factory=dict)
    """Of everything that has rights in ``head``, by kind and id."""

    def keep_present(self, subjects: Iterable[Subject]) -> Timeline:
        """The history of ``subjects``, which are those of the files as they are: what these have and no
        commit gives them has no origin."""
        origins = {}
        for subject in subjects:
            table = self.origins.get((subject.kind, subject.id), {})
            origins[subject.kind, subject.id] = {
                key: origin for key, origin in table.items() if subject.rights.get(key) == origin.right
            }
        return replace(self, origins=origins)


@dataclass(frozen=True, slots=True)
class TimelineOptions:
    """What of the options decides on rights, and whether authors are named."""

    profile: str
    rules: tuple[SourceRule, ...] | None = None
    exclude: tuple[str, ...] = ()
    names_authors: bool = False


@lru_cache(maxsize=8)
def read_timeline(
    repo: Path,
    head: str,
    options: TimelineOptions,
    read: ReadCatalog,
    is_whole: bool = True,
    config: str = "mkdocs.yml",
) -> Timeline | None:
    """The history of rights of ``repo`` up to the commit ``head``, which is checked out; ``None`` where git
    does not tell. ``read`` reads the catalog of a folder with files as they were. Never raises for what the
    history holds."""
    commits = list_commits(repo, config) if head else None
    if commits is None:
        return None
    tags: dict[str, list[Tag]] = {}
    for tag in list_tags(repo, commits)[-MOST_TAGS:]:
        tags.setdefault(tag.commit, []).append(tag)
    recorder = _Recorder(is_whole)
    with TemporaryDirectory(prefix="agent-catalog-") as folder:
        past = PastRights(Path(folder).resolve(), read, options.profile, options.rules, options.exclude)
        day = _FIRST_DAY
        for commit, texts in read_texts(repo, commits):
            day = commit.day if is_day(commit.day) else day
            if step := past.take_step(commit, texts):
                author = _tidy_name(commit.author) if options.names_authors else ""
                recorder.record(commit.name, day, author, step, past.subjects)
            for tag in tags.get(commit.name, ()):
                recorder.release(tag.name, tag.day if is_day(tag.day) else day)
    if tags:
        recorder.release("", day)
    return recorder.finish(head)


def _tidy_name(name: str) -> str:
    """The name of a person as it may be shown."""
    return masking.mask_text(make_single_line(disk.make_printable(name)))[:100]


class _Recorder:
    """Notes what each commit changed, and since when everybody has what."""

    def __init__(self, is_whole: bool) -> None:
        self.is_whole = is_whole
        self.commits: list[RightsCommit] = []
        self.origins: dict[SubjectKey, dict[RightKey, RightOrigin]] = {}
        self.lines: dict[SubjectKey, int] = {}
        self.next_line = 0
        self.subjects: dict[int, Subject] = {}
        """What there is now, by its line."""
        self.released: tuple[int, dict[int, Subject]] = (0, {})
        """How many commits the last tag has, and what there was then."""
        self.releases: list[Release] = []

    def finish(self, head: str) -> Timeline:
        """All that was noted."""
        ids = {line: (subject.kind, subject.id) for line, subject in self.subjects.items()}
        origins = {
            (subject.kind, subject.id): self.origins[_make_key(subject)] for subject in self.subjects.values()
        }
        return Timeline(head, tuple(self.commits), self.is_whole, tuple(self.releases), ids, origins)

    def record(
        self,
        commit: str,
        day: str,
        author: str,
        step: RightsStep,
        subjects: Mapping[tuple[str, str], Subject],
    ) -> None:
        """Notes a commit; ``subjects`` are all that have rights after it."""
        told: list[tuple[SubjectChange, int]] = []
        pairs = list(_join_renamed(list(_pair(step)), step.renamed, self.lines, subjects.values()))
        for line, (old, new) in self._follow(pairs):
            if rights := compare_rights(old, new):
                told.append((SubjectChange(old, new, rights), line))
        if not told:
            return
        told.sort(key=lambda item: _rank_change(item[0]))
        files = {s.path for s in (*step.before, *subjects.values()) if s.kind in ("agent", "skill")}
        agents = [subject for subject in subjects.values() if subject.kind == "agent"]
        record = RightsCommit(
            commit,
            day,
            tuple(change for change, _ in told),
            # A text that defines nothing decides on nothing.
            tuple(path for path in step.paths if path not in files and not path.lower().endswith(".md")),
            tuple(path for path in step.paths if path in files),
            tuple(line for _, line in told),
            dict(Counter(right.name for agent in agents for right in _list_own_capabilities(agent))),
            len(agents),
            author,
        )
        is_oldest = not self.is_whole and not self.commits
        self.commits.append(record)
        for change in record.changes:
            self._note_origins(record, change, is_oldest)

    def _follow(self, pairs: list[Pair]) -> Iterator[tuple[int, Pair]]:
        """Each pair with its line; what was renamed keeps its line and its origins."""
        known = {_make_key(old): self.origins.pop(_make_key(old), {}) for old, _ in pairs if old}
        lines = {key: self.lines.pop(key) for key in known if key in self.lines}
        for old, new in pairs:
            line = lines.get(_make_key(old)) if old else None
            if line is None:
                line, self.next_line = self.next_line, self.next_line + 1
            if new:
                key = _make_key(new)
                self.origins[key] = known.get(_make_key(old), {}) if old else {}
                self.lines[key], self.subjects[line] = line, new
            else:
                self.subjects.pop(line, None)
            yield line, (old, new)

    def release(self, name: str, day: str) -> None:
        """Notes what changed since the last tag."""
        count, before = self.released
        lines = sorted({*before, *self.subjects})
        told = [
            (SubjectChange(before.get(line), self.subjects.get(line), rights), line)
            for line in lines
            if before.get(line) is not self.subjects.get(line)
            and (rights := compare_rights(before.get(line), self.subjects.get(line)))
        ]
        told.sort(key=lambda item: _rank_change(item[0]))
        self.released = (len(self.commits), dict(self.subjects))
        if name or len(self.commits) > count:
            changes, numbers = tuple(change for change, _ in told), tuple(line for _, line in told)
            self.releases.append(Release(name, day, len(self.commits) - count, changes, numbers))

    def _note_origins(self, record: RightsCommit, change: SubjectChange, is_oldest: bool) -> None:
        if change.after is None:
            return
        table = self.origins[_make_key(change.after)]
        for item in change.changes:
            key = (item.right.kind, item.right.name)
            earlier = table.pop(key, None)
            if item.after:
                paths = record.find_causes(change, item.after)
                origin = Origin(record.commit, record.day, paths, is_oldest, record.author)
                table[key] = RightOrigin(item.after, earlier.gained if earlier else origin, origin)


def _rank_change(change: SubjectChange) -> tuple[int, str]:
    return SUBJECT_KINDS.index(change.subject.kind), change.subject.id


def _list_own_capabilities(agent: Subject) -> Iterator[Right]:
    return (r for r in agent.rights.values() if r.kind == "capability" and r.how != "through")


def _make_key(subject: Subject) -> SubjectKey:
    if subject.kind == "server":
        return subject.kind, subject.id, ""
    return subject.kind, subject.path, "" if subject.path.lower().endswith(".md") else subject.name


def _pair(step: RightsStep) -> Iterator[Pair]:
    """Everything that changed, as it was and as it is. What git renamed is the same as before."""
    after = {_make_key(subject): subject for subject in step.after}
    moved = []
    for subject in step.before:
        kind, path, name = _make_key(subject)
        if path in step.renamed:
            moved.append((subject, after.pop((kind, step.renamed[path], name), None)))
    yield from moved
    for subject in step.before:
        if subject.path not in step.renamed or subject.kind == "server":
            yield subject, after.pop(_make_key(subject), None)
    yield from ((None, subject) for subject in after.values())


def _join_renamed(
    pairs: list[Pair], renamed: Mapping[str, str], before: Iterable[SubjectKey], after: Iterable[Subject]
) -> Iterator[Pair]:
    """``pairs``, in which an agent that got another name is the same as before, if it is the only one of its
    file then and now. ``before`` are the keys of all that there were, ``after`` all that there are."""
    counts_before = Counter((kind, path) for kind, path, _ in before)
    counts_after = Counter((subject.kind, subject.path) for subject in after)
    new_by_file = {
        (new.kind, new.path): new
        for old, new in pairs
        if new and old is None and counts_after[new.kind, new.path] == 1
    }
    joined = set[int]()
    for old, new in pairs:
        if old and new is None and counts_before[old.kind, old.path] == 1:
            new = new_by_file.pop((old.kind, renamed.get(old.path, old.path)), None)
            joined |= {id(new)}
        if old:
            yield old, new
    yield from ((None, new) for old, new in pairs if old is None and id(new) not in joined)
