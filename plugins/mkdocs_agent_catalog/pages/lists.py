"""The index pages of tools, skills and servers, and how an agent is shown in a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from .. import urls
from ..facts import GROUPS
from ..model import Agent
from ..output import Heading, SearchEntry
from ..reach import CLASSES
from ..rules import UNKNOWN_BASIS
from ..urls import Href
from ..usage import tool_name
from ..words import marked as _
from ..words import say
from .finding import facets, words
from .page import GRADE_WORDS, Page, Shared

MOST_TOOLS = 6


def list_pages(shared: Shared) -> Iterator[Page]:
    """One page for each list; each exists also when its list is empty, as the navigation leads there."""
    kinds: tuple[tuple[str, str, str, Callable[[Shared, Href], dict[str, Any]]], ...] = (
        ("tools/index.md", "tools", _("Tools"), _tools),
        ("skills/index.md", "skills", _("Skills"), _skills),
        ("servers/index.md", "servers", _("MCP servers"), _servers),
    )
    for uri, name, english, make in kinds:
        title = shared.say(english)
        yield Page(
            uri=uri,
            template=f"{name}.html.jinja",
            title=title,
            context=lambda href, make=make: make(shared, href),  # type: ignore[misc]
            description=shared.say(say("{what} of this catalog.", what=title)),
            search=(SearchEntry("", title, title),),
        )


def group_titles(agents: tuple[Agent, ...]) -> list[tuple[str, list[Agent]]]:
    """The agents by group, groups and agents sorted; the group without a name comes first."""
    groups: dict[str, list[Agent]] = {}
    for agent in agents:
        groups.setdefault(agent.group, []).append(agent)
    return [(name, sorted(groups[name], key=lambda a: (a.title.casefold(), a.id))) for name in sorted(groups)]


def glance(shared: Shared, agent: Agent, most: int = MOST_TOOLS) -> list[str]:
    """The tools that an agent can use, in a few words, for its card; ``most`` are named."""
    grants = shared.grants
    if grants.basis(agent) in UNKNOWN_BASIS:
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
        if shared.grants.of_entry(agent, grant).reaches:
            yield f"{grant.server} (MCP)" if grant.server else tool_name(grant)
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


def _tools(shared: Shared, href: Href) -> dict[str, Any]:
    groups = []
    for id, title in GROUPS:
        rows = []
        for tool in shared.catalog.tools:
            if tool.group == id and not tool.server:
                decided = Counter(shared.grants.of(a, tool.name).outcome for a in shared.catalog.agents)
                by_name = decided["allowed"] + decided["enforced"] + decided["unenforced"]
                inherited = decided["inherited"]
                rows.append(
                    {
                        "tool": tool,
                        "href": href(f"tools/{tool.id}.md"),
                        "by_name": by_name,
                        "inherited": inherited,
                    }
                )
        if id == "mcp":
            rows = []
        if rows:
            groups.append({"id": id, "title": title, "rows": rows})
    servers = [
        {"server": s, "href": href(urls.server(s.id)), "users": _users(s)} for s in shared.catalog.servers
    ]
    found = [Heading(2, f"group-{group['id']}", str(group["title"])) for group in groups]
    if servers:
        found.append(Heading(2, "group-mcp", "MCP"))
    return {"groups": groups, "servers": servers, "headings": tuple(found)}


def _users(server: Any) -> int:
    return sum(1 for use in server.uses if use.state in ("granted", "specifier", "pattern"))


def _skills(shared: Shared, href: Href) -> dict[str, Any]:
    parts: dict[str, list[dict[str, Any]]] = {"used": [], "unused": [], "missing": []}
    for skill in shared.catalog.skills:
        links = shared.catalog.links_to("skill", skill.id)
        row = {
            "skill": skill,
            "href": href(urls.skill(skill.id)),
            "users": len(links),
            "grade": GRADE_WORDS[min((link.strongest for link in links), key=list(GRADE_WORDS).index)]
            if links
            else "",
        }
        parts["missing" if skill.source is None else "used" if links else "unused"].append(row)
    titles = {
        "used": shared.say("In use"),
        "unused": shared.say("Not used by any agent or skill"),
        "missing": shared.say("Named but not found"),
    }
    sections = [{"id": id, "title": titles[id], "rows": rows} for id, rows in parts.items() if rows]
    return {
        "sections": sections,
        "headings": tuple(Heading(2, str(s["id"]), str(s["title"])) for s in sections),
    }


def _servers(shared: Shared, href: Href) -> dict[str, Any]:
    rows = [
        {"server": s, "href": href(urls.server(s.id)), "users": _users(s)} for s in shared.catalog.servers
    ]
    return {"rows": rows, "headings": ()}
