"""The data files of tools: every row is whole."""

from __future__ import annotations

from importlib import resources

import pytest
import yaml
from mkdocs_agent_catalog.runtimes import DEFAULT, RUNTIMES
from mkdocs_agent_catalog.runtimes.builtin_tools import GROUPS


def test_every_row_is_whole() -> None:
    text = (
        resources.files("mkdocs_agent_catalog")
        .joinpath("runtimes/claude_code/tools.yaml")
        .read_text(encoding="utf-8")
    )
    table = yaml.safe_load(text)
    for name, row in (table["tools"] | table["retired"]).items():
        assert set(row) <= {"group", "permission", "summary", "successor", "retired", "source", "reach"}, name
    for name, fact in DEFAULT.tools.items():
        assert fact.retired or fact.permission in ("yes", "no"), name
        assert fact.successor is None or not DEFAULT.tools[fact.successor].retired, name


@pytest.mark.parametrize("name", RUNTIMES)
def test_every_tool_has_a_group_a_reach_and_a_sentence(name: str) -> None:
    for fact in RUNTIMES[name].tools.values():
        assert fact.group in dict(GROUPS), fact.name
        assert fact.reach in (None, "commands", "files", "network", "delegates"), fact.name
        assert fact.summary.endswith("."), fact.name
        assert fact.source, fact.name
