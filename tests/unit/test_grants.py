"""Effective grants: every row of ``grant_cases/claude_code.md``, and no rule without a row."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import NamedTuple

import pytest
from mkdocs_agent_catalog.linking.linker import link_catalog
from mkdocs_agent_catalog.model.definitions import Plugin, ProjectSettings, ServerConfig, Source, Span
from mkdocs_agent_catalog.permissions.decisions import PermissionResolver
from mkdocs_agent_catalog.runtimes import DEFAULT, list_rules
from mkdocs_agent_catalog.runtimes.rules import OUTCOMES, Decision
from places import TESTS
from reading import agent

TEXT = (TESTS / "grant_cases" / "claude_code.md").read_text(encoding="utf-8")


class Case(NamedTuple):
    frontmatter: str
    where: str
    tool: str
    outcome: str
    rule: str
    source: str


def rows(part: str) -> list[Case]:
    cases = []
    for line in part.splitlines():
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip()[1:-1])]
        if line.startswith("| `") and len(cells) == 6:
            cases.append(Case(cells[0].strip("`"), *cells[1:]))
    return cases


DECISIONS, CAVEATS = (rows(part) for part in TEXT.split("## Caveats"))


def decide(case: Case) -> Decision:
    lines = [line.strip() for line in case.frontmatter.split(";")]
    own_keys = {line.partition(":")[0] for line in lines}
    usual = [f"{key}: a" for key in ("name", "description") if key not in own_keys]
    text = "\n".join(["---", *usual, *lines, "---", "", "Do."]).replace("\\n", "\n").replace("\\t", "\t")
    profile = get_profile(case)
    plugin = Plugin("kit", "kit") if case.where == "plugin" else None
    server = case.tool.split("__")[1] if case.tool.startswith("mcp__") else None
    below = {".junie": ".junie/a.md", "docs": ".claude/agents/a.md"}.get(case.where, "a.md")
    subject = DEFAULT.apply_profile(agent(text, below, plugin=plugin), profile)
    subject = replace(subject, settings_files=read_project_settings(case))
    if case.where == "docs":
        place = Span(subject.source.path.replace(".claude/agents/a.md", ".mcp.json"))
        config = ("docs", ServerConfig(place, "stdio", None, runtimes=(DEFAULT.name,)))
        (subject,) = link_catalog([subject], [], [config]).agents
    return PermissionResolver(profile).decide(subject, case.tool, server)


def get_profile(case: Case) -> str:
    profiles = {"main": "claude-code-main", "allowed-tools": "allowed-tools"}
    return profiles.get(case.where.partition(";")[0], "claude-code")


def read_project_settings(case: Case) -> tuple[ProjectSettings, ...]:
    """The settings file that the words of the column "Where" describe."""
    permissions: dict[str, list[str]] = {}
    hooks = []
    for part in case.where.split(";"):
        word, _, rest = part.strip().partition(" ")
        if word in ("deny", "ask", "allow"):
            permissions.setdefault(word, []).append(rest)
        elif word == "before":
            hooks.append({"matcher": rest, "hooks": [{"type": "command", "command": "./guard.sh"}]})
    text = json.dumps({"permissions": permissions, "hooks": {"PreToolUse": hooks}})
    source = Source(".claude/settings.json", "settings.json", "settings", ".claude", text)
    settings, problems = DEFAULT.read_settings(source)
    assert not problems
    return (settings,) if settings else ()


@pytest.mark.parametrize("case", DECISIONS, ids=lambda c: f"{c.frontmatter} | {c.where} | {c.tool}")
def test_decision(case: Case) -> None:
    decision = decide(case)
    assert (decision.outcome, decision.rule) == (case.outcome, case.rule)
    assert list_rules()[decision.rule].outcome == decision.outcome
    assert get_profile(case) in list_rules()[decision.rule].profiles


@pytest.mark.parametrize("case", CAVEATS, ids=lambda c: f"{c.frontmatter} | {c.where} | {c.tool}")
def test_caveat(case: Case) -> None:
    decision = decide(case)
    assert decision.outcome == case.outcome
    assert list(decision.caveats) == [caveat.strip() for caveat in case.rule.split(",") if caveat.strip()]


def test_every_rule_has_a_case_and_every_case_a_rule_and_a_source() -> None:
    assert len(DECISIONS) >= 120
    assert len(set(DECISIONS)) == len(DECISIONS)
    named = {case.rule for case in DECISIONS} | {
        caveat.strip() for case in CAVEATS for caveat in case.rule.split(",") if caveat.strip()
    }
    assert named == set(DEFAULT.rules)
    keys = {
        k.strip() for line in re.findall(r"^\| ([\w, -]+) \| [^|]+\|$", TEXT, re.M) for k in line.split(",")
    }
    for case in DECISIONS + CAVEATS:
        assert set(re.split(r",\s*", case.source)) <= keys, case


def test_the_rules_are_whole() -> None:
    for rule in DEFAULT.rules.values():
        assert rule.says.endswith("."), rule.id
        assert rule.outcome in (*OUTCOMES, "caveat"), rule.id
        assert rule.confidence in ("documented", "observed", "second-hand", "unsettled"), rule.id
        assert set(rule.profiles) <= set(DEFAULT.profiles), rule.id
    for name in (
        "never",
        "background",
        "memory",
        "absent_by_default",
        "switched_on",
        "model_dependent",
        "plan_mode",
    ):
        assert DEFAULT.get_tool_set(name) <= set(DEFAULT.tools), name


def test_a_tool_that_is_not_always_there_is_called_conditional() -> None:
    words = {}
    for tools in ("Read, Glob", "Read, Glob, Bash"):
        subject = agent(f"---\nname: a\ndescription: b\ntools: {tools}\n---\n")
        words[tools] = [PermissionResolver().decide(subject, tool).word for tool in ("Read", "Glob")]
    assert words == {"Read, Glob": ["allowed", "allowed"], "Read, Glob, Bash": ["allowed", "conditional"]}


def test_every_caveat_by_which_a_tool_may_be_absent_is_called_conditional() -> None:
    """What a tool's use depends on, such as the rules of a project, is no question of whether it is there."""
    absent = {"absent-by-default", "model-dependent", "switched-on", "foreground-only", "depth-limit"}
    words = {id: rule.word for id, rule in DEFAULT.rules.items() if rule.outcome == "caveat"}
    assert {id for id, word in words.items() if word == "conditional"} == absent
    subject = agent("---\nname: a\ndescription: b\ntools: Agent, Agent(x), CronList, Read\n---\n")
    grants = PermissionResolver()
    decided = {tool: grants.decide(subject, tool).words for tool in ("Agent", "CronList", "Read")}
    assert decided == {"Agent": ("conditional",), "CronList": ("conditional",), "Read": ("allowed",)}
    subject = agent("---\nname: a\ndescription: b\ntools: Agent(x)\n---\n")
    assert PermissionResolver().decide(subject, "Agent").words == ("unenforced", "conditional")


def test_agents_with_the_same_lists_share_their_decisions() -> None:
    text = "---\nname: a\ndescription: b\ntools: Read, Bash\n---\n"
    decisions = [
        PermissionResolver().decide(agent(text, below=f"x{number}.md"), "Bash") for number in range(9)
    ]
    assert all(decision is decisions[0] for decision in decisions)
    # One name may be a tool of two servers: those of another catalog are other ones.
    text = "---\nname: a\ndescription: b\ntools: mcp__a\n---\n"
    for server, outcome in (("a", "allowed"), ("a__b", "not_declared"), ("a", "allowed")):
        decision = PermissionResolver().decide(agent(text), "mcp__a__b__c", server)
        assert decision.outcome == outcome
