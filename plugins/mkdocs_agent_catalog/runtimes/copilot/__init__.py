"""GitHub Copilot: Markdown files below ``.github/agents``, which VS Code, Copilot CLI and GitHub read.

Sources: GitHub documentation, "Custom agents configuration" and "Copilot CLI command reference"; VS Code
documentation, "Custom agents"; microsoft/vscode, ``promptSyntax``; Copilot CLI 1.0.102, as it was run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from ...model.catalog import Evidence
from ...model.definitions import (
    Agent,
    Base,
    Diagnostic,
    Document,
    Effect,
    Skipped,
    Source,
    Span,
    ToolAccess,
    ToolGrant,
)
from ...reading.tool_entries import list_entries
from ...text.i18n import mark_for_translation as _
from ...text.i18n import say, say_names, say_plural
from ..runtime import Purpose, Runtime, read_text
from ..tool_lists import ToolLists
from .cli_schema import find_wrong_key
from .names import parse_entry
from .permissions import CopilotPermissions

_CHATMODES = ".chatmode.md"
# What each handoff must have. Source: `handOffs` of microsoft/vscode, promptFileParser.ts.
_HANDOFF_KEYS = ("agent", "label", "prompt")
_SETS = "agent|edit|execute|read|search|vscode|web"


class Copilot(CopilotPermissions):
    """Reads ``.github/agents`` and the older ``.github/chatmodes``."""

    name = "copilot"
    title = "GitHub Copilot"
    source = 'GitHub documentation, "Custom agents configuration", October 2026'
    rule_prefix = "cop-"

    agent_folders = (".github/agents", ".github/chatmodes")
    guest_folders = (".claude/agents",)
    skill_folders = (".github/skills", ".claude/skills", ".agents/skills")
    server_files = (".mcp.json", ".github/mcp.json", ".vscode/mcp.json")
    server_keys: Mapping[str, str] = {".vscode/mcp.json": "servers"}
    instruction_files = (".github/copilot-instructions.md", "AGENTS.md", "CLAUDE.md", "GEMINI.md")
    rule_folders = (".github/instructions",)
    rule_suffixes = (".instructions.md",)
    rule_files_keys = ("applyTo",)
    rules_need_files = True
    settings_files = (".github/hooks/*.json",)
    command_folders = (".github/prompts",)
    command_suffixes = (".prompt.md",)
    command_name_key = "name"
    command_agent_keys = ("agent", "mode")
    plugin_manifests = (".github/plugin/plugin.json", ".plugin/plugin.json")
    marketplaces = (".github/plugin/marketplace.json", ".plugin/marketplace.json")
    marks = (".github",)
    own_suffixes = (".agent.md", _CHATMODES)
    suffixes = (*own_suffixes, ".md")
    telling_keys = frozenset({"handoffs", "mcp-servers", "user-invocable", "disable-model-invocation"})
    telling_text = (
        rf"target[\"']?[ \t]*:|tools[\"']?[ \t]*:.*(?:\b(?:{_SETS})/\w|[\w.-]/\*)"
        rf"|[ \t]*-[ \t]+['\"]?(?:(?:{_SETS})/\w|[\w.-]+/\*)"
    )

    instructions_sentence = _(
        "A session with this agent is given instructions of the project; a subagent of Copilot CLI only with "
        "`include-custom-instructions`:"
    )
    repairs_frontmatter = True
    reads_documentation = True
    skills_key = "skills"
    servers_key = "mcp-servers"
    server_entry = "{name}/*"
    settings_values: Mapping[str, tuple[str | type, ...]] = {
        "model": (dict,),
        "models": (dict,),
        "modelPolicy": ("preferred", "required"),
        "reasoningEffort": ("low", "medium", "high", "xhigh", "max"),
        "reasoning-effort": ("low", "medium", "high", "xhigh", "max"),
        "target": ("vscode", "github-copilot"),
        "user-invocable": (bool,),
        "disable-model-invocation": (bool,),
        "infer": (bool, "hidden", "user"),
        "agents": (dict,),
        "handoffs": (dict,),
        "argument-hint": (),
        "include-custom-instructions": (bool,),
        "deferred-tool-loading": (bool,),
        "sidekick": (dict,),
        "hooks": (dict,),
        "metadata": (dict,),
        "github": (dict,),
        "advancedOptions": (dict,),
    }
    other_tool_keys = ("allowed-tools", "allowedTools", "disallowedTools", "disallowed-tools")
    # Keys of prompts and instructions, and of other products, that are close to some of its own.
    foreign_keys = frozenset({"agent", "mode", "hidden", "applyTo", "mcpServers", "skill", "hook"})

    knows_agents_by_file = True
    same_name_hint = _(
        "rename the others: agents are known by their files, and of one name there is only one"
    )
    has_open_tools = True
    builtin_agents = frozenset(
        (
            *("agent", "ask", "edit", "plan", "explore", "implement"),
            *("code-review", "general-purpose", "research", "rubber-duck", "security-review", "task"),
        )
    )
    own_servers = ("github", "playwright")
    agent_tools = ("agent/runSubagent", "agent")
    agent_name_hint = _("spell it like the file of the agent, without the ending of its name")
    skill_tool = "read/skill"
    purposes: Mapping[Purpose, tuple[str, ...]] = {
        "read strangers' text": ("web/fetch", "web/githubRepo", "web/githubTextSearch", "web_search"),
        "send data": ("execute/runInTerminal", "execute/runTask", "web/fetch", "vscode/runCommand"),
    }

    base_sentences: Mapping[str, str] = {
        **Runtime.base_sentences,
        "not-loaded": _(
            "No program of {runtime} loads this file: this agent cannot be called, and has no tools."
        ),
        "refused": _("This program of {runtime} does not load the file."),
        "place": _("This program of {runtime} does not look for agents in this folder."),
        "target": _("By its `target` the file is for another program of {runtime}."),
        "omitted": _(
            "The file declares no tools: this agent inherits all tools{but}, "
            "in VS Code those that are chosen there."
        ),
        "star": _("The file asks for every tool: this agent inherits all tools{but}."),
        "star-vscode": _("The file asks for `*`: what VS Code makes of it is not documented."),
        "empty": _("The file declares an empty list: this agent has no tools."),
    }

    # Reading.

    def tells(self, document: Document) -> bool:
        """By a key of its own, by the value of ``target``, or among the tools by one of a set or by a whole
        server."""
        if super().tells(document) or document.values.get("target") in ("vscode", "github-copilot"):
            return True
        tools = document.values.get("tools")
        entries = list_entries(document, "tools", tools) if isinstance(tools, list | str) else ()
        return any(re.match(rf"(?:{_SETS})/\w|[\w.-]+/\*$", text) for text, _span in entries)

    def read_document(self, source: Source) -> Document:
        """As of every runtime; the CLI does not load what is no strict YAML."""
        document = super().read_document(source)
        if document.repaired is None:
            return document
        text = _("{hint}; Copilot CLI does not load the file as it is")
        hint = say(text, hint=document.repaired.hint)
        return replace(document, repaired=replace(document.repaired, hint=hint))

    def read_agent(self, document: Document) -> Agent | Skipped:
        """As of every runtime. In the folder of chat modes only those are read; a model may be a list."""
        path = document.source.path
        if _is_among_chatmodes(path) and not path.lower().endswith(_CHATMODES):
            return Skipped(
                document.source.path, say("not an agent: its file name is not that of a chat mode")
            )
        agent = super().read_agent(document)
        models = document.values.get("model")
        if isinstance(agent, Skipped) or not isinstance(models, list):
            return agent
        return replace(agent, model=", ".join(filter(None, map(read_text, models))) or None)

    def skip_text(self, document: Document) -> Skipped:
        """VS Code takes every Markdown file for an agent."""
        text = _(
            "it has no frontmatter on its first line: VS Code takes it for an agent with every tool, "
            "GitHub for none"
        )
        return Skipped(document.source.path, say(text), cause="no frontmatter")

    def read_access(self, document: Document) -> ToolAccess:
        """A list, or one text; VS Code also takes the keys of a map. ``disallowedTools`` counts in the files
        of Claude Code alone."""
        is_claudes = _is_claudes(document.source)
        value = document.values.get("tools")
        ignored: list[ToolGrant] = []
        denied: list[ToolGrant] = []
        for key in self.other_tool_keys:
            effect: Effect = "deny" if key.startswith("dis") else "allow"
            group = denied if is_claudes and key == "disallowedTools" else ignored
            group += self.read_entries(document, key, effect)
        if value is None:
            is_unknown = "tools" in document.values
            base: Base = "unknown" if is_unknown else self.tools_left_out
            return ToolAccess(None, tuple(denied), tuple(ignored), base)
        entries = self.read_entries(document, "tools", "allow")
        return ToolAccess(entries, tuple(denied), tuple(ignored), self.find_base(entries))

    def read_entries(self, document: Document, key: str, effect: Effect) -> tuple[ToolGrant, ...]:
        """The entries as written: nothing in them is in parentheses, and no name but `*` means all."""
        return tuple(
            parse_entry(text, effect, key, span, self.names) for text, span in _list_texts(document, key)
        )

    def explain_not_loaded(self, document: Document) -> str:
        """VS Code loads whatever can be read."""
        return say("its frontmatter cannot be read") if document.error else ""

    def describe_invocation(self, document: Document, name: str) -> str:
        """The command that starts the agent, by its file; VS Code shows its name in a list."""
        source = document.source
        if source.path.lower().endswith(_CHATMODES):
            return name
        folders = PurePosixPath(source.below).parent.parts
        return "copilot --agent " + "--".join((*folders, self.get_stem(source.below)))

    # What it refers to, and what is wrong.

    def find_named_agents(self, document: Document) -> Iterator[tuple[str, Evidence]]:
        """Those under ``agents``, and whom a handoff leads to; one that VS Code drops only names them."""
        agents = document.values.get("agents")
        if isinstance(agents, list | str):
            for name, span in list_entries(document, "agents", agents):
                if name != "*":
                    yield name, Evidence("declared", span, f"agents: {name}")
        for handoff, span in _list_handoffs(document):
            if target := read_text(handoff.get("agent")) or read_text(handoff.get("target")):
                evidence = Evidence("declared", span, f"handoffs: {target}")
                is_dropped = bool(_find_missing_keys(handoff))
                yield target, replace(evidence, grade="named") if is_dropped else evidence

    def find_ignored_keys(self, document: Document) -> Iterable[Diagnostic]:
        """Lists that no program reads, handoffs that VS Code drops, and ``agents`` without its tool."""
        for key in self.other_tool_keys:
            if key in document.values and not _is_claudes(document.source):
                message = say("{runtime} does not read `{key}` in agent files", runtime=self.title, key=key)
                hint = say("name under `tools` what the agent may use")
                yield Diagnostic("ignored_key", document.get_span(key), message, hint)
        yield from self._find_refused_value(document)
        dropped = [(_find_missing_keys(handoff), handoff, span) for handoff, span in _list_handoffs(document)]
        dropped = [item for item in dropped if item[0]]
        if dropped:
            keys = sorted({key for missing, _handoff, _span in dropped for key in missing})
            message = say(
                "VS Code drops {handoffs} without {keys}",
                handoffs=say_plural("1 handoff", "{n} handoffs", len(dropped)),
                keys=say_names(keys),
            )
            hint = say("a handoff needs `agent`, `label` and `prompt`")
            if all("target" in handoff for missing, handoff, _span in dropped if "agent" in missing):
                hint = say("write `agent:` in place of `target:`") if "agent" in keys else hint
            yield Diagnostic("ignored_key", dropped[0][2], message, hint)
        if document.values.get("agents") and isinstance(document.values.get("tools"), list | str):
            entries = self.read_entries(document, "tools", "allow")
            starts = self.names.resolve("agent", "vscode", False)
            names = [entry.tool for entry in entries]
            if "*" not in names and not any(starts & self.names.resolve(n, "vscode", False) for n in names):
                message = say("`agents` does nothing: `tools` does not name `agent`")
                hint = say("remove `agents`; only if it is to start them, add `agent` to `tools`")
                yield Diagnostic("ignored_key", document.get_span("agents"), message, hint)

    def _find_refused_value(self, document: Document) -> Iterable[Diagnostic]:
        """The value for which the CLI does not load the file, if no other finding says so."""
        key, missing = find_wrong_key(document.values)
        is_said = key == self.tools_key or bool in self.settings_values.get(key, ())
        if not key or is_said or document.error or _is_among_chatmodes(document.source.path):
            return
        name = key.replace("`", "")
        message = say("Copilot CLI does not load the file: `{key}` is not what the key may hold", key=name)
        if missing:
            message = say(
                "Copilot CLI does not load the file: `{key}` has no `{part}`", key=name, part=missing
            )
        hint = say("add it") if missing else say("use a value that the runtime knows")
        yield Diagnostic("invalid_value", document.get_span(key), message, hint)

    def knows_tool(self, name: str) -> bool:
        """By any of the names that a program reads."""
        return name in self.tools or self.names.is_read(name)

    def read_tool_lists(self, agent: Agent) -> ToolLists:
        """The lists, and which of the programs do not load the file."""
        agents = agent.document.values.get("agents")
        names = agents if isinstance(agents, list) else [agents] if isinstance(agents, str) else None
        limits = "no subagents" if names == [] else "subagents" if names and "*" not in names else ""
        flags = {limits, *self._find_limits(agent), "claude" if _is_claudes(agent.source) else ""}
        guards = {hook.matcher for hook in agent.every_hook if hook.event.lower() == "pretooluse"}
        return replace(
            super().read_tool_lists(agent),
            flags=frozenset(filter(None, flags)),
            guards=tuple(sorted(guards)),
        )

    def _find_limits(self, agent: Agent) -> Iterator[str]:
        """Which program does not load the file, with the rule that says so."""
        document = agent.document
        target = document.values.get("target")
        if target == "vscode":
            yield "cloud target"
        if target == "github-copilot":
            yield "vscode target"
        if _is_among_chatmodes(document.source.path):
            yield from ("cli place", "cloud place")
        if _is_claudes(document.source):
            yield "cloud place"
        has_list = isinstance(document.values.get("tools", ""), str | list)
        if not isinstance(document.values.get("description"), str) or not has_list:
            yield from ("cli refused", "cloud refused")
        elif _is_refused(document):
            yield "cli refused"


def _is_among_chatmodes(path: str) -> bool:
    """Whether a file lies where only VS Code looks, and for nothing but chat modes."""
    folders = PurePosixPath(path).parts[:-1]
    return "chatmodes" in folders and "agents" not in folders[: folders.index("chatmodes")]


def _is_claudes(source: Source) -> bool:
    return ".claude" in PurePosixPath(source.path).parts


def _is_refused(document: Document) -> bool:
    """Whether Copilot CLI does not load a file with a description."""
    is_twice = any(note.check == "duplicate_key" for note in document.notes)
    return document.repaired is not None or is_twice or bool(find_wrong_key(document.values)[0])


def _list_texts(document: Document, key: str) -> list[tuple[str, Span]]:
    """The names under ``key`` with their places. VS Code takes each key of a map with true or false."""
    value = document.values.get(key)
    if value is None:
        return []
    if isinstance(value, dict):
        return list(_list_leaves(document, key, value))
    if isinstance(value, str):
        here = document.get_span(key)
        # Where another line is no strict YAML, a list in brackets is text.
        marks = " []'\"" if document.repaired else " "
        texts = (text.strip().strip(marks) for text in value.split(","))
        return [(text, here) for text in texts if text]
    return list_entries(document, key, value, "")


def _list_leaves(document: Document, key: str, table: Mapping[str, object]) -> Iterator[tuple[str, Span]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _list_leaves(document, f"{key}.{name}", value)
        elif isinstance(value, bool):
            yield str(name), document.spans.get(f"{key}.{name}", document.get_span(key))


def _list_handoffs(document: Document) -> list[tuple[dict[str, object], Span]]:
    handoffs = document.values.get("handoffs")
    return [
        (handoff, document.spans.get(f"handoffs.{index}", document.get_span("handoffs")))
        for index, handoff in enumerate(handoffs if isinstance(handoffs, list) else ())
        if isinstance(handoff, dict)
    ]


def _find_missing_keys(handoff: Mapping[str, object]) -> list[str]:
    """What a handoff lacks; the prompt may be empty."""
    needed = (key for key in _HANDOFF_KEYS if not read_text(handoff.get(key)))
    return [key for key in needed if not (key == "prompt" and handoff.get(key) == "")]
