"""The list of tools and the page of a tool: what agents list comes first, each rule is said once."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

from mkdocs_agent_catalog.build import BuiltCatalog, Options, build
from mkdocs_agent_catalog.pages.pagination import PageLimits
from sites import agent, write

FILES = {
    "agents/ops/runner.md": agent("runner", "tools: Bash, Read\n"),
    "agents/ops/second.md": agent("second", "tools: Bash, WebFetch\n"),
    "agents/ops/part.md": agent("part", "tools: Bash(git:*)\n"),
    "agents/ops/planner.md": agent("planner", "tools: Agent(runner), mcp__docs__find\n"),
    "agents/ops/wrong.md": agent("wrong", "tools: Read, Nonsense\n"),
    **{f"agents/web/a{n}.md": agent(f"a{n}") for n in range(13)},
}


def build_site(root: Path, **options: object) -> BuiltCatalog:
    write(root, FILES)
    return build(root, Options(**options))  # type: ignore[arg-type]


def read_page(site: BuiltCatalog, uri: str) -> str:
    return str(next(output for output in site.outputs if output.uri == uri).body.html)


def read_text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def read_rows(html: str) -> list[list[str]]:
    rows = html.partition("<tbody>")[2].partition("</tbody>")[0].split("<tr")[1:]
    return [[read_text(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)] for row in rows]


def test_tools_stand_by_how_many_agents_list_them(tmp_path: Path) -> None:
    html = read_page(build_site(tmp_path), "tools/index.md")
    used = html.partition('id="used"')[2].partition("<h2")[0]
    rows = read_rows(used)
    assert [(row[0].split()[0], row[3]) for row in rows[:2]] == [("Bash", "3"), ("Read", "2")]
    assert {row[0] for row in rows[2:]} == {
        "WebFetch Reaches the network",
        "Agent Delegates to agents",
        "docs Calls MCP servers",
    }
    assert rows[0][0] == "Bash Runs commands", "its sign is said in words, too"
    assert rows[0][4] == "13"
    assert "13 of 18 agents inherit all tools." in read_text(html)


def test_unknown_names_and_what_no_agent_lists_are_folded(tmp_path: Path) -> None:
    html = read_page(build_site(tmp_path), "tools/index.md")
    unknown = html.partition('id="unknown"')[2].partition("<h2")[0]
    assert "Show 1 name Nonsense 1 agent" in read_text(unknown), "it is no tool, and in no table of tools"
    unused = html.partition('id="unused"')[2]
    assert '<details class="ac-fold">' in unused
    assert "<code>Write</code>" in unused
    assert html.index('id="used"') < html.index('id="unknown"') < html.index('id="unused"')


def test_the_anchors_of_the_groups_lead_to_their_first_tool(tmp_path: Path) -> None:
    html = read_page(build_site(tmp_path), "tools/index.md")
    for group in ("read", "write", "search", "execution", "web", "delegation", "mcp", "unknown"):
        assert html.count(f'id="group-{group}"') == 1, group


def test_each_rule_is_said_once_above_its_agents(tmp_path: Path) -> None:
    html = read_page(build_site(tmp_path), "tools/bash.md")
    sections = {
        anchor: read_text(html.partition(f'id="outcome-{anchor}"')[2].partition("<h2")[0])
        for anchor in ("unenforced", "allowed", "inherited")
    }
    assert "Bash(git:*)" in sections["unenforced"]
    assert sections["allowed"].endswith("listed runner ops second ops")
    assert sections["allowed"].count("list has the tools that it lists") == 1
    assert "a0 web" in sections["inherited"]
    assert list(sections) == re.findall(r'<h2 id="outcome-(\w+)"', html), "risk first"


def test_the_page_opens_with_the_risk(tmp_path: Path) -> None:
    html = read_page(build_site(tmp_path), "tools/bash.md")
    top = html.partition("<h2")[0]
    assert 'class="ac-pill ac-pill--commands"' in top
    assert "16 of 18 agents have it : 3 explicit, 13 inherited." in read_text(top)
    assert "1 agent gets this done only through others" in top
    assert 'href="../../reach/#reach-commands-through"' in top
    assert "1 of them has no other tool." in read_text(top), "the one with `Bash(git:*)` only"
    assert "ac-pill" not in read_page(build_site(tmp_path), "tools/read.md")


def test_who_has_two_tools_is_one_link(tmp_path: Path) -> None:
    html = read_page(build_site(tmp_path), "tools/bash.md")
    link = re.search(r'<a class="ac-can ac-can--network" href="([^"]+)"[^>]*>WebFetch <small>(\d+)', html)
    assert link
    assert unescape(link[1]) == "../../agents/?tool=Bash&tool=WebFetch&all=tool"
    assert link[2] == "14"


def test_where_the_index_shows_no_agents_nothing_leads_to_its_filter(tmp_path: Path) -> None:
    site = build_site(tmp_path, page_limits=PageLimits(cards=5))
    assert "?tool=" not in read_page(site, "tools/bash.md")


SERVERS = {
    ".mcp.json": '{"mcpServers": {"docs": {"url": "x"}, "maps": {"url": "x"}, "bare": {"url": "x"}}}',
    ".claude/settings.json": '{"permissions": {"allow": ["mcp__docs__find"]}}',
    ".claude/agents/only.md": agent("only", "tools: mcp__docs__find\n"),
    ".claude/agents/more.md": agent("more", "tools: Read, mcp__docs__find\n"),
    ".claude/agents/other.md": agent("other", "tools: Read, maps/*\n", "Ask `mcp__docs__find` first.\n"),
    ".claude/agents/heir.md": agent("heir"),
    ".claude/agents/denied.md": agent("denied", "disallowedTools: mcp__docs\n"),
}


def test_what_is_listed_under_an_older_name_or_in_vain_is_counted_as_listed(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            ".claude/agents/old.md": agent("old", "tools: Task, TeamCreate\n"),
            ".claude/agents/new.md": agent("new", "tools: Agent, mcp__docs__find\n"),
            ".claude/agents/denied.md": agent("denied", "disallowedTools: Bash\n"),
        },
    )
    site = build(tmp_path, Options())
    html = read_page(site, "tools/index.md").partition('id="used"')[2].partition('id="unused"')[0]
    assert read_text(html).startswith(">Listed by agents 3 tools 1 MCP server")
    assert "Bash" not in html
    rows = {row[0].split()[0]: row[3] for row in read_rows(html)}
    assert rows == {"Agent": "2", "Task": "1", "TeamCreate": "0", "docs": "1"}
    assert "1 of 3 agents list it by this older name" in read_text(read_page(site, "tools/task.md"))
    assert "3 tools" in read_text(read_page(site, "index.md"))
    capabilities = read_page(site, "index.md").partition("ac-can--delegates")[2].partition("</li>")[0]
    assert "2 conditional" in read_text(capabilities)


def read_leads(html: str) -> list[str]:
    return [read_text(part.partition("</p>")[0])[2:].strip() for part in html.split("ac-lead")[1:]]


def test_a_server_says_what_breaks_without_it(tmp_path: Path) -> None:
    write(tmp_path, SERVERS)
    site = build(tmp_path, Options())
    docs, maps = (read_page(site, f"servers/{name}.md") for name in ("docs", "maps"))
    leads = [
        read_text(html.partition("ac-lead")[2].partition("</p>")[0])[2:].strip() for html in (docs, maps)
    ]
    assert leads == [
        "Claude Code Without it, 2 agents lack tools that their files list. 1 of them has no other tool. "
        "1 agent would lose its tools, which it inherits. 1 more file names it. 1 permission rule names it. "
        "Agent by agent: What if",
        "Claude Code Without it, no tool list breaks: none gives it by name. "
        "2 agents would lose its tools, which they inherit. "
        "1 entry of a tool list looks like it and gives nothing. Agent by agent: What if",
    ]
    assert ">heir</a>" in docs.partition('id="inherited"')[2].partition("<h2")[0]
    assert "allow .claude/settings.json:1" in read_text(docs.partition('id="rules"')[2])
    assert "other maps/*" in read_text(maps.partition('id="alike"')[2])


def test_a_server_says_who_has_it_in_each_runtime_that_it_is_configured_for(tmp_path: Path) -> None:
    write(tmp_path, SERVERS)
    maps = read_page(build(tmp_path, Options()), "servers/maps.md")
    assert read_leads(maps)[1:] == [
        "GitHub Copilot It reads 5 of these files, too. There 3 agents have it. 1 names it in its list.",
    ]
    copilot = read_text(maps.partition('id="runtimes"')[2])
    assert "allowed: 1" in copilot
    assert "other maps/*" in copilot


def test_who_has_no_tools_but_those_of_a_server_is_told_first(tmp_path: Path) -> None:
    write(
        tmp_path, {"agents/a.md": agent("a", "tools: mcp__docs__find\n"), ".mcp.json": SERVERS[".mcp.json"]}
    )
    site = build(tmp_path, Options())
    lead = read_page(site, "servers/docs.md").partition("ac-lead")[2]
    assert ">Without it, 1 agent has no tools: its file lists no others." in lead
    assert "No agent has it" in read_page(site, "servers/bare.md")


def test_who_stands_out_is_told_apart_from_those_of_other_runtimes(tmp_path: Path) -> None:
    # In Codex a reviewer has a shell, whatever its file says.
    files = {
        **{f".claude/agents/{n}.md": agent(f"{n}-reviewer", "tools: Read\n") for n in "abcd"},
        ".claude/agents/code.md": agent("code-reviewer", "tools: Bash\n"),
        ".codex/agents/code.toml": 'name = "code-reviewer"\ndescription = "d"\n'
        'developer_instructions = "p"\n',
    }
    write(tmp_path, files)
    home = read_text(read_page(build(tmp_path, Options()), "index.md"))
    assert "code-reviewer (Claude Code) can run commands" in home
    assert "the other 4 agents of Claude Code called “…reviewer” cannot." in home


def test_numbers_say_what_they_are_of(tmp_path: Path) -> None:
    files = {
        **{f".claude/agents/web/a{n}.md": agent(f"a{n}", "tools: Read\n") for n in range(4)},
        ".claude/agents/web/runner.md": agent("runner", "tools: Bash, Glob, TeamCreate\n"),
        ".claude/agents/web/broken.md": agent("broken", "tools: nothing_of_this\n"),
        ".claude/skills/plan/SKILL.md": agent("plan", body="Ask the `runner` agent.\n"),
        ".claude/skills/write/SKILL.md": agent("write"),
        ".claude/agents/guide.md": agent("guide", "tools: Read\n", "Load the `plan` and `write` skills.\n"),
    }
    write(tmp_path, files)
    site = build(tmp_path, Options())
    assert "runner can run commands; the other 4 working agents in “web” cannot." in read_text(
        read_page(site, "index.md")
    )
    runner = read_text(read_page(site, "agents/web/runner.md"))
    skills = read_text(read_page(site, "skills/index.md"))
    assert "2 skills are each named by 1 agent, and none by more." in skills
    assert "Permissions 2 of 3" in runner
    assert "Bash, Glob" in runner, "what it needs is said at the head"
    assert "names no skill" in runner
    conditional = runner.partition("why it is: conditional")[2].partition("But:")[2]
    assert "Source: " in conditional.partition("why it is")[0]


def test_beside_other_runtimes_only_who_can_have_a_tool_counts(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "agents/a.md": agent("a", "tools: Read, Edit, MultiEdit\n"),
            ".opencode/agents/b.md": "---\ndescription: B.\nmode: subagent\n---\nB.\n",
        },
    )
    site = build(tmp_path, Options())
    assert "1 of 1 agents of Claude Code have it" in read_text(read_page(site, "tools/read.md"))
    # A tool that is no more has no column beside the groups: its group tells the difference.
    row = re.search(r'<tr[^>]*data-id="a".*?</tr>', read_page(site, "matrix/difference.md"), re.S)
    assert row
    assert "ac-cell--lost" in row[0]
    assert 'title="MultiEdit"' in row[0]
    assert '<td class="ac-total">1</td>' in row[0]


def test_a_name_that_a_runtime_does_not_take_for_an_mcp_tool_leads_to_its_own_page(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            ".github/agents/b.agent.md": "---\nname: b\ndescription: d\ntools: [mcp__docs__find]\n---\nDo.\n",
            ".claude/agents/a.md": agent("a", "tools: Read, mcp__other__find\n"),
        },
    )
    outputs = {output.uri: output for output in build(tmp_path, Options()).outputs}
    urls = {tool["id"]: tool["url"] for tool in json.loads(str(outputs["catalog.json"].content))["tools"]}
    assert urls["github-copilot/mcp__docs__find"] == "tools/github-copilot/mcp__docs__find/"
    assert urls["mcp__other__find"] == "servers/other/#tool-find"
    for url in urls.values():
        assert f"{url.partition('#')[0].rstrip('/')}.md" in outputs, url
    links = re.findall(r'href="([^"]*docs[^"]*)"', str(outputs["agents/github-copilot/b.md"].body.html))
    assert links
    assert not [link for link in links if "servers/" in link]


def test_the_card_of_a_tool_counts_the_agents_of_its_page(tmp_path: Path) -> None:
    files = {
        ".claude/agents/one.md": agent("one", "tools: Read\n"),
        ".claude/agents/heir.md": agent("heir"),
        ".factory/droids/two.md": agent("two", 'tools: ["Read"]\n'),
        ".kiro/agents/three.md": agent("three", "tools: [shell]\n"),
    }
    write(tmp_path, files)
    site = build(tmp_path, Options(embeds=True))

    def read_card(uri: str) -> str:
        return read_text(str(next(output.content for output in site.outputs if output.uri == uri)))

    assert "Agents 1 by name, 1 inherited" in read_card("tools/read/card.html"), "not those of Factory"
    assert "1 explicit, 1 inherited" in read_text(read_page(site, "tools/read.md"))
    assert "Agents 1 by name" in read_card("tools/kiro/shell/card.html"), "who is asked has it, too"
