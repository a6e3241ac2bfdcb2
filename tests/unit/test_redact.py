"""Nothing of a configured value is left, whatever the spelling."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from mkdocs_agent_catalog.build import Options, build
from mkdocs_agent_catalog.reading import mask_server_config
from sites import write

SECRET = "hunter2"
BLOCKS = [
    "mcpServers:\n  s:\n    env:\n      KEY: hunter2\n    command: npx",
    "mcpServers:\n  s:\n    env: {KEY: hunter2}\n    command: npx",
    "mcpServers:\n  - s: {command: npx, env: {KEY: hunter2}}",
    "mcpServers:\n  s:\n    headers:\n      - Authorization: hunter2\n    command: npx",
    "mcpServers:\n  s:\n    headers:\n      Authorization: |\n        hunter2\n    command: npx",
    'mcpServers: {"s": {"command": "npx", "headers": {"A": "hunter2"}}}',
    "mcpServers:\n  s:\n    command: npx\n    args: [--token, hunter2]",
    "mcpServers:\n  s:\n    url: https://user:hunter2@example.org/?token=hunter2",
    "mcpServers:\n\n  s:\n    env:\n      KEY: hunter2",
    "mcpServers:\n- s:\n    env:\n    - KEY=hunter2",
    "mcpServers: [{x: {env: {A: '${B}', TOKEN: hunter2}}}]",
    "mcpServers: {x: {env: {A: b,\nTOKEN: hunter2}}}",
    'mcpServers: {\n"x": {\n"env": {\n"TOKEN": "hunter2"\n}}}',
    "mcpServers:\n  x:\n    ? env\n    : {TOKEN: hunter2}",
    "shared: &e {TOKEN: hunter2}\nmcpServers:\n  x:\n    env: *e",
    'mcpServers: ["npx foo --key hunter2"]',
    "mcpServers: {x: {command: y, env: {TOKEN: hunter2}}}\ndescription: d: e",
    "hooks:\n  Stop:\n    - env:\n        TOKEN: hunter2",
    "env:\n  TOKEN: hunter2",
    "headers: {Authorization: hunter2}",
    "mcpServers:\n  x:\n    env:\n      TOKEN: *hunter2",
    "mcp-servers:\n  x:\n    env:\n      TOKEN: hunter2",
]


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize(
    "opening", ["---\n", "\n---\n", "---\r\n", "---\ndescription: |\n  one\n  ---\n  two\n"]
)
def test_raw_text(block: str, opening: str) -> None:
    shown = mask_server_config.mask_frontmatter(f"{opening}name: a\n{block}\n---\nBody with env: kept\n")
    assert SECRET not in shown
    assert "Body with env: kept" in shown
    assert "name: a" in shown


@pytest.mark.parametrize("block", BLOCKS)
def test_no_output_holds_it(tmp_path: Path, block: str) -> None:
    text = f"---\nname: a\ndescription: b\n{block}\n---\n\nDo.\n"
    write(tmp_path, {"agents/a.md": text, "agents/skills/s/SKILL.md": text})
    site = build(tmp_path, Options())
    for output in site.outputs:
        content = output.content if isinstance(output.content, bytes) else output.content.encode()
        assert SECRET.encode() not in content, output.uri
        assert SECRET not in output.uri
    assert SECRET not in " ".join(str(found) for found in site.diagnostics)
    assert SECRET not in json.dumps([output.search for output in site.outputs])


def test_names_of_servers_are_shown() -> None:
    for block in ("mcpServers: [github, docs]", "mcpServers:\n  - github\n  - docs"):
        assert "github" in mask_server_config.mask_frontmatter(f"---\nname: a\n{block}\n---\n")


def test_words_that_look_like_a_key_are_kept() -> None:
    text = "---\nname: a\ndescription: |\n  Sets headers: yes.\n  env: too\n---\nB\n"
    assert mask_server_config.mask_frontmatter(text) == text


def test_values() -> None:
    shown = mask_server_config.mask_value({"s": {"env": {"K": SECRET, "L": [SECRET]}, "url": "x"}})
    assert SECRET not in repr(shown)
    assert shown["s"]["url"] == "x"
