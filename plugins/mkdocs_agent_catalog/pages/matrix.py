"""The matrix: agents as rows in their groups, tools as columns in theirs, every cell with sign and words.

There are two of it, declared and effective: the same rows and columns, told apart by their address.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from .. import urls
from ..facts import GROUPS
from ..linked import McpServer, ToolUse
from ..model import Agent, ToolGrant
from ..reach import of_server
from ..rules import UNKNOWN_BASIS, Decision
from ..urls import Href
from ..usage import tool_name
from .columns import Column, columns
from .lists import group_titles
from .page import Page, Shared
from .proof import OUTCOMES, STATES

MOST_RARE = 6
DECLARED, EFFECTIVE = "matrix.md", "matrix/effective.md"
Cell = dict[str, Any]


class View(Protocol):
    """What fills the matrix."""

    legend: Mapping[str, tuple[str, str]]
    words: str
    total_words: str

    def row(self, agent: Agent) -> tuple[str, str]:
        """The words of a row in one cell (empty: it has cells of its own) and its total."""

    def cell(self, agent: Agent, column: Column) -> Cell:
        """One cell: state, sign, words for a screen reader, and what is shown below the sign."""

    def total(self, column: Column) -> int:
        """The number below a column."""


class Declared:
    """What the files say."""

    legend: Mapping[str, tuple[str, str]] = {n: shown for n, shown in STATES.items() if n != "pattern"}
    words = "may use which tool, as their files declare it"
    total_words = "Granted by name"

    def __init__(self, shared: Shared) -> None:
        pass

    def row(self, agent: Agent) -> tuple[str, str]:
        access = agent.access
        if agent.document.error:
            return "? not known: the file cannot be read", "?"
        if access.null:
            return "? not known: `tools` has no value", "?"
        denied = {grant.tool for grant in access.denied}
        named = {grant.tool for grant in access.grants or () if grant.tool != "*"} - denied
        total = "all" if access.inherits else str(len(named))
        if access.denied or access.ignored:
            return "", total
        if access.inherits:
            why = "the file asks for all" if access.grants else "no tools declared"
            return f"↓ every tool of the session ({why})", total
        return "" if access.grants else "∅ no tools (the list is empty)", total

    def cell(self, agent: Agent, column: Column) -> Cell:
        found = column.uses.get(agent.id)
        if not found:
            return _EMPTY
        if column.rare:
            return _rare([_declared_words(name, use) for name, use in found])
        name, use = found[0]
        sign, words = STATES[use.state]
        said = use.state in ("specifier", "pattern") or any(grant.rule != name for grant in use.grants)
        return _cell(use.state, sign, words, use.grants if said else ())

    def total(self, column: Column) -> int:
        states = ("granted", "specifier", "pattern")
        return sum(1 for uses in column.uses.values() if any(use.state in states for _, use in uses))


class Effective:
    """What the rules make of it."""

    legend: Mapping[str, tuple[str, str]] = {n: s for n, s in OUTCOMES.items() if n != "not_declared"}
    words = "can really use which tool, by the rules of the runtime"
    total_words = "Can use it"

    def __init__(self, shared: Shared) -> None:
        self.shared = shared

    def _decide(self, agent: Agent, column: Column) -> Decision:
        grants = self.shared.grants
        if isinstance(column.thing, McpServer):
            return of_server(agent, column.thing, grants)
        return grants.of(agent, column.name)

    def row(self, agent: Agent) -> tuple[str, str]:
        grants = self.shared.grants
        if not grants.listed(agent):
            return "", "?" if grants.basis(agent) in UNKNOWN_BASIS else "all"
        named = {tool_name(one): one for one in agent.access.grants or ()}
        reaching = sum(1 for one in named.values() if grants.of_entry(agent, one).reaches)
        return "", str(reaching + len(grants.turned_on(agent)))

    def cell(self, agent: Agent, column: Column) -> Cell:
        found = column.uses.get(agent.id) or ()
        if column.rare:
            return _rare([self._rare_words(agent, name, use) for name, use in found]) if found else _EMPTY
        decision = self._decide(agent, column)
        if decision.outcome == "not_declared" or (decision.outcome == "never" and not found):
            return _EMPTY
        sign, words = OUTCOMES[decision.outcome]
        entries = found[0][1].grants if found and decision.outcome in ("unenforced", "enforced") else ()
        return _cell(decision.outcome, sign, words, entries)

    def _rare_words(self, agent: Agent, name: str, use: ToolUse) -> str:
        outcome = self.shared.grants.of_entry(agent, use.grants[0]).outcome
        rules = ", ".join(dict.fromkeys(one.rule for one in use.grants))
        return rules if outcome == "allowed" else f"{rules} ({OUTCOMES[outcome][1]})"

    def total(self, column: Column) -> int:
        if column.rare:
            return len(column.uses)
        return sum(1 for agent in self.shared.catalog.agents if self._decide(agent, column).reaches)


_EMPTY: Cell = {"state": "none", "sign": "", "words": "not declared", "shown": ""}


def _cell(state: str, sign: str, words: str, entries: Iterable[ToolGrant]) -> Cell:
    rules = ", ".join(dict.fromkeys(grant.rule for grant in entries))
    shown = ", ".join(dict.fromkeys(_within(grant) for grant in entries))
    return {"state": state, "sign": sign, "words": f"{words}: {rules}" if rules else words, "shown": shown}


def _rare(named: list[str]) -> Cell:
    more = f" and {len(named) - MOST_RARE} more" if len(named) > MOST_RARE else ""
    words = f"{len(named)} rare tool{'s' if len(named) > 1 else ''}: {', '.join(named)}"
    return {
        "state": "rare",
        "sign": str(len(named)),
        "words": words,
        "shown": ", ".join(named[:MOST_RARE]) + more,
    }


def _within(grant: ToolGrant) -> str:
    """What an entry says beyond the tool or server of its column."""
    if grant.server:
        return grant.tool.removeprefix("mcp__").partition("__")[2] or "*"
    return grant.specifier or grant.rule


def _declared_words(name: str, use: ToolUse) -> str:
    """A rare tool as its cell names it: as written, and how it stands unless it is granted."""
    rules = ", ".join(dict.fromkeys(grant.rule for grant in use.grants)) or name
    return rules if use.state in ("granted", "specifier", "pattern") else f"{rules} ({STATES[use.state][1]})"


def matrix_pages(shared: Shared) -> Iterator[Page]:
    """The matrix as declared and as effective, each complete without JavaScript."""
    views: tuple[tuple[str, str, type[Declared] | type[Effective]], ...] = (
        (DECLARED, "Tool matrix", Declared),
        (EFFECTIVE, "Tool matrix: effective", Effective),
    )
    for uri, title, view in views:
        yield Page(
            uri=uri,
            template="matrix.html.jinja",
            title=title,
            context=lambda href, uri=uri, view=view: _context(shared, view(shared), uri, href),  # type: ignore[misc]
            description=f"Which agents {view.words}.",
            wide=True,
            search=(("", title, f"Which agents {view.words}"),),
        )


def _context(shared: Shared, view: View, uri: str, href: Href) -> dict[str, Any]:
    found = columns(shared.catalog)
    groups: list[dict[str, Any]] = []
    for column in found:
        if not groups or groups[-1]["id"] != column.group:
            title = dict(GROUPS).get(column.group, "Rare")
            groups.append({"id": column.group, "title": title, "width": 0})
        groups[-1]["width"] += 1
    bodies = [
        {"title": name or "General", "rows": [_row(view, agent, found, href) for agent in agents]}
        for name, agents in group_titles(shared.catalog.agents)
    ]
    return {
        "columns": [
            {"name": c.name, "href": href(c.uri) if c.uri else None, "total": view.total(c)} for c in found
        ],
        "rare": [{"name": name, "href": href(uri)} for c in found for name, uri in c.rare],
        "column_groups": groups,
        "bodies": bodies,
        "view": view,
        "switch": [
            {"title": "declared", "href": href(DECLARED), "here": uri == DECLARED},
            {"title": "effective", "href": href(EFFECTIVE), "here": uri == EFFECTIVE},
        ],
        "agents": len(shared.catalog.agents),
        "csv": href("matrix.csv" if uri == DECLARED else "matrix-effective.csv"),
        "headings": (),
    }


def _row(view: View, agent: Agent, found: list[Column], href: Href) -> dict[str, Any]:
    words, total = view.row(agent)
    base = {"name": agent.title, "href": href(urls.agent(agent.id)), "all": words, "total": total}
    return base if words else {**base, "cells": [view.cell(agent, column) for column in found]}
