"""GitHub Copilot: whose a file is, to whom it leads, and what of it no program reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from mkdocs_agent_catalog.build import Options, check_catalog
from mkdocs_agent_catalog.model.definitions import Agent, InstructionFile, Skipped, Source
from mkdocs_agent_catalog.permissions.decisions import PermissionResolver
from mkdocs_agent_catalog.runtimes import RUNTIMES, find_dialect
from reading import catalog_from

COPILOT = RUNTIMES["copilot"]
SECRET = "hunter2" + "hunter2"
HEAD = "---\nname: {name}\ndescription: Use it for {name}.\n{keys}\n---\n\nDo {name}.\n"


def write(name: str, keys: str = "") -> str:
    return HEAD.format(name=name, keys=keys)


def read(text: str, path: str = ".github/agents/a.agent.md") -> Agent | Skipped:
    root, _, name = path.rpartition("/")
    (item,) = COPILOT.read_agents(Source(path, name, "agent", root, text, dialect="copilot"))
    return item


@pytest.mark.parametrize(
    ("path", "keys", "dialect"),
    [
        (".github/agents/a.md", "", "copilot"),
        ("packages/app/.github/agents/a.md", "", "copilot"),
        (".github/chatmodes/a.chatmode.md", "", "copilot"),
        ("prompts/a.agent.md", "", "copilot"),
        (".claude/agents/a.agent.md", "", "claude-code"),
        ("prompts/a.md", "", "claude-code"),
        ("prompts/a.md", "handoffs: []", "copilot"),
        ("prompts/a.md", "target: vscode", "copilot"),
        ("prompts/a.md", "target: production", "claude-code"),
        ("prompts/a.md", "tools: ['search/codebase', 'x']", "copilot"),
        ("prompts/a.md", "tools:\n  - edit/editFiles", "copilot"),
        ("prompts/a.md", "tools: Read, Grep", "claude-code"),
    ],
)
def test_place_ending_and_keys_say_that_a_file_is_for_copilot(path: str, keys: str, dialect: str) -> None:
    source = Source(path, path, "agent", ".", write("a", keys))
    assert find_dialect(source).dialect == dialect


def test_agents_and_handoffs_lead_to_agents_by_title_or_file_in_any_case(tmp_path: Path) -> None:
    keys = (
        "tools: [agent]\nagents: [link CHECKER, style-checker, plan]\nhandoffs:\n"
        "  - {label: Publish, agent: publisher, prompt: Go.}\n"
        "  - {label: Old, target: Link Checker, prompt: Go.}\n"
        "  - {label: Gone, agent: nobody-here, prompt: Go.}"
    )
    files = {
        ".github/agents/lead.agent.md": write("Lead", keys),
        ".github/agents/link-checker.agent.md": write("Link Checker"),
        ".github/agents/style-checker.agent.md": write("Styles"),
        ".github/agents/publisher.md": write("Publisher"),
    }
    catalog = catalog_from(tmp_path, files)
    lead = next(agent for agent in catalog.agents if agent.name == "Lead")
    grades = {
        catalog.by_id["agent", link.target].name: link.strongest
        for link in catalog.get_links_from("agent", lead.id)
        if link.kind == "agent"
    }
    assert grades == {"Link Checker": "declared", "Styles": "declared", "Publisher": "declared"}
    findings = check_catalog(tmp_path, Options()).diagnostics
    assert [str(f.message) for f in findings if f.check == "unknown_agent"] == [
        "there is no agent called `nobody-here`"
    ]
    assert [str(f.message) for f in findings if f.check == "ignored_key"] == [
        "VS Code drops 1 handoff without `agent`"
    ]


def test_a_handoff_that_is_dropped_merely_names_the_agent() -> None:
    agent = read(write("a", "handoffs:\n  - {label: Go, target: other, prompt: Go.}"))
    assert isinstance(agent, Agent)
    ((name, why),) = COPILOT.find_named_agents(agent.document)
    assert (name, why.grade, why.span.line) == ("other", "named", 5)


@pytest.mark.parametrize(
    ("keys", "finding"),
    [
        ("tools: [read]\nagents: [b]", "`agents` does nothing: `tools` does not name `agent`"),
        ("tools: [runSubagent]\nagents: [b]", None),
        ('tools: ["*"]\nagents: [b]', None),
        ("agents: [b]", None),
        ("disallowedTools: [read]", "GitHub Copilot does not read `disallowedTools` in agent files"),
        ("handoffs:\n  - {label: Go, agent: b}", "VS Code drops 1 handoff without `prompt`"),
        ('handoffs:\n  - {label: Go, agent: b, prompt: ""}', None),
        ("handoffs: wrong", None),
    ],
)
def test_what_no_program_reads_is_a_finding(keys: str, finding: str | None) -> None:
    agent = read(write("a", keys))
    assert isinstance(agent, Agent)
    assert [str(note.message) for note in agent.notes] == ([finding] if finding else [])


@pytest.mark.parametrize(
    ("tools", "finding"),
    [
        ("[edit/editFile]", "`edit/editFile` is not a tool of GitHub Copilot"),
        ("['Bash(git:*)']", "`Bash(git:*)` is not a tool of GitHub Copilot"),
        ("[Read, BASH, codebase, runCommands/runInTerminal, todos, view]", None),
        ("[context7, 'acme.tools/find', 'acme/find', 'acme/*', query_database]", None),
    ],
)
def test_only_names_that_resemble_one_are_no_tools(tmp_path: Path, tools: str, finding: str | None) -> None:
    catalog_from(tmp_path, {".github/agents/a.agent.md": write("a", f"tools: {tools}")})
    findings = check_catalog(tmp_path, Options()).diagnostics
    messages = [str(f.message) for f in findings if f.check == "unknown_tool"]
    assert messages == ([finding] if finding else [])


def test_a_tool_that_no_list_can_name_is_retired_and_former_sets_are_not(tmp_path: Path) -> None:
    catalog_from(tmp_path, {".github/agents/a.agent.md": write("a", "tools: [runTasks, new, findTestFiles]")})
    (finding,) = [f for f in check_catalog(tmp_path, Options()).diagnostics if f.check == "retired_tool"]
    assert "`findTestFiles`" in str(finding.message)
    assert "runTasks" not in str(finding.message)


def test_values_of_servers_are_published_nowhere(tmp_path: Path) -> None:
    keys = f"mcp-servers:\n  docs:\n    command: docs\n    tools: ['*']\n    env:\n      KEY: {SECRET}"
    server = {"command": "docs", "env": {"KEY": SECRET}}
    catalog = catalog_from(
        tmp_path,
        {
            ".github/agents/a.agent.md": write("a", keys),
            ".vscode/mcp.json": json.dumps({"servers": {"tickets": server}}),
            ".github/mcp.json": json.dumps({"mcpServers": {"wiki": server}}),
        },
    )
    assert {server.name for server in catalog.servers if server.configs} == {"docs", "tickets", "wiki"}
    (agent,) = catalog.agents
    assert [name for name, _config in agent.inline_servers] == ["docs"]
    assert SECRET not in repr((agent.settings, agent.unknown, agent.inline_servers, catalog.servers))


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        (".github/agents/a.md", "# Notes\n", "VS Code takes it for an agent with every tool"),
        (".github/agents/README.md", "# Notes\n", "VS Code takes it for an agent with every tool"),
        (".github/chatmodes/notes.md", write("a"), "its file name is not that of a chat mode"),
    ],
)
def test_what_is_no_agent_says_why(path: str, text: str, reason: str) -> None:
    item = read(text, path)
    assert isinstance(item, Skipped)
    assert reason in item.reason


@pytest.mark.parametrize(
    ("path", "globs", "instructed"),
    [
        (".github/copilot-instructions.md", (), True),
        ("AGENTS.md", (), True),
        (".github/instructions/py.instructions.md", ("**/*.py", "**/*.pyi"), True),
        ("docs/AGENTS.md", (), False),
    ],
)
def test_instructions_of_the_project_are_given(path: str, globs: tuple[str, ...], instructed: bool) -> None:
    agent = read(write("a"))
    assert isinstance(agent, Agent)
    text = f'---\napplyTo: "{", ".join(globs)}"\n---\nBe short.\n' if globs else "Be short.\n"
    file = COPILOT.read_instructions(Source(path, path, "instructions", ".", text, dialect="copilot"))
    assert isinstance(file, InstructionFile)
    assert file.globs == globs
    assert COPILOT.instructs(file, agent, (path,)) is instructed


@pytest.mark.parametrize(
    ("below", "invocation"),
    [
        ("a.agent.md", "copilot --agent a"),
        ("teams/web/a.md", "copilot --agent teams--web--a"),
        ("a.chatmode.md", "Label"),
    ],
)
def test_an_agent_is_called_by_its_file(below: str, invocation: str) -> None:
    source = Source(f".github/agents/{below}", below, "agent", ".github/agents", write("Label"))
    (agent,) = COPILOT.read_agents(source)
    assert isinstance(agent, Agent)
    assert agent.invocation == invocation


@pytest.mark.parametrize(
    ("keys", "profile", "sentence"),
    [
        ("", "copilot", "this agent inherits all tools, in VS Code those that are chosen there"),
        ("tools: []", "copilot", "The file declares an empty list"),
        ('tools: ["*"]', "copilot-cli", "The file asks for every tool"),
        ("target: vscode", "copilot-cloud", "for another program of GitHub Copilot"),
        ("tools: {read: true}", "copilot-cli", "This program of GitHub Copilot does not load the file"),
        ("tools: [read]", "copilot", ""),
    ],
)
def test_the_page_says_what_no_entry_names(keys: str, profile: str, sentence: str) -> None:
    agent = read(write("a", keys))
    assert isinstance(agent, Agent)
    text = str(PermissionResolver(profile).describe_base(agent))
    assert sentence in text
    assert bool(text) == bool(sentence)


def test_a_file_with_its_ending_is_read_or_named_wherever_it_is(tmp_path: Path) -> None:
    text = "---\ndescription: Plans.\n---\n\nPlan.\n"
    alone = catalog_from(tmp_path / "alone", {"kit/modes/plan.chatmode.md": text})
    assert [(agent.name, agent.dialect) for agent in alone.agents] == [("plan", "copilot")]
    files = {".github/agents/a.agent.md": write("a"), "kit/modes/plan.chatmode.md": text}
    beside = catalog_from(tmp_path / "beside", files)
    assert [agent.name for agent in beside.agents] == ["a"]
    assert [(item.path, item.cause) for item in beside.skipped] == [
        ("kit/modes/plan.chatmode.md", "other place")
    ]


def test_a_list_in_brackets_stays_one_where_another_line_is_no_yaml() -> None:
    agent = read("---\nname: a\ndescription: Use it: now.\ntools: [read, 'search/codebase']\n---\n")
    assert isinstance(agent, Agent)
    assert [entry.tool for entry in agent.access.grants or ()] == ["read", "search/codebase"]
    assert agent.document.repaired is not None
    assert "Copilot CLI does not load the file" in agent.document.repaired.hint
    assert PermissionResolver("copilot-cli").decide(agent, "read").rule == "cop-refused"


# What the parser of Copilot CLI 1.0.102 said of each of these files.
@pytest.mark.parametrize(
    ("lines", "finding"),
    [
        ("model:", "`model` is not what the key may hold"),
        ("model: [one, '']", "`model` is not what the key may hold"),
        ("model: [one, two]", ""),
        ("skills: notes", "`skills` is not what the key may hold"),
        ("hooks: {stop: []}", "`hooks` is not what the key may hold"),
        ("hooks: {Stop: [], agentStop: [], SubagentStart: []}", ""),
        ("mcp-servers:", ""),
        ("mcp-servers: []", "`mcp-servers` is not what the key may hold"),
        ("mcp-servers: {a.b: none}", "`mcp-servers.a.b` is not what the key may hold"),
        ("mcp-servers: {a.b: {command: c, args: []}}", "`mcp-servers.a.b` has no `tools`"),
        ("mcp-servers: {a: {command: c, tools: []}}", "`mcp-servers.a` has no `args`"),
        ("mcp-servers: {a: {url: u, tools: []}}", "`mcp-servers.a` has no `type`"),
        (
            "mcp-servers: {a: {type: remote, url: u, tools: []}}",
            "`mcp-servers.a.type` is not what the key may hold",
        ),
        (
            "mcp-servers: {a: {command: c, args: [], tools: [], env: {B: 1}}}",
            "`mcp-servers.a.env` is not what the key may hold",
        ),
        ("mcp-servers: {a: {command: c, args: [], tools: [], more: 1}}", ""),
        ("handoffs: later\nmetadata: none", ""),
    ],
)
def test_a_value_for_which_the_cli_does_not_load_a_file(lines: str, finding: str) -> None:
    agent = read(f"---\ndescription: Plans.\n{lines}\n---\nPlan.\n")
    assert isinstance(agent, Agent)
    messages = [str(note.message) for note in agent.notes if note.check == "invalid_value"]
    assert all(note.hint for note in agent.notes)
    assert messages == ([f"Copilot CLI does not load the file: {finding}"] if finding else [])
    refused = PermissionResolver("copilot-cli").decide(agent, "read").rule == "cop-refused"
    assert refused == bool(finding)


def test_a_hook_of_the_project_guards_its_agents(tmp_path: Path) -> None:
    hooks = {"version": 1, "hooks": {"preToolUse": [{"type": "command", "bash": "./check.sh --all"}]}}
    catalog = catalog_from(
        tmp_path,
        {".github/hooks/guard.json": json.dumps(hooks), ".github/agents/a.agent.md": write("a")},
    )
    (agent,) = catalog.agents
    assert [(hook.event, hook.program) for hook in agent.every_hook] == [("preToolUse", "check.sh")]
    assert "cop-guarded" in PermissionResolver().decide(agent, "execute/runInTerminal").caveats


def test_a_readme_among_the_agents_is_one(tmp_path: Path) -> None:
    catalog = catalog_from(tmp_path, {".github/agents/README.md": "---\ndescription: Lists them.\n---\n"})
    assert [agent.name for agent in catalog.agents] == ["README"]


def test_two_files_of_one_name_are_one_agent(tmp_path: Path) -> None:
    paths = ("a.md", "a.agent.md", "more/a.md", "b.md")
    catalog_from(tmp_path, {f".github/agents/{path}": write("same") for path in paths})
    findings = [d for d in check_catalog(tmp_path, Options()).diagnostics if d.check == "duplicate_name"]
    assert [d.span.path for d in findings] == [".github/agents/a.agent.md", ".github/agents/a.md"]
