"""Effective grants: every row of ``grant_cases.md``, and no rule without a row."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest
from mkdocs_agent_catalog.model.definitions import Plugin
from mkdocs_agent_catalog.permissions.decisions import PermissionResolver
from mkdocs_agent_catalog.runtimes import DEFAULT, list_rules
from mkdocs_agent_catalog.runtimes.rules import OUTCOMES, Decision
from places import TESTS
from reading import agent

TEXT = (TESTS / "grant_cases.md").read_text(encoding="utf-8")


class Case(NamedTuple):
    frontmatter: str
    where: str
    tool: str
    outcome: str
    rule: str
    source: str


def rows(part: str) -> list[Case]:
    found = []
    for line in part.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("| `") and len(cells) == 6:
            found.append(Case(cells[0].strip("`"), *cells[1:]))
    return found


DECISIONS, CAVEATS = (rows(part) for part in TEXT.split("## Caveats"))


def decide(case: Case) -> Decision:
    lines = [line.strip() for line in case.frontmatter.split(";")]
    text = "\n".join(["---", "name: a", "description: Does a.", *lines, "---", "", "Do."])
    profile = {"main": "claude-code-main", "allowed-tools": "allowed-tools"}.get(case.where, "claude-code")
    plugin = Plugin("kit", "kit") if case.where == "plugin" else None
    server = case.tool.split("__")[1] if case.tool.startswith("mcp__") else None
    one = DEFAULT.apply_profile(agent(text, plugin=plugin), profile)
    return PermissionResolver(profile).decide(one, case.tool, server)


@pytest.mark.parametrize("case", DECISIONS, ids=lambda c: f"{c.frontmatter} | {c.where} | {c.tool}")
def test_decision(case: Case) -> None:
    found = decide(case)
    assert (found.outcome, found.rule) == (case.outcome, case.rule)
    assert list_rules()[found.rule].outcome == found.outcome
    profile = {"main": "claude-code-main", "allowed-tools": "allowed-tools"}.get(case.where, "claude-code")
    assert profile in list_rules()[found.rule].profiles


@pytest.mark.parametrize("case", CAVEATS, ids=lambda c: f"{c.frontmatter} | {c.where} | {c.tool}")
def test_caveat(case: Case) -> None:
    found = decide(case)
    assert found.outcome == case.outcome
    assert list(found.caveats) == [one.strip() for one in case.rule.split(",") if one.strip()]


def test_every_rule_has_a_case_and_every_case_a_rule_and_a_source() -> None:
    assert len(DECISIONS) >= 120
    assert len(set(DECISIONS)) == len(DECISIONS)
    named = {case.rule for case in DECISIONS} | {
        one.strip() for case in CAVEATS for one in case.rule.split(",") if one.strip()
    }
    assert named == set(list_rules())
    keys = {
        k.strip() for line in re.findall(r"^\| ([\w, -]+) \| [^|]+\|$", TEXT, re.M) for k in line.split(",")
    }
    for case in DECISIONS + CAVEATS:
        assert set(re.split(r",\s*", case.source)) <= keys, case


def test_the_rules_are_whole() -> None:
    for rule in list_rules().values():
        assert rule.says.endswith("."), rule.id
        assert rule.outcome in (*OUTCOMES, "caveat"), rule.id
        assert rule.confidence in ("documented", "observed", "second-hand", "unsettled"), rule.id
        assert set(rule.profiles) <= set(DEFAULT.profiles), rule.id
    for name in ("never", "background", "memory", "absent_by_default", "model_dependent", "plan_mode"):
        assert DEFAULT.get_tool_set(name) <= set(DEFAULT.tools), name


def test_agents_with_the_same_lists_share_their_decisions() -> None:
    one = PermissionResolver()
    for number in range(50):
        one.decide(
            agent("---\nname: a\ndescription: b\ntools: Read, Bash\n---\n", below=f"x{number}.md"), "Bash"
        )
    assert len(one._decisions) == 1
