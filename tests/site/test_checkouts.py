"""Several repositories in one catalog: git is asked in each of them, and nothing is read outside of them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml
from histories import run
from mkdocs_agent_catalog.addresses.history import update_lock
from mkdocs_agent_catalog.build import BuiltCatalog, Options, build
from mkdocs_agent_catalog.cli.main import main
from mkdocs_agent_catalog.cli.mkdocs_yml import read_project
from mkdocs_agent_catalog.history import git
from mkdocs_agent_catalog.mkdocs_adapter.watch import list_watch_paths
from mkdocs_agent_catalog.model.other_catalogs import CatalogSource
from mkdocs_agent_catalog.settings import SettingError
from sites import agent, run_mkdocs, settings, write

SOURCES: list[Any] = [
    {"path": "vendor/search", "label": "search"},
    {"path": "vendor/billing", "label": "billing", "repository": {"branch": "stable"}},
    {
        "path": "../payments",
        "label": "payments",
        "repository": {
            "url": "https://git.example.org/payments",
            "edit_url": "https://git.example.org/payments/edit?file={path}",
        },
    },
    ".",
]
# A tool that does not exist is a warning.
WRONG = "tools: Read, Bash, Reed\n"


def commit(root: Path, day: int, message: str = "Change") -> None:
    when = f"2026-01-{day:02}T12:00:00+0000"
    run(root, "git", "add", "-A")
    run(root, "git", "commit", "-qm", message, GIT_AUTHOR_DATE=when, GIT_COMMITTER_DATE=when)


def make_team(root: Path, name: str, day: int) -> None:
    """A repository of a team: on three days an agent is new, moved, and given commands."""
    body = "\n".join(f"The {name} team does step {number} with care." for number in range(12))
    old, new = root / f"agents/{name}-old.md", root / f"agents/{name}-new.md"
    write(root, {f"agents/{name}-old.md": agent(f"{name}-helper", "tools: Read\n", body)})
    run(root, "git", "init", "-q", "-b", "main")
    commit(root, day)
    old.rename(new)
    commit(root, day + 1)
    new.write_text(agent(f"{name}-helper", WRONG, body), encoding="utf-8")
    commit(root, day + 2)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a hub with a submodule, a clone within it, and a clone beside it."""
    root = tmp_path_factory.mktemp("teams")
    for day, name in ((2, "search"), (7, "billing"), (12, "payments")):
        (root / "origin" / name).mkdir(parents=True)
        make_team(root / "origin" / name, name, day)
    hub = root / "hub"
    write(hub, {"agents/own.md": agent("own-helper"), "docs/index.md": "# Home\n", ".gitignore": "site\n"})
    write(hub, {"mkdocs.yml": make_site(SOURCES), "secret/agents/x.md": agent("x")})
    run(hub, "git", "init", "-q", "-b", "main")
    allow = ("-c", "protocol.file.allow=always")
    run(hub, "git", *allow, "submodule", "add", "-q", str(root / "origin/search"), "vendor/search")
    run(hub, "git", "clone", "-q", str(root / "origin/billing"), "vendor/billing")
    run(root, "git", "clone", "-q", str(root / "origin/payments"), "payments")
    for folder, url in (
        (".", "https://github.com/acme/hub.git"),
        ("vendor/search", "git@github.com:acme/search.git"),
        ("vendor/billing", "https://someone:t0ken@gitlab.com/acme/billing.git"),
    ):
        if folder == ".":
            run(hub, "git", "remote", "add", "origin", url)
        else:
            run(hub / folder, "git", "remote", "set-url", "origin", url)
    run(hub / "vendor/search", "git", "checkout", "-q", "--detach")
    # The clone within is none of the hub's: it is not recorded.
    (hub / ".gitignore").write_text("site\nvendor/billing\n", encoding="utf-8")
    commit(hub, 20)
    return root


def make_site(sources: list[Any] | None, **more: Any) -> str:
    options = {"sources": sources, **more} if sources is not None else more
    site = settings(options=options)
    site["repo_url"] = "https://github.com/acme/hub"
    site["edit_uri"] = "edit/main/docs/"
    site["theme"] = {"name": "material", "features": ["content.action.edit"]}
    return yaml.safe_dump(site)


@pytest.fixture
def hub(made: Path, tmp_path: Path) -> Path:
    """A hub that a test may change."""
    shutil.copytree(made, tmp_path / "copy", symlinks=True)
    return tmp_path / "copy/hub"


@pytest.fixture(scope="module")
def built(made: Path) -> BuiltCatalog:
    hub = made / "hub"
    return build(hub, read_project(hub, None).options)


def rebuild(hub: Path, sources: list[Any] | None, **more: Any) -> BuiltCatalog:
    (hub / "mkdocs.yml").write_text(make_site(sources, **more), encoding="utf-8")
    return build(hub, read_project(hub, None).options)


def list_told(built: BuiltCatalog) -> list[str]:
    kinds = ("unreadable_source", "incomplete_history")
    return [str(item) for item in built.diagnostics if item.check in kinds]


def test_dates_are_those_of_each_repository(built: BuiltCatalog) -> None:
    assert {path: day for path, day in built.catalog.changed.items() if "agents/" in path} == {
        "agents/own.md": "2026-01-20",
        "secret/agents/x.md": "2026-01-20",
        "vendor/search/agents/search-new.md": "2026-01-04",
        "vendor/billing/agents/billing-new.md": "2026-01-09",
        "../payments/agents/payments-new.md": "2026-01-14",
        # These are gone, and nobody asks for them.
        "vendor/search/agents/search-old.md": "2026-01-03",
        "vendor/billing/agents/billing-old.md": "2026-01-08",
        "../payments/agents/payments-old.md": "2026-01-13",
    }


def test_addresses_of_the_past_come_from_each_repository(built: BuiltCatalog) -> None:
    redirects = {output.uri for output in built.outputs}
    for name in ("search", "billing", "payments"):
        assert f"agents/{name}/{name}-old/index.html" in redirects
        entry = built.catalog.ledger.find_entry("agent", f"{name}/{name}-new")
        assert entry
        assert f"agents/{name}/{name}-old/" in entry.addresses
    gone = [entry.id for entry in built.catalog.ledger.now.entries if entry.gone is not None]
    assert gone == []


def test_labels_and_forms_of_the_past_hold_for_other_repositories(hub: Path) -> None:
    (hub / "mkdocs.yml").write_text(make_site(SOURCES, path="team"), encoding="utf-8")
    commit(hub, 22)
    sources = [*SOURCES[:2], {**SOURCES[2], "label": "money"}, "."]
    built = rebuild(hub, sources)
    for id, addresses in (
        ("money/payments-new", ("agents/payments/payments-old/", "team/agents/payments/payments-new/")),
        ("search/search-new", ("agents/search/search-old/", "team/agents/search/search-old/")),
    ):
        entry = built.catalog.ledger.find_entry("agent", id)
        assert entry
        assert {*addresses} < {*entry.addresses}
    assert not [entry.id for entry in built.catalog.ledger.now.entries if entry.gone is not None]


def test_news_come_from_each_repository(built: BuiltCatalog) -> None:
    feed = json.loads(next(output.content for output in built.outputs if output.uri == "feed.json"))
    told = [(item["date_published"][:10], item["title"]) for item in feed["items"]]
    assert [day for day, _ in told] == sorted((day for day, _ in told), reverse=True)
    for day, name in (("04", "search"), ("09", "billing"), ("14", "payments")):
        assert [title for when, title in told if when == f"2026-01-{day}" and name in title]
        assert any(name in title and "New" in title for _, title in told)
    paths = {change["path"] for item in feed["items"] for change in item["_agent_catalog"]["changes"]}
    assert "../payments/agents/payments-new.md" in paths


def test_what_git_and_the_option_say_of_a_repository(built: BuiltCatalog) -> None:
    facts = {item.folder: (item.url, item.branch) for item in built.catalog.repositories}
    assert facts == {
        "../payments": ("https://git.example.org/payments", "main"),
        # A token is no part of an address, and of a submodule the usual branch counts.
        "vendor/billing": ("https://gitlab.com/acme/billing", "stable"),
        "vendor/search": ("https://github.com/acme/search", "main"),
    }


def test_a_strict_site_with_the_findings_of_others(made: Path) -> None:
    hub = made / "hub"
    done = run_mkdocs(hub, "build", "--strict")
    assert done.returncode == 0, done.stderr
    pages = {
        "own": "https://github.com/acme/hub/edit/main/agents/own.md",
        "search/search-new": "https://github.com/acme/search/edit/main/agents/search-new.md",
        "billing/billing-new": "https://gitlab.com/acme/billing/-/edit/stable/agents/billing-new.md",
        "payments/payments-new": "https://git.example.org/payments/edit?file=agents/payments-new.md",
    }
    for page, address in pages.items():
        html = (hub / f"site/agents/{page}/index.html").read_text(encoding="utf-8")
        edits = set(re.findall(r'<a[^>]*href="(https:[^"]*/edit[^"]*)"', html))
        # Of the theme's button and of the link in the page.
        assert edits == {address}, page
    everything = "".join(p.read_text(errors="replace") for p in (hub / "site").rglob("*") if p.is_file())
    assert "t0ken" not in everything
    problems = (hub / "site/problems/index.html").read_text(encoding="utf-8")
    assert "payments-new" in problems


def test_levels_that_a_site_chooses_hold_for_others(hub: Path) -> None:
    assert main(["-C", str(hub), "check"]) == 0
    (hub / "mkdocs.yml").write_text(
        make_site(SOURCES, validation={"unknown_tool": "error"}), encoding="utf-8"
    )
    assert main(["-C", str(hub), "check"]) == 1


def test_own_findings_are_as_loud_as_before(hub: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(hub, {"agents/wrong.md": agent("wrong", WRONG)})
    main(["-C", str(hub), "check", "--format", "json"])
    rows = json.loads(capsys.readouterr().out)
    levels = {row["path"]: row["level"] for row in rows if "Reed" in row["message"]}
    assert levels.pop("agents/wrong.md") == "warn"
    assert set(levels.values()) == {"info"}
    assert len(levels) == 3
    page = next(output for output in rebuild(hub, SOURCES).outputs if output.uri == "problems.md")
    assert page.body.html.count('id="check-') >= 2


def test_checkouts_within_are_found_without_an_option(hub: Path) -> None:
    (hub / "vendor").rename(hub / "teams")
    shutil.rmtree(hub / "teams/search")
    for place in ("agents", ".claude"):
        (hub / "teams/billing" / place).exists()
    (hub / "teams/billing/.claude").mkdir()
    (hub / "teams/billing/agents").rename(hub / "teams/billing/.claude/agents")
    built = rebuild(hub, None)
    assert [item.folder for item in built.catalog.repositories] == ["teams/billing"]
    assert built.catalog.agents


def test_a_place_outside_needs_a_repository(hub: Path) -> None:
    built = rebuild(hub, ["../payments", "."])
    assert [told.splitlines() for told in list_told(built)] == [
        [
            "../payments:1:1: the source `../payments` lies outside of the repository, and is not read "
            "[unreadable_source]",
            "  hint: if it is a checkout beside this one, allow it in mkdocs.yml:",
            "    plugins:",
            "      - search",
            "      - agent-catalog:",
            "          sources:",
            '            - path: "../payments"',
            "              repository: {}",
        ]
    ]
    assert not any("payments" in item.source.path for item in built.catalog.agents)


@pytest.mark.parametrize("path", ["..", "/", "../hub/.."])
def test_a_folder_around_the_repository_is_never_read(hub: Path, path: str) -> None:
    built = rebuild(hub, [{"path": path, "repository": {}}, "."])
    assert "lies outside" in list_told(built)[0]
    assert not any(item.source.path.startswith("..") for item in built.catalog.agents)


def test_no_link_leads_out_of_a_checkout(hub: Path) -> None:
    write(hub.parent, {"private/agents/p.md": agent("private-helper")})
    for folder in (hub.parent / "payments/agents", hub / "vendor/billing/agents"):
        (folder / "linked.md").symlink_to(hub.parent / "private/agents/p.md")
        (folder / "hub.md").symlink_to(hub / "secret/agents/x.md")
        (folder / "below").symlink_to(hub.parent / "private/agents")
    built = rebuild(hub, SOURCES[1:3])
    assert sorted(item.name for item in built.catalog.agents) == ["billing-helper", "payments-helper"]
    reasons = {item.path: str(item.reason) for item in built.catalog.skipped}
    assert "leads out of" in reasons["../payments/agents/linked.md"]
    assert "leads out of" in reasons["vendor/billing/agents/hub.md"]


def test_a_folder_that_is_no_checkout_is_read_and_no_more(hub: Path) -> None:
    write(hub.parent, {"plain/agents/p.md": agent("plain-helper"), "agents/q.md": agent("q")})
    (hub.parent / "plain/agents/up.md").symlink_to(hub.parent / "agents/q.md")
    run(hub.parent, "git", "init", "-q")
    built = rebuild(hub, [{"path": "../plain", "label": "plain", "repository": {}}])
    assert [item.name for item in built.catalog.agents] == ["plain-helper"]


def test_a_patch_is_for_the_files_that_git_changes_here(
    hub: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = """You care for the quality of this project.

1. Read the changed modules and the tests that belong to them.
2. Check the code against the conventions of the project.
3. Search the codebase for callers of each function that changed.

Answer with a list of what you found, each with its line, and a verdict on the last line.
"""
    text = agent("reader", "tools: Read, Grep, Edit\n", body)
    write(hub, {"agents/reader.md": text})
    write(hub.parent, {"payments/agents/reader.md": text, "payments/agents/other.md": text})
    (hub / "mkdocs.yml").write_text(make_site(SOURCES), encoding="utf-8")
    assert main(["least", "--patch", "-C", str(hub)]) == 0
    output = capsys.readouterr()
    assert re.findall(r"^[+]{3} (.*)", output.out, re.M) == ["b/agents/reader.md"]
    assert "no patch for 2 files of ../payments: run the command there" in output.err


def test_a_site_below_its_repository_says_what_one_at_the_top_says(tmp_path: Path) -> None:
    manifest = {"name": "m", "plugins": [{"name": "kit", "source": "./tools/kit"}]}
    role = '[agents.checker]\ndescription = "Checks."\nconfig_file = "agents/checker.toml"\n'
    kiro = {"name": "helper", "description": "Helps.", "prompt": "file://./prompts/helper.md"}
    files = {
        ".claude-plugin/marketplace.json": json.dumps(manifest),
        "tools/kit/agents/k.md": agent("kit-helper"),
        ".claude/agents/own.md": agent("own-helper", "tools: Read, mcp__docs\n"),
        ".claude/agents/README.md": "# Notes\n",
        ".claude/settings.json": json.dumps({"permissions": {"deny": ["Read"]}}),
        ".mcp.json": json.dumps({"mcpServers": {"docs": {"command": "docs"}}}),
        ".codex/config.toml": role,
        ".codex/agents/checker.toml": 'name = "checker"\ndeveloper_instructions = "Check."\n',
        ".kiro/agents/helper.json": json.dumps(kiro),
        ".kiro/agents/prompts/helper.md": "Help them.\n",
        ".opencode/agent/open.md": "---\ndescription: Opens.\nmode: subagent\n---\nOpen.\n",
        "opencode.json": json.dumps(
            {"agent": {"made": {"description": "M.", "prompt": "{file:./made.txt}"}}}
        ),
        "made.txt": "Make it.\n",
        "more/agents/elsewhere.md": agent("elsewhere"),
    }
    write(tmp_path, {**files, "site/mkdocs.yml": make_site([".."]), ".git/HEAD": ""})
    top = build(tmp_path, Options())
    below = build(tmp_path / "site", read_project(tmp_path / "site", None).options)

    def list_facts(built: BuiltCatalog) -> tuple[list[object], list[str], list[str]]:
        catalog = built.catalog
        agents: list[object] = [
            (item.source.path, item.name, item.document.body, item.not_loaded, item.description)
            for item in catalog.agents
        ]
        skipped = [f"{item.path}: {item.reason}" for item in catalog.skipped]
        return agents, skipped, [str(item) for item in built.diagnostics]

    agents, skipped, findings = list_facts(below)
    assert "Help them." in str(agents)
    assert "elsewhere.md" in str(skipped)
    assert str((agents, skipped, findings)).replace("../", "") == str(list_facts(top))


@pytest.mark.parametrize("is_absolute", [False, True])
def test_plugins_of_a_repository_beside(hub: Path, is_absolute: bool) -> None:
    market = {"name": "m", "plugins": [{"name": "lint", "source": "./tools/lint"}]}
    market["plugins"] += [{"name": "out", "source": "../../hub/secret"}, {"name": "lost", "source": "./lost"}]
    payments = hub.parent / "payments"
    write(
        payments,
        {
            ".claude-plugin/marketplace.json": json.dumps(market),
            "tools/lint/.claude-plugin/plugin.json": json.dumps({"name": "lint", "version": "2.1"}),
            "tools/lint/agents/l.md": agent("lint-helper"),
            "plugins/money/.claude-plugin/plugin.json": json.dumps({"name": "money"}),
            "plugins/money/agents/m.md": agent("money-helper"),
        },
    )
    path = str(payments) if is_absolute else "../payments"
    built = rebuild(hub, [{"path": path, "label": "pay", "repository": {}}, "."])
    plugins = {
        item.name: (item.source.plugin.name, item.source.plugin.root, item.source.plugin.version)
        for item in built.catalog.agents
        if item.source.plugin
    }
    assert plugins == {
        "lint-helper": ("lint", "../payments/tools/lint", "2.1"),
        "money-helper": ("money", "../payments/plugins/money", None),
    }
    (told,) = list_told(built)
    assert told.startswith("../payments/.claude-plugin/marketplace.json:1:97: ")
    assert "`../../hub/secret`, `./lost`" in told
    assert not any("secret" in item.source.path for item in built.catalog.agents)


def test_a_submodule_that_is_not_checked_out_is_told_once(hub: Path) -> None:
    shutil.rmtree(hub / "vendor/search")
    (hub / "vendor/search").mkdir()
    told = list_told(rebuild(hub, SOURCES))
    assert [text.splitlines() for text in told] == [
        [
            "vendor/search:1:1: the source `vendor/search` is in a submodule that is not checked out "
            "[unreadable_source]",
            "  hint: run `git submodule update --init -- vendor/search`",
        ]
    ]
    # Where no source names it, it is one of the skipped files.
    built = rebuild(hub, None)
    assert list_told(built) == []
    reasons = [str(item.reason) for item in built.catalog.skipped if item.path == "vendor/search"]
    assert reasons == [
        "a submodule that is not checked out: run `git submodule update --init -- vendor/search`"
    ]


def test_a_missing_checkout_beside_says_how_to_get_it(hub: Path) -> None:
    shutil.rmtree(hub.parent / "payments")
    (told,) = list_told(rebuild(hub, SOURCES))
    assert "hint: run `git clone https://git.example.org/payments ../payments`" in told


def test_a_shallow_checkout_is_told_once_and_stops_nothing(hub: Path, made: Path) -> None:
    shutil.rmtree(hub / "vendor/billing")
    origin = (made / "origin/billing").as_uri()
    run(hub, "git", "clone", "-q", "--depth", "1", origin, "vendor/billing")
    built = rebuild(hub, SOURCES)
    (told,) = [item for item in built.diagnostics if item.check == "incomplete_history"]
    assert told.is_information
    assert "git -C vendor/billing fetch --unshallow" in told.hint
    assert built.catalog.changed["agents/own.md"] == "2026-01-20"
    assert "vendor/billing/agents/billing-new.md" not in built.catalog.changed


def test_the_lock_file_remembers_for_a_shallow_checkout(hub: Path, made: Path) -> None:
    built = rebuild(hub, SOURCES)
    assert update_lock(hub, built.catalog.ledger)
    shutil.rmtree(hub / "vendor/billing")
    origin = (made / "origin/billing").as_uri()
    run(hub, "git", "clone", "-q", "--depth", "1", origin, "vendor/billing")
    entry = rebuild(hub, SOURCES).catalog.ledger.find_entry("agent", "billing/billing-new")
    assert entry
    assert "agents/billing/billing-old/" in entry.addresses


def test_a_hub_without_its_history_does_not_count_on_that_of_others(hub: Path) -> None:
    shutil.move(hub / ".git", hub.parent / "away")
    ledger = rebuild(hub, SOURCES[1:]).catalog.ledger
    assert not ledger.is_in_git
    entry = ledger.find_entry("agent", "billing/billing-new")
    assert entry
    assert "agents/billing/billing-old/" in entry.addresses


def test_a_site_in_a_folder_of_its_repository(hub: Path) -> None:
    write(hub, {"website/docs/index.md": "# Home\n", "website/mkdocs.yml": ""})
    built = rebuild(hub / "website", [{"path": "../vendor/search", "label": "search"}])
    assert [item.folder for item in built.catalog.repositories] == ["../vendor/search"]
    assert built.catalog.changed["../vendor/search/agents/search-new.md"] == "2026-01-04"
    entry = built.catalog.ledger.find_entry("agent", "search/search-new")
    assert entry
    assert "agents/search/search-old/" in entry.addresses


def test_git_tells_of_what_is_above_the_site(tmp_path: Path) -> None:
    # At first the site had no sources: nothing was published of what is above.
    write(tmp_path, {"site/mkdocs.yml": make_site(None), ".claude/agents/kept.md": agent("kept")})
    make_team(tmp_path, "search", 2)
    built = rebuild(tmp_path / "site", [".."])
    assert built.catalog.changed["../agents/search-new.md"] == "2026-01-04"
    entry = built.catalog.ledger.find_entry("agent", "search-new")
    assert entry
    assert entry.path == "../agents/search-new.md"
    assert "agents/search-old/" in entry.addresses
    kept = built.catalog.ledger.find_entry("agent", "kept")
    assert kept
    assert kept.addresses == ("agents/kept/",)
    assert list_told(built) == []
    assert (
        "sources above it are not in them" in list_told(rebuild(tmp_path / "site", [".."], history=True))[0]
    )


def test_a_checkout_beside_may_be_behind_a_link(hub: Path) -> None:
    (hub.parent / "payments").rename(hub.parent / "elsewhere")
    (hub.parent / "payments").symlink_to(hub.parent / "elsewhere")
    built = rebuild(hub, SOURCES)
    entry = built.catalog.ledger.find_entry("agent", "payments/payments-new")
    assert entry
    assert entry.path == "../elsewhere/agents/payments-new.md"
    assert "agents/payments/payments-old/" in entry.addresses


def test_a_preview_watches_a_checkout_beside(hub: Path) -> None:
    named = [hub / source["path"] for source in SOURCES[:3]]
    watched = list_watch_paths(hub, named, hub / "site")
    assert (hub.parent / "payments").resolve() in [path.resolve() for path in watched]


def test_two_repositories_never_take_addresses_of_each_other(hub: Path) -> None:
    write(hub, {"agents/payments-old.md": agent("other-helper", "", "Another text altogether.")})
    commit(hub, 21)
    built = rebuild(hub, [{"path": "../payments/agents", "repository": {}}, "."])
    owner = built.catalog.ledger.find_entry("agent", "payments-old")
    assert owner
    assert owner.path == "agents/payments-old.md"
    other = built.catalog.ledger.find_entry("agent", "payments-new")
    assert other
    assert "agents/payments-old/" not in other.addresses


def test_a_nested_repository_configures_nothing(hub: Path) -> None:
    mark, program = hub.parent / "was-run", hub.parent / "evil.sh"
    program.write_text(f"#!/bin/sh\ntouch {mark}\ncat\n", encoding="utf-8")
    program.chmod(0o755)
    for folder in (hub / "vendor/billing", hub.parent / "payments"):
        for key in ("core.fsmonitor", "core.pager", "diff.evil.textconv", "core.sshCommand", "alias.log"):
            run(folder, "git", "config", key, str(program))
        run(folder, "git", "config", "core.hooksPath", str(hub.parent))
        write(folder, {".gitattributes": "* diff=evil\n"})
        included = folder / "included"
        included.write_text(f"[core]\n\tfsmonitor = {program}\n", encoding="utf-8")
        run(folder, "git", "config", "include.path", str(included))
    git_modules = hub / ".gitmodules"
    git_modules.write_text(f"{git_modules.read_text()}\n[include]\n\tpath = {hub.parent / 'evil.sh'}\n")
    rebuild(hub, SOURCES)
    assert not mark.exists()


def test_names_in_a_nested_repository_are_only_text(hub: Path) -> None:
    billing = hub / "vendor/billing"
    run(billing, "git", "checkout", "-q", "-b", 'a"><script>alert(1)</script>{path}')
    sources = [{"path": "vendor/billing", "label": "b", "repository": {}}]
    (repository,) = rebuild(hub, sources).catalog.repositories
    assert "<" not in repository.edit_url
    assert repository.edit_url.count("{path}") == 1
    run(billing, "git", "remote", "set-url", "origin", "javascript:alert(1)//github.com/a/b")
    (repository,) = rebuild(hub, sources).catalog.repositories
    assert repository.edit_url == "" or repository.edit_url.startswith("https://")
    (hub / ".gitmodules").write_text(
        '[submodule "x"]\n\tpath = ../../outside\n[submodule "y"]\n\tpath = "a; rm -rf b"\n', encoding="utf-8"
    )
    skipped = [str(item.reason) for item in rebuild(hub, None).catalog.skipped if "submodule" in item.reason]
    assert skipped == [
        "a submodule that is not checked out: run `git submodule update --init -- 'a; rm -rf b'`"
    ]


def test_a_hook_of_the_hub_does_not_answer_for_others(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", str(hub / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(hub))
    top = git.run(hub / "vendor/billing", "rev-parse", "--show-toplevel").decode().strip()
    assert Path(top) == (hub / "vendor/billing").resolve()


@pytest.mark.parametrize(
    ("repository", "told"),
    [
        ("yes", "has texts for url, branch, edit_url"),
        ({"link": "x"}, "knows no `link`"),
        ({"url": 3}, "has texts for"),
        ({"url": "https://me:secret@example.org/x"}, "without a user and a password"),
        ({"url": "javascript:alert(1)"}, "is a web address"),
        ({"edit_url": "javascript:{path}"}, "is a web address"),
        ({"edit_url": "https://example.org/edit"}, "has `{path}`"),
    ],
)
def test_what_a_repository_may_say(tmp_path: Path, repository: object, told: str) -> None:
    text = make_site([{"path": "agents", "repository": repository}])
    write(tmp_path, {"mkdocs.yml": text})
    with pytest.raises(SettingError, match=re.escape(told)):
        read_project(tmp_path, None)


def read_head(page: str) -> dict[str, object]:
    """What an eye sees of an agent: its name, what it can do, its tools by outcome, when it changed, and
    where it is edited."""
    tools: dict[str, set[str]] = {}
    lists = r"(?:<h4>|<dt>)<span[^>]*>[^<]*</span> (.*?)</(?:h4|dt)>\s*(<ul.*?</ul>|<dd>.*?</dd>)"
    for words, names in re.findall(lists, page, re.S):
        tools[words] = set(re.findall(r"<code>(.*?)</code>", names))
    (pills,) = re.findall(r'<ul class="ac-pills" aria.*?</ul>', page)
    return {
        "name": re.findall(r"<h1.*?>([^<]*)</h1>", page),
        "lead": re.findall(r'<p class="ac-lead".*?>([^<]*)</p>', page),
        "pills": re.findall(r'<li class="ac-pill ac-pill--(\w+)"', pills),
        "tools": tools,
        "changed": re.findall(r'changed <time datetime="(.*?)"', page),
        "edit": re.findall(r'href="([^"]*)">Edit', page),
    }


def list_news(site: BuiltCatalog, names: Iterable[str]) -> list[tuple[str, ...]]:
    """What the feed tells of the repositories ``names``: its id, when, title, address and repository."""
    feed = json.loads(next(output.content for output in site.outputs if output.uri == "feed.json"))
    return [
        (item["id"], item["date_published"], item["title"], item.get("url", ""), change["repository"])
        for item in feed["items"]
        for change in item["_agent_catalog"]["changes"]
        if change["repository"] in names
    ]


def test_a_checkout_and_a_snapshot_are_the_same_to_the_eye(
    made: Path, built: BuiltCatalog, tmp_path: Path
) -> None:
    write(tmp_path, {"agents/own.md": agent("own-helper")})
    names = {repository.name: repository for repository in built.catalog.repositories}
    for name, known in names.items():
        site = f"https://{name}.example.org/"
        options = Options(site_url=site, edit_url=known.edit_url, repo_url=known.url)
        (data,) = [
            output.content
            for output in build(made / "hub" / known.folder, options).outputs
            if output.uri == "catalog.json"
        ]
        write(tmp_path, {f"catalogs/{name}.json": str(data)})
    sources = tuple(CatalogSource(name, f"catalogs/{name}.json") for name in names)
    snapshots = build(tmp_path, Options(catalogs=sources, site_url=built.shared.where.site_url))
    here, there = (
        {o.uri: str(o.content) for o in site.outputs if o.is_page or o.uri.endswith("/index.html")}
        for site in (built, snapshots)
    )
    lists = {f"agents/{name}/index.md" for name in names}
    uris = {uri for uri in there if uri.startswith("agents/")} - lists
    assert uris == {uri for uri in here if uri.startswith("agents/")}
    for name in names:
        uri = f"agents/{name}/{name}-new.md"
        assert read_head(here[uri]) == read_head(there[uri])
        moved = f"agents/{name}/{name}-old/index.html"
        assert re.findall(r'href="([^"]*)"', here[moved]) == re.findall(r'href="([^"]*)"', there[moved])
    facets = ("reach", "tool", "access", "model", "repository", "runtime", "changed")
    cards = [
        {
            re.findall(r'href="(.*?)"', card)[0]: {k: re.findall(rf'data-{k}="(.*?)"', card) for k in facets}
            for card in re.findall(r'<li class="ac-card".*?</li>', site["agents/index.md"], re.S)
        }
        for site in (here, there)
    ]
    for name in names:
        assert cards[0][f"{name}/{name}-new/"] == cards[1][f"{name}/{name}-new/"]
    row_of = re.compile(r'<tr><th scope="row"><a[^>]*>(.*?)</a></th>(.*?)</tr>')
    rows = [
        {name: re.findall(r">(\d+)<", row) for name, row in row_of.findall(site["repositories.md"])}
        for site in (here, there)
    ]
    assert rows[0] == rows[1]
    assert rows[0].keys() == names.keys()
    told = [list_news(site, names.keys()) for site in (built, snapshots)]
    # Of a file in a checkout the hub knows where that is; of a snapshot, only its place in the repository.
    folders = re.compile("|".join(f"{re.escape(known.folder)}/" for known in names.values()))
    assert [tuple(folders.sub("", text) for text in entry) for entry in told[0]] == told[1]
    assert {repository for *_, repository in told[0]} == names.keys()
