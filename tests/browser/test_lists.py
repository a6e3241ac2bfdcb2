"""In Chromium: the lists of skills, commands, servers and problems: found, filtered, sorted, in print."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browsing import opened, served_at
from playwright.sync_api import Browser
from sites import Build, agent

SKILL = "---\nname: {0}\ndescription: {1}.\n---\n\nText.\n"
FILES = {
    **{f".claude/agents/{name}.md": agent(name, "tools: Read, MultiEdit\nskills: plans\n") for name in "abc"},
    ".claude/agents/d.md": agent("d", "permissionMode: bypassPermissions\nskills: [plans, gone]\n"),
    **{
        f".claude/agents/more-{n}.md": agent(f"more-{n}", "permissionMode: bypassPermissions\n")
        for n in range(9)
    },
    ".claude/skills/plans/SKILL.md": SKILL.format("plans", "Makes plans"),
    ".claude/skills/alone/SKILL.md": SKILL.format("alone", "Nobody uses it"),
    ".claude/commands/ship.md": "---\ndescription: Ships it.\n---\n\nShip.\n",
    "catalog.policy.yml": "rules: [{id: asks, agents: {names: d}, may_not: {mode: bypassPermissions}}]\n"
    "waivers: [{rule: asks, names: d, role: Lead, reason: It runs in a box., until: 9999-12-31}]\n",
}


@pytest.fixture
def served(shared_site: Build) -> Iterator[str]:
    with served_at(shared_site(FILES, strict=False)) as base:
        yield base


def test_skills_are_filtered_and_sorted(served: str, browser: Browser) -> None:
    problems: list[str] = []
    page = opened(browser, "light", 1300, problems, served)
    page.goto(f"{served}skills/")
    page.wait_for_selector("ac-finder[ready]")
    rows = page.locator(".ac-row:not([hidden])")
    assert rows.locator("a").all_text_contents() == ["plans", "alone", "gone"]
    page.get_by_role("button", name="Not in use").click()
    assert rows.locator("a").all_text_contents() == ["alone"]
    assert page.locator(".ac-found").text_content() == "1 of 3 entries"
    page.goto(f"{served}skills/?sort=agents")
    page.wait_for_selector(".ac-flat .ac-row")
    assert page.locator(".ac-flat .ac-row a").all_text_contents() == ["plans", "gone", "alone"]
    page.goto(f"{served}commands/?find=ship")
    page.wait_for_selector("ac-finder[ready]")
    assert rows.locator("a").all_text_contents() == ["/ship"]
    assert page.locator(".ac-group h2").text_content() == "Named by no agent 1"
    assert problems == []


def test_problems_are_filtered_within_their_causes(served: str, browser: Browser) -> None:
    problems: list[str] = []
    page = opened(browser, "light", 1300, problems, served)
    page.goto(f"{served}problems/")
    page.wait_for_selector("ac-finder[ready]")
    causes = page.locator(".ac-cause[id]:visible")
    sign = "summary => getComputedStyle(summary, '::before').position"
    assert causes.first.locator("summary").first.evaluate(sign) == "absolute", "it stands beside the words"
    assert causes.count() == 3
    page.get_by_role("button", name="To be mended").click()
    assert causes.evaluate_all("all => all.map(cause => cause.id)") == ["check-retired_tool"]
    assert page.get_by_text("Lead, until 9999-12-31: It runs in a box.").is_visible()
    page.goto(f"{served}problems/?find=more-4")
    page.wait_for_selector("ac-finder[ready]")
    assert page.locator(".ac-place:visible a").all_text_contents() == ["more-4"]
    assert not page.locator(".ac-folders").is_visible()
    assert problems == []


def test_on_paper_lists_are_whole_and_reasons_closed(served: str, browser: Browser) -> None:
    page = opened(browser, "light", 700, [], served)
    page.goto(f"{served}problems/")
    page.evaluate("document.querySelectorAll('details').forEach(part => (part.open = false))")
    assert not page.locator(".ac-place").first.is_visible()
    page.emulate_media(media="print")
    assert page.locator(".ac-place").first.is_visible()
    assert not page.locator(".ac-finder").is_visible()
    page.goto(f"{served}skills/plans/")
    page.locator(".ac-why").first.evaluate("part => (part.open = true)")
    assert not page.locator(".ac-why li").first.is_visible()
    sign = "part => getComputedStyle(part, '::before').content"
    assert page.locator(".ac-why summary").first.evaluate(sign) == "none", "nothing opens on paper"
    page.goto(f"{served}agents/")
    columns = "getComputedStyle(document.querySelector('ul.ac-cards')).gridTemplateColumns.split(' ').length"
    assert page.evaluate(columns) == 3
