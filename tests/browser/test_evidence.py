"""The file for an auditor in a browser that is offline."""

from __future__ import annotations

from pathlib import Path

import pytest
from browsing import opened, run_axe
from histories import run
from mkdocs_agent_catalog.cli.main import main
from playwright.sync_api import Browser
from sites import HOSTILE, REPOSITORY, REVIEWS, write

RULES = """rules:
  - {id: no-shell, says: Nobody runs a shell., agents: all, may_not: {tool: Bash}}
waivers:
  - {rule: no-shell, names: lead, role: Head of quality, reason: It leads., until: 2026-03-31}
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("evidence")
    files = {"catalog.reviews.yml": REVIEWS, "catalog.policy.yml": RULES, "agents/hostile.md": HOSTILE}
    write(root, REPOSITORY | files)
    run(root, "git", "init", "-q")
    run(root, "git", "add", "-A")
    run(root, "git", "commit", "-qm", "x")
    assert main(["evidence", "-C", str(root), "--since", "2026-01-01", "-o", str(root / "out.html")]) == 0
    return root / "out.html"


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1300), ("dark", 1300), ("light", 375), ("dark", 375)]
)
def test_it_is_readable_offline(browser: Browser, file: Path, scheme: str, width: int) -> None:
    problems: list[str] = []
    page = opened(browser, scheme, width, problems, file.as_uri())
    page.context.set_offline(True)
    page.goto(file.as_uri())
    axe = run_axe(page)
    assert axe.violations_count == 0, axe.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("window.pwned") is None
    for link in page.locator("main > ul:first-of-type a").all():
        link.click()
        assert page.locator(":target").is_visible()
    page.close()
    assert problems == []
