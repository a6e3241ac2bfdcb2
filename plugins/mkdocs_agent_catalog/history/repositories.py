"""Finds the repositories that the files of a catalog come from, and asks git in each of them."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from ..model.repositories import Repository, find_repository
from ..reading import disk
from ..reading.checkouts import Checkouts, find_checkout_root, locate_rule
from ..reading.paths import SourceRule
from . import git, log
from .remote import find_remote, make_remote


def find_repositories(
    checkouts: Checkouts, rules: Iterable[SourceRule] | None, paths: Iterable[str]
) -> tuple[Repository, ...]:
    """The repositories of the files at ``paths`` beside the own one, sorted by folder: checkouts of their
    own, and what ``rules`` say is of another repository. What the rules leave out is read from git."""
    repo, named = checkouts.repo, dict[Path, Repository]()
    for rule in rules or ():
        if rule.repository is not None:
            place = locate_rule(repo, rule)
            root = checkouts.find_root(place / "_") or place
            named.setdefault(place if root == checkouts.top else root, rule.repository)
    labels = {locate_rule(repo, rule): rule.label for rule in rules or () if rule.label}
    folders = {posixpath.dirname(path): path for path in paths}
    roots = {checkouts.find_root(repo / path) for path in folders.values()} - {None, checkouts.top}
    repositories = []
    for root in (*named, *(root for root in roots if root and root not in named)):
        folder = disk.make_printable(os.path.relpath(root, repo).replace(os.sep, "/"))
        if folder != "." and any(path == folder or path.startswith(f"{folder}/") for path in paths):
            known = _complete(root, named.get(root, Repository()))
            repositories.append(replace(known, folder=folder, label=labels.get(root) or ""))
    return tuple(sorted(repositories, key=lambda repository: repository.folder))


def _complete(root: Path, repository: Repository) -> Repository:
    """``repository`` with what git knows in ``root``, if that is a checkout of its own."""
    url, branch = repository.url, repository.branch
    if has_own_history(root):
        url = url or find_remote(root).url
        branch = branch or git.ask(root, "symbolic-ref", "--short", "HEAD")
        # In a submodule a commit is checked out, and no branch.
        branch = (
            branch or git.ask(root, "symbolic-ref", "--short", "refs/remotes/origin/HEAD")[len("origin/") :]
        )
        repository = replace(repository, commit=git.find_head(root))
    remote = make_remote(url, quote(branch, safe="/"))
    edit_url = repository.edit_url or (f"{remote.edit_url}{{path}}" if remote.edit_url else "")
    return replace(repository, url=url, branch=branch, edit_url=edit_url)


def place_rules(
    repo: Path, rules: tuple[SourceRule, ...] | None, other: Repository, below: str
) -> tuple[SourceRule, ...] | None:
    """``rules`` for a folder that holds nothing but the files of ``other``, at ``below``: those that may be
    about them."""
    if repo.resolve().is_relative_to((repo / other.folder).resolve()):
        # Of the rest of the own checkout nothing is read but what lies above the folder of `mkdocs.yml`.
        rules = tuple(rule for rule in rules or () if not _is_below(repo.resolve(), rule))
    if rules is None:
        return None
    placed = []
    for rule in rules:
        path = os.path.relpath(locate_rule(repo.resolve(), rule), repo.resolve()).replace(os.sep, "/")
        if find_repository((other,), path) == other:
            placed.append(replace(rule, path=below + path[len(other.folder) :], repository=None))
        elif path == "." or below.startswith(f"{path}/") or set(path) & set("*?["):
            placed.append(replace(rule, repository=None))
    return tuple(placed)


def find_rest_of_checkout(
    repo: Path, rules: tuple[SourceRule, ...] | None, others: tuple[Repository, ...]
) -> tuple[Repository, ...]:
    """The own checkout as if it were another repository, where sources are above ``repo`` in it, and in none
    of the ``others``."""
    repo = repo.resolve()
    top = find_checkout_root(repo)
    places = [locate_rule(repo, rule) for rule in rules or () if not rule.repository]
    above = [place for place in places if place.is_relative_to(top) and not place.is_relative_to(repo)]
    paths = (os.path.relpath(place, repo).replace(os.sep, "/") for place in above)
    if all(find_repository(others, path).is_other for path in paths):
        return ()
    return (Repository(os.path.relpath(top, repo).replace(os.sep, "/")),)


def _is_below(repo: Path, rule: SourceRule) -> bool:
    return locate_rule(repo, rule).is_relative_to(repo)


def has_own_history(root: Path) -> bool:
    """Whether ``root`` is the top folder of a checkout: what git says there is not of one around it."""
    return os.path.exists(root / ".git")


def find_all_last_changes(
    repo: Path, others: tuple[Repository, ...], states: dict[str, git.HistoryState]
) -> dict[str, str]:
    """The day of the last change of each file, asked in the repository that it is in. ``states`` are those of
    the histories, by folder."""
    days: dict[str, str] = {}
    for repository in (Repository(), *others):
        if states[repository.folder] == "whole":
            changes = log.find_last_changes(repo / repository.folder)
            paths = ((posixpath.normpath(posixpath.join(repository.folder, path)), path) for path in changes)
            days |= {
                path: changes[below]
                for path, below in paths
                if find_repository(others, path).folder == repository.folder
            }
    return days


def list_missing_submodules(repo: Path) -> tuple[str, ...]:
    """The folders, relative to ``repo``, of submodules that are not checked out, sorted. Never raises."""
    repo = repo.resolve()
    top = find_checkout_root(repo)
    file = top / ".gitmodules"
    if not file.is_file() or file.is_symlink():
        return ()
    question = ("config", "--file", ".gitmodules", "--null", "--get-regexp", r"^submodule\..*\.path$")
    entries = (entry.partition("\n")[2] for entry in git.ask(top, *question).split("\0"))
    folders = (os.path.relpath(top / path, repo) for path in _list_missing(top, entries))
    return tuple(sorted({folder.replace(os.sep, "/") for folder in folders}))


def _list_missing(repo: Path, paths: Iterable[str]) -> Iterator[str]:
    for path in filter(None, paths):
        name = posixpath.normpath(path)
        is_below = not posixpath.isabs(name) and name.split("/")[0] not in ("..", ".")
        if is_below and disk.make_printable(name) == name:
            folder = repo / name
            if not folder.is_symlink() and (not folder.exists() or disk.is_empty(folder)):
                yield name
