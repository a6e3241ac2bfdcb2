"""What is taken along: the menu of links, by hand, by keyboard and without a script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import THEIRS, open_page, opened, run_axe, served_at
from link_menu import SYNTAXES, URL, Rows, built, choose, menu, read_rows, rows
from mkdocs_agent_catalog.build import Options, build
from playwright.sync_api import Browser
from sites import REPOSITORY, Build, write

LEAD = f"[lead]({URL}agents/one/lead/)"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site that says its address, built once."""
    return built(tmp_path_factory.mktemp("take"))


@pytest.fixture
def base(folder: Path) -> Iterator[str]:
    with served_at(folder) as address:
        yield address


def test_each_page_has_its_menu(folder: Path) -> None:
    for page in ("agents/one/lead", "tools/bash", "skills/plans", "servers/docs"):
        parsed = rows(folder, page)
        assert parsed.menus == 1
        assert parsed.root is None
        assert parsed.rows == {"Permalink": f"{URL}{page}/"}, "the script knows the rest"
        assert parsed.title == page.rpartition("/")[2].replace("bash", "Bash")
    for page in ("matrix", "matrix/declared", "matrix/difference"):
        assert rows(folder, page).rows == {"Permalink": f"{URL}{page}/"}
    assert rows(folder, "agents").menus == rows(folder, "problems").menus == 0


@pytest.mark.parametrize("path", ["", "team/catalog"])
@pytest.mark.parametrize("directory_urls", [True, False])
def test_without_an_address_of_the_site_a_place_holder_stands(
    tmp_path: Path, path: str, directory_urls: bool
) -> None:
    write(tmp_path, REPOSITORY)
    site = build(tmp_path, Options(embeds=True, path=path, use_directory_urls=directory_urls))
    below = f"{path}/" if path else ""
    depth = below.count("/")
    for uri, steps in (
        ("agents/one/lead.md", 3 if directory_urls else 2),
        ("matrix.md", int(directory_urls)),
    ):
        page = next(str(output.content) for output in site.outputs if output.uri == below + uri)
        parsed = Rows(page)
        assert parsed.root == "../" * (steps + depth) or (steps + depth == 0 and parsed.root == "./")
        assert "SITE stands for the address of this site." in page
        assert all("https://SITE/" + below in value for value in parsed.rows.values())


def test_the_script_makes_one_choice_of_the_rest(base: str, browser: Browser) -> None:
    page = opened(browser, "light", 1300, [], base)
    for path in ("agents/one/lead/", "matrix/"):
        menu(page, base + path)
        values = read_rows(page)
        assert list(values) == SYNTAXES
        assert all(URL + path in value for value in values.values())
        for _ in range(2):
            page.locator(".ac-take > details > summary").click()
        assert page.locator(".ac-take-rows > button").count() == 2
        assert page.locator(".ac-take div > select").count() == 1
    page.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1300), ("dark", 375)])
def test_the_menu_by_keyboard(base: str, browser: Browser, scheme: str, width: int) -> None:
    problems: list[str] = []
    page = opened(browser, scheme, width, problems, base)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{base}agents/one/lead/", wait_until="load")
    page.locator(".ac-take > details > summary").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".ac-take details[open]")
    # The parts of the page, the permalink, its button, the choice (first Markdown), its text, its button.
    for _ in range(page.locator(".ac-take [aria-pressed]").count() + 5):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.innerText.startsWith('Copied')")
    assert page.evaluate("navigator.clipboard.readText()") == LEAD
    assert page.locator(".ac-take [role=status]").inner_text() == "Copied: Markdown"
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0
    axe = run_axe(page, THEIRS)
    assert axe.violations_count == 0, axe.generate_report()
    assert problems == []
    page.close()


def test_without_the_clipboard_of_secure_pages_it_copies_too(base: str, browser: Browser) -> None:
    page = opened(browser, "light", 1300, [], base)
    page.context.grant_permissions(["clipboard-read"])
    page.add_init_script(
        "window.real = navigator.clipboard; Object.defineProperty(navigator, 'clipboard', {value: undefined})"
    )
    menu(page, f"{base}tools/bash/")
    page.get_by_role("button", name="Copy Permalink", exact=True).click()
    page.wait_for_selector(".ac-take [role=status]:has-text('Copied')", state="attached")
    assert page.evaluate("window.real.readText()") == f"{URL}tools/bash/"
    page.close()


def test_the_menu_closes_and_remembers_what_was_chosen(base: str, browser: Browser) -> None:
    page = opened(browser, "light", 1300, [], base)
    menu(page, f"{base}agents/one/lead/")
    choose(page, "MediaWiki")
    page.keyboard.press("Escape")
    assert page.locator(".ac-take details[open]").count() == 0
    assert page.evaluate("document.activeElement.localName") == "summary"
    page.keyboard.press("Enter")
    page.wait_for_selector(".ac-take details[open]")
    page.locator("h1").click()
    assert page.locator(".ac-take details[open]").count() == 0
    menu(page, f"{base}tools/bash/")
    assert page.locator(".ac-take div > select").input_value() == "MediaWiki"
    page.close()


def test_an_invocation_and_the_permalink_of_a_heading_are_copied(base: str, browser: Browser) -> None:
    page = opened(browser, "light", 1300, [], base)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{base}agents/one/lead/", wait_until="load")
    page.locator(".ac-invoke button").click()
    page.wait_for_selector(".ac-invoke button:has-text('Copied')")
    assert page.evaluate("navigator.clipboard.readText()") == page.locator(".ac-invoke code").inner_text()
    menu(page, f"{base}agents/one/lead/#permissions")
    page.wait_for_selector(".ac-take div > select")
    assert page.get_by_label("Permalink", exact=True).input_value() == f"{URL}agents/one/lead/#permissions"
    assert choose(page, "Markdown") == f"[lead – Permissions]({URL}agents/one/lead/#permissions)"
    page.get_by_role("button", name="Connections", exact=True).click()
    page.wait_for_selector(".ac-take .ac-line button:has-text('✓')")
    address = f"{URL}agents/one/lead/#connections"
    assert page.evaluate("navigator.clipboard.readText()") == f"[lead – Connections]({address})"
    # Who looks for the tools finds them, and another syntax is the one of all parts from then on.
    choose(page, "URL")
    menu(page, f"{base}agents/one/lead/")
    page.get_by_role("button", name="Permissions (tools)").click()
    page.wait_for_selector(".ac-take .ac-line button:has-text('✓')")
    assert page.evaluate("navigator.clipboard.readText()") == f"{URL}agents/one/lead/#permissions"
    assert page.locator(".ac-take [role=status]").inner_text() == "Copied: Permissions (tools), URL"
    page.get_by_role("button", name="Whole page").click()
    assert choose(page, "Markdown") == LEAD
    page.goto(f"{base}agents/one/lead/", wait_until="load")
    page.locator("#permissions").hover()
    page.locator("#permissions > .ac-permalink").click()
    page.wait_for_selector("#permissions > .ac-permalink--copied")
    assert page.evaluate("navigator.clipboard.readText()") == f"{URL}agents/one/lead/#permissions"
    assert page.url.endswith("/lead/#permissions"), "the menu shares the same section"
    # The link that is asked for most has a button of its own.
    page.goto(f"{base}agents/one/lead/", wait_until="load")
    page.get_by_role("button", name="Copy link to tools").click()
    page.wait_for_selector(".ac-tabs > button:has-text('✓ Copied')")
    assert page.evaluate("navigator.clipboard.readText()") == f"{URL}agents/one/lead/#permissions"
    page.close()


def test_without_a_script_the_menu_has_the_address_and_it_is_not_printed(base: str, browser: Browser) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    menu(page, f"{base}agents/one/lead/")
    assert page.get_by_label("Permalink", exact=True).input_value() == f"{URL}agents/one/lead/"
    assert page.locator(".ac-take label").count() == 1
    assert page.get_by_role("button", name="Copy").filter(visible=True).count() == 0
    page.emulate_media(media="print")
    assert not page.locator(".ac-take").is_visible()
    page.close()


def test_a_script_puts_in_the_address_that_is_not_said(site: Build, browser: Browser) -> None:
    folder = site(REPOSITORY, strict=False, site_url="", options={"path": "team", "embeds": True})
    (folder / "it's").symlink_to(folder)
    with served_at(folder) as base:
        page = opened(browser, "light", 1300, [], base)
        menu(page, f"{base}it's/team/agents/one/lead/")
        assert choose(page, "Markdown") == f"[lead]({base}it%27s/team/agents/one/lead/)"
        assert (
            "begin with the address at which you see this site"
            in page.locator(".ac-take .ac-note").inner_text()
        )
        page.close()
    page = open_page(browser)
    menu(page, (folder / "team/agents/one/lead/index.html").as_uri())
    assert choose(page, "Markdown") == "[lead](https://SITE/team/agents/one/lead/)"
    page.close()


def test_hostile_names_stay_text(base: str, browser: Browser) -> None:
    page = opened(browser, "light", 1300, [], base)
    menu(page, f"{base}agents/hostile/")
    pasted = choose(page, "HTML")
    page.evaluate("text => document.body.insertAdjacentHTML('beforeend', text)", pasted)
    page.wait_for_timeout(100)
    assert page.evaluate("window.pwned") is None
    assert page.locator("body > a:last-child").get_attribute("href") == f"{URL}agents/hostile/"
    page.close()
