"""``.cursor/cli.json``: permissions for all sessions of Cursor's command line in a project.

Source: Cursor documentation, "CLI: Permissions", November 2026.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ...model.definitions import Diagnostic, ProjectSettings, Source, Span, ToolGrant
from ...reading.json_places import read_json_object
from ...reading.masking import mask_text

_RULE = re.compile(r"(Shell|Read|Write|WebFetch|Mcp)\((.*)\)")


def read_settings(source: Source) -> tuple[ProjectSettings | None, tuple[Diagnostic, ...]]:
    """The rules in ``source``; a diagnostic instead when it is no JSON object."""
    values, spans, problems = read_json_object(source.text, source.path)
    permissions = values.get("permissions")
    rules = tuple(_read_rules(permissions, spans)) if isinstance(permissions, dict) else ()
    return ProjectSettings(source, rules) if rules else None, problems


def _read_rules(permissions: dict[str, Any], spans: Mapping[str, Span]) -> Iterator[ToolGrant]:
    for effect in ("deny", "allow"):
        key = f"permissions.{effect}"
        entries = permissions.get(effect)
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            match = _RULE.fullmatch(entry.strip()) if isinstance(entry, str) else None
            if match is None:
                continue
            rule, tool, what = mask_text(entry.strip()), match[1], mask_text(match[2].strip())
            span = spans[f"{key}.{index}"]
            if tool != "Mcp":
                yield ToolGrant(rule, tool, effect, key, span, None if what in ("*", "**") else what)
                continue
            server, _mark, name = what.partition(":")
            is_all = server == "*"
            tool = "mcp__*" if is_all else f"mcp__{server}__{name or '*'}"
            yield ToolGrant(
                rule, tool, effect, key, span, server=None if is_all else server, pattern="*" in tool
            )
