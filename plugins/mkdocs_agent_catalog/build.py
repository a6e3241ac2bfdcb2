"""The whole pipeline: turns a repository into the pages and files of a site. Does not import MkDocs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from .addresses.former_places import find_former_places
from .addresses.history import add_addresses_of_others, add_former_addresses, load_address_history
from .addresses.other_places import place_other_catalogs
from .addresses.past_settings import PublishSettings, list_catalog_paths, list_past_settings
from .addresses.replay import replay_addresses
from .addresses.urls import SiteLocation
from .checks import registry
from .checks.suppressions import Suppressed, Suppression, apply_suppressions
from .history import git, log
from .history.agent_changes import find_agent_changes
from .history.companion_changes import find_companion_changes
from .history.git import find_head
from .history.missing_history import explain_missing_history
from .history.other_catalogs import date_snapshots, explain_old_snapshots
from .history.remote import find_own_repository
from .history.repositories import (
    find_all_last_changes,
    find_repositories,
    find_rest_of_checkout,
    has_own_history,
    list_missing_submodules,
    place_rules,
)
from .history.told_changes import group_commits, merge_changes
from .linking.linker import link_catalog
from .model.address_lock import NAME as LOCK
from .model.address_lock import AddressLock
from .model.catalog import Catalog
from .model.changes import Change
from .model.definitions import Diagnostic
from .model.other_catalogs import CatalogSource
from .model.output import Output
from .model.policy import NAME as POLICY
from .model.reviews import NAME as REVIEWS
from .pages.page import CatalogContext, Page
from .pages.pagination import PageLimits
from .pages.registry import list_all_pages
from .pages.render import render_page
from .permissions.decisions import PermissionResolver
from .publishing import export_files, list_former_outputs
from .publishing.link_menu import add_link_menus
from .publishing.matrix_embeds import list_matrix_embeds
from .publishing.previews import add_previews
from .reading.build_cache import NO_CACHE, BuildCache
from .reading.definition_folders import explain_little_found
from .reading.discovery import discover
from .reading.other_catalogs import read_other_catalogs
from .reading.paths import SourceRule, list_signs
from .reading.policy_file import find_today, read_policy
from .reading.review_file import read_reviews
from .rights.subjects import list_subjects
from .rights.timeline import Timeline, TimelineOptions, read_timeline
from .runtimes import DEFAULT_PROFILE, RUNTIMES
from .runtimes.read_definitions import read_definitions
from .text.i18n import load_translations


@dataclass(frozen=True, slots=True)
class Options:
    """What a site chose. ``levels``: check name to error, warn, info or ignore; those of the checks in
    ``chosen_levels`` hold for other repositories, too."""

    path: str = ""
    rules: tuple[SourceRule, ...] | None = None
    exclude: tuple[str, ...] = ()
    levels: dict[str, str] = field(default_factory=dict)
    chosen_levels: frozenset[str] = frozenset()
    use_directory_urls: bool = True
    site_url: str = ""
    site_name: str = ""
    edit_url: str = ""
    """Where a file of the repository is edited, with ``{path}`` in place of its path."""
    repo_url: str = ""
    """The web address of the repository; what git says where it is empty."""
    lock: str = LOCK
    """The lock file of addresses, relative to the repository."""
    policy: str = ""
    """The file with the policy, relative to the repository; empty for the usual one, if it is there."""
    reviews: str = ""
    """The file with the reviews, as with the policy."""
    update_lock: bool = False
    """That a build writes the lock file when something is not recorded."""
    custom_templates: Path | None = None
    feeds: bool = True
    """That the history of the repository is told."""
    history: bool = False
    """That the history of rights is told."""
    authors: bool = False
    """That it names who wrote a commit."""
    profile: str = DEFAULT_PROFILE
    catalogs: tuple[CatalogSource, ...] = ()
    """Catalogs of other repositories, of which snapshots are in this one."""
    suppress: tuple[Suppression, ...] = ()
    language: str = "en"
    """As of a theme: ``en``, ``pt-BR``, ``pt_BR``. What has no words in it is said in English."""
    embeds: bool = False
    """Whether files for pages of others are published: frames, badges, oEmbed, the data of one item."""
    highlight_code: bool = True
    """Whether code blocks of definitions are coloured."""
    page_limits: PageLimits = field(default_factory=PageLimits)
    definition_suffix: str = ".md"
    """How the published files of definitions end."""
    config: str = ""
    """The file that these options are from, relative to the repository; empty where there is none."""
    replay: bool = True
    """That the history is read for the addresses of the past."""

    @property
    def where(self) -> SiteLocation:
        """Where the catalog is published."""
        return SiteLocation(
            self.path,
            self.use_directory_urls,
            self.site_url,
            self.site_name,
            self.edit_url,
            self.definition_suffix,
        )


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The catalog and what was found wrong, without what the options or the files leave out."""

    catalog: Catalog
    grants: PermissionResolver
    diagnostics: tuple[Diagnostic, ...]
    suppressed: tuple[Suppressed, ...]


@dataclass(frozen=True, slots=True)
class BuiltCatalog:
    """The catalog, what was found wrong, and everything to publish."""

    catalog: Catalog
    diagnostics: tuple[Diagnostic, ...]
    outputs: tuple[Output, ...]
    shared: CatalogContext
    """What the pages look up, for the queries of hand-written pages."""


def load_catalog(repo: Path, options: Options, cache: BuildCache = NO_CACHE, today: str = "") -> Catalog:
    """The catalog of the repository at ``repo``, with the addresses of the past. Never raises for what a file
    holds. ``cache`` is what an earlier build computed; ``today`` is the day on which something went of which
    git does not know."""
    catalog = _read_catalog(repo, options, cache, list_missing_submodules(repo))
    own, past = _replay_histories(repo, catalog, options) if options.replay else (None, None)
    ledger = load_address_history(repo, options.lock, catalog, options.where, past, today)
    policy = read_policy(repo, options.policy or POLICY, bool(options.policy), find_today(), cache)
    reviews = read_reviews(repo, options.reviews or REVIEWS, bool(options.reviews), cache)
    catalog = replace(
        catalog, ledger=replace(ledger, is_in_git=own is not None), policy=policy, reviews=reviews
    )
    return _add_other_catalogs(repo, catalog, options, cache)


def _add_other_catalogs(repo: Path, catalog: Catalog, options: Options, cache: BuildCache) -> Catalog:
    """``catalog`` with the snapshots of others, and with what is to be told of these."""
    if not options.catalogs:
        return catalog
    snapshots, notes = read_other_catalogs(repo, options.catalogs, cache)
    snapshots = date_snapshots(repo, snapshots)
    placed, moved = place_other_catalogs(snapshots, catalog, options.where)
    # A catalog of others alone needs no definitions of its own.
    own_notes = (note for note in catalog.notes if not placed or note.check != "nothing_found")
    notes = (*own_notes, *notes, *moved, *explain_old_snapshots(placed))
    return replace(catalog, other_catalogs=placed, notes=notes)


def _replay_histories(
    repo: Path, catalog: Catalog, options: Options
) -> tuple[AddressLock | None, AddressLock | None]:
    """What was published according to the own history, and according to those of other repositories as well;
    ``None`` where git knows nothing."""
    settings = PublishSettings(
        options.path,
        options.use_directory_urls,
        _list_own_rules(options),
        options.exclude,
        options.config,
        tuple(sorted(list_catalog_paths(repo, options.config) - {options.path})),
    )
    own, read = None, PastReader(options.profile)
    if git.find_history_state(repo) == "whole":
        own = replay_addresses(repo, find_head(repo), settings, read)
    past = own
    today = replace(settings, rules=options.rules)
    others = (*catalog.repositories, *find_rest_of_checkout(repo, options.rules, catalog.repositories))
    all_settings = (today, *list_past_settings(repo, settings)) if others else ()
    for other in others:
        root = repo / other.folder
        if has_own_history(root) and git.find_history_state(root) == "whole":
            # Its past is read in a folder that is not around itself.
            below = other.folder.replace("../", "").replace("..", "above")
            locks = [
                replay_addresses(root, find_head(root), placed, read, below)
                for placed in dict.fromkeys(
                    replace(item, rules=place_rules(repo, item.rules, other, below), config="")
                    for item in all_settings
                )
            ]
            known = [lock for lock in locks if lock]
            if known:
                lock = add_former_addresses(known[0], known[1:])
                past = add_addresses_of_others(past or AddressLock(), lock, below, other.folder)
    return own, past


@dataclass(frozen=True, slots=True)
class PastReader:
    """Reads the catalog of a folder that holds what git had at an earlier commit. Of two commits in a row,
    what did not change is read once."""

    profile: str
    cache: BuildCache = field(default_factory=BuildCache, compare=False)

    def __call__(self, root: Path, rules: tuple[SourceRule, ...] | None, exclude: tuple[str, ...]) -> Catalog:
        self.cache.start_build()
        options = Options(rules=rules, exclude=exclude, profile=self.profile)
        return _read_catalog(root, options, self.cache, is_past=True)


def _list_own_rules(options: Options) -> tuple[SourceRule, ...] | None:
    """The sources, as the history of the repository itself knows them."""
    return options.rules and tuple(replace(rule, repository=None) for rule in options.rules)


def load_timeline(repo: Path, options: Options) -> Timeline | None:
    """The history of rights in ``repo`` up to the commit that is checked out; ``None`` where git tells none.
    Never raises."""
    state = git.find_history_state(repo)
    if state not in ("whole", "shallow"):
        return None
    chosen = TimelineOptions(options.profile, _list_own_rules(options), options.exclude, options.authors)
    return read_timeline(repo, find_head(repo), chosen, PastReader(options.profile), state == "whole")


def _read_catalog(
    repo: Path,
    options: Options,
    cache: BuildCache,
    missing: tuple[str, ...] = (),
    is_past: bool = False,
) -> Catalog:
    """``is_past``: that ``repo`` is no checkout, but holds what git had at an earlier commit."""
    places = list(RUNTIMES.values())
    discovery = discover(repo, places, options.rules, options.exclude, cache, missing)
    read = read_definitions(
        discovery, options.profile, cache, lambda path: is_past or log.is_tracked(repo, path)
    )
    source_paths = [source.path for source in discovery.sources]
    # What is switched off was found.
    switched_off = sum(item.turned_off is not None for item in read.skipped)
    notes, count = read.notes, len(read.agents) + len(read.skills) + switched_off
    # Who names the sources has chosen: then only nothing at all is too little.
    if options.rules is None or not count:
        looked_at = [*source_paths, *(item.path for item in read.skipped if item.cause != "other place")]
        without = sum(item.cause == "no frontmatter" for item in read.skipped)
        little = explain_little_found(repo, options.exclude, count, looked_at, list_signs(places), without)
        notes += (little,) if little else ()
    catalog = link_catalog(
        *(read.agents, read.skills, read.configs, read.skipped, notes, discovery.plugins, repo.resolve()),
        cache,
    )
    repositories = find_repositories(discovery.checkouts, options.rules, source_paths)
    return replace(catalog, settings=read.settings, repositories=repositories)


def check_catalog(repo: Path, options: Options, cache: BuildCache = NO_CACHE) -> CheckResult:
    """What is wrong in the definitions of ``repo``. Never raises for what a file holds."""
    # Only what a lock file says is compared with the history.
    options = replace(options, replay=options.replay and (repo / options.lock).is_file())
    return _run_checks(load_catalog(repo, options, cache), options)


def _run_checks(catalog: Catalog, options: Options) -> CheckResult:
    grants = PermissionResolver(options.profile)
    diagnostics, left = apply_suppressions(registry.run_checks(catalog, grants), catalog, options.suppress)
    # What another team is to mend does not stop the build of this site.
    diagnostics = tuple(
        replace(item, is_information=True)
        if item.check not in options.chosen_levels and catalog.find_repository(item.span.path).is_other
        else item
        for item in diagnostics
    )
    return CheckResult(catalog, grants, diagnostics, left)


def plan_pages(shared: CatalogContext) -> tuple[Page, ...]:
    """Every page of the catalog, before any of them is made."""
    return add_link_menus(list_all_pages(shared), shared)


def _validate_templates(outputs: Iterable[Output], kinds: Iterable[str], whole: bool) -> list[Output]:
    """What is wrong with a template of the site's own is found before anything is written: in all outputs, or
    in the first of each of ``kinds`` (what is no HTML is made by none)."""
    result, seen = [], set[str]()
    for output, kind in zip(outputs, kinds, strict=True):
        if whole or (kind not in seen and (output.is_page or kind.endswith(".html"))):
            output = replace(output, made=output.body if output.is_page else output.content)
        seen.add(kind)
        result.append(output)
    return result


def build(repo: Path, options: Options, cache: BuildCache = NO_CACHE, whole: bool = True) -> BuiltCatalog:
    """Everything to publish for ``repo``. What a page holds is made when it is asked for, which raises
    ``jinja2.TemplateError`` for a broken custom template. ``cache`` is what an earlier build computed: the
    site is the same without it. ``whole``: all that is made by the site's own templates is made now, and
    not only one of each kind."""
    catalog = load_catalog(repo, options, cache)
    folders = (".", *(other.folder for other in catalog.repositories))
    states = {folder: git.find_history_state(repo / folder) for folder in folders}
    timeline = load_timeline(repo, options) if options.history else None
    catalog = _add_last_changes(repo, catalog, options, states, timeline)
    result = _run_checks(catalog, options)
    others = list_catalog_paths(repo, options.config) - {options.path}
    shared = CatalogContext(
        catalog,
        tuple(d for d in result.diagnostics if options.levels.get(d.check) != "ignore"),
        options.levels,
        result.grants,
        suppressed=result.suppressed,
        say=load_translations(options.language),
        where=options.where,
        changes=_list_news(repo, catalog, options, states) if options.feeds else (),
        templates=options.custom_templates,
        limits=options.page_limits,
        cache=cache,
        embeds=options.embeds,
        highlight_code=options.highlight_code,
        repository=find_own_repository(repo, options.repo_url, options.edit_url),
        former_places=find_former_places(catalog.ledger.now, options.where, others),
        timeline=timeline and timeline.keep_present(list_subjects(catalog, result.grants)),
    )
    return BuiltCatalog(catalog, result.diagnostics, _list_outputs(shared, options, whole), shared)


def _add_last_changes(
    repo: Path,
    catalog: Catalog,
    options: Options,
    states: dict[str, git.HistoryState],
    timeline: Timeline | None,
) -> Catalog:
    """``catalog`` with the day of the last change of each file, and with what is to be told of histories that
    are missing. ``states`` are those of the histories, by the folder of the repository."""
    rest = find_rest_of_checkout(repo, options.rules, catalog.repositories)
    all_states = states | {part.folder: states["."] for part in rest}
    notes = explain_missing_history(
        states,
        catalog.ledger.before is not None,
        options.replay and not catalog.ledger.is_in_git,
        options.history and timeline is None,
        options.history and bool(rest),
    )
    return replace(
        catalog,
        changed=find_all_last_changes(repo, (*catalog.repositories, *rest), all_states),
        notes=(*catalog.notes, *notes),
    )


def _list_news(
    repo: Path, catalog: Catalog, options: Options, states: dict[str, git.HistoryState]
) -> tuple[Change, ...]:
    """What changed, newest first, in all repositories with a whole history and in other catalogs."""
    is_standard = options.rules is None
    folders = [folder for folder, state in states.items() if state == "whole"]
    return merge_changes(
        (
            *(
                find_agent_changes(repo, catalog, options.profile, options.exclude, is_standard, folder)
                for folder in folders
            ),
            *(
                find_companion_changes(repo, catalog, options.exclude, is_standard, folder)
                for folder in folders
            ),
            *(group_commits(other.changes) for other in catalog.other_catalogs),
        )
    )


def _list_outputs(shared: CatalogContext, options: Options, whole: bool) -> tuple[Output, ...]:
    """The pages, the files beside them, and what stands at former addresses."""
    pages, own = plan_pages(shared), options.custom_templates
    rendered = [
        render_page(page, options.use_directory_urls, own, options.path, shared.say) for page in pages
    ]
    visible, heads = add_previews(pages, rendered, shared)
    outputs = (
        *visible,
        *export_files(shared, heads),
        *(list_matrix_embeds(shared) if options.embeds else ()),
    )
    outputs = (*outputs, *list_former_outputs(shared, outputs, heads))
    if own:
        files = outputs[len(pages) :]
        kinds = [*(page.template for page in pages), *(file.uri.rpartition("/")[2] for file in files)]
        outputs = tuple(_validate_templates(outputs, kinds, whole))
    return outputs
