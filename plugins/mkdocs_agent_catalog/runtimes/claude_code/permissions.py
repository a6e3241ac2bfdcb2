"""The permission rules of Claude Code: the order in which the rows of ``permission_rules.yaml`` apply.

Never more is claimed than the file and a rule support: the rest is ``unknown``, or a caveat beside what was
decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...model.definitions import ToolGrant
from ...text.strings import matches_stars
from ..rules import USABLE, Outcome
from ..runtime import Runtime
from ..tool_lists import ToolLists, get_server_id
from .settings import matches_tool

# An agent that is started as the main one, and runtimes that only read the same files.
MAIN, OTHER_RUNTIMES = "claude-code-main", "allowed-tools"
_Verdict = tuple[Outcome, str] | None


class ClaudeCodePermissions(Runtime):
    """What Claude Code lets an agent use."""

    unknown_base_rules = frozenset({"null-list", "other-runtime"})
    withheld_rules = frozenset({"never-subagent", "plugin-ignores", "background-agent"})

    def judges_names(self, lists: ToolLists, profile: str) -> bool:
        """Runtimes that only read the same files have tools of their own, and so has the product whose name a
        file bears."""
        return profile != OTHER_RUNTIMES and "foreign" not in lists.flags

    def get_tool_set(self, name: str) -> frozenset[str]:
        """One of the sets of tools that the rules speak of."""
        return frozenset(self.rule_table["sets"][name])

    def decide(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> tuple[Outcome, str]:
        """The first of the steps that says something decides. What is left, the project may still deny."""
        if not lists.loads:
            return "never", "not-loaded"
        if "foreign" in lists.flags:
            return "unknown", "other-runtime"
        outcome, rule = (
            self._check_denied(lists, tool, server)
            or self._check_withheld(lists, tool, server, profile)
            or self._check_other_keys(lists, tool, server)
            or self._check_allowlist(lists, tool, server, profile)
            or self.decide_unlisted(lists, tool, server)
        )
        if outcome in USABLE and profile != OTHER_RUNTIMES and self.is_denied_by_project(lists, tool, server):
            return "denied", "project-denied-main" if profile == MAIN else "project-denied"
        return outcome, rule

    def _check_denied(self, lists: ToolLists, tool: str, server: str | None) -> _Verdict:
        partly_denied: _Verdict = None
        for entry in lists.denied:
            if not self.matches(entry, tool, server):
                continue
            if server is None and "memory" in lists.flags and tool in self.get_tool_set("memory"):
                return "unknown", "memory-denied"
            if server in lists.own_servers:
                return "unknown", "own-server-denied"
            if server is None:
                return "denied", "denied-whole" if entry.specifier is not None else "denied"
            if entry.tool == "mcp__*":
                return "denied", "denied-mcp"
            if "*" not in entry.tool:
                return "denied", "denied-server" if entry.pattern else "denied"
            partly_denied = ("unknown", "denied-pattern")
        return partly_denied

    def matches_project_rule(self, rule: ToolGrant, tool: str, server: str | None) -> bool:
        """A path under `Edit` or `Read` is for other tools of files as well, and under their own names for
        none; a rule for MCP tools has no parentheses; a star stands for any part of a name (page
        "Permissions", October 2026)."""
        if rule.specifier is not None:
            paths: dict[str, list[str]] = self.rule_table["paths"]
            if rule.tool in paths:
                return server is None and tool in (rule.tool, *paths[rule.tool])
            has_no_paths = any(rule.tool in covered for covered in paths.values())
            if has_no_paths or rule.tool.startswith("mcp__"):
                return False
        elif "*" in rule.tool and rule.effect != "allow" and matches_stars(rule.tool, tool):
            return True
        return self.matches(rule, tool, server)

    def _check_withheld(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> _Verdict:
        """What no subagent gets, and what an old name no longer means."""
        if server is not None:
            return None
        is_background = "background" in lists.flags and profile != MAIN
        if is_background and self.get_current_name(tool) not in self.get_tool_set("background"):
            return "never", "background-agent"
        if tool in self.get_tool_set("plan_mode") and "plan" in lists.flags and profile != MAIN:
            is_listed = bool(self.find_allowing_entries(lists, tool, None))
            inherits = lists.allowed is None and not lists.value_missing
            if "plugin" in lists.flags:
                return "never", "plugin-ignores"
            return ("allowed", "plan-mode") if is_listed or inherits else None
        if tool in self.get_tool_set("never") and profile != MAIN:
            return "never", "never-subagent"
        # What another runtime still knows is not ours to say.
        fact = self.tools.get(tool)
        works_by_old_name = tool in self.rule_table["aliases"]
        if fact and fact.retired and not works_by_old_name and profile != OTHER_RUNTIMES:
            return "never", "retired"
        return None

    def _check_other_keys(self, lists: ToolLists, tool: str, server: str | None) -> _Verdict:
        """What the file gives beside its list: the tools of memory, and those of its own MCP servers."""
        if not lists.has_allowlist and not lists.value_missing:
            return None
        if server is not None:
            return ("allowed", "own-server") if server in lists.own_servers else None
        turned_on = "memory" in lists.flags and tool in self.get_tool_set("memory")
        if turned_on and not self.find_allowing_entries(lists, tool, None):
            return "allowed", "memory"
        return None

    def _check_allowlist(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> _Verdict:
        entries = self.find_allowing_entries(lists, tool, server) if lists.has_allowlist else ()
        if not entries:
            return None
        if server is not None:
            return _decide_server_tool(entries)
        if tool not in self.tools:
            return "unknown", "unrecognized"
        if all(entry.specifier is not None for entry in entries):
            if self.get_current_name(tool) == "Agent":
                return ("enforced", "agent-list-main") if profile == MAIN else ("unenforced", "agent-list")
            return "unenforced", "unenforced"
        if all(entry.tool in self.rule_table["aliases"] for entry in entries):
            return "allowed", "renamed"
        return "allowed", "honoured-key" if "other-key" in lists.flags else "listed"

    def decide_unlisted(self, lists: ToolLists, tool: str, server: str | None) -> tuple[Outcome, str]:
        """As of a flat list; an ignored list and MCP tools have rules of their own."""
        outcome, rule = super().decide_unlisted(lists, tool, server)
        if rule == "tools-omitted":
            if "dropped" in lists.flags:
                rule = "frontmatter-dropped"
            elif lists.has_ignored:
                rule = "ignored-key"
            elif server is not None:
                rule = "mcp-inherited"
        return outcome, rule

    def find_caveats(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> tuple[str, ...]:
        """What else must hold for a tool to be there or to be used; no file says whether it does."""
        caveats = list(self._find_availability(lists, tool, profile)) if server is None else []
        if profile == OTHER_RUNTIMES:
            return tuple(caveats)
        caveats += self.find_project_caveats(lists, tool, server)
        if any(matches_tool(matcher, tool) for matcher in lists.guards):
            caveats.append("guarded")
        return tuple(caveats)

    def _find_availability(self, lists: ToolLists, tool: str, profile: str) -> Iterator[str]:
        lists_bash = any(entry.tool == "Bash" for entry in lists.allowed or ())
        is_listed = bool(self.find_allowing_entries(lists, tool, None))
        if tool in self.get_tool_set("absent_by_default") and (lists_bash or not is_listed):
            yield "absent-by-default"
        if tool in self.get_tool_set("switched_on"):
            yield "switched-on"
        if tool in self.get_tool_set("model_dependent"):
            yield "model-dependent"
        if profile != MAIN:
            if self.get_current_name(tool) == "Agent":
                yield "depth-limit"
                yield "through-others"
            if self.get_current_name(tool) not in self.get_tool_set("background"):
                yield "foreground-only"

    def find_base_rule(self, lists: ToolLists, profile: str) -> str:
        """The rule that decides about a built-in tool which no entry names."""
        if lists.loads and "foreign" in lists.flags:
            return "other-runtime"
        if lists.loads and self.is_nothing_left(lists, profile):
            return "nothing-left"
        return super().find_base_rule(lists, profile)

    def is_nothing_left(self, lists: ToolLists, profile: str, in_doubt: bool = False) -> bool:
        """It refuses to start an agent whose list resolves to no tool (page "Errors", since 2.1.208)."""
        gives_more = bool(lists.own_servers) or "memory" in lists.flags
        if (
            gives_more
            or not lists.has_allowlist
            or not lists.allowed
            or not self.judges_names(lists, profile)
        ):
            return False
        for entry in lists.allowed or ():
            outcome, rule = self.decide(lists, entry.tool, get_server_id(entry), profile)
            if outcome not in ("denied", "never") and rule != "unrecognized":
                return False
            is_settled = outcome != "denied" or self.rules[self.make_rule_id(rule)].confidence != "unsettled"
            if not is_settled and not in_doubt:
                return False
        return True


def _decide_server_tool(entries: Iterable[ToolGrant]) -> _Verdict:
    entries = tuple(entries)
    if any(not entry.pattern for entry in entries):
        return "allowed", "mcp-tool"
    if any(entry.server and "*" not in entry.tool for entry in entries):
        return "allowed", "mcp-server"
    return "unknown", "mcp-pattern"
