"""Qwen Code: subagents as Markdown files in ``.qwen/agents``, with keys of Claude Code and own tool names.

Source of keys and rules: Qwen Code documentation, "Subagents", August 2026.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ...model.definitions import Agent
from ...text.i18n import mark_for_translation as _
from ..rules import Outcome
from ..runtime import Runtime
from ..tool_lists import ToolLists


class QwenCode(Runtime):
    """Qwen Code."""

    name = "qwen"
    title = "Qwen Code"
    source = 'Qwen Code documentation, "Subagents", August 2026'

    agent_folders = (".qwen/agents",)
    plugin_manifests = ("qwen-extension.json",)
    marks = (".qwen",)
    skill_folders = (".qwen/skills",)
    command_folders = (".qwen/commands",)
    command_suffixes = (".md", ".toml")
    command_agent_keys = ()
    server_files = (".qwen/settings.json",)
    settings_files = (".qwen/settings.json",)
    instruction_files = ("QWEN.md",)

    denied_tools_key = "disallowedTools"
    skills_key = "skills"
    servers_key = "mcpServers"
    settings_values: Mapping[str, tuple[str | type, ...]] = {
        "approvalMode": ("default", "plan", "auto-edit", "yolo", "bubble"),
        "permissionMode": (),
        "maxTurns": (int,),
        "memory": (),
        "background": (bool,),
        "isolation": (),
        "effort": (),
        "color": (),
        "hooks": (dict,),
    }
    instructions_sentence = Runtime.session_instructions_sentence
    needs_name = True
    agent_tools = ("task",)
    skill_tool = "skill"
    bypass_setting = ("approvalMode", "yolo")
    unknown_base_rules = frozenset({"null-list", "empty"})
    model_hint = _("the id of a model, such as `qwen3-coder-plus`, or `inherit`")
    base_sentences: Mapping[str, str] = {
        **Runtime.base_sentences,
        "omitted": Runtime.base_sentences["tools-omitted"],
        "empty": _(
            "The file declares an empty list: whether this agent has no tool or all is not documented."
        ),
    }

    def read_tool_lists(self, agent: Agent) -> ToolLists:
        """The lists, and whether the file sets a mode of approval."""
        is_set = agent.document.values.get("approvalMode") is not None
        flags = frozenset({"approval"}) if is_set else frozenset[str]()
        return replace(super().read_tool_lists(agent), flags=flags)

    def decide(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> tuple[Outcome, str]:
        """The list of what is allowed first, then the list of what is denied."""
        if not lists.loads:
            return "never", "not-loaded"
        entries = self.find_allowing_entries(lists, tool, server) if lists.has_allowlist else ()
        outcome, rule = self.decide_unlisted(lists, tool, server)
        if entries and server is not None:
            outcome, rule = "allowed", "mcp"
        elif entries:
            outcome, rule = ("allowed", "listed") if tool in self.tools else ("unknown", "unrecognized")
        if outcome != "not_declared" and any(self.matches(entry, tool, server) for entry in lists.denied):
            return "denied", "denied"
        return outcome, rule

    def decide_unlisted(self, lists: ToolLists, tool: str, server: str | None) -> tuple[Outcome, str]:
        """What no entry names is there if the file has no list."""
        if lists.value_missing:
            return "unknown", "null-list"
        if lists.has_allowlist:
            return ("not_declared", "unlisted") if lists.allowed else ("unknown", "empty")
        if server is None and tool not in self.tools:
            return "not_declared", "no-such-tool"
        return "inherited", "omitted"

    def find_caveats(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> tuple[str, ...]:
        """The mode of approval decides together with that of the session."""
        return ("approval",) if "approval" in lists.flags else ()
