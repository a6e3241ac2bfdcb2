"""What a page is before it is rendered, and what all pages share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import wraps
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar, cast

from markupsafe import Markup

from ..addresses import urls
from ..addresses.urls import Href, SiteLocation
from ..checks.suppressions import Suppressed
from ..model.catalog import Catalog, Evidence, Link, McpServer, Tool
from ..model.changes import AgentChange
from ..model.definitions import Agent, Diagnostic, Document
from ..model.item_kinds import ITEM_KINDS
from ..model.mcp_tool_names import McpToolName
from ..model.other_catalogs import OtherAgent, OtherCatalog
from ..model.output import Heading, SearchEntry
from ..model.repositories import Repository
from ..permissions.capabilities import Capability, find_capabilities
from ..permissions.decisions import PermissionResolver
from ..permissions.delegation import DelegationFinder, IndirectCapability
from ..reading.build_cache import NO_CACHE, BuildCache
from ..reading.masking import MASK
from ..rights.chains import ChainFinder, Node
from ..rights.reviews import ReviewReport, judge_reviews
from ..rights.timeline import Timeline
from ..runtimes import DEFAULT, list_runtimes
from ..runtimes.rules import Decision
from ..runtimes.runtime import Runtime
from ..text import markdown
from ..text.i18n import ENGLISH, Translations, say
from ..text.strings import make_slug
from .agent_groups import AgentGroup, arrange_groups
from .pagination import ListPage, PageLimits, PaginatedList, Section, paginate
from .prompt_links import PromptLinks
from .term_index import TermIndex

F = TypeVar("F", bound=Callable[..., Any])
GRADE_WORDS = {
    "preloaded": "preloaded",
    "declared": "declared",
    "configured": "configured",
    "table": "in a table",
    "called": "called in the text",
    "named": "mentioned",
}


# A table of contents that is longer is not read.
MOST_HEADINGS = 25
# The page of all agents.
INDEX = "agents/index.md"


@dataclass(frozen=True, slots=True)
class Page:
    """``context`` is asked for what the template gets when the page is rendered, with the page's ``href``;
    for a page of a list, ``paginate_page`` puts it in."""

    uri: str
    template: str
    title: str
    context: Callable[[Href], dict[str, Any]] = lambda href: {}
    description: str = ""
    source: str | None = None
    wide: bool = False
    search: tuple[SearchEntry, ...] = ()
    subject: tuple[str, str] | None = None
    """Kind and id of the agent, tool, skill or server that the page is about."""
    framed: tuple[str, ...] = ()
    """The groups whose frames the page offers."""


@dataclass(slots=True)
class CatalogContext:
    """The catalog with what every page looks up in it."""

    catalog: Catalog
    diagnostics: tuple[Diagnostic, ...]
    levels: dict[str, str]
    grants: PermissionResolver
    suppressed: tuple[Suppressed, ...] = ()
    say: Translations = ENGLISH
    where: SiteLocation = field(default_factory=SiteLocation)
    changes: tuple[tuple[AgentChange, ...], ...] = ()
    """What changed, newest first, as far as git knows."""
    templates: Path | None = None
    """The folder of the site's own templates."""
    limits: PageLimits = field(default_factory=PageLimits)
    cache: BuildCache = NO_CACHE
    embeds: bool = False
    """Whether files for pages of others are published: frames, badges, oEmbed, the data of one item."""
    highlight_code: bool = True
    """Whether code blocks of definitions are coloured."""
    repository: Repository = field(default_factory=Repository)
    former_places: tuple[SiteLocation, ...] = ()
    """Where the whole catalog was published before."""
    timeline: Timeline | None = None
    """The history of rights, where the site wants it and git has it."""
    leads: PromptLinks = field(init=False)
    by_path: dict[str, list[Diagnostic]] = field(init=False)
    """What was found in each file."""
    group_anchors: dict[str, str] = field(init=False)
    named_tools: int = field(init=False)
    """How many tools the list of an agent asks for; what all inherit says nothing about this catalog."""
    unknown_names: int = field(init=False)
    """How many more names are in lists of tools, which no runtime knows."""
    builtin: tuple[tuple[str, str], ...] = field(init=False)
    """Runtime and name of the built-in tools that somebody names."""
    runtimes: tuple[Runtime, ...] = field(init=False)
    """Those that have agents."""
    names_runtimes: bool = field(init=False)
    """Whether there are several, other catalogs included, so that those of agents are worth naming."""
    usual_runtime: str = field(init=False)
    """That of most agents, which need not be said of each."""
    group_names: dict[str, str] = field(init=False)
    """What the groups are called that are called otherwise than their folders."""
    shared_titles: frozenset[str] = field(init=False)
    """What several agents are called."""
    reach: dict[str, tuple[Capability, ...]] = field(init=False)
    """What each agent (id) reaches."""
    delegation: DelegationFinder = field(init=False)
    reviews: ReviewReport | None = field(init=False)
    """Who looked at which agents, and what changed since; ``None`` where nobody records it."""
    chains: ChainFinder = field(init=False)
    chain_starts: dict[Node, None] = field(init=False)
    """The agents, skills and commands from which a chain has several steps."""
    through: dict[str, tuple[IndirectCapability, ...]] = field(init=False)
    """What each agent (id) reaches only through agents that it may start."""
    by_group: dict[str, list[Agent]] = field(init=False)
    """The groups sorted, and the agents of each by what they are called."""
    index: PaginatedList[Agent] = field(init=False)
    """The agents by group, as the index lists them."""
    groups: list[AgentGroup] = field(init=False)
    """The agents by group, as a page shows them that holds all."""
    same: dict[str, str] = field(init=False)
    """The agents (id) of which there is another one like it: a key that all of a family share."""
    prompts: dict[str, str] = field(init=False)
    """The number of the prompt of those whose prompt is not that of the first of their family."""

    answers: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    """What the functions that are marked with ``once`` found out."""

    def __post_init__(self) -> None:
        self.by_group = dict(group_titles(self.catalog.agents))
        self.leads = PromptLinks(self.catalog)
        self.by_path = {}
        for diagnostic in self.diagnostics:
            self.by_path.setdefault(diagnostic.span.path, []).append(diagnostic)
        self.reach = {
            agent.id: find_capabilities(agent, self.catalog, self.grants) for agent in self.catalog.agents
        }
        self.delegation = DelegationFinder(self.catalog, self.grants, self.reach)
        self.reviews = judge_reviews(self.catalog, self.grants) if self.catalog.reviews else None
        self.chains = ChainFinder(self.catalog, self.grants, self.delegation)
        self.chain_starts = dict.fromkeys(self.chains.list_starts())
        self.through = {agent.id: self.delegation.find_indirect(agent) for agent in self.catalog.agents}
        builtin = [tool for tool in self.catalog.tools if not tool.server and tool.group != "mcp"]
        listed = [tool for tool in builtin if any(use.is_listed for use in tool.uses)]
        self.named_tools = sum(1 for tool in listed if tool.group != "unknown")
        self.unknown_names = sum(1 for tool in builtin if tool.group == "unknown")
        named = [tool for tool in builtin if any(use.state != "inherited" for use in tool.uses)]
        current = (tool for tool in named if tool.fact and not tool.fact.retired)
        self.builtin = tuple(sorted((tool.runtime, tool.name) for tool in current))
        self.runtimes = list_runtimes(self.catalog.agents)
        runtimes = {agent.dialect for agent in self.catalog.agents}
        runtimes |= {agent.runtime for other in self.catalog.other_catalogs for agent in other.agents}
        self.names_runtimes = len(runtimes - {""}) > 1
        usual = Counter(agent.dialect for agent in self.catalog.agents).most_common(1)
        self.usual_runtime = usual[0][0] if usual else ""
        titles = Counter(agent.title for agent in self.catalog.agents)
        self.shared_titles = frozenset(title for title, count in titles.items() if count > 1)
        self.group_names = shorten_groups(self.by_group)
        self.group_anchors = make_group_anchors(self.by_group)
        self.groups = arrange_groups(
            self.by_group, self.group_anchors, self.name_group, self.say("Groups of one agent")
        )
        self.index = self._index()
        self.same = _find_same(self.catalog)
        self.prompts = _number_prompts(self.catalog, self.same)

    def list_problems(self, document: Document) -> list[Diagnostic]:
        """What was found in what defines ``document``: its file, or its part of it, and its prompt."""
        paths = dict.fromkeys(document.list_paths())
        findings = (finding for path in paths for finding in self.by_path.get(path, ()))
        return [finding for finding in findings if document.holds(finding.span)]

    def make_edit_url(self, path: str) -> str:
        """Where the file at ``path`` is edited, in the repository that it is in; empty if it is not known."""
        repository = self.catalog.find_repository(path)
        return (repository if repository.is_other else self.where).make_edit_url(path)

    def count_to_fix(self, document: Document) -> int:
        """How many problems it has that somebody should mend: notes are none."""
        return sum(1 for problem in self.list_problems(document) if problem.get_level(self.levels) != "info")

    def name_group(self, group: str) -> str:
        """What a group is called. The one without a name is the first runtime's, if there are others."""
        if group:
            return self.group_names.get(group, group)
        return DEFAULT.title if len(self.runtimes) > 1 else str(self.say("General"))

    def place_group(self, group: str) -> tuple[str, str]:
        """Page and anchor of a group in the index."""
        return self.index.place(self.group_anchors[group])

    @property
    def tells_history(self) -> bool:
        """Whether the history of rights has pages."""
        return bool(self.timeline and self.timeline.commits)

    @property
    def has_repositories(self) -> bool:
        """Whether agents of several repositories are shown."""
        return bool(self.catalog.repositories or self.catalog.other_catalogs)

    def has_only_through_others(self, agent: Agent, capability: str | None) -> bool:
        """Whether ``agent`` has the capability with this id only through agents that it may start."""
        return any(indirect.id == capability for indirect in self.through[agent.id])

    def is_reached_through_others(
        self, agent: Agent, thing: Tool | McpServer | None, decision: Decision
    ) -> bool:
        """Whether ``agent`` cannot use ``thing`` itself, nor anything else of its capability, but may start
        an agent that can use it."""
        if thing is None or decision.outcome not in ("not_declared", "denied"):
            return False
        fact = thing.fact if isinstance(thing, Tool) else None
        reach = "mcp" if isinstance(thing, McpServer) or thing.server else fact.reach if fact else None
        if not self.has_only_through_others(agent, reach):
            return False
        if isinstance(thing, McpServer):
            named = {grant.tool for use in thing.uses for grant in use.grants}
            names = sorted({f"{McpToolName(thing.id)}__", *named})
            return any(self.delegation.reaches(agent, name, thing.id) for name in names)
        is_of_runtime = thing.runtime in ("", agent.dialect)
        return is_of_runtime and self.delegation.reaches(agent, thing.name, thing.server)

    def list_in_order(self) -> list[Agent]:
        """The agents in the order of the index."""
        if self.index.parts:
            return [agent for agents in self.by_group.values() for agent in agents]
        return [agent for group in self.groups for agent in group.agents]

    def _index(self) -> PaginatedList[Agent]:
        limits = self.limits
        sections = [
            Section(self.group_anchors[name], self.name_group(name), agents, "" if name else "general")
            for name, agents in self.by_group.items()
        ]
        return paginate(
            INDEX,
            self.say("Agents"),
            sections,
            limits.cards,
            lambda agent: agent.title,
            _find_free_folder(self.catalog),
            self.say,
            apart=len(sections) <= limits.groups,
        )

    def outline_headings(self, headings: tuple[Heading, ...]) -> tuple[Heading, ...]:
        """The headings of a body that a table of contents holds: as many levels as leave it short."""
        for deepest in range(6, 1, -1):
            remaining = tuple(heading for heading in headings if heading.level <= deepest)
            top = min((heading.level for heading in headings), default=2)
            if len(remaining) <= MOST_HEADINGS or deepest <= top:
                return remaining
        return headings

    def describe_evidence(self, why: Evidence) -> dict[str, str]:
        return {
            "grade": GRADE_WORDS[why.grade],
            "namesakes": self.describe_namesakes(why.namesakes),
            "where": str(why.span),
            "text": why.text,
            "heading": why.heading,
        }

    def describe_namesakes(self, namesakes: int) -> str:
        """That a name may mean others as well; empty if it does not."""
        return self.say(say("one of {n} with this name", n=namesakes + 1)) if namesakes else ""

    def build_link_rows(self, links: tuple[Link, ...], end: str, href: Href) -> list[dict[str, Any]]:
        """The things at one end of ``links`` (``origin`` or ``target``), strongest evidence first."""
        out = []
        for link in links:
            kind, id = (link.origin_kind, link.origin) if end == "origin" else (link.kind, link.target)
            thing = self.catalog.by_id[kind, id]
            out.append(
                {
                    "name": thing.name,
                    "summary": getattr(thing, "summary", ""),
                    "missing": kind == "skill" and thing.source is None,
                    "kind": kind,
                    "noun": ITEM_KINDS[kind].noun,
                    "when": "",
                    "href": href(*urls.locate_item(kind, id)),
                    "grade": GRADE_WORDS[link.strongest],
                    "evidence": [self.describe_evidence(why) for why in link.evidence],
                }
            )
        return out


def once(find: F) -> F:
    """Makes ``find`` a function that finds only once what it returns of a catalog, and of an agent if it is
    asked about one."""

    @wraps(find)
    def ask(shared: CatalogContext, *items: Agent | OtherCatalog | OtherAgent) -> Any:
        key = (find, *(item.id for item in items))
        if key not in shared.answers:
            shared.answers[key] = find(shared, *items)
        return shared.answers[key]

    return cast(F, ask)


@once
def index_own_terms(shared: CatalogContext) -> TermIndex:
    """What the agents are about; they are numbered in the order of the index."""
    return TermIndex(shared.catalog, shared.list_in_order(), shared.say.language)


def make_list_page(
    shared: CatalogContext,
    uri: str,
    template: str,
    title: str,
    about: str = "",
    context: Callable[[Href], dict[str, Any]] = lambda href: {},
) -> Page:
    """A page that the search finds by its title, which is in the language of the site. ``about`` says what is
    on it, in English."""
    description = shared.say(about or say("{what} of this catalog.", what=title))
    return Page(uri, template, title, context, description, search=(SearchEntry("", title, title),))


def paginate_page(
    page: Page,
    cut: PaginatedList[Any] | None,
    context: Callable[[Href, ListPage[Any] | None], dict[str, Any]],
) -> Iterator[Page]:
    """``page``, whose list is ``cut`` (``None``: it is short), and its parts, which are in no search.

    ``context`` is asked for what a template gets of a part, or of the page of the list (``None``).
    """

    def query(part: ListPage[Any] | None) -> Callable[[Href], dict[str, Any]]:
        return lambda href: {**context(href, part), "parts": cut.build_pager(part, href) if cut else None}

    yield replace(page, context=query(None))
    for item in cut.parts if cut else ():
        yield replace(
            page, uri=item.uri, title=item.title, context=query(item), search=(), source=None, subject=None
        )


def group_titles(agents: tuple[Agent, ...]) -> list[tuple[str, list[Agent]]]:
    """The agents by group, groups and agents sorted; the group without a name comes first."""
    groups: dict[str, list[Agent]] = {}
    for agent in sorted(agents, key=lambda agent: (agent.group, agent.title.casefold(), agent.id)):
        groups.setdefault(agent.group, []).append(agent)
    return list(groups.items())


def shorten_groups(groups: Iterable[str]) -> dict[str, str]:
    """Groups without the parts of their folders that say nothing (``web/.claude/agents/seo``), where what is
    left is the name of no other."""
    names = {}
    for group in groups:
        parts = [part for part in group.split("/") if not part.startswith(".") and part != "agents"]
        names[group] = "/".join(parts)
    counts = Counter(names.values())
    return {group: name for group, name in names.items() if name and name != group and counts[name] == 1}


def _find_same(catalog: Catalog) -> dict[str, str]:
    """Families of agents that are one for a reader: twins, and those with the same words."""
    families: dict[str, str] = {}
    by_words: dict[str, str] = {}
    for agent in sorted(catalog.agents, key=lambda agent: agent.id):
        twins = (families[id] for id in catalog.twins.get(agent.id, ()) if id in families)
        words = " ".join(agent.lead.split()).casefold()
        key = next(twins, None) or (by_words.get(words) if words else None) or agent.id
        families[agent.id] = key
        by_words.setdefault(words, key)
    sizes = Counter(families.values())
    return {id: key for id, key in families.items() if sizes[key] > 1}


def _number_prompts(catalog: Catalog, same: dict[str, str]) -> dict[str, str]:
    """The number of the prompt of each agent of a family, where it is not the prompt of the first one."""
    numbers: dict[tuple[str, str], int] = {}
    sizes: Counter[str] = Counter()
    prompts: dict[str, str] = {}
    for id, family in same.items():
        text = " ".join(catalog.by_id["agent", id].document.body.split())
        if (family, text) not in numbers:
            numbers[family, text] = sizes[family]
            sizes[family] += 1
        if number := numbers[family, text]:
            prompts[id] = str(number)
    return prompts


def _find_free_folder(catalog: Catalog) -> str:
    """A folder below the index that no agent is in."""
    taken = {agent.id.partition("/")[0] for agent in catalog.agents}
    taken |= {other.id for other in catalog.other_catalogs}
    word = "group"
    while word in taken:
        word += "_"
    return word


def describe_raw_file(kind: str, uri: str, document: Document, shared: CatalogContext) -> dict[str, Any]:
    """The file of a definition, as the page at ``uri`` leads to it: ``href``, ``name`` and whether it is
    ``masked``."""
    file = shared.where.make_definition_uri(kind, urls.get_page_folder(uri))
    return {
        "href": urls.link_to_file(file, uri, shared.where.directory_urls),
        "name": f"{kind}{PurePosixPath(document.source.path).suffix or '.md'}",
        "masked": bool(document.masked_lines) or MASK in document.source.text,
    }


def make_group_anchors(names: Iterable[str]) -> dict[str, str]:
    """The id of each group on a page of them; two groups with the same slug stay apart."""
    table: dict[str, str] = {}
    for name in names:
        anchor = f"group-{make_slug(name)}" if name else "group"
        while anchor in table.values():
            anchor += "_"
        table[name] = anchor
    return table


def add_usage_notes(ends: list[dict[str, Any]], link: markdown.Linker) -> list[dict[str, Any]]:
    """``ends`` with the words of their table's row as safe HTML: the "when to use"."""
    for end in ends:
        words = [
            why["text"] for why in end["evidence"] if why["grade"] == GRADE_WORDS["table"] and why["text"]
        ]
        markups = (Markup(markdown.render_inline(text, link)) for text in dict.fromkeys(words))
        end["when"] = Markup("<br>").join(markups)
    return ends
