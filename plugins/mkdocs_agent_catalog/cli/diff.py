"""`agent-catalog diff`: who may do what that was not so at another commit, and who may no longer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ..build import Options, load_catalog
from ..history.checkouts import check_out, find_commit, find_renames
from ..model.catalog import Catalog
from ..reading.build_cache import BuildCache
from ..rights.comparison import SubjectChange, compare_catalogs
from ..settings import SettingError
from .mkdocs_yml import Project, read_project


@dataclass(frozen=True, slots=True)
class RightsDiff:
    """The changes between two states. ``base`` and ``head`` are the names of commits, ``head`` empty for the
    files as they are; ``notes`` say what was not compared."""

    base: str
    head: str
    changes: tuple[SubjectChange, ...]
    notes: tuple[str, ...] = ()


def diff_revisions(project: Project, base: str, head: str | None) -> RightsDiff:
    """What changed from the revision ``base`` to ``head``, or to the files as they are.

    Raises ``NoSuchRevisionError``.
    """
    repo, options, _ = project
    cache = BuildCache()
    notes: list[str] = []
    base_commit = find_commit(repo, base)
    head_commit = find_commit(repo, head) if head else ""
    with _open_state(repo, head_commit) as after_root, check_out(repo, base_commit) as before_root:
        after = _load(after_root, options, cache, notes, head or "")
        before = _load(before_root, options, cache, notes, base)
        renamed = find_renames(repo, base_commit, head_commit or None)
        changes = compare_catalogs(before, after, renamed, options.profile)
    others = sorted(other.folder for other in after.repositories)
    if others:
        # A checkout of an earlier commit has no submodules, and what lies beside the repository has no past.
        verb = "is" if len(others) == 1 else "are"
        notes.append(f"not compared: {', '.join(others)}, which {verb} not of this repository")
        changes = tuple(c for c in changes if not after.find_repository(c.subject.path).is_other)
    return RightsDiff(base_commit, head_commit, changes, tuple(notes))


@contextmanager
def _open_state(repo: Path, commit: str) -> Iterator[Path]:
    """The folder of the files: ``repo`` itself without a ``commit``."""
    if not commit:
        yield repo
        return
    with check_out(repo, commit) as root:
        yield root


def _load(root: Path, options: Options, cache: BuildCache, notes: list[str], revision: str) -> Catalog:
    """The catalog as the ``mkdocs.yml`` of that state has it; as today's has it where that is broken."""
    try:
        chosen = read_project(root, options.profile).options
    except SettingError as error:
        notes.append(f"{revision or 'now'}: {error}; read with the options of today")
        chosen = options
    cache.start_build()
    return load_catalog(root, replace(chosen, replay=False, catalogs=(), lock=options.lock), cache)
