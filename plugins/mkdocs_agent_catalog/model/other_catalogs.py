"""Catalogs of other repositories: where a snapshot of each is, and what is shown of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from .changes import AgentChange

META_SUFFIX = ".pull.json"
"""What `agent-catalog pull` knows of a snapshot is in a file beside it, whose name ends so."""


@dataclass(frozen=True, slots=True)
class CatalogSource:
    """A catalog that the options name. ``id`` is the first part of the addresses of its agents; ``path`` is
    the snapshot, relative to the folder of ``mkdocs.yml``; ``url`` is where it is fetched from."""

    id: str
    path: str
    url: str = ""
    label: str = ""

    @property
    def title(self) -> str:
        """What people call the repository."""
        return self.label or self.id


@dataclass(frozen=True, slots=True)
class OtherTool:
    """An entry of a list of tools, with the decision of the team's catalog."""

    rule: str
    outcome: str
    is_usable: bool

    @property
    def name(self) -> str:
        """Its tool, without what it is limited to."""
        return self.rule.partition("(")[0]


@dataclass(frozen=True, slots=True)
class OtherAgent:
    """An agent as its team's catalog describes it. ``uri`` is its page here, empty before it has a place.
    ``former`` are paths that led to it, below the folder of the agents."""

    id: str
    name: str
    summary: str = ""
    description: str = ""
    group: str = ""
    model: str = ""
    runtime: str = ""
    path: str = ""
    changed: str = ""
    not_loaded: str = ""
    inherits: bool = False
    capabilities: tuple[str, ...] = ()
    through: tuple[str, ...] = ()
    tools: tuple[OtherTool, ...] | None = None
    denied: tuple[str, ...] = ()
    page_url: str = ""
    edit_url: str = ""
    former: tuple[str, ...] = ()
    uri: str = ""

    @property
    def inherits_all(self) -> bool:
        """Whether the team's catalog says that it inherits all tools."""
        return self.inherits and not self.denied and not self.not_loaded

    @property
    def listed_tools(self) -> tuple[str, ...]:
        """The tools that its list gives it, each once."""
        return tuple(dict.fromkeys(tool.name for tool in self.tools or () if tool.is_usable))

    @property
    def entries(self) -> tuple[OtherTool, ...]:
        """The entries of its lists, the denied ones too."""
        return (*(self.tools or ()), *(OtherTool(rule, "denied", False) for rule in self.denied))


@dataclass(frozen=True, slots=True)
class OtherItem:
    """An agent, skill or server as others see it: what it uses, and by what copies of it are found.

    ``is_here``: that the repository has it, and does not only name it. ``links`` are kind, id (in its own
    catalog) and grade of what it uses; ``absent`` the names of agents that it starts and that are not there.
    ``other_names`` are what it is called as well, ``former_names`` what it was called. ``text`` is the hash
    of its text, and ``former_texts`` those of earlier ones. ``repository`` is the one that it is in, where
    a catalog has several.
    """

    kind: str
    id: str
    name: str
    is_here: bool = True
    is_command: bool = False
    page_url: str = ""
    links: tuple[tuple[str, str, str], ...] = ()
    absent: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()
    fingerprint: str = ""
    text: str = ""
    former_texts: tuple[str, ...] = ()
    repository: str = ""


@dataclass(frozen=True, slots=True)
class RemovedItem:
    """Something that a team removed: its kind, its last and earlier names, the day, and the id of what took
    its place."""

    kind: str
    names: tuple[str, ...]
    day: str = ""
    successor: str = ""


@dataclass(frozen=True, slots=True)
class RemovedAgent:
    """An agent that its team removed. ``successor`` is the id of the agent that took its place."""

    name: str
    day: str = ""
    page_url: str = ""
    former: tuple[str, ...] = ()
    successor: str = ""
    uri: str = ""


@dataclass(frozen=True, slots=True)
class OtherCatalog:
    """A snapshot that was read. ``day`` is the day on which it was fetched or committed."""

    source: CatalogSource
    site_url: str = ""
    repository_url: str = ""
    commit: str = ""
    day: str = ""
    agents: tuple[OtherAgent, ...] = ()
    removed: tuple[RemovedAgent, ...] = ()
    items: tuple[OtherItem, ...] = ()
    removed_items: tuple[RemovedItem, ...] = ()
    changes: tuple[AgentChange, ...] = ()
    """What changed there last, newest first."""
    uri: str = ""
    redirects: tuple[tuple[str, str], ...] = field(default=())
    """Uris that lead on, each with the uri of the page that it leads to."""

    @property
    def id(self) -> str:
        """The first part of the addresses of its agents."""
        return self.source.id
