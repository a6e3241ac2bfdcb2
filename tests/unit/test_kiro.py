"""Kiro: which files are agents, whose prompt is elsewhere, and what is said of keys that do nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from mkdocs_agent_catalog.build import Options, check_catalog
from mkdocs_agent_catalog.model.definitions import Agent, Diagnostic, InstructionFile, Skipped, Source
from mkdocs_agent_catalog.reading.paths import SourceRule
from mkdocs_agent_catalog.runtimes import RUNTIMES
from sites import write

KIRO = RUNTIMES["kiro"]
SECRET = "hunter2" + "hunter2"


def make_source(text: str, path: str = ".kiro/agents/a.json", kind: Any = "agent") -> Source:
    root, _, name = path.rpartition("/")
    return Source(path, name, kind, root, text, dialect="kiro")


def read(text: str, path: str = ".kiro/agents/a.json") -> Agent | Skipped:
    (item,) = KIRO.read_agents(make_source(text, path))
    return item


def read_agent(values: dict[str, Any]) -> Agent:
    agent = read(json.dumps({"name": "a", "description": "b", **values}))
    assert isinstance(agent, Agent)
    return agent


def check(folder: Path, files: dict[str, str]) -> tuple[dict[str, Agent], dict[str, str], list[Diagnostic]]:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    result = check_catalog(folder, Options())
    agents = {agent.source.path: agent for agent in result.catalog.agents}
    return agents, {s.path: s.reason for s in result.catalog.skipped}, list(result.diagnostics)


@pytest.mark.parametrize(
    ("text", "path", "reason"),
    [
        ("[1, 2]", ".kiro/agents/a.json", "it is not an object with a key that only agents"),
        ('{"artifact": "a", "spans": []}', ".kiro/agents/a.json", "it is not an object"),
        ('{"description": "A schema.", "type": "object"}', ".kiro/agents/a.json", "it is not an object"),
        ("# A prompt\n", ".kiro/agents/a.md", "it has no frontmatter on its first line"),
        ("---\ntitle: Notes\n---\nNotes.\n", ".kiro/agents/a.md", "its frontmatter has no key of an agent"),
        (
            "---\ntools: [read]\n---\nRead.\n",
            ".amazonq/cli-agents/a.md",
            "Amazon Q reads only the JSON files",
        ),
        ('{"name": "a", "tools": []}', ".amazonq/cli-agents/b/a.json", "Amazon Q reads only the JSON files"),
    ],
)
def test_what_is_no_agent_says_why(text: str, path: str, reason: str) -> None:
    item = read(text, path)
    assert isinstance(item, Skipped)
    assert reason in item.reason


@pytest.mark.parametrize(
    ("text", "path", "reason"),
    [
        ('{"name": "a", "tools": ["read"]}', ".amazonq/cli-agents/a.json", ""),
        ('{"tools": ["read"]}', ".kiro/agents/a.json", ""),
        ('{"tools": ["read"]}', ".amazonq/cli-agents/a.json", "it has no name"),
        ('{"name": "a", "tools": "*"}', ".amazonq/cli-agents/a.json", "`tools` is no list of names"),
        (
            '{"name": "a", "permissions": [], "tools": []}',
            ".amazonq/cli-agents/a.json",
            "its key `permissions` is not known",
        ),
        ('// For all.\n{"name": "a", "tools": ["read"]}', ".kiro/agents/a.json", "it is not valid JSON"),
    ],
)
def test_what_does_not_load_says_why(text: str, path: str, reason: str) -> None:
    agent = read(text, path)
    assert isinstance(agent, Agent)
    assert agent.not_loaded == reason


def test_a_prompt_in_a_file_belongs_to_the_agent(tmp_path: Path) -> None:
    agent = {"name": "a", "description": "Use it.", "tools": ["read"], "prompt": "file://./prompts/a.md"}
    agents, skipped, findings = check(
        tmp_path,
        {
            ".kiro/agents/a.json": json.dumps(agent),
            ".kiro/agents/prompts/a.md": "Read.\n\nSee [more](more.md).\n",
            ".kiro/agents/prompts/b.md": "No one names me.\n",
        },
    )
    assert list(agents) == [".kiro/agents/a.json"]
    assert agents[".kiro/agents/a.json"].document.body.startswith("Read.")
    assert skipped[".kiro/agents/prompts/a.md"] == "a part of `.kiro/agents/a.json`"
    assert "no frontmatter" in skipped[".kiro/agents/prompts/b.md"]
    (link,) = (finding for finding in findings if finding.check == "broken_link")
    assert (link.span.path, link.span.line) == (".kiro/agents/prompts/a.md", 3)


@pytest.mark.parametrize(
    "prompt",
    ["file:///etc/passwd", "file://~/a.md", "file://../../../a.md", "file://", "file://a\nb.md", "text"],
)
def test_no_prompt_is_read_outside_of_the_repository(prompt: str) -> None:
    assert KIRO.list_companions(make_source(json.dumps({"name": "a", "prompt": prompt}))) == ()


def test_a_server_in_other_letters_is_named_as_the_file_does(tmp_path: Path) -> None:
    agent = "---\nname: a\ndescription: Use it.\ntools: [read, '@context7/find']\n---\nRead.\n"
    servers = {"mcpServers": {"Context7": {"command": "c"}}}
    write(tmp_path, {".kiro/agents/a.md": agent, ".kiro/settings/mcp.json": json.dumps(servers)})
    (finding,) = check_catalog(tmp_path, Options()).diagnostics
    assert (finding.check, finding.message) == (
        "unknown_tool",
        "`@context7/find` is not a tool of Kiro",
    )
    assert finding.hint == "names are case-sensitive: the server is called `Context7`"


def test_a_prompt_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    agent = {"name": "a", "description": "Use it.", "tools": ["read"], "prompt": "file://p.md"}
    write(tmp_path, {".kiro/agents/a.json": json.dumps(agent)})
    (finding,) = check_catalog(tmp_path, Options()).diagnostics
    assert finding.check == "broken_link"
    assert finding.message == "the file of the prompt is not there: `.kiro/agents/p.md`"


def test_a_prompt_that_is_not_there_is_said() -> None:
    (note,) = read_agent({"tools": ["read"], "prompt": "file://p.md"}).notes
    assert str(note).startswith(".kiro/agents/a.json:1:")
    assert "`.kiro/agents/p.md`" in note.message


def test_a_markdown_agent_is_called_by_its_path() -> None:
    source = Source(
        ".kiro/agents/team/plan.md",
        "team/plan.md",
        "agent",
        ".kiro/agents",
        "---\nname: Planner\ntools: [read]\n---\n",
    )
    (agent,) = KIRO.read_agents(source)
    assert isinstance(agent, Agent)
    assert (agent.name, agent.title, agent.invocation) == (
        "team/plan",
        "Planner",
        "kiro-cli --agent team/plan",
    )


def test_the_same_agent_in_both_formats_is_no_finding(tmp_path: Path) -> None:
    text = json.dumps({"name": "a", "description": "Use it to plan.", "tools": ["read"]})
    markdown = "---\nname: a\ndescription: Use it to plan the work.\ntools: [read]\n---\nPlan.\n"
    _, _, findings = check(tmp_path, {".kiro/agents/a.json": text, ".kiro/agents/a.md": markdown})
    assert [finding.check for finding in findings if finding.check == "duplicate_name"] == []


def test_trust_in_what_the_agent_has_not_is_said_once() -> None:
    agent = read_agent(
        {"tools": ["read", "@docs/find"], "allowedTools": ["fs_*", "@docs", "shell", "@wiki/x"]}
    )
    (note,) = agent.notes
    assert note.check == "ignored_key"
    assert "`shell`, `@wiki/x`" in note.message
    assert [grant.tool for grant in agent.access.ignored] == ["shell", "mcp__wiki__x"]
    assert read_agent({"tools": ["@builtin"], "allowedTools": ["shell", "use_aws"]}).notes == ()
    # That this is no tool at all is a finding of its own.
    assert read_agent({"tools": ["read"], "allowedTools": ["mcp_wiki__find", "web-find"]}).notes == ()
    (star,) = read_agent({"tools": ["*"], "allowedTools": ["*"]}).notes
    assert "trusts nothing" in star.message


def test_what_asks_is_an_entry_that_asks() -> None:
    agent = read_agent({"tools": ["read", "write", "shell"], "allowedTools": ["shell"]})
    assert [grant.effect for grant in agent.access.grants or ()] == ["allow", "ask", "allow"]


def test_no_values_of_servers_and_no_names_of_people_are_shown() -> None:
    text = json.dumps(
        {
            "name": "a",
            "tools": ["@docs"],
            "mcpServers": {"docs": {"command": "npx", "args": [SECRET], "env": {"TOKEN": SECRET}}},
            "toolsSettings": {"write": {"allowedPaths": ["/home/" + "jdoe/work/**", "C:\\Users\\" + "jdoe"]}},
            "hooks": {"stop": [{"command": "curl -H a:b http://x.invalid"}]},
        },
        indent=1,
    )
    agent = read(text)
    assert isinstance(agent, Agent)
    shown = repr((agent.settings, agent.unknown, agent.inline_servers, agent.hooks))
    lines = dict(agent.document.masked_lines)
    raw = "\n".join(lines.get(n, line) for n, line in enumerate(text.split("\n")))
    for word in (SECRET, "jdoe"):
        assert word not in shown
        assert word not in raw
    assert [hook.program for hook in agent.hooks] == ["curl"]


def test_resources_bring_instructions_and_skills() -> None:
    agent = read_agent(
        {
            "resources": [
                "file://.kiro/steering/**/*.md",
                "skill://.kiro/skills/naming/SKILL.md",
                "skill://style",
            ]
        }
    )
    assert [name for name, _ in agent.skills or ()] == ["naming", "style"]

    def is_given(path: str) -> bool:
        return KIRO.instructs(InstructionFile(make_source("", path, "instructions")), agent, ())

    assert is_given(".kiro/steering/tech.md")
    assert is_given(".kiro/steering/deep/er.md")
    assert not is_given("AGENTS.md")


def test_an_agent_in_an_untold_place_is_known_by_its_keys(tmp_path: Path) -> None:
    markdown = (
        "---\nname: a\ndescription: Use it.\nallowedTools: [read]\nresources: [file://x.md]\n---\nDo.\n"
    )
    agents, _, _ = check(tmp_path, {"agents/a.md": markdown})
    assert agents["agents/a.md"].dialect == "kiro"


def test_a_json_file_that_an_option_names_is_an_agent(tmp_path: Path) -> None:
    text = json.dumps({"name": "a", "description": "Use it.", "tools": ["read"]})
    for path in (".kiro/agents/a.json", "kit/b.json"):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    rules = (SourceRule(".kiro/agents/a.json"), SourceRule("kit/b.json", dialect="kiro"))
    agents = check_catalog(tmp_path, Options(rules=rules)).catalog.agents
    assert [(agent.source.path, agent.dialect) for agent in agents] == [
        (".kiro/agents/a.json", "kiro"),
        ("kit/b.json", "kiro"),
    ]


def test_files_that_differ_by_their_endings_have_addresses_that_say_so(tmp_path: Path) -> None:
    text = json.dumps({"name": "a", "description": "Use it to plan.", "tools": ["read"]})
    markdown = "---\ndescription: Use it to plan the work.\ntools: [read]\n---\nPlan.\n"
    agents, _, _ = check(tmp_path, {".kiro/agents/a.json": text, ".kiro/agents/a.md": markdown})
    assert [agent.id for agent in agents.values()] == ["kiro/a", "kiro/a-md"]


def test_json_without_a_name_is_an_agent_that_only_the_newer_version_reads() -> None:
    agent = read('{"tools": ["read"]}')
    assert isinstance(agent, Agent)
    assert (agent.name, agent.not_loaded) == ("a", "")
    trusting = read('{"tools": ["read"], "allowedTools": ["read"]}')
    assert isinstance(trusting, Agent)
    assert trusting.not_loaded == "it has no name"


def test_a_prompt_of_the_project_is_a_command_that_is_called_by_its_name(tmp_path: Path) -> None:
    (tmp_path / ".kiro" / "prompts").mkdir(parents=True)
    (tmp_path / ".kiro" / "prompts" / "tidy.md").write_text("Tidy up.\n", encoding="utf-8")
    (prompt,) = check_catalog(tmp_path, Options()).catalog.skills
    assert (prompt.is_command, prompt.invocation) == (True, "@tidy")


@pytest.mark.parametrize("key", ["colour", "co`lour"])
def test_amazon_q_refuses_a_key_that_it_does_not_know(tmp_path: Path, key: str) -> None:
    text = json.dumps({"name": "e", "description": "Reads.", key: 1, "tools": []}, indent=1)
    _agents, _skipped, findings = check(tmp_path, {".amazonq/cli-agents/e.json": text})
    (finding,) = [item for item in findings if item.check == "not_loaded"]
    assert finding.message == "its key `colour` is not known, so Amazon Q does not load this agent"
    assert (finding.hint, finding.span.line) == ("remove it", 4)


@pytest.mark.parametrize(("folder", "title"), [(".kiro/agents", "Kiro"), (".amazonq/cli-agents", "Amazon Q")])
def test_a_file_that_only_sets_what_is_trusted_is_an_agent_without_a_name(
    tmp_path: Path, folder: str, title: str
) -> None:
    text = json.dumps(
        {"description": "Deploys.", "toolsSettings": {"shell": {"allowedCommands": ["make .*"]}}}
    )
    _agents, skipped, (finding,) = check(tmp_path, {f"{folder}/deploy.json": text})
    assert not skipped
    assert finding.message == f"it has no name, so {title} does not load this agent"
    assert finding.hint == "add it"


@pytest.mark.parametrize(
    ("tools", "targets"),
    [(["*"], {"kiro/plan"}), (["@builtin"], {"kiro/plan"}), (["subagent"], {"kiro/plan"}), (["read"], set())],
)
def test_the_agents_to_choose_from_are_named_whatever_gives_the_tool(
    tmp_path: Path, tools: list[str], targets: set[str]
) -> None:
    settings = {"subagent": {"availableAgents": ["plan", "gone"]}}
    lead = {"name": "lead", "description": "Leads.", "tools": tools, "toolsSettings": settings}
    plan = {"name": "plan", "description": "Plans.", "tools": ["read"]}
    files = {".kiro/agents/lead.json": json.dumps(lead), ".kiro/agents/plan.json": json.dumps(plan)}
    check(tmp_path, files)
    result = check_catalog(tmp_path, Options())
    links = result.catalog.get_links_from("agent", "kiro/lead")
    assert {link.target for link in links if link.kind == "agent"} == targets
    unknown = [str(finding.message) for finding in result.diagnostics if finding.check == "unknown_agent"]
    assert unknown == (["there is no agent called `gone`"] if targets else [])
