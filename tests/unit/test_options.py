"""The plugin and the command take the same options from the same ``mkdocs.yml``."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from mkdocs.config import load_config
from mkdocs.exceptions import MkDocsException
from mkdocs_agent_catalog.build import Options
from mkdocs_agent_catalog.checks.registry import LEVELS
from mkdocs_agent_catalog.cli.mkdocs_yml import read_project
from mkdocs_agent_catalog.mkdocs_adapter.config import AgentCatalogConfig, load_options
from mkdocs_agent_catalog.runtimes import list_profiles
from mkdocs_agent_catalog.settings import SettingError
from places import ROOT
from sites import write

TEXT = (ROOT / "docs/options.md").read_text(encoding="utf-8")
EXAMPLES = yaml.safe_load(re.findall(r"```yaml\n(plugins:.+?)```", TEXT, re.DOTALL)[0])["plugins"][0]
MORE: dict[str, list[Any]] = {
    "sources": [["."], [{"path": "../agents", "label": "a", "dialect": "claude-code"}], ["agents/*/*.md"]],
    "exclude": [
        yaml.safe_load(block)["exclude"] for block in re.findall(r"```yaml\n(exclude:.+?)```", TEXT, re.S)
    ],
    "path": [""],
    "nav": [False],
    "profile": list(list_profiles()),
    "suppress": [[{"check": "unknown_tool", "path": "agents/", "reason": "Old ones."}]],
    "feeds": [True, False],
    "history": [True, False, "authors"],
    "embeds": [True, False],
    "theme_cache": [True, False],
    "validation": [{"unknown_skill": level} for level in LEVELS],
    "catalogs": [
        yaml.safe_load(block)["plugins"][0]["agent-catalog"]["catalogs"]
        for block in re.findall(
            r"```yaml\n(plugins:\n  - agent-catalog:\n      catalogs:\n.+?)```", TEXT, re.S
        )
    ],
    "lock": ["catalog.links.json", "links/other.json"],
    "policy": ["catalog.policy.yml", "rules/policy.yaml"],
    "reviews": ["catalog.reviews.yml", "rules/reviews.yaml"],
    "update_lock": [True, False],
}
VALUES = [
    (name, value)
    for name, _ in AgentCatalogConfig()._schema
    for value in [
        *([EXAMPLES["agent-catalog"][name]] if name in EXAMPLES["agent-catalog"] else []),
        *MORE.get(name, []),
    ]
]
WRONG = [
    ("sources", "agents"),
    ("sources", [{"path": "a", "dialect": "none"}]),
    ("exclude", "drafts/"),
    ("exclude", [5]),
    ("path", 5),
    ("path", "../up"),
    ("nav", "yes"),
    ("profile", "none"),
    ("custom_templates", "gone"),
    ("suppress", [{"check": "unknown_tool"}]),
    ("catalogs", "catalogs/"),
    ("catalogs", [{"id": "payments"}]),
    ("catalogs", [{"id": "../up", "from": "a.json"}]),
    ("catalogs", [{"id": "a", "from": "../a.json"}]),
    ("catalogs", [{"id": "a", "from": "a.json", "url": "http://example.org/"}]),
    ("catalogs", [{"id": "a", "from": "a.json", "url": "https://me:pass@example.org/"}]),
    ("catalogs", [{"id": "a", "from": "a.json"}, {"id": "a", "from": "b.json"}]),
    ("feeds", "no"),
    ("history", "yes"),
    ("embeds", 1),
    ("theme_cache", 0),
    ("validation", ["unknown_tool"]),
    ("validation", {"unknown_tool": "loud"}),
    ("lock", "../up.json"),
    ("policy", "../up.yml"),
    ("policy", "policy.json"),
    ("reviews", "../up.yml"),
    ("reviews", "reviews.json"),
    ("update_lock", "later"),
]


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    write(tmp_path, {"docs/index.md": "# Home\n", "overrides/catalog/agent.html.jinja": ""})
    return tmp_path


def configure(repo: Path, chosen: dict[str, Any], **more: Any) -> None:
    table = {
        "site_name": "Team",
        "site_url": "https://example.org/team",
        "plugins": [{"agent-catalog": chosen}],
    }
    write(repo, {"mkdocs.yml": yaml.safe_dump({**table, **more})})


def read_as_plugin(repo: Path) -> Options:
    config = load_config(str(repo / "mkdocs.yml"))
    chosen = load_options(config.plugins["agent-catalog"].config, config)  # type: ignore[arg-type]
    # The command makes no pages: how code looks on them is nothing to it.
    return replace(chosen, highlight_code=True)


def test_every_documented_option_is_tried() -> None:
    headings = set(re.findall(r"^## (\w+)$", TEXT, re.MULTILINE))
    assert headings == {name for name, _ in VALUES} == {name for name, _ in WRONG}
    assert headings == {name for name, _ in AgentCatalogConfig()._schema}


@pytest.mark.parametrize(
    ("name", "value"), [*VALUES, *((name, None) for name, _ in AgentCatalogConfig()._schema)]
)
def test_both_read_an_option_alike(repo: Path, name: str, value: Any) -> None:
    configure(repo, {name: value}, use_directory_urls=False)
    assert read_project(repo, None).options == read_as_plugin(repo)


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_both_refuse_a_wrong_value(repo: Path, name: str, value: Any) -> None:
    configure(repo, {name: value})
    with pytest.raises(SettingError):
        read_project(repo, None)
    with pytest.raises(MkDocsException):
        read_as_plugin(repo)


@pytest.mark.parametrize("shape", ["list", "mapping"])
def test_what_a_file_inherits_is_read_alike(repo: Path, monkeypatch: pytest.MonkeyPatch, shape: str) -> None:
    monkeypatch.setenv("FOLDER", "team")
    inherited = "{path: !ENV [NOT_SET, FOLDER, none], feeds: !ENV [NOT_SET, false]}"
    own = "{profile: claude-code-main, enabled: true}"
    opening, closing = ("- ", "") if shape == "list" else ("  ", "")
    base = f"site_name: !ENV FOLDER\nplugins:\n{opening}agent-catalog: {inherited}\n{closing}"
    write(
        repo,
        {"base.yml": base, "mkdocs.yml": f"INHERIT: base.yml\nplugins:\n{opening}agent-catalog: {own}\n"},
    )
    assert read_project(repo, None).options == read_as_plugin(repo)
    assert read_project(repo, None).options.path == ("" if shape == "list" else "team")


def test_what_else_a_file_says_neither_stops_the_command_nor_runs(repo: Path) -> None:
    foreign = (
        "theme: {name: gone, custom_dir: gone}\nhooks: [gone.py]\ndocs_dir: gone\n"
        "plugins:\n- gone: {a: !relative $config_dir}\n- 5\n- [search]\n- agent-catalog: {path: team}\n"
        "- agent-catalog: {path: second}\n"
        "markdown_extensions:\n- gone: {a: !!python/name:gone.gone , b: !relative , c: !unknown {d: 1}}\n"
        "extra: !!python/object/apply:pathlib.Path.touch [!!python/object/apply:pathlib.Path [ran]]\n"
    )
    write(repo, {"mkdocs.yml": foreign})
    assert read_project(repo, "allowed-tools").options.path == "team"
    assert read_project(repo, "allowed-tools").options.profile == "allowed-tools"
    assert not (repo / "ran").exists()


@pytest.mark.parametrize(
    "text", [None, "", "plugins: agent-catalog\n", "plugins: [agent-catalog]\n", "plugins: 5\n"]
)
def test_without_options_there_are_defaults(repo: Path, text: str | None) -> None:
    if text is not None:
        write(repo, {"mkdocs.yml": text})
    project = read_project(repo, None)
    assert (project.options.path, project.options.lock, project.docs) == ("", "catalog.links.json", "docs")
