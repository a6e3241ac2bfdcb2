"""Pages without MkDocs: what each holds, and that nothing on it collides."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest
from mkdocs_agent_catalog.build import BuiltCatalog, Options, build
from mkdocs_agent_catalog.checks.registry import DEFAULT_LEVELS
from mkdocs_agent_catalog.model.address_lock import NAME as LOCK
from mkdocs_agent_catalog.model.address_lock import AddressLock, LockEntry, dump_lock
from mkdocs_agent_catalog.pages.pagination import PageLimits
from sites import HOSTILE, REPOSITORY, agent, write

BACKEND = """---
name: backend
description: Builds services. Use it for APIs.
allowed-tools:
  - Read
  - Bash
  - mcp__docs__find
  - mcp__docs__query
---

# Backend

**Role**: Engineer.

## Habilidades

| Skill | Quando usar |
|-------|-------------|
| `planning` | **Sempre** - antes de tudo |
| `testing` | Ao criar endpoints |

## Tools MCP

| Tool | Para |
|------|------|
| `mcp__docs__*` | Libraries |

- Capability one

### Output
"""


def site_of(repo: Path, files: dict[str, str], **options: object) -> BuiltCatalog:
    write(repo, files)
    return build(repo, Options(**options))  # type: ignore[arg-type]


def page(site: BuiltCatalog, uri: str) -> str:
    return next(output.content for output in site.outputs if output.uri == uri)


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_an_agent_page_says_all_its_file_says(tmp_path: Path) -> None:
    site = site_of(tmp_path, {"agents/backend.md": BACKEND})
    html = page(site, "agents/backend.md")
    shown = words(html)
    assert "The file lists 4 tools under allowed-tools" in shown
    for word in ("@agent-backend", "agents/backend.md:4", "Role : Engineer.", "Capability one", "Output"):
        assert word in shown, word
    assert '<a href="../../skills/planning/">planning</a>' in html
    assert "<strong>Sempre</strong> - antes de tudo" in html
    assert 'href="../../servers/docs/#tool-find"' in html
    skill = words(page(site, "skills/planning.md"))
    assert "Sempre - antes de tudo" in skill
    assert "was not found in the repository" in skill
    assert "Libraries" in words(page(site, "servers/docs.md"))


def test_sections_stand_in_the_order_in_which_they_are_needed(tmp_path: Path) -> None:
    files = {
        "agents/backend.md": BACKEND.replace("description:", "extra: 1\ndescription:"),
        "agents/b.md": agent("b", body="Ask `backend`."),
    }
    html = page(site_of(tmp_path, files), "agents/backend.md")
    sections = re.findall(r'<h2 id="([\w-]+)"', html)
    assert sections == ["prompt", "permissions", "connections", "problems", "similar", "fields"]
    below = re.findall(r'<h3 id="(\w+)"', html)
    assert below == ["tools", "skills", "servers", "agents"]


def test_no_id_stands_twice_and_every_heading_has_its_own(tmp_path: Path) -> None:
    more = "tools: Bash(git:*), Bash(npm:*), Bash, bash, bash_, mcp__s__a, mcp__s__A, Read, READ\n"
    files = REPOSITORY | {
        "agents/hostile.md": HOSTILE,
        "agents/many.md": agent("many", more, "# Tools\n\n## Tools\n\n# Prompt\n\n### agent\n"),
    }
    for output in site_of(tmp_path, files).outputs:
        if output.is_page:
            ids = re.findall(r'\sid="([^"]+)"', output.content)
            assert len(ids) == len(set(ids)), output.uri
            assert {heading.id for heading in output.headings} <= output.anchors, output.uri


def test_examples_of_a_description_are_dialogues(tmp_path: Path) -> None:
    text = agent("a").replace(
        "Does a.", r'"Does a.\n\n<example>\nContext: A bug\nuser: \"Help\"\nassistant: \"Yes\"\n</example>"'
    )
    html = page(site_of(tmp_path, {"agents/a.md": text}), "agents/a.md")
    assert "Example: A bug" in words(html)
    assert '<div class="ac-turn ac-turn--user">' in html


def test_a_tool_page_lists_who_has_it_and_how(tmp_path: Path) -> None:
    site = site_of(tmp_path, REPOSITORY)
    shown = words(page(site, "tools/bash.md"))
    assert "Allowed: specifier not enforced 1" in shown
    assert "Bash(git:*)" in shown
    assert "Denied 1" in shown
    assert "Inherited 5" in shown
    assert "npx" in words(page(site, "servers/docs.md"))


def test_the_matrix_tells_every_state_in_words(tmp_path: Path) -> None:
    site = site_of(tmp_path, REPOSITORY | {"agents/one/none.md": agent("none", "tools: []\n")})
    for uri, states in {
        "matrix.md": (
            "allowed: specifier not enforced: Bash(git:*)",
            "denied",
            "inherits all tools",
            "inherits all tools: its tool list is ignored",
            "no tools (the list is empty)",
        ),
        "matrix/declared.md": (
            "granted with a specifier: Bash(git:*)",
            "denied",
            "inherits all tools (no tools declared)",
            "no tools (the list is empty)",
            "listed under a key that is not read",
        ),
        "matrix/difference.md": (
            "specifier not enforced: more can be used than is listed: Bash(git:*)",
            "inherits all tools: its tool list is ignored",
        ),
    }.items():
        html = page(site, uri)
        shown = words(html) + " ".join(re.findall(r'aria-label="([^"]*)"', html))
        for state in states:
            assert state in shown, (uri, state)
    html = page(site, "matrix.md")
    assert re.search(r'<th scope="colgroup"[^>]* title="Execution"', html)
    assert '<th scope="rowgroup"' in html
    assert html.count("<tr") == html.count("</tr>")
    assert html.count("<td") == html.count("</td>")


def test_a_large_matrix_stays_small_and_folds_what_is_rare(tmp_path: Path) -> None:
    files = {
        f"agents/g{n % 7}/a{n}.md": agent(f"a{n}", f"tools: Read, tool{n % 330}, mcp__s{n % 9}__t{n}\n")
        for n in range(430)
    }
    site = site_of(tmp_path, files)
    html = page(site, "matrix.md")
    assert html.count("<td") + html.count("<th") <= PageLimits().cells * 1.1
    assert "rare tools" in html
    assert words(html).count("tool329") >= 1
    header = next(o.content for o in site.outputs if o.uri == "matrix.csv").splitlines()[0]
    assert "tool329" in header
    assert "mcp__s8__t8" in header


def test_a_hidden_finding_is_nowhere(tmp_path: Path) -> None:
    files = {"agents/a.md": agent("a", "tools: Grpe\n")}
    site = site_of(tmp_path, files, levels={"unknown_tool": "ignore"})
    assert not any("unknown_tool" in output.content for output in site.outputs if output.is_page)


@pytest.mark.parametrize("directory_urls", [True, False])
def test_skipped_files_are_listed_with_the_reason(tmp_path: Path, directory_urls: bool) -> None:
    files = {"agents/README.md": "# Notes\n", "agents/prose.md": "Only words.\n"}
    html = page(site_of(tmp_path, files, use_directory_urls=directory_urls), "problems.md")
    shown = words(html.replace("<wbr>", ""))
    assert "Not an agent: its file name says that it is documentation 1 agents/README.md" in shown
    assert "agents/prose.md" in shown


def test_files_that_are_only_skipped_come_after_what_is_to_be_fixed_and_fold(tmp_path: Path) -> None:
    files = {f"agents/part{n}/README.md": "# Notes\n" for n in range(45)}
    files |= {".claude/agents/a.md": agent("a", "tools: Read, MultiEdit\n")}
    html = page(site_of(tmp_path, files, levels=DEFAULT_LEVELS), "problems.md")
    assert re.findall(r'<h2 id="(fix|unread)"', html) == ["fix", "unread"]
    shown, folded = html.partition('id="unread"')[2].partition("<h2")[0].split("and 15 more")
    assert (shown.count('class="ac-place"'), folded.count('class="ac-place"')) == (30, 15)


def test_files_that_are_not_read_come_first_and_add_up(tmp_path: Path) -> None:
    files = {
        ".claude/agents/README.md": "# Notes\n",
        ".claude/agents/prose.md": "Only words.\n",
        ".claude/agents/broken.md": "---\nname: broken\ndescription: a\n\n<b>\nc: d: e\n</b>\n---\n",
        ".claude/settings.json": "{",
        ".claude/agents/none.md": agent("none", "tools: vite\n"),
    }
    html = page(site_of(tmp_path, files, levels=DEFAULT_LEVELS), "problems.md")
    unread = html.partition('id="unread"')[2].partition("<h2")[0].replace("<wbr>", "")
    shown = words(unread)
    assert "4 to fix · 4 files are not read" in words(html.partition("<h2")[0])
    assert shown.startswith(">Files that are not read 4") or "Files that are not read 4" in shown
    # All who cannot be called are counted, whatever group their file is in.
    assert "1 more cannot be called, as its file is not read." in words(html)
    # A reason is said once, above its files; what it means is folded.
    assert "It has no frontmatter on its first line 1" in shown
    for path in list(files)[:-1]:
        assert unread.count(f'"ac-where">{path}<') == 1, path
        assert path.removeprefix(".claude/") in shown
    ids = re.findall(r'<h2 id="(\w+)"', html)
    assert ids[:2] == ["unread", "start"]
    assert "none.md" not in shown


def test_problems_are_told_by_cause_the_worst_first(tmp_path: Path) -> None:
    files = {
        ".claude/agents/gone.md": "---\nname: gone\n---\n\nNo description.\n",
        **{f".claude/agents/{name}.md": agent(name, "tools: Read, MultiEdit\n") for name in "abc"},
        ".claude/agents/d.md": agent("d", "permissionMode: bypassPermissions\n"),
    }
    html = page(site_of(tmp_path, files, levels=DEFAULT_LEVELS), "problems.md")
    assert re.findall(r'id="(unread|start|fix|notes|check-\w+)"', html) == [
        *("start", "check-not_loaded"),
        *("fix", "check-retired_tool"),
        *("notes", "check-bypassed_permissions"),
    ]
    shown = words(html)
    assert "4 to fix · 1 note" in shown
    assert "A listed tool no longer exists 3 The entry grants nothing." in shown
    assert shown.count("MultiEdit") == 1, "what is the same in several files is said once"
    assert '<a href="../agents/b/#problems" dir="auto">b</a>' in html


def test_a_link_to_another_definition_leads_to_its_page(tmp_path: Path) -> None:
    body = "[b](../two/b.md#first-step), [s](../skills/s/SKILL.md), [gone](../two/c.md), [out](../../../x.md)"
    files = {
        "agents/one/a.md": agent("a", body=body),
        "agents/two/b.md": agent("b", body="## First step"),
        "agents/skills/s/SKILL.md": agent("s"),
    }
    html = page(site_of(tmp_path, files), "agents/one/a.md")
    assert '<a href="../../two/b/#prompt-first-step">b</a>' in html
    assert '<a href="../../../skills/s/">s</a>' in html
    assert '<a href="../../two/c' not in html


def test_the_page_says_what_another_key_turns_on(tmp_path: Path) -> None:
    files = {"agents/a.md": agent("a", "tools: Read\nmemory: user\n")}
    html = page(site_of(tmp_path, files), "agents/a.md")
    assert "Changes files" in words(html)
    assert 'href="../../grants/#rule-memory"' in html


UNREADABLE = (
    '---\nname: a\ndescription: b: c\n\n<example>\nuser: "d: e"\n</example>\n\n'
    "tools: Bash, mcp__docs__x\nskills: [b]\n---\n`mcp__docs__find`\n"
)


def test_a_file_that_is_not_loaded_says_so_and_is_given_nothing(tmp_path: Path) -> None:
    files = {".claude/agents/a.md": UNREADABLE, ".claude/agents/b.md": agent("b", "tools: Read\n")}
    site = site_of(tmp_path, files)
    shown = words(page(site, "agents/a.md"))
    assert "This file is not loaded" in shown
    assert "Claude Code does not load this file: this agent cannot be called, and has no tools." in shown
    assert "write description: | and its text below it" in shown
    assert "inherits all tools" not in shown
    assert "Call it" not in shown
    for uri in ("matrix.md", "matrix/declared.md"):
        assert "✗ not loaded: its frontmatter cannot be read" in words(page(site, uri)), uri
    assert "not loaded" in words(page(site, "agents/index.md"))
    assert "Used by" not in words(page(site, "tools/bash.md"))
    assert not site.catalog.get_links_from("agent", "a")
    assert {skill.id for skill in site.catalog.skills} == set()
    assert {server.id for server in site.catalog.servers} == set()


def test_a_plugins_file_that_cannot_be_read_is_registered_with_every_tool(tmp_path: Path) -> None:
    files = {".claude-plugin/plugin.json": '{"name": "kit"}', "agents/x.md": UNREADABLE}
    site = site_of(tmp_path, files)
    assert {link.strongest for link in site.catalog.get_links_from("agent", "kit/x")} == {"named"}
    shown = words(page(site, "agents/kit/x.md"))
    assert "The frontmatter of this file is not read" in shown
    assert "is registered under the name of its file, and inherits all tools" in shown
    assert "@agent-kit:x" in shown


@pytest.mark.parametrize(
    ("more", "title"),
    [
        ("tools: vite, jest\n", "This agent cannot be started"),
        ("model: a: b\n", "The frontmatter of this file is not valid YAML; the runtime repairs it"),
    ],
)
def test_what_is_wrong_with_a_file_stands_at_the_head_of_its_page(
    tmp_path: Path, more: str, title: str
) -> None:
    site = site_of(tmp_path, {"agents/a.md": agent("a", more)})
    cannot_start = more.startswith("tools")
    assert ("✗ cannot be started" in words(page(site, "matrix.md"))) is cannot_start
    assert ("Cannot be called cannot be started" in words(page(site, "agents/index.md"))) is cannot_start
    shown = words(page(site, "agents/a.md"))
    assert title in shown
    assert shown.index(title) < shown.index("Permissions")


FIFTEEN = (
    "Read, Write, Edit, MultiEdit, Grep, Glob, Bash, LS, WebSearch, WebFetch, TodoWrite, Task, Skill, "
    "mcp__docs__find, mcp__docs__query"
)


@pytest.mark.parametrize(("profile", "total"), [("claude-code", "all"), ("allowed-tools", "15")])
def test_fifteen_tools_under_a_key_that_one_runtime_reads(tmp_path: Path, profile: str, total: str) -> None:
    site = site_of(tmp_path, {"agents/a.md": agent("a", f"allowed-tools: [{FIFTEEN}]\n")}, profile=profile)
    cells = re.findall(r'<td class="ac-total">([^<]*)</td>', page(site, "matrix.md"))
    assert cells == [total]
    shown = words(page(site, "agents/a.md"))
    assert ("The file lists 15 tools under allowed-tools" in shown) is (total == "all")


def test_the_rules_stand_below_their_runtimes(tmp_path: Path) -> None:
    files = {"agents/a.md": agent("a"), ".opencode/agents/b.md": "---\ndescription: B.\n---\nB.\n"}
    html = page(site_of(tmp_path, files), "grants.md")
    first, second = html.index('id="rules-claude-code"'), html.index('id="rules-opencode"')
    assert first < html.index('id="rule-listed"') < second < html.index('id="rule-oc-default"')
    assert html.count("<details") == 2, "so long a list is folded by runtime"
    assert '<h3 id="groups-read">' in html


def test_a_value_of_a_filter_is_one_value_whatever_signs_it_has(tmp_path: Path) -> None:
    site = site_of(tmp_path, {"agents/a.md": agent("a", 'model: "b|c"\n')})
    assert 'data-model="b c"' in page(site, "agents/index.md")


def test_what_is_declared_of_unknown_tools_names_no_key_that_the_file_lacks(tmp_path: Path) -> None:
    text = "---\nname: a\ndescription: A.\nallowedTools: [read]\n---\nWork.\n"
    site = site_of(tmp_path, {".kiro/agents/a.md": text})
    assert "? tools not known" in words(page(site, "matrix/declared.md"))


def test_the_matrix_calls_no_agent_removed_whose_id_another_has_today(tmp_path: Path) -> None:
    def entry(permanent: str, id: str, day: str | None) -> LockEntry:
        return LockEntry("agent", permanent, id, permanent, addresses=(f"agents/{id}/",), gone=day)

    gone = (
        entry("first", "x", "2026-01-02"),
        entry("last", "x", "2026-02-02"),
        entry("old", "a", "2026-01-02"),
    )
    lock = AddressLock((*gone, entry("a", "a", None)))
    files = {"agents/a.md": agent("a", "tools: Read\n"), LOCK: dump_lock(lock)}
    matrix = page(site_of(tmp_path, files), "matrix.md")
    key = json.loads(html.unescape(re.findall('data-key="([^"]*)"', matrix)[0]))
    assert {id: name for id, (name, _address) in key["gone"].items()} == {"x": "last"}


@pytest.mark.parametrize("tools", ["tools: []\n", ""])
@pytest.mark.parametrize("uri", ["matrix.md", "matrix/declared.md"])
def test_a_matrix_without_columns_says_no_more_than_the_files(tmp_path: Path, tools: str, uri: str) -> None:
    text = words(page(site_of(tmp_path, {"agents/a.md": agent("a", tools)}), uri))
    assert "No agent lists a tool." in text
    assert ("1 of 1 inherits all tools" in text) is (uri == "matrix.md" and not tools)


def test_code_in_a_reason_is_no_back_tick_where_only_text_can_be(tmp_path: Path) -> None:
    files = {".codex/agents/a.toml": 'description = "x"\n', "agents/b.md": agent("b", "tools: Read\n")}
    site = site_of(tmp_path, files)
    assert "✗ not loaded: it has no name" in words(page(site, "matrix.md"))
    problems = next(output for output in site.outputs if output.uri == "problems.md")
    assert any("has no name" in heading.text for heading in problems.headings)
    assert not any("`" in heading.text for heading in problems.headings)
