"""What is installed with the plugin."""

from __future__ import annotations

import tomllib

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
