"""What can be measured of every page: the way of the keyboard, what moves while a page loads, sizes."""

from __future__ import annotations

import gzip
import re
import threading
from pathlib import Path

import pytest
from browsing import FILLED, NAV_PAGES, THEIRS, Quiet, launch, opened, run_axe, served_at
from mkdocs_agent_catalog.pages.assets import PAGE_STYLES, SCRIPTS, build_script, build_stylesheet
from playwright.sync_api import Browser, Page
from sites import HOSTILE, REPOSITORY, Build, agent

KINDS = (
    *NAV_PAGES,
    *("agents/one/lead/", "agents/one/coder/", "tools/bash/", "skills/plans/", "servers/docs/", "grants/"),
    *("agents/hostile/", "agents/one/long/", "servers/very_long_name_of_a_server_for_observability/"),
)
# Names that no line holds.
LONG = agent(
    "long",
    "tools: Read, mcp__very_long_name_of_a_server_for_observability__list_all_dashboards_in_organisation\n",
    "| Agent | Does |\n|---|---|\n| `requirements_analyzer` | Gathers what people require of it |\n",
)
# As many as a page does not show at once: what a script adds or takes away moves what follows.
MANY = {
    f"agents/team-{n % 5}/a{n:02}.md": agent(f"a{n:02}", "tools: Read, Grep, WebFetch\n" if n % 3 else "")
    for n in range(40)
}
SHIFTS = """
window.shifts = [];
const note = (entry) => window.shifts.push([entry.value, entry.sources.map(({node}) => node?.className)]);
new PerformanceObserver((list) => list.getEntries().filter((entry) => !entry.hadRecentInput).forEach(note))
  .observe({type: "layout-shift", buffered: true});
"""
# What opens over a page covers others.
UNFOLD = (
    "document.querySelectorAll('details:not(.ac-popup, .ac-take *)').forEach((part) => (part.open = true))"
)
# A table of a text scrolls: no word in it is cut to pieces. Nor is a name in the matrix cut.
BROKEN_WORDS = """[...document.querySelectorAll(".ac-prompt td > code")]
  .some((code) => /^\\w+$/.test(code.textContent) && code.getClientRects().length > 1)
  || [...document.querySelectorAll(".ac-mx tbody th")].some((head) => head.scrollWidth > head.clientWidth)"""
TARGETS = {"target-size": {"enabled": True}}
BOX = ".ac-page input[type='search']"
# A page without a link leads on to what follows it.
IS_PAST_NAVIGATION = """() => {
  const [content, at] = [document.querySelector(".ac-page"), document.activeElement];
  const isBehind = content.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING;
  return at === document.body || isBehind > 0;
}"""


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 375)])
def test_every_kind_of_page_stands_still_fits_and_is_accessible(
    shared_site: Build, browser: Browser, scheme: str, width: int
) -> None:
    problems: list[str] = []
    files = FILLED | MANY | {"agents/hostile.md": HOSTILE, "agents/one/long.md": LONG}
    with served_at(shared_site(files, strict=False)) as base:
        page = opened(browser, scheme, width, problems, base)
        page.add_init_script(SHIFTS)
        for uri in KINDS:
            page.goto(base + uri, wait_until="load")
            page.evaluate("new Promise((done) => setTimeout(() => requestAnimationFrame(done), 60))")
            shifts = page.evaluate("window.shifts")
            if sum(size for size, _ in shifts) >= 0.05:
                problems.append(f"{uri} moves: {shifts}")
            page.evaluate(UNFOLD)
            if width == 375:
                page.set_viewport_size({"width": 320, "height": 900})
            wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if wider > 0:
                problems.append(f"{uri} is {wider} px wider than the screen")
            if page.evaluate(BROKEN_WORDS):
                problems.append(f"{uri} breaks or cuts words of a table")
            results = run_axe(page, THEIRS, TARGETS)
            page.set_viewport_size({"width": width, "height": 900})
            problems += [f"{uri}: {results.generate_report()}"] if results.violations_count else []
            assert page.locator("h1").count() == 1, uri
            assert page.locator("#ac-content").count() == 1, uri
            assert page.locator("a[href='#ac-content']:not([data-ac-box])").count() == 1, uri
        page.close()
    assert not problems, "\n".join(problems)


class Halting(Quiet):
    """Sends the first rows of the matrix, the rest of it when it is asked for, as a slow connection does."""

    rest = threading.Event()

    def do_GET(self) -> None:
        path = Path(self.directory) / self.path.strip("/") / "index.html"
        if not path.exists():
            super().do_GET()
            return
        page = path.read_bytes()
        half = page.index(b"</tr>", page.index(b"<tbody>")) + len(b"</tr>")
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(page[:half])
        self.wfile.flush()
        self.rest.wait(20)
        self.wfile.write(page[half:])


# Where the parts of the page are, as soon as the first rows are there, and at last.
PLACES = """() => [".ac-mx", ".ac-mx-legend", ".ac-mx-actions"].map((part) => {
  const {x, y} = document.querySelector(part).getBoundingClientRect();
  return [part, x, y, document.querySelector(".ac-matrix").clientWidth];
})"""


def test_the_matrix_stands_still_while_the_page_is_read(shared_site: Build, browser: Browser) -> None:
    # Playwright hides the bars that scroll; a page that gets one is narrower, and what is above may wrap.
    with (
        served_at(shared_site(FILLED | MANY, strict=False), Halting) as base,
        launch(browser.browser_type, "--hide-scrollbars") as barred,
    ):
        for width in (1440, 375):
            for uri in ("matrix/", "matrix/declared/", "matrix/difference/"):
                page = opened(barred, "light", width, [], base)
                page.add_init_script(SHIFTS)
                Halting.rest.clear()
                page.goto(base + uri, wait_until="commit")
                page.wait_for_selector(".ac-mx tbody tr", state="attached")
                early = page.evaluate(PLACES)
                page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
                assert page.locator("#after-matrix").count() == 0
                Halting.rest.set()
                page.wait_for_load_state()
                page.wait_for_selector("ac-matrix[ready]")
                if width > 375:
                    assert page.evaluate(PLACES) == early, uri
                assert sum(size for size, _ in page.evaluate("window.shifts")) < 0.05, uri
                page.close()


def test_what_is_loaded_is_small(shared_site: Build) -> None:
    scripts = [build_script(name) for name in SCRIPTS]
    assert sum(len(gzip.compress(text.encode())) for text in scripts) < 45_000
    # A page loads the sheet of all pages, and at most one of its own beside it.
    sizes = [len(gzip.compress(build_stylesheet(folder).encode())) for folder in ("", *PAGE_STYLES)]
    assert sizes[0] + max(sizes[1:]) < 12_000
    site = shared_site(FILLED | MANY | {"agents/hostile.md": HOSTILE}, strict=False)
    for path in (site / "agents").rglob("index.html"):
        text = re.sub(r'(?s)<div class="ac-prompt.*?</article>', "", path.read_text(encoding="utf-8"))
        assert path.parent.name == "agents" or len(gzip.compress(text.encode())) < 12_000, path


def press_until(page: Page, text: str, times: int) -> bool:
    """Whether the keyboard comes to a link that says ``text`` within so many steps."""
    for _ in range(times):
        page.keyboard.press("Tab")
        if text in page.evaluate("document.activeElement.textContent").strip():
            return True
    return False


@pytest.mark.parametrize("theme", ["material", "mkdocs"])
def test_the_first_stops_of_the_keyboard_lead_past_the_navigation(
    shared_site: Build, browser: Browser, theme: str
) -> None:
    settings = {"name": theme, "font": False} if theme == "material" else {"name": theme}
    with served_at(shared_site(REPOSITORY, theme=settings, strict=False)) as base:
        page = opened(browser, "light", 1300, [], base)
        for uri in ("agents/", "agents/one/lead/", "matrix/", "problems/"):
            page.goto(base + uri)
            assert press_until(page, "Skip to", 2), uri
            page.keyboard.press("Enter")
            page.keyboard.press("Tab")
            assert page.evaluate(IS_PAST_NAVIGATION), uri
            page.goto(base)
            page.goto(base + uri)
            if page.locator(BOX).count() == 0:
                assert not page.locator("[data-ac-box]").is_visible(), uri
                continue
            assert press_until(page, "Skip to the filter", 2), uri
            page.keyboard.press("Enter")
            assert page.evaluate(f"document.activeElement.matches({BOX!r})"), uri
        page.close()


def test_the_way_to_the_filter_is_there_after_a_page_came_without_a_load(
    site: Build, browser: Browser
) -> None:
    theme = {"name": "material", "font": False, "features": ["navigation.instant"]}
    with served_at(site(REPOSITORY, theme=theme, strict=False, site_url="http://127.0.0.1/")) as base:
        page = opened(browser, "light", 1300, [], base)
        page.goto(f"{base}tools/")
        page.locator(".md-nav a", has_text="Agents").first.click()
        page.wait_for_selector(BOX)
        page.wait_for_selector("[data-ac-box]:not([hidden])", state="attached")
        page.locator("[data-ac-box]").focus()
        page.keyboard.press("Enter")
        assert page.evaluate(f"document.activeElement.matches({BOX!r})")
        page.close()


def test_what_opens_over_a_page_closes_on_escape_and_beside_it(shared_site: Build, browser: Browser) -> None:
    with served_at(shared_site(REPOSITORY, strict=False)) as base:
        page = opened(browser, "light", 1300, [], base)
        page.goto(f"{base}agents/one/lead/")
        popup = page.locator(".ac-take > details")
        for close in (lambda: page.keyboard.press("Escape"), lambda: page.mouse.click(5, 300)):
            popup.locator("summary").first.click()
            assert popup.get_attribute("open") is not None
            page.evaluate("document.activeElement.blur()")
            close()
            assert popup.get_attribute("open") is None
        page.close()


def test_paper_has_the_light_colours_in_both_schemes(shared_site: Build, browser: Browser) -> None:
    grounds: list[list[str]] = []
    with served_at(shared_site(FILLED | MANY, strict=False)) as base:
        for scheme in ("light", "dark"):
            page = opened(browser, scheme, 1440, [], base)
            page.goto(base + "agents/one/lead/")
            page.emulate_media(media="print")
            grounds.append(
                page.locator(".ac-page").evaluate(
                    "(part) => ['--md-code-bg-color', '--ac-files', '--ac-warn']"
                    ".map((name) => getComputedStyle(part).getPropertyValue(name))"
                )
            )
            page.close()
    assert grounds[0] == grounds[1]
