"""What other sites and plugins link by: the inventory, read and resolved by those that it is made for."""

from __future__ import annotations

import json
import posixpath
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
import sphobjinv
import yaml
from mkdocs_agent_catalog.build import Options, build
from mkdocs_agent_catalog.publishing.sphinx_inventory import NAME
from references import FILES, article, links, run
from sites import ENVIRONMENT, HOSTILE, REPOSITORY, write
from sphobjinv import Inventory

BASE = "https://example.org/team/agents/"


def inventory(root: Path, files: dict[str, str], **options: object) -> Inventory:
    write(root, files)
    site = build(root, Options(**options))  # type: ignore[arg-type]
    found = next(one.content for one in site.outputs if one.uri.endswith(NAME))
    assert isinstance(found, bytes)
    return Inventory(zlib=found)


def named(found: Inventory) -> dict[str, sphobjinv.DataObjStr]:
    return {f"{one.domain}:{one.role}:{one.name}": one for one in found.objects}


def test_everything_is_in_it_by_its_names(tmp_path: Path) -> None:
    found = inventory(tmp_path, FILES, site_name="Team\n& Co")
    assert found.project == "Team & Co"
    there = named(found)
    for name in ("agent:sql-reviewer", "agent:quality/sql-reviewer"):
        one = there[f"std:label:{name}"]
        assert (one.priority, one.dispname) == ("-1", "sql-reviewer")
        assert one.uri == "../agents/quality/sql-reviewer/"
    assert there["catalog:tool:Bash"].uri == there["std:label:tool:bash"].uri == "../tools/bash/"
    assert there["catalog:tool:mcp__context7__query-docs"].uri == "../servers/context7/#tool-query-docs"
    assert there["catalog:server:context7"].uri == "../servers/context7/"
    assert there["std:label:skill:plans"].uri == "../skills/plans/"
    assert there["std:label:agent:build/maker"].dispname == "Maker of Things"
    assert "catalog:agent:reviewer" not in there, "two have this name"
    assert {"catalog:agent:build/reviewer", "catalog:agent:quality/reviewer"} <= set(there)


@pytest.mark.parametrize("path", ["", "team/catalog"])
def test_every_address_is_there(tmp_path: Path, path: str) -> None:
    write(tmp_path, REPOSITORY)
    outputs = {one.uri: one for one in build(tmp_path, Options(path=path, use_directory_urls=False)).outputs}
    file = f"{path}/{NAME}".lstrip("/")
    found = Inventory(zlib=bytes(outputs[file].content))  # type: ignore[arg-type]
    assert len(found.objects) > 100
    for one in found.objects:
        address = posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(one.uri)))
        assert address.partition("#")[0].removesuffix(".html") + ".md" in outputs, one.uri


def test_hostile_names_make_no_entries(tmp_path: Path) -> None:
    evil = "x py:module 1 https://evil.example/ -\nos py:module 1 https://evil.example/ -\u2028y 1 \x85"
    files = {
        "agents/a.md": HOSTILE,
        "agents/b.md": f"---\nname: {json.dumps(evil)}\ndescription: b\n---\nx\n",
    }
    found = inventory(tmp_path, files, site_name="a\n# Version: 2")
    assert {one.domain for one in found.objects} == {"std", "catalog"}
    assert all(one.uri.startswith("../") for one in found.objects)
    assert all(one.dispname.isprintable() for one in found.objects)
    assert len(found.objects) == found.count
    assert {"std:label:agent:a", "std:label:agent:b"} <= set(named(found))


def test_it_is_the_same_every_time(tmp_path: Path) -> None:
    write(tmp_path, REPOSITORY)
    first, second = (build(tmp_path, Options()).outputs for _ in range(2))
    one, other = (next(one.content for one in outputs if one.uri == NAME) for outputs in (first, second))
    assert one == other


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The inventory of a team's site, as others get it."""
    root = tmp_path_factory.mktemp("published")
    write(root, FILES)
    site = build(root, Options(site_name="Team"))
    file = root / "objects.inv"
    file.write_bytes(next(bytes(one.content) for one in site.outputs if one.uri == NAME))  # type: ignore[arg-type]
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
    assert [one for one in links(html) if "example.org" in one[0]] == [
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
    assert [one for one in links(html) if "example.org" in one[0]] == [
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
    found = links(article(tmp_path / "site/far/ours/index.html"))
    assert [(href.rstrip("#"), text) for href, text in found] == [
        ("../../a%20b/agents/quality/sql-reviewer/", "the reviewer"),
        ("../../a%20b/agents/build/reviewer/", "agent:build/reviewer"),
        ("../../a%20b/servers/context7/#tool-query-docs", "x"),
        ("../../a%20b/tools/bash/", "Bash"),
        ("../../a%20b/agents/quality/sql-reviewer/", "sql-reviewer"),
    ]
    assert "cards.js" in article(tmp_path / "site/index.html")
