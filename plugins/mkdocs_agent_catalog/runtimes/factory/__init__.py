"""Factory: custom droids as Markdown files in ``.factory/droids``.

Source of keys and rules: Factory documentation, "Custom droids", 2026, and the program @factory/cli 0.225.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ...model.definitions import Agent, Diagnostic, Document, Effect, ToolGrant
from ...model.mcp_tool_names import McpToolName
from ...text.i18n import mark_for_translation as _
from ...text.i18n import say
from ...text.strings import make_server_id
from ..rules import Outcome
from ..runtime import Runtime, read_text
from ..tool_lists import ToolLists

_NAME = re.compile(r"[a-z0-9_-]+")
_CATEGORY = "category "
_SERVERS = "servers"


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
    settings_values: Mapping[str, tuple[str | type, ...]] = {"reasoningEffort": ()}
    instructions_sentence = Runtime.session_instructions_sentence
    invocation = "Use the subagent `{name}`"
    needs_name = True
    skill_tool = "Skill"
    agent_tools = ("Task",)
    withheld_rules = frozenset({"withheld"})
    unknown_base_rules = frozenset({"null-list", "read-only"})
    model_hint = _("`inherit`, the id of a model, or `custom:` and a name")
    base_sentences: Mapping[str, str] = {
        **Runtime.base_sentences,
        "omitted": Runtime.base_sentences["tools-omitted"],
    }

    def tells(self, document: Document) -> bool:
        """By the category that no other runtime has as the value of ``tools``, or by an effort and tools that
        only it calls so."""
        tools = document.values.get("tools")
        names = [str(tool) for tool in tools] if isinstance(tools, list) else []
        has_own_tools = any(name in names for name in ("Create", "Execute", "FetchUrl", "ApplyPatch"))
        return tools == "read-only" or ("reasoningEffort" in document.values and has_own_tools)

    telling_keys = frozenset({"reasoningEffort"})
    telling_text = r"tools[\"']?:\s*[\"']?read-only[\"']?\s*$"

    def read_entries(self, document: Document, key: str, effect: Effect) -> tuple[ToolGrant, ...]:
        """Ids as they stand; those of tools of MCP servers are ``server___tool``."""
        return tuple(map(_read_id, super().read_entries(document, key, effect)))

    def explain_not_loaded(self, document: Document) -> str:
        """A droid needs a name of small letters, known tools and a text."""
        reason = super().explain_not_loaded(document)
        if reason:
            return reason
        if not _NAME.fullmatch(read_text(document.values.get("name")) or ""):
            return say("its name has other letters than a to z, digits, `-` and `_`")
        if not document.body.strip():
            return say("it has no text below its frontmatter")
        categories = self.rule_table["categories"]
        if _get_category(document) in categories:
            return ""
        # Other names may be those of tools that no file tells of.
        names = (entry.rule for entry in self.read_entries(document, self.tools_key, "allow"))
        known = self.tools.keys() - categories.keys()
        tool = next((name for name in names if name not in known and name.replace("-", "").isalpha()), None)
        return say("the tool `{tool}` is not known", tool=tool) if tool else ""

    def find_ignored_keys(self, document: Document) -> Iterable[Diagnostic]:
        """An effort is for a model that the file names."""
        yield from super().find_ignored_keys(document)
        if "reasoningEffort" in document.values and document.values.get("model") in (None, "inherit"):
            text = _("{runtime} does not read `{key}` without `{other}`")
            message = say(text, runtime=self.title, key="reasoningEffort", other="model")
            hint = say("name a model, or remove it: the effort is the session's")
            yield Diagnostic("ignored_key", document.get_span("reasoningEffort"), message, hint)

    def read_tool_lists(self, agent: Agent) -> ToolLists:
        """The list or the one category, and the servers that the file names."""
        servers = frozenset(make_server_id(name) for name, _span in agent.servers or ())
        category = _get_category(agent.document)
        is_known = category in self.rule_table["categories"]
        flags = {_CATEGORY + category: is_known, _SERVERS: agent.servers is not None}
        is_set = frozenset(flag for flag, holds in flags.items() if holds)
        return replace(super().read_tool_lists(agent), own_servers=servers, flags=is_set)

    def decide(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> tuple[Outcome, str]:
        """What all droids have and none, the servers that are named, then the category or the list."""
        if not lists.loads:
            return "never", "not-loaded"
        if tool in self.rule_table["withheld"]:
            return "never", "withheld"
        if tool in self.rule_table["always"]:
            return "allowed", "always" if tool == "TodoWrite" else "always-skill"
        if server in lists.own_servers:
            return "allowed", "servers"
        if tool in self.agent_tools and (not lists.has_allowlist or self._lists(lists, tool)):
            return "unknown", "delegation"
        if not lists.has_allowlist:
            return self.decide_unlisted(lists, tool, server)
        category = next((flag for flag in lists.flags if flag.startswith(_CATEGORY)), "")
        if category:
            return self._decide_category(category.removeprefix(_CATEGORY), tool, server)
        names = {self.get_current_name(entry.tool) for entry in lists.allowed or ()}
        if server is not None:
            is_listed = bool(self.find_allowing_entries(lists, tool, server))
            return ("allowed", "mcp") if is_listed else self.decide_unlisted(lists, tool, server)
        if tool in names:
            return ("allowed", "listed") if tool in self.tools else ("unknown", "unrecognized")
        if any(tool in self.rule_table["brought"].get(name, ()) for name in names):
            return "allowed", "patch"
        return self.decide_unlisted(lists, tool, server)

    def _lists(self, lists: ToolLists, tool: str) -> bool:
        return any(entry.tool == tool for entry in lists.allowed or ())

    def _decide_category(self, category: str, tool: str, server: str | None) -> tuple[Outcome, str]:
        """What the one word in place of a list gives."""
        if tool == category or tool in self.rule_table["categories"][category]:
            return "allowed", "category"
        if category == "mcp" and server is not None:
            return "allowed", "mcp-category"
        if category == "read-only" and (server is not None or self._may_read_only(tool)):
            return "unknown", "read-only"
        return "not_declared", "unlisted"

    def _may_read_only(self, tool: str) -> bool:
        """Whether the program gives the tool to a droid that is to read only, though no document says so."""
        is_tool = tool in self.tools and not self.tools[tool].members and tool != "mcp"
        return is_tool and self.tools[tool].reach not in ("files", "delegates")

    def decide_unlisted(self, lists: ToolLists, tool: str, server: str | None) -> tuple[Outcome, str]:
        """What no entry names is there if the file has no list."""
        if lists.value_missing:
            return "unknown", "null-list"
        if lists.has_allowlist:
            return "not_declared", "unlisted"
        if server is None and (tool not in self.tools or self.tools[tool].retired):
            return "not_declared", "no-such-tool"
        if server is not None and _SERVERS in lists.flags:
            return "unknown", "other-servers"
        return "inherited", "omitted"


def _get_category(document: Document) -> str:
    """The value of ``tools`` if it is one word; whether it is a category, the table of them says."""
    value = document.values.get("tools")
    return value.strip() if isinstance(value, str) and "," not in value else ""


def _read_id(entry: ToolGrant) -> ToolGrant:
    server, parts, tool = entry.rule.partition("___")
    if not (server and parts and tool):
        return replace(entry, server=None, pattern=False)
    return replace(entry, tool=str(McpToolName(server, tool)), server=server, pattern=False, specifier=None)
