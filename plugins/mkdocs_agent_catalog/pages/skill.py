"""The page of a skill: found, or only named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from .. import markdown, redact, urls
from ..model import Skill
from ..output import Heading
from ..urls import Href
from .agent import shown_field
from .page import Page, Shared, with_when
from .picture import around
from .search import entry

_LISTS = {"before": "#used-by", "agent": "#names", "skill": "#names", "server": "#names"}


def skill_pages(shared: Shared) -> Iterator[Page]:
    """A page for each skill; one that was not found says so, and by whom it is named."""
    for skill in shared.catalog.skills:
        words = skill.summary or ("" if skill.source else shared.say("This skill was not found."))
        yield Page(
            uri=urls.skill(skill.id),
            template="skill.html.jinja",
            title=skill.name,
            context=lambda href, skill=skill: _skill(shared, skill, href),  # type: ignore[misc]
            description=words,
            source=skill.source.path if skill.source else None,
            subject=("skill", skill.id),
            search=(entry(skill.name, skill.description or words, "skill"),),
        )


def _skill(shared: Shared, skill: Skill, href: Href) -> dict[str, Any]:
    link = shared.linker(href, skill.source)
    users = with_when(shared.ends(shared.catalog.links_to("skill", skill.id), "origin", href), link)
    names = shared.ends(shared.catalog.links_from("skill", skill.id), "target", href)
    body = markdown.render(skill.document.body if skill.document else "", "skill-", 3, link)
    problems = shared.by_path.get(skill.source.path, []) if skill.source else []
    found = [Heading(2, "used-by", shared.say("Used by"))]
    found += [Heading(2, "names", shared.say("Names"))] if names else []
    found += [Heading(2, "files", shared.say("Files"))] if skill.source and skill.source.files else []
    found += (
        [Heading(2, "instructions", shared.say("Instructions")), *shared.outline(body.headings)]
        if skill.source
        else []
    )
    found += [Heading(2, "problems", shared.say("Problems"))] if problems else []
    return {
        "skill": skill,
        "users": users,
        "crumbs": [(shared.say("Skills"), href("skills/index.md"))],
        "names": names,
        "picture": around(skill.name, users, names, _LISTS, shared.say),
        "body": Markup(body.html),
        "raw": redact.frontmatter(skill.source.text) if skill.source else "",
        "description": Markup(markdown.render(skill.description or "", "description-", 3, link).html),
        "fields": [shown_field(one) for one in skill.fields],
        "problems": problems,
        "levels": shared.levels,
        "headings": tuple(found),
    }
