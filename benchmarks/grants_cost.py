"""What the grants, the reach and the checks cost, as a share of a whole build in the same run.

Usage: python benchmarks/grants_cost.py FOLDER [COUNT]
Builds a site of COUNT agents (default 400) out of the bodies in FOLDER under changed names.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs_agent_catalog.build import Options, load_catalog
from mkdocs_agent_catalog.checks import registry
from mkdocs_agent_catalog.pages.registry import build_context, list_all_pages
from mkdocs_agent_catalog.pages.render import render_page
from mkdocs_agent_catalog.permissions.capabilities import find_capabilities
from mkdocs_agent_catalog.permissions.decisions import PermissionResolver

TOOLS = ("tools: Read, Grep, Bash(git:*)", "tools: Read, Write, mcp__docs__find", "", "allowed-tools: [Read]")


def repository(folder: Path, count: int, work: Path) -> None:
    """``count`` agents in ten groups; each file is a body of ``folder`` with frontmatter of its own."""
    bodies = [p.read_text(encoding="utf-8", errors="replace") for p in sorted(folder.rglob("*.md"))]
    (work / "docs").mkdir()
    (work / "docs/index.md").write_text("# Home\n", encoding="utf-8")
    for number in range(count):
        body = bodies[number % len(bodies)].split("---", 2)[-1]
        path = work / f"agents/group-{number % 10}/agent-{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        head = f"---\nname: agent-{number}\ndescription: Use it for {number}.\n{TOOLS[number % 4]}\n---\n"
        path.write_text(head + body, encoding="utf-8")
    config = "site_name: B\ntheme: {name: material, font: false}\nplugins: [search, agent-catalog]\n"
    (work / "mkdocs.yml").write_text(config, encoding="utf-8")


def main() -> None:
    folder = Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 400
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        repository(folder, count, work)
        config = load_config(str(work / "mkdocs.yml"))
        config.plugins.on_startup(command="build", dirty=False)
        start = time.process_time()
        build(config)
        whole = time.process_time() - start
        catalog = load_catalog(work, Options())
    start = time.process_time()
    grants = PermissionResolver()
    for agent in catalog.agents:
        find_capabilities(agent, catalog, grants)
        for tool in catalog.tools:
            grants.decide(agent, tool.name, tool.server)
    decided = time.process_time() - start
    start = time.process_time()
    registry.run_checks(catalog, grants)
    checked = time.process_time() - start
    own = ("matrix.md", "reach.md", "grants.md")
    made = [page for page in list_all_pages(build_context(catalog, (), {}, grants)) if page.uri in own]
    start = time.process_time()
    for page in made:
        render_page(page, True)
    shown = time.process_time() - start
    print(f"{count} agents: the whole build {whole:.2f} s of processor time")
    print(f"  every decision and the reach of all agents {decided:.3f} s, {decided / whole:.1%}")
    print(f"  all {len(registry.CHECKS)} checks {checked:.3f} s, {checked / whole:.1%}")
    print(f"  the pages {', '.join(own)} {shown:.3f} s, {shown / whole:.1%}")
    print(f"  together {(decided + checked + shown) / whole:.1%}")


if __name__ == "__main__":
    main()
