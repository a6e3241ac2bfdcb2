"""What configurations, hooks and instruction files of any runtime hold is read for names, and never told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from mkdocs_agent_catalog.build import Options, build
from mkdocs_agent_catalog.runtimes import RUNTIMES
from mkdocs_agent_catalog.runtimes.runtime import Runtime
from sites import agent, write

MARKER = re.compile(r"planted-\d+-value")
AGENTS = {
    **dict.fromkeys(
        (
            *(".claude/agents/a.md", ".cursor/agents/a.md", ".gemini/agents/a.md", ".qwen/agents/a.md"),
            *(".factory/droids/a.md", ".github/agents/a.agent.md", ".opencode/agents/a.md"),
        ),
        agent("a"),
    ),
    ".codex/agents/a.toml": 'name = "a"\ndescription = "Reads."\ndeveloper_instructions = "Read."\n',
    ".kiro/agents/a.json": '{"name": "a", "description": "Reads.", "prompt": "Read.", "tools": ["read"]}',
    ".roomodes": "customModes:\n- {slug: a, name: A, roleDefinition: Reads., groups: [read]}\n",
}


def write_values(numbers: Iterator[int]) -> Iterator[str]:
    for number in numbers:
        yield f"planted-{number}-value"


def describe_servers(values: Iterator[str]) -> dict[str, Any]:
    command = [f"/opt/{next(values)}/npx", next(values)]
    return {
        "one": {"command": command, "environment": {"A": next(values)}, "cwd": next(values)},
        "two": {"command": command[0], "args": [next(values)], "env": {"A": next(values)}},
        "three": {
            "url": f"https://{next(values)}/mcp",
            "headers": {"Authorization": next(values)},
            "oauth": {"clientSecret": next(values)},
        },
    }


def describe_hooks(values: Iterator[str]) -> dict[str, Any]:
    action = {"type": "command", "command": f"A={next(values)} ./guard.sh {next(values)}"}
    plain = {"bash": f"./guard.sh {next(values)}", "env": {"A": next(values)}}
    return {"preToolUse": [plain, {"type": "http", "url": next(values)}], "Stop": [{"hooks": [action]}]}


def make_files(runtime: Runtime, values: Iterator[str]) -> dict[str, str]:
    files = {}
    for place in runtime.server_files:
        key = runtime.server_keys.get(place, runtime.server_key)
        text = json.dumps({key: describe_servers(values), "hooks": describe_hooks(values)})
        if place.endswith(".toml"):
            text = f'[{key}.one]\ncommand = "/opt/{next(values)}/npx"\nargs = ["{next(values)}"]\n'
            text += f'bearer_token_env_var = "{next(values)}"\n[{key}.one.env]\nA = "{next(values)}"\n'
        files[place] = text
    for place in runtime.settings_files:
        text = json.dumps({"hooks": describe_hooks(values), "env": {"A": next(values)}})
        files.setdefault(place.replace("*", "a"), text)
    for place in runtime.instruction_files:
        files[place] = f"Tell nobody {next(values)}.\n"
    for place in runtime.rule_folders:
        text = f"---\ndescription: {next(values)}\n---\n\nTell nobody {next(values)}.\n"
        files[f"{place.replace('*', 'a')}/a{runtime.rule_suffixes[0]}"] = text
    return files


def test_values_of_configurations_are_nowhere(tmp_path: Path) -> None:
    numbers = count()
    values = write_values(numbers)
    files: dict[str, str] = {}
    for runtime in RUNTIMES.values():
        files = {**make_files(runtime, values), **files}
    write(tmp_path, {**AGENTS, **files})
    site = build(tmp_path, Options(embeds=True))
    outputs = {output.uri: str(output.body if output.is_page else output.content) for output in site.outputs}
    assert next(numbers) > 200
    assert {uri for uri, text in outputs.items() if MARKER.search(text)} == set()
    assert not [item for item in site.diagnostics if MARKER.search(str(item))]
    assert {server.name for server in site.catalog.servers} >= {"one", "two", "three"}
    hooks = {hook.program for item in site.catalog.agents for hook in item.every_hook}
    assert {"guard.sh", "http"} <= hooks
    given = {item.dialect for item in site.catalog.agents if item.instructions}
    assert given >= {"claude-code", "codex", "copilot", "cursor", "gemini", "opencode", "roo"}
