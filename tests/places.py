"""Where the tests and the repository lie."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
PACKAGE = ROOT / "plugins/mkdocs_agent_catalog"
