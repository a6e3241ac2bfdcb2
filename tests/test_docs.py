"""The documentation covers what there is: options, checks, templates and blocks."""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs_agent_catalog.checks import CHECKS
from mkdocs_agent_catalog.config import AgentCatalogConfig

ROOT = Path(__file__).parent.parent
DOCS = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")}
TEMPLATES = ROOT / "plugins/mkdocs_agent_catalog/templates"


def test_every_option_is_documented() -> None:
    for name, _ in AgentCatalogConfig()._schema:
        assert f"\n## {name}\n" in DOCS["options.md"], name


def test_every_check_is_documented() -> None:
    for name in CHECKS:
        assert f"{{#{name}}}" in DOCS["checks.md"], name


def test_every_template_and_block_is_documented() -> None:
    for template in TEMPLATES.glob("*.jinja"):
        text = template.read_text(encoding="utf-8")
        assert text.startswith("{#"), f"{template.name} does not name its context"
        for block in re.findall(r"{% block (\w+)", text):
            assert template.name in DOCS["pages.md"], template.name
            assert f"`{block}`" in DOCS["pages.md"], f"{template.name}: {block}"


def test_no_module_outgrows_its_reader() -> None:
    for path in (ROOT / "plugins").rglob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 350, path
