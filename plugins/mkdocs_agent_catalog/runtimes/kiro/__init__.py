"""Kiro, and its predecessor Amazon Q Developer CLI: JSON and Markdown files of agents.

Sources: Kiro documentation, pages "Custom agents", "Agent config" and "Permissions", October 2026;
aws/amazon-q-developer-cli, ``docs/agent-format.md``, ``docs/built-in-tools.md``, ``schemas/agent-v1.json``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

import pathspec

from ...model.catalog import Evidence
from ...model.definitions import (
    Agent,
    Base,
    Diagnostic,
    Document,
    Effect,
    InstructionFile,
    Skipped,
    Source,
    Span,
    ToolAccess,
    ToolGrant,
)
from ...reading.data_documents import blank_json_comments, parse_json_document
from ...reading.masking import MASK
from ...reading.paths import resolve_beside
from ...text.i18n import mark_for_translation as _
from ...text.i18n import say, say_names
from ..runtime import Purpose, Runtime, read_text
from .entries import BUILTIN, list_spellings, list_texts, matches_glob, parse_entry, read_permissions
from .permissions import KiroPermissions, is_amazons, is_third_format, list_trust

NO_SHAPE = _(
    "not an agent: it is not an object with a key that only agents have, such as `prompt` or `tools`"
)
NO_KEYS = _("not an agent: its frontmatter has no key of an agent")
NOT_OF_AMAZON_Q = _("not an agent: Amazon Q reads only the JSON files in the folder of agents itself")
# All that Amazon Q knows. Source: schemas/agent-v1.json of aws/amazon-q-developer-cli.
_AMAZON_KEYS = frozenset(
    (
        *("$schema", "name", "description", "prompt", "mcpServers", "tools", "toolAliases", "allowedTools"),
        *("resources", "hooks", "toolsSettings", "useLegacyMcpJson", "model"),
    )
)
# One of these makes a JSON file an agent: every key may be left out, and others stand in other files too.
_TELLING = ("name", "prompt", "tools", "allowedTools", "toolsSettings", "toolAliases", "resources")
# Keys of JSON files that mean nothing in Markdown.
_JSON_ONLY = ("allowedTools", "toolsSettings", "toolAliases", "prompt")
_FILE = "file://"
_NAME = re.compile(r"[\w-]+")
_SKILL = "skill://"
# The folder of a person, whose name is nobody's business.
_HOME = re.compile(r"(/(?:home|Users)/|\\\\Users\\\\)[^/\\\"'\s,]+")


class Kiro(KiroPermissions):
    """Reads ``.kiro/agents`` and ``.amazonq/cli-agents``."""

    name = "kiro"
    title = "Kiro"
    source = "Kiro documentation, October 2026, and aws/amazon-q-developer-cli"
    rule_prefix = "kir-"
    agent_folders = (".kiro/agents", ".amazonq/cli-agents")
    skill_folders = (".kiro/skills",)
    command_folders = (".kiro/prompts", ".amazonq/prompts")
    command_mark = "@"
    server_files = (".kiro/settings/mcp.json", ".amazonq/mcp.json")
    instruction_files = ("AGENTS.md",)
    rule_folders = (".kiro/steering", ".amazonq/rules")
    marks = (".kiro", ".amazonq")
    suffixes = (".json", ".md")
    telling_keys = frozenset({"allowedTools"})

    denied_tools_key = "excludedTools"
    servers_key = "mcpServers"
    server_entry = "@{name}"
    skills_key = "resources"
    settings_values: Mapping[str, tuple[str | type, ...]] = {
        "welcomeMessage": (dict,),
        "keyboardShortcut": (dict,),
        "includeMcpJson": (bool,),
        "useLegacyMcpJson": (bool,),
        "permissions": (dict,),
        "toolsSettings": (dict,),
        "toolAliases": (dict,),
        "resources": (dict,),
        "allowedTools": (dict,),
    }
    json_keys = ("$schema", "prompt", "hooks", "includePowers")
    """Further keys of JSON files, which are shown elsewhere or say nothing of the agent."""
    foreign_keys = frozenset({"disallowedTools", "permissionMode", "allowed-tools"})
    tools_left_out = "nothing"
    agent_tools = ("subagent", "delegate")
    agent_name_hint = _(
        "spell it like the `name` of the agent in JSON, or like the path of its Markdown file, without `.md`"
    )
    purposes: Mapping[Purpose, tuple[str, ...]] = {
        "read private data": ("read", "grep", "glob", "code", "shell"),
    }
    builtin_agents = frozenset({"kiro_default", "kiro_planner", "q_cli_default"})
    model_hint = _("write the id of a model of Kiro, such as `claude-sonnet-4.5`")
    base_sentences: Mapping[str, str] = {
        **Runtime.base_sentences,
        "all-tools": _("The file gives every tool. What nothing trusts asks a person first."),
        "no-tools": _("The file declares no tools: this agent has none."),
        "empty-list": _("The file declares an empty list: this agent has no tools."),
        "markdown-tools": _(
            "The file declares no tools. What {runtime} gives such an agent is not documented."
        ),
    }

    @property
    def known_keys(self) -> tuple[str, ...]:
        """As of every runtime, and the keys of JSON files that no other part reads."""
        return (*super().known_keys, *self.json_keys)

    # Reading.

    def tells(self, document: Document) -> bool:
        """By two keys that no other runtime has together, or by rules about a capability."""
        rules = document.values.get("permissions")
        rules = rules.get("rules") if isinstance(rules, dict) else rules
        has_rules = isinstance(rules, list) and any(isinstance(r, dict) and "capability" in r for r in rules)
        return has_rules or {"allowedTools", "resources"} <= document.values.keys()

    def list_companions(self, source: Source) -> tuple[str, ...]:
        """The file of the prompt, if a JSON file names one."""
        try:
            values = json.loads(source.text) if source.path.lower().endswith(".json") else {}
        except (ValueError, RecursionError):
            return ()
        path = _find_prompt_file(source, values.get("prompt") if isinstance(values, dict) else None)
        return (path,) if path else ()

    def read_document(self, source: Source) -> Document:
        """JSON with the prompt as body, which may stand in another file; Markdown as of every runtime."""
        if not source.path.lower().endswith(".json"):
            return super().read_document(source)
        document = _mask_homes(parse_json_document(source, "prompt"))
        path = _find_prompt_file(source, document.values.get("prompt"))
        if not path:
            return document
        text = dict(source.companions).get(path)
        if text is None:
            return replace(document, body="")
        return replace(document, body=text, body_line=1, body_path=path)

    def list_read_keys(self, document: Document) -> tuple[str, ...]:
        """A Markdown file has no keys for trust."""
        if document.source.path.lower().endswith(".json"):
            return self.known_keys
        return tuple(key for key in self.known_keys if key not in _JSON_ONLY)

    def read_agent(self, document: Document) -> Agent | Skipped:
        """A JSON object with the shape of an agent, or a Markdown file with keys of one, which is called by
        its path."""
        source, values = document.source, document.values
        is_json = source.path.lower().endswith(".json")
        within = source.path.rpartition(f"{self.agent_folders[1]}/")[2]
        if is_amazons(source) and (not is_json or "/" in within):
            return Skipped(source.path, say(NOT_OF_AMAZON_Q))
        if is_json and not blank_json_comments(source.text).lstrip("\ufeff \t\r\n").startswith("{"):
            return Skipped(source.path, say(NO_SHAPE))
        if not document.error and document.has_frontmatter:
            keys = _TELLING if is_json else self.known_keys
            if not any(key in values for key in keys):
                return Skipped(source.path, say(NO_SHAPE if is_json else NO_KEYS))
        # Without a name it is an agent all the same.
        named = replace(document, values={"name": None, **values}) if is_json else document
        agent = super().read_agent(named)
        if isinstance(agent, Skipped) or is_json:
            return agent
        name = str(PurePosixPath(source.below).with_suffix(""))
        return replace(agent, name=name, invocation=self.describe_invocation(document, name))

    def read_access(self, document: Document) -> ToolAccess:
        """``tools``; with a question or without by ``allowedTools`` or the rules of permissions, which may
        also deny. What only ``allowedTools`` names is given by nothing."""
        is_third = is_third_format(document)
        value = document.values.get("tools")
        excluded = self.read_entries(document, "excludedTools", "deny") if is_third else ()
        grants = self.add_effects(document, self.read_entries(document, "tools", "allow"))
        ignored = self._list_useless_trust(document, grants)
        denied = (*excluded, *(self._list_denied(document) if is_third else ()))
        if value is None:
            base: Base = "unknown" if is_third else "nothing"
            return ToolAccess(None, denied, tuple(ignored), base)
        return ToolAccess(grants, denied, tuple(ignored), self.find_base(grants))

    def _list_denied(self, document: Document) -> Iterator[ToolGrant]:
        """The tools that a rule of permissions denies whole."""
        for rule in read_permissions(document):
            if rule.effect != "deny" or rule.specifier is not None:
                continue
            names = ("mcp__*",) if rule.tool == "mcp" else self.rule_table["capabilities"].get(rule.tool, ())
            for name in names:
                yield replace(rule, tool=name, key="permissions", pattern=rule.tool == "mcp")

    def read_entries(self, document: Document, key: str, effect: Effect) -> tuple[ToolGrant, ...]:
        """The entries of a list, in the spelling of Kiro."""
        texts = list_texts(document, key)
        return tuple(
            self._name_agents(document, parse_entry(t, effect, key, s, self.aliases)) for t, s in texts
        )

    def _name_agents(self, document: Document, entry: ToolGrant) -> ToolGrant:
        """``subagent`` with the agents that the settings leave to choose from."""
        names = [name for name, _span in _list_available(document)] if entry.tool == "subagent" else []
        return replace(entry, specifier=", ".join(names)) if names and not entry.specifier else entry

    def find_named_agents(self, document: Document) -> Iterator[tuple[str, Evidence]]:
        """The agents that the settings leave to choose from, if only a wildcard or a set gives the tool."""
        entries = self.read_entries(document, "tools", "allow")
        tools = {entry.tool for entry in entries}
        if "subagent" not in tools and not tools.isdisjoint(("*", BUILTIN)):
            for name, span in _list_available(document):
                yield name, Evidence("declared", span, f"availableAgents: {name}")

    def _list_useless_trust(self, document: Document, grants: Collection[ToolGrant]) -> list[ToolGrant]:
        """The entries of ``allowedTools`` that change nothing: in Markdown all of them."""
        entries = [parse_entry(t, "allow", "allowedTools", s, self.aliases) for t, s in list_trust(document)]
        if not document.source.path.lower().endswith(".json"):
            return entries
        if any(grant.tool == "*" for grant in grants):
            return []
        return [entry for entry in entries if not any(self._is_given(entry, grant) for grant in grants)]

    def _is_given(self, entry: ToolGrant, grant: ToolGrant) -> bool:
        """Whether what an entry of ``allowedTools`` trusts and what one of ``tools`` gives overlap."""
        if grant.server or entry.server:
            whole = [f"@{item.server}" for item in (grant, entry)]
            spelled = [item.rule if "/" in item.rule else f"{item.rule}/*" for item in (grant, entry)]
            return matches_glob(whole[1], whole[0]) and (
                matches_glob(spelled[1], spelled[0]) or matches_glob(spelled[0], spelled[1])
            )
        names = self.tools[grant.tool].members if grant.tool in self.tools else ()
        spellings = [s for name in (grant.tool, *names) for s in list_spellings(name, None, self.aliases)]
        return any(matches_glob(entry.rule, spelling) for spelling in spellings)

    def read_names(self, document: Document, key: str) -> tuple[tuple[str, Span], ...] | None:
        """The skills among the resources, by the names of their folders; patterns name none."""
        texts = [(t.removeprefix(_SKILL), s) for t, s in list_texts(document, key) if t.startswith(_SKILL)]
        names = [(PurePosixPath(t.removesuffix("/SKILL.md")).name, s) for t, s in texts if "*" not in t]
        return tuple(item for item in names if item[0]) or None

    def instructs(self, instructions: InstructionFile, agent: Agent, paths: Collection[str]) -> bool:
        """An agent is given the files that its ``resources`` name."""
        mark = next((f"/{f}/" for f in self.agent_folders if f"/{f}/" in f"/{agent.source.path}"), "")
        project = f"/{agent.source.path}".partition(mark)[0] if mark else ""
        texts = [text for text, _ in list_texts(agent.document, "resources") if text.startswith(_FILE)]
        patterns = [text.removeprefix(_FILE).removeprefix("./") for text in texts]
        path = f"/{instructions.source.path}"
        if not mark or not path.startswith(f"{project}/"):
            return False
        usable = [f"/{pattern}" for pattern in patterns if not pattern.startswith(("/", "~", "..", "!"))]
        return pathspec.GitIgnoreSpec.from_lines(usable).match_file(path.removeprefix(f"{project}/"))

    # What is wrong.

    def get_name_scope(self, source: Source) -> str:
        """The same agent may stand in JSON for Kiro CLI 2.x and in Markdown for Kiro CLI 3."""
        return f"{source.root} {PurePosixPath(source.path).suffix.lower()}"

    def explain_not_loaded(self, document: Document) -> str:
        """JSON must be valid, and ``tools`` a list of texts. Only Kiro CLI 3 reads JSON without a name, and
        skips a file with keys for trust."""
        values = document.values
        if not document.source.path.lower().endswith(".json"):
            return super().explain_not_loaded(document)
        if document.error:
            return say("it is not valid JSON")
        tools = values.get("tools")
        is_list = isinstance(tools, list) and all(isinstance(item, str) for item in tools)
        if tools not in (None, "*") and not is_list:
            return say("`tools` is no list of names")
        if is_amazons(document.source):
            return self._explain_not_loaded_by_amazon(values, is_list)
        is_trusting = bool(values.get("allowedTools") or values.get("toolsSettings"))
        if not read_text(values.get("name")) and not is_third_format(document) and is_trusting:
            return say("it has no name")
        return ""

    def get_reader(self, document: Document) -> str:
        """Amazon Q for the files in its own folder."""
        return "Amazon Q" if is_amazons(document.source) else self.title

    def _explain_not_loaded_by_amazon(self, values: Mapping[str, Any], is_list: bool) -> str:
        """Amazon Q needs a name, and refuses a file with another key than those of its schema."""
        if not read_text(values.get("name")):
            return say("it has no name")
        if "tools" in values and not is_list:
            return say("`tools` is no list of names")
        unknown = next((key for key in values if key not in _AMAZON_KEYS), None)
        return "" if unknown is None else say("its key `{key}` is not known", key=unknown.replace("`", ""))

    def find_ignored_keys(self, document: Document) -> Iterable[Diagnostic]:
        """Keys of JSON in Markdown, and trust in tools that the agent does not have."""
        if not document.source.path.lower().endswith(".json"):
            for key in _JSON_ONLY:
                if key in document.values:
                    text = _("{runtime} does not read `{key}` in Markdown files")
                    message = say(text, runtime=self.title, key=key)
                    hint = say(
                        "say under `tools` what the agent has, under `permissions` what needs no question"
                    )
                    if key == "prompt":
                        hint = say("write the prompt below the frontmatter")
                    yield Diagnostic("ignored_key", document.get_span(key), message, hint)
            return
        useless = self._list_useless_trust(document, self.read_entries(document, "tools", "allow"))
        # A name that is no tool's is told as such.
        useless = [e for e in useless if e.server or self.knows_tool(e.tool) or not _NAME.fullmatch(e.rule)]
        if useless:
            text = _("`allowedTools` trusts what `tools` does not give: {names}")
            hint = say(
                "`allowedTools` only says what runs without a question: name the tools under `tools` too"
            )
            message = say(text, names=say_names([entry.rule for entry in useless]))
            yield Diagnostic("ignored_key", useless[0].span, message, hint)
        for rule, span in list_texts(document, "allowedTools"):
            if rule == "*":
                message = say("`*` alone in `allowedTools` trusts nothing")
                yield Diagnostic("ignored_key", span, message, say("name the tools, `@builtin` or servers"))
        path = _find_prompt_file(document.source, document.values.get("prompt"))
        if path and path not in dict(document.source.companions):
            message = say("the file of the prompt is not there: `{path}`", path=path)
            yield Diagnostic("broken_link", document.get_span("prompt"), message, say("correct the path"))

    def is_model(self, value: str) -> bool:
        """The short names of another product are none (agnix 0.59.3, rule KR-AG-004)."""
        return value.lower() not in ("sonnet", "opus", "haiku", "inherit")

    def describe_invocation(self, document: Document, name: str) -> str:
        """The command that starts a session with the agent."""
        return f"{'q chat' if is_amazons(document.source) else 'kiro-cli'} --agent {name}"


def _mask_homes(document: Document) -> Document:
    """``document`` without the names of people in the paths of ``toolsSettings``."""
    spans = [s for key, s in document.spans.items() if key.partition(".")[0] == "toolsSettings"]
    if not spans:
        return document
    lines = document.source.lines
    numbers = range(min(spans).line - 1, max(spans).line)
    masked = {n: _HOME.sub(rf"\1{MASK}", lines[n]) for n in numbers if _HOME.search(lines[n])}
    settings = json.dumps(document.values["toolsSettings"])
    values = {**document.values, "toolsSettings": json.loads(_HOME.sub(rf"\1{MASK}", settings))}
    return replace(document, values=values, masked_lines={**masked, **document.masked_lines})


def _list_available(document: Document) -> Iterator[tuple[str, Span]]:
    """The agents that ``toolsSettings`` leaves to choose from, whichever tool they stand under."""
    settings = document.values.get("toolsSettings")
    for tool, table in settings.items() if isinstance(settings, dict) else ():
        names = table.get("availableAgents") if isinstance(table, dict) else None
        path = f"toolsSettings.{tool}.availableAgents"
        place = document.spans.get(path, document.get_span("toolsSettings"))
        for index, name in enumerate(names if isinstance(names, list) else ()):
            yield str(name), document.spans.get(f"{path}.{index}", place)


def _find_prompt_file(source: Source, prompt: object) -> str:
    """The path in the repository of the file that ``prompt`` names; empty if it names none there."""
    if not isinstance(prompt, str) or not prompt.startswith(_FILE):
        return ""
    path = prompt.removeprefix(_FILE).strip()
    if not path or path.startswith(("/", "~")) or "\n" in path:
        return ""
    return resolve_beside(source.path, path)
