"""The built-in tools of a runtime (``tools.yaml``), and the groups in which they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..model.catalog import BuiltinTool
from ..text.i18n import say

GROUPS: tuple[tuple[str, str], ...] = (
    ("read", "Read"),
    ("write", "Write"),
    ("search", "Search"),
    ("execution", "Execution"),
    ("web", "Web"),
    ("delegation", "Delegation"),
    ("planning", "Planning"),
    ("memory", "Memory"),
    ("output", "Output"),
    ("mcp", "MCP"),
    ("other", "Other"),
    ("unknown", "Unknown"),
)


REACH_BY_GROUP = {
    "execution": "commands",
    "write": "files",
    "web": "network",
    "delegation": "delegates",
}
"""What the tools of a group do, if their rows say nothing else."""


@dataclass(frozen=True, slots=True)
class ForeignTool:
    """A tool's name in another product, and the runtime's own name for it as the vendor states it."""

    product: str
    tool: str
    source: str


def read_builtin_tools(table: Mapping[str, Any]) -> dict[str, BuiltinTool]:
    """The built-in tools by name, the retired ones too. ``table`` has ``source``, ``tools`` and ``retired``;
    a row has ``group`` and ``summary``, and may have ``reach``, ``permission``, ``source``, ``retired``,
    ``successor`` and ``members``. Without ``reach`` a tool does what its group is about; one that is retired
    or stands for its ``members`` does nothing itself, as one whose ``reach`` is ``none``."""
    rows = {**table["tools"], **table.get("retired", {})}
    return {name: _read_tool(name, row, table["source"]) for name, row in rows.items()}


def _read_tool(name: str, row: Mapping[str, Any], source: str) -> BuiltinTool:
    summary = say(row.get("summary", ""))
    if row.get("retired"):
        summary = say("A former name or tool: {why}.", why=say(row["retired"]))
    is_nothing_itself = row.get("retired") or row.get("members")
    reach = row.get("reach", None if is_nothing_itself else REACH_BY_GROUP.get(row["group"]))
    return BuiltinTool(
        name=name,
        group=row["group"],
        summary=summary,
        permission=row.get("permission"),
        retired=row.get("retired"),
        successor=row.get("successor"),
        source=row.get("source", source),
        reach=None if reach == "none" else reach,
        members=tuple(row.get("members", ())),
    )


def read_foreign_tools(table: Mapping[str, Any]) -> dict[str, ForeignTool]:
    """Names of tools in other products; of a name that two share, the first product's."""
    tools: dict[str, ForeignTool] = {}
    for product, rows in table.items():
        for name, own_name in rows["tools"].items():
            tools.setdefault(name, ForeignTool(product, own_name, rows["source"]))
    return tools
