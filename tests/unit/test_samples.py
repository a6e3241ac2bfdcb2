"""What the documentation shows can be copied: settings, commands and workflows are real ones."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml
from mkdocs_agent_catalog.build import Options, build
from mkdocs_agent_catalog.checks.registry import CHECKS
from mkdocs_agent_catalog.cli.arguments import build_parser
from mkdocs_agent_catalog.cli.mkdocs_yml import read_project
from mkdocs_agent_catalog.cli.starter import PACKAGE, STARTER_FILES
from mkdocs_agent_catalog.runtimes import RUNTIMES
from places import ROOT
from sites import agent, write

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```$", re.M | re.S)


class Loader(yaml.SafeLoader):
    """Tags of MkDocs and Material are read over."""


Loader.add_multi_constructor("", lambda loader, suffix, node: None)


def list_samples(language: str) -> list[Any]:
    return [
        pytest.param(block, id=f"{page.relative_to(ROOT)}-{number}")
        for page in PAGES
        for number, (kind, block) in enumerate(BLOCK.findall(page.read_text(encoding="utf-8")))
        if kind == language
    ]


@pytest.mark.parametrize("block", list_samples("yaml"))
def test_settings_are_read_without_complaint(block: str, tmp_path: Path) -> None:
    table = yaml.load(block, Loader)
    if isinstance(table, dict) and "plugins" in table:
        (tmp_path / "mkdocs.yml").write_text(block, encoding="utf-8")
        for folder in re.findall(r"custom_templates: (\S+)", block):
            (tmp_path / folder).mkdir(parents=True)
        options = read_project(tmp_path, None).options
        assert options.levels.keys() >= CHECKS.keys()


def test_templates_can_be_copied(tmp_path: Path) -> None:
    blocks = [param.values[0] for param in list_samples("jinja")]
    files = {re.findall(r'extends "_base/([\w.]+)"', block)[0]: block for block in blocks}
    (owner,) = re.findall(r"^owner: .*$", (ROOT / "docs/templates.md").read_text(encoding="utf-8"), re.M)
    write(tmp_path, {f"own/{name}": block for name, block in files.items()})
    write(tmp_path, {"agents/reviewer.md": agent("reviewer", f"{owner}\nteam: a\n")})
    built = build(tmp_path, Options(custom_templates=tmp_path / "own"))
    page = next(output.content for output in built.outputs if output.uri == "agents/reviewer.md")
    assert "<p>Questions? Ask #payments-team.</p>" in page
    assert "<code>team</code>" not in page
    assert len(files) == 1


def list_commands() -> list[Any]:
    lines = {
        re.sub(r" #.*", "", line).rpartition("| ")[2]: page.name
        for page in PAGES
        for kind, block in BLOCK.findall(page.read_text(encoding="utf-8"))
        if kind in ("sh", "yaml", "dockerfile")
        for line in re.findall(r"(?:^|: |\| |&& )(agent-catalog [^\n&|>]*)", block, re.M)
    }
    return [pytest.param(line, id=f"{page}-{line}") for line, page in lines.items()]


@pytest.mark.parametrize("line", list_commands())
def test_commands_are_understood(line: str) -> None:
    words = shlex.split(line)[1:]
    if not {"--version", "--print-completion"} & set(words):
        assert build_parser().parse_args(words).command


def check_schema(schema: str, files: list[Path]) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_workflows_are_valid(tmp_path: Path) -> None:
    blocks = [param.values[0] for param in list_samples("yaml")]
    files = []
    for number, block in enumerate(blocks):
        if "jobs:" in block:
            files.append(tmp_path / f"{number}.yml")
            files[-1].write_text(block, encoding="utf-8")
    assert len(files) >= 3
    check_schema("vendor.github-workflows", [*files, *(ROOT / ".github/workflows").glob("*.yml")])


def test_the_forms_of_the_code_host_are_valid() -> None:
    check_schema("vendor.github-issue-forms", sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("w*.yml")))
    check_schema("vendor.dependabot", [ROOT / ".github/dependabot.yml"])


@pytest.mark.parametrize("name", ["github-pages.yml", "gitlab-pages.yml"])
def test_the_page_shows_what_init_writes(name: str) -> None:
    text = (STARTER_FILES / name).read_text(encoding="utf-8").replace("@BRANCH@", '"main"')
    text = text.replace("@PACKAGE@", f"{PACKAGE}=={version(PACKAGE)}")
    assert f"```yaml\n{text}```\n" in (ROOT / "docs/hosting.md").read_text(encoding="utf-8")


def test_recipes_install_the_version_that_they_are_for() -> None:
    texts = [page.read_text(encoding="utf-8") for page in PAGES]
    blocks = [block for text in texts for _, block in BLOCK.findall(text)]
    installed = [name for block in blocks for name in re.findall(rf"pip install .*({PACKAGE}\S*)", block)]
    assert len(installed) >= 8
    assert set(installed) == {f"{PACKAGE}=={version(PACKAGE)}"}


def test_the_hook_sees_every_file_that_may_be_a_definition() -> None:
    hook = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))[0]
    names = {name for runtime in RUNTIMES.values() for name in runtime.agent_files}
    paths = [f"folder/{name}" for name in names]
    paths += ["skills/a/SKILL.md", ".mcp.json", ".roomodes", ".cursor/rules/a.mdc", "opencode.jsonc"]
    for path in paths:
        assert re.search(hook["files"], path), path
