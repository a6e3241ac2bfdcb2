"""Builds a site for each folder and counts: Markdown files below agents roots, pages, stated reasons.

Usage: python benchmarks/coverage.py FOLDER...
A folder that is no repository is read as an agents root. Exit code 1 when a build fails or a
file is unaccounted for.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml


def build(folder: Path, work: Path) -> subprocess.CompletedProcess[str]:
    """A site of ``folder`` with no options beyond the source, in ``work``."""
    repo = work / "repo"
    repo.mkdir()
    (repo / "docs").mkdir()
    (repo / "docs" / "index.md").write_text("# Home\n", encoding="utf-8")
    # A copy: links out of the repository are never followed, so a link to the folder would show nothing.
    subprocess.run(["cp", "-r", f"{folder}/.", str(repo / "source")], check=True)
    config = {
        "site_name": folder.name,
        "site_url": "https://example.org/",
        "theme": {"name": "material", "font": False},
        "plugins": ["search", {"agent-catalog": {"sources": ["source"]}}],
    }
    (repo / "mkdocs.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet"]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(command, cwd=repo, capture_output=True, text=True, env=environment)


def count(folder: Path) -> tuple[int, int, int, int, int]:
    """Exit code, Markdown files, pages, skipped with a reason, neither."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        done = build(folder, work)
        if done.returncode:
            print(done.stderr[-2000:], file=sys.stderr)
            return done.returncode, 0, 0, 0, 0
        data = json.loads((work / "repo/site/catalog.json").read_text(encoding="utf-8"))
        pages = {
            thing["source"]["path"]
            for kind in ("agents", "skills")
            for thing in data[kind]
            if thing["source"]
        }
        skipped = {entry["path"] for entry in data["skipped"]}
        missing = [
            entry["url"] for entry in data["agents"] if not (work / "repo/site" / entry["url"]).exists()
        ]
        files = {p.relative_to(work / "repo").as_posix() for p in (work / "repo/source").rglob("*.md")}
        roots = {path.rpartition("/")[0] for path in pages | skipped}
        below = {f for f in files if any(f.startswith(f"{root}/") for root in roots)} if roots else set()
        listed = {path for path in pages | skipped if path in files}
        return 0, len(below), len(pages & files), len(skipped & files), len(below - listed) + len(missing)


def main(folders: list[str]) -> int:
    """Prints a row a folder; returns the exit code."""
    failed = 0
    print(f"{'folder':58} {'exit':>4} {'files':>6} {'pages':>6} {'skipped':>7} {'neither':>7}")
    for folder in folders:
        row = count(Path(folder).resolve())
        failed |= bool(row[0] or row[4])
        print(f"{Path(folder).name:58} {row[0]:4} {row[1]:6} {row[2]:6} {row[3]:7} {row[4]:7}", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
