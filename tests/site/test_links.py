"""Addresses that cannot die, by the lock file alone: every address that a catalog without git ever had."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin

import pytest
import yaml
from histories import body, run
from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs_agent_catalog.addresses.urls import make_page_path
from mkdocs_agent_catalog.build import Options, build, check_catalog, load_catalog
from mkdocs_agent_catalog.cli.main import main
from mkdocs_agent_catalog.cli.mkdocs_yml import read_project
from mkdocs_agent_catalog.cli.wiki_links.report import load_resolver
from mkdocs_agent_catalog.model.address_lock import AddressLock, LockEntry, LockError, dump_lock, load_lock
from mkdocs_agent_catalog.model.output import Output
from sites import agent, settings

COMMITS = 56
SITE = "https://example.org/"


@dataclass
class Team:
    """A repository whose agents are moved about."""

    root: Path
    dice: random.Random = field(default_factory=lambda: random.Random(7))
    number: int = 0
    at: dict[str, str] = field(default_factory=dict)
    """The path of each agent by a mark that stays (its own line in the body), whatever its name."""
    owners: dict[str, str] = field(default_factory=dict)
    """Address of a page -> mark of who had it last."""

    def add(self, path: str, name: str | None = None) -> str:
        self.number += 1
        mark = f"mark-{self.number}"
        name = name or f"agent-{self.number}"
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(agent(name, body=f"{mark}\n\n{body(self.number)}"), encoding="utf-8")
        self.at[mark] = path
        return mark

    def free(self) -> str:
        return f"agents/g{self.dice.randrange(4)}/file-{self.number}-{self.dice.randrange(10**6)}.md"

    def move(self, mark: str, path: str) -> None:
        new = self.root / path
        new.parent.mkdir(parents=True, exist_ok=True)
        (self.root / self.at[mark]).rename(new)
        self.at[mark] = path

    def edit(self, mark: str, change: Callable[[str], str]) -> None:
        file = self.root / self.at[mark]
        file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")

    def rename(self, mark: str) -> None:
        self.number += 1
        self.edit(mark, lambda text: re.sub(r"name: .*", f"name: renamed-{self.number}", text, count=1))

    def some(self) -> str:
        return self.dice.choice(sorted(self.at))

    def remove(self, mark: str) -> None:
        (self.root / self.at.pop(mark)).unlink()


def steps(team: Team, number: int) -> None:
    """One commit's worth of change; each kind comes about fifteen times."""
    chosen = team.some()
    match number % 8:
        case 0:  # another name of the file
            team.move(chosen, team.free())
        case 1:  # another name in the file
            team.rename(chosen)
        case 2:  # another folder for a whole group
            group = team.at[chosen].rsplit("/", 1)[0]
            target = f"agents/moved-{number}"
            for mark in [m for m, path in team.at.items() if path.startswith(f"{group}/")]:
                team.move(mark, f"{target}/{team.at[mark].rsplit('/', 1)[1]}")
        case 3:  # from one plugin to another
            team.move(chosen, f"plugins/p{number % 3}/agents/{Path(team.at[chosen]).name}")
        case 4:
            team.remove(chosen)
            team.add(team.free())
        case 5:  # gone, and something else under the old file's name one commit later
            path = team.at[chosen]
            team.remove(chosen)
            record(team)
            team.add(path)
        case 6:  # two renames in a row, of the file and of the name
            team.move(chosen, team.free())
            team.rename(chosen)
            team.move(chosen, team.free())
        case 7:  # a rename with an edit: another file, another name, and a part of the text
            team.move(chosen, team.free())
            team.rename(chosen)
            team.edit(
                chosen, lambda text: re.sub(r"\n[^\n]+\n([^\n]+)\Z", r"\nA new line of it.\n\1\n", text)
            )


def record(team: Team) -> None:
    assert main(["links", "--update", "-C", str(team.root)]) == 0


class Pages(Mapping[str, str]):
    """The content of each file that a server would give, by its address; made when it is asked for."""

    def __init__(self, outputs: tuple[Output, ...]) -> None:
        self.outputs = {
            output.uri.removesuffix("index.html")
            if not output.is_page
            else make_page_path(output.uri, True): output
            for output in outputs
            if output.is_page or output.uri.endswith("/index.html")
        }
        self.made: dict[str, str] = {}

    def __getitem__(self, address: str) -> str:
        if address not in self.made:
            self.made[address] = str(self.outputs[address].content)
        return self.made[address]

    def __iter__(self) -> Iterator[str]:
        return iter(self.outputs)

    def __len__(self) -> int:
        return len(self.outputs)


def led(site: Pages, address: str) -> str:
    """Where an address leads in the end."""
    for _ in range(3):
        if site.outputs[address].is_page:
            return address
        (link,) = re.findall(r'id="ac-to" href="([^"]+)"', site[address])
        address = unquote(urljoin(f"/{address}", unescape(link))).lstrip("/")
    raise AssertionError(f"{address} leads on and on")


@pytest.fixture
def team(tmp_path: Path) -> Team:
    team = Team(tmp_path)
    (tmp_path / "plugins").mkdir()
    for number in range(3):
        manifest = tmp_path / f"plugins/p{number}/.claude-plugin/plugin.json"
        manifest.parent.mkdir(parents=True)
        manifest.write_text(json.dumps({"name": f"p{number}"}), encoding="utf-8")
    for number in range(14):
        team.add(f"agents/g{number % 4}/file-{number}.md")
    return team


def test_every_address_ever_published_answers(team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    ever: set[str] = set()
    for number in range(COMMITS):
        if number:
            steps(team, number)
        # Built before the lock is brought up to date: what was learned must not wait for somebody's command.
        outputs = build(team.root, Options(feeds=False)).outputs
        ever |= check(team, Pages(outputs), ever)
        record(team)
    assert len(ever) > 80
    lock = load_lock((team.root / "catalog.links.json").read_text(encoding="utf-8"))
    assert ever == {address for entry in lock.entries for address in entry.addresses}
    assert sum(entry.gone is not None for entry in lock.entries) >= 5
    for directory_urls in (True, False):
        as_files(team, ever, directory_urls)


def as_files(team: Team, ever: set[str], directory_urls: bool) -> None:
    """The site as MkDocs writes it: a file for every address, in the other form of addresses too."""
    (team.root / "docs").mkdir(exist_ok=True)
    (team.root / "docs/index.md").write_text("# Home\n", encoding="utf-8")
    # What a theme puts around a page is no matter of addresses.
    write(team.root, {"theme/main.html": "{{ page.content }}"})
    theme = {"name": None, "custom_dir": "theme"}
    chosen = {**settings(theme=theme, plugins=["agent-catalog"]), "use_directory_urls": directory_urls}
    (team.root / "mkdocs.yml").write_text(yaml.safe_dump(chosen), encoding="utf-8")
    lock = (team.root / "catalog.links.json").read_bytes()
    before = {path for path in team.root.rglob("*") if "site" not in path.parts}
    mkdocs_build(load_config(str(team.root / "mkdocs.yml"), strict=True))
    assert (team.root / "catalog.links.json").read_bytes() == lock
    assert {path for path in team.root.rglob("*") if "site" not in path.parts} == before
    site = team.root / "site"
    for address in ever:
        file = site / address / "index.html"
        link = re.search(r'id="ac-to" href="([^"]+)"', file.read_text(encoding="utf-8"))
        end = file.parent / unquote(unescape(link[1])) if link else file
        assert (end / "index.html" if end.is_dir() else end).is_file(), address


def check(team: Team, site: Pages, ever: set[str]) -> set[str]:
    """Every address leads to a page or a tombstone, and to the right one. Returns those of now."""
    assert ever <= set(site), sorted(ever - set(site))
    now = {address for address in site if re.match(r"(agents|tools|skills|servers)/.", address)}
    paths = {output.source: address for address, output in site.outputs.items() if output.source}
    marks = {mark: paths[path] for mark, path in team.at.items()}
    for mark, address in marks.items():
        if team.owners.get(address) != mark:
            assert f"<p>{mark}</p>" in site[address]
        team.owners[address] = mark
    for address, mark in team.owners.items():
        at = led(site, address)
        if mark in team.at:
            assert at == marks[mark], f"{address} of {mark} leads to {at}"
        else:
            assert "was removed" in site[at], f"{address} of {mark}, which is gone, leads to {at}"
    return now


def test_a_rename_of_file_and_name_is_no_removal_without_git(tmp_path: Path) -> None:
    text = agent("old", body=body(1))
    write(tmp_path, {"agents/old.md": text})
    record_at(tmp_path)
    (tmp_path / "agents/old.md").unlink()
    changed = re.sub(
        r"\n[^\n]+\n[^\n]+\Z", "\nNothing of this stood there.\n", text.replace("name: old", "name: new")
    )
    write(tmp_path, {"agents/new.md": changed, "agents/other.md": agent("other", body=body(2))})
    site = Pages(build(tmp_path, Options()).outputs)
    assert led(site, "agents/old/") == "agents/new/"


def test_agents_of_one_author_are_not_taken_for_each_other(tmp_path: Path) -> None:
    write(tmp_path, {"agents/one.md": agent("one", body=body(1))})
    record_at(tmp_path)
    (tmp_path / "agents/one.md").unlink()
    write(tmp_path, {"agents/two.md": agent("two", body=body(2))})
    site = Pages(build(tmp_path, Options()).outputs)
    assert "This agent was removed." in site["agents/one/"]


def test_a_tombstone_says_what_it_was_since_when_and_what_replaces_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(
        tmp_path,
        {
            f"agents/{name}.md": agent(name, body=body(n))
            for n, name in enumerate(["sql-old", "sql-new", "poet"])
        },
    )
    record_at(tmp_path)
    (tmp_path / "agents/sql-old.md").unlink()
    assert [d.check for d in check_catalog(tmp_path, Options()).diagnostics if "address" in d.check] == [
        "address_gone"
    ]
    page = plain(Pages(build(tmp_path, Options()).outputs)["agents/sql-old/"])
    assert "Does sql-old." in page
    assert "Nobody named a successor." in page
    assert "Use instead" not in page
    assert "sql-new" in page
    assert main(["links", "-C", str(tmp_path)]) == 1
    assert main(["links", "--update", "--replaced-by", "sql-old=poet", "-C", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "gone: agent `sql-old`" in printed
    assert "replaced: agent `sql-old` by `poet`" in printed
    page = plain(Pages(build(tmp_path, Options()).outputs)["agents/sql-old/"])
    assert re.search(r"was removed on \d{4}-\d\d-\d\d", page)
    assert "Use instead" in page
    assert "poet" in page
    assert not [d for d in check_catalog(tmp_path, Options()).diagnostics if "address" in d.check]
    assert main(["links", "-C", str(tmp_path)]) == 0


@pytest.mark.parametrize(
    ("pair", "why"),
    [
        ("x", "`x` is no OLD=NEW"),
        ("nobody=b", "nothing called `nobody` is gone"),
        ("b=a", "`b` is not gone: nothing replaces it"),
        ("a=nobody", "nothing called `nobody` is there"),
    ],
)
def test_a_successor_that_makes_no_sense_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], pair: str, why: str
) -> None:
    write(tmp_path, {"agents/a.md": agent("a", body=body(1)), "agents/b.md": agent("b", body=body(2))})
    record_at(tmp_path)
    (tmp_path / "agents/a.md").unlink()
    kept = (tmp_path / "catalog.links.json").read_bytes()
    assert main(["links", "--update", "--replaced-by", pair, "-C", str(tmp_path)]) == 2
    assert why in capsys.readouterr().err
    assert (tmp_path / "catalog.links.json").read_bytes() == kept


def test_an_address_that_another_agent_takes_is_told_and_the_first_stays_reachable(tmp_path: Path) -> None:
    write(tmp_path, {"agents/a.md": agent("first", body=body(1))})
    record_at(tmp_path)
    (tmp_path / "agents/a.md").rename(tmp_path / "agents/b.md")
    record_at(tmp_path)
    write(tmp_path, {"agents/a.md": agent("second", body=body(2))})
    result = check_catalog(tmp_path, Options())
    assert [(d.check, d.hint) for d in result.diagnostics if d.check == "address_taken"] == [
        ("address_taken", "the page says what used to be there and where it is now")
    ]
    record_at(tmp_path)
    site = Pages(build(tmp_path, Options()).outputs)
    assert site["agents/a/"].count('Formerly at this address: <a href="../b/">first</a>') == 1
    assert "Formerly at" not in site["agents/b/"]
    # The second one moves on, and goes: the address leads to it, and both are told of the first.
    (tmp_path / "agents/a.md").rename(tmp_path / "agents/c.md")
    record_at(tmp_path)
    told = 'Formerly at an address that leads here: <a href="../b/">first</a>'
    site = Pages(build(tmp_path, Options()).outputs)
    assert led(site, "agents/a/") == "agents/c/"
    assert site["agents/c/"].count(told) == 1
    answer = load_resolver(tmp_path, Options(site_url=SITE), tmp_path / "docs").resolve(f"{SITE}agents/a/")
    assert answer
    assert (answer.state, answer.name, answer.address) == ("moved", "second", "agents/c/")
    formerly = [(other.state, other.name, other.address) for other in answer.formerly]
    assert formerly == [("moved", "first", "agents/b/")]
    (tmp_path / "agents/c.md").unlink()
    record_at(tmp_path)
    site = Pages(build(tmp_path, Options()).outputs)
    assert led(site, "agents/a/") == "agents/c/"
    assert site["agents/c/"].count(told) == 1


def test_a_link_at_whose_address_was_something_else_is_never_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(
        tmp_path, {"mkdocs.yml": f"site_url: {SITE}\nplugins: [agent-catalog]\n", "agents/a.md": agent("a")}
    )
    record_at(tmp_path)
    (tmp_path / "agents/a.md").rename(tmp_path / "agents/b.md")
    record_at(tmp_path)
    write(tmp_path, {"agents/a.md": agent("other", body=body(2)), "w.md": f"{SITE}agents/a/ {SITE}agents/b/"})
    record_at(tmp_path)
    capsys.readouterr()
    command = ["check-links", str(tmp_path / "w.md"), "--strict", "--quiet", "-C", str(tmp_path)]
    assert main(command) == 0
    told = capsys.readouterr().out.splitlines()[1:]
    assert told == [
        f"  formerly it was the agent `a`, now at {SITE}agents/b/",
        "2 right, 0 moved, 0 gone, 0 unknown",
    ]
    assert main([*command, "--format", "json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["state"], row["name"]) == ("right", "other")
    assert [(former["name"], former["address"]) for former in row["formerly"]] == [("a", f"{SITE}agents/b/")]


def squash(root: Path) -> None:
    """Makes one commit of the whole history."""
    run(root, "git", "add", "-A")
    run(root, "git", "commit", "-qm", "last")
    run(root, "git", "checkout", "-q", "--orphan", "squashed")
    run(root, "git", "commit", "-qm", "all")


def test_in_a_rewritten_history_the_lock_file_says_what_had_an_address(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(tmp_path, "git", "init", "-q", "-b", "main")
    write(tmp_path, {"mkdocs.yml": f"site_url: {SITE}\nplugins: [agent-catalog]\n"})
    write(tmp_path, {f"agents/{n}.md": agent(f"named-{n}", body=body(n)) for n in range(4)})
    write(tmp_path, {"agents/gone.md": agent("gone", body=body(8))})
    run(tmp_path, "git", "add", "-A")
    run(tmp_path, "git", "commit", "-qm", "first")
    # The file of 1 goes to 9, that of 0 to 1: permanent ids say where things were, and not where they are.
    (tmp_path / "agents/1.md").rename(tmp_path / "agents/9.md")
    (tmp_path / "agents/0.md").rename(tmp_path / "agents/1.md")
    (tmp_path / "agents/gone.md").unlink()
    run(tmp_path, "git", "add", "-A")
    run(tmp_path, "git", "commit", "-qm", "moved")
    record_at(tmp_path)
    squash(tmp_path)
    site = read_project(tmp_path, None).options
    entries = {entry.name: entry for entry in load_catalog(tmp_path, site).ledger.now.entries}
    assert entries["named-0"].addresses == ("agents/0/", "agents/1/")
    assert entries["named-1"].addresses == ("agents/9/",)
    assert entries["named-1"].passed_on == ("agents/1/",)
    assert main(["links", "-C", str(tmp_path)]) == 0, "nothing is new"
    write(tmp_path, {"agents/gone.md": agent("other", body=body(7))})
    run(tmp_path, "git", "add", "-A")
    run(tmp_path, "git", "commit", "-qm", "other")
    capsys.readouterr()
    assert main(["links", "-C", str(tmp_path)]) == 1
    told = capsys.readouterr().out.splitlines()
    assert {"taken: agents/gone/ from agent `gone`", "new: agent `other` at agents/gone/"} <= {*told}
    site_now = Pages(build(tmp_path, site).outputs)
    assert "Formerly at this address:" in site_now["agents/gone/"]
    # With its name it is the same again, whatever it says.
    write(tmp_path, {"agents/gone.md": agent("gone", body=body(6))})
    run(tmp_path, "git", "commit", "-qam", "back")
    assert "Formerly" not in Pages(build(tmp_path, site).outputs)["agents/gone/"]


def test_an_address_of_an_earlier_version_still_leads_to_a_tool_of_a_server(tmp_path: Path) -> None:
    tool = LockEntry(
        "tool", "mcp__docs__find", "mcp__docs__find", "find", addresses=("team/go/mcp__docs__find/",)
    )
    lock = dump_lock(AddressLock((tool,)))
    write(tmp_path, {"agents/a.md": agent("a", "tools: mcp__docs__find\n"), "catalog.links.json": lock})
    outputs = build(tmp_path, Options(path="team", use_directory_urls=False)).outputs
    content = next(output.content for output in outputs if output.uri == "team/go/mcp__docs__find/index.html")
    assert 'href="../../servers/docs.html#tool-find"' in content
    assert len([output for output in outputs if "/go/" in output.uri]) == 1, "none are made anew"


def test_a_site_that_moves_into_a_folder_keeps_its_addresses(tmp_path: Path) -> None:
    write(tmp_path, {"agents/a.md": agent("a")})
    record_at(tmp_path)
    outputs = build(tmp_path, Options(path="team", site_url="https://example.org/x/")).outputs
    stubs = {output.uri: str(output.content) for output in outputs if not output.is_page}
    assert 'href="../../team/agents/a/"' in stubs["agents/a/index.html"]
    assert 'rel="canonical" href="https://example.org/x/team/agents/a/"' in stubs["agents/a/index.html"]


HOSTILE = '"><script>alert(1)</script>'


def test_what_a_lock_file_says_is_foreign_text(tmp_path: Path) -> None:
    entry = LockEntry(
        "agent", "x", "x", HOSTILE, HOSTILE, HOSTILE, ("agents/x/", "agents/y.html"), gone=HOSTILE
    )
    write(tmp_path, {"catalog.links.json": dump_lock(AddressLock((entry,))), "agents/a.md": agent("a")})
    outputs = build(tmp_path, Options()).outputs
    assert len([output for output in outputs if "alert(1)" in str(output.content)]) >= 3
    assert not [
        output
        for output in outputs
        if output.uri.endswith((".md", ".html")) and "<script>alert" in str(output.content)
    ]


@pytest.mark.parametrize(
    ("text", "why", "line"),
    [
        ("", "it does not say its version", 1),
        ('{"version": 2}\n{"kind": "agent"', "no JSON", 2),
        ('{"version": 2}\n<<<<<<< HEAD\n', "a merge was left unfinished", 2),
        ('{"version": 1, "published": [\n=======\n]}', "a merge was left unfinished", 2),
        ("[]", "it does not say its version", 1),
        ('{"version": 9}', "its version is `9`", 1),
        ('{"version": 1, "published": [{}]}', "an entry has no `kind`", 1),
        ('{"version": 2}\n\n{}', "an entry has no `kind`", 3),
        ('{"version": 2}\n{"kind": "agent", "permanent": "../a", "id": "a", "name": "a"}', "no part", 2),
        (
            '{"version": 2}\n{"kind": "agent", "permanent": "a", "id": "a", "name": "a",'
            ' "addresses": ["a/../../b/"]}',
            "addresses below the site's root",
            2,
        ),
        ("[" * 100_000, "nested", 1),
    ],
)
def test_a_broken_lock_is_told_and_nothing_else_is_lost(
    tmp_path: Path, text: str, why: str, line: int
) -> None:
    with pytest.raises(LockError, match=re.escape(why)) as caught:
        load_lock(text)
    assert caught.value.line == line
    write(tmp_path, {"catalog.links.json": text, "agents/a.md": agent("a")})
    result = check_catalog(tmp_path, Options())
    assert [d.span.line for d in result.diagnostics if d.check == "lock_unreadable"] == [line]
    assert len(result.catalog.agents) == 1
    assert main(["links", "--update", "-C", str(tmp_path)]) == 2
    assert (tmp_path / "catalog.links.json").read_text(encoding="utf-8") == text


def test_an_entry_that_a_merge_dropped_is_taken_back_from_git(tmp_path: Path) -> None:
    run(tmp_path, "git", "init", "-q")
    write(tmp_path, {"agents/a.md": agent("a", body=body(1)), "agents/b.md": agent("b", body=body(2))})
    record_at(tmp_path)
    run(tmp_path, "git", "add", "-A")
    run(tmp_path, "git", "commit", "-qm", "one")
    (tmp_path / "agents/a.md").unlink()
    lock = load_lock((tmp_path / "catalog.links.json").read_text(encoding="utf-8"))
    left = AddressLock(tuple(entry for entry in lock.entries if entry.permanent != "a"))
    write(tmp_path, {"catalog.links.json": dump_lock(left)})
    for _ in range(2):
        pages = Pages(build(tmp_path, Options(replay=False, feeds=False)).outputs)
        assert "was removed" in pages["agents/a/"]
        # It is still there when the loss has been committed.
        run(tmp_path, "git", "commit", "-qam", "two", "--allow-empty")


def test_the_file_is_one_line_an_entry_and_reads_back() -> None:
    entries = (
        LockEntry("tool", "read", "read", "Read", addresses=("go/read/", "tools/read/")),
        LockEntry("agent", "a", "a", "Ä", "Does.", "agents/a.md", ("agents/a/",), "abc", "", "b"),
    )
    text = dump_lock(AddressLock(entries))
    assert load_lock(text).entries == (entries[1], entries[0])
    assert [line[:16] for line in text.splitlines()[1:]] == ['{"kind": "agent"', '{"kind": "tool",']
    assert load_lock(text).find_line("read") == 3


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def record_at(root: Path) -> None:
    assert main(["links", "--update", "-C", str(root)]) == 0


def plain(text: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", text)).split())
