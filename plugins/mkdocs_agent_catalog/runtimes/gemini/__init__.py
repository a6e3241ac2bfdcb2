"""Gemini CLI: subagents as Markdown files in ``.gemini/agents``, and remote agents behind their agent cards.

Source of keys and rules: Gemini CLI documentation, "Subagents", and the vendor's package
@google/gemini-cli-core 0.61.0, November 2026.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from ...model.definitions import Agent, Document, Effect, Skipped, Source, ToolGrant
from ...model.mcp_tool_names import McpToolName
from ...reading.data_documents import parse_embedded_list
from ...reading.tool_entries import read_grants
from ...text.i18n import mark_for_translation as _
from ...text.i18n import say
from ...text.strings import make_server_id
from ..rules import Outcome
from ..runtime import Runtime, read_text
from ..tool_lists import ToolLists

_NAME = re.compile(r"[a-z0-9_-]+")
_MCP_NAME = re.compile(r"mcp_([a-z0-9.:-]+)_([a-z0-9_.:-]*[a-z0-9.:-][a-z0-9_.:-]*|\*)", re.I)
_LOCAL_KEYS = frozenset({"tools", "mcp_servers", "model", "temperature", "max_turns", "timeout_mins"})
_REMOTE_KEYS = frozenset({"agent_card_url", "agent_card_json", "auth"})
_SHARED_KEYS = frozenset({"kind", "name", "description", "display_name"})


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_json(value: object) -> bool:
    try:
        return isinstance(value, str) and json.loads(value) is not Ellipsis
    except ValueError:
        return False


_CHECKS: Mapping[str, Callable[[object], bool]] = {
    **dict.fromkeys(("kind", "name", "description", "display_name", "model"), _is_text),
    **dict.fromkeys(("max_turns", "timeout_mins"), _is_count),
    "temperature": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "tools": lambda value: isinstance(value, list) and all(map(_is_text, value)),
    **dict.fromkeys(("mcp_servers", "auth"), lambda value: isinstance(value, dict)),
    "agent_card_url": lambda value: bool(re.match(r"[a-z][a-z\d+.-]*:\S", str(value), re.I)),
    "agent_card_json": _is_json,
}


class GeminiCli(Runtime):
    """Gemini CLI."""

    name = "gemini"
    title = "Gemini CLI"
    source = 'Gemini CLI documentation, "Subagents", November 2026'

    agent_folders = (".gemini/agents",)
    plugin_manifests = ("gemini-extension.json",)
    marks = (".gemini",)
    reads_subfolders = False
    skill_folders = (".gemini/skills", ".agents/skills")
    command_folders = (".gemini/commands",)
    command_suffixes = (".toml",)
    command_agent_keys = ()
    server_files = (".gemini/settings.json",)
    settings_files = (".gemini/settings.json",)
    instruction_files = ("GEMINI.md",)
    telling_keys = frozenset({"max_turns", "timeout_mins", "agent_card_url", "agent_card_json", "kind"})

    tool_separators = ""
    servers_key = "mcp_servers"
    settings_values: Mapping[str, tuple[str | type, ...]] = {
        "kind": ("local", "remote"),
        "display_name": (),
        "temperature": (),
        "max_turns": (int,),
        "timeout_mins": (int,),
        "agent_card_url": (),
        "agent_card_json": (dict,),
        "auth": (dict,),
    }
    needs_name = True
    builtin_agents = frozenset({"generalist", "codebase_investigator", "cli_help"})
    agent_tools = ("invoke_agent",)
    skill_tool = "activate_skill"
    withheld_rules = frozenset({"norecursion"})
    unknown_base_rules = frozenset({"remote"})
    model_hint = _("the id of a model, such as `gemini-3-pro`")
    base_sentences: Mapping[str, str] = {
        "invalid": Runtime.base_sentences["not-loaded"],
        "omitted": Runtime.base_sentences["tools-omitted"],
        "star": Runtime.base_sentences["all-tools"],
        "empty": Runtime.base_sentences["empty-list"],
        "remote": _("This agent runs elsewhere: what it may do there is not known here."),
    }

    def tells(self, document: Document) -> bool:
        """By a key that no other runtime has, or by names of tools: a mere `max_turns` may be misspelled."""
        values = document.values
        if not {"timeout_mins", "agent_card_url", "agent_card_json"}.isdisjoint(values):
            return True
        tools = values.get("tools")
        has_own_tools = isinstance(tools, list) and bool(tools) and all(tool in self.tools for tool in tools)
        return has_own_tools and values.get("kind", "local") in ("local", "remote")

    def read_agents(self, source: Source) -> tuple[Agent | Skipped, ...]:
        """One agent a file; or several remote ones, if the frontmatter is a list."""
        documents = parse_embedded_list(source)
        if not documents:
            return super().read_agents(source)
        agents = []
        for number, document in enumerate(documents, 1):
            name = read_text(document.values.get("name")) or f"{self.get_stem(source.below)}-{number}"
            own = replace(source, below=f"{name}.md")
            values = {"kind": "remote", **document.values}
            agents.append(self.read_agent(replace(document, source=own, values=values)))
        return tuple(agents)

    def explain_not_loaded(self, document: Document) -> str:
        """The schema is strict: the first word that it does not know is the reason."""
        values = document.values
        if document.error or document.repaired:
            return say("its frontmatter is no YAML")
        if any(note.check == "duplicate_key" for note in document.notes):
            return say("a key stands twice in its frontmatter")
        kind = values.get("kind") or ("remote" if _is_remote(values) else "local")
        if kind not in ("local", "remote"):
            return say("its `{key}` is none that is known", key="kind")
        known = _SHARED_KEYS | (_REMOTE_KEYS if kind == "remote" else _LOCAL_KEYS)
        unknown = next((key for key in values if key not in known), None)
        if unknown:
            return say("its key `{key}` is not known", key=unknown)
        name = values.get("name")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            return say("its name is missing, or has other letters than a to z, digits, `-` and `_`")
        for key in values:
            if not _CHECKS[key](values[key]):
                return say("its `{key}` is not what the key may hold", key=key)
        if kind == "remote":
            cards = sum(key in values for key in ("agent_card_url", "agent_card_json"))
            return "" if cards == 1 else say("it needs one of `agent_card_url` and `agent_card_json`")
        if not values.get("description"):
            return say("it has no description")
        tools = values.get("tools", [])
        unknown_tool = next((tool for tool in tools if not self._is_tool_name(tool)), None)
        return say("the tool `{tool}` is not known", tool=unknown_tool) if unknown_tool is not None else ""

    def _is_tool_name(self, name: str) -> bool:
        is_discovered = name.startswith("discovered_tool_")
        return (
            name in self.tools or name in ("*", "mcp_*") or is_discovered or bool(_MCP_NAME.fullmatch(name))
        )

    def read_entries(self, document: Document, key: str, effect: Effect) -> tuple[ToolGrant, ...]:
        """Entries are names as they stand; those of MCP tools have a form of their own."""
        return tuple(map(_read_mcp_name, read_grants(document, key, effect, self.tool_separators) or ()))

    def describe_invocation(self, document: Document, name: str) -> str:
        """``@name`` at the beginning of a message."""
        return f"@{name}"

    def read_tool_lists(self, agent: Agent) -> ToolLists:
        """The list, and whether the agent is a remote one."""
        is_remote = _is_remote(agent.document.values)
        return replace(
            super().read_tool_lists(agent),
            own_servers=frozenset(make_server_id(name) for name, _span in agent.servers or ()),
            flags=frozenset({"remote"}) if is_remote else frozenset(),
        )

    def decide(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> tuple[Outcome, str]:
        """What no subagent gets, what all have, then the list."""
        if not lists.loads:
            return "never", "invalid"
        if "remote" in lists.flags:
            return "unknown", "remote"
        if tool in self.agent_tools:
            return "never", "norecursion"
        if tool == "complete_task":
            return "allowed", "always"
        if lists.has_allowlist and self.find_allowing_entries(lists, tool, server):
            if server is not None:
                return "allowed", "mcp"
            return ("allowed", "listed") if tool in self.tools else ("unknown", "discovered")
        return self.decide_unlisted(lists, tool, server)

    def decide_unlisted(self, lists: ToolLists, tool: str, server: str | None) -> tuple[Outcome, str]:
        """What no entry names is there if the file has no list, or asks for everything."""
        if "remote" in lists.flags:
            return "unknown", "remote"
        if lists.has_allowlist:
            if server in lists.own_servers:
                return "unknown", "own-server"
            return "not_declared", "unlisted" if lists.allowed else "empty"
        if server is None and (tool not in self.tools or self.tools[tool].retired):
            return "not_declared", "no-such-tool"
        return "inherited", "omitted" if lists.allowed is None else "star"

    def find_base_rule(self, lists: ToolLists, profile: str) -> str:
        """As of a flat list; a file that does not load has a rule of another name."""
        return "invalid" if not lists.loads else self.decide_unlisted(lists, "read_file", None)[1]

    def find_caveats(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> tuple[str, ...]:
        """The policies of a session may ask or refuse."""
        reach = self.tools[tool].reach if tool in self.tools else None
        return ("policy",) if server is not None or reach in ("commands", "files", "network") else ()


def _is_remote(values: Mapping[str, object]) -> bool:
    kind = values.get("kind")
    has_remote_keys = not _REMOTE_KEYS.isdisjoint(values)
    return kind == "remote" or (kind is None and has_remote_keys and _LOCAL_KEYS.isdisjoint(values))


def _read_mcp_name(grant: ToolGrant) -> ToolGrant:
    """``grant`` with the server that ``mcp_<server>_<tool>`` names: it ends at the first ``_``."""
    if grant.rule == "mcp_*":
        return replace(grant, tool="mcp__*", pattern=True)
    match = _MCP_NAME.fullmatch(grant.rule)
    if not match:
        return replace(grant, server=None, pattern=grant.tool == "*")
    server, tool = match.groups()
    name = McpToolName(server, "" if tool == "*" else tool)
    return replace(grant, tool=str(name), server=server, pattern=tool == "*")
