"""Changes that a person thinks through: something is switched off, or an agent has another list of tools.

``apply_edits`` gives the catalog as it would be read from the changed repository. An agent or a skill that is
switched off has no file. A tool, an MCP server or a capability that is switched off is denied to everybody,
whatever is listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from ..linking.linker import link_catalog
from ..model.catalog import Catalog
from ..model.definitions import Agent, Document, Skipped, Span, ToolGrant
from ..model.mcp_tool_names import McpToolName
from ..permissions.capabilities import CLASSES
from ..permissions.decisions import Denials, PermissionResolver
from ..reading.tool_entries import parse_entry, split_entries
from ..runtimes import RUNTIMES, get_runtime_of, list_runtimes
from ..runtimes.runtime import Runtime
from ..text.suggestions import ask_what_is_meant

EditKind = Literal["agent", "skill", "server", "tool", "capability"]
EDIT_KINDS: tuple[EditKind, ...] = get_args(EditKind)
_NOWHERE = Span("")


class BadEditError(ValueError):
    """An edit that names nothing of the catalog, or that cannot be answered."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One change. ``id`` is that of the agent, skill, server or capability, or the name of a tool.
    ``tools`` is the new list of an agent, and ``None`` where the thing is switched off."""

    kind: EditKind
    id: str
    tools: tuple[str, ...] | None = None

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}" + ("" if self.tools is None else f"={', '.join(self.tools)}")


@dataclass(frozen=True, slots=True)
class EditedCatalog:
    """A catalog with edits: who is there, and what they are let do."""

    catalog: Catalog
    grants: PermissionResolver


def parse_edit(text: str, catalog: Catalog, is_list: bool) -> Edit:
    """``tool:Bash``, or ``Bash`` where only one thing is called so. With ``is_list`` it is
    ``agent:reviewer=Read, Grep``. Agents, skills and servers are named by their id, name or file. Capitals
    matter only where they tell two things apart. Raises ``BadEditError``."""
    subject, sign, listed = text.partition("=") if is_list else (text, "", "")
    kind, _colon, name = subject.strip().partition(":")
    kinds = ("agent",) if is_list else EDIT_KINDS
    if kind in kinds and name.strip():
        kinds, name = (kind,), name.strip()
    else:
        name = subject.strip()
    if not name or (is_list and not sign) or kind in set(EDIT_KINDS) - set(kinds):
        example = "agent:reviewer=Read, Grep" if is_list else "tool:Bash"
        raise BadEditError(f"`{text}` is no edit: write it as `{example}`")
    kind, id = _find_thing(subject.strip(), name, _list_names(catalog, kinds))
    return Edit(kind, id, tuple(split_entries(listed)) if is_list else None)


_Thing = tuple[EditKind, str]


def _list_names(catalog: Catalog, kinds: Iterable[EditKind]) -> dict[_Thing, tuple[str, ...]]:
    """What can be switched off, with its names: the id first."""
    tools = [name for runtime in list_runtimes(catalog.agents) for name in runtime.tools]
    names: dict[_Thing, tuple[str, ...]] = {}
    if "capability" in kinds:
        names |= {("capability", id): (id, title) for id, title in CLASSES}
    if "tool" in kinds:
        names |= {("tool", name): (name,) for name in (*tools, *(tool.name for tool in catalog.tools))}
    groups: dict[EditKind, Iterable[Any]] = {
        "agent": catalog.agents,
        "skill": (skill for skill in catalog.skills if skill.source),
        "server": catalog.servers,
    }
    for kind, items in groups.items():
        if kind in kinds:
            names |= {(kind, item.id): (item.id, item.name, _get_path(item)) for item in items}
    return names


def _find_thing(text: str, name: str, names: dict[_Thing, tuple[str, ...]]) -> _Thing:
    """The thing that is called ``name``; ``text`` is what was typed. Of one kind, ids go before names."""
    folded = name.casefold()
    things = [thing for thing in names if thing[1] == name]
    if not things or len({kind for kind, _id in names}) > 1:
        things = [thing for thing, own in names.items() if name in own]
    things = things or [thing for thing, own in names.items() if folded in map(str.casefold, own)]
    if len(things) == 1:
        return things[0]
    if things:
        several = ", ".join(":".join(thing) for thing in things)
        raise BadEditError(f"`{text}` is the name of several: {several}")
    question = ask_what_is_meant(name, (known for own in names.values() for known in own if known))
    raise BadEditError(f"nothing in the catalog is `{text}`{question}")


def _get_path(item: Any) -> str:
    source = getattr(item, "source", None)
    return source.path if source else ""


def apply_edits(catalog: Catalog, edits: Iterable[Edit], profile: str) -> EditedCatalog:
    """``catalog`` with ``edits``, linked and decided again. Raises ``BadEditError``."""
    edits = tuple(edits)
    gone = {(edit.kind, edit.id) for edit in edits if edit.tools is None}
    lists = {edit.id: edit.tools for edit in edits if edit.tools is not None}
    agents = [agent for agent in catalog.agents if ("agent", agent.id) not in gone]
    skills = [skill for skill in catalog.skills if skill.source and ("skill", skill.id) not in gone]
    if lists or len(agents) < len(catalog.agents) or any(kind == "skill" for kind, _id in gone):
        agents = [
            _replace_list(agent, lists[agent.id], profile) if agent.id in lists else agent for agent in agents
        ]
        # What the file of an agent configures goes with it.
        own = {c.span for a in catalog.agents if ("agent", a.id) in gone for _name, c in a.inline_servers}
        configs = [(s.name, c) for s in catalog.servers for c in s.configs if c.span not in own]
        linked = link_catalog(
            agents, skills, configs, catalog.skipped, catalog.notes, catalog.plugins, catalog.repo
        )
        catalog = replace(linked, settings=catalog.settings, repositories=catalog.repositories)
    return EditedCatalog(catalog, PermissionResolver(profile, find_denials(gone)))


def find_denials(gone: Iterable[tuple[str, str]]) -> Denials:
    """What everybody is denied when these tools, servers and capabilities are switched off, by the name of
    the runtime."""
    gone = sorted(gone)
    return {
        runtime.name: tuple(entry for kind, id in gone for entry in _list_denials(runtime, kind, id))
        for runtime in RUNTIMES.values()
    }


def _list_denials(runtime: Runtime, kind: str, id: str) -> Iterator[ToolGrant]:
    if kind == "server":
        yield ToolGrant("", str(McpToolName(id)), "deny", "", _NOWHERE, server=id, pattern=True)
        return
    names: tuple[str, ...] = ()
    if kind == "tool" and (id.startswith("mcp__") or runtime.knows_tool(id)):
        names = (id,)
    elif kind == "capability":
        names = tuple(name for name, tool in runtime.tools.items() if tool.reach == id)
        names += {"mcp": ("mcp__*",), "delegates": runtime.agent_tools}.get(id, ())
    for name in dict.fromkeys(names):
        yield parse_entry(name, "deny", "", _NOWHERE)


def _replace_list(agent: Agent, tools: tuple[str, ...], profile: str) -> Agent:
    edited = read_with_list(agent, tools, profile) if can_replace_list(agent, profile) else None
    if edited is None:
        raise BadEditError(f"`{agent.id}` cannot have another list of tools")
    return edited


def can_replace_list(agent: Agent, profile: str) -> bool:
    """Whether the file of the agent can have another list of tools, and says all that there is of its own."""
    runtime = get_runtime_of(agent)
    key = runtime.tools_key
    if agent.not_loaded or not key or isinstance(agent.document.values.get(key), dict):
        return False
    again = _read_again(agent, agent.document, profile)
    return again is not None and _list_rules(again) == _list_rules(agent)


def _list_rules(agent: Agent) -> tuple[object, ...]:
    access = agent.access
    return access.base, [(entry.key, entry.rule, entry.effect) for entry in access.every]


def read_with_list(agent: Agent, tools: Iterable[str], profile: str) -> Agent | None:
    """``agent`` as its runtime reads it with the list ``tools`` in its file; ``None`` if it is none then."""
    document, key = agent.document, get_runtime_of(agent).tools_key
    spans = {name: span for name, span in document.spans.items() if not f"{name}.".startswith(f"{key}.")}
    spans[key] = document.get_span(key)
    values = {**document.values, key: list(tools)}
    return _read_again(agent, replace(document, values=values, spans=spans), profile)


def _read_again(agent: Agent, document: Document, profile: str) -> Agent | None:
    runtime = get_runtime_of(agent)
    edited = runtime.read_agent(document)
    if isinstance(edited, Skipped):
        return None
    edited = runtime.apply_profile(edited, profile)
    return replace(
        edited,
        id=agent.id,
        settings_files=agent.settings_files,
        instructions=agent.instructions,
        session_servers=agent.session_servers,
        off_servers=agent.off_servers,
    )
