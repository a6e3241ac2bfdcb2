"""The pages of the catalog: which there are, and what each template is given."""

from __future__ import annotations

from pathlib import Path

from ..addresses.urls import Where
from ..cache import NO_CACHE, BuildCache
from ..checks.suppressions import Suppressed
from ..history.agent_changes import Change
from ..model.catalog import Catalog
from ..model.definitions import Diagnostic
from ..permissions.decisions import Grants
from ..text.i18n import ENGLISH, Words
from .access_report import owner_pages
from .agent import agent_pages
from .agent_index import index_pages, is_cut
from .finder.task_answers import answers
from .finder.task_index import ask_data
from .item_lists import list_pages
from .matrix.page import frame_files, matrix_pages
from .matrix.tool_sets import profile_pages
from .overview import overview_pages
from .page import Page, Shared
from .pagination import PageLimits
from .problems import problem_pages
from .removed import former_owners, gone_pages, published_at, successor, tombstones
from .server import server_pages
from .skill import skill_pages
from .tool import tool_pages

__all__ = [
    "Page",
    "PageLimits",
    "Shared",
    "answers",
    "ask_data",
    "former_owners",
    "frame_files",
    "is_cut",
    "pages",
    "published_at",
    "share",
    "successor",
    "tombstones",
]


def share(
    catalog: Catalog,
    diagnostics: tuple[Diagnostic, ...],
    levels: dict[str, str],
    grants: Grants,
    suppressed: tuple[Suppressed, ...] = (),
    say: Words = ENGLISH,
    where: Where | None = None,
    changes: tuple[tuple[Change, ...], ...] = (),
    templates: Path | None = None,
    limits: PageLimits | None = None,
    cache: BuildCache = NO_CACHE,
    embeds: bool = False,
    highlight_code: bool = True,
) -> Shared:
    """The catalog as all pages use it. ``levels`` are the checks' levels; ``grants`` says what is effective,
    ``say`` is the language of the site, ``where`` the place of the catalog on it, ``changes`` its history,
    ``templates`` the folder of the site's own,
    ``limits`` how much one page holds,
    ``cache`` what an earlier build computed, ``embeds`` whether files for pages of others are published,
    ``highlight_code`` whether code blocks are coloured."""
    seen = tuple(d for d in diagnostics if levels.get(d.check) != "ignore")
    there, most = where or Where(), limits or PageLimits()
    return Shared(
        catalog,
        seen,
        levels,
        grants,
        suppressed,
        say,
        there,
        changes,
        templates,
        most,
        cache,
        embeds,
        highlight_code,
    )


def pages(shared: Shared) -> tuple[Page, ...]:
    """Every page, sorted by uri."""
    found = [
        *agent_pages(shared),
        *tool_pages(shared),
        *server_pages(shared),
        *skill_pages(shared),
        *index_pages(shared),
        *list_pages(shared),
        *problem_pages(shared),
        *matrix_pages(shared),
        *profile_pages(shared),
        *owner_pages(shared),
        *overview_pages(shared),
        *gone_pages(shared),
    ]
    return tuple(sorted(found, key=lambda page: page.uri))
