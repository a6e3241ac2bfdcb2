"""Diagnostics for other programs: as compilers print them, as GitHub annotations, as SARIF and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from ..checks.registry import CHECKS, ON_PAGES, says
from ..model.definitions import Diagnostic
from ..text.strings import printable

Levels = dict[str, str]
_GITHUB = {"error": "error", "warn": "warning", "info": "notice"}
_SARIF = {"error": "error", "warn": "warning", "info": "note"}


def text(found: list[Diagnostic], levels: Levels) -> str:
    """``path:line:column: level: message [check]``, a hint on a line of its own, and a count at the end."""
    lines = []
    for one in found:
        lines.append(f"{one.span}: {levels[one.check]}: {one.message} [{one.check}]")
        if one.hint:
            lines.append(f"  hint: {one.hint}")
    said = [levels[one.check] for one in found]
    counts = ", ".join(f"{said.count(level)} {level}" for level in ("error", "warn", "info"))
    return printable("\n".join([*lines, counts]))


def github(found: list[Diagnostic], levels: Levels) -> str:
    """Workflow commands, which GitHub shows at the line. Source: its documentation, "Workflow commands"."""
    lines = []
    for one in found:
        place = f"file={_property(one.span.path)},line={one.span.line},col={one.span.column}"
        said = one.message + (f"\nhint: {one.hint}" if one.hint else "")
        lines.append(f"::{_GITHUB[levels[one.check]]} {place},title={one.check}::{_escaped(said)}")
    return "\n".join(lines)


def _escaped(text: str) -> str:
    return printable(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def sarif(found: list[Diagnostic], levels: Levels) -> str:
    """SARIF 2.1.0, with a rule for each check. Source: the OASIS standard of that name."""
    names = [name for name, check in CHECKS.items() if check not in ON_PAGES]
    rules = [
        {
            "id": name,
            "name": "".join(part.capitalize() for part in name.split("_")),
            "shortDescription": {"text": says(name)},
            "defaultConfiguration": {"level": _SARIF.get(levels[name], "none")},
        }
        for name in names
    ]
    results = [
        {
            "ruleId": one.check,
            "ruleIndex": names.index(one.check),
            "level": _SARIF[levels[one.check]],
            "message": {"text": one.message + (f" Hint: {one.hint}" if one.hint else "")},
            "locations": [_location(one)],
        }
        for one in found
    ]
    driver = {"name": "agent-catalog", "version": version("mkdocs-agent-catalog"), "rules": rules}
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }
    return json.dumps(log, indent=1, ensure_ascii=False)


def _location(one: Diagnostic) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(one.span.path)},
            "region": {"startLine": one.span.line, "startColumn": one.span.column},
        }
    }


def _uri(path: str) -> str:
    return quote(path, safe="/")


def as_json(found: list[Diagnostic], levels: Levels) -> str:
    """A list of objects: check, level, path, line, column, message, hint."""
    rows = [
        {
            "check": one.check,
            "level": levels[one.check],
            "path": one.span.path,
            "line": one.span.line,
            "column": one.span.column,
            "message": one.message,
            "hint": one.hint,
        }
        for one in found
    ]
    return json.dumps(rows, indent=1, ensure_ascii=False)


FORMATS: dict[str, Callable[[list[Diagnostic], Levels], str]] = {
    "text": text,
    "github": github,
    "sarif": sarif,
    "json": as_json,
}
