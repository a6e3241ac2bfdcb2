"""Formats findings for other programs: like compilers, as GitHub annotations, as SARIF and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from ..checks.registry import CHECKS, ON_PAGES, describe_check
from ..model.definitions import Diagnostic
from ..text.strings import make_printable

Levels = dict[str, str]
_GITHUB = {"error": "error", "warn": "warning", "info": "notice"}
_SARIF = {"error": "error", "warn": "warning", "info": "note"}


def format_text(diagnostics: list[Diagnostic], levels: Levels) -> str:
    """``path:line:column: level: message [check]``, a hint on a line of its own, and a count at the end."""
    lines = []
    for diagnostic in diagnostics:
        lines.append(
            f"{diagnostic.span}: {diagnostic.get_level(levels)}: {diagnostic.message} [{diagnostic.check}]"
        )
        lines += diagnostic.list_hint_lines()
    messages = [item.get_level(levels) for item in diagnostics]
    counts = ", ".join(f"{messages.count(level)} {level}" for level in ("error", "warn", "info"))
    return "\n".join(map(make_printable, [*(" ".join(line.splitlines()) for line in lines), counts]))


def format_github(diagnostics: list[Diagnostic], levels: Levels) -> str:
    """Workflow commands, which GitHub shows at the line. Source: its documentation, "Workflow commands"."""
    lines = []
    for diagnostic in diagnostics:
        span = diagnostic.span
        place = f"file={escape_property(span.path)},line={span.line},col={span.column}"
        message = diagnostic.message + (f"\nhint: {diagnostic.advice}" if diagnostic.hint else "")
        command = _GITHUB[diagnostic.get_level(levels)]
        lines.append(f"::{command} {place},title={diagnostic.check}::{escape_data(message)}")
    return "\n".join(lines)


def escape_data(text: str) -> str:
    """``text`` as the message of a workflow command."""
    return make_printable(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def escape_property(text: str) -> str:
    """``text`` as a value of a workflow command, such as its file."""
    return escape_data(text).replace(":", "%3A").replace(",", "%2C")


def format_sarif(diagnostics: list[Diagnostic], levels: Levels) -> str:
    """SARIF 2.1.0, with a rule for each check. Source: the OASIS standard of that name."""
    names = [name for name, check in CHECKS.items() if check not in ON_PAGES]
    rules = [
        {
            "id": name,
            "name": "".join(part.capitalize() for part in name.split("_")),
            "shortDescription": {"text": describe_check(name)},
            "defaultConfiguration": {"level": _SARIF.get(levels[name], "none")},
        }
        for name in names
    ]
    results = [
        {
            "ruleId": diagnostic.check,
            "ruleIndex": names.index(diagnostic.check),
            "level": _SARIF[diagnostic.get_level(levels)],
            "message": {
                "text": diagnostic.message + (f" Hint: {diagnostic.advice}" if diagnostic.hint else "")
            },
            "locations": [_describe_location(diagnostic)],
        }
        for diagnostic in diagnostics
    ]
    driver = {"name": "agent-catalog", "version": version("mkdocs-agent-catalog"), "rules": rules}
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }
    return json.dumps(log, indent=1, ensure_ascii=False)


def _describe_location(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _make_uri(diagnostic.span.path)},
            "region": {"startLine": diagnostic.span.line, "startColumn": diagnostic.span.column},
        }
    }


def _make_uri(path: str) -> str:
    return quote(path, safe="/")


def format_json(diagnostics: list[Diagnostic], levels: Levels) -> str:
    """A list of objects: check, level, path, line, column, message, hint."""
    rows = [
        {
            "check": diagnostic.check,
            "level": diagnostic.get_level(levels),
            "path": diagnostic.span.path,
            "line": diagnostic.span.line,
            "column": diagnostic.span.column,
            "message": diagnostic.message,
            "hint": diagnostic.advice,
        }
        for diagnostic in diagnostics
    ]
    return json.dumps(rows, indent=1, ensure_ascii=False)


FORMATS: dict[str, Callable[[list[Diagnostic], Levels], str]] = {
    "text": format_text,
    "github": format_github,
    "sarif": format_sarif,
    "json": format_json,
}
