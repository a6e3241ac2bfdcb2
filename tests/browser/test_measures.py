"""What can be measured of every page: the way of the keyboard, what moves while a page loads, sizes."""

from __future__ import annotations

import pytest
from browsing import opened, served_at
from mkdocs_agent_catalog.addresses.urls import make_page_path
from mkdocs_agent_catalog.pages.registry import list_nav_pages
from playwright.sync_api import Browser, Page
from sites import REPOSITORY, Build

# Pages that the site of these tests has not: it has neither commands nor a history.
RARE = {"commands/index.md", "changes.md"}
KINDS = (
    *(make_page_path(page.uri, True) for page in list_nav_pages() if page.uri not in RARE),
    *("agents/one/lead/", "tools/bash/", "skills/plans/", "servers/docs/"),
)
BOX = ".ac-page input[type='search']"
# A page without a link leads on to what follows it.
IS_PAST_NAVIGATION = """() => {
  const [content, at] = [document.querySelector(".ac-page"), document.activeElement];
  const isBehind = content.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING;
  return at === document.body || isBehind > 0;
}"""


def press_until(page: Page, text: str, times: int) -> bool:
    """Whether the keyboard comes to a link that says ``text`` within so many steps."""
    for _ in range(times):
        page.keyboard.press("Tab")
        if text in page.evaluate("document.activeElement.textContent").strip():
            return True
    return False


@pytest.mark.parametrize("theme", ["material", "mkdocs"])
def test_the_first_stops_of_the_keyboard_lead_past_the_navigation(
    site: Build, browser: Browser, theme: str
) -> None:
    settings = {"name": theme, "font": False} if theme == "material" else {"name": theme}
    with served_at(site(REPOSITORY, theme=settings, strict=False)) as base:
        page = opened(browser, "light", 1300, [], base)
        for uri in KINDS:
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
        page.context.close()


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
        page.context.close()


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
        page.context.close()
