"""What is installed with the plugin, and what is packed."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from places import ROOT


def test_the_lowest_versions_that_are_tried_are_those_that_are_allowed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    bounds = {
        requirement.name: [bound.version for bound in requirement.specifier if bound.operator == ">="]
        for requirement in map(Requirement, project["dependencies"])
    }
    lines = (ROOT / "tests/lowest.txt").read_text(encoding="utf-8").splitlines()
    tried = dict(line.split("==") for line in lines if not line.startswith("#"))
    assert bounds == {name: [version] for name, version in tried.items()}


def test_the_package_holds_what_is_meant_and_its_readme_has_whole_links(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "build",
        "--no-isolation",
        "--sdist",
        "--outdir",
        str(tmp_path),
        str(ROOT),
    ]
    subprocess.run(command, check=True, capture_output=True)
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as package:
        names = {name.partition("/")[2] for name in package.getnames()}
        (information,) = (member for member in package.getmembers() if member.name.endswith("/PKG-INFO"))
        text = package.extractfile(information).read().decode()  # type: ignore[union-attr]
    assert {name.partition("/")[0] for name in names} == {
        *(".gitignore", "CHANGELOG.md", "LICENSE", "PKG-INFO", "README.md", "plugins", "pyproject.toml")
    }
    assert "plugins/mkdocs_agent_catalog/pages/templates/agent.html.jinja" in names
    links = re.findall(r'\]\(([^)]+)\)|(?:src|srcset)="([^"]+)"', text)
    assert links
    assert all((link or picture).startswith(("https://", "#")) for link, picture in links)
