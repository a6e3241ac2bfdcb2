"""Reviews: they become stale when rights or the prompt change, and by nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from histories import body, run
from mkdocs_agent_catalog.build import Options, build, check_catalog, load_catalog
from mkdocs_agent_catalog.cli.main import main
from mkdocs_agent_catalog.cli.mkdocs_yml import read_project
from mkdocs_agent_catalog.model.reviews import NAME
from mkdocs_agent_catalog.pages.pagination import PageLimits
from mkdocs_agent_catalog.permissions.decisions import PermissionResolver
from mkdocs_agent_catalog.reading.review_file import parse_reviews
from mkdocs_agent_catalog.rights.comparison import compare_catalogs
from mkdocs_agent_catalog.rights.reviews import AgentReview, judge_reviews
from mkdocs_agent_catalog.rights.subjects import list_subjects
from mkdocs_agent_catalog.rights.wording import summarize_changes
from mkdocs_agent_catalog.runtimes import RUNTIMES
from rights_histories import ChangingRepository
from sites import REPOSITORY, REVIEWS, agent, write

DAY = "2026-03-01"
OPTIONS = Options(replay=False)
SETTINGS = {
    "permissions": {"deny": ["Read(./.env)"], "ask": ["WebFetch"], "allow": ["Bash(git:*)"]},
    "hooks": {"PostToolUse": [{"matcher": "Edit", "hooks": [{"type": "command", "command": "format.sh"}]}]},
}
SERVERS = {"docs": {"command": "npx", "args": ["docs-mcp@1.0.0"]}, "web": {"url": "https://mcp.example.org/"}}
LEAD = """---
name: lead
description: Leads.
tools: Read, Grep, Agent, Skill, mcp__docs
disallowedTools: WebSearch
model: sonnet
permissionMode: plan
skills: notes
hooks:
  PreToolUse:
    - matcher: Grep
      hooks:
        - type: command
          command: guard.sh
---
# Lead

You lead. Start `writer`, then use the skill `notes`.

- Read first.
- Write nothing.
"""
FILES = {
    ".claude/agents/lead.md": LEAD,
    ".claude/agents/writer.md": agent("writer", "tools: Read, Write\n", body="You write."),
    ".claude/agents/all.md": agent("all", body="You do all."),
    ".claude/skills/notes/SKILL.md": "---\nname: notes\ndescription: N.\nallowed-tools: Read\n---\nWrite.\n",
    ".claude/settings.json": json.dumps(SETTINGS, indent=1),
    ".mcp.json": json.dumps({"mcpServers": SERVERS}, indent=1),
    ".opencode/agents/open.md": "---\ndescription: Open.\npermission:\n  bash: ask\n  edit: deny\n---\nDo.\n",
    ".codex/agents/coder.toml": 'name = "coder"\ndescription = "C."\nsandbox_mode = "read-only"\n'
    'developer_instructions = """\nCode.\n"""\n',
    ".cursor/agents/cur.md": "---\nname: cur\ndescription: C.\nreadonly: true\n---\nLook.\n",
    ".claude-plugin/marketplace.json": '{"name": "m", "plugins": [{"name": "p", "source": "./p"}]}',
    "p/.claude-plugin/plugin.json": '{"name": "p", "version": "1.0.0"}',
    "p/agents/px.md": agent("px", "tools: Read, Bash\n"),
    "p/.mcp.json": '{"mcpServers": {"own": {"command": "own-mcp"}}}',
    ".github/agents/cop.agent.md": "---\nname: cop\ndescription: C.\ntools: [read, search]\n---\nSee.\n",
}
AT = {
    "lead": ".claude/agents/lead.md",
    "writer": ".claude/agents/writer.md",
    "all": ".claude/agents/all.md",
    "skill": ".claude/skills/notes/SKILL.md",
    "open": ".opencode/agents/open.md",
    "coder": ".codex/agents/coder.toml",
    "cur": ".cursor/agents/cur.md",
    "cop": ".github/agents/cop.agent.md",
}


def judge(root: Path) -> dict[str, AgentReview]:
    report = judge_reviews(load_catalog(root, OPTIONS), PermissionResolver())
    return {review.agent.name: review for review in report.agents.values()}


def list_stale(root: Path) -> dict[str, str]:
    return {
        name: str(summarize_changes(review.changes, review.has_other_prompt))
        for name, review in judge(root).items()
        if review.state != "current"
    }


@pytest.fixture(scope="module")
def reviews(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The file with a review of each agent of ``FILES``."""
    root = tmp_path_factory.mktemp("reviewed")
    write(root, FILES)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1772323200")
        monkeypatch.chdir(root)
        assert main(["review", ".", "--by", "Security"]) == 0
    assert list_stale(root) == {}
    return (root / NAME).read_text(encoding="utf-8")


@pytest.fixture
def reviewed(reviews: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a review of each agent."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1772323200")
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {**FILES, NAME: reviews})
    return tmp_path


# --- changes of rights

Edit = Callable[[Path], None]


def edit(name: str, old: str, new: str) -> Edit:
    def change(root: Path) -> None:
        file = root / AT.get(name, name)
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def put(name: str, text: str) -> Edit:
    return lambda root: write(root, {name: text})


def set_settings(**permissions: object) -> Edit:
    changed = {**SETTINGS, "permissions": {**SETTINGS["permissions"], **permissions}}
    return put(".claude/settings.json", json.dumps(changed))


def set_hooks(event: str, matcher: str, command: str) -> Edit:
    entry = {"matcher": matcher, "hooks": [{"type": "command", "command": command}]}
    return put(".claude/settings.json", json.dumps({**SETTINGS, "hooks": {event: [entry]}}))


def set_servers(**servers: object) -> Edit:
    kept = {name: config for name, config in {**SERVERS, **servers}.items() if config}
    return put(".mcp.json", json.dumps({"mcpServers": kept}))


def remove(name: str) -> Edit:
    return lambda root: (root / AT.get(name, name)).unlink()


TOOLS = "tools: Read, Grep, Agent, Skill, mcp__docs"
HOOKS = {"PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "guard.sh"}]}]}
PLUGIN = {"name": "p", "version": "1.0.0", "mcpServers": {"more": {"command": "more-mcp"}}}
RIGHTS: list[tuple[str, Edit]] = [
    ("lead", edit("lead", TOOLS, f"{TOOLS}, Bash")),
    ("lead", edit("lead", TOOLS, f"{TOOLS}, Bash(git:*)")),
    ("lead", edit("lead", TOOLS, f"{TOOLS}, WebFetch")),
    ("lead", edit("lead", TOOLS, f"{TOOLS}, Edit")),
    ("lead", edit("lead", TOOLS, f"{TOOLS}, mcp__web")),
    ("lead", edit("lead", TOOLS, f"{TOOLS}, mcp__new__tool")),
    ("lead", edit("lead", TOOLS, f"{TOOLS}, mcp__*")),
    ("lead", edit("lead", f"{TOOLS}\n", "")),
    ("lead", edit("lead", "Read, Grep", "Read")),
    ("lead", edit("lead", ", Agent", "")),
    ("lead", edit("lead", "Agent", "Agent(writer)")),
    ("lead", edit("lead", ", mcp__docs", "")),
    ("lead", edit("lead", "mcp__docs", "mcp__docs__find")),
    ("lead", edit("lead", ", Skill", "")),
    ("lead", edit("lead", "disallowedTools: WebSearch", "disallowedTools: WebSearch, Grep")),
    ("lead", edit("lead", "disallowedTools: WebSearch\n", "")),
    ("lead", edit("lead", "model: sonnet", "model: opus")),
    ("lead", edit("lead", "model: sonnet\n", "")),
    ("lead", edit("lead", "permissionMode: plan", "permissionMode: bypassPermissions")),
    ("lead", edit("lead", "permissionMode: plan\n", "")),
    ("lead", edit("lead", "matcher: Grep", "matcher: Read")),
    ("lead", edit("lead", "command: guard.sh", "command: other.sh")),
    ("lead", edit("lead", "PreToolUse", "PostToolUse")),
    ("lead", edit("lead", "name: lead", "- stray\nname: lead")),
    ("lead", edit("skill", "allowed-tools: Read", "allowed-tools: Read, Bash")),
    ("lead", edit("skill", "allowed-tools: Read\n", "")),
    ("lead", edit("skill", "allowed-tools", "model: opus\nallowed-tools")),
    ("lead", set_servers(docs={"command": "docker", "args": ["run", "docs"]})),
    ("lead", set_servers(docs={"command": "npx", "args": ["docs-mcp"]})),
    ("lead", set_servers(docs={"url": "https://docs.example.org/"})),
    ("lead", set_servers(docs={"command": "npx", "args": ["docs-mcp@2.0.0"]})),
    ("lead", set_servers(docs={"command": "npx", "args": ["docs-mcp@1.0.0", "--write"]})),
    ("all", set_servers(web={"url": "https://other.example.org/"})),
    ("all", set_servers(docs=None)),
    ("all", set_servers(more={"command": "more"})),
    ("px", edit("p/agents/px.md", "Read, Bash", "Read")),
    ("px", put("p/hooks/hooks.json", json.dumps({"hooks": HOOKS}))),
    ("all", set_settings(deny=["Read(./.env)", "Bash"])),
    ("all", set_settings(deny=[])),
    ("all", set_settings(ask=[])),
    ("all", set_settings(ask=["WebFetch", "Write"])),
    ("all", set_settings(allow=["Bash"])),
    ("all", set_settings(defaultMode="acceptEdits")),
    ("all", set_hooks("PreToolUse", "Bash", "guard.sh")),
    ("all", set_hooks("PostToolUse", "Edit", "other.sh")),
    ("all", remove(".claude/settings.json")),
    ("all", edit("all", "---\n\n", "disallowedTools: Bash\n---\n\n")),
    ("open", edit("open", "bash: ask", "bash: allow")),
    ("open", edit("open", "edit: deny", "edit: allow")),
    ("open", edit("open", "permission:", "model: anthropic/other\npermission:")),
    ("coder", edit("coder", "read-only", "danger-full-access")),
    ("coder", edit("coder", 'name = "coder"', 'name = "coder"\nmodel = "gpt-5"')),
    ("cur", edit("cur", "readonly: true\n", "")),
    ("cop", edit("cop", "[read, search]", "[read, search, execute]")),
]


def test_there_are_at_least_fifty_changes_of_rights_and_fifty_of_form() -> None:
    assert len(RIGHTS) >= 50
    assert len(FORM) >= 50


@pytest.mark.parametrize(("name", "change"), RIGHTS, ids=map(str, range(len(RIGHTS))))
def test_a_change_of_rights_makes_a_review_stale(name: str, change: Edit, reviewed: Path) -> None:
    change(reviewed)
    stale = list_stale(reviewed)
    assert name in stale
    assert stale[name] not in ("nothing changed", "another prompt")


# --- changes of comments and form


def rewrite(name: str, change: Callable[[str], str]) -> Edit:
    def apply(root: Path) -> None:
        file = root / AT.get(name, name)
        before = file.read_bytes()
        file.write_bytes(change(before.decode()).encode())
        assert file.read_bytes() != before

    return apply


def move(name: str, path: str) -> Edit:
    def apply(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / AT[name]).rename(root / path)

    return apply


def reorder(text: str) -> str:
    lines = text.split("\n")
    end = lines.index("---", 1)
    starts = [number for number in range(1, end) if re.match(r"\w", lines[number])]
    keys = [lines[a:b] for a, b in zip(starts, [*starts[1:], end], strict=True)]
    return "\n".join(["---", *(line for key in reversed(keys) for line in key), *lines[end:]])


def wrap(text: str) -> str:
    head, _, body = text.rpartition("---\n")
    return f"{head}---\n{body.replace(' ', chr(10) + '  ')}"


LISTS = [
    "tools: [Read, Grep, Agent, Skill, mcp__docs]",
    'tools: ["Read", "Grep", "Agent", "Skill", "mcp__docs"]',
    "tools:\n  - Read\n  - Grep\n  - Agent\n  - Skill\n  - mcp__docs",
    "tools:\n- mcp__docs\n- Skill\n- Agent\n- Grep\n- Read",
    "tools: mcp__docs, Skill, Agent, Grep, Read",
    "tools: Read,Grep,Agent,Skill,mcp__docs",
    'tools: "Read, Grep, Agent, Skill, mcp__docs"',
    "tools: Read, Grep, Agent, Skill, mcp__docs,",
    "tools: >-\n  Read, Grep,\n  Agent, Skill, mcp__docs",
    "tools: Read, Grep, Agent, Skill, mcp__docs # as agreed",
    "tools: [\n  Read, # first\n  Grep, Agent, Skill, mcp__docs\n  ]",
    "tools: Read, Read, Grep, Agent, Skill, mcp__docs",
]
FORM: list[Edit] = [
    # The servers of a plugin are those of its own agents: whether others have them, no file says.
    put("p/.claude-plugin/plugin.json", json.dumps(PLUGIN)),
    remove("p/.mcp.json"),
    *(edit("lead", TOOLS, form) for form in LISTS),
    rewrite("lead", reorder),
    rewrite("lead", wrap),
    rewrite("lead", lambda text: text.replace("\n", "\r\n")),
    rewrite("lead", lambda text: text.replace("\n\n", "\n\n\n\n")),
    rewrite("lead", lambda text: re.sub(r"(?m)^(?=You|- )", "  ", text)),
    rewrite("lead", lambda text: text.replace(".\n", ".  \n")),
    rewrite("lead", lambda text: text.rstrip("\n")),
    rewrite("lead", lambda text: f"{text}\n\n"),
    rewrite("lead", lambda text: f"\ufeff{text}"),
    rewrite("lead", lambda text: text.replace("- Read", "\t- Read")),
    edit("lead", "name: lead", "# a note\nname: lead"),
    edit("lead", "name: lead", 'name: "lead"'),
    edit("lead", "name: lead", "name: 'lead'"),
    edit("lead", "name: lead", "name:   lead"),
    edit("lead", "name: lead", "name: lead  # its name"),
    edit("lead", "description: Leads.", "description: Leads the others."),
    edit("lead", "description: Leads.", "description: >-\n  Leads."),
    edit("lead", "description: Leads.", "description: Leads.\ncolor: blue"),
    edit("lead", "model: sonnet", 'model: "sonnet"'),
    edit("lead", "model: sonnet", "model: sonnet # cheap"),
    edit("lead", "permissionMode: plan", "permissionMode: 'plan'"),
    edit("lead", "disallowedTools: WebSearch", "disallowedTools: [WebSearch]"),
    edit("lead", "skills: notes", "skills:\n  - notes"),
    edit("lead", "  PreToolUse:\n    - matcher", "  # before\n  PreToolUse:\n    - matcher"),
    move("lead", ".claude/agents/team/lead.md"),
    move("lead", ".claude/agents/team/chief.md"),
    move("writer", ".claude/agents/team/writer.md"),
    edit("writer", "name: writer", "name: writer\n# the one who writes"),
    edit("writer", "tools: Read, Write", "tools: Write, Read"),
    edit("all", "name: all", "name: all\n\n# nothing is listed\n"),
    edit("skill", "description: N.", "description: Other words.\n# no rights"),
    edit("skill", "Write.", "Write well."),
    edit("skill", "allowed-tools: Read", "allowed-tools: 'Read'"),
    put(".claude/settings.json", json.dumps(SETTINGS)),
    put(".claude/settings.json", json.dumps(SETTINGS, indent=8, sort_keys=True)),
    put(".claude/settings.json", json.dumps({**SETTINGS, "cleanupPeriodDays": 3})),
    put(".mcp.json", json.dumps({"mcpServers": SERVERS}, indent=8)),
    put(".mcp.json", json.dumps({"mcpServers": dict(reversed(SERVERS.items()))})),
    set_servers(docs={"args": ["docs-mcp@1.0.0"], "command": "npx"}),
    set_servers(docs=SERVERS["docs"] | {"env": {"TOKEN": "x"}}),
    edit("open", "  bash: ask\n  edit: deny", "  edit: deny\n  bash: ask"),
    edit("open", "permission:", "# asks\npermission:"),
    edit("coder", 'name = "coder"', "# codes\nname = 'coder'"),
    edit("coder", '"""\nCode.\n"""', "'Code.'"),
    edit("cur", "description: C.", "description: Sees."),
    edit("cop", "[read, search]", "\n  - search\n  - read"),
    put("README.md", "Words about `lead`.\n"),
]


@pytest.mark.parametrize("change", FORM, ids=map(str, range(len(FORM))))
def test_a_change_of_form_makes_no_review_stale(change: Edit, reviewed: Path) -> None:
    change(reviewed)
    assert list_stale(reviewed) == {}


@pytest.mark.parametrize("seed", range(2))
def test_reviews_are_stale_for_those_whose_rights_differ(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = ChangingRepository(tmp_path, [body(number) for number in range(6)], seed)
    monkeypatch.chdir(tmp_path)
    for step in range(10):
        assert main(["review", ".", "--by", "Security"]) == 0
        before, names = load_catalog(tmp_path, OPTIONS), {agent.path: agent.name for agent in repo.agents}
        (repo.change_rights if step % 2 else repo.change_texts)()
        repo.commit()
        after = load_catalog(tmp_path, OPTIONS)
        now = {agent.name: agent.path for agent in repo.agents}
        renamed = {path: now[name] for path, name in names.items() if now[name] != path}
        changes = compare_catalogs(before, after, renamed, OPTIONS.profile)
        differ = {change.subject.name for change in changes if change.subject.kind == "agent"}
        stale = {name for name, review in judge(tmp_path).items() if review.changes}
        if all(change.subject.kind == "agent" for change in changes):
            assert stale == differ
        # Who may call a server, or is governed by a settings file, was reviewed with it.
        assert stale >= differ


# --- whose review it is


def test_what_an_agent_may_do_through_others_is_reviewed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    files = {"agents/a.md": agent("a", "tools: Agent(b)\n"), "agents/b.md": agent("b", "tools: Read\n")}
    write(tmp_path, files)
    profile = "claude-code-main"
    assert main(["review", ".", "--by", "Security", "--profile", profile]) == 0
    write(tmp_path, {"agents/b.md": agent("b", "tools: Read, Bash\n")})
    report = judge_reviews(load_catalog(tmp_path, OPTIONS), PermissionResolver(profile))
    assert {
        review.agent.name: str(summarize_changes(review.changes, review.has_other_prompt))
        for review in report.agents.values()
    } == {"a": "gained Runs commands", "b": "gained Runs commands, `Bash`"}


def test_a_name_of_several_agents_records_nothing(reviewed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(reviewed, {"agents/lead.md": LEAD})
    assert main(["review", "lead", "--by", "Security"]) == 2
    assert ".claude/agents/lead.md, agents/lead.md" in capsys.readouterr().err
    assert main(["review", "agents/lead.md", "--by", "Security"]) == 0
    assert list_stale(reviewed) == {}


def test_a_new_tool_of_the_runtime_makes_no_review_stale(
    reviewed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = RUNTIMES["claude-code"]
    newer = {**runtime.tools, "NewTool": replace(runtime.tools["Read"], name="NewTool")}
    monkeypatch.setattr(runtime, "tools", newer)
    monkeypatch.setattr(runtime, "current_tools", (*runtime.current_tools, "NewTool"))
    assert ("tool", "NewTool") in next(
        subject.rights
        for subject in list_subjects(load_catalog(reviewed, OPTIONS), PermissionResolver())
        if subject.name == "all"
    )
    assert list_stale(reviewed) == {}


def test_inherited_tools_are_lost_and_gained_by_name(reviewed: Path) -> None:
    edit("all", "---\n\n", "tools: Read\n---\n\n")(reviewed)
    changes = {(change.right.kind, change.right.name): change for change in judge(reviewed)["all"].changes}
    assert changes["tool", "*"].sign == "lost"
    assert changes["tool", "Read"].sign == "changed", "it had Read before, too"
    assert main(["review", AT["all"], "--by", "Security"]) == 0
    write(reviewed, {AT["all"]: FILES[AT["all"]]})
    set_settings(deny=["Bash"])(reviewed)
    changes = {(change.right.kind, change.right.name): change for change in judge(reviewed)["all"].changes}
    assert changes["tool", "*"].sign == "gained"
    assert ("tool", "Bash") not in changes


def test_an_agent_that_moves_takes_its_review_along(reviewed: Path) -> None:
    text = (reviewed / NAME).read_text(encoding="utf-8")
    move("lead", ".claude/agents/x/other.md")(reviewed)
    edit(".claude/agents/x/other.md", "name: lead", "name: other")(reviewed)
    move("writer", ".claude/agents/x/writer.md")(reviewed)
    edit(".claude/agents/x/writer.md", "Read, Write", "Read, Write, Edit")(reviewed)
    write(reviewed, {AT["writer"]: agent("successor", "tools: Read\n")})
    edit("all", "name: all", "name: every")(reviewed)
    reviews = judge(reviewed)
    assert {name: review.state for name, review in reviews.items() if review.state != "current"} == {
        "writer": "stale",
        "successor": "never",
    }
    assert reviews["writer"].last
    assert main(["review", "other", "writer", "--by", "Security"]) == 0
    after = (reviewed / NAME).read_text(encoding="utf-8")
    assert after.count("- agent:") == text.count("- agent:")
    assert "path: .claude/agents/x/other.md" in after
    assert "agent: lead" not in after


def test_a_copy_has_no_review(reviewed: Path) -> None:
    write(reviewed, {".claude/agents/copy.md": LEAD.replace("name: lead", "name: copy")})
    assert {name: review.state for name, review in judge(reviewed).items()}["copy"] == "never"


def test_a_review_of_another_form_is_never_current(reviewed: Path) -> None:
    rewrite(NAME, lambda text: text.replace("form: 1", "form: 0", 1))(reviewed)
    (state,) = {review.state for review in judge(reviewed).values()} - {"current"}
    assert state == "other_form"
    rewrite(NAME, lambda text: text.replace("form: 0", "form: 1").replace("state:", "power:", 1))(reviewed)
    assert [review.state for review in judge(reviewed).values()].count("other_form") == 1


# --- the pages


def render(root: Path) -> dict[str, str]:
    return {output.uri: str(output.content) for output in build(root, OPTIONS).outputs if output.is_page}


def read_text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def test_the_page_lists_what_is_to_be_looked_at_first(reviewed: Path) -> None:
    edit("lead", "model: sonnet", "model: opus")(reviewed)
    edit("writer", "You write.", "You edit.")(reviewed)
    remove("cur")(reviewed)
    write(reviewed, {".claude/agents/new.md": agent("new", "tools: Read\n")})
    pages = render(reviewed)
    parts = pages["reviews.md"].split("<h2")
    text = read_text(pages["reviews.md"])
    for part, head, names in zip(
        parts[1:],
        ("To be looked at again 2", "Never reviewed 1", "Reviewed, and gone 1", "Current 5"),
        (("lead", "writer"), ("new",), ("cur",), ("all", "coder", "cop", "open", "px")),
        strict=True,
    ):
        assert head in read_text(f"<{part}")
        assert tuple(re.findall(r'"(?: dir="auto")?>([^<]+)</(?:a|strong)>', part)) == names
    assert "model: sonnet → opus line 6" in text
    assert "another prompt" in text
    assert "Reviewed by Security on 2026-03-01." in text
    lines = {name: read_text(pages[f"agents/{name}.md"]) for name in ("lead", "writer", "new", "all")}
    assert "Reviewed by Security on 2026-03-01. Since then: changed: model." in lines["lead"]
    assert "Since then: another prompt." in lines["writer"]
    assert "Never reviewed." in lines["new"]
    assert "Reviewed by Security on 2026-03-01. Nothing has changed since." in lines["all"]


def test_a_server_that_is_gained_is_one_change(reviewed: Path) -> None:
    set_servers(more={"command": "more"})(reviewed)
    assert list_stale(reviewed)["all"] == "gained `more`"


def test_hashes_are_not_shown(reviewed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_servers(docs={"command": "npx", "args": ["docs-mcp@2.0.0"]})(reviewed)
    set_settings(allow=["Bash"])(reviewed)
    capsys.readouterr()
    assert main(["review"]) == 0
    out = capsys.readouterr().out
    assert "docs arguments: as reviewed → different" in out
    assert "~ setting .claude/settings.json: as reviewed → different" in out
    pages = "".join(render(reviewed).values())
    hashes = re.findall(r"#([0-9a-f]{8,20})'", (reviewed / NAME).read_text(encoding="utf-8"))
    assert hashes
    assert not [value for value in hashes if value in out or value in pages]


def test_a_long_list_has_parts(reviewed: Path) -> None:
    write(reviewed, {f".claude/agents/n{n}.md": agent(f"n{n}", "tools: Read\n") for n in range(5)})
    outputs = build(reviewed, replace(OPTIONS, page_limits=PageLimits(entries=3))).outputs
    pages = {output.uri: str(output.content) for output in outputs if output.uri.startswith("reviews")}
    parts = {
        uri: re.findall(r'<li><a href="[^"]*"(?: dir="auto")?>(\w+)<', html) for uri, html in pages.items()
    }
    assert parts["reviews/state/never.md"] == ["n0", "n1", "n2"]
    assert sum(map(len, parts.values())) - len(parts["reviews.md"]) == 13
    assert 'id="current"' in pages["reviews.md"]


def test_nothing_is_shown_without_a_file(reviewed: Path) -> None:
    (reviewed / NAME).unlink()
    pages = render(reviewed)
    assert "reviews.md" not in pages
    assert not [uri for uri, html in pages.items() if "eviewed" in html]


def test_what_is_written_in_a_record_is_only_text(tmp_path: Path) -> None:
    write(tmp_path, REPOSITORY | {NAME: REVIEWS.replace("As agreed.", "<script>x</script>")})
    page = render(tmp_path)["reviews.md"]
    assert "<b>gone" not in page
    assert "<i>Lead" not in page
    assert "<script>x" not in page
    assert "&lt;b&gt;gone" in page


# --- the command and its file


def test_what_only_the_record_knows_has_no_place(reviewed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit("lead", "model: sonnet\n", "")(reviewed)
    capsys.readouterr()
    assert main(["review", "lead"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "  - model: was sonnet" in lines


def test_the_command_lists_what_changed(reviewed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit("lead", TOOLS, f"{TOOLS}, Edit")(reviewed)
    edit("lead", "You lead.", "You rule.")(reviewed)
    write(reviewed, {".claude/agents/new.md": agent("new", "tools: Read\n")})
    capsys.readouterr()
    assert main(["review"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"lead (.claude/agents/lead.md): reviewed by Security on {DAY}; since then:",
        "  ~ capability Changes files: through → explicit  [.claude/agents/lead.md:4:1, listed]",
        "  + tool Edit: allowed  [.claude/agents/lead.md:4:1, listed]",
        "  ~ the prompt is another one",
        "new (.claude/agents/new.md): never reviewed",
        "1 to be looked at again, 1 never reviewed, 7 current",
    ]
    assert main(["review", "--exit-code"]) == 1
    assert main(["review", "writer", "--exit-code"]) == 0
    assert main(["review", "nobody"]) == 2
    capsys.readouterr()
    assert main(["review", "--by", "Security"]) == 2, "all agents are named, too"
    assert "name the agents" in capsys.readouterr().err
    assert main(["review", "lead", "--by", " "]) == 2
    assert "name a role" in capsys.readouterr().err
    assert main(["review", "lead", "new", "--by", "Platform\nlead"]) == 0
    assert list_stale(reviewed) == {}
    assert main(["review", "--exit-code"]) == 0
    assert judge(reviewed)["lead"].last.by == "Platform lead"  # type: ignore[union-attr]


def test_what_people_wrote_stays(reviewed: Path) -> None:
    file = reviewed / NAME
    text = file.read_text(encoding="utf-8")
    text = text.replace("- agent: lead\n", "# About lead.\n- agent: lead\n  note: Asked twice.\n")
    text = f"# Ours.\n{text}# The end.\n"
    file.write_text(text, encoding="utf-8")
    assert main(["review", ".", "--by", "Security"]) == 0
    assert file.read_text(encoding="utf-8") == text, "who looks again on the same day records nothing new"
    edit("lead", "model: sonnet", "model: opus")(reviewed)
    write(reviewed, {".claude/agents/kim.md": agent("kim", "tools: Read\n")})
    assert main(["review", "lead", "kim", "--by", "Security"]) == 0
    after = file.read_text(encoding="utf-8").splitlines()
    assert set(text.splitlines()) - set(after) == {"    model: {model: sonnet}"}
    assert after[0] == "# Ours."
    assert after[-1] == "# The end."
    assert after[after.index("- agent: lead") - 1] == "# About lead."
    names = [line.partition(": ")[2] for line in after if line.startswith("- agent:")]
    assert names == sorted(names, key=str.casefold)


def test_branches_that_review_different_agents_merge(reviewed: Path) -> None:
    run(reviewed, "git", "init", "-q", "-b", "main")
    run(reviewed, "git", "add", "-A")
    run(reviewed, "git", "commit", "-qm", "x")
    for branch, name in (("one", "lead"), ("two", "open")):
        run(reviewed, "git", "checkout", "-q", "-b", branch, "main")
        edit(name, "o", "o" * 9)(reviewed)
        assert main(["review", name, "--by", f"Team {branch}"]) == 0
        run(reviewed, "git", "commit", "-qam", branch)
    run(reviewed, "git", "merge", "-q", "one", "-m", "both")
    roles = {review.last.by for review in judge(reviewed).values() if review.last}
    assert roles == {"Security", "Team one", "Team two"}


def test_a_file_that_is_no_text_is_left_alone(reviewed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (reviewed / NAME).write_bytes(b"reviews:\n# \xff\n")
    assert main(["review", "lead", "--by", "Security"]) == 2
    assert "is not UTF-8" in capsys.readouterr().err
    assert (reviewed / NAME).read_bytes() == b"reviews:\n# \xff\n"


@pytest.mark.parametrize(
    "text",
    ["reviews: []\n", "reviews: [", "- a\n", "reviews:\n    -\n        agent: x\n", 'reviews: {"a": 1}\n'],
)
def test_a_file_that_cannot_be_kept_is_left_alone(
    text: str, reviewed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (reviewed / NAME).write_text(text, encoding="utf-8")
    code = main(["review", "lead", "--by", "Security"])
    after = (reviewed / NAME).read_text(encoding="utf-8")
    assert (code, after) == (2, text) or (code == 0 and judge(reviewed)["lead"].state == "current")
    assert code == 0 or NAME in capsys.readouterr().err


# --- what is wrong in the file

RECORD = (
    "agent: lead, path: a.md, by: Security, day: 2026-03-01, form: 1, prompt: x, "
    "rights: {state: {start: starts}}"
)


def say_findings(root: Path, check: str = "invalid_review") -> list[str]:
    return [str(item) for item in check_catalog(root, OPTIONS).diagnostics if item.check == check]


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("reviews: [", "1:11", "not valid YAML", ""),
        ("- a", "1:1", "no list of keys and values", ""),
        ("review: []", "1:1", "a file of reviews knows no `review`", "`reviews`"),
        ("reviews: {a: b}", "1:1", "`reviews` is a list", ""),
        ("reviews: [no]", "1:11", "made of `key: value` lines", "`agent`"),
        ("reviews:\n  - {agent: x}", "2:5", "a review has `agent`", ""),
        ("reviews:\n  - {agent: [x]}", "2:6", "a review has `agent`", ""),
        (f"reviews:\n  - {{{RECORD.replace('by', 'who')}}}", "2:31", "a review knows no `who`", "there are"),
        (f"reviews:\n  - {{{RECORD.replace('2026-03-01', 'soon')}}}", "2:45", "`day` is a day", ""),
        (f"reviews:\n  - {{{RECORD.replace('form: 1', 'form: one')}}}", "2:62", "`form` is a number", ""),
        (f"reviews:\n  - {{{RECORD.replace('{start: starts}', 'x')}}}", "2:91", "`rights` holds", ""),
        (f"reviews:\n  - {{{RECORD}}}\n  - {{{RECORD}}}", "3:5", "two reviews of `lead`", "remove"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else None,
)
def test_mistakes_have_a_place_and_a_hint(
    text: str, place: str, message: str, hint: str, tmp_path: Path
) -> None:
    write(tmp_path, {**FILES, NAME: text})
    (finding,) = say_findings(tmp_path)
    assert finding.startswith(f"{NAME}:{place}: ")
    assert message in finding
    assert hint in finding


def test_a_file_holds_the_reviews_of_a_large_catalog(tmp_path: Path) -> None:
    records = "".join(f"- {{{RECORD.replace('lead', f'a{number}')}}}\n" for number in range(3_000))
    reviews = parse_reviews(f"reviews:\n{records}", NAME)
    assert len(reviews.records) == 3_000
    assert reviews.problems == ()


def test_a_mistake_leaves_the_other_records(reviewed: Path) -> None:
    rewrite(NAME, lambda text: text.replace("day: 2026-03-01", "day: never", 1))(reviewed)
    assert [review.state for review in judge(reviewed).values()].count("current") == 7
    assert len(say_findings(reviewed)) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"reviews: &r [*r]",
        b"reviews: " + b"[" * 5000,
        b"reviews:\n" + b"- {agent: a}\n" * 2000,
        b"\x00\xff\xfe" * 1000,
        b"x" * 1_200_000,
        b"reviews: [{? [a, b] : c}]",
        b"reviews: [{agent: !!python/object:os.system a}]",
        f"reviews: [{{{RECORD.replace('start: starts', '1: 2, ~: ~')}}}]".encode(),
        b"a: " + b"9" * 5000,
    ],
    ids=lambda data: data[:20].decode("latin-1"),
)
def test_hostile_files_end_in_a_finding(data: bytes, tmp_path: Path) -> None:
    write(tmp_path, FILES)
    (tmp_path / NAME).write_bytes(data)
    findings = say_findings(tmp_path)
    assert findings
    assert all(re.match(r"\S+:\d+:\d+: ", line) for line in findings)


def test_hostile_records_are_only_text(reviewed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rights = "{capability: {'<b>\\e[31m': x}, tool: {'a\\nb': 'c: d: e'}, state: {start: '::error::x'}}"
    text = f"reviews: [{{{RECORD.replace('{state: {start: starts}}', rights).replace('a.md', AT['lead'])}}}]"
    (reviewed / NAME).write_text(text.replace("'", '"'), encoding="utf-8")
    capsys.readouterr()
    assert main(["review", "lead"]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "- capability" in out
    assert say_findings(reviewed, "stale_review")


def test_reviews_in_another_file(reviewed: Path) -> None:
    assert say_findings(reviewed) == []
    plugins = "plugins: [{agent-catalog: {reviews: docs/own.yml}}]\n"
    write(reviewed, {"mkdocs.yml": f"site_name: a\n{plugins}"})
    (finding,) = say_findings_with_options(reviewed)
    assert finding.startswith("docs/own.yml:1:1: cannot be read")
    (reviewed / "docs").mkdir()
    (reviewed / NAME).rename(reviewed / "docs/own.yml")
    assert say_findings_with_options(reviewed) == []


def say_findings_with_options(root: Path) -> list[str]:
    options = replace(read_project(root, None).options, replay=False)
    return [str(item) for item in check_catalog(root, options).diagnostics if item.check == "invalid_review"]
