"""A new site: what is written, what is kept, and what a repository's remote makes of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from mkdocs_agent_catalog.cli.main import main
from mkdocs_agent_catalog.cli.starter import Remote, choose_docs_folder, find_remote, make_mkdocs_yml
from mkdocs_agent_catalog.text.data_files import DATA
from sites import agent, write

FILES = {
    ".claude/agents/a.md": agent("a", "tools: Read\n"),
    ".claude/agents/b.md": agent("b"),
    ".claude/commands/tidy.md": "---\ndescription: Tidies.\n---\nTidy up.\n",
    ".claude/skills/cases/SKILL.md": "---\nname: cases\ndescription: Cases.\n---\nCases.\n",
}


def list_files(repo: Path) -> dict[str, str]:
    return {
        path.relative_to(repo).as_posix(): path.read_text()
        for path in sorted(repo.rglob("*"))
        if path.is_file() and ".git/" not in path.as_posix()
    }


def add_remote(repo: Path, address: str) -> None:
    subprocess.run(["git", "init", "-q", "-b", "trunk", str(repo)], check=True)
    subprocess.run(["git", "-C", str(repo), "remote", "add", "origin", address], check=True)


def test_init_says_what_is_there_and_writes_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, FILES)
    add_remote(tmp_path, "git@github.com:team/tools.git")
    assert main(["init", "-C", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "2 agents in 1 folder, 1 skill, 1 command" in out
    new = {path: text for path, text in list_files(tmp_path).items() if path not in FILES}
    assert set(new) == {"mkdocs.yml", "docs/index.md", ".gitignore", ".github/workflows/agent-catalog.yml"}
    assert yaml.safe_load(new["mkdocs.yml"])["plugins"] == ["search", "agent-catalog"]
    assert new[".gitignore"] == "/site/\n"
    workflow = yaml.safe_load(new[".github/workflows/agent-catalog.yml"])
    assert workflow[True]["push"]["branches"] == ["trunk"]
    assert workflow["jobs"]["build"]["steps"][0]["with"]["fetch-depth"] == 0


def test_init_never_overwrites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    theirs = {
        "mkdocs.yml": "site_name: Ours\n",
        ".gitignore": "*.log",
        ".gitlab-ci.yml": "test: {script: [x]}\n",
    }
    write(tmp_path, {**FILES, **theirs})
    add_remote(tmp_path, "https://gitlab.example.org/team/tools.git")
    assert main(["init", "-C", str(tmp_path)]) == 0
    assert list_files(tmp_path) == {**FILES, **theirs, ".gitignore": "*.log\n/site/\n"}
    out = capsys.readouterr().out
    assert "plugins:\n  - search\n  - agent-catalog\n" in out
    assert "kept    .gitlab-ci.yml" in out
    assert main(["init", "-C", str(tmp_path)]) == 0
    assert list_files(tmp_path) == {**FILES, **theirs, ".gitignore": "*.log\n/site/\n"}


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    assert main(["init", "-C", str(tmp_path), "--dry-run"]) == 0
    assert list_files(tmp_path) == FILES


def test_pages_that_nobody_asked_for_are_not_published(tmp_path: Path) -> None:
    assert choose_docs_folder(tmp_path) == "docs"
    write(tmp_path, {"docs/design/old.md": "# Old\n"})
    assert choose_docs_folder(tmp_path) == "catalog-docs"
    assert "docs_dir: catalog-docs\n" in make_mkdocs_yml(tmp_path, Remote(), "catalog-docs")


@pytest.mark.parametrize(
    ("address", "host", "url"),
    [
        ("git@github.com:team/tools.git", "github", "https://github.com/team/tools"),
        ("https://token@github.com/team/tools", "github", "https://github.com/team/tools"),
        ("ssh://git@gitlab.example.org:2222/a/b/c.git", "gitlab", "https://gitlab.example.org/a/b/c"),
        ("https://code.example.org/team/tools/", "", "https://code.example.org/team/tools"),
        ("/srv/git/tools.git", "", ""),
        ("../tools", "", ""),
        ("C:\\tools", "", ""),
    ],
)
def test_the_remote_is_read_without_what_is_secret_in_it(
    tmp_path: Path, address: str, host: str, url: str
) -> None:
    add_remote(tmp_path, address)
    assert find_remote(tmp_path) == Remote(host, url, "trunk")


@pytest.mark.parametrize(
    ("name", "schema"), [("github-pages", "github-workflows"), ("gitlab-pages", "gitlab-ci")]
)
def test_workflows_are_valid(tmp_path: Path, name: str, schema: str) -> None:
    text = (DATA / "starter" / f"{name}.yml").read_text().replace("@BRANCH@", '"main"')
    file = tmp_path / "workflow.yml"
    file.write_text(text)
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", str(file)]
    assert subprocess.run(command, check=False, capture_output=True, text=True).returncode == 0
