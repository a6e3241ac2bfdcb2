"""The Claude Code dialect: ``agents/**/*.md`` with YAML frontmatter.

Source of the fields: Claude Code documentation, page "Subagents", October 2026.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

from .. import redact
from ..grammar import entries, grants
from ..model import Agent, Diagnostic, Document, Effect, Field, InlineServer, Skipped, Span, ToolAccess
from ..text import slug, split_description, summary
from ..words import marked as _
from ..words import say
from .mcp import server_config

SETTINGS = (
    "model",
    "permissionMode",
    "effort",
    "maxTurns",
    "memory",
    "background",
    "isolation",
    "color",
    "initialPrompt",
    "omitClaudeMd",
    "hooks",
    "experimental",
    "autoCompactWindow",
)
READ = {"agent-catalog", "name", "description", "tools", "disallowedTools", "skills", "mcpServers", *SETTINGS}
IGNORED_TOOL_KEYS = ("allowed-tools", "allowedTools", "allowed_tools", "disallowed-tools", "tool")
PLUGIN_IGNORES = ("permissionMode", "mcpServers", "hooks", "initialPrompt")
_SERVER_NAME = re.compile(r"(?!-)[\w.:/@-]{1,80}(?: (?!-)[\w.:/@-]{1,40}){0,3}")
EXTENSIONS = (".agent.md", ".chatmode.md", ".md")
_NOT_READ = _("Claude Code does not read `{key}` in agent files")
_INHERITS = _(
    "Claude Code does not read `{key}` in agent files: this agent inherits every tool of the session"
)


def read(document: Document) -> Agent | Skipped:
    """``document`` as an agent; what has neither name nor description is none (and says so)."""
    values, source = document.values, document.source
    name, description = _text(values.get("name")), _text(values.get("description"))
    keys_present = "name" in values or "description" in values
    if not name and not description and not keys_present and document.error is None:
        return Skipped(source.path, say("no agent: its frontmatter has neither a name nor a description"))
    stem = _stem(source.below)
    lead, examples = split_description(description or "")
    title = name or stem
    servers, inline = _servers(document)
    folders = PurePosixPath(source.below).parent.parts
    return Agent(
        id="/".join(slug(part) for part in ((source.label,) if source.label else ()) + (*folders, stem)),
        name=title,
        title=title,
        description=description,
        summary=summary(description),
        examples=examples,
        lead=lead,
        group="/".join(((source.label,) if source.label else ()) + folders),
        dialect="claude-code",
        source=source,
        document=document,
        access=_access(document),
        skills=_names(document, "skills"),
        servers=servers,
        inline_servers=inline,
        model=_text(values.get("model")),
        settings=tuple(_fields(document, SETTINGS)),
        unknown=tuple(_fields(document, [key for key in values if key not in READ])),
        invocation=_invocation(document, title),
        notes=tuple(_ignored(document)),
    )


def _text(value: object) -> str | None:
    """A scalar as text; ``None`` for null, blank and anything that is no scalar."""
    if value is None or isinstance(value, list | dict):
        return None
    return str(value).strip() or None


def _stem(below: str) -> str:
    name = PurePosixPath(below).name
    for extension in EXTENSIONS:
        if name.lower().endswith(extension):
            return name[: -len(extension)].strip() or name
    return name


def _access(document: Document) -> ToolAccess:
    ignored = [grants(document, key, _effect(key)) or () for key in IGNORED_TOOL_KEYS]
    return ToolAccess(
        grants=grants(document, "tools", "allow"),
        denied=grants(document, "disallowedTools", "deny") or (),
        ignored=tuple(grant for group in ignored for grant in group),
        null="tools" in document.values and document.values["tools"] is None,
    )


def _effect(key: str) -> Effect:
    return "deny" if key.startswith("dis") else "allow"


def _names(document: Document, key: str) -> tuple[tuple[str, Span], ...] | None:
    value = document.values.get(key)
    return None if value is None else tuple(entries(document, key, value))


def _servers(document: Document) -> tuple[tuple[tuple[str, Span], ...] | None, tuple[InlineServer, ...]]:
    """The names under ``mcpServers``, and what may be shown of the configurations that stand there."""
    key, value = "mcpServers", document.values.get("mcpServers")
    if value is None:
        return None, ()
    pairs = value.items() if isinstance(value, dict) else _pairs(value)
    found, inline = [], []
    for index, (name, config) in enumerate(pairs):
        if not _SERVER_NAME.fullmatch(str(name)):
            continue  # No name: perhaps a command line with a token in it.
        path = f"{key}.{name}" if isinstance(value, dict) else f"{key}.{index}"
        place = document.spans.get(path, document.span(key))
        found.append((str(name), place))
        if isinstance(config, dict):
            inline.append((str(name), server_config(config, place)))
    return tuple(found), tuple(inline)


def _pairs(value: Any) -> list[tuple[Any, Any]]:
    """The entries of a list of names and of ``{name: config}``."""
    items = value if isinstance(value, list) else str(value).split(",")
    out: list[tuple[Any, Any]] = []
    for item in items:
        out += item.items() if isinstance(item, dict) else [(str(item).strip(), None)]
    return out


def _fields(document: Document, keys: Iterable[str]) -> list[Field]:
    masked = redact.masked_keys(document.source.text)
    return [
        Field(key, redact.MASK if key in masked else document.values[key], document.span(key))
        for key in keys
        if key in document.values
    ]


def _invocation(document: Document, name: str) -> str:
    """What calls it. Below a plugin's ``agents/`` each folder is a part of the name (page "Plugins")."""
    plugin = document.source.plugin
    parts = (plugin.name, *PurePosixPath(document.source.below).parent.parts) if plugin else ()
    return "@agent-" + ":".join((*parts, name))


def _ignored(document: Document) -> list[Diagnostic]:
    notes = []
    for key in IGNORED_TOOL_KEYS:
        if key in document.values:
            meant = "disallowedTools" if key.startswith("dis") else "tools"
            message = say(_NOT_READ if "tools" in document.values else _INHERITS, key=key)
            hint = say("write the list under `{meant}`", meant=meant)
            notes.append(Diagnostic("ignored_key", document.span(key), message, hint))
    if document.source.plugin:
        notes += [
            Diagnostic(
                "ignored_key",
                document.span(key),
                say("Claude Code does not read `{key}` in the agents of a plugin", key=key),
                say("set it where the agent is run, or keep the agent in the project's own .claude/agents"),
            )
            for key in PLUGIN_IGNORES
            if key in document.values
        ]
    return notes
