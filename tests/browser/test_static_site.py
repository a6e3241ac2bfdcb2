"""The site that no engine builds: its pages, its search, without a script, on a phone, for everybody."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from browsing import open_page, opened, run_axe, served_at
from mkdocs_agent_catalog.cli.main import main
from playwright.sync_api import Browser
from sites import HOSTILE, REPOSITORY, builder, write

FILES = {**REPOSITORY, "agents/hostile.md": HOSTILE}
PAGES = ("agents/index.html", "matrix.html", "reach.html", "tools/index.html", "problems.html", "404.html")


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a site of MkDocs, and one without an engine in ``static``."""
    repo = tmp_path_factory.mktemp("static")
    builder(repo)(FILES, strict=False, use_directory_urls=False)
    assert main(["build", "-C", str(repo), "-d", str(repo / "static")]) == 0
    return repo


@pytest.fixture
def site(repo: Path) -> Path:
    return repo / "static"


def read_main(page: str) -> str:
    """The text of the part of a page that is the catalog's."""
    body = page[page.index('<div id="ac-content" class="ac-page') :]
    # Which code is coloured is a choice of the other site.
    return "".join(re.sub(r"<(script|template)\b.*?</\1>|<[^>]+>", " ", body.split("</article>")[0]).split())


def test_its_articles_are_those_of_a_site_of_mkdocs(repo: Path, site: Path) -> None:
    pages = [path for path in site.rglob("*.html") if ' class="ac-page' in path.read_text(encoding="utf-8")]
    articles = {path.relative_to(site) for path in pages} - {Path("404.html"), Path("index.html")}
    assert len(articles) > 10
    for path in articles:
        assert read_main((site / path).read_text()) == read_main((repo / "site" / path).read_text()), path


def test_every_page_is_for_everybody(site: Path, browser: Browser) -> None:
    problems: list[str] = []
    with served_at(site) as base:
        for scheme in ("light", "dark"):
            page = opened(browser, scheme, 1280, problems, base)
            for path in PAGES:
                page.goto(base + path)
                assert run_axe(page).response["violations"] == [], (path, scheme)
                assert not page.evaluate("window.pwned")
            page.close()
    assert problems == []


def test_the_search_finds_by_keyboard(site: Path, browser: Browser) -> None:
    page = open_page(browser)
    page.goto((site / "tools/bash.html").as_uri())
    page.keyboard.press("/")
    page.keyboard.type("lead")
    page.locator("ac-search li > a").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/lead.html")
    page.close()


def test_a_phone_has_all_of_it_without_a_script(site: Path, browser: Browser) -> None:
    page = browser.new_page(java_script_enabled=False, viewport={"width": 375, "height": 812})
    page.goto((site / "agents/index.html").as_uri())
    page.get_by_text("Menu", exact=True).click()
    page.get_by_role("link", name="Tools", exact=True).first.click()
    page.wait_for_url("**/tools/index.html")
    assert page.locator("h1").bounding_box()["x"] >= 0  # type: ignore[index]
    page.close()


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path, {**REPOSITORY, "site/theirs.txt": "Theirs"})
    assert main(["build", "-C", str(tmp_path), "-d", str(tmp_path / "site")]) == 2
    assert [path.name for path in (tmp_path / "site").iterdir()] == ["theirs.txt"]


def test_what_an_earlier_build_left_goes(tmp_path: Path) -> None:
    write(tmp_path, REPOSITORY)
    folder = tmp_path / "site"
    for _ in range(2):
        assert (
            main(["build", "-C", str(tmp_path), "-d", str(folder), "--site-url", "https://example.org/x"])
            == 0
        )
        write(folder, {"agents/old/index.html": "old"})
    assert main(["build", "-C", str(tmp_path), "-d", str(folder), "--site-url", "https://example.org/x"]) == 0
    assert not (folder / "agents/old").exists()
    assert "<loc>https://example.org/x/matrix/</loc>" in (folder / "sitemap.xml").read_text(encoding="utf-8")
