"""What a repository has is found, and whatever is left out is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from mkdocs_agent_catalog.reading.discovery import Discovery, discover
from mkdocs_agent_catalog.reading.paths import SourceRule
from reading import PLACES
from sites import agent, write


def found(
    repo: Path, files: dict[str, str], *rules: str | SourceRule, exclude: tuple[str, ...] = ()
) -> Discovery:
    write(repo, files)
    named = tuple(rule if isinstance(rule, SourceRule) else SourceRule(rule) for rule in rules)
    return discover(repo, PLACES, named or None, exclude)


def paths(discovery: Discovery, kind: str) -> list[str]:
    return [source.path for source in discovery.sources if source.kind == kind]


def reasons(discovery: Discovery) -> dict[str, str]:
    return {skipped.path: skipped.reason for skipped in discovery.skipped}


def test_the_usual_places_need_no_option(tmp_path: Path) -> None:
    files = {
        "agents/a.md": agent("a"),
        "agents/deep/er/b.md": agent("b"),
        ".claude/agents/c.md": agent("c"),
        "skills/s/SKILL.md": agent("s"),
        "skills/s/notes/more.md": "More.",
        ".claude/skills/t/SKILL.md": agent("t"),
        "agents/skills/u/SKILL.md": agent("u"),
        ".mcp.json": "{}",
        "agents/.mcp.json": "{}",
        "docs/index.md": "# No agent",
    }
    discovery = found(tmp_path, files)
    assert paths(discovery, "agent") == [".claude/agents/c.md", "agents/a.md", "agents/deep/er/b.md"]
    assert paths(discovery, "skill") == [
        ".claude/skills/t/SKILL.md",
        "agents/skills/u/SKILL.md",
        "skills/s/SKILL.md",
    ]
    # One of them is read by several runtimes.
    assert sorted({*paths(discovery, "mcp")}) == [".mcp.json", "agents/.mcp.json"]
    skill = next(source for source in discovery.sources if source.path == "skills/s/SKILL.md")
    assert skill.files == ("notes/more.md",)


def test_what_is_no_agent_is_skipped_with_a_reason(tmp_path: Path) -> None:
    names = ["README.md", "readme.pt-BR.md", "CHANGELOG.md", "CLAUDE.md", "index.md"]
    files = {f"agents/{name}": "# All agents\n" for name in names}
    files |= {f"agents/{name}": agent("x") for name in ("_shared/x.md", "skills/s/x.md", "draft.md")}
    files["agents/more/README.md"] = "---\ntitle: Our agents\ndescription: A list.\n---\n# All agents\n"
    discovery = found(tmp_path, files, exclude=("agents/draft*",))
    skipped = reasons(discovery)
    assert sorted(skipped) == sorted(files)
    assert "exclude" in skipped["agents/draft.md"]
    assert "shared text" in skipped["agents/_shared/x.md"]
    assert "it belongs to a skill" in skipped["agents/skills/s/x.md"]
    assert paths(discovery, "agent") == []


@pytest.mark.parametrize("name", ["index", "README", "changelog", "gemini", "license"])
def test_an_agent_in_a_file_that_is_called_like_documentation_is_one(tmp_path: Path, name: str) -> None:
    files = {f"agents/{name}.md": agent(name.lower())}
    assert paths(found(tmp_path, files), "agent") == [*files]


@pytest.mark.parametrize(
    ("path", "is_agent"),
    [
        (".claude/agents/_a.md", True),
        (".cursor/agents/_shared/a.md", True),
        (".github/agents/skills/a.agent.md", True),
        (".github/agents/chatmodes/a.md", True),
        (".gemini/agents/_a.md", False),
        ("agents/_a.md", False),
        ("agents/skills/a.md", False),
    ],
)
def test_a_runtime_reads_its_own_folder_by_its_own_rules(tmp_path: Path, path: str, is_agent: bool) -> None:
    assert paths(found(tmp_path, {path: agent("a")}), "agent") == ([path] if is_agent else [])


def test_what_begins_with_an_underscore_is_an_agent_of_codex_and_a_command(tmp_path: Path) -> None:
    files = {".codex/agents/_a.toml": "", ".kiro/agents/_b.json": "{}", ".claude/commands/_c/d.md": "Do."}
    discovery = found(tmp_path, files)
    assert paths(discovery, "agent") == [".codex/agents/_a.toml", ".kiro/agents/_b.json"]
    assert paths(discovery, "command") == [".claude/commands/_c/d.md"]


PLUGIN = {
    "plugins/kit/.claude-plugin/plugin.json": json.dumps({"name": "kit", "version": "1.2"}),
    "plugins/kit/agents/a.md": agent("a"),
    "plugins/kit/skills/s/SKILL.md": agent("s"),
    "plugins/kit/.mcp.json": "{}",
}


def test_a_plugin_labels_what_is_its_own(tmp_path: Path) -> None:
    discovery = found(tmp_path, PLUGIN)
    assert {(s.kind, s.label) for s in discovery.sources if s.kind != "mcp"} == {
        ("agent", "kit"),
        ("skill", "kit"),
    }
    assert all(s.plugin and s.plugin.version == "1.2" for s in discovery.sources)


def test_the_agents_list_of_a_plugin_replaces_its_folder(tmp_path: Path) -> None:
    manifest = {"name": "kit", "agents": ["./other/b.md", "./missing.md"]}
    files = PLUGIN | {
        "plugins/kit/.claude-plugin/plugin.json": json.dumps(manifest),
        "plugins/kit/other/b.md": agent("b"),
    }
    discovery = found(tmp_path, files)
    assert paths(discovery, "agent") == ["plugins/kit/other/b.md"]
    assert [note.check for note in discovery.notes] == ["unreadable_source"]
    assert "missing.md" in discovery.notes[0].message


def test_a_marketplace_names_plugins_by_relative_sources_only(tmp_path: Path) -> None:
    market = {
        "plugins": [
            {"name": "near", "source": "./near"},
            {"name": "far", "source": {"source": "github", "repo": "x/y"}},
            {"name": "out", "source": "../../etc"},
        ]
    }
    files = {
        ".claude-plugin/marketplace.json": json.dumps(market),
        "near/agents/a.md": agent("a"),
    }
    discovery = found(tmp_path, files)
    assert paths(discovery, "agent") == ["near/agents/a.md"]
    assert [plugin.name for plugin in discovery.plugins] == ["near"]


def test_a_broken_manifest_is_said_and_loses_nothing(tmp_path: Path) -> None:
    files = {"agents/a.md": agent("a"), ".claude-plugin/marketplace.json": '{"plugins": hunter2'}
    discovery = found(tmp_path, files)
    assert paths(discovery, "agent") == ["agents/a.md"]
    assert [note.check for note in discovery.notes] == ["config_unreadable"]
    assert "hunter2" not in str(discovery.notes[0])


def test_links_out_of_the_repository_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path / "away", {"secret.md": agent("secret"), "skill/SKILL.md": agent("stolen")})
    repo = tmp_path / "repo"
    write(repo, {"agents/a.md": agent("a"), "agents/real.md": agent("real")})
    (repo / "agents/out.md").symlink_to(tmp_path / "away/secret.md")
    (repo / "agents/folder").symlink_to(tmp_path / "away")
    (repo / "agents/nowhere.md").symlink_to(tmp_path / "gone.md")
    (repo / "agents/inner.md").symlink_to(repo / "agents/real.md")
    (repo / "agents/loop").symlink_to(repo / "agents")
    (repo / "skills").symlink_to(tmp_path / "away")
    discovery = discover(repo, PLACES)
    assert paths(discovery, "agent") == ["agents/a.md", "agents/real.md"]
    assert paths(discovery, "skill") == []
    assert {"agents/out.md", "agents/nowhere.md", "agents/folder"} <= set(reasons(discovery))
    assert "agents/real.md" in reasons(discovery)["agents/inner.md"]


def test_sources_name_folders_files_globs_and_whole_repositories(tmp_path: Path) -> None:
    files = {
        "team/one/a.md": agent("a"),
        "team/two/b.md": agent("b"),
        "vendor/agents/c.md": agent("c"),
        "vendor/skills/s/SKILL.md": agent("s"),
        "agents/not-named.md": agent("x"),
    }
    discovery = found(tmp_path, files, "team/*", SourceRule("vendor", "v"), "nowhere")
    assert paths(discovery, "agent") == ["team/one/a.md", "team/two/b.md", "vendor/agents/c.md"]
    assert {source.label for source in discovery.sources if source.path.startswith("vendor")} == {"v"}
    assert [str(note).splitlines()[0] for note in discovery.notes] == [
        "nowhere:1:1: the source `nowhere` does not exist [unreadable_source]"
    ]


@pytest.mark.parametrize("checkout", [True, False])
def test_a_source_leads_upwards_within_the_checkout_only(tmp_path: Path, checkout: bool) -> None:
    write(tmp_path, {"agents/a.md": agent("a"), "website/docs/index.md": "# Home\n"})
    if checkout:
        (tmp_path / ".git").mkdir()
    discovery = discover(tmp_path / "website", PLACES, (SourceRule("../agents"),))
    assert paths(discovery, "agent") == (["../agents/a.md"] if checkout else [])
    assert bool(discovery.notes) is not checkout


def test_bytes_that_are_no_text_are_shown_and_said(tmp_path: Path) -> None:
    write(tmp_path, {"agents/a.md": agent("a")})
    (tmp_path / "agents/b.md").write_bytes(agent("b").encode() + b"caf\xe9\n")
    discovery = discover(tmp_path, PLACES)
    assert paths(discovery, "agent") == ["agents/a.md", "agents/b.md"]
    assert str(discovery.notes[0]).startswith("agents/b.md:7:4: not UTF-8")
    assert "caf\ufffd" in discovery.sources[1].text


def test_a_skills_folder_anywhere_below_a_source_holds_skills(tmp_path: Path) -> None:
    files = {
        "team/tools/skills/s/SKILL.md": agent("s"),
        "team/loose/SKILL.md": agent("x"),
        "kit/t/SKILL.md": agent("t"),
    }
    discovery = found(tmp_path, files, "team")
    assert paths(discovery, "skill") == ["team/tools/skills/s/SKILL.md"]
    assert reasons(discovery) == {"team/loose/SKILL.md": "not an agent: a skill outside a folder of skills"}


def test_a_glob_keeps_the_folders_below_its_pattern(tmp_path: Path) -> None:
    files = {"team/one/a.md": agent("a"), "team/two/a.md": agent("a")}
    for glob in ("team/*/*.md", "team/*"):
        assert [source.below for source in found(tmp_path, files, glob).sources] == [
            "one/a.md",
            "two/a.md",
        ], glob


def test_sources_name_skills_and_configurations(tmp_path: Path) -> None:
    files = {"skills/s/SKILL.md": agent("s"), ".mcp.json": "{}", "agents/a.md": agent("a")}
    discovery = found(tmp_path, files, "agents", "skills", ".mcp.json")
    assert [source.kind for source in discovery.sources] == ["mcp", "agent", "skill"]


def test_a_glob_that_matches_nothing_is_said(tmp_path: Path) -> None:
    assert "matches nothing" in str(found(tmp_path, {}, "agnets/**/*.md").notes[0])


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("agents/*.md", ["agents/sub/b.md", "agents/sub/x.template.md"]),
        ("**/*.template.md", ["agents/a.md", "agents/sub/b.md"]),
        ("agents/sub/", ["agents/a.md"]),
        ("agents/**", []),
    ],
)
def test_exclude_reads_as_gitignore_does(tmp_path: Path, pattern: str, left: list[str]) -> None:
    names = ("agents/a.md", "agents/sub/b.md", "agents/sub/x.template.md")
    assert paths(found(tmp_path, {name: agent("x") for name in names}, exclude=(pattern,)), "agent") == left


@pytest.mark.parametrize(
    "manifest",
    [
        {"plugins": 5},
        {"plugins": [{"source": "\u0000"}]},
        {"plugins": [{"source": "x" * 5000}]},
        {"plugins": {"a": 1}},
        {"metadata": [], "plugins": [1, None, {"source": "./nowhere"}]},
        [1],
    ],
)
def test_a_manifest_of_the_wrong_shape_stops_nothing(tmp_path: Path, manifest: object) -> None:
    files = {".claude-plugin/marketplace.json": json.dumps(manifest), "agents/a.md": agent("a")}
    assert paths(found(tmp_path, files), "agent") == ["agents/a.md"]


@pytest.mark.parametrize("key", ["agents", "skills", "mcpServers"])
def test_a_plugin_that_names_what_can_be_no_path_stops_nothing(tmp_path: Path, key: str) -> None:
    manifest = {"name": "kit", key: ["x" * 5000, "\u0000"] if key != "mcpServers" else "x" * 5000}
    files = {".claude-plugin/plugin.json": json.dumps(manifest), ".claude/agents/a.md": agent("a")}
    assert paths(found(tmp_path, files), "agent") == [".claude/agents/a.md"]


def test_inline_servers_of_every_plugin_are_found(tmp_path: Path) -> None:
    entries = [{"name": n, "source": f"./{n}", "mcpServers": {f"s-{n}": {"command": "npx"}}} for n in "ab"]
    files = {
        "vendor/.claude-plugin/marketplace.json": json.dumps({"plugins": entries}),
        "vendor/a/agents/x.md": agent("x"),
        "vendor/b/agents/y.md": agent("y"),
    }
    discovery = found(tmp_path, files, "vendor")
    assert [s.path for s in discovery.sources if s.kind == "mcp"] == [
        "vendor/.claude-plugin/marketplace.json"
    ] * 2


def test_a_file_that_two_plugins_list_is_published_once(tmp_path: Path) -> None:
    files = {
        "plugins/p/.claude-plugin/plugin.json": json.dumps({"name": "p", "agents": ["../q/agents/y.md"]}),
        "plugins/q/.claude-plugin/plugin.json": json.dumps({"name": "q"}),
        "plugins/q/agents/y.md": agent("y"),
    }
    assert paths(found(tmp_path, files), "agent") == ["plugins/q/agents/y.md"]
