"""What a build costs at any size: this plugin, plain MkDocs, and Zensical.

    python benchmarks/scale.py [--sizes 10 100 1000] [--runs 3] [--bodies FOLDER] [--zensical COMMAND]
                               [--kinds catalog same plain] [--most same=2000] [--timeout 1800]
                               [--save FILE.json] [--load FILE.json ...] [--chart FILE.svg]

Two kinds of plain MkDocs: ``same`` has the very pages that this plugin makes (agents with their tools, tools,
the matrix ...), turned into Markdown files by ``markdownify`` (``pip install markdownify``); ``plain`` has no
more than the bodies of the agents, a page for each. In both all pages are out of the navigation.
``--bodies`` is a folder with agent files (default: the agents of this repository and of its tests); their
texts are used in turn, under changed names. Each row is the median of ``--runs`` whole builds, which take
turns, so that what slows the machine slows them all. ``--most`` leaves a kind out above a size; one whose
build takes longer than ``--timeout`` seconds is left out from there on. ``--save`` keeps each build as it
comes in, in a file that ``--load`` reads again, several of them too: their builds count with the new ones.
With ``--load`` and no ``--sizes`` nothing is measured. ``--chart`` draws seconds over agents.

Prints a Markdown table: seconds, their ratio to both kinds of plain MkDocs, seconds of processor time (user
and system, of the build and all processes that it started) with the ratio to ``plain``, milliseconds an agent
beyond those of the smallest size, so that a bend shows, peak memory of the largest process (MB), the site and
the search index (MB).
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from chart import chart

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
    """Of one build: seconds on the clock and of processors; memory, the site and its index in MB."""

    seconds: float
    memory: float
    site: float
    index: float
    processor: float = 0.0


Builds = dict[tuple[str, int], list[Cost]]


class TooSlow(Exception):
    """A build took longer than it may."""


def bodies(folder: Path | None) -> list[tuple[str, str]]:
    """``(frontmatter without its name, body)`` of each agent file below ``folder``."""
    places = [folder] if folder else [ROOT / "agents", ROOT / "tests" / "fixtures"]
    definitions = []
    for path in sorted(path for place in places for path in place.rglob("*.md")):
        text = path.read_text(encoding="utf-8", errors="replace")
        match = re.match(r"---\n(.*?\n)---\n(.*)", text, re.S)
        if match and re.search(r"^name:.*\n", match[1], re.M) and re.search(r"^description:", match[1], re.M):
            definitions.append((re.sub(r"^name:.*\n", "", match[1], count=1, flags=re.M), match[2]))
    return definitions


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


def run(root: Path, command: list[str], timeout: float) -> Cost:
    """One build of the repository at ``root``. Raises ``TooSlow``, or ``SystemExit`` if it fails."""
    site = root / "site"
    for earlier in (site, root / ".cache"):
        if earlier.exists():
            # Not deleted: for minutes ext4 passes over the places of files that are just gone, one by one,
            # and what is built right after seems slow: 25,000 files took 9 seconds of its time, not 0.4.
            earlier.rename(root / f"{earlier.name}-{time.time_ns()}")
    late = threading.Event()
    start = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        # A group of its own, as a build may start others that have to end with it.
        process = subprocess.Popen(
            command, cwd=root, stdout=output, stderr=output, env=environment(), start_new_session=True
        )
        clock = threading.Timer(timeout, _end, (process.pid, late))
        clock.start()
        _, status, used = os.wait4(process.pid, 0)
        clock.cancel()
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if late.is_set():
            raise TooSlow
        if process.returncode:
            output.seek(0)
            raise SystemExit(output.read().decode(errors="replace")[-4000:])
    files = [path.stat().st_size for path in site.rglob("*") if path.is_file()]
    # Linux counts memory in kilobytes, macOS in bytes.
    memory = used.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    index = next(
        (site / n for n in ("search/search_index.json", "search.json") if (site / n).is_file()), None
    )
    return Cost(
        seconds,
        memory,
        sum(files) / 1e6,
        index.stat().st_size / 1e6 if index else 0.0,
        used.ru_utime + used.ru_stime,
    )


def _end(group: int, late: threading.Event) -> None:
    late.set()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def environment() -> dict[str, str]:
    """As ours, with this checkout's plugin before an installed one, compiled once as that would be."""
    ours = {"PYTHONPATH": str(ROOT / "plugins"), "PYTHONDONTWRITEBYTECODE": "", "NO_MKDOCS_2_WARNING": "1"}
    return {**os.environ, **ours}


def middle(costs: list[Cost]) -> Cost:
    return Cost(*(median(getattr(c, name) for c in costs) for name in Cost.__slots__))


def measure(chosen: argparse.Namespace, kinds: dict[str, list[str]], builds: Builds) -> None:
    """Adds what each kind of build costs at each size to ``builds``; says and saves it as it comes in."""
    texts = bodies(chosen.bodies)
    left_out: set[str] = set()
    # One folder for all sizes, deleted at the end: see `run`.
    with tempfile.TemporaryDirectory() as folder:
        for size in chosen.sizes:
            now = {kind: kinds[kind] for kind in kinds if size <= chosen.most.get(kind, size)}
            root = Path(folder, str(size))
            for kind in {**now, "catalog": []}:
                write(root / kind, kind, 0 if kind == "same" else size, texts)
            if "same" in now and "same" not in left_out:
                # In another process: a build would count as much memory as this one has when it starts it.
                maker = multiprocessing.get_context("spawn").Process(
                    target=write_pages, args=(root / "same", root / "catalog")
                )
                maker.start()
                maker.join()
            for _ in range(chosen.runs if size < 5000 else min(chosen.runs, 2)):
                for kind in (name for name in now if name not in left_out):
                    try:
                        cost = run(root / kind, now[kind], chosen.timeout)
                    except TooSlow:
                        left_out.add(kind)
                        print(f"{size:6} {kind:9} took too long", file=sys.stderr)
                        continue
                    builds.setdefault((kind, size), []).append(cost)
                    print(
                        f"{size:6} {kind:9} {cost.seconds:7.2f} s, processor {cost.processor:7.2f} s",
                        file=sys.stderr,
                    )
                    if chosen.save:
                        save(chosen.save, builds)


def save(path: Path, builds: Builds) -> None:
    """Each build on a line of its own."""
    rows = [
        json.dumps({"kind": kind, "agents": size, **{k: round(v, 3) for k, v in asdict(cost).items()}})
        for (kind, size), costs in builds.items()
        for cost in costs
    ]
    path.write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="utf-8")


def load(paths: list[Path]) -> Builds:
    """The builds of all of ``paths``."""
    builds: Builds = {}
    for row in (row for path in paths for row in json.loads(path.read_text(encoding="utf-8"))):
        key = row.pop("kind"), row.pop("agents")
        builds.setdefault(key, []).append(Cost(**row))
    return builds


def in_order(builds: Builds) -> dict[tuple[str, int], Cost]:
    """The median of the builds of each kind and size: sizes first, then kinds as they are shown."""
    kinds = list(SHOWN)
    keys = sorted(builds, key=lambda key: (key[1], kinds.index(key[0])))
    return {key: middle(builds[key]) for key in keys}


def drawn(costs: dict[tuple[str, int], Cost]) -> str:
    """The chart of ``costs``."""
    lines = {
        name: [(size, cost.seconds) for (kind, size), cost in costs.items() if kind == built_kind]
        for built_kind, name in SHOWN.items()
    }
    return chart({name: line for name, line in lines.items() if line}, "Seconds that a build takes")


def table(costs: dict[tuple[str, int], Cost]) -> str:
    """The costs as a Markdown table."""
    rows = [
        "| agents | built by | seconds | of same | of bodies | processor s | of bodies | ms an agent "
        "| peak MB | site MB | index MB |"
    ]
    rows.append("| --: | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |")
    for (kind, size), cost in costs.items():
        first = min(number for built_kind, number in costs if built_kind == kind)
        least = costs[kind, first]
        others = (costs.get((other, size)) for other in ("same", "plain"))
        ratio = " | ".join(f"{cost.seconds / other.seconds:.2f}" if other else "" for other in others)
        plain = costs.get(("plain", size))
        share = f"{cost.processor / plain.processor:.2f}" if plain and plain.processor else ""
        each = (cost.seconds - least.seconds) / (size - first) * 1000 if size > first else 0
        rows.append(
            f"| {size:,} | {SHOWN[kind]} | {cost.seconds:.1f} | {ratio} | {cost.processor:.1f} | {share} "
            f"| {f'{each:.2f}' if each else ''} "
            f"| {cost.memory:.0f} | {cost.site:.1f} | {cost.index:.2f} |"
        )
    return "\n".join(rows)


def most(text: str) -> tuple[str, int]:
    """``same=2000``"""
    kind, _, size = text.partition("=")
    if kind not in SHOWN or not size.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not KIND=SIZE")
    return kind, int(size)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--bodies", type=Path)
    parser.add_argument("--zensical", help="the command of a Zensical that is installed")
    parser.add_argument("--kinds", nargs="+", choices=PLAIN, default=PLAIN)
    parser.add_argument("--most", nargs="+", type=most, default=[], metavar="KIND=SIZE")
    parser.add_argument("--timeout", type=float, default=1800)
    parser.add_argument("--save", type=Path)
    parser.add_argument("--load", type=Path, nargs="+", default=[])
    parser.add_argument("--chart", type=Path)
    chosen = parser.parse_args()
    chosen.most = dict(chosen.most)
    kinds = {kind: [sys.executable, "-m", "mkdocs", "build", "-q"] for kind in chosen.kinds}
    if chosen.zensical:
        kinds["zensical"] = [str(Path(chosen.zensical).absolute()), "build"]
    builds = load(chosen.load)
    if chosen.sizes or not chosen.load:
        chosen.sizes = chosen.sizes or SIZES
        measure(chosen, kinds, builds)
    costs = in_order(builds)
    if chosen.save:
        save(chosen.save, builds)
    if chosen.chart:
        chosen.chart.write_text(drawn(costs), encoding="utf-8")
    print(table(costs))


if __name__ == "__main__":
    main()
