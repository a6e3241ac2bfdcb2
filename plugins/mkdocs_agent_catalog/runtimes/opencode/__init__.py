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
    InstructionFile,
    ProjectSettings,
    Skipped,
    Source,
    ToolAccess,
)
from ...text.i18n import mark_for_translation as _
from ...text.i18n import say, say_names
from ..runtime import Runtime, read_text
from ..tool_lists import ToolLists, simplify_entries
from .configuration import (
    CONFIGS,
    cut_out,
    explain_missing_prompt,
    find_home_project,
    list_commands,
    list_configurations,
    list_prompt_files,
    list_tables,
    merge_definitions,
    read_config,
    read_project_rules,
    stands_under_agents,
)
from .entries import is_second_format, name_server, read_rules
from .keys import EFFECTS, MODES, NATIVE_MODES, SECOND_KEYS, find_wrong_value
from .mending import is_mended, mend
from .permissions import OpenCodePermissions, strip_rules

_PERSONAL = ".config/opencode/"
_HOMES = (".opencode/", _PERSONAL, "")
_CONFIG_FILES = tuple(home + name for home in _HOMES for name in CONFIGS)
_FOLDERS = ("agent", "agents", "mode", "modes")
# A file below a folder of configuration: the name of the folder that it is in, and its place there.
_AT_HOME = re.compile(r"(?:.*/)?(?:\.opencode|\.config/opencode)/(agents?|modes?)/(.+)")
_OFF = _("turned off by `{key}: true`")
# Keys that only OpenCode 2 reads.
_ONLY_SECOND = frozenset({"disabled", "request", "system"})
# Permissions that nothing asks for.
_UNASKED = ("write", "patch", "multiedit", "apply_patch")


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
        *(home + folder for home in _HOMES[:2] for folder in ("skills", "skill")),
        *(".claude/skills", ".agents/skills"),
    )
    command_folders = tuple(home + folder for home in _HOMES[:2] for folder in ("command", "commands"))
    command_separator = "/"
    command_text_key = "template"
    instruction_files = ("AGENTS.md", "CLAUDE.md", "CONTEXT.md")
    marks = (".opencode",)
    telling_text = (
        r"mode[\"']?[ \t]*:[ \t]*[\"']?(?:primary|subagent|all)\b"
        r"|(?:permission|tools)[\"']?[ \t]*:[ \t]*(?:\{.*|[\"']?(?:ask|allow|deny)[\"']?)?$"
        r"|permissions[\"']?[ \t]*:[ \t]*(?:[\[{].*)?$"
    )
    repairs_frontmatter = True
    needs_frontmatter = False
    reads_documentation = True

    tools_key = ""
    tool_keys = ("tools", "permission", "permissions")
    settings_values: Mapping[str, tuple[str | type, ...]] = {
        **dict.fromkeys(("mode", "variant", "temperature", "top_p", "steps", "maxSteps", "hidden"), ()),
        **dict.fromkeys(("disable", "color"), ()),
        **dict.fromkeys(("options", "request"), (dict,)),
        "disabled": (),
    }
    foreign_keys = frozenset({"permissionMode", "disallowedTools", "allowed-tools"})
    stops_runtime = True
    builtin_agents = frozenset(
        {"build", "plan", "general", "explore", "compaction", "title", "summary", "scout"}
    )
    merges_builtin_agents = True
    same_name_hint = _(
        "write all of it in one place: OpenCode makes one agent of them, "
        "and here each is shown as if it were alone"
    )
    unlimited_agent = "general"
    unlimited_rule = "default"
    agent_tools = ("task",)
    agent_name_hint = _(
        "spell it like the path of the agent below its folder, without `.md`, "
        "or like its `name:` if it has one"
    )
    skill_tool = "skill"
    model_hint = _("write provider and model, such as `anthropic/claude-sonnet-4-5`")
    base_sentences: Mapping[str, str] = {
        **Runtime.base_sentences,
        "default": _(
            "{runtime} allows every tool that the file does not deny: this agent inherits all tools{but}."
        ),
        "v2-default": _(
            "{runtime} allows every tool that the file does not deny: this agent inherits all tools{but}."
        ),
        "true": _("`tools` with `true` is no list: {runtime} allows what it does not name as well{but}."),
        "plural": _("{runtime} does not read `permissions` here: this agent inherits all tools{but}."),
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
        """By a mode, by maps of tools and permissions, or by rules about an action, which no other runtime
        has. A file with a longer ending, such as ``x.agent.md``, is another's."""
        values = document.values
        if "." in self.get_stem(document.source.path):
            return False
        tools, permission = values.get("tools"), values.get("permission")
        has_switches = isinstance(tools, dict) and all(isinstance(is_on, bool) for is_on in tools.values())
        has_effects = permission in EFFECTS or isinstance(permission, dict)
        rules = values.get("permissions")
        has_rules = isinstance(rules, list) and any(isinstance(r, dict) and "action" in r for r in rules)
        has_switches &= bool(tools)
        return values.get("mode") in MODES or has_switches or has_effects or has_rules

    def may_name_tool(self, name: str) -> bool:
        """MCP servers, plugins and the project bring tools of any name; some names are those of others."""
        is_others = name in self.foreign_tools or name.lower() in self.names_by_lowercase
        return not is_others

    def list_companions(self, source: Source) -> tuple[str, ...]:
        """The configurations that may say something of the same agent, and the files of the prompts that a
        configuration names."""
        configs = list_configurations(source.path)
        if not source.path.endswith(CONFIGS):
            name = posixpath.join(posixpath.dirname(source.below), self.get_stem(source.below))
            return (*configs, *list_prompt_files(source, {name})) if self._is_at_home(source) else ()
        before = configs[: configs.index(source.path)] if source.path in configs else ()
        names = {name for _table, name, _agent in list_tables(read_config(source))}
        return (*before, *list_prompt_files(source, names))

    def read_agents(self, source: Source) -> tuple[Agent | Skipped, ...]:
        """One agent a Markdown file; of a configuration each of its tables."""
        if not source.path.endswith(CONFIGS):
            return super().read_agents(source)
        config = read_config(source)
        agents: dict[str, Agent | Skipped] = {}
        for table, name, values in list_tables(config):
            if name not in agents:
                agents[name] = self._read_table(config, table, name, values)
        return tuple(agents.values())

    def _read_table(self, config: Document, table: str, name: str, values: dict[str, Any]) -> Agent | Skipped:
        """One agent of a configuration. Of those under ``agents`` only the keys of OpenCode 2 are read."""
        lost = [key for key in values if key not in SECOND_KEYS] if table == "agents" else []
        document = cut_out(config, table, name, {key: values[key] for key in values if key not in lost})
        if table == "agents" and values.get("disabled") is True:
            return Skipped(config.source.path, say(_OFF, key="disabled"))
        agent = self.read_agent(document if table == "agents" else merge_definitions(document, name))
        if not lost or isinstance(agent, Skipped):
            return agent
        text = _("{runtime} does not read these keys under `agents`: {names}")
        message = say(text, runtime=self.title, names=say_names(lost))
        hint = say("write the agent under `agent`")
        note = Diagnostic("ignored_key", document.get_span(lost[0]), message, hint)
        return replace(agent, notes=(*agent.notes, note))

    def read_document(self, source: Source) -> Document:
        """The file as OpenCode reads it, which refuses keys that stand twice."""
        document = super().read_document(source)
        twice = next((note for note in document.notes if note.check == "duplicate_key"), None)
        fault = document.error or document.repaired or twice
        if fault is None or is_mended(document, source):
            is_at_home = self._is_at_home(source) and not source.path.endswith(CONFIGS)
            return merge_definitions(document, self._find_name(document)) if is_at_home else document
        notes = tuple(note for note in document.notes if note is not twice)
        error = document.error or replace(fault, check="frontmatter_unreadable")
        return replace(document, error=error, repaired=None, notes=notes)

    def list_read_keys(self, document: Document) -> tuple[str, ...]:
        """No key of a file whose frontmatter is dropped; some are only for OpenCode 2."""
        if document.error:
            return ()
        keys = document.values.keys()
        if is_second_format(document.values) or _ONLY_SECOND.isdisjoint(keys):
            return self.known_keys
        if keys <= SECOND_KEYS and stands_under_agents(document):
            return self.known_keys
        return tuple(key for key in self.known_keys if key not in _ONLY_SECOND)

    def read_agent(self, document: Document) -> Agent | Skipped:
        """An agent is called as its file, behind its folders, or as ``name`` says."""
        values, source = document.values, document.source
        if not document.error and values.get("disable") is True:
            place = document.get_span("disable").path
            is_elsewhere = place != source.path
            off = _("turned off by `{key}: true` in `{path}`") if is_elsewhere else _OFF
            turned_off = (self.name, self.get_name_scope(source), self._find_name(document))
            return Skipped(source.path, say(off, key="disable", path=place), turned_off=turned_off)
        # A configuration with such an agent does not load: that is to be said.
        is_file_for_second = is_second_format(values) and not source.path.endswith(CONFIGS)
        if is_file_for_second and values.get("disabled") is True:
            return Skipped(source.path, say(_OFF, key="disabled"))
        home = _AT_HOME.fullmatch(source.path)
        if home and home[1].startswith("mode") and "/" in home[2]:
            text = _("not an agent: the runtime does not read the subfolders of this folder")
            return Skipped(source.path, say(text))
        agent = super().read_agent(document)
        if isinstance(agent, Skipped):
            return agent
        name = self._find_name(document)
        return replace(agent, name=name, invocation=self.describe_invocation(document, name))

    def _find_name(self, document: Document) -> str:
        """What an agent is called: as its ``name``, or as its file behind its folders, or as its key."""
        source = document.source
        if source.path.endswith(CONFIGS):
            return read_text(document.values.get("name")) or source.below
        name = None if document.error else read_text(document.values.get("name"))
        folder = posixpath.dirname(source.below) if self._is_at_home(source) else ""
        return name or posixpath.join(folder, self.get_stem(source.below))

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
        """The rules of ``permission``, ``tools`` and ``permissions`` for every agent of the project."""
        error = read_config(source).error
        if error:
            return None, (replace(error, check="config_unreadable"),)
        rules = read_project_rules((source,))
        return ProjectSettings(source, rules) if rules else None, ()

    def list_commands(self, source: Source) -> tuple[Document, ...]:
        """The commands of a configuration."""
        return tuple(list_commands(read_config(source)))

    def governs(self, settings: ProjectSettings, agent: Agent) -> bool:
        """The agents of the project that a configuration lies in, and of those within it."""
        folder = posixpath.dirname(settings.source.path)
        project = folder.removesuffix(".opencode").rstrip("/") if folder.endswith(".opencode") else folder
        is_own = self._is_at_home(agent.source) or agent.source.path.endswith(CONFIGS)
        return is_own and f"/{agent.source.path}".startswith(f"/{project}/".replace("//", "/"))

    def instructs(self, instructions: InstructionFile, agent: Agent, paths: Collection[str]) -> bool:
        """Of the names of instruction files only the first that the project, or a folder around it, has."""
        project = self.find_project(agent.source)
        if project is None or not super().instructs(instructions, agent, paths):
            return False
        places = (posixpath.split(f"/{path}") for path in paths)
        names = [name for folder, name in places if f"{project}/".startswith(f"{folder.rstrip('/')}/")]
        first = min(names, key=self.instruction_files.index)
        return posixpath.basename(instructions.source.path) == first

    def get_name_scope(self, source: Source) -> str:
        """All folders and configurations of a project say something about its agents."""
        project = self.find_project(source)
        return source.root if project is None else project

    def find_project(self, source: Source) -> str | None:
        """The agents of a person belong to no project. A command belongs to that of its folder, or of the
        configuration that it stands in."""
        if source.kind == "command":
            return find_home_project(source.path)
        return None if f"/{_PERSONAL}" in f"/{source.path}" else super().find_project(source)

    def describe_invocation(self, document: Document, name: str) -> str:
        """A subagent is called with ``@``; a primary agent is what a session runs as."""
        mode = _find_mode(name, document.source, {} if document.error else document.values)
        return f"opencode --agent {name}" if mode == "primary" else f"@{name}"

    # What is wrong.

    def explain_not_loaded(self, document: Document) -> str:
        """One wrong value is enough. A frontmatter that cannot be read is dropped, unless the text that
        OpenCode makes of it cannot be read either."""
        if document.error:
            is_changed = mend(document.source.text) != document.source.text
            return say("its frontmatter cannot be read") if is_changed else ""
        is_second = is_second_format(document.values)
        is_refused = "permissions" in document.values and document.source.path.endswith(CONFIGS)
        if is_refused and not (is_second and stands_under_agents(document)):
            return say("`permissions` is for OpenCode 2, and OpenCode 1 refuses it here")
        if is_second:
            return ""
        layers = document.layers or (document,)
        wrong = (find_wrong_value(layer.values) or explain_missing_prompt(layer) for layer in layers)
        return next(filter(None, wrong), "")

    def blocks_start(self, agent: Agent) -> bool:
        """All of its files but those of modes, those whose frontmatter cannot be read, and what stands under
        ``agents`` in a configuration."""
        if not super().blocks_start(agent) or _is_mode_file(agent.source):
            return False
        return "permissions" in agent.document.values or not stands_under_agents(agent.document)

    def find_ignored_keys(self, document: Document) -> Iterable[Diagnostic]:
        """Rules that decide nothing, keys that go to the provider, and documentation that is an agent."""
        if not document.has_frontmatter and not document.layers:
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
        read_keys = (*self.list_read_keys(document), "agent-catalog")
        is_left_on = document.values.get("disabled") is True and "disabled" not in read_keys
        if is_left_on:
            message = say("OpenCode 1 does not read `disabled` here: this agent can be called")
            hint = say("write `disable: true`")
            yield Diagnostic("ignored_key", document.get_span("disabled"), message, hint)
        strange = [
            key
            for key in document.values
            if key not in (*read_keys, *self.rule_table["provider_options"])
            and not (is_left_on and key == "disabled")
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
        files = sorted(agent.settings_files, key=lambda file: file.source.path.count("/"))
        project_rules = read_project_rules(tuple(file.source for file in files))
        # OpenCode 1 does not start with a configuration that has this key.
        is_project_second = any(rule.key == "permissions" for rule in project_rules)
        is_second = is_second_format(values) or is_project_second
        mode = _find_mode(agent.name, agent.source, values)
        switches = values.get("tools")
        flags = {
            "v2": is_second,
            "switches": isinstance(switches, dict) and any(switches.values()),
            "subagent": mode == "subagent",
            "primary": mode == "primary",
            agent.name: agent.name in self.rule_table["natives"],
        }
        own = () if agent.document.error else read_rules(agent.document)
        is_list = agent.access.base == "nothing"
        return replace(
            super().read_tool_lists(agent),
            allowed=simplify_entries(agent.access.grants or ()) if is_list else None,
            flags=frozenset(flag for flag, holds in flags.items() if holds),
            ordered=strip_rules(own),
            project_rules=strip_rules(project_rules, "project"),
        )


def _is_mode_file(source: Source) -> bool:
    """Whether a file lies in a folder of modes, and not in one of that name among agents: it is primary."""
    home = _AT_HOME.fullmatch(source.path)
    folder = home[1] if home else PurePosixPath(source.path).parent.name
    return folder in ("mode", "modes")


def _find_mode(agent_name: str, source: Source, values: Mapping[str, Any]) -> Any:
    """Who starts an agent: as its folder or its file says, else as OpenCode says of those that it brings."""
    return "primary" if _is_mode_file(source) else values.get("mode", NATIVE_MODES.get(agent_name))
