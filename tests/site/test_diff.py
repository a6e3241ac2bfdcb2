"""`agent-catalog diff` against two full builds: every change of rights, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from mkdocs_agent_catalog.build import Options, build
from mkdocs_agent_catalog.cli.diff import diff_revisions
from mkdocs_agent_catalog.cli.diff_formats import format_json
from mkdocs_agent_catalog.cli.mkdocs_yml import Project, read_project
from mkdocs_agent_catalog.history.checkouts import check_out
from rights_histories import write_history

COMMITS = int(os.environ.get("COMMITS", "8"))
"""So many commits are compared with the one before; `COMMITS=200` takes minutes."""
SEED = int(os.environ.get("SEED", "1"))
# What a published catalog says of an agent that is no right of it, or may change without one.
_NO_RIGHTS = frozenset(
    (
        *("url", "permanent", "addresses", "json", "markdown", "fingerprint", "source", "description"),
        *(
            "summary",
            "text",
            "former_texts",
            "group",
            "changed",
            "fields",
            "links",
            "instructions",
            "twins",
            "invocation",
            "id",
        ),
        *("basis", "trifecta", "ignored", "settings_files"),
    )
)


def build_table(repo: Path, has_options: bool = False) -> dict[str, Any]:
    """The published catalog of a checkout, with the options of its own if it has them."""
    options = read_project(repo, None).options if has_options else Options()
    options = replace(options, feeds=False, replay=False)
    outputs = build(repo, options).outputs
    return json.loads(next(item.content for item in outputs if item.uri == "catalog.json"))


def list_rights(table: dict[str, Any]) -> dict[tuple[str, str], Any]:
    """What a published catalog says of rights, by the names that the history never changes."""
    rights: dict[tuple[str, str], Any] = {}
    for agent in table["agents"]:
        facts = {key: value for key, value in agent.items() if key not in _NO_RIGHTS}
        for grant in (*(facts["tools"] or ()), *facts["denied"]):
            grant.pop("line")
            grant.pop("by")
            grant.pop("caveats")
        # A listed tool that is denied elsewhere is none.
        usable = [tool for tool in facts["tools"] or () if tool["outcome"] not in ("denied", "never")]
        facts["tools"] = sorted(usable, key=str)
        facts["denied"] = sorted(facts["denied"], key=str)
        # Which tool stands first for a class, and which agent for a chain, is no right.
        facts["reach"] = {
            item["class"]: sorted((tool["name"], tool["outcome"]) for tool in item.get("tools", ()))
            for item in facts["reach"]
        }
        facts["through"] = sorted(item["class"] for item in facts["through"])
        rights["agent", agent["name"]] = facts
    unpinned = {str(item) for item in table["diagnostics"] if item["check"] == "unpinned_server"}
    for server in table["servers"]:
        configs = [
            {key: value for key, value in config.items() if key not in ("line", "column")}
            for config in server["configurations"]
        ]
        if configs:
            is_unpinned = any(f"`{server['name']}`" in text for text in unpinned)
            rights["server", server["name"]] = (configs, server["fingerprint"], is_unpinned)
    for settings in table["settings"]:
        rules = [(rule["effect"], rule["rule"]) for rule in settings.get("rules", ())]
        rights["settings", settings["source"]["path"]] = sorted(rules)
    return rights


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_history(tmp_path_factory.mktemp("rights") / "repo", 12, COMMITS, SEED)


def test_diff_names_every_change_and_nothing_else(repository: Path) -> None:
    project = Project(repository, Options(), "docs")
    commits = run_git(repository, "rev-list", "--reverse", "HEAD").split()
    before: dict[tuple[str, str], Any] = {}
    seen = 0
    for number, commit in enumerate(commits):
        with check_out(repository, commit) as root:
            after = list_rights(build_table(root))
        if number:
            changes = json.loads(format_json(diff_revisions(project, commits[number - 1], commit)))["changes"]
            changed = {(change["kind"], change["name"]) for change in changes}
            expected = {key for key in {*before, *after} if before.get(key) != after.get(key)}
            assert changed == expected, commit
            seen += len(expected)
        before = after
    assert seen >= COMMITS / 2


def run_git(repo: Path, *arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.run(command, cwd=repo, check=True, capture_output=True, text=True).stdout
