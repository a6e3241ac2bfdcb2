"""What is known of tools: the rows of ``data/tools.yaml`` and the groups they are shown in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from .linked import ToolFact
from .sheets import sheet
from .words import say

GROUPS: tuple[tuple[str, str], ...] = (
    ("read", "Read"),
    ("write", "Write"),
    ("search", "Search"),
    ("execution", "Execution"),
    ("web", "Web"),
    ("delegation", "Delegation"),
    ("planning", "Planning"),
    ("output", "Output"),
    ("mcp", "MCP"),
    ("unknown", "Unknown"),
)


@cache
def facts() -> dict[str, ToolFact]:
    """Every built-in tool by name, the retired ones too. Source: the data file, row by row."""
    table: dict[str, Any] = sheet("tools")
    known = {name: _fact(name, row, table["source"]) for name, row in table["tools"].items()}
    for name, row in table["retired"].items():
        known[name] = _fact(name, row, table["source"])
    return known


def _fact(name: str, row: dict[str, Any], source: str) -> ToolFact:
    summary = say(row.get("summary", ""))
    if row.get("retired"):
        summary = say("A former name or tool: {why}.", why=say(row["retired"]))
    return ToolFact(
        name=name,
        group=row["group"],
        summary=summary,
        permission=row.get("permission"),
        retired=row.get("retired"),
        successor=row.get("successor"),
        source=row.get("source", source),
        reach=row.get("reach"),
    )


@dataclass(frozen=True, slots=True)
class Foreign:
    """A tool's name in another product, and Claude Code's for it as the vendor states it."""

    product: str
    tool: str
    source: str


@cache
def undocumented() -> frozenset[str]:
    """Names that the vendor's types hold and no documentation explains: neither known nor unknown."""
    return frozenset(sheet("tools")["undocumented"])


@cache
def foreign() -> dict[str, Foreign]:
    """Names of tools in other products; of a name that two share, the first product's."""
    found: dict[str, Foreign] = {}
    for product, table in sheet("foreign_tools").items():
        for name, tool in table["tools"].items():
            found.setdefault(name, Foreign(product, tool, table["source"]))
    return found


@cache
def canonical() -> dict[str, str]:
    """Tool names by their lower-case spelling, for saying what a wrong case meant."""
    return {name.lower(): name for name in facts()}
