"""The index pages of tools, skills and servers, and how an agent is shown in a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from ..addresses import urls
from ..addresses.urls import Href
from ..linking.tool_usage import tool_name
from ..model.catalog import McpServer, Tool
from ..model.definitions import Agent, Skill
from ..model.output import Heading
from ..permissions.capabilities import CLASSES
from ..runtimes.builtin_tools import GROUPS
from ..text.i18n import marked as _
from ..text.i18n import say
from .finder.facets import facets, words
from .page import GRADE_WORDS, Page, Shared, list_page, runtime_titles, with_parts
from .pagination import Cut, Part, Section, paginate

MOST_TOOLS = 6


def list_pages(shared: Shared) -> Iterator[Page]:
    """One page for each list; each exists also when its list is empty, as the navigation leads there."""
    kinds: tuple[tuple[str, str, str, _Sections, _Context], ...] = (
        ("tools/index.md", "tools", _("Tools"), _tools, _shown_tools),
        ("skills/index.md", "skills", _("Skills"), _skills, _shown_skills),
        ("servers/index.md", "servers", _("MCP servers"), _servers, _shown_servers),
    )
    for uri, name, english, sections, make in kinds:
        title = shared.say(english)
        page = list_page(shared, uri, f"{name}.html.jinja", title)
        most = shared.limits.entries
        found = paginate(
            uri, title, sections(shared), most, lambda thing: str(thing.name), "part", shared.say
        )
        yield from with_parts(page, found, partial(_context, shared, found, make))


_Sections = Callable[[Shared], list[Section[Any]]]
_Context = Callable[[Shared, tuple[Section[Any], ...], Href], dict[str, Any]]


def _context(
    shared: Shared, found: Cut[Any], make: _Context, href: Href, part: Part[Any] | None
) -> dict[str, Any]:
    led = found.parts and part is None
    shown = make(shared, () if led else found.shown(part), href)
    sections = found.shown(part)
    headings = tuple(Heading(2, one.anchor, one.title) for one in sections if one.title and not led)
    return {**shown, "headings": headings}


def glance(shared: Shared, agent: Agent, most: int = MOST_TOOLS) -> list[str]:
    """The tools that an agent can use, in a few words, for its card; ``most`` are named."""
    grants = shared.grants
    if grants.is_base_unknown(agent):
        return [shared.say("tools not known")]
    if not grants.listed(agent):
        denied = len({grant.tool for grant in agent.access.denied})
        return [shared.say(say("all tools but {n}", n=denied) if denied else "all tools")]
    names = list(dict.fromkeys(_reached(shared, agent)))
    if not names:
        return [shared.say("no tools")]
    more = len(names) - most
    return names[:most] + ([shared.say(say("and {n} more", n=more))] if more > 0 else [])


def _reached(shared: Shared, agent: Agent) -> Iterator[str]:
    for grant in agent.access.grants or ():
        if shared.grants.of_entry(agent, grant).is_usable:
            yield f"{grant.server} (MCP)" if grant.server else tool_name(agent, grant)
    yield from shared.grants.turned_on(agent)


def card(shared: Shared, agent: Agent, href: Href) -> dict[str, Any]:
    values = facets(shared, agent)
    return {
        "facets": {name: "|".join(found) for name, found in values.items()},
        "words": words(agent, values),
        "weight": _weight(values["reach"]),
        "count": len(values["tool"]) + len(values["server"]),
        "changed": shared.catalog.changed.get(agent.source.path),
        "can": " · ".join(shared.say(one) for one in values["reach"]),
        "group": agent.group,
        "title": agent.title,
        "href": href(urls.agent(agent.id)),
        "summary": agent.summary,
        "tools": glance(shared, agent),
        "listed": shared.grants.listed(agent),
        "model": agent.model,
        "broken": agent.document.error is not None,
        "ignored": bool(agent.access.ignored) and agent.access.grants is None,
        "problems": len(shared.by_path.get(agent.source.path, [])),
    }


def _weight(reach: list[str]) -> int:
    """How far an agent reaches as a number: the heaviest class counts more than all lighter ones."""
    titles = [title for _, title in CLASSES]
    return sum(2 ** (len(titles) - titles.index(one)) for one in reach if one in titles)


def _tools(shared: Shared) -> list[Section[Any]]:
    """The tools by group; those of servers are on the pages of these."""
    found: list[Section[Any]] = []
    for id, title in GROUPS:
        tools = [tool for tool in shared.catalog.tools if tool.group == id and not tool.server]
        if tools and id != "mcp":
            found.append(Section(f"group-{id}", shared.say(title), tools))
    servers = shared.catalog.servers
    return [*found, Section("group-mcp", "MCP", servers)] if servers else found


def _shown_tools(shared: Shared, sections: tuple[Section[Any], ...], href: Href) -> dict[str, Any]:
    servers = [one for section in sections for one in section.entries if section.anchor == "group-mcp"]
    groups = [
        {
            "id": section.anchor.removeprefix("group-"),
            "title": section.title,
            "rows": [_tool(shared, one, href) for one in section.entries],
        }
        for section in sections
        if section.anchor != "group-mcp"
    ]
    return {
        "groups": groups,
        "servers": [_server(one, href) for one in servers],
        "runtimes": runtime_titles(shared),
    }


def _tool(shared: Shared, tool: Tool, href: Href) -> dict[str, Any]:
    decided = Counter(shared.grants.of(agent, tool.name).outcome for agent in shared.catalog.agents)
    by_name = decided["allowed"] + decided["enforced"] + decided["unenforced"]
    return {
        "tool": tool,
        "href": href(f"tools/{tool.id}.md"),
        "by_name": by_name,
        "inherited": decided["inherited"],
    }


def _server(server: McpServer, href: Href) -> dict[str, Any]:
    users = sum(1 for use in server.uses if use.state in ("granted", "specifier", "pattern"))
    return {"server": server, "href": href(urls.server(server.id)), "users": users}


def _skills(shared: Shared) -> list[Section[Any]]:
    """The skills that somebody uses, that nobody does, and that are only named."""
    parts: dict[str, list[Skill]] = {"used": [], "unused": [], "missing": []}
    for skill in shared.catalog.skills:
        links = shared.catalog.links_to("skill", skill.id)
        parts["missing" if skill.source is None else "used" if links else "unused"].append(skill)
    titles = {
        "used": shared.say("In use"),
        "unused": shared.say("Not used by any agent or skill"),
        "missing": shared.say("Named but not found"),
    }
    return [Section(id, titles[id], skills) for id, skills in parts.items() if skills]


def _shown_skills(shared: Shared, sections: tuple[Section[Any], ...], href: Href) -> dict[str, Any]:
    return {
        "sections": [
            {
                "id": one.anchor,
                "title": one.title,
                "rows": [_skill(shared, skill, href) for skill in one.entries],
            }
            for one in sections
        ]
    }


def _skill(shared: Shared, skill: Skill, href: Href) -> dict[str, Any]:
    links = shared.catalog.links_to("skill", skill.id)
    grades = list(GRADE_WORDS)
    return {
        "skill": skill,
        "href": href(urls.skill(skill.id)),
        "users": len(links),
        "grade": GRADE_WORDS[min((link.strongest for link in links), key=grades.index)] if links else "",
    }


def _servers(shared: Shared) -> list[Section[Any]]:
    return [Section("servers", "", shared.catalog.servers)]


def _shown_servers(shared: Shared, sections: tuple[Section[Any], ...], href: Href) -> dict[str, Any]:
    return {"rows": [_server(one, href) for section in sections for one in section.entries]}
