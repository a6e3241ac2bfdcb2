"""What an agent of Kiro can use: the tools in ``tools``, and which of them run without asking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import PurePosixPath

from ...model.definitions import Agent, Document, Source, Span, ToolGrant
from ...model.mcp_tool_names import McpToolName
from ..rules import Outcome
from ..runtime import Runtime
from ..tool_lists import ToolLists, get_server_id, simplify_entries
from .entries import list_spellings, list_texts, matches_glob, read_permissions, read_settings

Decided = tuple[Outcome, str]


def is_amazons(source: Source) -> bool:
    """Whether a file is one of Amazon Q, the predecessor."""
    return ".amazonq" in PurePosixPath(source.path).parts


def is_third_format(document: Document) -> bool:
    """Whether a file is for Kiro CLI 3 and the IDE: it is Markdown, or has a key that only they read."""
    if is_amazons(document.source):
        return False
    is_json = document.source.path.lower().endswith(".json")
    return not is_json or not {"permissions", "excludedTools"}.isdisjoint(document.values)


def list_trust(document: Document) -> list[tuple[str, Span]]:
    """The patterns of ``allowedTools`` that trust something: ``*`` alone is not accepted."""
    return [(text, span) for text, span in list_texts(document, "allowedTools") if text != "*"]


class KiroPermissions(Runtime):
    """The permission rules: those of Kiro CLI 2.x for JSON, and those of Kiro CLI 3."""

    unknown_base_rules = frozenset({"markdown-tools"})
    withheld_rules = frozenset({"no-aws"})

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Other names of its tools, with the present ones."""
        return dict(self.rule_table["aliases"])

    def get_canonical_name(self, tool: str) -> str:
        """Letters are compared: ``Read`` is no tool."""
        return self.get_current_name(tool)

    def read_tool_lists(self, agent: Agent) -> ToolLists:
        """What the agent can see; in ``ordered`` what it is trusted with and what its settings say, or its
        rules of permissions."""
        document, values = agent.document, agent.document.values
        lists, is_third = super().read_tool_lists(agent), is_third_format(document)
        excluded = tuple(entry for entry in agent.access.denied if entry.key == "excludedTools")
        includes = True in (values.get("includeMcpJson"), values.get("useLegacyMcpJson"))
        flags = {
            "third": is_third,
            "no list": values.get("tools") is None or isinstance(values["tools"], dict),
            "servers": includes,
            "upgrade": not is_third and bool(list_trust(document) or values.get("toolsSettings")),
        }
        return replace(
            lists,
            allowed=tuple(self._unfold(lists.allowed or ())) if is_third else lists.allowed,
            denied=tuple(self._unfold(simplify_entries(excluded))) if is_third else (),
            ordered=self._read_conditions(document),
            flags=frozenset(flag for flag, is_set in flags.items() if is_set),
            guards=tuple(sorted({hook.matcher for hook in agent.hooks if hook.event == "preToolUse"})),
        )

    def _read_conditions(self, document: Document) -> tuple[ToolGrant, ...]:
        """What decides whether a tool that is there is asked for."""
        trust = [ToolGrant("", text, "allow", "allowedTools", Span("")) for text, _ in list_trust(document)]
        table = document.values.get("toolsSettings")
        settings = read_settings(table, self.rule_table["settings"], self.aliases)
        entries = read_permissions(document) if is_third_format(document) else (*trust, *settings)
        return tuple(replace(entry, rule="", span=Span("")) for entry in entries)

    def add_effects(self, document: Document, grants: tuple[ToolGrant, ...]) -> tuple[ToolGrant, ...]:
        """``grants`` of what asks a person before each use as such."""
        lists = ToolLists(None, ordered=self._read_conditions(document))
        judge = self._judge_permissions if is_third_format(document) else self._judge_trust
        outcomes = (judge(lists, grant.tool, get_server_id(grant))[0] for grant in grants)
        pairs = zip(grants, outcomes, strict=True)
        return tuple(replace(grant, effect="ask") if outcome == "ask" else grant for grant, outcome in pairs)

    def _unfold(self, entries: tuple[ToolGrant, ...]) -> Iterator[ToolGrant]:
        """``entries`` with the tools that a category of Kiro CLI 3 stands for."""
        for entry in entries:
            yield entry
            for name in self.rule_table["categories"].get(entry.tool, ()):
                yield replace(entry, tool=name)

    def decide(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> Decided:
        """First whether the agent can see the tool, then whether it is asked for."""
        hidden = self._explain_hidden(lists, tool, server)
        if hidden:
            return hidden
        judge = self._judge_permissions if "third" in lists.flags else self._judge_trust
        outcome, rule = judge(lists, self.get_current_name(tool), server)
        if rule == "ask" and not self.find_allowing_entries(lists, tool, server):
            rule = "all-tools"
        is_limited = tool in self.agent_tools and self._is_limited(lists, tool)
        return ("enforced", "sub") if is_limited and outcome != "denied" else (outcome, rule)

    def _explain_hidden(self, lists: ToolLists, tool: str, server: str | None) -> Decided | None:
        """Why the agent cannot see the tool; ``None`` if it can."""
        if not lists.loads:
            return "never", "not-loaded"
        is_listed = bool(self.find_allowing_entries(lists, tool, server))
        if not is_listed and (lists.has_allowlist or lists.allowed is None or "no list" in lists.flags):
            return self.decide_unlisted(lists, tool, server)
        if server is None and self.get_current_name(tool) not in self.tools:
            return ("unknown", "unrecognized") if is_listed else ("not_declared", "no-such-tool")
        if any(self.matches(entry, tool, server) for entry in lists.denied):
            return "denied", "excluded"
        if (
            "third" not in lists.flags
            and tool in self.rule_table["third_only"]
            and not self._is_named(lists, tool)
        ):
            return "not_declared", "no-such-tool"
        if "third" in lists.flags:
            return ("never", "no-aws") if self.get_current_name(tool) == "aws" else None
        is_there = server in (None, "*") or server in lists.own_servers or "servers" in lists.flags
        return None if is_there else ("not_declared", "no-such-server")

    def _is_named(self, lists: ToolLists, tool: str) -> bool:
        return any(entry.tool == tool for entry in lists.allowed or ())

    def decide_unlisted(self, lists: ToolLists, tool: str, server: str | None) -> Decided:
        """What is in no list is not there, but where nobody knows what no list means."""
        if "no list" in lists.flags:
            return ("unknown", "markdown-tools") if "third" in lists.flags else ("not_declared", "no-tools")
        if lists.value_missing:
            return "never", "not-loaded"
        if "third" in lists.flags and server in lists.own_servers:
            return "unknown", "inline-server"
        if not lists.has_allowlist:
            return "ask", "all-tools"
        return "not_declared", "tools" if lists.allowed else "empty-list"

    def _judge_trust(self, lists: ToolLists, tool: str, server: str | None) -> Decided:
        """Kiro CLI 2.x: what is trusted, what the settings of the tool allow and deny, else a question."""
        settings = self._list_settings(lists, tool)
        denies = {entry.specifier for entry in settings if entry.effect == "deny"}
        is_part_denied = bool(denies - {None})
        if self._is_trusted(lists, tool, server):
            return ("partial", "settings") if is_part_denied else ("allowed", "allowed")
        allows = any(entry.effect == "allow" for entry in settings)
        if denies == {None} and not allows:
            return "denied", "settings-deny"
        if is_part_denied or allows:
            return "partial", "settings"
        return ("allowed", "trusted") if tool in self.rule_table["trusted"] else ("ask", "ask")

    def _list_settings(self, lists: ToolLists, tool: str) -> list[ToolGrant]:
        others = ("allowedTools", "availableAgents")
        return [entry for entry in lists.ordered if entry.key not in others and entry.tool == tool]

    def _is_trusted(self, lists: ToolLists, tool: str, server: str | None) -> bool:
        spellings = list_spellings(tool, server, self.aliases)
        patterns = [entry.tool for entry in lists.ordered if entry.key == "allowedTools"]
        return any(matches_glob(pattern, spelling) for pattern in patterns for spelling in spellings)

    def _is_limited(self, lists: ToolLists, tool: str) -> bool:
        """Whether the agent may start only agents that its file names."""
        entries = self.find_allowing_entries(lists, tool, None)
        named = bool(entries) and all(entry.specifier for entry in entries)
        return named or any(entry.key == "availableAgents" for entry in lists.ordered)

    def _judge_permissions(self, lists: ToolLists, tool: str, server: str | None) -> Decided:
        """Kiro CLI 3: deny counts more than ask, and ask more than allow, in whatever order they stand."""
        covered: dict[str, set[bool]] = {"deny": set(), "ask": set(), "allow": set()}
        for rule in lists.ordered:
            whole = self._covers(rule, tool, server)
            if whole is not None:
                covered[rule.effect].add(whole)
        if True in covered["deny"]:
            return "denied", "v3"
        if not covered["deny"]:
            if True in covered["ask"]:
                return "ask", "v3-ask"
            if True in covered["allow"] and not covered["ask"]:
                return "allowed", "v3-allow"
        if any(covered.values()):
            return "partial", "v3-part"
        is_reading = server is None and tool in self.rule_table["capabilities"]["fs_read"]
        return ("allowed", "v3-default") if is_reading else ("ask", "ask")

    def _covers(self, rule: ToolGrant, tool: str, server: str | None) -> bool | None:
        """Whether a rule is about all that the tool does, or a part of it; ``None``: neither."""
        capability = rule.tool
        tools = self.rule_table["capabilities"].get(capability, ())
        is_about = capability == "all" or (
            capability == "mcp" if server is not None else capability == "builtin" or tool in tools
        )
        if not is_about:
            return None
        if server is None or rule.specifier is None or rule.key == "exclude":
            return rule.specifier is None
        mcp_name = McpToolName.parse(tool)
        name = f"{mcp_name.server}/{mcp_name.tool or '*'}" if mcp_name else f"{server}/*"
        patterns = rule.specifier.split("\n")
        if any(matches_glob(pattern, name) for pattern in patterns):
            return True
        return False if any(pattern.startswith(f"{name[:-1]}") for pattern in patterns) else None

    def find_caveats(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> tuple[str, ...]:
        """A guard, what the newer version makes of the file, settings that limit nothing."""
        spellings = list_spellings(self.get_current_name(tool), server, self.aliases)
        is_guarded = any(
            not guard or matches_glob(guard, spelling) for guard in lists.guards for spelling in spellings
        )
        settings = self._list_settings(lists, self.get_current_name(tool))
        allows = any(entry.effect == "allow" for entry in settings)
        caveats = {
            "hook-guarded": is_guarded,
            "settings-overridden": allows and self._is_trusted(lists, tool, server),
            "upgrade": "upgrade" in lists.flags,
            "experiment": server is None and self.get_current_name(tool) in self.rule_table["experiments"],
        }
        return tuple(name for name, holds in caveats.items() if holds)
