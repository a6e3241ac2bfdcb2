"""The catalog as plain data: ``catalog.json`` and the matrix as CSV, without configured values of servers."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from .. import urls
from ..grants import Grants
from ..linked import Catalog, Link, McpServer, Tool
from ..model import Agent, Diagnostic, Field, Skill, Source, Span, ToolGrant
from ..reach import reach
from ..rules import Decision

VERSION = 1


def as_data(
    catalog: Catalog,
    diagnostics: tuple[Diagnostic, ...],
    levels: dict[str, str],
    grants: Grants,
    directory_urls: bool,
) -> dict[str, Any]:
    """The catalog as plain data, in the form of the published schema; ``version`` is the schema's."""

    def link_to(uri: str, anchor: str = "") -> str:
        return urls.url(uri, directory_urls) + (f"#{anchor}" if anchor else "")

    return {
        "$schema": "catalog.schema.json",
        "version": VERSION,
        "profile": grants.profile,
        "agents": [_agent(a, catalog, grants, link_to(urls.agent(a.id))) for a in catalog.agents],
        "tools": [_tool(t, catalog, grants, link_to(*urls.tool(t.name, t.id))) for t in catalog.tools],
        "skills": [_skill(s, catalog, link_to(urls.skill(s.id))) for s in catalog.skills],
        "servers": [_server(s, link_to(urls.server(s.id))) for s in catalog.servers],
        "skipped": [{"path": s.path, "reason": s.reason} for s in catalog.skipped],
        "diagnostics": [
            {
                "check": d.check,
                "level": levels.get(d.check, "warn"),
                "message": d.message,
                "hint": d.hint,
                **_place(d.span),
            }
            for d in diagnostics
            if levels.get(d.check) != "ignore"
        ],
    }


def _place(span: Span) -> dict[str, Any]:
    return {"path": span.path, "line": span.line, "column": span.column}


def _source(source: Source | None, line: int = 1) -> dict[str, Any] | None:
    return {"path": source.path, "line": line} if source else None


def _grant(grant: ToolGrant) -> dict[str, Any]:
    return {
        "rule": grant.rule,
        "tool": grant.tool,
        "specifier": grant.specifier,
        "server": grant.server,
        "key": grant.key,
        "line": grant.span.line,
    }


def _fields(fields: tuple[Field, ...]) -> dict[str, Any]:
    return {field.key: json.loads(json.dumps(field.value, default=str)) for field in fields}


def _links(links: tuple[Link, ...]) -> list[dict[str, Any]]:
    return [
        {
            "kind": link.kind,
            "id": link.target,
            "grade": link.strongest,
            "evidence": [
                {"grade": e.grade, "text": e.text, "heading": e.heading, **_place(e.span)}
                for e in link.evidence
            ],
        }
        for link in links
    ]


def _agent(agent: Agent, catalog: Catalog, grants: Grants, url: str) -> dict[str, Any]:
    access, plugin = agent.access, agent.source.plugin
    return {
        "id": agent.id,
        "name": agent.name,
        "url": url,
        "source": _source(agent.source, agent.span.line),
        "description": agent.description,
        "summary": agent.summary,
        "group": agent.group,
        "plugin": plugin.name if plugin else None,
        "dialect": agent.dialect,
        "invocation": agent.invocation,
        "changed": catalog.changed.get(agent.source.path),
        "model": agent.model,
        "settings": _fields(agent.settings),
        "fields": _fields(agent.unknown),
        "tools": None if access.grants is None else [_grant(g) for g in access.grants],
        "denied": [_grant(g) for g in access.denied],
        "ignored": [_grant(g) for g in access.ignored],
        "inherits": access.inherits and agent.document.error is None,
        "basis": grants.basis(agent),
        "reach": [
            {"class": one.id, "tools": [{"name": use.name, **_decision(use.decision)} for use in one.uses]}
            for one in reach(agent, catalog, grants)
        ],
        "links": _links(catalog.links_from("agent", agent.id)),
    }


def _decision(decision: Decision) -> dict[str, Any]:
    return {"outcome": decision.outcome, "by": decision.rule, "caveats": list(decision.caveats)}


def _uses(thing: Tool | McpServer) -> list[dict[str, Any]]:
    return [
        {"agent": use.agent, "state": use.state, "rules": [g.rule for g in use.grants]} for use in thing.uses
    ]


def _tool(tool: Tool, catalog: Catalog, grants: Grants, url: str) -> dict[str, Any]:
    fact = tool.fact
    agents = _uses(tool)
    for use in agents:
        agent = catalog.by_id["agent", use["agent"]]
        use.update(_decision(grants.of(agent, tool.name, tool.server)))
    return {
        "id": tool.id,
        "name": tool.name,
        "url": url,
        "group": tool.group,
        "server": tool.server,
        "summary": fact.summary if fact else "",
        "permission": fact.permission if fact else None,
        "retired": fact.retired if fact else None,
        "successor": fact.successor if fact else None,
        "agents": agents,
    }


def _skill(skill: Skill, catalog: Catalog, url: str) -> dict[str, Any]:
    return {
        "id": skill.id,
        "name": skill.name,
        "url": url,
        "source": _source(skill.source, skill.document.span("name").line if skill.document else 1),
        "description": skill.description,
        "summary": skill.summary,
        "files": list(skill.source.files) if skill.source else [],
        "fields": _fields(skill.fields),
        "links": _links(catalog.links_from("skill", skill.id)),
    }


def _server(server: McpServer, url: str) -> dict[str, Any]:
    return {
        "id": server.id,
        "name": server.name,
        "url": url,
        "source": {"path": server.configs[0].span.path, "line": server.configs[0].span.line}
        if server.configs
        else None,
        "configurations": [
            {"transport": c.transport, "command": c.command, **_place(c.span)} for c in server.configs
        ],
        "tools": list(server.tools),
        "agents": _uses(server),
    }


def matrix_csv(catalog: Catalog, grants: Grants | None = None) -> str:
    """The unfolded matrix: a row an agent, a column a tool or MCP tool in use, the state in words.

    With ``grants`` the state is the effective outcome, without it what the file declares.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    tools = [tool for tool in catalog.tools if any(use.state != "inherited" for use in tool.uses)]
    cells = {tool.name: {use.agent: use for use in tool.uses} for tool in tools}
    writer.writerow(["group", "agent", "id", *(_safe(tool.name) for tool in tools)])
    for agent in catalog.agents:
        row = [_safe(agent.group), _safe(agent.name), agent.id]
        for tool in tools:
            use = cells[tool.name].get(agent.id)
            if grants:
                outcome = grants.of(agent, tool.name, tool.server).outcome
                row.append("" if outcome == "not_declared" else outcome)
                continue
            specifiers = " ".join(f"({g.specifier})" for g in use.grants if g.specifier) if use else ""
            row.append(_safe(f"{use.state} {specifiers}".strip()) if use else "")
        writer.writerow(row)
    return out.getvalue()


def _safe(text: str) -> str:
    """A cell that a spreadsheet takes for text: one that begins like a formula gets a quote before it."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
