"""Types of the linked catalog: evidence and edges, tools and servers with their agents."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from .address_lock import AddressHistory
from .definitions import (
    Agent,
    Diagnostic,
    Plugin,
    ProjectSettings,
    ServerConfig,
    Skill,
    Skipped,
    Span,
    ToolGrant,
)
from .other_catalogs import OtherCatalog
from .policy import Policy
from .repositories import Repository, find_repository
from .reviews import Reviews

EvidenceGrade = Literal["preloaded", "table", "called", "configured", "declared", "named"]


GRADES: tuple[EvidenceGrade, ...] = ("preloaded", "declared", "configured", "table", "called", "named")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why one thing is linked to another: how strongly, where, and the words of the place."""

    grade: EvidenceGrade
    span: Span
    text: str = ""
    heading: str = ""
    namesakes: int = 0
    """How many others of this name may be meant as well: what the words stand for is one of them all."""


@dataclass(frozen=True, slots=True)
class Link:
    """An edge of the catalog. ``kind`` and ``target`` name what is linked (by id)."""

    origin_kind: Literal["agent", "skill"]
    origin: str
    kind: Literal["agent", "skill", "server", "tool"]
    target: str
    evidence: tuple[Evidence, ...]

    @property
    def strongest(self) -> EvidenceGrade:
        return min((e.grade for e in self.evidence), key=GRADES.index)

    @property
    def namesakes(self) -> int:
        """How many others may be meant by all that is said of it; none if a place leaves no doubt."""
        return min(e.namesakes for e in self.evidence)


@dataclass(frozen=True, slots=True)
class BuiltinTool:
    """What the data file knows of a built-in tool."""

    name: str
    group: str
    summary: str
    permission: str | None
    retired: str | None = None
    successor: str | None = None
    source: str = ""
    reach: str | None = None
    """What else than reading and planning it allows: commands, files, network or delegates."""
    members: tuple[str, ...] = ()
    """The tools that an entry of this name stands for beside it, where it is a set."""


DeclaredState = Literal["granted", "specifier", "denied", "inherited", "ignored", "pattern", "partial"]


@dataclass(frozen=True, slots=True)
class ToolUse:
    """An agent at a tool: by which entry, and how it is shown."""

    agent: str
    state: DeclaredState
    grants: tuple[ToolGrant, ...] = ()

    @property
    def is_listed(self) -> bool:
        """Whether the file asks for the tool by name; the runtime may refuse it all the same."""
        return self.state not in ("inherited", "denied")


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool with every agent that has it. ``server`` is set for MCP tools, which all runtimes share;
    ``runtime`` is the name of the one that another tool belongs to."""

    id: str
    name: str
    group: str
    fact: BuiltinTool | None
    server: str | None
    uses: tuple[ToolUse, ...]
    runtime: str = ""

    @property
    def is_former_name(self) -> bool:
        """Whether it is no tool of its own, but an older name of one."""
        return self.fact is not None and bool(self.fact.retired and self.fact.successor)


@dataclass(frozen=True, slots=True)
class McpServer:
    """An MCP server: configured, used, or both."""

    id: str
    name: str
    configs: tuple[ServerConfig, ...]
    tools: tuple[str, ...]
    uses: tuple[ToolUse, ...]
    links: tuple[Link, ...] = ()

    @property
    def runtimes(self) -> tuple[str, ...]:
        """The names of the runtimes that it is configured for."""
        return tuple(dict.fromkeys(name for config in self.configs for name in config.runtimes))


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything, linked."""

    agents: tuple[Agent, ...]
    skills: tuple[Skill, ...]
    tools: tuple[Tool, ...]
    servers: tuple[McpServer, ...]
    links: tuple[Link, ...]
    skipped: tuple[Skipped, ...]
    notes: tuple[Diagnostic, ...] = ()
    plugins: tuple[Plugin, ...] = ()
    settings: tuple[ProjectSettings, ...] = ()
    """Settings files of runtimes that hold for agents of the catalog."""
    repo: Path | None = None
    """The folder that paths are relative to, for what must look whether a file exists."""
    repositories: tuple[Repository, ...] = ()
    """Those of files of the catalog that are not the own one."""
    other_catalogs: tuple[OtherCatalog, ...] = ()
    """The catalogs of other repositories, each as its snapshot says."""
    ledger: AddressHistory = field(default_factory=AddressHistory)
    """Every address that was ever published, and where what it led to is now."""
    policy: Policy | None = None
    """The rules that the repository sets itself."""
    reviews: Reviews | None = None
    """Who looked at which agents; ``None`` where nobody records it."""
    changed: dict[str, str] = field(default_factory=dict)
    """The day of each file's last change, by its path, where git knows it."""
    twins: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The ids of the agents that are the same for other runtimes, by the id of the agent."""
    by_id: dict[tuple[str, str], Any] = field(default_factory=dict)

    def find_repository(self, path: str) -> Repository:
        """The repository that the file at ``path`` is in."""
        return find_repository(self.repositories, path)

    def get_links_from(self, kind: str, id: str) -> tuple[Link, ...]:
        out: tuple[Link, ...] = self.by_id.get(("from:" + kind, id), ())
        return out

    def list_skill_names(self, agent: Agent) -> list[str]:
        """The names of the skills that ``agent`` names."""
        links = (link for link in self.get_links_from("agent", agent.id) if link.kind == "skill")
        return [self.by_id["skill", link.target].name for link in links]

    def get_links_to(self, kind: str, id: str) -> tuple[Link, ...]:
        out: tuple[Link, ...] = self.by_id.get(("to:" + kind, id), ())
        return out
