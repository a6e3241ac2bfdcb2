"""The policy of a repository: what its rules say, equal to what the rights of everybody say one by one."""

from __future__ import annotations

import itertools
import json
import random
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from mkdocs_agent_catalog.build import CheckResult, Options, check_catalog, load_catalog
from mkdocs_agent_catalog.cli.main import main
from mkdocs_agent_catalog.cli.policy import check_examples
from mkdocs_agent_catalog.model.catalog import Catalog
from mkdocs_agent_catalog.model.definitions import Diagnostic
from mkdocs_agent_catalog.model.policy import NAME, Policy
from mkdocs_agent_catalog.permissions.capabilities import CLASSES, decide_server
from mkdocs_agent_catalog.permissions.decisions import PermissionResolver
from mkdocs_agent_catalog.reading.policy_file import KINDS, read_policy
from mkdocs_agent_catalog.rights.policy import judge_catalog
from mkdocs_agent_catalog.rights.subjects import Right, Subject, list_subjects
from mkdocs_agent_catalog.runtimes import RUNTIMES, get_runtime_of
from mkdocs_agent_catalog.text.strings import matches_stars
from places import ROOT, TESTS
from sites import agent, write

OWN_WAYS = {"explicit", "inherited", "conditional"}
DAY = "2026-06-01"
FILES = {
    "agents/quality/reader.md": agent("reader", "tools: Read, Grep\n"),
    "agents/quality/fixer.md": agent("fixer", "tools: Read, Edit, Write\nmodel: opus\n"),
    "agents/quality/lead.md": agent("lead", "tools: Read, Task\n", body="Start `writer`."),
    "agents/quality/tester.md": agent("tester", "tools: Read, mcp__browser\n"),
    "agents/platform/boss.md": agent("boss", "tools: Read, Task\nowner: platform-team\n"),
    "agents/writer.md": agent("writer", "tools: Read, Write\n"),
}


def check_policy(root: Path, policy: object, files: dict[str, str] = FILES) -> CheckResult:
    text = policy if isinstance(policy, str) else yaml.safe_dump(policy, sort_keys=False)
    write(root, {**files, NAME: text})
    return check_catalog(root, Options(replay=False))


def say_findings(result: CheckResult) -> list[str]:
    return [str(item).partition("\n")[0] for item in result.diagnostics if item.check == "policy"]


def make_rule(**rule: object) -> dict[str, object]:
    return {"rules": [{"id": "rule-1", **rule}]}


def test_not_even_through_others(tmp_path: Path) -> None:
    rule = make_rule(says="No.", agents={"group": "quality"}, may_not={"capability": "files"})
    result = check_policy(tmp_path, rule)
    assert say_findings(result) == [
        "agents/quality/fixer.md:4:1: `fixer` breaks the policy rule `rule-1`: "
        "capability `files` (explicit) [policy]",
        "agents/quality/lead.md:4:1: `lead` breaks the policy rule `rule-1`: capability `files` through "
        "others: `lead` `Agent` (agents/quality/lead.md:4:1) → `writer` `Write` (agents/writer.md:4:1) "
        "[policy]",
        f"{NAME}:2:3: the policy rule `rule-1` is not known for `tester`: it may call MCP servers, and no "
        "file says what these do [policy]",
    ]
    levels = [item.get_level({"policy": "error"}) for item in result.diagnostics if item.check == "policy"]
    assert levels == ["error", "error", "info"], "what nobody knows is no verdict"
    rule = make_rule(
        agents={"group": "quality"}, may_not={"capability": "files", "how": ["explicit", "inherited"]}
    )
    assert [line.split("`")[1] for line in say_findings(check_policy(tmp_path, rule))] == ["fixer", "rule-1"]


@pytest.mark.parametrize(
    ("rule", "broken"),
    [
        ({"only": {"group": "platform"}, "may": {"capability": "delegates"}}, ["lead"]),
        ({"agents": "all", "except": {"names": "wri*"}, "may_not": {"tool": "Write"}}, ["fixer"]),
        ({"agents": "all", "may_not": {"tool": "WRITE"}}, ["fixer", "writer"]),
        (
            {"agents": {"path": "agents/quality/"}, "may_only": {"tool": ["Read", "Grep", "Task"]}},
            ["fixer", "tester"],
        ),
        ({"agents": {"tool": "Edit"}, "may_not": {"model": "opus"}}, ["fixer"]),
        ({"agents": {"group": "platform"}, "must": {"field": "owner=platform-*"}}, []),
        (
            {"agents": {"group": ["platform", "quality"], "tool": "Task"}, "must": {"field": "owner"}},
            ["lead"],
        ),
        (
            {"agents": {"capability": "Delegates to agents"}, "may_not": {"prompt": "start `writer`"}},
            ["lead"],
        ),
        ({"agents": "all", "may_not": {"delegation": "writer"}}, ["boss", "lead"]),
        ({"agents": "all", "may_not": {"server": "browser"}}, ["tester"]),
        ({"agents": "all", "may_not": {"tool": "mcp__browser__click"}}, ["tester"]),
        ({"agents": "all", "may_not": {"tool": "mcp__*"}}, ["tester"]),
        ({"agents": {"names": "tester"}, "may_only": {"tool": ["Read", "mcp__browser"]}}, []),
        ({"servers": {"names": "docs"}, "must": {"setup": "pinned"}}, ["docs"]),
        ({"servers": "all", "may_not": {"setup": "http"}}, ["web"]),
        ({"skills": "all", "must": {"field": "allowed-tools"}}, ["notes"]),
        ({"settings": "all", "must": {"rule": "deny Read(./.env)"}}, []),
        ({"settings": "all", "may_not": {"mode": "accept*"}}, [".claude/settings.json"]),
    ],
    ids=str,
)
def test_what_rules_can_say(rule: dict[str, object], broken: list[str], tmp_path: Path) -> None:
    servers = {
        "docs": {"command": "npx", "args": ["docs-mcp"]},
        "fixed": {"command": "npx", "args": ["fixed-mcp@1.2.3"]},
        "web": {"type": "http", "url": "https://mcp.example.org/"},
    }
    more = {
        ".mcp.json": json.dumps({"mcpServers": servers}),
        "skills/notes/SKILL.md": "---\nname: notes\ndescription: Notes.\n---\nWrite.\n",
        ".claude/settings.json": json.dumps(
            {"permissions": {"deny": ["Read(./.env)"], "defaultMode": "acceptEdits"}}
        ),
    }
    findings = say_findings(check_policy(tmp_path, make_rule(**rule), FILES | more))
    assert sorted(line.split("`")[1] for line in findings if "breaks the policy rule" in line) == broken


def test_nobody_knows_what_a_server_without_a_version_is(tmp_path: Path) -> None:
    servers = {"web": {"type": "http", "url": "https://mcp.example.org/"}, "own": {"command": "own-server"}}
    files = FILES | {".mcp.json": json.dumps({"mcpServers": servers})}
    rule = make_rule(servers="all", must={"setup": "pinned"})
    assert [line.partition(": ")[2] for line in say_findings(check_policy(tmp_path, rule, files))] == [
        "the policy rule `rule-1` is not known for `browser`: no file configures it [policy]",
        "the policy rule `rule-1` is not known for `own`, `web`: its file does not say which version runs "
        "[policy]",
    ]


def test_what_is_not_loaded_is_not_known(tmp_path: Path) -> None:
    files = {"agents/a.md": "---\nname: a\ntools: [Read\n---\n"}
    (finding,) = say_findings(
        check_policy(tmp_path, make_rule(agents="all", may_not={"tool": "Bash"}), files)
    )
    assert "is not known for `a`: its file is not loaded" in finding


def test_who_may_start_somebody_of_whom_nobody_knows_is_not_known(tmp_path: Path) -> None:
    files = {
        "agents/a.md": agent("a", "tools: Read, Task\n", body="Start `b`."),
        "agents/b.md": agent("b", "tools: Read, mcp__*\n"),
    }
    rule = make_rule(
        agents={"names": "a"}, may_only={"capability": ["commands", "files", "network", "delegates"]}
    )
    findings = say_findings(check_policy(tmp_path, rule, files))
    assert len(findings) == 1
    assert "is not known for `a`" in findings[0]


# --- waivers


def test_waivers_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waiver = {
        "rule": "rule-1",
        "names": "fixer",
        "role": "Head of quality",
        "reason": "It repairs test data.",
        "until": "2026-05-31",
    }
    policy = {**make_rule(agents={"group": "quality"}, may_not={"tool": "Edit"}), "waivers": [waiver]}
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780185600")  # The last day of May, 2026.
    result = check_policy(tmp_path, policy)
    assert say_findings(result) == []
    assert [(item.diagnostic.span.path, str(item.reason)) for item in result.suppressed] == [
        ("agents/quality/fixer.md", "Head of quality, until 2026-05-31: It repairs test data.")
    ]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780272000")
    assert say_findings(check_policy(tmp_path, policy)) == [
        "agents/quality/fixer.md:4:1: `fixer` breaks the policy rule `rule-1`: tool `Edit` (allowed) "
        "[policy]",
        f"{NAME}:8:3: the waiver of `rule-1` for `fixer` ended on 2026-05-31 [policy]",
    ]


def test_a_waiver_of_some_rights_waives_no_others(tmp_path: Path) -> None:
    waiver = {
        "rule": "rule-1",
        "names": "fixer",
        "rights": "Edit",
        "role": "r",
        "reason": "r",
        "until": "9999-01-01",
    }
    useless = {**waiver, "names": "reader"}
    policy = {**make_rule(agents="all", may_not={"tool": ["Edit", "Write"]}), "waivers": [waiver, useless]}
    assert [line.partition(": ")[2] for line in say_findings(check_policy(tmp_path, policy))] == [
        "`fixer` breaks the policy rule `rule-1`: tool `Write` (allowed) [policy]",
        "`writer` breaks the policy rule `rule-1`: tool `Write` (allowed) [policy]",
        "the waiver of `rule-1` for `reader` waives nothing [policy]",
    ]


def test_a_waiver_does_not_hide_what_nobody_knows(tmp_path: Path) -> None:
    waiver = {
        "rule": "rule-1",
        "names": "a",
        "rights": "commands",
        "role": "R",
        "reason": "r",
        "until": "9999-12-31",
    }
    policy = make_rule(agents="all", may_not={"capability": ["commands", "network"]})
    files = {"agents/a.md": agent("a", "tools: Bash, mcp__browser\n")}
    broken = "agents/a.md:4:1: `a` breaks the policy rule `rule-1`: capability `commands` (explicit) [policy]"
    assert say_findings(check_policy(tmp_path, policy, files)) == [broken]
    unknown = say_findings(check_policy(tmp_path, {**policy, "waivers": [waiver]}, files))
    assert len(unknown) == 1
    assert "the policy rule `rule-1` is not known for `a`: " in unknown[0]
    # What the waiver names, or all that it can mean, is nothing to ask.
    for rights in (["commands", "network"], None):
        whole = {key: value for key, value in {**waiver, "rights": rights}.items() if value}
        assert say_findings(check_policy(tmp_path, {**policy, "waivers": [whole]}, files)) == []


def test_a_baseline_waives_what_is_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = [
        {"id": "no-files", "agents": "all", "may_not": {"capability": ["files", "delegates"]}},
        {"id": "owners", "agents": "all", "must": {"field": "owner"}},
    ]
    check_policy(tmp_path, {"rules": rules})
    folder = ["-C", str(tmp_path)]
    assert main(["check", *folder]) == 1
    assert main(["policy", *folder]) == 1
    capsys.readouterr()
    assert main(["policy", *folder, "--baseline", "9999-12-31"]) == 2, "somebody has to waive it"
    capsys.readouterr()
    assert main(["policy", *folder, "--baseline", "9999-12-31", "--role", "Platform lead"]) == 0
    with (tmp_path / NAME).open("a", encoding="utf-8") as file:
        file.write(capsys.readouterr().out)
    assert main(["check", *folder]) == 0
    assert main(["policy", *folder]) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "no-files: waived for 4, not known for 1, kept by 1",
        "owners: waived for 5, kept by 1",
    ]
    write(tmp_path, {"agents/new.md": agent("new", "tools: Edit\nowner: a\n")})
    assert main(["check", "-q", *folder]) == 1, "what came later is not waived"
    assert "agents/new.md" in capsys.readouterr().out
    assert main(["policy", *folder, "--baseline", "9999-12-31", "--role", "Platform lead"]) == 0
    with (tmp_path / NAME).open("a", encoding="utf-8") as file:
        file.write(capsys.readouterr().out)
    assert main(["check", *folder]) == 0


# --- examples


def check_all_examples(root: Path, text: str) -> list[Diagnostic]:
    write(root, {NAME: text})
    return check_examples(read_policy(root, NAME, True, DAY), Options())


EXAMPLES = """rules:
  - id: rule-1
    agents: {group: quality}
    may_not: {capability: files}
    examples:
      - VERDICT:
          agents/quality/lead.md: {tools: "Read, Task(writer)"}
          agents/writer.md: {tools: TOOLS}
"""


def test_examples_are_tried(tmp_path: Path) -> None:
    says = {"Write": "breaks", "Read": "breaks", "mcp__docs": "breaks"}
    for (tools, right), verdict in itertools.product(says.items(), ("keeps", "breaks", "not_known")):
        findings = check_all_examples(tmp_path, EXAMPLES.replace("VERDICT", verdict).replace("TOOLS", tools))
        assert (findings == []) == (verdict == right), (tools, verdict)
        assert all(str(item.span) == f"{NAME}:6:9" for item in findings)
    (finding,) = check_all_examples(
        tmp_path, EXAMPLES.replace("VERDICT", "keeps").replace("agents/quality", "agents/other")
    )
    assert "is not what the rule is about" in finding.message
    assert finding.hint == "what is read of it: `lead`, `writer`"


@pytest.mark.parametrize("name", sorted(RUNTIMES))
def test_examples_are_files_of_any_runtime(name: str, tmp_path: Path) -> None:
    """The files of each runtime in an example are what they are in its repository."""
    folder, files = TESTS / "goldens" / name.replace("-", "_"), {}
    runtime = RUNTIMES[name]
    for path in sorted(folder.glob("*[!n]")):
        root = runtime.agent_folders[0] if runtime.agent_folders else "."
        files[f"{root}/{path.name}".removeprefix("./")] = path.read_text(encoding="utf-8")
    root = tmp_path / "repository"
    write(root, files)
    catalog = load_catalog(root, Options(replay=False))
    grants = PermissionResolver()
    for rule in list_rules(catalog, grants, random.Random(1), 30):
        policy = parse(tmp_path, [rule])
        verdict = judge_catalog(catalog, policy, grants).get_verdict(policy.rules[0])
        example = yaml.safe_dump({"rules": [{**rule, "examples": [{verdict or "keeps": files}]}]})
        findings = check_all_examples(tmp_path, example)
        assert (findings == []) == (verdict is not None), rule


# --- the same as by force


def parse(root: Path, rules: list[dict[str, object]]) -> Policy:
    write(root, {NAME: yaml.safe_dump({"rules": rules}, sort_keys=False)})
    policy = read_policy(root, NAME, True, DAY)
    assert policy
    assert not policy.problems, policy.problems
    return policy


def list_rules(
    catalog: Catalog, grants: PermissionResolver, dice: random.Random, count: int
) -> list[dict[str, object]]:
    """Rules in the words of the catalog: of each kind of right, with each demand."""
    subjects = [s for s in list_subjects(catalog, grants) if s.kind == "agent"]
    words = {
        "capability": [id for id, _title in CLASSES],
        "tool": sorted(
            {name for a in catalog.agents for name in get_runtime_of(a).current_tools} | {"mcp__*"}
        ),
        "server": [server.name for server in catalog.servers] or ["docs"],
        "delegation": [a.name for a in catalog.agents] or ["x"],
        "mode": ["plan", "acceptEdits"],
        "model": ["sonnet", "opus*"],
        "hook": ["PreToolUse*"],
        "rule": [r.name for s in subjects for r in s.rights.values() if r.kind == "rule"] or ["deny Bash"],
        "field": ["name", "model=opus"],
        "prompt": ["you are", "never"],
    }
    assert words.keys() == set(KINDS["agents"])
    rules: list[dict[str, object]] = []
    for number in range(count):
        kind = list(words)[number % len(words)]
        demand = dice.choice(["may_not", "must", "may_only"] if kind != "prompt" else ["may_not", "must"])
        wanted: dict[str, object] = {
            kind: dice.sample(words[kind], min(len(words[kind]), dice.randint(1, 3)))
        }
        if dice.random() < 0.3 and kind in ("capability", "tool", "server"):
            wanted["how"] = dice.sample(["explicit", "inherited", "conditional", "through"], 2)
        rules.append({"id": f"rule-{number}", "agents": "all", demand: wanted})
    return rules


def has_way(right: Right, ways: Iterable[str]) -> bool:
    words = set(right.how.split(", "))
    if words & {"ask", "partial", "guarded", "conditional"}:
        way = "conditional"
    elif words & {"inherited", "through"}:
        (way,) = words
    else:
        way = "explicit"
    return not ways or way in ways or bool(words & set(ways))


def judge_by_force(
    catalog: Catalog, grants: PermissionResolver, subject: Subject, rule: dict[str, object]
) -> str:
    """The verdict from the rights of the agent and the decisions for each tool, and nothing else."""
    demand = next(key for key in ("may_not", "must", "may_only") if key in rule)
    wanted: dict[str, list[str]] = dict(rule[demand])  # type: ignore[call-overload]
    ways = wanted.pop("how", [])
    ((kind, words),) = wanted.items()
    definition = catalog.by_id["agent", subject.id]
    runtime = get_runtime_of(definition)
    titles = dict(CLASSES)

    def is_named(*names: str) -> bool:
        return any(matches_stars(word.casefold(), name.casefold()) for word in words for name in names)

    held: list[tuple[tuple[str, ...], bool]] = []
    for right in subject.rights.values():
        if (
            right.kind != kind
            or right.name == "unknown"
            or (kind in ("capability", "tool", "server") and not has_way(right, ways))
        ):
            continue
        names = {
            "capability": (right.name, titles.get(right.name, "")),
            "model": (right.how,),
            "mode": (right.how,),
            "tool": (
                right.name,
                runtime.get_current_name(right.name),
                *(t for t in runtime.tools if runtime.get_current_name(t) == right.name),
            ),
        }.get(kind, (right.name,))
        held.append((names, right.name == "*" and kind == "delegation"))
    unknown_tools = set()
    if kind == "tool":
        for tool in catalog.tools:
            if tool.server and ("tool", tool.name) not in subject.rights:
                decision = grants.decide(definition, tool.name, tool.server)
                right = Right("tool", tool.name, ", ".join(decision.words))
                if decision.is_usable and has_way(right, ways):
                    held.append(((tool.name,), False))
                unknown_tools |= {tool.name} if decision.outcome == "unknown" else set()
        for server in catalog.servers:
            decision = grants.decide(definition, f"mcp__{server.id}__", server.id)
            if decision.is_usable and has_way(Right("tool", "", ", ".join(decision.words)), ways):
                held.append(((f"mcp__{server.id}__*", f"mcp__{server.id}"), False))
            unknown_tools |= {f"mcp__{server.id}__"} if decision.outcome == "unknown" else set()
        listed = (e.tool for e in definition.access.every if e.tool != "*" and not e.pattern)
        names_of_tools = {*runtime.current_tools, *listed}
        unknown_tools |= {n for n in names_of_tools if grants.decide(definition, n).outcome == "unknown"}
    if kind == "field":
        keys = definition.document.values
        held = [((key, f"{key}={value}"), False) for key, value in keys.items()]
    if kind == "prompt":
        text = " ".join(definition.document.body.split()).casefold()
        held = [((word,), False) for word in words if word in text]
    meant = [names for names, is_any in held if is_any or is_named(*names)]
    beside = [names for names, _is_any in held if not is_named(*names)]
    broken = bool(meant) if demand == "may_not" else not meant if demand == "must" else bool(beside)
    if demand != "must" and broken:
        return "breaks"
    if demand == "must" and meant:
        return "keeps"
    doubted = False
    if kind in ("capability", "tool", "server", "delegation"):
        unknown = subject.rights.get(("capability", "unknown"))
        is_open = unknown is not None and unknown.how != "through"
        asked = [id for id in titles if is_named(id, titles[id]) != (demand == "may_only")]
        if kind == "capability":
            mcp = subject.rights.get(("capability", "mcp"))
            for doubt, concerned in ((unknown, asked), (mcp, {"commands", "files", "network"} & set(asked))):
                doubted |= bool(doubt and concerned) and (
                    doubt.how != "through" or not ways or "through" in ways
                )
        elif kind == "delegation":
            doubted = any(
                grants.decide(definition, tool).outcome == "unknown" for tool in runtime.agent_tools[:1]
            )
        elif kind == "server":
            unsaid = [
                s.name for s in catalog.servers if decide_server(definition, s, grants).outcome == "unknown"
            ]
            doubted = is_open or any(is_named(name) != (demand == "may_only") for name in unsaid)
        else:
            builtin = {name.casefold() for name in runtime.tools}
            doubted = any(is_named(name) != (demand == "may_only") for name in unknown_tools)
            names_others = demand == "may_only" or any(word.casefold() not in builtin for word in words)
            doubted |= is_open and names_others
        doubted |= bool(definition.not_loaded)
    return "not_known" if doubted else "breaks" if broken else "keeps"


def make_random_files(dice: random.Random) -> dict[str, str]:
    files = {
        ".mcp.json": json.dumps(
            {"mcpServers": {"docs": {"command": "npx", "args": ["docs"]}, "github": {"command": "x"}}}
        )
    }
    tools = ["Read", "Grep", "Bash", "Bash(git:*)", "Edit", "Write", "WebFetch", "Task", "Agent(agent-1)"]
    tools += ["mcp__docs", "mcp__docs__find", "mcp__github__merge", "mcp__*", "Nothing"]
    for number in range(6):
        keys = ""
        if dice.random() < 0.8:
            keys += f"tools: {', '.join(dice.sample(tools, dice.randint(1, 4)))}\n"
        if dice.random() < 0.3:
            keys += f"disallowedTools: {', '.join(dice.sample(tools, 2))}\n"
        if dice.random() < 0.3:
            keys += f"model: {dice.choice(['opus', 'sonnet'])}\n"
            keys += f"permissionMode: {dice.choice(['plan', 'acceptEdits'])}\n"
        if dice.random() < 0.1:
            keys += "- stray\n"
        body = f"You are it. Start `agent-{dice.randrange(6)}`."
        files[f".claude/agents/agent-{number}.md"] = agent(f"agent-{number}", keys, body=body)
    for number in range(2):
        chosen = {
            name: dice.choice([True, False, "ask"])
            for name in dice.sample(["bash", "edit", "task", "webfetch"], 2)
        }
        lists = "".join(f"  {name}: {json.dumps(value)}\n" for name, value in chosen.items())
        files[f".opencode/agents/open-{number}.md"] = (
            f"---\ndescription: Open.\npermission:\n{lists}---\nDo.\n"
        )
        files[f".cursor/agents/cursor-{number}.md"] = (
            f"---\nname: c{number}\ndescription: C.\nreadonly: {dice.choice(['true', 'false'])}\n---\nDo.\n"
        )
    return files


@pytest.mark.parametrize("seed", range(12))
def test_verdicts_are_those_of_the_rights(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    write(tmp_path, make_random_files(dice))
    catalog, grants = load_catalog(tmp_path, Options(replay=False)), PermissionResolver()
    rules = list_rules(catalog, grants, dice, 60)
    report = judge_catalog(catalog, parse(tmp_path, rules), grants)
    subjects = {s.id: s for s in list_subjects(catalog, grants) if s.kind == "agent"}
    assert len(report.judgements) == len(rules) * len(subjects)
    by_id = {str(rule["id"]): rule for rule in rules}
    for judgement in report.judgements:
        rule = by_id[judgement.rule.id]
        expected = judge_by_force(catalog, grants, subjects[judgement.subject.id], rule)
        assert judgement.verdict == expected, (rule, judgement.subject.id, judgement.doubt)
    assert {judgement.verdict for judgement in report.judgements} == {"keeps", "breaks", "not_known"}
    for breach in (breach for judgement in report.judgements for breach in judgement.breaches):
        if breach.fact and breach.fact.steps:
            assert breach.fact.span == breach.fact.steps[0].span
            assert all(step.span or step.agent is None for step in breach.fact.steps), (
                "each step has its place"
            )


# --- what is wrong in the file

RULE = "{id: rule-1, agents: all, may_not: {tool: Bash}}"


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("rules: [", "1:9", "not valid YAML", ""),
        ("- a", "1:1", "no list of keys and values", ""),
        ("rule: []", "1:1", "a policy knows no `rule`", "`rules`"),
        ("rules: {a: b}", "1:1", "`rules` is a list", ""),
        ("rules: [no]", "1:9", "made of `key: value` lines", "`id`"),
        (f"rules: [{RULE}, {RULE}]", "1:59", "two rules `rule-1`", ""),
        ("rules: [{agents: all, may_not: {tool: Bash}}]", "1:9", "has an `id`", ""),
        ("rules: [{id: Rule 1, agents: all, may_not: {tool: Bash}}]", "1:10", "small letters", ""),
        ("rules: [{id: a, agents: all}]", "1:9", "demands one of: `may_not`, `may_only`, `must`", ""),
        ("rules: [{id: a, agents: all, skills: all, must: {field: a}}]", "1:30", "is about one of", ""),
        (
            "rules: [{id: a, agents: {grup: a}, must: {field: a}}]",
            "1:26",
            "knows no `grup`",
            "did you mean `group`?",
        ),
        ("rules: [{id: a, agents: {}, must: {field: a}}]", "1:17", "everyone is `agents: all`", ""),
        (
            "rules: [{id: a, agents: all, may_not: {capability: file}}]",
            "1:40",
            "no capability `file`",
            "did you mean `files`?",
        ),
        (
            "rules: [{id: a, agents: all, may_not: {tool: Bash, how: none}}]",
            "1:52",
            "in the way `none`",
            "`explicit`",
        ),
        (
            "rules: [{id: a, agents: all, may_not: {tool: 'Bash(git:*)'}}]",
            "1:40",
            "a part of a tool",
            "write `Bash`",
        ),
        ("rules: [{id: a, agents: all, may_only: {prompt: a}}]", "1:41", "knows no `prompt`", ""),
        (
            "rules: [{id: a, agents: all, may_not: {tool: Bsh}}]",
            "1:40",
            "no tool `Bsh` is known",
            "did you mean `Bash`?",
        ),
        ("rules: [{id: a, agents: all, may_not: {tool: []}}]", "1:40", "`tool` is empty", ""),
        ("rules: [{id: a, agents: all, may_not: {tool: {a: b}}}]", "1:40", "a word or a list of words", ""),
        ("rules: [{id: a, only: all}]", "1:9", "`only` and `may` go together", ""),
        ("rules: [{id: a, only: all, may: {tool: Bash}, agents: all}]", "1:47", "has no `agents`", ""),
        (
            "rules: [{id: a, agents: {group: qualty}, may_not: {tool: Bash}}]",
            "1:26",
            "nothing has `group: qualty`",
            "did you mean `quality`?",
        ),
        (
            "rules: [{id: a, agents: {group: qualty}, may_not: {tool: Bash}}]",
            "1:9",
            "`a` is about nobody",
            "",
        ),
        (
            "rules: [{id: a, agents: all, must: {field: a}, examples: [{kept: {}}]}]",
            "1:60",
            "knows no `kept`",
            "`keeps`",
        ),
        (
            "rules: [{id: a, agents: all, must: {field: a}, examples: [{keeps: {../x.md: a}}]}]",
            "1:68",
            "no path of a file",
            "",
        ),
        ("waivers: [{rule: a}]", "1:11", "`role`, `reason` and `until`", ""),
        (
            f"rules: [{RULE}]\nwaivers: [{{rule: rule-2, names: a, role: a, reason: a, until: 2030-01-01}}]",
            "2:12",
            "no rule `rule-2`",
            "`rule-1`",
        ),
        (
            f"rules: [{RULE}]\nwaivers: [{{rule: rule-1, names: a, role: a, reason: a, until: soon}}]",
            "2:56",
            "`until` is a day",
            "",
        ),
    ],
    ids=lambda value: value[:60] if isinstance(value, str) else None,
)
def test_mistakes_have_a_place_and_a_hint(
    text: str, place: str, message: str, hint: str, tmp_path: Path
) -> None:
    result = check_policy(tmp_path, text)
    findings = [
        item for item in result.diagnostics if str(item.span) == f"{NAME}:{place}" and message in item.message
    ]
    assert len(findings) == 1, [str(item) for item in result.diagnostics if item.check == "policy"]
    assert hint in findings[0].hint
    assert not findings[0].is_information


def test_a_mistake_leaves_the_other_rules(tmp_path: Path) -> None:
    text = "rules: [{id: b, agents: all, may_nt: {}}, {id: a, agents: all, may_not: {tool: Edit}}]"
    findings = say_findings(check_policy(tmp_path, text))
    assert len(findings) == 2
    assert "`fixer` breaks the policy rule `a`" in findings[0]
    assert "a rule knows no `may_nt`" in findings[1]


LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in itertools.pairwise("abcdefghi")
)


@pytest.mark.parametrize(
    "data",
    [
        LAUGHS.encode(),
        b"rules: &r [*r]",
        b"rules: &r\n  - id: a\n    agents: *r",
        b"rules: " + b"[" * 5000,
        b"rules: " + b"{a: " * 200 + b"}" * 200,
        b"- " * 3000,
        b"rules:\n" + b"  - {id: a, agents: all, must: {field: a}}\n" * 40_000,
        b"rules:\n"
        + b"".join(
            b"  - {id: a%d, agents: all, may_not: {tool: [%s]}}\n" % (n, b"'*x*'," * 90) for n in range(99)
        ),
        b"\x00\xff\xfe" * 1000,
        b"rules: [{? [a, b] : c}]",
        b"rules: [{<<: {id: a}, agents: all, must: {field: a}}]",
        b"rules: [{id: !!python/object:os.system a, agents: all, must: {field: a}}]",
        b"rules: [{id: a, agents: all, must: {field: '" + b"*" * 3000 + b"x'}}]",
        b"a: " + b"9" * 5000,
        b"rules: [{id: a, agents: all, must: {1: 2}, ~: ~}]",
        b"x" * 1_200_000,
    ],
    ids=lambda data: data[:20].decode("latin-1"),
)
def test_hostile_files_end_in_a_finding(data: bytes, tmp_path: Path) -> None:
    write(tmp_path, FILES)
    (tmp_path / NAME).write_bytes(data)
    findings = say_findings(check_catalog(tmp_path, Options(replay=False)))
    assert findings
    assert all(re.match(r"\S+:\d+:\d+: ", line) for line in findings)


def test_a_folder_and_a_missing_file_are_findings(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    assert say_findings(check_catalog(tmp_path, Options(replay=False))) == []
    options = Options(replay=False, policy="rules/own.yml")
    (finding,) = say_findings(check_catalog(tmp_path, options))
    assert finding.startswith("rules/own.yml:1:1: cannot be read")
    (tmp_path / "rules/own.yml").mkdir(parents=True)
    assert len(say_findings(check_catalog(tmp_path, options))) == 1
    assert say_findings(check_catalog(tmp_path, replace(options, policy=""))) == []


# --- the documentation


def test_the_samples_of_the_page_hold(tmp_path: Path) -> None:
    text = (ROOT / "docs/policy.md").read_text(encoding="utf-8")
    blocks = [block for block in re.findall(r"```yaml\n(.*?)```", text, re.S) if block.startswith("rules:")]
    assert len(blocks) >= 3
    for block in blocks:
        assert check_all_examples(tmp_path, block) == []
        policy = read_policy(tmp_path, NAME, True, DAY)
        assert policy
        assert policy.rules
        assert policy.problems == ()
    for subjects, kinds in KINDS.items():
        assert all(f"`{kind}`" in text for kind in (subjects, *kinds))
