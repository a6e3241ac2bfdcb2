"""What an agent of GitHub Copilot can use: in VS Code, in Copilot CLI, and in the cloud agent on GitHub.

A decision under the usual profile is the widest of the three, with notes on those that differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from ...model.definitions import ToolGrant
from ..rules import USABLE, Outcome
from ..runtime import Runtime
from ..tool_lists import ToolLists
from .names import Program, ToolNames, read_tool_names

PROGRAMS: dict[str, tuple[Program, ...]] = {
    "copilot": ("vscode", "cli", "cloud"),
    "copilot-vscode": ("vscode",),
    "copilot-cli": ("cli",),
    "copilot-cloud": ("cloud",),
}
# The first that any program says is the answer for all of them.
_BY_REACH: tuple[Outcome, ...] = (
    *("allowed", "enforced", "inherited", "partial"),
    *("unknown", "denied", "not_declared", "never"),
)
_Verdict = tuple[Outcome, str]
# The rules of a program that does not load the file.
_NOT_LOADED = ("refused", "place", "target")


class CopilotPermissions(Runtime):
    """What the programs of GitHub Copilot let an agent use."""

    unknown_base_rules = frozenset({"null-list", "star-vscode"})

    @cached_property
    def names(self) -> ToolNames:
        """The names that a list may have."""
        return read_tool_names(self.tools, self.rule_table)

    def get_canonical_name(self, tool: str) -> str:
        """The tool that one of its names means; without regard to case where only the CLI knows it so."""
        shown = self.names.shown
        if tool in self.tools:
            return tool
        if tool in shown:
            return shown[tool]
        small = tool.lower()
        if small not in self.rule_table["cli_names"]:
            return tool
        return shown.get(small) or next((n for n in (*self.tools, *shown) if n.lower() == small), tool)

    def matches(self, entry: ToolGrant, tool: str, server: str | None) -> bool:
        """An entry is about each tool that a program takes it for, and about a set of which it is a part."""
        if server is not None or entry.server is not None:
            return super().matches(entry, tool, server)
        tool = self.get_canonical_name(tool)
        if entry.tool == tool or self.get_canonical_name(entry.tool) == tool:
            return True
        meant = self._resolve_everywhere(entry.tool)
        return not meant.isdisjoint(self._list_parts(tool))

    def _resolve_everywhere(self, name: str) -> frozenset[str]:
        return self.names.resolve(name, "vscode", False) | self.names.resolve(name, "cli", False)

    def decide(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> tuple[Outcome, str]:
        """The widest of what the programs of the profile say."""
        verdicts = self._decide_everywhere(lists, tool, server, profile)
        outcome, rule = min(verdicts.values(), key=lambda verdict: _BY_REACH.index(verdict[0]))
        if profile == "copilot" and outcome == "never" and lists.loads:
            is_there = self._is_where_the_file_is_not_loaded(tool, server, verdicts)
            return ("never", "refused") if is_there else ("not_declared", "no-such-tool")
        return outcome, rule

    def _is_where_the_file_is_not_loaded(
        self, tool: str, server: str | None, verdicts: dict[Program, _Verdict]
    ) -> bool:
        """Whether no program loads the file, or only such programs have the tool as do not."""
        others = [program for program, (_outcome, rule) in verdicts.items() if rule in _NOT_LOADED]
        parts = self._list_parts(tool if server else self.get_canonical_name(tool))
        return others == list(verdicts) or any(parts & self.names.tools[program] for program in others)

    def _decide_everywhere(
        self, lists: ToolLists, tool: str, server: str | None, profile: str
    ) -> dict[Program, _Verdict]:
        tool = tool if server else self.get_canonical_name(tool)
        return {program: self._decide_in(program, lists, tool, server) for program in PROGRAMS[profile]}

    def _decide_in(self, program: Program, lists: ToolLists, tool: str, server: str | None) -> _Verdict:
        outcome, rule = self._decide_by_tools(program, lists, tool, server)
        if program == "vscode" and tool in self.agent_tools and outcome in USABLE:
            if "no subagents" in lists.flags:
                return "not_declared", "no-subagents"
            if "subagents" in lists.flags:
                return "enforced", "subagent"
        return outcome, rule

    def _decide_by_tools(self, program: Program, lists: ToolLists, tool: str, server: str | None) -> _Verdict:
        if not lists.loads:
            return "never", "not-loaded"
        for reason in _NOT_LOADED:
            if f"{program} {reason}" in lists.flags:
                return "never", reason
        parts = self._list_parts(tool) & self.names.tools[program]
        if server is None and tool in self.tools and not parts:
            return "never", "not-there"
        if program == "vscode" and self._is_denied(lists, parts):
            return "denied", "denied"
        if lists.value_missing:
            return "unknown", "null-list"
        if not lists.has_allowlist:
            verdict = self._decide_without_list(program, lists, bool(parts), server)
            # What stands beside `*` is given, whatever `*` means.
            is_listed = verdict[1] == "star-vscode" and self._is_listed(program, lists, tool, parts, server)
            return ("allowed", "listed") if is_listed else verdict
        if server is not None:
            is_listed = bool(self.find_allowing_entries(lists, tool, server))
            return ("allowed", "listed") if is_listed else self._refuse(lists)
        return self._decide_by_list(program, lists, tool, parts)

    def _is_listed(
        self, program: Program, lists: ToolLists, tool: str, parts: frozenset[str], server: str | None
    ) -> bool:
        if server is not None:
            entries = self.find_allowing_entries(lists, tool, server)
            return any(entry.server is not None for entry in entries)
        return parts <= self._list_given(program, lists)

    def _list_parts(self, tool: str) -> frozenset[str]:
        """The tools of a set; of any other tool that one."""
        fact = self.tools.get(tool)
        return frozenset((fact.members or (tool,)) if fact else ())

    def _is_denied(self, lists: ToolLists, parts: frozenset[str]) -> bool:
        denied = (self.names.resolve(entry.tool, "vscode", True) for entry in lists.denied)
        return bool(parts) and parts <= frozenset().union(*denied)

    def _decide_without_list(
        self, program: Program, lists: ToolLists, is_known: bool, server: str | None
    ) -> _Verdict:
        is_star = lists.allowed is not None
        if server is None and not is_known:
            return "not_declared", "no-such-tool"
        if is_star and program == "vscode":
            return "unknown", "star-vscode"
        if server in lists.own_servers and program != "vscode":
            return "inherited", "mcp"
        return "inherited", "star" if is_star else "omitted"

    def _decide_by_list(
        self, program: Program, lists: ToolLists, tool: str, parts: frozenset[str]
    ) -> _Verdict:
        entries = lists.allowed or ()
        if not parts:
            is_written = any(self.get_canonical_name(entry.tool) == tool for entry in entries)
            return ("unknown", "unknown") if is_written else self._refuse(lists)
        given = self._list_given(program, lists) & parts
        if given == parts:
            return "allowed", "listed"
        if given:
            return "partial", "part"
        if program == "cloud" and self._list_given("cli", lists) & parts:
            return "unknown", "runtime"
        return self._refuse(lists)

    def _list_given(self, program: Program, lists: ToolLists) -> frozenset[str]:
        is_claudes = "claude" in lists.flags
        resolved = (
            self.names.resolve(e.tool, program, is_claudes) for e in lists.allowed or () if not e.server
        )
        return frozenset().union(*resolved)

    def _refuse(self, lists: ToolLists) -> _Verdict:
        return "not_declared", "not-listed" if lists.allowed else "empty"

    def find_caveats(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> tuple[str, ...]:
        """Which programs say otherwise, and what no file decides."""
        return tuple(self._list_caveats(lists, self.get_canonical_name(tool), server, profile))

    def _list_caveats(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> Iterator[str]:
        verdicts = self._decide_everywhere(lists, tool, server, profile)
        usable = {program for program, (outcome, _rule) in verdicts.items() if outcome in USABLE}
        if profile == "copilot":
            yield from _list_differences(verdicts, usable)
        parts = self._list_parts(tool)
        denied = (self.names.resolve(entry.tool, "vscode", True) for entry in lists.denied)
        if "vscode" not in usable and not parts.isdisjoint(frozenset().union(*denied)):
            yield "denied-unread"
        if "vscode" in usable and verdicts["vscode"][1] == "omitted":
            yield "picker"
        if server in lists.own_servers and "vscode" in verdicts:
            yield "mcp-file"
        is_limited = bool(lists.flags & {"no subagents", "subagents"}) and profile != "copilot-vscode"
        if is_limited and not parts.isdisjoint(self.agent_tools):
            yield "subagent-limit"
        if lists.guards:
            yield "guarded"
        if any(self.tools[part].reach in ("commands", "files") for part in parts):
            yield "approval"

    def find_base_rule(self, lists: ToolLists, profile: str) -> str:
        """The rule for a tool that no entry names, in the first of the programs that loads the file."""
        if not lists.loads:
            return "not-loaded"
        for reason in _NOT_LOADED:
            if all(f"{program} {reason}" in lists.flags for program in PROGRAMS[profile]):
                return reason
        if lists.value_missing:
            return "null-list"
        if lists.has_allowlist:
            return self._refuse(lists)[1]
        if lists.allowed is None:
            return "omitted"
        return "star-vscode" if profile == "copilot-vscode" else "star"


def _list_differences(verdicts: dict[Program, _Verdict], usable: set[Program]) -> Iterator[str]:
    """In which programs a tool is not there that another has."""
    if usable == {"vscode"}:
        yield "vscode-only"
        return
    if "vscode" not in usable:
        yield "vscode-unsettled" if verdicts["vscode"][0] == "unknown" else "not-vscode"
    if "cli" not in usable:
        yield "not-cli"
    if "cloud" not in usable:
        yield "cloud-unsettled" if verdicts["cloud"][0] == "unknown" else "not-cloud"
