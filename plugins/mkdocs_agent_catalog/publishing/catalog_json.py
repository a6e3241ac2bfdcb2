"""The catalog as data: ``catalog.json`` and the matrix as CSV, without configured values of MCP servers."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from functools import partial
from typing import Any

from .. import __version__
from ..addresses import urls
from ..linking.absent_agents import find_absent_agents
from ..model.address_lock import LockEntry
from ..model.catalog import Catalog, Link, McpServer, Tool, ToolUse
from ..model.changes import AgentChange, Change
from ..model.definitions import Agent, Field, Hook, ProjectSettings, Skill, Source, Span, ToolGrant
from ..model.other_catalogs import OtherCatalog
from ..model.repositories import Repository
from ..pages.changes import locate_change
from ..pages.matrix.columns import name_tools
from ..pages.matrix.other_csv import build_csv_row, list_more_tools, list_table_others
from ..pages.matrix.other_rows import get_csv_uri
from ..pages.page import CatalogContext
from ..pages.removed import locate_published
from ..permissions.capabilities import decide_server, decide_tool
from ..permissions.decisions import PermissionResolver
from ..reading.fingerprints import fingerprint_definition, make_fingerprint
from ..runtimes.rules import Decision

SCHEMA = "catalog.schema.json"
# So many changes are told, in whole commits; the last commit is told whatever its size.
MOST_CHANGES = 1_000
VERSION = 2
# A spreadsheet takes what begins so for a formula, the wide signs of East Asia too.
_FORMULA_SIGNS = tuple("=+-@＝＋－＠")


GENERATOR = "mkdocs-agent-catalog"


def build_catalog_data(shared: CatalogContext) -> dict[str, Any]:
    """The catalog as plain data, in the form of the published schema; ``version`` is the schema's."""
    catalog, grants, levels, where = shared.catalog, shared.grants, shared.levels, shared.where
    absent: dict[str, list[str]] = {}
    for agent, name, _span in find_absent_agents(catalog):
        absent.setdefault(agent.id, []).append(name)

    def entry(kind: str, id: str, name: str) -> dict[str, Any]:
        uri, anchor = urls.locate_item(kind, id, name)
        locked = catalog.ledger.find_entry(kind, id)
        return {
            "id": id,
            "name": name,
            "url": _make_url(shared, uri, anchor),
            "permanent": locked.permanent if locked else None,
            "addresses": _list_addresses(_make_url(shared, where.uri(uri), anchor), locked),
            "former_names": list(locked.former_names) if locked else [],
        }

    return {
        "$schema": SCHEMA,
        "version": VERSION,
        "generator": {"name": GENERATOR, "version": __version__},
        "site": {"name": where.site_name, "url": where.site_url or None, "path": where.path},
        "repository": _describe_repository(shared.repository),
        "profile": grants.profile,
        "agents": [
            entry("agent", a.id, a.name)
            | _describe_agent(a, shared)
            | {"absent_agents": list(dict.fromkeys(absent.get(a.id, ())))}
            for a in catalog.agents
        ],
        "tools": [entry("tool", t.id, t.name) | _describe_tool(t, catalog, grants) for t in catalog.tools],
        "skills": [entry("skill", s.id, s.name) | _describe_skill(s, shared) for s in catalog.skills],
        "servers": [entry("server", s.id, s.name) | _describe_server(s, shared) for s in catalog.servers],
        "settings": [_describe_settings(project) for project in catalog.settings],
        "gone": list(_list_removed(shared)),
        "changes": list(_list_changes(shared)),
        "skipped": [{"path": s.path, "reason": s.reason} for s in catalog.skipped],
        "diagnostics": [
            {
                "check": d.check,
                "level": d.get_level(levels),
                "message": d.message,
                "hint": d.advice,
                **_place(d.span),
            }
            for d in shared.diagnostics
        ],
    }


def _describe_repository(facts: Repository) -> dict[str, Any] | None:
    table = {key: value or None for key, value in asdict(facts).items() if key not in ("folder", "label")}
    return table if any(table.values()) else None


def _list_addresses(current: str, locked: LockEntry | None) -> list[str]:
    return [current, *(address for address in (locked.addresses if locked else ()) if address != current)]


def fingerprint_server(server: McpServer) -> str | None:
    """The hash of what is published of the configurations, wherever they stand."""
    texts = sorted(
        json.dumps([config.transport, config.command, list(config.runtimes), config.is_off])
        for config in server.configs
    )
    return make_fingerprint("\n".join(texts)) if texts else None


def _make_url(shared: CatalogContext, uri: str, anchor: str = "") -> str:
    return urls.make_page_path(uri, shared.where.directory_urls) + (f"#{anchor}" if anchor else "")


def _list_removed(shared: CatalogContext) -> Iterator[dict[str, Any]]:
    """What was published and is there no more; a successor is what a person named as such."""
    for entry in shared.catalog.ledger.now.entries:
        if entry.gone is not None:
            yield {
                "kind": entry.kind,
                "name": entry.name,
                "url": _make_url(shared, *locate_published(shared, entry)),
                "permanent": entry.permanent,
                "since": entry.gone or None,
                "successor": entry.replaced_by,
                "addresses": list(entry.addresses),
                "former_names": list(entry.former_names),
            }


def _list_changes(shared: CatalogContext) -> Iterator[dict[str, Any]]:
    """What changed last, newest first. What other catalogs tell is in theirs."""
    for change in _choose_changes(shared.changes):
        place = locate_change(shared, change)
        yield {
            "kind": change.subject,
            "id": change.id,
            "name": change.name,
            "url": _make_url(shared, *place) if place else None,
            "path": change.path,
            "commit": change.commit,
            "when": change.when,
            "kinds": list(change.kinds),
            "says": [shared.say(text) for text in change.says],
            "gained": list(change.gained),
            "lost": list(change.lost),
            "summary": change.summary or None,
        }


def _choose_changes(entries: Iterable[Change]) -> Iterator[AgentChange]:
    told = 0
    for changes in entries:
        if changes[0].catalog:
            continue
        if told and told + len(changes) > MOST_CHANGES:
            return
        told += len(changes)
        yield from changes


def _describe_texts(kind: str, id: str, shared: CatalogContext) -> dict[str, Any]:
    """By what copies in other repositories are found, and whether these are of an earlier time."""
    locked = shared.catalog.ledger.find_entry(kind, id)
    return {
        "text": locked.content or None if locked else None,
        "former_texts": list(locked.former_contents) if locked else [],
    }


def _describe_settings(project: ProjectSettings) -> dict[str, Any]:
    """A settings file: its rules, its mode and its hooks, of which only names are told."""
    source = project.source
    return {
        "source": _describe_source(source),
        "plugin": source.plugin.name if source.plugin else None,
        "mode": project.default_mode,
        "agent": project.session_agent or None,
        "rules": [
            {"effect": rule.effect, "rule": rule.rule, "line": rule.span.line} for rule in project.rules
        ],
        "hooks": _describe_hooks(project.hooks),
    }


def _describe_hooks(hooks: tuple[Hook, ...]) -> list[dict[str, Any]]:
    return [
        {"event": hook.event, "matcher": hook.matcher, "program": hook.program, **_place(hook.span)}
        for hook in hooks
    ]


def _place(span: Span) -> dict[str, Any]:
    return {"path": span.path, "line": span.line, "column": span.column}


def _describe_source(source: Source | None, line: int = 1) -> dict[str, Any] | None:
    return {"path": source.path, "line": line} if source else None


def _describe_grants(
    agent: Agent, entries: tuple[ToolGrant, ...], grants: PermissionResolver
) -> list[dict[str, Any]]:
    """The entries of a list of ``agent``, each with the decision for what it names."""
    return [
        {
            "rule": entry.rule,
            "tool": entry.tool,
            "specifier": entry.specifier,
            "server": entry.server,
            "key": entry.key,
            "line": entry.span.line,
            **_describe_decision(grants.decide_entry(agent, entry)),
        }
        for entry in entries
    ]


def _describe_fields(fields: tuple[Field, ...]) -> dict[str, Any]:
    return {field.key: json.loads(json.dumps(field.value, default=str)) for field in fields}


def _describe_links(links: tuple[Link, ...]) -> list[dict[str, Any]]:
    return [
        {
            "kind": link.kind,
            "id": link.target,
            "grade": link.strongest,
            "evidence": [
                {
                    **{"grade": e.grade, "text": e.text, "heading": e.heading, **_place(e.span)},
                    "namesakes": e.namesakes,
                }
                for e in link.evidence
            ],
        }
        for link in links
    ]


def _describe_files(kind: str, uri: str, is_file: bool, shared: CatalogContext) -> dict[str, Any]:
    folder = urls.get_page_folder(uri)
    return {
        "json": urls.make_json_uri(kind, folder) if shared.embeds else None,
        "markdown": shared.where.make_definition_uri(kind, folder) if is_file else None,
    }


def _describe_agent(agent: Agent, shared: CatalogContext) -> dict[str, Any]:
    access, plugin = agent.access, agent.source.plugin
    catalog, grants = shared.catalog, shared.grants
    return {
        **_describe_files("agent", urls.make_agent_uri(agent.id), True, shared),
        "fingerprint": fingerprint_definition(agent),
        **_describe_texts("agent", agent.id, shared),
        "source": _describe_source(agent.source, agent.span.line),
        "description": agent.description,
        "summary": agent.summary,
        "group": agent.group,
        "plugin": plugin.name if plugin else None,
        "dialect": agent.dialect,
        "invocation": agent.invocation,
        "changed": catalog.changed.get(agent.source.path),
        "model": agent.model,
        "twins": list(catalog.twins.get(agent.id, ())),
        "settings": _describe_fields(agent.settings),
        "fields": _describe_fields(agent.unknown),
        "tools": None if access.grants is None else _describe_grants(agent, access.grants, grants),
        "denied": _describe_grants(agent, access.denied, grants),
        "ignored": _describe_grants(agent, access.ignored, grants),
        "loaded": not agent.not_loaded,
        "starts": grants.can_start(agent),
        "not_loaded": agent.not_loaded or None,
        "inherits": access.inherits and not agent.not_loaded,
        "basis": grants.get_base_rule(agent),
        "reach": [
            {
                "class": capability.id,
                "tools": [{"name": use.name, **_describe_decision(use.decision)} for use in capability.uses],
            }
            for capability in shared.reach[agent.id]
        ],
        "through": [
            {
                "class": indirect.id,
                "steps": [
                    {
                        "agent": step.agent,
                        "name": step.name,
                        "tool": step.tool,
                        "by": step.rule,
                        "path": step.span.path if step.span else None,
                        "line": step.span.line if step.span else None,
                    }
                    for step in indirect.steps
                ],
            }
            for indirect in shared.through[agent.id]
        ],
        "trifecta": [tool for _purpose, tool in shared.delegation.find_trifecta(agent)],
        "hooks": _describe_hooks(agent.hooks),
        "settings_files": [project.source.path for project in agent.settings_files],
        "instructions": [
            {"path": file.source.path, "globs": list(file.globs), "on_demand": file.is_on_demand}
            for file in agent.instructions
        ],
        "links": _describe_links(catalog.get_links_from("agent", agent.id)),
    }


def _describe_decision(decision: Decision) -> dict[str, Any]:
    return {"outcome": decision.word, "by": decision.rule, "caveats": list(decision.caveats)}


def _count_uses(
    uses: tuple[ToolUse, ...], catalog: Catalog, decide: Callable[[Agent], Decision]
) -> list[dict[str, Any]]:
    """How many agents have a tool or server in the same way and with the same decision, most first."""
    counts = Counter((use.state, decide(catalog.by_id["agent", use.agent])) for use in uses)
    described = [
        {"state": state, **_describe_decision(decision), "count": count}
        for (state, decision), count in counts.items()
    ]
    keys = ("state", "outcome", "by", "caveats")
    return sorted(described, key=lambda use: (-use["count"], *(use[key] for key in keys)))


def _describe_tool(tool: Tool, catalog: Catalog, grants: PermissionResolver) -> dict[str, Any]:
    fact = tool.fact
    return {
        "fingerprint": None,
        "group": tool.group,
        "runtime": tool.runtime or None,
        "server": tool.server,
        "summary": fact.summary if fact else "",
        "permission": fact.permission if fact else None,
        "retired": fact.retired if fact else None,
        "successor": fact.successor if fact else None,
        "uses": _count_uses(tool.uses, catalog, lambda agent: decide_tool(agent, tool, grants)),
    }


def _describe_skill(skill: Skill, shared: CatalogContext) -> dict[str, Any]:
    return {
        **_describe_files("skill", urls.make_skill_uri(skill.id), skill.source is not None, shared),
        "fingerprint": fingerprint_definition(skill),
        **_describe_texts("skill", skill.id, shared),
        "source": _describe_source(
            skill.source, skill.document.get_span("name").line if skill.document else 1
        ),
        "description": skill.description,
        "summary": skill.summary,
        "command": skill.is_command,
        "invocation": skill.invocation if skill.is_command else None,
        "runtimes": list(skill.runtimes),
        "files": list(skill.source.files) if skill.source else [],
        "fields": _describe_fields(skill.fields),
        "links": _describe_links(shared.catalog.get_links_from("skill", skill.id)),
    }


def _describe_server(server: McpServer, shared: CatalogContext) -> dict[str, Any]:
    return {
        "fingerprint": fingerprint_server(server),
        "source": {"path": server.configs[0].span.path, "line": server.configs[0].span.line}
        if server.configs
        else None,
        "configurations": [
            {
                "transport": config.transport,
                "command": config.command,
                "runtimes": list(config.runtimes),
                "off": config.is_off,
                **_place(config.span),
            }
            for config in server.configs
        ],
        "tools": list(server.tools),
        "uses": _count_uses(
            server.uses, shared.catalog, lambda agent: decide_server(agent, server, shared.grants)
        ),
    }


def write_matrix_csv(shared: CatalogContext, effective: bool) -> str:
    """The unfolded matrix: a row an agent, a column a tool or MCP tool in use, the state in words.

    ``effective``: the state is what the rules make of the files, and not what these declare.
    """
    out, catalog = io.StringIO(), shared.catalog
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    tools = [tool for tool in catalog.tools if any(use.state != "inherited" for use in tool.uses)]
    names = name_tools(tools)
    others = list_table_others(shared) if effective else []
    more = list_more_tools(others, tools)
    first = [""] if others else []
    cells = {tool.id: {use.agent: use for use in tool.uses} for tool in tools}
    titles = ["group", "agent", "id", *(names[tool.id] for tool in tools), *more]
    writer.writerow([_escape_cell(title) for title in (["repository", *titles] if others else titles)])
    for agent in catalog.agents:
        row = [*first, _escape_cell(agent.group), _escape_cell(agent.name), agent.id]
        for tool in tools:
            if tool.runtime not in ("", agent.dialect):
                row.append("")
                continue
            if effective:
                row.append(_name_outcome(shared, agent, tool))
                continue
            use = cells[tool.id].get(agent.id)
            specifiers = " ".join(f"({g.specifier})" for g in use.grants if g.specifier) if use else ""
            row.append(_escape_cell(f"{use.state} {specifiers}".strip()) if use else "")
        writer.writerow([*row, *("" for _name in more)])
    for placed in others:
        writer.writerow(map(_escape_cell, build_csv_row(shared, placed, tools, more)))
    return out.getvalue()


def list_catalog_csvs(shared: CatalogContext) -> Iterator[tuple[str, Callable[[], str]]]:
    """A file for each catalog that has pages of its own in the matrix."""
    if list_table_others(shared):
        return
    for other in shared.catalog.other_catalogs:
        yield get_csv_uri(other), partial(_write_catalog_csv, shared, other)


def _write_catalog_csv(shared: CatalogContext, other: OtherCatalog) -> str:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    others = [(other, agent) for agent in other.agents]
    names = list_more_tools(others, [])
    writer.writerow(map(_escape_cell, ["repository", "group", "agent", "id", *names]))
    for placed in others:
        writer.writerow(map(_escape_cell, build_csv_row(shared, placed, [], names)))
    return out.getvalue()


def _name_outcome(shared: CatalogContext, agent: Agent, tool: Tool) -> str:
    decision = decide_tool(agent, tool, shared.grants)
    if shared.is_reached_through_others(agent, tool, decision):
        return "through"
    return "" if decision.outcome == "not_declared" else " ".join(decision.words)


def _escape_cell(text: str) -> str:
    """A cell that a spreadsheet takes for text: one that begins like a formula gets a quote before it."""
    return f"'{text}" if text.lstrip()[:1] in _FORMULA_SIGNS or text[:1] in ("\t", "\r", "\n") else text
