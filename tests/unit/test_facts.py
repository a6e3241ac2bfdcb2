"""The data file of tools: every row is whole."""

from __future__ import annotations

from importlib import resources

import yaml
from mkdocs_agent_catalog.runtimes import DEFAULT
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
        assert fact.group in dict(GROUPS), name
        assert fact.summary.endswith("."), name
        assert fact.source, name
        assert fact.retired or fact.permission in ("yes", "no"), name
        assert fact.successor is None or not DEFAULT.tools[fact.successor].retired, name
