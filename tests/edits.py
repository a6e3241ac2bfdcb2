"""Edits of a small repository (``sites.REPOSITORY``), drawn by lot."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

from sites import agent, write

Edit = Callable[[Path, random.Random], None]
NAMES = ("lead", "coder", "helper", "code-reviewer", "two words")


def agents(root: Path) -> list[Path]:
    return sorted(path for path in (root / "agents").rglob("*.md") if "skills" not in path.parts)


def says(root: Path, chance: random.Random) -> None:
    sentence = chance.choice(
        ["Ask the `coder` agent.", "Use Skill(plans).", "Call two words, or @agent-nobody.", ""]
    )
    path = chance.choice(agents(root))
    path.write_text(path.read_text(encoding="utf-8", errors="replace") + f"\n{sentence}\n", encoding="utf-8")


def writes(root: Path, chance: random.Random) -> None:
    path = root / "agents" / chance.choice(["one", "two"]) / f"{chance.choice('abc')}.md"
    tools = chance.choice(["", "tools: Read\n", "tools: [Bash, mcp__docs__query]\n", "allowed-tools: Read\n"])
    text = agent(chance.choice(NAMES), tools, "| Skill | When |\n| --- | --- |\n| `plans` | always |\n")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode() + chance.choice([b"", b"\xff", b"password: Kq9_zT4wLx82Vbn3\n"]))


def moves(root: Path, chance: random.Random) -> None:
    path = chance.choice(agents(root))
    path.rename(path.with_name(f"{chance.randrange(1000)}.md"))


def removes(root: Path, chance: random.Random) -> None:
    if len(paths := agents(root)) > 3:
        chance.choice(paths).unlink()


def skill(root: Path, chance: random.Random) -> None:
    name = chance.choice(["plans", "helper", "reviews"])
    write(
        root,
        {f"agents/skills/{name}/SKILL.md": agent(name, "agent: lead\n", chance.choice(["A.", "B `lead`."]))},
    )


def servers(root: Path, chance: random.Random) -> None:
    names = {chance.choice(["docs", "github"]): {"command": chance.choice(["npx", "uvx"])}}
    write(root, {"agents/.mcp.json": json.dumps({"mcpServers": names})})


def plugin(root: Path, chance: random.Random) -> None:
    manifest = {"name": chance.choice(["kit", "tools"]), "version": chance.choice(["1", "2"])}
    write(root, {"plugins/kit/.claude-plugin/plugin.json": json.dumps(manifest)})
    write(root, {"plugins/kit/agents/p.md": agent("lead")})


EDITS: tuple[Edit, ...] = (says, writes, moves, removes, skill, servers, plugin)
