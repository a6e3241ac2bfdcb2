"""Types of what was read. ``None`` means "not stated"; empty means "stated to be empty".

What they are linked to is in ``linked.py``, what is published in ``output.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file: ``path`` relative to the repository (POSIX), ``line`` and ``column`` from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin manifest, or the entry of a marketplace that stands in for one."""

    name: str
    root: str
    description: str | None = None
    version: str | None = None
    category: str | None = None
    runtimes: tuple[str, ...] = ()
    """The names of the runtimes that it has a manifest for; the first is the one that reads its agents."""


SourceKind = Literal["agent", "skill", "mcp", "settings", "command", "instructions"]


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read, and where it belongs.

    ``path`` is relative to the repository, ``below`` to the root it was found under; ``label`` is the first
    segment of its address when the root has one; ``kind`` says what the file is taken for.
    """

    path: str
    below: str
    kind: SourceKind
    root: str
    text: str
    label: str | None = None
    plugin: Plugin | None = None
    dialect: str | None = None
    files: tuple[str, ...] = ()
    """For a skill: the other files of its folder, relative to it."""
    other_roots: tuple[str, ...] = ()
    """For a skill or a command: further folders from which links lead to it."""
    companions: tuple[tuple[str, str], ...] = ()
    """Path and text of other files that belong to the definition and say a part of it."""
    places: tuple[tuple[str, Span], ...] = ()
    """For servers that a manifest holds: where the name of each stands in it. ``text`` are these alone."""

    @property
    def plain_text(self) -> str:
        """The text with the same sign at the end of each line, and no mark before the first."""
        return self.text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")

    @property
    def lines(self) -> list[str]:
        """The lines of the text, whichever signs end them: places are counted in these."""
        return self.plain_text.split("\n")


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was looked at and left out, with the reason for it."""

    path: str
    reason: str
    cause: Literal["", "no frontmatter", "other place"] = ""
    """What is more than a reason: a file without frontmatter may be an agent that is hidden, and one in a
    place that is not read may be one that is wanted."""
    turned_off: tuple[str, str, str] | None = None
    """The agent that it turns off: its runtime, within what agents of one name are one, and its name."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file with its frontmatter read.

    ``values`` holds plain Python values, ``spans`` the place of each value by dotted key (``tools.0``).
    ``repaired`` is set when strict YAML failed and quoting helped, as runtimes do it; ``error`` when no
    runtime can read it: ``values`` are then what its author is likely to mean.
    ``body_line`` is the line of the file on which ``body`` begins. ``masked_keys`` are the top-level keys
    whose values may not be published, ``masked_lines`` what is published in place of lines, counted from 0.
    """

    source: Source
    values: dict[str, Any] = field(hash=False)
    spans: dict[str, Span] = field(hash=False)
    body: str
    body_line: int
    repaired: Diagnostic | None = None
    error: Diagnostic | None = None
    notes: tuple[Diagnostic, ...] = ()
    masked_keys: frozenset[str] = frozenset()
    masked_lines: dict[int, str] = field(default_factory=dict, hash=False)
    has_frontmatter: bool = True
    body_path: str = ""
    """The file that ``body`` stands in, where that is another one: ``body_line`` is a line of it."""
    lines: tuple[int, int] | None = None
    """The first and the last line that are about it, where the file defines something else as well."""
    layers: tuple[Document, ...] = ()
    """All definitions of which a runtime makes this one, itself among them: the later ones count. Empty if
    there is no other one."""

    @property
    def others(self) -> tuple[Document, ...]:
        """The other definitions that are merged into this one."""
        place = (self.source.path, self.lines)
        return tuple(layer for layer in self.layers if (layer.source.path, layer.lines) != place)

    def get_span(self, key: str = "") -> Span:
        """The place of ``key``; if the key has none, the first line that is about this."""
        return self.spans.get(key) or Span(self.source.path, self.lines[0] if self.lines else 1)

    def get_body_span(self, line: int, column: int = 1) -> Span:
        """A place in the body; ``line`` is of the file that the body stands in."""
        return Span(self.body_path or self.source.path, line, column)

    def list_paths(self) -> list[str]:
        """The files in which it is defined, one of them maybe twice."""
        paths = [self.source.path, self.body_path, *(other.source.path for other in self.others)]
        return [path for path in paths if path]

    def holds(self, span: Span) -> bool:
        """Whether a place is in what defines this, so that a finding there is about it."""
        if any(other.holds(span) for other in self.others):
            return True
        if span.path == self.source.path:
            return self.lines is None or self.lines[0] <= span.line <= self.lines[1]
        return bool(self.body_path) and span.path == self.body_path


Effect = Literal["allow", "ask", "deny"]
Base = Literal["everything", "nothing", "session", "unknown"]
"""What an agent has of the tools that no entry names; ``session``: those of whoever starts it."""


@dataclass(frozen=True, slots=True)
class ToolGrant:
    """One entry of a tool list.

    ``rule`` is the entry as written; ``tool`` the tool's name (``Bash``, ``mcp__s__t``); ``server`` is set
    for MCP entries, and ``pattern`` when the entry means all tools of the server (or, as ``*``, every tool).
    """

    rule: str
    tool: str
    effect: Effect
    key: str
    span: Span
    specifier: str | None = None
    server: str | None = None
    pattern: bool = False


@dataclass(frozen=True, slots=True)
class ToolAccess:
    """What a file declares. ``grants`` is ``None`` when no key that the runtime reads says anything.

    ``grants`` hold what is allowed, with or without a question, ``denied`` what is denied; ``ignored`` are
    entries under a key that the runtime does not read in this kind of file. ``base`` is what the agent has
    beside them.
    """

    grants: tuple[ToolGrant, ...] | None
    denied: tuple[ToolGrant, ...] = ()
    ignored: tuple[ToolGrant, ...] = ()
    base: Base = "everything"

    @property
    def every(self) -> tuple[ToolGrant, ...]:
        return (self.grants or ()) + self.denied + self.ignored

    @property
    def inherits(self) -> bool:
        """Whether what no entry names is inherited."""
        return self.base in ("everything", "session")


@dataclass(frozen=True, slots=True)
class Field:
    """A frontmatter key with its value as plain data."""

    key: str
    value: Any
    span: Span


@dataclass(frozen=True, slots=True)
class Example:
    """An ``<example>`` block of a description: who says what, in order."""

    context: str | None
    turns: tuple[tuple[str, str], ...]
    commentary: str | None


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """What of a server's configuration may be shown: never ``env``, ``headers`` or argument values."""

    span: Span
    transport: str
    command: str | None
    plugin: str | None = None
    """The plugin that brings it."""
    is_unpinned: bool = False
    """Whether it runs whatever version of its package is the newest."""
    is_off: bool = False
    """Whether it is switched off where it is configured."""
    runtimes: tuple[str, ...] = ()
    """The names of the runtimes that read this configuration."""
    digest: str = ""
    """The hash of the whole, by which it is found under another name. It is never written anywhere."""
    start_digest: str = ""
    """A short hash of what is started or called: program, arguments, address. Only a review records it."""


InlineServer = tuple[str, ServerConfig]


@dataclass(frozen=True, slots=True)
class Hook:
    """A program that the runtime runs at an event: which event, for which tools, and the program's name.

    ``matcher`` is as written, empty for every tool. ``program`` is never more than the name of a script or a
    program, or what kind of hook it is.
    """

    event: str
    matcher: str
    program: str
    span: Span


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """What a settings file says for every session in its project: rules of permissions, the mode, hooks."""

    source: Source
    rules: tuple[ToolGrant, ...] = ()
    default_mode: str | None = None
    hooks: tuple[Hook, ...] = ()
    stops_hooks: bool | None = None
    """Whether no hook runs, whatever else says so; ``None`` where the file does not say."""
    session_agent: str = ""
    """The agent as which sessions run; empty where the file does not say."""
    session_span: Span = Span("")
    servers_off: frozenset[tuple[str, str]] = frozenset()
    """The MCP servers that it switches off: the file that configures each, and its id."""
    agents_off: frozenset[str] = frozenset()
    """The names of the agents of its project that it switches off; ``*`` for all."""


@dataclass(frozen=True, slots=True)
class InstructionFile:
    """A file that a runtime gives to every session in a project, or to those that work on some files.

    ``globs``: the files; empty for every session. The text is never published.
    """

    source: Source
    globs: tuple[str, ...] = ()
    is_on_demand: bool = False
    """Whether it is given only when the model or a person asks for it."""


@dataclass(frozen=True, slots=True)
class Agent:
    """One agent definition. ``id`` is its slug path below ``agents/`` and never changes with its name."""

    id: str
    name: str
    title: str
    description: str | None
    summary: str
    examples: tuple[Example, ...]
    lead: str
    group: str
    dialect: str
    source: Source
    document: Document
    access: ToolAccess
    skills: tuple[tuple[str, Span], ...] | None
    servers: tuple[tuple[str, Span], ...] | None
    inline_servers: tuple[InlineServer, ...]
    model: str | None
    settings: tuple[Field, ...]
    unknown: tuple[Field, ...]
    invocation: str
    """What calls it: ``@agent-name`` or ``@agent-plugin:name``."""
    notes: tuple[Diagnostic, ...] = ()
    foreign_runtime: str = ""
    """Whom the file is written for, if by its place or its ending it is not for the runtime that reads it."""
    not_loaded: str = ""
    """Why its runtime does not load the file; empty if it does."""
    hooks: tuple[Hook, ...] = ()
    """The hooks that its own file declares and the runtime reads."""
    instructions: tuple[InstructionFile, ...] = ()
    """The instruction files of the project that it is given beside its own prompt, sorted by path."""
    settings_files: tuple[ProjectSettings, ...] = ()
    """The settings files that hold for it, the most general first."""
    session_servers: frozenset[str] | None = None
    """The ids of the MCP servers that its session has as far as files say so: those configured where its
    sessions read them, and those that its own text names. ``None`` before it is linked."""
    off_servers: frozenset[str] = frozenset()
    """The ids of those that are configured there and switched off."""

    @property
    def span(self) -> Span:
        return self.document.get_span("name")

    @property
    def project_rules(self) -> tuple[ToolGrant, ...]:
        """The permission rules of the settings files that hold for it."""
        return tuple(rule for settings in self.settings_files for rule in settings.rules)

    @property
    def session_span(self) -> Span | None:
        """Where the settings say that sessions run as this agent; ``None`` if they do not."""
        for settings in reversed(self.settings_files):
            if settings.session_agent:
                return settings.session_span if settings.session_agent == self.name else None
        return None

    @property
    def every_hook(self) -> tuple[Hook, ...]:
        """Its own hooks and those of the settings files that hold for it, unless these stop all hooks."""
        choices = [file.stops_hooks for file in self.settings_files if file.stops_hooks is not None]
        if choices and choices[-1]:
            return ()
        return (*self.hooks, *(hook for settings in self.settings_files for hook in settings.hooks))


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill, found (``document``) or only named."""

    id: str
    name: str
    description: str | None
    summary: str
    source: Source | None
    document: Document | None
    fields: tuple[Field, ...] = ()
    notes: tuple[Diagnostic, ...] = ()
    is_command: bool = False
    """Whether it is a command: one file, called by a person as ``/name``."""
    invocation: str = ""
    """What a person writes to run it."""
    runtimes: tuple[str, ...] = ()
    """The names of the runtimes that read the place of its file, where the place says so."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something found. It has no severity: how loud it is belongs to the site's options."""

    check: str
    span: Span
    message: str
    hint: str = ""
    yaml_lines: tuple[str, ...] = ()
    """The lines of ``mkdocs.yml`` that the hint speaks of, to be pasted as they are."""
    is_information: bool = False
    """Whether it is no more than information, as it is about another repository, and the site did not choose
    a level for its check."""
    accepted: str = ""
    """Who accepts it until when and why, as the policy of the repository says; empty if nobody does."""

    def __str__(self) -> str:
        return "\n".join(
            [f"{self.span}: {_join_lines(self.message)} [{self.check}]", *self.list_hint_lines()]
        )

    def get_level(self, levels: Mapping[str, str]) -> str:
        """How loud it is. ``levels`` are those of the checks, as the site has them."""
        level = levels.get(self.check, "warn")
        return "info" if self.is_information and level in ("error", "warn") else level

    def list_hint_lines(self) -> list[str]:
        """The hint and the YAML lines for a terminal. A line of a value may not become a line of the log."""
        lines = [f"  hint: {_join_lines(self.hint)}"] if self.hint else []
        return lines + [f"    {_join_lines(line)}" for line in self.yaml_lines]

    @property
    def advice(self) -> str:
        """The hint, and below it the YAML lines, for what takes texts of several lines."""
        return "\n".join([self.hint, *self.yaml_lines])


def _join_lines(text: str) -> str:
    return " ".join(text.splitlines())


def write_options(*lines: str) -> tuple[str, ...]:
    """The lines of ``mkdocs.yml`` that give the plugin the options ``lines``."""
    return ("plugins:", "  - search", "  - agent-catalog:", *(f"      {line}" for line in lines))
