"""Definitions beside the usual places: nested projects, linked folders, collections, commands, plugins."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from mkdocs_agent_catalog.build import Options, check_catalog, load_catalog
from mkdocs_agent_catalog.pages.page import shorten_groups
from mkdocs_agent_catalog.reading.paths import SourceRule
from reading import catalog_from, catalog_of
from sites import agent, write


def find_checks(root: Path, options: Options | None = None) -> dict[str, str]:
    result = check_catalog(root, options or Options())
    return {item.check: f"{item.message} {item.advice}" for item in result.diagnostics}


def test_projects_within_a_repository_are_groups(tmp_path: Path) -> None:
    files = {
        "backend/.claude/agents/api.md": agent("api"),
        "services/web/.claude/agents/ui.md": agent("ui"),
        "services/web/.claude/skills/tokens/SKILL.md": agent("tokens"),
        "services/web/.claude/settings.json": '{"permissions": {"deny": ["Bash"]}}',
        "node_modules/x/.claude/agents/foreign.md": agent("foreign"),
        ".claude/agents/top.md": agent("top"),
    }
    catalog = catalog_from(tmp_path, files)
    assert {item.id: item.group for item in catalog.agents} == {
        "top": "",
        "backend/api": "backend",
        "services/web/ui": "services/web",
    }
    assert [item.id for item in catalog.skills] == ["services/web/tokens"]
    settings = {item.name: len(item.settings_files) for item in catalog.agents}
    assert settings == {"top": 0, "api": 0, "ui": 1}
    assert "nothing_found" not in find_checks(tmp_path)


def test_groups_are_called_without_the_parts_of_folders_that_say_nothing() -> None:
    groups = ["web/.claude/agents/seo", "kit/agents", "kit", "shop/agents", "sales"]
    assert shorten_groups(groups) == {"web/.claude/agents/seo": "web/seo", "shop/agents": "shop"}


def test_what_tests_read_is_no_project(tmp_path: Path) -> None:
    files = {
        ".claude/agents/top.md": agent("top"),
        "tests/fixtures/.claude/agents/flat.md": agent("flat"),
        "tests/e2e/fixtures/shop/.claude/agents/deep.md": agent("deep"),
        "src/testdata/.claude/skills/tidy/SKILL.md": agent("tidy"),
        ".claude/agents/fixtures/maker.md": agent("maker"),
    }
    catalog = catalog_from(tmp_path, files)
    assert [item.id for item in catalog.agents] == ["fixtures/maker", "top"]
    assert not catalog.skills
    skipped = {item.path: item.reason for item in catalog.skipped}
    assert set(skipped) == {path for path in files if "tests/" in path or "src/" in path}
    assert all("in a place that is not read" in reason for reason in skipped.values())
    folders = {"tests/fixtures/agents/a.md": agent("a"), "kit/b.md": agent("b")}
    assert [item.name for item in catalog_from(tmp_path / "more", folders).agents] == ["b"]


def test_links_that_git_checked_out_as_text_are_no_definitions(tmp_path: Path) -> None:
    files = {
        "shared/real.md": agent("real"),
        ".claude/agents/real.md": "../../shared/real.md",
        ".claude/agents/gone.md": "../nowhere.md\n",
        ".claude/agents/own.md": agent("own"),
        ".claude/agents/word.md": "Reviews.",
        ".claude/skills/tidy/SKILL.md": "../../../shared/tidy.md",
        ".claude/commands/do.md": "../../shared/do.md",
    }
    catalog = catalog_from(tmp_path, files)
    assert [item.id for item in catalog.agents] == ["own"]
    assert not catalog.skills
    reasons = {item.path: item.reason for item in catalog.skipped}
    links = [path for path, reason in reasons.items() if reason.startswith("a symbolic link to `")]
    assert links == [
        ".claude/agents/gone.md",
        ".claude/agents/real.md",
        ".claude/commands/do.md",
        ".claude/skills/tidy/SKILL.md",
    ]
    assert "frontmatter" in reasons[".claude/agents/word.md"]


def test_a_collection_in_category_folders_is_found_as_it_is(tmp_path: Path) -> None:
    files = {
        "README.md": "# Collection\n",
        "kit/design/ui.md": agent("ui"),
        "kit/design/README.md": "# Design\n",
        "kit/engineering/api.md": agent("api"),
        "kit/engineering/deep/db.md": agent("db"),
        "docs/guide.md": agent("guide"),
        "notes/a.md": agent("a"),
        **{f"notes/{name}.md": "# Note\n" for name in "bcde"},
    }
    catalog = catalog_from(tmp_path, files)
    assert [item.id for item in catalog.agents] == ["design/ui", "engineering/api", "engineering/deep/db"]


@pytest.mark.parametrize("pattern", ["/library/old/", "library/old", "library/old/*.md"])
def test_what_is_left_out_counts_nowhere(tmp_path: Path, pattern: str) -> None:
    files = {"library/new/a.md": agent("a"), "library/old/b.md": agent("b"), "library/old/c.md": agent("c")}
    write(tmp_path, files)
    options = Options(exclude=(pattern,))
    assert [item.id for item in load_catalog(tmp_path, options).agents] == ["a"]
    assert "by their frontmatter: 1" in find_checks(tmp_path, options)["unusual_places"]
    assert find_checks(tmp_path, Options(exclude=("library/**",))).keys() == {"nothing_found"}


def test_a_manifest_that_is_left_out_is_not_read(tmp_path: Path) -> None:
    files = {
        ".claude-plugin/marketplace.json": '{"plugins": [{"name": "kit", "source": "./kit"}]}',
        "kit/.claude-plugin/plugin.json": '{"name": "kit", "agents": "./agents"}',
        "kit/agents/a.md": agent("a"),
        ".claude/agents/b.md": agent("b"),
    }
    write(tmp_path, files)
    assert "config_unreadable" in find_checks(tmp_path)
    assert find_checks(tmp_path, Options(exclude=("/kit/",))) == {}
    assert [item.id for item in load_catalog(tmp_path, Options(exclude=("/kit/",))).agents] == ["b"]
    assert not load_catalog(tmp_path, Options(exclude=("/kit/",))).plugins
    assert not load_catalog(tmp_path, Options(exclude=(".claude-plugin/",))).plugins


def test_a_link_beside_its_file_is_no_second_agent(tmp_path: Path) -> None:
    write(tmp_path, {"library/b.md": agent("b"), "library/c.md": agent("c")})
    (tmp_path / "library/a.md").symlink_to("b.md")
    catalog = load_catalog(tmp_path, Options())
    assert [item.source.path for item in catalog.agents] == ["library/b.md", "library/c.md"]
    assert [item.path for item in catalog.skipped] == ["library/a.md"]


@pytest.mark.parametrize(
    "head",
    [
        "name: a\ndescription:\n  Put below its key by a formatter.",
        '"name": "a"\n"description": "With quotes, as JSON has it."',
        "description: >-\n  " + "Very long. " * 2000 + "\nname: a",
    ],
)
def test_a_definition_is_known_however_its_frontmatter_is_written(tmp_path: Path, head: str) -> None:
    catalog = catalog_from(tmp_path, {"library/a.md": f"---\n{head}\n---\nDo.\n"})
    assert [item.id for item in catalog.agents] == ["a"]
    assert "nothing_found" not in find_checks(tmp_path)


def test_the_documented_way_to_add_places_reads_no_page_and_no_command_as_an_agent(tmp_path: Path) -> None:
    files = {
        "docs/guide/install.md": "---\ntitle: Guide\ndescription: How to install it.\n---\n# Guide\n",
        "agents/real.md": agent("real"),
        "vendor/agents/v.md": agent("v"),
        ".claude/commands/commit.md": "---\ndescription: Commit\nallowed-tools: Bash\n---\nx\n",
    }
    write(tmp_path, files)
    rules = (SourceRule("."), SourceRule("vendor/agents"))
    result = check_catalog(tmp_path, Options(rules=rules))
    assert [item.source.path for item in result.catalog.agents] == ["agents/real.md", "vendor/agents/v.md"]
    assert [(item.name, item.is_command) for item in result.catalog.skills] == [("commit", True)]


def test_commands_are_called_by_their_folders_and_their_file(tmp_path: Path) -> None:
    files = {
        ".claude/commands/frontend/component.md": "---\ndescription: Makes one.\n---\nAsk `helper`.\n",
        ".claude/commands/README.md": "# Commands\n",
        ".claude/agents/helper.md": agent("helper", body="Then run `/frontend:component`."),
        "plugins/kit/.claude-plugin/plugin.json": '{"name": "kit"}',
        "plugins/kit/commands/ship.md": "Ships it.\n",
    }
    catalog = catalog_from(tmp_path, files)
    commands = {item.id: (item.name, item.invocation, item.description) for item in catalog.skills}
    assert commands == {
        "frontend/component": ("frontend:component", "/frontend:component", "Makes one."),
        "kit/ship": ("ship", "/kit:ship", "Ships it."),
    }
    assert [link.target for link in catalog.get_links_from("skill", "frontend/component")] == ["helper"]
    assert [link.target for link in catalog.get_links_from("agent", "helper")] == ["frontend/component"]
    assert [item.path for item in catalog.skipped] == [".claude/commands/README.md"]


def test_links_to_folders_within_the_repository_are_followed_once(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            ".agents/skills/plan/SKILL.md": agent("plan", body="Plan it."),
            "team/reviewers/second.md": agent("second"),
            ".claude/agents/helper.md": agent("helper", "skills: [plan]\n"),
            ".claude/skills/own/SKILL.md": agent("own"),
        },
    )
    (tmp_path / ".claude/skills/plan").symlink_to("../../.agents/skills/plan")
    (tmp_path / ".claude/agents/reviewers").symlink_to("../../team/reviewers")
    (tmp_path / ".claude/agents/round").symlink_to("..")
    (tmp_path / ".claude/agents/nowhere").symlink_to("../../gone")
    catalog = catalog_of(tmp_path)
    assert [item.id for item in catalog.agents] == ["helper", "reviewers/second"]
    assert [(item.id, item.source is not None) for item in catalog.skills] == [("own", True), ("plan", True)]
    reasons = {item.path: str(item.reason) for item in catalog.skipped}
    assert reasons[".claude/agents/nowhere"].startswith("a symbolic link that leads out")
    assert ".claude/skills/plan/SKILL.md" in reasons[".agents/skills/plan/SKILL.md"]


def test_every_file_of_a_plugin_has_a_page_or_a_reason(tmp_path: Path) -> None:
    plugins = [
        {"name": "p1", "source": "./p1"},
        {
            "name": "p4",
            "source": "./p4",
            "strict": False,
            "agents": ["./agents/inline.md", "agents/inline.md"],
        },
        {"name": "p6", "source": "./", "strict": False, "skills": ["./skills/pdf"]},
    ]
    files = {
        ".claude-plugin/marketplace.json": json.dumps({"name": "m", "plugins": plugins}, indent=1),
        "p1/.claude-plugin/plugin.json": '{"name": "p1",\n"agents": ["agents/a1.md",\n"./agents/"]}',
        "p1/agents/a1.md": agent("a1"),
        "p4/agents/inline.md": agent("inline"),
        "p4/agents/other.md": agent("other"),
        "skills/pdf/SKILL.md": agent("pdf"),
        "skills/unlisted/SKILL.md": agent("unlisted"),
    }
    write(tmp_path, files)
    result = check_catalog(tmp_path, Options())
    assert [item.id for item in result.catalog.agents] == ["p1/a1", "p4/inline"]
    assert [item.id for item in result.catalog.skills] == ["p6/pdf", "unlisted"]
    assert {item.path: str(item.reason) for item in result.catalog.skipped} == {
        "p4/agents/other.md": "the manifest of the plugin lists its agents, and not this one"
    }
    refused = [
        (str(item.span), str(item.message))
        for item in result.diagnostics
        if item.check == "config_unreadable"
    ]
    manifest, market = "p1/.claude-plugin/plugin.json", ".claude-plugin/marketplace.json"
    place = files[market].count("\n", 0, files[market].index('"agents/inline.md"')) + 1
    assert refused == [
        (f"{market}:{place}:5", "`agents/inline.md` under `agents` does not begin with `./`"),
        (f"{manifest}:2:12", "`agents/a1.md` under `agents` does not begin with `./`"),
        (f"{manifest}:3:1", "`./agents/` under `agents` must be a file that ends with `.md`"),
    ]


@pytest.mark.parametrize(
    "commands",
    [
        ["./extra/go.md", "./more", "./none.md"],
        {"go": {"source": "./extra/go.md"}, "x": {"source": "./more/x.md"}},
    ],
)
def test_the_commands_that_a_plugin_lists_replace_its_folder(tmp_path: Path, commands: object) -> None:
    files = {
        "plugins/p/.claude-plugin/plugin.json": json.dumps({"name": "p", "commands": commands}),
        "plugins/p/commands/other.md": "Do that.\n",
        "plugins/p/extra/go.md": "Do this.\n",
        "plugins/p/more/x.md": "Do it all.\n",
    }
    write(tmp_path, files)
    result = check_catalog(tmp_path, Options())
    assert [skill.invocation for skill in result.catalog.skills] == ["/p:go", "/p:x"]
    assert {item.path: str(item.reason) for item in result.catalog.skipped} == {
        "plugins/p/commands/other.md": "the manifest of the plugin lists its commands, and not this one"
    }
    missing = [str(item.message) for item in result.diagnostics if item.check == "unreadable_source"]
    assert missing == ["the plugin `p` lists `./none.md`, which does not exist"] * isinstance(commands, list)


@pytest.mark.parametrize("form", ["path", "paths", "inline"])
def test_hooks_and_servers_of_a_plugin_stand_in_its_manifest_or_in_files_that_it_names(
    tmp_path: Path, form: str
) -> None:
    hooks = {"PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "./guard.sh"}]}]}
    servers = {"docs": {"command": "docs"}}
    named = {
        "path": {"hooks": "./conf/h.json", "mcpServers": "./conf/m.json"},
        "paths": {"hooks": ["./conf/h.json"], "mcpServers": ["./conf/m.json", {"maps": {"command": "maps"}}]},
        "inline": {"hooks": hooks, "mcpServers": servers},
    }[form]
    manifest = json.dumps({"name": "p", **named}, indent=1)
    files = {
        "plugins/p/.claude-plugin/plugin.json": manifest,
        "plugins/p/conf/h.json": json.dumps({"hooks": hooks}),
        "plugins/p/conf/m.json": json.dumps({"mcpServers": servers}),
        "plugins/p/agents/a.md": agent("a", "tools: Bash\n"),
    }
    write(tmp_path, files)
    result = check_catalog(tmp_path, Options())
    (definition,) = result.catalog.agents
    assert result.grants.decide(definition, "Bash").caveats == ("guarded",)
    names = [server.name for server in result.catalog.servers]
    assert names == (["docs", "maps"] if form == "paths" else ["docs"])
    (hook,) = definition.every_hook
    if form == "inline":
        assert hook.span.line == manifest.count("\n", 0, manifest.index('"matcher"')) + 1


def test_what_a_plugin_calls_by_name_and_what_by_file(tmp_path: Path) -> None:
    files = {
        "plugins/p/.claude-plugin/plugin.json": '{"name": "p"}',
        "plugins/p/agents/checks/file.md": "---\nname: a:b\ndescription: Checks.\n---\nUse `p:other`.\n",
        "plugins/p/skills/folder/SKILL.md": agent("other"),
        ".claude/skills/folder/SKILL.md": agent("other"),
    }
    write(tmp_path, files)
    result = check_catalog(tmp_path, Options())
    (definition,) = result.catalog.agents
    assert (definition.name, definition.invocation) == ("file", "@agent-p:checks:file"), (
        "no valid name: that of the file"
    )
    (finding,) = [item for item in result.diagnostics if item.check == "ignored_key"]
    assert "calls the agent `file`, after its file" in str(finding.message)
    assert {skill.id: skill.invocation for skill in result.catalog.skills} == {
        "folder": "/folder",
        "p/folder": "/p:other",
    }
    assert [link.target for link in result.catalog.links] == ["p/folder"]


def test_each_entry_of_a_marketplace_has_the_skills_that_it_lists_of_one_folder(tmp_path: Path) -> None:
    plugins = [
        {"name": name, "source": "./", "strict": False, "skills": [f"./skills/{name}"]} for name in ("b", "a")
    ]
    files = {
        ".claude-plugin/marketplace.json": json.dumps({"name": "m", "plugins": plugins}),
        "skills/a/SKILL.md": agent("a"),
        "skills/b/SKILL.md": agent("b"),
    }
    write(tmp_path, files)
    catalog = check_catalog(tmp_path, Options()).catalog
    assert [skill.invocation for skill in catalog.skills] == ["/a:a", "/b:b"]
    assert [plugin.name for plugin in catalog.plugins] == ["a", "b"]


def test_a_label_stands_above_a_plugin_and_skills(tmp_path: Path) -> None:
    files = {
        "vendor/plugins/kit/.claude-plugin/plugin.json": '{"name": "kit"}',
        "vendor/plugins/kit/agents/a.md": agent("a"),
        "vendor/plugins/kit/skills/s/SKILL.md": agent("s"),
        "vendor/skills/t/SKILL.md": agent("t"),
    }
    write(tmp_path, files)
    catalog = check_catalog(tmp_path, Options(rules=(SourceRule("vendor", "Team"),))).catalog
    assert [(item.id, item.group) for item in catalog.agents] == [("team/kit/a", "Team/kit")]
    assert [item.id for item in catalog.skills] == ["team/kit/s", "team/t"]


@pytest.mark.parametrize("folder", [".trae/agents", ".junie/agents", "kit/parts"])
def test_what_is_not_read_is_named_where_nothing_is(tmp_path: Path, folder: str) -> None:
    name = "" if folder.startswith(".") else "name: a\n"
    write(tmp_path, {f"{folder}/a.md": f"---\n{name}description: Does a.\n---\nx\n", "kit/x.md": "# X\n"})
    rules = (SourceRule("kit/x.md"),) if folder == "kit/parts" else None
    message = find_checks(tmp_path, Options(rules=rules))["nothing_found"]
    assert f'sources:\n        - "."\n        - "{folder}"' in message


def test_where_nothing_is_the_definitions_above_are_named(tmp_path: Path) -> None:
    write(tmp_path, {".git/HEAD": "", ".claude/agents/a.md": agent("a"), "web/docs/index.md": "# Home\n"})
    message = find_checks(tmp_path / "web")["nothing_found"]
    assert "there are definitions above this folder" in message
    assert 'sources:\n        - ".."' in message
    assert "nothing_found" not in find_checks(tmp_path / "web", Options(rules=(SourceRule(".."),)))


def test_nothing_at_all_is_said_too_and_enough_is_not(tmp_path: Path) -> None:
    write(tmp_path / "none", {"docs/index.md": "# Home\n"})
    assert "no agents and no skills were found" in find_checks(tmp_path / "none")["nothing_found"]
    texts = {f".claude/agents/{name}.md": "# Agent\n\nReviews.\n" for name in ("a", "b")}
    write(tmp_path / "texts", texts)
    message = find_checks(tmp_path / "texts")["nothing_found"]
    assert "files without frontmatter in folders of agents: 2" in message
    assert "begin them with `---`" in message
    write(tmp_path / "some", {"agents/a.md": agent("a"), "docs/index.md": "# Home\n"})
    assert "nothing_found" not in find_checks(tmp_path / "some")


def test_each_file_below_a_folder_of_definitions_is_read_or_skipped_with_a_reason(tmp_path: Path) -> None:
    catalog = catalog_from(
        tmp_path,
        {
            ".claude/agents/a.md": agent("a"),
            ".claude/skills/s/SKILL.md": agent("s"),
            ".claude/skills/s/deep/more.md": "# More\n",
            ".trae/agents/b.md": agent("b"),
            "lib/one/two/three/four/five/six/skills/x/SKILL.md": agent("x"),
            "packages/p/commands/c.md": agent("c"),
            "docs/agents/index.md": "# Agents\n",
            "docs/notes.md": "# Notes\n",
            "node_modules/p/agents/n.md": agent("n"),
        },
    )
    elsewhere = {skipped.path for skipped in catalog.skipped if skipped.cause == "other place"}
    assert elsewhere == {
        ".trae/agents/b.md",
        "lib/one/two/three/four/five/six/skills/x/SKILL.md",
        "packages/p/commands/c.md",
        "docs/agents/index.md",
    }


def test_what_an_option_reads_is_not_skipped(tmp_path: Path) -> None:
    write(
        tmp_path, {"agents/a.md": agent("a"), ".github/agents/b.md": agent("b"), ".x/agents/c.md": agent("c")}
    )
    rules = (SourceRule("."), SourceRule(".github/agents"))
    catalog = load_catalog(tmp_path, Options(rules=rules))
    assert {definition.source.path for definition in catalog.agents} == {"agents/a.md", ".github/agents/b.md"}
    assert [skipped.path for skipped in catalog.skipped] == [".x/agents/c.md"]


def test_a_file_in_the_folder_of_a_runtime_that_reads_none_of_its_kind_says_so(tmp_path: Path) -> None:
    folder = tmp_path / ".cursor" / "agents"
    folder.mkdir(parents=True)
    (folder / "a.md").write_text("---\nname: a\ndescription: Reads.\n---\nRead.\n", encoding="utf-8")
    (folder / "build.json").write_text('{"name": "Build", "commands": []}', encoding="utf-8")
    (skipped,) = load_catalog(tmp_path, Options()).skipped
    assert skipped.path == ".cursor/agents/build.json"
    assert skipped.reason == "not an agent: Cursor reads no file with this ending"


def test_what_stands_beside_its_place_says_where_it_would_be_read(tmp_path: Path) -> None:
    skill = "---\nname: s\ndescription: Tests.\n---\nTest.\n"
    files = {
        ".claude/agents/a.md": agent("a"),
        ".claude/skills/s.md": skill,
        ".claude/skills/t/SKILL.md": skill,
        ".opencode/skills/u.md": skill,
        "parts/skills/v.md": skill,
        ".claude/.mcp.json": '{"mcpServers": {"docs": {"command": "npx"}}}',
        ".cursor/mcp.json": "{}",
    }
    write(tmp_path, files)
    reasons = {skipped.path: str(skipped.reason) for skipped in load_catalog(tmp_path, Options()).skipped}
    assert reasons == {
        ".claude/skills/s.md": "not a skill: Claude Code reads a `SKILL.md` in a folder of its own here",
        ".opencode/skills/u.md": "not a skill: OpenCode reads a `SKILL.md` in a folder of its own here",
        "parts/skills/v.md": "in a place that is not read: name the folder under `sources` to read it",
        ".claude/.mcp.json": "Claude Code does not read it here, but in the folder above",
    }
