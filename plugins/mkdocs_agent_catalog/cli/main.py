"""Parses the command line of ``agent-catalog`` and runs its commands."""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from jinja2 import TemplateError

from ..addresses.history import MOST_BYTES
from ..addresses.urls import NEEDS_ADDRESS
from ..build import build, check_catalog, load_catalog
from ..checks.curated_lists import compare_list
from ..checks.suppressions import apply_suppressions
from ..history.checkouts import NoSuchRevisionError, check_out, find_commit
from ..model.catalog import Catalog
from ..model.definitions import Agent, Diagnostic
from ..model.policy import NAME as POLICY
from ..model.repositories import find_repository
from ..model.reviews import NAME as REVIEWS
from ..permissions.decisions import PermissionResolver
from ..reading import disk
from ..reading.file_reader import read_bytes
from ..reading.policy_file import find_today
from ..rights.edits import BadEditError
from ..rights.least import propose_lists
from ..rights.policy import judge_catalog
from ..rights.reviews import judge_reviews
from ..settings import SettingError
from ..text.strings import make_line_printable, make_printable, make_single_line
from .arguments import build_parser
from .diff import diff_revisions
from .diff_formats import DIFF_FORMATS
from .errors import UsageError
from .evidence import make_evidence
from .explain import explain_access, find_agents
from .least import NoPatchError, format_proposals, write_patch
from .mkdocs_yml import Project, list_mistakes, read_project
from .policy import check_examples, summarize_policy, write_baseline
from .pull import pull_catalogs
from .report_formats import FORMATS
from .review import choose_agents, list_reviews, record_reviews
from .start_site import plan_start, start_site, summarize_catalog
from .starter import make_site_name
from .static_site.content_files import DEFINITION_SUFFIX, format_site_lines, write_content_files
from .static_site.inspect_site import inspect_site
from .static_site.write_site import write_site
from .update_lock import plan_lock_update
from .what_if import WHAT_IF_FORMATS, answer_edits
from .wiki_links.find_links import read_texts
from .wiki_links.report import FORMATS as VERDICTS
from .wiki_links.report import judge_links, load_resolver

ORDER = ("info", "warn", "error")
FOUND, USAGE = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; returns 0, 1 when there is something to report, or 2 when it was called wrongly."""
    parser = build_parser()
    chosen, rest = parser.parse_known_args(arguments)
    if chosen.command is None:
        parser.print_help()
        return USAGE
    if rest:
        hint = f"; another folder is named with -C {rest[0]}" if Path(rest[0]).is_dir() else ""
        return _refuse(f"no argument `{rest[0]}`{hint}", chosen.command)
    repo = Path(chosen.repository).resolve()
    if not repo.is_dir():
        return _refuse(f"no folder `{chosen.repository}`")
    try:
        if getattr(chosen, "at", None):
            with check_out(repo, find_commit(repo, chosen.at)) as root:
                return _run_command(read_project(root, chosen.profile), chosen)
        project = read_project(repo, chosen.profile)
        # The plugin itself says so under `serve`.
        for mistake in list_mistakes(repo) if chosen.command != "serve" else ():
            print(f"agent-catalog: {make_printable(mistake)}", file=sys.stderr)
        return _run_command(project, chosen)
    except (NoSuchRevisionError, SettingError) as error:
        return _refuse(str(error))


def _run_command(project: Project, chosen: argparse.Namespace) -> int:
    """Runs the command that was ``chosen``. Raises ``SettingError``."""
    commands = {
        "build": _build_site,
        "check": _check,
        "check-links": _check_links,
        "diff": _diff_rights,
        "evidence": _write_evidence,
        "explain": _explain,
        "export": _export_content,
        "init": _start_site,
        "least": _propose_lists,
        "links": _update_links,
        "policy": _judge_policy,
        "pull": _pull_catalogs,
        "review": _review_agents,
        "serve": _serve,
        "what-if": _answer_edits,
    }
    try:
        return commands[chosen.command](project, chosen)
    except BrokenPipeError:
        raise
    except (BadEditError, NoSuchRevisionError, OSError, TemplateError, UsageError) as error:
        is_named = chosen.command in ("diff", "evidence", "review", "what-if")
        # Names of files are in it, which may hold line breaks.
        return _refuse(make_line_printable(str(error)), chosen.command if is_named else "")


def _load_as_it_is(project: Project) -> Catalog:
    """The catalog, without the addresses of the past: most commands ask for none."""
    return load_catalog(project.repo, replace(project.options, replay=False))


@contextmanager
def _explaining_failed_writes() -> Iterator[None]:
    """Says of a file that cannot be written which one it is. Raises ``UsageError``."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(f"`{error.filename}` cannot be written: {error.strerror}") from error


def _refuse(message: str, command: str = "") -> int:
    """Says why the ``command`` does not run, and returns the exit code for it."""
    name = f"agent-catalog {command}" if command else "agent-catalog"
    print(f"{name}: {make_printable(message)}", file=sys.stderr)
    return USAGE


def _check(project: Project, chosen: argparse.Namespace) -> int:
    repo, settings, _ = project
    findings = check_catalog(repo, settings)
    every = [*findings.diagnostics, *check_examples(findings.catalog.policy, settings)]
    diagnostics = [d for d in every if d.get_level(settings.levels) != "ignore"]
    if chosen.paths:
        wanted = [_find_definition(repo, path, chosen) for path in chosen.paths]
        lost = next((path for path, where in zip(chosen.paths, wanted, strict=True) if where is None), None)
        if lost is not None:
            raise UsageError(f"no file or folder `{lost}`")
        diagnostics = [
            d
            for d in diagnostics
            if any((repo / d.span.path).resolve().is_relative_to(w) for w in wanted if w)
        ]
    try:
        diagnostics += _compare_lists(project, findings.catalog, chosen)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"what `--against` names cannot be read: {error}") from error
    if chosen.site:
        if not Path(chosen.site).is_dir():
            raise UsageError(f"no folder `{chosen.site}`")
        diagnostics += _inspect_site(project, chosen.site)
    loud = () if chosen.fail_on == "never" else ORDER[ORDER.index(chosen.fail_on) :]
    failing = [d for d in diagnostics if d.get_level(settings.levels) in loud]
    printed = failing if chosen.quiet else diagnostics
    message = "" if chosen.quiet and not failing else FORMATS[chosen.format](printed, settings.levels)
    if chosen.output:
        try:
            disk.write(Path(chosen.output), message + "\n")
        except OSError as error:
            raise UsageError(f"`{chosen.output}` cannot be written: {error.strerror}") from error
    elif message:
        print(message)
    return FOUND if failing else 0


def _compare_lists(project: Project, catalog: Catalog, chosen: argparse.Namespace) -> list[Diagnostic]:
    """What lists kept by hand say otherwise than ``catalog``.

    Raises ``OSError`` or ``UnicodeDecodeError``.
    """
    diagnostics: list[Diagnostic] = []
    repo, settings, docs = project
    for name in chosen.against:
        file = _find_file(repo, name) or Path(name)
        path = os.path.relpath(file.resolve(), repo).replace(os.sep, "/")
        drift = compare_list(catalog, path, file.read_text(encoding="utf-8"), f"{docs}/{settings.path}")
        if not drift.entries:
            print(f"agent-catalog: `{name}` lists no agent or skill of the catalog", file=sys.stderr)
        diagnostics += drift.findings
    remaining, _ = apply_suppressions(diagnostics, catalog, settings.suppress)
    return [d for d in remaining if d.get_level(settings.levels) != "ignore"]


def _inspect_site(project: Project, folder: str) -> list[Diagnostic]:
    """What a site that was built lacks of the catalog."""
    repo, settings, _ = project
    path = os.path.relpath(Path(folder).resolve(), repo).replace(os.sep, "/")
    outputs = build(repo, settings, whole=False).outputs
    findings = inspect_site(outputs, settings, Path(folder), path)
    return [d for d in findings if d.get_level(settings.levels) != "ignore"]


def _find_definition(repo: Path, path: str, chosen: argparse.Namespace) -> Path | None:
    """The file or folder at ``path``: with ``--at`` as it was, and not what is there now."""
    if not chosen.at:
        return _find_file(repo, path)
    now = Path(chosen.repository).resolve()
    below = os.path.relpath(Path(path).resolve(), now) if Path(path).resolve().is_relative_to(now) else path
    return next((file.resolve() for file in (repo / below, repo / path) if file.exists()), None)


def _find_file(repo: Path, path: str) -> Path | None:
    """The path as it stands here, or else in the repository."""
    return next((path.resolve() for path in (Path(path), repo / path) if path.exists()), None)


def _update_links(project: Project, chosen: argparse.Namespace) -> int:
    """Says what changed since the lock file was written, and writes it only when asked to."""
    repo, settings, _ = project
    today = datetime.now(UTC).strftime("%Y-%m-%d")
    update = plan_lock_update(repo, settings, chosen.replaced_by, today)
    file = repo / settings.lock
    is_new = not file.is_file()
    is_stale = is_new or read_bytes(file, MOST_BYTES) != update.text.encode()
    if chosen.update and is_stale:
        disk.write(file, update.text)
    for line in update.changes:
        print(make_printable(line))
    if not chosen.update and is_stale:
        what = f"{len(update.changes)} changes are" if update.changes else "changes of texts are"
        print(f"{what} not in {settings.lock}: record them with --update")
        return FOUND
    print(f"{settings.lock} {'is written' if is_stale else 'is up to date'}")
    if is_new:
        print(f"add to .gitattributes, so that branches never conflict:\n{settings.lock} merge=union")
    return 0


def _judge_policy(project: Project, chosen: argparse.Namespace) -> int:
    """Says what each rule of the policy says, or prints waivers for what breaks them."""
    settings, catalog = project.options, _load_as_it_is(project)
    if catalog.policy is None:
        raise UsageError(f"no `{settings.policy or POLICY}`")
    report = judge_catalog(catalog, catalog.policy, PermissionResolver(settings.profile))
    if chosen.baseline:
        if not chosen.role:
            raise UsageError("who waives it is named with --role")
        print(write_baseline(catalog.policy, report, chosen.role, chosen.reason, chosen.baseline), end="")
        return 0
    problems = [*report.problems, *check_examples(catalog.policy, settings)]
    for line in summarize_policy(catalog.policy, report):
        print(line)
    if problems:
        print(FORMATS["text"](problems, settings.levels))
    is_broken = any(judgement.list_open(catalog.policy.today) for judgement in report.judgements)
    return FOUND if is_broken or any(not problem.is_information for problem in problems) else 0


def _review_agents(project: Project, chosen: argparse.Namespace) -> int:
    """Lists the agents that are to be looked at again, or records that somebody did."""
    repo, settings, _ = project
    if chosen.by is not None and not chosen.by.strip():
        raise UsageError("name a role with --by")
    if chosen.by is not None and not chosen.agent:
        raise UsageError("name the agents that somebody looked at (all: .)")
    catalog = _load_as_it_is(project)
    name = settings.reviews or REVIEWS
    report = judge_reviews(catalog, PermissionResolver(settings.profile))
    reviews = choose_agents(report, chosen.agent, repo)
    if chosen.by:
        role = make_single_line(chosen.by)
        count = record_reviews(repo / name, name, reviews, role, find_today())
        print(f"{count} of {len(reviews)} records written: {name}" if count else f"{name} is up to date")
        return 0
    if catalog.reviews and catalog.reviews.problems:
        print(FORMATS["text"](list(catalog.reviews.problems), settings.levels), file=sys.stderr)
    for line in list_reviews(reviews, () if chosen.agent else report.left):
        print(line)
    is_due = any(review.state != "current" for review in reviews)
    return FOUND if chosen.exit_code and is_due else 0


def _write_evidence(project: Project, chosen: argparse.Namespace) -> int:
    """Writes the file for an auditor."""
    text = make_evidence(project.repo, chosen.profile, chosen.since, chosen.until)
    disk.write(Path(chosen.output), text)
    print(f"{make_line_printable(chosen.output)} is written")
    return 0


def _pull_catalogs(project: Project, chosen: argparse.Namespace) -> int:
    """Fetches the snapshots of other catalogs, and says what came of each."""
    repo, settings, _ = project
    if not settings.catalogs:
        raise UsageError("the option `catalogs` in mkdocs.yml names none")
    is_good = True
    with _explaining_failed_writes():
        for result in pull_catalogs(repo, settings.catalogs, datetime.now(UTC).strftime("%Y-%m-%d")):
            print(make_line_printable(result.message), file=sys.stdout if result.is_good else sys.stderr)
            is_good = is_good and result.is_good
    return 0 if is_good else FOUND


def _check_links(project: Project, chosen: argparse.Namespace) -> int:
    """Says of each link into the catalog whether what it leads to is there, has moved or is gone."""
    repo, settings, docs = project
    url = chosen.site_url or settings.site_url
    if not url.startswith(("http://", "https://")):
        wanted = "its address is needed: `site_url` in mkdocs.yml, or --site-url https://…"
        raise UsageError(f"links to a site are looked for; {wanted}")
    settings = replace(settings, site_url=f"{url.rstrip('/')}/")
    texts = list(read_texts(chosen.files))
    directory = load_resolver(repo, settings, repo / docs)
    verdicts = list(judge_links(texts, directory))
    print(VERDICTS[chosen.format](verdicts, settings.site_url, chosen.quiet))
    needs_work = any(verdict.is_dead or (chosen.strict and not verdict.is_right) for verdict in verdicts)
    return FOUND if needs_work else 0


def _build_site(project: Project, chosen: argparse.Namespace) -> int:
    """Writes the whole site, and says what is wrong with the definitions."""
    repo, settings, _ = project
    url = chosen.site_url or settings.site_url
    options = replace(
        settings,
        site_url=f"{url.rstrip('/')}/" if url else "",
        site_name=settings.site_name or make_site_name(repo),
        use_directory_urls=settings.use_directory_urls and not chosen.no_directory_urls,
    )
    built = build(repo, options)
    count = write_site(built, options, Path(chosen.output))
    findings = [d for d in built.diagnostics if d.get_level(settings.levels) in ("error", "warn")]
    if findings:
        print(FORMATS["text"](findings, settings.levels), file=sys.stderr)
    if not options.site_url:
        print(f"no `site_url` in mkdocs.yml and no --site-url: {NEEDS_ADDRESS}", file=sys.stderr)
    print(f"{count} pages are written to {make_printable(chosen.output)}")
    return 0


def _export_content(project: Project, chosen: argparse.Namespace) -> int:
    """Writes the pages as content files, and prints what the generator's settings need."""
    repo, settings, _ = project
    folder = Path(chosen.folder)
    if folder.resolve() == repo:
        raise UsageError("name a folder for the pages, such as `docs`")
    options = replace(
        settings,
        site_name=settings.site_name or make_site_name(repo),
        # Zensical takes the links of a page as those of its source file: only in this form both are the same.
        use_directory_urls=False,
        definition_suffix=DEFINITION_SUFFIX,
    )
    built = build(repo, options)
    result = write_content_files(built, options, folder)
    for path in result.kept:
        print(f"agent-catalog: `{make_printable(path)}` is not of the catalog and is kept", file=sys.stderr)
    print(f"# {result.pages} pages are written to {make_printable(chosen.folder)}. Its settings need:")
    print(format_site_lines(built, options), end="")
    return 0


def _serve(project: Project, chosen: argparse.Namespace) -> int:
    from .preview import serve_catalog

    serve_catalog(project.repo, chosen.host, chosen.port, chosen.open)
    return 0


def _start_site(project: Project, chosen: argparse.Namespace) -> int:
    """Says what is there, and writes the files of a site that are missing."""
    repo, settings, _ = project
    findings = check_catalog(repo, settings)
    print(f"Found in {make_printable(str(repo))}: {', '.join(summarize_catalog(findings.catalog))}.")
    little = [note for note in findings.diagnostics if note.check in ("nothing_found", "unusual_places")]
    if little:
        print(FORMATS["text"](little, settings.levels).rpartition("\n")[0])
    if not (findings.catalog.agents or findings.catalog.skills or findings.catalog.servers):
        print("Nothing is written: there would be nothing on the site.", file=sys.stderr)
        return FOUND
    with _explaining_failed_writes():
        for line in start_site(plan_start(repo), chosen.dry_run):
            print(make_printable(line))
    return 0


def _diff_rights(project: Project, chosen: argparse.Namespace) -> int:
    """Says whose rights differ between two states of the repository."""
    diff = diff_revisions(project, chosen.base, chosen.head)
    message = DIFF_FORMATS[chosen.format](diff)
    if chosen.output:
        disk.write(Path(chosen.output), message + "\n")
    for note in diff.notes:
        print(f"agent-catalog diff: {make_line_printable(note)}", file=sys.stderr)
    if message and not chosen.output:
        print(message)
    return FOUND if chosen.exit_code and diff.changes else 0


def _answer_edits(project: Project, chosen: argparse.Namespace) -> int:
    """Says what comes of the edits that were ``chosen``."""
    if not chosen.without and not chosen.set:
        raise UsageError("name what is switched off with --without, or a list of tools with --set")
    profile = project.options.profile
    consequences = answer_edits(_load_as_it_is(project), chosen.without, chosen.set, profile)
    print(WHAT_IF_FORMATS[chosen.format](consequences))
    return 0


def _propose_lists(project: Project, chosen: argparse.Namespace) -> int:
    """Prints the lists that are proposed, or the patch that writes them."""
    repo, settings, _ = project
    catalog = _load_as_it_is(project)
    agents: list[Agent] = []
    for name in chosen.agents:
        named = find_agents(catalog, _name_agent(repo, name, chosen))
        agents += [agent for agent in named if agent not in agents]
    proposals = propose_lists(
        catalog, PermissionResolver(settings.profile), agents if chosen.agents else None
    )
    if not chosen.patch:
        print("\n".join(format_proposals(proposals, is_whole=bool(chosen.agents))))
        return 0
    # Git changes no file outside of the folder that it is called in.
    paths = (proposal.agent.source.path for proposal in proposals if proposal.removed)
    outside = (path for path in paths if path.startswith("../"))
    folders = Counter(find_repository(catalog.repositories, path).folder for path in outside)
    for folder, count in folders.items():
        files = "1 file" if count == 1 else f"{count} files"
        where = "above this folder" if folder == "." else f"of {folder}"
        line = f"agent-catalog least: no patch for {files} {where}: run the command there"
        print(make_line_printable(line), file=sys.stderr)
    for proposal in proposals:
        if proposal.agent.source.path.startswith("../"):
            continue
        try:
            if proposal.removed:
                print(write_patch(repo, proposal), end="")
            elif chosen.agents:
                raise NoPatchError(proposal.unknown or "it has no more than its text asks for")
        except NoPatchError as error:
            line = f"agent-catalog least: no patch for {proposal.agent.source.path}: {error}"
            print(make_line_printable(line), file=sys.stderr)
    return 0


def _name_agent(repo: Path, name: str, chosen: argparse.Namespace) -> str:
    """The path of the file at ``name`` in the repository, or ``name`` where it is no file."""
    file = _find_definition(repo, name, chosen)
    return os.path.relpath(file, repo).replace(os.sep, "/") if file and file.is_file() else name


def _explain(project: Project, chosen: argparse.Namespace) -> int:
    repo, settings, _ = project
    catalog = _load_as_it_is(project)
    agent, grants = _name_agent(repo, chosen.agent, chosen), PermissionResolver(settings.profile)
    print(explain_access(catalog, grants, agent, chosen.tool))
    return 0


def run() -> None:
    """The entry point: a reader that closes early, or a terminal without Unicode, is no error of ours. Who is
    told to end removes temporary folders and ends what git does."""
    signal.signal(signal.SIGTERM, _end)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = FOUND
    sys.exit(code)


def _end(number: int, frame: FrameType | None) -> None:
    """Ends the program with the exit code that shells give to a signal. Raises ``SystemExit``."""
    sys.exit(128 + number)
