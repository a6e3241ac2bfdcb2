"""Roo Code: modes, all of a project in one file ``.roomodes``.

Sources: RooCodeInc/Roo-Code @cb83656, ``packages/types/src/{mode,tool}.ts``, ``src/shared/tools.ts`` and
``src/core/config/CustomModesManager.ts``; docs.roocode.com, pages "Using Modes" and "Customizing Modes".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace

from ...model.definitions import (
    Agent,
    Document,
    Effect,
    InstructionFile,
    Skipped,
    Source,
    ToolGrant,
)
from ...text.i18n import TranslatableText, say
from ...text.i18n import mark_for_translation as _
from ..rules import Outcome
from ..runtime import Purpose, Runtime
from ..tool_lists import ToolLists
from .modes import LIST, find_problem, parse_modes, split_modes

Decided = tuple[Outcome, str]


class Roo(Runtime):
    """Reads ``.roomodes``: one file, many agents."""

    name = "roo"
    title = "Roo Code"
    source = "RooCodeInc/Roo-Code @cb83656"
    agent_files = (".roomodes",)
    skill_folders = (".roo/skills",)
    command_folders = (".roo/commands",)
    server_files = (".roo/mcp.json",)
    instruction_files = ("AGENTS.md",)
    command_agent_keys = ("mode",)
    rule_folders = (".roo/rules", ".roo/rules-*")
    rule_suffixes = (".md", ".txt")
    marks = (".roo",)
    suffixes = (".roomodes", "custom_modes.yaml", "custom_modes.yml")
    own_suffixes = (".roomodes",)
    file_sign = LIST

    # At the beginning of a message it changes to the mode (page "Using Modes").
    invocation = "/{name}"
    tools_key = "groups"
    model_key = ""
    tools_left_out = "nothing"
    agent_tools = ("new_task", "switch_mode")
    skill_tool = "skill"
    purposes: Mapping[Purpose, tuple[str, ...]] = {
        "read private data": ("read_file", "search_files", "list_files", "execute_command"),
    }
    unlimited_agent = "code"
    unlimited_rule = "group"
    builtin_agents = frozenset({"architect", "code", "ask", "debug", "orchestrator"})
    mode_keys = ("slug", "roleDefinition", "customInstructions", "whenToUse", "source")
    """Further keys of a mode, which are shown elsewhere."""
    foreign_keys = frozenset({"rulesFiles"})
    base_sentences: Mapping[str, str] = {
        **Runtime.base_sentences,
        "empty-list": _("The mode has no group of tools: it has only what every mode has."),
    }

    @property
    def known_keys(self) -> tuple[str, ...]:
        """As of every runtime, and the other keys of a mode."""
        return (*super().known_keys, *self.mode_keys)

    def get_set(self, name: str) -> tuple[str, ...]:
        """A set of tools or groups of the data file."""
        return tuple(self.rule_table["sets"][name])

    # Reading.

    def read_document(self, source: Source) -> Document:
        """The file of modes as it is; of a skill or a command the frontmatter."""
        return parse_modes(source) if source.kind == "agent" else super().read_document(source)

    def read_agents(self, source: Source) -> tuple[Agent | Skipped, ...]:
        """Every mode. If one of them is wrong, Roo Code loads none."""
        document = self.read_document(source)
        if document.error:
            return (self.read_agent(replace(document, source=replace(source, below="roomodes"))),)
        documents = list(split_modes(document))
        if not documents:
            return (Skipped(source.path, say("it has no list `customModes` with modes")),)
        problems = self._find_problems(document, documents)
        first = next(iter(problems), None)
        agents = []
        for index, mode in enumerate(documents):
            problem = problems.get(index)
            if problem is None and first is not None:
                name = documents[first].source.below if first >= 0 else LIST
                text = _("Roo Code refuses the whole file for the sake of `{mode}`: {problem}")
                problem = say(text, mode=name, problem=problems[first])
            agents.append(self._read_mode(mode, problem))
        return tuple(agents)

    def _find_problems(self, document: Document, documents: list[Document]) -> dict[int, TranslatableText]:
        """What is wrong, by the number of the mode; -1 for an entry that is no mode."""
        problems: dict[int, TranslatableText] = {}
        slugs = Counter(str(mode.values.get("slug")) for mode in documents)
        modes = [mode for mode in document.values[LIST] if isinstance(mode, dict)]
        for index, mode in enumerate(modes):
            problem = find_problem(mode, self.get_set("groups"), self.get_set("dropped"))
            if problem is None and slugs[str(mode.get("slug"))] > 1:
                problem = say("another mode has the same `slug`")
            if problem is not None:
                problems[index] = problem
        if len(modes) < len(document.values[LIST]):
            problems[-1] = say("an entry is no mode")
        return problems

    def _read_mode(self, document: Document, problem: TranslatableText | None) -> Agent | Skipped:
        """A mode is known by its slug; its name is only shown."""
        agent = self.read_agent(document)
        slug = document.values.get("slug")
        if isinstance(agent, Skipped):
            return agent
        name = slug if isinstance(slug, str) and slug else agent.name
        invocation = self.describe_invocation(document, name)
        return replace(agent, name=name, invocation=invocation, not_loaded=problem or "")

    def explain_not_loaded(self, document: Document) -> str:
        """A file that cannot be read holds no mode. Of a mode see ``read_agents``."""
        return say("the file is neither YAML nor JSON") if document.error else ""

    def read_entries(self, document: Document, key: str, effect: Effect) -> tuple[ToolGrant, ...]:
        """The groups, each by itself or as a pair with the files that it is for."""
        value = document.values.get(key)
        grants = []
        for index, entry in enumerate(value if isinstance(value, list) else ()):
            name = entry[0] if isinstance(entry, list) and entry else entry
            options = entry[1] if isinstance(entry, list) and len(entry) > 1 else {}
            regex = options.get("fileRegex") if isinstance(options, dict) else None
            places = (f"{key}.{index}", f"{key}.{index}.0", key)
            span = next((document.spans[p] for p in places if p in document.spans), document.get_span())
            if isinstance(name, str) and name:
                grants.append(ToolGrant(name, name, effect, key, span, str(regex) if regex else None))
        return tuple(grants)

    def instructs(self, instructions: InstructionFile, agent: Agent, paths: Collection[str]) -> bool:
        """``AGENTS.md``, the rules of every mode, and those of its own."""
        project = f"/{agent.source.path}".rpartition("/")[0]
        path = f"/{instructions.source.path}"
        places = (f"{project}/.roo/rules/", f"{project}/.roo/rules-{agent.name}/")
        return path == f"{project}/AGENTS.md" or path.startswith(places)

    def get_name_scope(self, source: Source) -> str:
        """Two modes of a file that share a slug keep it from being loaded: that is said there."""
        return source.path

    # Permissions.

    def matches(self, entry: ToolGrant, tool: str, server: str | None) -> bool:
        """The group ``mcp`` is about every server."""
        return entry.tool == "mcp" if server is not None else super().matches(entry, tool, server)

    def decide(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> Decided:
        """What every mode has, else what a group brings."""
        tool = self.get_current_name(tool)
        if not lists.loads:
            return "never", "not-loaded"
        if server is None and tool in self.get_set("dropped"):
            return "never", "dropped"
        if server is None and (tool in self.get_set("always") or tool == "modes"):
            return "allowed", "always"
        entries = self.find_allowing_entries(lists, tool, server)
        if not entries:
            return self.decide_unlisted(lists, tool, server)
        if server is not None:
            return "allowed", "mcp-group"
        if not all(entry.specifier for entry in entries):
            return "allowed", "group"
        return ("partial", "file-regex") if entries[0].tool == "edit" else ("unenforced", "regex-unenforced")

    def decide_unlisted(self, lists: ToolLists, tool: str, server: str | None) -> Decided:
        """Groups are all that a mode has."""
        if server is None and tool not in self.tools:
            return "not_declared", "no-such-tool"
        return "not_declared", "not-listed" if lists.allowed else "empty-list"

    def find_caveats(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> tuple[str, ...]:
        """Tools that depend on the model or on settings."""
        sets = {"model-tool": "by_model", "setting": "by_setting"}
        return tuple(rule for rule, name in sets.items() if server is None and tool in self.get_set(name))

    def describe_base(
        self, agent: Agent, rule: str, implied: list[str], but: TranslatableText | str
    ) -> TranslatableText:
        """The sentence of the rule: what every mode has needs no other key."""
        return super().describe_base(agent, rule, [], but)
