"""What agents get done by agents that they start: chains with their rules and places, in every output."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from mkdocs_agent_catalog.build import BuiltCatalog, Options, build, check_catalog
from mkdocs_agent_catalog.rights.edits import Edit
from mkdocs_agent_catalog.rights.what_if import find_consequences
from mkdocs_agent_catalog.runtimes import DEFAULT
from sites import agent, write

FILES = {
    ".claude/agents/planner.md": agent("planner", "tools: Read, Agent(builder)\n"),
    ".claude/agents/builder.md": agent("builder", "tools: Read, Bash\n"),
    ".claude/agents/alone.md": agent("alone", "tools: Read\n"),
    ".claude/agents/everything.md": agent("everything"),
    ".claude/agents/broken.md": agent("broken", "tools: nothing-known\n"),
    ".claude/agents/caller.md": agent("caller", "tools: mcp__docs__find\n"),
}


def build_site(root: Path, files: dict[str, str] = FILES, **options: object) -> BuiltCatalog:
    write(root, files)
    return build(root, Options(**options))  # type: ignore[arg-type]


def describe_chains(site: BuiltCatalog) -> dict[str, dict[str, list[tuple[str | None, str, str]]]]:
    return {
        name: {item.id: [(step.agent, step.tool, step.rule) for step in item.steps] for item in chains}
        for name, chains in site.shared.through.items()
        if chains
    }


def read_output(site: BuiltCatalog, uri: str) -> str:
    output = next(output for output in site.outputs if output.uri == uri)
    return str(output.body if output.is_page else output.content)


def test_each_capability_has_the_steps_that_lead_to_it(tmp_path: Path) -> None:
    site = build_site(tmp_path)
    chains = describe_chains(site)
    assert set(chains) == {"planner"}, "who inherits everything has it itself; who starts nobody has nothing"
    network_tool = chains["planner"]["network"][1][1]
    assert DEFAULT.tools[network_tool].reach == "network"
    start = ("planner", "Agent", "agent-list")
    assert chains["planner"] == {
        "commands": [start, ("builder", "Bash", "listed")],
        "files": [start, ("everything", "Edit", "tools-omitted")],
        "network": [start, ("everything", network_tool, "tools-omitted")],
        "mcp": [start, ("caller", "docs", "mcp-tool")],
    }
    page = read_output(site, "agents/planner.md")
    section = page.partition('id="through"')[2].partition("</ul>")[0]
    assert "Through agents that it may start, for example:" in page
    for words in ("builder", "Bash", "rule-listed"):
        assert words in section
    assert section.partition("</li>")[0].count("line 4") == 2, "of both files"
    (entry,) = (
        item for item in json.loads(read_output(site, "catalog.json"))["agents"] if item["id"] == "planner"
    )
    commands = next(item for item in entry["through"] if item["class"] == "commands")
    assert [(step["agent"], step["tool"], step["path"], step["line"]) for step in commands["steps"]] == [
        ("planner", "Agent", ".claude/agents/planner.md", 4),
        ("builder", "Bash", ".claude/agents/builder.md", 4),
    ]


def test_the_matrix_and_its_table_show_what_is_reached_through_others(tmp_path: Path) -> None:
    site = build_site(tmp_path)
    rows = read_matrix_rows(site)
    assert rows["planner"]["Bash"] == "through"
    assert rows["alone"]["Bash"] == ""
    assert rows["builder"]["Bash"] == "allowed"
    matrix = read_output(site, "matrix.md")
    assert "ac-cell--through" in matrix
    assert "ac-cell--through" not in read_output(site, "matrix/declared.md")


def read_matrix_rows(site: BuiltCatalog) -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in csv.DictReader(io.StringIO(read_output(site, "matrix-effective.csv")))}


def test_a_matrix_of_several_runtimes_shows_what_is_reached_through_others(tmp_path: Path) -> None:
    files = {
        ".claude/agents/boss.md": agent("boss", "tools: Agent\n"),
        ".claude/agents/hand.md": agent("hand", "tools: Bash, Write, WebFetch, mcp__docs__find\n"),
        ".cursor/agents/other.md": agent("other"),
    }
    matrix = read_output(build_site(tmp_path, files), "matrix.md")
    row = matrix.partition('data-id="boss"')[2].partition("</tr>")[0]
    assert row.count("ac-cell--through") == 4, "write, execution, web and MCP servers"


def test_what_nobody_can_use_is_not_reached_through_others(tmp_path: Path) -> None:
    files = {
        ".claude/settings.json": json.dumps(
            {"permissions": {"deny": ["WebFetch", "mcp__db__drop", "Bash(*)"]}}
        ),
        ".claude/agents/boss.md": agent("boss", "tools: Read, Agent\n"),
        ".claude/agents/hand.md": agent(
            "hand", "tools: Bash, Write, WebFetch, WebSearch, mcp__db__drop, mcp__docs__find\n"
        ),
    }
    site = build_site(tmp_path, files)
    boss, hand = (read_matrix_rows(site)[name] for name in ("boss", "hand"))
    assert [hand[name] for name in ("WebFetch", "mcp__db__drop", "Bash")] == ["denied"] * 3
    assert [boss[name] for name in ("WebFetch", "mcp__db__drop", "Bash")] == [""] * 3
    assert [boss[name] for name in ("WebSearch", "mcp__docs__find", "Write")] == ["through"] * 3
    assert "through others" not in read_output(site, "tools/webfetch.md")
    assert "through others" in read_output(site, "tools/websearch.md")


def test_without_another_agent_the_runtimes_own_does_it(tmp_path: Path) -> None:
    site = build_site(tmp_path, {"agents/a.md": agent("a", "tools: Read, Agent\n")})
    chains = describe_chains(site)["a"]
    assert set(chains) == {"commands", "files", "network"}
    (_, step) = site.shared.through["a"][0].steps
    assert (step.agent, step.name, step.tool, step.span) == (None, "general-purpose", "Bash", None)


def test_names_in_the_list_of_a_main_agent_are_all_it_may_start(tmp_path: Path) -> None:
    files = {
        "agents/lead.md": agent("lead", "tools: Read, Agent(reader)\n"),
        "agents/reader.md": agent("reader", "tools: Read\n"),
        "agents/runner.md": agent("runner", "tools: Bash\n"),
        "agents/chief.md": agent("chief", "tools: Read, Agent(middle)\n"),
        "agents/middle.md": agent("middle", "tools: Read, Agent(reader)\n"),
    }
    chains = describe_chains(build_site(tmp_path, files, profile="claude-code-main"))
    assert "lead" not in chains, "a reader starts nobody and runs nothing"
    assert chains["chief"]["commands"] == [
        ("chief", "Agent", "agent-list-main"),
        ("middle", "Agent", "agent-list"),
        ("runner", "Bash", "listed"),
    ]


def test_an_agent_that_cannot_be_started_helps_nobody(tmp_path: Path) -> None:
    files = {
        "agents/a.md": agent("a", "tools: Read, Agent\n"),
        "agents/b.md": "---\nname: b\ntools: Bash\n---\nNo description: it is not loaded.\n",
        "agents/c.md": agent("c", "tools: vite\n"),
    }
    site = build_site(tmp_path, files)
    assert set(describe_chains(site)) == {"a"}
    assert site.shared.through["a"][0].steps[1].name == "general-purpose"


def test_the_trifecta_counts_what_others_do_and_rewards_no_missing_list(tmp_path: Path) -> None:
    files = {
        "agents/all.md": agent("all"),
        "agents/web.md": agent("web", "tools: Read, WebFetch\n"),
        "agents/reads.md": agent("reads", "tools: Read\n"),
        "agents/starts.md": agent("starts", "tools: Read, Agent\n"),
    }
    site = build_site(tmp_path, files)
    entries = {
        item["id"]: item["trifecta"] for item in json.loads(read_output(site, "catalog.json"))["agents"]
    }
    assert {name: bool(tools) for name, tools in entries.items()} == {
        "all": True,
        "web": True,
        "reads": False,
        "starts": True,
    }
    assert entries["starts"][1:] == ["Agent", "Agent"]
    report = read_output(site, "reach.md")
    section = report.partition('id="reach-trifecta"')[2]
    section = section.partition("<h2")[0]
    assert [name for name in ("all", "web", "starts", "reads") if f">{name}</a>" in section] == [
        "web",
        "starts",
    ]
    assert '<span class="ac-count">3</span>' in section
    assert '<a href="#inherited">1 agent inherits it</a>' in section
    assert 'id="reach-commands-through"' in report


def test_a_question_without_commands_offers_nobody_who_may_run_them(tmp_path: Path) -> None:
    site = build_site(tmp_path)
    index = read_output(site, "agents/index.md")
    may = {}
    for name in ("planner", "builder", "alone", "broken", "caller"):
        card = index.partition(f">{name}</a>")[0].rpartition("<li")[2]
        may[name] = card.partition('data-may="')[2].partition('"')[0].split("|")
    assert "Runs commands" in may["planner"]
    assert "Runs commands" in may["caller"], "nobody knows what an MCP server does"
    assert may["alone"] == [""]
    assert may["broken"] == ["*"]


def test_many_agents_that_may_start_anybody_take_no_more_than_their_number(tmp_path: Path) -> None:
    files = {f"agents/a{n}.md": agent(f"a{n}", "tools: Read, Agent\n") for n in range(60)}
    site = build_site(tmp_path, files | {"agents/run.md": agent("run", "tools: Bash\n")})
    targets = {chains[0].steps[-1].agent for name, chains in site.shared.through.items() if name != "run"}
    assert targets == {"run"}


def test_nobody_starts_the_agents_of_another_runtime(tmp_path: Path) -> None:
    (tmp_path / ".claude" / "agents").mkdir(parents=True)
    (tmp_path / ".claude" / "agents" / "runner.md").write_text(
        "---\nname: runner\ndescription: Use it to run.\ntools: Bash\n---\nRun.\n", encoding="utf-8"
    )
    (tmp_path / ".kiro" / "agents").mkdir(parents=True)
    lead = (
        '{"name": "lead", "description": "Use it.", "prompt": "Ask `runner`.", "tools": ["subagent", "read"]}'
    )
    (tmp_path / ".kiro" / "agents" / "lead.json").write_text(lead, encoding="utf-8")
    shared = build(tmp_path, Options()).shared
    assert shared.through["kiro/lead"] == ()
    (tmp_path / ".kiro" / "agents" / "shell.json").write_text(
        '{"name": "shell", "description": "Use it to run.", "tools": ["shell"]}', encoding="utf-8"
    )
    shared = build(tmp_path, Options()).shared
    (chain,) = shared.through["kiro/lead"]
    assert [(step.name, step.tool) for step in chain.steps] == [("lead", "subagent"), ("shell", "shell")]


def test_agents_that_a_list_leaves_out_are_not_reached(tmp_path: Path) -> None:
    (tmp_path / ".kiro" / "agents").mkdir(parents=True)
    agents = {
        "lead": '"tools": ["read", "subagent"], "toolsSettings": {"subagent": {"availableAgents": ["plan"]}}',
        "plan": '"tools": ["read"]',
        "shell": '"tools": ["shell"]',
    }
    for name, rest in agents.items():
        text = f'{{"name": "{name}", "description": "Use it.", {rest}}}'
        (tmp_path / ".kiro" / "agents" / f"{name}.json").write_text(text, encoding="utf-8")
    assert build(tmp_path, Options()).shared.through["kiro/lead"] == ()


TWO = {
    ".claude/agents/one/fixer.md": agent("fixer", "tools: Edit\n"),
    ".claude/agents/two/fixer.md": agent("fixer", "tools: Read\n"),
    ".claude/agents/lead.md": agent("lead", "tools: Read, Agent(fixer)\n"),
}


def test_a_chain_prefers_a_name_that_only_one_has(tmp_path: Path) -> None:
    certain = {
        ".claude/agents/writer.md": agent("writer", "tools: Write\n"),
        ".claude/agents/lead.md": agent("lead", "tools: Read, Agent(fixer, writer)\n"),
    }
    for folder, more, name, namesakes in (("a", {}, "fixer", 1), ("b", certain, "writer", 0)):
        site = build_site(tmp_path / folder, {**TWO, **more})
        (files,) = (item for item in site.shared.through["lead"] if item.id == "files")
        assert [(step.name, step.namesakes) for step in files.steps] == [("lead", 0), (name, namesakes)]
        page = read_output(site, "agents/lead.md")
        assert ("(one of 2 with this name)" in page.partition('id="through"')[2].partition("</ul>")[0]) == (
            name == "fixer"
        )


def test_agents_of_one_name_have_the_same_users_and_a_warning(tmp_path: Path) -> None:
    site = build_site(tmp_path, TWO)
    for id, other in (("one/fixer", "two"), ("two/fixer", "one")):
        page = read_output(site, f"agents/{id}.md")
        warning = page.partition('class="ac-warning')[2].partition("</div>")[0]
        assert "This may not be the agent that is loaded." in warning
        assert f"is also used in .claude/agents/{other}/fixer.md:2." in warning
        assert "only one of them is loaded" in warning
        users = page.partition("Used by")[2]
        assert ">lead</a>" in users
        assert "one of 2 with this name" in users
    assert "ac-warning" not in read_output(site, "agents/lead.md")
    links = json.loads(read_output(site, "catalog.json"))["agents"]
    lead = next(item for item in links if item["id"] == "lead")
    assert [why["namesakes"] for link in lead["links"] for why in link["evidence"]] == [1, 1]
    # Without one of them the other is meant; without both, nothing is.
    catalog, profile = site.shared.catalog, site.shared.grants.profile
    first, second = Edit("agent", "one/fixer"), Edit("agent", "two/fixer")
    assert find_consequences(catalog, [first], profile).broken == ()
    assert len(find_consequences(catalog, [first, second], profile).broken) == 2


@pytest.mark.parametrize(
    ("path", "keys", "hint"),
    [
        (".claude/agents/a.md", "name: a\ntools: Agent(gone-too)", "spell it like the `name:` of the agent"),
        (
            ".github/agents/a.agent.md",
            "name: A\nagents: [gone-too]",
            "spell it like the file of the agent, without the ending of its name",
        ),
        (
            ".opencode/agents/a.md",
            "permission: {task: {gone-too: allow}}",
            "spell it like the path of the agent below its folder, without `.md`, "
            "or like its `name:` if it has one",
        ),
        (
            ".kiro/agents/a.md",
            "tools: [read, 'subagent(gone-too)']",
            "spell it like the `name` of the agent in JSON, "
            "or like the path of its Markdown file, without `.md`",
        ),
    ],
)
def test_the_hint_of_an_absent_agent_says_what_names_one(
    tmp_path: Path, path: str, keys: str, hint: str
) -> None:
    write(tmp_path, {path: f"---\ndescription: Reads. Use for questions.\n{keys}\n---\n\nRead.\n"})
    hints = [d.hint for d in check_catalog(tmp_path, Options()).diagnostics if d.check == "unknown_agent"]
    assert [str(item) for item in hints] == [hint]


def test_an_agent_that_is_named_by_its_file_is_not_absent(tmp_path: Path) -> None:
    keys = "description: Plans. Use for plans."
    files = {
        ".github/agents/planner.agent.md": f"---\nname: Planner\n{keys}\n---\n\nPlan.\n",
        ".github/prompts/plan.prompt.md": f"---\n{keys}\nagent: planner\n---\n\nPlan it.\n",
        ".github/prompts/gone.prompt.md": f"---\n{keys}\nagent: gone-too\n---\n\nPlan it.\n",
    }
    write(tmp_path, files)
    result = check_catalog(tmp_path, Options())
    linked = [link.origin for link in result.catalog.links if link.origin_kind == "skill"]
    messages = [str(d.message) for d in result.diagnostics if d.check == "unknown_agent"]
    assert linked == ["github-copilot/plan"]
    assert messages == ["there is no agent called `gone-too`"]


@pytest.mark.parametrize(
    "more",
    [
        {".claude/settings.json": json.dumps({"permissions": {"deny": ["Agent(Explore, general-purpose)"]}})},
        {".claude/agents/own.md": agent("general-purpose", "tools: Read\n")},
    ],
)
def test_the_runtimes_own_agent_may_be_forbidden_or_replaced(more: dict[str, str], tmp_path: Path) -> None:
    files = {".claude/agents/a.md": agent("a", "tools: Read, Agent\n"), **more}
    assert describe_chains(build_site(tmp_path, files)) == {}


@pytest.mark.parametrize(
    "more",
    [
        {"opencode.json": json.dumps({"agent": {"general": {"disable": True}}})},
        {".opencode/agents/general.md": agent("general", "disable: true\n")},
    ],
)
def test_the_runtimes_own_agent_may_be_turned_off(more: dict[str, str], tmp_path: Path) -> None:
    text = agent("a", "mode: primary\npermission: {bash: deny, edit: deny}\n")
    files = {".opencode/agents/a.md": text}
    (chains,) = describe_chains(build_site(tmp_path, files)).values()
    assert chains["commands"][-1][0] is None
    assert describe_chains(build_site(tmp_path, more)) == {}
