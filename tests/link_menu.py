"""A site with menus of links, and a reader of these menus."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import yaml
from build_server import run_mkdocs
from playwright.sync_api import Page
from sites import HOSTILE, REPOSITORY, settings, write

URL = "https://example.org/team/"


class Rows(HTMLParser):
    """The menu of a page as it is written, before a script adds to it: ``rows`` by their labels, the title,
    badges, and ``root`` as it is said."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: dict[str, str] = {}
        self.root: str | None = None
        self.title: str | None = None
        self.badges: list[list[str]] = []
        self.menus, self.label, self.inside, self.is_text = 0, "", False, False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "ac-take":
            self.menus, self.root, self.title = (
                self.menus + 1,
                attributes.get("data-root"),
                attributes["data-title"],
            )
            self.badges = json.loads(attributes.get("data-badges") or "[]")
        if tag == "label":
            self.inside, self.label = True, ""
        if tag == "textarea" and self.inside:
            self.inside, self.is_text = False, True

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "label"
        self.is_text = self.is_text and tag != "textarea"

    def handle_data(self, data: str) -> None:
        self.label += data if self.inside else ""
        if self.is_text:
            self.rows[self.label] = data


def built(root: Path, **more: object) -> Path:

    write(root, {"docs/index.md": "# Home\n", **REPOSITORY, "agents/hostile.md": HOSTILE})
    (root / "mkdocs.yml").write_text(yaml.safe_dump(settings(**more)), encoding="utf-8")
    run_mkdocs(root, "build", "-q").check_returncode()
    return root / "site"


def rows(folder: Path, page: str) -> Rows:
    return Rows((folder / page / "index.html").read_text(encoding="utf-8"))


def menu(page: Page, address: str) -> Page:
    page.goto(address, wait_until="load")
    page.locator(".ac-take > details > summary").click()
    return page


def read_rows(page: Page) -> dict[str, str]:
    """What the open menu offers, by name: the permalink, then every choice of the list."""
    page.wait_for_selector(".ac-take div > select")
    rows = {"Permalink": page.get_by_label("Permalink", exact=True).input_value()}
    for name in page.locator(".ac-take div > select option").all_inner_texts():
        rows[name] = choose(page, name)
    return rows


def choose(page: Page, name: str) -> str:
    """The text that the menu shows when ``name`` is chosen in it."""
    page.locator(".ac-take div > select").select_option(name)
    return page.get_by_label(name, exact=True).input_value()


SYNTAXES = [
    *(
        "Permalink",
        "URL",
        "Markdown",
        "HTML",
        "Confluence (storage format)",
        "Confluence, Jira (wiki markup)",
    ),
    *("MediaWiki", "reStructuredText", "AsciiDoc"),
]
