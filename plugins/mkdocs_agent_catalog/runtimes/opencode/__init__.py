"""OpenCode: Markdown files below ``.opencode``, and agents in ``opencode.json``.

Sources: OpenCode documentation, November 2026, and the npm package `opencode-ai` 1.18.33, whose code was read
and which was run.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from ...model.definitions import (
    Agent,
    Diagnostic,
    Document,
    ProjectSettings,
    Skipped,
    Source,
    Span,
    ToolAccess,
)
from ...reading import frontmatter
from ...reading.data_documents import parse_json_document
from ...text.i18n import mark_for_translation as _
from ...text.i18n import say, say_names
from ..runtime import Runtime, read_text
from ..tool_lists import ToolLists, simplify_entries
from .entries import is_second_format, name_server, read_maps, read_rules
from .keys import EFFECTS, MODES, find_wrong_value
from .permissions import OpenCodePermissions, strip_rules

_CONFIGS = ("opencode.json", "opencode.jsonc")
_PERSONAL = ".config/opencode/"
_HOMES = (".opencode/", _PERSONAL, "")
_CONFIG_FILES = tuple(home + name for home in _HOMES for name in _CONFIGS)
_FOLDERS = ("agent", "agents", "mode", "modes")
# The tables of a configuration that hold agents.
_TABLES = ("agent", "agents", "mode")
_FILE = re.compile(r"\s*\{file:\s*([^{}\n]+?)\s*\}\s*")
# Permissions that nothing asks for.
_UNASKED = ("write", "patch", "multiedit", "apply_patch")
# As OpenCode quotes values before it reads a frontmatter again that it could not read.
_QUOTABLE = re.compile(r"([a-zA-Z_][a-zA-Z0-9_]*)\s*:\s*(.*)$")
_FRONTMATTER = re.compile(r"---\r?\n(.*?)\r?\n---", re.S)


class OpenCode(OpenCodePermissions):
    """OpenCode 1, and of OpenCode 2 the files that only it reads."""

    name = "opencode"
    title = "OpenCode"
    source = "OpenCode documentation, November 2026, and the npm package `opencode-ai` 1.18.33"
    rule_prefix = "oc-"

    agent_folders = tuple(home + folder for home in _HOMES[:2] for folder in _FOLDERS)
    agent_files = _CONFIG_FILES
    settings_files = _CONFIG_FILES
    server_files = _CONFIG_FILES
    server_key = "mcp"
    skill_folders = (
        *(".opencode/skills", ".opencode/skill", ".config/opencode/skills"),
        *(".claude/skills", ".agents/skills"),
    )
    command_folders = (".opencode/command", ".opencode/commands", ".config/opencode/command")
    command_separator = "/"
    instruction_files = ("AGENTS.md",)
    marks = (".opencode",)
    telling_text = (
        r"mode[ \t]*:[ \t]*[\"']?(?:primary|subagent|all)\b|(?:permission|tools)[ \t]*:[ \t]*(?:\{.*)?$"
    )
    needs_frontmatter = False
    reads_documentation = True

    tools_key = ""
    tool_keys = ("tools", "permission", "permissions")
    settings_values: Mapping[str, tuple[str | type, ...]] = dict.fromkeys(
        (
            *("mode", "variant", "temperature", "top_p", "steps", "maxSteps", "hidden", "disable", "color"),
            *("options", "request", "disabled"),
        ),
        (),
    )
    foreign_keys = frozenset({"permissionMode", "disallowedTools", "allowed-tools"})
    stops_runtime = True
    builtin_agents = frozenset(
        {"build", "plan", "general", "explore", "compaction", "title", "summary", "scout"}
    )
    unlimited_agent = "general"
    agent_tools = ("task",)
    skill_tool = "skill"
    model_hint = _("write provider and model, such as `anthropic/claude-sonnet-4-5`")
    base_sentences: Mapping[str, str] = {
        **Runtime.base_sentences,
        "default": _(
            "{runtime} allows every tool that the file does not deny: this agent inherits every tool{but}."
        ),
        "v2-default": _(
            "{runtime} allows every tool that the file does not deny: this agent inherits every tool{but}."
        ),
        "true": _("`tools` with `true` is no list: {runtime} allows what it does not name as well{but}."),
        "plural": _("{runtime} does not read `permissions` here: this agent inherits every tool{but}."),
        "ask": _("A person is asked before each tool that no other rule of the file is about."),
        "merge-ask": _("opencode.json asks a person before each tool that no other rule is about."),
        "merge-denied": _("opencode.json denies each tool that no other rule is about."),
    }

    @property
    def known_keys(self) -> tuple[str, ...]:
        """As of every runtime, with the keys for tools and the text of a prompt."""
        return (*super().known_keys, *self.tool_keys, "prompt", "system")

    # Reading.

    def tells(self, document: Document) -> bool:
        """By a mode, or by maps of tools and permissions, which no other runtime has. A file with a longer
        ending, such as ``x.agent.md``, is another's."""
        values = document.values
        if "." in self.get_stem(document.source.path):
            return False
        tools, permission = values.get("tools"), values.get("permission")
        has_switches = isinstance(tools, dict) and all(isinstance(is_on, bool) for is_on in tools.values())
        has_effects = permission in EFFECTS or isinstance(permission, dict)
        return values.get("mode") in MODES or (has_switches and bool(tools)) or has_effects

    def may_name_tool(self, name: str) -> bool:
        """MCP servers, plugins and the project bring tools of any name; some names are those of others."""
        is_others = name in self.foreign_tools or name.lower() in self.names_by_lowercase
        return not is_others

    def list_companions(self, source: Source) -> tuple[str, ...]:
        """The files of the prompts that a configuration names."""
        if not source.path.endswith(_CONFIGS):
            return ()
        tables = (agent for _table, _name, agent in _list_tables(_read_config(source)))
        paths = (_find_prompt_file(source, agent.get("prompt")) for agent in tables)
        return tuple(path for path in paths if path)

    def read_agents(self, source: Source) -> tuple[Agent | Skipped, ...]:
        """One agent a Markdown file; of a configuration each of its tables."""
        if not source.path.endswith(_CONFIGS):
            return super().read_agents(source)
        config = _read_config(source)
        return tuple(
            self.read_agent(_cut_out(config, table, name, values))
            for table, name, values in _list_tables(config)
        )

    def read_document(self, source: Source) -> Document:
        """The file as OpenCode reads it, which refuses keys that stand twice."""
        document = super().read_document(source)
        twice = next((note for note in document.notes if note.check == "duplicate_key"), None)
        fault = document.error or document.repaired or twice
        if fault is None or _reads_repaired(document, source):
            return document
        notes = tuple(note for note in document.notes if note is not twice)
        error = document.error or replace(fault, check="frontmatter_unreadable")
        return replace(document, error=error, repaired=None, notes=notes)

    def list_read_keys(self, document: Document) -> tuple[str, ...]:
        """No key of a file whose frontmatter is dropped."""
        return () if document.error else self.known_keys

    def read_agent(self, document: Document) -> Agent | Skipped:
        """An agent is called as its file, behind its folders, or as ``name`` says."""
        values, source = document.values, document.source
        if not document.error and (values.get("disable") is True or values.get("disabled") is True):
            key = "disable" if "disable" in values else "disabled"
            return Skipped(source.path, say("turned off by `{key}: true`", key=key))
        agent = super().read_agent(document)
        if isinstance(agent, Skipped):
            return agent
        name = None if document.error else read_text(values.get("name"))
        if name is None:
            stem = self.get_stem(source.below)
            folder = posixpath.dirname(source.below) if self._is_at_home(source) else ""
            name = posixpath.join(folder, stem)
        return replace(agent, name=name, invocation=self.describe_invocation(document, name))

    def _is_at_home(self, source: Source) -> bool:
        """Whether a file lies where OpenCode looks for agents."""
        return any(f"/{folder}/" in f"/{source.path}" for folder in self.agent_folders)

    def read_access(self, document: Document) -> ToolAccess:
        """The rules; what no rule is about is allowed, unless a rule denies all."""
        if document.error:
            return ToolAccess(None)
        rules = read_rules(document)
        ignored = ()
        if "permissions" in document.values and not is_second_format(document.values):
            ignored = self._read_ignored(document)
        denied = tuple(rule for rule in rules if rule.effect == "deny")
        grants = tuple(rule for rule in rules if rule.effect != "deny")
        whole = [rule for rule in rules if rule.tool == "*" and rule.specifier is None]
        is_list = bool(whole) and whole[-1].effect == "deny"
        return ToolAccess(grants or None, denied, ignored, "nothing" if is_list else "everything")

    def _read_ignored(self, document: Document) -> tuple[Any, ...]:
        """What ``permissions`` says where nothing reads it."""
        value = document.values["permissions"]
        values = {"permissions": value} if isinstance(value, list) else {"permission": value}
        rules = read_rules(replace(document, values=values))
        span = document.get_span("permissions")
        return tuple(replace(rule, key="permissions", span=span) for rule in rules)

    def name_servers(self, agent: Agent, servers: Collection[str]) -> Agent:
        """The names of tools of MCP servers begin with the name of the server."""
        letters = {re.sub(r"[^a-zA-Z0-9_-]", "_", name): name for name in sorted(servers)}
        access = agent.access
        grants, denied, ignored = (
            tuple(name_server(entry, letters) if entry.tool not in self.tools else entry for entry in entries)
            for entries in (access.grants or (), access.denied, access.ignored)
        )
        return replace(agent, access=ToolAccess(grants or None, denied, ignored, access.base))

    def read_settings(self, source: Source) -> tuple[ProjectSettings | None, tuple[Diagnostic, ...]]:
        """The rules of ``permission`` and ``tools`` for every agent of the project."""
        config = _read_config(source)
        if config.error:
            return None, (replace(config.error, check="config_unreadable"),)
        rules = read_maps(config.values, config.spans, Span(source.path))
        return ProjectSettings(source, rules) if rules else None, ()

    def governs(self, settings: ProjectSettings, agent: Agent) -> bool:
        """The agents of the project that a configuration lies in, and of those within it."""
        folder = posixpath.dirname(settings.source.path)
        project = folder.removesuffix(".opencode").rstrip("/") if folder.endswith(".opencode") else folder
        is_own = self._is_at_home(agent.source) or agent.source.path.endswith(_CONFIGS)
        return is_own and f"/{agent.source.path}".startswith(f"/{project}/".replace("//", "/"))

    def find_project(self, source: Source) -> str | None:
        """The agents of a person belong to no project."""
        return None if f"/{_PERSONAL}" in f"/{source.path}" else super().find_project(source)

    def describe_invocation(self, document: Document, name: str) -> str:
        """A subagent is called with ``@``; a primary agent is what a session runs as."""
        is_read = not document.error
        is_primary = _is_mode_file(document.source) or (is_read and document.values.get("mode") == "primary")
        return f"opencode --agent {name}" if is_primary else f"@{name}"

    # What is wrong.

    def explain_not_loaded(self, document: Document) -> str:
        """One wrong value is enough. A frontmatter that cannot be read is dropped, unless the text that
        OpenCode makes of it cannot be read either."""
        if document.error:
            is_mended = _mend(document.source.text) != document.source.text
            return say("its frontmatter cannot be read") if is_mended else ""
        if is_second_format(document.values):
            if document.source.path.endswith(_CONFIGS):
                return say("`permissions` is for OpenCode 2, and OpenCode 1 refuses it here")
            return ""
        return find_wrong_value(document.values) or ""

    def blocks_start(self, agent: Agent) -> bool:
        """All of its files but those of modes, and those whose frontmatter cannot be read."""
        return super().blocks_start(agent) and not _is_mode_file(agent.source)

    def find_ignored_keys(self, document: Document) -> Iterable[Diagnostic]:
        """Rules that decide nothing, keys that go to the provider, and documentation that is an agent."""
        if not document.has_frontmatter:
            text = _("it has no frontmatter, and {runtime} reads it as an agent with every tool")
            hint = say("move it to another folder, or begin it with `---` and a description")
            yield Diagnostic("frontmatter_missing", document.get_span(), say(text, runtime=self.title), hint)
        if document.error or self.explain_not_loaded(document):
            return
        if "permissions" in document.values and not is_second_format(document.values):
            text = _("{runtime} does not read `{key}` here: what it would restrict stays allowed")
            hint = say("write the rules under `permission`")
            message = say(text, runtime=self.title, key="permissions")
            yield Diagnostic("ignored_key", document.get_span("permissions"), message, hint)
        yield from self._find_unasked(document)
        strange = [
            key
            for key in document.values
            if key not in (*self.known_keys, "agent-catalog", *self.rule_table["provider_options"])
        ]
        if strange and not is_second_format(document.values):
            text = _("{runtime} sends these keys to the provider of the model: {names}")
            message = say(text, runtime=self.title, names=say_names(strange))
            hint = say("remove what is not meant for the model")
            yield Diagnostic("provider_option", document.get_span(strange[0]), message, hint)

    def _find_unasked(self, document: Document) -> Iterator[Diagnostic]:
        permission = document.values.get("permission")
        table = permission if isinstance(permission, dict) else {}
        meant = table.get("edit", table.get("*"))
        names = [name for name in _UNASKED if name in table and table[name] != meant]
        if names:
            text = _("{runtime} asks for no permission of this name, so this decides nothing: {names}")
            message = say(text, runtime=self.title, names=say_names(names))
            hint = say("write `edit`, which is for every tool that changes files")
            yield Diagnostic("ignored_key", document.get_span(f"permission.{names[0]}"), message, hint)

    # Permissions.

    def read_tool_lists(self, agent: Agent) -> ToolLists:
        """All rules in their order, those of the project's configurations before."""
        values = {} if agent.document.error else agent.document.values
        is_second = is_second_format(values)
        mode = "primary" if _is_mode_file(agent.source) else values.get("mode")
        switches = values.get("tools")
        flags = {
            "v2": is_second,
            "switches": isinstance(switches, dict) and any(switches.values()),
            "subagent": mode == "subagent",
            "primary": mode == "primary",
            agent.name: agent.name in self.rule_table["natives"],
        }
        settings = sorted(agent.settings_files, key=lambda file: file.source.path.count("/"))
        own = () if agent.document.error else read_rules(agent.document)
        is_list = agent.access.base == "nothing"
        return replace(
            super().read_tool_lists(agent),
            allowed=simplify_entries(agent.access.grants or ()) if is_list else None,
            flags=frozenset(flag for flag, holds in flags.items() if holds),
            ordered=strip_rules(own),
            project_rules=tuple(rule for file in settings for rule in strip_rules(file.rules, "project")),
        )


def _is_mode_file(source: Source) -> bool:
    """Whether a file lies in a folder of modes, or stands in a table of them: it is primary."""
    return PurePosixPath(source.path).parent.name in ("mode", "modes")


def _read_config(source: Source) -> Document:
    return parse_json_document(source, has_comments=True)


def _list_tables(config: Document) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each agent of a configuration: in which table, its name, what it says."""
    for table in _TABLES:
        agents = config.values.get(table)
        for name, values in agents.items() if isinstance(agents, dict) else ():
            if isinstance(values, dict):
                yield table, str(name), values


def _cut_out(config: Document, table: str, name: str, values: dict[str, Any]) -> Document:
    """One agent of a configuration, with its places and its prompt, which may stand in another file."""
    prefix = f"{table}.{name}"
    span = config.get_span(prefix)
    spans = {
        key[len(prefix) + 1 :]: place for key, place in config.spans.items() if key.startswith(f"{prefix}.")
    }
    spans |= {key: span for key in ("", "name") if key not in spans}
    others = [
        place.line
        for key, place in config.spans.items()
        if place.line > span.line and not key.startswith(f"{prefix}.")
    ]
    last = max(min(others, default=config.source.text.count("\n") + 2) - 1, span.line)
    prompt = values.get("prompt", values.get("system"))
    body = prompt if isinstance(prompt, str) else ""
    line = spans.get("prompt", spans.get("system", span)).line
    path = _find_prompt_file(config.source, prompt)
    if path is not None:
        body, line = dict(config.source.companions).get(path, ""), 1
    if table == "mode":
        values = {**values, "mode": "primary"}
    return replace(
        config,
        source=replace(config.source, below=name),
        values=values,
        spans=spans,
        body=body,
        body_line=line,
        body_path=path if path is not None and body else "",
        masked_keys=frozenset(values) if table in config.masked_keys else frozenset(),
        lines=(span.line, last),
    )


def _find_prompt_file(source: Source, prompt: Any) -> str | None:
    """The file that is all of a prompt, relative to the repository; ``None`` if there is none in it."""
    match = _FILE.fullmatch(prompt) if isinstance(prompt, str) else None
    if not match or match[1].startswith(("/", "~")):
        return None
    path = posixpath.normpath(posixpath.join(posixpath.dirname(source.path), match[1]))
    return None if path.startswith("..") else path


def _mend(text: str) -> str:
    """``text`` with the values as blocks of text that stand on one line and hold a colon."""
    text = text.lstrip("\ufeff")
    match = _FRONTMATTER.match(text)
    if not match:
        return text
    lines: list[str] = []
    for line in re.split(r"\r?\n", match[1]):
        key = _QUOTABLE.match(line)
        value = key[2].strip() if key else ""
        if not key or value in ("", ">", "|") or value.startswith(('"', "'")) or ":" not in value:
            lines.append(line)
        else:
            lines += [f"{key[1]}: |-", f"  {value}"]
    return text[: match.start(1)] + "\n".join(lines) + text[match.end(1) :]


def _reads_repaired(document: Document, source: Source) -> bool:
    """Whether OpenCode can read the file after it has mended it."""
    mended = _mend(source.text)
    if mended == source.text or not document.repaired:
        return False
    again = frontmatter.parse_document(replace(source, text=mended))
    is_twice = any(note.check == "duplicate_key" for note in again.notes)
    return not (again.error or again.repaired or is_twice)
