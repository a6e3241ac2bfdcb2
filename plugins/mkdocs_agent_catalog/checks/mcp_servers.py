"""Checks of MCP servers: renamed tools, and versions that are not pinned."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..model.catalog import Catalog
from ..model.definitions import Diagnostic, Span
from ..model.mcp_tool_names import McpToolName
from ..permissions.decisions import PermissionResolver
from ..text.data_files import load_table
from ..text.i18n import say
from ..text.strings import make_server_id
from .check import check


@check("warn")
def renamed_mcp_tool(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """A listed MCP tool was renamed. Newer versions of the server do not have the old name."""
    renamed = load_table(Path(__file__).with_suffix(".yaml"))["renamed"]
    for agent in catalog.agents:
        for grant in agent.access.every:
            mcp_name = McpToolName.parse(grant.tool)
            now = renamed.get(make_server_id(mcp_name.server), {}).get(mcp_name.tool) if mcp_name else None
            if mcp_name and now:
                message = say(
                    "`{rule}`: the server calls this tool `{name}` since {year}",
                    rule=grant.rule,
                    name=now["name"],
                    year=now["since"],
                )
                # As the list spells it: each runtime has its own way to name tools of servers.
                start = grant.rule.removesuffix(mcp_name.tool)
                new_name = McpToolName(mcp_name.server, now["name"])
                hint = say("use `{tool}`", tool=new_name if start == grant.rule else start + now["name"])
                yield Diagnostic("renamed_mcp_tool", grant.span, message, hint)


@check()
def unpinned_server(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """An MCP server runs without a fixed version. Each start may run another version."""
    names: dict[str, list[tuple[Span, str]]] = {}
    for server in catalog.servers:
        for config in server.configs:
            if config.is_unpinned:
                names.setdefault(config.span.path, []).append((config.span, server.name))
    for servers in names.values():
        listed = ", ".join(f"`{name}`" for _span, name in sorted(servers))
        message = say("MCP servers without a fixed version: {names}", names=listed)
        hint = say("add a version to the package, such as `package@1.2.3`")
        yield Diagnostic("unpinned_server", min(servers)[0], message, hint)
