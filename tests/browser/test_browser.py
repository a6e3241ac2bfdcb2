"""In Chromium: what the main pages do, and what hostile text does not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browsing import THEIRS, open_page, opened, run_axe, served_at
from playwright.sync_api import Browser, Page
from sites import HOSTILE, REPOSITORY, Build


@pytest.fixture
def served(shared_site: Build) -> Iterator[str]:
    with served_at(shared_site(REPOSITORY | {"agents/hostile.md": HOSTILE}, strict=False)) as base:
        yield base


def test_hostile_text_does_nothing(served: str, browser: Browser) -> None:
    problems: list[str] = []
    page = opened(browser, "light", 1300, problems, served)
    for path in ("agents/hostile/", "agents/", "matrix/", "problems/", "tools/"):
        page.goto(served + path, wait_until="load")
        page.locator(".ac-raw > summary").click() if path == "agents/hostile/" else None
        assert page.evaluate("window.pwned") is None, path
    page.goto(served + "agents/")
    page.locator(".md-search__input").first.fill("pwned")
    page.wait_for_timeout(1500)
    assert page.evaluate("window.pwned") is None
    assert problems == []


def test_the_raw_file_is_loaded_when_it_is_asked_for(served: str, browser: Browser) -> None:
    problems: list[str] = []
    page = opened(browser, "light", 1300, problems, served)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{served}agents/one/lead/", wait_until="load")
    assert not page.locator(".ac-raw .highlight").is_visible()
    file = f"{served}agents/one/lead/agent.md"
    assert file not in asked
    page.locator(".ac-raw > summary").click()
    page.wait_for_selector(".ac-raw .highlight")
    assert page.locator("#ac-raw-file").text_content() == page.request.get(file).text()
    assert page.get_by_role("button", name="Copy the text").is_visible()
    assert problems == []
    page.goto(f"{served}agents/hostile/", wait_until="load")
    page.locator(".ac-raw > summary").click()
    page.wait_for_selector(".ac-raw .highlight")
    assert page.locator("#ac-raw-file > *").count() == 0
    assert "<script" in page.locator("#ac-raw-file").inner_text()
    page.close()


def test_without_script_or_server_the_raw_file_is_a_link(
    served: str, shared_site: Build, browser: Browser
) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{served}agents/one/lead/")
    page.locator(".ac-raw > summary").click()
    assert not page.locator("#ac-raw-file").is_visible()
    page.get_by_role("link", name="Open the file").click()
    page.wait_for_url("**/agent.md")
    assert "name: lead" in page.locator("body").inner_text()
    page.close()


def test_only_a_file_below_the_page_is_put_in(served: str, browser: Browser) -> None:
    page = open_page(browser)
    page.goto(f"{served}agents/one/lead/", wait_until="load")
    for address in ("../../../catalog.json", "https://evil.example/agent.md", "data:text/plain,x"):
        page.evaluate("to => document.querySelector('.ac-raw a').setAttribute('href', to)", address)
        page.locator(".ac-raw > summary").click()
        page.wait_for_timeout(100)
        assert page.locator("#ac-raw-file").text_content() == "", address
        page.locator(".ac-raw > summary").click()
    page.close()


def test_a_tool_leads_to_the_reason_that_it_shares(served: str, browser: Browser) -> None:
    page = open_page(browser)
    page.goto(f"{served}agents/one/coder/", wait_until="load")
    tools = page.locator(".ac-decision dd").evaluate_all("all => all.map(one => one.id)")
    for tool in tools:
        page.goto(f"{served}agents/one/coder/#{tool}")
        page.wait_for_timeout(50)
        assert page.locator(f".ac-decision:has(#{tool}) details.ac-why").get_attribute("open") is not None
        assert page.evaluate("location.hash") == f"#{tool}"
    page.goto(f"{served}agents/one/lead/", wait_until="load")
    page.locator(".ac-decision .ac-why > summary").first.click()
    page.wait_for_function("location.hash.startsWith('#tool-')")
    page.close()


def shown(page: Page) -> list[str]:
    return page.locator(".ac-card:not([hidden]) h3").all_text_contents()


def test_the_filter_finds_by_words_that_people_use(served: str, browser: Browser) -> None:
    problems: list[str] = []
    page = opened(browser, "light", 1300, problems, served)
    page.goto(served + "agents/")
    everyone = shown(page)
    page.locator("#ac-filter").fill("shell")
    assert "lead" in shown(page)
    assert "x" not in shown(page)
    page.locator("#ac-filter").fill("docs query")
    assert shown(page) == ["lead"]
    assert "find=docs+query" in page.url
    count = page.locator("ac-finder .ac-found").inner_text()
    assert count == f"1 of {len(everyone)} agents with all these words"
    page.locator(".ac-clear").click()
    assert shown(page) == everyone
    assert "?" not in page.url
    assert problems == []


def test_facets_combine_and_are_in_the_address(served: str, browser: Browser) -> None:
    page = opened(browser, "light", 1300, [], served)
    page.goto(served + "agents/?group=one")
    assert sorted(shown(page)) == ["coder", "helper", "lead"]
    page.get_by_role("button", name="+ Filter").click()
    page.get_by_role("checkbox", name="plans").check()
    assert shown(page) == ["lead"]
    assert "skill=plans" in page.url
    page.go_back()
    assert sorted(shown(page)) == ["coder", "helper", "lead"]
    page.goto(served + "agents/?group=tools&skill=plans")
    assert shown(page) == []
    assert "Nothing matches" in page.locator(".ac-loosen").inner_text()
    page.locator(".ac-loosen button", has_text="skill").click()
    assert shown(page) == ["x"]
    axe = run_axe(page, THEIRS)
    assert axe.violations_count == 0, axe.generate_report()


def test_facets_work_by_keyboard(served: str, browser: Browser) -> None:
    page = opened(browser, "light", 1300, [], served)
    page.goto(served + "agents/")
    page.locator(".ac-plus").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.matches('.ac-pick')")
    page.keyboard.type("plans")
    page.keyboard.press("Tab")
    page.wait_for_function("document.activeElement.type === 'checkbox'")
    page.keyboard.press("Space")
    page.wait_for_function("location.search === '?skill=plans'")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('.ac-plus')")
    assert page.locator(".ac-panel").is_hidden()


def test_the_index_is_complete_without_script(served: str, browser: Browser) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(served + "agents/?group=one")
    assert len(shown(page)) > 5
    assert not page.locator("ac-finder").is_visible()
