"""The whole pipeline: a repository goes in, a site's worth of outputs comes out. No MkDocs here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from .addresses.history import ledger
from .addresses.urls import Where
from .cache import NO_CACHE, BuildCache
from .checks import registry
from .checks.suppressions import Suppressed, Suppression, split
from .history import log
from .history.agent_changes import Change, changes
from .linking.linker import link
from .model.address_lock import NAME as LOCK
from .model.catalog import Catalog
from .model.definitions import Agent, Diagnostic, ServerConfig, Skill, Skipped, Source
from .model.output import Output
from .pages.registry import Page, PageLimits, Shared, pages, share
from .pages.render import render
from .permissions.decisions import Grants
from .publishing import exports
from .publishing.previews import previewed
from .publishing.sharing import embeds, with_menus
from .reading.discovery import discover
from .reading.paths import SourceRule
from .runtimes import DEFAULT_PROFILE, RUNTIMES, runtime_named
from .runtimes.mcp_config import read_servers
from .runtimes.skill import read_skill
from .text.i18n import words


@dataclass(frozen=True, slots=True)
class Options:
    """What a site chose. ``levels``: check name to error, warn, info or ignore."""

    path: str = ""
    rules: tuple[SourceRule, ...] | None = None
    exclude: tuple[str, ...] = ()
    levels: dict[str, str] = field(default_factory=dict)
    use_directory_urls: bool = True
    site_url: str = ""
    site_name: str = ""
    lock: str = LOCK
    """The lock file of addresses, relative to the repository."""
    custom_templates: Path | None = None
    feeds: bool = True
    """That the history of the repository is told."""
    profile: str = DEFAULT_PROFILE
    suppress: tuple[Suppression, ...] = ()
    language: str = "en"
    """As of a theme: ``en``, ``pt-BR``, ``pt_BR``. What has no words in it is said in English."""
    embeds: bool = False
    """Whether files for pages of others are published: frames, badges, oEmbed, the data of one item."""
    highlight_code: bool = True
    """Whether code blocks of definitions are coloured."""
    page_limits: PageLimits = field(default_factory=PageLimits)

    @property
    def where(self) -> Where:
        """Where the catalog is published."""
        return Where(self.path, self.use_directory_urls, self.site_url, self.site_name)


@dataclass(frozen=True, slots=True)
class Findings:
    """The catalog and what was found wrong, without what the options or the files leave out."""

    catalog: Catalog
    grants: Grants
    diagnostics: tuple[Diagnostic, ...]
    suppressed: tuple[Suppressed, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """The catalog, what was found wrong, and everything to publish."""

    catalog: Catalog
    diagnostics: tuple[Diagnostic, ...]
    outputs: tuple[Output, ...]
    shared: Shared
    """What the pages look up, for the queries of hand-written pages."""


def _agent(source: Source, profile: str) -> Agent | Skipped:
    runtime = runtime_named(source.dialect)
    agent = runtime.read_agent(runtime.read_document(source))
    return agent if isinstance(agent, Skipped) else runtime.apply_profile(agent, profile)


def _skill(source: Source) -> Skill:
    return read_skill(runtime_named(source.dialect).read_document(source))


def read(repo: Path, options: Options, cache: BuildCache = NO_CACHE) -> Catalog:
    """The catalog of the repository at ``repo``. Never raises for what a file holds. ``cache`` is what
    an earlier build computed."""
    found = discover(
        repo, [runtime.places for runtime in RUNTIMES.values()], options.rules, options.exclude, cache
    )
    agents: list[Agent] = []
    skills: list[Skill] = []
    configs: list[tuple[str, ServerConfig]] = []
    skipped, notes = list(found.skipped), list(found.notes)
    for source in found.sources:
        if source.kind == "mcp":
            servers, problems = read_servers(source)
            configs += servers
            notes += problems
        elif source.kind == "skill":
            skills.append(cache.get(_skill, source))
        elif isinstance(one := cache.get(_agent, source, options.profile), Skipped):
            skipped.append(one)
        else:
            agents.append(one)
            configs += one.inline_servers
    catalog = link(agents, skills, configs, skipped, notes, found.plugins, repo.resolve(), cache)
    return replace(catalog, ledger=ledger(repo, options.lock, catalog, options.where))


def find(repo: Path, options: Options, cache: BuildCache = NO_CACHE) -> Findings:
    """What is wrong in the definitions of ``repo``. Never raises for what a file holds."""
    return _judged(read(repo, options, cache), options)


def _judged(catalog: Catalog, options: Options) -> Findings:
    grants = Grants(options.profile)
    shown, left = split(registry.run(catalog, grants), catalog, options.suppress)
    return Findings(catalog, grants, shown, left)


def planned(shared: Shared) -> tuple[Page, ...]:
    """Every page of the catalog, before any of them is made."""
    return with_menus(pages(shared), shared)


def _news(repo: Path, catalog: Catalog, options: Options) -> tuple[tuple[Change, ...], ...]:
    return changes(repo, catalog, options.profile, options.exclude, options.rules is None)


def _tried(outputs: Iterable[Output], kinds: Iterable[str], whole: bool) -> list[Output]:
    """What is wrong with a template of the site's own is found before anything is written: in all outputs, or
    in the first of each of ``kinds`` (what is no HTML is made by none)."""
    found, seen = [], set[str]()
    for one, kind in zip(outputs, kinds, strict=True):
        if whole or (kind not in seen and (one.is_page or kind.endswith(".html"))):
            one = replace(one, made=one.body if one.is_page else one.content)
        seen.add(kind)
        found.append(one)
    return found


def build(repo: Path, options: Options, cache: BuildCache = NO_CACHE, whole: bool = True) -> Site:
    """Everything to publish for ``repo``. What a page holds is made when it is asked for, which raises
    ``jinja2.TemplateError`` for a broken custom template. ``cache`` is what an earlier build computed: the
    site is the same without it. ``whole``: all that is made by the site's own templates is made now, and
    not only one of each kind."""
    catalog = replace(read(repo, options, cache), changed=log.changed(repo))
    said, own = words(options.language), options.custom_templates
    found = _judged(catalog, options)
    news = _news(repo, catalog, options) if options.feeds else ()
    where, left, levels = options.where, found.suppressed, options.levels
    most = options.page_limits
    shared = share(
        catalog,
        found.diagnostics,
        levels,
        found.grants,
        left,
        said,
        where,
        news,
        own,
        most,
        cache,
        options.embeds,
        options.highlight_code,
    )
    found_pages = planned(shared)
    rendered = [render(page, options.use_directory_urls, own, options.path, said) for page in found_pages]
    shown, heads = previewed(found_pages, rendered, shared)
    outputs = (*shown, *exports(shared, heads), *(embeds(shared) if options.embeds else ()))
    if own:
        files = outputs[len(found_pages) :]
        kinds = [*(page.template for page in found_pages), *(one.uri.rpartition("/")[2] for one in files)]
        outputs = tuple(_tried(outputs, kinds, whole))
    return Site(catalog, found.diagnostics, outputs, shared)
