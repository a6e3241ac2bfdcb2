"""Queries in hand-written pages: what they show, what they say when wrong, and what stays as it is."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml
from browsing import opened, run_axe, served_at
from build_server import run_mkdocs
from mkdocs_agent_catalog.mkdocs_adapter.query_blocks import TOKEN, extract_queries
from mkdocs_agent_catalog.model.definitions import Diagnostic
from mkdocs_agent_catalog.pages.finder.query import Query
from playwright.sync_api import Browser
from sites import Build, agent, settings, write

FILES = {
    "agents/quality/sql-reviewer.md": agent("sql-reviewer", "tools: Read, Grep\nmodel: opus\n"),
    "agents/quality/css-reviewer.md": agent("css-reviewer", "tools: Read\nskills: plans\n"),
    "agents/build/maker.md": agent("maker", "tools: Read, Bash(git:*)\n"),
    "skills/plans/SKILL.md": "---\nname: plans\ndescription: Plans.\n---\n\nPlan.\n",
}


def fenced(query: str) -> str:
    return f"# Ours\n\n```agents\n{query}\n```\n"


def shown(site: Build, text: str, **more: Any) -> str:
    folder = site(FILES | {"docs/ours.md": text}, **more)
    return read_article(folder / ("ours/index.html" if more.get("use_directory_urls", True) else "ours.html"))


def read_article(path: Path) -> str:
    html = path.read_text(encoding="utf-8")
    return html[html.index("<article") : html.index("</article>")]


def names(html: str) -> list[str]:
    return re.findall(r'<a href="[^"]+" dir="auto">([^<]+)</a>', html)


LISTS = (
    ("group: quality", ["css-reviewer", "sql-reviewer"]),
    ("tool: [Bash, grep]", ["maker", "sql-reviewer"]),
    ("tool: [Bash, grep]\nall: tool", []),
    ("tool: [Read, grep]\nall: tool", ["sql-reviewer"]),
    ("tool: Read\ngroup: Quality\nmodel: OPUS", ["sql-reviewer"]),
    ("skill: plans", ["css-reviewer"]),
    ("reach: commands", ["maker"]),
    ("reach: Runs commands", ["maker"]),
    ("names: [maker, quality/css-reviewer]", ["maker", "css-reviewer"]),
    ("", ["maker", "css-reviewer", "sql-reviewer"]),
)


@pytest.mark.parametrize("number", range(len(LISTS)))
def test_a_list_of_those_that_match(shared_site: Build, number: int) -> None:
    pages = {f"docs/list-{n}.md": fenced(query) for n, (query, _) in enumerate(LISTS)}
    html = read_article(shared_site(FILES | pages) / f"list-{number}/index.html")
    assert names(html) == LISTS[number][1]
    assert "agents-query" not in html


def test_a_list_leads_to_the_same_in_the_catalog(site: Build) -> None:
    html = shown(site, fenced("tool: [bash, Grep]\ngroup: quality"))
    assert 'href="../agents/?tool=Bash&amp;tool=Grep&amp;group=quality"' in html
    assert "This agent in the catalog" in html


def test_the_other_shapes(site: Build) -> None:
    text = fenced("show: cards\ngroup: quality") + fenced("show: matrix\nview: effective\ngroup: build")
    text += fenced("show: card\nnames: maker") + "\nWe have `agents count tool=Bash` of `agents count`.\n"
    html = shown(site, text)
    assert html.count('class="ac-card"') == 3
    assert re.search(r'<td class="ac-cell ac-cell--unenforced ac-can--commands"[^>]*git:\*[^>]*>◇', html)
    assert "<h3" not in html
    words = " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())
    assert "We have 1 of 3." in words


def test_links_hold_below_a_path_and_without_directories(site: Build) -> None:
    html = shown(site, fenced("names: maker"), options={"path": "team/catalog"}, use_directory_urls=False)
    assert 'href="team/catalog/agents/build/maker.html"' in html


WRONG = (
    (
        "---\ntitle: T\n---\n" + fenced("grup: quality"),
        "docs/ours.md:7:1: a query knows no `grup` [invalid_query]\n  hint: did you mean `group`?",
    ),
    (
        fenced("tool: [Read, Grop]"),
        "docs/ours.md:4:14: no agent has `tool: Grop` [invalid_query]\n  hint: did you mean `Grep`?",
    ),
    (
        fenced("show: table"),
        "docs/ours.md:4:7: `show` is no `table` [invalid_query]\n  hint: there are: list, "
        "cards, card, matrix, count",
    ),
    (fenced("names: nobody"), "docs/ours.md:4:8: there is no agent `nobody` [invalid_query]"),
    (
        fenced("show: card\ngroup: quality"),
        "docs/ours.md:3:1: `show: card` is one agent, and this query finds 2 [invalid_query]",
    ),
    (
        fenced("tool: Read\nall: tol"),
        "docs/ours.md:5:6: `all` is no `tol` [invalid_query]\n  hint: did you mean `tool`?",
    ),
    (fenced("tool: [Read"), "docs/ours.md:4:12: this query is not valid YAML: expected"),
    (fenced("- a"), "docs/ours.md:4:1: a query is made of `key: value` lines [invalid_query]"),
    (fenced("tool: {a: b}"), "docs/ours.md:4:7: `tool` is a word or a list of words [invalid_query]"),
    (
        "# X\n\nSo `agents count tol=Read` is.\n",
        "docs/ours.md:3:4: a query knows no `tol` [invalid_query]\n  hint: did you mean `tool`?",
    ),
)


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a strict build says of a page for each wrong query."""
    root = tmp_path_factory.mktemp("wrong")
    pages = {f"docs/ours-{n}.md": text for n, (text, _) in enumerate(WRONG)}
    write(root, {"docs/index.md": "# Home\n", **pages, **FILES})
    (root / "mkdocs.yml").write_text(yaml.safe_dump(settings()), encoding="utf-8")
    done = run_mkdocs(root, "build", "--strict")
    assert done.returncode == 1
    return done.stderr


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_a_wrong_query_is_a_finding_with_its_place(refused: str, number: int) -> None:
    assert WRONG[number][1].replace("ours.md", f"ours-{number}.md") in refused


def test_a_wrong_query_says_so_in_its_place(site: Build) -> None:
    html = shown(site, fenced("tool: '<script>alert(1)</script>'") + "\nAfter.\n", strict=False)
    assert "This query cannot be answered" in html
    assert "<script>alert" not in html
    assert "After." in html


def test_nobody_is_an_answer(site: Build) -> None:
    html = shown(site, fenced("tool: WebSearch"))
    assert "No agent matches." in html


def test_examples_and_code_stay_as_they_are() -> None:
    text = "````markdown\n```agents\ntool: X\n```\n````\n\n`` `agents count` ``\n\n~~~\n`agents count`\n~~~\n"
    extracted = extract_queries(text, "docs/x.md")
    assert extracted.markdown == text
    assert extracted.queries == []


def test_a_query_may_stand_in_a_list_or_a_quote() -> None:
    extracted = extract_queries(
        "- one\n\n    ```agents\n    tool: Read\n    ```\n\n> ~~~agents\n> tool: Bash\n> ~~~\n",
        "docs/x.md",
        3,
    )
    assert [type(query) for query in extracted.queries] == [Query, Query]
    assert f"    {TOKEN.format(0)}" in extracted.markdown
    assert f"> {TOKEN.format(1)}" in extracted.markdown
    assert str(extracted.queries[0].span) == "docs/x.md:6:5"
    assert not any(isinstance(query, Diagnostic) for query in extracted.queries)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1300), ("dark", 375)])
def test_a_page_with_queries_is_accessible(
    shared_site: Build, browser: Browser, scheme: str, width: int
) -> None:
    text = fenced("show: cards") + "\n## Next\n" + fenced("show: matrix") + fenced("group: quality")
    problems: list[str] = []
    with served_at(shared_site(FILES | {"docs/ours.md": text})) as base:
        page = opened(browser, scheme, width, problems, base)
        page.goto(f"{base}ours/")
        results = run_axe(page, context={"include": [[".md-content"]]})
        assert results.violations_count == 0, results.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.close()
    assert problems == []
