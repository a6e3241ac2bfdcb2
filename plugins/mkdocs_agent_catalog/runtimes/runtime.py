"""The base class of all runtimes. Its attributes and methods describe the format of agent files.

A runtime is a program that runs agents. As it stands, ``Runtime`` describes one with Markdown files, YAML
frontmatter and one flat list of allowed tools. A subclass sets the attributes that differ and overrides the
methods whose rules differ. Facts stand in YAML files beside the module of the subclass: ``tools.yaml`` (its
built-in tools) and, if it has rules of its own, ``permission_rules.yaml``.

Methods never raise for what a file holds, never log and never open another file.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from ..model.catalog import BuiltinTool, Evidence, McpServer
from ..model.definitions import (
    Agent,
    Base,
    Diagnostic,
    Document,
    Effect,
    Field,
    Hook,
    InlineServer,
    InstructionFile,
    Plugin,
    ProjectSettings,
    ServerConfig,
    Skipped,
    Source,
    Span,
    ToolAccess,
    ToolGrant,
)
from ..reading import frontmatter
from ..reading.data_documents import blank_json_comments, parse_toml_document
from ..reading.json_places import read_json_object
from ..reading.masking import MASK
from ..reading.paths import RuntimePlaces
from ..reading.tool_entries import COMMAS, list_entries, read_grants
from ..text.data_files import load_table
from ..text.i18n import TranslatableText, say
from ..text.i18n import mark_for_translation as _
from ..text.strings import make_server_id, make_slug, split_description, summarize
from .builtin_tools import ForeignTool, read_builtin_tools, read_foreign_tools
from .hook_programs import read_hooks
from .mcp_config import read_inline_servers, read_servers
from .project_rules import find_servers_off, read_project_rules
from .rules import Outcome, Rule, read_rules
from .tool_lists import ToolLists, matches_server_entry, simplify_entries

FLAT_RULES = Path(__file__).with_name("flat_rules.yaml")
SESSION_SERVER = "session-server"
"""The rule, without the prefix of the runtime, for a server that only the session may have. All have it."""
NO_NAME_NOR_DESCRIPTION = _("not an agent: its frontmatter has neither a name nor a description")


Purpose = Literal["change", "read private data", "read strangers' text", "send data"]


class Runtime(RuntimePlaces):
    """One program that runs agents. Attributes are facts of its documentation; ``source`` names it."""

    source: str
    """The document that the attributes and the tool table were taken from, with its date."""

    # What is in its files, and which of them it reads. Where they are: ``RuntimePlaces``.
    server_key = "mcpServers"
    """The key of ``server_files`` that holds the servers."""
    server_keys: Mapping[str, str] = {}
    """The key of those of them where it is another one."""
    rule_files_keys: tuple[str, ...] = ()
    """Keys of the files in ``rule_folders`` that say for which files of the project they are."""
    rules_need_files = False
    """Whether one that does not say so, nor that it is for all, is only read when it is asked for."""
    instruction_stand_ins: Mapping[str, tuple[str, ...]] = {}
    """Instruction files that are read only where none of some others is in their folder."""
    rule_keys: Mapping[str, Effect] = {}
    """Keys of JSON settings files for lists of permission rules, each with what the rules do."""
    personal_settings_files: tuple[str, ...] = ()
    """Those of ``settings_files`` that hold for one person, unless git has them."""
    telling_keys: frozenset[str] = frozenset()
    """Keys of which one shows, in a file that lies in no telling place, that it is for this runtime."""
    telling_text = ""
    """A regular expression: a line that it matches makes it worth asking ``tells`` without such a key. A
    quote before it is passed over."""
    guest_folders: tuple[str, ...] = ()
    """Folders of agents of other runtimes that it reads as well."""

    # The keys of an agent file.
    name_key = "name"
    description_key = "description"
    tools_key = "tools"
    denied_tools_key = ""
    skills_key = ""
    servers_key = ""
    model_key = "model"
    server_entry = ""
    """How a list of tools names all tools of an MCP server, if it does so by the ``{name}`` of the server."""
    command_name_key = ""
    """A key of a command that says in place of its file what it is called."""
    command_agent_keys: tuple[str, ...] = ("agent",)
    """Keys of commands and skills that name the agent that they are for."""
    settings_values: Mapping[str, tuple[str | type, ...]] = {}
    """Further keys that the runtime reads and the page of an agent shows as settings, each with its values as
    far as they are known: words, ``int`` (a whole number above 0), ``bool``, ``dict`` (anything)."""
    other_tool_keys: tuple[str, ...] = ()
    """Keys for lists of tools that people write and this runtime does not read."""

    # What it does with them.
    tool_separators = COMMAS
    """What parts the entries of a list of tools that is written as text."""
    lists_tools_as_text = False
    """Whether a list of tools is usually written as text, and not as a YAML list."""
    tools_left_out: Base = "everything"
    """What an agent may use whose file has no list of tools."""
    stops_runtime = False
    """Whether a file that does not load keeps the whole program from starting."""
    has_open_tools = False
    """Whether other programs may bring it tools: a name that resembles none of its own is no mistake then."""
    knows_agents_by_file = False
    """Whether the name of its file is the name of an agent, and the key for a name holds a mere title."""
    repairs_frontmatter = False
    """Whether it reads frontmatter that is not valid YAML as if the values on one line were in quotes."""
    needs_frontmatter = True
    """Whether a file without frontmatter is no agent."""
    ignores_unknown_keys = True
    """Whether a key that it does not know has no effect at all."""
    description_budget: int | None = None
    """The sum of tokens that the descriptions of one place may take, if there is a limit."""
    builtin_agents: frozenset[str] = frozenset()
    """Lower-case names of the agents that it brings."""
    same_name_hint = _("rename the others: only one of them is loaded, and which one is not documented")
    """What becomes of several agents of one name, and what to do."""
    merges_builtin_agents = False
    """Whether a file with the name of one of them changes that one, which keeps what the file leaves out."""
    unlimited_agent = ""
    """One of them that has every tool and that any agent may start which may start others at all."""
    unlimited_rule = "tools-omitted"
    """The rule by which that agent has them."""
    own_servers: tuple[str, ...] = ()
    """Ids of MCP servers that it brings or that are set up outside of the repository. One that ends with
    ``_`` is the beginning of an id."""
    foreign_keys: frozenset[str] = frozenset()
    """Keys of other runtimes that are close to its own and still no mistake in spelling."""
    agent_tools: tuple[str, ...] = ()
    """Tools that start another agent, the present name first; a specifier names the agents."""
    agent_name_hint = _("spell it like the `name:` of the agent")
    """How an agent is named where another one is to start it."""
    skill_tool = ""
    """The tool that runs a skill."""
    command_text_key = ""
    """The key for the text of a command that stands in a settings file."""
    command_separator = ":"
    """What stands in a command between the names of its folders and its own."""
    command_mark = "/"
    """What stands before the name of a command when a person runs it."""
    model_runs_commands = False
    """Whether commands are for the model too, which chooses them by their descriptions."""
    describes_skills_by_text = False
    """Whether the first paragraph of a skill or a command stands in for a description that it has not."""
    names_plugin_skills = False
    """Whether the ``name`` of a skill of a plugin is what calls it, and not its folder."""
    bypass_setting: tuple[str, str] | None = None
    """The key and the value by which an agent asks that nothing it does needs a permission."""

    bypass_hint = ""
    """What to write instead, so that a person is asked more often."""

    purposes: Mapping[Purpose, tuple[str, ...]] = {}
    """The tools that do something (see ``tools_that``), where its tool table does not say it well enough."""
    unknown_base_rules: frozenset[str] = frozenset({"null-list"})
    """Rules under which nobody can say what an agent has beyond its entries."""
    withheld_rules: frozenset[str] = frozenset()
    """Rules that say that the runtime gives a tool to no agent, whatever is listed."""
    rule_prefix: str | None = None
    """What the ids of its rules begin with, so that those of two runtimes stay apart; by default its name."""

    # Its words.
    invocation = "@{name}"
    """What a person writes to call an agent."""
    model_hint = ""
    restriction_hint = _("list the tools that it needs, and none that writes")
    """What keeps an agent from writing."""
    can_limit_agents = True
    """Whether a file of an agent can say what the agent may not do."""
    instructions_sentence = _("Beside this prompt the agent is given instructions of the project:")
    """What comes before the names of the instruction files on the page of an agent."""
    session_instructions_sentence = _(
        "Sessions in this project are given its instructions; "
        "whether this agent is given them too is not documented:"
    )
    """The same, where it is only known of sessions."""
    base_sentences: Mapping[str, str] = {
        "not-loaded": _("{runtime} does not load this file: this agent cannot be called, and has no tools."),
        "nothing-left": _("This agent cannot be started: nothing in its list is a tool that it can have."),
        "null-list": _(
            "`{tools}:` holds no list: whether this agent has every tool or none is not documented."
        ),
        "all-tools": _("The file asks for every tool: this agent inherits all tools{but}."),
        "tools-omitted": _("The file declares no tools: this agent inherits all tools{but}."),
        "no-tools": _("The file declares no tools: this agent has none."),
        "session": _("No key of this file names tools: the agent has those of the session that starts it."),
        "empty-list": _("`{tools}` names no tool: this agent is launched without tools."),
    }
    """What the page of an agent says of tools that no entry names, by the rule that decides about them."""

    # Facts in data files.

    @property
    def folder(self) -> Path:
        """The folder of the module that defines the runtime."""
        return Path(str(sys.modules[type(self).__module__].__file__)).parent

    @cached_property
    def tools(self) -> dict[str, BuiltinTool]:
        """The built-in tools by name, the retired ones too."""
        return read_builtin_tools(load_table(self.folder / "tools.yaml"))

    @cached_property
    def current_tools(self) -> tuple[str, ...]:
        """The names of the built-in tools that are not retired, sorted."""
        return tuple(sorted(name for name, tool in self.tools.items() if not tool.retired))

    @cached_property
    def names_by_lowercase(self) -> dict[str, str]:
        """The names of the built-in tools by their lower-case spelling."""
        return {name.lower(): name for name in self.tools}

    @cached_property
    def undocumented_tools(self) -> frozenset[str]:
        """Names that the vendor's types hold and no documentation explains."""
        return frozenset(load_table(self.folder / "tools.yaml").get("undocumented", ()))

    @cached_property
    def foreign_tools(self) -> dict[str, ForeignTool]:
        """Names of tools in other products, with this runtime's own where the vendor says so."""
        path = self.folder / "foreign_tools.yaml"
        return read_foreign_tools(load_table(path)) if path.is_file() else {}

    @cached_property
    def rule_table(self) -> Mapping[str, Any]:
        """What ``permission_rules.yaml`` holds: ``rules``, maybe ``profiles``, ``sets``, ``aliases``."""
        path = self.folder / "permission_rules.yaml"
        table: dict[str, Any] = load_table(path) if path.is_file() else {}
        shared = {id: row for id, row in load_table(FLAT_RULES).items() if id not in self._unused_flat_rules}
        if table.get("only_own_rules"):
            shared = {SESSION_SERVER: shared[SESSION_SERVER]}
        return {**table, "rules": {**shared, **table.get("rules", {})}}

    @property
    def _unused_flat_rules(self) -> frozenset[str]:
        """The shared rules that decide about none of its agents, as far as its attributes tell."""
        left_out = {"nothing": "no-tools", "session": "session"}.get(self.tools_left_out, "tools-omitted")
        unused = {"no-tools", "session", "tools-omitted"} - {left_out}
        return frozenset(unused if self.denied_tools_key else {*unused, "denied"})

    def make_rule_id(self, id: str) -> str:
        """The id of a rule among those of all runtimes."""
        return (f"{self.name}-" if self.rule_prefix is None else self.rule_prefix) + id

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """The permission rules by id."""
        return read_rules(self.rule_table["rules"], self.profiles, self.make_rule_id, self.source)

    @property
    def profiles(self) -> dict[str, str]:
        """The ways in which it runs agents, with what each stands for; the first is the usual one."""
        profiles: dict[str, str] = self.rule_table.get("profiles") or {
            self.name: f"An agent in {self.title}."
        }
        return profiles

    def get_current_name(self, tool: str) -> str:
        """The tool that a name means: an old name that still works means its successor."""
        return self.current_names.get(tool, tool)

    @cached_property
    def current_names(self) -> Mapping[str, str]:
        """The names of tools by the old names that still work."""
        return {old: str(name) for old, name in self.rule_table.get("aliases", {}).items()}

    @cached_property
    def set_members(self) -> Mapping[str, frozenset[str]]:
        """What each name stands for that means several tools."""
        return {name: frozenset(tool.members) for name, tool in self.tools.items() if tool.members}

    def knows_tool(self, name: str) -> bool:
        """Whether ``name`` is that of a built-in tool."""
        return name in self.tools

    def get_canonical_name(self, tool: str) -> str:
        """A built-in tool in its own spelling, whatever the case it is written in; others as written."""
        return tool if tool in self.tools else self.names_by_lowercase.get(tool.lower(), tool)

    @property
    def known_keys(self) -> tuple[str, ...]:
        """The keys of an agent file that the runtime reads."""
        keys = (
            *(self.name_key, self.description_key, self.tools_key, self.denied_tools_key),
            *(self.skills_key, self.servers_key, self.model_key, *self.settings_values),
        )
        return tuple(dict.fromkeys(key for key in keys if key))

    # Reading.

    def tells(self, document: Document) -> bool:
        """Whether the keys of a file that lies in no telling place show that it is for this runtime."""
        return not self.telling_keys.isdisjoint(document.values)

    def list_companions(self, source: Source) -> tuple[str, ...]:
        """Paths, relative to the repository, of files that say a part of what ``source`` defines. Asked again
        when they are read, as they may name more."""
        return ()

    def read_agents(self, source: Source) -> tuple[Agent | Skipped, ...]:
        """The agents that a file defines: by default the one."""
        return (self.read_agent(self.read_document(source)),)

    def read_server_file(
        self, source: Source
    ) -> tuple[list[tuple[str, ServerConfig]], tuple[Diagnostic, ...]]:
        """The MCP servers that a file configures, and what is wrong in it."""
        keys = (key for place, key in self.server_keys.items() if f"/{source.path}".endswith(f"/{place}"))
        return read_servers(source, next(keys, self.server_key))

    def read_document(self, source: Source) -> Document:
        """The file taken apart into keys and body. The default reads YAML frontmatter."""
        document = frontmatter.parse_document(source, frozenset((*self.known_keys, *self.other_tool_keys)))
        if document.repaired is None or self.repairs_frontmatter:
            return document
        error = replace(document.repaired, check="frontmatter_unreadable")
        return replace(document, error=error, repaired=None)

    def read_skill_document(self, source: Source) -> Document:
        """A skill or a command: Markdown, whatever agents are, or TOML with the text as ``prompt``."""
        if source.path.lower().endswith(".toml"):
            return self._read_toml_command(source)
        return Runtime.read_document(self, source)

    def _read_toml_command(self, source: Source) -> Document:
        """A command in TOML: without a text under ``prompt`` there is none (Qwen Code 0.24.4, which has
        this reader from Gemini CLI)."""
        document = parse_toml_document(source, "prompt")
        if document.error or isinstance(document.values.get("prompt"), str):
            return document
        text = _("it has no `{key}`, so {runtime} does not load this command")
        message = say(text, key="prompt", runtime=self.title)
        hint = say("add the text for the model under `{key}`", key="prompt")
        note = Diagnostic("invalid_value", document.get_span("prompt"), message, hint)
        return replace(document, notes=(*document.notes, note))

    def read_agent(self, document: Document) -> Agent | Skipped:
        """``document`` as an agent, or the reason why it is none."""
        values, source = document.values, document.source
        read_keys = self.list_read_keys(document)
        name = read_text(values.get(self.name_key)) if self.name_key in read_keys else None
        description = read_text(values.get(self.description_key))
        if not document.has_frontmatter and self.needs_frontmatter:
            return self.skip_text(document)
        is_named = self.name_key in values or self.description_key in values
        # Capital letters make other keys of them, and the file is meant as an agent all the same.
        is_named |= {self.name_key.lower(), self.description_key.lower()} <= {key.lower() for key in values}
        is_named |= self.file_sign in values
        is_text = self.needs_frontmatter and not is_named
        if is_text and self.explain_not_loaded(document) and document.error is None:
            return Skipped(source.path, say(NO_NAME_NOR_DESCRIPTION))
        stem = self.get_stem(source.below)
        intro, examples = split_description(description or "")
        title = name or stem
        label = tuple(source.label.split("/")) if source.label else ()
        folders = PurePosixPath(source.below).parent.parts
        servers, inline_servers = self.read_servers(document)
        settings = [key for key in dict.fromkeys((self.model_key, *self.settings_values)) if key]
        unknown = [key for key in values if key not in read_keys and key != "agent-catalog"]
        return Agent(
            id="/".join(make_slug(part) for part in (*label, *folders, stem)),
            name=title,
            title=title,
            description=description,
            summary=summarize(description),
            examples=examples,
            lead=intro,
            group="/".join((*label, *folders)),
            dialect=self.name,
            source=source,
            document=document,
            access=self.read_access(document),
            skills=self.read_names(document, self.skills_key),
            servers=servers,
            inline_servers=inline_servers,
            model=read_text(values.get(self.model_key)) if self.model_key in read_keys else None,
            settings=read_fields(document, (key for key in settings if key in read_keys)),
            unknown=read_fields(document, unknown),
            invocation=self.describe_invocation(document, title),
            notes=tuple(self.find_ignored_keys(document)),
            hooks=self.read_hooks(document),
            foreign_runtime=self.find_foreign_runtime(document.source),
            not_loaded=self.explain_not_loaded(document),
        )

    def skip_text(self, document: Document) -> Skipped:
        """Why a file without frontmatter is no agent."""
        problem = say("it has no frontmatter on its first line")
        if not document.body.strip():
            problem = say("it is empty")
        text = _("{problem}, so {runtime} does not load it")
        reason = say(text, problem=problem, runtime=self.title)
        return Skipped(document.source.path, reason, cause="no frontmatter")

    def get_reader(self, document: Document) -> str:
        """The title of the program that loads the file, or refuses it."""
        return self.title

    def list_read_keys(self, document: Document) -> tuple[str, ...]:
        """The keys of ``document`` that the runtime reads, if they are there."""
        return self.known_keys

    def get_stem(self, path: str) -> str:
        """The name of a file without the ending of agent files."""
        name = PurePosixPath(path).name
        for suffix in sorted(self.suffixes, key=len, reverse=True):
            if name.lower().endswith(suffix):
                return name[: -len(suffix)].strip() or name
        return name

    def get_name_scope(self, source: Source) -> str:
        """What it is within that two agents may not have the same name: by default a folder of agents."""
        return source.root

    def read_access(self, document: Document) -> ToolAccess:
        """What the file declares about tools."""
        ignored = [self.read_entries(document, key, "allow") for key in self.other_tool_keys]
        value = document.values.get(self.tools_key)
        entries = self.read_entries(document, self.tools_key, "allow")
        is_list = isinstance(value, str | list)
        return ToolAccess(
            grants=entries if is_list else None,
            denied=self.read_entries(document, self.denied_tools_key, "deny"),
            # What a map or a number means in place of a list is not known.
            ignored=tuple(grant for group in (*ignored, *(() if is_list else (entries,))) for grant in group),
            base="unknown"
            if self.tools_key in document.values and not is_list
            else self.find_base(entries if is_list else None),
        )

    def find_base(self, entries: Collection[ToolGrant] | None) -> Base:
        """What an agent has beside the ``entries`` of its list; ``None`` for a file without a list."""
        if entries is None:
            return self.tools_left_out
        return "everything" if any(entry.tool == "*" for entry in entries) else "nothing"

    def read_entries(self, document: Document, key: str, effect: Effect) -> tuple[ToolGrant, ...]:
        """The entries of the list of tools under ``key``; none if the runtime has no such key (``""``)."""
        return (read_grants(document, key, effect, self.tool_separators) or ()) if key else ()

    def read_names(self, document: Document, key: str) -> tuple[tuple[str, Span], ...] | None:
        """The names under ``key``, each with its place; ``None`` when the key is absent."""
        value = document.values.get(key) if key in self.list_read_keys(document) else None
        return None if value is None else tuple(list_entries(document, key, value))

    def read_servers(
        self, document: Document
    ) -> tuple[tuple[tuple[str, Span], ...] | None, tuple[InlineServer, ...]]:
        """The MCP servers that the file names, and what may be shown of the configurations in it."""
        is_read = self.servers_key in self.list_read_keys(document)
        if not is_read or document.values.get(self.servers_key) is None:
            return None, ()
        return read_inline_servers(document, self.servers_key)

    def read_settings(self, source: Source) -> tuple[ProjectSettings | None, tuple[Diagnostic, ...]]:
        """What a settings file says, and what is wrong in it; ``None`` if it says nothing of permissions and
        has no hooks. The default reads the hooks of a JSON file, and the lists under ``rule_keys``."""
        values, spans, problems = read_json_object(blank_json_comments(source.text), source.path)
        settings = ProjectSettings(
            source,
            self.read_settings_rules(values, spans),
            hooks=read_hooks(values.get("hooks"), spans, Span(source.path)),
            servers_off=find_servers_off(values, spans, source.path) if self.rule_keys else frozenset(),
            agents_off=self.find_agents_off(values),
        )
        return None if settings == ProjectSettings(source) else settings, problems

    def read_settings_rules(
        self, values: Mapping[str, Any], spans: Mapping[str, Span]
    ) -> tuple[ToolGrant, ...]:
        """The permission rules in the values of a settings file, whose places are ``spans``."""
        return read_project_rules(values, spans, self.rule_keys)

    def find_agents_off(self, settings: Mapping[str, Any]) -> frozenset[str]:
        """The names of the agents that the values of a settings file switch off; ``*`` for all."""
        return frozenset()

    def list_commands(self, source: Source) -> tuple[Document, ...]:
        """The commands that stand in a settings file."""
        return ()

    def governs(self, settings: ProjectSettings, agent: Agent) -> bool:
        """Whether a settings file holds for ``agent``: by default that of its project, or of its plugin."""
        if settings.source.plugin or agent.source.plugin:
            return settings.source.plugin == agent.source.plugin
        project, path = self.find_project(agent.source), f"/{settings.source.path}"
        return project is not None and any(
            re.fullmatch(f"{re.escape(project)}/{_compile_place(place)}", path)
            for place in self.settings_files
        )

    def read_instructions(self, source: Source) -> InstructionFile:
        """An instruction file: for which files of the project it is."""
        if self._find_rules_project(source.path) is None:
            return InstructionFile(source)
        values = Runtime.read_document(self, source).values
        texts: list[object] = []
        for value in (values.get(key) for key in self.rule_files_keys):
            texts += value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
        globs = tuple(filter(None, (text.strip() for text in texts if isinstance(text, str))))
        is_always = values.get("alwaysApply") is True
        is_on_demand = self.rules_need_files and not globs and not is_always
        return InstructionFile(source, () if is_always else globs, is_on_demand)

    def gives_server(self, config: ServerConfig, agent: Agent) -> bool:
        """Whether each session of ``agent`` has the MCP server that is configured so, unless it is switched
        off: in its own file, by its plugin, or in a file of its project that the runtime reads."""
        if self.name not in config.runtimes:
            return False
        if any(config.span == own.span for _name, own in agent.inline_servers):
            return True
        if agent.source.plugin:
            return config.plugin == agent.source.plugin.name
        project, path = self.find_project(agent.source), f"/{config.span.path}"
        for place in self.server_files:
            if path.endswith(f"/{place}"):
                base, folder = path.removesuffix(f"/{place}"), place.rpartition("/")[0]
                # A folder of the runtime's own holds both, a person's own settings among them.
                is_beside = bool(folder) and f"/{agent.source.path}".startswith(f"{base}/{folder}/")
                if is_beside or project == base:
                    return True
        return False

    def instructs(self, instructions: InstructionFile, agent: Agent, paths: Collection[str]) -> bool:
        """Whether ``agent`` is given an instruction file: by default those of its project and of the folders
        around it, and the rules of its project. ``paths``: of all that there are."""
        project = self.find_project(agent.source)
        if project is None:
            return False
        path = f"/{instructions.source.path}"
        rules_project = self._find_rules_project(instructions.source.path)
        if rules_project is not None:
            return rules_project == project
        places = (file for file in self.instruction_files if path.endswith(f"/{file}"))
        place = max(places, key=len, default="")
        folder = path.removesuffix(f"/{place}")
        others = self.instruction_stand_ins.get(place, ())
        stands_back = any(f"{folder}/{other}".lstrip("/") in paths for other in others)
        return bool(place) and not stands_back and f"{project}/".startswith(f"{folder}/")

    def find_project(self, source: Source) -> str | None:
        """The folder of the project that an agent in a place of the runtime's own belongs to, empty or with a
        slash before it; ``None`` for an agent elsewhere or of a plugin."""
        path = f"/{source.path}"
        if source.plugin:
            return None
        hidden = (place for place in self.agent_folders if place.startswith(".") and f"/{place}/" in path)
        if folder := max(hidden, key=len, default=""):
            return path.rpartition(f"/{folder}/")[0]
        file = max((place for place in self.agent_files if path.endswith(f"/{place}")), key=len, default="")
        return path.removesuffix(f"/{file}") if file else None

    def _find_rules_project(self, path: str) -> str | None:
        """The folder of the project of which the file at ``path`` is a rule; ``None`` if it is no rule."""
        match = self._rule_place.match(f"/{path}")
        return match[1] if match else None

    @cached_property
    def _rule_place(self) -> re.Pattern[str]:
        places = "|".join(map(_compile_place, self.rule_folders))
        return re.compile(f"(.*?)/(?:{places})/" if places else "(?!)")

    def read_hooks(self, document: Document) -> tuple[Hook, ...]:
        """The hooks under ``hooks`` of an agent file, in the form of settings files, if that is a key that it
        reads."""
        if "hooks" not in self.list_read_keys(document):
            return ()
        return read_hooks(document.values.get("hooks"), document.spans, document.get_span("hooks"))

    def describe_invocation(self, document: Document, name: str) -> str:
        """What a person writes to call the agent."""
        return self.invocation.format(name=name)

    def name_command(self, place: tuple[str, ...]) -> str:
        """What a command is called: as its file, behind the names of its folders, which are ``place``."""
        return self.command_separator.join(place)

    def describe_command_call(self, name: str, plugin: Plugin | None) -> str:
        """What a person writes to run a command or a skill."""
        return f"/{name}"

    def find_named_agents(self, document: Document) -> Iterable[tuple[str, Evidence]]:
        """The agents that keys of a file name, other than its list of tools."""
        return ()

    def find_ignored_keys(self, document: Document) -> Iterable[Diagnostic]:
        """A finding for each key that people write and this runtime does not read."""
        for key in self.other_tool_keys:
            if key in document.values:
                message = say("{runtime} does not read `{key}` in agent files", runtime=self.title, key=key)
                hint = say("write the list under `{meant}`", meant=self.tools_key)
                yield Diagnostic("ignored_key", document.get_span(key), message, hint)

    def find_foreign_runtime(self, source: Source) -> str:
        """The product that a file is written for, where its place or its ending says that it is another's."""
        return ""

    def explain_not_loaded(self, document: Document) -> str:
        """Why the runtime does not load the file; empty if it does."""
        if document.error:
            return say("its frontmatter cannot be read")
        if self.needs_name and not read_text(document.values.get(self.name_key)):
            return say("it has no name")
        return ""

    def explain_void_rule(self, rule: ToolGrant, others: Collection[ToolGrant]) -> tuple[str, str]:
        """Why a rule of the settings that denies or asks is about nothing, and what to write; empty if it is
        about something, if one of the ``others`` in the file says what it means, or if nobody can say."""
        return "", ""

    def blocks_start(self, agent: Agent) -> bool:
        """Whether the whole program does not start as long as the file of ``agent`` is as it is."""
        return self.stops_runtime and bool(agent.not_loaded) and agent.document.error is None

    def may_name_tool(self, name: str) -> bool:
        """Whether a name that is none of its built-in tools may be that of a tool from elsewhere."""
        return False

    def name_servers(self, agent: Agent, servers: Collection[str]) -> Agent:
        """``agent`` with its entries for tools of MCP servers; ``servers``: the names of those that the files
        of its runtime configure."""
        return agent

    def write_server_entry(self, server: McpServer) -> str:
        """The entry of a list for all tools of an MCP server; empty where a list cannot have one."""
        return self.server_entry.format(name=server.name)

    def brings_server(self, id: str) -> bool:
        """Whether the MCP server with this id needs no configuration in the repository."""
        return any(id == own or (own.endswith("_") and id.startswith(own)) for own in self.own_servers)

    def is_model(self, value: str) -> bool:
        """Whether ``value`` can name a model. Say no only where that is documented."""
        return True

    def apply_profile(self, agent: Agent, profile: str) -> Agent:
        """``agent`` as the runtime reads it under one of its ``profiles``."""
        return agent

    # Permissions.

    def choose_profile(self, agent: Agent, profile: str) -> str:
        """The one of its ``profiles`` for ``agent`` in a catalog for ``profile``."""
        return profile if profile in self.profiles else next(iter(self.profiles))

    def judges_names(self, lists: ToolLists, profile: str) -> bool:
        """Whether the names of its tools are all known, so that another name in a list is a mistake."""
        return True

    def read_tool_lists(self, agent: Agent) -> ToolLists:
        """What of ``agent`` its decisions rest on."""
        access = agent.access
        allowed = None if access.grants is None else simplify_entries(access.grants)
        denied = simplify_entries(access.denied)
        is_unknown, has_ignored = access.base == "unknown", bool(access.ignored)
        return ToolLists(
            *(allowed, denied, is_unknown, has_ignored, not agent.not_loaded),
            own_servers=frozenset(make_server_id(name) for name, _span in agent.servers or ()),
            project_rules=simplify_entries(agent.project_rules),
            session_servers=agent.session_servers,
            off_servers=agent.off_servers,
        )

    def matches(self, entry: ToolGrant, tool: str, server: str | None) -> bool:
        """Whether an entry is about ``tool``, a tool of the MCP server with the id ``server``, if any."""
        if server is not None:
            return matches_server_entry(entry, tool, server)
        if entry.server is not None:
            return False
        is_member = tool in self.set_members.get(entry.tool, ())
        return is_member or self.get_current_name(entry.tool) == self.get_current_name(tool)

    def matches_project_rule(self, rule: ToolGrant, tool: str, server: str | None) -> bool:
        """Whether a permission rule of the project's settings is about ``tool``, as ``matches``."""
        return self.matches(rule, tool, server)

    def is_denied_by_project(self, lists: ToolLists, tool: str, server: str | None) -> bool:
        """Whether the settings deny the tool to every session. A rule with a specifier denies only a part."""
        return any(
            rule.effect == "deny" and rule.specifier is None and self.matches_project_rule(rule, tool, server)
            for rule in lists.project_rules
        )

    def find_project_caveats(self, lists: ToolLists, tool: str, server: str | None) -> tuple[str, ...]:
        """The rules for a tool of which the settings deny a part, or before which they ask."""
        rules = [rule for rule in lists.project_rules if self.matches_project_rule(rule, tool, server)]
        caveats = (("deny", "project-denies-part"), ("ask", "project-asks"))
        return tuple(id for effect, id in caveats if any(rule.effect == effect for rule in rules))

    def find_allowing_entries(self, lists: ToolLists, tool: str, server: str | None) -> tuple[ToolGrant, ...]:
        """The entries of the list that allow ``tool``."""
        return tuple(entry for entry in lists.allowed or () if self.matches(entry, tool, server))

    def decide(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> tuple[Outcome, str]:
        """The outcome for ``tool`` and the id of the rule that decides, without the prefix of the runtime.

        The default is a flat list: a denied tool is denied, a listed tool is allowed, all else is decided by
        ``decide_unlisted``.
        """
        if not lists.loads:
            return "never", "not-loaded"
        if any(self.matches(entry, tool, server) for entry in lists.denied):
            return "denied", "denied"
        if lists.has_allowlist and self.find_allowing_entries(lists, tool, server):
            return ("allowed", "listed") if server or tool in self.tools else ("unknown", "unrecognized")
        return self.decide_unlisted(lists, tool, server)

    def decide_unlisted(self, lists: ToolLists, tool: str, server: str | None) -> tuple[Outcome, str]:
        """The outcome for a tool that no entry names, and the rule."""
        if lists.value_missing:
            return "unknown", "null-list"
        if lists.has_allowlist:
            return "not_declared", "not-listed" if lists.allowed else "empty-list"
        if server is None and (tool not in self.tools or self.tools[tool].retired):
            return "not_declared", "no-such-tool"
        if lists.allowed is not None:
            return "inherited", "all-tools"
        if self.tools_left_out == "nothing":
            return "not_declared", "no-tools"
        return "inherited", "session" if self.tools_left_out == "session" else "tools-omitted"

    def find_caveats(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> tuple[str, ...]:
        """The rules that say what else must hold for a usable tool to be there, or to be used."""
        return ()

    def find_base_rule(self, lists: ToolLists, profile: str) -> str:
        """The rule that decides about a built-in tool which no entry names."""
        if not lists.loads:
            return "not-loaded"
        sample = self.current_tools[0] if self.current_tools else ""
        return self.decide_unlisted(lists, sample, None)[1]

    def is_nothing_left(self, lists: ToolLists, profile: str, in_doubt: bool = False) -> bool:
        """Whether a list of which nothing resolves keeps the agent from being started at all. ``in_doubt``:
        that it may be so, by a rule that is not settled."""
        return False

    # What the checks of least privilege ask.

    def list_tools_that(self, do: Purpose) -> tuple[str, ...]:
        """The built-in tools that change things (run commands or write files), read what is in the
        repository, take in what strangers write, or can send data out."""
        if do in self.purposes:
            return self.purposes[do]
        return tuple(name for name in self.current_tools if _serves(self.tools[name], do))

    # Words.

    def describe_base(
        self, agent: Agent, rule: str, implied: list[str], but: TranslatableText | str
    ) -> TranslatableText:
        """What a reader must not miss where declared and effective differ; empty when the list says all.

        ``rule`` decides about tools that no entry names; ``implied`` are the tools that another key turns on,
        and ``but`` ends a sentence that says that it inherits all tools.
        """
        if rule == "empty-list" and implied:
            text = _("The file declares an empty list, and another key turns on {tools}.")
            return say(text, tools=", ".join(implied))
        text = self.base_sentences.get(rule, "")
        return say(text, but=but, runtime=self.title, tools=self.tools_key)


def _compile_place(place: str) -> str:
    """A place, in which ``*`` stands for a part of a name, as a regular expression."""
    return re.escape(place).replace(r"\*", "[^/]*")


def _serves(tool: BuiltinTool, purpose: Purpose) -> bool:
    if purpose == "change":
        return tool.reach in ("commands", "files")
    if purpose == "read private data":
        return tool.group in ("read", "search")
    if purpose == "read strangers' text":
        return tool.group == "web"
    return tool.reach in ("commands", "network")


def read_text(value: object) -> str | None:
    """A scalar as text; ``None`` for null, blank and anything that is no scalar."""
    if value is None or isinstance(value, list | dict):
        return None
    return str(value).strip() or None


def read_fields(document: Document, keys: Iterable[str]) -> tuple[Field, ...]:
    """The values under ``keys`` that are there, secrets masked."""
    masked, values = document.masked_keys, document.values
    return tuple(
        Field(key, MASK if key in masked else values[key], document.get_span(key))
        for key in keys
        if key in values
    )
