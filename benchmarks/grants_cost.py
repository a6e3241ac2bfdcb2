"""What the grants, the reach and the checks cost, as a share of a whole build in the same run.

Usage: python benchmarks/grants_cost.py FOLDER [COUNT]
Builds a site of COUNT agents (default 400) out of the bodies in FOLDER under changed names.
"""

from __future__ import annotations

import cProfile
import pstats
import sys
import tempfile
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config

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
        profile = cProfile.Profile()
        profile.runcall(build, config)
    rows = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    total = sum(row[2] for row in rows.values())
    print(f"{count} agents, profiled build: {total:.2f} s")
    for part in ("/grants.py", "/reach.py", "/rules.py", "/checks/"):
        own = sum(row[2] for (file, _, _), row in rows.items() if part in file)
        print(f"{part:12} own time {own:6.3f} s  {own / total:6.2%}")
    for name, file in (
        ("run", "/checks/__init__.py"),
        ("__post_init__", "/pages/page.py"),
        ("of", "/grants.py"),
    ):
        whole = sum(row[3] for (where, _, what), row in rows.items() if what == name and where.endswith(file))
        print(f"{name:14} with all that it calls {whole:6.3f} s  {whole / total:6.2%}")


if __name__ == "__main__":
    main()
