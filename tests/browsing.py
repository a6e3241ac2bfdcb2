"""Serves a folder and opens its pages in a browser."""

from __future__ import annotations

import functools
import http.server
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, cast

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from mkdocs_agent_catalog.addresses.urls import make_page_path
from mkdocs_agent_catalog.pages.registry import list_nav_pages
from playwright.sync_api import Browser, BrowserType, Page, sync_playwright
from sites import REPOSITORY, REVIEWS

# Of a page, only what the catalog fills: header, footer, navigation and search box are the theme's.
THEIRS = {"exclude": [[".md-header"], [".md-footer"], [".md-search"], [".md-sidebar"]]}
# What fills the pages of the navigation, but for those that need a history or other repositories.
FILLED = REPOSITORY | {
    "catalog.reviews.yml": REVIEWS,
    ".claude/commands/plan.md": '---\ndescription: Plans.\n---\nPlan it: subagent_type="lead".\n',
}
RARE = {"changes.md", "history.md", "repositories.md"}
NAV_PAGES = tuple(make_page_path(page.uri, True) for page in list_nav_pages() if page.uri not in RARE)
Scheme = Literal["light", "dark"]
# The first has no window that somebody could see, and needs half of the time of the second.
DEBIAN = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
# Pages of tests are left before a script that is compiled a second time, for speed, would pay for that.
FLAGS = [
    *("--no-sandbox", "--disable-quic", "--disable-background-networking"),
    "--js-flags=--no-opt,--no-maglev",
]


def launch(chromium: BrowserType, *hidden: str) -> Browser:
    """Chromium: what the variable ``CHROMIUM`` names, Debian's, or Playwright's own; without the flags
    ``hidden`` of Playwright."""
    named = os.environ.get("CHROMIUM")
    paths = [named] if named else [path for path in DEBIAN if Path(path).exists()]
    # Without one, Playwright's own; without that too, the tests fail and say so.
    return chromium.launch(
        executable_path=next(iter(paths), None), args=FLAGS, ignore_default_args=list(hidden)
    )


@contextmanager
def open_browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        yield browser
        browser.close()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served_at(folder: Path, handler: type[Quiet] = Quiet) -> Iterator[str]:
    """The address at which ``folder`` is served."""
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(handler, directory=str(folder))
    )
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def open_page(browser: Browser, width: int = 1280, height: int = 720, scheme: Scheme = "light") -> Page:
    """A page of the one profile that all tests of a process share: a profile of its own costs as much time as
    three pages. Each served folder has a port, and so a storage, of its own."""
    context = browser.contexts[0] if browser.contexts else browser.new_context()
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)
    return page


def opened(browser: Browser, scheme: str, width: int, problems: list[str], base: str) -> Page:
    page = open_page(browser, width, 900, cast(Scheme, scheme))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "request", lambda r: None if r.url.startswith((base, "data:", "blob:")) else problems.append(r.url)
    )
    return page


def run_axe(page: Page, context: Any = None, rules: dict[str, Any] | None = None) -> AxeResults:
    """What axe finds on a page, or in the part that ``context`` names; ``rules`` switches rules on and off.

    axe loads all style sheets and media once more for two rules that our pages never meet (a page that bars
    turning the screen, sound that plays by itself). That took half of its time, so it is off."""
    options = {"resultTypes": ["violations"], "preload": False, "rules": rules or {}}
    # To tell where each element stands takes a fifth of the time, and is asked for only where one is wrong.
    quick = Axe().run(page, context, {**options, "selectors": False})
    return Axe().run(page, context, options) if quick.violations_count else quick
