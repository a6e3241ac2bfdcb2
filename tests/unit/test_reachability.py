"""What agents have through others, in random repositories, against a search that tries every way.

Every "can" has a chain of which each step holds; every "cannot" of a tool names its rule; none is missed.
"""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import pytest
from mkdocs_agent_catalog.build import Options, load_catalog
from mkdocs_agent_catalog.model.catalog import Catalog
from mkdocs_agent_catalog.model.definitions import Agent
from mkdocs_agent_catalog.permissions.capabilities import CLASSES, find_capabilities
from mkdocs_agent_catalog.permissions.decisions import PermissionResolver
from mkdocs_agent_catalog.permissions.delegation import DelegationFinder, Step
from mkdocs_agent_catalog.runtimes import DEFAULT_PROFILE, RUNTIMES, get_runtime_of, list_rules
from sites import write

CONFIGURATIONS = int(os.environ.get("CONFIGURATIONS", "60"))
NAMES = ("ann", "bob", "cid", "dan", "eve")
CLAUDE_TOOLS = ("Read", "Bash", "Edit", "WebFetch", "mcp__docs__find", "mcp__docs", "Task", "Agent")
KIRO_TOOLS = ("read", "write", "shell", "subagent", "web_fetch", "@docs")


def write_claude_agent(dice: random.Random, name: str) -> str:
    tools = dice.sample(CLAUDE_TOOLS, dice.randint(0, 4))
    if dice.random() < 0.5:
        tools.append(f"Agent({', '.join(dice.sample(NAMES, 2))})")
    lines = [f"name: {name}", f"description: Does {name}."]
    lines += [f"tools: {', '.join(tools)}"] if tools and dice.random() < 0.8 else []
    lines += [f"disallowedTools: {dice.choice(CLAUDE_TOOLS)}"] if dice.random() < 0.3 else []
    body = f'subagent_type: "{dice.choice(NAMES)}"' if dice.random() < 0.4 else "Works."
    return "\n".join(["---", *lines, "---", body, ""])


def write_kiro_agent(dice: random.Random, name: str) -> str:
    table: dict[str, object] = {
        "name": name,
        "description": "Use it.",
        "prompt": f"Ask `{dice.choice(NAMES)}`.",
    }
    table["tools"] = dice.sample(KIRO_TOOLS, dice.randint(1, 4))
    if dice.random() < 0.7:
        table["toolsSettings"] = {"subagent": {"availableAgents": dice.sample(NAMES, dice.randint(1, 2))}}
    return json.dumps(table)


def write_opencode_agent(dice: random.Random, name: str) -> str:
    effects = ("allow", "ask", "deny")
    tasks = ", ".join(f'"{other}": {dice.choice(effects)}' for other in dice.sample(NAMES, 2))
    lines = [
        f"description: Does {name}.",
        f"mode: {dice.choice(['subagent', 'primary', 'all'])}",
        "permission:",
    ]
    lines += [f"  {key}: {dice.choice(effects)}" for key in ("bash", "edit", "webfetch")]
    lines += [f'  task: {{"*": {dice.choice(effects)}, {tasks}}}'] if dice.random() < 0.7 else []
    return "\n".join(["---", *lines, "---", "Works.", ""])


def write_repository(root: Path, seed: int) -> None:
    dice = random.Random(seed)
    files = {".mcp.json": json.dumps({"mcpServers": {"docs": {"command": "docs"}}})}
    files |= {
        f".claude/agents/{dice.choice(['', 'team/'])}{name}.md": write_claude_agent(dice, name)
        for name in dice.sample(NAMES, 4)
    }
    if dice.random() < 0.5:
        rules = dice.sample(["Bash", "WebFetch", "Edit", "Agent(bob)", "mcp__docs"], 2)
        settings = {"permissions": {dice.choice(["deny", "ask", "allow"]): rules}}
        files[".claude/settings.json"] = json.dumps(settings)
    if dice.random() < 0.5:
        files |= {f".kiro/agents/{name}.json": write_kiro_agent(dice, name) for name in NAMES}
    if dice.random() < 0.5:
        files |= {f".opencode/agents/{name}.md": write_opencode_agent(dice, name) for name in NAMES}
    if dice.random() < 0.5:
        files["plugins/plug/.claude-plugin/plugin.json"] = json.dumps({"name": "plug"})
        files |= {f"plugins/plug/agents/{name}.md": write_claude_agent(dice, name) for name in NAMES[:3]}
    write(root, files)


class Search:
    """Tries every way from agent to agent, as the rules of the runtimes allow it."""

    def __init__(self, catalog: Catalog, profile: str) -> None:
        self.catalog = catalog
        self.chosen, self.subagents = PermissionResolver(profile), PermissionResolver(DEFAULT_PROFILE)

    def list_own(self, agent: Agent, grants: PermissionResolver) -> set[str]:
        return {item.id for item in find_capabilities(agent, self.catalog, grants) if item.uses}

    def list_started(self, agent: Agent, grants: PermissionResolver) -> tuple[list[Agent], bool]:
        """Whom it may start, and whether its runtime's own agent is among them."""
        runtime = get_runtime_of(agent)
        tool = runtime.agent_tools[0] if runtime.agent_tools else ""
        decision = grants.decide(agent, tool) if tool else None
        if not decision or not decision.is_usable or not grants.can_start(agent):
            return [], False
        others = [
            other
            for other in self.catalog.agents
            if other.dialect == agent.dialect and other.id != agent.id and self.subagents.can_start(other)
        ]
        if decision.outcome != "enforced":
            return others, bool(runtime.unlimited_agent)
        links = self.catalog.get_links_from("agent", agent.id)
        named = {link.target for link in links if link.kind == "agent" and link.strongest == "declared"}
        return [other for other in others if other.id in named], False

    def find_through(self, agent: Agent) -> set[str]:
        reached: set[str] = set()
        seen = {agent.id}
        waiting = [(agent, self.chosen)]
        while waiting:
            current, grants = waiting.pop()
            others, has_unlimited = self.list_started(current, grants)
            if has_unlimited:
                reached |= {tool.reach for tool in get_runtime_of(agent).tools.values() if tool.reach}
            for other in others:
                if other.id not in seen:
                    seen.add(other.id)
                    reached |= self.list_own(other, self.subagents)
                    waiting.append((other, self.subagents))
        return reached - self.list_own(agent, self.chosen) - {"delegates"}


@pytest.mark.parametrize("seed", range(CONFIGURATIONS))
def test_what_is_reached_is_what_a_search_finds(tmp_path: Path, seed: int) -> None:
    write_repository(tmp_path, seed)
    catalog = load_catalog(tmp_path, Options(replay=False))
    for profile in (DEFAULT_PROFILE, "claude-code-main"):
        grants = PermissionResolver(profile)
        capabilities = {agent.id: find_capabilities(agent, catalog, grants) for agent in catalog.agents}
        finder = DelegationFinder(catalog, grants, capabilities)
        search = Search(catalog, profile)
        for agent in catalog.agents:
            indirect = {item.id: item for item in finder.find_indirect(agent)}
            assert indirect.keys() == search.find_through(agent), (profile, agent.id)
            for id, item in indirect.items():
                check_chain(item.steps, id, catalog, search, agent)
            for name in get_runtime_of(agent).current_tools:
                assert grants.decide(agent, name).rule in list_rules()


def check_chain(steps: tuple[Step, ...], id: str, catalog: Catalog, search: Search, agent: Agent) -> None:
    """That each agent of the chain may start the next, and that the last one can do it."""
    assert id in dict(CLASSES)
    grants = search.chosen
    current = agent
    for number, step in enumerate(steps):
        assert step.rule in list_rules()
        if number == 0:
            assert step.agent == agent.id
            continue
        others, has_unlimited = search.list_started(current, grants)
        if step.agent is None:
            assert has_unlimited
            assert number == len(steps) - 1
            return
        assert step.agent in {other.id for other in others}, (agent.id, id)
        current, grants = catalog.by_id["agent", step.agent], search.subagents
    assert id in search.list_own(current, search.subagents)


def test_the_repositories_differ_enough(tmp_path: Path) -> None:
    seen = set()
    for seed in range(20):
        write_repository(tmp_path / str(seed), seed)
        catalog = load_catalog(tmp_path / str(seed), Options(replay=False))
        seen |= {
            (agent.dialect, bool(agent.source.plugin), agent.access.inherits) for agent in catalog.agents
        }
    assert len(seen) >= 6
    assert sorted({"claude-code", "kiro", "opencode"}) == sorted({dialect for dialect, *_ in seen})


def test_the_own_agent_of_a_runtime_has_its_tools_by_a_rule_that_there_is() -> None:
    for runtime in RUNTIMES.values():
        if runtime.unlimited_agent:
            assert runtime.make_rule_id(runtime.unlimited_rule) in list_rules(), runtime.name
