"""All kinds of pages, and their order in the navigation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from ..addresses.urls import WHAT_IF, get_page_folder
from ..model.definitions import Skill
from ..text.i18n import mark_for_translation as _
from .access_report import list_access_report_pages
from .across import add_uses_elsewhere
from .agent import list_agent_pages
from .agent_index import list_index_pages
from .chains import CHAINS, list_chain_pages
from .changes import CHANGES, list_change_pages
from .grant_rules import list_rule_pages
from .home import list_home_pages
from .matrix.page import list_matrix_pages
from .other_catalogs import list_other_pages
from .page import CatalogContext, Page
from .problems import list_problem_pages
from .removed import list_removed_pages
from .repositories import list_repository_pages
from .reviews import REVIEWS, list_review_pages
from .rights_history import HISTORY, list_history_pages
from .rights_history import TITLE as HISTORY_TITLE
from .server import list_server_pages
from .server_list import list_server_list_pages
from .skill import list_skill_pages
from .skill_lists import list_skill_lists
from .tool import list_tool_pages
from .tool_list import list_tool_list_pages
from .what_if import list_what_if_pages


@dataclass(frozen=True, slots=True)
class NavPage:
    """A page that the navigation leads to. ``title`` is English, ``section`` one of
    ``SECTIONS``; ``is_filled`` says whether a catalog has anything to show there."""

    uri: str
    title: str
    section: str
    is_filled: Callable[[CatalogContext], object] = lambda shared: True


@dataclass(frozen=True, slots=True)
class NavSection:
    """A part of the navigation. Its title and those of its pages are in the language of the site."""

    title: str
    pages: tuple[NavPage, ...]


@dataclass(frozen=True, slots=True)
class PageKind:
    """One entry of the registry. The navigation, the linked data (JSON-LD) and the tests of accessibility
    and of the documentation follow from it.

    ``nav`` are the pages of the kind that the navigation holds.
    ``data_type`` is what these pages are in the vocabulary of schema.org.
    """

    list_pages: Callable[[CatalogContext], Iterable[Page]]
    nav: tuple[NavPage, ...] = ()
    data_type: str = "WebPage"


SECTIONS = {"browse": _("Browse"), "permissions": _("Permissions"), "health": _("Health")}
"""The sections of the navigation, in its order."""
FRONT = "agents/index.md"
# Reports that no page of the navigation is above.
_BESIDE = {"grants.md": "matrix.md"}


def _has_any_agents(shared: CatalogContext) -> bool:
    return bool(shared.catalog.agents or shared.catalog.other_catalogs)


def _list_skills(shared: CatalogContext, is_command: bool) -> list[Skill]:
    return [skill for skill in shared.catalog.skills if skill.is_command == is_command]


def _has_agents_with_tools(shared: CatalogContext) -> bool:
    return bool(shared.catalog.agents and shared.catalog.tools)


PAGE_KINDS = (
    PageKind(list_home_pages),
    PageKind(list_index_pages, (NavPage("agents/index.md", _("Agents"), "browse"),), "CollectionPage"),
    PageKind(list_agent_pages),
    PageKind(list_other_pages),
    PageKind(
        list_repository_pages,
        (NavPage("repositories.md", _("Repositories"), "browse", lambda shared: shared.has_repositories),),
    ),
    PageKind(
        list_skill_lists,
        (
            NavPage("skills/index.md", _("Skills"), "browse", lambda shared: _list_skills(shared, False)),
            NavPage("commands/index.md", _("Commands"), "browse", lambda shared: _list_skills(shared, True)),
        ),
        "CollectionPage",
    ),
    PageKind(
        list_tool_list_pages,
        (NavPage("tools/index.md", _("Tools"), "browse", _has_agents_with_tools),),
        "CollectionPage",
    ),
    PageKind(
        list_server_list_pages,
        (NavPage("servers/index.md", _("MCP servers"), "browse", lambda shared: shared.catalog.servers),),
        "CollectionPage",
    ),
    PageKind(list_tool_pages),
    PageKind(list_skill_pages),
    PageKind(list_server_pages),
    PageKind(
        list_access_report_pages, (NavPage("reach.md", _("Capabilities"), "permissions", _has_any_agents),)
    ),
    PageKind(list_rule_pages),
    PageKind(list_matrix_pages, (NavPage("matrix.md", _("Matrix"), "permissions", _has_any_agents),)),
    PageKind(
        list_chain_pages, (NavPage(CHAINS, _("Chains"), "permissions", lambda shared: shared.chain_starts),)
    ),
    PageKind(
        list_what_if_pages,
        (NavPage(WHAT_IF, _("What if"), "permissions", lambda shared: shared.catalog.agents),),
    ),
    PageKind(list_problem_pages, (NavPage("problems.md", _("Problems"), "health"),)),
    PageKind(
        list_change_pages, (NavPage(CHANGES, _("What changed"), "health", lambda shared: shared.changes),)
    ),
    PageKind(
        list_review_pages,
        (NavPage(REVIEWS, _("Reviews"), "health", lambda shared: shared.reviews is not None),),
    ),
    PageKind(
        list_history_pages, (NavPage(HISTORY, HISTORY_TITLE, "health", lambda shared: shared.tells_history),)
    ),
    PageKind(list_removed_pages),
)
"""Every kind of pages. The navigation follows this order."""


def list_all_pages(shared: CatalogContext) -> tuple[Page, ...]:
    """Every page, sorted by uri."""
    pages = [page for kind in PAGE_KINDS for page in kind.list_pages(shared)]
    return tuple(sorted(add_uses_elsewhere(pages, shared), key=lambda page: page.uri))


def list_nav_pages() -> tuple[NavPage, ...]:
    """What the navigation of a catalog can lead to, in its order."""
    pages = [page for kind in PAGE_KINDS for page in kind.nav]
    return tuple(sorted(pages, key=lambda page: list(SECTIONS).index(page.section)))


def list_nav_sections(shared: CatalogContext) -> tuple[NavSection, ...]:
    """The navigation of this catalog: sections and pages that have something to show."""
    pages = [
        replace(page, title=shared.say(page.title)) for page in list_nav_pages() if page.is_filled(shared)
    ]
    sections = (
        NavSection(shared.say(title), tuple(page for page in pages if page.section == name))
        for name, title in SECTIONS.items()
    )
    return tuple(section for section in sections if section.pages)


def find_nav_uri(uri: str, uris: Collection[str]) -> str:
    """Which page of the navigation, of those at ``uris``, the page at ``uri`` belongs to; empty for none."""
    if uri in uris:
        return uri
    # A tool of a server was a row of its page.
    if uri.startswith("gone/mcp__") and "tools/index.md" in uris:
        return "tools/index.md"
    listed = (page.uri for page in list_nav_pages() if page.uri in uris)
    above = next((page for page in listed if uri.startswith(f"{get_page_folder(page)}/")), "")
    above = above or _BESIDE.get(uri, FRONT)
    return above if above in uris else FRONT if FRONT in uris else ""
