"""``catalog.cdx.json``: agents, skills and MCP servers as a bill of materials.

Source of the form: CycloneDX 1.6 (https://cyclonedx.org). Only what the pages show of a server is in it:
never ``env``, ``headers``, arguments or addresses. It has no time, and its serial number comes from what it
says, so that two builds of one commit write the same file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from .. import __version__
from ..addresses import urls
from ..model.catalog import McpServer
from ..model.definitions import Agent, Skill
from ..pages.page import CatalogContext
from ..reading.fingerprints import fingerprint_definition
from ..text.strings import make_single_line
from .catalog_json import GENERATOR, fingerprint_server

NAME = "catalog.cdx.json"
_PREFIX = "agent-catalog"
# What a component needs to do its work, and not what its text only speaks of.
_NEEDED = frozenset({"preloaded", "declared", "configured"})
_UNUSED = frozenset({"denied", "ignored", "inherited"})


def build_bill_of_materials(shared: CatalogContext) -> str:
    """The text of the file, with a line for each component."""
    components = [_describe(shared, "agent", agent) for agent in shared.catalog.agents]
    components += [_describe(shared, "skill", skill) for skill in shared.catalog.skills if skill.source]
    components += [_describe_server(shared, server) for server in shared.catalog.servers]
    table = {
        "metadata": _describe_catalog(shared),
        "components": components,
        "dependencies": list(_list_dependencies(shared)),
    }
    dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    serial = uuid5(NAMESPACE_URL, dump(table)).urn
    head = {"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": serial, "version": 1}
    parts = [f"{dump(key)}:{dump(value)}" for key, value in {**head, "metadata": table["metadata"]}.items()]
    for key in ("components", "dependencies"):
        lines = ",\n".join(map(dump, table[key]))
        parts.append(f"{dump(key)}:[\n{lines}\n]")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _describe_catalog(shared: CatalogContext) -> dict[str, Any]:
    facts, name = shared.repository, make_single_line(shared.where.site_name) or "agent-catalog"
    catalog: dict[str, Any] = {"type": "application", "bom-ref": "catalog", "name": name}
    if facts.commit:
        catalog["version"] = facts.commit
    if facts.url:
        catalog["externalReferences"] = [{"type": "vcs", "url": facts.url}]
    tool = {"type": "application", "name": GENERATOR, "version": __version__}
    return {"tools": {"components": [tool]}, "component": catalog}


def _describe(shared: CatalogContext, kind: str, item: Agent | Skill) -> dict[str, Any]:
    """The component of an agent or skill: a file, with the hash of what is published of it."""
    source, is_command = item.source, isinstance(item, Skill) and item.is_command
    runtimes = (item.dialect,) if isinstance(item, Agent) else item.runtimes
    properties = [("kind", "command" if is_command else kind), *(("runtime", name) for name in runtimes)]
    properties += [("path", source.path)] if source else []
    if isinstance(item, Agent):
        properties += [("capability", capability.id) for capability in shared.reach[item.id]]
    plugin = source.plugin if source else None
    version = next((str(f.value) for f in _list_fields(item) if f.key == "version" and f.value), "")
    version = version or ((plugin.version or "") if plugin else "")
    hashed = fingerprint_definition(item)
    return {
        "type": "file",
        "bom-ref": f"{kind}:{item.id}",
        **({"group": plugin.name} if plugin else {}),
        "name": item.name,
        **({"version": version} if version else {}),
        **({"description": item.summary} if item.summary else {}),
        **({"hashes": [{"alg": "SHA-256", "content": hashed.partition(":")[2]}]} if hashed else {}),
        **_link_to_page(shared, kind, item.id),
        "properties": _name_properties(properties),
    }


def _list_fields(item: Agent | Skill) -> tuple[Any, ...]:
    return item.unknown if isinstance(item, Agent) else item.fields


def _describe_server(shared: CatalogContext, server: McpServer) -> dict[str, Any]:
    """The component of a server. What it is made of is not known, so it has no hash: a property has that of
    its configurations."""
    hashed = fingerprint_server(server)
    properties = [("kind", "server"), *(("runtime", name) for name in server.runtimes)]
    properties += [("transport", name) for name in sorted({config.transport for config in server.configs})]
    properties += [("path", path) for path in sorted({config.span.path for config in server.configs})]
    properties += [("fingerprint", hashed)] if hashed else []
    return {
        "type": "application",
        "bom-ref": f"server:{server.id}",
        "name": server.name,
        **_link_to_page(shared, "server", server.id),
        "properties": _name_properties(properties),
    }


def _link_to_page(shared: CatalogContext, kind: str, id: str) -> dict[str, Any]:
    address = shared.where.make_absolute(urls.locate_item(kind, id)[0])
    return {"externalReferences": [{"type": "documentation", "url": address}]} if address else {}


def _name_properties(properties: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": f"{_PREFIX}:{name}", "value": value} for name, value in properties]


def _list_dependencies(shared: CatalogContext) -> Iterator[dict[str, Any]]:
    """For each agent and skill the others that it needs, and the servers that it may use."""
    catalog = shared.catalog
    known = {("agent", agent.id) for agent in catalog.agents}
    known |= {("skill", skill.id) for skill in catalog.skills if skill.source}
    known |= {("server", server.id) for server in catalog.servers}
    needed: dict[tuple[str, str], set[tuple[str, str]]] = {item: set() for item in known}
    for kind, id in known:
        for link in catalog.get_links_from(kind, id):
            if link.strongest in _NEEDED and (link.kind, link.target) in known:
                needed[kind, id].add((link.kind, link.target))
    for server in catalog.servers:
        for use in server.uses:
            if use.state not in _UNUSED:
                needed["agent", use.agent].add(("server", server.id))
    yield {"ref": "catalog", "dependsOn": [f"{kind}:{id}" for kind, id in sorted(known)]}
    for (kind, id), items in sorted(needed.items()):
        if others := sorted(items - {(kind, id)}):
            yield {"ref": f"{kind}:{id}", "dependsOn": [":".join(item) for item in others]}
