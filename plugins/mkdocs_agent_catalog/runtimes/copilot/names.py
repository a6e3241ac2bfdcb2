"""The names of tools in GitHub Copilot, and what each of its programs makes of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ...model.catalog import BuiltinTool
from ...model.definitions import Effect, Span, ToolGrant
from ...model.mcp_tool_names import McpToolName

Program = Literal["vscode", "cli", "cloud"]
# Servers that VS Code calls by a short name, whatever their configuration calls them.
_SERVER_ALIASES = {
    "github/github-mcp-server": "github",
    "io.github.github/github-mcp-server": "github",
    "github-mcp-server": "github",
    "microsoft/playwright-mcp": "playwright",
    "com.microsoft/playwright-mcp": "playwright",
}
# `publisher.extension/tool` is a tool that an extension of VS Code brings.
_EXTENSION = re.compile(r"[\w-]+\.[\w-]+")
_SERVER = re.compile(r"[\w.@-]+(?:/[\w.@-]+)*(?: [\w.@-]+)*")
_TOOL = re.compile(r"[\w.-]+")


@dataclass(frozen=True, slots=True)
class ToolNames:
    """What the names in a list stand for, by program."""

    vscode: Mapping[str, frozenset[str]]
    cli: Mapping[str, frozenset[str]]
    github: frozenset[str]
    claude: Mapping[str, frozenset[str]]
    tools: Mapping[Program, frozenset[str]]
    """The tools that each program has; of a set its members."""
    shown: Mapping[str, str]
    """The tool that a name means, where it means one."""
    sets: frozenset[str]
    """What stands before the `/` in names of VS Code's own tools."""

    def resolve(self, name: str, program: Program, is_claudes: bool) -> frozenset[str]:
        """The tools that ``name`` stands for in a program; in VS Code also by Claude Code's names."""
        if program == "vscode":
            return (self.claude if is_claudes else self.vscode).get(name, frozenset())
        small = name.lower()
        if program == "cloud" and small not in self.github:
            return frozenset()
        return self.cli.get(small, self.cli.get(small.rpartition("/")[2], frozenset())) & self.tools[program]

    def is_read(self, name: str) -> bool:
        """Whether a program reads ``name`` as one of its own tools."""
        return name in self.vscode or bool(self.resolve(name, "cli", False))


def read_tool_names(tools: Mapping[str, BuiltinTool], table: Mapping[str, Any]) -> ToolNames:
    """The names by the data files: each tool by its own, and without its set; then the further ones."""
    vscode: dict[str, frozenset[str]] = {}
    shown: dict[str, str] = {}
    for name, tool in tools.items():
        is_gone = tool.retired and not tool.members
        if name not in table["not_in_vscode"] and not is_gone:
            vscode[name] = frozenset(tool.members) or frozenset({name})
    sets = {name for name, tool in tools.items() if tool.members}
    for name in [name for name in vscode if "/" in name]:
        simple = name.rpartition("/")[2]
        vscode.setdefault(simple, frozenset({name}))
        shown.setdefault(simple, name)
    for name, meant in table["vscode_names"].items():
        vscode[name] = _join(vscode, meant)
        shown[name] = meant[0]
    for old_set in (name for name, tool in tools.items() if tool.retired and tool.members):
        for name in vscode[old_set]:
            simple = name.rpartition("/")[2]
            vscode[f"{old_set}/{simple}"] = frozenset({name})
            shown[f"{old_set}/{simple}"] = name
    own = frozenset(name for name, tool in tools.items() if not tool.members and not tool.retired)
    cli = frozenset(table["in_cli"])
    programs: dict[Program, frozenset[str]] = {
        "vscode": own - frozenset(table["not_in_vscode"]),
        "cli": cli,
        "cloud": cli - frozenset(table["not_in_cloud"]),
    }
    return ToolNames(
        {name: meant & programs["vscode"] for name, meant in vscode.items()},
        {name: frozenset(meant) for name, meant in table["cli_names"].items()},
        frozenset(table["github_names"]),
        {name: _join(vscode, meant) for name, meant in table["claude_names"].items()},
        programs,
        {**table["shown_as"], **shown},
        frozenset(sets),
    )


def _join(names: Mapping[str, frozenset[str]], meant: Iterable[str]) -> frozenset[str]:
    return frozenset(tool for name in meant for tool in names[name])


def parse_entry(text: str, effect: Effect, key: str, span: Span, names: ToolNames) -> ToolGrant:
    """One entry of a list: a name as written, ``*``, or ``server/tool`` and ``server/*`` of an MCP server."""
    if text == "*":
        return ToolGrant(text, "*", effect, key, span, pattern=True)
    server, _, tool = text.rpartition("/")
    whole = tool == "*"
    is_servers = (
        _SERVER.fullmatch(server)
        and server not in names.sets
        and (whole or (_TOOL.fullmatch(tool) and not _EXTENSION.fullmatch(server)))
    )
    if not is_servers or text in names.vscode:
        return ToolGrant(text, text, effect, key, span)
    server = _SERVER_ALIASES.get(server, server)
    mcp_name = McpToolName(server, "" if whole else tool)
    return ToolGrant(text, str(mcp_name), effect, key, span, server=server, pattern=whole)
