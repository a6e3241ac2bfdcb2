"""What stands around a page, in Chromium."""

from __future__ import annotations

import pytest
from browsing import opened, run_axe, served_at
from playwright.sync_api import Browser
from similar_agents import FILES
from sites import Build

HOME = "# Home\n\nAsk [the reviewer](agents/cloud/terraform-reviewer.md), it has [Grep](tools/grep.md).\n"


@pytest.mark.parametrize("instant", [True, False])
def test_a_link_shows_what_it_leads_to(site: Build, browser: Browser, instant: bool) -> None:
    theme = {"name": "material", "font": False, "features": ["navigation.instant"] if instant else []}
    files = FILES | {"docs/index.md": HOME, "docs/other.md": "# Other\n\n[Home](index.md)\n"}
    folder = site(files, theme=theme)
    assert "cards.js" not in (folder / "other/index.html").read_text(encoding="utf-8")
    problems: list[str] = []
    with served_at(folder) as base:
        page = opened(browser, "light", 1300, problems, base)
        page.goto(f"{base}other/")
        page.locator(".md-content a", has_text="Home").click()
        page.wait_for_selector("text=the reviewer")
        page.get_by_role("link", name="the reviewer").hover()
        card = page.locator(".ac-hovercard")
        card.wait_for()
        assert "Reviews Terraform modules." in card.inner_text()
        assert "Reads only" in card.inner_text()
        # It can be pointed at itself, and Escape sends it away.
        card.hover()
        page.wait_for_timeout(400)
        assert card.is_visible()
        results = run_axe(page, context={"include": [[".md-content"]]})
        assert results.violations_count == 0, results.generate_report()
        page.keyboard.press("Escape")
        assert card.count() == 0
        page.get_by_role("link", name="Grep").focus()
        card.wait_for()
        assert page.get_by_role("link", name="Grep").get_attribute("aria-describedby") == "ac-hovercard"
        assert "allowed: 1" in card.inner_text()
        page.get_by_role("link", name="the reviewer").focus()
        page.wait_for_function("document.querySelector('.ac-hovercard')?.innerText.includes('Terraform')")
        assert card.count() == 1
        page.close()
    assert problems == []


def test_a_reason_that_is_opened_has_an_address(site: Build, browser: Browser) -> None:
    with served_at(site(FILES, strict=False, theme={"name": "material", "font": False})) as base:
        page = opened(browser, "light", 1300, [], base)
        page.goto(f"{base}agents/cloud/terraform-pro/")
        page.locator(".ac-decision:has(#tool-write) summary").click()
        page.wait_for_function("location.hash.startsWith('#tool-')")
        page.goto("about:blank")
        page.goto(f"{base}agents/cloud/terraform-pro/#tool-read")
        page.wait_for_selector(".ac-decision:has(#tool-read) details[open]")
        page.close()


@pytest.mark.parametrize("path", ["", "agents/", "agents/cloud/terraform-reviewer/", "problems/"])
def test_the_menu_of_a_phone_opens_on_the_section_of_the_page(
    shared_site: Build, browser: Browser, path: str
) -> None:
    files = {**FILES, "pages/.keep": ""}
    theme = {"name": "material", "font": False}
    with served_at(shared_site(files, theme=theme, docs_dir="pages")) as base:
        page = opened(browser, "light", 375, [], base)
        page.goto(base + path)
        page.locator("header label[for=__drawer]").click()
        page.wait_for_timeout(500)
        shown = "[...document.querySelectorAll('.md-nav--primary .md-nav__title')].filter((title) => {"
        shown += " const { left, top } = title.getBoundingClientRect();"
        shown += " return title.contains(document.elementFromPoint(left + 60, top + 70)); })"
        titles = page.evaluate(shown + ".map((title) => title.innerText.trim())")
        assert titles == [{"": "Test", "problems/": "Health"}.get(path, "Browse")]
        page.set_viewport_size({"width": 1300, "height": 900})
        page.reload()
        for name in ("Agents", "Matrix", "Problems"):
            assert page.locator(".md-nav--primary").get_by_role("link", name=name).first.is_visible()
        page.close()
