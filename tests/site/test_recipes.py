"""The recipes of CONTRIBUTING, followed in a copy of the package: no other file of it is touched."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT

PLUGINS = ROOT / "plugins"
SITE = "site_name: S\ntheme: {name: material, font: false}\nplugins: [search, agent-catalog]\n"
TOY = '''"""Toy: a runtime with its own tools and a flat list of them."""

from ..runtime import Runtime


class Toy(Runtime):
    """Toy."""

    name = "toy"
    title = "Toy"
    source = 'Toy documentation, "Agents", November 2026'
    agent_folders = (".toy/agents",)
    marks = (".toy",)
    tools_key = "allow"
    tools_left_out = "nothing"
'''
TOOLS = """source: Toy documentation, "Tools", November 2026
tools:
  shell: {group: execution, reach: commands, summary: Runs a command.}
  look: {group: read, summary: Reads a file.}
"""
MODELS = '''"""The models that agents ask for."""

from collections import Counter

from .page import Page


def list_model_pages(shared):
    """One page: how many agents ask for each model."""
    models = Counter(agent.model or "none" for agent in shared.catalog.agents)
    yield Page(
        uri="models.md",
        template="models.html.jinja",
        title="Models",
        context=lambda href: {"models": sorted(models.items()), "headings": ()},
    )
'''
MODELS_TEMPLATE = """{# Models. Context: models, headings, href, page. #}
<div class="ac-page">{% block title %}<h1 id="models">{{ page.title }}</h1>{% endblock %}
{% block list %}<ul>
{% for name, count in models %}<li>{{ name }}: {{ count }}</li>{% endfor %}
</ul>{% endblock %}</div>
"""
LONG_PROMPT = '''

@check("warn")
def long_prompt(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """The prompt of an agent has more than a hundred lines."""
    for agent in catalog.agents:
        if agent.document.body.count("\\n") > 100:
            yield Diagnostic("long_prompt", agent.span, say("the prompt is long"))
'''


class Copy:
    """A copy of the package beside a repository with agents, and the commands of the copy."""

    def __init__(self, root: Path) -> None:
        self.package, self.repo = root / "plugins/mkdocs_agent_catalog", root / "repo"
        shutil.copytree(PLUGINS, root / "plugins", ignore=shutil.ignore_patterns("__pycache__"))
        self.write("docs/index.md", "# Home\n")
        self.write("mkdocs.yml", SITE)

    def write(self, name: str, text: str) -> None:
        """Writes a file of the repository."""
        (self.repo / name).parent.mkdir(parents=True, exist_ok=True)
        (self.repo / name).write_text(text, encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Changes a file of the package; ``old`` stands in it once."""
        path = self.package / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, (name, old)
        path.write_text(text.replace(old, new), encoding="utf-8")

    def run(self, *command: str, code: int = 0) -> str:
        """What a command prints. Fails the test if it does not end with ``code``."""
        environment = {**os.environ, "PYTHONPATH": str(self.package.parent), "NO_MKDOCS_2_WARNING": "1"}
        process = subprocess.run(
            [sys.executable, "-m", *command], cwd=self.repo, capture_output=True, text=True, env=environment
        )
        assert process.returncode == code, process.stdout + process.stderr
        return process.stdout

    def page(self, path: str) -> str:
        """A page of the built site."""
        return (self.repo / "site" / path).read_text(encoding="utf-8")


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def describe(name: str, more: str = "", body: str = "Do it.") -> str:
    return f"---\nname: {name}\ndescription: Use when {name} is needed.\n{more}---\n\n{body}\n"


def test_a_new_runtime(copy: Copy) -> None:
    folder = copy.package / "runtimes/toy"
    folder.mkdir()
    (folder / "__init__.py").write_text(TOY, encoding="utf-8")
    (folder / "tools.yaml").write_text(TOOLS, encoding="utf-8")
    registry = "runtimes/__init__.py"
    copy.edit(
        registry,
        "from .claude_code import ClaudeCode\n",
        "from .claude_code import ClaudeCode\nfrom .toy import Toy\n",
    )
    copy.edit(registry, "        DEFAULT,\n", "        DEFAULT,\n        Toy(),\n")
    copy.write(".toy/agents/runner.md", describe("runner", "allow: [look, shell, Grep]\n"))
    copy.write(".toy/agents/idle.md", describe("idle"))
    copy.write(".claude/agents/helper.md", describe("helper", "tools: Read, look\n"))
    findings = copy.run("mkdocs_agent_catalog", "check", code=1)
    assert "`Grep` is not a tool of Toy" in findings
    assert "`look` is not a tool of Claude Code" in findings
    assert findings.count("[unknown_tool]") == 2
    assert "[missing_name]" not in findings
    explained = copy.run("mkdocs_agent_catalog", "explain", "runner")
    assert "profile toy" in explained
    assert explained.count("allowed: The file lists the tool. [toy-listed]") == 2
    assert "Toy documentation" in explained
    assert "Has no tools" in copy.run("mkdocs_agent_catalog", "explain", "idle")
    copy.run("mkdocs", "build", "-q")
    rows = (copy.repo / "site/matrix-effective.csv").read_text(encoding="utf-8").splitlines()
    cells = {row["agent"]: row for row in csv.DictReader(rows)}
    by_toy = [cells["runner"][name] for name in ("look (Toy)", "shell (Toy)", "Read")]
    assert by_toy == ["allowed", "allowed", ""]
    assert set(cells["idle"].values()) - {"idle", "toy/idle", "Toy"} == {""}
    assert cells["helper"]["Read"] == "allowed"
    page = copy.page("agents/toy/runner/index.html")
    assert "Runs commands" in page
    assert "Claude Code" not in page
    assert "this agent has none" in copy.page("agents/toy/idle/index.html")
    assert "Runs a command." in copy.page("tools/toy/shell/index.html")
    assert 'id="rule-toy-listed"' in copy.page("grants/index.html")


def test_a_new_page_kind(copy: Copy) -> None:
    (copy.package / "pages/models.py").write_text(MODELS, encoding="utf-8")
    (copy.package / "pages/templates/models.html.jinja").write_text(MODELS_TEMPLATE, encoding="utf-8")
    registry = "pages/registry.py"
    copy.edit(registry, "from .page import", "from .models import list_model_pages\nfrom .page import")
    copy.edit(
        registry,
        "    PageKind(list_removed_pages),\n",
        '    PageKind(list_model_pages, (NavPage("models.md", "Models", "browse"),)),\n'
        "    PageKind(list_removed_pages),\n",
    )
    copy.write("agents/a.md", describe("a", "model: opus\n"))
    copy.run("mkdocs", "build", "--strict", "-q")
    assert "<li>opus: 1</li>" in copy.page("models/index.html")
    assert 'href="../models/"' in copy.page("reach/index.html"), "the navigation leads to it"


def test_a_new_check(copy: Copy) -> None:
    path = copy.package / "checks/texts.py"
    path.write_text(path.read_text(encoding="utf-8") + LONG_PROMPT, encoding="utf-8")
    copy.write("agents/long.md", describe("long", body="Line.\n" * 101))
    copy.write("agents/short.md", describe("short"))
    findings = copy.run("mkdocs_agent_catalog", "check", code=1)
    assert findings.count("[long_prompt]") == 1
    assert "agents/long.md:2:1: warn: the prompt is long [long_prompt]" in findings
    copy.edit("checks/texts.py", "has more than a hundred lines.", "has many lines.")
    chosen = "agent-catalog: {validation: {long_prompt: info}}]"
    copy.write("mkdocs.yml", SITE.replace("agent-catalog]", chosen))
    copy.run("mkdocs", "build", "--strict", "-q")
    assert "The prompt of an agent has many lines <" in copy.page("problems/index.html")
