"""The history of rights: equal to full builds, and what `history.json` says of it."""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import jsonschema
import pytest
from histories import body, run
from mkdocs_agent_catalog.build import Options, PastReader, build, load_catalog, load_timeline
from mkdocs_agent_catalog.cli.mkdocs_yml import read_project
from mkdocs_agent_catalog.history.checkouts import check_out
from mkdocs_agent_catalog.history.past_trees import list_commits, read_texts
from mkdocs_agent_catalog.permissions.decisions import PermissionResolver
from mkdocs_agent_catalog.rights.past_rights import PastRights
from mkdocs_agent_catalog.rights.subjects import RightKind, Subject, list_subjects
from mkdocs_agent_catalog.rights.timeline import Timeline
from rights_histories import write_history

COMMITS = int(os.environ.get("COMMITS", "40"))
SAMPLES = int(os.environ.get("SAMPLES", "8"))
"""So many commits are compared with full builds; `COMMITS=300 SAMPLES=100` takes minutes."""
SEED = int(os.environ.get("SEED", "1"))
HISTORIES = [Path(path) for path in os.environ.get("HISTORIES", "").split(os.pathsep) if path]
"""Repositories with a history, which are compared, too."""
OPTIONS = Options(replay=False)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_history(tmp_path_factory.mktemp("rights") / "repo", 10, COMMITS, SEED)


def read_each_commit(repo: Path) -> Iterator[tuple[str, PastRights]]:
    commits = list_commits(repo, "mkdocs.yml")
    assert commits
    with TemporaryDirectory() as folder:
        past = PastRights(Path(folder).resolve(), PastReader(OPTIONS.profile), OPTIONS.profile)
        for commit, texts in read_texts(repo, commits):
            past.take_step(commit, texts)
            yield commit.name, past


@pytest.mark.parametrize("number", range(len(HISTORIES) + 1))
def test_rights_of_the_past_are_those_of_full_builds(repository: Path, number: int) -> None:
    repo = [repository, *HISTORIES][number]
    names = [name for name, _ in read_each_commit(repo)]
    chosen = {*random.Random(SEED).sample(names, min(SAMPLES, len(names))), names[-1]}
    for name, past in read_each_commit(repo):
        if name in chosen:
            with check_out(repo, name) as root:
                subjects = list_subjects(load_catalog(root, OPTIONS), PermissionResolver(OPTIONS.profile))
            assert past.subjects == {(subject.kind, subject.id): subject for subject in subjects}, name


class Story:
    """A repository whose commits have known days and changes."""

    def __init__(self, root: Path) -> None:
        self.root, self.day = root, 0
        root.mkdir()
        run(root, "git", "init", "-q", "-b", "main")

    def commit(self, **files: str | None) -> str:
        """Writes files, ``__`` in a name for a slash, and commits them; returns the day."""
        self.day += 1
        for name, text in files.items():
            path = self.root / name.replace("__", "/").replace("_json", ".json").replace("_md", ".md")
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.unlink()
            else:
                path.write_text(text, encoding="utf-8")
        day = f"2026-03-{self.day:02}"
        time = f"{day}T12:00:00Z"
        run(self.root, "git", "add", "-A")
        dates = {"GIT_AUTHOR_DATE": time, "GIT_COMMITTER_DATE": time}
        run(self.root, "git", "commit", "-q", "--allow-empty", "-m", "x", **dates)
        return day


def write_agent(name: str, tools: str, text: str = "Do.") -> str:
    """An agent; without ``tools`` it inherits all."""
    listed = f"tools: {tools}\n" if tools else ""
    return f"---\nname: {name}\ndescription: Does {name}.\n{listed}---\n{text}\n{body(len(name))}\n"


def read_last(repo: Path) -> dict[tuple[str, str], Subject]:
    *_, (_name, past) = read_each_commit(repo)
    return past.subjects


def find_origin(
    timeline: Timeline | None, id: str, kind: RightKind, name: str
) -> tuple[str, str, tuple[str, ...]]:
    assert timeline
    origin = timeline.origins["agent", id][kind, name]
    return origin.gained.day, origin.changed.day, origin.changed.paths


def test_each_right_has_its_commit_and_file(tmp_path: Path) -> None:
    story = Story(tmp_path / "repo")
    agents = ".claude__agents__"
    first = story.commit(**{f"{agents}a_md": write_agent("a", "")})
    story.commit(**{f"{agents}a_md": write_agent("a", "", "Do it well.")})
    listed = story.commit(**{f"{agents}a_md": write_agent("a", "Read, Bash, WebFetch")})
    settings = ".claude__settings_json"
    story.commit(**{settings: json.dumps({"permissions": {"deny": ["WebFetch"]}})})
    story.commit(**{f"{agents}bb_md": write_agent("bb", "Read, Task")})
    allowed = story.commit(**{settings: json.dumps({"permissions": {"deny": ["Glob"]}})})
    moved = f"{agents}team__a_md"
    story.commit(**{f"{agents}a_md": None, moved: write_agent("a", "Read, Bash, WebFetch")})
    timeline = load_timeline(story.root, OPTIONS)
    own = (".claude/agents/a.md",)
    assert find_origin(timeline, "team/a", "capability", "commands") == (first, listed, own)
    by_settings = (allowed, allowed, (".claude/settings.json",))
    assert find_origin(timeline, "team/a", "capability", "network") == by_settings
    starts = find_origin(timeline, "bb", "capability", "delegates")
    # What it has through others it has since it may start them.
    assert find_origin(timeline, "bb", "capability", "files") == starts
    assert timeline
    assert [commit.counts.get("network", 0) for commit in timeline.commits] == [1, 1, 0, 0, 1]
    assert [commit.agents for commit in timeline.commits] == [1, 1, 1, 2, 2]


def test_all_files_are_named_that_may_be_why_one_has_something_through_others(tmp_path: Path) -> None:
    story = Story(tmp_path / "repo")
    lead, helper = ".github__agents__lead.agent_md", ".github__agents__helper.agent_md"
    starts = write_agent("lead", "[read, agent]\nagents: [helper]")
    story.commit(**{lead: starts, helper: write_agent("helper", "[read]")})
    day = story.commit(
        **{lead: starts.replace("Does lead.", "Leads."), helper: write_agent("helper", "[read, execute]")}
    )
    paths = (".github/agents/lead.agent.md", ".github/agents/helper.agent.md")
    origin = find_origin(load_timeline(story.root, OPTIONS), "github-copilot/lead", "capability", "commands")
    assert origin == (day, day, paths)


def test_skills_and_servers_are_followed_by_themselves(tmp_path: Path) -> None:
    story = Story(tmp_path / "repo")
    skill = "---\nname: s\ndescription: D.\nallowed-tools: {tools}\n---\nDo.\n"
    skill_path, server_path = ".claude__skills__s__SKILL_md", ".mcp_json"

    def configure(version: str) -> str:
        return json.dumps({"mcpServers": {"docs": {"command": "npx", "args": [f"docs@{version}"]}}})

    story.commit(
        **{
            skill_path: skill.format(tools="Read"),
            server_path: configure("1"),
            ".claude__agents__a_md": write_agent("a", "Read"),
        }
    )
    skill_day = story.commit(**{skill_path: skill.format(tools="Bash")})
    server_day = story.commit(**{server_path: configure("latest")})
    story.commit(**{skill_path: skill.format(tools="Bash") + "More.\n"})
    timeline = load_timeline(story.root, OPTIONS)
    assert timeline
    assert timeline.origins["skill", "s"]["setup", "allowed-tools"].changed.day == skill_day
    assert timeline.origins["server", "docs"]["setup", ".mcp.json"].changed.day == server_day
    assert len(timeline.commits) == 3


def test_an_agent_that_came_back_begins_anew(tmp_path: Path) -> None:
    story = Story(tmp_path / "repo")
    path = ".claude__agents__a_md"
    story.commit(**{path: write_agent("a", "Bash"), ".claude__agents__z_md": write_agent("z", "Read")})
    story.commit(**{path: None})
    day = story.commit(**{path: write_agent("a", "Bash")})
    assert find_origin(load_timeline(story.root, OPTIONS), "a", "capability", "commands")[0] == day


def test_an_agent_of_a_data_file_keeps_its_rights_when_it_gets_another_name(tmp_path: Path) -> None:
    story = Story(tmp_path / "repo")

    def write_role(name: str) -> str:
        return f'name = "{name}"\ndescription = "D."\ndeveloper_instructions = "Do."\n'

    def write_modes(*names: str) -> str:
        modes = ({"slug": name, "name": name, "roleDefinition": "R.", "groups": ["read"]} for name in names)
        return json.dumps({"customModes": list(modes)})

    modes = {".roomodes": write_modes("kept", "went")}
    first = story.commit(**{".codex__agents__a.toml": write_role("before")}, **modes)
    story.commit(**{".codex__agents__a.toml": write_role("after")})
    # Of a file of several, another name is another agent.
    last = story.commit(**{".roomodes": write_modes("kept", "came")})
    story.commit(**{".codex__agents__a.toml": None, ".codex__agents__b.toml": write_role("moved")})
    timeline = load_timeline(story.root, OPTIONS)
    assert timeline
    since = {
        subject.name: timeline.origins["agent", id]["state", "start"].gained.day
        for (kind, id), subject in read_last(story.root).items()
        if kind == "agent"
    }
    assert since == {"moved": first, "kept": first, "came": last}


def test_what_is_moved_over_another_and_back_keeps_its_rights(tmp_path: Path) -> None:
    story = Story(tmp_path / "repo")
    first_file, second_file = ".claude__agents__one_md", ".claude__agents__two_md"
    texts = {first_file: write_agent("one", "Bash"), second_file: write_agent("second", "Edit, Read")}
    first = story.commit(**texts)
    story.commit(**{second_file: texts[first_file], first_file: None})
    back = story.commit(**texts)
    timeline = load_timeline(story.root, OPTIONS)
    assert find_origin(timeline, "one", "capability", "commands")[0] == first
    assert find_origin(timeline, "two", "capability", "files")[0] == back


def test_a_copy_whose_model_changes_a_little_is_new(tmp_path: Path) -> None:
    story = Story(tmp_path / "repo")
    first_file, second_file = ".claude__agents__one_md", ".claude__agents__two_md"
    text = write_agent("one", "Bash")
    first = story.commit(**{first_file: text})
    copied = story.commit(**{first_file: text.replace("Do.", "Do it."), second_file: text})
    timeline = load_timeline(story.root, OPTIONS)
    assert find_origin(timeline, "one", "capability", "commands")[0] == first
    assert find_origin(timeline, "two", "capability", "commands")[0] == copied


def test_a_merge_is_one_step(tmp_path: Path) -> None:
    story = Story(tmp_path / "repo")
    path = ".claude__agents__a_md"
    story.commit(**{path: write_agent("a", "Read")})
    run(story.root, "git", "checkout", "-q", "-b", "side")
    story.commit(**{path: write_agent("a", "Read, Bash")})
    story.commit(**{path: write_agent("a", "Read, Bash, Edit")})
    run(story.root, "git", "checkout", "-q", "main")
    merged = {"GIT_AUTHOR_DATE": "2026-03-09T01:00:00Z", "GIT_COMMITTER_DATE": "2026-03-09T01:00:00Z"}
    run(story.root, "git", "merge", "-q", "--no-ff", "-m", "m", "side", **merged)
    timeline = load_timeline(story.root, OPTIONS)
    own = (".claude/agents/a.md",)
    assert find_origin(timeline, "a", "capability", "commands") == ("2026-03-09", "2026-03-09", own)
    assert timeline
    assert [commit.day for commit in timeline.commits] == ["2026-03-01", "2026-03-09"]


def test_a_shallow_clone_says_at_least_since(tmp_path: Path) -> None:
    story = Story(tmp_path / "repo")
    for tools in ("Bash", "Bash, Edit", "Bash, Edit, WebFetch"):
        story.commit(**{".claude__agents__a_md": write_agent("a", tools)})
    run(tmp_path, "git", "clone", "-q", "--depth", "2", story.root.as_uri(), "clone")
    timeline = load_timeline(tmp_path / "clone", OPTIONS)
    assert timeline
    assert not timeline.is_whole
    table = timeline.origins["agent", "a"]
    marks = {name: table["capability", name].gained.is_oldest for name in ("commands", "files", "network")}
    assert marks == {"commands": True, "files": True, "network": False}


def test_history_json_is_as_its_schema_says(tmp_path: Path) -> None:
    story = Story(tmp_path / "repo")
    path = ".claude__agents__a_md"
    servers = {"mcpServers": {"docs": {"command": "npx", "args": ["docs"], "env": {"KEY": "hunter2"}}}}
    story.commit(**{path: write_agent("a", "Read"), "_mcp_json": "{}"})
    story.commit(**{path: write_agent("a", "Read, Bash"), ".mcp_json": json.dumps(servers)})
    (story.root / ".claude/agents/a.md").write_text(write_agent("a", "Read, Bash, Edit"), encoding="utf-8")
    outputs = {output.uri: output for output in build(story.root, Options(history=True)).outputs}
    text = str(outputs["history.json"].content)
    data, schema = json.loads(text), json.loads(str(outputs["history.schema.json"].content))
    jsonschema.validate(data, schema)
    for definition in schema["$defs"].values():
        assert {*definition["required"]} <= {*definition["properties"]}
    assert "hunter2" not in text
    assert [commit["day"] for commit in data["commits"]] == ["2026-03-02", "2026-03-01"]
    rights = {
        (right["kind"], right["name"])
        for item in data["since"]
        if item["id"] == "a"
        for origin in item["origins"]
        for right in origin["rights"]
    }
    assert ("capability", "commands") in rights
    # What is not committed has no origin.
    assert ("capability", "files") not in rights
    assert data["commits"][0]["capabilities"]["commands"] == 1


def test_authors_are_named_only_if_the_site_says_so(tmp_path: Path) -> None:
    story = Story(tmp_path / "repo")
    story.commit(**{".claude__agents__a_md": write_agent("a", "Bash")})
    (story.root / ".mailmap").write_text("Ann \u2028\x07& O'Neil <a@example.org>\n", encoding="utf-8")
    for chosen, is_named in (("true", False), ("authors", True)):
        site = f"site_name: T\nplugins:\n- agent-catalog:\n    history: {chosen}\n"
        (story.root / "mkdocs.yml").write_text(site, encoding="utf-8")
        options = read_project(story.root, None).options
        outputs = {output.uri: output for output in build(story.root, options).outputs}
        data = json.loads(str(outputs["history.json"].content))
        jsonschema.validate(data, json.loads(str(outputs["history.schema.json"].content)))
        named = {data["commits"][0]["author"], data["since"][0]["origins"][0]["gained"]["author"]}
        texts = [str(outputs[uri].body) for uri in ("agents/a.md", "history/2026-03.md")]
        assert all(("Neil" in text) is is_named for text in texts)
        assert not any("Ann & " in text or "\x07" in text for text in texts)
        assert all("Ann" in name if is_named else name is None for name in named)
    everything = "".join(str(output.content) for output in build(story.root, Options()).outputs)
    assert "Neil" not in everything


def test_pages_say_since_when_and_by_what(tmp_path: Path) -> None:
    story = Story(tmp_path / "repo")
    path, evil = ".claude__agents__a_md", '<img src=x onerror="alert(1)">'
    story.commit(**{path: write_agent("a", "Read, WebFetch")})
    run(story.root, "git", "tag", "v<1>")
    story.commit(
        **{path: write_agent("a", "Read, WebFetch, Bash"), ".claude__agents__e_md": write_agent(evil, "Bash")}
    )
    story.commit(**{".claude__agents__e_md": None})
    (story.root / ".claude/agents/a.md").write_text(
        write_agent("a", "WebFetch, Bash, Edit"), encoding="utf-8"
    )
    pages = {
        output.uri: str(output.body)
        for output in build(story.root, Options(history=True)).outputs
        if output.is_page
    }
    agent, month, tags = pages["agents/a.md"], pages["history/2026-03.md"], pages["history/tags.md"]
    for text in ("since 2026-03-01", "since 2026-03-02", "in no commit yet", "this file"):
        assert text in agent
    addresses = re.findall(r'href="([^"]*history/2026-03/[^"]*)"', agent)
    assert addresses
    # Each leads to a place that is there.
    assert all(f'id="{address.partition("#")[2]}"' in month for address in addresses)
    assert "Week 9 of 2026" in month
    assert "Gained Runs commands" in month
    assert 'id="untagged"' in tags
    assert "v&lt;1&gt;" in tags
    assert "&lt;img" in month
    assert "<img" not in month
    assert pages["history.md"].count("<path") == 10
    assert 'href="../history/"' in pages["changes.md"]
    assert 'href="../history/#curves"' in pages["reach.md"]


def test_days_in_any_order_lose_no_commit(tmp_path: Path) -> None:
    story = Story(tmp_path / "repo")
    path = ".claude__agents__a_md"
    days = ("2026-03-20", "2026-02-01", "2026-03-02", "2026-03-21", "2026-03-03")
    for number, day in enumerate(days):
        (story.root / ".claude/agents").mkdir(parents=True, exist_ok=True)
        text = write_agent("a", ", ".join(("Read", "Bash", "Edit", "WebFetch", "Glob")[: number + 1]))
        (story.root / path.replace("__", "/").replace("_md", ".md")).write_text(text, encoding="utf-8")
        run(story.root, "git", "add", "-A")
        dates = {"GIT_AUTHOR_DATE": f"{day}T01:00:00Z", "GIT_COMMITTER_DATE": f"{day}T01:00:00Z"}
        run(story.root, "git", "commit", "-q", "-m", "x", **dates)
    pages = {o.uri: str(o.body) for o in build(story.root, Options(history=True)).outputs if o.is_page}
    assert pages["history/2026-03.md"].count('id="c-') == 4
    assert pages["history/2026-02.md"].count('id="c-') == 1
    assert len(re.findall(r'id="w-[^"]*"', pages["history/2026-03.md"])) == 2


def test_strange_commits_are_survived(tmp_path: Path) -> None:
    story = Story(tmp_path / "repo")
    text = write_agent("a", "Bash")
    lines = []
    for when, name in ((99999999999999, "a"), (-5, "a\\nb"), (1_700_000_000, "\\303\\274\\377")):
        who = f"a <a@example.org> {max(when, 0)} +0000"
        lines += [f"commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata 1\nx\n"]
        lines += [f'M 100644 inline ".claude/agents/{name}.md"\ndata {len(text)}\n{text}\n']
    lines.append("M 120000 inline .claude/agents/link.md\ndata 4\na.md\nD .claude/agents/a.md\n")
    script = tmp_path / "script"
    script.write_text("".join(lines), encoding="utf-8")
    run(story.root, "sh", "-c", f"git fast-import --quiet --date-format=raw-permissive < {script}")
    run(story.root, "git", "checkout", "-q", "-f", "main")
    built = build(story.root, Options(history=True))
    assert all(str(output.body) for output in built.outputs if output.uri.startswith("history"))


def test_without_git_it_is_said_once(tmp_path: Path) -> None:
    path = tmp_path / ".claude/agents/a.md"
    path.parent.mkdir(parents=True)
    path.write_text(write_agent("a", "Read"), encoding="utf-8")
    built = build(tmp_path, Options(history=True))
    assert [item.check for item in built.diagnostics].count("incomplete_history") == 1
    assert not any("history" in output.uri for output in built.outputs)
    assert not any(item.check == "incomplete_history" for item in build(tmp_path, Options()).diagnostics)


def test_without_the_option_nothing_is_read(tmp_path: Path) -> None:
    story = Story(tmp_path / "repo")
    story.commit(**{".claude__agents__a_md": write_agent("a", "Read")})
    assert not any(output.uri.startswith("history") for output in build(story.root, Options()).outputs)
