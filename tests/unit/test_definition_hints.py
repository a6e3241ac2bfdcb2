"""Hints for files that are not loaded: what is said can be done."""

from __future__ import annotations

from pathlib import Path

import pytest
from mkdocs_agent_catalog.build import Options, check_catalog
from sites import write

HEAD = "---\ndescription: Reviews code. Use it for reviews.\n"


@pytest.mark.parametrize(
    ("path", "text", "hint"),
    [
        (
            ".opencode/agents/a.md",
            HEAD + "permission:\nedit: deny\nbash: deny\n---\nGo.\n",
            "indent its entries by two spaces",
        ),
        (
            ".opencode/agents/a.md",
            HEAD + "permission:\nmode: all\n---\nGo.\n",
            "use a value that the runtime knows",
        ),
        (".opencode/agents/a.md", HEAD + "permission: no\n---\nGo.\n", "use a value that the runtime knows"),
        # Without the hook nothing guards the tool.
        (
            ".claude/agents/a.md",
            HEAD + "name: a\nhooks:\n  PreToolUse:\n    - matcher: Bash\n---\nGo.\n",
            "use a value that the runtime knows",
        ),
        (
            ".kiro/agents/a.json",
            '{"name": "a", "prompt": "Go.", "tools": "read, write"}',
            "write it as a list",
        ),
    ],
)
def test_what_keeps_an_agent_from_loading_has_a_hint_that_can_be_followed(
    tmp_path: Path, path: str, text: str, hint: str
) -> None:
    write(tmp_path, {path: text})
    errors = [
        item
        for item in check_catalog(tmp_path, Options()).diagnostics
        if item.check in ("not_loaded", "blocks_start")
    ]
    assert [(item.span.path, str(item.hint)) for item in errors] == [(path, hint)]


@pytest.mark.parametrize("value", ["5", "true", "1.5"])
@pytest.mark.parametrize("key", ["tools", "disallowedTools"])
def test_what_is_no_list_of_tools_is_one_finding(tmp_path: Path, key: str, value: str) -> None:
    write(tmp_path, {".claude/agents/a.md": f"{HEAD}name: a\n{key}: {value}\n---\nGo.\n"})
    findings = [item.check for item in check_catalog(tmp_path, Options()).diagnostics]
    assert findings == ["invalid_value"]
