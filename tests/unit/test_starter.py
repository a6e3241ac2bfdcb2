"""A new site: what is written, what is kept, and what a repository's remote makes of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from mkdocs_agent_catalog.cli import start_site
from mkdocs_agent_catalog.cli.main import main
from mkdocs_agent_catalog.cli.starter import (
    PACKAGE,
    STARTER_FILES,
    UNKNOWN,
    choose_docs_folder,
    find_requirement,
    make_mkdocs_yml,
)
from mkdocs_agent_catalog.history.remote import Remote, find_own_repository, find_remote
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


@pytest.fixture(autouse=True)
def installed_from_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start_site, "find_requirement", lambda: UNKNOWN)


def test_init_says_what_is_there_and_writes_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start_site, "find_requirement", lambda: f"{PACKAGE}==1.2.3")
    write(tmp_path, FILES)
    add_remote(tmp_path, "git@github.com:Team/tools.git")
    assert main(["init", "-C", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "2 agents in 1 folder, 1 skill, 1 command" in out
    new = {path: text for path, text in list_files(tmp_path).items() if path not in FILES}
    assert set(new) == {"mkdocs.yml", "docs/index.md", ".gitignore", ".github/workflows/agent-catalog.yml"}
    settings = yaml.safe_load(new["mkdocs.yml"])
    assert settings["plugins"] == ["search", "agent-catalog"]
    assert settings["site_url"] == "https://team.github.io/tools/"
    assert settings["edit_uri"] == "https://github.com/Team/tools/edit/trunk/docs/"
    # Nothing is fetched from another host: with `repo_url` Material asks it for stars.
    assert settings["theme"]["font"] is False
    assert "repo_url" not in settings
    assert new[".gitignore"] == "/site/\n"
    workflow = yaml.safe_load(new[".github/workflows/agent-catalog.yml"])
    assert workflow[True]["push"]["branches"] == ["trunk"]
    steps = workflow["jobs"]["build"]["steps"]
    assert steps[0]["with"]["fetch-depth"] == 0
    assert [step["run"] for step in steps if "run" in step] == [
        "pip install mkdocs-agent-catalog==1.2.3",
        "mkdocs build",
        "agent-catalog check site --site site",
    ]
    assert not any(str(tmp_path) in text for text in new.values())
    # What is left to do, in its order.
    steps_left = [
        "agent-catalog serve",
        "system prompts",
        "Source: GitHub Actions",
        "git push",
        "Open it: https",
    ]
    places = [" ".join(out.split()).find(step) for step in steps_left]
    assert -1 not in places
    assert places == sorted(places)
    assert "git add .github .gitignore docs mkdocs.yml\n" in out
    assert main(["init", "-C", str(tmp_path)]) == 0
    kept = capsys.readouterr().out
    assert all(f"kept     {path}\n" in kept for path in new if path != ".gitignore")
    assert {path: text for path, text in list_files(tmp_path).items() if path not in FILES} == new


@pytest.mark.parametrize(
    ("theirs", "words"),
    [
        (
            "site_name: Ours\n",
            "Add to mkdocs.yml:\n\n     plugins:\n       - search\n       - agent-catalog\n",
        ),
        (
            "plugins:\n  # All.\n  - search\n",
            "Add one line below `plugins:` in mkdocs.yml (line 1):\n\n     - agent-catalog\n",
        ),
        ("plugins:\n  search: {}\n", "(line 1):\n\n     agent-catalog: {}\n"),
        (
            "plugins: [search]\n",
            "Add to the list after `plugins:` in mkdocs.yml (line 1):\n\n     agent-catalog\n",
        ),
        ("plugins: [agent-catalog]\n", "Next:\n1. See the site:"),
    ],
)
def test_a_site_of_ones_own_is_kept_and_told_what_it_needs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], theirs: str, words: str
) -> None:
    write(tmp_path, {**FILES, "mkdocs.yml": theirs})
    add_remote(tmp_path, "git@github.com:team/tools.git")
    assert main(["init", "-C", str(tmp_path)]) == 0
    assert list_files(tmp_path) == {**FILES, "mkdocs.yml": theirs}
    out = capsys.readouterr().out
    assert words in out
    assert "No workflow is written: the one that publishes your site can build the catalog too.\n" in out
    assert f'     - run: pip install "{UNKNOWN}"\n     - run: agent-catalog check site --site site' in out
    assert "came from a folder of this machine" in out


def test_no_second_workflow_publishes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    theirs = {".github/workflows/site.yml": "jobs: {a: {steps: [{uses: actions/deploy-pages@v4}]}}\n"}
    write(tmp_path, {**FILES, **theirs})
    add_remote(tmp_path, "git@github.com:team/tools.git")
    assert main(["init", "-C", str(tmp_path)]) == 0
    assert set(list_files(tmp_path)) == {*FILES, *theirs, "mkdocs.yml", "docs/index.md", ".gitignore"}
    out = capsys.readouterr().out
    assert "site.yml publishes a site already" in out
    assert "- run: mkdocs build\n" in out


def test_init_never_overwrites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    theirs = {".gitignore": "*.log", ".gitlab-ci.yml": "test: {script: [x]}\n", "docs/old.md": "# Old\n"}
    write(tmp_path, {**FILES, **theirs})
    add_remote(tmp_path, "https://gitlab.example.org/team/tools.git")
    for _ in range(2):
        assert main(["init", "-C", str(tmp_path)]) == 0
        out = capsys.readouterr().out
        assert "No workflow is written: .gitlab-ci.yml is there already.\n" in out
        assert "Add to .gitlab-ci.yml:\n" in out
        assert "     pages:\n       image: python" in out
        assert "those of the site are in catalog-docs/" in out
        files = list_files(tmp_path)
        assert {path: files[path] for path in theirs} == {**theirs, ".gitignore": "*.log\n/site/\n"}
        assert set(files) == {*FILES, *theirs, "mkdocs.yml", "catalog-docs/index.md"}


def test_without_definitions_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, {"README.md": "# Nothing\n"})
    assert main(["init", "-C", str(tmp_path)]) == 1
    assert list_files(tmp_path) == {"README.md": "# Nothing\n"}
    assert "Nothing is written" in capsys.readouterr().err


def test_a_folder_of_a_repository_gets_no_workflow(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, {f"part/{path}": text for path, text in FILES.items()})
    add_remote(tmp_path, "git@github.com:team/tools.git")
    assert main(["init", "-C", str(tmp_path / "part")]) == 0
    assert not (tmp_path / "part/.github").exists()
    assert "it belongs at the top of the repository" in capsys.readouterr().out
    assert "/edit/trunk/part/docs/" in (tmp_path / "part/mkdocs.yml").read_text()


@pytest.mark.parametrize(
    ("origin", "requirement"),
    [
        (None, f"{PACKAGE}==0.1.0"),
        ({"url": "file:///srv/clone", "dir_info": {"editable": True}}, UNKNOWN),
        ({"url": "file:///srv/a.whl", "archive_info": {}}, UNKNOWN),
        ({"url": "file:///srv/clone", "vcs_info": {"vcs": "git", "commit_id": "c0"}}, UNKNOWN),
        (
            {
                "url": "https://me:secret@git.example.org/a/b.git",
                "vcs_info": {"vcs": "git", "commit_id": "c0"},
            },
            f"{PACKAGE} @ git+https://git.example.org/a/b.git@c0",
        ),
        (
            {"url": "ssh://git@git.example.org/a/b.git", "vcs_info": {"vcs": "git", "commit_id": "c0"}},
            f"{PACKAGE} @ git+ssh://git@git.example.org/a/b.git@c0",
        ),
        (
            {"url": "https://example.org/a-0.1.0-py3-none-any.whl", "archive_info": {}},
            f"{PACKAGE} @ https://example.org/a-0.1.0-py3-none-any.whl",
        ),
    ],
)
def test_a_workflow_installs_what_is_installed_here(
    monkeypatch: pytest.MonkeyPatch, origin: dict[str, object] | None, requirement: str
) -> None:
    class Package:
        version = "0.1.0"

        def read_text(self, name: str) -> str | None:
            assert name == "direct_url.json"
            return origin and json.dumps(origin)

    monkeypatch.setattr("mkdocs_agent_catalog.cli.starter.distribution", lambda name: Package())
    assert find_requirement() == requirement


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
    ("address", "host", "url", "pages"),
    [
        ("git@github.com:team/tools.git", "github", "github.com/team/tools", "https://team.github.io/tools/"),
        (
            "https://token@github.com/Team/team.github.io",
            "github",
            "github.com/Team/team.github.io",
            "https://team.github.io/",
        ),
        ("https://gitlab.com/a/b/c.git", "gitlab", "gitlab.com/a/b/c", "https://a.gitlab.io/b/c/"),
        ("ssh://git@gitlab.example.org:2222/a/b/c.git", "gitlab", "gitlab.example.org/a/b/c", ""),
        ("https://github.example.org/a/b.git", "github", "github.example.org/a/b", ""),
        ("git@bitbucket.org:team/tools.git", "bitbucket", "bitbucket.org/team/tools", ""),
        ("https://code.example.org/team/tools/", "", "code.example.org/team/tools", ""),
        ("/srv/git/tools.git", "", "", ""),
        ("../tools", "", "", ""),
        ("C:\\tools", "", "", ""),
    ],
)
def test_the_remote_is_read_without_what_is_secret_in_it(
    tmp_path: Path, address: str, host: str, url: str, pages: str
) -> None:
    add_remote(tmp_path, address)
    remote = find_remote(tmp_path)
    assert remote == Remote(host, url and f"https://{url}", "trunk")
    assert remote.pages_url == pages
    assert bool(remote.edit_url) == bool(host)
    facts = find_own_repository(tmp_path)
    assert (facts.url, facts.branch, facts.commit) == (remote.url, "trunk", "")
    configured = find_own_repository(
        tmp_path, "https://me:key@code.example.org/a/", "https://me@x.example.org/{path}"
    )
    assert (configured.url, configured.edit_url) == (
        "https://code.example.org/a",
        "https://x.example.org/{path}",
    )


@pytest.mark.parametrize(
    ("name", "schema"), [("github-pages", "github-workflows"), ("gitlab-pages", "gitlab-ci")]
)
def test_workflows_are_valid(tmp_path: Path, name: str, schema: str) -> None:
    text = (STARTER_FILES / f"{name}.yml").read_text().replace("@BRANCH@", '"main"')
    text = text.replace("@PACKAGE@", f'"{UNKNOWN}"')
    file = tmp_path / "workflow.yml"
    file.write_text(text)
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", str(file)]
    assert subprocess.run(command, check=False, capture_output=True, text=True).returncode == 0
