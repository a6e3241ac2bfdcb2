"""Repositories with a history of changed rights, and of changes that are none."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from histories import body, run

TOOLS = ("Read", "Grep", "Glob", "Bash", "Edit", "Write", "WebFetch", "WebSearch", "Task", "Bash(git:*)")
MODELS = ("sonnet", "opus", "haiku", "inherit")
SERVERS = ("context7", "github", "browser")


@dataclass
class Definition:
    """One agent as its author means it. ``tools`` is ``None`` where the file has no list."""

    name: str
    path: str
    body: str
    tools: list[str] | None = None
    denied: list[str] = field(default_factory=list)
    model: str = ""
    mode: str = ""
    comment: str = ""

    def write(self, root: Path) -> None:
        lines = ["---", f"name: {self.name}", f"description: Does {self.name}."]
        lines += [f"# {self.comment}"] if self.comment else []
        lines += [f"tools: {', '.join(self.tools)}"] if self.tools is not None else []
        lines += [f"disallowedTools: {', '.join(self.denied)}"] if self.denied else []
        lines += [f"model: {self.model}"] if self.model else []
        lines += [f"permissionMode: {self.mode}"] if self.mode else []
        file = root / self.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join([*lines, "---", self.body]), encoding="utf-8")


class ChangingRepository:
    """A repository whose commits change rights (``change_rights``) or anything else (``change_texts``)."""

    def __init__(self, root: Path, bodies: list[str], seed: int) -> None:
        self.root, self.dice = root, random.Random(seed)
        self.agents = [
            Definition(
                f"agent-{number}",
                f".claude/agents/agent-{number}.md",
                body,
                self.dice.choice([None, self.dice.sample(TOOLS, 3)]),
            )
            for number, body in enumerate(bodies)
        ]
        self.next = len(bodies)
        self.servers: dict[str, str] = {}
        self.denied: list[str] = []
        root.mkdir(parents=True, exist_ok=True)
        run(root, "git", "init", "-q", "-b", "main")
        self.commit()

    def commit(self) -> None:
        for agent in self.agents:
            agent.write(self.root)
        servers = {name: {"command": "npx", "args": [f"{name}@{v}"]} for name, v in self.servers.items()}
        (self.root / ".mcp.json").write_text(json.dumps({"mcpServers": servers}), encoding="utf-8")
        settings = {"permissions": {"deny": self.denied}} if self.denied else {}
        (self.root / ".claude/settings.json").write_text(json.dumps(settings), encoding="utf-8")
        run(self.root, "git", "add", "-A")
        run(self.root, "git", "commit", "-q", "--allow-empty", "-m", "change")

    def change_rights(self) -> None:
        """One change after which somebody may do something else than before."""
        choices: list[Callable[[], None]] = [
            *(self._change_list, self._change_list, self._change_denied, self._change_model),
            *(self._change_mode, self._change_servers, self._change_settings),
        ]
        self.dice.choice(choices)()

    def _change_list(self) -> None:
        agent = self.dice.choice(self.agents)
        new: list[str] | None = self.dice.choice([None, self.dice.sample(TOOLS, self.dice.randint(0, 4))])
        agent.tools = new if new != agent.tools else ["Read"]

    def _change_denied(self) -> None:
        agent = self.dice.choice(self.agents)
        agent.denied = [] if agent.denied else [self.dice.choice(TOOLS[:8])]

    def _change_model(self) -> None:
        agent = self.dice.choice(self.agents)
        agent.model = self.dice.choice([model for model in MODELS if model != agent.model])

    def _change_mode(self) -> None:
        agent = self.dice.choice(self.agents)
        agent.mode = "" if agent.mode else self.dice.choice(["plan", "acceptEdits", "bypassPermissions"])

    def _change_servers(self) -> None:
        name = self.dice.choice(SERVERS)
        if name in self.servers and self.dice.random() < 0.5:
            del self.servers[name]
        else:
            self.servers[name] = "latest" if self.servers.get(name) == "1.0.0" else "1.0.0"

    def _change_settings(self) -> None:
        rule = self.dice.choice(["Bash", "Bash(rm:*)", "WebFetch", "Write"])
        self.denied = (
            [item for item in self.denied if item != rule] if rule in self.denied else [*self.denied, rule]
        )

    def change_texts(self) -> None:
        """One change after which everybody may do what they could before."""
        agent = self.dice.choice(self.agents)
        kind = self.dice.choice(["body", "comment", "order", "move"])
        if kind == "body":
            agent.body += f"\nAlso sentence {self.dice.randint(0, 999)}.\n"
        elif kind == "comment":
            agent.comment = f"note {self.dice.randint(0, 999)}"
        elif kind == "order" and agent.tools:
            agent.tools = sorted(agent.tools, reverse=self.dice.random() < 0.5)
        elif kind == "move":
            self.next += 1
            (self.root / agent.path).unlink()
            agent.path = f".claude/agents/team-{self.next}/{agent.name}.md"

    def add_and_remove(self) -> None:
        """A new agent, and one that goes."""
        gone = self.agents.pop(self.dice.randrange(len(self.agents)))
        (self.root / gone.path).unlink()
        self.next += 1
        name = f"agent-{self.next}"
        body = f"A text of {name} that nobody else has. " * 9
        self.agents.append(Definition(name, f".claude/agents/{name}.md", body, self.dice.sample(TOOLS, 2)))


def write_history(root: Path, agents: int, commits: int, seed: int) -> Path:
    """A repository at ``root`` with so many agents and commits; some commits change no rights."""
    repository = ChangingRepository(root, [body(number) for number in range(agents)], seed)
    for number in range(commits):
        if number % 3:
            repository.change_rights()
        if number % 2:
            repository.change_texts()
        if number % 5 == 4:
            repository.add_and_remove()
        repository.commit()
    return root
