"""Codex: roles as TOML files below ``.codex/agents``, and their entries in ``.codex/config.toml``.

Source of keys and rules: Codex documentation, "Subagents", November 2026, and the program's own start.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from ...model.definitions import Agent, Diagnostic, Document, Skipped, Source
from ...reading.companions import MOST_COMPANIONS
from ...reading.data_documents import parse_toml_document
from ...reading.paths import resolve_beside
from ...text.i18n import mark_for_translation as _
from ...text.i18n import say
from ..rules import Outcome
from ..runtime import Purpose, Runtime, read_text
from ..tool_lists import ToolLists
from .role_keys import find_refused

_CONFIG = ".codex/config.toml"
_BODY = "developer_instructions"
_FILE = "config_file"
# What a configuration may say of a role beside its file.
_ROLE_KEYS = ("description", "nickname_candidates")
# What the session decides, whatever a role file says.
_SESSION_KEYS = {
    "sandbox_mode": _("{runtime} does not enforce `{key}`: this agent may write where its session may"),
    "mcp_servers": _("{runtime} does not start `{key}` of a role file: the agent has those of its session"),
    "web_search": _("{runtime} does not turn `{key}` off for an agent: it has that of its session"),
    "approval_policy": _("{runtime} ignores `{key}` in a role file: the session decides who is asked"),
}
# Of these keys only one value restricts.
_RESTRICTING = {"sandbox_mode": "read-only", "web_search": "disabled"}


class Codex(Runtime):
    """Codex, the command line and its editors' extensions."""

    name = "codex"
    title = "Codex"
    source = 'Codex documentation, "Subagents", November 2026'
    rule_prefix = "cdx-"

    agent_folders = (".codex/agents",)
    agent_files = (_CONFIG,)
    plugin_manifests = (".codex-plugin/plugin.json",)
    marketplaces = (".agents/plugins/marketplace.json",)
    has_plugin_agents = False
    marks = (".codex",)
    suffixes = (".toml",)
    file_sign = _BODY
    skill_folders = (".agents/skills", ".codex/skills")
    server_files = (_CONFIG,)
    server_key = "mcp_servers"
    settings_files = (".codex/hooks.json",)
    instruction_files = ("AGENTS.override.md", "AGENTS.md")
    instruction_stand_ins: Mapping[str, tuple[str, ...]] = {"AGENTS.md": ("AGENTS.override.md",)}

    tools_key = ""
    settings_values: Mapping[str, tuple[str | type, ...]] = {
        "model_reasoning_effort": ("none", "minimal", "low", "medium", "high", "xhigh", "max", "ultra"),
        "model_reasoning_summary": (),
        "model_verbosity": (),
        "service_tier": (),
        "nickname_candidates": (dict,),
        "sandbox_mode": (),
        "approval_policy": (dict,),
        "web_search": (dict,),
    }
    tools_left_out = "session"
    needs_name = True
    same_name_hint = _("rename the others: of these files only the first by its path is read")
    builtin_agents = frozenset({"default", "explorer", "worker"})
    unlimited_agent = "default"
    unlimited_rule = "none"
    agent_tools = ("spawn_agent",)
    purposes: Mapping[Purpose, tuple[str, ...]] = {"read private data": ("exec_command",)}
    invocation = 'spawn_agent(agent_type="{name}")'
    restriction_hint = _("no key in its file can stop it from writing: start it in a read-only session")
    can_limit_agents = False
    model_hint = _("write the id of a model, such as `gpt-5.6`")
    base_sentences: Mapping[str, str] = {
        **Runtime.base_sentences,
        "none": Runtime.base_sentences["session"],
        "sandbox": _(
            "The file asks for the sandbox `read-only`, which {runtime} does not enforce: "
            "the agent has the tools and the sandbox of the session that starts it."
        ),
    }

    @property
    def known_keys(self) -> tuple[str, ...]:
        """As of every runtime, with the text of the prompt and where a configuration says it stands."""
        return (*super().known_keys, _BODY, _FILE)

    # Reading.

    def read_document(self, source: Source) -> Document:
        """The role file, completed by what the project's ``config.toml`` says of it."""
        document = parse_toml_document(source, _BODY)
        declared = _find_declaration(source)
        is_named = bool(read_text(document.values.get(self.name_key)))
        values = {key: value for key, value in document.values.items() if key != self.name_key or is_named}
        return replace(document, values={**declared, **values}) if declared else document

    def read_agents(self, source: Source) -> tuple[Agent | Skipped, ...]:
        """One role a file; of ``config.toml`` the roles whose file is no role file by itself."""
        if not source.path.endswith(_CONFIG):
            return super().read_agents(source)
        document = parse_toml_document(source)
        files = dict(source.companions)
        return tuple(
            self.read_agent(_make_role_document(document, name, role, files))
            for name, role in _list_roles(document.values).items()
            if not _is_read_by_itself(source.path, role, files)
        )

    def read_agent(self, document: Document) -> Agent | Skipped:
        """Every file in the folder of roles is meant as one, whatever it holds."""
        is_role = f"/{self.agent_folders[0]}/" in f"/{document.source.path}"
        values = {self.name_key: None, **document.values}
        return super().read_agent(replace(document, values=values) if is_role else document)

    def list_companions(self, source: Source) -> tuple[str, ...]:
        """Of a role file the configuration of its project, of a configuration the files of its roles."""
        if source.path.endswith(_CONFIG):
            roles = _list_roles(parse_toml_document(source).values).values()
            return tuple(path for role in roles if (path := _resolve(source.path, role)))
        folder, mark, _rest = f"/{source.path}".rpartition("/.codex/agents/")
        return (f"{folder}/{_CONFIG}".lstrip("/"),) if mark else ()

    def explain_not_loaded(self, document: Document) -> str:
        """A role needs a name and a description, a file that no configuration names instructions too, and no
        key may be there that Codex does not know."""
        source, values = document.source, document.values
        if document.error:
            return str(document.error.message)
        declared = _find_declaration(source)
        is_declared = source.path.endswith(_CONFIG) or bool(declared)
        if not read_text(declared.get(self.description_key, "-")):
            return say("the `{key}` in the configuration of the project is blank", key=self.description_key)
        missing = _find_missing_file(source, values)
        if missing:
            return say("its file is not there: `{path}`", path=missing)
        needs_text = not is_declared or _BODY in values
        needed = (self.name_key, self.description_key, *((_BODY,) if needs_text else ()))
        for key in needed:
            if not read_text(values.get(key)):
                return say("it has no `{key}`", key=key)
        if not is_declared and values[self.name_key] in _list_declared_names(source):
            return say("the configuration of the project has another role of this name")
        return find_refused({key: value for key, value in values.items() if key != _FILE})

    def find_ignored_keys(self, document: Document) -> Iterable[Diagnostic]:
        """What a role file restricts or adds, and the session decides."""
        for key, text in _SESSION_KEYS.items():
            value = document.values.get(key)
            if value is None or value != _RESTRICTING.get(key, value):
                continue
            hint = say("set it in the session that starts the agent")
            if key in ("sandbox_mode", "mcp_servers"):
                hint = say(
                    "set it in the session that starts the agent; {runtime} before 0.149 read it here",
                    runtime=self.title,
                )
            message = say(text, runtime=self.title, key=key)
            yield Diagnostic("ignored_key", document.get_span(key), message, hint)

    def read_tool_lists(self, agent: Agent) -> ToolLists:
        """The sandbox and the servers that the role asks for."""
        values = agent.document.values
        features = values.get("features")
        is_shell_off = isinstance(features, dict) and features.get("shell_tool") is False
        flags = {
            "read-only": values.get("sandbox_mode") == "read-only",
            "no web": values.get("web_search") == "disabled",
            "no shell": is_shell_off,
            "approval": "approval_policy" in values,
            "servers": "mcp_servers" in values,
        }
        is_set = frozenset(flag for flag, holds in flags.items() if holds)
        return replace(super().read_tool_lists(agent), flags=is_set)

    def decide(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> tuple[Outcome, str]:
        """The session's, whatever the file says."""
        if not lists.loads:
            return "never", "not-loaded"
        return self.decide_unlisted(lists, tool, server)

    def decide_unlisted(self, lists: ToolLists, tool: str, server: str | None) -> tuple[Outcome, str]:
        """A read-only sandbox is not enforced for what it would restrict; a feature may be turned off."""
        if server is not None:
            return "inherited", "mcp" if "servers" in lists.flags else "none"
        if tool not in self.tools or self.tools[tool].retired:
            return "not_declared", "no-such-tool"
        if "no shell" in lists.flags and self.tools[tool].reach == "commands":
            return "denied", "shell-off"
        if "no web" in lists.flags and self.tools[tool].group == "web":
            return "unenforced", "web"
        if "read-only" in lists.flags and self.tools[tool].reach in ("commands", "files"):
            return "unenforced", "sandbox"
        return "inherited", "none"

    def find_caveats(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> tuple[str, ...]:
        """Who is asked is not the file's to say, and who may start agents not alone."""
        is_delegating = tool in self.tools and self.tools[tool].group == "delegation"
        caveats = {"depth": is_delegating, "approval": "approval" in lists.flags}
        return tuple(rule for rule, holds in caveats.items() if holds)

    def find_base_rule(self, lists: ToolLists, profile: str) -> str:
        """The rule of the tools that change things, which is what a reader must not miss."""
        if not lists.loads:
            return "not-loaded"
        return "sandbox" if "read-only" in lists.flags else "none"


def _find_declaration(source: Source) -> dict[str, Any]:
    """What the configuration says of the role in the file ``source``: its name and the keys beside it."""
    for path, text in source.companions if not source.path.endswith(_CONFIG) else ():
        for name, role in _read_roles(path, text).items():
            if _resolve(path, role) == source.path:
                return {"name": name, **{key: role[key] for key in _ROLE_KEYS if key in role}}
    return {}


def _list_declared_names(source: Source) -> frozenset[str]:
    """The names of the roles of the configuration that have no file."""
    roles = [_read_roles(path, text) for path, text in source.companions]
    return frozenset(name for items in roles for name, role in items.items() if not role.get(_FILE))


@lru_cache(maxsize=8)
def _read_roles(path: str, text: str) -> dict[str, dict[str, Any]]:
    return _list_roles(parse_toml_document(Source(path, path, "agent", "", text)).values)


def _make_role_document(
    document: Document, name: str, role: Mapping[str, Any], files: Mapping[str, str]
) -> Document:
    """The role ``name`` of a configuration, with what its own file says, if that can be read."""
    prefix = f"agents.{name}"
    spans = {k.removeprefix(f"{prefix}."): s for k, s in document.spans.items() if k.startswith(f"{prefix}.")}
    span = document.get_span(prefix)
    lines = (span.line, max(span.line, *(s.line for s in spans.values()))) if spans else None
    path = _resolve(document.source.path, role)
    values: dict[str, Any] = {"name": name, **{key: role[key] for key in (*_ROLE_KEYS, _FILE) if key in role}}
    # A companion counts as a part: the files of other roles are none of this one.
    is_known = len(files) < MOST_COMPANIONS
    companions = tuple(item for item in document.source.companions if item[0] == path or not is_known)
    below = f"{name}.toml".replace("/", "-")
    own = replace(
        document,
        source=replace(document.source, below=below, companions=companions),
        values=values,
        spans={"name": span, **spans},
        lines=lines,
    )
    if path not in files:
        return own
    file = parse_toml_document(replace(document.source, path=path, text=files[path]), _BODY)
    return replace(
        own,
        values={**values, **file.values},
        spans={**own.spans, **file.spans},
        body=file.body,
        body_line=file.body_line,
        body_path=path,
        error=file.error,
        masked_keys=own.masked_keys | file.masked_keys,
    )


def _resolve(config: str, role: Mapping[str, Any]) -> str:
    """The path in the repository of the file of a ``role``; empty if it has none there."""
    file = read_text(role.get(_FILE)) or ""
    if not file or file.startswith(("/", "~")) or "\\" in file or "\n" in file:
        return ""
    return resolve_beside(config, file)


def _is_read_by_itself(config: str, role: Mapping[str, Any], files: Mapping[str, str]) -> bool:
    """Whether the file of a ``role`` is there and lies in the folder of roles, where it is found as well."""
    path, folder = _resolve(config, role), f"{posixpath.dirname(config)}/agents/"
    is_there = path in files or len(files) >= MOST_COMPANIONS
    return is_there and path.startswith(folder) and path.endswith(".toml")


def _find_missing_file(source: Source, values: Mapping[str, Any]) -> str:
    """The path of the file that a role of a configuration names and that is not in the repository."""
    path = _resolve(source.path, values) if source.path.endswith(_CONFIG) else ""
    # Of more files than are read, nobody knows which are there.
    is_known = len(source.companions) < MOST_COMPANIONS
    return path if path and is_known and path not in dict(source.companions) else ""


def _list_roles(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The tables below ``agents``: its other keys are limits for all roles."""
    table = values.get("agents")
    items = table.items() if isinstance(table, dict) else ()
    return {name: role for name, role in items if isinstance(role, dict)}
