"""A site whose pages refer to definitions by name, and a reader of its links."""

from __future__ import annotations

import re
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import yaml
from build_server import run_mkdocs
from sites import agent, settings, write

FILES = {
    "agents/quality/sql-reviewer.md": agent("sql-reviewer", "tools: Read, Bash\n", "## Process\n\nLook."),
    "agents/quality/reviewer.md": agent("reviewer", "tools: Read, mcp__context7__query-docs\n"),
    "agents/build/reviewer.md": agent("reviewer", "tools: Read\nskills: plans\n"),
    "agents/build/maker.md": '---\nname: Maker of Things\ndescription: Makes "<b>" things.\n---\n\nMake.\n',
    "skills/plans/SKILL.md": agent("plans", body="## Step\n\nPlan."),
}
EXTENSIONS = ["attr_list", "tables", "md_in_html", "footnotes", "admonition"]


def run(root: Path, files: dict[str, str], *options: str, **more: Any) -> subprocess.CompletedProcess[str]:
    write(root, {"docs/index.md": "# Home\n", **FILES, **files})
    more.setdefault("markdown_extensions", EXTENSIONS)
    chosen = more.setdefault("options", {})
    chosen["validation"] = {"duplicate_name": "info", **chosen.get("validation", {})}
    (root / "mkdocs.yml").write_text(yaml.safe_dump(settings(**more)), encoding="utf-8")
    return run_mkdocs(root, "build", *options)


def article(path: Path) -> str:
    html = path.read_text(encoding="utf-8")
    return html[html.index("<article") : html.index("</article>")]


def links(html: str) -> list[tuple[str, str]]:
    """The address and the words of each link that is not the theme's."""
    anchors = re.findall(r'<a (?![^>]*headerlink)[^>]*href="([^"]*)"[^>]*>(.*?)</a>', html, re.S)
    return [(unescape(href), unescape(re.sub("<[^>]+>", "", text))) for href, text in anchors]
