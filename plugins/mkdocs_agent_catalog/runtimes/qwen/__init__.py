"""Qwen Code: subagents as Markdown files in ``.qwen/agents``, with keys of Claude Code and its own tool
names.

Source of keys and rules: Qwen Code documentation, "Subagents", and the program itself,
@qwen-code/qwen-code 0.24.4, November 2026.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from ...model.definitions import Agent, Base, Diagnostic, Document, Effect, Source, ToolAccess, ToolGrant
from ...reading.tool_entries import parse_entry
from ...text.i18n import mark_for_translation as _
from ...text.i18n import say
from ..project_rules import EXCLUDED_SERVERS
from ..rules import USABLE, Outcome
from ..runtime import Runtime, read_text
from ..tool_lists import ToolLists
from .lines import read_by_line

_FRONTMATTER = re.compile(r"\ufeff?---\n.*?\n---\n", re.S)
# Letters, digits, `-` and `_`, which stand neither first nor last.
_NAME = re.compile(r"(?![-_])[\w-]+(?<![-_])")
_RESERVED = frozenset({"self", "system", "user", "model", "tool", "config", "default", "main"})
_SHORTEST_BODY = 10
_EXECUTORS = ("acp", "codex")
# What of frontmatter that is no YAML is taken from its lines: texts, words and lists.
_LINE_KEYS = frozenset(
    {
        *("name", "description", "tools", "disallowedTools", "model", "approvalMode", "permissionMode"),
        *("maxTurns", "background", "color", "executionBackend"),
    }
)


class QwenCode(Runtime):
    """Qwen Code."""

    name = "qwen"
    title = "Qwen Code"
    source = 'Qwen Code documentation, "Subagents", November 2026'

    agent_folders = (".qwen/agents",)
    reads_subfolders = False
    plugin_manifests = ("qwen-extension.json",)
    marks = (".qwen",)
    skill_folders = (".qwen/skills",)
    command_folders = (".qwen/commands",)
    command_suffixes = (".md", ".toml")
    command_agent_keys = ()
    server_files = (".qwen/settings.json",)
    settings_files = (".qwen/settings.json",)
    rule_keys: Mapping[str, Effect] = {
        "permissions.deny": "deny",
        "tools.exclude": "deny",
        EXCLUDED_SERVERS: "deny",
        "permissions.ask": "ask",
        "permissions.allow": "allow",
    }
    # Source: memory-constants.ts of the program, and its documentation, "Memory".
    instruction_files = ("QWEN.md", "AGENTS.md")

    repairs_frontmatter = True
    denied_tools_key = "disallowedTools"
    servers_key = "mcpServers"
    settings_values: Mapping[str, tuple[str | type, ...]] = {
        "approvalMode": ("default", "plan", "auto-edit", "auto", "yolo", "bubble"),
        "permissionMode": ("acceptEdits", "auto", "bypassPermissions", "default", "dontAsk", "plan"),
        "maxTurns": (int,),
        "background": (bool,),
        "color": (),
        "hooks": (dict,),
        "executor": (dict,),
        "executionBackend": ("container",),
        "modelConfig": (dict,),
        "runConfig": (dict,),
    }
    telling_keys = frozenset({"approvalMode"})
    unread_keys = ("skills", "memory", "effort", "isolation", "initialPrompt")
    """Keys of Claude Code that it does not read yet."""
    foreign_keys = frozenset(unread_keys)
    builtin_agents = frozenset(
        {"general-purpose", "explore", "statusline-setup", "claude-code", "codex", "fork"}
    )
    invocation = "Let the `{name}` subagent do it"
    needs_name = True
    agent_tools = ("agent",)
    skill_tool = "skill"
    bypass_setting = ("approvalMode", "yolo")
    bypass_hint = _("`auto-edit` still asks before commands, and `default` before changes too")
    unknown_base_rules = frozenset({"external"})
    withheld_rules = frozenset({"withheld"})
    model_hint = _("the id of a model, such as `qwen3-coder-plus`, `fast` or `inherit`")
    base_sentences: Mapping[str, str] = {
        **Runtime.base_sentences,
        "omitted": Runtime.base_sentences["tools-omitted"],
        "star": Runtime.base_sentences["all-tools"],
        "empty": _("{runtime} takes an empty list for none: this agent inherits all tools{but}."),
        "external": _("This agent runs in another program: what it may do there is not known here."),
    }

    def read_document(self, source: Source) -> Document:
        """Of frontmatter that is no YAML, single lines are read."""
        document = super().read_document(source)
        problem = document.repaired or document.error
        if problem is None or not _FRONTMATTER.match(_unify_lines(source.text)):
            return document
        problem = replace(problem, check="frontmatter_repaired")
        return replace(read_by_line(document, _LINE_KEYS), repaired=problem, error=None)

    def explain_not_loaded(self, document: Document) -> str:
        """A name, a description and a text, and no mode and no executor that is not known."""
        values = document.values
        name = read_text(values.get("name"))
        if not _FRONTMATTER.match(_unify_lines(document.source.text)):
            return say("its frontmatter does not open or close with a line that is `---` and nothing else")
        if document.repaired and not {"executor", "executionBackend"}.isdisjoint(values):
            return say("its frontmatter is not valid YAML")
        if not name or not read_text(values.get("description")):
            return say("it has no `{key}`", key="description" if name else "name")
        if not 2 <= len(name) <= 50 or not _NAME.fullmatch(name) or name.lower() in _RESERVED:
            text = _(
                "its name is reserved, shorter than 2 or longer than 50 letters, or holds other characters"
            )
            return say(text)
        if len(document.body.strip()) < _SHORTEST_BODY:
            return say("the text below its frontmatter is shorter than {n} characters", n=_SHORTEST_BODY)
        mode = values.get("approvalMode")
        if mode not in (None, "", *self.settings_values["approvalMode"]):
            return say("its `{key}` is none that is known", key="approvalMode")
        if values.get("executionBackend", "container") != "container":
            return say("its `{key}` is none that is known", key="executionBackend")
        if not _is_executor(values):
            return say("its `{key}` is none that is known", key="executor")
        for key in (self.tools_key, self.denied_tools_key):
            entries = values.get(key)
            if isinstance(entries, list) and any(isinstance(x, str) and not x.strip() for x in entries):
                return say("its `{key}` is not what the key may hold", key=key)
        return ""

    def find_base(self, entries: Collection[ToolGrant] | None) -> Base:
        """An empty list says nothing."""
        return super().find_base(entries or None)

    def read_access(self, document: Document) -> ToolAccess:
        """A value that is no list says nothing."""
        access = super().read_access(document)
        return replace(access, base="everything") if access.base == "unknown" else access

    def read_entries(self, document: Document, key: str, effect: Effect) -> tuple[ToolGrant, ...]:
        """Texts as they stand, and nothing else of a list: one with parentheses names no tool."""
        value = document.values.get(key)
        if not isinstance(value, list):
            entries = super().read_entries(document, key, effect)
            return tuple(_take_as_name(entry, entry.rule) for entry in entries)
        here = document.get_span(key)
        return tuple(
            _take_as_name(parse_entry(text, effect, key, document.spans.get(f"{key}.{index}", here)), text)
            for index, text in enumerate(value)
            if isinstance(text, str)
        )

    def find_ignored_keys(self, document: Document) -> Iterable[Diagnostic]:
        """Keys of Claude Code that it takes without a word and does not read."""
        yield from super().find_ignored_keys(document)
        yield from self._find_lost_lists(document)
        for key in self.unread_keys:
            if key in document.values:
                message = say("{runtime} does not read `{key}` in agent files", runtime=self.title, key=key)
                yield Diagnostic("ignored_key", document.get_span(key), message)
        for entry in self.read_entries(document, self.tools_key, "allow"):
            if entry.pattern and entry.server:
                message = say(
                    "`{entry}` is for a whole server: a list of tools holds names of single tools",
                    entry=entry.rule,
                )
                hint = say("name its tools; without a list the agent has those of every server")
                yield Diagnostic("ignored_key", entry.span, message, hint)

    def _find_lost_lists(self, document: Document) -> Iterable[Diagnostic]:
        for key in (self.tools_key, self.denied_tools_key) if document.repaired else ():
            is_list = re.search(rf"^{key}:[ \t]*\n[ \t]*- ", _unify_lines(document.source.text), re.M)
            if is_list and not isinstance(document.values.get(key), list):
                text = _("the frontmatter is not valid YAML: {runtime} does not find the list under `{key}`")
                message, hint = (
                    say(text, runtime=self.title, key=key),
                    say("indent its entries by two spaces"),
                )
                yield Diagnostic("ignored_key", document.get_span(key), message, hint)

    def read_tool_lists(self, agent: Agent) -> ToolLists:
        """The lists, whether the file sets a mode of approval, and whether another program runs the agent."""
        values = agent.document.values
        lists = super().read_tool_lists(agent)
        flags = {
            "approval": bool(values.get("approvalMode") or values.get("permissionMode")),
            "external": values.get("executor") is not None,
            "empty": lists.allowed == (),
        }
        is_set = frozenset(flag for flag, holds in flags.items() if holds)
        return replace(lists, allowed=lists.allowed or None, flags=is_set)

    def decide(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> tuple[Outcome, str]:
        """The list of what is allowed, the list of what is denied, then what the project denies."""
        outcome, rule = self._decide_by_file(lists, tool, server)
        is_denied = outcome in USABLE and self.is_denied_by_project(lists, tool, server)
        return ("denied", "project-denied") if is_denied else (outcome, rule)

    def _decide_by_file(self, lists: ToolLists, tool: str, server: str | None) -> tuple[Outcome, str]:
        if not lists.loads:
            return "never", "not-loaded"
        if "external" in lists.flags:
            return "unknown", "external"
        if self.get_current_name(tool) in self.rule_table["withheld"]:
            return "never", "withheld"
        outcome, rule = self.decide_unlisted(lists, tool, server)
        entries = self.find_allowing_entries(lists, tool, server) if lists.has_allowlist else ()
        if entries and server is not None:
            # A list holds names: a server as a whole is understood where tools are denied.
            is_named = any(not entry.pattern and "*" not in entry.tool for entry in entries)
            outcome, rule = ("allowed", "mcp") if is_named else ("not_declared", "mcp-whole")
        elif entries:
            is_tool = self.get_current_name(tool) in self.current_tools
            outcome, rule = ("allowed", "listed") if is_tool else ("not_declared", "unrecognized")
        if outcome != "not_declared" and any(self.matches(entry, tool, server) for entry in lists.denied):
            return "denied", "denied"
        return outcome, rule

    def matches_project_rule(self, rule: ToolGrant, tool: str, server: str | None) -> bool:
        """A rule knows more names than a list, and some of them are for several tools. Of tools of servers, a
        star at its end stands for all that begin so; another one is none."""
        if server is not None:
            begins_so = rule.tool.endswith("*") and tool.startswith(rule.tool[:-1])
            is_named = "*" not in rule.tool[:-1] and self.matches(rule, tool, server)
            return rule.specifier is None and (begins_so or is_named)
        name = self.rule_table["rule_aliases"].get(rule.tool, rule.tool.removesuffix("Tool"))
        name, tool = self.get_current_name(name), self.get_current_name(tool)
        return tool == name or tool in self.rule_table["covers"].get(name, ())

    def decide_unlisted(self, lists: ToolLists, tool: str, server: str | None) -> tuple[Outcome, str]:
        """What no entry names is there if the file has no list, or asks for everything."""
        if "external" in lists.flags:
            return "unknown", "external"
        if lists.has_allowlist:
            return "not_declared", "unlisted"
        if server is None and (tool not in self.tools or self.tools[tool].retired):
            return "not_declared", "no-such-tool"
        if "empty" in lists.flags:
            return "inherited", "empty"
        return "inherited", "omitted" if lists.allowed is None else "star"

    def find_base_rule(self, lists: ToolLists, profile: str) -> str:
        """As for a tool that every agent may have."""
        return self.decide_unlisted(lists, "read_file", None)[1] if lists.loads else "not-loaded"

    def find_caveats(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> tuple[str, ...]:
        """The mode of approval decides together with that of the session; how deep agents start others is
        the session's to say. The project may deny a part, or ask."""
        depth = ("depth",) if tool in self.agent_tools else ()
        approval = ("approval",) if "approval" in lists.flags else ()
        return (*depth, *approval, *self.find_project_caveats(lists, tool, server))


def _unify_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _take_as_name(entry: ToolGrant, text: str) -> ToolGrant:
    is_name = entry.specifier is None and entry.rule == text and (entry.tool != "*" or text == "*")
    return entry if is_name else replace(entry, tool=text, specifier=None, server=None, pattern=False)


def _is_executor(values: Mapping[str, Any]) -> bool:
    """Whether the key for another program is not there or holds what Qwen Code can start."""
    if "executor" not in values:
        return True
    executor = values["executor"]
    if not isinstance(executor, dict) or executor.get("kind") not in _EXECUTORS:
        return False
    arguments = executor.get("args", [])
    has_texts = isinstance(arguments, list) and all(isinstance(text, str) for text in arguments)
    return has_texts and bool(read_text(executor.get("command")))
