"""What changed, told from git: in words that are right, in feeds that two readers of feeds take."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import feedparser
import feedparser_rs
import pytest
from heads import Head
from mkdocs_agent_catalog.build import BuiltCatalog, Options, build
from mkdocs_agent_catalog.model.address_lock import NAME, AddressLock, LockEntry, dump_lock
from mkdocs_agent_catalog.publishing import catalog_json
from sites import HOSTILE, Build, agent, write

ATOM = "{http://www.w3.org/2005/Atom}"
URL = "https://example.org/team/"
TOKEN = "ghp_9aXk2LmQ7RtYv4WzB8NcD1EfG5HjK3PoSuTi"
UNREADABLE = "---\nname: b\ndescription: Use it: so.\n\n<example>\nuser: x: y\n</example>\n---\n"


@dataclass
class History:
    """A repository of a test: each commit is an hour after the last one."""

    root: Path
    hours: Any

    def git(self, *arguments: str) -> str:
        day, hour = divmod(next(self.hours), 24)
        when = f"2026-01-{day + 1:02}T{hour:02}:00:00+0000"
        identity = {"NAME": "Nobody Known", "EMAIL": "nobody@example.org", "DATE": when}
        environment = {
            f"GIT_{who}_{key}": value for who in ("AUTHOR", "COMMITTER") for key, value in identity.items()
        }
        done = subprocess.run(
            ["git", "-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null", *arguments],
            cwd=self.root,
            env={**os.environ, **environment, "GIT_CONFIG_GLOBAL": os.devnull},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def commit(self, files: dict[str, str | None], message: str = "Change") -> None:
        """Commits ``files``; ``None`` removes one."""
        write(self.root, {path: text for path, text in files.items() if text is not None})
        for path in (path for path, text in files.items() if text is None):
            (self.root / path).unlink()
        self.git("add", "--all")
        self.git("commit", "--allow-empty", "--quiet", "--message", message)


@pytest.fixture
def history(tmp_path: Path) -> History:
    made = History(tmp_path / "repo", count())
    made.root.mkdir()
    made.git("init", "--quiet", "--initial-branch", "main")
    return made


def files_of(site: BuiltCatalog) -> dict[str, str]:
    return {output.uri: str(output.content) for output in site.outputs if not output.is_page}


def items(repo: Path, **options: Any) -> list[dict[str, Any]]:
    """The entries of the feed, newest first."""
    text = files_of(build(repo, Options(**options))).get("feed.json")
    return list(json.loads(text)["items"]) if text else []


def titles(repo: Path) -> list[str]:
    return [item["title"] for item in items(repo)]


def lines(html: str) -> list[str]:
    return [re.sub("<.*?>", "", line) for line in re.findall("<li>(.*?)</li>", html)]


def test_each_commit_is_told_in_words(history: History) -> None:
    first, second = (
        agent("a", "tools: Read, Bash\nmodel: opus\n"),
        agent("a", "tools: Bash, Read\nmodel: opus\n"),
    )
    history.commit({"agents/a.md": first, "agents/README.md": "# No agent", "docs/x.md": agent("page")})
    history.commit({"agents/a.md": second, "docs/x.md": "# Other\n"}, "An order says nothing")
    history.commit({"agents/a.md": agent("a", "tools: Bash, Write, mcp__docs__query\nmodel: haiku\n")})
    history.commit({"agents/a.md": agent("a", "disallowedTools: Write\npermissionMode: plan\n", "Do more.")})
    history.commit({"agents/a.md": agent("a", "tools: Read\nskills: [plans]\nextra: 1\n", "Do more.")})
    history.commit(
        {
            "agents/a.md": None,
            "agents/g/b.md": agent("b", "tools: Read\nskills: [plans]\nextra: 1\n", "Do more."),
        }
    )
    history.commit({"agents/g/b.md": UNREADABLE})
    history.commit({"agents/g/b.md": None})
    told = items(history.root)
    assert [(item["title"], item["tags"]) for item in told] == [
        ("Agent gone: b", ["gone"]),
        ("b: file cannot be read any more", ["unreadable"]),
        ("b: was called a (and more: 2)", ["description", "moved", "renamed"]),
        (
            "a: no longer inherits all tools, but lists Read (and more: 4)",
            ["fields", "gained", "lost", "settings", "skills"],
        ),
        ("a: now inherits all tools (and more: 4)", ["gained", "lost", "prompt", "settings"]),
        ("a: gained Write, mcp__docs__query (and more: 2)", ["gained", "lost", "settings"]),
        ("New agent: a", ["new"]),
    ]
    assert [lines(item["content_html"]) for item in told[2:]] == [
        ["Was called a", "Moved from agents/a.md to agents/g/b.md", "Description was changed"],
        [
            "No longer inherits all tools, but lists Read",
            "Is no longer denied Write",
            "permissionMode was taken out",
            "Skills are now plans",
            "Other fields were changed: extra",
        ],
        [
            "Now inherits all tools",
            "Is denied Write",
            "model was taken out",
            "permissionMode is now plan",
            "Prompt was changed",
        ],
        ["Gained Write, mcp__docs__query", "Lost Read", "model is now haiku"],
        ["Lists Read, Bash"],
    ]
    (change,) = told[5]["_agent_catalog"]["changes"]
    assert (change["gained"], change["lost"], change["path"]) == (
        ["Write", "mcp__docs__query"],
        ["Read"],
        "agents/a.md",
    )
    assert len({item["id"] for item in told}) == len(told)


def test_a_tool_is_gained_as_the_profile_reads_it(history: History) -> None:
    history.commit({"agents/a.md": agent("a", "allowed-tools: Read\n")})
    history.commit({"agents/a.md": agent("a", "allowed-tools: Read, Bash\n")})
    assert titles(history.root)[0] == "a: other fields were changed: allowed-tools", "nobody reads it"
    assert items(history.root, profile="allowed-tools")[0]["title"] == "a: gained Bash"


def test_what_the_same_file_denies_is_neither_gained_nor_lost(history: History) -> None:
    denied = "disallowedTools: Write, Edit\n"
    history.commit({"agents/a.md": agent("a", f"tools: Read, Edit\n{denied}")})
    history.commit({"agents/a.md": agent("a", f"tools: Read, Write, Bash\n{denied}")})
    history.commit({"agents/a.md": agent("a", f"tools: Read, Write\n{denied}")})
    history.commit({"agents/a.md": agent("a", f"tools: Read, Write, Edit\n{denied}", "Another.\n")})
    assert titles(history.root) == ["a: prompt was changed", "a: lost Bash", "a: gained Bash", "New agent: a"]


def test_both_feeds_are_taken_by_readers_of_feeds(history: History) -> None:
    was = LockEntry("agent", "was", "gone", "gone", path="agents/gone.md", addresses=("agents/gone/",))
    history.commit(
        {
            "agents/レ.md": agent("レ & <b>", "tools: Read\n"),
            "agents/gone.md": agent("gone"),
            NAME: dump_lock(AddressLock((was,))),
        }
    )
    history.commit({"agents/レ.md": agent("レ & <b>", "tools: Read, Bash(<i>:*)\n"), "agents/gone.md": None})
    site = build(history.root, Options(path="team", site_url=URL, site_name="Team & <Co>"))
    files = files_of(site)
    atom = feedparser.parse(files["team/feed.xml"].encode())
    assert not atom.bozo
    assert atom.version == "atom10"
    other = feedparser_rs.parse(files["team/feed.json"].encode())
    assert not other.bozo
    assert other.version == "json11"
    table = json.loads(files["team/feed.json"])
    assert atom.feed.title == table["title"] == "Team & <Co>: changes of agents"
    assert [entry.title for entry in atom.entries] == [
        "Agent gone: gone",
        "レ & <b>: gained Bash(<i>:*)",
        "New agent: gone",
        "New agent: レ & <b>",
    ]
    for ours, in_atom, in_json in zip(table["items"], atom.entries, other.entries, strict=True):
        assert ours["id"] == in_atom.id == in_json.id
        assert ours["url"] == in_atom.link == in_json.link
        assert ours["date_published"] == in_atom.updated
        assert "<b>" not in ours["content_html"]
        assert "<i>" not in ours["content_html"]
        page = unquote(ours["url"].removeprefix(URL)) + "index.html"
        pages = {output.uri.removesuffix(".md") + "/index.html" for output in site.outputs if output.is_page}
        assert page.replace("/index/", "/") in files | dict.fromkeys(pages), "the address of its page"
    assert table["items"][0]["url"] == f"{URL}team/gone/was/"
    head = Head(next(output.head for output in site.outputs if output.uri == "team/agents/index.md"))
    assert head.link("alternate", "application/atom+xml") == "../feed.xml"
    assert head.link("alternate", "application/feed+json") == "../feed.json"
    assert "feed.xml" in files["team/llms.txt"]
    rules_of_atom(files["team/feed.xml"])
    rules_of_json_feed(table)


MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def rules_of_atom(text: str) -> None:
    """RFC 4287, sections 4.1.1 and 4.1.2: what must be there once, and what may be there."""
    feed = ElementTree.fromstring(text)
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        names = [child.tag.removeprefix(ATOM) for child in element]
        assert all(names.count(name) == 1 for name in ("id", "title", "updated")), names
        assert all(names.count(name) <= 1 for name in ("content", "published", "subtitle"))
        known = {"id", "title", "updated", "link", "published", "category", "content", "author", "entry"}
        assert set(names) <= known
        assert (element.findtext(f"{ATOM}id") or "").startswith("urn:uuid:")
        assert MOMENT.fullmatch(element.findtext(f"{ATOM}updated") or "")
        links = [(link.get("rel"), link.get("type")) for link in element.findall(f"{ATOM}link")]
        assert len(set(links)) == len(links), "one alternate of a type"
        assert all(link.get("href") for link in element.findall(f"{ATOM}link"))
    assert feed.findtext(f"{ATOM}author/{ATOM}name"), "an entry without an author has that of the feed"
    ids = [id_element.text for id_element in feed.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids)


def rules_of_json_feed(table: dict[str, Any]) -> None:
    """jsonfeed.org, version 1.1: what is required, and the type of everything."""
    assert table["version"] == "https://jsonfeed.org/version/1.1"
    known = {"version", "title", "home_page_url", "feed_url", "authors", "language", "items"}
    assert set(table) <= known
    assert isinstance(table["title"], str)
    assert all(set(author) <= {"name", "url", "avatar"} for author in table["authors"])
    for item in table["items"]:
        assert set(item) <= {"id", "url", "title", "content_html", "date_published", "tags", "_agent_catalog"}
        assert isinstance(item["id"], str)
        assert item["content_html"]
        assert MOMENT.fullmatch(item["date_published"])
        assert all(isinstance(tag, str) for tag in item["tags"])


def test_without_a_history_there_is_nothing(history: History, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    write(bare, {"agents/a.md": agent("a")})
    for repo in (bare, history.root):
        write(repo, {"agents/a.md": agent("a")})
        site = build(repo, Options(site_url=URL))
        assert not {"feed.xml", "feed.json"} & set(files_of(site))
        head = next(output.head for output in site.outputs if output.uri == "agents/index.md")
        assert "feed" not in head
        assert "feed." not in files_of(site)["llms.txt"]
    history.commit({})
    assert items(history.root, feeds=True)
    assert not items(history.root, feeds=False)


def test_a_shallow_clone_has_no_feeds_and_no_last_changes_and_says_so(
    history: History, tmp_path: Path
) -> None:
    history.commit({"agents/a.md": agent("a", "tools: Read\n")})
    history.commit({"agents/b.md": agent("b")})
    history.commit({"agents/a.md": agent("a", "tools: Read, Bash\n")})
    for depth in (1, 2, 9):
        clone = tmp_path / str(depth)
        history.git("clone", "--quiet", f"--depth={depth}", f"file://{history.root}", str(clone))
        site = build(clone, Options(site_url=URL))
        notes = [str(note.message) for note in site.diagnostics if note.check == "incomplete_history"]
        if depth < 3:
            assert len(notes) == 1
            assert notes[0].endswith("and the catalog has no last changes and no feeds")
            assert not {"feed.xml", "feed.json"} & set(files_of(site))
            assert site.catalog.changed == {}
        else:
            assert notes == []
            assert titles(clone) == ["a: gained Bash", "New agent: b", "New agent: a"]
            assert set(site.catalog.changed) == {"agents/a.md", "agents/b.md"}


def test_a_merge_is_what_came_to_the_branch(history: History) -> None:
    history.commit({"agents/a.md": agent("a", "tools: Read\n")})
    history.git("switch", "--quiet", "--create", "topic")
    history.commit({"agents/a.md": agent("a", "tools: Read, Bash\n")})
    history.commit({"agents/a.md": agent("a", "tools: Read, Bash, Write\n")})
    history.git("switch", "--quiet", "main")
    history.commit({"docs/x.md": "x"})
    history.git("merge", "--quiet", "--no-ff", "--message", "Merge", "topic")
    assert titles(history.root) == ["a: gained Bash, Write", "New agent: a"]


def test_what_takes_the_place_of_something_is_something_else(history: History) -> None:
    history.commit({"agents/a.md": agent("first", body="One. " * 50)})
    history.commit({"agents/a.md": None})
    history.commit({"agents/a.md": agent("second", body="Two. " * 50)})
    told = items(history.root)
    assert [item["title"] for item in told] == ["New agent: second", "Agent gone: first", "New agent: first"]
    assert [item["_agent_catalog"]["changes"][0]["agent"] for item in told] == ["a", None, None]
    history.commit({"agents/a.md": None, "agents/_old/a.md": agent("second", body="Two. " * 50)})
    assert titles(history.root)[0] == "Agent gone: second", "where nothing is read it is gone"


def test_a_file_that_moves_keeps_its_page(history: History) -> None:
    body = "\n".join(f"Line {number}." for number in range(40))
    history.commit({"agents/a.md": agent("a", body=body)})
    history.commit({"agents/a.md": agent("a", "model: opus\n", body)})
    history.commit({"agents/a.md": None, ".claude/agents/x/a.md": agent("a", "model: opus\n", body)})
    told = items(history.root, site_url=URL)
    assert [item["title"] for item in told] == [
        "a: moved from agents/a.md to .claude/agents/x/a.md",
        "a: model is now opus",
        "New agent: a",
    ]
    assert {item["_agent_catalog"]["changes"][0]["agent"] for item in told} == {"x/a"}
    assert {item["url"] for item in told} == {f"{URL}agents/x/a/"}


def test_skills_and_servers_are_told_and_what_went_with_its_folder(history: History) -> None:
    def configure(**commands: str) -> str:
        servers = {name: {"command": command, "env": {"K": TOKEN}} for name, command in commands.items()}
        return json.dumps({"mcpServers": servers})

    def skill(about: str, body: str = "Do.") -> str:
        return f"---\nname: plans\ndescription: {about}\n---\n\n{body}\n"

    plugin = {
        "plugins/p/.claude-plugin/plugin.json": '{"name": "p"}',
        "plugins/p/agents/x.md": agent("x"),
        "plugins/p/skills/plans/SKILL.md": skill("Plans."),
        "plugins/p/.mcp.json": configure(inner="npx"),
    }
    history.commit({"agents/a.md": agent("a"), ".mcp.json": configure(docs="npx"), **plugin})
    history.commit({".mcp.json": configure(docs="uvx", find="npx")})
    history.commit({"plugins/p/skills/plans/SKILL.md": skill("Plans.", "Do more.")})
    history.commit(
        {"skills/new/SKILL.md": skill("New."), "plugins/p/agents/x.md": agent("x", "tools: Read\n")}
    )
    history.commit(dict.fromkeys(plugin))
    history.commit({".mcp.json": None, "skills/new/scripts/run.py": ""})
    told = items(history.root, site_url=URL)
    gone = f"{URL}agents/p/x/", f"{URL}skills/p/plans/", f"{URL}servers/docs/"
    assert sorted((item["title"], item.get("url")) for item in told) == sorted(
        [
            ("MCP server gone: docs", gone[2]),
            ("MCP server gone: find", f"{URL}servers/find/"),
            ("MCP server gone: inner", f"{URL}servers/inner/"),
            ("Agent gone: x", gone[0]),
            ("Skill gone: plans", gone[1]),
            ("New skill: new", f"{URL}skills/new/"),
            ("x: no longer inherits all tools, but lists Read", gone[0]),
            ("plans: instructions were changed", gone[1]),
            ("docs: runs another program or connects in another way", gone[2]),
            ("New MCP server: find", f"{URL}servers/find/"),
            ("New MCP server: docs", gone[2]),
            ("New MCP server: inner", f"{URL}servers/inner/"),
            ("New skill: plans", gone[1]),
            ("New agent: a", f"{URL}agents/a/"),
            ("New agent: x", gone[0]),
        ]
    )
    assert TOKEN not in str(told)
    kinds = {change["kind"] for item in told for change in item["_agent_catalog"]["changes"]}
    assert kinds == {"agent", "skill", "server"}


def test_a_plugin_whose_folder_gets_another_name_is_not_new(history: History) -> None:
    def write_plugin(folder: str, tools: str) -> dict[str, str]:
        text = "\n".join(f"Line {number} of it." for number in range(30))
        return {
            f"plugins/{folder}/.claude-plugin/plugin.json": '{"name": "p"}',
            f"plugins/{folder}/agents/x.md": agent("x", f"tools: {tools}\n", text),
            f"plugins/{folder}/skills/plans/SKILL.md": f"---\nname: plans\ndescription: D.\n---\n{text}\n",
            f"plugins/{folder}/.mcp.json": json.dumps({"mcpServers": {"inner": {"command": "npx"}}}),
        }

    history.commit({**write_plugin("one", "Read"), "drafts/agents/y.md": agent("y")})
    history.commit(write_plugin("one", "Read, Bash"))
    history.commit({**dict.fromkeys(write_plugin("one", "")), **write_plugin("two", "Read, Bash")})
    history.commit({**dict.fromkeys(write_plugin("two", "")), **write_plugin("three", "Read, Bash")})
    # What was no agent before is new.
    history.commit({"drafts/agents/y.md": None, ".claude/agents/y.md": agent("y")})
    assert sorted(titles(history.root)) == sorted(
        [
            "New agent: y",
            "plans: moved from plugins/two/skills/plans/SKILL.md to plugins/three/skills/plans/SKILL.md",
            "plans: moved from plugins/one/skills/plans/SKILL.md to plugins/two/skills/plans/SKILL.md",
            "x: gained Bash",
            "New agent: x",
            "New skill: plans",
            "New MCP server: inner",
        ]
    )


def test_many_at_once_are_one_entry(history: History) -> None:
    history.commit({f"agents/a{n}.md": agent(f"a{n}", "tools: Read\n") for n in range(30)})
    history.commit({f"agents/a{n}.md": agent(f"a{n}", "tools: Read, Bash\n") for n in range(25)})
    # A file beside them that is no agent is not counted with them.
    many = {f"agents/b{n}.md": agent(f"b{n}") for n in range(210)}
    history.commit(many | {"agents/notes.md": "Only words.\n"})
    read, gained, new = items(history.root, site_url=URL)
    assert [item["title"] for item in (read, gained, new)] == [
        "210 agents changed at once",
        "25 agents changed at once",
        "30 agents changed at once",
    ]
    assert lines(gained["content_html"])[0] == "a0: gained Bash"
    assert gained["url"] == f"{URL}agents/"
    assert len(gained["_agent_catalog"]["changes"]) == 25
    assert lines(read["content_html"])[-1] == "and 110 more"


@pytest.mark.parametrize(("most", "told"), [(20, [25]), (40, [25]), (60, [25, 30])])
def test_the_data_of_a_catalog_ends_with_a_whole_commit(
    history: History, monkeypatch: pytest.MonkeyPatch, most: int, told: list[int]
) -> None:
    monkeypatch.setattr(catalog_json, "MOST_CHANGES", most)
    history.commit({f"agents/a{n}.md": agent(f"a{n}", "tools: Read\n") for n in range(30)})
    history.commit({f"agents/a{n}.md": agent(f"a{n}", "tools: Read, Bash\n") for n in range(25)})
    outputs = build(history.root, Options()).outputs
    changes = json.loads(next(o.content for o in outputs if o.uri == "catalog.json"))["changes"]
    assert list(Counter(change["commit"] for change in changes).values()) == told


def test_the_newest_fifty_are_told(history: History) -> None:
    history.commit({"agents/a.md": agent("a")})
    for number in range(55):
        history.commit({"agents/a.md": agent("a", f"maxTurns: {number}\n")})
    told = titles(history.root)
    assert len(told) == 50
    assert told[0] == "a: maxTurns is now 54"


def test_what_is_hostile_in_a_history_stays_text(history: History) -> None:
    names = ["agents/\x01 x\ny.md", "agents/:100644 100644 a b M.md", "agents/-f'\"$(x).md", "agents/*.md"]
    message = "\x01deadbeef 2026-01-01T00:00:00Z\n\n:100644 100644 a b M\n<script>pwned</script>"
    history.commit(dict.fromkeys(names, HOSTILE) | {"agents/a.md": agent("a", f"model: {TOKEN}\n")}, message)
    (history.root / "agents/link.md").symlink_to("a.md")
    history.commit({f"agents/{TOKEN}.md": agent("named")})
    moved = agent("\\u0007bell\\u202e".join('""')) + TOKEN
    history.commit(
        dict.fromkeys(names) | {"agents/b.md": moved, "agents/a.md": agent("a", f"model: {TOKEN[:-1]}x\n")}
    )
    site = build(history.root, Options(site_url=URL))
    files = files_of(site)
    told = json.loads(files["feed.json"])["items"]
    assert len([item for item in told if item["tags"] == ["gone"]]) == len(names)
    assert "New agent: bell" in [item["title"] for item in told]
    assert not any("link" in item["title"] for item in told)
    for name in ("feed.json", "feed.xml"):
        assert "deadbeef" not in files[name]
        assert "Nobody" not in files[name], "who committed is nobody's business"
        assert TOKEN[:20] not in files[name]
        assert not re.search(r"[\x00-\x08\x0b-\x1f\u202e]", files[name])
    atom = feedparser.parse(files["feed.xml"].encode(), sanitize_html=False)
    assert not atom.bozo
    for html in (item["content_html"] for item in told):
        assert set(re.findall(r"</?(\w+)", html)) <= {"p", "ul", "li", "code"}, html
    rules_of_atom(files["feed.xml"])


def test_without_an_address_links_are_those_from_the_feed(history: History) -> None:
    history.commit({"agents/a.md": agent("a")})
    files = files_of(build(history.root, Options(path="team", use_directory_urls=False)))
    entry = ElementTree.fromstring(files["team/feed.xml"])
    assert [link.get("href") for link in entry.iter(f"{ATOM}link")] == ["agents/index.html", "agents/a.html"]
    table = json.loads(files["team/feed.json"])
    assert not {"feed_url", "home_page_url"} & set(table)
    assert "url" not in table["items"][0]
    rules_of_atom(files["team/feed.xml"])
    rules_of_json_feed(table)


def test_only_what_is_a_source_is_told(history: History) -> None:
    history.commit({"agents/a.md": agent("a"), "agents/secret/b.md": agent("b"), "more/c.md": agent("c")})
    history.commit({"agents/secret/b.md": None, "agents/d.md": agent("d"), "more/c.md": None})
    history.commit({"agents/d.md": "# No agent any more\n"})
    assert titles(history.root) == [
        "Agent gone: d",
        "New agent: d",
        "Agent gone: b",
        "New agent: a",
        "New agent: b",
    ]
    left = [item["title"] for item in items(history.root, exclude=("agents/secret/",))]
    assert left == ["Agent gone: d", "New agent: d", "New agent: a"]


def test_the_catalog_may_be_in_a_folder_of_the_repository(history: History) -> None:
    history.commit({"site/agents/a.md": agent("a"), "agents/b.md": agent("b")})
    (item,) = items(history.root / "site")
    assert item["_agent_catalog"]["changes"][0]["path"] == "agents/a.md"


def test_feeds_speak_the_language_of_the_site(history: History) -> None:
    history.commit({"agents/a.md": agent("a", "tools: Read\n")})
    history.commit({"agents/a.md": agent("a", "tools: Read, Bash\n")})
    told = items(history.root, language="pt-BR")
    assert [item["title"] for item in told] == ["a: ganhou Bash", "Novo agente: a"]
    assert lines(told[0]["content_html"]) == ["Ganhou Bash"]


def test_a_site_publishes_its_feeds_the_same_each_time(site: Build, tmp_path: Path) -> None:
    repo = History(tmp_path, count())
    repo.git("init", "--quiet")
    repo.commit({"agents/a.md": agent("a"), ".gitignore": "site\n"})

    def read_feeds(folder: Path) -> list[bytes]:
        return [(folder / name).read_bytes() for name in ("feed.xml", "feed.json")]

    assert read_feeds(site({})) == read_feeds(site({}, module="mkdocs"))
    options = {"feeds": False}
    assert not (site({}, options=options) / "feed.xml").exists()


def test_definitions_of_every_runtime_have_a_last_change_and_are_told(tmp_path: Path) -> None:
    files = {
        ".codex/agents/a.toml": 'name = "a"\ndescription = "b"\ndeveloper_instructions = "Do."\n',
        ".roomodes": "customModes:\n  - slug: b\n    name: B\n    roleDefinition: Do.\n    groups: [read]\n",
        "README.md": "---\nname: c\ndescription: d\n---\nText.\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    for command in (("init", "-q"), ("add", "-A"), (*identity, "commit", "-qm", "First")):
        subprocess.run(("git", *command), cwd=tmp_path, check=True)
    built = build(tmp_path, Options())
    assert {agent.source.path for agent in built.catalog.agents} == {".codex/agents/a.toml", ".roomodes"}
    assert {".codex/agents/a.toml", ".roomodes"} <= set(built.catalog.changed)
    assert [change.path for day in built.shared.changes for change in day] == [".codex/agents/a.toml"]


def test_a_short_file_that_is_moved_over_another_is_told_as_what_it_is(history: History) -> None:
    omega = agent("omega", "tools: Bash\n")
    history.commit({"agents/alpha.md": agent("alpha"), "agents/omega.md": omega})
    history.commit({"agents/alpha.md": omega, "agents/omega.md": None})
    assert [item["title"] for item in items(history.root)[:2]] == [
        "omega: moved from agents/omega.md to agents/alpha.md",
        "Agent gone: alpha",
    ]
    assert len({item["id"] for item in items(history.root)}) == 4
