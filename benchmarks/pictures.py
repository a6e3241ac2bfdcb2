"""Takes the pictures of the README anew: this repository's own catalog, in both colour schemes.

    python benchmarks/pictures.py

Writes ``docs/images/catalog.png`` and ``docs/images/catalog-dark.png``.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from browsing import open_browser, opened, served_at

ROOT = Path(__file__).parents[1]
PICTURES = {"light": "catalog.png", "dark": "catalog-dark.png"}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, open_browser() as browser:
        mkdocs = Path(sys.executable).with_name("mkdocs")
        subprocess.run([mkdocs, "build", "-q", "-d", folder], cwd=ROOT, check=True)
        with served_at(Path(folder)) as base:
            for scheme, name in PICTURES.items():
                problems: list[str] = []
                page = opened(browser, scheme, 1280, problems, base)
                page.set_viewport_size({"width": 1280, "height": 800})
                page.goto(f"{base}agents/")
                page.wait_for_timeout(500)
                page.screenshot(path=ROOT / "docs/images" / name)
                page.context.close()
                if problems:
                    raise SystemExit(f"the page complains: {problems}")


if __name__ == "__main__":
    main()
