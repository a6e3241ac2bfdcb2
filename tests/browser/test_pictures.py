"""Pictures of what is around a definition, in Chromium."""

from __future__ import annotations

import pytest
from browsing import THEIRS, opened, run_axe, served_at
from playwright.sync_api import Browser
from sites import Build, agent

SKILL = "---\nname: plans\ndescription: Makes plans. Use it first.\n---\n\nPlan.\n"
FILES = {
    "agents/a/lead.md": agent("lead", "skills: plans\n", "Ask @helper, and `helper` again."),
    "agents/a/chief.md": agent("chief", "", "Ask @lead."),
    "agents/b/helper.md": agent("helper", "skills: plans\n"),
    "agents/b/alone.md": agent("alone"),
    "skills/plans/SKILL.md": SKILL,
}


@pytest.mark.parametrize("script", [True, False])
def test_the_links_of_a_picture_lead_there(shared_site: Build, browser: Browser, script: bool) -> None:
    theme = {"name": "material", "font": False, "features": ["navigation.instant"]}
    with served_at(shared_site(FILES, theme=theme)) as base:
        page = browser.new_context(java_script_enabled=script).new_page()
        page.goto(f"{base}agents/a/lead/")
        page.locator(".ac-graph a", has_text="helper").click()
        page.wait_for_url("**/agents/b/helper/")
        assert page.locator("h1").inner_text() == "helper"
        page.goto(f"{base}agents/b/alone/")
        assert page.locator(".ac-picture").count() == 0
        page.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1300), ("dark", 375)])
def test_pictures_are_accessible(shared_site: Build, browser: Browser, scheme: str, width: int) -> None:
    problems: list[str] = []
    with served_at(shared_site(FILES)) as base:
        page = opened(browser, scheme, width, problems, base)
        for uri in ("agents/a/lead/", "skills/plans/"):
            page.goto(base + uri)
            # The lists say the same where there is no room for a picture.
            assert page.locator(".ac-graph").is_visible() == (uri.startswith("agents") and width > 480)
            assert page.locator(".ac-page li a[href]").count() >= 1
            results = run_axe(page, context=THEIRS)
            assert results.violations_count == 0, results.generate_report()
        page.close()
    assert problems == []
