"""Settings files of Claude Code: permission rules, the mode, and hooks of all sessions in a project.

Source: Claude Code documentation, pages "Settings", "Permissions" and "Hooks", October 2026. Values of
``env``, command lines and addresses stay in here.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from ...model.definitions import Diagnostic, Effect, ProjectSettings, Source, Span
from ...reading.json_places import read_json_object
from ...reading.masking import mask_text
from ...text.i18n import say
from ...text.strings import make_server_id, matches_stars
from ...text.suggestions import suggest
from ..hook_programs import PROGRAM_NAME, read_hooks
from ..project_rules import get_value, list_texts, read_project_rules

_RULE_KEYS: Mapping[str, Effect] = {
    "permissions.deny": "deny",
    "permissions.ask": "ask",
    "permissions.allow": "allow",
}
MODES = ("default", "manual", "acceptEdits", "auto", "dontAsk", "bypassPermissions", "plan")
_EVENTS = (
    *("PreToolUse", "PostToolUse", "PostToolUseFailure", "PermissionRequest", "UserPromptSubmit"),
    *("Notification", "Stop", "SubagentStart", "SubagentStop", "PreCompact", "PostCompact"),
    *("SessionStart", "SessionEnd", "Setup", "InstructionsLoaded", "ConfigChange", "CwdChanged"),
    *("FileChanged", "WorktreeCreate", "WorktreeRemove", "TeammateIdle", "TaskCreated", "TaskCompleted"),
    *("Elicitation", "ElicitationResult", "StopFailure", "PermissionDenied", "PostToolBatch"),
)
# Events at which a hook may refuse a tool before it is used.
GUARDING_EVENTS = frozenset({"PreToolUse", "PermissionRequest"})
_ALTERNATIVE = re.compile(r"\^?\(?([\w.*-]+)\)?\$?")
Spans = Mapping[str, Span]


def read_settings(source: Source) -> tuple[ProjectSettings | None, tuple[Diagnostic, ...]]:
    """The settings in ``source``; a diagnostic instead when it is no JSON object."""
    values, spans, problems = read_json_object(source.text, source.path)
    values = {key: values.get(key) for key in ("hooks", "agent")} if source.plugin else values
    for key in (key for key in _RULE_KEYS if not isinstance(get_value(values, key) or [], list)):
        hint = say("write the rules as a list")
        message = say("`{key}` is no list of rules", key=key)
        problems = (*problems, Diagnostic("config_unreadable", spans[key], message, hint))
    mode = get_value(values, "permissions.defaultMode")
    problems = (*problems, *_find_misspelt(mode, values.get("hooks"), spans))
    agent = values.get("agent")
    agent = mask_text(agent.strip()) if isinstance(agent, str) else ""
    settings = ProjectSettings(
        source,
        read_project_rules(values, spans, _RULE_KEYS),
        mode if isinstance(mode, str) and PROGRAM_NAME.fullmatch(mode) else None,
        read_hooks(values.get("hooks"), spans, Span(source.path)),
        stops if isinstance(stops := values.get("disableAllHooks"), bool) else None,
        agent,
        spans["agent"] if agent else Span(""),
        servers_off=frozenset(
            (posixpath.normpath(f"{source.path}/../../.mcp.json"), make_server_id(name))
            for name, _span in list_texts(values, spans, "disabledMcpjsonServers")
        ),
    )
    is_empty = settings == ProjectSettings(source)
    return None if is_empty else settings, problems


def _find_misspelt(mode: object, hooks: object, spans: Spans) -> Iterator[Diagnostic]:
    """A finding for a mode, and for each event of hooks, that is almost one: others may be new."""
    words: list[tuple[str, object, str, tuple[str, ...]]] = []
    words.append(("permissions.defaultMode", mode, "permissions.defaultMode", MODES))
    events = [event for event in hooks if isinstance(event, str)] if isinstance(hooks, dict) else []
    words += [("hooks", event, f"hooks.{event}", _EVENTS) for event in events]
    for key, word, place, known in words:
        meant = suggest(word, known) if isinstance(word, str) and word not in known else None
        is_near = meant is not None and abs(len(meant) - len(str(word))) < 2
        if is_near and PROGRAM_NAME.fullmatch(str(word)):
            message = say(
                "`{key}`: {problem}", key=key, problem=say("`{value}` is not a valid value", value=word)
            )
            yield Diagnostic(
                "invalid_value", spans[place], message, say("did you mean `{meant}`?", meant=meant)
            )


def matches_tool(matcher: str, tool: str) -> bool | None:
    """Whether a hook with ``matcher`` is for ``tool``; ``None`` if the pattern says more than names.

    Names are compared letter by letter; ``.*`` stands for any text. Other regular expressions are not run.
    """
    if not matcher:
        return True
    parts = [_ALTERNATIVE.fullmatch(part.strip()) for part in matcher.strip("^$()").split("|")]
    if not all(parts):
        return None
    return any(matches_stars(part[1].replace(".*", "*"), tool) for part in parts if part)
