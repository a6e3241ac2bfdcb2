"""Lists that are too long for one page, in Chromium."""

from __future__ import annotations

import pytest
from browsing import THEIRS, opened, run_axe, served_at
from long_lists import LIMITS, files
from playwright.sync_api import Browser
from sites import Build

HOOK = f"""
from dataclasses import replace
from mkdocs_agent_catalog import plugin
from mkdocs_agent_catalog.pages.pagination import PageLimits

load_options = plugin.load_options

def limited(*given, **named):
    return replace(load_options(*given, **named), page_limits={LIMITS})

plugin.load_options = limited
"""


@pytest.mark.parametrize(("scheme", "width"), [("light", 1300), ("dark", 375)])
def test_whoever_asks_is_answered_from_all_parts(
    shared_site: Build, browser: Browser, scheme: str, width: int
) -> None:
    problems: list[str] = []
    some = {name: text for name, text in files().items() if "/skills/" not in name}
    options = {"validation": {"unknown_tool": "info"}}
    folder = shared_site({**some, "hook.py": HOOK}, hooks=["hook.py"], options=options)
    with served_at(folder) as base:
        page = opened(browser, scheme, width, problems, base)
        page.goto(f"{base}agents/?find=131&tool=Bash")
        page.wait_for_selector(".ac-answer-head > a")
        assert page.locator(".ac-answer-head > a").all_inner_texts() == ["agent-131"]
        # What the address asks for is asked of the part that is chosen.
        assert page.locator(".ac-parts a").first.get_attribute("href").endswith("?find=131&tool=Bash")  # type: ignore[union-attr]
        results = run_axe(page, context=THEIRS)
        assert results.violations_count == 0, results.generate_report()
        page.locator(".ac-answer-head > a").first.click()
        page.wait_for_url(f"{base}agents/agent-131/", wait_until="load")
        page.goto(f"{base}agents/group_/big-2/?tool=Bash")
        page.wait_for_selector("ac-finder[ready]")
        assert page.get_by_text("The filter looks only at this part.").is_visible()
        assert page.locator(".ac-card:not([hidden])").count() > 0
        results = run_axe(page, context=THEIRS)
        assert results.violations_count == 0, results.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.close()
    assert problems == []
