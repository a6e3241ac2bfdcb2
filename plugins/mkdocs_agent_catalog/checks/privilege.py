"""Checks of least privilege. They only ask, because only the author knows what an agent is for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..linking.mentions import find_calls
from ..model.catalog import Catalog
from ..model.definitions import Agent, Diagnostic, Span
from ..permissions.decisions import PermissionResolver
from ..runtimes import get_runtime, get_runtime_of
from ..text.i18n import mark_for_translation as _
from ..text.i18n import say, say_names
from .check import check

# So many characters of a prompt say what the agent is.
BEGINNING = 1500
# What an agent says of itself, in the words of some languages.
_READS_ONLY = re.compile(
    r"\bread[- ]only (?:agent|analysis|review(?:er)?|audit(?:or)?|specialist|advisor|mode|explor\w+)\b"
    r"|\b(?:you|it) (?:never|do not|does not|don['’]t|cannot|must not) (?:modify|edit|change|alter) "
    r"(?:any |the )?(?:files?|code|source(?: code| files?)?)\b"
    r"|\b(?:never|does not) (?:modif(?:y|ies)|edits?|changes?) (?:any |the )?(?:files?|(?:source )?code)\b"
    r"|\bsomente leitura\b|\bsolo lectura\b|\blecture seule\b|\bnur lesend\b|只读|読み取り専用|только чтени",
    re.I,
)
# The title of a part is of one thing among others that the agent does.
_TITLE_OF_PART = re.compile(r"^##.*$", re.M)
# Without one of these no text says so, which is found out in a twentieth of the time.
_MAY_READ_ONLY = re.compile(
    r"read[- ]only|(?:never|not|n['’]t) (?:modif|edit|change|alter)"
    r"|somente leitura|solo lectura|lecture seule|nur lesend|只读|読み取り専用|только чтени"
)
# Who changes no code may write reports and notes: it says which.
_WRITES_FILES = re.compile(
    r"\b(?:writ|creat|sav|updat|generat|produc|append)\w*\b[^.\n]{0,60}`[^`\n]*\.(?:md|json|ya?ml|txt|html|csv)`",
    re.I,
)
_SAYS_CODE = _("`{name}` says that it changes no code (“{words}”) but can use {tools}")
_SAYS = _("`{name}` says that it only reads (“{words}”) but can use {tools}")
_CALLS_SKILL = _("the text calls the skill `{name}`, but `{tool}` is not granted")
_CALLS_AGENT = _("the text calls the agent `{name}`, but `{tool}` is not granted")


@check("warn")
def heavy_reviewer(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """An agent says that it only reads, or changes no code, but can change files. Either the text or the list
    of tools is wrong. Who names a file that it writes is not asked about code."""
    for agent in catalog.agents:
        text = f"{agent.description or ''}\n{agent.document.body[:BEGINNING]}"
        may_say = _MAY_READ_ONLY.search(text.lower())
        words = _READS_ONLY.search(_TITLE_OF_PART.sub("", text)) if may_say else None
        if not words:
            continue
        is_about_code = words[0].lower().endswith("code")
        if is_about_code and _WRITES_FILES.search(text):
            continue
        runtime = get_runtime_of(agent)
        tools = [
            name
            for name in runtime.list_tools_that("change")
            if runtime.tools[name].reach == "files" and grants.decide(agent, name).is_usable
        ]
        if tools:
            quote = " ".join(words[0].split())
            says = _SAYS_CODE if is_about_code else _SAYS
            message = say(says, name=agent.name, words=quote, tools=_join_names(tools))
            hint = say(runtime.restriction_hint)
            yield Diagnostic("heavy_reviewer", _locate_tools(agent), message, hint)


@check("warn")
def void_rule(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """A rule of the settings that should deny a tool, or ask before it, is about nothing. What it should
    keep off is allowed."""
    for settings in catalog.settings:
        runtime = get_runtime(settings.source.dialect)
        for rule in settings.rules:
            if rule.effect not in ("deny", "ask"):
                continue
            why, hint = runtime.explain_void_rule(rule, settings.rules)
            if why:
                text = _("`{rule}` under `{key}` does nothing: {why}")
                message = say(text, rule=rule.rule, key=rule.key, why=why)
                yield Diagnostic("void_rule", rule.span, message, hint)


def _locate_tools(agent: Agent) -> Span:
    """Where the agent's tools are declared, or would be."""
    runtime = get_runtime_of(agent)
    for key in (runtime.tools_key, *runtime.other_tool_keys, runtime.denied_tools_key):
        if key in agent.document.spans:
            return agent.document.get_span(key)
    return agent.span


def _join_names(names: list[str]) -> str:
    parts = [f"`{name}`" for name in names]
    if len(parts) == 1:
        return parts[0]
    return say("{names} and {last}", names=", ".join(parts[:-1]), last=parts[-1])


@check()
def bypassed_permissions(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """An agent runs with `bypassPermissions`. Nobody is asked before it acts."""
    for agent in catalog.agents:
        runtime = get_runtime_of(agent)
        setting = runtime.bypass_setting if not agent.not_loaded else None
        if setting and agent.document.values.get(setting[0]) == setting[1] and not agent.source.plugin:
            message = say(
                "`{name}` runs without asking for any permission: is that intended?", name=agent.name
            )
            span, hint = agent.document.get_span(setting[0]), say(runtime.bypass_hint)
            yield Diagnostic("bypassed_permissions", span, message, hint)


@check()
def unenforced_specifier(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """A limit in a list of tools is not enforced. The agent may have the whole tool."""
    for agent in catalog.agents:
        entries = [
            grant
            for grant in agent.access.grants or ()
            if grant.specifier is not None
            and not grant.server
            and grants.decide(agent, grant.tool).outcome == "unenforced"
        ]
        if entries:
            tools = say_names([grant.tool for grant in entries])
            message = say(
                "{rules} may grant the whole of {tools}: is the limit enforced elsewhere?",
                rules=say_names([grant.rule for grant in entries]),
                tools=tools,
            )
            hint = say("write only {tools} here", tools=tools)
            if get_runtime_of(agent).settings_files:
                text = _("write the limit as a permission rule in the settings, and only {tools} here")
                hint = say(text, tools=tools)
            yield Diagnostic("unenforced_specifier", entries[0].span, message, hint)


@check()
def missing_grant(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """The text calls a skill or an agent, but the tool for it is not listed. The agent cannot do what it is
    told."""
    for agent in catalog.agents:
        if not grants.has_allowlist(agent):
            continue
        runtime = get_runtime_of(agent)
        agent_tool = next(iter(runtime.agent_tools), "")
        for kind, tool, text in (
            ("skill", runtime.skill_tool, _CALLS_SKILL),
            ("agent", agent_tool, _CALLS_AGENT),
        ):
            outcome = grants.decide(agent, tool).outcome if tool else ""
            if outcome not in ("not_declared", "denied"):
                continue
            for mention in find_calls(agent.document):
                if kind in mention.kinds and mention.evidence.grade == "called":
                    message = say(text, name=mention.name, tool=tool)
                    hint = say(
                        "change the text, or, if it is meant to call it, add `{tool}` to `tools`", tool=tool
                    )
                    if outcome == "denied":
                        hint = say("change the text: the agent is denied `{tool}`", tool=tool)
                    yield Diagnostic("missing_grant", mention.evidence.span, message, hint)
                    break
