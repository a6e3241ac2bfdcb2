"""The index of all agents by group, with a sub-page for each group in a large catalog."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from ..addresses.urls import Href
from ..model.definitions import Agent
from ..model.output import Heading
from ..permissions.capabilities import Capability
from ..text.i18n import TranslatableText, say_plural
from .agent_cards import build_agent_card
from .agent_groups import MOST_OPEN, AgentGroup, CardGroup, open_groups
from .capability_tables import ANCHOR, build_repository_table
from .finder.facets import INHERITS_EVERYTHING, inherits_everything
from .finder.list_finder import build_agent_finder
from .finder.other_agents import are_apart, list_all_facets
from .other_catalogs import build_index_groups, list_index_facets
from .page import INDEX, CatalogContext, Page, make_list_page, paginate_page
from .pagination import ListPage


def list_index_pages(shared: CatalogContext) -> Iterator[Page]:
    """The index of the agents."""
    page = make_list_page(shared, INDEX, "agents.html.jinja", shared.say("Agents"))
    return paginate_page(page, shared.index, partial(_build_context, shared))


def _build_context(shared: CatalogContext, href: Href, part: ListPage[Agent] | None) -> dict[str, Any]:
    # The agents of a large hub that has none of its own are all on other pages.
    led = part is None and (bool(shared.index.parts) or (are_apart(shared) and not shared.catalog.agents))
    groups = [] if led else _list_groups(shared, part)
    agents = [agent for group in groups for agent in group.agents]
    default = find_default(shared, agents)
    tables = open_groups(_build_groups(shared, groups, default is not None, href))
    others = [] if led or part else list_index_facets(shared)
    if others:
        tables += build_index_groups(shared, href, len(agents) + len(others) <= MOST_OPEN)
    alone = len(tables) == 1 and bool(groups) and groups[0].group == "" and part is None
    folds = any(not table.open for table in tables)
    return {
        "groups": tables,
        "alone": alone,
        "little": [note for note in shared.diagnostics if note.check == "nothing_found"],
        "counts": _link_counts(shared, href),
        "default": default,
        "finder": build_agent_finder(
            shared,
            agents,
            href,
            asks=part is None,
            folds=folds,
            led=led,
            arranges=True,
            others=list_all_facets(shared) if led else others,
        ),
        "repositories": None if part or others else build_repository_table(shared, href),
        "plugins": _are_plugins(shared),
        "headings": () if alone else tuple(Heading(2, table.anchor, table.title) for table in tables),
    }


def _list_groups(shared: CatalogContext, part: ListPage[Agent] | None) -> Sequence[AgentGroup]:
    if part is None:
        return shared.groups
    names = {anchor: name for name, anchor in shared.group_anchors.items()}
    return [
        AgentGroup(section.anchor, section.title, section.entries, names[section.anchor])
        for section in part.sections
    ]


def _build_groups(
    shared: CatalogContext, groups: Sequence[AgentGroup], has_default: bool, href: Href
) -> Iterator[CardGroup]:
    notes = {plugin.name: plugin.description for plugin in shared.catalog.plugins}
    for group in groups:
        cards = [build_agent_card(shared, agent, href, has_default) for agent in group.agents]
        if group.group is None:
            # Who links to such a group is led to its agent.
            cards = [
                {**card, "anchor": shared.group_anchors[agent.group]}
                for card, agent in zip(cards, group.agents, strict=True)
            ]
        note = notes.get(group.group or "")
        yield CardGroup(group.anchor, group.title, cards, note, group.anchors, mixed=group.group is None)


def find_default(shared: CatalogContext, agents: Sequence[Agent]) -> dict[str, Any] | None:
    """What holds for most agents, which is said once: how many inherit everything, and what they can do."""
    inheriting = [agent for agent in agents if inherits_everything(shared, agent)]
    if len(inheriting) < 2 or len(inheriting) * 2 <= len(agents):
        return None
    reach: Counter[tuple[Capability, ...]] = Counter(
        tuple(Capability(capability.id, capability.title) for capability in shared.reach[agent.id])
        for agent in inheriting
    )
    return {
        "number": len(inheriting),
        "all": len(agents),
        "value": INHERITS_EVERYTHING,
        "capabilities": reach.most_common(1)[0][0],
    }


def count_kinds(shared: CatalogContext) -> list[tuple[int, str]]:
    """How many agents, tools, skills and servers there are, and the word for that many."""
    written = [skill for skill in shared.catalog.skills if skill.source]
    commands = sum(skill.is_command for skill in written)
    counts = {
        "agent": len(shared.catalog.agents),
        "tool": shared.named_tools,
        "skill": len(written) - commands,
        "command": commands,
        "server": len(shared.catalog.servers),
    }
    return [(number, shared.say(choose_word(kind, number))) for kind, number in counts.items()]


def choose_word(kind: str, number: int) -> TranslatableText:
    """The word for so many of a kind."""
    forms = {
        "agent": say_plural("agent", "agents", number),
        "skill": say_plural("skill", "skills", number),
        "command": say_plural("command", "commands", number),
        "tool": say_plural("tool", "tools", number),
        "server": say_plural("MCP server", "MCP servers", number),
    }
    return forms[kind]


def _are_plugins(shared: CatalogContext) -> bool:
    """Whether each group is a plugin."""
    names = {plugin.name for plugin in shared.catalog.plugins}
    return all(group in names for group in shared.by_group)


def count_plugins(shared: CatalogContext) -> int:
    """How many plugins the agents are in; 0 where their groups are something else."""
    return len(shared.by_group) if _are_plugins(shared) else 0


def _link_counts(shared: CatalogContext, href: Href) -> list[tuple[str, str]]:
    """How many there are of each kind, in words, with the address of the list."""
    language, groups = shared.say, len(shared.by_group)
    (number, word), *others = count_kinds(shared)
    agents = f"{number} {word}"
    if groups > 1 and _are_plugins(shared):
        agents = language(
            say_plural("{agents} in 1 plugin", "{agents} in {n} plugins", groups, agents=agents)
        )
    elif groups > 1:
        agents = language(say_plural("{agents} in 1 group", "{agents} in {n} groups", groups, agents=agents))
    lists = ("tools/index.md", "skills/index.md", "commands/index.md", "servers/index.md")
    counts = [(agents, "")] if number or not shared.catalog.other_catalogs else []
    counts += [
        (f"{count} {name}", href(uri)) for (count, name), uri in zip(others, lists, strict=True) if count
    ]
    if catalogs := shared.catalog.other_catalogs:
        elsewhere = say_plural(
            "{agents} in 1 other repository",
            "{agents} in {n} other repositories",
            len(catalogs),
            agents=sum(len(other.agents) for other in catalogs),
        )
        counts.append((language(elsewhere), href("reach.md", ANCHOR)))
    wrong = sum(1 for agent in shared.catalog.agents if shared.count_to_fix(agent.document))
    if wrong:
        words = language(say_plural("1 agent with problems", "{n} agents with problems", wrong))
        counts.append((words, href("problems.md")))
    return counts
