"""Nothing of an ``env`` or ``headers`` value is left, whatever the spelling."""

from __future__ import annotations

import pytest
from mkdocs_agent_catalog import redact

SECRET = "hunter2"


@pytest.mark.parametrize(
    "block",
    [
        "mcpServers:\n  s:\n    env:\n      KEY: hunter2\n    command: npx",
        "mcpServers:\n  s:\n    env: {KEY: hunter2}\n    command: npx",
        "mcpServers:\n  - s: {command: npx, env: {KEY: hunter2}}",
        "mcpServers:\n  s:\n    headers:\n      - Authorization: hunter2\n    command: npx",
        "mcpServers:\n  s:\n    headers:\n      Authorization: |\n        hunter2\n    command: npx",
        'mcpServers: {"s": {"command": "npx", "headers": {"A": "hunter2"}}}',
    ],
)
def test_raw_text(block: str) -> None:
    shown = redact.frontmatter(f"---\nname: a\n{block}\n---\nBody with env: kept\n")
    assert SECRET not in shown
    assert "npx" in shown
    assert "Body with env: kept" in shown


def test_values() -> None:
    shown = redact.value({"s": {"env": {"K": SECRET, "L": [SECRET]}, "url": "x"}})
    assert SECRET not in repr(shown)
    assert shown["s"]["url"] == "x"
