"""Since when everything in a catalog has its rights, and what each commit changed, read from git.

Rights are those that the files of a commit give under the options of today. A branch that was merged is one
step, at the day on which it came to this branch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from ..history.past_trees import list_commits, read_texts
from ..model.catalog import Catalog
from .comparison import SUBJECT_KINDS, SubjectChange, compare_rights
from .past_rights import PastRights, RightsStep
from .subjects import Right, RightKind, Subject, SubjectKind

SubjectKey = tuple[str, str, str]
"""What stays the same while rights change: kind, file (of a server the id), and a name in a file of many."""
RightKey = tuple[RightKind, str]


@dataclass(frozen=True, slots=True)
class RightsCommit:
    """A commit that changed rights. ``shared`` and ``definitions`` are the files that it changed and that may
    decide on rights: those of settings and servers, and those that define agents and skills."""

    commit: str
    day: str
    changes: tuple[SubjectChange, ...]
    shared: tuple[str, ...]
    definitions: tuple[str, ...]
    counts: dict[str, int]
    """How many agents have each capability after it, by themselves."""
    agents: int
    """How many agents there are after it."""

    def find_causes(self, change: SubjectChange, right: Right) -> tuple[str, ...]:
        """The changed files that may be why ``right`` changed: the own one, and what holds for several. What
        one has through others may be by their files."""
        own = {side.path for side in (change.before, change.after) if side}
        is_by_others = right.how == "through" or right.kind in ("delegation", "server") or right.name == "mcp"
        paths = [path for path in self.definitions if path in own or is_by_others]
        return tuple(paths) + self.shared or self.definitions


@dataclass(frozen=True, slots=True)
class Origin:
    """The commit since which something is so, and the files in it that may be why. ``is_oldest``: it was so
    in the oldest commit of a shallow clone, so it may be older."""

    commit: str
    day: str
    paths: tuple[str, ...]
    is_oldest: bool = False


@dataclass(frozen=True, slots=True)
class RightOrigin:
    """Since when somebody has a right in any way, and since when as it is now."""

    right: Right
    gained: Origin
    changed: Origin


@dataclass(frozen=True, slots=True)
class Timeline:
    """The history of rights up to ``head``. ``commits`` are those that changed rights, oldest first;
    ``is_whole``: that git has the history from its beginning."""

    head: str
    commits: tuple[RightsCommit, ...]
    is_whole: bool
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
    """What of the options decides on rights. ``is_standard``: that the usual places are read."""

    profile: str
    exclude: tuple[str, ...] = ()
    is_standard: bool = True


@lru_cache(maxsize=8)
def read_timeline(
    repo: Path,
    head: str,
    options: TimelineOptions,
    read: Callable[[Path], Catalog],
    is_whole: bool = True,
    config: str = "mkdocs.yml",
) -> Timeline | None:
    """The history of rights of ``repo`` up to the commit ``head``, which is checked out; ``None`` where git
    does not tell. ``read`` reads the catalog of a folder with files as they were. Never raises for what the
    history holds."""
    commits = list_commits(repo, config) if head else None
    if commits is None:
        return None
    recorder = _Recorder(is_whole)
    with TemporaryDirectory(prefix="agent-catalog-") as folder:
        past = PastRights(Path(folder).resolve(), read, options.profile, options.exclude, options.is_standard)
        for commit, texts in read_texts(repo, commits):
            if step := past.take_step(commit, texts):
                recorder.record(commit.name, commit.day, step, past.subjects)
    origins = {
        (subject.kind, subject.id): recorder.origins.get(_make_key(subject), {})
        for subject in past.subjects.values()
    }
    return Timeline(head, tuple(recorder.commits), is_whole, origins)


class _Recorder:
    """Notes what each commit changed, and since when everybody has what."""

    def __init__(self, is_whole: bool) -> None:
        self.is_whole = is_whole
        self.commits: list[RightsCommit] = []
        self.origins: dict[SubjectKey, dict[RightKey, RightOrigin]] = {}

    def record(
        self, commit: str, day: str, step: RightsStep, subjects: Mapping[tuple[str, str], Subject]
    ) -> None:
        """Notes a commit; ``subjects`` are all that have rights after it."""
        pairs = list(_pair(step))
        changes = [
            SubjectChange(old, new, rights) for old, new in pairs if (rights := compare_rights(old, new))
        ]
        changes.sort(key=lambda c: (SUBJECT_KINDS.index(c.subject.kind), c.subject.id))
        known = {_make_key(old): self.origins.pop(_make_key(old), {}) for old, _ in pairs if old}
        self.origins |= {
            _make_key(new): known.get(_make_key(old), {}) if old else {} for old, new in pairs if new
        }
        if not changes:
            return
        files = {s.path for s in (*step.before, *subjects.values()) if s.kind in ("agent", "skill")}
        agents = [subject for subject in subjects.values() if subject.kind == "agent"]
        record = RightsCommit(
            commit,
            day,
            tuple(changes),
            tuple(path for path in step.paths if path not in files),
            tuple(path for path in step.paths if path in files),
            dict(Counter(right.name for agent in agents for right in _list_own_capabilities(agent))),
            len(agents),
        )
        is_oldest = not self.is_whole and not self.commits
        self.commits.append(record)
        for change in changes:
            self._note_origins(record, change, is_oldest)

    def _note_origins(self, record: RightsCommit, change: SubjectChange, is_oldest: bool) -> None:
        if change.after is None:
            return
        table = self.origins[_make_key(change.after)]
        for item in change.changes:
            key = (item.right.kind, item.right.name)
            earlier = table.pop(key, None)
            if item.after:
                paths = record.find_causes(change, item.after)
                origin = Origin(record.commit, record.day, paths, is_oldest)
                table[key] = RightOrigin(item.after, earlier.gained if earlier else origin, origin)


def _list_own_capabilities(agent: Subject) -> Iterator[Right]:
    return (r for r in agent.rights.values() if r.kind == "capability" and r.how != "through")


def _make_key(subject: Subject) -> SubjectKey:
    if subject.kind == "server":
        return subject.kind, subject.id, ""
    return subject.kind, subject.path, "" if subject.path.lower().endswith(".md") else subject.name


def _pair(step: RightsStep) -> Iterator[tuple[Subject | None, Subject | None]]:
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
