"""A site that shows agents of other repositories: they are found, narrowed and compared like the own ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from browsing import THEIRS, opened, run_axe, served_at
from playwright.sync_api import Browser, Page
from sites import agent, builder

PAYMENTS, SEARCH = "catalogs/payments.json", "catalogs/search.json"
MANY = 1_000


def make_snapshot(names: list[str]) -> str:
    """A catalog of agents that list two tools."""
    tools = [{"rule": rule, "outcome": "allowed"} for rule in ("Read", "Grep")]
    agents = [
        {
            "id": name,
            "name": name,
            "summary": f"Looks after {name}.",
            "description": f"Looks after {name}.",
            "dialect": "claude-code",
            "tools": tools,
            "reach": [{"class": "reads"}],
        }
        for name in names
    ]
    return json.dumps({"version": 2, "agents": agents})


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A small hub, and one whose agents are too many for one page."""
    result = {}
    for name, number in (("small", 2), ("large", MANY)):
        files = {
            "agents/mine.md": agent("invoices", "tools: Read, Bash\n"),
            "docs/index.md": "# Home\n\n```agents\nview: home\n```\n",
            PAYMENTS: make_snapshot(["refund-checker", "invoice-payer"]),
            SEARCH: make_snapshot([f"ranker-{at}" for at in range(number)]),
        }
        catalogs = [
            {"id": "payments", "from": PAYMENTS, "label": "Payments"},
            {"id": "search", "from": SEARCH},
        ]
        site = builder(tmp_path_factory.mktemp(name))(files, options={"catalogs": catalogs})
        result[name] = site
    return result


def ask(page: Page, text: str) -> list[str]:
    """The names of the answers."""
    page.fill("#ac-filter", text)
    page.press("#ac-filter", "Enter")
    page.wait_for_selector(".ac-answers > li")
    return page.locator(".ac-answers .ac-answer-head a:first-child").all_inner_texts()


@pytest.mark.parametrize("size", ["small", "large"])
@pytest.mark.parametrize("uri", ["", "agents/"])
def test_a_question_finds_agents_of_other_repositories(
    sites: dict[str, Path], browser: Browser, size: str, uri: str
) -> None:
    with served_at(sites[size]) as base:
        problems: list[str] = []
        loaded: list[str] = []
        page = opened(browser, "light", 375, problems, base)
        page.on("request", lambda request: loaded.append(request.url))
        page.goto(base + uri)
        page.wait_for_selector("ac-finder[ready]")
        assert not [url for url in loaded if "/ask" in url]
        assert ask(page, "who checks a refund") == ["refund-checker"]
        answer = page.locator(".ac-answers > li").first
        assert answer.locator(".ac-chip--group").inner_text() == "Payments"
        assert answer.locator("a").first.get_attribute("href") == f"{base}agents/payments/refund-checker/"
        assert sum("rows-" in url for url in loaded) == (size == "large")
        # Own agents stand beside others, and a repository is one of the filters.
        assert set(ask(page, "the invoices")) == {"invoices", "invoice-payer"}
        page.goto(f"{base}{uri}?ask=invoices&repository=Payments")
        page.wait_for_selector(".ac-answers > li")
        assert page.locator(".ac-answers > li").count() == 1
        assert run_axe(page, THEIRS).violations_count == 0
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert problems == []
        page.close()


def test_who_can_use_a_tool_is_counted_in_all_repositories(sites: dict[str, Path], browser: Browser) -> None:
    with served_at(sites["large"]) as base:
        page = opened(browser, "dark", 1440, [], base)
        page.goto(base)
        page.wait_for_selector("ac-finder[ready]")
        ask(page, "Grep")
        assert page.locator(".ac-found").inner_text().startswith(f"{MANY + 2} agents can use Grep")
        page.close()


def test_a_cell_of_the_matrix_says_who_published_it(sites: dict[str, Path], browser: Browser) -> None:
    with served_at(sites["small"]) as base:
        for width, scheme in ((1440, "light"), (375, "dark")):
            problems: list[str] = []
            page = opened(browser, scheme, width, problems, base)
            page.goto(f"{base}matrix/?repository=Payments")
            page.wait_for_selector("ac-matrix[ready]")
            assert page.locator("tr[data-id]:visible").count() == 2
            page.locator("tr[data-id='payments/refund-checker'] td.ac-cell").first.click()
            proof = page.locator(".ac-proof")
            assert "allowed, as published by Payments, snapshot of an unknown day" in proof.inner_text()
            assert proof.locator("a").first.get_attribute("href") == f"{base}agents/payments/refund-checker/"
            page.mouse.move(0, 0)
            assert run_axe(page, THEIRS).violations_count == 0
            page.goto(f"{base}matrix/?compare=mine&compare=payments%2Finvoice-payer")
            page.wait_for_selector(".ac-mx-compare:visible")
            assert problems == []
            page.close()
