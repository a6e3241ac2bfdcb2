"""Does the site's search answer with the right agent? Material's own search, in a browser.

    python benchmarks/search.py FOLDER QUERIES [--only CORPUS] [--chromium PATH]

Builds the catalog of the repository at ``FOLDER`` as a site, opens it, types each query into the search box
and reads the links that come. ``QUERIES`` holds a row for each query, its columns parted by tabs: the corpus
(may be left out), the kind of query, what is typed, and the agent that should come first (the end of its
path, without ``.md``). With ``--only``, rows of another corpus are left out. Prints each query whose first
answer is another, with the first three, and a table: for each kind, how often the right agent came first, and
among the first three. Last, the size of the index. Needs Playwright for Python.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import importlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SITE = "site_name: Search\ntheme: {name: material, font: false}\nplugins: [search, agent-catalog]\n"
FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
# Above the answers Material says how many there are, or that one may type; all of them come in the same turn.
SETTLED = """typed => {
  const { translations } = JSON.parse(document.getElementById('__config').textContent);
  const said = document.querySelector('.md-search-result__meta').textContent;
  const first = translations['search.result.placeholder'];
  return typed ? said !== first : said === first;
}"""
LINKS = "all => all.slice(0, 10).map(a => new URL(a.href).pathname)"


@dataclass(frozen=True, slots=True)
class Query:
    kind: str
    words: str
    agent: str


def read(path: Path, corpus: str | None = None) -> list[Query]:
    """The queries of a file; of one with corpora, those of ``corpus``."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if len(row) > 1 and not row[0].startswith("#")]
    return [Query(*row[-3:]) for row in rows if corpus is None or row[0] == corpus]


def build(folder: Path, root: Path) -> Path:
    """The site of the catalog of ``folder``, built in ``root``."""
    shutil.copytree(folder, root, dirs_exist_ok=True)
    (root / "docs").mkdir(exist_ok=True)
    (root / "docs/index.md").write_text("# Home\n", encoding="utf-8")
    (root / "mkdocs.yml").write_text(SITE, encoding="utf-8")
    places = {"PYTHONPATH": str(ROOT / "plugins"), "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "-q"]
    subprocess.run(command, cwd=root, check=True, stderr=subprocess.DEVNULL, env={**os.environ, **places})
    return root / "site"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(site: Path) -> Iterator[str]:
    """The address at which ``site`` is served."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def answers(page: Any, queries: list[Query]) -> list[list[str]]:
    """For each query the first ten pages, by their path, that the search box of ``page`` answers with."""
    box = page.locator(".md-search__input")
    box.focus()
    results = []
    for query in queries:
        for words in ("", query.words):
            box.fill(words)
            # Material listens to keys, not to what stands in the box.
            box.press("End")
            page.wait_for_function(SETTLED, arg=bool(words))
        links = page.locator(".md-search-result__item > a:first-child").evaluate_all(LINKS)
        results.append([link.strip("/") for link in links])
    return results


def place(query: Query, links: list[str]) -> int | None:
    """Where the right agent is among ``links``, from 1 on; ``None`` if it is not."""
    wanted = f"/{query.agent}".replace(".", "-")
    return next((n for n, link in enumerate(links, 1) if f"/{link}".endswith(wanted)), None)


def table(queries: list[Query], places: list[int | None]) -> str:
    """How often the right agent came first, for each kind of query and for all."""
    rows = ["| kind | queries | first | among three |", "| --- | --: | --: | --: |"]
    for kind in [*dict.fromkeys(query.kind for query in queries), "all"]:
        ranks = [at for query, at in zip(queries, places, strict=True) if kind in (query.kind, "all")]
        rows.append(f"| {kind} | {len(ranks)} | {ranks.count(1)} | {sum(at in (1, 2, 3) for at in ranks)} |")
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("queries", type=Path)
    parser.add_argument("--only")
    parser.add_argument("--chromium", default=os.environ.get("CHROMIUM"))
    chosen = parser.parse_args()
    queries = read(chosen.queries, chosen.only)
    playwright = importlib.import_module("playwright.sync_api")
    with tempfile.TemporaryDirectory() as root, playwright.sync_playwright() as driver:
        site = build(chosen.folder, Path(root))
        browser = driver.chromium.launch(executable_path=chosen.chromium, args=FLAGS)
        with served(site) as address:
            page = browser.new_page()
            page.goto(address)
            results = answers(page, queries)
        browser.close()
        size = (site / "search/search_index.json").stat().st_size
        agents = len(json.loads((site / "catalog.json").read_text(encoding="utf-8"))["agents"])
    places = [place(query, links) for query, links in zip(queries, results, strict=True)]
    for query, links, at in zip(queries, results, places, strict=True):
        if at != 1:
            print(f"{query.kind:6} {query.words!r}: {query.agent} is {at}, not {', '.join(links[:3])}")
    print(table(queries, places))
    print(f"index: {size:,} bytes for {agents} agents")


if __name__ == "__main__":
    main()
