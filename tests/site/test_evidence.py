"""The file for an auditor: what is in it, byte for byte the same, and nothing in it runs or loads."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from histories import body, run
from mkdocs_agent_catalog.build import Options
from mkdocs_agent_catalog.cli.diff import diff_revisions
from mkdocs_agent_catalog.cli.main import main
from mkdocs_agent_catalog.cli.mkdocs_yml import Project
from mkdocs_agent_catalog.model.policy import NAME as POLICY
from mkdocs_agent_catalog.model.reviews import NAME as REVIEWS
from rights_histories import ChangingRepository
from sites import HOSTILE, REPOSITORY, agent, write

RULES = """rules:
  - {id: no-shell, says: Nobody runs a shell., agents: all, may_not: {tool: Bash}}
waivers:
  - {rule: no-shell, names: tester, role: Head of quality, reason: It tests., until: 2026-03-31}
"""
Commit = Callable[[str, dict[str, str]], None]


@pytest.fixture
def commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commit:
    monkeypatch.chdir(tmp_path)
    run(tmp_path, "git", "init", "-q", "-b", "main")

    def write_and_commit(day: str, files: dict[str, str]) -> None:
        write(tmp_path, files)
        run(tmp_path, "git", "add", "-A")
        when = f"{day}T12:00:00Z"
        dates = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
        run(tmp_path, "git", "commit", "-q", "--allow-empty", "-m", day, **dates)

    return write_and_commit


def make(*arguments: str) -> str:
    assert main(["evidence", *arguments, "--output", "evidence.html"]) == 0
    return Path("evidence.html").read_text(encoding="utf-8")


def review(day: str, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", day)
    assert main(["review", *arguments]) == 0
    monkeypatch.delenv("SOURCE_DATE_EPOCH")


def read_parts(html: str) -> dict[str, str]:
    """The text below each heading of the second level, by its id."""
    parts = re.split(r'<h2 id="([\w-]+)">', html)
    texts = (" ".join(re.sub(r"<[^>]+>", " ", part).split()) for part in parts[2::2])
    return dict(zip(parts[1::2], texts, strict=True))


@pytest.fixture
def history(commit: Commit, monkeypatch: pytest.MonkeyPatch) -> Commit:
    """Agents, a policy, two reviews of one agent, and changes before, in and after the first quarter."""
    commit(
        "2025-12-01",
        {
            "mkdocs.yml": "site_name: Team\n",
            "agents/tester.md": agent("tester", "tools: Read, Bash\n"),
            "agents/reader.md": agent("reader", "tools: Read\n"),
            "notes.txt": "No agent.",
        },
    )
    commit("2025-12-31", {"agents/reader.md": agent("reader", "tools: Read, Grep\n"), POLICY: RULES})
    review("1768000000", monkeypatch, "tester", "--by", "Security")
    commit("2026-01-10", {})
    commit("2026-02-01", {"agents/reader.md": agent("reader", "tools: Read, Bash\n")})
    commit("2026-02-02", {"agents/reader.md": agent("reader", "tools: Read, Bash\n", body="Other words.")})
    review("1772000000", monkeypatch, "tester", "--by", "Head of quality")
    commit("2026-02-25", {})
    commit("2026-03-01", {"agents/tester.md": agent("tester", "tools: Read, Bash, Write\n")})
    commit("2026-04-02", {"agents/reader.md": agent("reader", "tools: Read\n")})
    return commit


def test_it_tells_of_the_period_and_of_its_end(history: Commit) -> None:
    html = make("--since", "2026-01-01", "--until", "2026-03-31")
    parts = read_parts(html)
    assert re.findall(r"<h3>(\S+) <code>", html) == ["2026-02-01", "2026-03-01"], "the text is no right"
    assert "agents/reader.md Changed: Agent reader agents/reader.md + capability" in parts["changes"]
    assert "+ tool Bash : allowed listed" in parts["changes"]
    assert "+ tool Write : allowed" in parts["changes"]
    assert "reader agents/reader.md Claude Code Runs commands Never reviewed" in parts["inventory"]
    assert "2026-02-25, Head of quality : To be looked at again" in parts["inventory"]
    assert "tools Bash , Read : allowed" in parts["rights-agent"]
    assert "sha256:" in parts["rights-agent"]
    assert "Reviews of the period: 2" in parts["reviews"]
    assert "2026-01-09 tester agents/tester.md Security 2026-01-10" in parts["reviews"], (
        "a later one is there"
    )
    assert "2026-02-25 tester agents/tester.md Head of quality 2026-02-25" in parts["reviews"]
    assert "no-shell Nobody runs a shell. catalog.policy.yml:2:5 0 1 1 0" in parts["policy"]
    assert "It tests. 2026-03-31 " in f"{parts['policy']} "
    assert "over" not in parts["policy"]
    assert "An agent with a tools list" in parts["rules"]
    assert "over" in read_parts(make("--since", "2026-04-01"))["policy"], "the waiver ended"


def test_each_commit_that_changed_rights_is_in_it_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "repo"
    repo = ChangingRepository(root, [body(number) for number in range(5)], 3)
    for number in range(8):
        (repo.change_rights if number % 2 else repo.change_texts)()
        repo.commit()
    monkeypatch.chdir(root)
    html = make("--since", "2000-01-01")
    commits = subprocess.check_output(["git", "rev-list", "--reverse", "HEAD"], cwd=root, text=True).split()
    project = Project(root, Options(), "docs")
    expected = [commits[0][:12]] + [
        after[:12] for before, after in pairwise(commits) if diff_revisions(project, before, after).changes
    ]
    assert re.findall(r"<h3>\S+ <code>(\w+)", html) == expected


def test_it_is_of_the_commit_and_repeatable(history: Commit, tmp_path: Path) -> None:
    before = make("--since", "2026-01-01", "--until", "2026-03-31")
    write(tmp_path, {"agents/new.md": agent("new"), REVIEWS: "reviews: ["})
    assert make("--since", "2026-01-01", "--until", "2026-03-31") == before
    history("2026-05-01", {})
    assert make("--since", "2026-01-01", "--until", "2026-03-31") == before
    assert make("--since", "2026-01-01") != before


def test_what_is_missing_is_said(commit: Commit) -> None:
    commit("2026-01-01", {"agents/a.md": agent("a", "tools: Read\n")})
    parts = read_parts(make("--since", "2026-02-01", "--until", "2026-03-01"))
    assert "No commit of the period changed rights." in parts["changes"]
    assert "Nobody records reviews." in parts["reviews"]
    assert "There is no policy." in parts["policy"]
    assert "None." in parts["skipped"]


def test_every_file_that_is_not_read_is_in_it(commit: Commit) -> None:
    files = {
        "agents/a.md": agent("a", "tools: Read\n").replace("tools", " tools"),
        "agents/b.md": "",
        "agents/README.md": "Our agents.\n",
        ".mcp.json": "{",
        ".claude/settings.json": '{"permissions": ',
        "mkdocs.yml": "plugins:\n- agent-catalog:\n    suppress:\n"
        "    - {check: config_unreadable, path: .mcp.json, reason: later}\n",
    }
    commit("2026-01-01", files)
    html = make("--since", "2026-01-01")
    told = read_parts(html)["skipped"]
    for path in (
        "agents/a.md:4",
        "agents/b.md",
        "agents/README.md",
        ".mcp.json:1",
        ".claude/settings.json:1",
    ):
        assert path in told, path
    assert "Files that are not read: 5" in re.sub(r"<[^>]+>", "", html)


def test_it_speaks_the_language_of_the_site(history: Commit) -> None:
    history("2026-04-03", {"mkdocs.yml": "site_name: Team\ntheme: {name: material, language: pt-BR}\n"})
    html = make("--since", "2026-01-01")
    assert '<html lang="pt-BR">' in html
    assert "Mudanças de permissões no período" in html
    assert "Changes of rights" not in html


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--since", "2027-01-01"), "ends before it begins"),
        (("--since", "2026-01-01", "--until", "2020-01-01"), "no commit of this branch is from 2020-01-01"),
    ],
)
def test_a_period_without_a_commit_is_no_evidence(
    arguments: tuple[str, ...], message: str, history: Commit, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evidence", *arguments]) == 2
    assert message in capsys.readouterr().err
    assert not Path("evidence.html").exists()


def test_without_git_there_is_no_evidence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, REPOSITORY)
    assert main(["evidence", "--since", "2026-01-01"]) == 2
    assert "the folder is in no git repository" in capsys.readouterr().err


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: dict[str, set[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, set()).add(value or "")


def test_nothing_in_it_runs_or_loads(commit: Commit) -> None:
    bad = "<script>window.pwned=1</script>\"'><img src=x onerror=alert(1)>"
    record = {
        "agent": bad,
        "path": bad,
        "by": bad,
        "day": "2026-01-01",
        "form": 1,
        "prompt": bad,
        "note": bad,
    }
    record["rights"] = {"tool": {bad: bad}, "capability": {bad: bad}}
    rule = {"id": "a", "says": bad, "agents": "all", "may_not": {"tool": "Read"}}
    waiver = {"rule": "a", "names": bad, "role": bad, "reason": bad, "until": "2026-02-01"}
    reviews = [record, {**record, "agent": "lead", "path": "agents/one/lead.md"}]
    files = REPOSITORY | {
        "mkdocs.yml": yaml.safe_dump({"site_name": bad}),
        "agents/hostile.md": HOSTILE,
        REVIEWS: yaml.safe_dump({"reviews": reviews}),
        POLICY: yaml.safe_dump({"rules": [rule], "waivers": [waiver]}),
        f"agents/{bad.replace('/', '')[:60]}.md": HOSTILE,
    }
    commit("2026-01-01", files)
    html = make("--since", "2026-01-01")
    tags = Tags()
    tags.feed(html)
    known = "html head meta title style body main h1 h2 h3 dl dt dd p ul li a div table thead tbody tr th td"
    assert tags.names <= {*known.split(), "code", "strong", "small", "span", "bdi"}
    assert not [
        name for name in tags.attributes if name.startswith("on") or name in ("src", "style", "action")
    ]
    assert all(value.startswith("#") for value in tags.attributes["href"])
    ids = re.findall(r' id="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    assert {value[1:] for value in tags.attributes["href"]} <= set(ids)
    assert "hunter2" not in html
