"""What other sites and plugins link by: what is in the inventory."""

from __future__ import annotations

import json
import posixpath
from pathlib import Path
from urllib.parse import unquote

import pytest
import sphobjinv
from mkdocs_agent_catalog.build import Options, build
from mkdocs_agent_catalog.publishing.sphinx_inventory import NAME
from references import FILES
from sites import HOSTILE, REPOSITORY, write
from sphobjinv import Inventory


def inventory(root: Path, files: dict[str, str], **options: object) -> Inventory:
    write(root, files)
    site = build(root, Options(**options))  # type: ignore[arg-type]
    content = next(output.content for output in site.outputs if output.uri.endswith(NAME))
    assert isinstance(content, bytes)
    return Inventory(zlib=content)


def named(parsed: Inventory) -> dict[str, sphobjinv.DataObjStr]:
    return {f"{entry.domain}:{entry.role}:{entry.name}": entry for entry in parsed.objects}


def test_everything_is_in_it_by_its_names(tmp_path: Path) -> None:
    parsed = inventory(tmp_path, FILES, site_name="Team\n& Co")
    assert parsed.project == "Team & Co"
    there = named(parsed)
    for name in ("agent:sql-reviewer", "agent:quality/sql-reviewer"):
        entry = there[f"std:label:{name}"]
        assert (entry.priority, entry.dispname) == ("-1", "sql-reviewer")
        assert entry.uri == "../agents/quality/sql-reviewer/"
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
    outputs = {
        output.uri: output for output in build(tmp_path, Options(path=path, use_directory_urls=False)).outputs
    }
    file = f"{path}/{NAME}".lstrip("/")
    parsed = Inventory(zlib=bytes(outputs[file].content))  # type: ignore[arg-type]
    assert len(parsed.objects) > 100
    for entry in parsed.objects:
        address = posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(entry.uri)))
        assert address.partition("#")[0].removesuffix(".html") + ".md" in outputs, entry.uri


def test_hostile_names_make_no_entries(tmp_path: Path) -> None:
    evil = "x py:module 1 https://evil.example/ -\nos py:module 1 https://evil.example/ -\u2028y 1 \x85"
    files = {
        "agents/a.md": HOSTILE,
        "agents/b.md": f"---\nname: {json.dumps(evil)}\ndescription: b\n---\nx\n",
    }
    parsed = inventory(tmp_path, files, site_name="a\n# Version: 2")
    assert {entry.domain for entry in parsed.objects} == {"std", "catalog"}
    assert all(entry.uri.startswith("../") for entry in parsed.objects)
    assert all(entry.dispname.isprintable() for entry in parsed.objects)
    assert len(parsed.objects) == parsed.count
    assert {"std:label:agent:a", "std:label:agent:b"} <= set(named(parsed))


def test_it_is_the_same_every_time(tmp_path: Path) -> None:
    write(tmp_path, REPOSITORY)
    first, second = (build(tmp_path, Options()).outputs for _ in range(2))
    before, again = (
        next(output.content for output in outputs if output.uri == NAME) for outputs in (first, second)
    )
    assert before == again
