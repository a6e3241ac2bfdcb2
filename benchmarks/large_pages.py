"""What the large pages cost a browser: the index and the matrix of 1,000 agents with 150 tools.

    python benchmarks/large_pages.py [--agents 1000] [--tools 150] [--chromium /usr/bin/chromium]

Prints for each page: bytes as sent (gzip), table cells in the file, seconds until it can be used (beside
those of an empty page of the same site, in the same run), and milliseconds for a letter in the filter.
The catalog is synthetic and the same in each run: names, groups and grants are counted out.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import http.server
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
CONFIG = """site_name: Large
theme: {name: material, font: false}
plugins: [search, agent-catalog]
"""
TASKS = ("reviews", "writes", "tests", "deploys", "designs", "measures", "explains", "repairs")
THINGS = ("SQL", "interfaces", "pipelines", "documents", "clusters", "budgets", "schemas", "mobile apps")
KNOWN = ("Read", "Grep", "Glob", "Bash", "Edit", "Write", "WebFetch", "WebSearch", "Skill", "NotebookEdit")
# Run in the page: types a letter and waits for the next two frames.
TYPE = """async () => {
  const box = document.querySelector("#ac-filter");
  const start = performance.now();
  box.value = "sql";
  box.dispatchEvent(new Event("input"));
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return performance.now() - start;
}"""


def write(root: Path, agents: int, tools: int) -> None:
    """A repository of ``agents`` in 20 groups; each has 4 to 12 of ``tools``, every ninth declares none."""
    (root / "docs").mkdir()
    (root / "docs/index.md").write_text("# Empty\n", encoding="utf-8")
    (root / "mkdocs.yml").write_text(CONFIG, encoding="utf-8")
    names = [*KNOWN, *(f"mcp__server{n}__act" for n in range(40))]
    names += [f"Tool{n}" for n in range(tools - len(names))]
    for n in range(agents):
        task, thing = TASKS[n % 8], THINGS[n // 8 % 8]
        held = sorted({names[(n * 7 + k * k * 13) % len(names)] for k in range(4 + n % 9)})
        listed = "" if n % 9 == 0 else f"tools: {', '.join(held)}\n"
        text = f"---\nname: {thing.lower().replace(' ', '-')}-{task}-{n}\n"
        text += f"description: This agent {task} {thing} for team {n % 37}, and says what it found.\n"
        path = root / f"agents/team-{n % 20:02}/agent-{n}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}{listed}---\n\nDo it with care.\n", encoding="utf-8")


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def usable(browser: Browser, address: str, ready: str) -> tuple[float, float | None]:
    """Seconds until the page at ``address`` has drawn ``ready`` and idles; milliseconds of a letter typed."""
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    page.goto(address, wait_until="load")
    page.wait_for_selector(ready)
    seconds = page.evaluate(
        "() => new Promise((done) => requestIdleCallback(() => done(performance.now() / 1000)))"
    )
    typed = page.evaluate(TYPE) if page.locator("#ac-filter").count() else None
    page.close()
    return seconds, typed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=1000)
    parser.add_argument("--tools", type=int, default=150)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        root = Path(folder)
        write(root, chosen.agents, chosen.tools)
        subprocess.run([sys.executable, "-m", "mkdocs", "build", "-q"], cwd=root, check=True)
        handler = functools.partial(Quiet, directory=str(root / "site"))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}/"
        path = chosen.chromium if Path(chosen.chromium).exists() else None
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        pages = {"": "h1", "agents/": "ac-finder[ready]"}
        pages |= dict.fromkeys(("matrix/", "matrix/declared/"), "ac-matrix[ready]")
        print(f"{'page':<20}{'kB sent':>9}{'cells':>8}{'usable s':>10}{'over empty':>12}{'letter ms':>11}")
        empty = 0.0
        for uri, ready in pages.items():
            html = (root / "site" / uri / "index.html").read_text(encoding="utf-8")
            runs = [usable(browser, base + uri, ready) for _ in range(5)]
            seconds = median(run[0] for run in runs)
            empty = empty or seconds
            letters = [run[1] for run in runs if run[1] is not None]
            letter = f"{median(letters):.0f}" if letters else ""
            over = seconds - empty
            size = len(gzip.compress(html.encode())) / 1000
            cells = html.count("<td")
            print(f"{uri or 'empty':<20}{size:>9.0f}{cells:>8}{seconds:>10.2f}{over:>12.2f}{letter:>11}")
        most = max(path.read_text(encoding="utf-8").count("<td") for path in (root / "site").rglob("*.html"))
        print(f"most cells on a page: {most}")
        server.shutdown()


if __name__ == "__main__":
    main()
