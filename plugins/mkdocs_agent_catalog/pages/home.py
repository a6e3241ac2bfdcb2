"""The home page: a search box, what there is, where to begin, and what is worth knowing.

It is the page of a site without one of its own, and what a directive puts into a page that somebody wrote.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Any

from ..addresses import urls
from ..addresses.urls import Href
from ..model.definitions import Agent, Skill
from ..model.output import Heading
from ..permissions.capabilities import CLASSES, READS_ONLY, find_way
from ..text.i18n import TranslatableText, say, say_plural
from .agent_index import choose_word, count_plugins, find_default
from .changes import CHANGES, list_changes
from .finder.list_finder import build_agent_finder
from .finder.other_agents import are_apart, list_all_facets
from .matrix.outliers import find_outliers
from .page import INDEX, CatalogContext, Page
from .problems import count_problems, count_unread, list_causes

HOME = "index.md"
# A front door is no list: so many of each.
MOST_GROUPS, MOST_OUTLIERS, MOST_CHANGES, MOST_CAUSES, MOST_SKILLS = 12, 4, 5, 4, 8
Row = dict[str, Any]


def list_home_pages(shared: CatalogContext) -> Iterator[Page]:
    """The home page. A page of the author's own at its place wins over it."""
    yield Page(
        uri=HOME,
        template="home.html.jinja",
        title=shared.where.site_name or shared.say("Agent catalog"),
        context=partial(build_home_context, shared),
        description=shared.say("The agents of this site: what they are for and what they can do."),
        wide=True,
    )


def build_home_context(shared: CatalogContext, href: Href) -> dict[str, Any]:
    """What the home page shows, and a directive that stands for it."""
    agents, others = shared.catalog.agents, list_all_facets(shared)
    return {
        "is_empty": not (agents or shared.catalog.skills or shared.catalog.other_catalogs),
        "little": [note for note in shared.diagnostics if note.check == "nothing_found"],
        "finder": build_agent_finder(shared, agents, href, asks=True, led=True, others=others)
        if agents or others
        else None,
        "list": "" if shared.index.parts or are_apart(shared) else href(INDEX),
        "plugins": count_plugins(shared),
        "tiles": list(_list_tiles(shared, href)),
        "default": find_default(shared, agents),
        "capabilities": list(_count_capabilities(shared, href)) if agents else [],
        "groups": _list_groups(shared, href),
        "more_groups": max(0, len(shared.by_group) - MOST_GROUPS),
        "starts": list(_list_starts(shared, href)),
        "outliers": sorted(find_outliers(shared, href), key=lambda row: not row["gains"])[:MOST_OUTLIERS],
        "unused": _list_unused_skills(shared, href),
        "changes": list(islice(list_changes(shared, href), MOST_CHANGES)),
        "all_changes": href(CHANGES) if shared.changes else "",
        "problems": _sum_problems(shared, href),
        "inlined": False,
        "headings": tuple(_list_headings(shared)),
    }


def _list_headings(shared: CatalogContext) -> Iterator[Heading]:
    if shared.catalog.agents:
        yield Heading(2, "capabilities", shared.say("What they can do"))
    if shared.catalog.agents or shared.catalog.skills:
        yield Heading(2, "know", shared.say("Worth knowing"))


def _list_tiles(shared: CatalogContext, href: Href) -> Iterator[Row]:
    """What there is, how much of it, and a word on it."""
    catalog, language = shared.catalog, shared.say
    skills = [skill for skill in catalog.skills if skill.source and not skill.is_command]
    commands = [skill for skill in catalog.skills if skill.source and skill.is_command]
    used = sum(1 for skill in skills if catalog.get_links_to("skill", skill.id))
    # Where there are some, those that are only named are told on their page.
    absent = 0 if skills else sum(1 for skill in catalog.skills if not skill.source)
    groups = len(shared.by_group)
    place = say_plural("in 1 plugin", "in {n} plugins", count_plugins(shared))
    if not count_plugins(shared):
        place = say_plural("in 1 group", "in {n} groups", groups)
    missing = sum(1 for skill in catalog.skills if not skill.source and not skill.is_command)
    in_use = say("{n} in use", n=used)
    if missing:
        more = say("{n} more named but not found", n=missing)
        in_use = say("{used}, {more}", used=in_use, more=more)
    servers = catalog.servers
    listed = sum(1 for server in servers if any(use.is_listed for use in server.uses))
    rows: tuple[tuple[str, int, TranslatableText, TranslatableText | str], ...] = (
        (INDEX, len(catalog.agents), choose_word("agent", len(catalog.agents)), place if groups > 1 else ""),
        ("skills/index.md", len(skills), choose_word("skill", len(skills)), in_use),
        ("skills/index.md", absent, choose_word("skill", absent), say("named, and not in the repository")),
        ("commands/index.md", len(commands), choose_word("command", len(commands)), _name_first(commands)),
        (
            "tools/index.md",
            shared.named_tools,
            choose_word("tool", shared.named_tools),
            _describe_tools(shared),
        ),
        (
            "servers/index.md",
            len(servers),
            choose_word("server", len(servers)),
            say_plural("{n} listed by agents", "{n} listed by agents", listed),
        ),
    )
    for uri, number, word, note in rows:
        if number:
            yield {"href": href(uri), "number": number, "word": language(word), "note": language(note)}
    if others := catalog.other_catalogs:
        number = sum(len(other.agents) for other in others)
        elsewhere = language(say_plural("in 1 other repository", "in {n} other repositories", len(others)))
        unit = language(choose_word("agent", number))
        yield {"href": href(INDEX), "number": number, "word": unit, "note": elsewhere}


def _name_first(commands: list[Skill]) -> TranslatableText | str:
    return say("such as {name}", name=commands[0].invocation) if commands else ""


def _describe_tools(shared: CatalogContext) -> str:
    """How many names are no tools, as no runtime knows them; else the tool that most agents list."""
    tool, unknown = _find_most_used_tool(shared), shared.unknown_names
    if unknown:
        return shared.say(say_plural("1 unknown name", "{n} unknown names", unknown))
    return shared.say(say("most listed: {tool}", tool=tool)) if tool else ""


def _find_most_used_tool(shared: CatalogContext) -> str:
    """The tool that most agents list."""
    counts = {
        tool.name: sum(1 for use in tool.uses if use.is_listed)
        for tool in shared.catalog.tools
        if not tool.server and tool.group != "unknown"
    }
    best = max(counts, key=lambda name: (counts[name], name), default="")
    return best if counts.get(best) else ""


def _count_capabilities(shared: CatalogContext, href: Href) -> Iterator[Row]:
    """How many agents can do what, and how many of them by their lists: firmly, or under a condition."""
    total = len(shared.catalog.agents)
    for id, title in (*CLASSES, READS_ONLY):
        having = [
            capability
            for agent in shared.catalog.agents
            for capability in shared.reach[agent.id]
            if capability.id == id
        ]
        ways = Counter(find_way(capability.uses) for capability in having)
        is_told = id != READS_ONLY[0] and ways["explicit"] < len(having)
        yield {
            "id": id,
            "title": title,
            "number": len(having),
            "share": round(100 * len(having) / total),
            "explicit": ways["explicit"] if is_told else None,
            "conditional": ways["conditional"] if is_told else 0,
            "href": href("reach.md", f"reach-{id}") if having else "",
        }


def _list_groups(shared: CatalogContext, href: Href) -> list[Row]:
    """The groups with most agents."""
    if len(shared.by_group) < 2:
        return []
    largest = sorted(shared.by_group.items(), key=lambda item: (-len(item[1]), item[0]))[:MOST_GROUPS]
    return [
        {
            "title": shared.name_group(name),
            "number": len(agents),
            "href": href(*shared.place_group(name)),
        }
        for name, agents in largest
    ]


def _list_starts(shared: CatalogContext, href: Href) -> Iterator[Row]:
    """One agent or skill of each kind that a newcomer may want to see first."""
    catalog, links = shared.catalog, shared.catalog.get_links_to
    named = {
        agent.id: len({link.origin for link in links("agent", agent.id) if link.origin_kind == "agent"})
        for agent in catalog.agents
    }
    leading = {
        agent.id: sum(1 for link in catalog.get_links_from("agent", agent.id) if link.kind == "agent")
        for agent in catalog.agents
    }
    light = [
        agent
        for agent in catalog.agents
        if any(capability.id == READS_ONLY[0] for capability in shared.reach[agent.id])
    ]
    if most_named := _find_most(named):
        label = say_plural(
            "Named most often, by 1 agent", "Named most often, by {n} agents", named[most_named]
        )
        yield _build_start(shared, label, catalog.by_id["agent", most_named], href)
    busiest = _find_most(leading)
    if busiest and busiest != most_named:
        label = say_plural("Names most others: 1 agent", "Names most others: {n} agents", leading[busiest])
        yield _build_start(shared, label, catalog.by_id["agent", busiest], href)
    skills = {
        skill.id: sum(1 for link in links("skill", skill.id) if link.origin_kind == "agent")
        for skill in catalog.skills
        if skill.source
    }
    best = _find_most(skills)
    if skills.get(best, 0) > 1:
        skill = catalog.by_id["skill", best]
        yield {
            "label": shared.say(say("Skill used by most agents: {n}", n=skills[best])),
            "name": skill.name,
            "href": href(urls.make_skill_uri(best)),
            "group": "",
            "summary": skill.summary,
        }
    if light:
        label = say_plural("The only one that only reads", "One of {n} that only read", len(light))
        yield _build_start(shared, label, light[0], href)


def _find_most(counts: dict[str, int]) -> str:
    """What counts most; empty if nothing counts, or if several count as much: then none is the first."""
    best = max(counts, key=lambda id: (counts[id], id), default="")
    return best if counts.get(best) and list(counts.values()).count(counts[best]) == 1 else ""


def _build_start(shared: CatalogContext, label: TranslatableText, agent: Agent, href: Href) -> Row:
    return {
        "label": shared.say(label),
        "name": agent.title,
        "href": href(urls.make_agent_uri(agent.id)),
        "group": shared.name_group(agent.group) if len(shared.by_group) > 1 else "",
        "summary": agent.summary,
    }


def _list_unused_skills(shared: CatalogContext, href: Href) -> Row | None:
    """Skills that no agent and no other skill names."""
    skills = [skill for skill in shared.catalog.skills if skill.source and not skill.is_command]
    named = {skill.name for skill in skills if shared.catalog.get_links_to("skill", skill.id)}
    unused = [skill for skill in skills if not shared.catalog.get_links_to("skill", skill.id)]
    if not unused or not shared.catalog.agents:
        return None
    # First those of which no other copy is in use.
    unused.sort(key=lambda skill: skill.name in named)
    return {
        "number": len(unused),
        "all": len(skills),
        "href": href("skills/index.md", "unused"),
        "skills": [
            {"name": skill.name, "href": href(urls.make_skill_uri(skill.id))}
            for skill in unused[:MOST_SKILLS]
        ],
        "more": max(0, len(unused) - MOST_SKILLS),
    }


def _sum_problems(shared: CatalogContext, href: Href) -> Row:
    """How many problems there are, and the worst causes."""
    to_fix, notes, _skipped = count_problems(shared)
    unread = count_unread(shared)
    return {
        "to_fix": to_fix,
        "notes": notes,
        "unread": {
            "text": shared.say(say_plural("1 file is not read", "{n} files are not read", unread)),
            "href": href("problems.md", "unread"),
        }
        if unread
        else None,
        "href": href("problems.md"),
        "causes": [
            {**cause, "href": href("problems.md", f"check-{cause['name']}")}
            for cause in islice(list_causes(shared), MOST_CAUSES)
        ],
    }
