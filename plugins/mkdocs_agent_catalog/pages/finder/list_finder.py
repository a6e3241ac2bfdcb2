"""The search box, chips, sorting and views above a list that can be filtered.

The macros of ``finder.html.jinja`` write it into the page, and the script ``finder.js`` wakes it, so that
nothing moves when the script comes. An entry of the list is any element with ``data-words`` (what the box
finds it by, in small letters) and, for each facet, ``data-<facet>`` with its values between ``|``. Entries
stand in elements of the class ``ac-group`` if they are grouped; ``ac-count`` in a group is its live number.

For a list of another kind make a ``ListFinder`` with its own facets, chips and orders.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ...addresses.urls import EFFECTIVE_MATRIX, Href
from ...model.definitions import Agent
from ...permissions.capabilities import CLASSES, NOTHING, READS_ONLY, UNKNOWN
from ...text.i18n import mark_for_translation as _
from ...text.i18n import say_plural
from ..page import CatalogContext
from .facets import (
    INHERITS_EVERYTHING,
    LISTS_TOOLS,
    NO_COMMANDS,
    NOT_CALLABLE,
    OWN_REPOSITORY,
    UNGROUPED,
    UNSET,
    list_facets,
)

# So many models, the most used ones, have a chip.
MOST_MODELS = 2


@dataclass(frozen=True, slots=True)
class Chip:
    """A value of a facet that is chosen with one click; ``count`` is how many entries have it."""

    facet: str
    value: str
    title: str
    count: int
    hint: str = ""


@dataclass(frozen=True, slots=True)
class ListFinder:
    """The filter of one list. All texts are in the language of the site."""

    label: str
    """What one may type."""
    placeholder: str
    what: str
    """How many entries there are: "202 agents"."""
    facets: Sequence[tuple[str, str]] = ()
    """Id (the name of the attribute and of the parameter of the address) and title of each."""
    shown: Mapping[str, str] = field(default_factory=dict)
    """The values that are shown otherwise than they stand in the address, which is that of every language."""
    chips: Sequence[Chip] = ()
    orders: Sequence[tuple[str, str, str]] = ()
    """Value in the address, title, and the attribute to sort by: ``count`` for ``data-count``, ``-count`` for
    the highest first; without one it is the name."""
    views: Sequence[tuple[str, str, str]] = ()
    """Value in the address and title of each view, and the address of one that is another page."""
    asks: bool = False
    """Whether Enter ranks the entries for a task."""
    folds: bool = False
    """Whether the page has groups that are folded."""
    led: bool = False
    """Whether the entries are on other pages: the chips come with the answers."""
    opens: bool = True
    """Whether all values can be chosen from a panel."""


def build_agent_finder(
    shared: CatalogContext,
    agents: Sequence[Agent],
    href: Href,
    *,
    asks: bool = False,
    folds: bool = False,
    led: bool = False,
    arranges: bool = False,
    others: Sequence[Mapping[str, list[str]]] = (),
) -> ListFinder:
    """The filter of a page that shows ``agents``. ``asks``: they are ranked for a task, too. ``led``: they
    are on other pages, and only answers can be filtered. ``arranges``: the page has views and an order.
    ``others`` are the facets of agents of other catalogs on the page."""
    language = shared.say
    label = _("What do you want done? A task, a name or a tool") if asks else _("Name, task, tool or skill")
    finder = ListFinder(
        label=language(label),
        placeholder=language(_("What do you want done?") if asks else label),
        what="" if led else language(say_plural("1 agent", "{n} agents", len(agents) + len(others))),
        shown=translate_values(shared),
        asks=asks,
        folds=folds,
    )
    if led:
        chips = [
            chip for chip in _list_chips(shared, agents, others) if chip.value in (READS_ONLY[1], NO_COMMANDS)
        ]
        hub = bool(shared.catalog.other_catalogs)
        ids = ("access", "reach", "repository") if hub else ("access", "reach")
        titles = [(id, title) for id, title in _list_titles(shared) if id in ids]
        return replace(finder, facets=titles, chips=chips, led=True, opens=hub)
    return replace(
        finder,
        facets=_list_titles(shared),
        chips=list(_list_chips(shared, agents, others)),
        orders=_list_orders(shared, agents) if arranges else (),
        views=_list_views(shared, href) if arranges else (),
    )


def _list_titles(shared: CatalogContext) -> list[tuple[str, str]]:
    titles = (
        ("access", _("Access")),
        ("tool", _("Tool")),
        ("skill", _("Skill")),
        ("server", _("MCP server")),
        ("reach", _("Capabilities")),
        ("model", _("Model")),
        ("group", _("Group")),
        ("runtime", _("Runtime")),
        ("problems", _("Problems")),
        *([("repository", _("Repository"))] if shared.has_repositories else []),
    )
    return [(id, shared.say(title)) for id, title in titles]


LEVELS = {"error": _("error"), "warn": _("warning"), "info": _("note")}


def translate_values(shared: CatalogContext) -> dict[str, str]:
    """The values that have another name in the language of the site, or a longer one."""
    ours = [title for _id, title in (*CLASSES, READS_ONLY, NOTHING, UNKNOWN)]
    ours += [NOT_CALLABLE, LISTS_TOOLS, NO_COMMANDS, UNGROUPED, UNSET, OWN_REPOSITORY]
    spoken = {value: shared.say(value) for value in ours}
    # A level may be the name of something else, too.
    spoken |= {f"problems={level}": shared.say(word) for level, word in LEVELS.items()}
    spoken[INHERITS_EVERYTHING] = shared.say("Inherits all tools")
    return shared.group_names | {value: text for value, text in spoken.items() if text != value}


def _list_chips(
    shared: CatalogContext, agents: Sequence[Agent], others: Sequence[Mapping[str, list[str]]]
) -> Iterable[Chip]:
    """The questions that most readers have."""
    counts: dict[str, Counter[str]] = {}
    for facets in (*(list_facets(shared, agent) for agent in agents), *others):
        for id, values in facets.items():
            counts.setdefault(id, Counter()).update(values)
    language = shared.say
    without_commands = language(
        _("They cannot run commands, not through other agents or MCP servers either.")
    )
    # Others have no such tool either.
    reach, access = (counts.get(id, Counter()) for id in ("reach", "access"))
    more = len(agents) + len(others) - reach[CLASSES[0][1]] - access[NO_COMMANDS]
    if more:
        maybe = say_plural(
            "1 other is left out: it runs no commands itself, but others may do so for it, or it cannot be "
            "called.",
            "{n} others are left out: they run no commands themselves, but others may do so for them, or "
            "they cannot be called.",
            more,
        )
        without_commands += f" {language(maybe)}"
    chosen = (
        ("reach", READS_ONLY[1], ""),
        ("access", NO_COMMANDS, without_commands),
        ("access", INHERITS_EVERYTHING, ""),
    )
    for facet, value, hint in chosen:
        if count := counts.get(facet, Counter())[value]:
            yield Chip(facet, value, translate_values(shared).get(value, value), count, hint)
    models = counts.get("model", Counter())
    named = [(-count, model) for model, count in models.items() if model not in (UNSET, "inherit")]
    for count, model in sorted(named)[:MOST_MODELS] if len(models) > 1 else ():
        yield Chip("model", model, model, -count)


def _list_orders(shared: CatalogContext, agents: Sequence[Agent]) -> list[tuple[str, str, str]]:
    orders = [
        ("", _("group"), ""),
        ("name", _("name"), ""),
        ("reach", _("capabilities"), "-weight"),
        ("tools", _("most tools"), "-count"),
        ("fewest", _("fewest tools"), "count"),
    ]
    if any(agent.source.path in shared.catalog.changed for agent in agents):
        orders.append(("changed", _("last change"), "-changed"))
    return [(value, shared.say(title), by) for value, title, by in orders]


def _list_views(shared: CatalogContext, href: Href) -> list[tuple[str, str, str]]:
    language = shared.say
    return [
        ("", language(_("Cards")), ""),
        ("table", language(_("Table")), ""),
        *([("matrix", language(_("Matrix")), href(EFFECTIVE_MATRIX))] if shared.catalog.agents else []),
    ]
