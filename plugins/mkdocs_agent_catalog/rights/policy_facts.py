"""What a policy can ask of agents, skills, servers and settings files: facts with their proof, and doubts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial

from ..linking.tool_usage import get_tool_name
from ..model.catalog import Catalog, McpServer
from ..model.definitions import Agent, Document, ServerConfig, Span
from ..model.mcp_tool_names import McpToolName
from ..model.policy import Subjects, Word
from ..permissions.capabilities import CLASSES, CONDITIONAL, UNKNOWN, decide_server
from ..permissions.decisions import PermissionResolver
from ..permissions.delegation import Step
from ..runtimes import DEFAULT, get_runtime, get_runtime_of, list_runtimes, name_runtimes
from ..runtimes.mcp_config import FETCHERS
from ..runtimes.rules import Decision
from ..text.i18n import mark_for_translation as _
from ..text.strings import make_server_id, make_single_line, matches_stars
from .subjects import ANY_AGENT, Right, RightKind, list_subjects

UNGROUPED = "General"
NOT_LOADED = _("its file is not loaded")
NOT_SAID = _("no file says all that it may do")
NOT_SAID_OF_SERVERS = _("it may call MCP servers, and no file says what these do")
NOT_CONFIGURED = _("no file configures it")
NOT_FETCHED = _("its file does not say which version runs")
# What an MCP server may do for whoever calls it.
_BY_SERVERS = frozenset({"commands", "files", "network"})


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that holds for a subject. A rule speaks of it if it has any of the ``names``; ``is_any``: it
    includes whatever a rule names. ``right`` is the proof where it is a right."""

    label: str
    names: tuple[str, ...]
    span: Span
    ways: frozenset[str] = frozenset()
    is_any: bool = False
    right: Right | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        """The chain to what an agent has only through others."""
        return self.right.steps if self.right else ()


class Facts:
    """Facts of one kind, which are found by their names."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self.all = list(facts)
        self._by_name: dict[str, set[int]] = {}
        for number, fact in enumerate(self.all):
            for name in fact.names:
                self._by_name.setdefault(name.casefold(), set()).add(number)

    def split(self, words: Iterable[Word]) -> tuple[list[Fact], list[Fact]]:
        """The facts that one of the ``words`` names, and the others."""
        meant: set[int] = set()
        for word in words:
            key = word.text.casefold()
            meant |= self._by_name.get(key, set())
            if "*" in key:
                meant.update(*(n for name, n in self._by_name.items() if matches_stars(key, name)))
        if not meant:
            return [], self.all
        numbers = range(len(self.all))
        return [self.all[n] for n in numbers if n in meant], [self.all[n] for n in numbers if n not in meant]


FactLister = Callable[[str, tuple[Word, ...]], Facts]
"""Facts of a kind. ``words`` are those of a rule, of which some facts can only be looked for."""
Doubt = Callable[[str, Callable[[str], bool], tuple[Word, ...], Callable[[str], bool]], str]
"""Why nobody knows whether a fact of a kind holds: asked with the kind, whether a name is one that the rule
is about, its words, and whether it is about rights in a way. Empty if it is known."""


@dataclass(frozen=True, slots=True)
class PolicySubject:
    """An agent, a skill, a way to start a server, or a settings file, as a rule sees it."""

    kind: Subjects
    id: str
    name: str
    span: Span
    names: frozenset[str]
    facets: Mapping[str, frozenset[str]]
    list_facts: FactLister
    find_doubt: Doubt


def matches(words: Iterable[Word], names: Iterable[str]) -> bool:
    """Whether one of the ``words`` means one of the ``names``; capitals do not matter."""
    texts = {name.casefold() for name in names}
    keys = [word.text.casefold() for word in words]
    return any(
        key in texts or ("*" in key and any(matches_stars(key, text) for text in texts)) for key in keys
    )


def list_policy_subjects(catalog: Catalog, grants: PermissionResolver) -> tuple[PolicySubject, ...]:
    """Everything that a rule can be about."""
    rights = {(s.kind, s.id): s.rights for s in list_subjects(catalog, grants)}
    has_several_runtimes = len(list_runtimes(catalog.agents)) > 1
    ungrouped = DEFAULT.title if has_several_runtimes else UNGROUPED
    mcp_tools = dict.fromkeys(tool.name for tool in catalog.tools if tool.server)
    mcp_tools |= {f"{McpToolName(server.id)}__": None for server in catalog.servers}
    subjects = [
        _AgentFacts(catalog, agent, grants, rights["agent", agent.id], mcp_tools).make_subject(ungrouped)
        for agent in catalog.agents
    ]
    subjects += [
        _make_subject("skills", s.id, s.name, Span(s.source.path), s.runtimes, _list_text_facts(s.document))
        for s in catalog.skills
        if s.source and s.document
    ]
    subjects += [subject for server in catalog.servers for subject in _list_server_subjects(server)]
    for settings in catalog.settings:
        path = settings.source.path
        facts = [_make_fact(right, Span(path)) for right in rights["settings", path].values()]
        by_kind = _by_kind([(f.right.kind, f) for f in facts if f.right])
        subjects.append(_make_subject("settings", path, path, Span(path), (), by_kind))
    return tuple(subjects)


def _by_kind(facts: Iterable[tuple[str, Fact]]) -> FactLister:
    table: dict[str, list[Fact]] = {}
    for kind, fact in facts:
        table.setdefault(kind, []).append(fact)
    by_kind = {kind: Facts(listed) for kind, listed in table.items()}
    return lambda kind, words: by_kind.get(kind) or Facts(())


def _doubt_nothing(
    kind: str, concerns: Callable[[str], bool], words: tuple[Word, ...], counts: Callable[[str], bool]
) -> str:
    return ""


def _doubt_everything(
    kind: str, concerns: Callable[[str], bool], words: tuple[Word, ...], counts: Callable[[str], bool]
) -> str:
    return NOT_CONFIGURED


def _make_subject(
    kind: Subjects,
    id: str,
    name: str,
    span: Span,
    runtimes: Collection[str],
    list_facts: FactLister,
    find_doubt: Doubt = _doubt_nothing,
) -> PolicySubject:
    name = make_single_line(name)
    names = frozenset((id, name, span.path))
    runtimes = frozenset((*runtimes, *name_runtimes(runtimes)))
    facets = {"names": names, "path": frozenset({span.path}), "runtime": runtimes}
    return PolicySubject(kind, id, name, span, names, facets, list_facts, find_doubt)


def _list_server_subjects(server: McpServer) -> Iterator[PolicySubject]:
    """The server once for each file that configures it; once without any."""
    for config in server.configs:
        words = [
            word
            for word in (
                config.transport,
                config.command or "",
                "switched off" if config.is_off else "",
                "newest version" if config.is_unpinned else "",
                "pinned" if config.command in FETCHERS and not config.is_unpinned else "",
            )
            if word
        ]
        facts = _by_kind([("setup", Fact(word, (word,), config.span)) for word in words])
        doubt = _make_server_doubt(config)
        yield _make_subject("servers", server.id, server.name, config.span, config.runtimes, facts, doubt)
    if not server.configs:
        span = next((grant.span for use in server.uses for grant in use.grants), Span(""))
        yield _make_subject("servers", server.id, server.name, span, (), _by_kind(()), _doubt_everything)


def _make_server_doubt(config: ServerConfig) -> Doubt:
    def find_doubt(
        kind: str, concerns: Callable[[str], bool], words: tuple[Word, ...], counts: Callable[[str], bool]
    ) -> str:
        is_asked = concerns("pinned") or concerns("newest version")
        return NOT_FETCHED if is_asked and config.command not in FETCHERS else ""

    return find_doubt


def _list_text_facts(document: Document) -> FactLister:
    """The keys of the frontmatter, and the words of a rule that stand in the text below it."""

    text = " ".join(document.body.split()).casefold()
    fields: list[Facts] = []

    def list_facts(kind: str, words: tuple[Word, ...]) -> Facts:
        if kind == "prompt":
            return Facts(
                Fact(word.text, (word.text,), _find_line(document, word.text))
                for word in words
                if _holds(text, word.text.casefold())
            )
        if not fields:
            fields.append(Facts(_list_fields(document)))
        return fields[0]

    return list_facts


def _holds(text: str, words: str) -> bool:
    return matches_stars(f"*{words}*", text) if "*" in words else words in text


def _list_fields(document: Document) -> Iterator[Fact]:
    for key, value in document.values.items():
        values = value if isinstance(value, list) else [value]
        pairs = [f"{key}={make_single_line(str(v))}" for v in values if not isinstance(v, dict | list)]
        yield Fact(key, (key, *pairs), document.get_span(key))


def _find_line(document: Document, words: str) -> Span:
    """The first line with the words, or where they begin; else the first line of the text."""
    lines = document.body.casefold().split("\n")
    for part in (words.casefold(), words.casefold().split("*")[0].split(" ")[0]):
        for number, line in enumerate(lines):
            if part and part in line:
                return document.get_body_span(document.body_line + number, line.index(part) + 1)
    return document.get_body_span(document.body_line)


def _find_way(how: str) -> frozenset[str]:
    """The words for how somebody has a right, and the way that they mean."""
    words = frozenset(how.split(", "))
    if words & {"explicit", "through", "conditional", "inherited"}:
        return words
    return words | {"conditional" if words & CONDITIONAL else "explicit"}


def _make_fact(right: Right, otherwise: Span) -> Fact:
    is_any = right.kind == "delegation" and right.name == ANY_AGENT
    label, names = right.name, [right.name]
    if right.kind == "capability":
        names.append(dict(CLASSES)[right.name])
    elif right.kind in ("model", "mode"):
        label, names = right.how, [right.how]
    # A chain ends in another file: it is shown where it begins.
    span = (right.steps[0].span if right.steps else right.span) or otherwise
    return Fact(label, tuple(names), span, _find_way(right.how), is_any, right)


@lru_cache(maxsize=10_000)
def _list_spellings(runtime_name: str, tool: str) -> tuple[str, ...]:
    """The names of a tool: older ones that still work too, and that of the server that has it."""
    if name := McpToolName.parse(tool):
        return tool, str(McpToolName(name.server))
    runtime = get_runtime(runtime_name)
    current = runtime.get_current_name(tool)
    older = (name for name in runtime.tools if runtime.get_current_name(name) == current)
    return (tool, current, *older)


@dataclass(slots=True)
class _AgentFacts:
    """Facts and doubts about one agent."""

    catalog: Catalog
    agent: Agent
    grants: PermissionResolver
    rights: Mapping[tuple[RightKind, str], Right]
    mcp_tools: Mapping[str, None]
    """Known tools of all servers, and for the rest of each server a name that ends in ``__``."""
    _list_texts: FactLister = field(init=False)
    _facts: dict[str, Facts] = field(default_factory=dict)
    _mcp_facts: dict[str, Fact | None] = field(default_factory=dict)
    _unknown_tools: list[str] | None = None

    def __post_init__(self) -> None:
        self._list_texts = _list_text_facts(self.agent.document)

    def make_subject(self, ungrouped: str) -> PolicySubject:
        agent, runtime = self.agent, get_runtime_of(self.agent)
        names = frozenset({agent.id, agent.name, agent.title, agent.source.path})
        own = [right for right in self.rights.values() if right.how != "through"]
        titles = dict(CLASSES)
        facets = {
            "names": names,
            "path": frozenset({agent.source.path}),
            "group": frozenset({agent.group or ungrouped}),
            "runtime": frozenset({runtime.name, runtime.title}),
            "model": frozenset({agent.model or "not set"}),
            "skill": frozenset(self.catalog.list_skill_names(agent)),
            "tool": frozenset(right.name for right in own if right.kind == "tool"),
            "server": frozenset(right.name for right in own if right.kind == "server"),
            "capability": frozenset(
                name
                for right in own
                if right.kind == "capability"
                for name in (right.name, titles.get(right.name, right.name))
            ),
        }
        name = make_single_line(agent.title)
        return PolicySubject(
            "agents", agent.id, name, agent.span, names, facets, self.list_facts, self.find_doubt
        )

    def list_facts(self, kind: str, words: tuple[Word, ...]) -> Facts:
        if kind in ("field", "prompt"):
            return self._list_texts(kind, words)
        if kind not in self._facts:
            rights = [right for right in self.rights.values() if right.kind == kind]
            facts = [_make_fact(r, self.agent.span) for r in rights if r.name != UNKNOWN[0] or kind == "tool"]
            if kind == "tool":
                spell = partial(_list_spellings, self.agent.dialect)
                facts = [replace(fact, names=spell(fact.label)) for fact in facts]
                others = (name for name in self.mcp_tools if ("tool", name) not in self.rights)
                facts += filter(None, map(self._find_mcp_fact, others))
            self._facts[kind] = Facts(facts)
        if kind == "tool" and (named := self._list_named_tools(words)):
            return Facts([*self._facts[kind].all, *filter(None, map(self._find_mcp_fact, named))])
        return self._facts[kind]

    def _list_named_tools(self, words: Iterable[Word]) -> list[str]:
        """Tools of servers that a rule names, and no file."""
        return [
            word.text
            for word in words
            if (name := McpToolName.parse(word.text))
            and not (name.is_pattern or "*" in name.server)
            and word.text not in self.mcp_tools
            and ("tool", word.text) not in self.rights
        ]

    def _find_mcp_fact(self, name: str) -> Fact | None:
        """The fact that the agent may use a tool of a server, or ``None``."""
        if name not in self._mcp_facts:
            decision = self._decide(name)
            fact = None
            if decision.is_usable:
                entry = next((e for e in self.agent.access.every if name.startswith(e.tool)), None)
                span = entry.span if entry else self.agent.span
                label = f"{name}*" if name.endswith("__") else name
                right = Right("tool", label, ", ".join(decision.words), (), decision.rule, span)
                fact = replace(_make_fact(right, span), names=_list_spellings(self.agent.dialect, label))
            self._mcp_facts[name] = fact
        return self._mcp_facts[name]

    def _decide(self, name: str) -> Decision:
        mcp_name = McpToolName.parse(name)
        return self.grants.decide(self.agent, name, make_server_id(mcp_name.server) if mcp_name else None)

    def find_doubt(
        self,
        kind: str,
        concerns: Callable[[str], bool],
        words: tuple[Word, ...],
        counts: Callable[[str], bool],
    ) -> str:
        if kind not in ("capability", "tool", "server", "delegation"):
            return ""
        if self.agent.not_loaded:
            return NOT_LOADED
        unknown = self.rights.get(("capability", UNKNOWN[0]))
        is_open = unknown is not None and unknown.how != "through"
        if kind == "capability":
            return self._find_capability_doubt(concerns, unknown, counts)
        if kind == "server":
            servers = (server for server in self.catalog.servers if concerns(server.name))
            unsaid = any(
                decide_server(self.agent, server, self.grants).outcome == "unknown" for server in servers
            )
            return NOT_SAID if unsaid or is_open else ""
        runtime = get_runtime_of(self.agent)
        if kind == "delegation":
            return NOT_SAID if any(map(self._is_unknown, runtime.agent_tools[:1])) else ""
        if any(
            map(
                concerns,
                (*self._list_unknown_tools(), *filter(self._is_unknown, self._list_named_tools(words))),
            )
        ):
            return NOT_SAID
        # Tools that nobody can name are meant by a rule that does not name built-in ones.
        builtin = runtime.names_by_lowercase
        if is_open and (concerns("") or not all(word.text.lower() in builtin for word in words)):
            return NOT_SAID
        return NOT_SAID_OF_SERVERS if self._may_be_one_of_the_rest(words) else ""

    def _is_unknown(self, tool: str) -> bool:
        return self._decide(tool).outcome == "unknown"

    def _list_unknown_tools(self) -> list[str]:
        """The tools of which nobody knows whether the agent may use them."""
        if self._unknown_tools is None:
            entries = (entry for entry in self.agent.access.every if not entry.pattern)
            listed = (get_tool_name(self.agent, entry) for entry in entries)
            names = dict.fromkeys((*get_runtime_of(self.agent).current_tools, *listed, *self.mcp_tools))
            self._unknown_tools = [name for name in names if self._is_unknown(name)]
        return self._unknown_tools

    def _find_capability_doubt(
        self, concerns: Callable[[str], bool], unknown: Right | None, counts: Callable[[str], bool]
    ) -> str:
        by_servers = self.rights.get(("capability", "mcp"))
        if not unknown and not by_servers:
            return ""
        concerned = {id for id, title in CLASSES if concerns(id) or concerns(title)}
        if unknown and concerned and (unknown.how != "through" or counts("through")):
            return NOT_SAID
        if by_servers and concerned & _BY_SERVERS and (by_servers.how != "through" or counts("through")):
            return NOT_SAID_OF_SERVERS
        return ""

    def _may_be_one_of_the_rest(self, words: Iterable[Word]) -> bool:
        """Whether a pattern for some tools of a server may mean one that no file names."""
        for word in words:
            name = McpToolName.parse(word.text)
            if name and name.tool not in ("", "*") and (name.is_pattern or "*" in name.server):
                for server in self.catalog.servers:
                    is_meant = matches_stars(name.server.casefold(), server.id.casefold())
                    if is_meant and self._find_mcp_fact(f"{McpToolName(server.id)}__"):
                        return True
        return False
