"""The page "Capabilities": which agents have each capability, and how each got it.

What most agents have by inheriting every tool is said once. Each class lists who was given it, who has it
under a condition, and who has it only through agents that it may start.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from ..addresses import urls
from ..addresses.urls import Href
from ..model.definitions import Agent
from ..model.output import Heading, SearchEntry
from ..permissions.capabilities import (
    CLASSES,
    NOTHING,
    READS_ONLY,
    UNKNOWN,
    WAYS,
    Capability,
    CapabilityTool,
    Way,
    find_way,
)
from ..permissions.delegation import Step
from ..runtimes import get_runtime_of, list_rules
from ..text.i18n import TranslatableText, say
from ..text.i18n import mark_for_translation as _
from .agent_access import locate_use
from .capability_tables import (
    ANCHOR,
    GroupRow,
    build_group_table,
    build_repository_table,
    list_groups_that_differ,
)
from .decision_view import PAGE, describe_words
from .finder.facets import inherits_everything
from .page import CatalogContext, Page, paginate_page
from .pagination import ListPage, PaginatedList, Section, paginate
from .tool_users import describe_agent

WHO = "reach.md"
TITLE = _("Capabilities")
INHERITED = ("inherited", _("Inherited"))
TRIFECTA = ("reach-trifecta", _("Lethal trifecta"))
REVIEWER = ("reach-reviewer", _("Over-privileged reviewer"))
WAY_WORDS: dict[Way, str] = {
    "explicit": _("Explicit"),
    "conditional": _("Conditional"),
    "through": _("Through others"),
    "inherited": _("Inherited"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """An agent in a section: the way in which it came there, and by what."""

    agent: Agent
    way: Way | None = None
    uses: tuple[CapabilityTool, ...] = ()
    steps: tuple[Step, ...] = ()
    inherits: tuple[str, ...] = ()
    """The ids of the classes that it inherits."""
    parts: tuple[str, ...] = ()
    """The tools for the parts of the lethal trifecta."""
    claim: str = ""
    """What an over-privileged reviewer says of itself, and the tools that say otherwise."""

    @property
    def name(self) -> str:
        """What it is called in the list."""
        return self.agent.title

    @property
    def means(self) -> tuple[object, ...]:
        """What is said once of all agents of a section that have it by the same."""
        uses = tuple((use.name, use.decision.words) for use in self.uses)
        steps = tuple((step.agent, step.tool) for step in self.steps[1:])
        started_by = self.steps[0].tool if self.steps else ""
        return (
            self.agent.dialect,
            uses,
            started_by,
            steps,
            self.inherits,
            *self.denied,
            self.parts,
            self.claim,
        )

    @property
    def denied(self) -> list[str]:
        """What its file takes from what it inherits."""
        return sorted({entry.tool for entry in self.agent.access.denied}) if self.inherits else []


Report = PaginatedList[Entry | GroupRow]


def list_access_report_pages(shared: CatalogContext) -> Iterator[Page]:
    """ "Capabilities"."""
    title = shared.say(TITLE)
    entries, inheriting = _find_entries(shared)
    result = _paginate_report(shared, title, entries, inheriting)
    page = Page(
        uri=WHO,
        template="reach.html.jinja",
        title=title,
        description=shared.say("For each capability, the agents that have it, and how they got it."),
        search=(
            SearchEntry(
                "", title, "Which agents run commands, change files, reach the network, delegate to agents"
            ),
        ),
    )
    yield from paginate_page(page, result, partial(_build_report_context, shared, result, inheriting))


def _find_entries(shared: CatalogContext) -> tuple[dict[str, list[Entry]], dict[str, int]]:
    """The agents of each section by its anchor, and how many have each class by inheriting it."""
    entries: dict[str, list[Entry]] = {f"reach-{id}": [] for id, _title in CLASSES}
    entries |= {anchor: [] for anchor in (INHERITED[0], TRIFECTA[0], REVIEWER[0])}
    entries |= {f"reach-{id}": [] for id, _title in (UNKNOWN, READS_ONLY, NOTHING)}
    inheriting = dict.fromkeys([*(id for id, _title in CLASSES), "trifecta"], 0)
    for agent in shared.catalog.agents:
        inherited = []
        for capability in shared.reach[agent.id]:
            way = find_way(capability.uses) if capability.uses else None
            if way == "inherited":
                inherited.append(capability.id)
                inheriting[capability.id] += 1
            else:
                entries[f"reach-{capability.id}"].append(Entry(agent, way, capability.uses))
        for indirect in shared.through[agent.id]:
            entries[f"reach-{indirect.id}"].append(Entry(agent, "through", steps=indirect.steps))
        if inherited:
            entries[INHERITED[0]].append(Entry(agent, "inherited", inherits=tuple(inherited)))
        parts = [tool for _purpose, tool in shared.delegation.find_trifecta(agent)]
        if parts and all(shared.grants.decide(agent, tool).outcome == "inherited" for tool in parts):
            inheriting["trifecta"] += 1
        elif parts:
            entries[TRIFECTA[0]].append(Entry(agent, parts=tuple(parts)))
        entries[REVIEWER[0]] += [Entry(agent, claim=claim) for claim in _list_claims(shared, agent)]
    return {anchor: _sort_entries(listed) for anchor, listed in entries.items()}, inheriting


def _list_claims(shared: CatalogContext, agent: Agent) -> Iterator[str]:
    """What ``agent`` says of itself, if it says that it only reads and may change files."""
    for problem in shared.list_problems(agent.document):
        if problem.check == "heavy_reviewer" and isinstance(problem.message, TranslatableText):
            values = problem.message.values
            yield say("says “{words}” but can use {tools}", words=values["words"], tools=values["tools"])


def _sort_entries(entries: Iterable[Entry]) -> list[Entry]:
    """By way; then those who have it by the same together, the most first."""
    together: dict[tuple[object, ...], list[Entry]] = {}
    for entry in entries:
        together.setdefault((entry.way, entry.means), []).append(entry)
    groups = sorted(
        together.values(),
        key=lambda group: (WAYS.index(group[0].way or WAYS[0]), -len(group), group[0].name.casefold()),
    )
    return [entry for group in groups for entry in group]


def _paginate_report(
    shared: CatalogContext, title: str, entries: dict[str, list[Entry]], inheriting: dict[str, int]
) -> Report:
    titles = {f"reach-{id}": words for id, words in (*CLASSES, UNKNOWN, READS_ONLY, NOTHING)}
    titles |= dict((INHERITED, TRIFECTA, REVIEWER))
    groups, limits = list_groups_that_differ(shared), shared.limits
    sections: list[Section[Entry | GroupRow]] = []
    if groups:
        sections.append(Section("groups", shared.say("By group"), groups, most=limits.groups))
    sections += [
        Section(anchor, shared.say(titles[anchor]), listed)
        for anchor, listed in entries.items()
        if listed or inheriting.get(anchor.removeprefix("reach-"))
    ]
    return paginate(
        WHO,
        title,
        sections,
        limits.entries,
        lambda entry: entry.name,
        "class",
        shared.say,
        always=len(groups) > limits.groups,
    )


def _build_report_context(
    shared: CatalogContext,
    result: Report,
    inheriting: dict[str, int],
    href: Href,
    part: ListPage[Entry | GroupRow] | None,
) -> dict[str, Any]:
    sections = result.get_sections(part)
    shown = [_build_section(shared, section, inheriting, href) for section in sections]
    is_led = bool(result.parts) and part is None
    others = None if part else build_repository_table(shared, href)
    return {
        "tiles": [] if part else _build_tiles(shared, result, inheriting, href),
        "states": [] if part else _build_states(shared, result, inheriting, href),
        "sections": [section for section in shown if section["kind"] != "groups" and not is_led],
        "groups": next((s for s in shown if s["kind"] == "groups" and not is_led), None),
        "history": href("history.md", "curves") if shared.tells_history else "",
        "inherited_href": href(*result.place(INHERITED[0])) if result.parts else f"#{INHERITED[0]}",
        "repositories": others,
        "agents": len(shared.catalog.agents),
        "inheriting": sum(inherits_everything(shared, agent) for agent in shared.catalog.agents),
        "headings": ()
        if is_led
        else (
            *([Heading(2, ANCHOR, shared.say("Other repositories"))] if others else []),
            *(Heading(2, section.anchor, section.title) for section in sections if section.title),
        ),
    }


def _get_entries(result: Report, anchor: str) -> list[Entry]:
    sections = (section for section in result.sections if section.anchor == anchor)
    return [entry for section in sections for entry in section.entries if isinstance(entry, Entry)]


def _build_tiles(
    shared: CatalogContext, result: Report, inheriting: dict[str, int], href: Href
) -> list[dict[str, Any]]:
    """For each class how many have it, in which way, and where they are listed."""
    tiles, all_agents = [], max(len(shared.catalog.agents), 1)
    for id, title in CLASSES:
        entries = _get_entries(result, f"reach-{id}")
        numbers = {way: sum(entry.way == way for entry in entries) for way in WAYS}
        numbers["inherited"] = inheriting[id]
        uri, anchor = result.place(f"reach-{id}")
        ways = []
        for way in ("explicit", "inherited", "conditional", "through"):
            place = href(uri, anchor if result.parts else f"{anchor}-{way}")
            if way == "inherited":
                place = href(*result.place(INHERITED[0]))
            ways.append({"way": way, "words": WAY_WORDS[way], "count": numbers[way], "href": place})
        own = [way for way in ways if way["way"] != "through"]
        tiles.append(
            {
                "id": id,
                "title": title,
                "href": href(uri, anchor),
                "count": sum(numbers[way] for way in WAYS if way != "through"),
                "ways": ways,
                "shares": _measure_shares(own, all_agents),
            }
        )
    return tiles


def _measure_shares(ways: Sequence[dict[str, Any]], everybody: int) -> list[dict[str, Any]]:
    """What the bar of a tile shows of ``ways``: where each begins and how wide it is, in per cent."""
    shares, start = [], 0.0
    for way in ways:
        width = round(100 * way["count"] / everybody, 1)
        if width:
            shares.append({"way": way["way"], "x": round(start, 1), "width": width})
        start += width
    return shares


def _build_states(
    shared: CatalogContext, result: Report, inheriting: dict[str, int], href: Href
) -> list[dict[str, Any]]:
    """What an agent is, beside the five classes: a line for each of these sections that has agents."""
    states = []
    for section in result.sections:
        id = section.anchor.removeprefix("reach-")
        if section.anchor in ("groups", INHERITED[0]) or id in dict(CLASSES):
            continue
        count = len(section.entries) + inheriting.get(id, 0)
        states.append(
            {"id": id, "title": section.title, "count": count, "href": href(*result.place(section.anchor))}
        )
    return states


def _build_section(
    shared: CatalogContext, section: Section[Entry | GroupRow], inheriting: dict[str, int], href: Href
) -> dict[str, Any]:
    id = section.anchor.removeprefix("reach-")
    if section.anchor == "groups":
        rows = [row for row in section.entries if isinstance(row, GroupRow)]
        # The row of the others stands on the page on which the table ends.
        last = not rows or rows[-1].group == list_groups_that_differ(shared)[-1].group
        table = build_group_table(shared, rows, href, last)
        return {"kind": "groups", "anchor": section.anchor, "title": section.title, **table}
    entries = [entry for entry in section.entries if isinstance(entry, Entry)]
    kind = "class" if id in dict(CLASSES) else id
    ways = [
        {"way": way, "words": WAY_WORDS[way] if way else "", "rows": _build_rows(shared, list(some), href)}
        for way, some in groupby(entries, lambda entry: entry.way)
    ]
    for way in ways:
        way["count"] = sum(len(row["agents"]) for row in way["rows"])
    return {
        "kind": kind,
        "id": id,
        "anchor": section.anchor,
        "title": section.title,
        "count": sum(entry.way != "through" for entry in entries) + inheriting.get(id, 0),
        "inheriting": inheriting.get(id, 0),
        "has_through": any(way["way"] == "through" for way in ways),
        # Of who only reads, or has no tools, there is nothing to say but the name.
        "described": kind in ("class", "trifecta", "reviewer"),
        "ways": ways,
    }


def _build_rows(shared: CatalogContext, entries: Sequence[Entry], href: Href) -> list[dict[str, Any]]:
    """A row for all that have it by the same: by what, and who."""
    rows = []
    for _means, some in groupby(entries, lambda entry: entry.means):
        agents = list(some)
        first = agents[0]
        anchor = "problems" if first.claim else "through" if first.way == "through" else "tools"
        rows.append(
            {
                "tools": [_build_tool(shared, first.agent, use, href) for use in first.uses],
                "chain": _build_chain(shared, first.steps, href),
                "parts": first.parts,
                "claim": first.claim,
                "inherits": [Capability(id, title) for id, title in CLASSES if id in first.inherits],
                "why": _explain_base(shared, first.agent, href) if first.inherits else None,
                "denied": first.denied,
                "is_ignored": bool(first.agent.access.ignored) and first.agent.access.grants is None,
                "runtime": get_runtime_of(first.agent).title if len(shared.runtimes) > 1 else "",
                "agents": [describe_agent(shared, entry.agent, href, anchor) for entry in agents],
            }
        )
    return rows


def _build_tool(shared: CatalogContext, agent: Agent, use: CapabilityTool, href: Href) -> dict[str, Any]:
    sign, words = describe_words(use.decision.words)
    uri = locate_use(shared, agent, use)
    plain = use.decision.words == ("allowed",)
    return {"name": shared.say(use.title), "href": href(uri), "sign": "" if plain else sign, "words": words}


def _build_chain(shared: CatalogContext, steps: Sequence[Step], href: Href) -> list[dict[str, Any]]:
    """The steps of a chain: who acts, and with which tool; the first one is the agent itself."""
    return [
        {
            "name": step.name if number else "",
            "namesakes": shared.describe_namesakes(step.namesakes),
            "href": href(urls.make_agent_uri(step.agent)) if number and step.agent else "",
            "tool": step.tool,
        }
        for number, step in enumerate(steps)
    ]


def _explain_base(shared: CatalogContext, agent: Agent, href: Href) -> dict[str, str]:
    """Why the agent inherits: the rule for tools that no entry of its list names."""
    rule = list_rules()[shared.grants.get_base_rule(agent)]
    return {"says": rule.says, "id": rule.id, "href": href(PAGE, f"rule-{rule.id}")}
