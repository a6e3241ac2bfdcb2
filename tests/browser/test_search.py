"""The site's search: the right agent first, as Material's own search ranks in a browser; a small index."""

from __future__ import annotations

import functools
import json
import sys
from pathlib import Path

import pytest
from browsing import open_page, served_at
from mkdocs_agent_catalog.build import Options, build
from mkdocs_agent_catalog.mkdocs_adapter.search_index import FIELD, merge_entries
from mkdocs_agent_catalog.model.output import SearchEntry
from mkdocs_agent_catalog.pages.finder.search_entries import clip_text, select_keywords, tokenize_names
from places import TESTS
from playwright.sync_api import Browser
from sites import Build

sys.path.insert(0, str(TESTS.parent / "benchmarks"))
search = pytest.importorskip("search")

# What Material's plugin writes into its index.
MATERIAL = {"fields": {"title": {"boost": 1000.0}, "text": {"boost": 1.0}, "tags": {"boost": 1000000.0}}}


@functools.cache
def agents() -> dict[str, str]:
    """The files of the made-up agents, and of the skills that they have."""
    files = {}
    for line in (TESTS / "search_agents.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        name, description, tools, skill = line.split("\t")
        front = {"name": name.rpartition("/")[2], "description": description, "tools": tools}
        if skill:
            front["skills"] = skill
            text = f"---\nname: {skill}\ndescription: Notes on how to do it.\n---\n\nDo.\n"
            files[f"skills/{skill}/SKILL.md"] = text
        lines = "".join(f"{key}: {json.dumps(value)}\n" for key, value in front.items())
        files[f"agents/{name}.md"] = f"---\n{lines}---\n\nWork.\n"
    return files


def wrong(address: str, browser: Browser, queries: list[search.Query]) -> list[str]:
    """What the search box answers otherwise."""
    page = open_page(browser)
    page.goto(address)
    results = search.answers(page, queries)
    page.close()
    return [
        f"{query.words}: {query.agent}, not {links[:3]}"
        for query, links in zip(queries, results, strict=True)
        if search.place(query, links) != 1
    ]


def test_the_right_agent_comes_first(shared_site: Build, browser: Browser) -> None:
    queries = search.read(TESTS / "search_queries.tsv")
    assert len(queries) == 50
    tools = [
        ("WebFetch", "tools/webfetch"),
        ("timeline notes", "skills/timeline-notes"),
        ("stripe", "servers/stripe"),
    ]
    pages = {"docs/queues.md": "# Work\n\n## Queues\n\nThey fill up.\n\n## Endpoints\n\nNone.\n"}
    with served_at(shared_site(agents() | pages, strict=False)) as address:
        assert not wrong(address, browser, queries)
        # A tool, a skill, a server by its name alone; a section that somebody wrote before who speaks of it.
        assert not wrong(address, browser, [search.Query("tool", *tool) for tool in tools])
        assert not wrong(address, browser, [search.Query("docs", "queues", "queues")])


def test_the_index_holds_less_than_600_bytes_for_each_agent(tmp_path: Path) -> None:
    names = [line for line in agents() if line.startswith("agents/")]
    long = (
        "Takes care of everything that may ever go wrong in a " + "distributed payment-system, at night. " * 9
    )
    for number, (name, text) in enumerate((name, agents()[name]) for name in names * 4):
        path = tmp_path / name.replace("/", f"/team-{number:03}/", 1)
        path.parent.mkdir(parents=True)
        path.write_text(text.replace('description: "', f'description: "{long}', 1), encoding="utf-8")
    pages = [
        output for output in build(tmp_path, Options()).outputs if (output.subject or "")[:1] == ("agent",)
    ]
    assert len(pages) == 120
    table = merge_entries(
        {"config": MATERIAL, "docs": []}, {output.uri: output.search for output in pages if output.is_page}
    )
    assert len(json.dumps(table["docs"], ensure_ascii=False, separators=(",", ":")).encode()) < 600 * 120


def test_words_are_found_as_people_type_them() -> None:
    words = tokenize_names(
        "Knows (OAuth2/OIDC), CI/CD, 'GDPR' and mcp__bgpt__search_papers with Bash(git:*)."
    )
    assert {"oauth2", "oidc", "ci/cd", "gdpr", "mcp__bgpt__search_papers", "papers", "bash", "git"} <= {
        *words
    }
    assert "and" not in words


def test_what_another_word_begins_with_is_not_said_twice() -> None:
    assert (
        select_keywords("test-writer", ["tests"], tokenize_names("market marketing writes testing"))
        == "marketing testing tests writes"
    )
    assert select_keywords("a", []) == ""
    assert len(select_keywords("a", [], [f"word{n}" for n in range(1000)])) < 150


def test_a_long_description_ends_at_a_word() -> None:
    assert clip_text("so  it\nis") == "so it is"
    assert clip_text("word, " * 100).endswith("word…")
    assert len(clip_text("x" * 5000)) < 310


def test_only_material_learns_of_words_and_what_is_not_ours_stays() -> None:
    theirs = {"location": "a/", "title": "A", "text": "b"}
    old = {"location": "x/#y", "title": "Y", "text": ""}
    pages = {"x/": [SearchEntry("", "X & Y", "t", "w", 0.5)]}
    material = merge_entries({"config": MATERIAL, "docs": [theirs, old]}, pages)
    entry = {"location": "x/", "title": "X &amp; Y", "text": "t", FIELD: "w", "boost": 0.5}
    assert material["docs"] == [theirs, entry]
    fields = material["config"]["fields"]
    assert {name: fields[name] for name in MATERIAL["fields"]} == MATERIAL["fields"]
    assert fields[FIELD]["boost"] < fields["title"]["boost"]
    plain = merge_entries({"config": {"lang": ["en"]}, "docs": [theirs]}, pages)
    assert plain["docs"] == [theirs, {"location": "x/", "title": "X &amp; Y", "text": "t w"}]
    assert plain["config"] == {"lang": ["en"]}


def test_a_word_of_a_name_that_begins_like_a_shorter_one_counts_once(tmp_path: Path) -> None:
    for name in ("content-marketer", "market-researcher"):
        (tmp_path / "agents").mkdir(exist_ok=True)
        (tmp_path / f"agents/{name}.md").write_text(f"---\nname: {name}\ndescription: Works.\n---\n\nWork.\n")
    outputs = build(tmp_path, Options()).outputs
    indexed = {
        output.title: output.search[0].words.split() for output in outputs if output.subject and output.search
    }
    assert "marketer" not in indexed["content-marketer"], "or it outweighs the market of the other"
    assert {"market", "markets", "researcher"} <= set(indexed["market-researcher"])
