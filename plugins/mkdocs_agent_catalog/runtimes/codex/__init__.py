"""Codex: roles as TOML files below ``.codex/agents``, and what ``.codex/config.toml`` says of them.

Source of keys and rules: Codex documentation, "Subagents", November 2026, and the program's own start.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from ...model.definitions import Agent, Diagnostic, Document, Skipped, Source
from ...reading.data_documents import parse_toml_document
from ...text.data_files import load_table
from ...text.i18n import mark_for_translation as _
from ...text.i18n import say
from ..rules import Outcome
from ..runtime import Purpose, Runtime, read_text
from ..tool_lists import ToolLists

_CONFIG = ".codex/config.toml"
_BODY = "developer_instructions"
_SANDBOXES = ("read-only", "workspace-write", "danger-full-access")


class Codex(Runtime):
    """Codex, the command line and its editors' extensions."""

    name = "codex"
    title = "Codex"
    source = 'Codex documentation, "Subagents", November 2026'

    agent_folders = (".codex/agents",)
    agent_files = (_CONFIG,)
    marks = (".codex",)
    suffixes = (".toml",)
    file_sign = _BODY
    skill_folders = (".agents/skills", ".codex/skills")
    server_files = (_CONFIG,)
    server_key = "mcp_servers"
    instruction_files = ("AGENTS.md",)

    tools_key = ""
    settings_values: Mapping[str, tuple[str | type, ...]] = {
        "model_reasoning_effort": ("none", "minimal", "low", "medium", "high", "xhigh"),
        "model_reasoning_summary": (),
        "model_verbosity": ("low", "medium", "high"),
        "service_tier": (),
        "nickname_candidates": (),
        "sandbox_mode": _SANDBOXES,
        "approval_policy": (),
        "web_search": ("disabled", "cached", "live"),
    }
    tools_left_out = "session"
    needs_name = True
    builtin_agents = frozenset({"default", "explorer", "worker"})
    unlimited_agent = "default"
    agent_tools = ("spawn_agent",)
    purposes: Mapping[Purpose, tuple[str, ...]] = {"read private data": ("shell",)}
    model_hint = _("the id of a model, such as `gpt-5.6`")
    base_sentences: Mapping[str, str] = {
        **Runtime.base_sentences,
        "none": Runtime.base_sentences["session"],
        "sandbox": _(
            "The file asks for the sandbox `read-only`, which {runtime} does not enforce: "
            "the agent has the tools and the sandbox of the session that starts it."
        ),
    }

    @cached_property
    def role_keys(self) -> frozenset[str]:
        """The keys with which Codex loads a role file."""
        table = load_table(self.folder / "config_keys.yaml")
        return frozenset((*table["keys"], *self.known_keys, _BODY))

    def read_document(self, source: Source) -> Document:
        """The role file, completed by what the project's ``config.toml`` says of it."""
        document = parse_toml_document(source, _BODY)
        declared = self._find_declaration(source)
        return replace(document, values={**declared, **document.values}) if declared else document

    def read_agents(self, source: Source) -> tuple[Agent | Skipped, ...]:
        """One role a file; of ``config.toml`` the roles that have no file of their own."""
        if not source.path.endswith(_CONFIG):
            return super().read_agents(source)
        document, agents = parse_toml_document(source), []
        for name, role in _list_roles(document.values).items():
            if not read_text(role.get("config_file")) and read_text(role.get("description")):
                values = {"name": name, **role}
                span = document.get_span(f"agents.{name}")
                spans = {"name": span, "description": document.spans.get(f"agents.{name}.description", span)}
                own = replace(source, below=f"{name}.toml")
                agents.append(self.read_agent(replace(document, source=own, values=values, spans=spans)))
        return tuple(agents)

    def list_companions(self, source: Source) -> tuple[str, ...]:
        """The configuration of the project that the role belongs to."""
        folder, mark, _rest = f"/{source.path}".rpartition("/.codex/agents/")
        return (f"{folder}/{_CONFIG}".lstrip("/"),) if mark else ()

    def explain_not_loaded(self, document: Document) -> str:
        """A role needs a name, a description and instructions, and no key that Codex does not know."""
        values = document.values
        if document.error:
            return str(document.error.message)
        for key in (self.name_key, self.description_key, _BODY):
            is_from_file = not document.source.path.endswith(_CONFIG) or key != _BODY
            if is_from_file and not read_text(values.get(key)):
                return say("it has no `{key}`", key=key)
        unknown = sorted(values.keys() - self.role_keys)
        if unknown:
            return say("its key `{key}` is not known", key=unknown[0])
        if "tools" in values and not isinstance(values["tools"], dict):
            return say("its key `{key}` holds no table: it names no tools of the agent", key="tools")
        sandbox = values.get("sandbox_mode")
        if sandbox is not None and sandbox not in _SANDBOXES:
            return say("its `{key}` is none that is known", key="sandbox_mode")
        return ""

    def find_ignored_keys(self, document: Document) -> Iterable[Diagnostic]:
        """What a role file restricts or adds, and the session decides."""
        text = _("{runtime} does not enforce `{key}`: this agent may write where its session may")
        if document.values.get("sandbox_mode") == "read-only":
            yield self._report_ignored(document, "sandbox_mode", text)
        if "mcp_servers" in document.values and not document.source.path.endswith(_CONFIG):
            text = _("{runtime} does not start `{key}` of a role file: the agent has those of its session")
            yield self._report_ignored(document, "mcp_servers", text)

    def _report_ignored(self, document: Document, key: str, text: str) -> Diagnostic:
        message = say(text, runtime=self.title, key=key)
        hint = say(
            "set it in the session that starts the agent; {runtime} before 0.149 read it here",
            runtime=self.title,
        )
        return Diagnostic("ignored_key", document.get_span(key), message, hint)

    def describe_invocation(self, document: Document, name: str) -> str:
        """Codex starts an agent when it is asked for by its name."""
        return f'spawn_agent(agent_type="{name}")'

    def read_tool_lists(self, agent: Agent) -> ToolLists:
        """The sandbox and the servers that the role asks for."""
        values = agent.document.values
        flags = {
            "read-only": values.get("sandbox_mode") == "read-only",
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
        """A read-only sandbox is not enforced for what it would restrict."""
        if server is not None:
            return "inherited", "mcp" if "servers" in lists.flags else "none"
        if tool not in self.tools:
            return "not_declared", "no-such-tool"
        if "read-only" in lists.flags and self.tools[tool].reach in ("commands", "files"):
            return "unenforced", "sandbox"
        return "inherited", "none"

    def find_caveats(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> tuple[str, ...]:
        """Who is asked is not the file's to say."""
        return ("approval",) if "approval" in lists.flags else ()

    def find_base_rule(self, lists: ToolLists, profile: str) -> str:
        """The rule of the tools that change things, which is what a reader must not miss."""
        if not lists.loads:
            return "not-loaded"
        return "sandbox" if "read-only" in lists.flags else "none"

    def _find_declaration(self, source: Source) -> dict[str, Any]:
        """What the configuration says of the role in ``source``: its name and the keys beside it."""
        for path, text in source.companions:
            config = parse_toml_document(replace(source, path=path, text=text, companions=()))
            for name, role in _list_roles(config.values).items():
                file = read_text(role.get("config_file")) or ""
                if posixpath.normpath(posixpath.join(posixpath.dirname(path), file)) == source.path:
                    return {"name": name, **{key: role[key] for key in role if key != "config_file"}}
        return {}


def _list_roles(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The tables below ``agents``: its other keys are limits for all roles."""
    table = values.get("agents")
    items = table.items() if isinstance(table, dict) else ()
    return {name: role for name, role in items if isinstance(role, dict)}
