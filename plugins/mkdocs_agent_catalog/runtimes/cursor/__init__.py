"""Cursor: subagents as Markdown files in ``.cursor/agents``.

Sources: Cursor documentation, "Subagents", November 2026; how its own program reads the files, from
``@cursor/sdk`` 1.0.18; what its staff says in its forum.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ...model.definitions import Agent, Diagnostic, Document, ProjectSettings, Source, Span, ToolAccess
from ...text.i18n import mark_for_translation as _
from ...text.i18n import say
from ..rules import Outcome
from ..runtime import Runtime
from ..tool_lists import ToolLists, simplify_entries
from .line_frontmatter import LineFrontmatter, is_cut_off, read_lines
from .settings import read_settings

_DENYING_KEYS = frozenset({"disallowedTools"})
_YES = re.compile(r"(true|yes|on)\b", re.I)
_FLAGS = ("readonly", "is_background", "background", "force-default-model")
_PLUGIN_KEY = "permissionMode"
"""What makes the agent of a plugin read-only, and no other."""


class Cursor(Runtime):
    """The editor, its command line and its cloud agents."""

    name = "cursor"
    title = "Cursor"
    source = 'Cursor documentation, "Subagents", November 2026, and @cursor/sdk 1.0.18'
    rule_prefix = "cur-"

    agent_folders = (".cursor/agents",)
    guest_folders = (".claude/agents",)
    plugin_manifests = (".cursor-plugin/plugin.json",)
    marketplaces = (".cursor-plugin/marketplace.json",)
    marks = (".cursor",)
    suffixes = (".md", ".mdc", ".markdown")
    telling_keys = frozenset({"readonly", "is_background"})
    skill_folders = (".cursor/skills", ".agents/skills")
    command_folders = (".cursor/commands",)
    command_agent_keys = ()
    server_files = (".cursor/mcp.json",)
    settings_files = (".cursor/cli.json", ".cursor/hooks.json")
    # Also CLAUDE.md and the skills of others, if a person allows what is third parties'.
    instruction_files = ("AGENTS.md", ".cursorrules")
    rule_folders = (".cursor/rules",)
    rule_suffixes = (".mdc",)
    rule_files_keys = ("globs",)
    rules_need_files = True

    tools_key = ""
    other_tool_keys = ("tools", "disallowedTools", "allowedTools", "allowed-tools")
    settings_values: Mapping[str, tuple[str | type, ...]] = {
        **dict.fromkeys(_FLAGS, (bool,)),
        _PLUGIN_KEY: (),
    }
    foreign_keys = frozenset({_PLUGIN_KEY, "mcpServers", "disable-model-invocation"})
    repairs_frontmatter = True
    tools_left_out = "session"
    agent_tools = ("Task",)
    builtin_agents = frozenset({"explore", "shell", "bash", "browser", "debug", "generalpurpose"})
    invocation = "/{name}"
    restriction_hint = _("write `readonly: true`")
    model_hint = _("write `inherit`, `fast` or the id of a model")
    instructions_sentence = Runtime.session_instructions_sentence
    base_sentences: Mapping[str, str] = {
        **Runtime.base_sentences,
        "inherit": Runtime.base_sentences["session"],
        "readonly": _(
            "The file says `readonly`: this agent changes no files, runs only commands that change nothing, "
            "and has no MCP tools. All else is as in the session that starts it."
        ),
        "tools": _("{runtime} restricts no agent by a list of tools: this one has those of its session."),
        "readonly-plugin": _(
            "{runtime} does not read `readonly` in the agents of plugins: this one has the tools of its "
            "session."
        ),
        "readonly-text": _(
            "{runtime} does not take the value of `readonly` for `true`: this agent has the tools of the "
            "session that starts it."
        ),
    }

    # Reading.

    def read_document(self, source: Source) -> Document:
        """YAML frontmatter; where there is none that can be read, the lines that Cursor still finds. A
        plugin's agent needs none, and what is no YAML is not read."""
        document = super().read_document(source)
        if source.plugin:
            return replace(document, has_frontmatter=bool(document.body.strip()) or document.has_frontmatter)
        if document.has_frontmatter and not document.error:
            return document
        lines = read_lines(document.source.text)
        if lines is None or not lines.body:
            return document
        values = {**document.values}
        for key in self.known_keys:
            if key in lines.values and not isinstance(values.get(key), bool):
                values[key] = lines.is_true(key) if key in _FLAGS else lines.values[key]
        spans = {
            key: document.spans.get(key, Span(source.path, lines.numbers.get(key, lines.first)))
            for key in (*document.spans, *values)
        }
        if document.error:
            problem = replace(document.error, check="frontmatter_repaired")
        else:
            text = _("{runtime}'s SDK takes what stands between the first two lines `---` for frontmatter")
            hint = say("begin the file with `---`, a name and a description, or move it to another folder")
            span = Span(source.path, lines.first)
            problem = Diagnostic("frontmatter_repaired", span, say(text, runtime=self.title), hint)
        return replace(
            document,
            values=values,
            spans=spans,
            body=lines.body,
            body_line=lines.body_line,
            repaired=problem,
            error=None,
            has_frontmatter=True,
        )

    def list_read_keys(self, document: Document) -> tuple[str, ...]:
        """Of the agent of a plugin little is read."""
        if document.source.plugin:
            return (self.name_key, self.description_key, _PLUGIN_KEY)
        return tuple(key for key in self.known_keys if key != _PLUGIN_KEY)

    def get_stem(self, path: str) -> str:
        """The name of an agent without a name of its own: the file's, with hyphens between the words."""
        return re.sub(r"[\s_]+", "-", super().get_stem(path))

    def read_access(self, document: Document) -> ToolAccess:
        """The lists stand there and are not read; the base is what the session has."""
        ignored = [
            grant
            for key in self.other_tool_keys
            for grant in self.read_entries(document, key, "deny" if key in _DENYING_KEYS else "allow")
        ]
        return ToolAccess(None, ignored=tuple(ignored), base="session")

    def read_settings(self, source: Source) -> tuple[ProjectSettings | None, tuple[Diagnostic, ...]]:
        """The permissions of the command line in a project, or its hooks."""
        return super().read_settings(source) if source.path.endswith("hooks.json") else read_settings(source)

    def governs(self, settings: ProjectSettings, agent: Agent) -> bool:
        """A project's file holds for the agents beside it."""
        return agent.source.path.startswith(f"{settings.source.root}/")

    # What is wrong.

    def explain_not_loaded(self, document: Document) -> str:
        """A file needs frontmatter and a text below it, and nothing else."""
        if document.error or (document.repaired and document.source.plugin):
            return say("its frontmatter cannot be read")
        if not document.body.strip():
            return say("it has no text below its frontmatter")
        return ""

    def find_ignored_keys(self, document: Document) -> Iterable[Diagnostic]:
        """Lists that restrict nothing, and values that Cursor reads otherwise than YAML."""
        listed = [key for key in self.other_tool_keys if document.values.get(key)]
        for key in listed:
            message = say("{runtime} does not restrict an agent by `{key}`", runtime=self.title, key=key)
            hint = say("remove the list: only `readonly: true` keeps an agent from changing something")
            yield Diagnostic("ignored_key", document.get_span(key), message, hint)
        if document.source.plugin:
            for key in ("readonly", self.model_key):
                if document.values.get(key):
                    text = _("{runtime}'s SDK does not read `{key}` in the agents of plugins")
                    hint = (
                        say("write `permissionMode: readonly`") if key == "readonly" else say("take it away")
                    )
                    message = say(text, runtime=self.title, key=key)
                    yield Diagnostic("ignored_key", document.get_span(key), message, hint)
            return
        lines = read_lines(document.source.text)
        if lines is None:
            return
        if document.values.get("readonly") is True and not lines.is_true("readonly"):
            text = _("{runtime}'s SDK accepts only the word `true`: it does not restrict this agent")
            span = document.get_span("readonly")
            yield Diagnostic("invalid_value", span, say(text, runtime=self.title), say("write `true`"))
        name = lines.values.get(self.name_key, "")
        if len(name) > 2 and name[0] == name[-1] and name[0] in "\"'":
            text = _("{runtime}'s SDK takes the quotes for a part of the name")
            span, hint = document.get_span(self.name_key), say("write it without quotes")
            yield Diagnostic("invalid_value", span, say(text, runtime=self.title), hint)
        yield from self._find_lost_text(document, lines)

    def _find_lost_text(self, document: Document, lines: LineFrontmatter) -> Iterable[Diagnostic]:
        description = document.values.get(self.description_key)
        written = lines.values.get(self.description_key, "")
        if isinstance(description, str) and is_cut_off(written, description):
            text = _("{runtime}'s SDK reads only the first line of the description: `{text}`")
            if not written:
                text = _("{runtime}'s SDK reads no description: nothing stands on the line of its key")
            message = say(text, runtime=self.title, text=written[:60])
            span = document.get_span(self.description_key)
            yield Diagnostic("lost_text", span, message, say("write the description on one line"))

    # Permissions.

    def judges_names(self, lists: ToolLists, profile: str) -> bool:
        """No list is read, so no name in one is a mistake."""
        return False

    def read_tool_lists(self, agent: Agent) -> ToolLists:
        """Whether the agent is read-only, and which tools its file names in vain."""
        document = agent.document
        is_meant = _YES.match(str(document.values.get("readonly"))) is not None
        if document.source.plugin:
            is_readonly = str(document.values.get(_PLUGIN_KEY)).strip().lower() == "readonly"
        else:
            lines = read_lines(document.source.text)
            is_readonly = lines is not None and lines.is_true("readonly")
        is_unread = is_meant and not is_readonly
        flags = {"readonly": is_readonly, "readonly-text": is_unread, "plugin": bool(document.source.plugin)}
        return replace(
            super().read_tool_lists(agent),
            flags=frozenset(flag for flag, holds in flags.items() if holds),
            ordered=simplify_entries(agent.access.ignored),
        )

    def decide(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> tuple[Outcome, str]:
        """The session's tools, less what ``readonly`` takes away. No list restricts."""
        if not lists.loads:
            return "never", "not-loaded"
        if server is None and tool not in self.tools:
            return "not_declared", "no-such-tool"
        fact = None if server else self.tools[tool]
        if "readonly" in lists.flags:
            if fact is None or fact.group == "mcp":
                return "denied", "readonly-mcp"
            if fact.reach == "files":
                return "denied", "readonly"
            if fact.reach == "commands":
                return "partial", "readonly-shell"
        if self._is_left_out(lists, tool, server):
            return "unenforced", "tools"
        if "readonly-text" in lists.flags and (fact is None or fact.reach in ("files", "commands")):
            return "unenforced", "readonly-plugin" if "plugin" in lists.flags else "readonly-text"
        return "inherited", "inherit"

    def _is_left_out(self, lists: ToolLists, tool: str, server: str | None) -> bool:
        """Whether a list that nothing enforces leaves the tool out."""
        allowed = [entry for entry in lists.ordered if entry.effect == "allow"]
        denied = [entry for entry in lists.ordered if entry.effect == "deny" and entry.specifier is None]
        if any(self.matches(entry, tool, server) for entry in denied):
            return True
        is_list = bool(allowed) and not any(entry.tool == "*" for entry in allowed)
        return is_list and not any(self.matches(entry, tool, server) for entry in allowed)

    def find_caveats(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> tuple[str, ...]:
        """The rules of the project for the command line."""
        rules = (rule for rule in lists.project_rules if rule.effect == "deny")
        return ("cli",) if any(self.matches(rule, tool, server) for rule in rules) else ()

    def find_base_rule(self, lists: ToolLists, profile: str) -> str:
        """The rule for tools that change files, which is what a reader must not miss."""
        return self.decide(lists, "Write", None, profile)[1]
