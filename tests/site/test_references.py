"""References by name in hand-written pages: where they lead, what they say when wrong, what stays."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from mkdocs_agent_catalog.model.address_lock import AddressLock, LockEntry, dump_lock
from references import article, links, run
from sites import agent

EVERY = """# Ours

## About [](agent:sql-reviewer)

1. [](agent:sql-reviewer)
2. [the *reviewer*](agent:SQL-Reviewer)
3. <agent:sql-reviewer>
4. <tool:mcp__context7__query-docs>
5. [x](tool:mcp__context7__query-docs)
6. [x](tool:Bash)
7. [x](skill:plans#step)
8. [x](server:context7)
9. [x](<agent:Maker of Things>), [](agent:Maker%20of%20Things)
10. [x][by-label] and <a class="a" href="agent:build/reviewer">raw</a>
11. [x](agent:sql-reviewer#process){ .button title="Mine" }
12. [x](AGENT:sql-reviewer "My title")

<agent:sql-reviewer>
stands at the beginning of a line.

[by-label]: agent:quality/reviewer

| a |
| --- |
| [](tool:Bash) |
"""
FOUND = [
    ("agents/quality/sql-reviewer/", "sql-reviewer"),
    ("agents/quality/sql-reviewer/", "sql-reviewer"),
    ("agents/quality/sql-reviewer/", "the reviewer"),
    ("agents/quality/sql-reviewer/", "sql-reviewer"),
    ("servers/context7/#tool-query-docs", "mcp__context7__query-docs"),
    ("servers/context7/#tool-query-docs", "x"),
    ("tools/bash/", "x"),
    ("skills/plans/#skill-step", "x"),
    ("servers/context7/", "x"),
    ("agents/build/maker/", "x"),
    ("agents/build/maker/", "Maker of Things"),
    ("agents/quality/reviewer/", "x"),
    ("agents/build/reviewer/", "raw"),
    ("agents/quality/sql-reviewer/#prompt-process", "x"),
    ("agents/quality/sql-reviewer/", "x"),
    ("agents/quality/sql-reviewer/", "sql-reviewer"),
    ("tools/bash/", "Bash"),
]


@pytest.mark.parametrize(("path", "directory_urls"), [("", True), ("team/catalog", False)])
def test_every_form_leads_there_from_every_depth(tmp_path: Path, path: str, directory_urls: bool) -> None:
    pages = {"docs/index.md": EVERY, "docs/ours.md": EVERY, "docs/far/away/é x.md": EVERY}
    options = {"path": path}
    done = run(tmp_path, pages, "--strict", options=options, use_directory_urls=directory_urls)
    assert done.returncode == 0, done.stderr
    there = [
        (address if directory_urls else re.sub("/(?=#|$)", ".html", address), text) for address, text in FOUND
    ]
    for page in ("index", "ours", "far/away/é x"):
        below = directory_urls and page != "index"
        file = tmp_path / "site" / (f"{page}/index.html" if below else f"{page}.html")
        up = "../" * (page.count("/") + below)
        pairs = links(article(file))
        base = "/".join((*[".."] * up.count("../"), *filter(None, [path]), ""))
        assert [(href.removeprefix("./"), text) for href, text in pairs] == [
            (f"{base.lstrip('/')}{address}", text) for address, text in there
        ]
        for href, _text in pairs:
            target = (file.parent / href.partition("#")[0]).resolve()
            assert (target / "index.html" if directory_urls else target).is_file(), href
    html = article(tmp_path / "site" / ("ours/index.html" if directory_urls else "ours.html"))
    assert 'title="Does sql-reviewer."' in html
    assert 'title="Mine"' in html
    assert 'title="My title"' in html
    assert 'id="about-sql-reviewer"' in html
    assert 'title="Makes &quot;&lt;b&gt;&quot; things."' in html
    assert re.search(r"<script defer(=\"\")? src=\"[^\"]*assets/cards.js\">", html), "cards beside the links"


CODE = """# Code

`<agent:sql-reviewer>` and `[x](agent:nobody)` and ``a ` [](agent:nobody)``

```markdown
[](agent:nobody) <agent:nobody>
<a href="agent:nobody">x</a>
```

    [](agent:nobody) <agent:nobody> <a href="agent:nobody">x</a>

- one

        [](agent:nobody)

<!-- [](agent:nobody) <agent:nobody> -->

agent:nobody [x](agents:nobody)
"""


WRONG = """---
title: T
---
# Wrong

    [](agent:sql-revewer)

`[](agent:sql-revewer)` and [here](agent:sql-revewer), then [](agent:reviewer).

* one
    and [](agent:sql-revewer) and <a href="tool:sql-reviewer">raw</a>

[x](skill:plans#stap) [y](agent:sql-reviewer#nowhere "<b>")
"""


EVIL = json.dumps('"><script>window.pwned=1</script> @x02wzxhzdk:0@x03 {{ config }}').replace("@", "\\")
HOSTILE = "# [](agent:evil)\n\n<b onclick='x'>raw</b> [](agent:evil) [](agent:x%22onclick=1)\n"
Built = tuple[Path, str]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A site with a page for each of these, and what its build said."""
    root = tmp_path_factory.mktemp("references")
    pages = {"docs/code.md": CODE, "docs/far/wrong.md": WRONG, "docs/hostile.md": HOSTILE}
    evil = f"---\nname: {EVIL}\ndescription: {EVIL}\n---\nx\n"
    done = run(root, {**pages, "agents/evil.md": evil})
    assert done.returncode == 0, done.stderr
    return root / "site", done.stderr


def test_code_stays_as_it_is(built: Built) -> None:
    site, log = built
    assert "docs/code.md:" not in log
    html = article(site / "code/index.html")
    assert links(html) == [("agents:nobody", "x")]
    assert "data-ac-reference" not in html
    assert html.count("agent:nobody") == 12


def test_what_leads_nowhere_is_a_finding_with_its_place(built: Built) -> None:
    site, log = built
    unknown = (
        "there is no agent `sql-revewer` [unknown_reference]\n  hint: did you mean `agent:sql-reviewer`?"
    )
    for message in (
        f"WARNING -  docs/far/wrong.md:8:36: {unknown}",
        f"docs/far/wrong.md:11:12: {unknown}",
        "docs/far/wrong.md:8:64: `agent:reviewer` may mean 2 things [ambiguous_reference]\n"
        "  hint: write `agent:build/reviewer` | `agent:quality/reviewer`",
        "docs/far/wrong.md:11:44: there is no tool `sql-reviewer` [unknown_reference]\n"
        "  hint: did you mean `agent:sql-reviewer`?",
        "docs/far/wrong.md:13:5: the page of `plans` has no `#stap` [unknown_reference]\n"
        "  hint: did you mean `#skill-step`?",
        "docs/far/wrong.md:13:27: the page of `sql-reviewer` has no `#nowhere` [unknown_reference]",
    ):
        assert message in log, log
    assert log.count("docs/far/wrong.md:") == 6
    html = article(site / "far/wrong/index.html")
    assert 'data-ac-reference="unknown">here</a>' in html
    assert re.search(r'data-ac-reference="unknown"[^>]*>sql-revewer</a>', html)
    assert "agent:" not in re.sub("<pre>.*?</pre>|<code>.*?</code>", "", html, flags=re.S)
    assert ("../../agents/build/reviewer/", "reviewer") in links(html)
    assert ("../../skills/plans/", "x") in links(html)


def test_hostile_names_stay_text(built: Built) -> None:
    site, _said = built
    page = (site / "hostile/index.html").read_text(encoding="utf-8")
    assert "‹script›window.pwned=1‹/script›" in page
    assert page.count("<b onclick='x'>") == 1, "what stands in a name is no place of Python-Markdown's"
    assert not re.search("<[^>]* onclick=1", page)
    for path in site.glob("**/*.html"):
        assert "<script>window.pwned" not in path.read_text(encoding="utf-8"), path


def test_names_of_the_past_lead_on(tmp_path: Path) -> None:
    before = AddressLock(
        (
            # Its file is `maker.md` now; once it was another one.
            LockEntry(
                "agent", "builder", "build/maker", "Maker of Things", addresses=("agents/old/builder/",)
            ),
            LockEntry("agent", "second", "second", "second", gone="2026-01-02", replaced_by="builder"),
            LockEntry(
                "agent", "third", "third", "Third One", addresses=("agents/third/",), gone="2026-01-02"
            ),
            # Another agent has its name: both are meant by it.
            LockEntry("agent", "sql-reviewer", "quality/css-reviewer", "css-reviewer"),
        )
    )
    files = {
        "catalog.links.json": dump_lock(before),
        "agents/quality/css-reviewer.md": agent("css-reviewer"),
        "agents/sql-reviewer.md": agent("sql-reviewer"),
        "docs/past.md": "# Past\n\n[](agent:builder)\n[](agent:old/builder)\n[](agent:second)\n"
        "[](agent:Third%20One)\n[](agent:sql-reviewer)\n",
    }
    done = run(tmp_path, files)
    assert done.returncode == 0, done.stderr
    html = article(tmp_path / "site/past/index.html")
    assert [href for href, _ in links(html)][:4] == [
        "../agents/build/maker/",
        "../agents/build/maker/",
        "../agents/build/maker/",
        "../agents/third/",
    ]
    log = done.stderr
    assert ":3:" not in re.findall(r"docs/past.md.*", log)[0], "a permanent id is a good reference"
    assert "INFO    -  docs/past.md:4:4: the agent `old/builder` is called `Maker of Things` now" in log
    assert "hint: write `agent:build/maker`" in log
    assert "docs/past.md:5:4: the agent `second` is gone; `Maker of Things` replaces it" in log
    assert "docs/past.md:6:4: the agent `Third One` is gone; the link leads to what is left of it" in log
    assert "docs/past.md:7:4: `agent:sql-reviewer` may mean 2 things [ambiguous_reference]" in log


def test_with_two_catalogs_the_first_answers_and_a_path_chooses(tmp_path: Path) -> None:
    plugins = [
        "autorefs",
        {"agent-catalog": {"path": "one", "sources": ["agents"], "validation": {"duplicate_name": "info"}}},
        {"agent-catalog": {"path": "two", "sources": ["other"]}},
    ]
    files = {
        "other/quality/sql-reviewer.md": agent("sql-reviewer"),
        "other/alone.md": agent("alone"),
        "docs/ours.md": "# T\n\n[](agent:sql-reviewer) [](agent:two/sql-reviewer) [](agent:alone)\n"
        "[x][agent:sql-reviewer] [x][agent:two/sql-reviewer] [x][agent:alone] [](agent:nobody)\n",
    }
    done = run(tmp_path, files, plugins=plugins, use_directory_urls=False)
    assert done.returncode == 0, done.stderr
    assert [href.rstrip("#") for href, _ in links(article(tmp_path / "site/ours.html"))] == 2 * [
        "one/agents/quality/sql-reviewer.html",
        "two/agents/quality/sql-reviewer.html",
        "two/agents/alone.html",
    ]
    assert "Could not find cross-reference" not in done.stderr
    assert done.stderr.count("[unknown_reference]") == 1, "each finding is told once"
