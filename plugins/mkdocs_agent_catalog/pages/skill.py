"""The page of a skill, also of one that is only named and does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from markupsafe import Markup

from ..addresses import urls
from ..addresses.urls import Href
from ..model.catalog import Link
from ..model.definitions import Skill
from ..model.item_kinds import ITEM_KINDS
from ..model.output import Heading
from ..runtimes import name_runtimes
from ..text import markdown
from .agent import format_field
from .chains import link_to_chain
from .finder.search_entries import build_item_entry
from .link_graph import build_neighbourhood
from .page import CatalogContext, Page, add_usage_notes, describe_raw_file, paginate_page
from .pagination import ListPage, PaginatedList, Section, paginate

_LISTS = {"before": "#used-by", "agent": "#names", "skill": "#names", "server": "#names"}


def list_skill_pages(shared: CatalogContext) -> Iterator[Page]:
    """A page for each skill; one that was not found says so, and by whom it is named."""
    for skill in shared.catalog.skills:
        words = skill.summary or ("" if skill.source else shared.say("This skill was not found."))
        label = shared.say("Command" if skill.is_command else ITEM_KINDS["skill"].label)
        page = Page(
            uri=urls.make_skill_uri(skill.id),
            template="skill.html.jinja",
            title=skill.name,
            description=words,
            source=skill.source.path if skill.source else None,
            subject=("skill", skill.id),
            search=(build_item_entry(label, skill.name, skill.description or words, "skill"),),
        )
        result = _paginate_users(shared, skill, page)
        yield from paginate_page(page, result, partial(_build_context, shared, skill, result))


End = tuple[Link, str]
"""A link, and which of its ends the page lists: ``origin`` or ``target``."""


def _paginate_users(shared: CatalogContext, skill: Skill, page: Page) -> PaginatedList[End]:
    """Who uses the skill, and what it names."""
    users = [(link, "origin") for link in shared.catalog.get_links_to("skill", skill.id)]
    names = [(link, "target") for link in shared.catalog.get_links_from("skill", skill.id)]
    sections = [Section("used-by", shared.say("Used by"), users)]
    sections += [Section("names", shared.say("Names"), names)] if names else []

    def name(end: End) -> str:
        link, at = end
        thing = (link.origin_kind, link.origin) if at == "origin" else (link.kind, link.target)
        return str(shared.catalog.by_id[thing].name)

    return paginate(page.uri, skill.name, sections, shared.limits.entries, name, "part", shared.say)


def _build_context(
    shared: CatalogContext, skill: Skill, result: PaginatedList[End], href: Href, part: ListPage[End] | None
) -> dict[str, Any]:
    link = shared.leads.make_linker(href, skill.source)
    # The picture needs the links of all parts.
    sections = part.sections if part else result.sections
    ends = [end for section in sections for end in section.entries]
    links = {end: tuple(link for link, at in ends if at == end) for end in ("origin", "target")}
    users = add_usage_notes(shared.build_link_rows(links["origin"], "origin", href), link)
    names = shared.build_link_rows(links["target"], "target", href)
    # The text is on the page of the skill, not on parts of its lists.
    whole = skill.source if part is None else None
    body = markdown.render_body(
        skill.document.body if skill.document and whole else "",
        "skill-",
        link,
        shared.highlight_code,
        shared.say,
    )
    problems = shared.list_problems(skill.document) if whole and skill.document else []
    outline = (
        [Heading(2, "instructions", shared.say("Instructions")), *shared.outline_headings(body.headings)]
        if whole
        else []
    )
    outline += [Heading(2, section.anchor, section.title) for section in result.list_shown(part)]
    outline += [Heading(2, "files", shared.say("Files"))] if whole and whole.files else []
    outline += [Heading(2, "problems", shared.say("Problems"))] if problems else []
    return {
        "skill": skill,
        "runtimes": name_runtimes(skill.runtimes),
        "users": users,
        "crumbs": [
            (shared.say("Commands"), href("commands/index.md"))
            if skill.is_command
            else (shared.say("Skills"), href("skills/index.md"))
        ],
        "changed": shared.catalog.changed.get(whole.path) if whole else None,
        "edit": shared.make_edit_url(whole.path) if whole else "",
        "names": names,
        "picture": build_neighbourhood(skill.name, users, names, _LISTS, shared.say)
        if part is None
        else None,
        "chain": link_to_chain(shared, ("skill", skill.id), href),
        "body": Markup(body.html),
        "raw": describe_raw_file("skill", urls.make_skill_uri(skill.id), skill.document, shared)
        if skill.document
        else None,
        "description": Markup(
            markdown.render_body(
                skill.description or "", "description-", link, shared.highlight_code, shared.say
            ).html
        ),
        "fields": [format_field(field, shared.say) for field in skill.fields],
        "problems": problems,
        "levels": shared.levels,
        "headings": tuple(outline),
    }
