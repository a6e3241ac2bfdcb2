"""Chains: which steps there are, with their proofs, and the page of each chain."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from mkdocs_agent_catalog.build import Options, build, load_catalog
from mkdocs_agent_catalog.permissions.capabilities import find_capabilities
from mkdocs_agent_catalog.permissions.decisions import PermissionResolver
from mkdocs_agent_catalog.permissions.delegation import DelegationFinder
from mkdocs_agent_catalog.rights.chains import ChainFinder, Node
from sites import agent, write

SKILL = "---\nname: {name}\ndescription: Does {name}.\n---\n{body}\n"
FILES = {
    ".claude/commands/ship.md": '---\ndescription: Ships.\n---\nStart it: subagent_type="lead".\n',
    ".claude/agents/lead.md": agent("lead", "tools: Agent(worker), Bash\nskills: style\n"),
    ".claude/agents/worker.md": agent("worker", "tools: Edit, mcp__docs__find\n", "Mentions lead."),
    ".claude/agents/alone.md": agent("alone", "tools: Read\n", "Use the worker agent for that."),
    ".claude/agents/heir.md": agent("heir", ""),
    ".claude/skills/style/SKILL.md": SKILL.format(name="style", body='subagent_type: "worker"'),
    ".mcp.json": '{"mcpServers": {"docs": {"command": "docs"}}}',
}


def find_chains(root: Path, files: dict[str, str]) -> ChainFinder:
    write(root, files)
    catalog = load_catalog(root, Options(replay=False))
    grants = PermissionResolver()
    capabilities = {a.id: find_capabilities(a, catalog, grants) for a in catalog.agents}
    return ChainFinder(catalog, grants, DelegationFinder(catalog, grants, capabilities))


def list_targets(chains: ChainFinder, node: Node) -> set[Node]:
    return {step.target for step in chains.list_steps(node)}


def test_a_chain_goes_from_a_command_to_a_server(tmp_path: Path) -> None:
    chains = find_chains(tmp_path, FILES)
    chain = chains.find_chain(("skill", "ship"))
    assert chain.levels[0] == (("skill", "ship"),)
    assert chain.levels[1] == (("agent", "lead"),)
    # A subagent is not held to the names in its list.
    ends = {("any agent", "claude-code"), ("tool", "bash")}
    assert set(chain.levels[2]) == {("agent", "worker"), ("skill", "style"), *ends}
    assert ("server", "docs") in {node for level in chain.levels for node in level}
    assert set(chains.list_starts()) == {("skill", "ship"), ("agent", "lead"), ("skill", "style")}


def test_only_what_can_be_done_is_a_step(tmp_path: Path) -> None:
    chains = find_chains(tmp_path, FILES)
    # It has no tool that starts agents, whatever its text says.
    assert list_targets(chains, ("agent", "alone")) == set()
    # Its text merely mentions the other.
    assert ("agent", "lead") not in list_targets(chains, ("agent", "worker"))
    assert list_targets(chains, ("agent", "heir")) == {("inherited", "claude-code")}


def test_every_step_has_its_proof(tmp_path: Path) -> None:
    chains = find_chains(tmp_path, FILES)
    for node in [*chains.list_starts(), ("agent", "worker"), ("agent", "heir")]:
        for step in chains.list_steps(node):
            assert step.evidence or step.rule
            for span in [*(why.span for why in step.evidence), *([step.span] if step.span else [])]:
                text = (tmp_path / span.path).read_text(encoding="utf-8")
                assert 0 < span.line <= len(text.splitlines())


def test_cycles_end_and_long_chains_go_on_elsewhere(tmp_path: Path) -> None:
    def name(number: int) -> str:
        return f"step-{number % 80}"

    files = {
        f".claude/agents/{name(n)}.md": agent(name(n), "tools: Task\n", f'subagent_type: "{name(n + 1)}"')
        for n in range(80)
    }
    chains = find_chains(tmp_path, files)
    assert len(chains.find_chain(("agent", "step-0")).levels) >= 80
    outputs = {output.uri: output for output in build(tmp_path, Options(feeds=False)).outputs}
    body = outputs["chains/agents/step-0.md"].body.html
    assert body.count('class="ac-link') == 8
    assert re.search(r'<a href="\.\./step-7/">goes on</a>', body)


def test_page_tells_each_step_and_escapes_what_it_tells(tmp_path: Path) -> None:
    evil = "<img src=x onerror=alert(1)>"
    files = {**FILES, ".claude/agents/lead.md": agent(f"'{evil}'", "tools: Agent(worker), Bash\n")}
    write(tmp_path, files)
    outputs = {output.uri: output for output in build(tmp_path, Options(feeds=False)).outputs}
    body = outputs["chains/agents/lead.md"].body.html
    assert "<img" not in body
    assert "&lt;img" in body
    assert "Agent(worker)" in body
    assert "What it leads to, step by step" in outputs["agents/lead.md"].body.html
    listed = outputs["chains.md"].body.html
    assert 'href="agents/lead/"' in listed


@pytest.mark.parametrize("is_wide", [True, False])
def test_a_large_chain_is_followed_and_drawn_in_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_wide: bool
) -> None:
    monkeypatch.setattr("mkdocs_agent_catalog.rights.chains.MOST_NODES", 20)
    monkeypatch.setattr("mkdocs_agent_catalog.pages.chains.MOST_NODES", 15)
    calls = "\n".join(f'subagent_type: "n{n}"' for n in range(1, 30))
    bodies = [f'subagent_type: "n{(n + 1) % 60}"' for n in range(60)]
    bodies[0] = calls if is_wide else bodies[0]
    files = {
        f".claude/agents/n{n}.md": agent(f"n{n}", "tools: Task\n", body) for n, body in enumerate(bodies)
    }
    chain = find_chains(tmp_path, files).find_chain(("agent", "n0"))
    assert not chain.is_whole
    assert 20 <= len(chain.steps) <= 50
    outputs = {output.uri: output for output in build(tmp_path, Options(feeds=False)).outputs}
    body = outputs["chains/agents/n0.md"].body.html
    assert body.count('class="ac-link') == (15 if is_wide else 8)
    assert "goes on" in body
    assert "…" in body


@pytest.mark.parametrize("files", [{}, {".claude/agents/a.md": agent("a", "tools: Bash\n")}])
def test_without_chains_there_is_no_page(tmp_path: Path, files: dict[str, str]) -> None:
    write(tmp_path, {**files, "README.md": "x"})
    uris = {output.uri for output in build(tmp_path, Options(feeds=False)).outputs}
    assert not any(uri.startswith("chains") for uri in uris)
