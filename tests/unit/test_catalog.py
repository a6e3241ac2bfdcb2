"""Links, grades, uses and ids of whole small repositories."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from mkdocs_agent_catalog.linking import mentions
from mkdocs_agent_catalog.model.catalog import Catalog
from reading import catalog_from

HEAD = "---\nname: {}\ndescription: Does {}.\n{}---\n\n"


def head(name: str, more: str = "") -> str:
    return HEAD.format(name, name, more)


def grades(catalog: Catalog, origin: str, kind: str) -> dict[str, str]:
    return {
        link.target: link.strongest for link in catalog.get_links_from("agent", origin) if link.kind == kind
    }


def test_skills_are_graded_by_evidence(tmp_path: Path) -> None:
    body = (
        "## Умения\n\n| Навык | Когда |\n|---|---|\n"
        "| `tabled` | **Always** - first |\n| `nowhere` | never |\n\n"
        'Run Skill(skill: "called") and see `named`.\n'
    )
    files = {"agents/a.md": head("a", "skills: [preloaded]\n") + body}
    for name in ("preloaded", "tabled", "called", "named", "unused"):
        files[f"agents/skills/{name}/SKILL.md"] = head(name)
    catalog = catalog_from(tmp_path, files)
    assert grades(catalog, "a", "skill") == {
        "preloaded": "preloaded",
        "tabled": "table",
        "nowhere": "table",
        "called": "called",
        "named": "named",
    }
    table = next(link for link in catalog.get_links_from("agent", "a") if link.target == "tabled").evidence[0]
    assert (table.text, table.heading, table.span.line) == ("**Always** - first", "Умения", 11)
    missing = next(skill for skill in catalog.skills if skill.id == "nowhere")
    assert missing.source is None
    assert catalog.get_links_to("skill", "unused") == ()


def test_agents_name_each_other_only_in_forms_that_mean_it(tmp_path: Path) -> None:
    body = "Ask code-reviewer, `planner`, the tester agent and Data Wizard. We plan a review; architect it.\n"
    files = {"agents/a.md": head("a") + body}
    for name in ("code-reviewer", "planner", "tester", "architect", "review", "Data Wizard"):
        files[f"agents/{name}.md"] = head(name)
    catalog = catalog_from(tmp_path, files)
    assert set(grades(catalog, "a", "agent")) == {"code-reviewer", "planner", "tester", "data-wizard"}


def test_a_name_means_the_nearest_agent(tmp_path: Path) -> None:
    files = {
        "agents/one/lead.md": head("lead") + "Ask `code-helper`.\n",
        "agents/one/code-helper.md": head("code-helper"),
        "agents/two/code-helper.md": head("code-helper"),
        "agents/two/lead.md": head("lead") + "Ask `code-helper`.\n",
    }
    catalog = catalog_from(tmp_path, files)
    assert set(grades(catalog, "one/lead", "agent")) == {"one/code-helper"}
    assert set(grades(catalog, "two/lead", "agent")) == {"two/code-helper"}


def states(catalog: Catalog, name: str) -> dict[str, str]:
    tool = next(tool for tool in catalog.tools if tool.name == name)
    return {use.agent: use.state for use in tool.uses}


def test_every_state_of_a_cell(tmp_path: Path) -> None:
    files = {
        "agents/granted.md": head("granted", "tools: Read, Bash\n"),
        "agents/limited.md": head("limited", "tools: Bash(git:*)\n"),
        "agents/omitted.md": head("omitted"),
        "agents/denied.md": head("denied", "disallowedTools: Bash\n"),
        "agents/ignored.md": head("ignored", "allowed-tools: [Bash]\n"),
        "agents/none.md": head("none", "tools: []\n"),
        "agents/case.md": head("case", "tools: bash\n"),
    }
    catalog = catalog_from(tmp_path, files)
    assert states(catalog, "Bash") == {
        "granted": "granted",
        "limited": "specifier",
        "omitted": "inherited",
        "denied": "denied",
        "ignored": "ignored",
        "case": "granted",
    }
    assert "none" not in states(catalog, "Read")


def test_servers_by_tool_by_pattern_and_by_configuration(tmp_path: Path) -> None:
    files = {
        "agents/a.md": head("a", "tools: mcp__docs__query\n"),
        "agents/b.md": head("b", "tools: mcp__docs__*\n"),
        "agents/c.md": head("c", "disallowedTools: mcp__*\n"),
        "agents/.mcp.json": '{"mcpServers": {"docs": {"command": "npx"}, "spare": {"url": "https://x.example"}}}',
    }
    catalog = catalog_from(tmp_path, files)
    docs = next(server for server in catalog.servers if server.id == "docs")
    assert docs.tools == ("mcp__docs__query",)
    assert {use.agent: use.state for use in docs.uses} == {"a": "granted", "b": "pattern"}
    assert len(docs.configs) == 1
    assert states(catalog, "mcp__docs__query") == {"a": "granted", "b": "pattern"}


def test_ids_are_unique_on_any_disk_and_never_an_index(tmp_path: Path) -> None:
    names = ["index.md", "C#.md", "C++.md", "tools/x.md", "a.b.md", "a b.md", "レビュー.md", "x.md", "X.md"]
    catalog = catalog_from(tmp_path, {f"agents/{name}": head(name) for name in names})
    ids = [agent.id for agent in catalog.agents]
    assert len({id.casefold() for id in ids}) == len(names) == len(ids)
    assert "index-agent" in ids
    assert {"c-sharp", "c-plus-plus", "tools/x", "レビュー"} <= set(ids)


def test_a_newcomer_takes_no_address_from_the_file_that_is_spelled_like_it(tmp_path: Path) -> None:
    files = {"agents/a-b.md": head("first")}
    before = {agent.name: agent.id for agent in catalog_from(tmp_path, files).agents}
    newcomers = {"agents/A-B.md": head("upper"), "agents/a b.md": head("blank"), "agents/a.b.md": head("dot")}
    after = {agent.name: agent.id for agent in catalog_from(tmp_path, newcomers).agents}
    assert len(after) == len(set(after.values())) == 4
    assert after["first"] == before["first"] == "a-b"


@given(st.text(alphabet="ab1é_-:./` \n", max_size=40))
def test_words_are_found_from_the_signs_within(text: str) -> None:
    """The quick way finds what the pattern finds that says what a word is."""
    assert list(mentions._find_words(text)) == [(m.start(), m[0]) for m in mentions._WORD.finditer(text)]
