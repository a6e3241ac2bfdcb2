"""Checks of least privilege. They ask: only whoever wrote the agent knows what it is for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..evidence import calls
from ..grants import Grants
from ..linked import Catalog
from ..model import Agent, Diagnostic, Span
from ..reach import of_server
from ..words import marked as _
from ..words import say

_LOOKS = r"review(?:er|s)?|audit(?:or|s)?|analy[sz](?:er|es?|ts?)|plan(?:ner|s)?|research(?:er|es)?"
_LOOKING = re.compile(rf"(?:^|[-_: ])(?:{_LOOKS})(?:$|[-_: ])", re.I)
_BEGINS = re.compile(r"(?:reviews|audits|analy[sz]es|plans|researches)\b", re.I)
_MAKING = re.compile(
    r"(?:^|[-_ ])(?:developer|engineer|implement|builder|fixer|writer|executor|coder|resolver"
    r"|automat|generat|coordinat|strategist)",
    re.I,
)
_HEAVY = ("Bash", "PowerShell", "Write", "Edit", "NotebookEdit")
_PRIVATE = ("Read", "Grep", "Glob", "LSP", "Bash")
_UNTRUSTED = ("WebFetch", "WebSearch")
_OUT = ("Bash", "PowerShell", "WebFetch", "Artifact", "RemoteTrigger")
_HAS = _("`{name}` is there to look, and has {tools}: does it need them?")
_INHERITS = _("`{name}` is there to look, and inherits {tools}: does it need them?")
_CALLED = (
    ("skill", "Skill", _("the text calls the skill `{name}`, and `{tool}` is not granted")),
    ("agent", "Agent", _("the text calls the agent `{name}`, and `{tool}` is not granted")),
)


def heavy_reviewer(catalog: Catalog, grants: Grants) -> Iterator[Diagnostic]:
    """An agent that is there to look (review, audit, analyse, plan, research) may change things."""
    for agent in catalog.agents:
        if not _looks(agent):
            continue
        heavy = [name for name in _HEAVY if grants.of(agent, name).reaches]
        if heavy:
            decision = grants.of(agent, heavy[0])
            text = _INHERITS if decision.outcome == "inherited" else _HAS
            message = say(text, name=agent.name, tools=_and(heavy))
            hint = say("decided by the rule `{rule}`", rule=decision.rule)
            yield Diagnostic("heavy_reviewer", _place(agent), message, hint)


def _looks(agent: Agent) -> bool:
    named = _LOOKING.search(agent.name) and not _MAKING.search(agent.name)
    return bool(named or _BEGINS.match(agent.summary))


def _place(agent: Agent) -> Span:
    """Where the agent's tools are declared, or would be."""
    for key in ("tools", "allowed-tools", "disallowedTools"):
        if key in agent.document.spans:
            return agent.document.span(key)
    return agent.span


def _and(names: list[str]) -> str:
    shown = [f"`{name}`" for name in names]
    if len(shown) == 1:
        return shown[0]
    return say("{names} and {last}", names=", ".join(shown[:-1]), last=shown[-1])


def way_out(catalog: Catalog, grants: Grants) -> Iterator[Diagnostic]:
    """One agent is given private data, untrusted input and a way out: together they can leak what it reads.

    Agents that inherit every tool have all three too; "Who can do what" lists them.
    """
    for agent in catalog.agents:
        if not grants.listed(agent):
            continue
        servers = [s.name for s in catalog.servers if of_server(agent, s, grants).reaches]
        private, untrusted, out = (
            [name for name in names if grants.of(agent, name).reaches]
            for names in (_PRIVATE, _UNTRUSTED, _OUT)
        )
        out += servers
        if private and untrusted and out:
            message = say(
                "`{name}` reads what is here (`{private}`), takes in what strangers write (`{untrusted}`) "
                "and can send (`{out}`): must one agent do all three?",
                **{"name": agent.name, "private": private[0], "untrusted": untrusted[0], "out": out[0]},
            )
            hint = say("part the work, or take one of them away")
            yield Diagnostic("way_out", _place(agent), message, hint)


def bypassed_permissions(catalog: Catalog, grants: Grants) -> Iterator[Diagnostic]:
    """An agent asks for `bypassPermissions`: nothing that it does is asked about."""
    for agent in catalog.agents:
        if agent.document.values.get("permissionMode") == "bypassPermissions" and not agent.source.plugin:
            message = say("`{name}` runs without asking for any permission: is that meant?", name=agent.name)
            hint = say("`acceptEdits` or `dontAsk` with a list of tools does less")
            yield Diagnostic("bypassed_permissions", agent.document.span("permissionMode"), message, hint)


def unenforced_specifier(catalog: Catalog, grants: Grants) -> Iterator[Diagnostic]:
    """A specifier in a list of tools is written as a limit and is not enforced as one."""
    for agent in catalog.agents:
        for grant in agent.access.grants or ():
            if grant.specifier is not None and not grant.server:
                decision = grants.of(agent, grant.tool)
                if decision.outcome == "unenforced":
                    message = say(
                        "`{rule}` may grant all of `{tool}`: is the limit kept elsewhere?",
                        rule=grant.rule,
                        tool=grant.tool,
                    )
                    hint = say("permission rules in the settings are enforced")
                    yield Diagnostic("unenforced_specifier", grant.span, message, hint)


def missing_grant(catalog: Catalog, grants: Grants) -> Iterator[Diagnostic]:
    """The text calls a skill or starts an agent, and the list of tools holds neither `Skill` nor `Agent`."""
    for agent in catalog.agents:
        if not grants.listed(agent):
            continue
        for kind, tool, text in _CALLED:
            if grants.of(agent, tool).outcome not in ("not_declared", "denied"):
                continue
            for mention in calls(agent.document):
                if kind in mention.kinds and mention.evidence.grade == "called":
                    message = say(text, name=mention.name, tool=tool)
                    hint = say("add `{tool}` to `tools`", tool=tool)
                    yield Diagnostic("missing_grant", mention.evidence.span, message, hint)
                    break
