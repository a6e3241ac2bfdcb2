"""What the rules of each runtime decide: every row of ``grant_cases/<runtime>.md``, no rule without one.

A row says what a file holds (`;` parts its lines; of TOML and JSON the whole file, without the keys that
every file needs), where it stands (blank: `a.md` in the first folder of agents; `profile x`: under that
profile; `+path: text`: another file that belongs to it; `settings: text`: the settings file of its project;
`linked`: in a catalog without a configured server; `no text`: nothing stands below the frontmatter; `no
name`: it has no name of its own), a tool, the outcome, the rule that decides (and behind `+` the caveats),
and the source.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from mkdocs_agent_catalog.model.definitions import Agent, Plugin, Source
from mkdocs_agent_catalog.permissions.decisions import PermissionResolver
from mkdocs_agent_catalog.runtimes import DEFAULT, RUNTIMES
from mkdocs_agent_catalog.runtimes.builtin_tools import read_builtin_tools
from mkdocs_agent_catalog.runtimes.rules import OUTCOMES, Decision
from mkdocs_agent_catalog.runtimes.runtime import Runtime
from places import TESTS

OTHERS = [runtime for runtime in RUNTIMES.values() if runtime is not DEFAULT]
BODY = "Do what is asked."
USUAL = {
    ".md": {"name": "an-agent", "description": "b"},
    ".toml": {"name": "a", "description": "b", "developer_instructions": "Do."},
    ".json": {"name": "a", "description": "b"},
}


class Case(NamedTuple):
    runtime: Runtime
    definition: str
    where: str
    tool: str
    outcome: str
    rule: str
    source: str


def find_case_file(runtime: Runtime) -> Path:
    return TESTS / "grant_cases" / f"{runtime.name.replace('-', '_')}.md"


def read_cases(runtime: Runtime) -> list[Case]:
    path = find_case_file(runtime)
    cases: list[Case] = []
    if not path.is_file():
        return cases  # The test of the rules tells it; no other test is kept from running.
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip()[1:-1])]
        if line.startswith("| `") and len(cells) == 6:
            cases.append(Case(runtime, cells[0].strip("`").strip(), *cells[1:]))
    return cases


CASES = [case for runtime in OTHERS for case in read_cases(runtime)]


def write_definition(definition: str, suffix: str, has_name: bool = True) -> str:
    if suffix == ".json":
        return json.dumps({**USUAL[suffix], **json.loads(definition or "{}")})
    lines = [line.strip() for line in re.split(r";(?:\s|$)", definition) if line.strip()]
    if suffix not in USUAL:
        return "\n".join(lines).replace("\\n", "\n")
    own_keys = {re.split(r"[:=]", line)[0].strip() for line in lines}
    own_keys |= set() if has_name else {"name"}
    usual = {key: value for key, value in USUAL[suffix].items() if key not in own_keys}
    if suffix == ".toml":
        return "\n".join([*(f'{key} = "{value}"' for key, value in usual.items()), *lines])
    keys = [f"{key}: {value}" for key, value in usual.items()]
    return "\n".join(["---", *keys, *lines, "---", "", BODY]).replace("\\n", "\n")


def read_agent(case: Case) -> Agent:
    runtime, words = case.runtime, [word.strip() for word in case.where.split(";")]
    folder = [*runtime.agent_folders, "."][0]
    other = ("+", "profile ", "settings: ")
    path = next((w for w in words if "." in w and not w.startswith(other)), f"{folder}/a.md")
    companions = [tuple(w[1:].split(": ", 1)) for w in words if w.startswith("+")]
    suffix = next((ending for ending in USUAL if path.endswith(ending)), "")
    text = write_definition(case.definition, suffix, "no name" not in words)
    text = text.removesuffix(BODY) if "no text" in words else text
    name = path.rpartition("/")[2]
    source = Source(
        *(path, name, "agent", path.rpartition("/")[0], text),
        plugin=Plugin("p", "p") if "plugin" in words else None,
        dialect=runtime.name,
        companions=tuple((path, text.replace("\\n", "\n")) for path, text in companions),
    )
    agents = [item for item in runtime.read_agents(source) if isinstance(item, Agent)]
    assert agents, "no agent is read"
    texts = [word.removeprefix("settings: ") for word in words if word.startswith("settings: ")]
    files = (Source(runtime.settings_files[0], "", "settings", "", text) for text in texts)
    settings = tuple(project for project, _ in map(runtime.read_settings, files) if project)
    servers = frozenset[str]() if "linked" in words else None
    agent = replace(agents[0], settings_files=settings, session_servers=servers)
    return runtime.apply_profile(agent, get_profile(case))


def get_profile(case: Case) -> str:
    words = (word.strip() for word in case.where.split(";"))
    named = next((word.removeprefix("profile ") for word in words if word.startswith("profile ")), "")
    return named or next(iter(case.runtime.profiles))


def decide(case: Case) -> Decision:
    server = case.tool.split("__")[1] if case.tool.startswith("mcp__") else None
    return PermissionResolver(get_profile(case)).decide(read_agent(case), case.tool, server)


@pytest.mark.parametrize("case", CASES, ids=lambda case: " | ".join(map(str, case[1:4])))
def test_decision(case: Case) -> None:
    decision = decide(case)
    rule, *caveats = (word.strip() for word in case.rule.split("+"))
    assert (decision.outcome, decision.rule) == (case.outcome, rule)
    assert [id for id in caveats if id not in decision.caveats] == []
    assert case.runtime.rules[rule].outcome == case.outcome
    assert case.source


@pytest.mark.parametrize("runtime", OTHERS, ids=lambda runtime: runtime.name)
def test_every_rule_has_a_case_and_is_whole(runtime: Runtime) -> None:
    assert find_case_file(runtime).is_file(), "write the cases of its rules"
    named = {word.strip() for case in CASES if case.runtime is runtime for word in case.rule.split("+")}
    assert named == set(runtime.rules)
    for rule in runtime.rules.values():
        assert rule.says.endswith("."), rule.id
        assert rule.outcome in (*OUTCOMES, "caveat"), rule.id
        assert rule.confidence in ("documented", "observed", "second-hand", "unsettled"), rule.id
        assert set(rule.profiles) <= set(runtime.profiles), rule.id


@pytest.mark.parametrize("runtime", RUNTIMES.values(), ids=lambda runtime: str(runtime.name))
def test_a_runtime_whose_agents_start_others_says_with_which_tool(runtime: Runtime) -> None:
    starts = {name for name, tool in runtime.tools.items() if tool.reach == "delegates"}
    assert bool(starts) == bool(runtime.agent_tools)


def test_a_tool_does_what_its_group_is_about_unless_its_row_says_otherwise() -> None:
    rows = {
        "shell": {"group": "execution"},
        "stop": {"group": "execution", "reach": "none"},
        "fetch": {"group": "write", "reach": "network"},
        "look": {"group": "read"},
        "all": {"group": "execution", "members": ["shell"]},
        "old": {"group": "web", "retired": "gone"},
    }
    tools = read_builtin_tools({"source": "s", "tools": rows})
    assert {name: tool.reach for name, tool in tools.items()} == {
        **{"shell": "commands", "stop": None, "fetch": "network"},
        **{"look": None, "all": None, "old": None},
    }
