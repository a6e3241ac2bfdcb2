"""Addresses that git remembers: a history as teams make it, without a lock file, and every address of it."""

from __future__ import annotations

import json
import os
import random
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote, urljoin

import pytest
from histories import body, run
from mkdocs_agent_catalog.addresses import replay
from mkdocs_agent_catalog.addresses.history import update_lock
from mkdocs_agent_catalog.addresses.tracking import list_published_items
from mkdocs_agent_catalog.addresses.urls import make_page_path
from mkdocs_agent_catalog.build import Options, build, load_catalog
from mkdocs_agent_catalog.cli.diff import diff_revisions
from mkdocs_agent_catalog.cli.mkdocs_yml import Project, read_project
from mkdocs_agent_catalog.history.past_trees import list_commits
from mkdocs_agent_catalog.model.address_lock import dump_lock, load_lock
from sites import agent, write

SITE = "site_name: T\nuse_directory_urls: {form}\nplugins: [search, agent-catalog: {{path: '{path}'}}]\n"
# Each kind of change below, under each of the four forms of addresses.
COMMITS = int(os.environ.get("COMMITS", "64"))


@dataclass
class Repository:
    """A repository whose agents are moved about, and what was published at each commit."""

    root: Path
    dice: random.Random = field(default_factory=lambda: random.Random(11))
    number: int = 0
    paths: dict[str, str] = field(default_factory=dict)
    """The path of each agent by its mark: a line of its text that stays."""
    owners: dict[str, set[str]] = field(default_factory=dict)
    """Address -> the marks of those who had it last; several after a split."""
    heirs: dict[str, set[str]] = field(default_factory=dict)
    """Mark of what was split or merged -> the marks that have its text now."""
    others: set[str] = field(default_factory=set)
    """Addresses of tools and servers."""

    def read(self, mark: str) -> str:
        return (self.root / self.paths[mark]).read_text(encoding="utf-8")

    def put(self, mark: str, path: str, text: str) -> None:
        write(self.root, {path: text})
        self.paths[mark] = path

    def add(self, path: str, more: str = "") -> str:
        self.number += 1
        mark = f"mark-{self.number}"
        text = agent(f"agent-{self.number}", more, f"{mark}\n\n{body(self.number)}")
        self.put(mark, path, text)
        return mark

    def remove(self, mark: str) -> str:
        path = self.paths.pop(mark)
        (self.root / path).unlink()
        return path

    def move(self, mark: str, path: str) -> None:
        text = self.read(mark)
        self.remove(mark)
        self.put(mark, path, text)

    def choose(self) -> str:
        return self.dice.choice(sorted(self.paths))

    def make_path(self) -> str:
        self.number += 1
        return f"agents/g{self.dice.randrange(4)}/file-{self.number}.md"

    def commit(self, message: str) -> None:
        self.number += 1
        when = {"GIT_AUTHOR_DATE": f"{1_700_000_000 + self.number * 3600} +0000"}
        run(self.root, "git", "add", "-A")
        run(self.root, "git", "commit", "-qm", message, **when, GIT_COMMITTER_DATE=when["GIT_AUTHOR_DATE"])
        self.publish()

    def publish(self) -> None:
        """Notes the addresses of this commit, and whose they are."""
        options = replace(read_project(self.root, None).options, replay=False)
        marks = {path: mark for mark, path in self.paths.items()}
        catalog = load_catalog(self.root, options)
        for item in list_published_items(catalog, options.where):
            if item.kind == "agent":
                self.owners[item.address] = {marks[str(item.path)]}
            elif item.address:
                self.others.add(item.address)


def change(repo: Repository, number: int) -> None:
    """One commit's worth of what teams do."""
    mark = repo.choose()
    match number % 16:
        case 0:
            repo.move(mark, repo.make_path())
        case 1:  # a bulk restructure
            folder = repo.paths[mark].rpartition("/")[0]
            for other in [m for m, path in sorted(repo.paths.items()) if path.startswith(f"{folder}/")]:
                repo.move(other, f"agents/area-{number}/{repo.paths[other].rpartition('/')[2]}")
        case 2:  # two files change places
            other = repo.dice.choice(sorted({*repo.paths} - {mark}))
            first, second = repo.paths[mark], repo.paths[other]
            texts = repo.read(mark), repo.read(other)
            repo.put(mark, second, texts[0])
            repo.put(other, first, texts[1])
        case 3:  # one becomes two
            halves = repo.read(mark).rpartition("---")[2].strip().splitlines()
            path = repo.remove(mark)
            new = [f"{mark}-a", f"{mark}-b"]
            for name, lines in zip(
                new, (halves[: len(halves) * 2 // 3], halves[len(halves) // 3 :]), strict=True
            ):
                text = agent(name, body=f"{name}\n\n" + "\n".join(lines))
                repo.put(name, path.replace(".md", f"-{name[-1]}.md"), text)
            repo.heirs[mark] = {*new}
        case 4:  # two become one
            other = repo.dice.choice(sorted({*repo.paths} - {mark}))
            texts = repo.read(mark), repo.read(other).rpartition("---")[2]
            repo.remove(other)
            repo.put(mark, repo.paths[mark], f"{texts[0]}\n{texts[1]}")
            repo.heirs[other] = {mark}
        case 5:  # only the case of a name
            path = repo.paths[mark]
            folder, _, name = path.rpartition("/")
            swapped = name.capitalize() if name[0].islower() else name.lower()
            repo.move(mark, f"{folder}/{swapped.replace('.MD', '.md')}")
        case 6:  # removed, and something else at its path in the next commit
            path = repo.remove(mark)
            repo.commit("removed")
            repo.add(path)
        case 7:
            repo.move(mark, f"plugins/p{number % 3}/agents/{Path(repo.paths[mark]).name}")
        case 8:  # another name, in the file only
            repo.put(
                mark, repo.paths[mark], re.sub(r"name: \S+", f"name: new-{number}", repo.read(mark), count=1)
            )
        case 9:  # moved, renamed and edited at once
            text = re.sub(r"name: \S+", f"name: other-{number}", repo.read(mark), count=1)
            repo.remove(mark)
            repo.put(mark, repo.make_path(), f"{text}\nOne more line.\n")
        case 10:  # the folder of the catalog, or the form of addresses
            forms = {
                "path": "kb" if number % 32 < 16 else "",
                "form": "false" if number % 64 < 32 else "true",
            }
            write(repo.root, {"mkdocs.yml": SITE.format(**forms)})
        case 11:  # reverted
            kept = dict(repo.paths)
            repo.move(mark, repo.make_path())
            repo.commit("moved")
            text = repo.read(mark)
            repo.remove(mark)
            repo.put(mark, kept[mark], text)
        case 12:  # a branch with several steps, merged as one
            for _ in range(3):
                repo.move(mark, repo.make_path())
            repo.add(repo.make_path())
        case 13:  # the plugin has another name
            manifest = repo.root / f"plugins/p{number % 3}/.claude-plugin/plugin.json"
            manifest.write_text(json.dumps({"name": f"p{number % 3}-{number}"}), encoding="utf-8")
        case 14:
            repo.remove(mark)
            repo.add(repo.make_path(), f"tools: Read, mcp__server{number}__ask\n")
        case 15:
            repo.put(mark, repo.paths[mark], f"{repo.read(mark)}\nOne more line.\n")


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    root = tmp_path_factory.mktemp("history")
    repo = Repository(root)
    run(root, "git", "init", "-q")
    for number in range(3):
        write(root, {f"plugins/p{number}/.claude-plugin/plugin.json": json.dumps({"name": f"p{number}"})})
    write(root, {"mkdocs.yml": SITE.format(path="", form="true"), "docs/index.md": "# Home\n"})
    for _ in range(24):
        repo.add(repo.make_path())
    repo.commit("first")
    for number in range(COMMITS):
        change(repo, number)
        repo.commit(str(number))
    return repo


def test_files_read_alone_are_read_as_in_the_whole(
    history: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledgers = []
    for least in (0, 10**6):
        monkeypatch.setattr(replay, "WORTH_PARTS", least)
        replay.replay_addresses.cache_clear()
        ledgers.append(load_catalog(history.root, read_project(history.root, None).options).ledger.now)
    assert ledgers[0] == ledgers[1]


def follow(files: dict[str, str], address: str) -> str:
    """The text of the page that an address leads to in the end."""
    for _ in range(4):
        name = f"{address}index.html" if address.endswith("/") or not address else address
        assert name in files, f"{name} is not there"
        link = re.search(r'id="ac-to" href="([^"]+)"', files[name])
        if not link:
            return files[name]
        address = unquote(urljoin(f"/{address}", link[1])).lstrip("/").partition("#")[0]
    raise AssertionError(f"{address} leads on and on")


def list_files(repo: Repository) -> dict[str, str]:
    """What is published now, by the file that a server gives."""
    options = read_project(repo.root, None).options
    files = {}
    for output in build(repo.root, options).outputs:
        path = make_page_path(output.uri, options.use_directory_urls) if output.is_page else output.uri
        if output.is_page or path.endswith(".html"):
            files[f"{path}index.html" if path.endswith("/") or not path else path] = str(output.content)
    return files


def test_every_address_of_a_history_answers_without_a_lock_file(history: Repository) -> None:
    assert len(list_commits(history.root, "mkdocs.yml") or ()) > COMMITS
    assert not (history.root / "catalog.links.json").exists()
    files = list_files(history)
    wrong, lost = [], []
    for address, marks in sorted(history.owners.items()):
        text = follow(files, address)
        alive, heirs = set[str](), set(marks)
        for _ in range(9):
            alive |= heirs & history.paths.keys()
            heirs = {heir for mark in heirs - history.paths.keys() for heir in history.heirs.get(mark, ())}
        shown = {mark for mark in alive if f"<p>{mark}</p>" in text}
        if alive and not shown:
            named = any(f"{Path(history.paths[mark]).stem.lower()}" in text.lower() for mark in alive)
            message = f"{address} of {marks}, now {alive}"
            if "was removed" not in text:
                wrong.append(message)
            elif not named:
                lost.append(message)
        elif not alive and "was removed" not in text:
            wrong.append(f"{address} of {marks}, which is gone")
    assert wrong == []
    assert len(lost) <= len(history.owners) / 100, lost
    for address in sorted(history.others):
        follow(files, address)


MERGES = int(os.environ.get("MERGES", "6"))


def test_branches_that_add_agents_never_conflict_in_the_lock_file(tmp_path: Path) -> None:
    write(tmp_path, {".gitattributes": "catalog.links.json merge=union\n"})
    write(tmp_path, {f"agents/team/base-{number}.md": agent(f"base-{number}") for number in range(5)})
    run(tmp_path, "git", "init", "-q", "-b", "main")
    options = Options(replay=False)

    def record(message: str) -> None:
        update_lock(tmp_path, load_catalog(tmp_path, options).ledger)
        run(tmp_path, "git", "add", "-A")
        run(tmp_path, "git", "commit", "-qm", message)

    record("first")
    for number in range(MERGES):
        run(tmp_path, "git", "checkout", "-qb", f"branch-{number}")
        for name in ("m", f"a{number}", f"z{number}"):
            write(tmp_path, {f"agents/team/{name}-branch-{number}.md": agent(f"{name}-branch-{number}")})
        record("branch")
        run(tmp_path, "git", "checkout", "-q", "main")
        for name in ("m", f"b{number}", f"y{number}"):
            write(tmp_path, {f"agents/team/{name}-main-{number}.md": agent(f"{name}-main-{number}")})
        record("main")
        run(tmp_path, "git", "merge", "-q", "-m", "merged", f"branch-{number}")
        lock = load_lock((tmp_path / "catalog.links.json").read_text(encoding="utf-8"))
        held = {address for entry in lock.entries for address in entry.addresses}
        assert {f"agents/team/{path.stem}/" for path in (tmp_path / "agents/team").iterdir()} <= held


@pytest.mark.parametrize("has_lock", [True, False])
def test_a_shallow_clone_uses_the_lock_file_or_says_what_it_lacks(
    history: Repository, tmp_path: Path, has_lock: bool
) -> None:
    run(tmp_path, "git", "clone", "-q", "--depth", "1", history.root.as_uri(), "clone")
    clone = tmp_path / "clone"
    options = read_project(history.root, None).options
    now = load_catalog(history.root, options).ledger.now
    if has_lock:
        (clone / "catalog.links.json").write_text(dump_lock(now), encoding="utf-8")
    site = build(clone, options)
    messages = [str(d.message) for d in site.diagnostics if d.check == "incomplete_history"]
    assert len(messages) == 1
    assert ("former addresses do not answer" in messages[0]) is not has_lock
    held = {address for entry in site.catalog.ledger.now.entries for address in entry.addresses}
    every = {address for entry in now.entries for address in entry.addresses}
    assert (held == every) is has_lock


def test_a_second_catalog_does_not_take_the_addresses_of_the_first(tmp_path: Path) -> None:
    run(tmp_path, "git", "init", "-q")
    both = "site_name: T\nplugins:\n- agent-catalog: {path: x}\n- agent-catalog: {path: y}\n"
    for config in ("site_name: T\nplugins:\n- agent-catalog: {path: x}\n", both):
        write(tmp_path, {"mkdocs.yml": config, "agents/a.md": agent("a", "tools: Read\n", config)})
        run(tmp_path, "git", "add", "-A")
        run(tmp_path, "git", "commit", "-qm", "Change")
    published = build(tmp_path, Options(path="y", config="mkdocs.yml", embeds=True)).outputs
    assert not [output.uri for output in published if output.uri.startswith("x/")]


def test_a_git_that_lists_no_commits_is_told(history: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "list_commits", lambda repo, config: None)
    replay.replay_addresses.cache_clear()
    site = build(history.root, read_project(history.root, None).options)
    assert [
        str(d.message).partition(":")[0] for d in site.diagnostics if d.check == "incomplete_history"
    ] == ["git did not list its commits"]
    replay.replay_addresses.cache_clear()


def test_of_two_files_that_are_alike_the_more_alike_is_the_one_that_moved(tmp_path: Path) -> None:
    text = agent("first", "", body(1))
    write(tmp_path, {"mkdocs.yml": SITE.format(form="true", path=""), "agents/old.md": text})
    run(tmp_path, "git", "init", "-q")
    run(tmp_path, "git", "add", "-A")
    run(tmp_path, "git", "commit", "-qm", "Add")
    (tmp_path / "agents/old.md").rename(tmp_path / "agents/moved.md")
    # Git takes the last of the two for the rename.
    write(
        tmp_path,
        {"agents/new.md": text.replace("first", "second"), "agents/zoo.md": text.replace("first", "third")},
    )
    run(tmp_path, "git", "add", "-A")
    run(tmp_path, "git", "commit", "-qm", "Move, and begin two others with the same text")
    outputs = build(tmp_path, read_project(tmp_path, None).options).outputs
    (stub,) = (output for output in outputs if output.uri == "agents/old/index.html")
    assert "../moved/" in str(stub.content)


def write_small(name: str, text: str, more: str = "") -> str:
    """An agent of a few lines: git compares texts only above a certain size."""
    return f"---\nname: {name}\ndescription: Does {name}.\n{more}---\n{text}\n"


POEMS, RAYS = "You translate poems. Keep the meter.", "You measure alpha rays. Report the count."
COMMAND = "---\ndescription: Command.\n---\n{}\n"
AGENTS, SKILLS, COMMANDS = ".claude/agents/{}.md", ".claude/skills/{}/SKILL.md", ".claude/commands/{}.md"
OVER = {
    "agents": (AGENTS, write_small("alpha", RAYS), write_small("omega", POEMS, "tools: Bash\n")),
    "skills": (SKILLS, write_small("alpha", RAYS), write_small("omega", POEMS)),
    "commands": (COMMANDS, COMMAND.format(RAYS), COMMAND.format(POEMS)),
}


def commit_twice(root: Path, first: dict[str, str], second: dict[str, str]) -> Project:
    """Two commits; what ``second`` has not is removed in it."""
    write(root, {"mkdocs.yml": SITE.format(form="true", path=""), **first})
    run(root, "git", "init", "-q")
    for files in (first, second):
        for name in first.keys() - files.keys():
            (root / name).unlink()
        write(root, files)
        run(root, "git", "add", "-A")
        run(root, "git", "commit", "-qm", "Change")
    return read_project(root, None)


def list_entries(project: Project) -> dict[str, tuple[str | None, tuple[str, ...]]]:
    """Of each agent and skill that was ever published, by its first name: its file, if it is there, and its
    addresses."""
    entries = load_catalog(project.repo, project.options).ledger.now.entries
    return {
        entry.permanent: (None if entry.gone else entry.path, entry.addresses)
        for entry in entries
        if entry.path
    }


@pytest.mark.parametrize("kind", OVER)
@pytest.mark.parametrize("is_edited", [False, True])
def test_a_file_that_was_moved_over_another_stays_what_it_was(
    tmp_path: Path, kind: str, is_edited: bool
) -> None:
    place, alpha, omega = OVER[kind]
    old, new = place.format("omega"), place.format("alpha")
    now = omega.replace("description: ", "model: opus\ndescription: ") if is_edited else omega
    project = commit_twice(tmp_path, {new: alpha, old: omega}, {new: now})
    folder = "agents" if kind == "agents" else "skills"
    assert list_entries(project) == {
        "alpha": (None, ()),
        "omega": (new, (f"{folder}/alpha/", f"{folder}/omega/")),
    }
    changes = diff_revisions(project, "HEAD~1", "HEAD").changes
    told = [(change.state, change.subject.name, change.subject.path) for change in changes]
    gone = [("gone", "alpha", new)] if kind == "agents" else []
    assert [row for row in told if row[0] == "gone" or not is_edited] == gone


def test_a_file_that_became_empty_is_not_another_empty_one_that_was_moved(tmp_path: Path) -> None:
    place, alpha, _ = OVER["agents"]
    path = place.format("alpha")
    project = commit_twice(tmp_path, {path: alpha, "agents/notes.md": ""}, {path: ""})
    commits = list_commits(project.repo, "mkdocs.yml")
    assert commits
    changes = {(change.old, change.new) for change in commits[-1].changes}
    assert changes == {(path, path), ("agents/notes.md", None)}


def test_small_files_that_change_places_and_copies_that_stay(tmp_path: Path) -> None:
    place, alpha, omega = OVER["agents"]
    first, second = place.format("alpha"), place.format("omega")
    swapped = commit_twice(tmp_path / "a", {first: alpha, second: omega}, {first: omega, second: alpha})
    both = ("agents/alpha/", "agents/omega/")
    assert {name: path for name, (path, _) in list_entries(swapped).items()} == {
        "alpha": second,
        "omega": first,
    }
    assert diff_revisions(swapped, "HEAD~1", "HEAD").changes == ()
    copied = commit_twice(tmp_path / "b", {first: alpha, second: omega}, {first: omega, second: omega})
    assert {name: path for name, (path, _) in list_entries(copied).items()} == {
        "alpha": first,
        "omega": second,
    }
    edited = write_small("omega", f"{POEMS}\nAsk if a verse is unclear to you.")
    rewritten = commit_twice(tmp_path / "c", {second: omega}, {second: edited, first: omega})
    entries = list_entries(rewritten)
    assert entries["omega"] == (second, both[1:])
