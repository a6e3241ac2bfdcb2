"""In Chromium: addresses that were published once lead on, with and without scripts, served and as files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from browsing import open_page, opened, run_axe, served_at
from mkdocs_agent_catalog.addresses.urls import make_page_path
from mkdocs_agent_catalog.build import Options, build
from mkdocs_agent_catalog.model.address_lock import AddressLock, dump_lock
from playwright.sync_api import Browser, Page
from sites import HOSTILE, agent, write

# What was asked for, and the place on the page.
ASKED = "?find=%3Cb%3E&x=1%272#tools"
NAME = '"><script>window.pwned=1</script><img src=x onerror=window.pwned=2>'
BEFORE = {
    "agents/old/a.md": agent("a", "tools: Read, mcp__docs__find\n", "Says one thing and no other.\n" * 9),
    "agents/old/it's; url=x <b> & é.md": HOSTILE,
    "agents/gone.md": agent("gone", body="Nobody knows.\n" * 9),
}
MOVED = {"agents/old/a.md": "agents/new/a.md", "agents/old/it's; url=x <b> & é.md": "agents/neu & é/it's.md"}
# The old address of the agent with the hostile name.
HOSTILE_ONE = "agents/old/it-s-url-x-b-and-%C3%A9/"


def published(root: Path, directory_urls: bool) -> Path:
    """A site in a folder of the server's, whose agents moved after their addresses had been recorded."""
    chosen = Options(path="team", use_directory_urls=directory_urls, feeds=False)
    write(root, BEFORE)
    recorded = build(root, chosen).catalog.ledger.now
    # Earlier versions also published an address `go/<id>/` for each: what is recorded goes on leading on.
    entries = tuple(
        replace(entry, addresses=(*entry.addresses, f"team/go/{entry.permanent}/"))
        for entry in recorded.entries
    )
    (root / "catalog.links.json").write_text(dump_lock(AddressLock(entries)), encoding="utf-8")
    for old, new in MOVED.items():
        (root / new).parent.mkdir(parents=True, exist_ok=True)
        (root / old).rename(root / new)
    (root / "agents/gone.md").unlink()
    site = root / "www/sub path"
    for output in build(root, chosen).outputs:
        uri = make_page_path(output.uri, directory_urls) if output.is_page else output.uri
        file = site / (f"{uri}index.html" if uri.endswith("/") else uri)
        file.parent.mkdir(parents=True, exist_ok=True)
        content = (
            f'<!doctype html><meta charset="utf-8">{output.content!s}' if output.is_page else output.content
        )
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return site


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published(tmp_path_factory.mktemp("leading"), True)


@pytest.fixture(scope="module")
def base(folder: Path) -> Iterator[str]:
    with served_at(folder.parent) as address:
        yield f"{address}{quote(folder.name)}/team/"


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=request.param)
    yield context.new_page()
    context.close()


def led(page: Page, address: str, to: str) -> None:
    """Opens ``address``, which leads to ``to``."""
    # The page that is opened goes away while it loads: that is what it is for.
    page.goto(address, wait_until="commit")
    page.wait_for_url(lambda at: at.partition("?")[0].partition("#")[0] == to)
    page.wait_for_load_state()


def test_an_old_address_leads_on(base: str, page: Page) -> None:
    led(page, f"{base}agents/old/a/", f"{base}agents/new/a/")
    assert page.locator("h1").inner_text() == "a"
    led(page, f"{base}go/old/a/", f"{base}agents/new/a/")
    led(page, f"{base}{HOSTILE_ONE}", f"{base}agents/neu-and-%C3%A9/it-s/")
    assert page.locator("h1").inner_text() == NAME


def test_a_tool_of_a_server_is_led_to_at_its_section(base: str, page: Page) -> None:
    led(page, f"{base}go/mcp__docs__find/", f"{base}servers/docs/")
    assert page.url.endswith("#tool-find")


def test_what_is_gone_says_so(base: str, page: Page) -> None:
    page.goto(f"{base}agents/gone/")
    assert "This agent was removed." in page.locator("body").inner_text()
    led(page, f"{base}go/gone/", f"{base}agents/gone/")
    assert "This agent was removed." in page.locator("body").inner_text()


def test_with_scripts_what_was_asked_for_is_taken_along(base: str, browser: Browser) -> None:
    page = open_page(browser)
    page.goto(f"{base}tools/read/")
    for address, to in (("agents/old/a/", "agents/new/a/"), (HOSTILE_ONE, "agents/neu-and-%C3%A9/it-s/")):
        led(page, f"{base}{address}{ASKED}", f"{base}{to}")
        assert page.url == f"{base}{to}{ASKED}"
        assert page.evaluate("window.pwned") is None
        # The way back does not lead through the old address again.
        page.go_back()
        assert page.url == f"{base}tools/read/"
    led(page, f"{base}go/mcp__docs__find/#agents", f"{base}servers/docs/")
    assert page.url == f"{base}servers/docs/#agents"
    page.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1000), ("dark", 375)])
def test_whom_nothing_leads_on_finds_a_link(base: str, browser: Browser, scheme: str, width: int) -> None:
    problems: list[str] = []
    page = opened(browser, scheme, width, problems, base)
    page.route("**/stub.js", lambda route: route.fulfill(body=""))
    page.goto(f"{base}{HOSTILE_ONE}")
    assert page.locator("h1").inner_text() == NAME
    assert page.evaluate("window.pwned") is None
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    results = run_axe(page)
    assert results.violations_count == 0, results.generate_report()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{base}agents/neu-and-%C3%A9/it-s/")
    page.close()


def test_from_a_file(tmp_path: Path, page: Page, request: pytest.FixtureRequest) -> None:
    site = published(tmp_path, False)
    new = (site / "team/agents/new/a.html").as_uri()
    led(page, (site / "team/agents/old/a.html").as_uri(), new)
    led(page, (site / "team/go/old/a/index.html").as_uri(), new)
    assert page.locator("h1").inner_text() == "a"
    if "no scripts" not in request.node.name:
        led(page, (site / "team/agents/old/a.html").as_uri() + ASKED, new)
        assert page.url == new + ASKED
