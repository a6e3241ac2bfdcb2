"""Factory: custom droids as Markdown files in ``.factory/droids``.

Source of keys and rules: Factory documentation, "Custom droids", 2026, and the programs @factory/cli 0.225.2
and 0.215.0, of which the last one's loader was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ...model.definitions import Agent, Diagnostic, Document, Effect, Source, ToolAccess, ToolGrant
from ...model.mcp_tool_names import McpToolName
from ...text.i18n import mark_for_translation as _
from ...text.i18n import say
from ..rules import Outcome
from ..runtime import Runtime, read_text
from ..tool_lists import ToolLists

_NAME = re.compile(r"[a-z0-9_-]+")
_FRONTMATTER = re.compile(r"---\r?\n.*?\r?\n---", re.S)
_TEXT_KEYS = ("name", "description", "model", "reasoningEffort")
_LIST_KEYS = ("tools", "mcpServers")
_CATEGORY = "category "
_SERVERS = "servers"
_DROPPED = "dropped"


class Factory(Runtime):
    """Factory's command line, which runs droids."""

    name = "factory"
    title = "Factory"
    source = 'Factory documentation, "Custom droids", 2026'

    agent_folders = (".factory/droids",)
    marks = (".factory",)
    reads_subfolders = False
    reads_documentation = True
    needs_frontmatter = False
    repairs_frontmatter = True
    skill_folders = (".factory/skills", ".agents/skills", ".agent/skills")
    command_folders = (".factory/commands", ".agents/commands", ".agent/commands")
    command_agent_keys = ()
    runs_scripts = True
    server_files = (".factory/mcp.json",)
    settings_files = (".factory/settings.json",)
    instruction_files = ("AGENTS.md", "CLAUDE.md")

    servers_key = "mcpServers"
    settings_values: Mapping[str, tuple[str | type, ...]] = {"reasoningEffort": ()}
    instructions_sentence = Runtime.session_instructions_sentence
    invocation = "Use the subagent `{name}`"
    skill_tool = "Skill"
    agent_tools = ("Task",)
    withheld_rules = frozenset({"withheld"})
    unknown_base_rules = frozenset({"read-only", "broken-list"})
    model_hint = _("`inherit`, the id of a model, or `custom:` and a name")
    base_sentences: Mapping[str, str] = {
        **Runtime.base_sentences,
        "omitted": Runtime.base_sentences["tools-omitted"],
        "broken-list": _(
            "What {runtime} reads of the list of tools is not known, as the frontmatter is not valid YAML."
        ),
        "dropped": _(
            "{runtime} drops this frontmatter: the droid has the name of its file, and inherits all tools."
        ),
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

    def read_document(self, source: Source) -> Document:
        """Frontmatter that is no YAML is read line by line. One value of the wrong type, and nothing of the
        frontmatter counts."""
        document = super().read_document(source)
        if not _FRONTMATTER.match(source.text):
            return document
        if document.error:
            repaired = replace(document.error, check="frontmatter_repaired")
            document = replace(document, repaired=repaired, error=None)
        key = _find_wrong_key(document.values)
        if not key:
            return document
        message = say("`{key}` is not what the key may hold", key=key)
        is_list = key in _LIST_KEYS
        hint = say("write the names as a YAML list") if is_list else say("write a text, or remove the key")
        error = Diagnostic("frontmatter_unreadable", document.get_span(key), message, hint)
        return replace(document, error=error)

    def read_skill_document(self, source: Source) -> Document:
        """A command may be a program: then it has no text for a model, and names nothing."""
        document = super().read_skill_document(source)
        is_program = source.kind == "command" and source.text.startswith("#!")
        return replace(document, body="") if is_program else document

    def name_command(self, place: tuple[str, ...]) -> str:
        """A command is called as its file in small letters, wherever its folder is (@factory/cli 0.215.0)."""
        return re.sub(r"--+", "-", re.sub(r"[^a-z0-9_-]", "-", place[-1].lower()))

    def list_read_keys(self, document: Document) -> tuple[str, ...]:
        """None of frontmatter that does not count."""
        return () if document.error else self.known_keys

    def read_access(self, document: Document) -> ToolAccess:
        """A list in frontmatter that does not count restricts nothing. In frontmatter that is no YAML, nobody
        knows what is read of a list below its key."""
        access = super().read_access(document)
        value = document.values.get(self.tools_key)
        if document.error:
            return ToolAccess(None, ignored=access.every)
        is_below = document.repaired is not None and isinstance(value, str) and "\n" in value
        return ToolAccess(None, base="unknown") if is_below else access

    def explain_not_loaded(self, document: Document) -> str:
        """It loads every file: what is wrong in one it leaves out."""
        return ""

    def find_ignored_keys(self, document: Document) -> Iterable[Diagnostic]:
        """An effort is for a model that the file names."""
        yield from super().find_ignored_keys(document)
        if not document.has_frontmatter:
            text = _("it has no frontmatter, and {runtime} reads it as an agent with every tool")
            hint = say("move it to another folder, or begin it with `---` and a description")
            yield Diagnostic("frontmatter_missing", document.get_span(), say(text, runtime=self.title), hint)
        if document.error:
            return
        yield from self._find_refused_values(document)
        if "reasoningEffort" in document.values and document.values.get("model") in (None, "inherit"):
            text = _("{runtime} does not read `{key}` without `{other}`")
            message = say(text, runtime=self.title, key="reasoningEffort", other="model")
            hint = say("name a model, or remove it: the effort is the session's")
            yield Diagnostic("ignored_key", document.get_span("reasoningEffort"), message, hint)

    def _find_refused_values(self, document: Document) -> Iterable[Diagnostic]:
        """What the documentation forbids, and the program refuses only where it creates a droid itself."""
        name = read_text(document.values.get("name"))
        if name and not _NAME.fullmatch(name):
            text = _(
                "by its documentation, {runtime} refuses a name with other letters than a to z, digits, "
                "`-` and `_`"
            )
            message = say(text, runtime=self.title)
            yield Diagnostic("invalid_value", document.get_span("name"), message, say("write another name"))
        if document.has_frontmatter and not document.body.strip():
            text = _("by its documentation, {runtime} refuses a file without text below its frontmatter")
            hint = say("write what the agent is to do")
            yield Diagnostic("invalid_value", document.get_span(), say(text, runtime=self.title), hint)

    def read_tool_lists(self, agent: Agent) -> ToolLists:
        """The list or the one category, and the servers that the file names."""
        category = _get_category(agent.document)
        is_known = category in self.rule_table["categories"]
        is_dropped = agent.document.error is not None
        flags = {_CATEGORY + category: is_known, _SERVERS: agent.servers is not None, _DROPPED: is_dropped}
        is_set = frozenset(flag for flag, holds in flags.items() if holds)
        return replace(super().read_tool_lists(agent), flags=is_set)

    def decide(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> tuple[Outcome, str]:
        """What all droids have and none, the servers that are named, then the category or the list."""
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
            return "unknown", "broken-list"
        if lists.has_allowlist:
            return "not_declared", "unlisted"
        if server is None and (tool not in self.tools or self.tools[tool].retired):
            return "not_declared", "no-such-tool"
        if server is not None and _SERVERS in lists.flags:
            return "unknown", "other-servers"
        return "inherited", "dropped" if _DROPPED in lists.flags else "omitted"


def _get_category(document: Document) -> str:
    """The value of ``tools`` if it is one word; whether it is a category, the table of them says."""
    value = document.values.get("tools")
    is_word = isinstance(value, str) and "," not in value and not document.error
    return str(value).strip() if is_word else ""


def _find_wrong_key(values: Mapping[str, object]) -> str:
    """The first key whose value is of the wrong type; empty if there is none."""
    for key in _TEXT_KEYS:
        if not isinstance(values.get(key, ""), str):
            return key
    for key in _LIST_KEYS:
        value = values.get(key, "")
        is_list = isinstance(value, list) and all(isinstance(item, str) for item in value)
        if not isinstance(value, str) and not is_list:
            return key
    return ""


def _read_id(entry: ToolGrant) -> ToolGrant:
    if entry.tool == "*":
        # No word stands for all tools: this one names a tool that is not there.
        return replace(entry, tool='"*"', pattern=False)
    server, parts, tool = entry.rule.partition("___")
    if not (server and parts and tool):
        return replace(entry, server=None, pattern=False)
    return replace(entry, tool=str(McpToolName(server, tool)), server=server, pattern=False, specifier=None)
