"""Checks of keys and values: are they spelled right, in their set, and without contradiction?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..facts import facts, foreign
from ..grants import Grants
from ..linked import Catalog
from ..model import Agent, Diagnostic
from ..rules import members
from ..suggestions import suggest
from ..words import Said, say
from .definitions import documents

# What hides something from a reader, a file must not hide itself.
ALWAYS = frozenset({"secret_like", "hidden_unicode"})

# Source of keys and values: Claude Code documentation, "Subagents", October 2026.
KEYS = (
    *("name", "description", "tools", "disallowedTools", "model", "permissionMode", "maxTurns", "skills"),
    *("mcpServers", "hooks", "memory", "background", "effort", "isolation", "color", "initialPrompt"),
    *("omitClaudeMd", "experimental", "autoCompactWindow"),
)
# Keys of other files and runtimes, which are no typing errors.
_OTHER_KEYS = frozenset(
    {"allowed-tools", "allowedTools", "allowed_tools", "disallowed-tools", "tool", "permission"}
)
SETS: dict[str, tuple[str, ...]] = {
    "permissionMode": ("default", "manual", "acceptEdits", "auto", "dontAsk", "bypassPermissions", "plan"),
    "effort": ("low", "medium", "high", "xhigh", "max"),
    "isolation": ("worktree",),
    "memory": ("user", "project", "local"),
    "color": ("red", "blue", "green", "yellow", "purple", "orange", "pink", "cyan"),
}
_MODELS = ("sonnet", "opus", "haiku", "fable", "inherit", "best", "opusplan", "default")


def misspelled_key(catalog: Catalog, grants: Grants) -> Iterator[Diagnostic]:
    """A key is almost one that Claude Code knows. It is ignored, as every key that it does not know."""
    flat = {_flat(key): key for key in KEYS}
    for agent in catalog.agents:
        for field in agent.unknown:
            if field.key in _OTHER_KEYS:
                continue
            meant = flat.get(_flat(field.key)) or _close(field.key)
            if meant and meant not in agent.document.values:
                message = say("`{key}` is no key of an agent: it is ignored", key=field.key)
                yield Diagnostic("misspelled_key", field.span, message, say("write `{meant}`", meant=meant))


def _flat(key: str) -> str:
    return key.lower().replace("-", "").replace("_", "")


def _close(key: str) -> str | None:
    return suggest(key, KEYS) if len(key) > 4 else None


def invalid_value(catalog: Catalog, grants: Grants) -> Iterator[Diagnostic]:
    """A value is none of those that its key can have."""
    for agent in catalog.agents:
        for field in agent.settings:
            problem = _problem(field.key, field.value)
            if problem:
                message = say("`{key}`: {problem}", key=field.key, problem=problem[0])
                yield Diagnostic("invalid_value", field.span, message, problem[1])
    for document in documents(catalog):
        for key, problem in _suppressions(document.values.get("agent-catalog")):
            place = document.span(f"agent-catalog.ignore.{key}" if key else "agent-catalog")
            message = say("`{key}`: {problem}", key="agent-catalog", problem=problem[0])
            yield Diagnostic("invalid_value", place, message, problem[1])


# What is wrong with a value, and a hint.
_Problem = tuple[Said, str]


def _suppressions(said: Any) -> Iterator[tuple[str, _Problem]]:
    """What is wrong with the findings that a file leaves out: they must exist and have a reason."""
    if said is None:
        return
    ignored = said.get("ignore") if isinstance(said, dict) else None
    if not isinstance(ignored, dict):
        problem = say("it holds no `ignore` with checks and reasons")
        yield "", (problem, say("`ignore: {{way_out: why}}`"))
        return
    for check, reason in ignored.items():
        if not isinstance(reason, str) or not reason.strip():
            problem = say("`{check}` has no reason, so it is not left out", check=str(check)[:60])
            yield str(check), (problem, say("say why"))
        elif check in ALWAYS:
            problem = say("`{check}` is not for the file itself to leave out", check=check)
            yield str(check), (problem, say("use `suppress` in mkdocs.yml"))


def _problem(key: str, value: Any) -> _Problem | None:
    if value is None or key in ("hooks", "experimental"):
        return None
    if isinstance(value, dict | list):
        return say("a list or a map is none of its values"), say("write one word")
    shown = str(value)[:60]
    if key in SETS and not (key == "effort" and isinstance(value, int) and not isinstance(value, bool)):
        allowed = SETS[key]
        if value not in allowed:
            meant = suggest(str(value), allowed)
            hint = say("did you mean `{meant}`?", meant=meant) if meant else ", ".join(allowed)
            return say("`{value}` is none of its values", value=shown), hint
    if key == "maxTurns" and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
        return say("`{value}` is no positive number", value=shown), say("write a whole number, such as `20`")
    if key in ("background", "omitClaudeMd") and not isinstance(value, bool):
        return say("`{value}` is neither true nor false", value=shown), say("write `true` or `false`")
    if key == "model" and not _is_model(str(value)):
        hint = say("an alias such as `sonnet`, or a full id such as `claude-sonnet-4-5`")
        return say("`{value}` is no model that Claude Code knows", value=shown), hint
    return None


def _is_model(value: str) -> bool:
    name = value.partition("[")[0]
    # Ids of other clouds hold the vendor's name, a region or a path.
    return name in _MODELS or name.startswith("claude-") or "anthropic" in name or name.startswith("arn:")


def allowed_and_denied(catalog: Catalog, grants: Grants) -> Iterator[Diagnostic]:
    """A tool is both listed and denied: the denial counts."""
    for agent in catalog.agents:
        if not agent.access.denied:
            continue
        for grant in agent.access.grants or ():
            if grants.of_entry(agent, grant).outcome == "denied":
                message = say("`{rule}` is listed and denied; it is denied", rule=grant.rule)
                hint = say("see {place}: remove one of them", place=agent.access.denied[0].span)
                yield Diagnostic("allowed_and_denied", grant.span, message, hint)


def foreign_tool(catalog: Catalog, grants: Grants) -> Iterator[Diagnostic]:
    """A tool has the name that another product gives it. Claude Code drops a name that it does not know."""
    if grants.profile == "allowed-tools":
        return
    for _, rule, tool, span in _listed(catalog):
        known = foreign().get(tool)
        if known and tool not in facts():
            message = say(
                "`{rule}` is a tool of {product}; Claude Code does not know it",
                rule=rule,
                product=known.product,
            )
            yield Diagnostic("foreign_tool", span, message, say("Claude Code's is `{tool}`", tool=known.tool))


def unavailable_tool(catalog: Catalog, grants: Grants) -> Iterator[Diagnostic]:
    """A tool is listed that no subagent gets, whatever its list says."""
    for agent, rule, tool, span in _listed(catalog):
        if tool in members("never") and grants.of(agent, tool).rule in ("never-subagent", "plugin-ignores"):
            message = say("`{rule}` is not available to subagents", rule=rule)
            yield Diagnostic("unavailable_tool", span, message, say("remove it from the list"))


def _listed(catalog: Catalog) -> Iterator[tuple[Agent, str, str, Any]]:
    for agent in catalog.agents:
        for grant in agent.access.every:
            if grant.effect == "allow":
                yield agent, grant.rule, grant.tool, grant.span
