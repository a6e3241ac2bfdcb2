"""Roo Code: one file, many modes; what makes Roo Code refuse all of them; where their texts stand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from mkdocs_agent_catalog.build import Options, build, check_catalog
from mkdocs_agent_catalog.model.definitions import Agent, Skipped, Source
from mkdocs_agent_catalog.reading.mask_server_config import mask_frontmatter
from mkdocs_agent_catalog.runtimes import RUNTIMES

ROO = RUNTIMES["roo"]
SECRET = "hunter2" + "hunter2"
TEAM = """\
# The team.
customModes:
  - slug: writer
    name: Writer
    roleDefinition: |-
      You write.

      See [style](style.md).
    whenToUse: Use it for pages that are missing.
    groups:
      - read
      - [edit, {fileRegex: '\\.md$'}]
      - browser
    customInstructions: |
      Read first.
      Ask `mcp__wiki__find`.
  - slug: planner
    name: Planner
    roleDefinition: Hand over to `writer`.
    groups: [mcp]
"""


def read(text: str) -> tuple[Agent | Skipped, ...]:
    return ROO.read_agents(Source(".roomodes", ".roomodes", "agent", "", text, dialect="roo"))


def explain(*modes: object) -> list[str]:
    return [item.not_loaded for item in read(json.dumps({"customModes": modes})) if isinstance(item, Agent)]


def make_mode(**values: object) -> dict[str, object]:
    return {"slug": "a", "name": "A", "roleDefinition": "Do.", "groups": ["read"], **values}


def test_every_mode_has_a_page_with_its_own_part_of_the_file(tmp_path: Path) -> None:
    (tmp_path / ".roomodes").write_text(TEAM, encoding="utf-8")
    (tmp_path / "style.md").write_text("# Style\n", encoding="utf-8")
    (tmp_path / ".roo" / "rules-writer").mkdir(parents=True)
    (tmp_path / ".roo" / "rules-writer" / "pages.md").write_text("Short pages.\n", encoding="utf-8")
    catalog = build(tmp_path, Options()).catalog
    agents = {agent.name: agent for agent in catalog.agents}
    assert [agent.id for agent in catalog.agents] == ["roo-code/writer", "roo-code/planner"]
    assert mask_frontmatter(agents["planner"].document).startswith("  - slug: planner")
    assert "planner" not in mask_frontmatter(agents["writer"].document)
    assert [file.source.path for file in agents["writer"].instructions] == [".roo/rules-writer/pages.md"]
    assert agents["planner"].instructions == ()
    link = next(link for link in catalog.links if link.origin == "roo-code/planner" and link.kind == "agent")
    assert (link.target, str(link.evidence[0].span)) == ("roo-code/writer", ".roomodes:19:1")
    wiki = next(link for link in catalog.links if link.kind == "server")
    assert str(wiki.evidence[0].span) == ".roomodes:16:1"


def test_the_first_sentence_of_the_role_stands_in_for_when_to_use_a_mode(tmp_path: Path) -> None:
    role = "You keep the\nlogs. Never delete one."
    text = json.dumps({"customModes": [make_mode(roleDefinition=role)]}, indent=1)
    (tmp_path / ".roomodes").write_text(text, encoding="utf-8")
    result = check_catalog(tmp_path, Options())
    (agent,) = result.catalog.agents
    assert agent.description == "You keep the\nlogs"
    assert agent.document.get_span("description").line == 6
    assert "missing_description" not in [finding.check for finding in result.diagnostics]


def test_findings_are_told_for_the_mode_that_they_are_about(tmp_path: Path) -> None:
    (tmp_path / ".roomodes").write_text(TEAM, encoding="utf-8")
    result = check_catalog(tmp_path, Options())
    findings = {finding.check: finding for finding in result.diagnostics}
    assert (findings["broken_link"].span.path, findings["broken_link"].span.line) == (".roomodes", 8)
    assert findings["retired_tool"].message == (
        "`browser`: the browser was removed, and the group is ignored without a message"
    )
    writer, planner = result.catalog.agents
    assert writer.document.holds(findings["broken_link"].span)
    assert not planner.document.holds(findings["broken_link"].span)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"slug": "a b"}, "its `slug` is not made of letters, digits and hyphens"),
        ({"slug": 7}, "its `slug` is not made"),
        ({"name": ""}, "it has no `name`"),
        ({"roleDefinition": None}, "it has no `roleDefinition`"),
        ({"description": None}, "`description` is no text"),
        ({"customInstructions": ["x"]}, "`customInstructions` is no text"),
        ({"source": "team"}, "`source` has a value that is not known"),
        ({"groups": "read"}, "`groups` is no list"),
        ({"groups": ["write"]}, "`write` is no group of tools"),
        ({"groups": ["read", "read"]}, "the group `read` is there twice"),
        ({"groups": [{"edit": {"fileRegex": "x"}}]}, "an entry of `groups` is neither a group nor a pair"),
        ({"groups": [["edit"]]}, "an entry of `groups` is neither"),
        ({"groups": [["edit", None]]}, "an entry of `groups` is neither"),
        ({"groups": [["edit", {"fileRegex": 1}]]}, "an entry of `groups` is neither"),
    ],
)
def test_what_is_wrong_in_one_mode_keeps_all_from_loading(change: dict[str, object], reason: str) -> None:
    own, other = explain(make_mode(**change), make_mode(slug="b"))
    assert reason in own
    assert other.startswith("Roo Code refuses the whole file for the sake of")
    assert reason in other


def test_what_roo_code_takes_is_loaded() -> None:
    modes = (
        make_mode(
            groups=["browser", "browser", ["browser", {}], ["edit", {"description": "Pages"}], "modes"]
        ),
        make_mode(slug="B-2", source="global", description="", extra={"a": 1}),
    )
    assert explain(*modes) == ["", ""]
    assert explain(make_mode(), make_mode()) == ["another mode has the same `slug`"] * 2
    assert "an entry is no mode" in explain(make_mode(), "b")[0]


def test_two_modes_of_one_slug_have_two_addresses() -> None:
    text = json.dumps({"customModes": [make_mode(), make_mode(slug="A"), make_mode()]})
    assert [item.id for item in read(text) if isinstance(item, Agent)] == ["a", "a-2", "a-3"]


@pytest.mark.parametrize(
    "text", ["", "customModes: []\n", "customModes:\n", "other: 1\n", '{"customModes": []}']
)
def test_a_file_without_modes_says_so(text: str) -> None:
    (item,) = read(text)
    assert isinstance(item, Skipped)
    assert item.reason == "it has no list `customModes` with modes"


def test_signs_that_word_processors_write_break_nothing() -> None:
    name = "\u201cA\u201d\n    roleDefinition: Do\u2014now."
    text = f"customModes:\n  - slug:\u00a0a\n    name: {name}\n    groups: []\n"
    (agent,) = read(text)
    assert isinstance(agent, Agent)
    assert (agent.name, agent.title, agent.not_loaded) == ("a", "A", "")


def test_configured_values_are_masked_and_prompts_that_speak_of_them_are_not() -> None:
    text = """\
customModes:
  - slug: a
    name: A
    roleDefinition: |-
      Send these headers:
      read process.env
    groups: []
  - slug: b
    name: B
    roleDefinition: Do.
    groups: []
"""
    agent = next(item for item in read(text) if isinstance(item, Agent))
    assert mask_frontmatter(agent.document).splitlines()[-1] == "    groups: []"
    servers = f"    mcpServers: {{docs: {{command: npx, env: {{TOKEN: {SECRET}}}}}}}\n"
    for item in read(text + servers):
        assert isinstance(item, Agent)
        assert SECRET not in mask_frontmatter(item.document)
        assert SECRET not in repr((item.settings, item.unknown))
