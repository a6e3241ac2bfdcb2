"""Factory: custom droids as Markdown files in ``.factory/droids``.

Source of keys and rules: Factory documentation, "Custom droids", 2026.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from ...model.definitions import Agent, Document, Effect, ToolGrant
from ...text.i18n import mark_for_translation as _
from ...text.i18n import say
from ...text.strings import make_server_id
from ..rules import Outcome
from ..runtime import Runtime, read_text
from ..tool_lists import ToolLists

_NAME = re.compile(r"[a-z0-9_-]+")


class Factory(Runtime):
    """Factory's command line, which runs droids."""

    name = "factory"
    title = "Factory"
    source = 'Factory documentation, "Custom droids", 2026'

    agent_folders = (".factory/droids",)
    marks = (".factory",)
    reads_subfolders = False
    skill_folders = (".factory/skills",)
    command_folders = (".factory/commands",)
    command_agent_keys = ()
    server_files = (".factory/mcp.json",)
    settings_files = (".factory/settings.json",)
    instruction_files = ("AGENTS.md",)

    servers_key = "mcpServers"
    settings_values: Mapping[str, tuple[str | type, ...]] = {"reasoningEffort": ("low", "medium", "high")}
    instructions_sentence = Runtime.session_instructions_sentence
    needs_name = True
    skill_tool = "Skill"
    model_hint = _("`inherit`, the id of a model, or `custom:` and a name")
    base_sentences: Mapping[str, str] = {
        **Runtime.base_sentences,
        "omitted": Runtime.base_sentences["tools-omitted"],
    }

    def tells(self, document: Document) -> bool:
        """By the category that no other runtime has as the value of ``tools``."""
        return document.values.get("tools") == "read-only"

    telling_text = r"tools:\s*read-only\s*$"

    def read_entries(self, document: Document, key: str, effect: Effect) -> tuple[ToolGrant, ...]:
        """A category as the one value of the key is an entry like those of a list."""
        entries = super().read_entries(document, key, effect)
        return tuple(replace(entry, server=None, pattern=False) for entry in entries)

    def explain_not_loaded(self, document: Document) -> str:
        """A droid needs a name of small letters, known tools and a text."""
        reason = super().explain_not_loaded(document)
        if reason:
            return reason
        if not _NAME.fullmatch(read_text(document.values.get("name")) or ""):
            return say("its name has other letters than a to z, digits, `-` and `_`")
        if not document.body.strip():
            return say("it has no text below its frontmatter")
        entries = self.read_entries(document, self.tools_key, "allow")
        # Tools of MCP servers are named by ids of the server's own, which no file says.
        unknown = (entry.tool for entry in entries if entry.tool not in self.tools and entry.tool.isalpha())
        tool = next(unknown, None)
        return say("the tool `{tool}` is not known", tool=tool) if tool else ""

    def describe_invocation(self, document: Document, name: str) -> str:
        """A sentence in which the droid's name stands."""
        return f"Use the subagent `{name}`"

    def read_tool_lists(self, agent: Agent) -> ToolLists:
        """The list, and the servers that the file names."""
        servers = frozenset(make_server_id(name) for name, _span in agent.servers or ())
        return replace(super().read_tool_lists(agent), own_servers=servers)

    def decide(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> tuple[Outcome, str]:
        """What all droids have, the servers that are named, then the list and its categories."""
        if not lists.loads:
            return "never", "not-loaded"
        if tool == "TodoWrite":
            return "allowed", "always"
        if server in lists.own_servers:
            return "allowed", "servers"
        if not lists.has_allowlist:
            return self.decide_unlisted(lists, tool, server)
        names = {entry.tool for entry in lists.allowed or ()}
        if server is not None and "mcp" in names:
            return "allowed", "mcp-category"
        if tool in names:
            return "allowed", "listed"
        categories = names.intersection(self.rule_table["categories"])
        if any(tool in self.tools[name].members for name in categories):
            return "allowed", "category"
        if tool == "ApplyPatch" and "Edit" in names:
            return "allowed", "patch"
        return self.decide_unlisted(lists, tool, server)

    def decide_unlisted(self, lists: ToolLists, tool: str, server: str | None) -> tuple[Outcome, str]:
        """What no entry names is there if the file has no list."""
        if lists.value_missing:
            return "unknown", "null-list"
        if lists.has_allowlist:
            return "not_declared", "unlisted"
        if server is None and tool not in self.tools:
            return "not_declared", "no-such-tool"
        return "inherited", "omitted"
