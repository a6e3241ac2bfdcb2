"""The built wheel, installed into an environment that has nothing else, makes a site."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT
from sites import ENVIRONMENT, agent, write


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, env=ENVIRONMENT
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh environment in which only the wheel and what it asks for is installed."""
    work = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", work, ROOT, cwd=work)
    run(sys.executable, "-m", "venv", "--without-pip", work / "fresh", cwd=work)
    python = work / "fresh/bin/python"
    wheel = next(work.glob("*.whl"))
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--disable-pip-version-check")
    # Little of what is installed runs: Python compiles that when it does.
    run(*pip, "--quiet", "--no-compile", "-c", ROOT / "constraints.txt", wheel, cwd=work)
    return python


def test_the_wheel_makes_a_site(installed: Path, tmp_path: Path) -> None:
    write(tmp_path, {"docs/index.md": "# H\n", "agents/a.md": agent("a", "tools: Read\n")})
    (tmp_path / "mkdocs.yml").write_text("site_name: W\ntheme: material\nplugins: [agent-catalog]\n")
    run(installed, "-m", "mkdocs", "build", "--strict", cwd=tmp_path)
    for name in ("agents/a/index.html", "tools/read/index.html", "catalog.schema.json"):
        assert (tmp_path / "site" / name).is_file(), name
    assert list((tmp_path / "site").glob("assets/agent-catalog/*.css"))


def test_the_wheel_holds_the_package_and_nothing_else(installed: Path, tmp_path: Path) -> None:
    files = "m.files('mkdocs-agent-catalog')"
    code = f"import importlib.metadata as m; print(*sorted({{f.parts[0] for f in {files}}}))"
    tops = run(installed, "-c", code, cwd=tmp_path).split()
    assert [top for top in tops if not top.endswith((".dist-info", ".."))] == ["mkdocs_agent_catalog"]
