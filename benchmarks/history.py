"""What reading the history of rights costs, cold: a new process, and nothing read before.

Usage: python benchmarks/history.py [--agents 100] [--commits 5000] [--repository FOLDER]

Makes a repository with a generated history, unless ``--repository`` names one. Of its commits half change a
prompt, the rest a description, a list of tools, a model, the settings, an MCP server, or add, move and remove
agents. Prints seconds on the clock and of the processor, those of git alone, and what was found.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mkdocs_agent_catalog.build import Options, load_timeline

TOOLS = ("Read", "Grep", "Glob", "Bash", "Edit", "Write", "WebFetch", "WebSearch", "Task", "Bash(git:*)")
SERVERS = ("context7", "github", "browser")
DENIED = ("Bash", "Bash(rm:*)", "WebFetch", "Write")
WORDS = tuple(f"word{number}" for number in range(400))


class History:
    """Writes commits for ``git fast-import``."""

    def __init__(self, agents: int, seed: int) -> None:
        self.dice, self.parts, self.when = random.Random(seed), list[bytes](), 1_500_000_000
        self.agents: dict[int, dict[str, object]] = {}
        self.servers: dict[str, str] = {}
        self.denied: list[str] = []
        self.next = 0
        self._begin_commit()
        for _ in range(agents):
            self._add_agent()

    def add_commit(self) -> None:
        """One more commit, of one change."""
        self._begin_commit()
        number = self.dice.choice(list(self.agents))
        agent = self.agents[number]
        kinds = ("prompt", "description", "tools", "model", "add", "remove", "move", "servers", "settings")
        kind = self.dice.choices(kinds, (50, 12, 16, 4, 5, 4, 3, 3, 3))[0]
        if kind == "add":
            self._add_agent()
        elif kind in ("remove", "move"):
            self.parts.append(f"D {agent['path']}\n".encode())
            agent["path"] = f".claude/agents/moved-{self.dice.randrange(7)}/agent-{number}.md"
            if kind == "remove":
                del self.agents[number]
            else:
                self._write_agent(number)
        elif kind == "servers":
            name = self.dice.choice(SERVERS)
            self.servers[name] = "latest" if self.servers.get(name) == "1" else "1"
            configs = {k: {"command": "npx", "args": [f"{k}@{v}"]} for k, v in self.servers.items()}
            self._write(".mcp.json", json.dumps({"mcpServers": configs}))
        elif kind == "settings":
            self.denied = self.dice.sample(DENIED, self.dice.randint(0, 3))
            self._write(".claude/settings.json", json.dumps({"permissions": {"deny": self.denied}}))
        else:
            values = {
                "prompt": self._make_prompt(),
                "description": self._make_text(12),
                "tools": self._choose(),
            }
            values["model"] = self.dice.choice(("opus", "sonnet", "haiku"))
            agent[kind] = values[kind]
            self._write_agent(number)

    def write(self, root: Path) -> None:
        """Makes the repository at ``root``."""
        subprocess.run(["git", "init", "-q", "-b", "main", str(root)], check=True)
        data = b"".join(self.parts)
        subprocess.run(["git", "fast-import", "--quiet"], cwd=root, input=data, check=True)
        subprocess.run(["git", "checkout", "-q", "main"], cwd=root, check=True)

    def _begin_commit(self) -> None:
        self.when += self.dice.randint(600, 40_000)
        who = f"a <a@example.org> {self.when} +0000"
        text = f"commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata 6\nchange\n"
        self.parts.append(text.encode())

    def _add_agent(self) -> None:
        self.agents[self.next] = {
            "path": f".claude/agents/team-{self.next % 7}/agent-{self.next}.md",
            "description": self._make_text(12),
            "tools": self._choose(),
            "model": "sonnet",
            "prompt": self._make_prompt(),
        }
        self._write_agent(self.next)
        self.next += 1

    def _choose(self) -> list[str] | None:
        return self.dice.choice([None, self.dice.sample(TOOLS, self.dice.randint(0, 4))])

    def _make_text(self, words: int) -> str:
        return " ".join(self.dice.choices(WORDS, k=words))

    def _make_prompt(self) -> str:
        return "\n\n".join(self._make_text(60) for _ in range(6))

    def _write_agent(self, number: int) -> None:
        agent = self.agents[number]
        tools = agent["tools"]
        lines = [f"name: agent-{number}", f"description: {agent['description']}", f"model: {agent['model']}"]
        lines += [f"tools: {', '.join(tools)}"] if isinstance(tools, list) else []
        self._write(str(agent["path"]), "\n".join(["---", *lines, "---", str(agent["prompt"]), ""]))

    def _write(self, path: str, text: str) -> None:
        data = text.encode()
        self.parts.append(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data))


def measure(root: Path) -> None:
    start = time.perf_counter()
    timeline = load_timeline(root, Options())
    seconds = time.perf_counter() - start
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    assert timeline
    agents = timeline.commits[-1].agents
    changes = sum(len(commit.changes) for commit in timeline.commits)
    print(
        f"{seconds:.1f} s; processor {own.ru_utime + own.ru_stime:.1f} s and git "
        f"{others.ru_utime + others.ru_stime:.1f} s; {own.ru_maxrss // 1024} MB; "
        f"{len(timeline.commits)} commits changed the rights of {changes} items; {agents} agents at the end"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--agents", type=int, default=100)
    parser.add_argument("--commits", type=int, default=5000)
    parser.add_argument("--repository", type=Path)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        measure(arguments.repository)
        return
    with tempfile.TemporaryDirectory() as folder:
        root = arguments.repository or Path(folder) / "repository"
        if not arguments.repository:
            history = History(arguments.agents, seed=1)
            for _ in range(arguments.commits - 1):
                history.add_commit()
            history.write(root)
        # A process of its own: nothing of what made the repository is warm.
        subprocess.run([sys.executable, __file__, "--measure", "--repository", str(root)], check=True)


if __name__ == "__main__":
    main()
