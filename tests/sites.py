"""Whole sites, built with real MkDocs: what is in them and how they are built."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from build_server import ENVIRONMENT, run_mkdocs

Build = Callable[..., Path]

PALETTE = [
    {"media": "(prefers-color-scheme: light)", "scheme": "default"},
    {"media": "(prefers-color-scheme: dark)", "scheme": "slate"},
]
HOSTILE = """---
name: '"><script>window.pwned=1</script><img src=x onerror=window.pwned=2>'
description: "<img src=x onerror=window.pwned=3> [x](javascript:window.pwned=4) {{ config }}
  <example>user: <script>window.pwned=5</script>"
tools: Read, "<svg onload=window.pwned=6>", Bash(<script>window.pwned=7</script>)
model: "<b onmouseover=window.pwned=8>"
"<script>window.pwned=9</script>": "</td><script>window.pwned=10</script>"
---

# T <script>window.pwned=11</script> {: onclick=window.pwned=12 }

<script>window.pwned=13</script>
<svg/onload=window.pwned=14>
[link](javascript:window.pwned=15) ![x](x" onerror="window.pwned=16)

--8<-- "mkdocs.yml"

::: mkdocs_agent_catalog

{{ 7 * 191 }} {% include "main.html" %}
"""


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


# A file of `REPOSITORY` has a key that is not read: that alone stops no strict build of a test.
USUAL_LEVELS = {"ignored_key": "info"}


def add_usual_options(options: dict[str, Any]) -> dict[str, Any]:
    return {**options, "validation": {**USUAL_LEVELS, **options.get("validation", {})}}


def settings(**more: Any) -> dict[str, Any]:
    return {
        "site_name": "Test",
        "site_url": "https://example.org/team/",
        "theme": {"name": "material", "font": False, "palette": PALETTE},
        "plugins": ["search", {"agent-catalog": add_usual_options(more.pop("options", {}))}],
        **more,
    }


def builder(root: Path) -> Build:
    """Builds sites in ``root``; with ``module`` in a Python of its own."""

    def build(files: dict[str, str], strict: bool = True, module: str = "", **more: Any) -> Path:
        write(root, {"docs/index.md": "# Home\n", **files})
        (root / "mkdocs.yml").write_text(yaml.safe_dump(settings(**more)), encoding="utf-8")
        arguments = ["build", *(["--strict"] if strict else [])]
        if module:
            command = [sys.executable, "-m", module, *arguments]
            done = subprocess.run(command, cwd=root, capture_output=True, text=True, env=ENVIRONMENT)
        else:
            done = run_mkdocs(root, *arguments)
        assert done.returncode == 0, done.stderr
        return root / "site"

    return build


def agent(name: str, more: str = "", body: str = "Do it.") -> str:
    return f"---\nname: {name}\ndescription: Does {name}.\n{more}---\n\n{body}\n"


def find_broken_links(site: Path) -> list[str]:
    """Links within a built site that lead to no file."""
    broken = []
    for page in site.rglob("*.html"):
        for link in re.findall(r'(?:href|src)="([^"#?]+)', page.read_text(encoding="utf-8")):
            if re.match(r"[a-z]+:|//|/", link):
                continue
            target = (page.parent / link).resolve()
            if not (target.is_file() or (target / "index.html").is_file()):
                broken.append(f"{page.relative_to(site)}: {link}")
    return broken


# Reviews of `REPOSITORY`: one that is stale, one that cannot be compared, one of an agent that is gone.
REVIEWS = """reviews:
- {agent: lead, path: agents/one/lead.md, by: Security, day: 2026-03-01, note: As agreed., form: 1, prompt: x,
  rights: {state: {start: starts}, tool: {Read: allowed, Edit: allowed}, model: {model: opus}}}
- {agent: helper, path: agents/one/helper.md, by: Security, day: 2026-03-01, form: 0, prompt: x, rights: {}}
- {agent: <b>gone</b>, path: gone.md, by: <i>Lead</i>, day: 2026-03-01, form: 1, prompt: x, rights: {}}
"""
REPOSITORY = {
    "agents/one/lead.md": agent(
        "lead", "tools: Read, Bash(git:*), mcp__docs__query\nskills: [plans]\n", "Ask `helper`."
    ),
    "agents/one/coder.md": agent(
        "coder",
        body="```python\n# Say\n@once\ndef f(self, y=1.5):\n    return f'{y}' and True  # x\n```\n\n"
        "```diff\n-a\n+b\n```\n\n```bash\necho \"$HOME\" | grep -e 'x'\n```\n",
    ),
    "agents/one/helper.md": agent("helper", "allowed-tools: [Read, Write]\n"),
    "agents/index.md": agent("index", "tools: []\n"),
    "agents/レビュー.md": agent("レビュー"),
    "agents/C#.md": agent("C#", "disallowedTools: Bash\n"),
    "agents/C++.md": agent("C++"),
    "agents/tools/x.md": agent("x"),
    "agents/broken.md": '---\nname: broken\ndescription: b: c\n  d: "e\n---\n\n# Body <b>kept</b>\n',
    "agents/README.md": "# Notes\n",
    "agents/skills/plans/SKILL.md": agent("plans", body="## Step\n\nPlan."),
    "agents/.mcp.json": '{"mcpServers": {"docs": {"command": "npx", "env": {"TOKEN": "hunter2"}}}}',
}
