"""For everybody: strict policies, other themes, narrow screens, no script, a sub-path, real catalogs."""

from __future__ import annotations

import functools
import http.server
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from browsing import FILLED, NAV_PAGES, THEIRS, open_page, opened, run_axe, served_at
from mkdocs_agent_catalog.build import Options, build
from mkdocs_agent_catalog.pages.assets import build_stylesheet
from places import ROOT
from playwright.sync_api import Browser
from sites import HOSTILE, REPOSITORY, Build, write

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:"
KINDS = (
    *NAV_PAGES,
    *("agents/one/lead/", "tools/bash/", "skills/plans/", "servers/docs/"),
    *("matrix/declared/", "matrix/difference/"),
)
# Real agents that nobody here wrote lie beside some checkouts.
CORPORA = [
    path
    for name in ("lst97__claude-code-sub-agents", "wshobson__agents")
    if (path := ROOT.parent / "shared/corpora" / name).is_dir()
]


class Strict(http.server.SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def strictly_served(folder: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Strict, directory=str(folder))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_our_parts_need_no_exception_from_a_strict_policy(tmp_path: Path, browser: Browser) -> None:
    write(tmp_path / "repo", REPOSITORY | {"agents/hostile.md": HOSTILE})
    head = '<!doctype html><html lang="en"><title>T</title><link rel="stylesheet" href="/style.css">'
    for output in build(tmp_path / "repo", Options()).outputs:
        path = (
            tmp_path / "site" / (output.uri.removesuffix(".md") + ".html" if output.is_page else output.uri)
        )
        if output.is_page:
            assert not re.search(
                r"<style|<script(?![^>]* src=)|<[^>]*\s(style|on\w+)=[\"']", output.content
            ), output.uri
            path = tmp_path / "site" / output.uri.removesuffix("index.md").removesuffix(".md") / "index.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        content = (
            f'{head}<main class="md-content md-typeset">{output.content}</main>'
            if output.is_page
            else output.content
        )
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (tmp_path / "site/style.css").write_text(build_stylesheet(), encoding="utf-8")
    problems: list[str] = []
    with strictly_served(tmp_path / "site") as base:
        page = opened(browser, "light", 1300, problems, base)
        page.goto(f"{base}agents/?ask=lead")
        page.wait_for_selector(".ac-answers li")
        page.goto(f"{base}agents/?find=lead&sort=reach&view=table")
        page.wait_for_selector(".ac-dense")
        page.locator(".ac-dense a").first.hover()
        page.wait_for_selector(".ac-hovercard")
        page.goto(f"{base}matrix/?turn=yes")
        page.wait_for_selector("ac-matrix[ready]")
        page.goto(f"{base}matrix/")
        page.locator("td.ac-cell").first.click()
        assert page.locator(".ac-proof").is_visible()
        page.close()
    assert [text for text in problems if "favicon" not in text and "404" not in text] == []


LIST_MARKS = """[...document.querySelectorAll(":is(.ac-pills, .ac-cards, .ac-values) > li, .ac-crumbs li")]
    .map(entry => getComputedStyle(entry).listStyleType)"""
BOLD = "links => links.filter(link => getComputedStyle(link).fontWeight >= 600).map(link => link.textContent)"


@pytest.mark.parametrize("theme", ["mkdocs", "readthedocs"])
def test_other_themes_have_all_of_it(shared_site: Build, browser: Browser, theme: str) -> None:
    problems: list[str] = []
    with served_at(shared_site(FILLED, theme={"name": theme}, strict=False)) as base:
        page = opened(browser, "light", 1300, [], base)
        page.on("pageerror", lambda error: problems.append(str(error)))
        for uri in KINDS:
            page.goto(base + uri)
            results = run_axe(page, context={"include": [[".ac-page"]]})
            assert results.violations_count == 0, f"{uri}\n{results.generate_report()}"
            # The theme numbers lists and marks their entries.
            assert set(page.evaluate(LIST_MARKS)) <= {"none"}, uri
            assert page.locator(".ac-tabs a").evaluate_all(BOLD) == [], uri
        page.goto(f"{base}agents/?find=lead")
        page.wait_for_selector("ac-finder[ready]")
        assert page.locator(".ac-card:not([hidden])").count() == 1
        page.goto(f"{base}matrix/?sort=Bash")
        page.wait_for_selector("ac-matrix[ready]")
        page.close()
    # These themes fetch their highlighter from elsewhere, which a closed network refuses.
    assert [text for text in problems if "hljs" not in text] == []


def test_every_kind_of_page_can_be_read_in_forced_colors(shared_site: Build, browser: Browser) -> None:
    problems: list[str] = []
    with served_at(shared_site(FILLED | {"agents/hostile.md": HOSTILE}, strict=False)) as base:
        context = browser.new_context(
            viewport={"width": 640, "height": 700}, forced_colors="active", reduced_motion="reduce"
        )
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        for uri in KINDS:
            page.goto(base + uri)
            assert page.evaluate("document.documentElement.scrollWidth") <= 640, uri
            results = run_axe(page, context=THEIRS)
            assert results.violations_count == 0, f"{uri}\n{results.generate_report()}"
        context.close()
    assert problems == []


def test_without_a_script_everything_is_there(shared_site: Build, browser: Browser) -> None:
    with served_at(shared_site(FILLED | {"agents/hostile.md": HOSTILE}, strict=False)) as base:
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        for uri in KINDS:
            page.goto(base + uri)
            assert page.locator("h1").is_visible(), uri
        page.goto(f"{base}matrix/")
        assert page.locator(".ac-mx td").first.is_visible()
        assert not page.locator(".ac-mx-find").is_visible()
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("corpus", CORPORA, ids=lambda path: str(path.name))
def test_real_catalogs_below_a_path(
    site: Build, browser: Browser, tmp_path: Path, corpus: Path, scheme: str
) -> None:
    for entry in corpus.iterdir():
        if entry.name not in ("docs", "mkdocs.yml", ".git"):
            copy = shutil.copytree if entry.is_dir() else shutil.copy
            copy(entry, tmp_path / entry.name)
    built = site({}, strict=False)
    home = tmp_path / "host/team/wiki"
    shutil.copytree(built, home)
    problems: list[str] = []
    with served_at(tmp_path / "host") as host:
        base = f"{host}team/wiki/"
        page = opened(browser, scheme, 1300, problems, host)
        page.goto(f"{base}agents/?find=review")
        page.wait_for_selector("ac-finder[ready]")
        assert 0 < page.locator(".ac-card:not([hidden])").count() < 100
        page.locator("#ac-filter").fill("review code for security problems")
        page.get_by_role("button", name="Find").click()
        page.wait_for_selector(".ac-answers li")
        assert "secur" in page.locator(".ac-answers li").first.inner_text().lower()
        page.goto(f"{base}matrix/?find=review&same=yes")
        page.wait_for_selector("ac-matrix[ready]")
        page.locator("td.ac-cell").first.click()
        assert page.locator(".ac-proof").is_visible()
        page.keyboard.press("Escape")
        for uri in ("agents/", "matrix/", "matrix/difference/", "reach/"):
            page.goto(base + uri)
            results = run_axe(page, context=THEIRS)
            assert results.violations_count == 0, f"{uri}\n{results.generate_report()}"
        page.close()
    assert problems == []


def test_material_without_a_palette_is_material(shared_site: Build, browser: Browser) -> None:
    theme = {"name": "material", "font": False}
    with served_at(shared_site(FILLED, theme=theme, strict=False)) as base:
        page = open_page(browser)
        page.goto(f"{base}agents/")
        assert page.evaluate("getComputedStyle(document.querySelector('.ac-page')).zoom") == "1"
        page.close()


HEBREW = "---\nname: סוקר\ndescription: סוקר קוד ומוצא תקלות. Use it.\n---\n\n## משימה\n\nבדוק את הקוד.\n"


def test_a_site_from_right_to_left_is_laid_out_so(site: Build, browser: Browser) -> None:
    theme = {"name": "material", "font": False, "language": "he"}
    with served_at(site(FILLED | {"agents/he.md": HEBREW}, strict=False, theme=theme)) as base:
        page = open_page(browser, 1300, 900)
        page.goto(f"{base}matrix/")
        page.wait_for_selector("ac-matrix[ready]")
        side = "(e) => e.getBoundingClientRect().left"
        first = page.locator("tr[data-id] th").first.evaluate(side)
        assert first > page.locator("tr[data-id] td").first.evaluate(side)
        direction = "(e) => getComputedStyle(e).direction"
        page.goto(f"{base}agents/he/")
        assert page.locator(".ac-lead").evaluate(direction) == "rtl"
        assert page.locator(".ac-invoke code").first.evaluate(direction) == "ltr"
        page.goto(f"{base}agents/one/lead/")
        assert page.locator(".ac-prompt").evaluate(direction) == "ltr"
        page.set_viewport_size({"width": 375, "height": 800})
        for uri in KINDS:
            page.goto(base + uri)
            assert page.evaluate("document.documentElement.scrollWidth") <= 375, uri
        page.close()
    with served_at(site({"agents/he.md": HEBREW}, strict=False)) as base:
        page = open_page(browser)
        page.goto(f"{base}agents/he/")
        assert page.locator(".ac-prompt").evaluate(direction) == "rtl"
        page.close()
