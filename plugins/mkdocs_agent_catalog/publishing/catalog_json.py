"""The catalog as plain data: ``catalog.json`` and the matrix as CSV, without configured values of servers."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from ..addresses import urls
from ..model.catalog import Catalog, Link, McpServer, Tool
from ..model.definitions import Agent, Field, Skill, Source, Span, ToolGrant
from ..pages.registry import Shared, tombstones
from ..permissions.decisions import Grants
from ..runtimes.rules import Decision

SCHEMA = "catalog.schema.json"
VERSION = 1


def as_data(shared: Shared) -> dict[str, Any]:
    """The catalog as plain data, in the form of the published schema; ``version`` is the schema's."""
    catalog, grants, levels = shared.catalog, shared.grants, shared.levels

    def entry(kind: str, id: str, name: str) -> dict[str, Any]:
        uri, anchor = urls.subject(kind, id, name)
        locked = catalog.ledger.of(kind, id)
        return {
            "id": id,
            "name": name,
            "url": _url(shared, uri, anchor),
            "permanent": locked.permanent if locked else None,
        }

    return {
        "$schema": SCHEMA,
        "version": VERSION,
        "profile": grants.profile,
        "agents": [entry("agent", a.id, a.name) | _agent(a, shared) for a in catalog.agents],
        "tools": [entry("tool", t.id, t.name) | _tool(t, catalog, grants) for t in catalog.tools],
        "skills": [entry("skill", s.id, s.name) | _skill(s, shared) for s in catalog.skills],
        "servers": [entry("server", s.id, s.name) | _server(s) for s in catalog.servers],
        "gone": list(_gone(shared)),
        "skipped": [{"path": s.path, "reason": s.reason} for s in catalog.skipped],
        "diagnostics": [
            {
                "check": d.check,
                "level": levels.get(d.check, "warn"),
                "message": d.message,
                "hint": d.hint,
                **_place(d.span),
            }
            for d in shared.diagnostics
        ],
    }


def _url(shared: Shared, uri: str, anchor: str = "") -> str:
    return urls.url(uri, shared.where.directory_urls) + (f"#{anchor}" if anchor else "")


def _gone(shared: Shared) -> Iterator[dict[str, Any]]:
    """What was published and is there no more; a successor is what a person named as such."""
    graves = tombstones(shared)
    for one in shared.catalog.ledger.now.entries:
        if one.gone is not None:
            yield {
                "kind": one.kind,
                "name": one.name,
                "url": _url(shared, graves[one.permanent]),
                "permanent": one.permanent,
                "since": one.gone or None,
                "successor": one.replaced_by,
                "addresses": list(one.addresses),
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


def _files(kind: str, uri: str, is_file: bool, embeds: bool) -> dict[str, Any]:
    folder = urls.folder(uri)
    return {
        "json": urls.as_json(kind, folder) if embeds else None,
        "markdown": urls.as_markdown(kind, folder) if is_file else None,
    }


def _agent(agent: Agent, shared: Shared) -> dict[str, Any]:
    access, plugin = agent.access, agent.source.plugin
    catalog, grants = shared.catalog, shared.grants
    return {
        **_files("agent", urls.agent(agent.id), True, shared.embeds),
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
            for one in shared.reach[agent.id]
        ],
        "links": _links(catalog.links_from("agent", agent.id)),
    }


def _decision(decision: Decision) -> dict[str, Any]:
    return {"outcome": decision.outcome, "by": decision.rule, "caveats": list(decision.caveats)}


def _uses(thing: Tool | McpServer) -> list[dict[str, Any]]:
    return [
        {"agent": use.agent, "state": use.state, "rules": [g.rule for g in use.grants]} for use in thing.uses
    ]


def _tool(tool: Tool, catalog: Catalog, grants: Grants) -> dict[str, Any]:
    fact = tool.fact
    agents = _uses(tool)
    for use in agents:
        agent = catalog.by_id["agent", use["agent"]]
        use.update(_decision(grants.of(agent, tool.name, tool.server)))
    return {
        "group": tool.group,
        "server": tool.server,
        "summary": fact.summary if fact else "",
        "permission": fact.permission if fact else None,
        "retired": fact.retired if fact else None,
        "successor": fact.successor if fact else None,
        "agents": agents,
    }


def _skill(skill: Skill, shared: Shared) -> dict[str, Any]:
    return {
        **_files("skill", urls.skill(skill.id), skill.source is not None, shared.embeds),
        "source": _source(skill.source, skill.document.span("name").line if skill.document else 1),
        "description": skill.description,
        "summary": skill.summary,
        "files": list(skill.source.files) if skill.source else [],
        "fields": _fields(skill.fields),
        "links": _links(shared.catalog.links_from("skill", skill.id)),
    }


def _server(server: McpServer) -> dict[str, Any]:
    return {
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
