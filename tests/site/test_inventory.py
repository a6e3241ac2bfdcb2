"""The inventory, read and resolved by those that it is made for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from mkdocs_agent_catalog.build import Options, build
from mkdocs_agent_catalog.publishing.sphinx_inventory import NAME
from references import FILES, article, links, run
from sites import ENVIRONMENT, write

BASE = "https://example.org/team/agents/"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The inventory of a team's site, as others get it."""
    root = tmp_path_factory.mktemp("published")
    write(root, FILES)
    site = build(root, Options(site_name="Team"))
    file = root / "objects.inv"
    file.write_bytes(next(bytes(output.content) for output in site.outputs if output.uri == NAME))  # type: ignore[arg-type]
    return file


def test_mkdocstrings_resolves_it(tmp_path: Path, published: Path) -> None:
    source = {"url": published.as_uri(), "base_url": BASE, "domains": ["std"]}
    plugins = [{"mkdocstrings": {"handlers": {"python": {"inventories": [source]}}}}]
    text = "[the reviewer][agent:sql-reviewer], [tool:Bash][], [`x`][tool:mcp__context7__query-docs]\n"
    write(
        tmp_path,
        {"docs/index.md": text, "mkdocs.yml": yaml.safe_dump({"site_name": "Other", "plugins": plugins})},
    )
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    html = (tmp_path / "site/index.html").read_text(encoding="utf-8")
    assert [link for link in links(html) if "example.org" in link[0]] == [
        (f"{BASE}../agents/quality/sql-reviewer/", "the reviewer"),
        (f"{BASE}../tools/bash/", "tool:Bash"),
        (f"{BASE}../servers/context7/#tool-query-docs", "x"),
    ]


def test_sphinx_resolves_it(tmp_path: Path, published: Path) -> None:
    text = (
        "Other\n=====\n\n:ref:`agent:sql-reviewer`, :ref:`the *tool* <tool:Bash>`, "
        ":external+team:ref:`agent:build/maker`\n"
    )
    conf = (
        'extensions = ["sphinx.ext.intersphinx"]\n'
        f'intersphinx_mapping = {{"team": ({BASE!r}, {str(published)!r})}}\n'
    )
    write(tmp_path, {"index.rst": text, "conf.py": conf + 'html_theme = "basic"\n'})
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-n", str(tmp_path), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    html = (tmp_path / "out/index.html").read_text(encoding="utf-8")
    assert [link for link in links(html) if "example.org" in link[0]] == [
        (f"{BASE}../agents/quality/sql-reviewer/", "sql-reviewer"),
        (f"{BASE}../tools/bash/", "the *tool*"),
        (f"{BASE}../agents/build/maker/", "Maker of Things"),
    ]


AUTOREFS = """# Ours

[the reviewer][agent:sql-reviewer] [agent:build/reviewer][] [x][tool:mcp__context7__query-docs]
[`Bash`][tool:Bash] and [](agent:sql-reviewer)
"""
QUIET = {"duplicate_name": "info"}


def test_autorefs_knows_the_names(tmp_path: Path) -> None:
    pages = {"docs/far/ours.md": AUTOREFS, "docs/index.md": "# Tools\n\n[x][tool:Bash]\n"}
    plugins = ["search", "autorefs", {"agent-catalog": {"path": "a b", "validation": QUIET}}]
    done = run(tmp_path, pages, "--strict", plugins=plugins)
    assert done.returncode == 0, done.stderr
    pairs = links(article(tmp_path / "site/far/ours/index.html"))
    assert [(href.rstrip("#"), text) for href, text in pairs] == [
        ("../../a%20b/agents/quality/sql-reviewer/", "the reviewer"),
        ("../../a%20b/agents/build/reviewer/", "agent:build/reviewer"),
        ("../../a%20b/servers/context7/#tool-query-docs", "x"),
        ("../../a%20b/tools/bash/", "Bash"),
        ("../../a%20b/agents/quality/sql-reviewer/", "sql-reviewer"),
    ]
    assert "cards.js" in article(tmp_path / "site/index.html")
