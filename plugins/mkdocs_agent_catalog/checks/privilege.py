"""Checks of least privilege. They ask: only whoever wrote the agent knows what it is for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..linking.mentions import find_calls
from ..model.catalog import Catalog
from ..model.definitions import Agent, Diagnostic, Span
from ..permissions.decisions import PermissionResolver
from ..runtimes import get_runtime_of
from ..text.i18n import mark_for_translation as _
from ..text.i18n import say
from .check import check

_LOOKS = r"review(?:er|s)?|audit(?:or|s)?|analy[sz](?:er|es?|ts?)|plan(?:ner|s)?|research(?:er|es)?"
_LOOKING = re.compile(rf"(?:^|[-_: ])(?:{_LOOKS})(?:$|[-_: ])", re.I)
_BEGINS = re.compile(r"(?:reviews|audits|analy[sz]es|plans|researches)\b", re.I)
_MAKING = re.compile(
    r"(?:^|[-_ ])(?:developer|engineer|implement|builder|fixer|writer|executor|coder|resolver"
    r"|automat|generat|coordinat|strategist)",
    re.I,
)
_HAS = _("`{name}` is there to look, and has {tools}: does it need them?")
_INHERITS = _("`{name}` is there to look, and inherits {tools}: does it need them?")
_CALLS_SKILL = _("the text calls the skill `{name}`, and `{tool}` is not granted")
_CALLS_AGENT = _("the text calls the agent `{name}`, and `{tool}` is not granted")


@check()
def heavy_reviewer(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """An agent that is there to look (review, audit, analyse, plan, research) may change things."""
    for agent in catalog.agents:
        if not _is_reviewer(agent):
            continue
        heavy = [
            name
            for name in get_runtime_of(agent).list_tools_that("change")
            if grants.decide(agent, name).is_usable
        ]
        if heavy:
            decision = grants.decide(agent, heavy[0])
            text = _INHERITS if decision.outcome == "inherited" else _HAS
            message = say(text, name=agent.name, tools=_join_names(heavy))
            hint = say("decided by the rule `{rule}`", rule=decision.rule)
            yield Diagnostic("heavy_reviewer", _locate_tools(agent), message, hint)


def _is_reviewer(agent: Agent) -> bool:
    named = _LOOKING.search(agent.name) and not _MAKING.search(agent.name)
    return bool(named or _BEGINS.match(agent.summary))


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
    """An agent asks for `bypassPermissions`: nothing that it does is asked about."""
    for agent in catalog.agents:
        setting = get_runtime_of(agent).bypass_setting
        if setting and agent.document.values.get(setting[0]) == setting[1] and not agent.source.plugin:
            message = say("`{name}` runs without asking for any permission: is that meant?", name=agent.name)
            hint = say("`acceptEdits` or `dontAsk` with a list of tools does less")
            yield Diagnostic("bypassed_permissions", agent.document.get_span(setting[0]), message, hint)


@check()
def unenforced_specifier(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """A specifier in a list of tools is written as a limit and is not enforced as one."""
    for agent in catalog.agents:
        for grant in agent.access.grants or ():
            if grant.specifier is not None and not grant.server:
                decision = grants.decide(agent, grant.tool)
                if decision.outcome == "unenforced":
                    message = say(
                        "`{rule}` may grant all of `{tool}`: is the limit kept elsewhere?",
                        rule=grant.rule,
                        tool=grant.tool,
                    )
                    hint = say("permission rules in the settings are enforced")
                    yield Diagnostic("unenforced_specifier", grant.span, message, hint)


@check()
def missing_grant(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """The text calls a skill or starts an agent, and the list of tools holds neither `Skill` nor `Agent`."""
    for agent in catalog.agents:
        if not grants.has_allowlist(agent):
            continue
        runtime = get_runtime_of(agent)
        agent_tool = next(iter(runtime.agent_tools), "")
        for kind, tool, text in (
            ("skill", runtime.skill_tool, _CALLS_SKILL),
            ("agent", agent_tool, _CALLS_AGENT),
        ):
            if not tool or grants.decide(agent, tool).outcome not in ("not_declared", "denied"):
                continue
            for mention in find_calls(agent.document):
                if kind in mention.kinds and mention.evidence.grade == "called":
                    message = say(text, name=mention.name, tool=tool)
                    hint = say("add `{tool}` to `tools`", tool=tool)
                    yield Diagnostic("missing_grant", mention.evidence.span, message, hint)
                    break
