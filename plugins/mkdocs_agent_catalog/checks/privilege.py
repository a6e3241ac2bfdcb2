"""Checks of least privilege. They ask: only whoever wrote the agent knows what it is for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..evidence import calls
from ..grants import Grants
from ..linked import Catalog
from ..model import Agent, Diagnostic, Span
from ..reach import of_server

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


def heavy_reviewer(catalog: Catalog, grants: Grants) -> Iterator[Diagnostic]:
    """An agent that is there to look (review, audit, analyse, plan, research) may change things."""
    for agent in catalog.agents:
        if not _looks(agent):
            continue
        heavy = [name for name in _HEAVY if grants.of(agent, name).reaches]
        if heavy:
            rule = grants.of(agent, heavy[0]).rule
            by = "inherits" if grants.of(agent, heavy[0]).outcome == "inherited" else "has"
            message = f"`{agent.name}` is there to look, and {by} {_and(heavy)}: does it need them?"
            yield Diagnostic("heavy_reviewer", _place(agent), message, f"decided by the rule `{rule}`")


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
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


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
            message = (
                f"`{agent.name}` reads what is here (`{private[0]}`), takes in what strangers write "
                f"(`{untrusted[0]}`) and can send (`{out[0]}`): must one agent do all three?"
            )
            yield Diagnostic("way_out", _place(agent), message, "part the work, or take one of them away")


def bypassed_permissions(catalog: Catalog, grants: Grants) -> Iterator[Diagnostic]:
    """An agent asks for `bypassPermissions`: nothing that it does is asked about."""
    for agent in catalog.agents:
        if agent.document.values.get("permissionMode") == "bypassPermissions" and not agent.source.plugin:
            message = f"`{agent.name}` runs without asking for any permission: is that meant?"
            hint = "`acceptEdits` or `dontAsk` with a list of tools does less"
            yield Diagnostic("bypassed_permissions", agent.document.span("permissionMode"), message, hint)


def unenforced_specifier(catalog: Catalog, grants: Grants) -> Iterator[Diagnostic]:
    """A specifier in a list of tools is written as a limit and is not enforced as one."""
    for agent in catalog.agents:
        for grant in agent.access.grants or ():
            if grant.specifier is not None and not grant.server:
                decision = grants.of(agent, grant.tool)
                if decision.outcome == "unenforced":
                    message = f"`{grant.rule}` may grant all of `{grant.tool}`: is the limit kept elsewhere?"
                    hint = "permission rules in the settings are enforced"
                    yield Diagnostic("unenforced_specifier", grant.span, message, hint)


def missing_grant(catalog: Catalog, grants: Grants) -> Iterator[Diagnostic]:
    """The text calls a skill or starts an agent, and the list of tools holds neither `Skill` nor `Agent`."""
    for agent in catalog.agents:
        if not grants.listed(agent):
            continue
        for kind, tool in (("skill", "Skill"), ("agent", "Agent")):
            if grants.of(agent, tool).outcome not in ("not_declared", "denied"):
                continue
            for mention in calls(agent.document):
                if kind in mention.kinds and mention.evidence.grade == "called":
                    message = f"the text calls the {kind} `{mention.name}`, and `{tool}` is not granted"
                    yield Diagnostic(
                        "missing_grant", mention.evidence.span, message, f"add `{tool}` to `tools`"
                    )
                    break
