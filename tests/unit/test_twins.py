"""Twins: what makes files of several runtimes the same agent, and what is said of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from mkdocs_agent_catalog.build import Options, build
from mkdocs_agent_catalog.linking.twins import measure_likeness
from reading import catalog_from
from sites import write

CLAUDE = "---\nname: {name}\ndescription: {description}\ntools: Read\n---\n\n{body}\n"
CODEX = 'name = "{name}"\ndescription = "{description}"\ndeveloper_instructions = "{body}"\n'
BODY = "Read the change line by line and say what is wrong with it, worst first."
OTHER = "Plan the week of the team, with a list of what comes first and why."


def find_twins(tmp_path: Path, claude: dict[str, str], codex: dict[str, str], folder: str = "") -> set[str]:
    usual = {"name": "a", "description": "b", "body": BODY}
    catalog = catalog_from(
        tmp_path,
        {
            ".claude/agents/x.md": CLAUDE.format(**usual | claude),
            f"{folder}.codex/agents/{codex.pop('stem', 'x')}.toml": CODEX.format(**usual | codex),
        },
    )
    return set(catalog.twins)


@pytest.mark.parametrize(
    ("claude", "codex", "are_twins"),
    [
        ({}, {}, True),
        ({}, {"name": "c", "description": "d"}, True),
        ({}, {"name": "c", "body": OTHER}, True),
        ({}, {"description": "d", "body": OTHER}, True),
        ({}, {"name": "c", "description": "d", "body": OTHER}, False),
        ({}, {"stem": "y"}, False),
        ({"name": "A"}, {"name": "a", "description": "d", "body": OTHER}, True),
    ],
)
def test_a_stem_and_something_more_make_twins(
    tmp_path: Path, claude: dict[str, str], codex: dict[str, str], are_twins: bool
) -> None:
    assert find_twins(tmp_path, claude, dict(codex)) == ({"x", "codex/x"} if are_twins else set())


def test_agents_of_two_projects_are_no_twins(tmp_path: Path) -> None:
    assert find_twins(tmp_path, {}, {}, "apps/web/") == set()


def test_a_file_may_name_the_one_it_was_made_from(tmp_path: Path) -> None:
    files = {
        ".claude/agents/x.md": CLAUDE.format(name="a", description="b", body=BODY),
        ".gemini/agents/y.md": (
            "---\nname: y\ndescription: c\ncanonical_source: .claude/agents/x.md\n---\n\nDo.\n"
        ),
    }
    assert catalog_from(tmp_path, files).twins == {"x": ("gemini-cli/y",), "gemini-cli/y": ("x",)}


def test_files_of_one_runtime_are_no_twins(tmp_path: Path) -> None:
    text = CLAUDE.format(name="a", description="b", body=BODY)
    assert catalog_from(tmp_path, {".claude/agents/x.md": text, ".claude/agents/q/x.md": text}).twins == {}


def test_two_forms_of_one_runtime_are_told_apart_by_their_files(tmp_path: Path) -> None:
    files = {
        ".kiro/agents/x.md": CLAUDE.format(name="x", description="b", body=BODY),
        ".kiro/agents/x.json": json.dumps(
            {"name": "x", "description": "b", "prompt": BODY, "tools": ["read"]}
        ),
    }
    write(tmp_path, files)
    pages = [str(output.content) for output in build(tmp_path, Options()).outputs if output.is_page]
    texts = [text.partition("In other files")[2] for text in pages if ">In other files<" in text]
    assert len(texts) == 2
    assert all("x.json" in text and "x.md" in text for text in texts)
    assert not any("In other runtimes" in text for text in pages)


def test_two_files_of_one_name_and_runtime_are_told_apart_by_their_paths(tmp_path: Path) -> None:
    usual = {"name": "x", "description": "b", "body": BODY}
    files = {
        "agents/x.md": CLAUDE.format(**usual),
        ".claude/agents/x.md": CLAUDE.format(**usual),
        ".codex/agents/x.toml": CODEX.format(**usual),
    }
    write(tmp_path, files)
    pages = {output.uri: str(output.content) for output in build(tmp_path, Options()).outputs}
    texts = [page for page in pages.values() if "<code>agents/x.md</code></small>" in page]
    assert len(texts) == len(files)
    assert all("<code>.claude/agents/x.md</code></small>" in text for text in texts)
    assert not any("x.toml</code></small>" in text for text in texts)


def test_pages_of_twins_lead_to_each_other_and_say_what_differs(tmp_path: Path) -> None:
    assert find_twins(tmp_path, {}, {})
    pages = {output.uri: output.content for output in build(tmp_path, Options()).outputs if output.is_page}
    mine, theirs = str(pages["agents/x.md"]), str(pages["agents/codex/x.md"])
    assert 'href="../codex/x/"' in mine.replace("codex/x.md", "codex/x/")
    assert "In other runtimes" in mine
    assert "In other runtimes" in theirs
    assert "100 % the same" in mine
    assert "Execution" in mine.partition("In other runtimes")[2]


@pytest.mark.parametrize(
    ("text", "other", "least", "most"),
    [("", "", 1, 1), (BODY, BODY, 1, 1), (BODY, OTHER, 0, 0.1), (BODY, f"{BODY} And no more.", 0.7, 0.99)],
)
def test_likeness_is_the_share_of_the_same_words(text: str, other: str, least: float, most: float) -> None:
    assert least <= measure_likeness(text, other) <= most


def test_tools_of_one_name_are_those_of_their_runtime(tmp_path: Path) -> None:
    files = {
        ".claude/agents/x.md": CLAUDE.format(name="a", description="b", body=BODY),
        ".factory/droids/y.md": "---\nname: y\ndescription: c\ntools: read-only\n---\n\nDo.\n",
        ".factory/droids/z.md": "---\nname: z\ndescription: d\ntools: [Execute]\n---\n\nDo.\n",
    }
    assert set(catalog_from(tmp_path, files).twins) == set()
    built = build(tmp_path, Options())
    outputs = {output.uri: str(output.content) for output in built.outputs}
    assert "agents/x.md" not in outputs["tools/factory/read.md"]
    users = {
        tool["id"]: sum(use["count"] for use in tool["uses"] if use["outcome"] != "not_declared")
        for tool in json.loads(outputs["catalog.json"])["tools"]
    }
    assert (users["read"], users["factory/read"]) == (1, 0)
    assert outputs["tools/read.md"].count('<li><a href="../../agents/') == 1
    assert outputs["tools/factory/read.md"].count('<li><a href="../../../agents/') == 1


@pytest.mark.parametrize(
    ("path", "hint"),
    [(".codex/agents/x.toml", "limit the session"), (".gemini/agents/x.md", "decide which is meant")],
)
def test_what_a_twin_is_told_to_write_can_be_written(tmp_path: Path, path: str, hint: str) -> None:
    usual = {"name": "x", "description": "b", "body": BODY}
    other = CODEX if path.endswith(".toml") else CLAUDE.replace("tools: Read\n", "")
    write(tmp_path, {".claude/agents/x.md": CLAUDE.format(**usual), path: other.format(**usual)})
    notes = [item for item in build(tmp_path, Options()).diagnostics if item.check == "twin_access"]
    assert notes
    assert all(str(item.hint).startswith(hint) and item.span.path == path for item in notes)


def test_a_limit_is_asked_for_in_the_file_of_a_twin_that_can_hold_it(tmp_path: Path) -> None:
    usual = {"name": "x", "description": "b", "body": BODY}
    files = {
        ".claude/agents/x.md": CLAUDE.format(**usual),
        ".codex/agents/x.toml": CODEX.format(**usual),
        ".gemini/agents/x.md": CLAUDE.replace("tools: Read\n", "").format(**usual),
    }
    write(tmp_path, files)
    notes = [item for item in build(tmp_path, Options()).diagnostics if item.check == "twin_access"]
    assert {item.span.path for item in notes} == {".gemini/agents/x.md"}
    assert all(str(item.hint).startswith("decide which is meant") for item in notes)


def test_a_tool_that_only_one_runtime_denies_is_a_difference(tmp_path: Path) -> None:
    text = "---\nname: a\ndescription: b\ndisallowedTools: Bash\n---\n\nDo it.\n"
    write(tmp_path, {".claude/agents/a.md": text})
    outputs = build(tmp_path, Options()).outputs
    page = next(str(output.body) for output in outputs if output.uri == "agents/a.md")
    table = page.partition('class="ac-runtimes"')[2].partition("</table>")[0]
    assert "Cursor" in table
    assert ">Execution<" in table
    assert "allowed in part" in table
    assert table.count("not enforced") == 1, "of Cursor alone, which does not read the key"
    assert "It may do the same in all of them." not in page
