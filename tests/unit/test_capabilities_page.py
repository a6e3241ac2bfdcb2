"""The page of capabilities: who can do what, and how each got it, with what most inherit said once."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from mkdocs_agent_catalog.build import BuiltCatalog, Options, build
from mkdocs_agent_catalog.pages.pagination import PageLimits
from sites import agent, write

FILES = {
    "agents/ops/runner.md": agent("runner", "tools: Bash, Read\n"),
    "agents/ops/second.md": agent("second", "tools: Bash\n"),
    "agents/ops/planner.md": agent("planner", "tools: Read, Agent(runner)\n"),
    "agents/ops/reader.md": agent("reader", "tools: Read\n"),
    "agents/ops/nothing.md": agent("nothing", "tools: []\n"),
    "agents/web/one.md": agent("one"),
    "agents/web/two.md": agent("two"),
    "agents/text/three.md": agent("three", "disallowedTools: Write\n"),
    ".github/agents/shell.agent.md": "---\nname: shell\ndescription: D.\ntools: [execute]\n---\nX\n",
}


def build_site(root: Path, files: dict[str, str] = FILES, **options: object) -> BuiltCatalog:
    write(root, files)
    return build(root, Options(**options))  # type: ignore[arg-type]


def read_page(site: BuiltCatalog, uri: str = "reach.md") -> str:
    return str(next(output for output in site.outputs if output.uri == uri).body.html)


def find_section(html: str, anchor: str, level: int = 2) -> str:
    """The text from the heading ``anchor`` to the next of its level."""
    rest = html.partition(f'id="{anchor}"')[2]
    assert rest, anchor
    return re.split(rf"<h[1-{level}][ >]", rest)[0]


def read_text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def read_tile(html: str, id: str) -> dict[str, int]:
    tile = html.partition(f"ac-can--{id}")[2].partition("</li>")[0]
    pairs = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", tile)
    return {words: int(read_text(number)) for words, number in pairs}


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> str:
    return read_page(build_site(tmp_path_factory.mktemp("capabilities")))


def test_the_tiles_count_every_way(html: str) -> None:
    assert read_tile(html, "commands") == {
        "Explicit": 3,
        "Inherited": 3,
        "Conditional": 0,
        "Through others": 1,
    }
    assert read_tile(html, "files")["Explicit"] == 0
    assert read_tile(html, "delegates") == {
        "Explicit": 0,
        "Inherited": 3,
        "Conditional": 1,
        "Through others": 0,
    }


def test_those_who_have_it_by_the_same_stand_together(html: str) -> None:
    section = find_section(html, "reach-commands-explicit", 3)
    rows = [read_text(row) for row in section.split("<dt>")[1:]]
    assert [row for row in rows if row.startswith("Bash")] == ["Bash Claude Code runner ops second ops"]
    assert any("GitHub Copilot" in row and "shell" in row for row in rows)
    assert 'href="../tools/bash/"' in section
    assert 'href="../agents/ops/runner/#tools"' in section


def test_who_reaches_a_shell_through_others_is_told_with_the_chain(html: str) -> None:
    text = read_text(find_section(html, "reach-commands-through", 3))
    assert "Agent → runner → Bash" in text
    assert "planner" in text


def test_a_shell_that_nobody_reaches_through_others_is_told_as_well(tmp_path: Path) -> None:
    page = read_page(build_site(tmp_path, {"agents/a.md": agent("a")}))
    assert "No other agent reaches a shell" in find_section(page, "reach-commands-through", 3)


def test_who_inherits_is_said_once(html: str) -> None:
    assert html.count(">two</a>") == 1
    section = find_section(html, "inherited")
    blocks = section.split("<section")[1:]
    assert [re.findall(r">(\w+)</a> <small>\w+</small></li>", block) for block in blocks] == [
        ["one", "two"],
        ["three"],
    ]
    assert "<code>Write</code>" in blocks[1], "what is denied to them"
    assert 'class="ac-rule" href="../grants/#rule-tools-omitted"' in blocks[0]
    assert html.count('<a href="#inherited">3 agents inherit it</a>') >= 4


def test_many_who_inherit_are_folded(tmp_path: Path) -> None:
    page = read_page(build_site(tmp_path, {f"agents/a{n}.md": agent(f"a{n}") for n in range(40)}))
    section = find_section(page, "inherited")
    assert '<details class="ac-fold"><summary>Show 28 more agents</summary>' in section
    assert section.partition("<details")[0].count("<li><a") == 12, "the first are seen"


def test_groups_that_inherit_all_are_one_row(html: str) -> None:
    table = find_section(html, "groups")
    rows = [read_text(row) for row in table.split("<tr>")[2:]]
    assert rows[0].startswith("GitHub Copilot 1 1") or rows[0].startswith("ops 5 2")
    assert rows[-1].startswith("2 groups inherit all tools")
    assert "agents/?group=ops&amp;reach=Runs+commands" in table
    assert 'class="ac-can ac-can--commands ac-heat--2"' in table


def test_one_group_is_no_table(tmp_path: Path) -> None:
    site = build_site(tmp_path, {"agents/a.md": agent("a", "tools: Bash\n"), "agents/b.md": agent("b")})
    assert 'id="groups"' not in read_page(site)


def test_what_stands_out_has_its_section(html: str) -> None:
    assert ">reader</a>" in find_section(html, "reach-reads")
    assert ">nothing</a>" in find_section(html, "reach-nothing")
    assert "ac-can--reads" in html.partition("ac-tile--states")[2]


def test_a_reviewer_that_may_change_files_stands_out(tmp_path: Path) -> None:
    text = "---\nname: auditor\ndescription: Read-only review.\ntools: Read, Write\n---\nX\n"
    page = read_page(build_site(tmp_path, {**FILES, "agents/auditor.md": text}))
    section = find_section(page, "reach-reviewer")
    assert "says “Read-only review” but can use Write" in read_text(section)
    assert 'href="../agents/auditor/#problems">auditor</a>' in section
    assert "Over-privileged reviewer" in page.partition("ac-tile--states")[2].partition("</li>")[0]


def test_a_catalog_without_agents_says_so(tmp_path: Path) -> None:
    assert "There are no agents yet." in read_page(build_site(tmp_path, {"README.md": "x"}))


def test_a_long_report_has_parts_and_its_tiles_lead_there(tmp_path: Path) -> None:
    files = {f"agents/g{n}/a.md": agent(f"a{n}", "tools: Bash\n" if n % 2 else "") for n in range(40)}
    site = build_site(tmp_path, files, page_limits=PageLimits(entries=10, groups=8))
    page = read_page(site)
    parts = {output.uri for output in site.outputs if output.uri.startswith("reach/class/")}
    assert {"reach/class/by-group.md", "reach/class/inherited-2.md"} <= parts
    assert read_tile(page, "commands")["Explicit"] == 20
    for uri in parts:
        assert len(re.findall(r"</a> <small>g\d+</small></li>", read_page(site, uri))) <= 10
    tile = page.partition("ac-can--commands")[2].partition("</li>")[0]
    assert 'href="./#reach-commands"' in tile
    assert '<li id="reach-commands">' in page


def test_the_overview_leads_here_from_both_forms_of_its_address(tmp_path: Path) -> None:
    for directory_urls in (True, False):
        site = build_site(tmp_path, use_directory_urls=directory_urls, path="cat")
        contents = {output.uri: output.content for output in site.outputs if not output.is_page}
        target = "reach/" if directory_urls else "reach.html"
        assert f'href="../../cat/{target}"' in str(contents["cat/overview/index.html"]) or (
            f'href="../{target}"' in str(contents["cat/overview/index.html"])
        )
        assert f'href="{target}"' in str(contents["cat/overview.html"])
