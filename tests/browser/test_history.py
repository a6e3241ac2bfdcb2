"""Rights over time, in Chromium: readable without a script, in both schemes and on a phone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from browsing import THEIRS, opened, run_axe, served_at
from histories import body, run
from playwright.sync_api import Browser
from rights_histories import ChangingRepository

CONFIG = (
    "site_name: History\ntheme:\n  name: material\n  font: false\n"
    "  palette: [{media: '(prefers-color-scheme: light)'}, "
    "{media: '(prefers-color-scheme: dark)', scheme: slate}]\n"
    "plugins: [search, {agent-catalog: {history: true, validation: {cannot_start: info}}}]\n"
)
PAGES = ("history/", "history/tags/", "agents/agent-1/")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("history")
    repo = ChangingRepository(root / "repo", [body(number) for number in range(6)], 4)
    for number in range(20):
        repo.change_rights()
        repo.commit()
        if number == 9:
            run(repo.root, "git", "tag", "v1.0")
    (repo.root / "mkdocs.yml").write_text(CONFIG, encoding="utf-8")
    (repo.root / "docs").mkdir()
    command = [sys.executable, "-m", "mkdocs", "build", "-q", "-d", str(root / "site")]
    subprocess.run(command, cwd=repo.root, check=True, env={**os.environ}, capture_output=True)
    return root / "site"


@pytest.mark.parametrize(("scheme", "width"), [("light", 1300), ("dark", 375)])
def test_history_pages_are_accessible(site: Path, browser: Browser, scheme: str, width: int) -> None:
    problems: list[str] = []
    month = next(path.name for path in (site / "history").iterdir() if path.name[:2] == "20")
    with served_at(site) as base:
        page = opened(browser, scheme, width, problems, base)
        for address in (*PAGES, f"history/{month}/"):
            page.goto(base + address)
            for summary in page.locator(".ac-page details > summary").all():
                if summary.is_visible():
                    summary.click()
            axe = run_axe(page, THEIRS)
            assert axe.violations_count == 0, f"{address}: {axe.generate_report()}"
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        page.goto(f"{base}agents/agent-1/")
        page.locator(".ac-since a").first.click()
        page.wait_for_url("**/history/**")
        target = page.evaluate("document.getElementById(location.hash.slice(1))?.className")
        assert target == "ac-commit"
        page.close()
    assert problems == []
