"""Commands and skills in the places of every runtime: what they are called, for whom, whom they name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from mkdocs_agent_catalog.build import Options, build, check_catalog, load_catalog
from mkdocs_agent_catalog.model.definitions import Skill, Source
from mkdocs_agent_catalog.reading.paths import SourceRule
from mkdocs_agent_catalog.runtimes import RUNTIMES
from mkdocs_agent_catalog.runtimes.runtime import Runtime
from mkdocs_agent_catalog.runtimes.skill import read_skill
from sites import agent, write

SKILL = "---\nname: notes\ndescription: Writes notes of a release.\n---\n\nList what changed.\n"


class Sample(Runtime):
    """A runtime whose commands have endings, names and agents of their own."""

    name, title, source = "sample", "Sample", "none"
    command_folders = (".sample/commands",)
    command_suffixes = (".ask.md", ".toml")
    command_name_key = "called"
    command_separator = "/"


def read_command(path: str, text: str) -> Skill:
    root = ".sample/commands"
    source = Source(f"{root}/{path}", path, "command", root, text, "sample", dialect="sample")
    return read_skill(Sample().read_skill_document(source), Sample())


def test_a_runtime_says_how_commands_end_and_are_called() -> None:
    plain = read_command("git/tidy.ask.md", "Tidy up.\n")
    assert (plain.id, plain.name, plain.invocation) == ("sample/git/tidy", "git/tidy", "/git/tidy")
    assert (plain.description, plain.is_command) == ("Tidy up.", True)
    named = read_command("tidy.ask.md", "---\ncalled: clean\ndescription: Tidies.\n---\nTidy up.\n")
    assert (named.id, named.name, named.invocation) == ("sample/tidy", "clean", "/clean")


def test_a_command_may_be_toml() -> None:
    text = 'description = "Tidies."\nmodel = "small"\nprompt = """\nTidy {{args}}.\nThen stop.\n"""\n'
    command = read_command("tidy.toml", text)
    assert (command.name, command.description) == ("tidy", "Tidies.")
    assert command.document is not None
    assert command.document.body == "Tidy {{args}}.\nThen stop.\n"
    assert [(field.key, field.value) for field in command.fields] == [("model", "small")]
    broken = read_command("tidy.toml", "prompt = \n")
    assert broken.document is not None
    assert broken.document.error is not None


def test_a_command_in_toml_without_a_prompt_is_not_loaded(tmp_path: Path) -> None:
    write(tmp_path, {".gemini/commands/tidy.toml": 'description = "Tidies."\n'})
    write(tmp_path, {".qwen/commands/tidy.toml": "prompt = 3\n", ".qwen/commands/a.toml": 'prompt = "Go."\n'})
    findings = [d for d in check_catalog(tmp_path, Options()).diagnostics if d.check == "invalid_value"]
    assert [(d.span.path, d.message) for d in findings] == [
        (f".{name}/commands/tidy.toml", f"it has no `prompt`, so {title} does not load this command")
        for name, title in (("gemini", "Gemini CLI"), ("qwen", "Qwen Code"))
    ]


@pytest.mark.parametrize("name", ["changelog", "gemini", "contributing"])
def test_a_command_may_be_called_like_documentation(tmp_path: Path, name: str) -> None:
    texts = dict.fromkeys(
        (f"{name}.md", "README.md", "readme.md", "CHANGELOG.MD", "Contributing.md"), "Do.\n"
    )
    for folder in (".opencode/command", ".cursor/commands", ".claude/commands", ".factory/commands"):
        write(tmp_path / folder, texts)
    skills = load_catalog(tmp_path, Options()).skills
    assert sorted(Path(skill.source.path).name for skill in skills) == [f"{name}.md"] * 4


def test_the_same_skill_in_several_places_has_a_page_for_each(tmp_path: Path) -> None:
    places = {
        ".claude/skills": ("notes", ("claude-code", "copilot", "opencode")),
        ".kiro/skills": ("kiro/notes", ("kiro",)),
        ".codex/skills": ("codex/notes", ("codex",)),
    }
    write(tmp_path, {f"{place}/notes/SKILL.md": SKILL for place in (*places, ".agents/skills")})
    skills = {skill.source.root: skill for skill in load_catalog(tmp_path, Options()).skills if skill.source}
    assert {place: (skills[place].id, skills[place].runtimes) for place in places} == places
    shared = skills[".agents/skills"]
    assert shared.id == "agents/notes", "whose place it is the folder does not say"
    assert "codex" in shared.runtimes
    assert "claude-code" not in shared.runtimes
    page = {output.uri: output.body for output in build(tmp_path, Options()).outputs if output.is_page}
    assert "<span>Kiro</span>" in str(page["skills/kiro/notes.md"])
    assert '<span class="ac-chip">Kiro</span>' in str(page["skills/index.md"])


def test_skills_for_several_runtimes_are_found_in_projects_within(tmp_path: Path) -> None:
    write(tmp_path, {".claude/agents/a.md": agent("a"), "packages/web/.agents/skills/notes/SKILL.md": SKILL})
    (skill,) = load_catalog(tmp_path, Options()).skills
    assert skill.id == "packages/web/notes"
    assert {"codex", "cursor"} <= {*skill.runtimes}


def test_a_link_leads_other_runtimes_to_the_same_skill(tmp_path: Path) -> None:
    write(tmp_path, {".agents/skills/notes/SKILL.md": SKILL, ".claude/commands/tidy.md": SKILL})
    for link, target in (
        (".claude/skills", "../.agents/skills"),
        (".cursor/commands", "../.claude/commands"),
    ):
        (tmp_path / link).parent.mkdir(exist_ok=True)
        (tmp_path / link).symlink_to(target)
    command, skill = load_catalog(tmp_path, Options()).skills[::-1]
    assert skill.id == "notes"
    assert {"claude-code", "codex", "cursor"} <= {*skill.runtimes}
    assert (command.id, command.runtimes) == ("tidy", ("claude-code", "cursor"))


def test_a_name_means_the_skill_that_the_runtime_of_the_agent_reads(tmp_path: Path) -> None:
    role = 'name = "b"\ndescription = "Releases."\ndeveloper_instructions = "Use the `notes` skill."\n'
    files = {
        ".claude/agents/a.md": agent("a", "skills: notes\n"),
        ".codex/agents/b.toml": role,
        ".claude/skills/notes/SKILL.md": SKILL,
        ".agents/skills/notes/SKILL.md": SKILL,
    }
    write(tmp_path, files)
    catalog = load_catalog(tmp_path, Options())
    roots = {
        link.origin: catalog.by_id["skill", link.target].source.root
        for link in catalog.links
        if link.kind == "skill"
    }
    assert roots == {"a": ".claude/skills", "codex/b": ".agents/skills"}


def test_a_command_without_a_description_and_text_is_reported_where_the_model_runs_commands(
    tmp_path: Path,
) -> None:
    folders = [
        (name, folder, suffix)
        for name, runtime in RUNTIMES.items()
        for folder in runtime.command_folders
        for suffix in runtime.command_suffixes
    ]
    for _name, folder, suffix in folders:
        write(tmp_path, {f"{folder}/tidy{suffix}": 'prompt = ""\n' if suffix == ".toml" else "# Tidy\n"})
    result = check_catalog(tmp_path, Options())
    assert len([skill for skill in result.catalog.skills if skill.is_command]) == len(folders)
    messages = {
        item.span.path: str(item.message)
        for item in result.diagnostics
        if item.check == "missing_description"
    }
    assert messages == {
        f"{folder}/tidy{suffix}": "the command `tidy` has no description"
        for name, folder, suffix in folders
        if RUNTIMES[name].model_runs_commands
    }


def test_the_first_paragraph_stands_in_for_a_description_in_claude_code(tmp_path: Path) -> None:
    text = "# Hello\n\nSay hello in French.\n"
    files = (".claude/commands/hello.md", ".claude/skills/hello/SKILL.md", ".agents/skills/hello/SKILL.md")
    write(tmp_path, dict.fromkeys(files, text) | {".claude/skills/none/SKILL.md": "# None\n"})
    findings = [d for d in check_catalog(tmp_path, Options()).diagnostics if d.check == "missing_description"]
    assert [(d.span.path, str(d.message)) for d in findings] == [
        (".agents/skills/hello/SKILL.md", "the skill `hello` has no description"),
        (".claude/skills/none/SKILL.md", "the skill `none` has no description"),
    ]


@pytest.mark.parametrize("name", [name for name, runtime in RUNTIMES.items() if runtime.command_folders])
def test_a_command_names_an_agent(tmp_path: Path, name: str) -> None:
    runtime = RUNTIMES[name]
    folder, suffix = runtime.command_folders[0], runtime.command_suffixes[0]
    for number, key in enumerate(runtime.command_agent_keys if suffix.endswith(".md") else ()):
        text = f"---\ndescription: Asks.\n{key}: keeper\n---\n\nAsk.\n"
        write(tmp_path, {".claude/agents/keeper.md": agent("keeper"), f"{folder}/ask{number}{suffix}": text})
    links = load_catalog(tmp_path, Options()).links
    count = len(runtime.command_agent_keys) if suffix.endswith(".md") else 0
    assert [(link.kind, link.target, link.strongest) for link in links] == [
        ("agent", "keeper", "declared")
    ] * count


@pytest.mark.parametrize("name", [name for name, runtime in RUNTIMES.items() if runtime.command_folders])
def test_a_folder_of_commands_may_be_a_source(tmp_path: Path, name: str) -> None:
    runtime = RUNTIMES[name]
    folder, suffix = f"web/{runtime.command_folders[0]}", runtime.command_suffixes[0]
    write(tmp_path, {f"{folder}/tidy{suffix}": 'prompt = "Tidy."\n' if suffix == ".toml" else "Tidy.\n"})
    catalog = load_catalog(tmp_path, Options(rules=(SourceRule(folder),)))
    assert [(skill.id, skill.is_command, skill.runtimes) for skill in catalog.skills] == [
        ("tidy", True, (name,))
    ]
    assert catalog.agents == ()


def test_a_prompt_of_copilot_may_have_a_name_of_its_own(tmp_path: Path) -> None:
    text = "---\nname: tidy-up\nmode: Keeper\ndescription: Tidies.\n---\n\nTidy.\n"
    files = {
        ".github/prompts/tidy.prompt.md": text,
        ".github/prompts/notes.md": "No prompt.\n",
        ".github/agents/keeper.agent.md": "---\nname: Keeper\ndescription: Keeps.\n---\n\nKeep.\n",
    }
    write(tmp_path, files)
    catalog = load_catalog(tmp_path, Options())
    (command,) = catalog.skills
    assert (command.name, command.invocation, command.runtimes) == ("tidy-up", "/tidy-up", ("copilot",))
    assert [(link.kind, link.target) for link in catalog.links] == [("agent", "github-copilot/keeper")]


def test_a_command_of_opencode_is_called_by_its_path(tmp_path: Path) -> None:
    files = {
        ".opencode/command/git/tidy.md": "---\ndescription: Tidies.\nagent: keeper\n---\n\nTidy.\n",
        ".opencode/agents/keeper.md": "---\ndescription: Keeps.\nmode: subagent\n---\n\nKeep.\n",
    }
    write(tmp_path, files)
    catalog = load_catalog(tmp_path, Options())
    (command,) = catalog.skills
    assert (command.id, command.invocation) == ("opencode/git/tidy", "/git/tidy")
    assert [(link.kind, link.target) for link in catalog.links] == [("agent", "opencode/keeper")]


def test_a_mark_alone_and_a_folder_name_no_command(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            ".claude/commands/ship.md": "---\ndescription: Ships.\n---\nShip.\n",
            ".claude/commands/git/push.md": "---\ndescription: Pushes.\n---\nPush.\n",
            ".kiro/prompts/pr.md": "Write it.\n",
            ".claude/agents/a.md": agent(
                "a", body="Items lack `///` docs: `/`, `//`, `@`, `$`, `//ship`, `git`."
            ),
            ".claude/agents/b.md": agent("b", "reports_to: 'a,'\n", body="Run `/ship`, then `/git:push`."),
            ".kiro/agents/k.json": '{"name": "k", "description": "K.", "prompt": "Not `@` and `/`."}',
            ".kiro/agents/l.json": '{"name": "l", "description": "L.", "prompt": "Run `@pr`."}',
        },
    )
    links = load_catalog(tmp_path, Options()).links
    assert {(link.origin, link.target) for link in links} == {
        ("b", "ship"),
        ("b", "git/push"),
        ("b", "a"),
        ("kiro/l", "kiro/pr"),
    }


def test_the_published_data_say_how_a_command_is_called(tmp_path: Path) -> None:
    write(tmp_path, {".claude/commands/git/tidy.md": SKILL, ".claude/skills/notes/SKILL.md": SKILL})
    outputs = {output.uri: str(output.content) for output in build(tmp_path, Options()).outputs}
    skills = json.loads(outputs["catalog.json"])["skills"]
    assert [(skill["id"], skill["invocation"], skill["runtimes"]) for skill in skills] == [
        ("git/tidy", "/git:tidy", ["claude-code"]),
        ("notes", None, ["claude-code", "copilot", "opencode"]),
    ]
