"""What if: what comes of switching off a capability, a server or a tool, and a form for anything else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from ..addresses import urls
from ..addresses.urls import WHAT_IF, Href
from ..model.output import Heading
from ..permissions.capabilities import CLASSES
from ..rights.what_if_data import Loss, WhatIfData
from ..text.i18n import mark_for_translation as _
from .page import CatalogContext, Page, make_list_page
from .server import explain_loss

TITLE = _("What if")
# Of each kind, the heaviest: all others are answered by the form.
MOST_ROWS = 25
_PLACE = "PLACE"
_MEANING = _("What an edit means")
_KINDS = {"capability": _("Capabilities"), "server": _("MCP servers"), "tool": _("Tools")}


def list_what_if_pages(shared: CatalogContext) -> Iterator[Page]:
    """The page, if there is an agent."""
    if not shared.catalog.agents:
        return
    about = _("Who loses what when a tool, an MCP server, an agent or a skill is switched off.")
    build = partial(_build_context, shared)
    yield make_list_page(shared, WHAT_IF, "what_if.html.jinja", shared.say(TITLE), about, build)


def _build_context(shared: CatalogContext, href: Href) -> dict[str, Any]:
    data = WhatIfData(shared.catalog, shared.grants)
    packed = data.pack()
    packed["titles"] = {id: shared.say(title) for id, title in CLASSES}
    packed["told"] = dict(_list_told(shared, data))
    packed["places"] = {kind: href(*urls.locate_item(kind, _PLACE)) for kind in ("server", "agent", "skill")}
    groups: dict[str, list[dict[str, Any]]] = {}
    for loss in data.list_losses():
        if loss.agents:
            groups.setdefault(loss.kind, []).append(_build_row(shared, loss, href))
    return {
        "groups": [
            {
                "kind": kind,
                "title": shared.say(_KINDS[kind]),
                "rows": rows[:MOST_ROWS],
                "more": len(rows) - MOST_ROWS,
                "stopped": any(row["stopped"] for row in rows),
            }
            for kind, rows in groups.items()
        ],
        "data": json.dumps(packed, ensure_ascii=False, separators=(",", ":")),
        "headings": (
            *(Heading(2, kind, shared.say(_KINDS[kind])) for kind in groups),
            Heading(2, "meaning", shared.say(_MEANING)),
        ),
    }


def _list_told(shared: CatalogContext, data: WhatIfData) -> Iterator[tuple[str, tuple[str, list[int]]]]:
    """By edit, for each server: what its page says about its loss, and who lists it, by numbers."""
    for server in shared.catalog.servers:
        texts, naming = explain_loss(shared, server)
        numbers = [data.agent_numbers[agent.id] for agent in naming]
        yield f"server:{server.id}", (" ".join(map(shared.say, texts)), numbers)


def _build_row(shared: CatalogContext, loss: Loss, href: Href) -> dict[str, Any]:
    name, place = loss.id, ""
    if loss.kind == "capability":
        name = shared.say(dict(CLASSES)[loss.id])
    elif loss.kind == "server":
        name, place = shared.catalog.by_id["server", loss.id].name, href(urls.make_server_uri(loss.id))
    else:
        tools = [tool for tool in shared.catalog.tools if tool.name == loss.id and not tool.server]
        place = href(urls.locate_tool(tools[0].name, tools[0].id)[0]) if len(tools) == 1 else ""
    return {
        "edit": f"{loss.kind}:{loss.id}",
        "id": loss.id,
        "name": name,
        "href": place,
        "agents": loss.agents,
        "capabilities": loss.capabilities,
        "stopped": loss.stopped,
    }
