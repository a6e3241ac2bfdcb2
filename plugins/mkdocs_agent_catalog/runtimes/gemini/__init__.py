"""Gemini CLI: subagents as Markdown files in ``.gemini/agents``, and remote agents behind their agent cards.

Source of keys and rules: Gemini CLI documentation, "Subagents", and the vendor's package
@google/gemini-cli-core 0.61.0, November 2026.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from ...model.catalog import McpServer
from ...model.definitions import (
    Agent,
    Diagnostic,
    Document,
    Effect,
    Skipped,
    Source,
    Span,
    ToolGrant,
)
from ...model.mcp_tool_names import McpToolName
from ...reading.data_documents import parse_embedded_list
from ...reading.tool_entries import read_grants
from ...text.i18n import mark_for_translation as _
from ...text.i18n import say
from ...text.strings import make_server_id, matches_stars
from ..project_rules import EXCLUDED_SERVERS, get_value
from ..rules import USABLE, Outcome
from ..runtime import Runtime, read_text
from ..tool_lists import ToolLists
from .schema import MCP_NAME, NAME, find_fault, is_remote, list_own_servers

_FILTERED = "filtered"
# A list of the only tools that sessions have. It becomes one rule, which denies all others.
_CORE = "tools.core"


class GeminiCli(Runtime):
    """Gemini CLI."""

    name = "gemini"
    title = "Gemini CLI"
    source = 'Gemini CLI documentation, "Subagents", November 2026'

    agent_folders = (".gemini/agents",)
    plugin_manifests = ("gemini-extension.json",)
    marks = (".gemini",)
    reads_subfolders = False
    skips_underscores = True
    skill_folders = (".gemini/skills", ".agents/skills")
    command_folders = (".gemini/commands",)
    command_suffixes = (".toml",)
    command_agent_keys = ()
    server_files = (".gemini/settings.json",)
    settings_files = (".gemini/settings.json",)
    rule_keys: Mapping[str, Effect] = {
        "tools.exclude": "deny",
        EXCLUDED_SERVERS: "deny",
        _CORE: "allow",
        "tools.allowed": "allow",
    }
    instruction_files = ("GEMINI.md",)
    telling_keys = frozenset({"max_turns", "timeout_mins", "agent_card_url", "agent_card_json", "kind"})
    telling_text = (
        r"(?:tools[\"']?:.*\b|[ \t]*-[ \t]+[\"']?)"
        r"(?:read_file|run_shell_command|grep_search|google_web_search|list_directory)\b"
    )

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
    withheld_rules = frozenset({"norecursion", "withheld"})
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
        """By a key or a kind that no other runtime has, or by names of tools: a mere `max_turns` may be
        misspelled."""
        values = document.values
        is_own = not {"timeout_mins", "agent_card_url", "agent_card_json"}.isdisjoint(values)
        if is_own or values.get("kind") in ("local", "remote"):
            return True
        tools = values.get("tools")
        names = [str(tool) for tool in tools] if isinstance(tools, list) and "kind" not in values else []
        return any(name in self.tools for name in names) and all(map(self._is_tool_name, names))

    def read_agents(self, source: Source) -> tuple[Agent | Skipped, ...]:
        """One agent a file; or several remote ones, if the frontmatter is a list."""
        documents = parse_embedded_list(source)
        if not documents:
            return super().read_agents(source)
        agents: dict[str, Agent | Skipped] = {}
        for number, document in enumerate(documents, 1):
            name = read_text(document.values.get("name")) or ""
            stem = name if NAME.fullmatch(name) else f"{self.get_stem(source.below)}-{number}"
            stem = f"{stem}-{number}" if stem in agents else stem
            own = replace(source, below=f"{stem}.md")
            values = {"kind": "remote", **document.values}
            agents[stem] = self.read_agent(_hide_card(replace(document, source=own, values=values)))
        return tuple(agents.values())

    def read_document(self, source: Source) -> Document:
        """A card in the file may hold what the agent behind it asks for: its text is not shown."""
        return _hide_card(super().read_document(source))

    def explain_not_loaded(self, document: Document) -> str:
        """The schema is strict: the first word that it does not know is the reason."""
        if document.error:
            return say("its frontmatter is not valid YAML")
        return find_fault(document.source.text, self._is_tool_name)

    def _is_tool_name(self, name: str) -> bool:
        is_general = name in ("*", "mcp_*") or name.startswith("discovered_tool_")
        return name in self.tools or is_general or MCP_NAME.fullmatch(name) is not None

    def read_settings_rules(
        self, values: Mapping[str, Any], spans: Mapping[str, Span]
    ) -> tuple[ToolGrant, ...]:
        """Names as they stand, as in agent files. A list of the only tools is one rule, also if it is empty:
        then it leaves none."""
        written = super().read_settings_rules(values, spans)
        named = (_read_mcp_name(r) if r.key != EXCLUDED_SERVERS else r for r in written)
        rules = [replace(r, tool=r.rule) if r.specifier and r.effect == "deny" else r for r in named]
        rest = tuple(rule for rule in rules if rule.key != _CORE)
        if not isinstance(get_value(values, _CORE), list):
            return rest
        core = [rule for rule in rules if rule.key == _CORE]
        # What needs no question is there as well, if it is a tool of a server.
        servers = [rule for rule in rest if rule.effect == "allow" and rule.rule.startswith("mcp_")]
        entries = [rule.rule for rule in (*core, *servers)]
        text = f"* but {', '.join(entries)}" if entries else "*"
        left = [entry.partition("(")[0] for entry in entries]
        tool = " ".join([_CORE, *("run_shell_command" if name == "ShellTool" else name for name in left)])
        return (*rest, ToolGrant(text, tool, "deny", _CORE, core[0].span if core else spans[_CORE]))

    def find_agents_off(self, settings: Mapping[str, Any]) -> frozenset[str]:
        """All, or those whose ``enabled`` is false in the overrides. A person's own settings come before."""
        if get_value(settings, "experimental.enableAgents") is False:
            return frozenset("*")
        overrides = get_value(settings, "agents.overrides")
        tables = overrides.items() if isinstance(overrides, dict) else ()
        return frozenset(name for name, table in tables if get_value(table, "enabled") is False)

    def explain_void_rule(self, rule: ToolGrant, others: Collection[ToolGrant]) -> tuple[str, str]:
        """What is excluded is a whole tool, and a command in parentheses is a part of its name."""
        is_void = rule.key == "tools.exclude" and rule.specifier is not None
        reason = say("only whole tools can be excluded") if is_void else ""
        return reason, say("write the rule as a policy, or exclude the tool")

    def matches_project_rule(self, rule: ToolGrant, tool: str, server: str | None) -> bool:
        """As in agent files; a star stands for every tool. A list of the only tools is for all others."""
        name, _space, left = rule.tool.partition(" ")
        if name == _CORE:
            written = _write_mcp_name(tool) if server is not None else self.get_current_name(tool)
            is_left = any(matches_stars(self.get_current_name(other), written) for other in left.split())
            return tool != "complete_task" and not is_left
        return rule.tool == "*" or self.matches(rule, tool, server)

    def read_entries(self, document: Document, key: str, effect: Effect) -> tuple[ToolGrant, ...]:
        """Entries are names as they stand; those of MCP tools have a form of their own."""
        return tuple(map(_read_mcp_name, read_grants(document, key, effect, self.tool_separators) or ()))

    def find_ignored_keys(self, document: Document) -> Iterable[Diagnostic]:
        """A name that an agent of its own has: of two the first stays, and its own come first."""
        yield from super().find_ignored_keys(document)
        if document.values.get("name", "") in [*self.builtin_agents]:
            message = say(
                "{runtime} has an agent of this name itself, and does not use this one", runtime=self.title
            )
            hint = say("write another name, or switch its own off in the settings")
            yield Diagnostic("ignored_key", document.get_span("name"), message, hint)

    def write_server_entry(self, server: McpServer) -> str:
        """A pattern, in which the name of the server ends at the first ``_``."""
        entry = f"mcp_{server.name}_*"
        match = MCP_NAME.fullmatch(entry)
        return entry if match and match[1] == server.name else ""

    def read_tool_lists(self, agent: Agent) -> ToolLists:
        """The list, the servers that the file brings, and whether the agent is a remote one."""
        servers = dict(list_own_servers(agent.document.values))
        flags = {"remote": is_remote(agent.document.values), _FILTERED: any(servers.values())}
        return replace(
            super().read_tool_lists(agent),
            own_servers=frozenset(make_server_id(name) for name in servers),
            flags=frozenset(flag for flag, holds in flags.items() if holds),
        )

    def matches(self, entry: ToolGrant, tool: str, server: str | None) -> bool:
        """An entry for one tool of a server is compared as it is written: a `_` may belong to the server."""
        if server is not None and entry.server and not entry.pattern:
            return _write_mcp_name(entry.tool) == _write_mcp_name(tool)
        return super().matches(entry, tool, server)

    def decide(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> tuple[Outcome, str]:
        """What no subagent gets, what all have, then the list. What is left, the project may exclude."""
        outcome, rule = self._decide_by_file(lists, tool, server)
        is_excluded = outcome in USABLE and self.is_denied_by_project(lists, tool, server)
        return ("denied", "project-denied") if is_excluded else (outcome, rule)

    def _decide_by_file(self, lists: ToolLists, tool: str, server: str | None) -> tuple[Outcome, str]:
        if not lists.loads:
            return "never", "invalid"
        if "remote" in lists.flags:
            return "unknown", "remote"
        if tool in self.agent_tools:
            return "never", "norecursion"
        if tool in self.rule_table["withheld"]:
            return "never", "withheld"
        if tool == "complete_task":
            return "allowed", "always"
        if server in lists.own_servers:
            return ("partial", "own-server-part") if _FILTERED in lists.flags else ("allowed", "own-server")
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
            return "not_declared", "unlisted" if lists.allowed else "empty"
        if server is None and (tool not in self.tools or self.tools[tool].retired):
            return "not_declared", "no-such-tool"
        return "inherited", "omitted" if lists.allowed is None else "star"

    def find_base_rule(self, lists: ToolLists, profile: str) -> str:
        """As of a flat list; a file that does not load has a rule of another name."""
        return "invalid" if not lists.loads else self.decide_unlisted(lists, "read_file", None)[1]

    def find_caveats(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> tuple[str, ...]:
        """The policies of a session may ask or refuse."""
        if tool in self.rule_table["conditional"]:
            return ("state",)
        reach = self.tools[tool].reach if tool in self.tools else None
        return ("policy",) if server is not None or reach in ("commands", "files", "network") else ()


def _hide_card(document: Document) -> Document:
    is_there = "agent_card_json" in document.values
    masked_keys = document.masked_keys | {"agent_card_json"}
    return replace(document, masked_keys=masked_keys) if is_there else document


def _write_mcp_name(tool: str) -> str:
    """The name that Gemini CLI itself uses: nothing in it tells where the server's name ends."""
    name = McpToolName.parse(tool)
    return f"mcp_{name.server}_{name.tool}" if name else tool


def _read_mcp_name(grant: ToolGrant) -> ToolGrant:
    """``grant`` with the server that ``mcp_<server>_<tool>`` names: it ends at the first ``_``."""
    if grant.rule == "mcp_*":
        return replace(grant, tool="mcp__*", pattern=True)
    match = MCP_NAME.fullmatch(grant.rule)
    if not match:
        return replace(grant, server=None, pattern=grant.tool == "*")
    server, tool = match.groups()
    name = McpToolName(server, "" if tool == "*" else tool)
    return replace(grant, tool=str(name), server=server, pattern=tool == "*")
