"""The home page, the directive that stands for it, and the page of what changed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from browsing import THEIRS, opened, run_axe, served_at
from playwright.sync_api import Browser, Page
from sites import REPOSITORY, Build, agent

# A site without an `index.md` of its own.
ALONE = {
    **REPOSITORY,
    "site/.keep": "",
    "pages/.keep": "",
    "skills/unused/SKILL.md": "---\nname: unused\ndescription: Nobody names it.\n---\n\nDo it.\n",
    "agents/three/sql-reader.md": agent("sql-reader", "tools: Read\n"),
}
DIRECTIVE = "# Ours\n\nBefore.\n\n```agents\nview: home\n```\n\nAfter.\n"
MEASURE = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 600);
})"""


def ask(page: Page, text: str) -> list[str]:
    """What the box answers: the names of agents, then those of other things."""
    page.locator(".ac-filter").fill(text)
    page.wait_for_selector(".ac-besides:not([hidden])", state="attached")
    return page.locator(".ac-answers .ac-answer-head a, .ac-besides a").all_text_contents()


def test_a_site_without_an_index_opens_on_the_catalog(site: Build, browser: Browser) -> None:
    problems: list[str] = []
    with served_at(site(ALONE, docs_dir="pages", strict=False)) as base:
        for scheme, width in (("light", 1300), ("dark", 375)):
            page = opened(browser, scheme, width, problems, base)
            page.goto(base)
            assert page.title() == "Test"
            assert page.locator("h1").text_content() == "Test"
            assert page.evaluate(MEASURE) < 0.05
            results = run_axe(page, context=THEIRS)
            assert results.violations_count == 0, results.generate_report()
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert "sql-reader" in ask(page, "sql-reader")
            results = run_axe(page, context=THEIRS)
            assert results.violations_count == 0, results.generate_report()
            page.close()
    assert problems == []


def test_the_box_finds_every_kind(site: Build, browser: Browser) -> None:
    problems: list[str] = []
    with served_at(site(ALONE, docs_dir="pages", strict=False)) as base:
        page = opened(browser, "light", 1300, problems, base)
        page.goto(base)
        assert "unused" in ask(page, "unused")
        assert "Read" in ask(page, "read")
        assert "docs" in ask(page, "docs")
        assert page.locator(".ac-answers > li").first.inner_text().split()[:3] == ["docs", "MCP", "server"]
        for question in ("what breaks without docs?", "who uses docs"):
            page.locator(".ac-filter").fill("")
            assert ask(page, question)[0] == "docs"
        # A question about all skills or files leads to the page that answers it.
        for question, title in (
            ("which skill is used by most agents", "Most used skills"),
            ("the most used skill", "Most used skills"),
            ("what cannot be read", "Files that are not read"),
        ):
            page.locator(".ac-filter").fill("")
            assert ask(page, question)[0] == title
        # Answers stand in place of the page, until the box is empty again.
        assert page.locator(".ac-doors").is_hidden()
        page.locator(".ac-filter").fill("")
        page.wait_for_selector(".ac-doors")
        named = ask(page, "Read, Write")
        assert "coder" in named
        assert "sql-reader" not in named
        assert " agents can use Read and Write: " in page.locator(".ac-found").inner_text()
        assert page.locator(".ac-ruled a").get_attribute("href").endswith("?tool=Read&tool=Write&all=tool")
        ask(page, "docs")
        page.locator(".ac-answers a", has_text="docs").first.click()
        page.wait_for_url("**/servers/docs/")
        page.goto(base)
        assert page.locator(".ac-choices").is_hidden()
        ask(page, "reads SQL")
        chip = page.locator(".ac-choices button", has_text="Reads only")
        count = int(chip.locator(".ac-number").inner_text())
        chip.click()
        page.wait_for_selector(".ac-choices [aria-pressed=true]")
        assert page.locator(".ac-answers > li").count() == count > 0
        assert page.locator("a[href$='agents/?find=reads+SQL&reach=Reads+only']").count() > 0
        page.goto(f"{base}?ask=sql-reader")
        page.wait_for_selector(".ac-answers a")
        assert page.locator(".ac-answers a").first.text_content() == "sql-reader"
        page.close()
    assert problems == []


def test_all_of_it_is_there_without_a_script(site: Build, browser: Browser) -> None:
    with served_at(site(ALONE, docs_dir="pages", strict=False)) as base:
        page = browser.new_context(java_script_enabled=False).new_page()
        page.goto(base)
        assert not page.locator(".ac-filter").is_visible()
        text = page.locator(".ac-home").inner_text()
        for words in (
            "agents",
            "Runs commands",
            "Where to begin",
            "Unused skills",
            "Problems",
        ):
            assert words in text
        for link in page.locator(".ac-home a").all():
            assert page.request.get(f"{base}{link.get_attribute('href')}").ok
        page.close()


@pytest.mark.parametrize("theme", ["material", "mkdocs", "readthedocs"])
def test_a_directive_puts_it_into_a_page(site: Build, browser: Browser, theme: str) -> None:
    settings = {"name": theme, "font": False} if theme == "material" else {"name": theme}
    built = site({**ALONE, "docs/ours/front.md": DIRECTIVE}, theme=settings, strict=False)
    with served_at(built) as base:
        page = opened(browser, "light", 1300, [], base)
        page.goto(f"{base}ours/front/")
        assert page.locator("h1").count() == 1
        assert page.locator(".ac-home h2:not(.ac-vh)").count() == 0
        assert "sql-reader" in ask(page, "sql-reader")
        page.locator(".ac-answers a", has_text="sql-reader").first.click()
        page.wait_for_url("**/agents/three/sql-reader/")
        page.goto(f"{base}ours/front/")
        results = run_axe(page, context={"include": [[".ac-home"]]})
        assert results.violations_count == 0, results.generate_report()
        for link in page.locator(".ac-home a").all():
            assert page.request.get(f"{base}ours/front/{link.get_attribute('href')}").ok
        page.close()


def test_an_empty_site_says_where_agents_are_looked_for(site: Build) -> None:
    html = (site({"pages/.keep": ""}, docs_dir="pages", strict=False) / "index.html").read_text(
        encoding="utf-8"
    )
    assert "No agents were found." in html
    assert "<ac-finder" not in html


@pytest.mark.parametrize("more", ["show: cards", "group: quality"])
def test_it_stands_alone(site: Build, more: str) -> None:
    text = f"# Ours\n\n```agents\nview: home\n{more}\n```\n"
    html = (site({**ALONE, "docs/ours.md": text}, strict=False) / "ours/index.html").read_text(
        encoding="utf-8"
    )
    assert "<code>view: home</code> is the whole catalog" in html
    assert "ac-doors" not in html


def test_what_changed_is_a_page(site: Build, browser: Browser, tmp_path: Path) -> None:
    identity = ("-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")

    def git(*arguments: str) -> None:
        subprocess.run(("git", *arguments), cwd=tmp_path, check=True, capture_output=True)

    def commit(files: dict[str, str]) -> Path:
        built = site(files, docs_dir="pages", strict=False)
        git("add", "-A", ":!site")
        git(*identity, "commit", "-qm", "Change")
        return built

    git("init", "-q")
    commit(ALONE)
    commit({"pages/.keep": "", "agents/three/sql-reader.md": agent("sql-reader", "tools: Read, Bash\n")})
    commit({"pages/.keep": "", "agents/four/sql-reader.md": agent("sql-reader", "tools: Read\n")})
    problems: list[str] = []
    with served_at(site({"pages/.keep": ""}, docs_dir="pages", strict=False)) as base:
        page = opened(browser, "light", 1300, problems, base)
        page.goto(base)
        assert "sql-reader" in page.locator(".ac-home .ac-news").inner_text()
        page.locator(".ac-topic a", has_text="What changed").click()
        page.wait_for_url("**/changes/")
        assert page.locator(".ac-change", has_text="sql-reader").first.is_visible()
        assert page.locator(".ac-change", has_text="Bash").count() >= 1
        assert page.locator(".ac-change", has_text="sql-reader (four)").count() == 1
        results = run_axe(page, context=THEIRS)
        assert results.violations_count == 0, results.generate_report()
        assert page.request.get(f"{base}feed.xml").ok
        assert page.locator(".ac-lead a[href='../feed.xml']").count() == 1
        page.close()
    assert problems == []
