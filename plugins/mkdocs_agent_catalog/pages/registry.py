"""All kinds of pages, and their order in the navigation."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from ..addresses.urls import WHAT_IF, SiteLocation, get_page_folder
from ..checks.suppressions import Suppressed
from ..model.catalog import Catalog
from ..model.changes import AgentChange
from ..model.definitions import Diagnostic
from ..model.repositories import Repository
from ..permissions.decisions import PermissionResolver
from ..reading.build_cache import NO_CACHE, BuildCache
from ..text.i18n import ENGLISH, Translations
from ..text.i18n import mark_for_translation as _
from .access_report import list_access_report_pages
from .across import add_uses_elsewhere
from .agent import list_agent_pages
from .agent_index import is_cut, list_index_pages
from .chains import CHAINS, list_chain_pages
from .changes import CHANGES, list_change_pages
from .finder.task_answers import build_task_answers
from .finder.task_index import build_task_index
from .grant_rules import list_rule_pages
from .home import HOME, list_home_pages
from .item_lists import list_item_pages
from .matrix.page import list_embed_paths, list_matrix_pages
from .other_catalogs import list_other_pages
from .page import CatalogContext, Page
from .page_kind import NavPage, NavSection, PageKind
from .pagination import PageLimits
from .problems import list_problem_pages
from .removed import (
    assign_tombstone_uris,
    find_former_owners,
    find_heirs,
    find_successor,
    list_removed_pages,
    locate_published,
)
from .repositories import list_repository_pages
from .reviews import REVIEWS, list_review_pages
from .rights_history import HISTORY, list_history_pages
from .rights_history import TITLE as HISTORY_TITLE
from .server import list_server_pages
from .skill import list_skill_pages
from .skill_lists import list_skill_lists
from .tool import list_tool_pages
from .what_if import list_what_if_pages

__all__ = [
    "HOME",
    "PAGE_KINDS",
    "SECTIONS",
    "CatalogContext",
    "NavPage",
    "NavSection",
    "Page",
    "PageLimits",
    "assign_tombstone_uris",
    "build_context",
    "build_task_answers",
    "build_task_index",
    "find_former_owners",
    "find_heirs",
    "find_nav_uri",
    "find_successor",
    "is_cut",
    "list_all_pages",
    "list_embed_paths",
    "list_nav_pages",
    "list_nav_sections",
    "locate_published",
]


def build_context(
    catalog: Catalog,
    diagnostics: tuple[Diagnostic, ...],
    levels: dict[str, str],
    grants: PermissionResolver,
    suppressed: tuple[Suppressed, ...] = (),
    say: Translations = ENGLISH,
    where: SiteLocation | None = None,
    changes: tuple[tuple[AgentChange, ...], ...] = (),
    templates: Path | None = None,
    limits: PageLimits | None = None,
    cache: BuildCache = NO_CACHE,
    embeds: bool = False,
    highlight_code: bool = True,
    repository: Repository | None = None,
) -> CatalogContext:
    """The catalog as all pages use it. ``levels`` are the checks' levels; ``grants`` says what is effective,
    ``say`` is the language of the site, ``where`` the place of the catalog on it, ``changes`` its history,
    ``templates`` the folder of the site's own,
    ``limits`` how much one page holds,
    ``cache`` what an earlier build computed, ``embeds`` whether files for pages of others are published,
    ``highlight_code`` whether code blocks are coloured, ``repository`` where the definitions are kept."""
    seen = tuple(d for d in diagnostics if levels.get(d.check) != "ignore")
    location, most = where or SiteLocation(), limits or PageLimits()
    return CatalogContext(
        catalog,
        seen,
        levels,
        grants,
        suppressed,
        say,
        location,
        changes,
        templates,
        most,
        cache,
        embeds,
        highlight_code,
        repository or Repository(),
    )


SECTIONS = {"browse": _("Browse"), "permissions": _("Permissions"), "health": _("Health")}
"""The sections of the navigation, in its order."""
FRONT = "agents/index.md"
# Reports that no page of the navigation is above.
_BESIDE = {"grants.md": "matrix.md"}


def _has_changes(shared: CatalogContext) -> bool:
    return bool(shared.changes)


def _has_history(shared: CatalogContext) -> bool:
    return shared.tells_history


def _has_chains(shared: CatalogContext) -> bool:
    return bool(shared.chain_starts)


def _has_reviews(shared: CatalogContext) -> bool:
    return shared.reviews is not None


def _has_agents(shared: CatalogContext) -> bool:
    return bool(shared.catalog.agents)


def _has_any_agents(shared: CatalogContext) -> bool:
    return bool(shared.catalog.agents or shared.catalog.other_catalogs)


def _has_other_catalogs(shared: CatalogContext) -> bool:
    return shared.has_repositories


def _has_skills(shared: CatalogContext) -> bool:
    return any(not skill.is_command for skill in shared.catalog.skills)


def _has_commands(shared: CatalogContext) -> bool:
    return any(skill.is_command for skill in shared.catalog.skills)


def _has_tools(shared: CatalogContext) -> bool:
    return bool(shared.catalog.agents and shared.catalog.tools)


def _has_servers(shared: CatalogContext) -> bool:
    return bool(shared.catalog.servers)


PAGE_KINDS = (
    PageKind(list_home_pages),
    PageKind(list_index_pages, (NavPage("agents/index.md", _("Agents"), "browse"),), "CollectionPage"),
    PageKind(list_agent_pages),
    PageKind(list_other_pages),
    PageKind(
        list_repository_pages, (NavPage("repositories.md", _("Repositories"), "browse", _has_other_catalogs),)
    ),
    PageKind(
        list_item_pages,
        (
            NavPage("skills/index.md", _("Skills"), "browse", _has_skills),
            NavPage("commands/index.md", _("Commands"), "browse", _has_commands),
            NavPage("tools/index.md", _("Tools"), "browse", _has_tools),
            NavPage("servers/index.md", _("MCP servers"), "browse", _has_servers),
        ),
        "CollectionPage",
    ),
    PageKind(list_skill_lists),
    PageKind(list_tool_pages),
    PageKind(list_skill_pages),
    PageKind(list_server_pages),
    PageKind(
        list_access_report_pages, (NavPage("reach.md", _("Capabilities"), "permissions", _has_any_agents),)
    ),
    PageKind(list_rule_pages),
    PageKind(list_matrix_pages, (NavPage("matrix.md", _("Matrix"), "permissions", _has_any_agents),)),
    PageKind(list_chain_pages, (NavPage(CHAINS, _("Chains"), "permissions", _has_chains),)),
    PageKind(list_what_if_pages, (NavPage(WHAT_IF, _("What if"), "permissions", _has_agents),)),
    PageKind(list_problem_pages, (NavPage("problems.md", _("Problems"), "health"),)),
    PageKind(list_change_pages, (NavPage(CHANGES, _("What changed"), "health", _has_changes),)),
    PageKind(list_review_pages, (NavPage(REVIEWS, _("Reviews"), "health", _has_reviews),)),
    PageKind(list_history_pages, (NavPage(HISTORY, HISTORY_TITLE, "health", _has_history),)),
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
