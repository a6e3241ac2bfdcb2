"""What a build costs at any size: this plugin, plain MkDocs, and Zensical.

    python benchmarks/scale.py [--sizes 10 100 1000] [--runs 3] [--bodies FOLDER] [--zensical COMMAND]
                               [--kinds catalog same plain]

Two kinds of plain MkDocs: ``same`` has the very pages that this plugin makes (agents with their tools, tools,
the matrix ...), turned into Markdown files by ``markdownify`` (``pip install markdownify``); ``plain`` has no
more than the bodies of the agents, a page for each. In both all pages are out of the navigation.
``--bodies`` is a folder with agent files (default: the agents of this repository and of its tests); their
texts are used in turn, under changed names. Each row is the median of ``--runs`` whole builds, which take
turns, so that what slows the machine slows them all. Prints a Markdown table: seconds, peak memory of the
largest process (MB), the site and the search index (MB), the ratio to both kinds of plain MkDocs, and
milliseconds an agent beyond those of the smallest size, so that a bend shows.
"""

from __future__ import annotations

import argparse
import importlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
SIZES = (10, 100, 1000, 2000, 5000, 10000)
THEME = "site_name: Scale\ntheme: {name: material, font: false}\n"
CONFIGS = {
    "catalog": THEME + "plugins: [search, agent-catalog]\n",
    "same": THEME + "plugins: [search]\nnot_in_nav: '*'\n",
    "plain": THEME + "plugins: [search]\nnot_in_nav: /agents/\n",
    "zensical": THEME + "plugins: [search]\nnav: [index.md]\n",
}
PLAIN = ["catalog", "same", "plain"]
SHOWN = {
    "catalog": "this plugin",
    "same": "MkDocs, the same pages",
    "plain": "MkDocs, the bodies alone",
    "zensical": "Zensical, the bodies alone",
}


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one build: seconds on the clock, the most memory, the size of the site and its index, in MB."""

    seconds: float
    memory: float
    site: float
    index: float


def bodies(folder: Path | None) -> list[tuple[str, str]]:
    """``(frontmatter without its name, body)`` of each agent file below ``folder``."""
    places = [folder] if folder else [ROOT / "agents", ROOT / "tests" / "fixtures"]
    found = []
    for path in sorted(path for place in places for path in place.rglob("*.md")):
        text = path.read_text(encoding="utf-8", errors="replace")
        match = re.match(r"---\n(.*?\n)---\n(.*)", text, re.S)
        if match and re.search(r"^name:.*\n", match[1], re.M) and re.search(r"^description:", match[1], re.M):
            found.append((re.sub(r"^name:.*\n", "", match[1], count=1, flags=re.M), match[2]))
    return found


def write(root: Path, kind: str, size: int, texts: list[tuple[str, str]]) -> None:
    """A repository of ``size`` agents in groups of about 50, as definitions or as plain pages."""
    (root / "docs").mkdir(parents=True)
    (root / "docs/index.md").write_text("# Home\n", encoding="utf-8")
    (root / "mkdocs.yml").write_text(CONFIGS[kind], encoding="utf-8")
    agents = root / ("agents" if kind == "catalog" else "docs/agents")
    for n in range(size):
        front, body = texts[n % len(texts)]
        folder = agents / f"team-{n // 50:03}"
        folder.mkdir(parents=True, exist_ok=True)
        # A plain page gets no frontmatter: what MkDocs would do with it is another matter.
        top = f"---\nname: agent-{n:05}\n{front}---\n" if kind == "catalog" else f"# agent-{n:05}\n\n"
        (folder / f"agent-{n:05}.md").write_text(top + body, encoding="utf-8")


def write_pages(root: Path, repo: Path) -> None:
    """The pages of the catalog of ``repo`` as Markdown files; pictures and scripts are left out."""
    sys.path.insert(0, str(ROOT / "plugins"))
    build = importlib.import_module("mkdocs_agent_catalog.build")
    markdownify = importlib.import_module("markdownify").markdownify
    (root / "mkdocs.yml").write_text(CONFIGS["same"], encoding="utf-8")
    for output in build.build(repo, build.Options()).outputs:
        if output.is_page:
            shown = re.sub(r"<(svg|script|template|dialog)\b.*?</\1>", "", output.content, flags=re.S)
            path = root / "docs" / output.uri
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(markdownify(shown, heading_style="ATX"), encoding="utf-8")


def run(root: Path, command: list[str]) -> Cost:
    """One build of the repository at ``root``. Raises ``SystemExit`` with its output if it fails."""
    site = root / "site"
    shutil.rmtree(site, ignore_errors=True)
    start = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, cwd=root, stdout=output, stderr=output, env=environment())
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            raise SystemExit(output.read().decode(errors="replace")[-4000:])
    files = [path.stat().st_size for path in site.rglob("*") if path.is_file()]
    # Linux counts memory in kilobytes, macOS in bytes.
    memory = used.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    index = next(
        (site / n for n in ("search/search_index.json", "search.json") if (site / n).is_file()), None
    )
    return Cost(seconds, memory, sum(files) / 1e6, index.stat().st_size / 1e6 if index else 0.0)


def environment() -> dict[str, str]:
    """As ours, with this checkout's plugin before an installed one."""
    return {**os.environ, "PYTHONPATH": str(ROOT / "plugins"), "NO_MKDOCS_2_WARNING": "1"}


def middle(costs: list[Cost]) -> Cost:
    return Cost(*(median(getattr(c, name) for c in costs) for name in Cost.__slots__))


def measure(
    sizes: list[int], runs: int, kinds: dict[str, list[str]], texts: list[tuple[str, str]]
) -> dict[tuple[str, int], Cost]:
    """The cost of each kind of build at each size, said on standard error as it comes in."""
    found = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            for kind in kinds:
                write(Path(folder, kind), kind, 0 if kind == "same" else size, texts)
            if "same" in kinds:
                write_pages(Path(folder, "same"), Path(folder, "catalog"))
            taken: dict[str, list[Cost]] = {kind: [] for kind in kinds}
            for _ in range(runs if size < 5000 else min(runs, 2)):
                for kind, command in kinds.items():
                    taken[kind].append(run(Path(folder, kind), command))
                    print(f"{size:6} {kind:9} {taken[kind][-1].seconds:7.2f} s", file=sys.stderr)
        found.update({(kind, size): middle(costs) for kind, costs in taken.items()})
    return found


def table(found: dict[tuple[str, int], Cost], sizes: list[int]) -> str:
    """The costs as a Markdown table."""
    rows = [
        "| agents | built by | seconds | of same | of bodies | ms an agent | peak MB | site MB | index MB |"
    ]
    rows.append("| --: | --- | --: | --: | --: | --: | --: | --: | --: |")
    for (kind, size), cost in found.items():
        least = found[kind, sizes[0]]
        others = (found.get((other, size)) for other in ("same", "plain"))
        ratio = " | ".join(f"{cost.seconds / other.seconds:.2f}" if other else "" for other in others)
        each = (cost.seconds - least.seconds) / (size - sizes[0]) * 1000 if size > sizes[0] else 0
        rows.append(
            f"| {size:,} | {SHOWN[kind]} | {cost.seconds:.1f} | {ratio} | {f'{each:.2f}' if each else ''} "
            f"| {cost.memory:.0f} | {cost.site:.1f} | {cost.index:.2f} |"
        )
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--bodies", type=Path)
    parser.add_argument("--zensical", help="the command of a Zensical that is installed")
    parser.add_argument("--kinds", nargs="+", choices=PLAIN, default=PLAIN)
    chosen = parser.parse_args()
    mkdocs = [sys.executable, "-m", "mkdocs", "build", "-q"]
    kinds = dict.fromkeys(chosen.kinds, mkdocs)
    if chosen.zensical:
        kinds["zensical"] = [chosen.zensical, "build"]
    texts = bodies(chosen.bodies)
    print(table(measure(chosen.sizes, chosen.runs, kinds, texts), chosen.sizes))


if __name__ == "__main__":
    main()
