"""What the owner asks is answered within three clicks, and the pages hold still while they load."""

from __future__ import annotations

import re

import pytest
from browsing import open_page, served_at
from playwright.sync_api import Browser, Page
from sites import Build, agent

FILES = {
    "agents/ops/runner.md": agent("runner", "tools: Bash, Read\n"),
    "agents/ops/both.md": agent("both", "tools: Bash, WebFetch\n"),
    "agents/ops/web.md": agent("web", "tools: WebFetch\n"),
    "agents/ops/planner.md": agent("planner", "tools: Read, Agent(runner)\n"),
    **{f"agents/web/a{n:02}.md": agent(f"a{n:02}") for n in range(14)},
}
SHIFT = """window.shift = 0; new PerformanceObserver((list) => { for (const entry of list.getEntries())
  if (!entry.hadRecentInput) window.shift += entry.value; })
  .observe({ type: "layout-shift", buffered: true });"""


def read_names(page: Page, cards: str) -> set[str]:
    return {text.strip() for text in page.locator(cards).all_inner_texts()}


def test_who_has_bash_and_webfetch(shared_site: Build, browser: Browser) -> None:
    with served_at(shared_site(FILES)) as base:
        page = open_page(browser)
        page.goto(f"{base}tools/")
        page.get_by_role("link", name="Bash", exact=True).click()
        page.locator(".ac-with").get_by_role("link", name=re.compile("WebFetch")).click()
        page.wait_for_selector("ac-finder[ready]")
        names = read_names(page, ".ac-card:visible h3")
        assert names == {"both", *(f"a{n:02}" for n in range(14))}
        page.close()


def test_who_inherits_everything(shared_site: Build, browser: Browser) -> None:
    with served_at(shared_site(FILES)) as base:
        page = browser.new_page(java_script_enabled=False)
        page.goto(f"{base}agents/")
        page.get_by_role("link", name="Capabilities").first.click()
        page.get_by_role("link", name="14 of 18 agents inherit all tools").click()
        assert page.url.endswith("reach/#inherited")
        assert len(read_names(page, ".ac-heirs li:visible > a")) == 14
        page.close()


def test_who_reaches_a_shell_through_others(shared_site: Build, browser: Browser) -> None:
    with served_at(shared_site(FILES)) as base:
        page = browser.new_page(java_script_enabled=False)
        page.goto(f"{base}agents/")
        page.get_by_role("link", name="Capabilities").first.click()
        page.get_by_role("link", name="Runs commands: Through others: 1").click()
        assert page.url.endswith("reach/#reach-commands-through")
        row = page.locator("#reach-commands-through + dl").inner_text()
        assert " ".join(row.split()) == "for example Agent → runner → Bash planner ops"
        page.close()


@pytest.mark.parametrize("width", [1440, 375])
def test_nothing_moves_while_the_pages_load(shared_site: Build, browser: Browser, width: int) -> None:
    with served_at(shared_site(FILES)) as base:
        page = open_page(browser, width, 812)
        page.add_init_script(SHIFT)
        for uri in ("reach/", "tools/", "tools/bash/", "grants/"):
            page.goto(base + uri, wait_until="networkidle")
            assert page.evaluate("window.shift") < 0.05, uri
        page.close()
