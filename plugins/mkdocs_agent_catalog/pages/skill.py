"""The page of a skill: found, or only named."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from markupsafe import Markup

from ..addresses import urls
from ..addresses.urls import Href
from ..model.catalog import Link
from ..model.definitions import Skill
from ..model.output import Heading
from ..text import markdown
from .agent import shown_field
from .finder.search_entries import entry
from .link_graph import around
from .page import Page, Shared, raw_file, with_parts, with_when
from .pagination import Cut, Part, Section, paginate

_LISTS = {"before": "#used-by", "agent": "#names", "skill": "#names", "server": "#names"}


def skill_pages(shared: Shared) -> Iterator[Page]:
    """A page for each skill; one that was not found says so, and by whom it is named."""
    for skill in shared.catalog.skills:
        words = skill.summary or ("" if skill.source else shared.say("This skill was not found."))
        page = Page(
            uri=urls.skill(skill.id),
            template="skill.html.jinja",
            title=skill.name,
            context=lambda href: {},
            description=words,
            source=skill.source.path if skill.source else None,
            subject=("skill", skill.id),
            search=(entry(skill.name, skill.description or words, "skill"),),
        )
        found = _cut(shared, skill, page)
        yield from with_parts(page, found, partial(_skill, shared, skill, found))


End = tuple[Link, str]
"""A link, and which of its ends the page lists: ``origin`` or ``target``."""


def _cut(shared: Shared, skill: Skill, page: Page) -> Cut[End]:
    """Who uses the skill, and what it names."""
    users = [(link, "origin") for link in shared.catalog.links_to("skill", skill.id)]
    names = [(link, "target") for link in shared.catalog.links_from("skill", skill.id)]
    sections = [Section("used-by", shared.say("Used by"), users)]
    sections += [Section("names", shared.say("Names"), names)] if names else []

    def name(end: End) -> str:
        link, at = end
        thing = (link.origin_kind, link.origin) if at == "origin" else (link.kind, link.target)
        return str(shared.catalog.by_id[thing].name)

    return paginate(page.uri, skill.name, sections, shared.limits.entries, name, "part", shared.say)


def _skill(
    shared: Shared, skill: Skill, found: Cut[End], href: Href, part: Part[End] | None
) -> dict[str, Any]:
    link = shared.leads.linker(href, skill.source)
    # The picture needs the links of all parts.
    sections = part.sections if part else found.sections
    ends = [end for section in sections for end in section.entries]
    links = {end: tuple(one for one, at in ends if at == end) for end in ("origin", "target")}
    users = with_when(shared.ends(links["origin"], "origin", href), link)
    names = shared.ends(links["target"], "target", href)
    led = bool(found.parts) and part is None
    outline = [Heading(2, one.anchor, one.title) for one in (() if led else found.shown(part))]
    # The text is on the page of the skill, not on parts of its lists.
    whole = skill.source if part is None else None
    body = markdown.render(
        skill.document.body if skill.document and whole else "", "skill-", 3, link, shared.highlight_code
    )
    problems = shared.by_path.get(whole.path, []) if whole else []
    outline += [Heading(2, "files", shared.say("Files"))] if whole and whole.files else []
    outline += (
        [Heading(2, "instructions", shared.say("Instructions")), *shared.outline(body.headings)]
        if whole
        else []
    )
    outline += [Heading(2, "problems", shared.say("Problems"))] if problems else []
    return {
        "skill": skill,
        "users": users,
        "crumbs": [(shared.say("Skills"), href("skills/index.md"))],
        "names": names,
        "picture": around(skill.name, users, names, _LISTS, shared.say) if part is None else None,
        "body": Markup(body.html),
        "raw": raw_file("skill", urls.skill(skill.id), skill.source.text, shared) if skill.source else None,
        "description": Markup(
            markdown.render(skill.description or "", "description-", 3, link, shared.highlight_code).html
        ),
        "fields": [shown_field(one) for one in skill.fields],
        "problems": problems,
        "levels": shared.levels,
        "headings": tuple(outline),
    }
