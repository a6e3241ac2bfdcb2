"""OpenCode: where its agents are, what keeps it from starting, whose a file is, servers and settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from mkdocs_agent_catalog.build import Options, build, check_catalog
from mkdocs_agent_catalog.model.catalog import Catalog
from mkdocs_agent_catalog.model.definitions import Agent, Skipped, Source
from mkdocs_agent_catalog.permissions.decisions import PermissionResolver
from mkdocs_agent_catalog.runtimes import RUNTIMES, find_dialect
from mkdocs_agent_catalog.runtimes.opencode.keys import find_wrong_value
from sites import write

OPENCODE = RUNTIMES["opencode"]
AGENT = "---\ndescription: Reads. Use for questions.\n{}\n---\n\nRead.\n"


def read(text: str, path: str = ".opencode/agents/a.md") -> Agent:
    folder, _, name = path.rpartition("/")
    (item,) = OPENCODE.read_agents(Source(path, name, "agent", folder, text, dialect="opencode"))
    assert isinstance(item, Agent)
    return item


def load(folder: Path, files: dict[str, str]) -> Catalog:
    write(folder, files)
    return check_catalog(folder, Options()).catalog


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("tools:", "tools"),
        ("tools: Read, Grep", "tools"),
        ("tools: [read]", "tools"),
        ('tools: {bash: "false"}', "tools.bash"),
        ("tools: {bash: no}", "tools.bash"),
        ("permission:", "permission"),
        ("permission: true", "permission"),
        ("permission: [edit]", "permission"),
        ("permission: {bash: maybe}", "permission.bash"),
        ("permission: {bash: }", "permission.bash"),
        ('permission: {bash: {"*": {a: allow}}}', "permission.bash"),
        ('permission: {webfetch: {"*": deny}}', "permission.webfetch"),
        ('permission: {doom_loop: {"*": deny}}', "permission.doom_loop"),
        ("mode: helper", "mode"),
        ("mode: Primary", "mode"),
        ("mode:", "mode"),
        ("color: purple", "color"),
        ('color: "#fff"', "color"),
        ("steps: 0", "steps"),
        ("steps: 1.5", "steps"),
        ('steps: "3"', "steps"),
        ("temperature: hot", "temperature"),
        ('temperature: "0.1"', "temperature"),
        ("hidden: yes", "hidden"),
        ("model:", "model"),
        ("options: x", "options"),
        ("name: [a]", "name"),
    ],
)
def test_one_wrong_value_keeps_opencode_from_starting(line: str, key: str) -> None:
    """Each row was tried in the program: it says "Configuration is invalid"."""
    agent = read(AGENT.format(line))
    assert agent.not_loaded.startswith(f"`{key}` ")
    assert OPENCODE.blocks_start(agent)


@pytest.mark.parametrize(
    "line",
    [
        *("tools: {}", "tools: {bash: false}", "permission: ask", "permission: {mcp: {'*': deny}}"),
        *('color: "#ff00AA"', "color: info", "steps: 3", "steps: 3.0", "maxSteps: 3", "temperature: 0"),
        *("temperature: 0.10", "top_p: 1", "model: gpt", "name: 3", "prompt: y", "variant: high"),
        *("permissions: {bash: deny}", "permission: {list: {'*': deny}}", "reasoningEffort: high"),
    ],
)
def test_values_with_which_it_starts(line: str) -> None:
    assert read(AGENT.format(line)).not_loaded == ""


def test_a_file_of_modes_is_left_out_and_keeps_nothing_from_starting() -> None:
    agent = read(AGENT.format("tools: Read"), ".opencode/mode/a.md")
    assert agent.not_loaded
    assert not OPENCODE.blocks_start(agent)
    assert read(AGENT.format(""), ".opencode/mode/a.md").invocation == "opencode --agent a"


@pytest.mark.parametrize(
    ("text", "reason", "denies"),
    [
        ("---\ndescription: Use it: now\ntools:\n  bash: false\n---\n", "", True),
        # Mended, and still no YAML: left out.
        ("---\ndescription: *x\ntools: {bash: false}\n---\n", "its frontmatter cannot be read", False),
        ("---\ntools: {bash: false}\ntools: {bash: true}\n---\n", "its frontmatter cannot be read", False),
        # Nothing to mend: there, without its keys.
        ('---\ndescription: "Use it\nmode: subagent\n---\n', "", False),
        ("---\nmode: all\nmode: subagent\n---\n", "", False),
        ("---\ndescription: Use it\nmode: subagent\nNo end.\n", "", False),
        ("\n---\ndescription: Use it\nmode: subagent\n---\n", "", False),
    ],
)
def test_a_frontmatter_that_cannot_be_read_is_mended_dropped_or_left_out(
    text: str, reason: str, denies: bool
) -> None:
    """Each row was tried in the program."""
    agent = read(text)
    assert agent.not_loaded == reason
    assert bool(agent.access.denied) == denies
    assert not OPENCODE.blocks_start(agent)
    if not reason and not denies:
        assert agent.invocation == "@a"
        assert PermissionResolver().decide(agent, "bash").rule == "oc-default"


def test_every_markdown_file_in_its_folders_is_an_agent(tmp_path: Path) -> None:
    text = AGENT.format("mode: subagent")
    files = {
        ".opencode/agents/README.md": "# About\n",
        ".opencode/agents/_shared/b.md": text,
        ".opencode/agent/index.md": "Notes.\n",
        ".opencode/agent/mode/e.md": text.replace("mode: subagent", ""),
        ".opencode/modes/plan-more.md": text,
        ".opencode/modes/deep/f.md": text,
        ".config/opencode/agent/quality/c.md": text,
        "sub/.opencode/agents/d.md": text,
    }
    catalog = load(tmp_path, files)
    calls = {agent.name: agent.invocation for agent in catalog.agents}
    assert calls["mode/e"] == "@mode/e"
    assert calls["plan-more"] == "opencode --agent plan-more"
    assert ".opencode/modes/deep/f.md" in {item.path for item in catalog.skipped}
    names = {agent.source.path: agent.name for agent in catalog.agents}
    assert names == {
        ".opencode/agents/README.md": "README",
        ".opencode/agents/_shared/b.md": "_shared/b",
        ".opencode/agent/index.md": "index",
        ".opencode/agent/mode/e.md": "mode/e",
        ".opencode/modes/plan-more.md": "plan-more",
        ".config/opencode/agent/quality/c.md": "quality/c",
        "sub/.opencode/agents/d.md": "d",
    }
    assert {agent.dialect for agent in catalog.agents} == {"opencode"}
    checks = {(d.check, d.span.path) for d in check_catalog(tmp_path, Options()).diagnostics}
    assert ("frontmatter_missing", ".opencode/agents/README.md") in checks
    assert ("missing_description", ".opencode/agents/README.md") not in checks


@pytest.mark.parametrize(
    ("line", "dialect"),
    [
        ("mode: subagent", "opencode"),
        ("permission: {edit: deny}", "opencode"),
        ("permission:\n  edit: deny", "opencode"),
        ("permission: ask", "opencode"),
        ("tools:\n  bash: false", "opencode"),
        ("tools: Read, Grep", "claude-code"),
        ("tools:\n  - Read", "claude-code"),
        ("mode: fast", "claude-code"),
    ],
)
def test_keys_tell_where_the_place_does_not(line: str, dialect: str) -> None:
    source = Source("parts/a.md", "a.md", "agent", "parts", AGENT.format(line))
    assert find_dialect(source).dialect == dialect


def test_files_without_a_name_in_folders_of_agents_are_read(tmp_path: Path) -> None:
    catalog = load(tmp_path, {"src/agents/review/a/a.md": AGENT.format("mode: subagent")})
    (agent,) = catalog.agents
    assert (agent.dialect, agent.name, agent.invocation) == ("opencode", "a", "@a")


CONFIG = """{
  // The project's own rules.
  "permission": {"bash": "ask", "docs_*": "deny"},
  "mcp": {"docs": {"type": "local", "command": ["npx", "docs-server"], "environment": {"KEY": "hunter2"}}},
  "agent": {
    "planner": {
      "description": "Plans.",
      "prompt": "{file:./prompts/planner.txt}",
    },
    "outside": {"prompt": "{file:../../secret.txt}"},
    "off": {"disable": true}
  }
}
"""


def test_a_configuration_holds_agents_servers_and_rules(tmp_path: Path) -> None:
    text = AGENT.format('permission: {"docs_find": allow, "other_*": deny, webfetch: deny}')
    files = {
        "opencode.jsonc": CONFIG,
        "prompts/planner.txt": "Plan well.\n",
        ".opencode/agents/a.md": text,
        ".claude/agents/b.md": "---\nname: b\ndescription: Use it.\n---\n",
    }
    catalog = load(tmp_path, files)
    agents = {agent.name: agent for agent in catalog.agents}
    assert set(agents) == {"planner", "outside", "a", "b"}
    planner = agents["planner"].document
    assert (planner.body, planner.body_path, planner.lines) == (
        *("Plan well.\n", "prompts/planner.txt"),
        (6, 9),
    )
    assert agents["outside"].document.body == "{file:../../secret.txt}"
    assert planner.get_span("description").line == 7
    entries = {entry.rule: entry.tool for entry in agents["a"].access.every}
    assert entries == {"docs_find": "mcp__docs__find", "other_*": "other_*", "webfetch": "webfetch"}
    decide = PermissionResolver().decide
    assert decide(agents["a"], "bash").rule == "oc-merge-ask"
    assert decide(agents["b"], "Bash").rule == "tools-omitted"
    assert decide(agents["a"], "mcp__docs__find", "docs").outcome == "allowed"
    assert decide(agents["a"], "mcp__docs__other", "docs").rule == "oc-merge-denied"
    assert decide(agents["planner"], "bash").rule == "oc-merge-ask"
    assert [server.name for server in catalog.servers] == ["docs"]
    outputs = build(tmp_path, Options()).outputs
    assert [output.uri for output in outputs if "hunter2" in str(output.content)] == []
    assert [(item.path, str(item.reason)) for item in catalog.skipped] == [
        ("opencode.jsonc", "turned off by `disable: true`")
    ]


def test_a_configuration_nearer_to_the_agent_counts_more(tmp_path: Path) -> None:
    files = {
        "opencode.json": '{"permission": {"bash": "deny"}}',
        ".opencode/opencode.json": '{"permission": {"bash": "allow"}}',
        ".opencode/agents/a.md": AGENT.format(""),
        "other/opencode.json": '{"permission": {"edit": "deny"}}',
    }
    (agent,) = load(tmp_path, files).agents
    assert PermissionResolver().decide(agent, "bash").outcome == "allowed"
    assert PermissionResolver().decide(agent, "edit").outcome == "inherited"


def test_a_broken_configuration_is_a_finding(tmp_path: Path) -> None:
    write(tmp_path, {"opencode.json": '{"agent": {', ".opencode/agents/a.md": AGENT.format("")})
    findings = [d for d in check_catalog(tmp_path, Options()).diagnostics if d.check == "config_unreadable"]
    assert {d.span.path for d in findings} == {"opencode.json"}


def test_names_of_another_product_are_findings_and_other_names_are_not(tmp_path: Path) -> None:
    line = "tools: {Write: false, sendmessage: true, my_tool: true, read: true}"
    write(tmp_path, {".opencode/agents/a.md": AGENT.format(line)})
    findings = [d for d in check_catalog(tmp_path, Options()).diagnostics if "tool" in d.check]
    assert [(d.check, str(d.message)) for d in findings] == [
        ("foreign_tool", "names of Claude Code, not of OpenCode: `Write`")
    ]


def test_the_last_rule_counts_and_the_finding_names_the_right_place(tmp_path: Path) -> None:
    lines = 'permission:\n  webfetch: deny\n  bash:\n    "git *": allow\n    "*": deny'
    write(tmp_path, {".opencode/agents/a.md": AGENT.format(lines)})
    (finding,) = [
        d for d in check_catalog(tmp_path, Options()).diagnostics if d.check == "allowed_and_denied"
    ]
    # The limit of the author stays: only the order is wrong.
    place = ".opencode/agents/a.md:7:5"
    assert str(finding.hint) == f"put the rule at {place} above it: the last one that matches counts"


def test_wrong_values_are_found_in_any_data() -> None:
    assert find_wrong_value(json.loads('{"temperature": true}'))
    assert find_wrong_value(json.loads('{"temperature": 1e400}'))
    assert find_wrong_value({}) is None


SECOND = """{"agents": {
  "lost": {"description": "Use it.", "tools": {"bash": false}, "mode": "subagent"},
  "gone": {"mode": "helper"},
  "off": {"disabled": true},
  "both": {"mode": "subagent"}
 },
 "agent": {"both": {"mode": "primary"}, "mixed": {"permissions": {"bash": "deny"}}}}
"""


def test_of_agents_under_the_key_of_opencode_2_only_its_keys_are_read(tmp_path: Path) -> None:
    """Each was tried in the program, whose first version reads this table in part."""
    catalog = load(tmp_path, {"opencode.json": SECOND})
    agents = {agent.name: agent for agent in catalog.agents}
    assert set(agents) == {"lost", "gone", "both", "mixed"}
    assert Skipped("opencode.json", "turned off by `disabled: true`") in catalog.skipped
    assert agents["both"].invocation == "opencode --agent both"
    blocks = {name: OPENCODE.blocks_start(agent) for name, agent in agents.items() if agent.not_loaded}
    assert blocks == {"gone": False, "mixed": True}
    (note,) = agents["lost"].notes
    assert (note.check, note.span.line) == ("ignored_key", 2)


def test_keys_of_opencode_2_in_a_file_for_opencode_1_go_to_the_provider() -> None:
    (note,) = read(AGENT.format("request: {}\nsystem: Do it.\ntools: {bash: false}")).notes
    assert note.check == "provider_option"
    assert "`request`, `system`" in note.message


RULES = "permissions:\n  - {action: shell, resource: '*', effect: deny}"


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ("disable: true", "disable"),
        (f"disable: true\n{RULES}", "disable"),
        (f"disabled: true\n{RULES}", "disabled"),
    ],
)
def test_an_agent_that_is_turned_off_in_its_file_is_none(tmp_path: Path, keys: str, key: str) -> None:
    catalog = load(tmp_path, {".opencode/agents/a.md": AGENT.format(keys)})
    assert catalog.agents == ()
    (item,) = catalog.skipped
    assert (item.path, str(item.reason)) == (".opencode/agents/a.md", f"turned off by `{key}: true`")


@pytest.mark.parametrize("keys", ["disabled: true", "disabled: true\ntools: {bash: false}"])
def test_the_key_of_opencode_2_leaves_an_agent_on_in_opencode_1(keys: str) -> None:
    (note,) = read(AGENT.format(keys)).notes
    assert (note.check, note.span.line) == ("ignored_key", 3)
    assert str(note.message) == "OpenCode 1 does not read `disabled` here: this agent can be called"
    assert read(AGENT.format("disabled: false")).notes[0].check == "provider_option"


def test_the_key_of_opencode_2_under_the_key_of_opencode_1_leaves_an_agent_on(tmp_path: Path) -> None:
    config = {"agent": {"a": {"description": "Reads.", "disabled": True}}}
    (agent,) = load(tmp_path, {"opencode.json": json.dumps(config)}).agents
    assert [note.check for note in agent.notes] == ["ignored_key"]


def test_a_file_with_the_name_of_an_agent_of_its_own_changes_that_one(tmp_path: Path) -> None:
    config = {"agent": {"build": {"permission": {"bash": "deny"}}, "general": {"color": "info"}, "new": {}}}
    catalog = load(tmp_path, {"opencode.json": json.dumps(config)})
    calls = {agent.name: agent.invocation for agent in catalog.agents}
    assert calls == {"build": "opencode --agent build", "general": "@general", "new": "@new"}
    findings = check_catalog(tmp_path, Options()).diagnostics
    assert [str(d.message) for d in findings if d.check == "missing_description"] == [
        "the agent `new` has no description"
    ]


def test_options_for_the_model_are_a_map(tmp_path: Path) -> None:
    load(tmp_path, {".opencode/agents/a.md": AGENT.format("options: {store: false}")})
    assert not [d for d in check_catalog(tmp_path, Options()).diagnostics if d.check == "invalid_value"]


def test_two_files_of_one_name_in_a_project_are_a_finding(tmp_path: Path) -> None:
    files = {
        ".opencode/agent/a.md": AGENT.format("mode: subagent"),
        ".opencode/agents/a.md": AGENT.format("mode: subagent"),
        "kit/.opencode/agents/a.md": AGENT.format("mode: subagent"),
        ".config/opencode/agents/a.md": AGENT.format("mode: subagent"),
    }
    load(tmp_path, files)
    findings = [d for d in check_catalog(tmp_path, Options()).diagnostics if d.check == "duplicate_name"]
    assert [d.span.path for d in findings] == [".opencode/agent/a.md", ".opencode/agents/a.md"]
    assert "makes one agent of them" in str(findings[0].hint)


def test_what_configurations_say_of_an_agent_is_merged_into_its_file(tmp_path: Path) -> None:
    """As OpenCode 1.18.33 answers to `debug agent`."""
    tables = {
        "agent": {
            "team/a": {
                "model": "test/first",
                "prompt": "Not read.",
                "tools": {"webfetch": False},
                "permission": {"bash": "deny", "edit": {"*": "deny", "x": "allow"}},
            },
            "b": {"mode": "subagent", "description": "Use it.", "prompt": "Think."},
        },
        "mode": {"c": {"model": "test/mode"}},
    }
    files = {
        "opencode.json": json.dumps(tables, indent=1),
        "opencode.jsonc": '{"agent": {"b": {"model": "test/second"}}}',
        ".opencode/opencode.json": '{"agent": {"team/a": {"model": "test/third", "variant": "high"}}}',
        ".opencode/agents/team/a.md": AGENT.format("permission: {edit: {y: allow}, task: deny}"),
        ".opencode/agents/c.md": AGENT.format("model: test/file"),
        "kit/.opencode/agents/b.md": AGENT.format("mode: subagent"),
    }
    catalog = load(tmp_path, files)
    agents = {(agent.name, agent.source.path): agent for agent in catalog.agents}
    assert {path for _name, path in agents} == {*files} - {"opencode.json", ".opencode/opencode.json"}
    first, c = agents["team/a", ".opencode/agents/team/a.md"], agents["c", ".opencode/agents/c.md"]
    b = agents["b", "opencode.jsonc"]
    assert (first.model, first.document.body.strip()) == ("test/third", "Read.")
    rules = [(rule.rule, rule.effect) for rule in first.access.every]
    assert sorted(rules) == [
        *(("bash", "deny"), ("edit", "deny"), ("edit: x", "allow"), ("edit: y", "allow")),
        *(("task", "deny"), ("webfetch", "deny")),
    ]
    (rule,) = (rule for rule in first.access.denied if rule.tool == "bash")
    assert rule.span.path == "opencode.json"
    assert first.document.holds(rule.span)
    assert (c.model, c.invocation) == ("test/mode", "opencode --agent c")
    assert (b.model, b.description, b.document.body) == ("test/second", "Use it.", "Think.")
    checks = {finding.check for finding in check_catalog(tmp_path, Options()).diagnostics}
    assert checks.isdisjoint({"duplicate_name", "missing_description", "vague_description"})
    page = next(o.body.html for o in build(tmp_path, Options()).outputs if o.uri.endswith("team/a.md"))
    assert "<code>opencode.json:3:3</code>" in page


@pytest.mark.parametrize(
    ("table", "later", "text"),
    [
        ("agent", {".opencode/opencode.json": '{"agent": {"a": {"model": "test/x"}}}'}, "Think."),
        ("mode", {".opencode/agents/a.md": AGENT.format("")}, "Think."),
        ("agent", {".opencode/agents/a.md": AGENT.format("")}, "Read."),
    ],
)
def test_a_prompt_in_a_file_is_merged(tmp_path: Path, table: str, later: dict[str, str], text: str) -> None:
    first = json.dumps({table: {"a": {"prompt": "{file:./prompts/a.txt}"}}})
    (agent,) = load(tmp_path, {"opencode.json": first, "prompts/a.txt": "Think.", **later}).agents
    assert (agent.source.path, agent.document.body.strip()) == (next(iter(later)), text)


@pytest.mark.parametrize(("keys", "is_off"), [("", True), ("disable: false", False)])
def test_a_configuration_turns_off_an_agent_that_has_a_file(tmp_path: Path, keys: str, is_off: bool) -> None:
    config = '{"agent": {"a": {"disable": true}}}'
    catalog = load(tmp_path, {"opencode.json": config, ".opencode/agents/a.md": AGENT.format(keys)})
    assert [agent.name for agent in catalog.agents] == ([] if is_off else ["a"])
    reasons = {item.path: str(item.reason) for item in catalog.skipped}
    reason = "turned off by `disable: true` in `opencode.json`"
    assert (reasons.get(".opencode/agents/a.md") == reason) is is_off


def test_an_agent_that_is_turned_off_in_its_file_is_off_in_a_configuration(tmp_path: Path) -> None:
    config = '{"agent": {"a": {"description": "Use it."}}}'
    text = AGENT.format("disable: true")
    assert load(tmp_path, {"opencode.json": config, ".opencode/agents/a.md": text}).agents == ()


def test_the_rules_of_two_configurations_keep_the_order_of_the_first(tmp_path: Path) -> None:
    files = {
        "opencode.json": '{"permission": {"*": "deny", "bash": "allow"}}',
        ".opencode/opencode.json": '{"permission": {"bash": "ask", "*": "allow"}}',
        ".opencode/agents/a.md": AGENT.format(""),
    }
    (agent,) = load(tmp_path, files).agents
    assert PermissionResolver().decide(agent, "bash").outcome == "ask"


def test_a_configuration_holds_commands_and_a_file_counts_more(tmp_path: Path) -> None:
    config = {
        "command": {
            "ship/v1.2": {"template": "Ship it.", "description": "Ships.", "agent": "a"},
            "test": {"template": "Not read."},
        }
    }
    files = {
        "opencode.json": json.dumps(config, indent=1),
        ".opencode/command/test.md": "---\ndescription: Tests.\n---\nTest it.\n",
        "kit/.opencode/command/ship/v1.2.md": "---\ndescription: Ships the kit.\n---\nShip the kit.\n",
        ".opencode/agents/a.md": AGENT.format("tools: {bash: yes}"),
    }
    catalog = load(tmp_path, files)
    commands = {(skill.invocation, skill.source and skill.source.path) for skill in catalog.skills}
    assert commands == {
        ("/ship/v1.2", "opencode.json"),
        ("/ship/v1.2", "kit/.opencode/command/ship/v1.2.md"),
        ("/test", ".opencode/command/test.md"),
    }
    (ship,) = (skill for skill in catalog.skills if skill.source and skill.source.path == "opencode.json")
    assert ship.document
    assert (ship.description, ship.document.body) == ("Ships.", "Ship it.")
    assert [field.key for field in ship.fields] == ["agent"]
    (link,) = (link for link in catalog.links if link.origin == ship.id)
    assert (link.target, link.evidence[0].grade) == (catalog.agents[0].id, "declared")
    pages = {output.uri: output.body.html for output in build(tmp_path, Options()).outputs if output.is_page}
    # What is wrong with an agent of the file is no problem of the command.
    assert 'id="problems"' not in pages[f"skills/{ship.id}.md"]


@pytest.mark.parametrize(
    ("paths", "given"),
    [
        (["AGENTS.md", "CLAUDE.md"], {"AGENTS.md"}),
        (["CLAUDE.md", "CONTEXT.md"], {"CLAUDE.md"}),
        (["kit/CLAUDE.md", "AGENTS.md"], {"AGENTS.md"}),
        (["kit/CONTEXT.md"], {"kit/CONTEXT.md"}),
        (["kit/AGENTS.md", "AGENTS.md"], {"kit/AGENTS.md", "AGENTS.md"}),
    ],
)
def test_of_instruction_files_the_first_name_counts(
    tmp_path: Path, paths: list[str], given: set[str]
) -> None:
    files = {"kit/.opencode/agents/a.md": AGENT.format(""), **dict.fromkeys(paths, "Be kind.\n")}
    (agent,) = load(tmp_path, files).agents
    assert {file.source.path for file in agent.instructions} == given


def test_the_last_definition_turns_an_agent_on_again(tmp_path: Path) -> None:
    files = {
        "opencode.json": '{"agent": {"a": {"disable": true}, "b": {"description": "Use it."}}}',
        ".opencode/opencode.json": '{"agent": {"a": {"disable": false}, "b": {"disable": true}}}',
    }
    catalog = load(tmp_path, files)
    assert [(agent.name, agent.source.path) for agent in catalog.agents] == [("a", ".opencode/opencode.json")]
    assert [item.path for item in catalog.skipped] == [".opencode/opencode.json"]


@pytest.mark.parametrize("place", [{}, {".opencode/agents/b.md": AGENT.format("mode: subagent")}])
def test_a_prompt_that_is_not_there_keeps_opencode_from_starting(
    tmp_path: Path, place: dict[str, str]
) -> None:
    prompts = {"a": "{file:./there.txt}", "b": "{file:./gone.txt}", "c": "{file:~/own.txt}", "d": "Do."}
    agents = {name: {"description": "Use it.", "prompt": prompt} for name, prompt in prompts.items()}
    write(tmp_path, {"opencode.json": json.dumps({"agent": agents}), "there.txt": "Do.\n", **place})
    result = check_catalog(tmp_path, Options())
    hints = {d.message: d.hint for d in result.diagnostics if d.check == "blocks_start"}
    message = "`prompt` names a file that is not there: `gone.txt`, so OpenCode does not start at all"
    assert hints == {message: "correct the path, or add the file"}
    assert {agent.name for agent in result.catalog.agents if agent.not_loaded} == {"b"}
