"""Claude Code: Markdown files with YAML frontmatter below ``.claude/agents`` and the ``agents`` of plugins.

Source of keys, values and rules: Claude Code documentation, page "Subagents", October 2026, where no other
page is named.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from ...model.catalog import McpServer
from ...model.definitions import (
    Agent,
    Diagnostic,
    Document,
    Effect,
    InstructionFile,
    Plugin,
    ProjectSettings,
    Skipped,
    Source,
    ToolAccess,
    ToolGrant,
)
from ...model.mcp_tool_names import McpToolName
from ...reading.frontmatter import is_mended_by_line
from ...text.i18n import TranslatableText, say, say_plural
from ...text.i18n import mark_for_translation as _
from ...text.strings import spell_server
from ...text.suggestions import suggest
from ..runtime import Purpose, Runtime, read_text
from ..tool_lists import ToolLists
from . import settings
from .agent_hooks import find_wrong_hook
from .permissions import MAIN, ClaudeCodePermissions

# A key that some runtimes read as the list of tools; the profile `allowed-tools` is for them.
OTHER_LIST = "allowed-tools"
# The folders of tools that the catalog knows no rules of, in which files are theirs.
FOREIGN_PLACES = {".devin": "Devin", ".junie": "Junie", ".trae": "Trae"}


class ClaudeCode(ClaudeCodePermissions):
    """Claude Code, with the runtimes that read its files (as profiles)."""

    name = "claude-code"
    title = "Claude Code"
    source = 'Claude Code documentation, "Subagents", October 2026'
    rule_prefix = ""

    agent_folders = (".claude/agents", "agents")
    skill_folders = ("skills", ".claude/skills")
    command_folders = (".claude/commands",)
    server_files = (".mcp.json",)
    instruction_files = ("CLAUDE.md", ".claude/CLAUDE.md", "AGENTS.md")
    instruction_stand_ins: Mapping[str, tuple[str, ...]] = {"AGENTS.md": ("CLAUDE.md", ".claude/CLAUDE.md")}
    rule_folders = (".claude/rules",)
    rule_files_keys = ("paths",)
    settings_files = (".claude/settings.json", ".claude/settings.local.json")
    personal_settings_files = (".claude/settings.local.json",)
    plugin_folders = ("plugins", "external_plugins", ".claude-plugin")
    plugin_manifests = (".claude-plugin/plugin.json",)
    marketplaces = (".claude-plugin/marketplace.json",)
    refuses_plain_paths = True
    marks = (".claude",)
    suffixes = (".agent.md", ".chatmode.md", ".md")

    repairs_frontmatter = True
    denied_tools_key = "disallowedTools"
    tool_separators = ", "
    lists_tools_as_text = True
    skills_key = "skills"
    servers_key = "mcpServers"
    settings_values: Mapping[str, tuple[str | type, ...]] = {
        "permissionMode": settings.MODES,
        "effort": ("low", "medium", "high", "xhigh", "max", int),
        "maxTurns": (int,),
        "memory": ("user", "project", "local"),
        "background": (bool,),
        "isolation": ("worktree",),
        # Whatever else is written here does no harm.
        "color": (),
        "initialPrompt": (),
        "omitClaudeMd": (bool,),
        "hooks": (dict,),
        "experimental": (dict,),
        "autoCompactWindow": (),
    }
    other_tool_keys = (OTHER_LIST, "allowedTools", "allowed_tools", "disallowed-tools", "tool")
    # In the agents of a plugin these keys are not read either (page "Plugins").
    ignored_in_plugins = ("permissionMode", "mcpServers", "hooks", "initialPrompt")
    models = ("sonnet", "opus", "haiku", "fable", "inherit", "best", "opusplan", "default")

    needs_name = True
    # Above this sum it warns at its start.
    description_budget = 15_000
    builtin_agents = frozenset(
        {"claude", "general-purpose", "explore", "plan", "statusline-setup", "claude-code-guide"}
    )
    unlimited_agent = "general-purpose"
    # `ide` is the editor's own; plugins and connectors bring theirs.
    own_servers = ("ide", "plugin_", "claude_ai_")
    # OpenCode's permissions are close to `permissionMode`.
    foreign_keys = frozenset({"permission", "permissions"})
    agent_tools = ("Agent", "Task")
    skill_tool = "Skill"
    model_runs_commands = True
    describes_skills_by_text = True
    names_plugin_skills = True
    bypass_setting = ("permissionMode", "bypassPermissions")
    bypass_hint = _("`acceptEdits`, or `dontAsk` with a list of tools, allows less")
    purposes: Mapping[Purpose, tuple[str, ...]] = {
        "change": ("Bash", "PowerShell", "Write", "Edit", "NotebookEdit"),
        "read private data": ("Read", "Grep", "Glob", "LSP", "Bash"),
        "read strangers' text": ("WebFetch", "WebSearch"),
        "send data": ("Bash", "PowerShell", "WebFetch", "Artifact", "RemoteTrigger"),
    }

    model_hint = _("write an alias such as `sonnet`, or a full id such as `claude-sonnet-4-5`")
    base_sentences: Mapping[str, str] = {
        **Runtime.base_sentences,
        "frontmatter-dropped": _(
            "{runtime} cannot read this frontmatter: the plugin's agent is registered under the name of its "
            "file, and inherits all tools."
        ),
    }

    def list_read_keys(self, document: Document) -> tuple[str, ...]:
        """Of a plugin's file some keys are not read, and none if its frontmatter cannot be read."""
        if not document.source.plugin:
            return self.known_keys
        ignored = self.known_keys if document.error else self.ignored_in_plugins
        if _has_invalid_name(document):
            ignored = (*ignored, self.name_key)
        return tuple(key for key in self.known_keys if key not in ignored)

    def read_access(self, document: Document) -> ToolAccess:
        """The lists as declared. A key that denies and is not read is an ignored denial.

        Seen in 2.1.332, started with each: what is no text gives and denies nothing, in a list or in place of
        one, and so does a list that denies ``*``."""
        access = super().read_access(document)
        ignored = tuple(replace(grant, effect=_get_effect(grant.key)) for grant in access.ignored)
        if document.source.plugin and document.error:
            return ToolAccess(None, ignored=(*(access.grants or ()), *access.denied, *ignored))
        texts = replace(document, values={key: _keep_texts(value) for key, value in document.values.items()})
        grants, denied = self.read_entries(texts, self.tools_key, "allow"), self._read_denied(texts)
        void = (
            entry for entry in (*(access.grants or ()), *access.denied) if entry not in (*grants, *denied)
        )
        listed = grants if self.tools_key in document.values else None
        return ToolAccess(listed, denied, (*ignored, *void), self.find_base(listed))

    def _read_denied(self, document: Document) -> tuple[ToolGrant, ...]:
        denied = self.read_entries(document, self.denied_tools_key, "deny")
        return () if any(entry.tool == "*" for entry in denied) else denied

    def read_settings(self, source: Source) -> tuple[ProjectSettings | None, tuple[Diagnostic, ...]]:
        """Permission rules, mode and hooks; of a plugin the hooks only (page "Plugins")."""
        return settings.read_settings(source)

    def instructs(self, instructions: InstructionFile, agent: Agent, paths: Collection[str]) -> bool:
        """Unless the agent says ``omitClaudeMd`` (pages "Memory" and "Subagents")."""
        is_left_out = agent.document.values.get("omitClaudeMd") is True
        return not is_left_out and super().instructs(instructions, agent, paths)

    def write_server_entry(self, server: McpServer) -> str:
        """As the names of its tools begin."""
        return str(McpToolName(spell_server(server.name)))

    def describe_invocation(self, document: Document, name: str) -> str:
        """``@agent-name``; in a plugin each folder is a part of the name (page "Plugins")."""
        plugin = document.source.plugin
        parts = (plugin.name, *PurePosixPath(document.source.below).parent.parts) if plugin else ()
        return "@agent-" + ":".join((*parts, name))

    def describe_command_call(self, name: str, plugin: Plugin | None) -> str:
        """Behind the name of a plugin, if it is from one (page "Skills")."""
        return f"/{plugin.name}:{name}" if plugin else f"/{name}"

    def find_ignored_keys(self, document: Document) -> Iterable[Diagnostic]:
        """Lists that say nothing, and in a plugin the keys that only the project's own agents may set."""
        for key in self.other_tool_keys:
            if key in document.values:
                meant = self.denied_tools_key if _get_effect(key) == "deny" else self.tools_key
                text = _("{runtime} does not read `{key}` in agent files")
                if self.tools_key not in document.values:
                    text = _(
                        "{runtime} does not read `{key}` in agent files: "
                        "this agent inherits all tools of the session"
                    )
                message = say(text, runtime=self.title, key=key)
                hint = say("write the list under `{meant}`", meant=meant)
                yield Diagnostic("ignored_key", document.get_span(key), message, hint)
        if not document.error and document.values.get(self.tools_key, "") is None:
            text = _("`{key}` has no value: {runtime} launches this agent without tools")
            message = say(text, key=self.tools_key, runtime=self.title)
            hint = say("list its tools, or remove the key; `[]` says that none is meant")
            yield Diagnostic("invalid_value", document.get_span(self.tools_key), message, hint)
        denied = () if document.error else self.read_entries(document, self.denied_tools_key, "deny")
        if star := next((entry for entry in denied if entry.tool == "*"), None):
            text = _("`*` stands for no tool here: {runtime} then denies nothing of this list")
            hint = say("name the tools, or list under `{meant}` those that are left", meant=self.tools_key)
            yield Diagnostic("ignored_key", star.span, say(text, runtime=self.title), hint)
        if document.source.plugin and not document.error and _has_invalid_name(document):
            text = _(
                "its name begins with `-`, holds `:` or is longer than 256 characters: "
                "{runtime} calls the agent `{name}`, after its file"
            )
            message = say(text, runtime=self.title, name=self.get_stem(document.source.below))
            yield Diagnostic("ignored_key", document.get_span("name"), message, say("write another name"))
        for key in self.ignored_in_plugins if document.source.plugin and not document.error else ():
            if key in document.values:
                text = _("{runtime} does not read `{key}` in the agents of a plugin")
                message = say(text, runtime=self.title, key=key)
                hint = say(
                    "set it where the agent is run, or keep the agent in the project's own .claude/agents"
                )
                yield Diagnostic("ignored_key", document.get_span(key), message, hint)

    def skip_text(self, document: Document) -> Skipped:
        """A plugin's file is registered all the same."""
        if not document.source.plugin:
            return super().skip_text(document)
        text = _("it has no frontmatter on its first line, so {runtime} registers it with every tool")
        return Skipped(document.source.path, say(text, runtime=self.title), cause="no frontmatter")

    def find_foreign_runtime(self, source: Source) -> str:
        """By the folder of another tool."""
        parts = PurePosixPath(source.path).parts
        return next((FOREIGN_PLACES[part] for part in parts if part in FOREIGN_PLACES), "")

    def read_document(self, source: Source) -> Document:
        """Frontmatter that is no YAML is mended line by line, which breaks longer values."""
        document = super().read_document(source)
        if document.repaired is None or is_mended_by_line(document):
            return document
        error = replace(document.repaired, check="frontmatter_unreadable")
        return replace(document, error=error, repaired=None)

    def explain_not_loaded(self, document: Document) -> str:
        """A project's file needs a valid name, a description and frontmatter that opens the file; a plugin's
        is loaded under the name of the file. What it makes of another product's is not judged."""
        if document.source.plugin or (self.find_foreign_runtime(document.source) and not document.error):
            return ""
        reason = super().explain_not_loaded(document)
        if not reason and _has_invalid_name(document):
            reason = say("its name begins with `-`, holds `:` or is longer than 256 characters")
        if not reason and not read_text(document.values.get("description")):
            reason = say("it has no description")
        untyped = next((key for key in ("name", "description") if _is_no_text(document, key)), "")
        reason = reason or (say("its `{key}` is a number or a truth value", key=untyped) if untyped else "")
        hook = find_wrong_hook(document.values.get("hooks"))
        return reason or (say("its `{key}` is not what the key may hold", key=hook) if hook else "")

    def explain_void_rule(self, rule: ToolGrant, others: Collection[ToolGrant]) -> tuple[str, str]:
        """A name that no tool has, and a path where none is looked at (page "Permissions", October 2026)."""
        paths: dict[str, list[str]] = self.rule_table["paths"]
        reader = next((name for name, covered in paths.items() if rule.tool in covered), "")
        if rule.tool.startswith("mcp__"):
            has_parentheses = rule.specifier is not None
            reason = say("a rule of MCP tools has no parentheses") if has_parentheses else ""
            return reason, say("write the rule without them")
        if reader and rule.specifier is not None:
            meant = f"{reader}({rule.specifier})"
            is_said = any((other.effect, other.rule) == (rule.effect, meant) for other in others)
            # `name:value` is about another value than the path.
            if is_said or re.match(r"\w+:", rule.specifier):
                return "", ""
            reason = say("paths are only looked at under `{names}`", names="`, `".join(paths))
            return reason, say("write `{rule}`", rule=meant)
        if "*" in rule.tool or self.knows_tool(rule.tool) or rule.tool in self.undocumented_tools:
            return "", ""
        name = suggest(rule.tool, self.current_tools)
        hint = say("did you mean `{meant}`?", meant=name) if name else say("write the name of one tool")
        return say("no tool has this name"), hint

    def is_model(self, value: str) -> bool:
        """An alias or an id. Ids of other clouds hold the vendor's name, a region or a path."""
        name = value.partition("[")[0]
        is_id = name.startswith(("claude-", "arn:")) or "anthropic" in name
        return is_id or name in self.models

    def apply_profile(self, agent: Agent, profile: str) -> Agent:
        """Under the profile `allowed-tools` the key of that name is the list of tools. What `tools` without a
        list means there is not known."""
        values, access = agent.document.values, agent.access
        if profile == OTHER_LIST and not isinstance(values.get("tools", []), str | list):
            return replace(agent, access=replace(access, grants=None, base="unknown"))
        if profile != OTHER_LIST or "tools" in values or values.get(OTHER_LIST) is None:
            return agent
        read = tuple(grant for grant in access.ignored if grant.key == OTHER_LIST)
        ignored = tuple(grant for grant in access.ignored if grant.key != OTHER_LIST)
        span = agent.document.get_span(OTHER_LIST)
        base = self.find_base(read)
        return replace(
            agent,
            access=ToolAccess(read, access.denied, ignored, base),
            unknown=tuple(field for field in agent.unknown if field.key != OTHER_LIST),
            notes=tuple(note for note in agent.notes if note.span != span),
        )

    def choose_profile(self, agent: Agent, profile: str) -> str:
        """As of every runtime; but the agent that the settings of the project name runs as the main one."""
        chosen = super().choose_profile(agent, profile)
        is_usual = chosen == next(iter(self.profiles))
        return MAIN if is_usual and agent.session_span else chosen

    def read_tool_lists(self, agent: Agent) -> ToolLists:
        """The lists, with the settings that give tools or take them away."""
        keys = self.list_read_keys(agent.document)
        values = {key: value for key, value in agent.document.values.items() if key in keys}
        flags = {
            "other-key": any(grant.key == OTHER_LIST for grant in agent.access.grants or ()),
            "memory": values.get("memory") in ("user", "project", "local"),
            "plan": agent.document.values.get("permissionMode") == "plan",
            "background": values.get("background") in (True, "true"),
            "plugin": agent.source.plugin is not None,
            "foreign": bool(agent.foreign_runtime),
            "dropped": agent.source.plugin is not None and agent.document.error is not None,
        }
        guards = {hook.matcher for hook in agent.every_hook if hook.event in settings.GUARDING_EVENTS}
        return replace(
            super().read_tool_lists(agent),
            has_ignored=any(grant.key in self.other_tool_keys for grant in agent.access.ignored),
            flags=frozenset(flag for flag, is_set in flags.items() if is_set),
            guards=tuple(sorted(guards)),
        )

    def describe_base(
        self, agent: Agent, rule: str, implied: list[str], but: TranslatableText | str
    ) -> TranslatableText:
        """As of every runtime; a list under a key that is not read is named, and so is another runtime."""
        if rule == "other-runtime":
            text = _("This file is written for {product}: what the agent may use there is not known here.")
            return say(text, product=agent.foreign_runtime)
        if rule != "ignored-key":
            return super().describe_base(agent, rule, implied, but)
        key = agent.access.ignored[0].key
        count = sum(1 for grant in agent.access.ignored if grant.key == key)
        tools = say_plural("1 tool", "{n} tools", count)
        return say(
            "The file lists {tools} under `{key}`, a key that {runtime} ignores in agent files: "
            "this agent inherits all tools{but}.",
            tools=tools,
            key=key,
            runtime=self.title,
            but=but,
        )


# What YAML takes for a number or a truth value. Seen in 2.1.332: it loads `yes` and `1_000`, which are words.
_NO_TEXT = re.compile(
    r"(?:[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?|0x[\da-fA-F]+|0o[0-7]+|[-+]?\.inf|\.nan|true|false)"
    r"(?:\s+#.*)?",
    re.I,
)


def _is_no_text(document: Document, key: str) -> bool:
    """Whether the value of ``key``, as it is written, is none that is a text."""
    if not isinstance(document.values.get(key), str) or key not in document.spans:
        return False
    line = document.source.lines[document.spans[key].line - 1 :][:1]
    return any(_NO_TEXT.fullmatch(text.partition(":")[2].strip()) for text in line)


def _keep_texts(value: object) -> object:
    """What of the value of a key is text; in a list its place is kept."""
    if isinstance(value, list):
        return [item if isinstance(item, str) else None for item in value]
    return value if isinstance(value, str) else []


def _has_invalid_name(document: Document) -> bool:
    name = read_text(document.values.get("name")) or ""
    return name.startswith("-") or ":" in name or len(name) > 256


def _get_effect(key: str) -> Effect:
    return "deny" if key.startswith("dis") else "allow"
