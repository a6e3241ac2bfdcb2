"""What if: an edit means what the changed files mean, and the command says what comes of it."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest
from mkdocs_agent_catalog.build import Options, load_catalog
from mkdocs_agent_catalog.cli.main import main
from mkdocs_agent_catalog.model.catalog import Catalog
from mkdocs_agent_catalog.permissions.decisions import PermissionResolver
from mkdocs_agent_catalog.rights.edits import Edit, apply_edits, parse_edit
from mkdocs_agent_catalog.rights.what_if import find_consequences, read_facts
from sites import agent, write

TOOLS = (
    "Read",
    "Bash",
    "Edit",
    "WebFetch",
    "Task",
    "mcp__docs",
    "mcp__docs__find",
    "mcp__free__go",
    "Bash(git:*)",
)
SKILL = "---\nname: {name}\ndescription: Does {name}.\n---\nStart the `b-worker` agent.\n"


def make_repository(root: Path, dice: random.Random) -> None:
    """Agents whose lists are drawn by lot, with skills and a server."""
    files = {
        ".mcp.json": '{"mcpServers": {"docs": {"command": "docs"}}}',
        ".claude/skills/style/SKILL.md": SKILL.format(name="style"),
        ".claude/skills/plans/SKILL.md": SKILL.format(name="plans"),
    }
    for name in ("a-lead", "b-worker", "c-reader", "d-heir", "e-helper"):
        keys = f"tools: {', '.join(dice.sample(TOOLS, 3))}\n" if dice.random() < 0.75 else ""
        keys += dice.choice(["", "skills: style\n", "memory: project\n", "disallowedTools: Edit\n"])
        body = dice.choice(["Use the `b-worker` agent.", "Call Skill(plans).", "Works alone."])
        files[f".claude/agents/{name}.md"] = agent(name, keys, body)
    write(root, files)


def draw_edit(dice: random.Random) -> Edit:
    kind = dice.choice(("agent", "skill", "server", "tool", "list"))
    if kind == "list":
        name = dice.choice(("a-lead", "b-worker", "d-heir"))
        return Edit("agent", name, tuple(dice.sample(TOOLS, dice.randrange(4))))
    names = {
        "agent": ("c-reader", "e-helper"),
        "skill": ("style", "plans"),
        "server": ("docs",),
        "tool": ("Bash", "Edit", "Agent", "Read", "mcp__docs__find"),
    }
    return Edit(kind, dice.choice(names[kind]))  # type: ignore[arg-type]


def change_files(root: Path, edit: Edit) -> None:
    """The edit as a person makes it."""
    file = root / f".claude/agents/{edit.id}.md"
    if edit.kind == "skill":
        shutil.rmtree(root / f".claude/skills/{edit.id}")
    elif edit.kind == "agent" and edit.tools is None:
        file.unlink()
    elif edit.kind == "agent":
        lines = [line for line in file.read_text().split("\n") if not line.startswith("tools:")]
        file.write_text("\n".join([lines[0], f"tools: {json.dumps(edit.tools)}", *lines[1:]]))
    else:
        settings = root / ".claude/settings.json"
        data = json.loads(settings.read_text()) if settings.exists() else {"permissions": {"deny": []}}
        data["permissions"]["deny"].append(f"mcp__{edit.id}" if edit.kind == "server" else edit.id)
        settings.write_text(json.dumps(data))


def load(root: Path) -> Catalog:
    return load_catalog(root, Options(replay=False))


@pytest.mark.parametrize("seed", range(30))
def test_an_edit_means_what_the_changed_files_mean(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    make_repository(tmp_path, dice)
    catalog = load(tmp_path)
    drawn = [draw_edit(dice) for _ in range(dice.choice((1, 1, 2, 3)))]
    edits = list({(edit.kind, edit.id): edit for edit in drawn}.values())
    # What is switched off is gone for certain. Of settings that is settled for an agent run as the session.
    profile = "claude-code-main"
    edited = apply_edits(catalog, edits, profile)
    for edit in edits:
        change_files(tmp_path, edit)
    rebuilt = load(tmp_path)
    assert read_facts(edited.catalog, edited.grants) == read_facts(rebuilt, PermissionResolver(profile))
    links = {(link.origin, link.kind, link.target) for link in edited.catalog.links}
    assert links == {(link.origin, link.kind, link.target) for link in rebuilt.links}


FILES = {
    ".claude/agents/lead.md": agent("lead", "tools: Agent, Read\nskills: style\n"),
    ".claude/agents/runner.md": agent("runner", "tools: Bash\n", "Start the `lead` agent."),
    ".claude/agents/other/lead.md": agent("lead-two", "tools: mcp__docs\n"),
    ".claude/skills/style/SKILL.md": SKILL.format(name="style"),
    ".mcp.json": '{"mcpServers": {"docs": {"command": "docs"}}}',
}


def test_who_has_nothing_left_does_not_start(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    answer = find_consequences(load(tmp_path), [Edit("capability", "commands")], "claude-code")
    assert answer.lost["runner"]["starts"] == {"yes"}
    assert answer.lost["lead"] == {"through": {"commands"}}, "the agent of the runtime cannot do it either"
    assert not answer.gained
    assert not answer.broken


def test_a_link_to_what_is_gone_is_broken_unless_it_is_a_mere_mention(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    edits = [Edit("skill", "style"), Edit("agent", "runner")]
    answer = find_consequences(load(tmp_path), edits, "claude-code")
    assert answer.gone == (("agent", "runner"), ("skill", "style"))
    assert answer.broken == ((("agent", "lead"), ("skill", "style")),)


def test_a_question_without_an_edit_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, {"agents/a.md": agent("a")})
    assert main(["what-if", "-C", str(tmp_path)]) == 2
    assert "--without" in capsys.readouterr().err


def test_the_command_says_who_loses_what(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, FILES)
    run = ["what-if", "-C", str(tmp_path)]
    assert main([*run, "--without", "server:docs", "--set", "agent:runner=Read, Bash(git:*)"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "can no longer start: other/lead"
    assert "loses the MCP server docs: other/lead" in lines
    assert "gains the tool Read: runner" in lines
    assert lines[-1] == "2 agents lose something, 1 of them can no longer start"
    assert main([*run, "--without", "tool:Bash", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["lost"]["runner"]["tool"] == ["Bash"]


@pytest.mark.parametrize(
    ("text", "kind", "id"),
    [
        ("Bash", "tool", "Bash"),
        ("bash", "tool", "Bash"),
        ("DOCS", "server", "docs"),
        ("commands", "capability", "commands"),
        ("runs commands", "capability", "commands"),
        ("Runner", "agent", "runner"),
        ("agent:LEAD-TWO", "agent", "other/lead"),
        (".claude/agents/runner.md", "agent", "runner"),
    ],
)
def test_a_name_alone_is_enough(tmp_path: Path, text: str, kind: str, id: str) -> None:
    write(tmp_path, FILES)
    assert parse_edit(text, load(tmp_path), is_list=False) == Edit(kind, id)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("option", "text", "words"),
    [
        ("--without", "agent:nobody", "nothing in the catalog is `agent:nobody`"),
        ("--without", "Bsh", "nothing in the catalog is `Bsh`; did you mean `Bash`?"),
        ("--without", "DOCS", "`DOCS` is the name of several: agent:docs, server:docs"),
        ("--without", "tool:", "nothing in the catalog is `tool:`"),
        ("--set", "tool:Bash=Read", "is no edit: write it as `agent:reviewer=Read, Grep`"),
        ("--set", "agent:broken=Read", "`broken` cannot have another list of tools"),
    ],
)
def test_an_edit_that_means_nothing_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, text: str, words: str
) -> None:
    write(
        tmp_path,
        {
            **FILES,
            ".claude/agents/broken.md": "---\nname: broken\ntools: {a: [}\n---\nx",
            ".claude/agents/docs.md": agent("docs"),
        },
    )
    assert main(["what-if", "-C", str(tmp_path), option, text]) == 2
    assert words in capsys.readouterr().err
