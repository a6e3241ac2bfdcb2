"""The lists of skills and of commands: what each is for, and how many agents use it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from ..addresses import urls
from ..addresses.urls import Href
from ..model.definitions import Skill
from ..model.output import Heading
from ..runtimes import name_runtimes
from ..text.i18n import TranslatableText, say, say_plural
from ..text.i18n import mark_for_translation as _
from .finder.facets import write_facets
from .finder.list_finder import Chip, ListFinder
from .page import CatalogContext, Page, make_list_page, paginate_page
from .pagination import ListPage, PaginatedList, Section, paginate

SKILLS, COMMANDS = "skills/index.md", "commands/index.md"
TITLES = {
    "used": _("In use"),
    "unused": _("Not in use"),
    "missing": _("Named but not found"),
}
# People call a command: one that no agent names is in use all the same.
COMMAND_TITLES = {**TITLES, "used": _("Named by agents"), "unused": _("Named by no agent")}
# Of those that nobody uses so many are seen at once; more of them are folded, by plugin.
MOST_UNUSED = 20


def list_skill_lists(shared: CatalogContext) -> Iterator[Page]:
    """The page of skills, which is there also without one, and that of commands, where there are some."""
    skills = [skill for skill in shared.catalog.skills if not skill.is_command]
    commands = [skill for skill in shared.catalog.skills if skill.is_command]
    yield from _list_pages(shared, SKILLS, _("Skills"), skills)
    if commands:
        yield from _list_pages(shared, COMMANDS, _("Commands"), commands)


def _list_pages(shared: CatalogContext, uri: str, title: str, skills: list[Skill]) -> Iterator[Page]:
    page = make_list_page(shared, uri, "skills.html.jinja", shared.say(title))
    most, sections = shared.limits.entries, _group_by_use(shared, uri, skills)
    result = paginate(uri, page.title, sections, most, lambda skill: skill.name, "part", shared.say)
    yield from paginate_page(page, result, partial(_build_context, shared, skills, result))


def _get_titles(uri: str) -> dict[str, str]:
    """What the kinds of use are called on a page."""
    return COMMAND_TITLES if uri == COMMANDS else TITLES


def _group_by_use(shared: CatalogContext, uri: str, skills: list[Skill]) -> list[Section[Skill]]:
    """What most agents use comes first; what nobody names stands by plugin."""
    parts: dict[str, list[Skill]] = {id: [] for id in TITLES}
    for skill in skills:
        used = any(count_users(shared, skill).values())
        parts["missing" if skill.source is None else "used" if used else "unused"].append(skill)

    def rank(skill: Skill) -> tuple[int, int, str, str]:
        users = count_users(shared, skill)
        return -users["agent"], -users["skill"], get_plugin(skill), skill.name.casefold()

    titles = _get_titles(uri)
    return [Section(id, shared.say(titles[id]), sorted(some, key=rank)) for id, some in parts.items() if some]


def get_plugin(skill: Skill) -> str:
    """The plugin that a skill belongs to; empty without one."""
    return skill.source.plugin.name if skill.source and skill.source.plugin else ""


def count_users(shared: CatalogContext, skill: Skill) -> Counter[str]:
    """How many agents and how many skills name it."""
    return Counter(link.origin_kind for link in shared.catalog.get_links_to("skill", skill.id))


def _build_context(
    shared: CatalogContext,
    skills: list[Skill],
    result: PaginatedList[Skill],
    href: Href,
    part: ListPage[Skill] | None,
) -> dict[str, Any]:
    sections = result.list_shown(part)
    usual = _find_usual_runtimes(skills)
    commands = sum(1 for skill in shared.catalog.skills if skill.is_command)
    return {
        "sections": [_build_section(shared, section, usual, href) for section in sections],
        "counts": dict.fromkeys(TITLES, 0)
        | {section.anchor: len(section.entries) for section in result.sections},
        "finder": _build_finder(shared, result.uri, sections),
        "all": len(skills),
        "missing": say("{n} more named but not found", n=sum(skill.source is None for skill in skills)),
        "plugins": len({get_plugin(skill) for skill in skills} - {""}),
        "usual": name_runtimes(usual),
        "commands": {"number": commands, "href": href(COMMANDS)}
        if commands and result.uri == SKILLS
        else None,
        "are_commands": result.uri == COMMANDS,
        "tie": _describe_tie(shared, skills) if result.uri == SKILLS else "",
        "headings": tuple(Heading(2, section.anchor, section.title) for section in sections if section.title),
    }


def _describe_tie(shared: CatalogContext, skills: Sequence[Skill]) -> TranslatableText | str:
    """How many skills are named by as many agents, and none by more; empty where one is the first."""
    numbers = [count_users(shared, skill)["agent"] for skill in skills]
    most = max(numbers, default=0)
    tied = numbers.count(most)
    if not most or tied == 1:
        return ""
    return say_plural(
        "{tied} skills are each named by 1 agent, and none by more.",
        "{tied} skills are each named by {n} agents, and none by more.",
        most,
        tied=tied,
    )


def _build_section(
    shared: CatalogContext, section: Section[Skill], usual: tuple[str, ...], href: Href
) -> dict[str, Any]:
    """``groups`` are its rows by plugin, if they are so many that nobody uses that they are folded."""
    plugins = {get_plugin(skill) for skill in section.entries}
    folds = section.anchor == "unused" and len(section.entries) > MOST_UNUSED and len(plugins) > 1
    by_plugin = (
        groupby(sorted(section.entries, key=get_plugin), get_plugin) if folds else [("", section.entries)]
    )
    return {
        "id": section.anchor,
        "title": section.title,
        "count": len(section.entries),
        "folds": folds,
        "groups": [
            {
                "title": plugin or shared.say("General"),
                "rows": [_build_row(shared, skill, section.anchor, usual, href) for skill in skills],
            }
            for plugin, skills in by_plugin
        ],
    }


def _build_finder(shared: CatalogContext, uri: str, sections: Sequence[Section[Skill]]) -> ListFinder | None:
    """The filter of the list; none where there is nothing to filter."""
    skills = [skill for section in sections for skill in section.entries]
    if not skills:
        return None
    language, are_commands = shared.say, uri == COMMANDS
    label = language(_("Find a command") if are_commands else _("Find a skill"))
    number = len(skills)
    titles = (("use", _("Use")), ("plugin", _("Plugin")), ("runtime", _("Runtime")))
    return ListFinder(
        label=label,
        placeholder=label,
        what=language(
            say_plural("1 command", "{n} commands", number)
            if are_commands
            else say_plural("1 entry", "{n} entries", number)
            if any(skill.source is None for skill in skills)
            else say_plural("1 skill", "{n} skills", number)
        ),
        facets=[(id, language(title)) for id, title in titles],
        shown={id: language(title) for id, title in _get_titles(uri).items()},
        chips=[
            Chip("use", section.anchor, section.title, len(section.entries))
            for section in sections
            if len(sections) > 1
        ],
        orders=[
            ("", language(_("use")), ""),
            ("agents", language(_("most agents")), "-count"),
            ("name", language(_("name")), ""),
        ],
    )


def _find_usual_runtimes(skills: Sequence[Skill]) -> tuple[str, ...]:
    """The runtimes that read most of them: said once, and not of each."""
    counts = Counter(skill.runtimes for skill in skills if skill.source)
    runtimes, number = max(counts.items(), key=lambda item: item[1], default=((), 0))
    return runtimes if number * 2 > sum(counts.values()) else ()


def _build_row(
    shared: CatalogContext, skill: Skill, use: str, usual: tuple[str, ...], href: Href
) -> dict[str, Any]:
    users, plugin = count_users(shared, skill), get_plugin(skill)
    name = skill.invocation if skill.is_command else skill.name
    summary = skill.summary
    if not summary:
        summary = shared.say(
            _("No description.") if skill.source else _("Named, but not found in the repository.")
        )
    runtimes = name_runtimes(skill.runtimes)
    facets: Mapping[str, Sequence[str]] = {
        "use": [use],
        "plugin": [plugin] if plugin else [],
        "runtime": runtimes,
    }
    return {
        "name": name,
        "summary": summary,
        "href": href(urls.make_skill_uri(skill.id)),
        "plugin": plugin,
        "agents": users["agent"],
        "skills": users["skill"],
        "runtimes": [] if skill.runtimes == usual else runtimes,
        "facets": write_facets(facets),
        "words": " ".join(dict.fromkeys(f"{name} {skill.name} {plugin} {summary}".casefold().split())),
    }
