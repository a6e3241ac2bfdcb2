"""Checks of keys and values: misspelled keys, invalid values, contradictions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ..model.catalog import Catalog
from ..model.definitions import Agent, Diagnostic, Span, ToolGrant, write_options
from ..permissions.decisions import PermissionResolver
from ..runtimes import get_runtime_of
from ..runtimes.mcp_config import is_server_entry
from ..runtimes.runtime import Runtime
from ..runtimes.tool_lists import get_server_id
from ..text.i18n import TranslatableText, say, say_names
from ..text.i18n import mark_for_translation as _
from ..text.suggestions import suggest
from .check import check
from .definitions import iter_documents, select_notes

# What hides something from a reader, a file must not hide itself.
ALWAYS = frozenset({"secret_like", "hidden_unicode"})


@check("warn")
def misspelled_key(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """A key is probably misspelled. The runtime ignores keys that it does not know."""
    for agent in catalog.agents:
        runtime = get_runtime_of(agent)
        is_judged = not agent.foreign_runtime and runtime.ignores_unknown_keys
        for field in agent.unknown if is_judged else ():
            if field.key in runtime.other_tool_keys or field.key in runtime.foreign_keys:
                continue
            key = _find_key(field.key, runtime.known_keys)
            if key and key not in agent.document.values:
                if agent.not_loaded:
                    continue  # Its own finding names what keeps the file from loading.
                text = _("{runtime} does not know the key `{key}` and ignores it")
                message = say(text, runtime=runtime.title, key=field.key)
                yield Diagnostic("misspelled_key", field.span, message, say("write `{meant}`", meant=key))


def _find_key(written: str, known_keys: tuple[str, ...]) -> str | None:
    """The known key that was meant: the same letters, or nearly so."""
    same_letters = {_keep_letters(key): key for key in known_keys}
    key = same_letters.get(_keep_letters(written))
    return key or (suggest(written, known_keys) if len(written) > 4 else None)


def _keep_letters(key: str) -> str:
    return key.lower().replace("-", "").replace("_", "")


@check("warn")
def invalid_value(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """A value is not valid for its key. The setting does not do what it says."""
    yield from select_notes(catalog, "invalid_value")
    for agent in catalog.agents:
        if agent.foreign_runtime:
            continue
        for field in agent.settings:
            problem = _find_problem(get_runtime_of(agent), field.key, field.value)
            # Where the value keeps the file from being loaded, that is the finding.
            if problem and f"`{field.key}`" not in agent.not_loaded:
                message = say("`{key}`: {problem}", key=field.key, problem=problem[0])
                yield Diagnostic("invalid_value", field.span, message, problem[1])
        runtime = get_runtime_of(agent)
        for key in filter(None, (runtime.tools_key, runtime.denied_tools_key)):
            value = agent.document.values.get(key)
            is_read = not agent.not_loaded and agent.document.error is None
            if is_read and isinstance(value, dict | int | float):
                is_map = isinstance(value, dict)
                wanted = say("expected a list, not a mapping") if is_map else say("expected a list of names")
                message = say("`{key}`: {problem}", key=key, problem=wanted)
                span, hint = agent.document.get_span(key), say("write the names as a YAML list")
                yield Diagnostic("invalid_value", span, message, hint)
        yield from _check_servers(agent, runtime)
    for document in iter_documents(catalog):
        for key, problem in _check_suppressions(document.values.get("agent-catalog")):
            place = document.get_span(f"agent-catalog.ignore.{key}" if key else "agent-catalog")
            message = say("`{key}`: {problem}", key="agent-catalog", problem=problem[0])
            lines = _suppress_by_option(key, place) if key in ALWAYS else ()
            yield Diagnostic("invalid_value", place, message, problem[1], lines)


def _check_servers(agent: Agent, runtime: Runtime) -> Iterator[Diagnostic]:
    """The objects in the list of an agent's servers whose keys are not the names of servers."""
    servers = agent.document.values.get(runtime.servers_key)
    is_read = runtime.servers_key in runtime.list_read_keys(agent.document) and not agent.not_loaded
    for index, item in enumerate(servers if is_read and isinstance(servers, list) else ()):
        if isinstance(item, dict) and not is_server_entry(item):
            message = say(
                "`{key}`: {problem}",
                key=runtime.servers_key,
                problem=say("an entry is no name and no configuration under one"),
            )
            place = f"{runtime.servers_key}.{index}"
            span = agent.document.spans.get(place, agent.document.get_span(runtime.servers_key))
            yield Diagnostic("invalid_value", span, message, say("write the name as the key of its settings"))


# What is wrong with a value, and a hint.
_Problem = tuple[TranslatableText, str]


def _suppress_by_option(name: str, place: Span) -> tuple[str, ...]:
    path = json.dumps(place.path, ensure_ascii=False)
    lines = (f"- check: {name}", f"  path: {path}", "  reason: say why")
    return write_options("suppress:", *(f"  {line}" for line in lines))


def _check_suppressions(text: Any) -> Iterator[tuple[str, _Problem]]:
    """What is wrong with the findings that a file leaves out: they must exist and have a reason."""
    if text is None:
        return
    ignored = text.get("ignore") if isinstance(text, dict) else None
    if not isinstance(ignored, dict):
        problem = say("it needs `ignore` with names of checks and reasons")
        yield "", (problem, say("`ignore: {{heavy_reviewer: why}}`"))
        return
    for name, reason in ignored.items():
        if not isinstance(reason, str) or not reason.strip():
            problem = say("`{check}` has no reason, so it is not suppressed", check=str(name)[:60])
            yield str(name), (problem, say("say why"))
        elif name in ALWAYS:
            problem = say("a file cannot suppress `{check}` itself", check=name)
            yield str(name), (problem, say("write in mkdocs.yml:"))


def _find_problem(runtime: Runtime, key: str, value: Any) -> _Problem | None:
    allowed = runtime.settings_values.get(key, ())
    if value is None or dict in allowed:
        return None
    if isinstance(value, dict | list):
        return say("expected a single value, not a list or a mapping"), say("write one word")
    printable = str(value)[:60]
    is_number = isinstance(value, int) and not isinstance(value, bool) and value > 0
    is_known = (
        value in allowed or (bool in allowed and isinstance(value, bool)) or (int in allowed and is_number)
    )
    words = [word for word in allowed if isinstance(word, str)]
    if words and not is_known:
        meant = suggest(str(value), words)
        hint = say("did you mean `{meant}`?", meant=meant) if meant else ", ".join(words)
        return say("`{value}` is not a valid value", value=printable), hint
    if int in allowed and not is_known:
        hint = say("write a whole number, such as `20`")
        return say("`{value}` is not a positive number", value=printable), hint
    if bool in allowed and not is_known:
        return say("`{value}` is neither true nor false", value=printable), say("write `true` or `false`")
    if key == runtime.model_key and not runtime.is_model(str(value)):
        message = say("{runtime} does not know the model `{value}`", value=printable, runtime=runtime.title)
        return message, say(runtime.model_hint)
    return None


@check("warn")
def allowed_and_denied(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """A tool is both listed and denied. The agent does not have it: the denial wins."""
    for agent in catalog.agents:
        if not agent.access.denied:
            continue
        runtime = get_runtime_of(agent)
        for grant in agent.access.grants or ():
            server = get_server_id(grant)
            denials = [d for d in agent.access.denied if runtime.matches(d, grant.tool, server)]
            # Of rules in an order the last one about the whole tool decides. Without any it is denied by
            # settings of the project, and the file does not contradict itself.
            whole = [d for d in denials if d.specifier is None]
            denial = next(iter((whole or denials)[-1:]), None)
            if denial and grants.decide_entry(agent, grant).outcome == "denied":
                message = say(
                    "`{rule}` is both listed and denied: the agent does not have it", rule=grant.rule
                )
                # In a list of rules that is read to its end, the order decides.
                is_earlier = grant.specifier is not None and denial.key == grant.key
                if is_earlier and denial.specifier is None and grant.span < denial.span:
                    hint = say(
                        "put the rule at {place} above it: the last one that matches counts",
                        place=denial.span,
                    )
                else:
                    hint = say("take it out of the list: it is denied at {place}", place=denial.span)
                yield Diagnostic("allowed_and_denied", grant.span, message, hint)


@check("warn")
def foreign_tool(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """A listed tool has the name that another product uses. The runtime has no tool of that name."""
    foreign: dict[tuple[str, str], list[ToolGrant]] = {}
    for agent, grant in _iter_entries(catalog):
        runtime = get_runtime_of(agent)
        tool = runtime.foreign_tools.get(grant.tool)
        # Of an agent that has none of its tools one finding says what to write.
        is_told = grants.cannot_start(agent)
        if tool and grant.tool not in runtime.tools and grants.judges_names(agent) and not is_told:
            foreign.setdefault((agent.id, tool.product), []).append(grant)
    for (id, product), entries in foreign.items():
        runtime = get_runtime_of(catalog.by_id["agent", id])
        message = say(
            "names of {product}, not of {runtime}: {names}",
            runtime=runtime.title,
            product=product,
            names=say_names([grant.rule for grant in entries]),
        )
        own_names = [runtime.foreign_tools[grant.tool].tool for grant in entries]
        hint = say("{runtime} calls them {names}", runtime=runtime.title, names=say_names(own_names))
        yield Diagnostic("foreign_tool", entries[0].span, message, hint)


@check("warn")
def unavailable_tool(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """A listed tool is not available to subagents. The entry grants nothing."""
    withheld: dict[tuple[str, bool], list[ToolGrant]] = {}
    for agent, grant in _iter_entries(catalog):
        fact = get_runtime_of(agent).tools.get(grant.tool)
        if fact and fact.retired:
            continue  # It is not available to anybody, which is said as such.
        if grant.effect != "deny" and not grant.server and grants.is_withheld(agent, grant.tool):
            by_background = grants.decide(agent, grant.tool).rule.endswith("background-agent")
            withheld.setdefault((agent.id, by_background), []).append(grant)
    for (_id, by_background), entries in withheld.items():
        text = _("not available to subagents: {rules}")
        hint = say("remove it from the list, unless the agent runs as the session itself")
        if by_background:
            text = _("not available in the background, where this agent always runs: {rules}")
            hint = say("remove it from the list")
        message = say(text, rules=say_names([grant.rule for grant in entries]))
        yield Diagnostic("unavailable_tool", entries[0].span, message, hint)


def _iter_entries(catalog: Catalog) -> Iterator[tuple[Agent, ToolGrant]]:
    for agent in catalog.agents:
        for grant in agent.access.every:
            yield agent, grant
