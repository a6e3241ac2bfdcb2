"""The chart of what builds cost, drawn from builds that were saved."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

from places import ROOT

SCALE = ROOT / "benchmarks/scale.py"


def row(kind: str, agents: int, seconds: float) -> dict[str, object]:
    return {"kind": kind, "agents": agents, "seconds": seconds, "memory": 9, "site": 1, "index": 0.5}


def draw(root: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """What ``scale.py`` makes of two saved runs."""
    first = [row("plain", 10, 0.7), row("plain", 100, 2), row("catalog", 10, 1), row("catalog", 100, 4)]
    second = [row("catalog", 100, 6), row("same", 10, 3)]
    for name, rows in (("one", first), ("two", second)):
        (root / f"{name}.json").write_text(json.dumps(rows), encoding="utf-8")
    command = [sys.executable, str(SCALE), "--load", "one.json", "two.json", *more]
    return subprocess.run(command, cwd=root, capture_output=True, text=True)


def test_runs_are_merged_saved_and_drawn_without_measuring(tmp_path: Path) -> None:
    done = draw(tmp_path, "--save", "all.json", "--chart", "chart.svg")
    assert done.returncode == 0, done.stderr
    assert "| 100 | this plugin | 5.0 |  | 2.50 |" in done.stdout
    assert len(json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))) == 6
    text = (tmp_path / "chart.svg").read_text(encoding="utf-8")
    root = ET.fromstring(text)
    space = "{http://www.w3.org/2000/svg}"
    texts = {element.text for element in root.iter(f"{space}text")}
    assert {"this plugin", "MkDocs, the same pages", "MkDocs, the bodies alone", "10", "100", "1 s"} <= texts
    assert "this plugin: 1.0 s for 10, 5.0 s for 100" in str(root.findtext(f"{space}desc"))
    assert root.get("role") == "img"
    assert "prefers-color-scheme:dark" in text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_a_limit_has_a_kind_and_a_size(tmp_path: Path) -> None:
    assert "'same' is not KIND=SIZE" in draw(tmp_path, "--most", "same").stderr


def test_a_build_that_takes_too_long_ends_with_all_it_started(tmp_path: Path) -> None:
    sys.path.insert(0, str(SCALE.parent))
    scale = importlib.import_module("scale")
    script = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    try:
        scale.run(tmp_path, [sys.executable, "-c", script], 0.2)
    except scale.TooSlow:
        return
    raise AssertionError("it went on")
